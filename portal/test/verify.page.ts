/** Views in the browser's engine, in the portal's own worker. No part of the portal. */
import light from '../light/light.wasm?url'
import { Guarded } from '../src/chain/guarded'
import { NotProven } from '../src/chain/refusal'
import { type Bytes, concat, hex, same, utf8 } from '../src/format'
import { Light } from '../src/chain/light'
import { startProver } from '../src/workers'
import { blake2_256, headerOf, trie } from './trie'
import { CODE, runtime } from './wasm'

const module = await WebAssembly.compile(await (await fetch(light)).arrayBuffer())
const guarded = new Guarded(startProver, async () => module)
const genesis = new Uint8Array(32).fill(3)
const rules = { para: 1, genesis, slotDuration: 6000, relaySlotDuration: null }

/** Runs a view over a state with its code. */
async function run(code: Bytes): Promise<string> {
	const desk = await Light.load(module)
	const number = new Uint8Array(4)
	const [system, map] = ['System', 'BlockHash'].map((name) => desk.hash('twox_128', utf8(name)))
	const first = concat(system, map, desk.hash('twox_64', number), number)
	const { root, nodes } = trie([
		[utf8(':code'), code],
		[first, genesis],
	])
	const proof = { header: headerOf(5, root), nodes, relay: null }
	const name = hex(blake2_256(code))
	try {
		return await guarded.turn(async (prover) => {
			await prover.check(rules, { checkpoint: null, head: null }, proof, Date.now())
			if (!(await prover.has(name))) await prover.load(code, name)
			const [answer] = await prover.run(name, [{ name: 'view', given: utf8('abc') }])
			return same(answer, utf8('abc')) ? 'echo' : 'another answer'
		})
	} catch (error) {
		return error instanceof NotProven ? error.why : String(error)
	}
}

const echo = runtime(CODE.packed)
const endless = runtime([...CODE.forever([]), ...CODE.number64(0)])
for (const code of [echo, endless, echo]) {
	const since = performance.now()
	const line = document.createElement('li')
	line.textContent = await run(code)
	line.title = String(performance.now() - since)
	document.querySelector('ol')?.append(line)
}
document.title = 'done'
