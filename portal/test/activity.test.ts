import { beforeEach, expect, test, vi } from 'vitest'
import { NoAnswer } from '../src/chain/connection'
import { hex, random } from '../src/format'
import { Activity, type Entry, type What } from '../src/records/activity'

const account = random(32)
const patient = `0x${hex(random(16))}`
const grantee = { kind: 'provider' as const, id: 4 }
const share: What = { kind: 'share', records: ['3'], who: 'Dr. A', grantee }
const stop: What = { kind: 'stop', records: ['3'], who: 'Dr. A', grantee }
const add: What = { kind: 'add', name: 'Letter', hash: 'aa'.repeat(32) }

/** The chain, as it is proven. */
let chain: { nonce: number; block: number; granted: boolean; ends?: bigint; hashes: string[] }
let down: boolean
/** A view to which nobody answers. */
let stops: string | null

const connection = {
	get block() {
		return { number: chain.block }
	},
	consortium: null,
	async read(make: (codecs: unknown) => { name: string }[]) {
		if (down) throw new NoAnswer([])
		const [{ name }] = make({ view: (name: string) => ({ name }) })
		if (name === stops) throw new NoAnswer([])
		const none = { items: [], next: undefined }
		switch (name) {
			case 'AccountNonceApi.account_nonce':
				return [chain.nonce]
			case 'PermissionsApi.grants_of':
				return [
					chain.granted
						? { items: [{ ...grant, expires_at: chain.ends }], next: undefined }
						: none,
				]
			case 'EmrApi.records': {
				const record = (hash: string) => ({ record: { document_hash: `0x${hash}` } })
				return [{ items: chain.hashes.map(record), next: undefined }]
			}
			default:
				return [none]
		}
	},
	genesis: random(32),
	codecs: async () => ({ codecs }),
	each: async (ask: (gateway: unknown) => unknown) => {
		if (gateway.isSilent) throw new NoAnswer([])
		return ask({ url: 'https://a', socket: async () => new Socket() })
	},
}

/** What the gateway does with a transaction, and what it says of it afterwards. */
let gateway: {
	/** Puts the transaction into a block, with or without effect. */
	takes(): void
	says: 'success' | 'failure' | 'nothing'
	/** Ends the socket once the transaction is in a block. */
	cuts: boolean
	/** Refuses it with an error, or in the pool. */
	refuses: 'error' | 'pool' | null
	/** Takes no transaction, and says nothing. */
	isSilent?: boolean
	/** What the pool says of the first times that it was sent, before the gateway does the rest. */
	first?: unknown[][]
}
/** How often it was sent. */
let times: number

const codecs = {
	view: (name: string) => ({ name }),
	batch: (calls: Uint8Array[]) => calls[0],
	extensions: () => [],
	errorName: () => 'Permissions.NotFound',
	events: () => {
		const event = (type: string, value: unknown) => [
			{
				phase: { type: 'ApplyExtrinsic', value: 0 },
				event: { type: 'System', value: { type, value } },
			},
		]
		if (gateway.says === 'failure') return event('ExtrinsicFailed', { dispatch_error: {} })
		return gateway.says === 'success' ? event('ExtrinsicSuccess', {}) : []
	},
}

/** The gateway's end of it is in here, too. */
class Socket {
	readyState = 1
	onmessage: (message: { data: string }) => void = () => {}
	onclose: (event: { reason: string }) => void = () => {}
	#sent = ''

