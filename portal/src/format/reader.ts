import { type Bytes, free, later } from './bytes'

/** How many reads are under way: each takes a while, however fast the device is. */
const READS = 4

/** Reads a file piece by piece, into buffers of the caller's. */
export class Reader {
	#next = 0
	readonly #reading: Promise<Bytes>[] = []

	/** `start`: where each piece begins. The last ones are cut by the file's end, or are empty. */
	constructor(
		private readonly file: Blob,
		private readonly start: (piece: number) => number,
	) {}

	/** Puts the next piece into this buffer, from this byte on. */
	async fill(buffer: ArrayBuffer, from: number): Promise<Bytes> {
		while (this.#reading.length < READS) {
			const [begin, end] = [this.start(this.#next), this.start(this.#next + 1)]
			this.#next++
			this.#reading.push(later(bytesOf(this.file.slice(begin, end))))
		}
		const piece = await (this.#reading.shift() as Promise<Bytes>)
		const filled = new Uint8Array(buffer, from, piece.length)
		filled.set(piece)
		free(piece)
		return filled
	}
}

/** Browsers have the same error for it. */
export const changed = () => new DOMException('the file was changed', 'NotReadableError')

export const bytesOf = async (blob: Blob): Promise<Bytes> =>
	new Uint8Array(await blob.arrayBuffer())
