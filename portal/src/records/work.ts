/** What providers and authorities send, and how the chain shows that it took effect. */
import type { Connection } from '../chain/connection'
import type { Calls } from '../chain/described'
import type { Grantee } from './grants'
import type { Me } from './record'

export type VoteOn = Calls['Registry.vote']['motion']

export type Work =
	| { kind: 'invite'; account: string }
	| { kind: 'withdraw' }
	| { kind: 'enlist' }
	| { kind: 'retire' }
	| { kind: 'key'; version: number }
	| { kind: 'forward'; record: string; grantee: Grantee & { kind: 'remote' } }
	| { kind: 'vote'; on: VoteOn['type']; who: string; aye: boolean }
	| {
			kind: 'council'
			act: 'propose' | 'vote' | 'close'
			/** Of older pages there is none. */
			motion?: number
			aye?: boolean
	  }

/** Whether the proven chain shows it. `null`: the chain does not tell, as of a vote among others. */
export async function isDone(
	connection: Connection,
	me: Me | null,
	account: string,
	what: Work,
): Promise<boolean | null> {
	switch (what.kind) {
		case 'invite': {
			const [status] = await connection.read((codecs) => [
				codecs.view('RegistryApi.account', what.account),
			])
			return status.type !== 'Uninvited'
		}
		case 'withdraw': {
			const [left] = await connection.read((codecs) => [
				codecs.view('RegistryApi.application', account),
			])
			return left === undefined
		}
		case 'enlist': {
			const [entry] = await connection.read((codecs) => [
				codecs.view('InterregionalApi.enlistment', Number(me)),
			])
			return entry !== undefined && entry.state.type !== 'Refused'
		}
		case 'retire':
			return (await standingOf(connection, Number(me)))?.startsWith('Retired') ?? false
		case 'key': {
			if (me === null) return null
			const [key] = await connection.read((codecs) => [
				codecs.view(
					'RegistryApi.encryption_key',
					typeof me === 'string'
						? { type: 'Patient', value: me }
						: { type: 'Provider', value: me },
					what.version,
				),
			])
			return key !== undefined
		}
		case 'forward':
		case 'vote':
		case 'council':
			return null
	}
}

async function standingOf(connection: Connection, id: number): Promise<string | undefined> {
	const [found] = await connection.read((codecs) => [codecs.view('RegistryApi.provider', id)])
	return found?.standing.type
}
