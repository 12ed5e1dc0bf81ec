/** What the page of motions says about a motion. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { Codecs } from '../src/chain/codecs'
import type { Calls } from '../src/chain/described'
import type { Chain, NetworkFile } from '../src/chain/file'
import { accountText, fingerprint, random } from '../src/format'
import { removes } from '../src/records/council'
import { authorityText, hostsOf, shortAccount, valuesOf, votersText } from '../src/ui/authorities'
import { type InWords, type MotionCall, inWords } from '../src/ui/motions'
import { consortium, regional } from './metadata'

const call = (type: string, name: string, value: unknown) => ({
	type,
	value: { type: name, value },
})

const [me, one, other] = [1, 2, 3].map(() => accountText(random(32)))
const keys = [1, 2].map((place) => new Uint8Array([place, 0, 255]))
const hash = `0x${'0123'.repeat(16)}`
const proof = { proof: new Uint8Array(64), signature: `0x${'00'.repeat(64)}` }
const add = (account: string, keys: Uint8Array) => ({ account, keys, ...proof })
const removal = call('Governance', 'remove_authority', { account: one })
const addition = call('Governance', 'add_authority', add(other, keys[1]))

/** What each call may carry, and what its words then have. */
const CARRIED: { [Name in MotionCall]: [given: Calls[Name], ...says: string[]][] } = {
	'Governance.add_authority': [
		[add(one, keys[0]), shortAccount(one), one, await fingerprint(keys[0])],
	],
	'Governance.remove_authority': [
		[{ account: one }, shortAccount(one), one],
		[{ account: me }, 'Remove you from'],
	],
	'Governance.announce_upgrade': [[{ code_hash: hash }, hash]],
	'Governance.cancel_upgrade': [[undefined, 'Take the new rules back']],
	'Governance.set_parameter': [
		[{ parameter: { type: 'ReplicationTarget', value: 1 } }, 'one copy of'],
		[{ parameter: { type: 'ReplicationTarget', value: 5 } }, '5 copies of'],
		[{ parameter: { type: 'NoticePeriod', value: 172_800_000n } }, 'at least 2 days'],
		[{ parameter: { type: 'NoticePeriod', value: 90_000_000n } }, '25 hours'],
		[{ parameter: { type: 'NoticePeriod', value: 60_000n } }, 'one minute'],
		[{ parameter: { type: 'NoticePeriod', value: 61_000n } }, '61 seconds'],
		[
			{ parameter: { type: 'NoticePeriod', value: 2n ** 64n - 1n } },
			'18,446,744,073,709,551,615 thousandths of a second',
		],
	],
	'Governance.open_channel': [
		[
			{ recipient: 1999, max_capacity: 64, max_message_size: 16_384 },
			...['from here to the common list', '64 messages', '16,384 bytes'],
		],
	],
	'Governance.accept_channel': [
		[{ sender: 2002 }, 'from region 2002 to here'],
		[{ sender: 2003 }, 'from part 2003 of the network'],
	],
	'Governance.close_channel': [
		[{ sender: 1999, recipient: 2000 }, 'from the common list to this part of the network'],
	],
	'Consortium.admit_region': [[{ region: 2002, genesis_hash: hash }, 'region 2002', hash]],
	'Consortium.expel_region': [[{ region: 2002 }, 'region 2002']],
	'Consortium.set_network_file': [
		[{ file: { serial: 1234, file_hash: hash } }, 'file 1,234', '0123 0123 0123'],
	],
	'Utility.batch': [[{ calls: [removal, addition] }, one, other, 'those after it']],
	'Utility.batch_all': [[{ calls: [removal, addition] }, one, other, 'none of them']],
	'Utility.force_batch': [
		[
			{ calls: [addition, call('Utility', 'batch', { calls: [removal] })] },
			...['the others', 'those after it', one, await fingerprint(keys[1])],
		],
	],
}

const chain = { para: 2000, kind: 'region', endpoints: [] } as unknown as Chain
const others = [
	{ para: 1999, kind: 'consortium' },
	{ para: 2002, kind: 'region' },
]
const network = { chains: [chain, ...others] } as NetworkFile
const reader = { network, chain, account: me }

