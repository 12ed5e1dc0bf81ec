import { CarWriter } from '@ipld/car'
import { CID } from 'multiformats/cid'
import { expect, test } from 'vitest'
import {
	type Block,
	type Bytes,
	LEAF,
	Place,
	Tree,
	cidText,
	concat,
	hex,
	leafOf,
	leavesOfCar,
	makeCar,
	readCar,
	sha256,
} from '../src/format'
import { links } from '../src/format/tree'
import { collect, refuses } from './vectors'

const pattern = new Uint8Array(LEAF).map((_, at) => at % 251)
const short = new Uint8Array(100).fill(0x78)
const envelope = concat(
	pattern,
	pattern.map((byte) => byte ^ 1),
	short,
)
const size = envelope.length

async function* inPieces(bytes: Bytes, length: number) {
	for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length)
}

const car = async (bytes = envelope) => {
	const made = await makeCar(new Blob([bytes]))
	return { cid: made.cid, bytes: await collect(made.car()) }
}

async function blocksOf(bytes: Bytes, cid: Bytes): Promise<Block[]> {
	const blocks = []
	for await (const block of readCar(inPieces(bytes, LEAF), cid)) blocks.push(block)
	return blocks
}

async function carOf(cid: Bytes, blocks: Block[]): Promise<Bytes> {
	const { writer, out } = CarWriter.create([CID.decode(cid)])
	const all = collect(out)
	for (const block of blocks) await writer.put({ cid: CID.decode(block.cid), bytes: block.bytes })
	await writer.close()
	return all
}

const digest = async (bytes: Bytes) => hex(await sha256(bytes))

const leaves = (bytes: Bytes, cid: Bytes, length = size) =>
	collect(leavesOfCar(inPieces(bytes, 70_000), cid, length))

test('leaves are in their order, whichever hash is known first', async () => {
	const [slow, fast] = [new Tree(), new Tree()]
	for (const leaf of [pattern, short]) await slow.push(leaf)
	// The hash of the shorter one takes less time.
	await Promise.all([pattern, short].map((leaf) => fast.push(leaf)))
	expect(hex((await fast.root()).cid)).toBe(hex((await slow.root()).cid))
})

test('CIDs are those that Kubo 0.43 computes with the profile unixfs-v1-2025', async () => {
	const cidOf = async (...parts: [Bytes, number][]) => {
		const tree = new Tree()
		for (const [leaf, times] of parts) {
			for (let time = 0; time < times; time++) await tree.push(leaf)
		}
		return cidText((await tree.root()).cid)
	}
	expect(await cidOf([short, 1])).toBe(
		'bafkreiaj5s3oxsf457dth5xs5rcppenl53lkthw7btbrkgldpcmk5pks3a',
	)
	const three = cidOf([pattern, 2], [short, 1])
	expect(await three).toBe('bafybeie3awbeoaxtjkutrnq22r4kpwf3lnrli7vg5aicd6spzrderhytoa')
	// Two levels of nodes, with `--chunker size-1024`, which changes nothing else.
	const zeros = cidOf([new Uint8Array(1024), 1024], [new Uint8Array(1), 1])
	expect(await zeros).toBe('bafybeiemsebruuw57kppczjwbbgxlkc4sjfecmiq44x77ufalhs7tusr5q')
})

test('a CAR gives the envelope back, in whatever pieces it comes', async () => {
	const { cid, bytes } = await car()
	for (const length of [1000, 65_536, LEAF, bytes.length]) {
		const found = await collect(leavesOfCar(inPieces(bytes, length), cid, size))
		expect(await digest(found)).toBe(await digest(envelope))
	}
	const one = await car(short)
	expect(await leaves(one.bytes, one.cid, short.length)).toEqual(short)
})

test('a CAR has the bytes that Kubo 0.43 exports', async () => {
	const { bytes } = await car()
	expect(await digest(bytes)).toBe(
		'1b7da69f4fed09bf03191c86f6103236fd1212d606f5c28f680ffeb4017e66ce',
	)
})

