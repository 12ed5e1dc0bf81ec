import { Decrypter, Encrypter } from 'age-encryption'
import { type Bytes, collect, hex, random, text, unhex, utf8 } from './bytes'
import { commitment } from './hash'
import { type Json, JsonNumber, parseJson } from './json'
import { Refused, need } from './refused'
import { type PrivateKey, generateKey, importPrivate } from './rsa'

const MOST_BYTES = 1 << 20
const WORK_FACTOR = 17
const MOST_WORK_FACTOR = 18
const VERSION = 1
const MAGIC = 'age-encryption.org/v1\n-> scrypt '
/** 16 and 32 bytes in base64, with unused bits zero. */
const BASE64_16 = '[A-Za-z0-9+/]{21}[AQgw]'
const BASE64_32 = '[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]'
/** Magic, salt, work factor, body, MAC, and the payload's nonce. */
const HEADER = new RegExp(
	`^${MAGIC}${BASE64_16} ([1-9][0-9]{0,2})\n${BASE64_32}\n--- ${BASE64_32}\n[^]{16}`,
)
/** No header is longer. */
const HEADER_MOST = 200

/** A member's secrets. Wipe them after use. */
export interface Secrets {
	/** The account's mini-secret, 32 bytes. */
	seed: Bytes
	/** Private keys in PKCS#8 with their versions on chain. */
	keys: { version: number; pkcs8: Bytes }[]
	/** The names that the member gave, the newest last, with the salts of a patient's commitments. */
	names: { name: string; salt: Bytes }[]
}

/** An opened key file. */
export interface OpenedKeyFile {
	secrets: Secrets
	keys: PrivateKey[]
	/** The commitments to the names. */
	commitments: Bytes[]
}

/** New secrets for a member, with one encryption key, of version 0. */
export async function newSecrets(name: string): Promise<Secrets> {
	const keys = [{ version: 0, pkcs8: await generateKey() }]
	return { seed: random(32), keys, names: [{ name, salt: random(32) }] }
}

/** Overwrites what is secret. */
export function wipe(secrets: Secrets): void {
	secrets.seed.fill(0)
	for (const { pkcs8 } of secrets.keys) pkcs8.fill(0)
	for (const { salt } of secrets.names) salt.fill(0)
}

/**
 * A passphrase without what editors add: a byte-order mark and the line's end. In NFC. Refuses one
 * that has no UTF-8.
 */
export function plainPassphrase(given: string): string {
	need(given.isWellFormed(), 'key-file-passphrase')
	return given
		.replace(/^\ufeff/, '')
		.replace(/\r?\n?$/, '')
		.normalize('NFC')
}

/** Makes a key file. A lower work factor is for tests only. */
export async function writeKeyFile(
	secrets: Secrets,
	passphrase: string,
	workFactor = WORK_FACTOR,
): Promise<Bytes> {
	const encrypter = new Encrypter()
	encrypter.setPassphrase(plainPassphrase(passphrase))
	encrypter.setScryptWorkFactor(workFactor)
	// The passphrase takes 128 MiB.
	return encryptSecrets(secrets, encrypter).finally(collect)
}

/** Encrypts the content of a key file, for any recipient of age's. Refuses to make over 1 MiB. */
export async function encryptSecrets(secrets: Secrets, encrypter: Encrypter): Promise<Bytes> {
	const content = {
		version: VERSION,
		account_seed: hex(secrets.seed),
		keys: secrets.keys.map(({ version, pkcs8 }) => ({ version, pkcs8: hex(pkcs8) })),
		names: secrets.names.map(({ name, salt }) => ({ name, salt: hex(salt) })),
	}
	const plain = utf8(JSON.stringify(content))
	try {
		const file = (await encrypter.encrypt(plain)) as Bytes
		need(file.length <= MOST_BYTES, 'key-file-size')
		return file
	} finally {
		plain.fill(0)
	}
}

