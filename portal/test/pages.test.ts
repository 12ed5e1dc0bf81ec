import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest'
import { type Bytes, hex, openKeyFile, unhex } from '../src/format'
import { launch, launchIn, look, watch } from './browser'
import { serve } from './server'

const PASSPHRASE = 'river candle honest seven'
const NAME = 'Ada Geheimnis'
const folder = mkdtempSync(join(tmpdir(), 'salus-pages-'))
const vectors = new URL('../../envelope/tests/vectors/', import.meta.url)

let server: Awaited<ReturnType<typeof serve>>
let browser: Browser
let context: BrowserContext
let page: Page
let faults: string[]

beforeAll(async () => {
	server = await serve(inject('builds')[0])
	browser = await launch()
})

afterAll(async () => {
	await browser?.close()
	server?.close()
	rmSync(folder, { recursive: true, force: true })
})

async function begin(made: Promise<BrowserContext>) {
	context = await made
	context.setDefaultTimeout(20_000)
	faults = await watch(context)
	page = await context.newPage()
	await page.goto(server.origin)
}

beforeEach(() => begin(browser.newContext({ viewport: { width: 360, height: 740 } })))

afterEach(async () => {
	await context.close()
	expect(faults).toEqual([])
})

const button = (name: string | RegExp) => page.getByRole('button', { name, exact: typeof name === 'string' })
const field = (name: string) => page.getByLabel(name, { exact: true })
const heading = (name: string) => page.getByRole('heading', { level: 1, name }).waitFor()
const says = (text: string) => page.getByText(text).first().waitFor()

async function choose(file: { name: string; mimeType: string; buffer: Buffer } | string) {
	const chooser = page.waitForEvent('filechooser')
	await button('Choose a file').click()
	await (await chooser).setFiles(file)
}

const keyFile = (bytes: Bytes) => ({
	name: 'key.age', mimeType: 'application/octet-stream', buffer: Buffer.from(bytes),
})

/** The key file that the Rust code made, and its passphrase. */
function vectorFile() {
	const vector = JSON.parse(readFileSync(new URL('key_file.json', vectors), 'utf8'))
	return { file: keyFile(unhex(vector.file)), passphrase: vector.passphrase as string }
}

async function importVector(label = 'Ada') {
	const { file, passphrase } = vectorFile()
	await button('I already have a key file').click()
	await choose(file)
	await field('Passphrase').fill(passphrase)
	await field('What should this device call you?').fill(label)
	await button('Open my key').click()
	await heading('Hello, Ada Łovelace')
}

async function create() {
	await button('Make my key').click()
	await field('Your full name').fill(NAME)
	await field('What should this device call you?').fill('Kontrollname')
	await button('Next').click()
	await field('Passphrase').fill(PASSPHRASE)
	await button('Make my key').click()
	await heading('A safe copy of your key')
}

async function saveCopy(): Promise<string> {
	const download = page.waitForEvent('download')
	await button('Save my key file').click()
	const file = await download
	expect(file.suggestedFilename()).toMatch(/^salus-key-[0-9a-f]{8}\.age$/)
	const path = join(folder, file.suggestedFilename())
	await file.saveAs(path)
	return path
}

