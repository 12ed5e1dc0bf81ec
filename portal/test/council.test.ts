/** What the page of motions says about a motion. */
import { expect, test } from 'vitest'
import { fingerprint } from '../src/format'
import { additions } from '../src/records/council'

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
