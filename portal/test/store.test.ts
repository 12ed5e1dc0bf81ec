import 'fake-indexeddb/auto'
import { IDBFactory } from 'fake-indexeddb'
import { openDB } from 'idb'
import { expect, test } from 'vitest'
import { Store } from '../src/keys/store'
import { problem } from '../src/ui/problem'

test('an open page does not keep a newer release from its database', async () => {
	const store = await Store.open()
	expect(await store.members()).toEqual([])
	const newer = await openDB('salus', 2)
	expect(newer.version).toBe(2)
	const error = await store.members().catch((error: unknown) => error)
	expect(problem(error)).toContain('Load this page again.')
	newer.close()
})

test('code is kept as long as a chain has it, whatever else is offered', async () => {
	globalThis.indexedDB = new IDBFactory()
	const store = await Store.open()
	const bytes = (number: number) => new Uint8Array([number])
	const seen = (chain: number, code: string) =>
		store.keepSeen('clinics', null, chain, { head: { number: 1, hash: bytes(0) }, code })
	const kept = async () => (await store.codes('clinics')).map(([hash]) => hash).toSorted()
	await store.putNetwork('clinics', bytes(0))
	// The portal's server offers it before it is proven.
	await store.putCode('region', bytes(1))
	expect(await kept()).toEqual([])
	await seen(2000, 'region')
	await store.putMetadata('region', bytes(2))
	await seen(1000, 'consortium')
	await store.putCode('consortium', bytes(3))
	await store.putMetadata('consortium', bytes(4))
	for (const older of ['older', 'oldest']) await store.putCode(older, bytes(5))
	expect(await kept()).toEqual(['consortium', 'region'])
	expect(await store.metadata('region')).toEqual(bytes(2))
	expect(await store.metadata('consortium')).toEqual(bytes(4))
	expect(await store.code('older')).toBeUndefined()
	// After an upgrade.
	await seen(2000, 'newer')
	await store.putCode('newer', bytes(6))
	expect(await kept()).toEqual(['consortium', 'newer'])
	expect(await store.code('region')).toBeUndefined()
	expect(await store.metadata('region')).toBeUndefined()
})