test('a person makes a key, saves a copy and tries it', async () => {
	await heading('Your health records, locked with your own key')
	await look(page, 'start')
	await button('Make my key').click()
	await heading('Make your key')
	await button('Next').click()
	await says('Enter your name, without line breaks or hidden signs.')
	await look(page, 'create-1')
	await field('Your full name').fill(NAME)
	await field('What should this device call you?').fill('Me')
	await button('Next').click()
	await heading('Choose a passphrase')
	await field('Passphrase').fill('short')
	await button('Make my key').click()
	await says('This is too short. Use at least 12 characters.')
	await field('Passphrase').fill(PASSPHRASE)
	await button('Show: Passphrase').click()
	expect(await field('Passphrase').getAttribute('type')).toBe('text')
	await look(page, 'create-2')
	await button('Make my key').click()
	await heading('A safe copy of your key')

	await page.getByRole('link', { name: 'My key' }).click()
	await says('You have no safe copy of your key yet')
	await look(page, 'me-without-copy')
	await button('Save a copy now').click()
	const path = await saveCopy()
	await says('Your browser saved the file.')
	await choose(vectorFile().file)
	await field('Passphrase').fill(vectorFile().passphrase)
	await button('Try it').click()
	await says('This file opens, but it is not a copy of this key.')
	await choose(path)
	await field('Passphrase').fill('another passphrase')
	await button('Try it').click()
	await says('The passphrase does not fit this key.')
	await look(page, 'copy-wrong')
	await field('Passphrase').fill(PASSPHRASE)
	await button('Try it').click()
	await says('Your copy works.')
	await look(page, 'copy-done')
	await page.getByRole('link', { name: 'My key' }).click()
	await heading(`Hello, ${NAME}`)
	expect(await page.getByText('You have no safe copy').count()).toBe(0)
	await look(page, 'me')

	const { secrets } = await openKeyFile(new Uint8Array(readFileSync(path)), PASSPHRASE)
	expect(secrets.name).toBe(NAME)
	const [header] = readFileSync(path, 'latin1').split('---')
	expect(header).toMatch(/^age-encryption.org\/v1\n-> scrypt \S+ 17\n/)
})

test('a key file of the command opens, and a wrong passphrase says what to do', async () => {
	await button('I already have a key file').click()
	await heading('Use your key file')
	await choose({ name: 'letter.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF') })
	await field('Passphrase').fill('x')
	await field('What should this device call you?').fill('Ada')
	await button('Open my key').click()
	await says('This is not a key file.')
	await look(page, 'import-wrong')
	await page.reload()
	await page.goto(server.origin)
	await importVector()
	expect(await page.getByText('You have no safe copy').count()).toBe(0)
	await button('Lock now. You can also press F9.').click()
	await heading('Who are you?')
	await button('Ada').click()
	await heading('Hello, Ada')
	await field('Passphrase').fill('not it')
	await button('Unlock').click()
	await says('The passphrase does not fit this key. Check capital letters, and try again.')
	await button('I forgot my passphrase').click()
	await look(page, 'unlock-wrong')
})

test('the lock keeps what a person typed, and warns before it comes by itself', async () => {
	await page.clock.install()
	await importVector()
	await page.getByRole('link', { name: 'Settings' }).click()
	await heading('Settings')
	await look(page, 'settings')
	await field('What should this device call you?').fill('Half a na')
	await page.keyboard.press('F9')
	await says('Your key is locked.')
	await button('Ada').click()
	await field('Passphrase').fill(vectorFile().passphrase)
	await button('Unlock').click()
	await heading('Hello, Ada Łovelace')
	await page.getByRole('link', { name: 'Settings' }).click()
	expect(await field('What should this device call you?').inputValue()).toBe('Half a na')
	await page.clock.runFor(4 * 60_000 + 1000)
	await page.getByRole('alertdialog', { name: 'Are you still there?' }).waitFor()
	await look(page, 'idle')
	await button('Stay').click()
	await page.clock.runFor(4 * 60_000 - 5000)
	expect(await page.getByRole('alertdialog').count()).toBe(0)
	await page.clock.runFor(70_000)
	await says('We locked your key because nobody used this page for a while. We kept what you typed.')
	await look(page, 'locked')
})

test('several people use one device, in two tabs', async () => {
	await importVector('Ada')
	await button('Lock now. You can also press F9.').click()
	await heading('Who are you?')
	await create()
	await page.getByRole('link', { name: 'Settings' }).click()
	await says('First save a copy and try it.')
	const second = await context.newPage()
	await second.goto(server.origin)
	await second.getByRole('button', { name: 'Ada', exact: true }).click()
	await second.getByLabel('Passphrase', { exact: true }).fill(vectorFile().passphrase)
	await second.getByRole('button', { name: 'Unlock' }).click()
	await second.getByRole('heading', { level: 1, name: 'Hello, Ada Łovelace' }).waitFor()
	await second.keyboard.press('F9')
	await says('Your key is locked.')
	await look(page, 'people')
})

