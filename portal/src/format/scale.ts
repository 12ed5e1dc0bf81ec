import { type Bytes, concat, little, text, unlittle, utf8 } from './bytes'

/** A number below 2^30, in one, two or four bytes. */
export function scaleCompact(number: number): Bytes {
	if (number >= 2 ** 30) throw new Error('too long for SCALE here')
	if (number < 2 ** 6) return little(4 * number, 1)
	return number < 2 ** 14 ? little(4 * number + 1, 2) : little(4 * number + 2, 4)
}

/** A byte string with its length before it. */
export const scaleBytes = (bytes: Uint8Array): Bytes => concat(scaleCompact(bytes.length), bytes)

export const scaleText = (value: string): Bytes => scaleBytes(utf8(value))

export const scaleOption = (value: Uint8Array | null): Bytes =>
	value === null ? little(0, 1) : concat(little(1, 1), value)

/** A list of byte strings. */
export const scaleList = (all: Uint8Array[]): Bytes =>
	concat(scaleCompact(all.length), ...all.map(scaleBytes))

/** Reads SCALE. Throws where the bytes end or break a rule. */
export class ScaleReader {
	#at = 0
	constructor(private readonly source: Uint8Array) {}

	take(length: number): Bytes {
		if (this.#at + length > this.source.length) throw new Error('SCALE ends too early')
		this.#at += length
		return this.source.slice(this.#at - length, this.#at) as Bytes
	}

	number(length: number): bigint {
		return unlittle(this.take(length))
	}

	byte(): number {
		return this.take(1)[0]
	}

	/** A number below 2^30, in its shortest form. */
	compact(): number {
		const first = this.byte()
		const more = [0, 1, 3][first % 4]
		if (more === undefined) throw new Error('a length is too long')
		const number = Number(unlittle(concat(new Uint8Array([first]), this.take(more))) >> 2n)
		if (scaleCompact(number).length !== 1 + more)
			throw new Error('a length is not in its shortest form')
		return number
	}

	bytes(): Bytes {
		return this.take(this.compact())
	}

	string(): string {
		const value = text(this.bytes())
		if (value === null) throw new Error('a text is no UTF-8')
		return value
	}

	option<Value>(read: () => Value): Value | null {
		const first = this.byte()
		if (first > 1) throw new Error('this is no option')
		return first === 0 ? null : read()
	}

	/** Throws unless all was read. */
	end(): void {
		if (this.#at !== this.source.length) throw new Error('something follows the SCALE')
	}
}
