/** A patient's records, readers and history, as the region's real runtime tells them. */
import 'fake-indexeddb/auto'
import { IDBFactory } from 'fake-indexeddb'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Connection } from '../src/chain/connection'
import { Guarded } from '../src/chain/guarded'
import {
	type PrivateKey,
	SeedSigner,
	fingerprint,
	hex,
	importPrivate,
	random,
	utf8,
} from '../src/format'
import { generateKey } from '../src/format/rsa'
import { Store } from '../src/keys/store'
import { Vault } from '../src/keys/vault'
import { openVotes } from '../src/records/applications'
import { granteeKey, grantsBy, grantsOf, isLive } from '../src/records/grants'
import { providerNames, readHistory } from '../src/records/history'
import {
	BadNumber,
	UnsignedKey,
	findProviders,
	isFingerprint,
	keyOf,
	rememberKey,
} from '../src/records/providers'
import { FileEnded } from '../src/records/known'
import { NoRecord, nameOf, readRecord, readSome } from '../src/records/record'
import { wasm } from './light'
import { type Entry, TestGateway, chainOf, code, entry, genesis, networkOf } from './region'
import {
	authorityEntries,
	doctor,
	grant,
	history,
	memberEntry,
	none,
	patientOf,
	record,
	votesOn,
} from './state'
import { inThread } from './thread'

const guarded = new Guarded(inThread, wasm, 180_000)
const noPasskey = { wrap: () => Promise.reject(), unwrap: () => Promise.resolve(null) }
let vault: Vault
let account: string
let patient: string
let gateways: TestGateway[] = []
let provider: { signer: SeedSigner; key: PrivateKey }
let known: Record<string, unknown>
const notes = {
	read: async (name: string, otherwise: unknown) => known[name] ?? otherwise,
	write: async (name: string, value: unknown) => void (known[name] = value),
} as any

beforeEach(async () => {
	globalThis.indexedDB = new IDBFactory()
	known = {}
	vault = new Vault(noPasskey, 8)
	await vault.create('Ada', 'river candle honest seven')
	;({ patient, account } = patientOf(vault))
	provider = {
		signer: new SeedSigner(random(32)),
		key: await importPrivate(0, await generateKey()),
	}
})
afterEach(() => {
	for (const gateway of gateways) gateway.stop()
	gateways = []
})

async function connect(entries: Entry[]): Promise<Connection> {
	const gateway = await TestGateway.start([memberEntry(vault), ...entries])
	gateways.push(gateway)
	const chain = chainOf(gateway)
	const store = await Store.open()
	await store.putNetwork('clinics', new Uint8Array())
	return new Connection(store, guarded, networkOf(chain), chain, {
		account,
		signIn: (host, nonce, time) => vault.signIn(host, genesis, nonce, time),
	})
}

