/**
 * Every vector of envelope/tests/vectors as a case with a name. They run in Node and in Chromium,
 * so this needs neither.
 */
import { sha256 as sha256Now } from '@noble/hashes/sha2.js'
import {
	type Author,
	type Bytes,
	type Check,
	type Expected,
	type Manifest,
	Refused,
	SeedSigner,
	Tree,
	authorityMessage,
	blindedHash,
	commitment,
	concat,
	derive,
	fingerprint,
	hex,
	importPrivate,
	isName,
	keyMessage,
	manifestMessage,
	openEnvelope,
	openKeyFile,
	openName,
	padme,
	patientId,
	readPart,
	sealDocument,
	sealName,
	sha256,
	shortName,
	signInMessage,
	unhex,
	unwrapKey,
	verify,
	wrapKey,
	wrapLabel,
	writeKeyFile,
} from '../src/format'
import { little } from '../src/format/bytes'
import { Cipher } from '../src/format/cipher'
import { plainPassphrase } from '../src/format/keyfile'
import { LEAF, header, leafCount } from '../src/format/layout'
import { above } from '../src/format/tree'

/** Gives a file of the folder of vectors. */
export type Load = (name: string) => any

export interface Case {
	name: string
	run(): Promise<void>
}

export function equal(found: unknown, expected: unknown, what = 'value'): void {
	const text = (value: unknown) =>
		value instanceof Uint8Array
			? hex(value)
			: JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? `${inner}` : inner))
	if (text(found) !== text(expected)) {
		throw new Error(`${what}: found ${text(found)}, expected ${text(expected)}`)
	}
}

/** Expects a refusal by this check. */
export async function refuses(
	check: Check,
	run: () => Promise<unknown>,
	what = '',
	segment?: number | null,
): Promise<void> {
	let found: unknown
	try {
		await run()
		found = 'nothing'
	} catch (error) {
		if (!(error instanceof Refused)) throw error
		found = error.check
		if (typeof segment === 'number') equal(error.segment, segment, `${what}: segment`)
	}
	equal(found, check, what)
}

const blob = (...parts: Bytes[]) => new Blob(parts)
/** As a Blob, without the browser's detour through another process: for thousands of envelopes. */
const inMemory = (bytes: Bytes) =>
	({
		size: bytes.length,
		slice: (from: number, to: number) => ({
			arrayBuffer: async () => bytes.slice(from, to).buffer,
		}),
	}) as unknown as Blob

const zeros = (length: number): Bytes => new Uint8Array(length)
/** Bytes in hex, and runs of zeros. */
const bytesOf = (runs: any[]): Bytes =>
	concat(...runs.map((run) => (typeof run === 'string' ? unhex(run) : zeros(run.zeros))))
const author = (value: any): Author => value

const expectation = (values: any): Expected => ({
	hash: unhex(values.hash),
	patient: unhex(values.patient),
	author: author(values.author),
	account: values.author_account && unhex(values.author_account),
	region: values.region,
	genesis: unhex(values.genesis),
	amends: values.amends && unhex(values.amends),
	sealedName: unhex(values.sealed_name),
	addedAt: BigInt(values.added_at),
})

const manifestOf = (fields: any): Manifest => ({
	name: fields.name,
	mediaType: fields.media_type,
	length: BigInt(fields.length),
	patient: unhex(fields.patient),
	author:
		fields.author === 'patient'
			? { founder: unhex(fields.founding_account), commitment: unhex(fields.commitment) }
			: fields.author,
	account: unhex(fields.author_account),
	region: fields.region,
	genesis: unhex(fields.genesis),
	amends: fields.amends && unhex(fields.amends),
	time: BigInt(fields.time),
})

const expectedOf = (vector: any): Expected =>
	expectation({ ...vector.manifest, ...vector, author: vector.manifest.author })

export async function collect(parts: AsyncIterable<Uint8Array>): Promise<Bytes> {
	const all = []
	// Whoever gives a part may free it afterwards.
	for await (const part of parts) all.push(part.slice())
	return concat(...all)
}

/** The leaves and what sealing returned. */
async function sealed(leaves: ReturnType<typeof sealDocument>) {
	const all = []
	for (;;) {
		const { done, value } = await leaves.next()
		if (done) return { leaves: all, result: value }
		all.push(value)
	}
}

async function longDocument(load: Load) {
	const vector = load('long_envelope.json')
	const document = zeros(vector.manifest.length).map((_, at) => at % 251)
	const make = (nonce: Bytes) =>
		sealed(
			sealDocument(
				blob(document),
				unhex(vector.record_key),
				manifestOf(vector.manifest),
				{
					account: unhex(vector.manifest.author_account),
					sign: async (message) => {
						equal(message, vector.manifest_message)
						return unhex(vector.signature)
					},
				},
				{ nonce, iv: (segment) => unhex(vector.segments[segment].iv) },
			),
		)
	return { vector, document, make }
}

