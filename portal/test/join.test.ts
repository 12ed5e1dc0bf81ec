import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest'
import { linkOf } from '../src/chain/link'
import { SeedSigner, accountText, openKeyFile } from '../src/format'
import { launchIn, look } from './browser'
import { networkFile } from './network'
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
import { TestGateway, chainOf, code, entry, patientWith } from './region'
import { serve } from './server'

const NAMES = ['Blood test', 'X-ray of the knee']
const site = join(folder, 'site')
let server: Awaited<ReturnType<typeof serve>>
let first: TestGateway
let second: TestGateway
let link: string
let account: string
let patient: string
let entries: Awaited<ReturnType<typeof patientWith>>['entries']

beforeAll(async () => {
	if (code === null) return
	cpSync(inject('builds')[0], site, { recursive: true })
	mkdirSync(join(site, 'networks'))
	server = await serve(site)
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
	const { file: network, print } = await networkFile(chainOf(first, second))
	writeFileSync(join(site, 'networks/clinics.json'), network)
	const invitation = {
		network: 'clinics',
		fingerprint: print.replaceAll(' ', ''),
		gateway: first.url,
	}
	link = `${server.origin}/#/${linkOf(invitation)}`
})
afterEach(forgiveNetwork)

afterAll(() => {
	server?.close()
	first?.stop()
	second?.stop()
})

async function unlock() {
	await page.keyboard.press('F9')
	await button('Kontrollname').click()
	await field('Passphrase').fill(vectorFile().passphrase)
	await button('Unlock').click()
	await heading('My records')
}

test.skipIf(code === null)(
	'a person follows a link, waits, is invited, and sees records',
	async () => {
		await context.close()
		const profile = join(folder, 'profile')
		await begin(launchIn(profile, { viewport: { width: 360, height: 740 } }))
		await page.goto(link)
		await page.reload()
		await heading('Join your clinic’s network')
		await says('Is this your clinic’s network, “clinics”?')
		await look(page, 'join')
		await button('They are different').click()
		await says('We have stored nothing.')
		await page.reload()
		await button('They are all the same').click()
		await says('You are invited')
		await button('I already have a key file').click()
		const { file, passphrase } = vectorFile()
		await choose(file)
		await field('Passphrase').fill(passphrase)
		await field('What should this device call you?').fill('Kontrollname')
		await button('Open my key').click()
		await heading('My records')
		await says('Show this code to your clinic')
		await look(page, 'waiting', true)
		for (const gateway of [first, second]) {
			gateway.show([entry('Registry', 'Invited', [account], null)])
			gateway.lies = {}
		}
		// By itself.
		await says('Your clinic has invited you')
		await look(page, 'invited')
		for (const gateway of [first, second]) gateway.show(entries)
		await unlock()
		const rows = page.getByRole('list', { name: 'My records' }).getByRole('button')
		await expect.poll(() => rows.allTextContents()).toEqual(NAMES.toReversed())
		await look(page, 'records')
		await page.getByRole('link', { name: 'My key' }).click()
		await says('Your patient number')
		await says(patient)
		await look(page, 'me-patient')

		// The first gateway gives no answer, and the second one is asked.
		first.lies = { busy: true }
		await unlock()
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
		await unlock()
		await says('We cannot reach your records now')
		expect(await page.getByText('Blood test').count()).toBe(0)
		await look(page, 'down', true)
		second.lies = {}
		await button('Try again now').click()
		await rows.first().waitFor()

		// Nothing that was read is on the disk after the lock.
		await page.keyboard.press('F9')
		await says('Your key is locked.')
		forgiveNetwork()
		await context.close()
		expect(filesWith(profile, both('Kontrollname'))).not.toEqual([])
		expect(filesWith(profile, [...NAMES, patient].flatMap(both))).toEqual([])
		await begin(browser.newContext())
	},
)

test.skipIf(code === null)('a link to another network asks whoever is in one', async () => {
	const gateway = 'http://127.0.0.1:9'
	const name = 'others'
	const { file: network, print } = await networkFile(chainOf({ url: gateway }), { name })
	writeFileSync(join(site, `networks/${name}.json`), network)
	const fingerprint = print.replaceAll(' ', '')
	const other = `${server.origin}/#/${linkOf({ network: name, fingerprint, gateway })}`
	await page.goto(link)
	await page.reload()
	await button('They are all the same').click()
	await button('I already have a key file').click()
	const { file, passphrase } = vectorFile()
	await choose(file)
	await field('Passphrase').fill(passphrase)
	await field('What should this device call you?').fill('Kontrollname')
	await button('Open my key').click()
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
	await says('You are invited')
	await button('Kontrollname').click()
	await field('Passphrase').fill(passphrase)
	await button('Unlock').click()
	await says('You are in the network “clinics”.')
	await button('Go to the new network').click()
	await says('We cannot reach your records now')
})

test.skipIf(code === null)('a link with another fingerprint is refused', async () => {
	await page.goto(link.replace(/fingerprint=[0-9a-f]{4}/, 'fingerprint=0000'))
	await page.reload()
	await says('This file is not the one that your clinic’s link names.')
	await page.goto(`${server.origin}/#/join?network=clinics`)
	await says('This link is not complete.')
	await look(page, 'join-bad')
})