test('a person removes their key from the device, once a copy was tried', async () => {
	await importVector()
	await page.getByRole('link', { name: 'Settings' }).click()
	await button('Remove my key from this device').click()
	await page.getByRole('dialog', { name: 'Remove your key from this device?' }).waitFor()
	await look(page, 'remove')
	await page.keyboard.press('Escape')
	await button('Remove my key from this device').click()
	await button('Remove').click()
	await heading('Your health records, locked with your own key')
})

test('a new passphrase replaces the old one', async () => {
	await importVector()
	await page.getByRole('link', { name: 'Settings' }).click()
	await field('Your passphrase now').first().fill(vectorFile().passphrase)
	await field('New passphrase').fill(PASSPHRASE)
	await button('Change passphrase').click()
	await says('Your passphrase is changed.')
	await says('You have no safe copy of your key yet')
	await page.keyboard.press('F9')
	await button('Ada').click()
	await field('Passphrase').fill(PASSPHRASE)
	await button('Unlock').click()
	await heading('Hello, Ada Łovelace')
})

test('a passkey unlocks, too', async () => {
	const client = await context.newCDPSession(page)
	await client.send('WebAuthn.enable')
	await client.send('WebAuthn.addVirtualAuthenticator', {
		options: {
			protocol: 'ctap2', ctap2Version: 'ctap2_1', transport: 'internal', hasResidentKey: true,
			hasUserVerification: true, hasPrf: true, isUserVerified: true, automaticPresenceSimulation: true,
		},
	})
	await importVector()
	await page.getByRole('link', { name: 'Settings' }).click()
	await field('Your passphrase now').nth(1).fill(vectorFile().passphrase)
	await button('Set up a passkey').click()
	await says('You have a passkey on this device.')
	await page.keyboard.press('F9')
	await button('Ada').click()
	await button('Unlock with your passkey').click()
	await heading('Hello, Ada Łovelace')
	await page.getByRole('link', { name: 'Settings' }).click()
	await button('Remove the passkey').click()
	await button('Set up a passkey').waitFor()
})

test('the page says that the browser dropped the key', async () => {
	await importVector()
	await button('Lock now. You can also press F9.').click()
	await heading('Who are you?')
	await page.goto('about:blank')
	const client = await context.newCDPSession(page)
	await client.send('Storage.clearDataForOrigin', {
		origin: server.origin, storageTypes: 'indexeddb',
	})
	await page.goto(server.origin)
	await says('Your key is no longer on this device')
	await look(page, 'dropped')
	await button('Use my saved copy').click()
	await heading('Use your key file')
})

test('a key is made by keyboard alone, and the focus goes in order', async () => {
	const focused = () => page.evaluate(() => {
		const { tagName, textContent, labels } = document.activeElement as HTMLInputElement
		return labels?.[0]?.textContent ?? (tagName === 'A' || tagName === 'BUTTON' ? textContent : tagName)
	})
	const press = async (...keys: string[]) => {
		for (const key of keys) await page.keyboard.press(key)
	}
	await heading('Your health records, locked with your own key')
	expect(await focused()).toBe('H1')
	await press('Tab')
	expect(await focused()).toBe('Make my key')
	await press('Enter')
	await heading('Make your key')
	expect(await focused()).toBe('H1')
	await press('Tab')
	expect(await focused()).toBe('Your full name')
	await page.keyboard.type(NAME)
	await press('Tab')
	expect(await focused()).toBe('What should this device call you?')
	await page.keyboard.type('Me')
	await press('Enter')
	await heading('Choose a passphrase')
	await press('Tab')
	expect(await focused()).toBe('Passphrase')
	await page.keyboard.type(PASSPHRASE)
	await press('Tab')
	expect(await focused()).toBe('Show')
	await press('Tab')
	expect(await focused()).toBe('Make my key')
	await press('Enter')
	await heading('A safe copy of your key')
	expect(await focused()).toBe('H1')
	await press('Tab')
	expect(await focused()).toBe('Save my key file')
	const download = page.waitForEvent('download')
	await press('Enter')
	await download
})

