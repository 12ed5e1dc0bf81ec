/** Runtimes for tests, by hand: one function, `view`, with the parameters as a pointer and a length. */
import { type Bytes, utf8 } from '../src/format'

const I32 = 0x7f
const I64 = 0x7e

/** What it imports: the index of each is that of its function. */
const IMPORTS = [
	['ext_storage_get_version_1', [I64], [I64]],
	['ext_storage_next_key_version_1', [I64], [I64]],
	['ext_storage_exists_version_1', [I64], [I32]],
	['ext_allocator_malloc_version_1', [I32], [I32]],
	['ext_allocator_free_version_1', [I32], []],
	['ext_hashing_blake2_256_version_1', [I64], [I32]],
	['ext_storage_set_version_1', [I64, I64], []],
] as const

const call = (name: string): number[] => [
	0x10,
	IMPORTS.findIndex(([known]) => known === `ext_${name}_version_1`),
]

export const CODE = {
	/** The parameters as a pointer and a length in one. */
	packed: [0x20, 0, 0xad, 0x20, 1, 0xad, 0x42, 32, 0x86, 0x84],
	call,
	number32: (number: number): number[] => [0x41, ...signed(number)],
	number64: (number: number): number[] => [0x42, ...signed(number)],
	drop: [0x1a],
	forever: (body: number[]): number[] => [0x03, 0x40, ...body, 0x0c, 0, 0x0b],
	unreachable: [0x00],
}

function signed(number: number): number[] {
	const bytes = []
	for (;;) {
		const byte = number & 0x7f
		number >>= 7
		const last = (number === 0 && (byte & 0x40) === 0) || (number === -1 && (byte & 0x40) !== 0)
		bytes.push(last ? byte : byte | 0x80)
		if (last) return bytes
	}
}

function unsigned(number: number): number[] {
	const bytes = []
	for (; number > 0x7f; number >>>= 7) bytes.push((number & 0x7f) | 0x80)
	return [...bytes, number]
}

const list = (items: number[][]): number[] => [...unsigned(items.length), ...items.flat()]
const text = (value: string): number[] => list([...utf8(value)].map((byte) => [byte]))
const section = (id: number, content: number[]): number[] => [
	id,
	...unsigned(content.length),
	...content,
]

/** A runtime whose view has this code. Its heap begins at 1024. */
export function runtime(code: number[]): Bytes {
	const types = [...IMPORTS.map(([, given, back]) => [given, back]), [[I32, I32], [I64]]]
	const body = [0, ...code, 0x0b]
	return new Uint8Array([
		...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
		...section(
			1,
			list(
				types.map(([given, back]) => [
					0x60,
					...list([...given].map((type) => [type])),
					...list([...back].map((type) => [type])),
				]),
			),
		),
		...section(
			2,
			list([
				...IMPORTS.map(([name], at) => [...text('env'), ...text(name), 0, at]),
				[...text('env'), ...text('memory'), 2, 0, 1],
			]),
		),
		...section(3, list([[IMPORTS.length]])),
		...section(6, list([[I32, 0, ...CODE.number32(1024), 0x0b]])),
		...section(
			7,
			list([
				[...text('__heap_base'), 3, 0],
				[...text('view'), 0, IMPORTS.length],
			]),
		),
		...section(10, list([[...unsigned(body.length), ...body]])),
	])
}

/** A runtime whose functions have these answers, whatever their parameters. */
export function answering(answers: Record<string, Uint8Array>): Bytes {
	let end = 1024
	const placed = Object.entries(answers).map(([name, answer]) => {
		const at = end
		end += answer.length
		return { name, at, answer }
	})
	const bodies = placed.map(({ at, answer }) => {
		const numbers = [...CODE.number64(at), ...CODE.number64(answer.length)]
		const body = [0, ...numbers, 0x42, 32, 0x86, 0x84, 0x0b]
		return [...unsigned(body.length), ...body]
	})
	return new Uint8Array([
		...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
		...section(1, list([[0x60, ...list([[I32], [I32]]), ...list([[I64]])]])),
		...section(2, list([[...text('env'), ...text('memory'), 2, 0, 1]])),
		...section(3, list(placed.map(() => [0]))),
		...section(6, list([[I32, 0, ...CODE.number32(end), 0x0b]])),
		...section(
			7,
			list([
				[...text('__heap_base'), 3, 0],
				...placed.map(({ name }, at) => [...text(name), 0, at]),
			]),
		),
		...section(10, list(bodies)),
		...section(
			11,
			list(
				placed.map(({ at, answer }) => [
					...[0, ...CODE.number32(at), 0x0b],
					...unsigned(answer.length),
					...answer,
				]),
			),
		),
	])
}
