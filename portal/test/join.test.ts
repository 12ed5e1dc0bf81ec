import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Bytes, SeedSigner, accountText, openKeyFile } from '../src/format'
import { scaleBytes, scaleOption } from '../src/format/scale'
import { launchIn, look } from './browser'
import { Changed, regional } from './metadata'
import { networkFile } from './network'
import { come, fillKey, openKey, unlock } from './person'
import {
	begin,
	both,
	browser,
	button,
	choose,
	context,
	field,
	filesWith,
	folder,
	forgiveNetwork,
	heading,
	page,
	says,
	vectorFile,
} from './portal'
import { PARA, TestGateway, chainOf, code, entry, patientWith } from './region'
import { Site } from './site'
import { CODE, answering, runtime } from './wasm'

const NAMES = ['Blood test', 'X-ray of the knee']
let site: Site
let first: TestGateway
let second: TestGateway
let link: string
let account: string
let patient: string
let entries: Awaited<ReturnType<typeof patientWith>>['entries']

beforeAll(async () => {
	if (code === null) return
	const { file, passphrase } = vectorFile()
	const opened = await openKeyFile(new Uint8Array(file.buffer), passphrase)
	const { secrets, keys, commitments } = opened
	const profile = { account: new SeedSigner(secrets.seed).account, keys, commitments }
	account = accountText(profile.account)
	const made = await patientWith(profile, account, NAMES)
	entries = made.entries
	patient = made.patient.slice(2)
	first = await TestGateway.start([], { refuses: true })
	second = await TestGateway.start([], { refuses: true })
	site = await Site.open(join(folder, 'site'))
	link = (await site.network(chainOf(first, second))).link
})
afterEach(forgiveNetwork)

afterAll(() => {
	site?.close()
	first?.stop()
	second?.stop()
})

async function lockAndUnlock() {
	await page.keyboard.press('F9')
	await unlock(page, 'Kontrollname', vectorFile().passphrase)
}

const menu = () => page.getByRole('navigation', { name: 'Pages' }).getByRole('link').allInnerTexts()
/** The pages of everybody. */
const OWN = ['What I sent', 'My key', 'Safe copy', 'Settings']

test.skipIf(code === null)(
	'a person follows a link, waits, is invited, and sees records',
	async () => {
		await context.close()
		const profile = join(folder, 'profile')
		await begin(launchIn(profile, { viewport: { width: 360, height: 740 } }))
		await page.goto(link)
		await page.reload()
		await heading('Join your network')
		await says('Is this the right network, “clinics”?')
		await look(page, 'join')
		await button('They are different').click()
		await says('We have stored nothing.')
		await page.reload()
		await button('They are all the same').click()
		await says('First you need your key')
		await openKey(page, vectorFile(), 'Kontrollname')
		await heading('Join your network')
		expect(await menu()).toEqual(['Start', ...OWN])
		await says('Show this code to whoever invites you')
		await look(page, 'waiting', true)
		for (const gateway of [first, second]) {
			gateway.show([entry('Registry', 'Invited', [account], null)])
			gateway.lies = {}
		}
		// By itself.
		await says('You are invited')
		await look(page, 'invited')
		for (const gateway of [first, second]) gateway.show(entries)
		await lockAndUnlock()
		const rows = page.getByRole('list', { name: 'My records' }).getByRole('button')
		await expect.poll(() => rows.allTextContents()).toEqual(NAMES.toReversed())
		const own = ['My records', 'Who can read', 'What happened', ...OWN]
		expect(await menu()).toEqual(own)
		await look(page, 'records')
		await page.getByRole('link', { name: 'My key' }).click()
		await says('Your patient number')
		await says(patient)
		await look(page, 'me-patient')

		// The first gateway gives no answer, and the second one is asked.
		first.lies = { busy: true }
		await lockAndUnlock()
		await rows.first().waitFor()
		await page.getByRole('link', { name: 'Settings' }).click()
		await says('It has too much to do. Try again in a minute.')
		await says('It answered, and the answer was right.')
		await look(page, 'settings-network')

		// A file that says that the network began anew is compared first.
		const more = { serial: 2, reset: 1 }
		const anew = await networkFile(chainOf(first, second), more)
		const name = 'clinics.json'
		const mimeType = 'application/json'
		await choose({ name, mimeType, buffer: Buffer.from(anew.file) })
		await says('Did your network begin anew?')
		await says(anew.print)
		await look(page, 'settings-anew')
		await button('They are all the same').click()
		await says('You have its file number 2.')

		// Nobody tells the truth: nothing is shown, and why.
		second.lies = { babbles: true }
		await lockAndUnlock()
		await says('We cannot reach the network now')
		expect(await page.getByText('Blood test').count()).toBe(0)
		expect(await menu()).toEqual(['Start', ...OWN])
		await look(page, 'down', true)
		second.lies = {}
		await button('Try again now').click()
		await rows.first().waitFor()

		// Nothing that was read is on the disk after the lock.
		await page.keyboard.press('F9')
		await says('Your key is locked.')
		await context.close()
		expect(filesWith(profile, both('Kontrollname'))).not.toEqual([])
		expect(filesWith(profile, [...NAMES, patient].flatMap(both))).toEqual([])
		await begin(browser.newContext())
	},
)

