/** What happened to a member's grants and keys. It shows changes, not who read what. */
import type { Connection } from '../chain/connection'
import type { Views } from '../chain/described'
import { parseAccount, same } from '../format'
import type { Grantee, Purpose } from './grants'

type Item = Views['HistoryApi.history']['answer']['items'][number]

export type Happening = { id: bigint; at: number; byMe: boolean } & (
	| { kind: 'key'; version: number }
	| {
			kind: 'grant'
			record: bigint
			grantee: Grantee
			event: 'Granted' | 'Forwarded' | 'Delivered' | 'Revoking' | 'Revoked' | 'Expired'
			purpose: Purpose | null
			expiresAt: number | null
	  }
)

const PAGE = 50

/** A page of a patient's history, newest first, and where the next one begins. */
export async function readHistory(
	connection: Connection,
	patient: string,
	account: Uint8Array,
	after: bigint | undefined,
): Promise<{ items: Happening[]; next: bigint | undefined }> {
	const me = { type: 'Patient', value: patient } as const
	const [page] = await connection.read((codecs) => [
		codecs.view('HistoryApi.history', me, after, PAGE),
	])
	return { items: page.items.map((item) => happeningOf(item, account)), next: page.next }
}

function happeningOf({ id, event, at, by }: Item, account: Uint8Array): Happening {
	const common = { id, at: Number(at), byMe: by !== undefined && same(parseAccount(by), account) }
	if (event.type === 'Key') return { ...common, kind: 'key', version: event.value.version }
	const { record, grantee } = event.value
	const granted = event.value.event
	const terms = granted.type === 'Granted' ? granted.value : null
	return {
		...common,
		kind: 'grant',
		record,
		grantee: granteeOf(grantee),
		event: granted.type,
		purpose: terms?.purpose.type ?? null,
		expiresAt: terms?.expires_at === undefined ? null : Number(terms.expires_at),
	}
}

type GranteeView = (Item['event'] & { type: 'Grant' })['value']['grantee']

function granteeOf(grantee: GranteeView): Grantee {
	if (grantee.type === 'Remote') return { kind: 'remote', ...grantee.value }
	const { type, value } = grantee.value
	return type === 'Provider' ? { kind: 'provider', id: value } : { kind: 'patient', id: value }
}

/** The names of providers of this region, by id. Those of others are told by their region. */
export async function providerNames(
	connection: Connection,
	grantees: Grantee[],
): Promise<Map<number, string>> {
	const ids = [...new Set(grantees.flatMap((one) => (one.kind === 'provider' ? one.id : [])))]
	const names = new Map<number, string>()
	for (let at = 0; at < ids.length; at += 16) {
		const found = await connection.read((codecs) =>
			ids.slice(at, at + 16).map((id) => codecs.view('RegistryApi.provider', id)),
		)
		for (const one of found) if (one !== undefined) names.set(one.id, one.name)
	}
	return names
}
