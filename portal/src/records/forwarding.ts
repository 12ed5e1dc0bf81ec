/** A region's part in the consortium: grants that wait to be sent there, and a provider's own entry. */
import type { Connection } from '../chain/connection'
import type { Views } from '../chain/described'
import type { Activity } from './activity'
import { type Grantee, type Purpose, type RemoteState, remoteNames } from './grants'

/** A grant to a provider of another region that a provider of this one may send on. */
export interface WaitingGrant {
	record: bigint
	grantee: Grantee & { kind: 'remote' }
	/** Of the grantee; `null`: the consortium does not say. */
	name: string | null
	state: RemoteState
	purpose: Purpose
	expiresAt: number | null
}

export type Enlistment = NonNullable<Views['InterregionalApi.enlistment']['answer']>

const PAGE = 50

/** The first pages of grants that wait, newest first, and whether there are more. */
export async function waitingGrants(
	connection: Connection,
	pages: number,
): Promise<{ items: WaitingGrant[]; more: boolean }> {
	const items: WaitingGrant[] = []
	let after: bigint | undefined
	for (let number = 0; number < pages; number++) {
		const [page] = await connection.read((codecs) => [
			codecs.view('InterregionalApi.waiting', after, PAGE),
		])
		const names = await remoteNames(connection, page.items)
		items.push(
			...page.items.map((one): WaitingGrant => ({
				record: one.record,
				grantee: { kind: 'remote', ...one.grantee },
				name: names.get(`${one.grantee.region} ${one.grantee.id}`)?.name ?? null,
				state: one.state,
				purpose: one.purpose.type,
				expiresAt: one.expires_at === undefined ? null : Number(one.expires_at),
			})),
		)
		after = page.next
		if (after === undefined) break
	}
	return { items, more: after !== undefined }
}

/** Sends a grant on, for the first time or again. */
export const forward = (activity: Activity, { record, grantee }: WaitingGrant): Promise<void> =>
	activity.send({ kind: 'forward', record: String(record), grantee }, (codecs) => [
		codecs.call('Interregional.forward', {
			record,
			grantee: { region: grantee.region, id: grantee.id },
		}),
	])

/** How far a provider's entry in the consortium's directory is. `null`: it never asked for one. */
export async function enlistmentOf(connection: Connection, id: number): Promise<Enlistment | null> {
	const [found] = await connection.read((codecs) => [
		codecs.view('InterregionalApi.enlistment', id),
	])
	return found ?? null
}
