/** A patient's pages over a region's real runtime, by clicks and by keys. */
import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest'
import { linkOf } from '../src/chain/link'
import { SeedSigner, fingerprint, importPrivate, random, utf8 } from '../src/format'
import { generateKey } from '../src/format/rsa'
import { Vault } from '../src/keys/vault'
import { look } from './browser'
import { networkFile } from './network'
import {
	button,
	choose,
	faults,
	field,
	folder,
	forgiveNetwork,
	heading,
	page,
	says,
	vectorFile,
} from './portal'
import { PARA, TestGateway, chainOf, code, entry } from './region'
import { serve } from './server'
import { doctor, grant, history, memberEntry, none, patientOf, record } from './state'

const site = join(folder, 'patients')
let server: Awaited<ReturnType<typeof serve>>
let gateway: TestGateway
let link: string
let print: string

const REPORT = {
	resourceType: 'DiagnosticReport',
	code: { text: 'Lipid Panel' },
	effectiveDateTime: '2026-03-04',
	conclusion: '<img src=x onerror=alert(1)> All is well',
}

beforeAll(async () => {
	if (code === null) return
	const noPasskey = { wrap: () => Promise.reject(), unwrap: () => Promise.resolve(null) }
	const vault = new Vault(noPasskey)
	const { file, passphrase } = vectorFile()
	await vault.unlock(new Uint8Array(file.buffer), passphrase)
	const me = patientOf(vault)
	const provider = {
		signer: new SeedSigner(random(32)),
		key: await importPrivate(0, await generateKey()),
	}
	print = await fingerprint(provider.key.spki)
	const records = await Promise.all([
		record(vault, 0n, 'Blood test', utf8(JSON.stringify(REPORT))),
		record(vault, 1n, 'Picture', utf8('<svg><script>fetch("/stolen")</script></svg>')),
		record(vault, 2n, 'Cut on its way', utf8('cut')),
		record(vault, 3n, 'Changed on its way', utf8('changed')),
	])
	const about = (event: object) => ({
		type: 'Grant',
		value: {
			record: 0n,
			grantee: { type: 'Member', value: { type: 'Provider', value: 7 } },
			via: none('Patient'),
			event,
		},
	})
	gateway = await TestGateway.start([
		memberEntry(vault),
		...records.flatMap(({ entries }) => entries),
		...(await doctor(provider, 7, 'A12345', 'Dr. Tobias Lindqvist')),
		entry('Registry', 'NextProvider', [], 8),
		...grant(me.patient, 0n, 7, 0n, undefined),
		...history(
			me,
			about({
				type: 'Granted',
				value: { purpose: none('Treatment'), expires_at: undefined },
			}),
		),
	])
	for (const [id, { car }] of records.entries()) {
		const path = `/v1/records/${PARA}/${id}/envelope`
		const wrong = car.slice()
		wrong[wrong.length - 5] ^= 1
		gateway.envelopes.set(path, id === 2 ? car.slice(0, -5) : id === 3 ? wrong : car)
	}
	cpSync(inject('builds')[0], site, { recursive: true })
	mkdirSync(join(site, 'networks'))
	server = await serve(site)
	const { file: network, print: networkPrint } = await networkFile(chainOf(gateway))
	writeFileSync(join(site, 'networks/clinics.json'), network)
	const invitation = {
		network: 'clinics',
		fingerprint: networkPrint.replaceAll(' ', ''),
		gateway: gateway.url,
	}
	link = `${server.origin}/#/${linkOf(invitation)}`
})
afterEach(forgiveNetwork)
afterAll(() => {
	server?.close()
	gateway?.stop()
})

/** Comes to the records, with a copy of the key: a key file that opened is one. */
async function enter() {
	await page.goto(link)
	await page.reload()
	await button('They are all the same').click()
	await button('I already have a key file').click()
	const { file, passphrase } = vectorFile()
	await choose(file)
	await field('Passphrase').fill(passphrase)
	await field('What should this device call you?').fill('Ada')
	await button('Open my key').click()
	await heading('My records')
	await button('Blood test').waitFor()
}

