import { type Bytes, hex, sha256, text } from '../format'
import type { Store } from '../keys/store'
import { type Chain, type NetworkFile, gatewaysOf } from './file'
import type { Guarded } from './guarded'
import type { Invitation } from './link'
import { BadNetworkFile, networkMessage, parseNetwork } from './networkfile'
import { NotProven } from './refusal'
import type { SignedRelease } from '../release/list'

/** A network file that a person has not confirmed yet. */
export interface Looked {
	file: Bytes
	network: NetworkFile
	/** 16 groups of four hex digits. */
	fingerprint: string
}

/** The link and the network file do not fit. */
export class Mismatch extends Error {
	constructor(readonly what: 'fingerprint' | 'network' | 'gateway') {
		super(`the link has another ${what} than the network file`)
		this.name = 'Mismatch'
	}
}

/** The largest network file, the largest list of a release, and the largest code, in bytes. */
const MOST = 256 << 10
const MOST_LIST = 1 << 20
const MOST_CODE = 16 << 20
/** How long this portal's own server may take for a file, in milliseconds. */
const PATIENCE = 60_000

/** The networks that the people of this device know. */
export class Networks {
	constructor(
		private readonly store: Store,
		private readonly guarded: Guarded,
		/** Gets the file that the portal's own server has of a network. */
		private readonly fetchFile: (name: string) => Promise<Bytes | null> = ownNetwork,
	) {}

	/** The file of the link's network, from this portal's server. `null`: it has none. */
	async find({ network }: Invitation): Promise<Bytes | null> {
		return this.fetchFile(network)
	}

	/**
	 * Reads a first file, and checks that it is the link's. `confirm` verifies it: so whoever comes by a link need
	 * not wait for the verifier.
	 */
	async look(file: Bytes, invitation: Invitation): Promise<Looked> {
		const { network, print } = await readAlone(file)
		if (network.name !== invitation.network) throw new Mismatch('network')
		if (print.replaceAll(' ', '') !== invitation.fingerprint) throw new Mismatch('fingerprint')
		regionOf(network, invitation)
		return { file, network, fingerprint: print }
	}

	/** Verifies a first file, and believes it, after a person has compared its fingerprint. */
	async confirm({ file, fingerprint }: Looked): Promise<void> {
		const read = await this.#read(file, null)
		if (read.fingerprint !== fingerprint) throw new Mismatch('fingerprint')
		await this.store.putNetwork(read.network.name, file)
	}

	/** A network that is known. The file is checked each time. */
	async open(name: string): Promise<Looked | null> {
		const known = await this.store.network(name)
		return known === undefined
			? null
			: { file: known.file, ...(await this.#read(known.file, null)) }
	}

	/** Takes the next file of a known network. `confirmed`: a person agreed that it began anew. */
	async update(name: string, file: Bytes, confirmed: boolean): Promise<Looked> {
		const next = await this.#next(name, file, confirmed)
		await this.store.putNetwork(name, file)
		return next
	}

	/** Reads the next file of a network that began anew, for a person to compare its fingerprint. */
	lookAnew(name: string, file: Bytes): Promise<Looked> {
		return this.#next(name, file, true)
	}

	async #next(name: string, file: Bytes, confirmed: boolean): Promise<Looked> {
		const known = await this.open(name)
		if (known === null) throw new Mismatch('network')
		return { file, ...(await this.#read(file, known.file, confirmed)) }
	}

	#read(file: Bytes, known: Bytes | null, confirmed = false) {
		return this.guarded.turn((prover) => prover.network(file, known, confirmed))
	}
}

/** The region whose gateway the link names. */
export function regionOf(network: NetworkFile, { gateway }: Invitation): Chain {
	const { origin } = new URL(gateway)
	const region = network.chains.find(
		(chain) =>
			chain.kind === 'region' &&
			gatewaysOf(chain).some((url) => new URL(url).origin === origin),
	)
	if (region === undefined) throw new Mismatch('gateway')
	return region
}

const ownNetwork = (name: string): Promise<Bytes | null> =>
	ownFile(`/networks/${name}.json`, 'json', MOST)

/**
 * The runtime's code that this portal's own server has of a region. `null`: it has none, or what is kept. Nobody
 * vouches for it.
 */
export async function ownCode(
	network: string,
	region: number,
	kept: [hash: string, code: Bytes][],
): Promise<Bytes | null> {
	const path = `runtimes/${network}-${region}.wasm`
	// Not each server says whether a file has changed. The release's list does.
	const sum = kept.length === 0 ? null : await ownSum(path).catch(() => null)
	for (const [, code] of kept) if (`0x${hex(await sha256(code))}` === sum) return null
	return ownFile(`/${path}`, 'wasm', MOST_CODE)
}

/** The SHA-256 of a file in the list of this portal's own server. */
async function ownSum(path: string): Promise<string | undefined> {
	const list = (await ownFile('/release.json', 'json', MOST_LIST)) ?? new Uint8Array()
	const { release } = JSON.parse(text(list) ?? '') as SignedRelease
	return release.files.find((file) => file.path === path)?.sha256
}

/** A network's file, read without the verifier. */
async function readAlone(file: Bytes) {
	try {
		const { network } = parseNetwork(text(file) ?? '')
		return { network, ...(await networkMessage(network)) }
	} catch (error) {
		throw error instanceof BadNetworkFile ? new NotProven('false', error.message) : error
	}
}

async function ownFile(path: string, kind: string, most: number): Promise<Bytes | null> {
	const signal = AbortSignal.timeout(PATIENCE)
	const answer = await fetch(path, { cache: 'no-cache', signal })
	if (!answer.ok || !answer.headers.get('Content-Type')?.includes(kind)) return null
	const file = new Uint8Array(await answer.arrayBuffer())
	return file.length <= most ? file : null
}