async function treeOf(leaves: Bytes[]) {
	const tree = new Tree()
	for (const leaf of leaves) await tree.push(leaf)
	return tree.root()
}

/** Reads an envelope of one leaf as a part. */
async function leafAlone(envelope: Bytes, key: Bytes) {
	const { cid } = await treeOf([envelope])
	return readPart(cid, envelope.length, 0, key, async () => envelope)
}

/** The nodes over an envelope of this size. Leaf `i` has the CID of the number `i`. */
async function levelsOf(size: number) {
	const width = 1024
	const raw = unhex('01551220')
	const leaf = (at: number) => ({
		cid: concat(raw, sha256Now(little(at, 8))),
		size: Math.min(LEAF, size - at * LEAF),
		blocks: Math.min(LEAF, size - at * LEAF),
		bytes: null,
		children: [],
	})
	let level: Awaited<ReturnType<typeof above>> = []
	for (let at = 0; at < leafCount(size); at += width) {
		const length = Math.min(width, leafCount(size) - at)
		const [node] = await above(Array.from({ length }, (_, place) => leaf(at + place)))
		level.push({ ...node, children: [] })
	}
	const levels = []
	for (;;) {
		const [first, last] = [level[0], level[level.length - 1]].map(({ cid }) => hex(cid))
		levels.push({ first, last, nodes: level.length })
		if (level.length === 1) return levels
		level = await above(level)
	}
}

async function opensTo(content: any, file: Bytes, passphrase: string, what?: string) {
	const opened = await openKeyFile(file, passphrase).catch((error) => {
		throw new Error(`${what}: ${error}`)
	})
	const { seed, keys, names } = opened.secrets
	const found = {
		account_seed: hex(seed),
		keys: keys.map(({ version, pkcs8 }) => ({ pkcs8: hex(pkcs8), version })),
		names: names.map(({ name, salt }) => ({ name, salt: hex(salt) })),
		version: 1,
	}
	equal(found, content, what)
	equal(
		opened.keys.map(({ version }) => version),
		keys.map(({ version }) => version),
		what,
	)
	return opened.secrets
}

