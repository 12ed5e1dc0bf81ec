import { type Bytes, concat, hex, little } from './bytes'
import { sha256 } from './hash'
import { scaleBytes, scaleText } from './scale'

/**
 * A message that an account signs. `fields` is their SCALE. What is not printable ASCII becomes `?`,
 * as wallets show text with any other character in hex.
 */
export async function message(purpose: string, about: string, fields: Bytes): Promise<string> {
	const digest = hex(await sha256(scaleText(purpose), fields))
	const line = `${purpose}: ${about}. SHA-256: ${digest}`
	return `<Bytes>${line.replace(/[^ -~]/gu, '?')}</Bytes>`
}

/** SHA-256 as people compare it: 16 groups of four hex digits. */
export async function fingerprint(bytes: Bytes): Promise<string> {
	return (hex(await sha256(bytes)).match(/.{4}/g) ?? []).join(' ')
}

/** By this message an account registers an encryption key. */
export async function keyMessage(
	genesis: Bytes,
	account: Bytes,
	version: number,
	spki: Bytes,
): Promise<string> {
	const about = `encryption key ${await fingerprint(spki)}, version ${version}`
	const fields = concat(genesis, account, little(version, 4), await sha256(spki))
	return message('salus/key/v1', about, fields)
}

/** By this message an account offers to be an authority. `keys` are the node's session keys. */
export async function authorityMessage(
	genesis: Bytes,
	account: Bytes,
	keys: Bytes,
): Promise<string> {
	const about = `authority with the session keys ${await fingerprint(keys)}`
	return message('salus/authority/v1', about, concat(genesis, account, scaleBytes(keys)))
}

/**
 * By this message an account signs in to the gateway at this host: the host that the page itself has
 * connected to, with the port if it is not the scheme's. `nonce` and `time` are of the challenge.
 */
export async function signInMessage(
	host: string,
	genesis: Bytes,
	nonce: Bytes,
	account: Bytes,
	time: number,
): Promise<string> {
	const about = `${host} asks to sign in to its gateway`
	const fields = concat(scaleText(host), genesis, nonce, account, little(time, 8))
	return message('salus/sign-in/v1', about, fields)
}
