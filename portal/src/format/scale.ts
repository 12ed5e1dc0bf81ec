import { type Bytes, concat, little, text, unlittle, utf8 } from './bytes'

/** A byte string with its length before it. */
export function scaleBytes(bytes: Uint8Array): Bytes {
	const mode = bytes.length < 1 << 6 ? 0 : bytes.length < 1 << 14 ? 1 : 2
	return concat(little(4 * bytes.length + mode, 2 ** mode), bytes)
}

export const scaleText = (value: string): Bytes => scaleBytes(utf8(value))

export const scaleOption = (value: Uint8Array | null): Bytes =>
	value === null ? little(0, 1) : concat(little(1, 1), value)

/** Reads SCALE. Throws where the bytes end or break a rule. */
export class ScaleReader {
	#at = 0
	constructor(private readonly bytes: Uint8Array) {}

	take(length: number): Bytes {
		if (this.#at + length > this.bytes.length) throw new Error('SCALE ends too early')
		this.#at += length
		return this.bytes.slice(this.#at - length, this.#at) as Bytes
	}

	number(length: number): bigint {
		return unlittle(this.take(length))
	}

	byte(): number {
		return this.take(1)[0]
	}

	string(): string {
		const first = this.byte()
		const mode = first % 4
		if (mode > 1) throw new Error('a text is too long')
		const length = mode === 0 ? first >> 2 : (first + 256 * this.byte()) >> 2
		if (mode === 1 && length < 64) throw new Error('a length is not in its shortest form')
		const value = text(this.take(length))
		if (value === null) throw new Error('a text is no UTF-8')
		return value
	}

	/** Throws unless all was read. */
	end(): void {
		if (this.#at !== this.bytes.length) throw new Error('something follows the SCALE')
	}
}
