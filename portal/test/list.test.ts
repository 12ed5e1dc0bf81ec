import { beforeEach, expect, test } from 'vitest'
import { ALL, CHUNK, PAGE, RecordList } from '../src/records/list'
import { accountText, hex, random } from '../src/format'

const COUNT = 10_000
const genesis = random(32)
const patient = `0x${hex(random(16))}`
const account = accountText(random(32))
const filler = `0x${'00'.repeat(32)}`

/** What was asked: where from, how many, and whether with keys. */
let asked: { keys: boolean; after: bigint | undefined; limit: number }[]
/** How many names were opened. */
let opened: number
let fails: boolean
/** A record that the page cannot read. */
let unreadable: number | null

beforeEach(() => {
	asked = []
	opened = 0
	fails = false
	unreadable = null
})

const nameOf = (id: number) => (id % 1000 === 7 ? `Blutbild Müller ${id}` : `Letter ${id}`)

const recordOf = (id: number) => ({
	id: BigInt(id),
	patient,
	patient_commitment: filler,
	author:
		id % 3 === 0
			? { type: 'Patient', value: undefined }
			: {
					type: 'Provider',
					value: {
						id: 1,
						number: 'A12345',
						name: 'Dr. A',
						standing: { type: 'Verified' },
					},
				},
	account: id === unreadable ? 'no account' : account,
	// The number, for the vault of this test.
	sealed_name: `0x${id.toString(16).padStart(8, '0')}`,
	document_hash: filler,
	cid: filler,
	envelope_size: 2000n,
	added_at: BigInt(id),
	amends: undefined,
	amended_hash: undefined,
	corrected_by: id % 10 === 0 ? [BigInt(id + 1)] : [],
})

/** A chain with so many records, newest first. It counts what it is asked. */
const connection = {
	genesis,
	chain: { para: 2000, development: true },
	async read(make: (codecs: unknown) => { given: any[] }[]) {
		const [{ given }] = make({ view: (_: string, ...given: any[]) => ({ given }) })
		const [, , keys, after, limit] = given
		if (fails) throw new Error('no gateway answers')
		asked.push({ keys, after, limit })
		const from = after === undefined ? COUNT - 1 : Number(after) - 1
		const items = []
		for (let id = from; id >= 0 && items.length < limit; id--) {
			items.push({
				record: recordOf(id),
				wrapped_key: keys
					? { type: 'RsaOaep', value: { key_version: 0, ciphertext: new Uint8Array(4) } }
					: undefined,
			})
		}
		const last = items.at(-1)?.record.id
		return [{ items, next: last === undefined || last === 0n ? undefined : last }]
	},
}

const vault = {
	async recordName(_: unknown, sealed: Uint8Array) {
		opened++
		return nameOf(Number.parseInt(hex(sealed), 16))
	},
}

const list = () => new RecordList(connection as any, vault as any, patient)
/** Long enough for what must not happen. */
const settled = () => new Promise((done) => setTimeout(done, 50))
/** The name of a record, once it is opened. */
const nameIn = (one: RecordList, at: number) => expect.poll(() => one.name(one.records[at].id))

test('all records are listed, newest first, and only the first names are opened for that', async () => {
	const one = list()
	let first = 0
	one.subscribe(() => {
		first ||= one.records.length
	})
	const since = Date.now()
	await one.load()
	expect(first).toBe(CHUNK)
	expect(one.whole).toBe(true)
	expect(one.records.length).toBe(COUNT)
	expect(one.records.map(({ id }) => Number(id))).toEqual(
		Array.from({ length: COUNT }, (_, at) => COUNT - 1 - at),
	)
	expect(asked.slice(0, 2).map(({ keys, limit }) => [keys, limit])).toEqual([
		[true, CHUNK],
		[false, PAGE],
	])
	expect(asked.slice(1).every(({ keys }) => !keys)).toBe(true)
	expect(opened).toBe(CHUNK)
	expect(one.name(one.records[0].id)).toBe(`Letter ${COUNT - 1}`)
	console.log(`a list of ${COUNT} in ${Date.now() - since} ms, without the chain`)
})

