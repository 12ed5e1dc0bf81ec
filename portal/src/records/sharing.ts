/** Shares records, and stops sharing them. */
import type { Codecs } from '../chain/codecs'
import type { Connection } from '../chain/connection'
import type { Bytes } from '../format'
import type { Remote } from '../keys/rpc'
import type { Vault } from '../keys/vault'
import type { Activity } from './activity'
import type { Documents, OpenStep } from './documents'
import { type Grant, type Grantee, type Purpose, granteeKey } from './grants'
import type { Provider, ProviderKey } from './providers'
import { readRecord } from './record'

export interface Terms {
	purpose: Purpose
	/** Unix milliseconds; `null`: until it is stopped. */
	expiresAt: number | null
}

/** How far sharing is. */
export interface ShareStep {
	/** The record, from 1 on, of so many. */
	number: number
	of: number
	step: OpenStep
}

/** The most records that are shared in one go. */
export const MOST_AT_ONCE = 20

/**
 * Shares records with a provider: all, or none. Each envelope is fetched and checked first, so that a
 * key which does not open its record is never passed on.
 */
export async function share(
	{ connection, patient, vault, documents, activity }: Sharing,
	records: bigint[],
	provider: Provider,
	key: ProviderKey,
	{ purpose, expiresAt }: Terms,
	tell: (step: ShareStep) => void,
): Promise<void> {
	const wrapped: [bigint, Bytes][] = []
	for (const [index, id] of records.entries()) {
		const { sealed } = await readRecord(connection, patient, id)
		const open = await documents.open(connection, id, sealed, (step) =>
			tell({ number: index + 1, of: records.length, step }),
		)
		try {
			wrapped.push([id, await vault.wrapFor(open.document, key.spki)])
		} finally {
			open.close()
		}
	}
	const what = {
		kind: 'share' as const,
		records: records.map(String),
		who: provider.name,
		grantee: provider.grantee,
	}
	await activity.send(what, (codecs) =>
		wrapped.map(([record, ciphertext]) => {
			const terms = {
				record,
				wrapped_key: {
					type: 'RsaOaep' as const,
					value: { key_version: key.version, ciphertext },
				},
				expires_at: expiresAt === null ? undefined : BigInt(expiresAt),
				purpose: { type: purpose, value: undefined },
			}
			const { grantee } = provider
			return grantee.kind === 'remote'
				? codecs.call('Interregional.grant', { ...terms, grantee: remoteOf(grantee) })
				: codecs.call('Permissions.grant', {
						...terms,
						grantee: { type: 'Provider', value: grantee.id },
					})
		}),
	)
}

export interface Sharing {
	connection: Connection
	patient: string
	vault: Remote<Vault>
	documents: Documents
	activity: Activity
}

/** Stops grants: all of these, or none. */
export async function stopSharing(activity: Activity, grants: Grant[]): Promise<void> {
	const [first] = grants
	const one = grants.every(({ grantee }) => granteeKey(grantee) === granteeKey(first.grantee))
	const records = grants.map(({ record }) => String(record))
	const what = one
		? { kind: 'stop' as const, records, who: first.name ?? '', grantee: first.grantee }
		: {
				kind: 'stop-all' as const,
				records: [...new Set(records)],
				grants: grants.map(({ record, grantee }) => ({ record: String(record), grantee })),
			}
	await activity.send(what, (codecs) => grants.map((grant) => revoke(codecs, grant)))
}

function revoke(codecs: Codecs, { record, grantee }: Grant): Bytes {
	switch (grantee.kind) {
		case 'remote':
			return codecs.call('Interregional.revoke', { record, grantee: remoteOf(grantee) })
		case 'provider':
			return codecs.call('Permissions.revoke', {
				record,
				grantee: { type: 'Provider', value: grantee.id },
			})
		case 'patient':
			return codecs.call('Permissions.revoke', {
				record,
				grantee: { type: 'Patient', value: grantee.id },
			})
	}
}

const remoteOf = ({ region, id }: Grantee & { kind: 'remote' }) => ({ region, id })
