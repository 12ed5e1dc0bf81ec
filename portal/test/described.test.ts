import { describe, expect, test } from 'vitest'
import type { Codecs } from '../src/chain/codecs'
import { CALLS, CONSTANTS, STORED, VIEWS } from '../src/chain/described'
import { NotProven } from '../src/chain/refusal'
import { type Bytes, hex, random, unhex } from '../src/format'
import { describeChain } from './describe'
import { Changed, consortium, regional } from './metadata'

test('what the portal uses has the types of client/metadata', async () => {
	const text = await describeChain(regional, consortium)
	await expect(text).toMatchFileSnapshot('../src/chain/described.ts')
})

describe('a page must be loaded again where the chain has another type', () => {
	const account = '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY'
	const about = {
		nonce: 0,
		genesis: random(32),
		birth: { number: 1, hash: random(32) },
		period: 64,
	}
	const split = (table: object) => Object.keys(table).map((name) => name.split('.'))
	const inRegion = new Changed(regional)
	const inConsortium = new Changed(consortium)
	const before = [inRegion, inConsortium].map((chain) => chain.codecs())

	/** Whether a page must be loaded again to do this. */
	function isOutdated(use: () => unknown): boolean {
		try {
			use()
			return false
		} catch (error) {
			// Here arguments are missing.
			return error instanceof NotProven && error.why === 'page'
		}
	}

	/** What must be loaded again of all that the portal uses. */
	function outdated([region, other]: Codecs[]): string[] {
		const any = region as any
		const uses: [string, () => unknown][] = [
			...Object.keys(VIEWS).map((name): [string, () => unknown] => {
				const has = inRegion.has(name.split('.')[0])
				return [name, () => (has ? any : (other as any)).view(name)]
			}),
			...split(CALLS).map(([pallet, call]): [string, () => unknown] => {
				const name = `${pallet}.${call}`
				const has = inRegion.hasPallet(pallet)
				return [name, () => (has ? any : (other as any)).call(name)]
			}),
			...Object.keys(STORED).map((name): [string, () => unknown] => [
				name,
				() => any.key(name),
			]),
			['Council.MaxProposalWeight', () => region.motionWeight()],
			['System.Version', () => region.extensions(about)],
		]
		return uses.filter(([, use]) => isOutdated(use)).map(([name]) => name)
	}

	const calls = (codecs: Codecs): Bytes[] => [
		codecs.call('Registry.invite', { account }),
		codecs.call('Registry.retire', undefined),
	]

	test('a batch and a motion are for any call, with its own bytes', () => {
		const [codecs] = before
		const [invite, retire] = calls(codecs).map(hex)
		expect(hex(codecs.batch(calls(codecs)))).toMatch(new RegExp(`^....08${invite}${retire}$`))
		const length = hex(new Uint8Array([(invite.length / 2) << 2]))
		const motion = codecs.propose(2, unhex(invite))
		expect(hex(motion)).toMatch(new RegExp(`^....08${invite}${length}$`))
		expect(codecs.value('Council.ProposalOf', unhex(invite)).value.type).toBe('invite')
	})

	test('it says so of all that it uses, and not for a call that is new', () => {
		expect(outdated(before)).toEqual([])
		inRegion.anotherCall('Registry')
		expect(outdated([inRegion.codecs(), before[1]])).toEqual([])
		for (const [api, method] of split(VIEWS)) {
			const chain = inRegion.has(api) ? inRegion : inConsortium
			chain.view(api, method)
		}
		for (const [pallet, call] of split(CALLS)) {
			const chain = inRegion.hasPallet(pallet) ? inRegion : inConsortium
			chain.call(pallet, call)
		}
		for (const [pallet, entry] of split(STORED)) inRegion.stored(pallet, entry)
		for (const [pallet, constant] of split(CONSTANTS)) inRegion.constant(pallet, constant)
		const after = [inRegion, inConsortium].map((chain) => chain.codecs())
		const all = [VIEWS, CALLS, STORED, CONSTANTS].flatMap((table) => Object.keys(table))
		expect(outdated(after)).toEqual(all)
		const chain = new Changed(regional)
		chain.call('Utility', 'batch_all')
		chain.call('Council', 'propose')
		const codecs = chain.codecs()
		const [invite] = calls(codecs)
		expect(isOutdated(() => codecs.batch([invite, invite]))).toBe(true)
		expect(isOutdated(() => codecs.propose(2, invite))).toBe(true)
		expect(isOutdated(() => after[0].value('Council.Voting', invite))).toBe(true)
	})
})