	send(text: string) {
		const { id, method, params } = JSON.parse(text)
		const answer = (more: object) => this.#give({ id, ...more })
		switch (method) {
			case 'author_submitAndWatchExtrinsic': {
				times++
				if (this.#sent !== '') expect(params[0]).toBe(this.#sent)
				this.#sent = params[0]
				if (gateway.refuses === 'error' || (gateway.refuses === 'pool' && times > 1))
					return answer({
						error: { code: 1010, message: 'no', data: 'Custom error: 122' },
					})
				answer({ result: '1' })
				if (gateway.refuses === 'pool') return this.#status('invalid')
				const first = gateway.first?.shift()
				if (first !== undefined) return first.forEach((status) => this.#status(status))
				gateway.takes()
				this.#status({ inBlock: '0x01' })
				// Once that has arrived.
				if (gateway.cuts) void Promise.resolve().then(() => this.close())
				return
			}
			case 'chain_getBlock':
				return answer({ result: { block: { extrinsics: [this.#sent] } } })
			default:
				return answer({ result: '0x00' })
		}
	}

	close() {
		this.readyState = 3
		this.onclose({ reason: '' })
	}

	#status(result: unknown) {
		this.#give({ params: { subscription: '1', result } })
	}

	#give(message: object) {
		void Promise.resolve().then(() => this.onmessage({ data: JSON.stringify(message) }))
	}
}

const grant = {
	record: 3n,
	grantee: { type: 'Provider', value: 4 },
	purpose: { type: 'Treatment', value: undefined },
	granted_at: 1n,
	key_version: 0,
}

/** What outlasts a page. */
let kept: Map<string, unknown>
let pages: Activity[]
/** Where the person is. */
let place: string

/** A page that is opened, with this account's keys unlocked. */
async function open() {
	const listeners: (() => void)[] = []
	const session = {
		view: { kind: 'open', member: { account: hex(account) }, profile: { account } },
		subscribe: (listener: () => void) => listeners.push(listener),
		vault: () => ({ signTransaction: async () => random(64) }),
	}
	const home = { connection, view: { kind: 'patient', id: patient }, subscribe: () => {} }
	const notes = {
		read: async (name: string, otherwise: unknown) => kept.get(name) ?? otherwise,
		write: async (name: string, value: unknown) =>
			void kept.set(name, JSON.parse(JSON.stringify(value))),
	}
	const activity = new Activity(session as any, home as any, notes as any, () => place)
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

/** What a page tells of this, once it is sent: of the entry, and to whoever waits. */
async function sends(what: What) {
	times = 0
	const { activity } = await open()
	const told = activity
		.send(what, () => [new Uint8Array(2)])
		.then(
			() => 'done',
			(error: Error) => `${error.name}: ${error.message}`,
		)
	await vi.advanceTimersByTimeAsync(30_000)
	const { progress, reason } = activity.entries[0]
	// It can be open still.
	return [progress, reason, await Promise.race([told, Promise.resolve()])]
}

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
	vi.stubGlobal('WebSocket', { OPEN: 1 })
	chain = { nonce: 5, block: 50, granted: false, hashes: [] }
	down = false
	stops = null
	gateway = { takes: () => chain.nonce++, says: 'success', cuts: false, refuses: null }
	kept = new Map()
	pages = []
	place = 'share'
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

test('what had its effect is final, whatever a gateway says', async () => {
	gateway.takes = () => {
		chain.nonce++
		chain.granted = true
	}
	for (const says of ['success', 'nothing', 'failure'] as const) {
		chain.granted = false
		gateway.says = says
		expect(await sends(share), says).toEqual(['final', null, 'done'])
	}
})

test('what failed is never told to be final', async () => {
	const failed = (reason: string) => ['failed', reason, `Failed: ${reason}`]
	// The gateway hides the failure.
	gateway.says = 'success'
	expect(await sends(share)).toEqual(failed('NoEffect'))
	gateway.says = 'nothing'
	expect(await sends(share)).toEqual(failed('NoEffect'))
	// It tells it.
	gateway.says = 'failure'
	expect(await sends(share)).toEqual(failed('Permissions.NotFound'))
	// Its socket ends before it can tell.
	gateway.cuts = true
	expect(await sends(share)).toEqual(failed('NoEffect'))
	chain.granted = true
	expect(await sends(stop)).toEqual(failed('NoEffect'))
})

test('of what the chain does not tell, nobody says more than is known', async () => {
	const vote: What = { kind: 'council', act: 'vote' }
	expect(await sends(vote)).toEqual(['final', null, 'done'])
	gateway.says = 'nothing'
	expect(await sends(vote)).toEqual(['failed', 'Unknown', 'Failed: Unknown'])
})

test('an older share is not taken for a new one', async () => {
	chain.granted = true
	const terms = { purpose: 'Treatment' as const, expiresAt: 4_000_000_000_000, keyVersion: 0 }
	expect(await sends({ ...share, terms } as What)).toContain('NoEffect')
	chain.ends = 4_000_000_000_000n
	expect(await sends({ ...share, terms } as What)).toContain('final')
	const newer = { ...terms, keyVersion: 1 }
	expect(await sends({ ...share, terms: newer } as What)).toContain('NoEffect')
})

test.each(['error', 'pool'] as const)(
	'what a gateway refused (%s) is open until no block can have it',
	async (refuses) => {
		gateway.refuses = refuses
		const reason = 'Custom error: 122'
		const [progress, why] = await sends(share)
		expect(['signing', 'sent']).toContain(progress)
		expect(why).toBe(reason)
		const [{ entries }] = pages
		expect(entries[0].reason).toBe(reason)
		// The gateway lied.
		chain.nonce++
		chain.granted = true
		await vi.advanceTimersByTimeAsync(7000)
		expect(pages[0].entries[0]).toMatchObject({ progress: 'final', reason: null })
		// It did not.
		chain.granted = false
		await sends(share)
		chain.block += 600
		await vi.advanceTimersByTimeAsync(7000)
		expect(pages[1].entries[0]).toMatchObject({ progress: 'failed', reason })
	},
)

test('while the chain stands still, what was sent waits: nobody tells that there is no answer', async () => {
	gateway.takes = () => {
		down = true
	}
	const { activity } = await open()
	let told = 'nothing'
	void activity
		.send(share, () => [new Uint8Array(2)])
		.then(
			() => (told = 'done'),
			(error: Error) => (told = error.message),
		)
	await vi.advanceTimersByTimeAsync(30 * 60_000)
	expect([activity.entries[0].progress, told]).toEqual(['sent', 'nothing'])
	down = false
	await vi.advanceTimersByTimeAsync(60_000)
	expect([activity.entries[0].progress, told]).toEqual(['sent', 'nothing'])
	// It stops again before the page has seen the effect.
	chain.nonce++
	chain.granted = true
	gateway.says = 'nothing'
	stops = 'PermissionsApi.grants_of'
	await vi.advanceTimersByTimeAsync(60_000)
	expect([activity.entries[0].progress, told]).toEqual(['sent', 'nothing'])
	stops = null
	await vi.advanceTimersByTimeAsync(15_000)
	expect([activity.entries[0].progress, told]).toEqual(['final', 'done'])
})

test('what no gateway may have taken is open until no block can have it', async () => {
	gateway.isSilent = true
	const [progress, reason, told] = await sends(share)
	expect([progress, reason, told]).toEqual(['signing', null, 'Unheard: no gateway answers'])
	// One of them had taken it.
	chain.nonce++
	chain.granted = true
	await vi.advanceTimersByTimeAsync(7000)
	expect(pages[0].entries[0].progress).toBe('final')
})

test('what fails after its page was left is told, until the person has read it', async () => {
	gateway.says = 'failure'
	await sends(share)
	// The page itself told it.
	expect(pages[0].entries[0].untold).toBe(false)
	gateway.takes = () => {
		place = 'records'
		chain.nonce++
	}
	await sends(share)
	const [, activity] = pages
	expect(activity.entries.map(({ untold }) => untold)).toEqual([true, false])
	// Over reloads, too.
	expect(kept.get('activity')).toMatchObject([{ untold: true }, {}])
	activity.see([1])
	expect(activity.entries[0].untold).toBe(true)
	activity.see([2])
	expect(activity.entries[0].untold).toBe(false)
	expect(kept.get('activity')).toMatchObject([{ untold: false }, {}])
	// And what an earlier page sent.
	chain.block = 2000
	kept.set('activity', [entry(share)])
	const { activity: later } = await open()
	await vi.advanceTimersByTimeAsync(7000)
	expect(later.entries[0]).toMatchObject({ progress: 'failed', untold: true })
})

test.each([
	['forgets', []],
	['drops', ['ready', 'dropped']],
	['finds invalid', ['invalid']],
	['has in a block that is reverted', [{ inBlock: '0x01' }, { retracted: '0x01' }]],
])('what a pool %s is sent again, until a block has it', async (_, statuses) => {
	gateway.first = [statuses, statuses]
	gateway.takes = () => {
		chain.nonce++
		chain.granted = true
	}
	expect(await sends(share)).toEqual(['final', null, 'done'])
	expect(times).toBe(3)
})

test('what a block has is not sent again', async () => {
	gateway.takes = () => {}
	const [, , told] = await sends(share)
	expect([told, times]).toEqual([undefined, 1])
})

test('what no block can have any more is not sent again', async () => {
	gateway.first = Array.from({ length: 100 }, () => [])
	expect(await sends(share)).toEqual(['sent', null, undefined])
	expect(times).toBeGreaterThan(4)
	chain.block += 600
	await vi.advanceTimersByTimeAsync(7000)
	expect(pages[0].entries[0]).toMatchObject({ progress: 'failed', reason: 'Expired' })
	const before = times
	await vi.advanceTimersByTimeAsync(60_000)
	expect(times).toBe(before)
})
