/**
 * The portal on a real network, through its gateways: `scripts/demo --network --portal` runs it. SALUS_LIVE_DEMO is
 * the folder of a demo whose network runs: with the members' keys and documents. Without it, the tests are skipped.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { gatewaysOf } from '../src/chain/file'
import { until } from './clinic'
import { TOLD, isTold, tells } from './lies'
import { Person } from './person'
import { browser, folder } from './portal'
import { Site } from './site'

const demo = process.env.SALUS_LIVE_DEMO
const isLive = demo !== undefined
/** The members' own, in scripts/steps.sh. */
const PASSPHRASE = 'a passphrase for the demo only'
const READER = { name: 'Dr. Ines Varga-Holloway', number: 'B20020' }
const DOCUMENT = 'Gingival-mass-with-picture.json'
const REGION = 2001
/** The consortium answers within minutes. */
const MINUTES = 900_000

let site: Site
/** The clinics' links, and the addresses of their gateways, by the region's number. */
const links = new Map<number, string>()
const gateways = new Map<number, string>()
const everybody: Person[] = []

beforeAll(async () => {
	if (!isLive) return
	site = await Site.open(join(folder, 'live'))
	const read = (name: string) => readFileSync(join(demo, 'network', name))
	const { network } = JSON.parse(read('salus.json').toString())
	const print = read('salus.fingerprint').toString().trim()
	for (const chain of network.chains) {
		const [gateway] = gatewaysOf(chain)
		if (gateway === undefined) continue
		gateways.set(chain.para, gateway)
		links.set(chain.para, site.invite(network.name, read('salus.json'), print, gateway).link)
	}
})
afterEach(async ({ task }) => {
	for (const { page, label } of everybody.splice(0)) {
		const text = await page.innerText('body').catch(() => 'nothing')
		if (task.result?.state === 'fail') console.log(`${label} sees:\n${text}`)
		await page.context().close()
	}
})
afterAll(() => site?.close())

/** A member of the demo, in a browser of their own. */
async function sit(who: string, more = {}): Promise<Person> {
	const context = await browser.newContext({ viewport: { width: 360, height: 740 }, ...more })
	const person = await Person.at(context, who, PASSPHRASE)
	context.setDefaultTimeout(MINUTES)
	everybody.push(person)
	return person
}

/** They come to a region by its clinic's link. */
async function enter(person: Person, region: number): Promise<Person> {
	const file = join(demo as string, 'keys', `${person.label}.age`)
	await person.enter(links.get(region) as string, { file, passphrase: PASSPHRASE })
	return person
}

/** The newest of the patient's two records with the document: the patient and a provider added it. */
const record = (patient: Person) => patient.button(DOCUMENT).first()

/** Reads a page anew until it shows what it should. */
async function reads(person: Person, link: string, shows: () => Promise<number>, what: string) {
	const since = Date.now()
	await until(
		what,
		async () => {
			await person.awake()
			await person.open('My key')
			await person.open(link)
			// Until it is read.
			await person.page.locator('main .busy').first().waitFor({ state: 'hidden' })
			return (await shows()) > 0 || null
		},
		MINUTES,
	)
	console.log(`${what}: after ${Date.now() - since} ms`)
}

test.skipIf(!isLive)(
	'a patient shares a record with a provider of another region, who opens it, and stops sharing it',
	async () => {
		const reader = await enter(await sit('reader'), 2002)
		await reader.sees('Records I wrote')
		await reader.open('My key')
		const print = await reader.code('print')

		const patient = await enter(await sit('patient'), REGION)
		await record(patient).click()
		await patient.press('Share this record')
		await patient.type('Number or name', READER.number)
		await patient.page.getByText('In region 2002', { exact: true }).click()
		await patient.press('Find')
		await patient.press(`Choose ${READER.name}`)
		expect(await patient.code('print')).toBe(print)
		await patient.press('They are all the same')
		await patient.press('Share now')
		await patient.says('A clinic of your region must send it on.')

		// Any provider of the patient's region sends it on.
		const grantee = await enter(await sit('grantee'), REGION)
		await grantee.sees('Records I wrote')
		const send = grantee.page.getByRole('button', { name: /^Send on record / })
		await reads(grantee, 'Regions', () => send.count(), 'the share waits to be sent on')
		await send.click()

		const name = reader.button(DOCUMENT)
		await reads(reader, 'Shared with me', () => name.count(), 'the share arrives')
		await name.click()
		await reader.says(`In region ${REGION}`)
		await reader.press('Open it')
		await reader.says('We checked it. It is just as its writer signed it.')
		const [download] = await Promise.all([
			reader.page.waitForEvent('download'),
			reader.press('Save it on this device'),
		])
		const original = readFileSync(join(demo as string, 'documents', DOCUMENT))
		expect(readFileSync(await download.path()).equals(original)).toBe(true)

		const arrived = patient.page.getByText('It has arrived. They can read it.')
		await reads(patient, 'Who can read', () => arrived.count(), 'the patient hears of it')
		await patient.open('What happened')
		await patient.says(`You shared with ${READER.name}`)
		await patient.open('Who can read')
		await patient.press(`Stop sharing with ${READER.name}`)
		await patient.page.getByRole('dialog').getByRole('button', { name: 'Stop sharing' }).click()
		const nothing = reader.page.getByText('Nothing is shared with you now')
		await reads(reader, 'Shared with me', () => nothing.count(), 'the share is gone')
		const faults = [patient, grantee, reader].flatMap((person) => person.faults)
		expect(faults.filter((fault) => !/Failed to load resource|WebSocket/.test(fault))).toEqual(
			[],
		)
	},
	3 * MINUTES,
)

