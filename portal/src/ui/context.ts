import { createContext, useContext, useState, useSyncExternalStore } from 'react'
import type { Session, View } from '../keys/session'

export const SessionContext = createContext<Session | null>(null)

export function useSession(): Session {
	const session = useContext(SessionContext)
	if (session === null) throw new Error('no session')
	return session
}

export function useView(): View {
	const session = useSession()
	return useSyncExternalStore(session.subscribe, () => session.view)
}

/** What pages get while keys are unlocked. */
export type Open = View & { kind: 'open' }

const listen = (changed: () => void) => {
	addEventListener('hashchange', changed)
	return () => removeEventListener('hashchange', changed)
}

/** The part of the address after `#/`: which page is open. */
export const usePage = (): string =>
	useSyncExternalStore(listen, () => location.hash.replace(/^#\//, ''))

export function go(page: string): void {
	location.hash = `#/${page}`
}

/** The text of a field that outlasts a lock. Never for passphrases. */
export function useDraft(field: string, initial: string): [string, (text: string) => void] {
	const session = useSession()
	const [text, setText] = useState(() => session.draft(field) ?? initial)
	return [
		text,
		(next) => {
			session.setDraft(field, next === initial ? null : next)
			setText(next)
		},
	]
}
