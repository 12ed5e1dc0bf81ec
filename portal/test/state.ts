/** Entries of a region's state: what a patient of a test has, and whom the region knows. */
import {
	type Bytes,
	type PrivateKey,
	SeedSigner,
	accountText,
	concat,
	hex,
	keyMessage,
	makeCar,
	patientId,
	random,
	sealName,
	wrapKey,
} from '../src/format'
import type { Vault } from '../src/keys/vault'
import { type Entry, PARA, entry, genesis, newest } from './region'

export const none = (type: string) => ({ type, value: undefined })

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

/** A record of this name and content that the patient wrote, and its envelope. */
export async function record(vault: Vault, id: bigint, name: string, content: Bytes, more = {}) {
	const { account: founder, commitments, keys } = vault.profile()
	const { patient, account } = patientOf(vault)
	const sealing = vault.beginSeal(new Blob([content]), {
		name,
		mediaType: 'text/plain',
		patient: patientId(genesis, founder, commitments[0]),
		commitment: commitments[0],
		region: PARA,
		genesis,
		amends: null,
		keyVersion: keys[0].version,
		time: Date.now(),
	})
	const leaves: Bytes[] = []
	for (let leaf = await vault.nextLeaf(sealing); leaf; leaf = await vault.nextLeaf(sealing))
		leaves.push(leaf)
	const envelope = concat(...leaves)
	const { hash, sealedName, wrapped } = await vault.endSeal(sealing)
	const made = await makeCar(new Blob([envelope]))
	const car: Uint8Array[] = []
	for await (const piece of made.car()) car.push(piece.slice())
	const { cid } = made
	const value = {
		patient,
		author: none('Patient'),
		account,
		sealed_name: `0x${hex(sealedName)}`,
		document_hash: `0x${hex(hash)}`,
		cid: `0x${hex(cid)}`,
		envelope_size: BigInt(envelope.length),
		added_at: 1_790_000_000_000n + id,
		amends: undefined,
		...more,
	}
	const me = { type: 'Patient', value: patient }
	const key = {
		type: 'RsaOaep',
		value: { key_version: wrapped.version, ciphertext: wrapped.ciphertext },
	}
	const entries = [
		entry('Emr', 'Records', [id], { type: 'V1', value }),
		entry('Emr', 'RecordsOf', [me, newest(id)], null),
		entry('Emr', 'WrappedKeys', [id, none('Patient')], key),
	]
	return { entries, envelope, car: concat(...car) }
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
	const message = await keyMessage(signed ? genesis : random(32), signer.account, 0, key.spki)
	const member = { type: 'Provider', value: id }
	const founding = { account: who, since: 1n, right: none('Founding'), signature: undefined }
	return [
		entry('Registry', 'Providers', [id], {
			number,
			account: who,
			name,
			standing: none(standing),
			key_version: 0,
			since: 1n,
		}),
		entry('Registry', 'Holders', [number], id),
		entry('Registry', 'Accounts', [member], [founding]),
		entry('Registry', 'Keys', [member, 0], {
			key: { type: 'RsaOaep', value: key.spki },
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
) {
	const grantee = { type: 'Provider', value: to }
	const terms = {
		key_version: 0,
		via: none('Patient'),
		purpose: none('Treatment'),
		granted_at: 1_790_000_000_000n + history,
		expires_at: expires,
		history,
	}
	const place = { record: id, grantee }
	const key = { type: 'RsaOaep', value: { key_version: 0, ciphertext: new Uint8Array(384) } }
	return [
		entry('Permissions', 'Grants', [id, grantee], terms),
		entry('Permissions', 'WrappedKeys', [id, grantee], key),
		entry('Permissions', 'Lists', [{ type: 'Of', value: id }, newest(history)], place),
		entry('Permissions', 'Lists', [{ type: 'By', value: patient }, newest(history)], place),
	]
}

/** A grant of this record to a provider of another region, which refused it. */
export function refusedGrant(
	patient: string,
	record: bigint,
	grantee: { region: number; id: number },
	history: bigint,
) {
	const terms = {
		state: { type: 'Refused', value: { type: 'Reason', value: none('GranteeUnknown') } },
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