/** Opens a key file, and checks every key in it. */
export async function openKeyFile(file: Bytes, passphrase: string): Promise<OpenedKeyFile> {
	need(file.length <= MOST_BYTES, 'key-file-size')
	checkHeader(file)
	for (const attempt of new Set([plainPassphrase(passphrase), passphrase])) {
		const decrypter = new Decrypter()
		decrypter.addPassphrase(attempt)
		// The passphrase takes 128 MiB, and 256 with the highest work factor.
		const content = await decrypt(file, decrypter).finally(collect)
		if (content !== null) return openContent(content)
	}
	throw new Refused('key-file-passphrase')
}

/** Opens a file with the content of a key file, by any identity of age's. */
export async function openSecrets(file: Bytes, decrypter: Decrypter): Promise<OpenedKeyFile> {
	const content = await decrypt(file, decrypter)
	need(content !== null, 'key-file-passphrase')
	return openContent(content)
}

/** Checks all of the header that can be checked before any work is done. */
function checkHeader(file: Bytes): void {
	const start = String.fromCharCode(...file.subarray(0, HEADER_MOST))
	need(start.startsWith(MAGIC), 'key-file-format')
	const factor = HEADER.exec(start)?.[1]
	need(factor !== undefined && Number(factor) <= 255, 'key-file-damaged')
	need(Number(factor) <= MOST_WORK_FACTOR, 'key-file-work-factor')
}

/** The content, or `null` if nothing given opens the header. */
async function decrypt(file: Bytes, decrypter: Decrypter): Promise<Bytes | null> {
	try {
		return (await decrypter.decrypt(file)) as Bytes
	} catch (error) {
		if (error instanceof Error && error.message.startsWith('no identity matched')) return null
		throw new Refused('key-file-damaged')
	}
}

async function openContent(content: Bytes): Promise<OpenedKeyFile> {
	const secrets = parseContent(content)
	content.fill(0)
	const keys = []
	const commitments = []
	try {
		for (const { version, pkcs8 } of secrets.keys)
			keys.push(await importPrivate(version, pkcs8))
		for (const { name, salt } of secrets.names) commitments.push(await commitment(name, salt))
	} catch (error) {
		wipe(secrets)
		throw error
	}
	return { secrets, keys, commitments }
}

function parseContent(content: Bytes): Secrets {
	const source = text(content)
	need(source !== null, 'key-file-content')
	let value: Json
	try {
		value = parseJson(source)
	} catch {
		throw new Refused('key-file-content')
	}
	need(value instanceof Map, 'key-file-content')
	need(whole(value.get('version')) === VERSION, 'key-file-version')
	const { account_seed, keys, names } = only(value, ['version', 'account_seed', 'keys', 'names'])
	need(Array.isArray(keys) && Array.isArray(names), 'key-file-content')
	return {
		seed: digits(account_seed, 32),
		keys: keys.map((key) => {
			const { version, pkcs8 } = only(key, ['version', 'pkcs8'])
			return { version: whole(version), pkcs8: digits(pkcs8) }
		}),
		names: names.map((each) => {
			const { name, salt } = only(each, ['name', 'salt'])
			need(typeof name === 'string' && name.isWellFormed(), 'key-file-content')
			return { name, salt: digits(salt, 32) }
		}),
	}
}

/** The fields of an object that has these and no others. */
function only<Name extends string>(value: Json, names: Name[]): Record<Name, Json> {
	need(value instanceof Map && value.size === names.length, 'key-file-content')
	need(
		names.every((name) => value.has(name)),
		'key-file-content',
	)
	return Object.fromEntries(value) as Record<Name, Json>
}

function whole(value: Json): number {
	const fits = value instanceof JsonNumber && /^(0|[1-9][0-9]*)$/.test(value.digits)
	need(fits && Number(value.digits) <= 0xffffffff, 'key-file-content')
	return Number(value.digits)
}

function digits(value: Json, length?: number): Bytes {
	need(typeof value === 'string', 'key-file-content')
	try {
		const bytes = unhex(value)
		if (length === undefined || bytes.length === length) return bytes
	} catch {
		// Told below.
	}
	throw new Refused('key-file-content')
}