test('the names of the rows that show are opened, and few others', async () => {
	const one = list()
	await one.load()
	one.show(
		'here',
		one.records.slice(5000, 5020).map(({ id }) => id),
	)
	await nameIn(one, 5000).toBe('Letter 4999')
	await nameIn(one, 5019).toBe('Letter 4980')
	expect(opened).toBeLessThanOrEqual(96)
	// Again: they are known.
	const { length } = asked
	one.show(
		'here',
		one.records.slice(5000, 5020).map(({ id }) => id),
	)
	await settled()
	expect(asked.length).toBe(length)
})

test('all that shows gets its names, in several places of the page', async () => {
	const one = list()
	await one.load()
	for (const at of [0, 400, 800]) {
		const ids = one.records.slice(at, at + 40).map(({ id }) => id)
		one.show(at, ids)
	}
	for (const at of [0, 39, 400, 439, 800, 839]) await nameIn(one, at).not.toBeUndefined()
})

test('who scrolls fast does not wait for the rows in between', async () => {
	const one = list()
	await one.load()
	for (let at = 0; at < COUNT; at += 40) {
		one.show(
			at,
			one.records.slice(at, at + 40).map(({ id }) => id),
		)
		one.hide(at - 40)
	}
	await nameIn(one, COUNT - 40).not.toBeUndefined()
	expect(opened).toBeLessThan(500)
})

test('a gateway that is down leaves rows without names, and the next rows ask again', async () => {
	const one = list()
	await one.load()
	fails = true
	one.show('here', [one.records[100].id])
	await settled()
	expect(one.name(one.records[100].id)).toBeUndefined()
	fails = false
	one.show('here', [one.records[100].id])
	await nameIn(one, 100).toBe('Letter 9899')
})

test('a record that the page cannot read costs the others nothing', async () => {
	unreadable = COUNT - 2
	const one = list()
	await one.load()
	expect(one.whole).toBe(true)
	for (const at of [0, 2]) expect(one.name(one.records[at].id)).toBe(nameOf(COUNT - 1 - at))
	expect(one.name(one.records[1].id)).toBeUndefined()
	one.show('here', [one.records[1].id])
	await nameIn(one, 1).toBeNull()
})

test('a search opens all names, says how far it is, and can be ended', async () => {
	const one = list()
	await one.load()
	const far: number[] = []
	await one.openAll(
		(done) => far.push(done),
		() => far.length < 3,
	)
	expect(far).toEqual([PAGE, 2 * PAGE, 3 * PAGE])
	await one.openAll(
		(done) => far.push(done),
		() => true,
	)
	expect(far.at(-1)).toBe(COUNT)
	expect(opened).toBe(COUNT)
	const found = (words: string) => one.filtered({ ...ALL, words }).map(({ id }) => Number(id))
	expect(found('muller blut')).toEqual([9007, 8007, 7007, 6007, 5007, 4007, 3007, 2007, 1007, 7])
	expect(found('MÜLLER 2007')).toEqual([2007])
	expect(found('nothing like that')).toEqual([])
	expect(found('  ').length).toBe(COUNT)
})

test('a search finds what is still being read when it begins', async () => {
	const one = list()
	const loading = one.load()
	const searching = one.openAll(
		() => {},
		() => true,
	)
	await Promise.all([loading, searching])
	expect(opened).toBe(COUNT)
	expect(one.filtered({ ...ALL, words: 'blut' }).map(({ id }) => Number(id))).toContain(7)
})

test('a search of a list that cannot be read to its end says so, or ends with the list', async () => {
	const one = list()
	const searching = () =>
		one.openAll(
			() => {},
			() => true,
		)
	const first = expect(searching()).rejects.toThrow('no gateway answers')
	fails = true
	await expect(one.load()).rejects.toThrow('no gateway answers')
	await first
	const other = list()
	const ended = other.openAll(
		() => {},
		() => true,
	)
	other.end()
	await ended
})

test('filters need no names', async () => {
	const one = list()
	await one.load()
	expect(one.filtered({ ...ALL, by: 'me' }).every(({ writer }) => writer === null)).toBe(true)
	expect(one.filtered({ ...ALL, by: 'others' }).every(({ writer }) => writer !== null)).toBe(true)
	expect(one.filtered({ ...ALL, newest: true }).length).toBe(COUNT - COUNT / 10)
	expect(opened).toBe(CHUNK)
})

test('after a lock no name is left', async () => {
	const one = list()
	await one.load()
	one.show('here', [one.records[100].id])
	one.end()
	await settled()
	for (const at of [0, 100]) expect(one.name(one.records[at].id)).toBeUndefined()
})