/** Comes by the link, and types what opens the key file. The form is not sent yet. */
async function typePassphrase() {
	for (const gateway of [first, second]) {
		gateway.show(entries, code as Bytes)
		gateway.lies = {}
		gateway.codes = 0
	}
	await come(page, link)
	await fillKey(page, vectorFile(), 'Kontrollname')
}

/** A runtime whose metadata have another type of records. */
function withOtherRecords(): Bytes {
	const chain = new Changed(regional)
	chain.view('EmrApi', 'records')
	return answering({
		Core_version: new Uint8Array(),
		Metadata_metadata_at_version: scaleOption(scaleBytes(chain.encoded as Bytes)),
	})
}

const RUNTIME = `runtimes/clinics-${PARA}.wasm`
const offered = () => page.waitForResponse(`${site.origin}/${RUNTIME}`)
const codesAsked = () => first.codes + second.codes

test.skipIf(code === null)(
	'the runtime’s code comes while a person types the passphrase, not after',
	async () => {
		mkdirSync(join(site.folder, 'runtimes'))
		site.put(RUNTIME, code as Uint8Array)
		const whole = offered()
		await typePassphrase()
		expect(await (await whole).finished()).toBeNull()
		expect(await button('Open my key').count()).toBe(1)
		await button('Open my key').click()
		await says('Blood test')
		expect(codesAsked()).toBe(0)
		// As after an upgrade: the newest is asked for while a key is locked.
		const again = offered()
		await page.keyboard.press('F9')
		await button('Kontrollname').click()
		await field('Passphrase').fill(vectorFile().passphrase)
		expect((await again).ok()).toBe(true)
		await button('Unlock').click()
		await says('Blood test')
	},
)

test.skipIf(code === null)('code that the chain does not name is not run', async () => {
	site.put(RUNTIME, runtime(CODE.packed))
	const whole = offered()
	await typePassphrase()
	await whole
	await button('Open my key').click()
	await says('Blood test')
	expect(codesAsked()).toBe(1)
})

test.skipIf(code === null)(
	'after an upgrade to other types, the page must be loaded again, and loses nothing',
	async () => {
		await typePassphrase()
		await button('Open my key').click()
		await says('Blood test')
		await page.getByRole('link', { name: 'Settings' }).click()
		await field('What should this device call you?').fill('Half a na')
		const upgraded = withOtherRecords()
		for (const gateway of [first, second]) gateway.show(entries, upgraded)
		await page.getByRole('link', { name: 'My records' }).click()
		await says('This page is older than the network. Load the page again.')
		expect(await page.getByText('Blood test').count()).toBe(0)
		await page.keyboard.press('F9')
		await says('Your key is locked.')
		// The page of a newer release knows the types. Here, the old ones come back.
		for (const gateway of [first, second]) gateway.show(entries, code as Bytes)
		await page.reload()
		await unlock(page, 'Kontrollname', vectorFile().passphrase)
		await says('Blood test')
		await page.getByRole('link', { name: 'Settings' }).click()
		const typed = await field('What should this device call you?').inputValue()
		expect(typed).toBe('Half a na')
	},
)

test.skipIf(code === null)('a link to another network asks whoever is in one', async () => {
	const gateway = 'http://127.0.0.1:9'
	const name = 'others'
	const { link: other } = await site.network(chainOf({ url: gateway }), { name })
	await come(page, link)
	await openKey(page, vectorFile(), 'Kontrollname')
	await says('Blood test')
	await page.goto(other)
	await button('They are all the same').click()
	await says('You are in the network “clinics”.')
	await look(page, 'join-move')
	await button('Back').click()
	await page.getByRole('link', { name: 'My records' }).click()
	await says('Blood test')
	// Also to whoever unlocks their key after they have opened the link.
	await page.keyboard.press('F9')
	await says('Your key is locked.')
	await page.goto(other)
	await says('First you need your key')
	await unlock(page, 'Kontrollname', vectorFile().passphrase)
	await says('You are in the network “clinics”.')
	await button('Go to the new network').click()
	await says('We cannot reach the network now')
})

test.skipIf(code === null)('a link with another fingerprint is refused', async () => {
	await page.goto(link.replace(/fingerprint=[0-9a-f]{4}/, 'fingerprint=0000'))
	await page.reload()
	await says('This file is not the one that the link names.')
	await page.goto(`${site.origin}/#/join?network=clinics`)
	await says('This link is not complete.')
	await look(page, 'join-bad')
})
