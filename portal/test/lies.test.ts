/** What a person sees if the answers of a real network, as they were recorded, are old or altered. */
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, test } from 'vitest'
import { type Bytes, hex, unhex } from '../src/format'
import { look } from './browser'
import { TOLD, isTold, tells } from './lies'
import { come, openKey } from './person'
import { folder, forgiveNetwork, heading, page, says, vectorFile } from './portal'
import { recorded, steps } from './recorded'
import { TestGateway, chainOf } from './region'
import { Site } from './site'
import { CODE, runtime } from './wasm'

const MINUTE = 60_000
let site: Site
let gateway: TestGateway
let link: string

beforeAll(async () => {
	gateway = await TestGateway.start([], {}, runtime(CODE.packed))
	gateway.genesis = unhex(recorded.region_genesis)
	const chain = {
		...chainOf(gateway),
		para: recorded.region,
		genesis: `0x${recorded.region_genesis}`,
		development: false,
	}
	// A checkpoint begins with its version and the hash of the relay chain's first block.
	const checkpoint: string = recorded.checkpoint
	const relay = {
		genesis: `0x${checkpoint.slice(2, 66)}`,
		slot_duration: 6000,
		checkpoint: `0x${checkpoint}`,
	}
	site = await Site.open(join(folder, 'recorded'))
	link = (await site.network(chain, { relay })).link
})
afterEach(forgiveNetwork)
afterAll(() => {
	site?.close()
	gateway?.stop()
})

const digits = (all: Bytes[]) => all.map((bytes) => `0x${hex(bytes)}`)
const nodes = (texts: string[]) => texts.map((text) => `0x${text}`)

/** A gateway's answer with these steps, and these nodes of the relay chain's state. */
const answer = (relaySteps: Bytes[], head: string[]) => ({
	header: '0x00',
	answers: [],
	code: `0x${'00'.repeat(32)}`,
	proof: nodes(recorded.state_proof),
	relay: { steps: digits(relaySteps), head: nodes(head) },
})

test('a person sees why nothing is shown: a clock, an old answer, an altered one', async () => {
	const { head_proof, recorded_at } = recorded
	// The clock only goes back, or the idle lock would come.
	await page.clock.setFixedTime(recorded_at + 91 * 24 * 60 * MINUTE)
	gateway.lies = { says: answer(steps, head_proof) }
	await come(page, link)
	await openKey(page, vectorFile(), 'Ada')
	await heading('Start')
	await says('We cannot reach the network now')
	await isTold(page, TOLD.away)
	await look(page, 'lies', true)

	await page.clock.setFixedTime(recorded_at + 6 * MINUTE)
	await tells(page, TOLD.old)
	await page.clock.setFixedTime(recorded_at)
	// All of it is right. The recording has no views.
	await tells(page, TOLD.leftOut)

	const [first, ...later] = steps
	const altered = first.slice()
	altered[altered.length - 1] ^= 1
	for (const wrong of [[altered, ...later], later]) {
		gateway.lies = { says: answer(wrong, head_proof) }
		await tells(page, TOLD.untrue)
		gateway.lies = { says: answer(steps, head_proof) }
		await tells(page, TOLD.leftOut)
	}
	gateway.lies = { says: answer(steps, head_proof.slice(1)) }
	await tells(page, TOLD.leftOut)
	gateway.lies = { says: { ...answer([], []), relay: undefined } }
	await tells(page, TOLD.untrue)
	gateway.lies = { says: answer(steps, head_proof) }
	await page.clock.setFixedTime(recorded_at - 3 * MINUTE)
	await tells(page, TOLD.clock)
})
