import { type Bytes, concat, hex, random, text, utf8 } from './bytes'
import { derive, sha256 } from './hash'
import { Refused, need } from './refused'

const SHORT = 62
const IV = 16
const TEXT = 64

// Controls, and characters that rearrange or hide what is printed around them.
const UNPRINTABLE =
	/[\p{Cc}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/u

/** Whether a name has 1 to `limit` bytes of UTF-8, all of which can be printed. */
export function isName(name: string, limit = 255): boolean {
	const length = utf8(name).length
	return name.isWellFormed() && length >= 1 && length <= limit && !UNPRINTABLE.test(name)
}

/** The name as the chain holds it, sealed: of up to 62 bytes. */
export async function shortName(name: string): Promise<string> {
	if (utf8(name).length <= SHORT) return name
	const extension = /\.[A-Za-z0-9]{1,10}$/.exec(name)?.[0] ?? ''
	const end = `…${hex(await sha256(utf8(name))).slice(0, 8)}${extension}`
	let room = SHORT - utf8(end).length
	let start = ''
	for (const character of name) {
		room -= utf8(character).length
		if (room < 0) break
		start += character
	}
	return start + end
}

async function keys(recordKey: Bytes) {
	const empty = new Uint8Array()
	const [cipher, mac] = await Promise.all([
		derive(recordKey, empty, 'salus/sealed-name/v1/aes-256-cbc'),
		derive(recordKey, empty, 'salus/sealed-name/v1/hmac-sha-256'),
	])
	return {
		aes: await crypto.subtle.importKey('raw', cipher, 'AES-CBC', false, ['encrypt', 'decrypt']),
		mac: await crypto.subtle.importKey('raw', mac, { name: 'HMAC', hash: 'SHA-256' }, false, [
			'sign',
			'verify',
		]),
	}
}

/** Seals the short form of a manifest's name for the chain. */
export async function sealName(recordKey: Bytes, name: string, iv = random(IV)): Promise<Bytes> {
	if (!isName(name)) throw new Error('this is no name for a record')
	const short = utf8(await shortName(name))
	const plain = new Uint8Array(TEXT - 1)
	plain[0] = short.length
	plain.set(short, 1)
	const { aes, mac } = await keys(recordKey)
	const sealed = await crypto.subtle.encrypt({ name: 'AES-CBC', iv }, aes, plain)
	const body = concat(iv, new Uint8Array(sealed))
	return concat(body, new Uint8Array(await crypto.subtle.sign('HMAC', mac, body)))
}

/** Opens a sealed name: the short form of the manifest's. It can be printed. */
export async function openName(recordKey: Bytes, sealed: Bytes): Promise<string> {
	need(sealed.length === IV + TEXT + 32, 'sealed-name-length')
	const { aes, mac } = await keys(recordKey)
	const body = sealed.slice(0, IV + TEXT)
	const tag = sealed.slice(IV + TEXT)
	need(await crypto.subtle.verify('HMAC', mac, tag, body), 'sealed-name-tag')
	const algorithm = { name: 'AES-CBC', iv: body.slice(0, IV) }
	const opened = await crypto.subtle.decrypt(algorithm, aes, body.slice(IV)).catch(() => {
		throw new Refused('sealed-name-padding')
	})
	const plain = new Uint8Array(opened)
	need(plain.length === TEXT - 1, 'sealed-name-padding')
	const end = 1 + plain[0]
	const name = end <= plain.length ? text(plain.subarray(1, end)) : null
	const rest = plain.subarray(end)
	need(
		name !== null && isName(name, SHORT) && rest.every((byte) => byte === 0),
		'sealed-name-text',
	)
	return name
}
