/** One record, as the proven chain tells it. */
import type { Connection } from '../chain/connection'
import type { Views } from '../chain/described'
import { type Bytes, type Expected, parseAccount, unhex } from '../format'
import type { Remote } from '../keys/rpc'
import type { Vault, Wrapped } from '../keys/vault'

export type RecordView = NonNullable<Views['EmrApi.record']['answer']>
type WrappedView = NonNullable<Views['EmrApi.wrapped_key']['answer']>

/** A member, as its own pages know it: a patient's id, in hex after 0x, or a provider's number. */
export type Me = string | number

/** A member as the chain names it. */
export const memberOf = (me: Me) =>
	typeof me === 'string'
		? ({ type: 'Patient', value: me } as const)
		: ({ type: 'Provider', value: me } as const)

/** Who wrote a record. `null`: its patient. */
export type Writer = { name: string; number: string; standing: string | null } | null

/** What is shown of a record before anybody opens it. */
export interface Shown {
	id: bigint
	/** Whose record it is: the patient's id. */
	patient: string
	writer: Writer
	/** In Unix milliseconds. */
	addedAt: number
	/** The bytes of its envelope. */
	size: number
	/** The record that this one corrects, and those that correct it, newest first. */
	amends: bigint | null
	correctedBy: bigint[]
}

/** What it takes to open a record. */
export interface Sealed {
	cid: Bytes
	size: number
	sealedName: Bytes
	expected: Expected
	/** `null`: no key of this member opens it. */
	wrapped: Wrapped | null
}

export interface OneRecord {
	shown: Shown
	sealed: Sealed
}

/** A record that the chain does not have. */
export class NoRecord extends Error {
	constructor() {
		super('there is no such record')
		this.name = 'NoRecord'
	}
}

/** A record of a patient, or by a provider. */
export async function readRecord(connection: Connection, me: Me, id: bigint): Promise<OneRecord> {
	const [record, wrapped] = await connection.read((codecs) => [
		codecs.view('EmrApi.record', id),
		codecs.view('EmrApi.wrapped_key', id, memberOf(me)),
	])
	if (record === undefined) throw new NoRecord()
	return oneRecord(connection, record, wrapped)
}

/** Some records of a patient, or by a provider, eight at most. Those that the chain lacks are left out. */
export async function readSome(
	connection: Connection,
	me: Me,
	ids: bigint[],
): Promise<OneRecord[]> {
	const records = await connection.read((codecs) =>
		ids.map((id) => codecs.view('EmrApi.record', id)),
	)
	const keys = await connection.read((codecs) =>
		ids.map((id) => codecs.view('EmrApi.wrapped_key', id, memberOf(me))),
	)
	return records.flatMap((record, place) =>
		record === undefined ? [] : [oneRecord(connection, record, keys[place])],
	)
}

export function oneRecord(
	{ genesis, chain }: Connection,
	record: RecordView,
	wrapped: WrappedView | undefined,
): OneRecord {
	const patient = bytes(record.patient)
	const hash = bytes(record.document_hash)
	const author =
		record.author.type === 'Patient' ? 'patient' : { provider: record.author.value.id }
	const binding = { genesis, patient, author, hash } as const
	const sealedName = bytes(record.sealed_name)
	return {
		shown: shownOf(record),
		sealed: {
			cid: bytes(record.cid),
			size: Number(record.envelope_size),
			sealedName,
			expected: {
				...binding,
				// Of a patient, the manifest proves the account, and the chain's word does not count.
				account: author === 'patient' ? null : parseAccount(record.account),
				region: chain.para,
				amends: record.amended_hash === undefined ? null : bytes(record.amended_hash),
				sealedName,
				addedAt: chain.development ? null : record.added_at,
			},
			wrapped:
				wrapped === undefined
					? null
					: {
							version: wrapped.value.key_version,
							ciphertext: wrapped.value.ciphertext.slice() as Bytes,
							binding,
						},
		},
	}
}

export const shownOf = (record: RecordView): Shown => ({
	id: record.id,
	patient: record.patient,
	writer: writerOf(record.author),
	addedAt: Number(record.added_at),
	size: Number(record.envelope_size),
	amends: record.amends ?? null,
	correctedBy: record.corrected_by,
})

/** A record's name; `null`: it does not open with any key of this member. */
export async function nameOf(vault: Remote<Vault>, { wrapped, sealedName }: Sealed) {
	if (wrapped === null) return null
	return vault.recordName(wrapped, sealedName).catch(() => null)
}

export function writerOf(author: RecordView['author']): Writer {
	if (author.type === 'Patient') return null
	const { name, number, standing } = author.value
	return { name, number, standing: standing?.type ?? null }
}

export const bytes = (text: string): Bytes => unhex(text.slice(2))