/** An answer to views, as a gateway sends it. */
interface Answer {
	header: string
	proof: string[]
	relay?: { steps: string[]; head?: string[] }
}

type Change = (answer: Answer) => void

/** Bytes with another last bit. */
const altered = (hex: string): string =>
	hex.slice(0, -1) + (Number.parseInt(hex.slice(-1), 16) ^ 1).toString(16)

/** What the page says is another text each time. */
const LIES: [change: Change, told: string][] = [
	[({ relay }) => relay?.steps.push(altered(relay.steps.pop() as string)), TOLD.untrue],
	[({ relay }) => relay?.head?.shift(), TOLD.leftOut],
	[(answer) => delete answer.relay, TOLD.untrue],
	[({ proof }) => proof.shift(), TOLD.leftOut],
]

/** Answers of a gateway, of which each is altered on its way. */
async function between(page: Page, gateway: string) {
	const way = {
		change: null as Change | null,
		isOtherCode: false,
		/** The first and the last answer, as the gateway sent them. */
		first: null as Answer | null,
		last: null as Answer | null,
	}
	await page.route(`${gateway}/v1/code/**`, async (route) => {
		const response = await route.fetch()
		const body = await response.body()
		if (way.isOtherCode) body[body.length - 1] ^= 1
		await route.fulfill({ response, body })
	})
	await page.route(`${gateway}/v1/view`, async (route) => {
		if (route.request().postDataJSON().chain !== 'region') return route.continue()
		// There is a step only if the relay chain has a newer block.
		const [response, answer] = await until('a step', async () => {
			const response = await route.fetch()
			const answer: Answer = await response.json()
			const isOld = way.change !== null && answer.relay?.steps.length === 0
			return isOld ? null : ([response, answer] as const)
		})
		way.last = structuredClone(answer)
		way.first ??= way.last
		way.change?.(answer)
		// Its length is another one.
		const { 'content-length': _, ...headers } = response.headers()
		await route.fulfill({ response, headers, json: answer })
	})
	return way
}

test.skipIf(!isLive)(
	'a person sees why nothing is shown: what a real gateway says is altered on its way',
	async () => {
		// Its requests would go past the routes.
		const patient = await sit('patient', { serviceWorkers: 'block' })
		const { page } = patient
		const way = await between(page, gateways.get(REGION) as string)
		way.isOtherCode = true
		await enter(patient, REGION)
		await patient.says('We cannot reach the network now')
		await isTold(page, TOLD.untrue)
		way.isOtherCode = false
		await patient.press('Try again now')
		await record(patient).waitFor()

		// The clock only goes back, or the idle lock would come.
		const clock = (minutes: number) => page.clock.setFixedTime(Date.now() + minutes * 60_000)
		await page.keyboard.press('F9')
		await patient.sees('Who are you?')
		way.change = () => {}
		await clock(91 * 24 * 60)
		await patient.unlock()
		await patient.says('We cannot reach the network now')
		await isTold(page, TOLD.away)
		await clock(6)
		await tells(page, TOLD.old)
		await clock(-3)
		await tells(page, TOLD.clock)
		for (const [change, told] of LIES) {
			await clock(0)
			way.change = change
			await tells(page, told)
		}
		way.change = null
		await clock(0)
		await patient.press('Try again now')
		await record(patient).waitFor()

		// What was true once: the page has seen something newer.
		await until('a newer head', async () => {
			await patient.press('Look for new records')
			await record(patient).waitFor()
			return way.last?.header !== way.first?.header || null
		})
		await page.keyboard.press('F9')
		await patient.sees('Who are you?')
		way.change = (answer) => Object.assign(answer, way.first)
		await patient.unlock()
		await patient.says('We cannot reach the network now')
		await isTold(page, TOLD.untrue)
		way.change = null
		await patient.press('Try again now')
		await record(patient).waitFor()
	},
	MINUTES,
)
