/** States for tests: tries as chains of state version 1 have them, with all their nodes. */
import { blake2b } from '@noble/hashes/blake2.js'
import { type Bytes, concat, little } from '../src/format'
import { scaleBytes, scaleCompact } from '../src/format/scale'

export const blake2_256 = (bytes: Uint8Array): Bytes => blake2b(bytes, { dkLen: 32 }) as Bytes

type Entry = { nibbles: number[]; value: Bytes }

const nibblesOf = (key: Uint8Array): number[] => [...key].flatMap((byte) => [byte >> 4, byte & 15])

const digits = (nibbles: number[]): string => nibbles.map((one) => one.toString(16)).join('')

/** The kind of a node in the first bits, the number of nibbles in the others and in bytes after. */
function head(kind: number, bits: number, count: number): Bytes {
	const most = 2 ** (8 - bits) - 1
	const first = kind | Math.min(count, most)
	if (count < most) return new Uint8Array([first])
	const more = []
	let left = count - most
	for (; left >= 255; left -= 255) more.push(255)
	return new Uint8Array([first, ...more, left])
}

function partial(nibbles: number[]): Bytes {
	const even = nibbles.length % 2 === 0 ? nibbles : [0, ...nibbles]
	const bytes = new Uint8Array(even.length / 2)
	for (let at = 0; at < bytes.length; at++) bytes[at] = (even[2 * at] << 4) | even[2 * at + 1]
	return bytes
}

/**
 * A state of these entries: its root and all its nodes, values that are nodes among them. `places` has
 * of each node the digits that lead to it: a proof of a key has those with which the key begins.
 */
export function trie(entries: [Uint8Array, Uint8Array][]) {
	const nodes: Bytes[] = []
	const places: string[] = []
	const keep = (node: Bytes, place: string) => {
		nodes.push(node)
		places.push(place)
	}
	const valueOf = (value: Bytes, place: string): { hashed: boolean; bytes: Bytes } => {
		if (value.length <= 32) return { hashed: false, bytes: scaleBytes(value) }
		keep(value, place)
		return { hashed: true, bytes: blake2_256(value) }
	}
	const encode = (all: Entry[], place: string): Bytes => {
		if (all.length === 1) {
			const [{ nibbles, value }] = all
			const { hashed, bytes } = valueOf(value, place + digits(nibbles))
			const start = hashed ? head(0x20, 3, nibbles.length) : head(0x40, 2, nibbles.length)
			return concat(start, partial(nibbles), bytes)
		}
		const [first] = all
		let shared = 0
		while (
			all.every(
				({ nibbles }) =>
					nibbles.length > shared && nibbles[shared] === first.nibbles[shared],
			)
		)
			shared++
		const here = place + digits(first.nibbles.slice(0, shared))
		const own = all.find(({ nibbles }) => nibbles.length === shared)
		const value = own && valueOf(own.value, here)
		let bitmap = 0
		const children: Bytes[] = []
		for (let nibble = 0; nibble < 16; nibble++) {
			const below = all.filter(({ nibbles }) => nibbles[shared] === nibble)
			if (below.length === 0) continue
			bitmap |= 1 << nibble
			const lower = here + nibble.toString(16)
			const child = encode(
				below.map(({ nibbles, value }) => ({ nibbles: nibbles.slice(shared + 1), value })),
				lower,
			)
			if (child.length >= 32) keep(child, lower)
			children.push(scaleBytes(child.length >= 32 ? blake2_256(child) : child))
		}
		const start =
			value === undefined
				? head(0x80, 2, shared)
				: value.hashed
					? head(0x10, 4, shared)
					: head(0xc0, 2, shared)
		const path = partial(first.nibbles.slice(0, shared))
		return concat(start, path, little(bitmap, 2), value?.bytes ?? new Uint8Array(), ...children)
	}
	const root = encode(
		entries.map(([key, value]) => ({ nibbles: nibblesOf(key), value: value.slice() as Bytes })),
		'',
	)
	keep(root, '')
	return { root: blake2_256(root), nodes, places }
}

/** The header of a block with this state, without a digest. */
export const headerOf = (number: number, root: Bytes): Bytes =>
	concat(new Uint8Array(32).fill(1), scaleCompact(number), root, new Uint8Array(32), little(0, 1))
