import { beforeAll, describe, expect, test } from 'vitest'
import { NotProven, type Why } from '../src/chain/refusal'
import { type Clock, Light } from '../src/chain/light'
import { Prover, type Rules } from '../src/chain/prover'
import { Runtime } from '../src/chain/runtime'
import { type Bytes, concat, hex, same, unhex, utf8 } from '../src/format'
import { scaleBytes, scaleOption } from '../src/format/scale'
import { recorded, steps } from './recorded'
import { blake2_256, headerOf, trie } from './trie'
import { CODE, runtime } from './wasm'
import { wasm } from './light'

const all = (texts: string[]): Bytes[] => texts.map(unhex)
const checkpoint = unhex(recorded.checkpoint)
const genesis = unhex(recorded.region_genesis)
const now: number = recorded.recorded_at
const relay: Clock = { now, slotDuration: 6000 }
const rules: Rules = { para: 2001, genesis, slotDuration: 6000, relaySlotDuration: 6000 }

let light: Light
beforeAll(async () => {
	light = await Light.load(await wasm())
})

async function notProven(why: Why | Why[], run: () => unknown): Promise<void> {
	const error = await Promise.resolve()
		.then(run)
		.then(
			() => null,
			(error: unknown) => error,
		)
	expect(error).toBeInstanceOf(NotProven)
	expect([why].flat(), (error as NotProven).message).toContain((error as NotProven).why)
}

const head = (nodes = all(recorded.head_proof), from = light.follow(checkpoint, steps, relay)) =>
	light.head(from.checkpoint, nodes, 2001, relay, relay, null)

describe('a real network', () => {
	test('is followed from its checkpoint to the head of a region, and its state is read', () => {
		const point = light.follow(checkpoint, steps, relay)
		const first = light.newer(checkpoint, null)
		expect(point.number).toBeGreaterThan(first.number)
		expect(point.setId).toBeGreaterThan(first.setId)
		expect(light.newer(checkpoint, point.checkpoint)).toEqual(point)
		const { header, known, age } = head()
		expect(hex(known.hash)).toBe(hex(blake2_256(header)))
		expect(age).toBeGreaterThanOrEqual(0)
		expect(age).toBeLessThan(60_000)
	})

	test('is not believed with another bit in any byte of a step', async () => {
		const [step] = steps
		for (let at = 0; at < step.length; at += 7) {
			const other = step.slice()
			other[at] ^= 1
			await notProven(['false', 'clock'], () => light.follow(checkpoint, [other], relay))
		}
	})

	test('is not believed if a step is left out', async () => {
		await notProven('false', () => light.follow(checkpoint, steps.slice(1), relay))
	})

	test('is not believed if its head is another one, or not shown', async () => {
		for (const at of recorded.head_proof.keys()) {
			const without = all(recorded.head_proof).filter((_, index) => index !== at)
			await notProven('not-shown', () => head(without))
		}
	})

	test('is old after five minutes, and wrong a minute before', async () => {
		const at = (now: number) => () => {
			const clock = { now, slotDuration: 6000 }
			const point = light.follow(checkpoint, steps, relay)
			light.head(point.checkpoint, all(recorded.head_proof), 2001, clock, clock, null)
		}
		await notProven('old', at(now + 6 * 60_000))
		await notProven('clock', at(now - 5 * 60_000))
		const late = { now: now + 91 * 24 * 3_600_000, slotDuration: 6000 }
		await notProven('outdated', () => light.follow(checkpoint, steps, late))
	})

	test('does not go back', async () => {
		const { known } = head()
		const point = light.follow(checkpoint, steps, relay)
		const after = (number: number, hash: Bytes) => () =>
			light.head(point.checkpoint, all(recorded.head_proof), 2001, relay, relay, {
				number,
				hash,
			})
		after(known.number, known.hash)()
		await notProven('false', after(known.number + 1, known.hash))
		await notProven('false', after(known.number, new Uint8Array(32)))
	})

	test('does not show the runtime of a state whose proof leaves it out', async () => {
		const { header } = head()
		await notProven('not-shown', () => light.open(header, all(recorded.state_proof), genesis))
		const other = new Uint8Array(32)
		await notProven('false', () => light.open(header, all(recorded.state_proof), other))
	})
})

const twox128 = (name: string) => light.hash('twox_128', utf8(name))
const blockHash = (number: number) => {
	const key = new Uint8Array([number, 0, 0, 0])
	return concat(twox128('System'), twox128('BlockHash'), light.hash('twox_64', key), key)
}

/** A state with this code and more entries. */
function stateWith(code: Bytes, more: [Uint8Array, Uint8Array][] = []) {
	const { root, nodes } = trie([[utf8(':code'), code], [blockHash(0), genesis], ...more])
	const header = headerOf(5, root)
	return { header, nodes: nodes.filter((node) => !same(node, code)), code: hex(blake2_256(code)) }
}

const key = utf8('key')
const value = utf8('value')

