import type { Bytes } from '../format'
import type { Store } from '../keys/store'
import { type Chain, type NetworkFile, gatewaysOf } from './file'
import type { Guarded } from './guarded'
import type { Invitation } from './link'

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

/** The largest file, in bytes. */
const MOST = 256 << 10

/** The networks that the people of this device know. */
export class Networks {
	constructor(
		private readonly store: Store,
		private readonly guarded: Guarded,
		/** Gets the file that the portal's own server has of a network. */
		private readonly fetchFile: (name: string) => Promise<Bytes | null> = ownFile,
	) {}

	/** The file of the link's network, from this portal's server. `null`: it has none. */
	async find({ network }: Invitation): Promise<Bytes | null> {
		return this.fetchFile(network)
	}

	/** Reads a first file, and checks that it is the link's. */
	async look(file: Bytes, invitation: Invitation): Promise<Looked> {
		const read = await this.#read(file, null)
		if (read.network.name !== invitation.network) throw new Mismatch('network')
		if (read.fingerprint.replaceAll(' ', '') !== invitation.fingerprint) {
			throw new Mismatch('fingerprint')
		}
		regionOf(read.network, invitation)
		return { file, ...read }
	}

	/** Believes a first file, after a person has compared its fingerprint. */
	async confirm({ file, network }: Looked): Promise<void> {
		await this.store.putNetwork(network.name, file)
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

async function ownFile(name: string): Promise<Bytes | null> {
	const answer = await fetch(`/networks/${name}.json`, { cache: 'no-cache' })
	if (!answer.ok || !answer.headers.get('Content-Type')?.includes('json')) return null
	const file = new Uint8Array(await answer.arrayBuffer())
	return file.length <= MOST ? file : null
}
