/** Those who applied as providers, and what the authorities should know of them. */
import type { Connection } from '../chain/connection'
import type { Views } from '../chain/described'
import type { Activity } from './activity'
import type { VoteOn } from './work'

type View = Views['RegistryApi.applications']['answer']['items'][number]

/** An application that waits for votes. */
export interface Application extends View {
	/** The names of others who applied with the same number. */
	rivals: string[]
	/** The name of the provider that holds the number already. */
	holder: string | null
}

const PAGE = 64
/** The most that are read. */
const MOST = 1000
/** A request to a gateway has at most 16 calls. */
const AT_ONCE = 16

/** All that wait, newest first. */
export async function readApplications(connection: Connection): Promise<Application[]> {
	const all: View[] = []
	let after: bigint | undefined
	do {
		const [page] = await connection.read((codecs) => [
			codecs.view('RegistryApi.applications', after, PAGE),
		])
		all.push(...page.items)
		after = page.next
	} while (after !== undefined && all.length < MOST)
	const holders = await holdersOf(connection, [...new Set(all.map(({ number }) => number))])
	return all.map((one) => ({
		...one,
		rivals: all.flatMap(({ number, account, name }) =>
			number === one.number && account !== one.account ? name : [],
		),
		holder: holders.get(one.number) ?? null,
	}))
}

async function holdersOf(connection: Connection, numbers: string[]): Promise<Map<string, string>> {
	const holders = new Map<string, string>()
	for (let at = 0; at < numbers.length; at += AT_ONCE) {
		const some = numbers.slice(at, at + AT_ONCE)
		const found = await connection.read((codecs) =>
			some.map((number) => codecs.view('RegistryApi.holder', number)),
		)
		for (const [index, one] of found.entries())
			if (one.success && one.value !== undefined) holders.set(some[index], one.value.name)
	}
	return holders
}

/** Votes on who is a provider, and on how one stands. */
export const vote = (
	activity: Activity,
	motion: VoteOn,
	who: string,
	aye: boolean,
): Promise<void> =>
	activity.send({ kind: 'vote', on: motion.type, who, aye }, (codecs) => [
		codecs.call('Registry.vote', { motion, aye }),
	])

export type Votes = View['votes']

/** How the votes on a provider's standing, and on its verification, are. */
export async function votesOn(
	connection: Connection,
	id: number,
): Promise<{ standing: Votes; unverify: Votes }> {
	const [standing, unverify] = await connection.read((codecs) => [
		codecs.view('RegistryApi.standing_votes', id),
		codecs.view('RegistryApi.unverify_votes', id),
	])
	return { standing, unverify }
}

/** Whether anybody voted. */
export const isOpenVote = ({ ayes, nays }: Votes): boolean => ayes + nays > 0
