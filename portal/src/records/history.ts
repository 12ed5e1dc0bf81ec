/** What happened to a member's records, grants and keys. It shows changes, not who read what. */
import type { Connection } from '../chain/connection'
import type { Views } from '../chain/described'
import { parseAccount, same } from '../format'
import type { Grantee, Purpose } from './grants'
import { type Shown, memberOf, shownOf } from './record'

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

/** A record was added. */
export type Added = { kind: 'record'; at: number; shown: Shown }

const PAGE = 50

/** One of two lists, each newest first, as far as it is read. */
interface List {
	read(after: bigint | undefined): Promise<Page<Happening | Added>>
	/** What is read and not told yet. */
	waiting: (Happening | Added)[]
	next: bigint | undefined
	whole: boolean
}

type Page<Item> = { items: Item[]; next: bigint | undefined }

/** What happened to a patient, newest first: what the history has, and the records that were added. */
export class Story {
	readonly #lists: List[]

	constructor(connection: Connection, patient: string, account: Uint8Array) {
		const list = (read: List['read']): List => ({
			read,
			waiting: [],
			next: undefined,
			whole: false,
		})
		this.#lists = [
			list((after) => readHistory(connection, patient, account, after)),
			list((after) => readAdded(connection, patient, after)),
		]
	}

	/** The next of it, and whether that is all. After a failure, the next call goes on. */
	async more(): Promise<{ items: (Happening | Added)[]; whole: boolean }> {
		for (const list of this.#lists) {
			while (list.waiting.length < PAGE && !list.whole) {
				const { items, next } = await list.read(list.next)
				list.waiting.push(...items)
				list.next = next
				list.whole = next === undefined
			}
		}
		const all = this.#lists.flatMap(({ waiting }) => waiting)
		const items = all.sort((one, other) => other.at - one.at).slice(0, PAGE)
		for (const list of this.#lists)
			list.waiting = list.waiting.filter((one) => !items.includes(one))
		const whole = this.#lists.every(({ waiting, whole }) => whole && waiting.length === 0)
		return { items, whole }
	}
}

async function readAdded(
	connection: Connection,
	patient: string,
	after: bigint | undefined,
): Promise<Page<Added>> {
	const all = { patient: undefined, author: undefined, since: undefined }
	const [page] = await connection.read((codecs) => [
		codecs.view('EmrApi.records', memberOf(patient), all, false, after, PAGE),
	])
	const items = page.items.map(({ record }): Added => {
		const shown = shownOf(record)
		return { kind: 'record', at: shown.addedAt, shown }
	})
	return { items, next: page.next }
}

/** A page of a patient's history, newest first, and where the next one begins. */
export async function readHistory(
	connection: Connection,
	patient: string,
	account: Uint8Array,
	after: bigint | undefined,
): Promise<Page<Happening>> {
	const [page] = await connection.read((codecs) => [
		codecs.view('HistoryApi.history', memberOf(patient), after, PAGE),
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
