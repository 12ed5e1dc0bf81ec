import { beforeEach, expect, test } from 'vitest'
import { Notes } from '../src/keys/notes'

/** Members of a device: what is kept of each, and who is unlocked. */
let kept: Map<string, Uint8Array | null>
let session: any
let listeners: (() => void)[]
/** A worker that was ended answers no more. */
let ended: boolean

const forever = () => new Promise<never>(() => {})

function unlock(account: string | null): void {
	session.view =
		account === null
			? { kind: 'closed' }
			: { kind: 'open', member: { account, notes: kept.get(account) ?? null } }
	ended = false
	for (const listener of listeners) listener()
}

beforeEach(() => {
	kept = new Map()
	listeners = []
	session = {
		view: { kind: 'closed' },
		subscribe: (listener: () => void) => listeners.push(listener),
		vault: () => ({
			sealDraft: (text: string) => (ended ? forever() : new TextEncoder().encode(text)),
			openDraft: (bytes: Uint8Array) => new TextDecoder().decode(bytes),
		}),
		keepNotes: async (notes: Uint8Array) => {
			const { member } = session.view
			kept.set(member.account, notes)
			session.view.member = { ...member, notes }
		},
	}
})

test('notes are read again after a lock, each member its own', async () => {
	const notes = new Notes(session)
	unlock('ada')
	await notes.write('keys', { a: 1 })
	await notes.write('activity', [1, 2])
	unlock(null)
	await expect(notes.read('keys', {})).rejects.toThrow('locked')
	unlock('bob')
	expect(await notes.read('keys', {})).toEqual({})
	await notes.write('keys', { b: 2 })
	unlock(null)
	unlock('ada')
	expect(await notes.read('keys', {})).toEqual({ a: 1 })
	expect(await notes.read('activity', [])).toEqual([1, 2])
})

test('a note never comes to whoever unlocks next', async () => {
	const notes = new Notes(session)
	unlock('ada')
	const late = notes.write('keys', { a: 1 })
	unlock('bob')
	await expect(late).rejects.toThrow('locked')
	expect(await notes.read('keys', {})).toEqual({})
	expect(kept.get('bob')).toBeUndefined()
})

test('a lock in the middle of writing stops no later note', async () => {
	const notes = new Notes(session)
	unlock('ada')
	await notes.read('keys', {})
	ended = true
	void notes.write('keys', { a: 1 })
	await new Promise((done) => setTimeout(done, 10))
	unlock(null)
	unlock('ada')
	await notes.write('keys', { a: 2 })
	expect(await notes.read('keys', {})).toEqual({ a: 2 })
})

test('what is read while somebody locks is nobody else’s', async () => {
	const notes = new Notes(session)
	unlock('ada')
	await notes.write('keys', { a: 1 })
	unlock(null)
	unlock('ada')
	const late = notes.read('keys', {})
	unlock('bob')
	await expect(late).rejects.toThrow('locked')
	expect(await notes.read('keys', {})).toEqual({})
})
