/** What the authorities of a region decide together: motions, and who is an authority. */
import type { Codecs, ProposedCall, Voting } from '../chain/codecs'
import type { Connection } from '../chain/connection'
import type { Bytes } from '../format'
import type { Activity } from './activity'

/** An open motion. */
export interface CouncilMotion extends Voting {
	/** In hex after 0x. */
	hash: string
	call: ProposedCall
	/** The bytes of its call. */
	length: number
}

/** A request to a gateway has at most 16 keys, two for each motion. */
const AT_ONCE = 8

/** The open motions, the oldest first. */
export async function openMotions(connection: Connection): Promise<CouncilMotion[]> {
	const { codecs } = await connection.codecs()
	const [list] = await connection.stored((codecs) => [codecs.key('Council.Proposals')])
	const hashes = list === null ? [] : codecs.value('Council.Proposals', list)
	const motions: CouncilMotion[] = []
	for (let at = 0; at < hashes.length; at += AT_ONCE) {
		const some = hashes.slice(at, at + AT_ONCE)
		const values = await connection.stored((codecs) =>
			some.flatMap((hash) => [
				codecs.key('Council.Voting', hash),
				codecs.key('Council.ProposalOf', hash),
			]),
		)
		for (const [index, hash] of some.entries()) {
			const [votes, call] = values.slice(2 * index, 2 * index + 2)
			// Decided since the list was read.
			if (votes === null || call === null) continue
			const proposed = codecs.value('Council.ProposalOf', call)
			// What people read of a motion, and compare, comes from its calls.
			for (const one of allCalls(proposed)) codecs.expectKnown(one)
			motions.push({
				hash,
				...codecs.value('Council.Voting', votes),
				call: proposed,
				length: call.length,
			})
		}
	}
	return motions.sort((one, other) => one.index - other.index)
}

/** How many copies each document should have. */
export async function copiesWanted(connection: Connection): Promise<number> {
	const { codecs } = await connection.codecs()
	const [set] = await connection.stored((codecs) => [codecs.key('Governance.ReplicationTarget')])
	return set === null
		? codecs.otherwise('Governance.ReplicationTarget')
		: codecs.value('Governance.ReplicationTarget', set)
}

/** The calls in a batch. */
export function callsIn({ value }: ProposedCall): ProposedCall[] {
	const { calls = [] } = (value.value ?? {}) as { calls?: ProposedCall[] }
	return calls
}

/** A call, and all in it, also in batches of batches. */
const allCalls = (call: ProposedCall): ProposedCall[] => [call, ...callsIn(call).flatMap(allCalls)]

/** Whether a call removes an authority, itself or in batches. */
export const removes = (call: ProposedCall): boolean =>
	allCalls(call).some(
		({ type, value }) => type === 'Governance' && value.type === 'remove_authority',
	)

/** Whether a motion can be closed: so many of the authorities voted that no vote changes it. */
export function isDecided({ threshold, ayes, nays }: Voting, authorities: number): boolean {
	return ayes.length >= threshold || authorities - nays.length < threshold
}

/** How many authorities carry a motion: two thirds, rounded up. */
export const twoThirds = (authorities: number): number => Math.ceil((2 * authorities) / 3)

/** The council's part in the chain, beside the votes on providers. */
export async function voteOn(
	activity: Activity,
	{ hash, index }: CouncilMotion,
	approve: boolean,
): Promise<void> {
	const what = { kind: 'council', act: 'vote', motion: index, aye: approve } as const
	await activity.send(what, (codecs) => [
		codecs.call('Council.vote', { proposal: hash, index, approve }),
	])
}

/** Closes a decided motion. One that was carried takes effect then. */
export async function closeMotion(
	activity: Activity,
	{ hash, index, length }: CouncilMotion,
): Promise<void> {
	await activity.send({ kind: 'council', act: 'close', motion: index }, (codecs) => [
		codecs.call('Council.close', {
			proposal_hash: hash,
			index,
			proposal_weight_bound: codecs.motionWeight(),
			length_bound: length,
		}),
	])
}

/** Proposes a motion. That is no vote for it yet. */
export async function propose(
	activity: Activity,
	authorities: number,
	call: (codecs: Codecs) => Bytes,
): Promise<void> {
	await activity.send({ kind: 'council', act: 'propose' }, (codecs) => [
		codecs.propose(twoThirds(authorities), call(codecs)),
	])
}
