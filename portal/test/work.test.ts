/** What the pages for providers and authorities stand on. */
import { expect, test, vi } from 'vitest'
import {
	BadNetworkFile,
	networkMessage,
	parseNetwork,
	withSignature,
} from '../src/chain/networkfile'
import {
	type Binding,
	type Bytes,
	type Expected,
	SeedSigner,
	accountText,
	authorityMessage,
	concat,
	hex,
	keyMessage,
	openEnvelope,
	openKeyFile,
	parseAccount,
	random,
	sha256,
	unhex,
	unwrapKey,
	utf8,
	verify,
} from '../src/format'
import { scaleBytes } from '../src/format/scale'
import { Vault, type Wrapped } from '../src/keys/vault'
import { isDecided, twoThirds } from '../src/records/council'
import { isProfessionalName, numberFault, plainNumber } from '../src/records/numbers'
import { BadOffer, readOffer } from '../src/records/offer'
import { type Sample, calmly, paceOf } from '../src/records/pace'
import { BadPatientId, FalsePatient, findPatient, readPatientId } from '../src/records/patients'
import { sharedElsewhere } from '../src/records/shared'
import { readAccount } from '../src/ui/invite'
import { span } from '../src/ui/text'
import { accounts, networkFile } from './network'
import { chainOf, genesis } from './region'
import { somePatient } from './state'

const PASSPHRASE = 'river candle honest seven'
const noPasskey = { wrap: () => Promise.reject(), unwrap: () => Promise.resolve(null) }

test('a pace needs two seconds, forgets what is old, and begins anew', () => {
	const samples: Sample[] = []
	const far = (seconds: number, done: number) =>
		paceOf(samples, { at: 1000 * seconds, done }, 100_000)
	expect(far(0, 0)).toBeNull()
	expect(far(1, 1000)).toBeNull()
	expect(far(2, 2000)).toEqual({ rate: 1000, left: 98_000 })
	// It stood still for a while, and then went faster.
	far(20, 2000)
	expect(far(22, 12_000)?.rate).toBeGreaterThan(400)
	expect(far(40, 92_000)?.left).toBeLessThan(3000)
	expect(far(41, 500)).toBeNull()
	expect(far(44, 500)).toBeNull()
})

test('how far work is shows at once, then every now and then, and not after its end', () => {
	vi.useFakeTimers()
	try {
		const told: number[] = []
		const calm = calmly(({ done }) => told.push(done))
		for (let done = 1; done <= 3; done++) calm.tell({ done, size: 9 })
		expect(told).toEqual([1])
		vi.advanceTimersByTime(199)
		expect(told).toEqual([1])
		vi.advanceTimersByTime(1)
		expect(told).toEqual([1, 3])
		// Nothing new: the next one shows at once.
		vi.advanceTimersByTime(1000)
		calm.tell({ done: 4, size: 9 })
		expect(told).toEqual([1, 3, 4])
		calm.tell({ done: 5, size: 9 })
		calm.end()
		vi.advanceTimersByTime(1000)
		expect(told).toEqual([1, 3, 4])
	} finally {
		vi.useRealTimers()
	}
})

test('times are told as people say them', () => {
	expect(span(400)).toBe('one second')
	expect(span(40_000)).toBe('40 seconds')
	expect(span(61_000)).toBe('one minute')
	expect(span(3 * 3_600_000)).toBe('3 hours')
})

test('professional numbers are checked as the chain does', () => {
	expect(plainNumber(' 1234-567 893')).toBe('1234567893')
	for (const right of ['1234567893', 'A12345', 'Z00000', '2000000002'])
		expect(numberFault(right), right).toBeNull()
	expect(numberFault('1234567890')).toBe('WrongCheckDigit')
	for (const wrong of ['', 'A1234', 'a12345', '3234567893', '12345678931', 'AB1234'])
		expect(numberFault(wrong), wrong).toBe('Malformed')
	for (const right of [
		'Dr. Miriam Castellanos',
		'St. Mary’s'.replace('’', "'"),
		'Łovelace & Co.',
	])
		expect(isProfessionalName(right), right).toBe(true)
	for (const wrong of ['', ' Ada', 'Ada  L', 'x'.repeat(65), '12', 'Ada\n', 'Ada <b>'])
		expect(isProfessionalName(wrong), wrong).toBe(false)
})

