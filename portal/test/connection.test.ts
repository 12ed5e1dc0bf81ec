import 'fake-indexeddb/auto'
import { IDBFactory } from 'fake-indexeddb'
import { readFileSync } from 'node:fs'
import * as sr25519 from '@scure/sr25519'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Connection, NoAnswer } from '../src/chain/connection'
import { Gateway } from '../src/chain/gateway'
import { Guarded } from '../src/chain/guarded'
import { NotProven } from '../src/chain/refusal'
import { signCall } from '../src/chain/submit'
import { type Bytes, accountText, concat, hex, random, unhex, writeKeyFile } from '../src/format'
import { Store } from '../src/keys/store'
import { Vault } from '../src/keys/vault'
import { RecordList } from '../src/records/list'
import { wasm } from './light'
import { blake2_256 } from './trie'
import { TestGateway, chainOf, code, entry, genesis, networkOf, patientWith } from './region'
import { inThread } from './thread'
import { runtime } from './wasm'

const vectors = new URL('../../envelope/tests/vectors/', import.meta.url)
const { pkcs8 } = JSON.parse(readFileSync(new URL('private_key.json', vectors), 'utf8'))

/** One for all: it takes seconds to compile the runtime. */
const guarded = new Guarded(inThread, wasm, 180_000)
let open: TestGateway[] = []
let store: Store
let vault: Vault
let account: string

beforeEach(async () => {
	globalThis.indexedDB = new IDBFactory()
	store = await Store.open()
	vault = new Vault({ wrap: () => Promise.reject(), unwrap: () => Promise.resolve(null) }, 8)
	const secrets = {
		seed: random(32),
		keys: [{ version: 0, pkcs8: unhex(pkcs8) }],
		names: [{ name: 'Ada Łovelace', salt: random(32) }],
	}
	const profile = await vault.unlock(await writeKeyFile(secrets, 'passphrase', 8), 'passphrase')
	account = accountText(profile.account)
})
afterEach(() => {
	for (const gateway of open) gateway.stop()
	open = []
	vi.restoreAllMocks()
	vi.unstubAllGlobals()
})

const gateway = async (...given: Parameters<typeof TestGateway.start>) => {
	const started = await TestGateway.start(...given)
	open.push(started)
	return started
}

async function connectTo(...gateways: { url: string }[]): Promise<Connection> {
	return connectAt(Date.now, ...gateways)
}

/** With this clock. */
async function connectAt(now: () => number, ...gateways: { url: string }[]) {
	const chain = chainOf(...gateways)
	await store.putNetwork('clinics', new Uint8Array())
	const way = {
		account,
		signIn: (host: string, nonce: Bytes, time: number) =>
			vault.signIn(host, genesis, nonce, time),
	}
	return new Connection(store, guarded, networkOf(chain), chain, way, now)
}

test('a slow line has time for the code of a runtime, and no gateway for a short answer', async () => {
	const MINUTE = 60_000
	// Time runs a hundred times faster here.
	const faster = (done: () => void, time: number) => setTimeout(done, time / 100)
	vi.spyOn(AbortSignal, 'timeout').mockImplementation((time) => {
		const ended = new AbortController()
		faster(() => ended.abort(new DOMException('late', 'TimeoutError')), time)
		return ended.signal
	})
	const session = { nonce: '0x00', time: 1, token: 't', seconds: 600, classes: [], region: 1 }
	vi.stubGlobal('fetch', (url: URL, { signal }: { signal: AbortSignal }) => {
		const answer = new Response(JSON.stringify(session))
		if (/challenge|session/.test(url.pathname)) return Promise.resolve(answer)
		return new Promise((done, fail) => {
			faster(() => done(answer), MINUTE)
			signal.onabort = () => fail(signal.reason)
		})
	})
	const slow = new Gateway('https://slow.example', { account, signIn: async () => random(64) })
	expect((await slow.code('region', '00')).length).toBeGreaterThan(0)
	const late = expect(slow.view('region', [], null)).rejects
	await late.toMatchObject({ trouble: 'unreachable' })
})

const statusOf = async (connection: Connection) => {
	const [status] = await connection.read((codecs) => [
		codecs.view('RegistryApi.account', account),
	])
	return status.type
}

