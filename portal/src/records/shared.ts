/** Records that are granted to a provider, in its region and from others. */
import type { Connection } from '../chain/connection'
import type { Views } from '../chain/described'
import { type Bytes, parseAccount } from '../format'
import type { Purpose } from './grants'
import { type OneRecord, bytes, memberOf, oneRecord, writerOf } from './record'

type Incoming = Views['ConsortiumApi.granted_to']['answer']['items'][number]

/** A record that somebody granted to this provider. */
export interface SharedRecord extends OneRecord {
	/** Tells records of all regions apart. */
	key: string
	/** The region that it is from; `null`: this one. */
	region: number | null
	purpose: Purpose
	/** In Unix milliseconds; `null`: until it is stopped. */
	grantedAt: number
	expiresAt: number | null
}

const PAGE = 64
/** The most that are read: more than a person can go through. */
const MOST = 2000
const ALL = { patient: undefined, author: undefined, since: undefined }

/** What is granted to this provider in its region, newest first. */
export async function sharedHere(connection: Connection, id: number): Promise<SharedRecord[]> {
	return pages(async (after) => {
		const [page] = await connection.read((codecs) => [
			codecs.view('PermissionsApi.granted_to', memberOf(id), ALL, true, after, PAGE),
		])
		const items = page.items.map(({ record, grant }): SharedRecord => {
			const one = oneRecord(connection, record, grant.wrapped_key)
			return { ...one, key: `${record.id}`, region: null, ...terms(grant) }
		})
		return { items, next: page.next }
	})
}

/** What is granted to this provider in other regions, newest first. */
export async function sharedElsewhere(connection: Connection, id: number): Promise<SharedRecord[]> {
	const { consortium, chain } = connection
	if (consortium === null) return []
	const me = { region: chain.para, id }
	return pages(async (after) => {
		const [page] = await consortium.read((codecs) => [
			codecs.view('ConsortiumApi.granted_to', me, undefined, ALL, true, after, PAGE),
		])
		return { items: page.items.map(incomingRecord), next: page.next }
	})
}

async function pages(
	read: (
		after: bigint | undefined,
	) => Promise<{ items: SharedRecord[]; next: bigint | undefined }>,
): Promise<SharedRecord[]> {
	const all: SharedRecord[] = []
	let after: bigint | undefined
	do {
		const page = await read(after)
		all.push(...page.items)
		after = page.next
	} while (after !== undefined && all.length < MOST)
	return all
}

/** A record of another region: the consortium has all that its reader needs. */
function incomingRecord(grant: Incoming): SharedRecord {
	const { region, record, author, account, wrapped_key } = grant
	const by = author.type === 'Patient' ? 'patient' : { provider: author.value.id }
	const binding = {
		genesis: bytes(grant.genesis_hash),
		patient: bytes(grant.patient),
		author: by,
		hash: bytes(grant.document_hash),
	} as const
	const sealedName = bytes(grant.sealed_name)
	return {
		key: `${region} ${record}`,
		region,
		...terms(grant),
		shown: {
			id: record,
			patient: grant.patient,
			writer: writerOf(author),
			addedAt: Number(grant.added_at),
			size: Number(grant.envelope_size),
			// The numbers of other records are not told across regions.
			amends: null,
			correctedBy: [],
		},
		sealed: {
			cid: bytes(grant.cid),
			size: Number(grant.envelope_size),
			sealedName,
			expected: {
				...binding,
				account: account === undefined ? null : parseAccount(account),
				region,
				amends: grant.amended_hash === undefined ? null : bytes(grant.amended_hash),
				sealedName,
				addedAt: grant.added_at,
			},
			wrapped:
				wrapped_key === undefined
					? null
					: {
							version: wrapped_key.value.key_version,
							ciphertext: wrapped_key.value.ciphertext.slice() as Bytes,
							binding,
						},
		},
	}
}

const terms = (grant: {
	purpose: { type: Purpose }
	granted_at: bigint
	expires_at: bigint | undefined
}) => ({
	purpose: grant.purpose.type,
	grantedAt: Number(grant.granted_at),
	expiresAt: grant.expires_at === undefined ? null : Number(grant.expires_at),
})
