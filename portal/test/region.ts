/**
 * A region for tests: its real runtime over a state that the test makes up, and gateways in front of it
 * that the test lets lie. The chain is for development, so the head is the gateways' word.
 */
import { readFileSync } from 'node:fs'
import { type Server, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getDynamicBuilder, getLookupFn } from '@polkadot-api/metadata-builders'
import { decAnyMetadata, unifyMetadata } from '@polkadot-api/substrate-bindings'
import type { Chain, NetworkFile } from '../src/chain/file'
import {
	type Bytes,
	hex,
	parseAccount,
	patientId,
	random,
	sealName,
	signInMessage,
	unhex,
	utf8,
	verify,
	wrapKey,
} from '../src/format'
import type { Profile } from '../src/keys/profile'
import { built } from './bin'
import { blake2_256, headerOf, trie } from './trie'

/** A chain's runtime. `null`: nothing is built. */
function runtimeOf(chain: string): Bytes | null {
	const path = built(
		`wbuild/salus-${chain}-runtime/salus_${chain}_runtime.compact.compressed.wasm`,
	)
	return path === null ? null : (new Uint8Array(readFileSync(path)) as Bytes)
}

/** The region's runtime, and the consortium's. */
export const code = runtimeOf('regional')
const consortiumCode = runtimeOf('consortium')

/** The types of a chain's state. */
function typesOf(chain: string) {
	const metadata = readFileSync(new URL(`../../client/metadata/${chain}.scale`, import.meta.url))
	return getDynamicBuilder(getLookupFn(unifyMetadata(decAnyMetadata(metadata))))
}

const types = typesOf('regional')
const consortiumTypes = typesOf('consortium')

export const genesis = new Uint8Array(32).fill(0x47)
export const PARA = 2000
/** Of the consortium. */
const CONSORTIUM = {
	kind: 'consortium' as const,
	para: 1999,
	genesis: new Uint8Array(32).fill(0x43),
}

export type Entry = [Uint8Array, Uint8Array]

const entryIn =
	(all: typeof types) =>
	(pallet: string, map: string, keys: unknown[], value: unknown): Entry => {
		const { keys: key, value: codec } = all.buildStorage(pallet, map)
		return [unhex(key.enc(...keys).slice(2)), codec.enc(value)]
	}

/** An entry of a region's state: of a pallet's map, with these keys. */
export const entry = entryIn(types)
/** The same of the consortium's. */
export const consortiumEntry = entryIn(consortiumTypes)

/** What sorts newer ones first. */
export const newest = (id: bigint) => `0x${(2n ** 64n - 1n - id).toString(16).padStart(16, '0')}`

/** A patient with these records, each with a name and of the size that is given. */
export async function patientWith(profile: Profile, account: string, names: string[]) {
	const [commitment] = profile.commitments
	const patient = patientId(genesis, profile.account, commitment)
	const me = { type: 'Patient', value: `0x${hex(patient)}` }
	const entries: Entry[] = [entry('Registry', 'MemberOf', [account], me)]
	for (const [index, name] of names.entries()) {
		const id = BigInt(index)
		const recordKey = random(32)
		const hash = random(32)
		const binding = { genesis, patient, author: 'patient' as const, hash }
		const [{ version, spki }] = profile.keys
		const wrapped = await wrapKey(spki, recordKey, binding)
		const record = {
			patient: me.value,
			author: { type: 'Patient' },
			account,
			sealed_name: `0x${hex(await sealName(recordKey, name))}`,
			document_hash: `0x${hex(hash)}`,
			cid: `0x01551220${hex(random(32))}`,
			envelope_size: 2000n,
			added_at: 1_790_000_000_000n + id,
			amends: undefined,
		}
		const key = { type: 'RsaOaep', value: { key_version: version, ciphertext: wrapped } }
		entries.push(
			entry('Emr', 'Records', [id], { type: 'V1', value: record }),
			entry('Emr', 'RecordsOf', [me, newest(id)], null),
			entry('Emr', 'WrappedKeys', [id, { type: 'Patient' }], key),
		)
	}
	return { patient: me.value, entries }
}

interface State {
	header: Bytes
	nodes: Bytes[]
	/** Where each node is: see `trie`. */
	places: string[]
}

/** A patient with so many records that a proof shows those of one page only, as a gateway's does. */
export interface Many {
	patient: string
	/** All ids below are the patient's. */
	count: number
}

interface Asked {
	function: string
	arguments: string
}

const MAPS = ['Records', 'RecordsOf', 'WrappedKeys']

class Pages {
	#common: Bytes[] = []
	#places = new Map<string, Bytes[]>()

