/** Entries of a region's state: what a patient of a test has, and whom the region knows. */
import {
	type Bytes,
	type PrivateKey,
	SeedSigner,
	accountText,
	concat,
	hex,
	importPrivate,
	keyMessage,
	makeCar,
	patientId,
	random,
	sealName,
	sha256,
	wrapKey,
} from '../src/format'
import { generateKey } from '../src/format/rsa'
import { scaleText } from '../src/format/scale'
import type { NewAuthor, Vault, Wrapped } from '../src/keys/vault'
import { type Entry, PARA, consortiumEntry, entry, genesis, newest } from './region'

export const none = (type: string) => ({ type, value: undefined })

/** A region by its number, and the hash of its first block. */
export const HERE = { region: PARA, genesis }
export const ELSEWHERE = { region: 2002, genesis: new Uint8Array(32).fill(0x48) }

/** The id and the account of the patient whose keys these are. */
export function patientOf(vault: Vault): { patient: string; account: string } {
	const { account, commitments } = vault.profile()
	const patient = `0x${hex(patientId(genesis, account, commitments[0]))}`
	return { patient, account: accountText(account) }
}

/** That the account is the patient's. */
export function memberEntry(vault: Vault): Entry {
	const { patient, account } = patientOf(vault)
	return entry('Registry', 'MemberOf', [account], { type: 'Patient', value: patient })
}

/** Seals a document as the portal does. Gives what the chain gets, the envelope and its CAR. */
async function sealed(
	vault: Vault,
	name: string,
	content: Bytes,
	patient: Bytes,
	author: NewAuthor,
	at = HERE,
) {
	const sealing = vault.beginSeal(new Blob([content]), {
		name,
		mediaType: 'text/plain',
		patient,
		author,
		...at,
		amends: null,
		keyVersion: vault.profile().keys[0].version,
		time: Date.now(),
	})
	const leaves: Bytes[] = []
	for (let leaf = await vault.nextLeaf(sealing); leaf; leaf = await vault.nextLeaf(sealing))
		leaves.push(leaf)
	const envelope = concat(...leaves)
	const made = await makeCar(new Blob([envelope]))
	const car: Uint8Array[] = []
	for await (const piece of made.car()) car.push(piece.slice())
	return { ...(await vault.endSeal(sealing)), envelope, car: concat(...car), cid: made.cid }
}

const keyOf = ({ version, ciphertext }: Pick<Wrapped, 'version' | 'ciphertext'>) => ({
	type: 'RsaOaep',
	value: { key_version: version, ciphertext },
})

/** A record of this name and content that the patient wrote, and its envelope. */
export async function record(vault: Vault, id: bigint, name: string, content: Bytes, more = {}) {
	const { account: founder, commitments } = vault.profile()
	const { patient, account } = patientOf(vault)
	const [commitment] = commitments
	const made = await sealed(vault, name, content, patientId(genesis, founder, commitment), {
		commitment,
	})
	const value = {
		patient,
		author: none('Patient'),
		account,
		sealed_name: `0x${hex(made.sealedName)}`,
		document_hash: `0x${hex(made.hash)}`,
		cid: `0x${hex(made.cid)}`,
		envelope_size: BigInt(made.envelope.length),
		added_at: 1_790_000_000_000n + id,
		amends: undefined,
		...more,
	}
	const me = { type: 'Patient', value: patient }
	const entries = [
		entry('Emr', 'Records', [id], { type: 'V1', value }),
		entry('Emr', 'RecordsOf', [me, newest(id)], null),
		entry('Emr', 'WrappedKeys', [id, none('Patient')], keyOf(made.wrapped)),
	]
	return { entries, envelope: made.envelope, car: made.car }
}

/** A patient whom a region knows. */
export async function somePatient() {
	const signer = new SeedSigner(random(32))
	const key = await importPrivate(0, await generateKey())
	const commitment = random(32)
	const bytes = patientId(genesis, signer.account, commitment)
	const id = `0x${hex(bytes)}`
	const account = accountText(signer.account)
	const member = { type: 'Patient', value: id }
	const founding = { account, since: 1n, right: none('Founding'), signature: undefined }
	const message = await keyMessage(genesis, signer.account, 0, key.spki)
	const entries = [
		entry('Registry', 'MemberOf', [account], member),
		entry('Registry', 'Patients', [id], {
			account,
			commitment: `0x${hex(commitment)}`,
			key_version: 0,
			since: 1n,
		}),
		entry('Registry', 'Accounts', [member], [founding]),
		entry('Registry', 'Keys', [member, 0], {
			key: { type: 'RsaOaep', value: key.spki },
			bits: 3072,
			account,
			signature: `0x${hex(await signer.sign(message))}`,
			since: 1n,
		}),
	]
	return { id, bytes, key, entries }
}

