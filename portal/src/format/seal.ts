import { type Bytes, concat, later, little, random, same } from './bytes'
import { Cipher } from './cipher'
import { type Hasher, Sha256, blindedHash } from './hash'
import { COUNT, IV, capacity, header, leafStart, padme } from './layout'
import {
	type Manifest,
	TRAILER_MORE,
	encodeManifest,
	encodeTrailer,
	isProven,
	isManifest,
	manifestMessage,
} from './manifest'
import { Reader, changed } from './reader'
import { type Signer, verify } from './sign'

/** A manifest without the document's length. */
export type Details = Omit<Manifest, 'length'>

/** What became of a document. */
export interface Sealed {
	/** The blinded hash, for the chain. */
	hash: Bytes
	/** The document's SHA-256. Secret, as whoever guesses a document can confirm the guess. */
	documentHash: Bytes
	/** The envelope's bytes. */
	size: number
}

/** How far a clock may be from the chain's, in milliseconds: from this on nothing is sealed. */
const CLOCK_OFF = 600_000

/** Whether this device's clock is too far from the chain's for sealing. */
export const isClockWrong = (chain: number, here = Date.now()): boolean =>
	Math.abs(chain - here) >= CLOCK_OFF

/** Where the random values come from. Tests give those of the vectors. */
export interface Randomness {
	nonce: Bytes
	iv(segment: number): Bytes
}

/** How many segments are with WebCrypto at once: it must not wait for what is read and hashed here. */
const AT_ONCE = 3

/**
 * Seals a document: yields the envelope leaf by leaf. Reads the document once, and has some leaves
 * in memory. Takes back the buffers of leaves, to use them again: new memory takes time. Use a new
 * record key for each document.
 */
export async function* sealDocument(
	document: Blob,
	recordKey: Bytes,
	details: Details,
	signer: Signer,
	{ nonce, iv }: Randomness = { nonce: random(32), iv: () => random(IV) },
	startHasher: (size: number) => Promise<Hasher> = Sha256.start,
): AsyncGenerator<Bytes, Sealed, ArrayBuffer | undefined> {
	const manifest: Manifest = { ...details, length: BigInt(document.size) }
	if (!isManifest(manifest)) throw new Error('the name or the media type cannot be in a manifest')
	if (!same(manifest.account, signer.account)) throw new Error('another account signs')
	if (!isProven(manifest)) throw new Error("the patient's id is another one")
	const encoded = encodeManifest(manifest)
	const start = header(nonce)
	const cipher = await Cipher.of(recordKey, start, nonce)
	const hasher = await startHasher(document.size)
	const end = padme(document.size + encoded.length + TRAILER_MORE)
	const trailerStart = end - encoded.length - TRAILER_MORE
	let trailer: Bytes | null = null
	let documentHash: Bytes = new Uint8Array()
	let size = 0
	const leaf = (segment: Bytes): Bytes => {
		const bytes = size === 0 ? concat(start, segment) : segment
		size += bytes.length
		return bytes
	}
	const reader = new Reader(document, leafStart)
	const sealing: Promise<Bytes>[] = []
	/** For their plaintexts, and for leaves. */
	const plains = Array.from(
		{ length: AT_ONCE },
		() => new ArrayBuffer(COUNT + Math.min(capacity(1), end)),
	)
	const spares: ArrayBuffer[] = []
	try {
		for (let number = 0; leafStart(number) < end; number++) {
			const from = leafStart(number)
			const to = Math.min(leafStart(number + 1), end)
			const place = number % AT_ONCE
			const length = Math.max(0, Math.min(to, document.size) - from)
			const part = await reader.fill(plains[place], COUNT)
			if (part.length < length) throw changed()
			const plain = new Uint8Array(plains[place], 0, COUNT + to - from)
			plain.set(little(length, COUNT))
			plain.fill(0, COUNT + length)
			if (trailer === null) await hasher.update(part)
			if (trailer === null && to >= document.size) {
				documentHash = await hasher.digest()
				trailer = await signed(manifest, encoded, documentHash, signer)
			}
			if (trailer !== null && to > trailerStart) {
				const skip = Math.max(0, from - trailerStart)
				const piece = trailer.subarray(skip, to - trailerStart)
				plain.set(piece, COUNT + trailerStart + skip - from)
			}
			sealing.push(later(cipher.seal(number, to === end, iv(number), plain, spares.pop())))
			if (sealing.length < AT_ONCE) continue
			const spare = yield leaf(await (sealing.shift() as Promise<Bytes>))
			if (spare !== undefined) spares.push(spare)
		}
		for (const segment of sealing) yield leaf(await segment)
	} finally {
		hasher.end()
	}
	return { hash: await blindedHash(recordKey, documentHash), documentHash, size }
}

async function signed(manifest: Manifest, encoded: Bytes, documentHash: Bytes, signer: Signer) {
	const message = await manifestMessage(manifest, documentHash)
	const signature = await signer.sign(message)
	if (!verify(signer.account, message, signature)) throw new Error('the signature is not valid')
	return encodeTrailer(encoded, signature)
}
