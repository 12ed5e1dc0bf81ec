import { CID } from 'multiformats/cid'
import { type Bytes, concat, same } from './bytes'
import { sha256 } from './hash'
import { leafCount } from './layout'
import { need } from './refused'

const LINKS = 1024
const CID_LENGTH = 36
const RAW = 0x55
const DAG_PB = 0x70

/** A block on IPFS. */
export interface Block {
	cid: Bytes
	bytes: Bytes
}

/** A CID as text, as addresses carry it. */
export const cidText = (cid: Bytes): string => CID.decode(cid).toString()

async function block(codec: number, bytes: Bytes): Promise<Block> {
	return { cid: concat(new Uint8Array([1, codec, 0x12, 0x20]), await sha256(bytes)), bytes }
}

const isCid = (cid: Bytes, codec: number): boolean =>
	cid.length === CID_LENGTH && same(cid.subarray(0, 4), new Uint8Array([1, codec, 0x12, 0x20]))

export async function isBlockOf(cid: Bytes, bytes: Bytes): Promise<boolean> {
	return same(await sha256(bytes), cid.subarray(4))
}

/** How many nodes there are on a level, or leaves on level 0. */
function nodesOn(level: number, leaves: number): number {
	let nodes = leaves
	for (let at = 0; at < level; at++) nodes = Math.ceil(nodes / LINKS)
	return nodes
}

/** The level of the root. */
function rootLevel(leaves: number): number {
	let level = 0
	while (nodesOn(level, leaves) > 1) level++
	return level
}

interface Child {
	cid: Bytes
	/** The bytes of the envelope below it. */
	size: number
	/** The bytes of its blocks and of those below it. */
	blocks: number
	/** Its own block, if it is a node. */
	bytes: Bytes | null
	children: Child[]
}

function varint(number: number): Bytes {
	const bytes = []
	for (; number > 0x7f; number = Math.floor(number / 128)) bytes.push((number % 128) | 0x80)
	return new Uint8Array([...bytes, number])
}

const field = (tag: number, bytes: Uint8Array): Bytes =>
	concat(new Uint8Array([tag]), varint(bytes.length), bytes)

const sum = (numbers: number[]): number => numbers.reduce((all, one) => all + one, 0)

async function node(children: Child[]): Promise<Child> {
	const size = sum(children.map((child) => child.size))
	const links = children.map((child) => {
		const cid = field(0x0a, child.cid)
		return field(0x12, concat(cid, new Uint8Array([0x12, 0, 0x18]), varint(child.blocks)))
	})
	const sizes = children.map((child) => concat(new Uint8Array([0x20]), varint(child.size)))
	const data = concat(new Uint8Array([8, 2, 0x18]), varint(size), ...sizes)
	const { cid, bytes } = await block(DAG_PB, concat(...links, field(0x0a, data)))
	const blocks = bytes.length + sum(children.map((child) => child.blocks))
	return { cid, size, blocks, bytes, children }
}

/** The nodes over a level of a tree. */
export async function above(level: Child[]): Promise<Child[]> {
	const nodes = []
	for (let at = 0; at < level.length; at += LINKS) {
		nodes.push(await node(level.slice(at, at + LINKS)))
	}
	return nodes
}

/** The tree over an envelope's leaves, made while these pass. */
export class Tree {
	#leaves: Child[] = []
	#count = 0

	/** Takes the next leaf. Others may come before this one's hash is known. */
	async push(leaf: Bytes): Promise<void> {
		const at = this.#count++
		const size = leaf.length
		const { cid } = await block(RAW, leaf)
		this.#leaves[at] = { cid, size, blocks: size, bytes: null, children: [] }
	}

	/** The CID that goes on chain, and the tree: once the hashes of all leaves are known. */
	async root(): Promise<Child> {
		let level = this.#leaves
		while (level.length > 1) level = await above(level)
		return level[0]
	}
}

/** Reads a node. `null` unless it has the one form. */
export function links(bytes: Bytes): Bytes[] | null {
	let at = 0
	const here = (...expected: number[]): boolean => {
		const found = expected.every((byte, place) => bytes[at + place] === byte)
		if (found) at += expected.length
		return found
	}
	const must = (passes: boolean): void => {
		if (!passes) throw new Error('this is no node of an envelope')
	}
	const number = (): number => {
		let value = 0
		for (let place = 0; place < 9; place++) {
			must(at < bytes.length)
			const byte = bytes[at++]
			must(byte > 0 || place === 0)
			value += (byte & 0x7f) * 128 ** place
			if (byte < 0x80) return value
		}
		throw new Error('a number is too long')
	}
	const end = (): number => {
		const length = number()
		must(at + length <= bytes.length)
		return at + length
	}
	try {
		const found: Bytes[] = []
		while (here(0x12)) {
			const stop = end()
			must(here(0x0a, CID_LENGTH))
			found.push(bytes.slice(at, at + CID_LENGTH))
			at += CID_LENGTH
			must(here(0x12, 0, 0x18))
			number()
			must(at === stop)
		}
		must(here(0x0a) && end() === bytes.length && here(8, 2, 0x18))
		number()
		for (const _ of found) {
			must(here(0x20))
			number()
		}
		must(at === bytes.length)
		return found
	} catch {
		return null
	}
}

/** A place in the tree of an envelope: the block that must be there. */
export class Place {
	private constructor(
		readonly cid: Bytes,
		/** 0 for a leaf. */
		readonly level: number,
		/** Its number on its level. */
		readonly index: number,
		private readonly leaves: number,
	) {}

	/** The root of an envelope with this CID and size on chain. */
	static root(cid: Bytes, size: number): Place {
		const leaves = leafCount(size)
		const level = rootLevel(leaves)
		need(leaves > 0 && isCid(cid, level === 0 ? RAW : DAG_PB), 'cid')
		return new Place(cid, level, 0, leaves)
	}

	/** The number of the first leaf that is not below it any more. */
	get end(): number {
		return (this.index + 1) * LINKS ** this.level
	}

	/** Checks the block of this place, and gives the places below. */
	async below(bytes: Bytes): Promise<Place[]> {
		need(await isBlockOf(this.cid, bytes), 'block')
		if (this.level === 0) return []
		const level = this.level - 1
		const first = this.index * LINKS
		const count = Math.min(LINKS, nodesOn(level, this.leaves) - first)
		const codec = level === 0 ? RAW : DAG_PB
		const found = links(bytes)
		const fits = found?.length === count && found.every((cid) => isCid(cid, codec))
		need(found !== null && fits, 'node')
		return found.map((cid, at) => new Place(cid, level, first + at, this.leaves))
	}
}

/** Gets a block from anywhere: it is checked. */
export type Fetch = (cid: Bytes) => Promise<Bytes>

/** Gets a leaf by the envelope's CID and size, and checks every block on the way. */
export async function leafOf(cid: Bytes, size: number, leaf: number, fetch: Fetch): Promise<Bytes> {
	need(leaf >= 0 && leaf < leafCount(size), 'segment-length')
	let place = Place.root(cid, size)
	for (;;) {
		const bytes = await fetch(place.cid)
		const below = await place.below(bytes)
		if (place.level === 0) return bytes
		const index = Math.floor(leaf / LINKS ** (place.level - 1))
		place = below[index - place.index * LINKS]
	}
}