	constructor(
		{ nodes, places }: State,
		private readonly many: Many,
	) {
		const maps = MAPS.map((map) => this.#key(map))
		for (const [index, node] of nodes.entries()) {
			const place = places[index]
			if (!maps.some((map) => place.startsWith(map))) this.#common.push(node)
			this.#places.set(place, [...(this.#places.get(place) ?? []), node])
		}
	}

	/** The nodes that these views read. */
	nodes(calls: Asked[]): Bytes[] {
		const found = new Set(this.#common)
		for (const id of this.#ids(calls)) {
			for (const key of this.#keys(BigInt(id))) {
				for (let length = 0; length <= key.length; length++)
					for (const node of this.#places.get(key.slice(0, length)) ?? []) found.add(node)
			}
		}
		return [...found]
	}

	/** The records of the page; and the first and the last one, which end the search for others. */
	#ids(calls: Asked[]): Set<number> {
		const { count } = this.many
		const ids = new Set([0, count - 1])
		for (const { function: name, arguments: given } of calls) {
			if (name !== 'EmrApi_records') continue
			const bytes = Buffer.from(given.slice(2), 'hex')
			// A patient, a filter without a condition, whether with keys; then `after`, if there is one.
			const after = bytes[21] === 1 ? Number(bytes.readBigUInt64LE(22)) : count
			const limit = bytes.readUInt32LE(bytes.length - 4)
			const last = Math.max(0, after - limit - 1)
			for (let id = Math.min(after, count - 1); id >= last; id--) ids.add(id)
		}
		return ids
	}

	#keys(id: bigint): string[] {
		const me = { type: 'Patient', value: this.many.patient }
		return [
			this.#key('Records', id),
			this.#key('RecordsOf', me, newest(id)),
			this.#key('WrappedKeys', id, { type: 'Patient' }),
		]
	}

	#key(map: string, ...keys: unknown[]): string {
		return types
			.buildStorage('Emr', map)
			.keys.enc(...keys)
			.slice(2)
	}
}

/** What a gateway does instead of what it should. */
export interface Lies {
	/** Nobody is invited. */
	refuses?: boolean
	/** It is started again after the next challenge. */
	startsAgain?: boolean
	/** It has too much to do. */
	busy?: boolean
	/** This node of each proof is left out. */
	leavesOut?: number
	/** This node of each proof has another bit. */
	alters?: number
	/** Its code has another byte. */
	otherCode?: boolean
	/** Its answers are no JSON. */
	babbles?: boolean
	/** It answers views so. */
	says?: object
}

/** A gateway, and the state that it shows. */
export class TestGateway {
	#tokens = new Set<string>()
	#challenges = new Set<string>()
	signIns = 0
	/** How often it was asked for its runtime's code. */
	codes = 0
	views = 0
	/** The CARs of envelopes, by the record's path. */
	envelopes = new Map<string, Bytes>()
	/** What it shows of the consortium; `null`: it has no node of it. */
	#consortium: { state: State; code: Bytes } | null = null
	/** Of the region that members sign in to. */
	genesis = genesis
	/** What it says that members are. */
	classes = ['patient']

	private constructor(
		private readonly server: Server,
		readonly url: string,
		public lies: Lies,
		private state: State,
		private code: Bytes,
		private readonly pages: Pages | null,
	) {}

	static async start(
		entries: Entry[],
		lies: Lies = {},
		runtime = code as Bytes,
		many: Many | null = null,
	) {
		const server = createServer()
		await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
		const { port } = server.address() as AddressInfo
		const url = `http://127.0.0.1:${port}`
		const state = stateOf(entries, runtime)
		const pages = many && new Pages(state, many)
		const gateway = new TestGateway(server, url, lies, state, runtime, pages)
		server.on('request', async (request, response) => {
			const parts: Buffer[] = []
			try {
				for await (const part of request) parts.push(part)
			} catch {
				// The page was closed in the middle.
				return
			}
			const token = request.headers.authorization?.replace('Bearer ', '') ?? ''
			const cors = {
				'Access-Control-Allow-Origin': request.headers.origin ?? '*',
				'Access-Control-Allow-Headers': 'authorization, content-type',
				'Access-Control-Allow-Methods': 'GET, POST, DELETE',
			}
			if (request.method === 'OPTIONS') {
				response.writeHead(200, cors).end()
				return
			}
			if (request.method === 'DELETE') {
				response.writeHead(204, cors).end()
				return
			}
			const text = Buffer.concat(parts).toString()
			const body = text === '' ? {} : JSON.parse(text)
			const [status, answer] = await gateway.#answer(request.url ?? '', body, token)
			response.writeHead(status, cors).end(answer)
		})
		return gateway
	}

	/** From now on, the state has these entries, in this block. */
	show(entries: Entry[], runtime = this.code, block?: number): void {
		this.code = runtime
		this.state = stateOf(entries, runtime, block)
	}

	/** From now on, the consortium's state has these entries. */
	showConsortium(entries: Entry[]): void {
		const code = consortiumCode as Bytes
		this.#consortium = { state: stateOf(entries, code, undefined, CONSORTIUM.genesis), code }
	}

