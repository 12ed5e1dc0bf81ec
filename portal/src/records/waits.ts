/** Which votes wait for an authority. */
import type { Connection } from '../chain/connection'
import { isOpenVote, openVotes, readApplications } from './applications'
import { openMotions } from './council'

/** How many votes this authority has not given, by the page where it can. */
export interface Waits {
	/** On those who applied, and on those who treat patients. */
	applications: number
	/** On motions. */
	council: number
}

export async function votesMissing(connection: Connection, me: string): Promise<Waits> {
	const applications = await readApplications(connection, me)
	const { open } = await openVotes(connection, me)
	const motions = await openMotions(connection)
	const votes = [
		...applications.map((one) => one.votes),
		...open.flatMap(({ standing, unverify }) => [standing, unverify]).filter(isOpenVote),
	]
	const voted = ({ ayes, nays }: { ayes: string[]; nays: string[] }) => [...ayes, ...nays]
	return {
		applications: votes.filter(({ mine }) => mine === 'none').length,
		council: motions.filter((motion) => !voted(motion).includes(me)).length,
	}
}