export function cases(load: Load): Case[] {
	const all: Case[] = []
	const add = (name: string, run: () => Promise<void>) => all.push({ name, run })

	add('derived_keys.json', async () => {
		const { record_key, keys } = load('derived_keys.json')
		for (const { derived, info, salt } of keys) {
			equal(hex(await derive(unhex(record_key), unhex(salt), info)), derived, info)
		}
	})

	add('blinded_hash.json', async () => {
		const vector = load('blinded_hash.json')
		const documentHash = await sha256(unhex(vector.document))
		equal(hex(documentHash), vector.document_hash)
		equal(hex(await blindedHash(unhex(vector.record_key), documentHash)), vector.hash)
	})

	add('commitment.json', async () => {
		const vector = load('commitment.json')
		equal(hex(await commitment(vector.name, unhex(vector.salt))), vector.commitment)
	})

	add('patient_id.json', async () => {
		const vector = load('patient_id.json')
		const account = unhex(vector.founding_account)
		const id = patientId(unhex(vector.genesis), account, unhex(vector.commitment))
		equal(hex(id), vector.patient)
	})

	add('padme.json', async () => {
		for (const { length, padded } of load('padme.json'))
			equal(padme(length), padded, `${length}`)
	})

	for (const file of ['envelope.json', 'patients_envelope.json']) {
		add(file, async () => {
			const vector = load(file)
			const key = unhex(vector.record_key)
			const envelope = unhex(vector.envelope)
			const document = unhex(vector.document)
			const opened = await openEnvelope(blob(envelope), key, expectedOf(vector))
			equal(opened.manifest, manifestOf(vector.manifest))
			equal(hex(await collect(opened.document())), vector.document)
			const message = await manifestMessage(opened.manifest, await sha256(document))
			equal(message, vector.manifest_message)
			equal(await leafAlone(envelope, key), { start: 0, bytes: document, ends: true })
		})
	}

	add('long_envelope.json', async () => {
		const { vector, document, make } = await longDocument(load)
		const { leaves, result } = await make(unhex(vector.nonce))
		const envelope = concat(...leaves)
		equal(envelope.length, vector.envelope_length)
		equal(result.size, vector.envelope_length)
		equal(hex(result.hash), vector.hash)
		equal(leaves.length, vector.segments.length)
		for (const [number, leaf] of leaves.entries()) {
			const { length, tag } = vector.segments[number]
			equal(leaf.length, length + (number === 0 ? 48 : 0))
			equal(hex(leaf.subarray(-32)), tag)
		}
		equal(hex(await sha256(envelope)), vector.envelope_sha256)
		const key = unhex(vector.record_key)
		const opened = await openEnvelope(blob(envelope), key, expectedOf(vector))
		equal(hex(await sha256(await collect(opened.document()))), vector.document_hash)
		equal(hex(await sha256(document)), vector.document_hash)
	})

	add('blocks.json', async () => {
		const { short, long } = load('blocks.json')
		const { cid, size } = await treeOf([unhex(load('envelope.json').envelope)])
		equal({ cid: hex(cid), size }, { cid: short.cid, size: short.size })
		const { vector, make } = await longDocument(load)
		const { leaves } = await make(unhex(vector.nonce))
		const root = await treeOf(leaves)
		equal({ cid: hex(root.cid), size: root.size }, { cid: long.cid, size: long.size })
		equal(hex(root.bytes as Bytes), long.root)
		const blocks = new Map([[hex(root.cid), root.bytes as Bytes]])
		root.children.forEach(({ cid }, at) => blocks.set(hex(cid), leaves[at]))
		for (const { leaf, start, length, ends, way, sha256: hash } of long.parts) {
			const asked: string[] = []
			const fetch = async (cid: Bytes) => {
				asked.push(hex(cid))
				return blocks.get(hex(cid)) as Bytes
			}
			const key = unhex(vector.record_key)
			const part = await readPart(root.cid, root.size, leaf, key, fetch)
			equal(asked.slice(0, way.length), way, `leaf ${leaf}`)
			equal({ ...part, bytes: part.bytes.length }, { start, bytes: length, ends })
			equal(hex(await sha256(part.bytes)), hash)
		}
	})

	add('blocks.json: trees', async () => {
		for (const { size, levels } of load('blocks.json').trees) {
			equal(await levelsOf(size), levels, `${size} bytes`)
		}
	})

	add('forbidden_characters.json', async () => {
		const found: [number, number][] = []
		for (let code = 0; code < 0x110000; code++) {
			const surrogate = code >= 0xd800 && code < 0xe000
			if (surrogate || isName(String.fromCodePoint(code))) continue
			if (found.at(-1)?.[1] === code - 1) found[found.length - 1][1] = code
			else found.push([code, code])
		}
		equal(found, load('forbidden_characters.json'))
	})

	add('accepted_envelopes.json', async () => {
		const { cases, document, record_key } = load('accepted_envelopes.json')
		for (const { envelope, expected, what } of cases) {
			const open = openEnvelope(
				blob(unhex(envelope)),
				unhex(record_key),
				expectation(expected),
			)
			const opened = await open.catch((error) => {
				throw new Error(`${what}: ${error}`)
			})
			equal(hex(await collect(opened.document())), document, what)
		}
	})

	add('short_name.json', async () => {
		for (const { name, short_name } of load('short_name.json')) {
			equal(await shortName(name), short_name)
		}
	})

	add('sealed_name.json', async () => {
		const { record_key, name, iv, sealed_name } = load('sealed_name.json')
		const key = unhex(record_key)
		equal(hex(await sealName(key, name, unhex(iv))), sealed_name)
		equal(await openName(key, unhex(sealed_name)), name)
	})

	add('private_key.json, wrapped_key.json', async () => {
		const { pkcs8 } = load('private_key.json')
		const vector = load('wrapped_key.json')
		const key = await importPrivate(3, unhex(pkcs8))
		equal(hex(key.spki), vector.spki)
		equal(key.key.extractable, false)
		for (const [author, label] of [
			[vector.author, vector.label],
			['patient', vector.patients_label],
		]) {
			const binding = bindingOf({ ...vector, author })
			equal(new TextDecoder().decode(await wrapLabel(binding, key.spki)), label)
		}
		const opened = await unwrapKey(key, unhex(vector.wrapped_key), bindingOf(vector))
		equal(hex(opened), vector.record_key)
		const again = await wrapKey(key.spki, opened, bindingOf(vector))
		equal(await unwrapKey(key, again, bindingOf(vector)), opened)
	})

	add('public_keys.json', async () => {
		const binding = bindingOf(load('wrapped_key.json'))
		for (const { bits, spki, wrapped_key_length } of load('public_keys.json')) {
			const wrapped = await wrapKey(unhex(spki), zeros(32), binding)
			equal(wrapped.length, wrapped_key_length, `${bits} bits`)
		}
	})

	add('authority_message.json', async () => {
		const { genesis, account, session_keys, message } = load('authority_message.json')
		const [chain, who, keys] = [genesis, account, session_keys].map(unhex)
		equal(await authorityMessage(chain, who, keys), message)
	})

	add('sign_in_message.json', async () => {
		const { host, time, message, ...bytes } = load('sign_in_message.json')
		const [genesis, nonce, account] = [bytes.genesis, bytes.nonce, bytes.account].map(unhex)
		equal(await signInMessage(host, genesis, nonce, account, time), message)
	})

	add('key_message.json', async () => {
		const vector = load('key_message.json')
		const spki = unhex(vector.spki)
		const genesis = unhex(vector.genesis)
		const account = unhex(vector.account)
		const message = await keyMessage(genesis, account, vector.version, spki)
		equal(message, vector.message)
		equal(await fingerprint(spki), vector.fingerprint)
		const signer = new SeedSigner(unhex(vector.account_seed))
		equal(hex(signer.account), vector.account)
		equal(verify(account, message, unhex(vector.signature)), true)
		equal(verify(account, message, await signer.sign(message)), true)
		equal(verify(account, `${message} `, unhex(vector.signature)), false)
	})

	add('key_file.json', async () => {
		const { file, passphrase, content } = load('key_file.json')
		const secrets = await opensTo(content, unhex(file), passphrase)
		const again = await writeKeyFile(secrets, 'Zu\u0308rich\n', 10)
		await opensTo(content, again, 'Z\u00fcrich')
	})

	add('accepted_key_files.json', async () => {
		for (const { content, file, passphrase, what } of load('accepted_key_files.json')) {
			await opensTo(content, unhex(file), passphrase, what)
		}
	})

	add('passphrase.json', async () => {
		for (const { given, taken } of load('passphrase.json')) {
			equal(plainPassphrase(given), taken, JSON.stringify(given))
		}
	})

	refusedEnvelopes(load, add)
	refusedLongEnvelopes(load, add)
	refusedParts(load, add)

	add('refused_sealed_names.json', async () => {
		const { record_key, cases } = load('refused_sealed_names.json')
		for (const { check, sealed_name, what } of cases) {
			await refuses(check, () => openName(unhex(record_key), unhex(sealed_name)), what)
		}
	})

	add('refused_wrapped_keys.json', async () => {
		const vector = load('wrapped_key.json')
		const { cases, public_keys } = load('refused_wrapped_keys.json')
		const key = await importPrivate(0, unhex(vector.private_key))
		const binding = bindingOf(vector)
		for (const { check, wrapped_key, what } of cases) {
			await refuses(check, () => unwrapKey(key, unhex(wrapped_key), binding), what)
		}
		for (const { check, spki, what } of public_keys) {
			await refuses(
				check,
				() => wrapKey(unhex(spki), unhex(vector.record_key), binding),
				what,
			)
		}
	})

	add('refused_private_keys.json', async () => {
		for (const { check, pkcs8, what } of load('refused_private_keys.json')) {
			await refuses(check, () => importPrivate(0, unhex(pkcs8)), what)
		}
	})

	add('refused_key_files.json', async () => {
		const { cases, passphrase, long } = load('refused_key_files.json')
		for (const { check, file, what } of cases) {
			await refuses(check, () => openKeyFile(unhex(file), passphrase), what)
		}
		for (const { check, file, what } of long) {
			await refuses(check, () => openKeyFile(bytesOf(file), passphrase), what)
		}
	})

	return all
}

