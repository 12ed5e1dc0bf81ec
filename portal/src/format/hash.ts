import { blake2b } from '@noble/hashes/blake2.js'
import { type IHasher, createSHA256 } from 'hash-wasm'
import { type Bytes, concat, utf8 } from './bytes'
import { scaleBytes, scaleText } from './scale'

export async function sha256(...parts: Uint8Array[]): Promise<Bytes> {
	const whole = parts.length === 1 ? (parts[0] as Bytes) : concat(...parts)
	return new Uint8Array(await crypto.subtle.digest('SHA-256', whole))
}

/** Each takes gigabytes of addresses, which browsers are slow to free: so they are used again. */
const idle: IHasher[] = []

/** SHA-256 of bytes that come bit by bit. `end` it in any case. */
export interface Hasher {
	/** Once it ends, these bytes may change. */
	update(bytes: Bytes): void | Promise<void>
	digest(): Bytes | Promise<Bytes>
	end(): void
}

/** On this thread. */
export class Sha256 implements Hasher {
	private constructor(private readonly hasher: IHasher) {}

	static async start(): Promise<Sha256> {
		return new Sha256((idle.pop() ?? (await createSHA256())).init())
	}

	update(bytes: Bytes): void {
		this.hasher.update(bytes)
	}

	digest(): Bytes {
		return this.hasher.digest('binary') as Bytes
	}

	end(): void {
		idle.push(this.hasher)
	}
}

/** HKDF-SHA-256 with the record key: 32 bytes. */
export async function derive(key: Bytes, salt: Bytes, info: string): Promise<Bytes> {
	const material = await crypto.subtle.importKey('raw', key, 'HKDF', false, ['deriveBits'])
	const algorithm = { name: 'HKDF', hash: 'SHA-256', salt, info: utf8(info) }
	return new Uint8Array(await crypto.subtle.deriveBits(algorithm, material, 256))
}

export async function blindedHash(key: Bytes, documentHash: Bytes): Promise<Bytes> {
	return sha256(await derive(key, new Uint8Array(), 'salus/hash/v1'), documentHash)
}

/** What the chain stores in place of a patient's name. */
export const commitment = (name: string, salt: Bytes): Promise<Bytes> =>
	sha256(scaleText('salus/name/v1'), salt, scaleBytes(utf8(name)))

/** The id of the patient who registered with this account and commitment: 16 bytes. */
export function patientId(genesis: Bytes, founder: Bytes, committed: Bytes): Bytes {
	const founding = concat(scaleText('salus/patient/v2'), genesis, founder, committed)
	return blake2b(founding, { dkLen: 32 }).slice(0, 16) as Bytes
}
