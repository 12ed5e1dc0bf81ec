/** A network file before enough authorities have signed it: read, shown, and signed by one more. */
import { type Bytes, concat, fingerprint, hex, little, parseAccount, unhex, utf8 } from '../format'
import { message } from '../format/messages'
import { scaleBytes, scaleCompact, scaleOption, scaleText } from '../format/scale'
import type { NetworkFile } from './file'

/** All fields of a network file, in the order in which they are signed. */
export interface FullNetworkFile extends NetworkFile {
	format: number
	/** How often the checkpoint was replaced against its order. */
	reset: number
	signers: { threshold: number; accounts: string[] }
}

export interface SignedNetwork {
	network: FullNetworkFile
	signatures: { account: string; signature: string }[]
}

/** This is no network file, or one of another version. */
export class BadNetworkFile extends Error {
	constructor(readonly what: string) {
		super(`the network file is not right: ${what}`)
		this.name = 'BadNetworkFile'
	}
}

/** The largest numbers of four bytes, and of eight in JavaScript. */
const SHORT = 2 ** 32 - 1
const LONG = Number.MAX_SAFE_INTEGER

const KINDS = { region: 0, consortium: 1 } as const
const ENDPOINTS = { node: 0, relay: 1, gateway: 2 } as const

/** Reads a file. Every field has the type that is signed, and there is no other field. */
export function parseNetwork(source: string): SignedNetwork {
	let value: unknown
	try {
		value = JSON.parse(source)
	} catch {
		throw new BadNetworkFile('it is no JSON')
	}
	const file = fields(value, ['network', 'signatures'])
	const network = fields(file.network, [
		...['format', 'name', 'serial', 'valid_until', 'reset'],
		...['relay', 'chains', 'portal', 'signers'],
	])
	if (network.format !== 1) throw new BadNetworkFile('it is of another version')
	for (const number of [network.serial, network.reset]) whole(number)
	whole(network.valid_until, LONG)
	words(network.name)
	if (network.portal !== null) words(network.portal)
	if (network.relay !== null) {
		const relay = fields(network.relay, ['genesis', 'slot_duration', 'checkpoint'])
		bytes(relay.genesis, 32)
		whole(relay.slot_duration, LONG)
		bytes(relay.checkpoint)
	}
	for (const one of list(network.chains)) {
		const names = ['kind', 'para', 'genesis', 'slot_duration', 'development', 'endpoints']
		const chain = fields(one, names)
		oneOf(chain.kind, KINDS)
		whole(chain.para)
		bytes(chain.genesis, 32)
		whole(chain.slot_duration, LONG)
		if (typeof chain.development !== 'boolean') throw new BadNetworkFile('a chain')
		for (const each of list(chain.endpoints)) {
			const endpoint = fields(each, ['kind', 'url', 'authority'])
			oneOf(endpoint.kind, ENDPOINTS)
			words(endpoint.url)
			account(endpoint.authority)
		}
	}
	const signers = fields(network.signers, ['threshold', 'accounts'])
	whole(signers.threshold)
	for (const one of list(signers.accounts)) account(one)
	for (const one of list(file.signatures)) {
		const by = fields(one, ['account', 'signature'])
		account(by.account)
		bytes(by.signature, 64)
	}
	return value as SignedNetwork
}

/** The SCALE of a file's fields. Its SHA-256 is the file's hash. */
export function encodeNetwork(file: FullNetworkFile): Bytes {
	const { relay } = file
	return concat(
		little(file.format, 4),
		scaleText(file.name),
		little(file.serial, 4),
		little(file.valid_until, 8),
		little(file.reset, 4),
		scaleOption(
			relay &&
				concat(
					unhex(relay.genesis.slice(2)),
					little(relay.slot_duration, 8),
					scaleBytes(unhex(relay.checkpoint.slice(2))),
				),
		),
		all(file.chains, (chain) =>
			concat(
				little(KINDS[chain.kind], 1),
				little(chain.para, 4),
				unhex(chain.genesis.slice(2)),
				little(chain.slot_duration, 8),
				little(chain.development ? 1 : 0, 1),
				all(chain.endpoints, ({ kind, url, authority }) =>
					concat(little(ENDPOINTS[kind], 1), scaleText(url), parseAccount(authority)),
				),
			),
		),
		scaleOption(file.portal === null ? null : scaleText(file.portal)),
		little(file.signers.threshold, 4),
		all(file.signers.accounts, parseAccount),
	)
}

/** What people compare, and what its signers sign. */
export async function networkMessage(
	file: FullNetworkFile,
): Promise<{ print: string; message: string }> {
	const encoded = encodeNetwork(file)
	const print = await fingerprint(encoded)
	const about = `network ${file.name}, file ${file.serial}, fingerprint ${print}`
	return { print, message: await message('salus/network/v1', about, encoded) }
}

/** The addresses that a file adds to an older one, and those that it drops, as people read them. */
export function changedAddresses(
	before: NetworkFile,
	next: NetworkFile,
): { added: string[]; dropped: string[] } {
	const addresses = ({ chains }: NetworkFile) =>
		chains.flatMap(({ para, endpoints }) =>
			endpoints.map(({ kind, url, authority }) => ({
				url,
				key: [para, kind, url, authority].join(' '),
			})),
		)
	const without = (some: NetworkFile, other: NetworkFile) => {
		const known = new Set(addresses(other).map(({ key }) => key))
		return addresses(some).flatMap(({ url, key }) => (known.has(key) ? [] : url))
	}
	return { added: without(next, before), dropped: without(before, next) }
}

/** The file with one more signature, instead of an older one of the same account. */
export function withSignature(
	{ network, signatures }: SignedNetwork,
	account: string,
	signature: Bytes,
): Bytes {
	const others = signatures.filter((one) => one.account !== account)
	const all = [...others, { account, signature: `0x${hex(signature)}` }]
	return utf8(`${JSON.stringify({ network, signatures: all }, null, '\t')}\n`)
}

const all = <Item>(items: Item[], encode: (item: Item) => Bytes): Bytes =>
	concat(scaleCompact(items.length), ...items.map(encode))

function fields(value: unknown, names: string[]): Record<string, unknown> {
	const fits =
		typeof value === 'object' &&
		value !== null &&
		Object.keys(value).length === names.length &&
		names.every((name) => Object.hasOwn(value, name))
	if (!fits) throw new BadNetworkFile(`these fields are wanted: ${names.join(', ')}`)
	return value as Record<string, unknown>
}

function list(value: unknown): unknown[] {
	if (!Array.isArray(value)) throw new BadNetworkFile('a list is wanted')
	return value
}

function whole(value: unknown, most = SHORT): void {
	if (!Number.isSafeInteger(value) || Number(value) < 0 || Number(value) > most)
		throw new BadNetworkFile('a number is wanted')
}

function words(value: unknown): void {
	if (typeof value !== 'string' || !value.isWellFormed())
		throw new BadNetworkFile('a text is wanted')
}

function bytes(value: unknown, length?: number): void {
	const digits = typeof value === 'string' && /^0x(?:[0-9a-f]{2})*$/i.test(value)
	if (!digits || (length !== undefined && value.length !== 2 + 2 * length))
		throw new BadNetworkFile('bytes in hexadecimal digits are wanted')
}

function oneOf(value: unknown, known: object): void {
	if (typeof value !== 'string' || !Object.hasOwn(known, value))
		throw new BadNetworkFile('something has an unknown kind')
}

function account(value: unknown): void {
	try {
		parseAccount(String(value))
	} catch {
		throw new BadNetworkFile('an account is wanted')
	}
}
