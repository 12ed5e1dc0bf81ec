import { createContext, useContext, useEffect, useState, useSyncExternalStore } from 'react'
import type { Asked, Connection, Still } from '../chain/connection'
import type { Home, HomeView } from '../chain/home'
import type { Networks } from '../chain/networks'
import { accountText } from '../format'
import type { Notes } from '../keys/notes'
import type { Session, View } from '../keys/session'
import type { Member } from '../keys/store'
import type { Activity, Entry } from '../records/activity'
import type { Adding } from '../records/adding'
import type { Documents } from '../records/documents'
import type { Me } from '../records/record'

/** What all pages share. */
export interface Portal {
	session: Session
	home: Home
	networks: Networks
	notes: Notes
	documents: Documents
	activity: Activity
	adding: Adding
}

export const PortalContext = createContext<Portal | null>(null)

export function usePortal(): Portal {
	const portal = useContext(PortalContext)
	if (portal === null) throw new Error('no portal')
	return portal
}

export const useSession = (): Session => usePortal().session
export const useHome = (): Home => usePortal().home
export const useNetworks = (): Networks => usePortal().networks

export function useView(): View {
	const session = useSession()
	return useSyncExternalStore(session.subscribe, () => session.view)
}

export function useHomeView(): HomeView {
	const home = useHome()
	return useSyncExternalStore(home.subscribe, () => home.view)
}

/** Readies what verifies in this region, while a person types the passphrase. */
export function usePrepared(where: Member['home']): void {
	const home = useHome()
	useEffect(() => {
		if (where !== null) home.prepare(where)
	}, [home, where])
}

const NOBODY: Asked[] = []

/** What each gateway of the member's region did when it was last asked. */
export function useAsked(): Asked[] {
	const { connection } = useHome()
	return useSyncExternalStore(
		(changed) => connection?.subscribe(changed) ?? (() => {}),
		() => connection?.asked ?? NOBODY,
	)
}

/** Why the member's region does not go on. `null`: it does, as far as this page has looked. */
export function useStill(): Still | null {
	const { connection } = useHome()
	return useSyncExternalStore(
		(changed) => connection?.subscribe(changed) ?? (() => {}),
		() => connection?.still ?? null,
	)
}

export function useActivity(): Entry[] {
	const { activity } = usePortal()
	return useSyncExternalStore(activity.subscribe, () => activity.entries)
}

/** The patient of the open region; `null` before there is one. */
export function usePatient(): { connection: Connection; patient: string } | null {
	const view = useHomeView()
	const { connection } = useHome()
	return view.kind === 'patient' && connection !== null ? { connection, patient: view.id } : null
}

/** The member of the open region, a patient or a provider; `null` before there is one. */
export function useMe(): { connection: Connection; me: Me } | null {
	const view = useHomeView()
	const { connection } = useHome()
	const known = view.kind === 'patient' || view.kind === 'provider'
	return known && connection !== null ? { connection, me: view.id } : null
}

/** The provider of the open region; `null` if the member is none. */
export function useProvider(): { connection: Connection; provider: number } | null {
	const view = useHomeView()
	const { connection } = useHome()
	return view.kind === 'provider' && connection !== null
		? { connection, provider: view.id }
		: null
}

/** The region of which the account is an authority; `null` if it is none. */
export function useAuthority(): { connection: Connection; account: string } | null {
	const view = useView()
	useHomeView()
	const { connection, isAuthority } = useHome()
	return isAuthority && connection !== null && view.kind === 'open'
		? { connection, account: accountText(view.profile.account) }
		: null
}

/** Which records a page is about. Not in the address: browsers keep addresses, and a lock must not. */
export interface Chosen {
	records: bigint[]
	choose(records: bigint[], page: string): void
}

export const ChosenContext = createContext<Chosen>({ records: [], choose: () => {} })
export const useChosen = (): Chosen => useContext(ChosenContext)

/** What pages get while keys are unlocked. */
export type Open = View & { kind: 'open' }

const listen = (changed: () => void) => {
	addEventListener('hashchange', changed)
	return () => removeEventListener('hashchange', changed)
}

/** The part of the address after `#/`: which page is open. */
export const usePage = (): string =>
	useSyncExternalStore(listen, () => location.hash.replace(/^#\//, ''))

let visits = 0
// Elsewhere than in a page, as in tests, nobody goes anywhere.
globalThis.addEventListener?.('hashchange', () => void visits++)

/** A number that changes when a person goes to another page. */
export const visit = (): number => visits

export function go(page: string): void {
	visits++
	location.hash = `#/${page}`
}

/** The same from a page that is none for this person: the browser's way back leads past it. */
export function goInstead(page: string): void {
	visits++
	location.replace(`#/${page}`)
}

/** Where a person goes after they have unlocked their key. Who they are shows there, once a gateway has told. */
export function firstPage({ view, invitedTo }: Session): string {
	if (invitedTo !== null) return invitedTo.page
	return view.kind === 'open' && view.member.home !== null ? 'records' : 'me'
}

/**
 * The text of a field that outlasts a lock, until it is `initial` again. Whoever has sent it drops the
 * draft. Never for passphrases.
 */
export function useDraft(field: string, initial: string): [string, (text: string) => void] {
	const session = useSession()
	const [draft, setDraft] = useState(() => session.draft(field))
	return [
		draft ?? initial,
		(next) => {
			session.setDraft(field, next === initial ? null : next)
			setDraft(next)
		},
	]
}
