/** An envelope from gateways to this device: encrypted, each block checked, gone on with at a leaf. */
import { type Bytes, LEAF, Refused, leafCount, leavesOfCar } from '../format'

/** The leaves of one envelope that this device has. Each was checked before it came here. */
export interface Kept {
	/** How many there are. */
	readonly leaves: number
	/** Adds the next one. */
	add(leaf: Bytes): Promise<void>
	/** All of them, as one file. */
	whole(): Promise<Blob>
	/** Forgets them. */
	drop(): Promise<void>
}

/** An envelope by what the chain says of it. */
export interface Wanted {
	cid: Bytes
	size: number
}

/** How far a download is, in bytes. */
export interface Far {
	done: number
	size: number
}

/** The bytes of a CAR with the leaves from this one on. Whoever sends them is not believed. */
export type Ask = (from: number, signal: AbortSignal) => Promise<AsyncIterable<Uint8Array>>

/** A download ended before the last leaf. What came is kept. */
export class Cut extends Error {
	constructor(override readonly cause: unknown) {
		super('the download ended early')
		this.name = 'Cut'
	}
}

/**
 * Gets the leaves that are missing. Goes on where an answer was cut, as long as each answer brings a
 * leaf; so a line that breaks every minute still gets there.
 *
 * Throws `Refused` if a block is not of the envelope, `Cut` if an answer brings no leaf, and whatever
 * `ask` throws, as when the account may no longer have the record. Never gives out what is not whole.
 */
export async function download(
	{ cid, size }: Wanted,
	kept: Kept,
	ask: Ask,
	tell: (far: Far) => void = () => {},
	signal: AbortSignal = new AbortController().signal,
): Promise<Blob> {
	const count = leafCount(size)
	const far = () => ({ done: Math.min(kept.leaves * LEAF, size), size })
	if (kept.leaves > count) await kept.drop()
	tell(far())
	while (kept.leaves < count) {
		const before = kept.leaves
		try {
			const car = await ask(before, signal)
			for await (const leaf of leavesOfCar(car, cid, size, before)) {
				signal.throwIfAborted()
				await kept.add(leaf)
				tell(far())
			}
		} catch (error) {
			signal.throwIfAborted()
			if (!isCut(error)) throw error
			if (kept.leaves === before) throw new Cut(error)
		}
	}
	return kept.whole()
}

/** A CAR that ends early is refused as one, and so is a line that breaks. A false block is neither. */
const isCut = (error: unknown): boolean => error instanceof Refused && error.check === 'car'