/** A record that a provider wrote about a patient, and its key wrapped for `reader`. */
export async function writtenBy(
	vault: Vault,
	provider: number,
	patient: Awaited<ReturnType<typeof somePatient>>,
	id: bigint,
	name: string,
	content: Bytes,
	reader: Pick<PrivateKey, 'version' | 'spki'>,
	at = HERE,
) {
	const patientKey = { version: 0, spki: patient.key.spki }
	const made = await sealed(vault, name, content, patient.bytes, { provider, patientKey }, at)
	const { account: by } = vault.profile()
	const addedAt = BigInt(Date.now())
	const author = { type: 'Provider', value: provider }
	const value = {
		patient: patient.id,
		author,
		account: accountText(by),
		sealed_name: `0x${hex(made.sealedName)}`,
		document_hash: `0x${hex(made.hash)}`,
		cid: `0x${hex(made.cid)}`,
		envelope_size: BigInt(made.envelope.length),
		added_at: addedAt,
		amends: undefined,
	}
	const members = [{ type: 'Patient', value: patient.id }, author]
	const entries = [
		entry('Emr', 'Records', [id], { type: 'V1', value }),
		...members.map((member) => entry('Emr', 'RecordsOf', [member, newest(id)], null)),
		entry('Emr', 'WrappedKeys', [id, none('Author')], keyOf(made.wrapped)),
		entry('Emr', 'WrappedKeys', [id, none('Patient')], keyOf(made.forPatient as Wrapped)),
	]
	const opened = await vault.openDocument(made.wrapped, new Blob([made.envelope]), {
		hash: made.hash,
		patient: patient.bytes,
		author: { provider },
		account: by,
		...at,
		amends: null,
		sealedName: made.sealedName,
		addedAt,
	})
	const ciphertext = await vault.wrapFor(opened.id, reader.spki)
	return { value, entries, car: made.car, forReader: { version: reader.version, ciphertext } }
}

/** A record that this provider wrote: what the list shows of it. */
export async function recordBy(
	vault: Vault,
	id: bigint,
	provider: number,
	name: string,
	amends: bigint | undefined,
) {
	const { account: founder, commitments, keys } = vault.profile()
	const { patient, account } = patientOf(vault)
	const [recordKey, hash] = [random(32), random(32)]
	const own = patientId(genesis, founder, commitments[0])
	const binding = { genesis, patient: own, author: { provider }, hash }
	const ciphertext = await wrapKey(keys[0].spki, recordKey, binding)
	const value = {
		patient,
		author: { type: 'Provider', value: provider },
		account,
		sealed_name: `0x${hex(await sealName(recordKey, name))}`,
		document_hash: `0x${hex(hash)}`,
		cid: `0x01551220${hex(random(32))}`,
		envelope_size: 2000n,
		added_at: 1_790_000_000_000n + id,
		amends,
	}
	const me = { type: 'Patient', value: patient }
	const key = { type: 'RsaOaep', value: { key_version: keys[0].version, ciphertext } }
	const entries = [
		entry('Emr', 'Records', [id], { type: 'V1', value }),
		entry('Emr', 'RecordsOf', [me, newest(id)], null),
		entry('Emr', 'WrappedKeys', [id, none('Patient')], key),
	]
	if (amends !== undefined) entries.push(entry('Emr', 'Corrections', [amends, newest(id)], null))
	return { entries }
}