const invited = () => [entry('Registry', 'Invited', [account], null)]

describe.skipIf(code === null)("a region's real runtime over what gateways prove", () => {
	test('tells whether an account is invited, and its records with their names', async () => {
		const one = await gateway(invited())
		const connection = await connectTo(one)
		expect(await connection.signIn()).toEqual({ classes: ['patient'], region: 2000 })
		expect(await statusOf(connection)).toBe('Invited')
		one.show([])
		expect(await statusOf(connection)).toBe('Uninvited')
		const names = ['Blood test', 'X-ray of the knee', 'Letter']
		const { patient, entries } = await patientWith(vault.profile(), account, names)
		one.show(entries)
		expect(await statusOf(connection)).toBe('Member')
		const list = new RecordList(connection, vault as any, patient)
		await list.load()
		await list.openAll(
			() => {},
			() => true,
		)
		expect(list.records.map(({ id }) => list.name(id))).toEqual(names.toReversed())
		expect(list.whole).toBe(true)
		expect(one.signIns).toBe(1)
	})

	test('is asked of the next gateway if one lies, refuses or is silent', async () => {
		const { entries } = await patientWith(vault.profile(), account, ['Blood test'])
		const honest = await gateway(entries)
		for (const [lies, problem] of [
			[{ refuses: true }, 'refused'],
			[{ busy: true }, 'busy'],
			[{ babbles: true }, 'broken'],
		] as const) {
			const connection = await connectTo(await gateway(entries, lies), honest)
			expect(await statusOf(connection)).toBe('Member')
			expect(connection.asked.map((asked) => asked.problem)).toEqual([problem, null])
		}
		const silent = { url: 'http://127.0.0.1:9' }
		const connection = await connectTo(silent, honest)
		expect(await statusOf(connection)).toBe('Member')
		expect(connection.asked[0]).toEqual({ ...silent, problem: 'unreachable' })
		// The one that answered is asked first from then on.
		const { views } = honest
		await statusOf(connection)
		expect(honest.views).toBe(views + 1)
	})

	test('is asked of a gateway that was started again while it gave a challenge', async () => {
		const one = await gateway(invited(), { startsAgain: true })
		const connection = await connectTo(one)
		expect(await statusOf(connection)).toBe('Invited')
		expect(one.signIns).toBe(1)
	})

	test('is known to stand still, since when, and whether anybody answers', async () => {
		let now = Date.now()
		const start = now
		const one = await gateway(invited())
		const connection = await connectAt(() => now, one)
		await statusOf(connection)
		expect(connection.still).toBeNull()
		// Nobody asked for long: that tells nothing.
		now += 10 * 60_000
		one.show(invited(), undefined, 8)
		await connection.look()
		expect(connection.still).toBeNull()
		const made = now
		now += 2 * 60_000
		await connection.look()
		expect(connection.still).toBeNull()
		now += 60_000
		await connection.look()
		expect(connection.still).toEqual({ kind: 'old', since: made })
		one.lies = { busy: true }
		now += 60_000
		const since = now
		for (let turn = 0; turn < 2; turn++) {
			await expect(connection.look()).rejects.toBeInstanceOf(NoAnswer)
			expect(connection.still).toEqual({ kind: 'silent', since })
			now += 60_000
		}
		one.lies = {}
		one.show(invited(), undefined, 9)
		await connection.look()
		expect(connection.still).toBeNull()
		expect(made).toBeGreaterThan(start)
	})

	test('stands still where gateways show old blocks only', async () => {
		const one = await gateway(invited())
		const chain = chainOf(one)
		const old = { turn: () => Promise.reject(new NotProven('old', '')) } as any
		const way = [new Gateway(one.url, { account, signIn: () => Promise.reject() })]
		way[0].session = async () => ({ classes: [], region: 2000 })
		way[0].view = async () => ({ proof: null as any, code: '' })
		const connection = new Connection(store, old, networkOf(chain), chain, way, () => 1e12)
		await expect(connection.look()).rejects.toBeInstanceOf(NoAnswer)
		// It is at least so old that the verifier refuses it.
		expect(connection.still).toEqual({ kind: 'old', since: 1e12 - 5 * 60_000 })
	})

	test('is not asked once the member has signed out', async () => {
		const one = await gateway(invited())
		const connection = await connectTo(one)
		await statusOf(connection)
		await connection.end()
		const { views } = one
		await expect(statusOf(connection)).rejects.not.toBeInstanceOf(NoAnswer)
		expect(one.views).toBe(views)
	})

	test('is not told where a node of the proof is left out, or has another bit', async () => {
		const { entries } = await patientWith(vault.profile(), account, ['Blood test'])
		const liar = await gateway(entries)
		const connection = await connectTo(liar)
		expect(await statusOf(connection)).toBe('Member')
		const told = new Map<string, number>()
		for (let node = 0; node < liar.nodes; node++) {
			for (const lies of [{ leavesOut: node }, { alters: node }]) {
				liar.lies = lies
				const answer = await statusOf(connection).catch((error: unknown) => {
					expect(error).toBeInstanceOf(NoAnswer)
					return (error as NoAnswer).asked[0].problem as string
				})
				told.set(answer, (told.get(answer) ?? 0) + 1)
			}
		}
		// Nodes that the view does not read can be anything.
		expect([...told.keys()].toSorted()).toEqual(['Member', 'not-shown'])
		expect(told.get('not-shown')).toBeGreaterThan(5)
	})

	test('is not told where no gateway tells the truth', async () => {
		const other = runtime([])
		const gateways = [
			await gateway([], { refuses: true }),
			await gateway([], { otherCode: true }, other),
		]
		const connection = await connectTo(...gateways)
		const error = await statusOf(connection).catch((error: unknown) => error)
		expect(error).toBeInstanceOf(NoAnswer)
		expect((error as NoAnswer).asked.map(({ problem }) => problem)).toEqual([
			'refused',
			'false',
		])
		expect((error as NoAnswer).isRefused).toBe(false)
		const refusing = await connectTo(gateways[0])
		const refusal = await refusing.signIn().catch((error: unknown) => error)
		expect((refusal as NoAnswer).isRefused).toBe(true)
	})

	test('goes on after a restart of the gateway and an upgrade of the runtime', async () => {
		const one = await gateway(invited())
		const connection = await connectTo(one)
		expect(await statusOf(connection)).toBe('Invited')
		one.restart()
		expect(await statusOf(connection)).toBe('Invited')
		expect(one.signIns).toBe(2)
		// The same runtime with another hash: zstd skips a frame of this kind.
		const skipped = unhex('502a4d180400000001020304')
		const other = concat(code as Bytes, skipped)
		one.show(invited(), other)
		expect(await statusOf(connection)).toBe('Invited')
		expect((await connection.codecs()).code).toBe(hex(blake2_256(other)))
	})

	test('gets a transaction that is signed for it alone', async () => {
		const one = await gateway(invited())
		const connection = await connectTo(one)
		const { account: bytes, commitments } = vault.profile()
		const { spki, signature } = await vault.signKey(genesis, 0)
		let payload: Bytes = new Uint8Array()
		const transaction = await signCall(
			connection,
			{
				account: bytes,
				text: account,
				sign: async (given) => {
					payload = given
					return vault.signTransaction(given)
				},
			},
			(codecs) =>
				codecs.call('Registry.register_patient', {
					commitment: `0x${hex(commitments[0])}`,
					key: { type: 'RsaOaep', value: spki },
					signature: `0x${hex(signature)}`,
				}),
		)
		expect(transaction.nonce).toBe(0)
		// The block of the state is 7; a period of 512 blocks.
		expect(transaction.last).toBe(518)
		const text = hex(transaction.bytes)
		const [, signed] = text.split(`8400${hex(bytes)}01`)
		const hashed = blake2_256(payload)
		expect(payload.length).toBeGreaterThan(256)
		expect(sr25519.verify(hashed, unhex(signed.slice(0, 128)), bytes)).toBe(true)
		expect(text).toContain(hex(commitments[0]))
		expect(hex(payload)).toContain(hex(genesis))
		// Era: log2(512) - 1, and phase 7 above; then the nonce, and no hash of metadata.
		expect(signed.slice(128)).toMatch(/^78000000/)
	})
})
