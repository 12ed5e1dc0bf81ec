import { expect, test } from 'vitest'
import { type Bytes, concat, sha256 } from '../src/format'
import { Reader } from '../src/format/reader'

const SIZE = 5_000_003
/** No two pieces of it are the same. */
const bytes = new Uint8Array(SIZE).map((_, at) => at ^ (at >> 8) ^ (at >> 16))
/** The first piece is shorter, as the first leaf's. */
const start = (piece: number) => (piece === 0 ? 0 : piece * 700_000 - 37)

test('a file is read piece by piece, into one buffer', async () => {
	const reader = new Reader(new Blob([bytes]), start)
	const buffer = new ArrayBuffer(700_002)
	const pieces: Bytes[] = []
	for (let piece = 0; piece < 10; piece++) {
		const filled = await reader.fill(buffer, 1)
		expect(filled.byteOffset).toBe(1)
		expect(filled.length).toBe(
			Math.max(0, Math.min(SIZE, start(piece + 1)) - Math.min(SIZE, start(piece))),
		)
		pieces.push(filled.slice())
	}
	expect(await sha256(concat(...pieces))).toEqual(await sha256(bytes))
	// Nothing around them was touched.
	expect([...new Uint8Array(buffer, 0, 1), ...new Uint8Array(buffer, 700_001)]).toEqual([0, 0])
})

test('a file that cannot be read any more is refused, and it is said why', async () => {
	const gone = new DOMException('it is gone', 'NotFoundError')
	const piece = { arrayBuffer: () => Promise.reject(gone) }
	const reader = new Reader({ slice: () => piece } as unknown as Blob, start)
	await expect(reader.fill(new ArrayBuffer(100), 0)).rejects.toBe(gone)
})
