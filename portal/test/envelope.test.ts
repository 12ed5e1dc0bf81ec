import { expect, test } from 'vitest'
import {
	type Bytes,
	type Details,
	type Expected,
	Refused,
	SeedSigner,
	accountText,
	commitment,
	concat,
	isClockWrong,
	openEnvelope,
	patientId,
	random,
	sealDocument,
	sealName,
	sha256,
	unhex,
} from '../src/format'
import { capacity } from '../src/format/layout'
import { collect, refuses } from './vectors'

const genesis = random(32)
const signer = new SeedSigner(random(32))
const time = BigInt(1_790_000_000_000)

async function sealed(
	document: Bytes,
	details: Partial<Details> = {},
	file: Blob = new Blob([document]),
) {
	const key = random(32)
	const salt = random(32)
	const committed = await commitment('Ada', salt)
	const patient = patientId(genesis, signer.account, committed)
	const all: Details = {
		name: 'Blood pressure.pdf',
		mediaType: 'application/pdf',
		patient,
		author: { founder: signer.account, commitment: committed },
		account: signer.account,
		region: 2000,
		genesis,
		amends: null,
		time,
		...details,
	}
	const leaves = sealDocument(file, key, all, signer)
	const parts = []
	const buffers = new Set<ArrayBuffer>()
	let next = await leaves.next()
	while (!next.done) {
		parts.push(next.value.slice())
		buffers.add(next.value.buffer)
		// It is used again, whatever is in it.
		next = await leaves.next(next.value.fill(0xff).buffer)
	}
	const expected: Expected = {
		hash: next.value.hash,
		patient,
		author: 'patient',
		account: null,
		region: 2000,
		genesis,
		amends: null,
		sealedName: await sealName(key, all.name),
		addedAt: time,
	}
	return { key, envelope: new Blob(parts), expected, size: next.value.size, buffers }
}

test('documents of every size at the edges of segments come back', async () => {
	const [first, other] = [capacity(0), capacity(1)]
	for (const length of [
		0,
		1,
		15,
		16,
		17,
		first - 300,
		first - 1,
		first,
		first + 1,
		first + other,
	]) {
		const document = new Uint8Array(length).map((_, at) => at * 7)
		const { envelope, key, expected, size } = await sealed(document)
		expect(envelope.size).toBe(size)
		const opened = await openEnvelope(envelope, key, expected)
		const found = await collect(opened.document())
		expect(await sha256(found)).toEqual(await sha256(document))
	}
})

test('the buffers of leaves are used again', async () => {
	const document = new Uint8Array(9 * capacity(1)).map((_, at) => at ^ (at >> 8) ^ (at >> 16))
	const { envelope, key, expected, buffers } = await sealed(document)
	expect(buffers.size).toBeLessThan(6)
	const opened = await openEnvelope(envelope, key, expected)
	const found = await collect(opened.document())
	expect(await sha256(found)).toEqual(await sha256(document))
})

test('a document is not given out if its envelope changed after the checks', async () => {
	const { envelope, key, expected } = await sealed(new Uint8Array(3_000_000))
	const bytes = new Uint8Array(await envelope.arrayBuffer())
	let changed = false
	const fickle = {
		size: envelope.size,
		slice: (from: number, to: number) => {
			const part = bytes.slice(from, to)
			if (changed && part.length > 100) part[100] ^= 1
			return new Blob([part])
		},
	} as Blob
	const opened = await openEnvelope(fickle, key, expected)
	changed = true
	const given: Uint8Array[] = []
	await refuses('tag', async () => {
		for await (const part of opened.document()) given.push(part)
	})
	expect(given).toEqual([])
})

test('another document under the same keys is not given out', async () => {
	const { envelope, key, expected } = await sealed(random(100))
	const nonce = new Uint8Array(await envelope.slice(12, 44).arrayBuffer())
	const forged = await sealedLike(random(100), key, nonce)
	let current = envelope
	const fickle = {
		size: envelope.size,
		slice: (from: number, to: number) => current.slice(from, to),
	} as Blob
	const opened = await openEnvelope(fickle, key, expected)
	current = forged
	await refuses('tag', () => collect(opened.document()))
})

async function sealedLike(document: Bytes, key: Bytes, nonce: Bytes): Promise<Blob> {
	const { expected } = await sealed(document)
	const details: Details = {
		name: 'Blood pressure.pdf',
		mediaType: 'application/pdf',
		patient: expected.patient,
		author: { provider: 1 },
		account: signer.account,
		region: 2000,
		genesis,
		amends: null,
		time,
	}
	const iv = () => random(16)
	return new Blob([
		await collect(sealDocument(new Blob([document]), key, details, signer, { nonce, iv })),
	])
}

test('a document that ends early is not sealed', async () => {
	const document = new Uint8Array(3_000_000)
	const shorter = new Blob([document.subarray(0, 2_000_000)])
	const fickle = {
		size: document.length,
		slice: (from: number, to?: number) => shorter.slice(from, to),
	} as Blob
	await expect(sealed(document, {}, fickle)).rejects.toThrow('the file was changed')
})

test('what cannot be in a manifest is not sealed', async () => {
	for (const details of [
		{ name: '' },
		{ name: 'a\u202eb' },
		{ name: 'n'.repeat(256) },
		{ mediaType: '' },
		{ mediaType: 'text/plain\n' },
	]) {
		await expect(sealed(random(10), details)).rejects.toThrow('cannot be in a manifest')
	}
	await expect(sealed(random(10), { account: random(32) })).rejects.toThrow('another account')
	await expect(sealed(random(10), { patient: random(16) })).rejects.toThrow("the patient's id")
})

test('a signer that signs something else seals nothing', async () => {
	const { key, expected } = await sealed(random(10))
	const details: Details = {
		name: 'x',
		mediaType: 'text/plain',
		patient: expected.patient,
		author: { provider: 1 },
		account: signer.account,
		region: 2000,
		genesis,
		amends: null,
		time,
	}
	const odd = { account: signer.account, sign: () => signer.sign('something else') }
	const leaves = sealDocument(new Blob([concat(random(10))]), key, details, odd)
	await expect(collect(leaves)).rejects.toThrow('not valid')
})

test('a clock that is ten minutes off is wrong', () => {
	expect(isClockWrong(1_000_000, 1_000_000 + 599_999)).toBe(false)
	expect(isClockWrong(1_000_000, 1_000_000 + 600_000)).toBe(true)
	expect(isClockWrong(1_000_000, 1_000_000 - 600_000)).toBe(true)
})

test('a refusal tells its check and no content', () => {
	expect(new Refused('tag', 3).message).toBe('tag, segment 3')
})

test('an account is written as wallets write it', () => {
	// Substrate's account Alice.
	const alice = unhex('d43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d')
	expect(accountText(alice)).toBe('5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY')
})