/** A provider with this id, number and name. `signed`: by its own account. */
export async function doctor(
	{ signer, key }: { signer: SeedSigner; key: PrivateKey },
	id: number,
	number: string,
	name: string,
	signed = true,
	standing = 'Verified',
) {
	const who = accountText(signer.account)
	const { version, spki } = key
	const message = await keyMessage(signed ? genesis : random(32), signer.account, version, spki)
	const member = { type: 'Provider', value: id }
	const founding = { account: who, since: 1n, right: none('Founding'), signature: undefined }
	return [
		entry('Registry', 'Providers', [id], {
			number,
			account: who,
			name,
			standing: none(standing),
			key_version: version,
			since: 1n,
		}),
		entry('Registry', 'Holders', [number], id),
		entry('Registry', 'Accounts', [member], [founding]),
		entry('Registry', 'Keys', [member, version], {
			key: { type: 'RsaOaep', value: spki },
			bits: 3072,
			account: who,
			signature: `0x${hex(await signer.sign(message))}`,
			since: 1n,
		}),
	]
}

/** A grant of this record to this provider, with its place in the history. */
export function grant(
	patient: string,
	id: bigint,
	to: number,
	history: bigint,
	expires: bigint | undefined,
	wrapped: Pick<Wrapped, 'version' | 'ciphertext'> = {
		version: 0,
		ciphertext: new Uint8Array(384),
	},
) {
	const grantee = { type: 'Provider', value: to }
	const terms = {
		key_version: wrapped.version,
		via: none('Patient'),
		purpose: none('Treatment'),
		granted_at: 1_790_000_000_000n + history,
		expires_at: expires,
		history,
	}
	const place = { record: id, grantee }
	const key = keyOf(wrapped)
	return [
		entry('Permissions', 'Grants', [id, grantee], terms),
		entry('Permissions', 'WrappedKeys', [id, grantee], key),
		entry('Permissions', 'Lists', [{ type: 'Of', value: id }, newest(history)], place),
		entry('Permissions', 'Lists', [{ type: 'By', value: patient }, newest(history)], place),
		entry('Permissions', 'Lists', [{ type: 'To', value: grantee }, newest(history)], place),
	]
}

/** The consortium's refusal of what a region sent, for this reason. */
export const refused = (reason: string) => ({
	type: 'Refused',
	value: { type: 'Reason', value: none(reason) },
})

/** A grant of this record to a provider of another region, with how far it is. */
export function remoteGrant(
	patient: string,
	record: bigint,
	grantee: { region: number; id: number },
	history: bigint,
	state: { type: string },
) {
	const terms = {
		state,
		sequence: 1n,
		key_version: 0,
		via: none('Patient'),
		purpose: none('Treatment'),
		granted_at: 1_790_000_000_000n + history,
		expires_at: undefined,
		message: undefined,
		consortium_holds: none('Nothing'),
		history,
	}
	const list = (of: object) =>
		entry('Interregional', 'Lists', [of, newest(history)], { record, grantee })
	return [
		entry('Interregional', 'Grants', [record, grantee], terms),
		list({ type: 'Of', value: record }),
		list({ type: 'By', value: patient }),
		...(state.type === 'Refused' ? [] : [list(none('Unanswered'))]),
	]
}

/** That a provider asked for a place on the common list, with how far that is. */
export const enlistment = (provider: number, state: object) =>
	entry('Registry', 'Enlistments', [provider], {
		sequence: 1n,
		state,
		step: none('Rest'),
		attempts: 0,
		enlisted: undefined,
		message: undefined,
	})

/** A number of so many bytes as a key of the consortium's maps. */
const ordered = (number: bigint | number, bytes: number) =>
	`0x${number.toString(16).padStart(2 * bytes, '0')}`

/** That the consortium admitted or expelled a region. */
export const regionEntry = (
	{ region, genesis }: typeof HERE,
	standing = 'Admitted',
	providers = 0,
	live_grants = 0,
) =>
	consortiumEntry('Consortium', 'Regions', [ordered(region, 4)], {
		genesis_hash: `0x${hex(genesis)}`,
		standing: none(standing),
		since: 1_790_000_000_000n,
		providers,
		live_grants,
	})

