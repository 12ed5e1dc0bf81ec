import { type Bytes, hex } from '../format'
import { ScaleReader } from '../format/scale'
import type { NetworkFile } from './file'
import { type Head, type KnownHead, Light, type Point } from './light'
import { NotProven } from './refusal'
import { Runtime } from './runtime'

/** What is known of a chain before anybody is asked. */
export interface Rules {
	para: number
	genesis: Bytes
	/** In milliseconds. */
	slotDuration: number
	/** The length of the relay chain's slots in milliseconds. `null`: the head is the gateway's word. */
	relaySlotDuration: number | null
}

/** What was seen of a chain before. */
export interface Seen {
	/** The newest checkpoint of the relay chain; without one, the chain is for development. */
	checkpoint: Bytes | null
	head: KnownHead | null
}

/** What a gateway answers to views, as bytes. */
export interface Proof {
	header: Bytes
	/** Nodes of the chain's state. */
	nodes: Bytes[]
	/** `head`: nodes of the relay chain's state; `null`, if there are more steps. */
	relay: { steps: Bytes[]; head: Bytes[] | null } | null
}

/** What a proof shows. */
export interface Shown {
	/** The newest checkpoint. */
	point: Point | null
	/** `null`: ask again from the checkpoint, as there are more steps. */
	state: { header: Bytes; head: KnownHead; code: string; age: number | null } | null
}

export interface Call {
	name: string
	given: Bytes
}

/** Those of a region and of the consortium, before and after an upgrade. */
const MOST_RUNTIMES = 4

/** Verifies, in a worker without keys. */
export class Prover {
	#light: Light | null = null
	#runtimes = new Map<string, Runtime>()

	async start(wasm: WebAssembly.Module): Promise<void> {
		this.#light ??= await Light.load(wasm)
	}

	network(
		file: Bytes,
		known: Bytes | null,
		confirmed: boolean,
	): { network: NetworkFile; fingerprint: string } {
		return this.#desk().network(file, known, confirmed)
	}

	newer(first: Bytes, kept: Bytes | null): Point {
		return this.#desk().newer(first, kept)
	}

	/** Checks a gateway's proof, and opens the state that it shows. */
	check(rules: Rules, seen: Seen, proof: Proof, now: number): Shown {
		const light = this.#desk()
		const { relaySlotDuration } = rules
		if (relaySlotDuration === null) {
			const head = {
				number: numberOf(proof.header),
				hash: light.hash('blake2_256', proof.header),
			}
			const code = light.open(proof.header, proof.nodes, rules.genesis)
			return {
				point: null,
				state: { header: proof.header, head, code: hex(code), age: null },
			}
		}
		if (seen.checkpoint === null || proof.relay === null) {
			throw new NotProven('false', 'the answer does not prove the head')
		}
		const relay = { now, slotDuration: relaySlotDuration }
		const point = light.follow(seen.checkpoint, proof.relay.steps, relay)
		if (proof.relay.head === null) return { point, state: null }
		const chain = { now, slotDuration: rules.slotDuration }
		const { checkpoint } = point
		const head: Head = light.head(
			checkpoint,
			proof.relay.head,
			rules.para,
			relay,
			chain,
			seen.head,
		)
		const code = light.open(head.header, proof.nodes, rules.genesis)
		const { header, known, age } = head
		return { point, state: { header, head: known, code: hex(code), age } }
	}

	has(code: string): boolean {
		return this.#runtimes.has(code)
	}

	/** Takes code, which runs only over a state that names it. `expected`: its hash, if a state did. Gives its hash. */
	async load(code: Bytes, expected: string | null): Promise<string> {
		const light = this.#desk()
		const hash = hex(light.hash('blake2_256', code))
		if (expected !== null && hash !== expected) {
			throw new NotProven('false', 'this is another code than the chain has')
		}
		if (this.#runtimes.has(hash)) return hash
		if (this.#runtimes.size >= MOST_RUNTIMES) this.#runtimes.clear()
		this.#runtimes.set(hash, await Runtime.compile(code, light))
		return hash
	}

	/** Runs calls over the open state. */
	run(code: string, calls: Call[]): Bytes[] {
		const runtime = this.#runtimes.get(code)
		if (runtime === undefined) throw new NotProven('failed', 'the runtime is not loaded')
		return calls.map(({ name, given }) => runtime.call(name, given))
	}

	/** The values at these keys of the open state; `null`: there is none. */
	values(keys: Bytes[]): (Bytes | null)[] {
		const light = this.#desk()
		return keys.map((key) => {
			const found = new ScaleReader(light.get(key))
			return found.option(() => found.bytes())
		})
	}

	#desk(): Light {
		if (this.#light === null) throw new Error('the verifier is not loaded')
		return this.#light
	}
}

/** The number of a header's block: after the parent's hash. */
function numberOf(header: Bytes): number {
	return new ScaleReader(header.subarray(32)).compact()
}
