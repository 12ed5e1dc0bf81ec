import { type Bytes, concat, hex, same, unhex, utf8 } from './bytes'
import { sha256 } from './hash'
import { type Author, encodeAuthor } from './manifest'
import { Refused, need } from './refused'
import { scaleText } from './scale'

const NEW_BITS = 3072
const ALGORITHM = { name: 'RSA-OAEP', hash: 'SHA-256' }
/** SEQUENCE { rsaEncryption, NULL } */
const RSA_ENCRYPTION = unhex('300d06092a864886f70d0101010500')
const EXPONENT = unhex('010001')
const VERSION_0 = unhex('020100')

/** A member's private encryption key: its bytes cannot be taken out. */
export interface PrivateKey {
	/** Its version on chain. */
	version: number
	/** The public key, as on chain: SubjectPublicKeyInfo in DER. */
	spki: Bytes
	key: CryptoKey
}

/** What a wrapped key belongs to. It opens with the same binding only. */
export interface Binding {
	/** Of the record's region. */
	genesis: Bytes
	patient: Bytes
	author: Author
	/** The record's blinded hash. */
	hash: Bytes
}

/** The OAEP label, in ASCII. */
export async function wrapLabel(binding: Binding, spki: Bytes): Promise<Bytes> {
	const { genesis, patient, author, hash } = binding
	const key = await sha256(spki)
	const domain = scaleText('salus/wrap/v1')
	return utf8(hex(await sha256(domain, genesis, patient, encodeAuthor(author), hash, key)))
}

/** Wraps a record key for a member, by its encryption key. */
export async function wrapKey(spki: Bytes, recordKey: Bytes, binding: Binding): Promise<Bytes> {
	const key = await importPublic(spki)
	const label = await wrapLabel(binding, spki)
	return new Uint8Array(await crypto.subtle.encrypt({ name: 'RSA-OAEP', label }, key, recordKey))
}

/** Takes a record key out of its wrapping. Wipe it after use. */
export async function unwrapKey(key: PrivateKey, wrapped: Bytes, binding: Binding): Promise<Bytes> {
	const { modulusLength } = key.key.algorithm as RsaHashedKeyAlgorithm
	need(wrapped.length === Math.ceil(modulusLength / 8), 'wrapped-key-length')
	const label = await wrapLabel(binding, key.spki)
	const algorithm = { name: 'RSA-OAEP', label }
	const opened = await crypto.subtle.decrypt(algorithm, key.key, wrapped).catch(() => {
		throw new Refused('wrapped-key')
	})
	need(opened.byteLength === 32, 'wrapped-key')
	return new Uint8Array(opened)
}

/** A new private key in PKCS#8, for a key file. Wipe it after use. */
export async function generateKey(): Promise<Bytes> {
	const pair = await crypto.subtle.generateKey(
		{ ...ALGORITHM, modulusLength: NEW_BITS, publicExponent: EXPONENT },
		true,
		['encrypt', 'decrypt'],
	)
	return new Uint8Array(await crypto.subtle.exportKey('pkcs8', pair.privateKey))
}

/** A private key of a key file. Checks its form, and that its numbers fit. */
export async function importPrivate(version: number, pkcs8: Bytes): Promise<PrivateKey> {
	try {
		const numbers = numbersOf(pkcs8)
		if (fit(numbers) && same(privateKey(numbers), pkcs8)) {
			const spki = publicKey(numbers[0])
			const key = await crypto.subtle.importKey('pkcs8', pkcs8, ALGORITHM, false, ['decrypt'])
			return { version, spki, key }
		}
	} catch {
		// Told below.
	}
	throw new Refused('key-file-private-key')
}

