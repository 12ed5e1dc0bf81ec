import { blake2b } from '@noble/hashes/blake2.js'
import { base58 } from '@scure/base'
import * as sr25519 from '@scure/sr25519'
import { type Bytes, concat, random, utf8 } from './bytes'

/** Signs as an account. The seed may be elsewhere, as in a worker. */
export interface Signer {
	account: Bytes
	sign(message: string): Promise<Bytes>
}

/** A signer with the seed of an account. `wipe` when it is no longer needed. */
export class SeedSigner implements Signer {
	readonly account: Bytes
	readonly #secret: Uint8Array

	constructor(seed: Bytes) {
		this.#secret = sr25519.secretFromSeed(seed)
		this.account = sr25519.getPublicKey(this.#secret) as Bytes
	}

	async sign(message: string): Promise<Bytes> {
		return this.#sign(utf8(message))
	}

	/** Signs a transaction's payload: a long one by its hash. */
	signPayload(payload: Bytes): Bytes {
		return this.#sign(
			payload.length > 256 ? (blake2b(payload, { dkLen: 32 }) as Bytes) : payload,
		)
	}

	#sign(bytes: Bytes): Bytes {
		return sr25519.sign(this.#secret, bytes, random(32)) as Bytes
	}

	wipe(): void {
		this.#secret.fill(0)
	}
}

/** Whether the account signed the message. A signature of any other form is none. */
export function verify(account: Bytes, message: string, signature: Bytes): boolean {
	try {
		return sr25519.verify(utf8(message), signature, account)
	} catch {
		return false
	}
}

/** The account of its text. Throws if the text is none. */
export function parseAccount(account: string): Bytes {
	const bytes = base58.decode(account)
	const [prefix, ...rest] = bytes
	if (prefix !== 42 || rest.length !== 34) throw new Error('this is no account')
	const parsed = bytes.slice(1, 33) as Bytes
	if (accountText(parsed) !== account) throw new Error('this is no account')
	return parsed
}

/** An account as people and wallets write it: SS58 with the prefix 42. */
export function accountText(account: Bytes): string {
	const prefixed = concat(new Uint8Array([42]), account)
	const sum = blake2b(concat(utf8('SS58PRE'), prefixed), { dkLen: 64 })
	return base58.encode(concat(prefixed, sum.subarray(0, 2)))
}