test.skipIf(code === null)('a patient opens a record, and sees who can read it', async () => {
	await enter()
	await look(page, 'records')
	await button('Blood test').click()
	await heading('Blood test')
	await says('Dr. Tobias Lindqvist')
	expect(await page.title()).toBe('A record – Salus')
	expect(page.url()).toMatch(/#\/record$/)
	await look(page, 'record-closed')
	await button('Open it').click()
	await says('We checked it. It is just as its writer signed it.')
	await says('Lipid Panel')
	// What looks like a tag is text.
	await says('<img src=x onerror=alert(1)> All is well')
	await look(page, 'record-open')
	await button('Save it on this device').click()
	await says('Your browser saved it.')
	expect(faults).toEqual([])
})

test.skipIf(code === null)('what cannot be shown is saved, what is false is not', async () => {
	await enter()
	await button('Picture').click()
	await button('Open it').click()
	await says('We cannot show this kind of file here.')
	for (const name of ['Cut on its way', 'Changed on its way']) {
		await button('To my records').click()
		await button(name).click()
		await button('Open it').click()
		await says('None of your clinic’s doors gave an answer that we could check.')
		expect(await page.getByText('We checked it.').count()).toBe(0)
	}
})

test.skipIf(code === null)(
	'a patient searches, chooses, and finds a provider to share with',
	async () => {
		await enter()
		await field('Find a record by its name').fill('BLOOD')
		await button('Find').click()
		await says('1 of 4 records')
		await button('Show all again').click()
		await says('4 of 4 records')
		await button('Choose several').click()
		await page.getByText('Blood test', { exact: true }).click()
		await page.getByText('Picture', { exact: true }).click()
		await says('You chose 2 of at most 20 records.')
		await look(page, 'records-chosen')
		await button('Share these').click()
		await heading('Who should be able to read it?')
		await field('Number or name').fill('A1234')
		await button('Find').click()
		await says('We found nobody')
		await field('Number or name').fill('lindqvist')
		await button('Find').click()
		await button('Choose Dr. Tobias Lindqvist').click()
		await heading('Is it really Dr. Tobias Lindqvist?')
		await says(print)
		await look(page, 'share-compare')
		await button('They are all the same').click()
		await heading('What for, and how long?')
		await look(page, 'share-terms')
	},
)

test.skipIf(code === null)(
	'the lists of readers and of what happened say what they show',
	async () => {
		await enter()
		await page.getByRole('link', { name: 'Who can read' }).click()
		await heading('Who can read my records')
		await says('To treat you, until you stop it')
		await look(page, 'readers')
		await button('Stop sharing with Dr. Tobias Lindqvist').click()
		await says('They can no longer open these records here.')
		await page.keyboard.press('Escape')
		await page.getByRole('link', { name: 'What happened' }).click()
		await says('You shared with Dr. Tobias Lindqvist')
		await says('You do not see who read a record')
		await look(page, 'happened')
		await page.goto(`${server.origin}/#/activity`)
		await says('You have sent nothing yet.')
		await look(page, 'activity')
		await page.goto(`${server.origin}/#/add`)
		await heading('Add a document')
		await button('Add it').click()
		await says('Choose a file, or take a photo.')
		await look(page, 'add')
	},
)

test.skipIf(code === null)('a record is opened by keys alone', async () => {
	await enter()
	const press = async (key: string, until: string, most = 40) => {
		for (let presses = 0; presses < most; presses++) {
			const name = await page.evaluate(() => document.activeElement?.textContent ?? '')
			if (name.includes(until)) return
			await page.keyboard.press(key)
		}
		throw new Error(`the keyboard does not reach “${until}”`)
	}
	await press('Tab', 'Blood test')
	await page.keyboard.press('Enter')
	await heading('Blood test')
	await press('Tab', 'Open it')
	await page.keyboard.press('Enter')
	await says('We checked it.')
	await page.keyboard.press('F9')
	await heading('Who are you?')
	expect(await page.getByText('Lipid Panel').count()).toBe(0)
})

test.skipIf(code === null)(
	'after the page is loaded anew, no address tells which record was open',
	async () => {
		await enter()
		await button('Blood test').click()
		await heading('Blood test')
		await page.reload()
		await heading('Who are you?')
		expect(page.url()).not.toMatch(/\d$/)
	},
)
