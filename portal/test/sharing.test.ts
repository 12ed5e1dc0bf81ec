import { beforeEach, expect, test } from 'vitest'
import { Failed } from '../src/chain/submit'
import { accountText, hex, random } from '../src/format'
import type { What } from '../src/records/activity'
import { type Grantee, grantsOf } from '../src/records/grants'
import { MOST_AT_ONCE, share, stopSharing } from '../src/records/sharing'

const patient = `0x${hex(random(16))}`
const END = Date.now() + 1_000_000

/** A grant as the chain has it. */
interface Held {
	record: bigint
	grantee: Grantee
	ends?: bigint
	state?: 'Delivered' | 'Refused' | 'Revoking'
	deadline?: bigint
}

/** The grants of the region, in the order in which they were given. */
let held: Held[]
/** How many grants each transaction stopped. */
let sent: { what: What; calls: number; failed: string | null }[]
/** Whether there is a way to other regions. */
let isCut: boolean

const provider = (id: number): Grantee => ({ kind: 'provider', id })
const remote = (id: number): Grantee => ({ kind: 'remote', region: 2001, id })
const same = (one: Held, record: bigint, grantee: { region?: number; id: number }) =>
	one.record === record &&
	one.grantee.id === grantee.id &&
	(one.grantee.kind === 'remote') === (grantee.region !== undefined)

const viewOf = ({ record, grantee, ends, state, deadline }: Held) => ({
	record,
	grantee:
		grantee.kind === 'remote'
			? { region: grantee.region, id: grantee.id }
			: { type: 'Provider', value: grantee.id },
	purpose: { type: 'Treatment' },
	granted_at: record,
	expires_at: ends,
	key_version: 0,
	state: { type: state },
	deadline,
})

/** Who wrote a record: a provider, or its patient. */
let authors: Map<bigint, number>

const recordOf = (id: bigint) => ({
	id,
	patient,
	author: authors.has(id)
		? { type: 'Provider', value: { id: authors.get(id), number: 'A12345', name: 'Dr. A' } }
		: { type: 'Patient' },
	account: accountText(random(32)),
	document_hash: `0x${'11'.repeat(32)}`,
	sealed_name: '0x22',
	cid: '0x33',
	envelope_size: 100n,
	added_at: 5n,
	corrected_by: [],
})

const connection = {
	consortium: null,
	genesis: random(32),
	chain: { para: 2000, development: true },
	async read(make: (codecs: unknown) => { name: string; given: any[] }[]) {
		const views = make({ view: (name: string, ...given: unknown[]) => ({ name, given }) })
		return views.map(({ name, given: [record] }) => {
			const of = (elsewhere: boolean) => ({
				items: held
					.filter((one) => one.record === record)
					.filter(({ grantee }) => (grantee.kind === 'remote') === elsewhere)
					.map(viewOf),
				next: undefined,
			})
			if (name === 'PermissionsApi.grants_of') return of(false)
			if (name === 'InterregionalApi.interregional_grants_of') return of(true)
			return name === 'EmrApi.record' ? recordOf(record) : undefined
		})
	},
} as any

/** Does as the pallets do: of the calls of a transaction, all take effect, or none. */
const activity = {
	async send(what: What, calls: (codecs: unknown) => { name: string; given: any }[]) {
		const all = calls({ call: (name: string, given: unknown) => ({ name, given }) })
		const before = held.map((one) => ({ ...one }))
		const entry = { what, calls: all.length, failed: null as string | null }
		sent.push(entry)
		for (const { name, given } of all) {
			entry.failed ??= name.endsWith('.grant') ? grant(given) : revoke(name, given)
		}
		if (entry.failed === null) return
		held = before
		throw new Failed(entry.failed)
	},
} as any

function grant({ record, grantee }: any): string | null {
	if (authors.get(record) === grantee.value) return 'Permissions.AlreadyReads'
	held.push({ record, grantee: provider(grantee.value) })
	return null
}

function revoke(name: string, { record, grantee }: any): string | null {
	const isRemote = name.startsWith('Interregional')
	const found = held.find((one) => same(one, record, isRemote ? grantee : { id: grantee.value }))
	if (found === undefined) return isRemote ? 'Interregional.NotFound' : 'Permissions.NotFound'
	if (!isRemote) {
		held = held.filter((one) => one !== found)
		return null
	}
	if (found.state === 'Revoking' && Number(found.deadline) > Date.now())
		return 'Interregional.AwaitingAnswer'
	if (isCut) return 'Interregional.SendError'
	Object.assign(found, { state: 'Revoking', deadline: BigInt(END) })
	return null
}

