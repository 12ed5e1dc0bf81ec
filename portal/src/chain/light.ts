/** The verifier: salus-light as WebAssembly. portal/light/src/ask.rs has the questions. */
import { type Bytes, concat, little, text } from '../format/bytes'
import { ScaleReader, scaleBytes, scaleList, scaleOption } from '../format/scale'
import type { NetworkFile } from './file'
import { NotProven, WHYS } from './refusal'

interface Exports {
	memory: WebAssembly.Memory
	salus_room(length: number): number
	salus_ask(): number
	salus_answer(): number
}

/** A time in Unix milliseconds, and the length of a chain's slots in milliseconds. */
export interface Clock {
	now: number
	slotDuration: number
}

/** A block of the relay chain that is known to be final. */
export interface Point {
	checkpoint: Bytes
	number: number
	setId: bigint
	reset: number
}

/** The newest head of a chain that was seen. */
export interface KnownHead {
	number: number
	hash: Bytes
}

/** A chain's newest head: proven, and not old. */
export interface Head {
	header: Bytes
	known: KnownHead
	/** In milliseconds. */
	age: number
}

/** The hashes that runtimes ask for, in the order of portal/light/src/ask.rs. */
export const HASHES = [
	'blake2_128',
	'blake2_256',
	'keccak_256',
	'sha2_256',
	'twox_64',
	'twox_128',
] as const
export type Hash = (typeof HASHES)[number]

const scaleClock = ({ now, slotDuration }: Clock): Bytes =>
	concat(little(now, 8), little(slotDuration, 8))

export class Light {
	private constructor(private readonly wasm: Exports) {}

	static async load(module: WebAssembly.Module): Promise<Light> {
		const { exports } = await WebAssembly.instantiate(module, {})
		return new Light(exports as unknown as Exports)
	}

	/**
	 * Reads a network file, and checks its signatures and that it may follow the known one. `confirmed`:
	 * a person agreed to a higher reset number.
	 */
	network(file: Bytes, known: Bytes | null, confirmed: boolean) {
		const knows = scaleOption(known && scaleBytes(known))
		const asked = concat(scaleBytes(file), knows, little(confirmed ? 1 : 0, 1))
		return JSON.parse(text(this.#ask(0, asked)) ?? '') as {
			network: NetworkFile
			fingerprint: string
		}
	}

	/** The newer of the network file's checkpoint and the one that was kept. */
	newer(first: Bytes, kept: Bytes | null): Point {
		return this.#point(1, concat(scaleBytes(first), scaleOption(kept && scaleBytes(kept))))
	}

	/** Follows the relay chain from a checkpoint. */
	follow(checkpoint: Bytes, steps: Bytes[], clock: Clock): Point {
		return this.#point(2, concat(scaleBytes(checkpoint), scaleList(steps), scaleClock(clock)))
	}

	/** A chain's newest head in the relay chain's state at a checkpoint. */
	head(
		checkpoint: Bytes,
		nodes: Bytes[],
		para: number,
		relay: Clock,
		chain: Clock,
		known: KnownHead | null,
	): Head {
		const before = scaleOption(known && concat(little(known.number, 4), known.hash))
		const clocks = concat(scaleClock(relay), scaleClock(chain))
		const asked = concat(scaleBytes(checkpoint), scaleList(nodes), little(para, 4))
		const scale = new ScaleReader(this.#ask(3, concat(asked, clocks, before)))
		return {
			header: scale.bytes(),
			known: { number: Number(scale.number(4)), hash: scale.take(32) },
			age: Number(scale.number(8)),
		}
	}

	/** Opens the state after a block, for `get`, `exists` and `nextKey`. Gives the hash of its runtime's code. */
	open(header: Bytes, nodes: Bytes[], genesis: Bytes): Bytes {
		return this.#ask(4, concat(scaleBytes(header), scaleList(nodes), genesis))
	}

	/** The value at a key of the open state, as `Option<Vec<u8>>` in SCALE. */
	get(key: Bytes): Bytes {
		return this.#ask(5, scaleBytes(key))
	}

	/** Whether the open state has a value at a key. */
	exists(key: Bytes): boolean {
		return this.#ask(8, scaleBytes(key))[0] === 1
	}

	/** The key after a key of the open state, as `Option<Vec<u8>>` in SCALE. */
	nextKey(key: Bytes): Bytes {
		return this.#ask(6, scaleBytes(key))
	}

	hash(kind: Hash, bytes: Bytes): Bytes {
		return this.#ask(7, concat(little(HASHES.indexOf(kind), 1), scaleBytes(bytes)))
	}

	#point(kind: number, asked: Bytes): Point {
		const scale = new ScaleReader(this.#ask(kind, asked))
		return {
			checkpoint: scale.bytes(),
			number: Number(scale.number(4)),
			setId: scale.number(8),
			reset: Number(scale.number(4)),
		}
	}

	#ask(kind: number, asked: Bytes): Bytes {
		const { memory, salus_room, salus_ask, salus_answer } = this.wasm
		const at = salus_room(1 + asked.length)
		const question = new Uint8Array(memory.buffer, at, 1 + asked.length)
		question[0] = kind
		question.set(asked, 1)
		const length = salus_ask()
		const scale = new ScaleReader(new Uint8Array(memory.buffer, salus_answer(), length))
		if (scale.byte() === 0) return scale.bytes()
		const why = WHYS[scale.byte()]
		throw new NotProven(why, scale.string())
	}
}
