/** Bytes that WebCrypto takes. */
export type Bytes = Uint8Array<ArrayBuffer>

export const utf8 = (text: string): Bytes => new TextEncoder().encode(text) as Bytes

/** Text of UTF-8 bytes, or `null` if they are no UTF-8. A byte-order mark stays. */
export function text(bytes: Uint8Array): string | null {
	try {
		return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
	} catch {
		return null
	}
}

export const hex = (bytes: Uint8Array): string =>
	Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

/** Bytes of hex digits in either case. Throws if the text is anything else. */
export function unhex(digits: string): Bytes {
	if (digits.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(digits)) throw new Error('this is no hex')
	const bytes = new Uint8Array(digits.length / 2)
	for (let at = 0; at < bytes.length; at++) {
		bytes[at] = Number.parseInt(digits.slice(2 * at, 2 * at + 2), 16)
	}
	return bytes
}

export function concat(...parts: Uint8Array[]): Bytes {
	const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
	let at = 0
	for (const part of parts) {
		whole.set(part, at)
		at += part.length
	}
	return whole
}

/** A port whose other end is closed, in Chromium. Other browsers may keep what is sent to one. */
const nowhere = (() => {
	if (typeof navigator === 'undefined' || !('userAgentData' in navigator)) return null
	const { port1, port2 } = new MessageChannel()
	port2.close()
	return port1
})()

/**
 * Frees the whole buffers of bytes that nobody uses any more. Else some 100 MiB of such buffers wait in each worker
 * of Chromium until its garbage is collected. `transfer(0)` would not free those that the browser made, as WebCrypto's
 * results.
 */
export function free(...unused: Bytes[]): void {
	const buffers = unused.map(({ buffer }) => buffer)
	nowhere?.postMessage(null, buffers)
}

/** After so many bytes more, a browser collects garbage. Nobody touches them, so they take no memory. */
const ENOUGH = 80 << 20

/** Makes Chromium collect garbage soon, after work that took much memory. Else it waits until more is needed. */
export function collect(): void {
	if (nowhere === null) return
	try {
		free(new Uint8Array(ENOUGH))
	} catch {
		// There is no memory for it: the browser collects by itself.
	}
}

/** Told when its turn comes, if it does: until then, nobody misses that it failed. */
export function later<Value>(promise: Promise<Value>): Promise<Value> {
	promise.catch(() => {})
	return promise
}

/** Whether these are the same, in a time that does not depend on where they differ. */
export function same(one: Uint8Array, other: Uint8Array): boolean {
	if (one.length !== other.length) return false
	let difference = 0
	for (let at = 0; at < one.length; at++) difference |= one[at] ^ other[at]
	return difference === 0
}

export const random = (length: number): Bytes => crypto.getRandomValues(new Uint8Array(length))

/** `number` in little-endian, in so many bytes. */
export function little(number: number | bigint, length: number): Bytes {
	const bytes = new Uint8Array(length)
	let left = BigInt(number)
	for (let at = 0; at < length; at++) {
		bytes[at] = Number(left & 0xffn)
		left >>= 8n
	}
	return bytes
}

/** The number that these bytes are in little-endian. */
export const unlittle = (bytes: Uint8Array): bigint =>
	bytes.reduceRight((number, byte) => (number << 8n) | BigInt(byte), 0n)