test('a patient’s number and an account are read however they are written', () => {
	const digits = '632c67f04180caa1fc02d946e3cf669c'
	for (const given of [
		digits,
		`0x${digits}`,
		` ${digits.toUpperCase()} `,
		'632c 67f0 4180caa1-fc02d946e3cf669c',
	])
		expect(readPatientId(given)).toBe(`0x${digits}`)
	for (const given of ['', digits.slice(1), `${digits}0`, `g${digits.slice(1)}`])
		expect(readPatientId(given)).toBeNull()
	const account = accountText(random(32))
	expect(readAccount(` ${account.slice(0, 5)} ${account.slice(5)}\n`)).toBe(account)
	expect(readAccount(account.slice(1))).toBeNull()
})

/** A connection that shows these answers, and notes in memory. */
function region(patient: unknown, key: unknown) {
	const kept: Record<string, unknown> = {}
	const connection = {
		genesis,
		chain: { genesis: `0x${hex(genesis)}` },
		read: () => Promise.resolve([patient, key]),
	}
	const notes = {
		read: (name: string, otherwise: unknown) => Promise.resolve(kept[name] ?? otherwise),
	}
	return [connection, notes] as [any, any]
}

test('a patient whose account, id and key do not belong together is refused', async () => {
	const { id, key } = await somePatient()
	const account = accountText(random(32))
	const patient = { accounts: [{ account }], commitment: `0x${'00'.repeat(32)}` }
	const view = {
		version: 0,
		key: { type: 'RsaOaep', value: key.spki },
		account,
		signature: `0x${'00'.repeat(64)}`,
	}
	await expect(findPatient(...region(patient, view), id)).rejects.toBeInstanceOf(FalsePatient)
	await expect(findPatient(...region(patient, view), 'me')).rejects.toBeInstanceOf(BadPatientId)
	expect(await findPatient(...region(undefined, undefined), id)).toBeNull()
})

const CONTENT = utf8('{"resourceType":"Patient"}')

/** A document that a provider seals about a patient, and what a reader expects of it. */
async function sealBy(
	vault: Vault,
	patient: Awaited<ReturnType<typeof somePatient>>,
	provider: number,
	region: number,
	first: Bytes,
) {
	const patientKey = { version: 0, spki: patient.key.spki }
	const id = vault.beginSeal(new Blob([CONTENT]), {
		name: 'Blood test',
		mediaType: 'application/fhir+json',
		patient: patient.bytes,
		author: { provider, patientKey },
		region,
		genesis: first,
		amends: null,
		keyVersion: 0,
		time: Date.now(),
	})
	const leaves: Bytes[] = []
	for (let leaf = await vault.nextLeaf(id); leaf !== null; leaf = await vault.nextLeaf(id))
		leaves.push(leaf)
	const sealed = await vault.endSeal(id)
	const expected: Expected = {
		hash: sealed.hash,
		patient: patient.bytes,
		author: { provider },
		account: vault.profile().account,
		region,
		genesis: first,
		amends: null,
		sealedName: sealed.sealedName,
		addedAt: null,
	}
	return { sealed, envelope: new Blob([concat(...leaves)]), expected }
}

