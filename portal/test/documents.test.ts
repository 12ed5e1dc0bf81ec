/** A record from its envelope to its document: the vault, and what opens records on the page. */
import { beforeEach, expect, test } from 'vitest'
import {
	type Bytes,
	LEAF,
	Refused,
	concat,
	hex,
	importPrivate,
	makeCar,
	patientId,
	random,
	unwrapKey,
	utf8,
} from '../src/format'
import { generateKey } from '../src/format/rsa'
import type { Profile } from '../src/keys/profile'
import { type NewDocument, type SealedDocument, Vault } from '../src/keys/vault'
import { Documents, NoKey, type OpenStep } from '../src/records/documents'
import type { Sealed } from '../src/records/record'
import { collect, refuses } from './vectors'

const genesis = random(32)
const region = 2000
const text = utf8('{"resourceType":"Patient"}')
let vault: Vault
let profile: Profile
let about: NewDocument

beforeEach(async () => {
	const noPasskey = { wrap: () => Promise.reject(), unwrap: () => Promise.resolve(null) }
	vault = new Vault(noPasskey, 8)
	profile = (await vault.create('Ada', 'river candle honest seven')).profile
	const [commitment] = profile.commitments
	about = {
		name: 'Blood test',
		mediaType: 'application/fhir+json',
		patient: patientId(genesis, profile.account, commitment),
		author: { commitment },
		region,
		genesis,
		amends: null,
		keyVersion: profile.keys[0].version,
		time: Date.now(),
	}
})

/** Seals a document as the page for adding does. */
async function seal(content: Bytes, document = about) {
	const id = vault.beginSeal(new Blob([content]), document)
	const leaves: Bytes[] = []
	for (let leaf = await vault.nextLeaf(id); leaf !== null;) {
		leaves.push(leaf.slice())
		leaf = await vault.nextLeaf(id, leaf)
	}
	return { envelope: concat(...leaves), own: await vault.endSeal(id), id }
}

const expectedOf = ({ hash, sealedName }: SealedDocument) => ({
	hash,
	patient: about.patient,
	author: 'patient' as const,
	account: null,
	region,
	genesis,
	amends: null,
	sealedName,
	addedAt: null,
})

async function read(id: number): Promise<Bytes> {
	const parts: Bytes[] = []
	for (let part = await vault.nextPart(id); part !== null; part = await vault.nextPart(id))
		parts.push(part)
	return concat(...parts)
}

test('what a patient seals opens again, part by part and more than once', async () => {
	const content = concat(new Uint8Array(2 * LEAF).fill(7), text)
	const { envelope, own, id } = await seal(content)
	expect(own.size).toBe(envelope.length)
	await expect(vault.endSeal(id)).rejects.toThrow('not being sealed')
	const opened = await vault.openDocument(own.wrapped, new Blob([envelope]), expectedOf(own))
	expect(opened.manifest.name).toBe('Blood test')
	expect(opened.manifest.author).toEqual({
		founder: profile.account,
		commitment: profile.commitments[0],
	})
	for (let turn = 0; turn < 2; turn++) expect(hex(await read(opened.id))).toBe(hex(content))
	await vault.nextPart(opened.id)
	vault.rewind(opened.id)
	expect((await read(opened.id)).length).toBe(content.length)
	expect(await vault.recordName(own.wrapped, own.sealedName)).toBe('Blood test')
})

test('nothing of a changed envelope is given out', async () => {
	const { envelope, own } = await seal(text)
	for (const at of [0, 60, envelope.length - 1]) {
		const changed = envelope.slice()
		changed[at] ^= 1
		const opening = vault.openDocument(own.wrapped, new Blob([changed]), expectedOf(own))
		await expect(opening).rejects.toBeInstanceOf(Refused)
	}
	const other = { ...expectedOf(own), hash: random(32) }
	await refuses('hash', () => vault.openDocument(own.wrapped, new Blob([envelope]), other))
	await expect(vault.nextPart(1)).rejects.toThrow('not open')
})

test('only the record key of an open document is wrapped for others', async () => {
	const { envelope, own } = await seal(text)
	await expect(vault.wrapFor(7, profile.keys[0].spki)).rejects.toThrow('not open')
	const { id } = await vault.openDocument(own.wrapped, new Blob([envelope]), expectedOf(own))
	const theirs = await importPrivate(0, await generateKey())
	const wrapped = await vault.wrapFor(id, theirs.spki)
	const recordKey = await unwrapKey(theirs, wrapped, own.wrapped.binding)
	expect(recordKey.length).toBe(32)
	await refuses('wrapped-key', () =>
		unwrapKey(theirs, wrapped, { ...own.wrapped.binding, patient: random(16) }),
	)
	vault.closeDocument(id)
	await expect(vault.wrapFor(id, theirs.spki)).rejects.toThrow('not open')
})

