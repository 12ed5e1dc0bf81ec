/** Those who applied as providers, and what the authorities should know of them. */
import type { Codecs } from '../chain/codecs'
import type { Connection } from '../chain/connection'
import type { Views } from '../chain/described'
import type { Bytes } from '../format'
import type { Activity } from './activity'
import type { VoteOn } from './work'

type View = Views['RegistryApi.applications']['answer']['items'][number]

/** How the votes on a motion are. */
export type VotesView = View['votes']

/** The same, as one of the authorities sees it. */
export interface Votes extends VotesView {
	/** What this authority voted. */
	mine: 'yes' | 'no' | 'none'
	/** Whether no vote changes the outcome: after authorities came or went, the next vote settles it. */
	isDecided: boolean
}

/** An application that waits for votes. */
export interface Application extends Omit<View, 'votes'> {
	votes: Votes
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

/** What a vote for or against an application is on. */
export const verifies = ({
	account,
	application_hash,
}: Pick<View, 'account' | 'application_hash'>) =>
	({ type: 'Verify', value: { account, application: application_hash } }) as const

/** The keys of what views of votes have read: the authorities, and the votes on these motions. */
const voteKeys = (codecs: Codecs, motions: VoteOn[]): Bytes[] => [
	codecs.key('Governance.Terms'),
	...motions.map((motion) => codecs.key('Registry.Motions', motion)),
]

/** The votes as this authority sees them, from the values at those keys. */
function votesSeenBy(
	me: string,
	views: VotesView[],
	codecs: Codecs,
	[first, ...values]: (Bytes | null)[],
): Votes[] {
	const terms = first === null ? [] : codecs.value('Governance.Terms', first)
	const mine = terms.find(([authority]) => authority === me)?.[1]
	return views.map((view, at): Votes => {
		const { ayes, nays, needed, ends } = view
		const value = values[at] ?? null
		// Votes that have ended are still there. Then the view has no end.
		const cast =
			value === null || ends === undefined
				? []
				: codecs.value('Registry.Motions', value).votes
		const own = cast.find(({ authority, term }) => authority === me && term === mine)
		return {
			...view,
			mine: own === undefined ? 'none' : own.aye ? 'yes' : 'no',
			isDecided: ayes >= needed || terms.length - nays < needed,
		}
	})
}

/** All that wait, newest first, as this authority sees them. */
export async function readApplications(connection: Connection, me: string): Promise<Application[]> {
	const all: Omit<Application, 'rivals' | 'holder'>[] = []
	let after: bigint | undefined
	do {
		const { answers, values, codecs } = await connection.readWith(
			(codecs) => [codecs.view('RegistryApi.applications', after, PAGE)],
			(codecs, [{ items }]) => voteKeys(codecs, items.map(verifies)),
		)
		const [page] = answers
		const views = page.items.map(({ votes }) => votes)
		const votes = votesSeenBy(me, views, codecs, values)
		all.push(...page.items.map((one, at) => ({ ...one, votes: votes[at] })))
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

/** How the votes on a provider's standing, and on its verification, are, as this authority sees them. */
export async function votesOn(
	connection: Connection,
	me: string,
	id: number,
	change: 'Suspend' | 'Reinstate',
): Promise<{ standing: Votes; unverify: Votes }> {
	const { answers, values, codecs } = await connection.readWith(
		(codecs) => [
			codecs.view('RegistryApi.standing_votes', id),
			codecs.view('RegistryApi.unverify_votes', id),
		],
		(codecs) =>
			voteKeys(codecs, [
				{ type: change, value: { id } },
				{ type: 'Unverify', value: { id } },
			]),
	)
	const [standing, unverify] = votesSeenBy(me, answers, codecs, values)
	return { standing, unverify }
}

/** Whether anybody voted. */
export const isOpenVote = ({ ayes, nays }: VotesView): boolean => ayes + nays > 0

/** Whether an authority's vote so is one: the chain refuses the same vote again, unless it settles the motion. */
export const mayVote = ({ mine, isDecided }: Votes, aye: boolean): boolean =>
	isDecided || mine !== (aye ? 'yes' : 'no')
