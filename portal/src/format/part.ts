import type { Bytes } from './bytes'
import { Cipher } from './cipher'
import { HEADER, LEAF, leafCount, leafStart, parseHeader } from './layout'
import { Refused, need } from './refused'

/** What a leaf holds of the document. */
export interface Part {
	/** The place of the first byte in the document. Says nothing if the part is empty. */
	start: number
	bytes: Bytes
	/** Whether the document ends in this leaf or before it. */
	ends: boolean
}

/**
 * Opens single leaves of an envelope. Check each against the record's CID first, by `LeafPath`. It
 * does not prove the author: say so where a part is shown, and write none to a file.
 */
export class PartReader {
	private constructor(
		private readonly cipher: Cipher,
		private readonly header: Bytes,
		private readonly size: number,
	) {}

	static async of(firstLeaf: Bytes, size: number, recordKey: Bytes): Promise<PartReader> {
		const header = firstLeaf.slice(0, HEADER)
		return new PartReader(await Cipher.of(recordKey, header, parseHeader(header)), header, size)
	}

	async open(number: number, leaf: Bytes): Promise<Part> {
		const length = Math.min(LEAF, this.size - number * LEAF)
		need(number >= 0 && leaf.length === length, 'segment-length')
		const own = this.header.every((byte, at) => leaf[at] === byte)
		if (number === 0 && !own) throw new Refused('tag', 0)
		const segment = number === 0 ? leaf.subarray(HEADER) : leaf
		const last = number === leafCount(this.size) - 1
		const { document, rest } = await this.cipher.open(number, last, segment)
		return { start: leafStart(number), bytes: document, ends: rest.length > 0 }
	}
}