describe('a view', () => {
	const run = async (code: number[], given: Bytes = key) => {
		const made = runtime(code)
		const { header, nodes } = stateWith(made, [[key, value]])
		light.open(header, nodes, genesis)
		return (await Runtime.compile(made, light)).call('view', given)
	}

	test('answers from its arguments and from what the proof shows', async () => {
		expect(await run(CODE.packed)).toEqual(key)
		const long = new Uint8Array(5_000_000).fill(7)
		expect(same(await run(CODE.packed, long), long)).toBe(true)
		const get = [...CODE.packed, ...CODE.call('storage_get')]
		expect(await run(get)).toEqual(scaleOption(scaleBytes(value)))
		expect(await run(get, utf8('kez'))).toEqual(scaleOption(null))
		const next = [...CODE.packed, ...CODE.call('storage_next_key')]
		expect(await run(next, utf8('k'))).toEqual(scaleOption(scaleBytes(key)))
	})

	test('hashes', async () => {
		const hash = [
			...[...CODE.packed, ...CODE.call('hashing_blake2_256'), 0xad],
			...[...CODE.number64(32), ...CODE.number64(32), 0x86, 0x84],
		]
		expect(await run(hash)).toEqual(blake2_256(key))
	})

	test('ends at what the proof does not show', async () => {
		const made = runtime([...CODE.packed, ...CODE.call('storage_get')])
		const { header, nodes } = stateWith(made, [[utf8('key and more'), new Uint8Array(40)]])
		const compiled = await Runtime.compile(made, light)
		for (let at = 0; at < nodes.length; at++) {
			const fewer = nodes.filter((_, index) => index !== at)
			const ask = () => {
				light.open(header, fewer, genesis)
				compiled.call('view', utf8('key and more'))
			}
			await notProven('not-shown', ask)
		}
	})

	test('ends at a function that no view needs', async () => {
		const set = [
			...CODE.packed,
			...CODE.packed,
			...CODE.call('storage_set'),
			...CODE.number64(0),
		]
		await notProven('failed', () => run(set))
	})

	test('gets 128 MiB of memory and no more, and cannot leave it', async () => {
		const malloc = CODE.call('allocator_malloc')
		const more = CODE.forever([...CODE.number32(1 << 24), ...malloc, ...CODE.drop])
		await notProven('failed', () => run([...more, ...CODE.number64(0)]))
		for (const size of [(32 << 20) + 1, -1]) {
			const once = [...CODE.number32(size), ...malloc, ...CODE.drop, ...CODE.number64(0)]
			await notProven('failed', () => run(once))
		}
		await notProven('failed', () => run(CODE.number64(-1)))
		await notProven('failed', () => run([...CODE.number64(-1), ...CODE.call('storage_get')]))
		await notProven('failed', () => run(CODE.unreachable))
		const free = [...CODE.number32(2048), ...CODE.call('allocator_free'), ...CODE.number64(0)]
		await notProven('failed', () => run(free))
	})

	test('is not there: the page is older than the chain', async () => {
		const made = runtime(CODE.packed)
		const compiled = await Runtime.compile(made, light)
		await notProven('page', () => compiled.call('EmrApi_other', key))
	})

	test('does not run from code that is none, or too large', async () => {
		const magic = unhex('52bc537646db8e05')
		for (const code of [new Uint8Array(), utf8('no Wasm'), concat(magic, new Uint8Array(9))]) {
			await notProven('failed', () => Runtime.compile(code, light))
		}
	})
})

describe('the prover', () => {
	const made = runtime([...CODE.packed, ...CODE.call('storage_get')])
	const development: Rules = { ...rules, relaySlotDuration: null }
	const seen = { checkpoint: null, head: null }
	const prover = new Prover()
	beforeAll(async () => prover.start(await wasm()))

	test('runs calls over a state with the code that the state names', async () => {
		const { header, nodes, code } = stateWith(made, [[key, value]])
		const { state } = prover.check(development, seen, { header, nodes, relay: null }, now)
		expect(state?.code).toBe(code)
		expect(state?.head.number).toBe(5)
		await notProven('false', () => prover.load(runtime(CODE.packed), code))
		await prover.load(made, code)
		const call = { name: 'view', given: key }
		expect(prover.run(code, [call])).toEqual([scaleOption(scaleBytes(value))])
	})

	test('wants a proof of the head where the chain has a relay chain', async () => {
		const { header, nodes } = stateWith(made)
		const proof = { header, nodes, relay: null }
		await notProven('false', () => prover.check(rules, { ...seen, checkpoint }, proof, now))
	})

	test('asks again where there are more steps', () => {
		const proof = {
			header: new Uint8Array(),
			nodes: [],
			relay: { steps: [steps[0]], head: null },
		}
		const { point, state } = prover.check(rules, { ...seen, checkpoint }, proof, now)
		expect(state).toBeNull()
		expect(point?.number).toBeGreaterThan(light.newer(checkpoint, null).number)
	})

	test("takes the proven head, not the gateway's", async () => {
		const { header, nodes } = stateWith(made)
		const proof = { header, nodes, relay: { steps, head: all(recorded.head_proof) } }
		await notProven('not-shown', () => prover.check(rules, { ...seen, checkpoint }, proof, now))
	})
})
