import { expect, test } from 'vitest'
import { Guarded, type ProverWorker } from '../src/chain/guarded'
import { type Channel, connect } from '../src/keys/rpc'
import { NotLoaded, loaded } from '../src/loaded'
import { wasm } from './light'
import { inThread } from './thread'

/** A worker whose file is gone. */
class Missing extends EventTarget {
	ended = false

	constructor() {
		super()
		setTimeout(() => this.dispatchEvent(new Event('error')))
	}

	postMessage() {}

	terminate() {
		this.ended = true
	}
}

test('calls of a worker that was not loaded end, those that wait and later ones', async () => {
	const remote = connect<{ add(one: number): number }>(new Missing() as Channel, {})
	const calls = [remote.add(1), remote.add(2)]
	for (const call of calls) await expect(call).rejects.toBeInstanceOf(NotLoaded)
	await expect(remote.add(3)).rejects.toBeInstanceOf(NotLoaded)
})

test('a call that needs another worker ends in the same way if that one was not loaded', async () => {
	const inner = connect<{ add(one: number): number }>(new Missing() as Channel, {})
	const outer = connect<{ sum(): number }>(inThread({ sum: () => inner.add(1) }) as Channel, {})
	await expect(outer.sum()).rejects.toBeInstanceOf(NotLoaded)
})

test('a verifier that was not loaded is not slow, and the next turn starts another one', async () => {
	let missing: Missing | null = null
	const spawn = () => {
		if (missing !== null) return inThread()
		missing = new Missing()
		return missing as ProverWorker
	}
	const guarded = new Guarded(spawn, wasm, 60_000)
	const has = () => guarded.turn((prover) => prover.has('code'))
	await expect(has()).rejects.toBeInstanceOf(NotLoaded)
	expect(missing).toMatchObject({ ended: true })
	expect(await has()).toBe(false)
	guarded.end()
})

test('a part that is gone says so', async () => {
	expect(await loaded(Promise.resolve(1))).toBe(1)
	const gone = import(/* @vite-ignore */ `./${'gone'}.js`)
	await expect(loaded(gone)).rejects.toBeInstanceOf(NotLoaded)
})