/** A public key, if it is of the form that the chain takes. */
async function importPublic(spki: Bytes): Promise<CryptoKey> {
	try {
		const whole = new Der(spki).value(0x30)
		whole.exact(RSA_ENCRYPTION)
		const bits = whole.value(0x03)
		bits.exact(new Uint8Array(1))
		const modulus = bits.value(0x30).integer()
		if (same(publicKey(modulus), spki)) {
			return await crypto.subtle.importKey('spki', spki, ALGORITHM, false, ['encrypt'])
		}
	} catch {
		// Told below.
	}
	throw new Refused('public-key')
}

/** The numbers of a private key, from the modulus to the coefficient, as RFC 8017 has them. */
function numbersOf(pkcs8: Bytes): Bytes[] {
	const whole = new Der(pkcs8).value(0x30)
	whole.exact(VERSION_0)
	whole.exact(RSA_ENCRYPTION)
	const key = whole.value(0x04).value(0x30)
	key.exact(VERSION_0)
	return Array.from({ length: 8 }, () => key.integer())
}

/** Whether the numbers of a private key belong together. */
function fit(numbers: Bytes[]): boolean {
	const [n, e, d, p, q, dP, dQ, qInv] = numbers.map((number) => BigInt(`0x${hex(number)}`))
	return (
		same(numbers[1], EXPONENT) &&
		n === p * q &&
		d < n &&
		(d * e) % (p - 1n) === 1n &&
		(d * e) % (q - 1n) === 1n &&
		dP === d % (p - 1n) &&
		dQ === d % (q - 1n) &&
		qInv < p &&
		(qInv * q) % p === 1n
	)
}

/** The canonical PKCS#8 of a private key's numbers. */
function privateKey(numbers: Bytes[]): Bytes {
	const key = der(0x30, concat(VERSION_0, ...numbers.map(integer)))
	return der(0x30, concat(VERSION_0, RSA_ENCRYPTION, der(0x04, key)))
}

/** The canonical SubjectPublicKeyInfo of a modulus. Throws if Salus takes no such key. */
function publicKey(modulus: Bytes): Bytes {
	const bits = 8 * modulus.length - Math.clz32(modulus[0]) + 24
	const odd = modulus[modulus.length - 1] % 2 === 1
	if (bits < 2048 || bits > 4096 || !odd) throw new Error('another modulus')
	const key = der(0x30, concat(integer(modulus), integer(EXPONENT)))
	return der(0x30, concat(RSA_ENCRYPTION, der(0x03, concat(new Uint8Array(1), key))))
}

const integer = (number: Bytes): Bytes =>
	der(0x02, number[0] >= 0x80 ? concat(new Uint8Array(1), number) : number)

function der(tag: number, content: Bytes): Bytes {
	const { length } = content
	const size =
		length < 0x80
			? [length]
			: length < 0x100
				? [0x81, length]
				: [0x82, length >> 8, length & 0xff]
	return concat(new Uint8Array([tag, ...size]), content)
}

/** Reads DER from its start. Throws where it is something else. */
class Der {
	#at = 0
	constructor(private readonly bytes: Bytes) {}

	exact(expected: Bytes): void {
		const end = this.#at + expected.length
		if (!same(this.bytes.subarray(this.#at, end), expected)) throw new Error('other DER')
		this.#at = end
	}

	/** The content of a value. What follows it stays. */
	value(tag: number): Der {
		const [found, first] = this.bytes.subarray(this.#at, this.#at + 2)
		const more = first < 0x80 ? 0 : first - 0x80
		if (found !== tag || more > 2) throw new Error('other DER')
		const start = this.#at + 2 + more
		const length =
			more === 0
				? first
				: this.bytes
						.subarray(start - more, start)
						.reduce((all, byte) => 256 * all + byte, 0)
		if (start + length > this.bytes.length) throw new Error('DER ends too early')
		this.#at = start + length
		return new Der(this.bytes.subarray(start, start + length))
	}

	/** A positive integer, without a leading zero. */
	integer(): Bytes {
		const { bytes } = this.value(0x02)
		return bytes[0] === 0 ? bytes.subarray(1) : bytes
	}
}
