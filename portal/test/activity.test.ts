import { beforeEach, expect, test, vi } from 'vitest'
import { hex, random } from '../src/format'
import { Activity, type Entry, type What } from '../src/records/activity'

const account = random(32)
const patient = `0x${hex(random(16))}`
const grantee = { kind: 'provider' as const, id: 4 }
const share: What = { kind: 'share', records: ['3'], who: 'Dr. A', grantee }
const stop: What = { kind: 'stop', records: ['3'], who: 'Dr. A', grantee }
const add: What = { kind: 'add', name: 'Letter', hash: 'aa'.repeat(32) }

/** The chain, as it is proven. */
let chain: { nonce: number; block: number; granted: boolean; hashes: string[] }
let down: boolean

const connection = {
	get block() {
		return { number: chain.block }
	},
	consortium: null,
	async read(make: (codecs: unknown) => { name: string }[]) {
		if (down) throw new Error('no gateway answers')
		const [{ name }] = make({ view: (name: string) => ({ name }) })
		const none = { items: [], next: undefined }
		switch (name) {
			case 'AccountNonceApi.account_nonce':
				return [chain.nonce]
			case 'PermissionsApi.grants_of':
				return [chain.granted ? { items: [grant], next: undefined } : none]
			case 'EmrApi.records': {
				const record = (hash: string) => ({ record: { document_hash: `0x${hash}` } })
				return [{ items: chain.hashes.map(record), next: undefined }]
			}
			default:
				return [none]
		}
	},
}

const grant = {
	record: 3n,
	grantee: { type: 'Provider', value: 4 },
	purpose: { type: 'Treatment', value: undefined },
	granted_at: 1n,
	expires_at: undefined,
}

/** What outlasts a page. */
let kept: Map<string, unknown>
let pages: Activity[]

/** A page that is opened, with this account's keys unlocked. */
async function open() {
	const listeners: (() => void)[] = []
	const session = {
		view: { kind: 'open', member: { account: hex(account) }, profile: { account } },
		subscribe: (listener: () => void) => listeners.push(listener),
		vault: () => ({}),
	}
	const home = { connection, view: { kind: 'patient', id: patient }, subscribe: () => {} }
	const notes = {
		read: async (name: string, otherwise: unknown) => kept.get(name) ?? otherwise,
		write: async (name: string, value: unknown) =>
			void kept.set(name, JSON.parse(JSON.stringify(value))),
	}
	const activity = new Activity(session as any, home as any, notes as any)
	for (const listener of listeners) listener()
	await vi.advanceTimersByTimeAsync(0)
	pages.push(activity)
	return { activity, session, listeners }
}

const entry = (what: What, more: Partial<Entry> = {}): Entry => ({
	id: 1,
	what,
	at: 0,
	progress: 'sent',
	reason: null,
	sent: { nonce: 5, last: 100 },
	...more,
})

/** What a page makes of this after some seconds. */
async function becomes(kept_: Entry) {
	kept.set('activity', [kept_])
	const { activity } = await open()
	await vi.advanceTimersByTimeAsync(7000)
	const { progress, reason } = activity.entries[0]
	return [progress, reason]
}

beforeEach(() => {
	vi.useFakeTimers()
	chain = { nonce: 5, block: 50, granted: false, hashes: [] }
	down = false
	kept = new Map()
	pages = []
	return () => vi.useRealTimers()
})

test('what was sent goes on after the page was closed', async () => {
	expect(await becomes(entry(share))).toEqual(['sent', null])
	chain.nonce = 6
	chain.granted = true
	await vi.advanceTimersByTimeAsync(7000)
	expect(pages[0].entries[0].progress).toBe('final')
	expect(kept.get('activity')).toMatchObject([{ progress: 'final' }])
})

test('final is only what the proven chain shows', async () => {
	chain.nonce = 6
	expect(await becomes(entry(share))).toEqual(['failed', 'NoEffect'])
	expect(await becomes(entry(stop))).toEqual(['final', null])
	expect(await becomes(entry(add))).toEqual(['failed', 'NoEffect'])
	chain.granted = true
	chain.hashes = ['bb'.repeat(32), 'aa'.repeat(32)]
	expect(await becomes(entry(share))).toEqual(['final', null])
	expect(await becomes(entry(stop))).toEqual(['failed', 'NoEffect'])
	expect(await becomes(entry(add))).toEqual(['final', null])
})

test('what no block can have any more has failed, and not before', async () => {
	chain.block = 99
	expect(await becomes(entry(share))).toEqual(['sent', null])
	chain.block = 100
	expect(await becomes(entry(share))).toEqual(['failed', 'Expired'])
})

test('what was signed and not sent has failed', async () => {
	expect(await becomes(entry(share, { progress: 'signing', sent: null }))).toEqual([
		'failed',
		'NotSent',
	])
})

test('while no gateway answers, nothing is told that nobody knows', async () => {
	down = true
	expect(await becomes(entry(share))).toEqual(['sent', null])
	down = false
	chain.nonce = 6
	chain.granted = true
	await vi.advanceTimersByTimeAsync(7000)
	expect(pages[0].entries[0].progress).toBe('final')
})

test('what is on its way cannot be removed from the list, what is done can', async () => {
	kept.set('activity', [entry(share), entry(stop, { id: 2, progress: 'final' })])
	const { activity } = await open()
	activity.forget(1)
	activity.forget(2)
	expect(activity.entries.map(({ id }) => id)).toEqual([1])
})

test('after a lock another member sees nothing of it', async () => {
	kept.set('activity', [entry(share)])
	const { activity, session, listeners } = await open()
	expect(activity.entries.length).toBe(1)
	Object.assign(session, { view: { kind: 'closed' } })
	for (const listener of listeners) listener()
	expect(activity.entries).toEqual([])
})