const bindingOf = (vector: any) => ({
	genesis: unhex(vector.genesis),
	patient: unhex(vector.patient),
	author: author(vector.author),
	hash: unhex(vector.hash),
})

function refusedEnvelopes(load: Load, add: (name: string, run: () => Promise<void>) => void) {
	const vector = load('refused_envelopes.json')
	const key = unhex(vector.record_key)
	const envelope = unhex(vector.envelope)
	const open = (bytes: Bytes, changes = {}) =>
		openEnvelope(inMemory(bytes), key, expectation({ ...vector.expected, ...changes }))

	add('refused_envelopes.json: the envelope itself opens', async () => {
		equal(hex(await collect((await open(envelope)).document())), vector.document)
	})

	add('refused_envelopes.json: flips', async () => {
		for (const { check, from, to } of vector.flips) {
			for (let byte = from; byte < to; byte++) {
				await Promise.all(
					[0, 1, 2, 3, 4, 5, 6, 7].map(async (bit) => {
						const changed = envelope.slice()
						changed[byte] ^= 1 << bit
						const what = `byte ${byte}, bit ${bit}`
						await refuses(check, () => open(changed), what)
						await refuses(check, () => leafAlone(changed, key), what)
					}),
				)
			}
		}
	})

	add('refused_envelopes.json: cuts', async () => {
		for (const [check, lengths] of Object.entries(vector.cuts) as [Check, number[]][]) {
			for (const length of lengths) {
				await refuses(check, () => open(envelope.slice(0, length)), `${length} bytes`)
			}
		}
	})

	add('refused_envelopes.json: cases', async () => {
		for (const { check, envelope: changed, expected, what } of vector.cases) {
			const bytes = changed === undefined ? envelope : unhex(changed)
			await refuses(check, () => open(bytes, expected), what)
		}
	})
}