	/** How many nodes a proof has. */
	get nodes(): number {
		return this.state.nodes.length
	}

	/** Forgets all sessions, as a restart does. */
	restart(): void {
		this.#tokens.clear()
	}

	stop(): void {
		this.server.closeAllConnections()
		this.server.close()
	}

	async #answer(path: string, body: any, token: string): Promise<[number, string | Bytes]> {
		const { lies } = this
		if (lies.busy) return [503, '{"error":"full"}']
		if (lies.babbles) return [200, '<html>']
		if (path === '/v1/challenge') {
			const nonce = `0x${hex(random(32))}`
			if (!lies.startsAgain) this.#challenges.add(nonce)
			lies.startsAgain = false
			return [200, JSON.stringify({ nonce, time: Date.now() })]
		}
		if (path === '/v1/session') return this.#begin(body)
		if (!this.#tokens.has(token)) return [401, '{"error":"sign in first"}']
		if (path === '/v1/view') {
			const { calls = [] } = body
			if (this.classes.includes('former-holder') && !calls.every(isOwn))
				return [403, '{"error":"you may not ask this"}']
			this.views++
			return [200, JSON.stringify(lies.says ?? this.#view(body))]
		}
		const envelope = this.envelopes.get(path)
		if (envelope !== undefined) return [200, envelope]
		if (path.startsWith('/v1/records/')) return [403, '{"error":"you cannot read it"}']
		const other = this.#consortium?.code
		if (other && path === pathOf(CONSORTIUM.kind, other)) return [200, other]
		this.codes++
		const found = this.code.slice()
		if (lies.otherCode) found[found.length - 1] ^= 1
		return path === pathOf('region', this.code) ? [200, found] : [404, '']
	}

	async #begin({ account, nonce, time, signature }: any): Promise<[number, string]> {
		const refused: [number, string] = [401, '{"error":"the sign-in is refused"}']
		const bytes = parseAccount(account)
		const { host } = new URL(this.url)
		const message = await signInMessage(host, this.genesis, unhex(nonce.slice(2)), bytes, time)
		const signed = verify(bytes, message, unhex(signature.slice(2)))
		if (this.lies.refuses || !signed || !this.#challenges.delete(nonce)) return refused
		this.signIns++
		const token = hex(random(32))
		this.#tokens.add(token)
		const session = { token, seconds: 600, classes: this.classes, region: PARA }
		return [200, JSON.stringify(session)]
	}

	#view({ chain, calls }: { chain: string; calls: Asked[] }) {
		const { leavesOut, alters } = this.lies
		const other = chain === CONSORTIUM.kind ? this.#consortium : null
		const { state, code } = other ?? { state: this.state, code: this.code }
		const nodes = ((other === null && this.pages?.nodes(calls)) || state.nodes)
			.filter((_, index) => index !== leavesOut)
			.map((node, index) => {
				const other = node.slice()
				if (index === alters) other[other.length - 1] ^= 1
				return `0x${hex(other)}`
			})
		return {
			header: `0x${hex(state.header)}`,
			answers: [],
			code: `0x${hex(blake2_256(code))}`,
			proof: nodes,
		}
	}
}

/** What everybody may ask, of themselves. */
const isOwn = ({ function: name }: Asked): boolean =>
	/^(Core|Metadata|AccountNonceApi)_|^RegistryApi_account$/.test(name)

const pathOf = (chain: string, code: Bytes) => `/v1/code/${chain}/0x${hex(blake2_256(code))}`

/** The nodes of a state without the code itself. */
function stateOf(entries: Entry[], runtime: Bytes, block = 7, begin = genesis): State {
	const first = entry('System', 'BlockHash', [0], `0x${hex(begin)}`)
	const { root, nodes, places } = trie([[utf8(':code'), runtime], first, ...entries])
	const isCode = (node: Bytes) => node.length >= 1e5
	return {
		header: headerOf(block, root),
		nodes: nodes.filter((node) => !isCode(node)),
		places: places.filter((_, index) => !isCode(nodes[index])),
	}
}

/** The chain, with these gateways. */
export const chainOf = (...gateways: { url: string }[]): Chain => ({
	kind: 'region',
	para: PARA,
	genesis: `0x${hex(genesis)}`,
	slot_duration: 6000,
	development: true,
	endpoints: gateways.map(({ url }) => ({ kind: 'gateway', url, authority: '' })),
})

/** The consortium, which the region's gateways serve, too. */
export const consortiumOf = (...gateways: { url: string }[]): Chain => ({
	...chainOf(...gateways),
	...CONSORTIUM,
	genesis: `0x${hex(CONSORTIUM.genesis)}`,
})

export const networkOf = (chain: Chain): NetworkFile => ({
	name: 'clinics',
	serial: 1,
	valid_until: Date.now() + 1e9,
	relay: null,
	chains: [chain],
	portal: null,
})