test('hostile CARs are refused', async () => {
	const { cid, bytes } = await car()
	const blocks = await blocksOf(bytes, cid)
	const [root, first, second, last] = blocks
	const other = await car(short)
	const changed = { cid: first.cid, bytes: first.bytes.slice() }
	changed.bytes[7] ^= 1
	const wrong: [string, Bytes][] = [
		['nothing', new Uint8Array()],
		['the header alone, as a gateway sends that lacks the content', await carOf(cid, [])],
		['another root', await carOf(other.cid, blocks)],
		['no root block', await carOf(cid, [first, second, last])],
		['a leaf missing', await carOf(cid, [root, first, last])],
		['the end missing', await carOf(cid, [root, first, second])],
		['leaves swapped', await carOf(cid, [root, second, first, last])],
		['a leaf twice', await carOf(cid, [root, first, first, second, last])],
		['a block more', await carOf(cid, [...blocks, first])],
		['cut', bytes.slice(0, -1)],
		['a byte more', concat(bytes, new Uint8Array(1))],
		[
			'a section of 2^40 bytes',
			concat(
				await carOf(cid, [root]),
				new Uint8Array([0x80, 0x80, 0x80, 0x80, 0x80, 0x20]),
				first.cid,
				new Uint8Array(3 * LEAF),
			),
		],
		[
			'a header of 2^40 bytes',
			concat(new Uint8Array([0x80, 0x80, 0x80, 0x80, 0x80, 0x20]), bytes),
		],
		[
			'a section shorter than its CID',
			concat(await carOf(cid, [root]), new Uint8Array([10]), first.cid),
		],
		[
			'version 2',
			concat(
				new Uint8Array([0x0a, 0xa1, 0x67]),
				new TextEncoder().encode('version'),
				new Uint8Array([2]),
				new Uint8Array(100),
			),
		],
	]
	for (const [what, hostile] of wrong) await refuses('car', () => leaves(hostile, cid), what)
	const bad = await carOf(cid, [root, changed, second, last])
	await refuses('block', () => leaves(bad, cid))
	await refuses('node', () => leaves(bytes, cid, 4 * LEAF))
	await refuses('cid', () => leaves(bytes, cid, LEAF))
	await refuses('cid', () => leaves(bytes, cid, size - 1))
	await refuses('cid', () => leaves(bytes, cid, size + 1))
})

test('a CAR that never ends takes no more memory than its tree', async () => {
	const { cid, bytes } = await car()
	let sent = 0
	async function* endless() {
		yield bytes
		for (;;) {
			sent += 1000
			yield new Uint8Array(1000).fill(0x81)
		}
	}
	await refuses('car', () => collect(leavesOfCar(endless(), cid, size)))
	expect(sent).toBeLessThan(10_000)
})

test('a leaf is found by its path', async () => {
	const { cid, bytes } = await car()
	const blocks = await blocksOf(bytes, cid)
	const fetch = async (wanted: Bytes) => {
		const found = blocks.find((block) => hex(block.cid) === hex(wanted))
		if (found === undefined) throw new Error('no such block')
		return found.bytes
	}
	for (const [number, leaf] of [0, 1, 2].entries()) {
		expect(await digest(await leafOf(cid, size, leaf, fetch))).toBe(
			await digest(blocks[1 + number].bytes),
		)
	}
	await refuses('segment-length', () => leafOf(cid, size, 3, fetch))
	await refuses('block', () => leafOf(cid, size, 1, async () => blocks[1].bytes))
	for (const at of [0, 1, 2, 3]) {
		const odd = cid.slice()
		odd[at] ^= 1
		await refuses('cid', () => leafOf(odd, size, 0, fetch))
	}
})

test('nodes of another form are refused', async () => {
	const { cid, bytes } = await car()
	const [root] = await blocksOf(bytes, cid)
	expect(links(root.bytes)?.length).toBe(3)
	for (let length = 0; length < root.bytes.length; length++) {
		expect(links(root.bytes.slice(0, length))).toBeNull()
	}
	expect(links(concat(root.bytes, new Uint8Array(1)))).toBeNull()
	for (let bit = 0; bit < 8 * root.bytes.length; bit++) {
		const changed = root.bytes.slice()
		changed[bit >> 3] ^= 1 << (bit & 7)
		await refuses('block', () => Place.root(cid, size).below(changed))
	}
})