test('after a lock nothing is open', async () => {
	const { envelope, own } = await seal(text)
	const { id } = await vault.openDocument(own.wrapped, new Blob([envelope]), expectedOf(own))
	const sealing = vault.beginSeal(new Blob([text]), about)
	vault.lock()
	await expect(vault.nextPart(id)).rejects.toThrow()
	await expect(vault.nextLeaf(sealing)).rejects.toThrow()
	await expect(
		vault.openDocument(own.wrapped, new Blob([envelope]), expectedOf(own)),
	).rejects.toThrow('locked')
})

test('a name that cannot be in a manifest is refused before anything is sealed', () => {
	for (const name of ['', 'two\nlines', 'x'.repeat(256), 'right\u202eleft'])
		expect(() => vault.beginSeal(new Blob([text]), { ...about, name })).toThrow(Refused)
})

/** A worker that carries what this map has, by the path that is asked for. */
function carrier(files: Map<string, Blob>) {
	const done: string[] = []
	const listeners: ((event: { data: any }) => void)[] = []
	const offered: Record<string, (...values: any[]) => unknown> = {
		get: (_name: string, path: string) => {
			done.push(`get ${path}`)
			return files.get(path)
		},
		remove: () => void done.push('remove'),
		stop: () => {},
	}
	const channel = {
		postMessage: ({ id, method, values }: any) =>
			queueMicrotask(() => {
				const value = offered[method](...values)
				for (const listener of listeners) listener({ data: { kind: 'done', id, value } })
			}),
		addEventListener: (type: string, listener: any) => {
			if (type === 'message') listeners.push(listener)
		},
		terminate: () => void done.push('ended'),
	}
	return { channel, done }
}

/** The vault, as the page has it: each call is answered later. */
const remote = (vault: Vault) =>
	new Proxy(vault, {
		get:
			(_, method) =>
			async (...values: unknown[]) =>
				(vault as any)[method](...values),
	})

async function page(files: Map<string, Blob>) {
	const listeners: (() => void)[] = []
	const session = {
		view: { kind: 'open', profile } as any,
		vault: () => remote(vault),
		subscribe: (listener: () => void) => listeners.push(listener),
	}
	const worker = carrier(files)
	const documents = new Documents(session as any, () => worker.channel as any)
	const connection = {
		chain: { para: region },
		each: (ask: (gateway: unknown) => unknown) => ask({ door: async () => ({}) }),
	}
	const lock = () => {
		session.view = { kind: 'closed' }
		for (const listener of listeners) listener()
	}
	return { documents, connection: connection as any, done: worker.done, lock }
}

async function sealedOf({ envelope, own }: Awaited<ReturnType<typeof seal>>): Promise<Sealed> {
	const { cid } = await makeCar(new Blob([envelope]))
	const { sealedName, size, wrapped } = own
	return { cid, size, sealedName, expected: expectedOf(own), wrapped }
}

const PATH = `/v1/records/${region}/3/envelope`

test('a record is opened: first all checks, then the document; and its envelope goes', async () => {
	const made = await seal(text)
	const { documents, connection, done } = await page(new Map([[PATH, new Blob([made.envelope])]]))
	const steps: OpenStep['kind'][] = []
	const open = await documents.open(connection, 3n, await sealedOf(made), ({ kind }) =>
		steps.push(kind),
	)
	expect(steps).toEqual(['checking'])
	expect(hex(await open.start())).toBe(hex(text))
	expect(hex(new Uint8Array(await (await open.blob()).arrayBuffer()))).toBe(hex(text))
	expect(hex(await collect(open.parts()))).toBe(hex(text))
	open.close()
	await expect.poll(() => done).toEqual([`get ${PATH}`, 'remove'])
})

test('an envelope that was changed on the device is fetched once more, and not for ever', async () => {
	const made = await seal(text)
	const changed = made.envelope.slice()
	changed[100] ^= 1
	const files = new Map([[PATH, new Blob([changed])]])
	const { documents, connection, done } = await page(files)
	const sealed = await sealedOf(made)
	await expect(documents.open(connection, 3n, sealed, () => {})).rejects.toBeInstanceOf(Refused)
	expect(done).toEqual([`get ${PATH}`, 'remove', `get ${PATH}`, 'remove'])
	files.set(PATH, new Blob([made.envelope]))
	await documents.open(connection, 3n, sealed, () => {})
})

test('a record without a key of this member is not even fetched', async () => {
	const made = await seal(text)
	const { documents, connection, done } = await page(new Map())
	const sealed = { ...(await sealedOf(made)), wrapped: null }
	await expect(documents.open(connection, 3n, sealed, () => {})).rejects.toBeInstanceOf(NoKey)
	expect(done).toEqual([])
})

test('a lock ends the worker that carries', async () => {
	const made = await seal(text)
	const { documents, connection, done, lock } = await page(
		new Map([[PATH, new Blob([made.envelope])]]),
	)
	const sealed = await sealedOf(made)
	await documents.open(connection, 3n, sealed, () => {})
	lock()
	expect(done.at(-1)).toBe('ended')
	await expect(documents.open(connection, 3n, sealed, () => {})).rejects.toThrow('locked')
})
