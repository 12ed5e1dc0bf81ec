/** Who can read a patient's records. */
import type { Connection } from '../chain/connection'
import type { Calls, Views } from '../chain/described'

export type Purpose = Calls['Permissions.grant']['purpose']['type']
type InRegion = Views['PermissionsApi.grants_by']['answer']['items'][number]
type Elsewhere = Views['InterregionalApi.interregional_grants_by']['answer']['items'][number]
export type RemoteState = Elsewhere['state']

/** Somebody to whom records are granted. */
export type Grantee =
	| { kind: 'provider'; id: number }
	| { kind: 'patient'; id: string }
	| { kind: 'remote'; region: number; id: number }

/** What for, and until when. */
export interface Terms {
	purpose: Purpose
	/** Unix milliseconds; `null`: until it is stopped. */
	expiresAt: number | null
}

/** One grant of one record. */
export interface Grant extends Terms {
	record: bigint
	grantee: Grantee
	/** The name and the number; `null`: nobody tells. */
	name: string | null
	number: string | null
	standing: string | null
	/** In Unix milliseconds. */
	grantedAt: number
	/** The version of the reader's key that opens it. */
	keyVersion: number
	/** How far a grant to another region is, and until when that region may answer. */
	state: RemoteState | null
	deadline: number | null
}

/** Tells grantees apart. */
export const granteeKey = (grantee: Grantee): string =>
	grantee.kind === 'remote'
		? `remote ${grantee.region} ${grantee.id}`
		: `${grantee.kind} ${grantee.id}`

/** Whether a grant may still let somebody read, or ask for it. */
export function isLive({ state, expiresAt }: Grant, now: number): boolean {
	if (expiresAt !== null && expiresAt <= now) return false
	return state === null || !['Revoked', 'Refused'].includes(state.type)
}

/** Whether the other region was told to stop it, and has not answered yet. */
export const isStopping = ({ state }: Pick<Grant, 'state'>): boolean => state?.type === 'Revoking'

/** Whether a person should see a grant: it may be in force, or the other region refused it. */
export const isShown = (grant: Grant, now: number): boolean =>
	isLive(grant, now) || grant.state?.type === 'Refused'

/** Whether a patient can stop it now: not what has ended, nor while another region may still answer. */
export const canStop = (grant: Grant, now: number): boolean =>
	isShown(grant, now) &&
	(grant.expiresAt === null || grant.expiresAt > now) &&
	!(isStopping(grant) && (grant.deadline ?? 0) > now)

const PAGE = 50
/** The most grants that are read: more than a person can go through. */
const MOST = 5000
/** A request to a gateway has at most 16 calls. */
const AT_ONCE = 16

/** All grants that a patient gave and that may still be in force, newest first. */
export async function grantsBy(connection: Connection, patient: string): Promise<Grant[]> {
	const inside = await pages((after) =>
		connection.read((codecs) => [
			codecs.view('PermissionsApi.grants_by', patient, after, PAGE),
		]),
	)
	const outside = await pages((after) =>
		connection.read((codecs) => [
			codecs.view('InterregionalApi.interregional_grants_by', patient, after, PAGE),
		]),
	)
	return inOrder(connection, inside, outside)
}

/** The grants of one record. */
export async function grantsOf(connection: Connection, record: bigint): Promise<Grant[]> {
	const inside = await pages((after) =>
		connection.read((codecs) => [codecs.view('PermissionsApi.grants_of', record, after, PAGE)]),
	)
	const outside = await pages((after) =>
		connection.read((codecs) => [
			codecs.view('InterregionalApi.interregional_grants_of', record, after, PAGE),
		]),
	)
	return inOrder(connection, inside, outside)
}

async function inOrder(connection: Connection, inside: InRegion[], outside: Elsewhere[]) {
	const names = await remoteNames(connection, outside)
	const all = [
		...inside.map(grantOf),
		...outside.map((one) => remoteGrantOf(one, names.get(remoteKey(one.grantee)) ?? null)),
	]
	return all.sort((one, other) => other.grantedAt - one.grantedAt)
}

async function pages<Item>(
	read: (after: bigint | undefined) => Promise<[{ items: Item[]; next: bigint | undefined }]>,
): Promise<Item[]> {
	const all: Item[] = []
	let after: bigint | undefined
	do {
		const [page] = await read(after)
		all.push(...page.items)
		after = page.next
	} while (after !== undefined && all.length < MOST)
	return all
}

function grantOf(grant: InRegion): Grant {
	const { type, value } = grant.grantee
	return {
		record: grant.record,
		grantee:
			type === 'Provider' ? { kind: 'provider', id: value } : { kind: 'patient', id: value },
		name: grant.name ?? null,
		number: grant.number ?? null,
		standing: grant.standing?.type ?? null,
		...terms(grant),
		state: null,
		deadline: null,
	}
}

function remoteGrantOf(grant: Elsewhere, known: Known | null): Grant {
	return {
		record: grant.record,
		grantee: { kind: 'remote', ...grant.grantee },
		name: known?.name ?? null,
		number: known?.number ?? null,
		standing: known?.standing.type ?? null,
		...terms(grant),
		state: grant.state,
		deadline: grant.deadline === undefined ? null : Number(grant.deadline),
	}
}

const terms = ({ purpose, granted_at, expires_at, key_version }: InRegion | Elsewhere) => ({
	purpose: purpose.type,
	keyVersion: key_version,
	grantedAt: Number(granted_at),
	expiresAt: expires_at === undefined ? null : Number(expires_at),
})

export type Known = NonNullable<Views['ConsortiumApi.provider']['answer']>

/** Tells providers of other regions apart. */
export const remoteKey = ({ region, id }: { region: number; id: number }) => `${region} ${id}`

/** What the consortium's directory says of providers. Without an answer, they have no names. */
export async function remoteNames(
	connection: Connection,
	grants: Pick<Elsewhere, 'grantee'>[],
): Promise<Map<string, Known>> {
	const names = new Map<string, Known>()
	const wanted = [...new Map(grants.map((one) => [remoteKey(one.grantee), one.grantee])).values()]
	const { consortium } = connection
	if (consortium === null) return names
	for (let at = 0; at < wanted.length; at += AT_ONCE) {
		const some = wanted.slice(at, at + AT_ONCE)
		const found = await consortium
			.read((codecs) => some.map((one) => codecs.view('ConsortiumApi.provider', one)))
			.catch(() => [])
		for (const one of found) if (one !== undefined) names.set(remoteKey(one), one)
	}
	return names
}