/** All grants, as a page has listed them. */
async function listed() {
	const records = [...new Set(held.map(({ record }) => record))]
	return (await Promise.all(records.map((record) => grantsOf(connection, record)))).flat()
}

const open = () => held.filter(({ state }) => state !== 'Revoking').map(({ grantee }) => grantee.id)

beforeEach(() => {
	held = []
	sent = []
	isCut = false
	authors = new Map()
})

test('everybody is stopped, while another region has not answered an earlier stop', async () => {
	held = [
		{ record: 1n, grantee: provider(4) },
		{ record: 1n, grantee: remote(5), state: 'Delivered' },
		{ record: 2n, grantee: remote(6), state: 'Revoking', deadline: BigInt(END) },
		{ record: 3n, grantee: remote(7), state: 'Revoking', deadline: 5n },
		{ record: 4n, grantee: remote(8), state: 'Refused' },
	]
	await stopSharing(connection, activity, await listed())
	expect(open()).toEqual([])
	// What is overdue is sent again.
	expect(held.map(({ deadline }) => deadline)).toEqual(Array(4).fill(BigInt(END)))
	expect(sent.map(({ calls, failed }) => [calls, failed])).toEqual([
		[1, null],
		[3, null],
	])
})

test('what ended between the list and the click keeps nothing else shared', async () => {
	held = [
		{ record: 1n, grantee: provider(4) },
		{ record: 2n, grantee: provider(5) },
		{ record: 3n, grantee: provider(6) },
	]
	const grants = await listed()
	held = held.filter(({ record }) => record !== 2n)
	await stopSharing(connection, activity, grants)
	expect(held).toEqual([])
	expect(sent.map(({ failed }) => failed)).toEqual(['Permissions.NotFound', null])
})

test('without a way to other regions, those of this region are stopped, and the reason is told', async () => {
	held = [
		{ record: 1n, grantee: remote(5), state: 'Delivered' },
		{ record: 2n, grantee: provider(4) },
	]
	isCut = true
	await expect(stopSharing(connection, activity, await listed())).rejects.toThrow(
		'Interregional.SendError',
	)
	expect(open()).toEqual([5])
})

test('many are stopped in pieces', async () => {
	held = Array.from({ length: 2 * MOST_AT_ONCE + 1 }, (_, at) => ({
		record: BigInt(at),
		grantee: provider(4),
	}))
	await stopSharing(connection, activity, await listed())
	expect(held).toEqual([])
	expect(sent.map(({ calls }) => calls)).toEqual([MOST_AT_ONCE, MOST_AT_ONCE, 1])
})

test('what only waits for an answer is said to wait', async () => {
	held = [{ record: 2n, grantee: remote(6), state: 'Revoking', deadline: BigInt(END) }]
	await expect(stopSharing(connection, activity, await listed())).rejects.toThrow(
		'Interregional.AwaitingAnswer',
	)
	expect(sent).toEqual([])
})

const sharing = {
	connection,
	patient,
	activity,
	vault: { wrapFor: async () => random(256) },
	documents: { open: async () => ({ document: 1, close: () => {} }) },
} as any
const reader = { name: 'Dr. A', grantee: provider(4), region: null } as any
const key = { version: 0, spki: random(32) } as any
const terms = { purpose: 'Treatment' as const, expiresAt: null }
const shared = (records: bigint[]) => share(sharing, records, reader, key, terms, () => {})

test('several records are shared, but for those that the reader wrote', async () => {
	authors.set(2n, 4)
	authors.set(3n, 5)
	expect(await shared([1n, 2n, 3n])).toEqual([2n])
	expect(held.map(({ record }) => record)).toEqual([1n, 3n])
	expect(sent[0].what).toMatchObject({ kind: 'share', records: ['1', '3'] })
})

test('nothing is sent if the reader wrote all of them', async () => {
	authors.set(2n, 4)
	await expect(shared([2n])).rejects.toThrow('Permissions.AlreadyReads')
	expect(sent).toEqual([])
})