/** A provider on the consortium's common list. `signedFor`: the region for which its account signed its key. */
export async function listed(
	{ signer, key }: { signer: SeedSigner; key: PrivateKey },
	{ region, genesis }: typeof HERE,
	id: number,
	number: string,
	name: string,
	{ standing = 'Verified', signedFor = genesis } = {},
) {
	const account = accountText(signer.account)
	const { version, spki } = key
	const message = await keyMessage(signedFor, signer.account, version, spki)
	const place = [ordered(region, 4), ordered(id, 4)]
	const since = 1_790_000_000_000n
	return [
		consortiumEntry('Consortium', 'Providers', place, {
			number,
			name,
			account,
			standing: none(standing),
			since,
			key_version: version,
			bits: 3072,
			last_update: { sequence: 1n, content: `0x${'00'.repeat(32)}` },
			updated_at: since,
		}),
		consortiumEntry('Consortium', 'ProviderKeys', place, {
			version,
			key: { type: 'RsaOaep', value: spki },
			account,
			signature: `0x${hex(await signer.sign(message))}`,
			since,
		}),
		consortiumEntry('Consortium', 'Holders', [ordered(region, 4), number], id),
	]
}

/** That the consortium took a grant of a provider's record in another region, for this provider here. */
export function delivered(
	{ value, forReader }: Awaited<ReturnType<typeof writtenBy>>,
	record: bigint,
	by: { number: string; name: string },
	to: number,
) {
	const grantee = { region: PARA, id: to }
	const { patient, author, account, sealed_name, document_hash, cid, envelope_size, added_at } =
		value
	const [of, id] = [ordered(ELSEWHERE.region, 4), ordered(record, 8)]
	const grant = {
		delivered: {
			record,
			grantee,
			patient,
			author: { type: 'Provider', value: { id: author.value, ...by, account } },
			sealed_name,
			hash: document_hash,
			cid,
			size: envelope_size,
			added_at,
			amended_hash: undefined,
			wrapped_key: undefined,
			via: none('Patient'),
			purpose: none('Research'),
			granted_at: 1_790_000_000_000n,
			expires_at: undefined,
			sequence: 1n,
		},
		key_version: forReader.version,
		delivered_at: 1_790_000_000_000n,
		delivery: 0n,
	}
	return [
		consortiumEntry('Consortium', 'Grants', [of, id, grantee], grant),
		consortiumEntry('Consortium', 'WrappedKeys', [of, id, grantee], keyOf(forReader)),
		consortiumEntry('Consortium', 'GrantedTo', [grantee, newest(0n)], [of, id]),
	]
}

/** The patient's history, oldest first. */
export function history({ patient, account }: ReturnType<typeof patientOf>, ...events: object[]) {
	const member = { type: 'Patient', value: patient }
	const entries = events.map((event, index) =>
		entry('History', 'Entries', [BigInt(index)], {
			member,
			previous: index === 0 ? undefined : BigInt(index - 1),
			event,
			at: 1_790_000_000_000n + BigInt(index),
			by: index === 1 ? undefined : account,
		}),
	)
	return [...entries, entry('History', 'Heads', [member], BigInt(events.length - 1))]
}

/** That these accounts are the authorities of the region, each in its term 0. */
export const authorityEntries = (...accounts: string[]) => [
	entry('Authorities', 'Members', [], accounts),
	entry(
		'Governance',
		'Terms',
		[],
		accounts.map((account) => [account, 0]),
	),
]

interface Vote {
	authority: string
	term: number
	aye: boolean
}

/** The votes on a motion about a provider. */
export const votesOn = (motion: object, votes: Vote[]) =>
	entry('Registry', 'Motions', [motion], { ends: BigInt(Date.now()) + 86_400_000n, votes })

/** Somebody who applied as a provider, and the votes on that. */
export async function applicant(
	number: string,
	name: string,
	serial: bigint,
	votes: Vote[] = [],
	signer = new SeedSigner(random(32)),
) {
	const key = await importPrivate(0, await generateKey())
	const account = accountText(signer.account)
	const message = await keyMessage(genesis, signer.account, 0, key.spki)
	const application = entry('Registry', 'Applications', [account], {
		number,
		name,
		key: { type: 'RsaOaep', value: key.spki },
		bits: 3072,
		signature: `0x${hex(await signer.sign(message))}`,
		since: 1_790_000_000_000n,
		serial,
	})
	const about = concat(scaleText('salus/application/v1'), signer.account, application[1])
	const hash = `0x${hex(await sha256(about))}`
	const motion = { type: 'Verify', value: { account, application: hash } }
	return [
		application,
		...(votes.length > 0 ? [votesOn(motion, votes)] : []),
		entry('Registry', 'NewestApplications', [newest(serial)], account),
		entry('Registry', 'Claims', [number, account], null),
	]
}
