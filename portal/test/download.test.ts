import { CarWriter } from '@ipld/car'
import { CID } from 'multiformats/cid'
import { beforeAll, expect, test } from 'vitest'
import {
	type Block,
	type Bytes,
	LEAF,
	Refused,
	concat,
	hex,
	leafCount,
	makeCar,
	readCar,
	sha256,
} from '../src/format'
import { type Ask, Cut, type Kept, download } from '../src/records/download'
import { collect } from './vectors'

const envelope = concat(
	...[1, 2, 3, 4].map((number) => new Uint8Array(LEAF).fill(number)),
	new Uint8Array(100).fill(5),
)
const size = envelope.length
let cid: Bytes
let car: Bytes
let root: Block
let leaves: Block[]

async function* inPieces(bytes: Bytes, length = 70_000) {
	for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length)
}

async function carOf(blocks: Block[], of = cid): Promise<Bytes> {
	const { writer, out } = CarWriter.create([CID.decode(of)])
	const all = collect(out)
	for (const block of blocks) await writer.put({ cid: CID.decode(block.cid), bytes: block.bytes })
	await writer.close()
	return all
}

beforeAll(async () => {
	const made = await makeCar(new Blob([envelope]))
	cid = made.cid
	car = await collect(made.car())
	const blocks: Block[] = []
	for await (const block of readCar(inPieces(car), cid)) blocks.push(block)
	root = blocks[0]
	leaves = blocks.slice(1)
})

/** What a device has, in memory. */
class Memory implements Kept {
	parts: Bytes[] = []
	dropped = 0

	get leaves() {
		return this.parts.length
	}

	async add(leaf: Bytes) {
		this.parts.push(leaf)
	}

	async whole() {
		return new Blob(this.parts)
	}

	async drop() {
		this.parts = []
		this.dropped++
	}
}

/** A gateway that answers each request with what the function makes of it. Notes each request. */
function gateway(answer: (from: number) => Promise<Bytes>): { ask: Ask; asked: number[] } {
	const asked: number[] = []
	return {
		asked,
		ask: async (from) => {
			asked.push(from)
			return inPieces(await answer(from))
		},
	}
}

const honest = (from: number) => carOf([root, ...leaves.slice(from)])
const wanted = () => ({ cid, size })
const digest = async (blob: Blob) => hex(await sha256(new Uint8Array(await blob.arrayBuffer())))

async function fails(ask: Ask, kept = new Memory()) {
	const error = await download(wanted(), kept, ask).then(
		() => null,
		(error: unknown) => error,
	)
	return { error, kept }
}

test('an envelope comes whole, and says how far it is', async () => {
	const { ask, asked } = gateway(honest)
	const far: number[] = []
	const blob = await download(wanted(), new Memory(), ask, ({ done }) => far.push(done))
	expect(await digest(blob)).toBe(hex(await sha256(envelope)))
	expect(asked).toEqual([0])
	expect(far).toEqual([0, LEAF, 2 * LEAF, 3 * LEAF, 4 * LEAF, size])
})

test('a download goes on at the leaf where it was cut, and no leaf comes twice', async () => {
	const { ask, asked } = gateway(async (from) => {
		const whole = await honest(from)
		// A leaf and a half of each answer.
		return from < 3 ? whole.slice(0, Math.floor(1.5 * LEAF) + 600) : whole
	})
	const kept = new Memory()
	const blob = await download(wanted(), kept, ask)
	expect(await digest(blob)).toBe(hex(await sha256(envelope)))
	expect(asked).toEqual([0, 1, 2, 3])
	expect(kept.leaves).toBe(leafCount(size))
})

test('a device that was closed in the middle goes on with what it has', async () => {
	const kept = new Memory()
	kept.parts = leaves.slice(0, 3).map(({ bytes }) => bytes)
	const { ask, asked } = gateway(honest)
	const blob = await download(wanted(), kept, ask)
	expect(await digest(blob)).toBe(hex(await sha256(envelope)))
	expect(asked).toEqual([3])
})

test('a device that has all asks nobody', async () => {
	const kept = new Memory()
	kept.parts = leaves.map(({ bytes }) => bytes)
	const { ask, asked } = gateway(honest)
	await download(wanted(), kept, ask)
	expect(asked).toEqual([])
})