test('what a provider seals opens for the patient, and for the provider', async () => {
	const vault = new Vault(noPasskey, 8)
	await vault.create('Miriam', PASSPHRASE)
	const patient = await somePatient()
	const { sealed, envelope, expected } = await sealBy(vault, patient, 7, 2000, genesis)
	expect(hex(sealed.documentHash)).toBe(hex(await sha256(CONTENT)))
	const { forPatient, wrapped } = sealed
	const recordKey = await unwrapKey(
		patient.key,
		forPatient?.ciphertext as Bytes,
		forPatient?.binding as Binding,
	)
	expect((await openEnvelope(envelope, recordKey, expected)).manifest.name).toBe('Blood test')
	expect((await vault.openDocument(wrapped, envelope, expected)).manifest.name).toBe('Blood test')
	await expect(
		vault.openDocument(wrapped, envelope, { ...expected, author: 'patient', account: null }),
	).rejects.toThrow()
})

test('a record of another region opens with what the consortium has of it', async () => {
	const [author, reader] = [new Vault(noPasskey, 8), new Vault(noPasskey, 8)]
	const { profile: by } = await author.create('Miriam', PASSPHRASE)
	const { profile: mine } = await reader.create('Tobias', PASSPHRASE)
	const patient = await somePatient()
	const first = random(32)
	const { sealed, envelope, expected } = await sealBy(author, patient, 3, 2001, first)
	const { id } = await author.openDocument(sealed.wrapped, envelope, expected)
	const ciphertext = await author.wrapFor(id, mine.keys[0].spki)
	const standing = { type: 'Suspended', value: undefined }
	const view = {
		region: 2001,
		genesis_hash: `0x${hex(first)}`,
		record: 5n,
		grantee: { region: 2000, id: 7 },
		delivery: 1n,
		patient: patient.id,
		author: {
			type: 'Provider',
			value: { id: 3, number: 'A12345', name: 'Dr. Miriam Castellanos', standing },
		},
		account: accountText(by.account),
		sealed_name: `0x${hex(sealed.sealedName)}`,
		document_hash: `0x${hex(sealed.hash)}`,
		cid: `0x01551220${hex(random(32))}`,
		envelope_size: BigInt(envelope.size),
		added_at: BigInt(Date.now()),
		amended_hash: undefined,
		key_version: 0,
		wrapped_key: { type: 'RsaOaep', value: { key_version: 0, ciphertext } },
		purpose: { type: 'Research', value: undefined },
		granted_at: 1n,
		expires_at: undefined,
		delivered_at: 2n,
		sequence: 1n,
	}
	const connection = {
		chain: { para: 2000 },
		consortium: { read: () => Promise.resolve([{ items: [view], next: undefined }]) },
	}
	const [one] = await sharedElsewhere(connection as any, 7)
	expect(one.region).toBe(2001)
	expect(one.purpose).toBe('Research')
	expect(one.shown.writer?.standing).toBe('Suspended')
	const { wrapped, expected: wanted, sealedName } = one.sealed
	expect(await reader.recordName(wrapped as Wrapped, sealedName)).toBe('Blood test')
	const { manifest } = await reader.openDocument(wrapped as Wrapped, envelope, wanted)
	expect(manifest.region).toBe(2001)
	expect(await sharedElsewhere({ ...connection, consortium: null } as any, 7)).toEqual([])
})

test('a new key is added to the key file, and opens with it', async () => {
	const vault = new Vault(noPasskey, 8)
	const { file, profile } = await vault.create('Miriam', PASSPHRASE)
	await expect(vault.newKey(file, 'another passphrase', 1)).rejects.toMatchObject({
		check: 'key-file-passphrase',
	})
	const next = await vault.newKey(file, PASSPHRASE, 1)
	expect(next.profile.keys.map(({ version }) => version)).toEqual([0, 1])
	expect(hex(next.profile.account)).toBe(hex(profile.account))
	await expect(vault.newKey(next.file, PASSPHRASE, 1)).rejects.toThrow('already')
	const { spki, signature } = await vault.signKey(genesis, 1)
	const message = await keyMessage(genesis, profile.account, 1, spki)
	expect(verify(profile.account, message, signature)).toBe(true)
	const { keys } = await openKeyFile(next.file, PASSPHRASE)
	expect(keys.map(({ version, spki }) => [version, hex(spki)])).toEqual(
		next.profile.keys.map(({ version, spki }) => [version, hex(spki)]),
	)
})