describe.skipIf(code === null)('a patient', () => {
	test('reads a record, opens its envelope and sees its name', async () => {
		const content = utf8('All is well.')
		const one = await record(vault, 3n, 'Letter', content)
		const connection = await connect(one.entries)
		const { shown, sealed } = await readRecord(connection, patient, 3n)
		expect(shown).toEqual({
			id: 3n,
			patient,
			writer: null,
			addedAt: 1_790_000_000_003,
			size: one.envelope.length,
			amends: null,
			correctedBy: [],
		})
		expect(await nameOf(vault as any, sealed)).toBe('Letter')
		if (sealed.wrapped === null) throw new Error('no key')
		const envelope = new Blob([one.envelope])
		const { id } = await vault.openDocument(sealed.wrapped, envelope, sealed.expected)
		expect(hex((await vault.nextPart(id)) ?? new Uint8Array())).toBe(hex(content))
		await expect(readRecord(connection, patient, 4n)).rejects.toBeInstanceOf(NoRecord)
		const some = await readSome(connection, patient, [4n, 3n])
		expect(some.map(({ shown }) => shown.id)).toEqual([3n])
	})

	test('sees who can read what, and until when', async () => {
		const one = await record(vault, 3n, 'Letter', utf8('a'))
		const two = await record(vault, 4n, 'Picture', utf8('b'))
		const connection = await connect([
			...one.entries,
			...two.entries,
			...(await doctor(provider, 7, 'A12345', 'Dr. Tobias Lindqvist')),
			...grant(patient, 3n, 7, 0n, undefined),
			...grant(patient, 4n, 7, 1n, 1_900_000_000_000n),
		])
		const all = await grantsBy(connection, patient)
		expect(all.map(({ record }) => record)).toEqual([4n, 3n])
		expect(all[0]).toMatchObject({
			grantee: { kind: 'provider', id: 7 },
			name: 'Dr. Tobias Lindqvist',
			number: 'A12345',
			standing: 'Verified',
			purpose: 'Treatment',
			expiresAt: 1_900_000_000_000,
			state: null,
		})
		expect(await grantsOf(connection, 3n)).toEqual([all[1]])
		expect(granteeKey(all[0].grantee)).toBe(granteeKey(all[1].grantee))
		expect(isLive(all[0], 1_899_999_999_999)).toBe(true)
		expect(isLive(all[0], 1_900_000_000_000)).toBe(false)
	})

	test('sees what happened, newest first', async () => {
		const to = { type: 'Member', value: { type: 'Provider', value: 7 } }
		const about = (event: object) => ({
			type: 'Grant',
			value: { record: 3n, grantee: to, via: none('Patient'), event },
		})
		const terms = { purpose: none('Research'), expires_at: 5n }
		const connection = await connect([
			...(await doctor(provider, 7, 'A12345', 'Dr. Tobias Lindqvist')),
			...history(
				{ patient, account },
				about({ type: 'Granted', value: terms }),
				about(none('Expired')),
				{ type: 'Key', value: { version: 1 } },
			),
		])
		const own = vault.profile().account
		const { items, next } = await readHistory(connection, patient, own, undefined)
		expect(next).toBeUndefined()
		expect(items.map(({ kind }) => kind)).toEqual(['key', 'grant', 'grant'])
		expect(items[1]).toMatchObject({ event: 'Expired', byMe: false, purpose: null })
		expect(items[2]).toMatchObject({
			event: 'Granted',
			byMe: true,
			purpose: 'Research',
			expiresAt: 5,
			grantee: { kind: 'provider', id: 7 },
		})
		const names = await providerNames(connection, [{ kind: 'provider', id: 7 }])
		expect(names.get(7)).toBe('Dr. Tobias Lindqvist')
	})

	test('finds a provider by number and by name', async () => {
		const connection = await connect([
			...(await doctor(provider, 7, 'A12345', 'Dr. Tobias Lindqvist')),
			...(await doctor(provider, 8, '1234567893', 'Dr. Zoë Müller')),
			entry('Registry', 'NextProvider', [], 9),
		])
		const found = async (asked: string) =>
			(await findProviders(connection, asked, null)).providers.map(({ name }) => name)
		expect(await found('a12345')).toEqual(['Dr. Tobias Lindqvist'])
		expect(await found(' 123 456 7893')).toEqual(['Dr. Zoë Müller'])
		expect(await found('muller zoe')).toEqual(['Dr. Zoë Müller'])
		expect((await found('dr.')).length).toBe(2)
		expect(await found('B99999')).toEqual([])
		await expect(found('1234567890')).rejects.toBeInstanceOf(BadNumber)
	})

	test('says when more people have a name than are shown', async () => {
		const people = (count: number) =>
			Promise.all(
				Array.from({ length: count }, (_, id) =>
					doctor(provider, id, `A${10_000 + id}`, `Dr. Anna ${id}`),
				),
			)
		for (const [count, shown, more] of [
			[20, 20, false],
			[21, 20, true],
		] as const) {
			const connection = await connect([
				...(await people(count)).flat(),
				entry('Registry', 'NextProvider', [], count),
			])
			const found = await findProviders(connection, 'anna', null)
			expect([found.providers.length, found.more]).toEqual([shown, more])
		}
	})

	test("a provider's key is its own, and is known again", async () => {
		const connection = await connect(
			await doctor(provider, 7, 'A12345', 'Dr. Tobias Lindqvist'),
		)
		const { providers } = await findProviders(connection, 'A12345', null)
		const [one] = providers
		const key = await keyOf(connection, notes, one)
		expect(key.known).toBe('new')
		expect(key.fingerprint).toBe(await fingerprint(provider.key.spki))
		expect(isFingerprint(key.fingerprint.toUpperCase(), key.fingerprint)).toBe(true)
		expect(isFingerprint(key.fingerprint.replaceAll(' ', ''), key.fingerprint)).toBe(true)
		expect(isFingerprint(key.fingerprint.slice(1), key.fingerprint)).toBe(false)
		const ended = { valid_until: 1 }
		const before = { ...connection.network }
		Object.assign(connection.network, ended)
		await expect(keyOf(connection, notes, one)).rejects.toBeInstanceOf(FileEnded)
		Object.assign(connection.network, before)
		await rememberKey(connection, notes, one, key)
		expect((await keyOf(connection, notes, one)).known).toBe('same')
		Object.assign(connection.network, ended)
		expect((await keyOf(connection, notes, one)).known).toBe('same')
		provider.key = await importPrivate(0, await generateKey())
		const later = await connect(await doctor(provider, 7, 'A12345', 'Dr. Tobias Lindqvist'))
		expect((await keyOf(later, notes, one)).known).toBe('changed')
		Object.assign(later.network, ended)
		await expect(keyOf(later, notes, one)).rejects.toBeInstanceOf(FileEnded)
	})

	test('a key that its account did not sign is not used', async () => {
		const connection = await connect(await doctor(provider, 7, 'A12345', 'Dr. Tobias', false))
		const { providers } = await findProviders(connection, 'A12345', null)
		const [one] = providers
		await expect(keyOf(connection, notes, one)).rejects.toBeInstanceOf(UnsignedKey)
	})
})

test.skipIf(code === null)(
	'an authority finds the open votes on many providers turn by turn, and keeps those that it found',
	async () => {
		const doctors = await Promise.all(
			Array.from({ length: 70 }, (_, id) =>
				doctor(provider, id, `A1${String(id).padStart(4, '0')}`, `Dr. ${id}`),
			),
		)
		const open = (id: number) =>
			votesOn({ type: 'Suspend', value: { id } }, [
				{ authority: account, term: 0, aye: true },
			])
		const all = [
			...authorityEntries(account),
			entry('Registry', 'NextProvider', [], doctors.length),
			...doctors.flat(),
			open(3),
		]
		const connection = await connect([...all, open(69)])
		const [gateway] = gateways
		const turn = async () => {
			const found = await openVotes(connection, account)
			return [found.looked, found.isWhole, ...found.open.map((one) => one.provider.name)]
		}
		// The menu and a page ask at once.
		expect(await Promise.all([turn(), turn()])).toEqual([
			[64, false, 'Dr. 3'],
			[64, true, 'Dr. 3', 'Dr. 69'],
		])
		const before = gateway.views
		expect(await turn()).toEqual([64, true, 'Dr. 3', 'Dr. 69'])
		// A page, the one that it has not, and the votes on 65: of each two views, 16 at a time.
		expect(gateway.views - before).toBe(11)
		gateway.show([memberEntry(vault), ...all])
		expect(await turn()).toEqual([64, true, 'Dr. 3'])
	},
)
