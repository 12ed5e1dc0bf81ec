import { CarWriter } from '@ipld/car'
import { asyncIterableReader, createDecoder } from '@ipld/car/decoder'
import { CID } from 'multiformats/cid'
import { type Bytes, same } from './bytes'
import { LEAF, leafCount } from './layout'
import { bytesOf } from './reader'
import { Refused, need } from './refused'
import { type Block, Place, Tree } from './tree'

/** The bytes of the longest block with its CID: a leaf. A node of 1,024 links has some 60,000. */
const SECTION = LEAF + 36
/** A header with one root has 58 bytes. */
const HEADER = 1000

/**
 * The blocks of a CAR, version 1, with this one root. Not checked against their CIDs. Takes no more
 * memory than a block needs, whatever lengths the CAR tells.
 */
export async function* readCar(car: AsyncIterable<Uint8Array>, root: Bytes): AsyncGenerator<Block> {
	const reader = asyncIterableReader(car)
	let most = HEADER
	const decoder = createDecoder({
		upTo: (length) => reader.upTo(length),
		exactly: (length, seek) => {
			need(length >= 0 && length <= most, 'car')
			return reader.exactly(length, seek)
		},
		seek: (length) => reader.seek(length),
		get pos() {
			return reader.pos
		},
	})
	try {
		const { version, roots } = await decoder.header()
		need(version === 1 && roots.length === 1 && same(roots[0].bytes, root), 'car')
		most = SECTION
		for await (const { cid, bytes } of decoder.blocks()) {
			yield { cid: cid.bytes as Bytes, bytes: bytes as Bytes }
		}
	} catch (error) {
		throw error instanceof Refused ? error : new Refused('car')
	}
}

/**
 * The leaves of an envelope from this one on, out of the CAR of its tree, in the order that trustless
 * gateways send: each node before what is below it. Checks each block. Refuses one that is missing,
 * is not of the tree, or comes twice; and more or fewer bytes than the chain tells.
 */
export async function* leavesOfCar(
	car: AsyncIterable<Uint8Array>,
	cid: Bytes,
	size: number,
	from = 0,
): AsyncGenerator<Bytes> {
	const open = [Place.root(cid, size)]
	need(from >= 0 && from < leafCount(size), 'segment-length')
	let left = size - from * LEAF
	for await (const found of readCar(car, cid)) {
		const place = open.pop()
		need(place !== undefined && same(found.cid, place.cid), 'car')
		const below = await place.below(found.bytes)
		if (place.level === 0) {
			left -= found.bytes.length
			need(left >= 0, 'cid')
			yield found.bytes
		}
		open.push(...below.filter(({ end }) => end > from).reverse())
	}
	need(open.length === 0, 'car')
	need(left === 0, 'cid')
}

/** The CAR of an envelope, for a gateway, and its CID. Reads the envelope twice. */
export async function makeCar(envelope: Blob) {
	const tree = new Tree()
	for (let at = 0; at < envelope.size; at += LEAF) {
		await tree.push(await bytesOf(envelope.slice(at, at + LEAF)))
	}
	const root = await tree.root()
	type Child = typeof root
	return {
		cid: root.cid,
		async *car(): AsyncGenerator<Uint8Array> {
			const { writer, out } = CarWriter.create([CID.decode(root.cid)])
			let at = 0
			const put = async (child: Child): Promise<void> => {
				const bytes = child.bytes ?? (await bytesOf(envelope.slice(at, at + child.size)))
				if (child.bytes === null) at += child.size
				await writer.put({ cid: CID.decode(child.cid), bytes })
				for (const below of child.children) await put(below)
			}
			const written = put(root).then(() => writer.close())
			yield* out
			await written
		},
	}
}
