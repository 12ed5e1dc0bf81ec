/** The chain's own runtime, run by the browser's engine over what a proof shows. */
import { decompress } from 'fzstd'
import { type Bytes, free, little, same, unhex } from '../format/bytes'
import { ScaleReader, scaleOption } from '../format/scale'
import { Heap } from './heap'
import { HASHES, type Light } from './light'
import { NotProven } from './refusal'

/** Before code that is compressed with zstd. */
const COMPRESSED = unhex('52bc537646db8e05')
const MOST_CODE = 50 << 20
const PAGE = 65_536
/** Pages of memory at the start. A runtime that asks for more gets all at once. */
const PAGES = 512
const MOST_PAGES = 2048

/** A pointer and a length, as runtimes and their hosts pass them. */
const pack = (at: number, length: number): bigint => (BigInt(length) << 32n) | BigInt(at)
const place = (packed: bigint): [number, number] => [
	Number(BigInt.asUintN(32, packed)),
	Number(BigInt.asUintN(64, packed) >> 32n),
]

const failed = (message: string): NotProven => new NotProven('failed', message)

/** The Wasm of code as the chain has it. */
function unpack(code: Bytes): Bytes {
	if (!same(code.subarray(0, COMPRESSED.length), COMPRESSED)) return code
	// In pieces it would take ten times as long: the frame asks for a window of 128 MiB. So there is room
	// for the largest, and the Wasm itself tells where it ends.
	const room = decompress(code.subarray(COMPRESSED.length), new Uint8Array(MOST_CODE))
	const wasm = room.slice(0, lengthOf(room)) as Bytes
	free(room as Bytes)
	return wasm
}

/** The length of the Wasm before zeros: no section has number 0 and length 0. */
function lengthOf(room: Uint8Array): number {
	let at = 8
	while (at < room.length) {
		let [size, shift, next] = [0, 0, at + 1]
		do {
			size += (room[next] & 0x7f) * 2 ** shift
			shift += 7
		} while (room[next++] >= 0x80 && shift < 35)
		if (room[at] === 0 && size === 0) return at
		at = next + size
	}
	return room.length
}

/** A runtime that can run views. */
export class Runtime {
	private constructor(
		private readonly module: WebAssembly.Module,
		private readonly light: Light,
	) {}

	/** Compiles code that is proven. */
	static async compile(code: Bytes, light: Light): Promise<Runtime> {
		try {
			return new Runtime(await WebAssembly.compile(unpack(code)), light)
		} catch (error) {
			throw failed(`the runtime's code cannot be run: ${error}`)
		}
	}

	/**
	 * Runs a function such as `EmrApi_record`, with arguments and answer in SCALE, over the state that
	 * is open in the verifier. Each call gets a memory of its own, and what a view needs of a host: to
	 * read the state, to hash, and memory. All else ends it, and so does what the proof does not show.
	 */
	call(name: string, given: Bytes): Bytes {
		try {
			return new Call(this.module, this.light).run(name, given)
		} catch (error) {
			throw error instanceof NotProven ? error : failed(`${name}: ${error}`)
		}
	}
}

class Call {
	#memory: WebAssembly.Memory
	#heap: Heap
	#exports: WebAssembly.Exports

	constructor(
		module: WebAssembly.Module,
		private readonly light: Light,
	) {
		const { memory, instance } = this.#instantiate(module)
		const own = instance.exports.memory
		this.#exports = instance.exports
		this.#memory = own instanceof WebAssembly.Memory ? own : memory
		const base = this.#exports.__heap_base
		if (!(base instanceof WebAssembly.Global)) throw failed('the runtime has no __heap_base')
		this.#heap = new Heap(Number(base.value))
	}

	run(name: string, given: Bytes): Bytes {
		const entry = this.#exports[name]
		if (typeof entry !== 'function') throw new NotProven('page', `the chain has no ${name}`)
		const answer: unknown = entry(this.#place(given), given.length)
		if (typeof answer !== 'bigint') throw failed(`${name} returns something else`)
		return this.#bytes(answer)
	}

	#instantiate(module: WebAssembly.Module) {
		const wanted = WebAssembly.Module.imports(module)
		const functions: Record<string, WebAssembly.ImportValue> = Object.fromEntries(
			wanted
				.filter(({ kind }) => kind === 'function')
				.map(({ name }) => [
					name,
					() => {
						throw failed(`no view may call ${name}`)
					},
				]),
		)
		Object.assign(functions, this.#functions())
		for (const pages of [PAGES, MOST_PAGES]) {
			const memory = new WebAssembly.Memory({ initial: pages, maximum: MOST_PAGES })
			try {
				const env = { ...functions, memory }
				return { memory, instance: new WebAssembly.Instance(module, { env }) }
			} catch (error) {
				if (!(error instanceof WebAssembly.LinkError) || pages === MOST_PAGES) throw error
			}
		}
		throw failed('unreachable')
	}

	/** What views use. The same as VIEW_FUNCTIONS of light/src/host.rs. */
	#functions(): Record<string, WebAssembly.ImportValue> {
		const hashes = HASHES.map((kind) => [
			`ext_hashing_${kind}_version_1`,
			(data: bigint) => this.#place(this.light.hash(kind, this.#bytes(data))),
		])
		return {
			...Object.fromEntries(hashes),
			ext_allocator_malloc_version_1: (size: number) => this.#allocate(size >>> 0),
			ext_allocator_free_version_1: (at: number) => {
				if (!this.#heap.take(at >>> 0)) throw failed('it gave back what it never had')
			},
			ext_logging_max_level_version_1: () => 0,
			ext_logging_log_version_1: () => {},
			ext_storage_get_version_1: (key: bigint) =>
				this.#give(this.light.get(this.#bytes(key))),
			ext_storage_exists_version_1: (key: bigint) =>
				Number(this.light.exists(this.#bytes(key))),
			ext_storage_read_version_1: (key: bigint, out: bigint, offset: number) => {
				const found = new ScaleReader(this.light.get(this.#bytes(key)))
				const value = found.option(() => found.bytes())
				const rest = value?.subarray(offset >>> 0)
				if (rest !== undefined) {
					const [at, room] = place(out)
					this.#view(at, Math.min(room, rest.length)).set(rest.subarray(0, room))
				}
				return this.#give(scaleOption(rest === undefined ? null : little(rest.length, 4)))
			},
			ext_storage_next_key_version_1: (key: bigint) =>
				this.#give(this.light.nextKey(this.#bytes(key))),
		}
	}

	#allocate(size: number): number {
		const piece = this.#heap.give(size)
		const missing = Math.ceil((piece?.end ?? 0) / PAGE) - this.#memory.buffer.byteLength / PAGE
		if (piece === null || piece.end > MOST_PAGES * PAGE)
			throw failed('it needs too much memory')
		if (missing > 0) this.#memory.grow(missing)
		return piece.at
	}

	/** Puts bytes on the heap. */
	#place(bytes: Uint8Array): number {
		const at = this.#allocate(bytes.length)
		this.#view(at, bytes.length).set(bytes)
		return at
	}

	#give(bytes: Bytes): bigint {
		return pack(this.#place(bytes), bytes.length)
	}

	#bytes(packed: bigint): Bytes {
		return this.#view(...place(packed)).slice() as Bytes
	}

	#view(at: number, length: number): Uint8Array {
		if (at + length > this.#memory.buffer.byteLength) throw failed('it left its memory')
		return new Uint8Array(this.#memory.buffer, at, length)
	}
}
