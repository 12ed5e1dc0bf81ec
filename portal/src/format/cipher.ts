import { type Bytes, concat, free, little, unlittle } from './bytes'
import { derive } from './hash'
import { COUNT, HEADER, IV, TAG, segmentLength } from './layout'
import { Refused, need } from './refused'

/** Chromium encrypts pieces of this size faster than longer ones. */
const PIECE = 256 << 10
const BLOCK = 16
/** The bytes that are authenticated before a segment's: header, number, and whether it is the last one. */
export const ROOM = HEADER + 8 + 1

/** What one segment holds: bytes of the document, then bytes of padding and manifest. */
export interface Content {
	document: Bytes
	rest: Bytes
	/** The segment's tag. */
	tag: Bytes
}

/** The keys of one envelope. */
export class Cipher {
	private constructor(
		private readonly header: Bytes,
		private readonly aes: CryptoKey,
		private readonly mac: CryptoKey,
	) {}

	static async of(recordKey: Bytes, header: Bytes, nonce: Bytes): Promise<Cipher> {
		const [cipher, mac] = await Promise.all([
			derive(recordKey, nonce, 'salus/envelope/v1/aes-256-cbc'),
			derive(recordKey, nonce, 'salus/envelope/v1/hmac-sha-256'),
		])
		const { subtle } = crypto
		return new Cipher(
			header,
			await subtle.importKey('raw', cipher, 'AES-CBC', false, ['encrypt', 'decrypt']),
			await subtle.importKey('raw', mac, { name: 'HMAC', hash: 'SHA-256' }, false, [
				'sign',
				'verify',
			]),
		)
	}

	/**
	 * Makes a segment of a plaintext, which begins with its count. All of it is in one buffer, this one if it is
	 * large enough: copies and new memory take time.
	 */
	async seal(
		number: number,
		last: boolean,
		iv: Bytes,
		plain: Bytes,
		spare?: ArrayBuffer,
	): Promise<Bytes> {
		const end = ROOM + IV + plain.length + BLOCK - (plain.length % BLOCK)
		const fits = spare !== undefined && spare.byteLength >= end + TAG
		const whole = new Uint8Array(fits ? spare : new ArrayBuffer(end + TAG), 0, end + TAG)
		whole.set(this.#start(number, last))
		whole.set(iv, ROOM)
		await this.#encrypt(iv, plain, whole.subarray(ROOM + IV))
		const tag = await crypto.subtle.sign('HMAC', this.mac, whole.subarray(0, end))
		whole.set(new Uint8Array(tag), end)
		return whole.subarray(ROOM)
	}

	/** Checks and decrypts a segment. It comes after `ROOM` bytes, which are overwritten. */
	async open(number: number, last: boolean, whole: Bytes): Promise<Content> {
		const length = whole.length - ROOM
		const fits = length >= IV + BLOCK + TAG && length <= segmentLength(number)
		need(fits && length % BLOCK === 0, 'segment-length')
		whole.set(this.#start(number, last))
		const tagged = whole.subarray(0, whole.length - TAG)
		const body = tagged.subarray(ROOM)
		const tag = whole.slice(whole.length - TAG)
		const isSame = await crypto.subtle.verify('HMAC', this.mac, tag, tagged)
		if (!isSame) throw new Refused('tag', number)
		const algorithm = { name: 'AES-CBC', iv: body.subarray(0, IV) }
		const opened = await crypto.subtle
			.decrypt(algorithm, this.aes, body.subarray(IV))
			.catch(() => {
				throw new Refused('segment-padding')
			})
		const plain = new Uint8Array(opened)
		const padding = body.length - IV - plain.length
		need(plain.length > COUNT && (last || padding === 1), 'segment-padding')
		const end = COUNT + Number(unlittle(plain.subarray(0, COUNT)))
		need(end <= plain.length, 'count')
		return { document: plain.subarray(COUNT, end), rest: plain.subarray(end), tag }
	}

	/** What is authenticated before a segment's bytes. */
	#start(number: number, last: boolean): Bytes {
		return concat(this.header, little(number, 8), little(last ? 1 : 0, 1))
	}

	/** Each piece begins with the last block before it as IV. All but the last lose their padding. */
	async #encrypt(iv: Bytes, plain: Bytes, into: Bytes): Promise<void> {
		const pieces: Bytes[] = []
		for (let at = 0; at === 0 || at < plain.length; at += PIECE) {
			const piece = plain.subarray(at, at + PIECE)
			const ends = at + PIECE >= plain.length
			const sealed = await crypto.subtle.encrypt({ name: 'AES-CBC', iv }, this.aes, piece)
			const bytes = new Uint8Array(sealed, 0, sealed.byteLength - (ends ? 0 : BLOCK))
			iv = bytes.subarray(bytes.length - BLOCK)
			into.set(bytes, at)
			pieces.push(bytes)
		}
		// All at once: to free takes time, too.
		free(...pieces)
	}
}
