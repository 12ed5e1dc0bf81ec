/** What the page of motions says about a motion. */
import { expect, test } from 'vitest'
import { fingerprint } from '../src/format'
import type { Chain } from '../src/chain/file'
import { additions, removals } from '../src/records/council'
import { authorityText, hostsOf, shortAccount, valuesOf, votersText } from '../src/ui/authorities'

const keys = (place: number) => new Uint8Array([place, 0, 255])
const call = (type: string, name: string, value: unknown) => ({
	type,
	value: { type: name, value },
})
const add = (place: number) =>
	call('Governance', 'add_authority', { account: `5${place}`, keys: keys(place), proof: keys(9) })
const batch = (name: string, calls: unknown) => call('Utility', name, { calls })

test('every authority that a motion adds is shown, also in batches', async () => {
	const added = async (place: number) => ({
		account: `5${place}`,
		fingerprint: await fingerprint(keys(place)),
	})
	expect(await additions(add(1))).toEqual([await added(1)])
	const nested = batch('force_batch', [add(2), batch('batch_all', [add(3)])])
	const all = batch('batch', [call('System', 'remark', undefined), nested, add(4)])
	expect(await additions(all)).toEqual(await Promise.all([2, 3, 4].map(added)))
	expect(await additions(call('Governance', 'remove_authority', { account: '51' }))).toEqual([])
})

test('every authority that a motion removes is shown, also in batches', () => {
	const remove = (account: string) => call('Governance', 'remove_authority', { account })
	expect(removals(remove('51'))).toEqual(['51'])
	const nested = batch('force_batch', [remove('52'), batch('batch_all', [remove('53')])])
	expect(removals(batch('batch', [add(1), nested]))).toEqual(['52', '53'])
	expect(removals(call('System', 'remark', undefined))).toEqual([])
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
