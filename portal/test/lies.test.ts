/** What a person sees if the answers of a real network, as they were recorded, are old or altered. */
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Bytes, hex, unhex } from '../src/format'
import { look } from './browser'
import { come, openKey } from './person'
import { button, folder, forgiveNetwork, heading, page, says, vectorFile } from './portal'
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
	await heading('My records')
	await says('We cannot reach your records now')
	await says('This device was away for too long. Get the network’s newest file from your clinic.')
	await look(page, 'lies', true)

	const told = page.locator('.rows .error')
	const tells = async (text: string) => {
		await button('Try again now').click()
		await expect.poll(() => told.allTextContents(), { timeout: 20_000 }).toEqual([text])
	}
	await page.clock.setFixedTime(recorded_at + 6 * MINUTE)
	await tells('Its answer was too old. It may hide something newer. We did not use it.')
	await page.clock.setFixedTime(recorded_at)
	// All of it is right. The recording has no views.
	const leftOut = 'It left out a part of its answer. We did not use it.'
	await tells(leftOut)

	const [first, ...later] = steps
	const altered = first.slice()
	altered[altered.length - 1] ^= 1
	const untrue = 'Its answer was false. We did not use it.'
	for (const wrong of [[altered, ...later], later]) {
		gateway.lies = { says: answer(wrong, head_proof) }
		await tells(untrue)
		gateway.lies = { says: answer(steps, head_proof) }
		await tells(leftOut)
	}
	gateway.lies = { says: answer(steps, head_proof.slice(1)) }
	await tells(leftOut)
	gateway.lies = { says: { ...answer([], []), relay: undefined } }
	await tells(untrue)
	gateway.lies = { says: answer(steps, head_proof) }
	await page.clock.setFixedTime(recorded_at - 3 * MINUTE)
	await tells('Its time and the time of this device do not fit. Check the clock of your device.')
})