test('more leaves than the envelope has are thrown away', async () => {
	const kept = new Memory()
	kept.parts = [...leaves, leaves[0]].map(({ bytes }) => bytes)
	const blob = await download(wanted(), kept, gateway(honest).ask)
	expect(kept.dropped).toBe(1)
	expect(await digest(blob)).toBe(hex(await sha256(envelope)))
})

test('an answer that ends without a leaf ends the download, and keeps what came', async () => {
	for (const [what, answer] of [
		['nothing', async () => new Uint8Array()],
		['the header alone, as from a Kubo that lacks the blocks', () => carOf([])],
		['the root alone', () => carOf([root])],
		['half a leaf', async (from: number) => (await honest(from)).slice(0, LEAF >> 1)],
	] as [string, (from: number) => Promise<Bytes>][]) {
		const first = new Memory()
		first.parts = [leaves[0].bytes]
		const { error, kept } = await fails(gateway(answer).ask, first)
		expect(error, what).toBeInstanceOf(Cut)
		expect(kept.leaves, what).toBe(1)
	}
})

test('no byte of a false answer is kept', async () => {
	const changed = { cid: leaves[0].cid, bytes: leaves[0].bytes.slice() }
	changed.bytes[7] ^= 1
	const other = await makeCar(new Blob([new Uint8Array(100)]))
	const wrong: [string, string, () => Promise<Bytes>][] = [
		['block', 'a changed block', () => carOf([root, changed, ...leaves.slice(1)])],
		['car', 'leaves swapped', () => carOf([root, leaves[1], leaves[0], ...leaves.slice(2)])],
		['car', 'another root', () => carOf([root, ...leaves], other.cid)],
		['car', 'another envelope', () => collect(other.car())],
		['car', 'no root block', () => carOf(leaves)],
		['car', 'the second leaf first', () => carOf([root, ...leaves.slice(1)])],
	]
	for (const [check, what, answer] of wrong) {
		const { error, kept } = await fails(gateway(answer).ask)
		const refused = error instanceof Cut ? error.cause : error
		expect(refused, what).toBeInstanceOf(Refused)
		expect((refused as Refused).check, what).toBe(check)
		expect(kept.leaves, what).toBe(0)
	}
})

test('a false block in the middle keeps the leaves before it', async () => {
	const changed = { cid: leaves[2].cid, bytes: leaves[3].bytes }
	const answer = () => carOf([root, leaves[0], leaves[1], changed, ...leaves.slice(3)])
	const { error, kept } = await fails(gateway(answer).ask)
	expect((error as Refused).check).toBe('block')
	expect(kept.parts.map((part) => part[0])).toEqual([1, 2])
})

test('blocks after the last leaf are not kept', async () => {
	const { ask } = gateway(() => carOf([root, ...leaves, leaves[0]]))
	const blob = await download(wanted(), new Memory(), ask)
	expect(await digest(blob)).toBe(hex(await sha256(envelope)))
})

test('the wrong size on chain is refused', async () => {
	const kept = new Memory()
	const short = download({ cid, size: size - 1 }, kept, gateway(honest).ask)
	await expect(short).rejects.toMatchObject({ check: 'cid' })
})

test('a refusal of the gateway in the middle ends the download', async () => {
	const refused = new Error('revoked')
	const { error, kept } = await fails(async (from) => {
		if (from > 0) throw refused
		return inPieces((await honest(0)).slice(0, 2 * LEAF))
	})
	expect(error).toBe(refused)
	expect(kept.leaves).toBe(1)
})

test('a person stops a download, and what came stays', async () => {
	const stop = new AbortController()
	const kept = new Memory()
	const far = ({ done }: { done: number }) => done === 2 * LEAF && stop.abort()
	await expect(download(wanted(), kept, gateway(honest).ask, far, stop.signal)).rejects.toThrow(
		/abort/i,
	)
	expect(kept.leaves).toBe(2)
})

test('a device that is full says so, and does not ask again', async () => {
	const kept = new Memory()
	const full = new DOMException('full', 'QuotaExceededError')
	kept.add = async () => {
		throw full
	}
	const { ask, asked } = gateway(honest)
	expect((await fails(ask, kept)).error).toBe(full)
	expect(asked).toEqual([0])
})
