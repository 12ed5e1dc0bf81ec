import 'fake-indexeddb/auto'
import { openDB } from 'idb'
import { expect, test } from 'vitest'
import { Store } from '../src/keys/store'

test('an open page does not keep a newer release from its database', async () => {
	const store = await Store.open()
	expect(await store.members()).toEqual([])
	const newer = await openDB('salus', 2)
	expect(newer.version).toBe(2)
	await expect(store.members()).rejects.toThrow()
	newer.close()
})
