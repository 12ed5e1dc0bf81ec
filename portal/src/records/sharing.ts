/** Shares records, and stops sharing them. */
import type { Codecs } from '../chain/codecs'
import type { Connection } from '../chain/connection'
import { Failed, TurnedDown } from '../chain/submit'
import type { Bytes } from '../format'
import type { Remote } from '../keys/rpc'
import type { Vault } from '../keys/vault'
import type { Activity, What } from './activity'
import type { Documents, OpenStep } from './documents'
import {
	type Grant,
	type Grantee,
	type Terms,
	canStop,
	granteeKey,
	grantsOf,
	isStopping,
} from './grants'
import type { Provider, ProviderKey } from './providers'
import { readRecord } from './record'

/** How far sharing is. */
export interface ShareStep {
	/** The record, from 1 on, of so many. */
	number: number
	of: number
	step: OpenStep
}

/** The most records that are shared in one go, and the most grants that one transaction stops. */
export const MOST_AT_ONCE = 20
/** The most records that are asked for at once. */
const AT_ONCE = 8

/**
 * Shares records with a provider: all, or none. Gives those that are left out, as the provider wrote
 * them and can read them anyway. Each envelope is fetched and checked first, so that a key which does
 * not open its record is never passed on.
 */
export async function share(
	{ connection, patient, vault, documents, activity }: Sharing,
	records: bigint[],
	provider: Provider,
	key: ProviderKey,
	{ purpose, expiresAt }: Terms,
	tell: (step: ShareStep) => void,
): Promise<bigint[]> {
	const { grantee } = provider
	const wrapped: [bigint, Bytes][] = []
	const written: bigint[] = []
	for (const [index, id] of records.entries()) {
		const { sealed } = await readRecord(connection, patient, id)
		const { author } = sealed.expected
		if (grantee.kind === 'provider' && author !== 'patient' && author.provider === grantee.id) {
			written.push(id)
			continue
		}
		const open = await documents.open(connection, id, sealed, (step) =>
			tell({ number: index + 1, of: records.length, step }),
		)
		try {
			wrapped.push([id, await vault.wrapFor(open.document, key.spki)])
		} finally {
			open.close()
		}
	}
	if (wrapped.length === 0) throw new Failed('Permissions.AlreadyReads')
	const what = {
		kind: 'share' as const,
		records: wrapped.map(([id]) => String(id)),
		who: provider.name,
		grantee,
		terms: { purpose, expiresAt, keyVersion: key.version },
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
			return grantee.kind === 'remote'
				? codecs.call('Interregional.grant', { ...terms, grantee: remoteOf(grantee) })
				: codecs.call('Permissions.grant', {
						...terms,
						grantee: { type: 'Provider', value: grantee.id },
					})
		}),
	)
	return written
}

/** The provider of this region who wrote all of these records, and so can read them anyway. */
export async function writerOf(connection: Connection, records: bigint[]): Promise<number | null> {
	let writer: number | null = null
	for (let at = 0; at < records.length; at += AT_ONCE) {
		const found = await connection.read((codecs) =>
			records.slice(at, at + AT_ONCE).map((id) => codecs.view('EmrApi.record', id)),
		)
		for (const record of found) {
			if (record?.author.type !== 'Provider') return null
			const { id } = record.author.value
			if (writer !== null && writer !== id) return null
			writer = id
		}
	}
	return writer
}

export interface Sharing {
	connection: Connection
	patient: string
	vault: Remote<Vault>
	documents: Documents
	activity: Activity
}

/**
 * Stops grants, some in each transaction, those of the region first: so nothing that another region
 * does not do keeps a grant of this one alive. What cannot be stopped now is left out. If some could not
 * be stopped, ends with the first reason.
 */
export async function stopSharing(
	connection: Connection,
	activity: Activity,
	grants: Grant[],
): Promise<void> {
	const now = Date.now()
	const able = grants.filter((grant) => canStop(grant, now))
	if (able.length === 0)
		throw new Failed(
			grants.some(isStopping) ? 'Interregional.AwaitingAnswer' : 'Permissions.NotFound',
		)
	const remote = ({ grantee }: Grant) => grantee.kind === 'remote'
	const all = [...pieces(able.filter((one) => !remote(one))), ...pieces(able.filter(remote))]
	let first: Failed | null = null
	for (const some of all) {
		try {
			await stopSome(connection, activity, some)
		} catch (error) {
			// What the network does not take now, it does not take for the next ones either.
			if (!(error instanceof Failed) || error instanceof TurnedDown) throw error
			first ??= error
		}
	}
	if (first !== null) throw first
}

function pieces(grants: Grant[]): Grant[][] {
	const all = []
	for (let at = 0; at < grants.length; at += MOST_AT_ONCE)
		all.push(grants.slice(at, at + MOST_AT_ONCE))
	return all
}

/** Stops grants in one transaction. If some of them ended meanwhile, it goes on with the others. */
async function stopSome(
	connection: Connection,
	activity: Activity,
	grants: Grant[],
): Promise<void> {
	try {
		await activity.send(whatOf(grants), (codecs) =>
			grants.map((grant) => revoke(codecs, grant)),
		)
	} catch (error) {
		if (!(error instanceof Failed) || error instanceof TurnedDown) throw error
		const left = await stillOpen(connection, grants)
		if (left.length === grants.length) throw error
		if (left.length > 0) await stopSome(connection, activity, left)
	}
}

/** Those of these grants that a patient can still stop, as the chain has them now. */
async function stillOpen(connection: Connection, grants: Grant[]): Promise<Grant[]> {
	const left: Grant[] = []
	const now = Date.now()
	for (const record of new Set(grants.map(({ record }) => record))) {
		const found = await grantsOf(connection, record)
		const open = found.filter((grant) => canStop(grant, now))
		const keys = new Set(open.map(({ grantee }) => granteeKey(grantee)))
		left.push(
			...grants.filter((one) => one.record === record && keys.has(granteeKey(one.grantee))),
		)
	}
	return left
}

function whatOf(grants: Grant[]): What {
	const [first] = grants
	const one = grants.every(({ grantee }) => granteeKey(grantee) === granteeKey(first.grantee))
	const records = grants.map(({ record }) => String(record))
	return one
		? { kind: 'stop', records, who: first.name ?? '', grantee: first.grantee }
		: {
				kind: 'stop-all',
				records: [...new Set(records)],
				grants: grants.map(({ record, grantee }) => ({ record: String(record), grantee })),
			}
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