/** All that is said about a call. */
const allOf = ({ what, then, codes, calls }: InWords): string[] => [
	what,
	then ?? '',
	...codes.flatMap(({ label, text }) => [label, text]),
	...calls.flatMap(allOf),
]

test('each call that a motion can make is told in words, with what it carries', async () => {
	const table = readFileSync(new URL('../../docs/calls.md', import.meta.url), 'utf8')
	const rows = [...table.matchAll(/^\| `(\w+\.\w+)` \| (.*) \|$/gm)]
	const ofMotions = rows.filter(([, , sender]) => /^a motion|each call in it/.test(sender))
	expect(ofMotions.map(([, name]) => name).toSorted()).toEqual(Object.keys(CARRIED).toSorted())
	const chains = [regional, consortium].map((encoded) => new Codecs(encoded))
	for (const [name, all] of Object.entries(CARRIED)) {
		const [pallet, method] = name.split('.')
		for (const [given, ...says] of all) {
			// A chain knows such a call.
			const codecs = chains[pallet === 'Consortium' ? 1 : 0] as any
			expect(codecs.call(name, given).length).toBeGreaterThan(1)
			const words = await inWords(call(pallet, method, given), reader)
			expect(words.then, name).toMatch(/\.$/)
			const text = allOf(words).join('\n')
			for (const part of says) expect(text, name).toContain(part)
			expect(text, name).not.toMatch(/[a-z]_[a-z]|\[object|undefined|\{/)
		}
	}
	const remark = await inWords(call('System', 'remark', { remark: hash }), reader)
	expect(remark).toEqual({ what: 'System.remark', then: null, codes: [], calls: [] })
})

test('a motion that removes an authority is known, also in batches', () => {
	const batch = (...calls: unknown[]) => call('Utility', 'batch', { calls })
	expect(removes(removal)).toBe(true)
	expect(removes(batch(addition, batch(removal)))).toBe(true)
	expect(removes(batch(addition, call('System', 'remark', undefined)))).toBe(false)
})

test('authorities are told apart by short accounts and by what they run', () => {
	const [me, one, other] = ['M', 'N', 'O'].map((letter) => `5${letter.repeat(47)}`)
	const endpoint = (authority: string, url: string) => ({
		kind: 'gateway' as const,
		url,
		authority,
	})
	const chain = {
		endpoints: [
			endpoint(one, 'https://one.example'),
			endpoint(one, 'wss://one.example/node'),
			endpoint(one, 'https://two.example:8443'),
			endpoint(me, 'https://mine.example'),
		],
	} as Chain
	expect(shortAccount(one)).toBe('5NNNNN…NNNN')
	expect(hostsOf(chain, one)).toEqual(['one.example', 'two.example:8443'])
	expect(authorityText(chain, one, me)).toBe('5NNNNN…NNNN (runs one.example)')
	expect(authorityText(chain, other, me)).toBe('5OOOOO…OOOO')
	expect(votersText(chain, { yes: [me, other], no: [] }, me)).toEqual(['Yes: you, 5OOOOO…OOOO'])
	expect(votersText(chain, { yes: [], no: [me] }, me)).toEqual(['No: you'])
})

test('all values of a motion are shown, each with its name', () => {
	expect(valuesOf(undefined)).toEqual([])
	const parameter = { type: 'ReplicationTarget', value: 5 }
	expect(valuesOf({ parameter })).toEqual([
		{ name: 'parameter', text: 'ReplicationTarget' },
		{ name: 'parameter · ReplicationTarget', text: '5' },
	])
	const value = { calls: [call('Governance', 'remove_authority', { account: '51' })] }
	expect(valuesOf(value).at(-1)).toEqual({
		name: 'calls · 1 · Governance · remove_authority · account',
		text: '51',
	})
	expect(valuesOf({ code_hash: new Uint8Array([1, 255]), size: 7n })).toEqual([
		{ name: 'code hash', text: '0x01ff' },
		{ name: 'size', text: '7' },
	])
})
