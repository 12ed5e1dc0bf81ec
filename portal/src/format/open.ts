import { type Bytes, concat, free, later, same } from './bytes'
import { Cipher, type Content, ROOM } from './cipher'
import { type Hasher, Sha256, blindedHash } from './hash'
import { HEADER, LEAF, leafCount, padme, parseHeader } from './layout'
import {
	type Author,
	MANIFEST_MOST,
	type Manifest,
	TRAILER_MORE,
	authorOf,
	isProven,
	manifestMessage,
	parseTrailer,
	sameAuthor,
} from './manifest'
import { openName, shortName } from './names'
import { Reader, bytesOf } from './reader'
import { type Check, Refused, need } from './refused'
import { verify } from './sign'

/** How much later than the record an envelope may have been sealed, in milliseconds. */
const MOST_AHEAD = 3_600_000n
const TRAILER_MOST = MANIFEST_MOST + TRAILER_MORE
/** How many segments are with WebCrypto at once: it must not wait for what is read and hashed here. */
const AT_ONCE = 3

/** The values of a record on chain. The envelope must match all of them. */
export interface Expected {
	/** The blinded hash. */
	hash: Bytes
	patient: Bytes
	author: Author
	/** The account that added the record. `null`: the consortium does not tell a patient's. */
	account: Bytes | null
	region: number
	genesis: Bytes
	amends: Bytes | null
	sealedName: Bytes
	/** Unix milliseconds. `null`: the chain is one for development. */
	addedAt: bigint | null
}

/** An envelope that passed every check. */
export interface Opened {
	manifest: Manifest
	/** The document, decrypted again. It ends with an error if the envelope was changed since. */
	document(): AsyncGenerator<Bytes>
}

/**
 * Reads an envelope whole and makes every check but the first, of its size: `leavesOfCar` makes
 * that. Gives out nothing before the last one: the document is decrypted a second time when it is
 * asked for. Needs memory for some segments, and 32 bytes for each.
 */
export async function openEnvelope(
	envelope: Blob,
	recordKey: Bytes,
	expected: Expected,
	startHasher: (size: number) => Promise<Hasher> = Sha256.start,
): Promise<Opened> {
	const header = await bytesOf(envelope.slice(0, HEADER))
	const cipher = await Cipher.of(recordKey, header, parseHeader(header))
	const { length, documentHash, tail, tags } = await readThrough(
		envelope,
		cipher,
		await startHasher(envelope.size),
	)
	const { manifest, signature, start } = parseTrailer(tail.kept)
	need(tail.zero && tail.kept.subarray(0, start).every((byte) => byte === 0), 'padding')
	const content = length + tail.kept.length - start
	need(padme(content) === length + tail.length, 'padded-size')
	need(manifest.length === BigInt(length), 'document-length')
	need(same(await blindedHash(recordKey, documentHash), expected.hash), 'hash')
	await compare(manifest, recordKey, expected)
	const message = await manifestMessage(manifest, documentHash)
	need(verify(manifest.account, message, signature), 'signature')
	return {
		manifest,
		document: () => again(envelope, cipher, tags),
	}
}

/** Opens each segment, and keeps nothing of the document but its hash. */
async function readThrough(envelope: Blob, cipher: Cipher, hasher: Hasher) {
	const tags: Bytes[] = []
	const tail = new Tail()
	let length = 0
	try {
		for await (const { document, rest, tag } of segments(envelope, cipher)) {
			need(document.length === 0 || tail.length === 0, 'count')
			length += document.length
			tail.push(rest)
			tags.push(tag)
			await hasher.update(document)
			free(document)
		}
		return { length, documentHash: await hasher.digest(), tail, tags }
	} finally {
		hasher.end()
	}
}

/** What follows the document. Keeps as much as the longest trailer; before it there is padding. */
class Tail {
	kept: Bytes = new Uint8Array()
	length = 0
	zero = true

	push(rest: Bytes): void {
		this.length += rest.length
		const all = concat(this.kept, rest)
		const excess = Math.max(0, all.length - TRAILER_MOST)
		this.zero &&= all.subarray(0, excess).every((byte) => byte === 0)
		this.kept = all.slice(excess)
	}
}

/** Opens the segments in order: the next ones already while the last one is used. */
async function* segments(envelope: Blob, cipher: Cipher): AsyncGenerator<Content> {
	const count = leafCount(envelope.size)
	const reader = new Reader(envelope, (leaf) => leaf * LEAF)
	/** Used again and again: new memory takes time. */
	const buffers: ArrayBuffer[] = []
	const size = ROOM + Math.min(LEAF, envelope.size)
	const opening: Promise<Content>[] = []
	try {
		for (let number = 0; number < count; number++) {
			// The first leaf begins with the header, which is authenticated with every segment.
			const from = number === 0 ? ROOM - HEADER : ROOM
			const place = number % AT_ONCE
			buffers[place] ??= new ArrayBuffer(size)
			const leaf = await reader.fill(buffers[place], from)
			const whole = new Uint8Array(buffers[place], 0, from + leaf.length)
			opening.push(later(cipher.open(number, number === count - 1, whole)))
			if (opening.length === AT_ONCE) yield await (opening.shift() as Promise<Content>)
		}
		for (const content of opening) yield await content
	} finally {
		// What is still being opened fails then, and nobody waits for it.
		free(...buffers.map((buffer) => new Uint8Array(buffer)))
	}
}

/** The document of segments with the same tags as before: so it is the one that was checked. */
async function* again(envelope: Blob, cipher: Cipher, tags: Bytes[]): AsyncGenerator<Bytes> {
	let number = 0
	for await (const { document, tag } of segments(envelope, cipher)) {
		if (number >= tags.length || !same(tag, tags[number])) throw new Refused('tag', number)
		number++
		if (document.length === 0) return
		yield document
	}
}

async function compare(manifest: Manifest, recordKey: Bytes, expected: Expected): Promise<void> {
	const { author } = manifest
	const founder = 'founder' in author ? author.founder : null
	const account = expected.account ?? founder
	const name = await openName(recordKey, expected.sealedName).catch(() => null)
	const checks: [Check, boolean][] = [
		['patient', same(manifest.patient, expected.patient)],
		['author', sameAuthor(authorOf(author), expected.author)],
		['region', manifest.region === expected.region],
		['genesis', same(manifest.genesis, expected.genesis)],
		['amends', sameOption(manifest.amends, expected.amends)],
		['patient-proof', isProven(manifest)],
		['account', account !== null && same(manifest.account, account)],
		['name', name !== null && name === (await shortName(manifest.name))],
		['time', expected.addedAt === null || manifest.time <= expected.addedAt + MOST_AHEAD],
	]
	for (const [check, passes] of checks) need(passes, check)
}

const sameOption = (one: Bytes | null, other: Bytes | null): boolean =>
	one === null || other === null ? one === other : same(one, other)