test('a motion is decided when no vote can change it', () => {
	const votes = (ayes: number, nays: number) => ({
		index: 0,
		threshold: twoThirds(5),
		ayes: Array(ayes).fill(''),
		nays: Array(nays).fill(''),
		end: 0,
	})
	expect([1, 2, 3, 4, 5].map(twoThirds)).toEqual([1, 2, 2, 3, 4])
	expect(isDecided(votes(3, 1), 5)).toBe(false)
	expect(isDecided(votes(4, 0), 5)).toBe(true)
	expect(isDecided(votes(1, 2), 5)).toBe(true)
})

test('an offer is read as salus printed it, and is for one chain', async () => {
	const signer = new SeedSigner(random(32))
	const keys = random(64)
	const message = await authorityMessage(genesis, signer.account, keys)
	const signature = await signer.sign(message)
	const text = `0x${hex(concat(signer.account, scaleBytes(keys), scaleBytes(random(128)), signature))}`
	const offer = await readOffer(` ${text}\n`, genesis)
	expect(offer.account).toBe(accountText(signer.account))
	expect(hex(offer.keys)).toBe(hex(keys))
	expect(offer.signature).toBe(`0x${hex(signature)}`)
	for (const wrong of ['', '0x', '0x00', text.slice(0, -2), `${text}00`])
		await expect(readOffer(wrong, genesis), wrong).rejects.toBeInstanceOf(BadOffer)
	await expect(readOffer(text, random(32))).rejects.toBeInstanceOf(BadOffer)
})

test('a network file is signed over the same bytes as the verifier’s', async () => {
	const { file, print } = await networkFile(chainOf({ url: 'http://127.0.0.1:1' }))
	const read = parseNetwork(new TextDecoder().decode(file))
	const made = await networkMessage(read.network)
	expect(made.print).toBe(print)
	for (const { account, signature } of read.signatures) {
		expect(accounts).toContain(account)
		expect(verify(parseAccount(account), made.message, unhex(signature.slice(2)))).toBe(true)
	}
	const signer = new SeedSigner(random(32))
	const me = accountText(signer.account)
	const signed = withSignature(read, me, await signer.sign(made.message))
	const twice = withSignature(
		parseNetwork(new TextDecoder().decode(signed)),
		me,
		await signer.sign(made.message),
	)
	const { signatures } = parseNetwork(new TextDecoder().decode(twice))
	expect(signatures.length).toBe(read.signatures.length + 1)
})

test('a network file with anything else than what is signed is refused', async () => {
	const { file } = await networkFile(chainOf({ url: 'http://127.0.0.1:1' }))
	const right = () => JSON.parse(new TextDecoder().decode(file))
	const refuses = (change: (file: any) => unknown) => {
		const wrong = right()
		change(wrong)
		expect(() => parseNetwork(JSON.stringify(wrong))).toThrow(BadNetworkFile)
	}
	parseNetwork(JSON.stringify(right()))
	expect(() => parseNetwork('{')).toThrow(BadNetworkFile)
	refuses((file) => (file.network.hidden = 1))
	refuses((file) => (file.network.serial = 2 ** 32))
	refuses((file) => (file.network.serial = -1))
	refuses((file) => (file.network.format = 2))
	refuses((file) => (file.network.name = 7))
	refuses((file) => (file.network.chains[0].kind = 'constructor'))
	refuses((file) => (file.network.chains[0].genesis = '0x00'))
	refuses((file) => (file.network.chains[0].development = 'true'))
	refuses((file) => delete file.network.portal)
	refuses((file) => (file.network.signers.accounts[0] = '5Nobody'))
	refuses((file) => (file.signatures[0].signature = '0x00'))
})
