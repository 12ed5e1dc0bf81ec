/** Those who applied as providers, and what the authorities should know of them. */
import type { Codecs } from '../chain/codecs'
import type { Connection } from '../chain/connection'
import type { Views } from '../chain/described'
import type { Bytes } from '../format'
import type { Activity } from './activity'
import { type Provider, providersAfter, providersOf } from './providers'
import type { VoteOn } from './work'

type View = Views['RegistryApi.applications']['answer']['items'][number]

/** How the votes on a motion are. */
export type VotesView = View['votes']

/** The same, as one of the authorities sees it. */
export interface Votes extends VotesView {
	/** What this authority voted. */
	mine: 'yes' | 'no' | 'none'
	/** The authorities that said so. */
	yes: string[]
	no: string[]
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
	return views.map((view, at): Votes => {
		const { ayes, nays, needed, ends } = view
		const value = values[at] ?? null
		// Votes that have ended are still there. Then the view has no end.
		const cast =
			value === null || ends === undefined
				? []
				: codecs.value('Registry.Motions', value).votes
		// A vote counts in the term in which it was given.
		const valid = cast.filter(({ authority, term }) =>
			terms.some(([one, now]) => one === authority && now === term),
		)
		const said = (aye: boolean) =>
			valid.flatMap((one) => (one.aye === aye ? one.authority : []))
		const [yes, no] = [said(true), said(false)]
		return {
			...view,
			mine: yes.includes(me) ? 'yes' : no.includes(me) ? 'no' : 'none',
			yes,
			no,
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

/** How an application ended that waits no more: its account is a provider, or not. */
export async function areAccepted(connection: Connection, accounts: string[]): Promise<boolean[]> {
	const accepted: boolean[] = []
	for (let at = 0; at < accounts.length; at += AT_ONCE) {
		const some = accounts.slice(at, at + AT_ONCE)
		const found = await connection.read((codecs) =>
			some.map((account) => codecs.view('RegistryApi.account', account)),
		)
		accepted.push(...found.map((one) => one.type === 'Member' && one.value.type === 'Provider'))
	}
	return accepted
}

/** What a vote changes of how a provider stands. */
export const changeOf = (standing: string): 'Suspend' | 'Reinstate' =>
	standing.endsWith('Suspended') ? 'Reinstate' : 'Suspend'

/** How the votes on a provider's standing, and on its verification, are, as an authority sees them. */
export interface VotesOnProvider {
	standing: Votes
	unverify: Votes
}

/** A provider, and these votes. */
export interface VotedOn extends VotesOnProvider {
	provider: Provider
}

/** The votes on each of these providers, as this authority sees them. */
export async function withVotes(
	connection: Connection,
	me: string,
	providers: Provider[],
): Promise<VotedOn[]> {
	const all: VotedOn[] = []
	// Two views for each.
	for (let at = 0; at < providers.length; at += AT_ONCE / 2) {
		const some = providers.slice(at, at + AT_ONCE / 2)
		const ids = some.map(({ grantee }) => Number(grantee.id))
		const { answers, values, codecs } = await connection.readWith<VotesView[]>(
			(codecs) =>
				ids.flatMap((id) => [
					codecs.view('RegistryApi.standing_votes', id),
					codecs.view('RegistryApi.unverify_votes', id),
				]),
			(codecs) =>
				voteKeys(
					codecs,
					some.flatMap(({ standing }, index): VoteOn[] => [
						{ type: changeOf(standing), value: { id: ids[index] } },
						{ type: 'Unverify', value: { id: ids[index] } },
					]),
				),
		)
		const votes = votesSeenBy(me, answers, codecs, values)
		for (const [index, provider] of some.entries())
			all.push({
				provider,
				standing: votes[2 * index],
				unverify: votes[2 * index + 1],
			})
	}
	return all
}

/** How many providers are looked at in a turn: of each two views, and a gateway counts those of an account. */
const AT_A_TURN = 64

/** What was found of open votes. */
export interface OpenVotes {
	/** The providers on whom a vote is open, of those who were looked at. */
	open: VotedOn[]
	/** How many were looked at, and whether those are all. */
	looked: number
	isWhole: boolean
}

/** Looks for open votes on the providers of a region: on some at a turn, and on those where one was open before. */
class Looking {
	/** The provider after whom the next turn begins. */
	#after: number | undefined
	#open = new Set<number>()
	#looked = 0
	#isWhole = false
	#last: Promise<unknown> = Promise.resolve()

	/** One turn after the other: the menu and a page may ask at once. */
	turn(connection: Connection, me: string): Promise<OpenVotes> {
		const next = this.#last.catch(() => {}).then(() => this.#look(connection, me))
		this.#last = next
		return next
	}

	async #look(connection: Connection, me: string): Promise<OpenVotes> {
		const { providers, next } = await providersAfter(connection, this.#after, AT_A_TURN)
		const these = new Set(providers.map(idOf))
		const others = [...this.#open].filter((id) => !these.has(id))
		const all = [...providers, ...(await providersOf(connection, others))]
		const open = (await withVotes(connection, me, all)).filter(
			({ standing, unverify }) => isOpenVote(standing) || isOpenVote(unverify),
		)
		this.#after = next
		this.#open = new Set(open.map(({ provider }) => idOf(provider)))
		this.#isWhole ||= next === undefined
		if (!this.#isWhole) this.#looked += providers.length
		open.sort((one, other) => idOf(one.provider) - idOf(other.provider))
		return { open, looked: this.#looked, isWhole: this.#isWhole }
	}
}

const idOf = ({ grantee }: Provider): number => Number(grantee.id)

/** One for each connection: so the menu and the page know the same. */
const looking = new WeakMap<Connection, Looking>()

/** The next turn of looking for open votes, as this authority sees them. */
export function openVotes(connection: Connection, me: string): Promise<OpenVotes> {
	const one = looking.get(connection) ?? new Looking()
	looking.set(connection, one)
	return one.turn(connection, me)
}

/** Whether anybody voted. */
export const isOpenVote = ({ ayes, nays }: VotesView): boolean => ayes + nays > 0

/** Whether an authority's vote so is one: the chain refuses the same vote again, unless it settles the motion. */
export const mayVote = ({ mine, isDecided }: Votes, aye: boolean): boolean =>
	isDecided || mine !== (aye ? 'yes' : 'no')