test('all components show, light and dark', async () => {
	await page.goto(`${server.origin}/components.html`)
	await heading('Components')
	await look(page, 'components')
	await button('Open a dialog').click()
	await page.getByRole('dialog').waitFor()
	await page.keyboard.press('Escape')
})

test('the policy stops scripts that are not the portal\'s', async () => {
	expect(await page.locator('meta[http-equiv]').getAttribute('content')).toContain("default-src 'none'")
	const ran = await page.evaluate(() => {
		const found: string[] = []
		const attempt = (name: string, act: () => void) => {
			try {
				act()
				found.push(name)
			} catch {
				// Refused, as it must be.
			}
		}
		attempt('innerHTML', () => { document.body.innerHTML = '<p></p>' })
		attempt('a worker', () => { new Worker('/assets/other.js') })
		attempt('another policy', () => { (globalThis as any).trustedTypes.createPolicy('other', {}) })
		return found
	})
	expect(ran).toEqual([])
	const outcome = await page.evaluate(async () => {
		const sent = await fetch('http://127.0.0.1:9/').then(() => 'sent', () => 'refused')
		// In a task of its own, as what the test itself runs may use eval.
		const evaluated = await new Promise((done) =>
			setTimeout(() => {
				try {
					done((0, eval)('"ran"'))
				} catch {
					done('refused')
				}
			}))
		return [sent, evaluated]
	})
	expect(outcome).toEqual(['refused', 'refused'])
	await expect.poll(() => faults.filter((fault) => fault.includes('eval|')).length).toBe(2)
	const kinds = new Set(faults.map((fault) => fault.split(' ').slice(0, 2).join(' ')))
	for (const kind of ['connect-src', 'require-trusted-types-for', 'trusted-types']) {
		expect([...kinds]).toContain(`policy: ${kind}`)
	}
	faults.length = 0
})

test('after the lock, nothing readable is in the browser\'s profile', async () => {
	await context.close()
	const profile = join(folder, 'profile')
	await begin(launchIn(profile, { viewport: { width: 360, height: 740 }, acceptDownloads: true }))
	await create()
	const path = await saveCopy()
	await page.getByRole('link', { name: 'Settings' }).click()
	await field('What should this device call you?').fill('Entwurf eines Namens')
	await page.keyboard.press('F9')
	await says('Your key is locked.')
	await context.close()
	const { secrets } = await openKeyFile(new Uint8Array(readFileSync(path)), PASSPHRASE)
	const { seed, keys, salt } = secrets
	const pkcs8 = keys[0].pkcs8
	const secretBytes = [seed, salt as Bytes, pkcs8.slice(100, 132), pkcs8.slice(-40)].flatMap((bytes) => [
		Buffer.from(bytes), Buffer.from(hex(bytes)), Buffer.from(Buffer.from(bytes).toString('base64')),
	])
	const texts = [NAME, PASSPHRASE, 'Entwurf eines Namens']
	const found = (wanted: Buffer[]) => {
		const hits = new Set<string>()
		for (const file of filesUnder(profile)) {
			const content = readFileSync(file)
			for (const bytes of wanted) if (content.includes(bytes)) hits.add(file.slice(profile.length))
		}
		return [...hits]
	}
	const both = (text: string) => [Buffer.from(text), Buffer.from(text, 'utf16le')]
	expect(found(both('Kontrollname'))).not.toEqual([])
	expect(found([...texts.flatMap(both), ...secretBytes])).toEqual([])
	await begin(browser.newContext())
})

function filesUnder(folder: string): string[] {
	return readdirSync(folder, { recursive: true, encoding: 'utf8' })
		.map((name) => join(folder, name))
		.filter((name) => statSync(name, { throwIfNoEntry: false })?.isFile())
}
