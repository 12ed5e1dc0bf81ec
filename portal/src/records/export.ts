/** Reads what a member can take along, and gives it as one FHIR bundle. */
import type { Connection } from '../chain/connection'
import type { Remote } from '../keys/rpc'
import type { Vault } from '../keys/vault'
import {
	type Fhir,
	type Origin,
	auditEventOf,
	bundleOf,
	consentOf,
	documentReferenceOf,
} from './fhir'
import { grantsBy } from './grants'
import { type Happening, providerNames, readHistory } from './history'
import { type Me, memberOf, nameOf, oneRecord } from './record'

const PAGE = 50
/** The most of each kind that is exported. */
const MOST = 20_000

/** A patient's grants, history and records; a provider's records. `tell` hears how many are read. */
export async function exportAll(
	connection: Connection,
	vault: Remote<Vault>,
	me: Me,
	account: Uint8Array,
	tell: (count: number) => void,
): Promise<Fhir> {
	const { chain } = connection
	const origin: Origin = {
		genesis: chain.genesis,
		region: chain.para,
		patient: typeof me === 'string' ? me : null,
		now: Date.now(),
	}
	const resources: Fhir[] = []
	const add = (some: Fhir[]) => {
		resources.push(...some)
		tell(resources.length)
	}
	await records(connection, vault, me, origin, add)
	if (typeof me === 'string') {
		const mine = { ...origin, patient: me }
		add((await grantsBy(connection, me)).map((grant) => consentOf(mine, grant)))
		const all = await history(connection, me, account)
		const grantees = all.flatMap((one) => (one.kind === 'grant' ? one.grantee : []))
		const names = await providerNames(connection, grantees)
		add(all.map((one) => auditEventOf(mine, one, names)))
	}
	return bundleOf(origin, resources)
}

async function records(
	connection: Connection,
	vault: Remote<Vault>,
	me: Me,
	origin: Origin,
	add: (some: Fhir[]) => void,
): Promise<void> {
	const none = { patient: undefined, author: undefined, since: undefined }
	let after: bigint | undefined
	let count = 0
	do {
		const [page] = await connection.read((codecs) => [
			codecs.view('EmrApi.records', memberOf(me), none, true, after, PAGE),
		])
		const some = await Promise.all(
			page.items.map(async ({ record, wrapped_key }) => {
				const { shown, sealed } = oneRecord(connection, record, wrapped_key)
				return documentReferenceOf(origin, shown, await nameOf(vault, sealed))
			}),
		)
		add(some)
		count += some.length
		after = page.next
	} while (after !== undefined && count < MOST)
}

async function history(
	connection: Connection,
	patient: string,
	account: Uint8Array,
): Promise<Happening[]> {
	const all: Happening[] = []
	let after: bigint | undefined
	do {
		const page = await readHistory(connection, patient, account, after)
		all.push(...page.items)
		after = page.next
	} while (after !== undefined && all.length < MOST)
	return all
}
