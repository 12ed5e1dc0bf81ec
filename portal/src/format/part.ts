import { type Bytes, concat } from './bytes'
import { Cipher, ROOM } from './cipher'
import { HEADER, LEAF, leafCount, leafStart, parseHeader } from './layout'
import { need } from './refused'
import { type Fetch, leafOf } from './tree'

/** What a leaf holds of the document. */
export interface Part {
	/** The place of the first byte in the document. Says nothing if the part is empty. */
	start: number
	bytes: Bytes
	/** Whether the document ends in this leaf or before it. */
	ends: boolean
}

/**
 * Reads one leaf of the envelope with this CID and size on chain. Fetches the first leaf too, for
 * the header: let `fetch` keep what it got, if more parts follow. It does not prove the author: say
 * so where a part is shown, and write none to a file.
 */
export async function readPart(
	cid: Bytes,
	size: number,
	number: number,
	recordKey: Bytes,
	fetch: Fetch,
): Promise<Part> {
	const leaf = await leafOf(cid, size, number, fetch)
	const first = number === 0 ? leaf : await leafOf(cid, size, 0, fetch)
	const header = first.slice(0, HEADER)
	const cipher = await Cipher.of(recordKey, header, parseHeader(header))
	need(leaf.length === Math.min(LEAF, size - number * LEAF), 'segment-length')
	const segment = number === 0 ? leaf.subarray(HEADER) : leaf
	const last = number === leafCount(size) - 1
	const whole = concat(new Uint8Array(ROOM), segment)
	const { document, rest } = await cipher.open(number, last, whole)
	return { start: leafStart(number), bytes: document, ends: rest.length > 0 }
}
