/** The largest piece that a runtime can ask for, in bytes: as on a node. */
const MOST = 32 << 20
/** The smallest piece, so that the list of pieces stays small beside the memory. */
const LEAST = 32
/** Bytes before each piece that a runtime expects and does not use. */
const GAP = 8

/**
 * Gives out pieces of a runtime's memory, whose sizes are powers of two. What it knows of them is not
 * in that memory, so that a runtime cannot damage it.
 */
export class Heap {
	/** Where the part begins that was never given out. */
	#end: number
	#used = new Map<number, number>()
	#free = new Map<number, number[]>()

	constructor(start: number) {
		this.#end = Math.ceil(start / GAP) * GAP
	}

	/** A piece of at least this size: its address and its end. `null` if it is too large. */
	give(size: number): { at: number; end: number } | null {
		if (size > MOST) return null
		let room = LEAST
		while (room < size) room *= 2
		const at = this.#free.get(room)?.pop() ?? this.#grow(room)
		this.#used.set(at, room)
		return { at, end: at + room }
	}

	/** Takes a piece back. False if there is no such piece. */
	take(at: number): boolean {
		const room = this.#used.get(at)
		if (room === undefined) return false
		this.#used.delete(at)
		const free = this.#free.get(room)
		if (free === undefined) this.#free.set(room, [at])
		else free.push(at)
		return true
	}

	#grow(room: number): number {
		const at = this.#end + GAP
		this.#end = at + room
		return at
	}
}
