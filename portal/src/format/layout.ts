import { type Bytes, concat, little, same, utf8 } from './bytes'
import { need } from './refused'

export const HEADER = 48
/** The bytes of every leaf but the last. A leaf is a segment; the first begins with the header. */
export const LEAF = 1 << 20
export const IV = 16
export const TAG = 32
export const COUNT = 4

const MAGIC = utf8('salusenv')
const NONCE_AT = 12
const RESERVED_AT = 44

export const header = (nonce: Bytes): Bytes =>
	concat(MAGIC, little(1, 2), little(1, 2), nonce, new Uint8Array(4))

/** The nonce of a header. */
export function parseHeader(bytes: Bytes): Bytes {
	need(bytes.length === HEADER && same(bytes.subarray(0, 8), MAGIC), 'magic')
	need(same(bytes.subarray(8, 10), little(1, 2)), 'version')
	need(same(bytes.subarray(10, 12), little(1, 2)), 'suite')
	need(
		bytes.subarray(RESERVED_AT).every((byte) => byte === 0),
		'reserved',
	)
	return bytes.slice(NONCE_AT, RESERVED_AT)
}

/** The most bytes of this segment. */
export const segmentLength = (number: number): number => (number === 0 ? LEAF - HEADER : LEAF)

/** The most payload bytes of this segment: without IV, count, one byte of padding, and tag. */
export const capacity = (number: number): number => segmentLength(number) - IV - COUNT - 1 - TAG

/** The place in the payload, and so in the document, of a leaf's first byte. */
export const leafStart = (leaf: number): number =>
	leaf === 0 ? 0 : capacity(0) + (leaf - 1) * capacity(1)

/** How many leaves an envelope of so many bytes has. */
export const leafCount = (size: number): number => Math.ceil(size / LEAF)

/** The Padmé size of a length, up to 2^53. */
export function padme(length: number): number {
	if (length < 2) return length
	const log2 = (number: bigint) => number.toString(2).length - 1
	const exponent = log2(BigInt(length))
	const free = BigInt(exponent - log2(BigInt(exponent)) - 1)
	const mask = (1n << free) - 1n
	return Number((BigInt(length) + mask) & ~mask)
}