function refusedLongEnvelopes(load: Load, add: (name: string, run: () => Promise<void>) => void) {
	const vector = load('refused_long_envelopes.json')

	add('refused_long_envelopes.json: orders and ends', async () => {
		const { vector: long, make } = await longDocument(load)
		const key = unhex(long.record_key)
		const open = (bytes: Bytes) => openEnvelope(blob(bytes), key, expectedOf(long))
		const [one, other] = await Promise.all(
			[long.nonce, vector.other_nonce].map(
				async (nonce) => (await make(unhex(nonce))).leaves,
			),
		)
		const segment = (leaves: Bytes[], number: number) =>
			number === 0 ? leaves[0].subarray(48) : leaves[number]
		for (const { check, parts, segment: at, what } of vector.orders) {
			const bytes = parts.map((part: any) =>
				part === 'header'
					? one[0].subarray(0, 48)
					: 'segment' in part
						? segment(one, part.segment)
						: segment(other, part.other_segment),
			)
			await refuses(check, () => open(concat(...bytes)), what, at)
		}
		const envelope = concat(...one)
		for (const { check, segment: at, ...end } of vector.ends) {
			const changed =
				'cut' in end
					? envelope.slice(0, -end.cut)
					: 'zeros' in end
						? concat(envelope, zeros(end.zeros))
						: envelope.slice()
			if ('flipped_byte' in end) changed[end.flipped_byte] ^= 1
			await refuses(check, () => open(changed), JSON.stringify(end), at)
		}
	})

	add('refused_long_envelopes.json: forged', async () => {
		const short = load('refused_envelopes.json')
		const key = unhex(short.record_key)
		const nonce = unhex(short.envelope).slice(12, 44)
		const start = header(nonce)
		const cipher = await Cipher.of(key, start, nonce)
		for (const { check, plaintexts, what } of vector.forged) {
			const parts = [start]
			for (const [number, runs] of plaintexts.entries()) {
				const iv = zeros(16).fill(number)
				const last = number === plaintexts.length - 1
				parts.push(await cipher.seal(number, last, iv, bytesOf(runs)))
			}
			const open = () => openEnvelope(blob(...parts), key, expectation(short.expected))
			await refuses(check, open, what)
		}
	})
}

function refusedParts(load: Load, add: (name: string, run: () => Promise<void>) => void) {
	const { good, cases, record_key } = load('refused_parts.json')
	const read = ({ cid, size, leaf, blocks }: any) =>
		readPart(unhex(cid), size, leaf, unhex(record_key), async (wanted) =>
			unhex(blocks[hex(wanted)]),
		)

	add('refused_parts.json', async () => {
		equal(await read(good), { start: good.start, bytes: unhex(good.part), ends: true })
		for (const leaf of [-1, 3, 2 ** 40]) {
			await refuses('segment-length', () => read({ ...good, leaf }), `leaf ${leaf}`)
		}
		await refuses('segment-length', () => read({ ...good, size: 0, leaf: 0 }), 'no byte')
		for (const { check, what, ...part } of cases) await refuses(check, () => read(part), what)
	})
}

/** The files that the cases use. */
export const files = [
	'accepted_envelopes',
	'accepted_key_files',
	'authority_message',
	'sign_in_message',
	'blinded_hash',
	'blocks',
	'commitment',
	'derived_keys',
	'envelope',
	'forbidden_characters',
	'key_file',
	'key_message',
	'long_envelope',
	'padme',
	'passphrase',
	'patient_id',
	'patients_envelope',
	'private_key',
	'public_keys',
	'refused_envelopes',
	'refused_key_files',
	'refused_long_envelopes',
	'refused_parts',
	'refused_private_keys',
	'refused_sealed_names',
	'refused_wrapped_keys',
	'sealed_name',
	'short_name',
	'wrapped_key',
].map((name) => `${name}.json`)
