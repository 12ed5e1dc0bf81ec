import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openKeyFile } from '../src/format'
import { look } from './browser'
import { unlock } from './person'
import {
	PASSPHRASE,
	NAME,
	backTo,
	button,
	choose,
	context,
	faults,
	field,
	folder,
	forgive,
	heading,
	importVector,
	page,
	press,
	saveCopy,
	says,
	server,
	vectorFile,
} from './portal'
import { chainOf } from './region'
import { Site } from './site'

test('a person makes a key, saves a copy and tries it', async () => {
	await heading('Your health records, locked with your own key')
	await says('If you had a key here and it is gone, use the copy that you saved.')
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
	await button('Go on').click()
	await heading(`Hello, ${NAME}`)
	expect(await page.getByText('You have no safe copy').count()).toBe(0)
	await look(page, 'me')

	const { secrets } = await openKeyFile(new Uint8Array(readFileSync(path)), PASSPHRASE)
	expect(secrets.names.map(({ name }) => name)).toEqual([NAME])
	const [header] = readFileSync(path, 'latin1').split('---')
	expect(header).toMatch(/^age-encryption.org\/v1\n-> scrypt \S+ 17\n/)
})

test('the first page can soon be used', async () => {
	const client = await context.newCDPSession(page)
	for (const rate of [1, 4]) {
		await client.send('Emulation.setCPUThrottlingRate', { rate })
		await page.reload()
		await button('Make my key').waitFor()
		const idle = await page.evaluate(
			() =>
				new Promise<number>((done) =>
					requestIdleCallback(() => done(performance.now()), { timeout: 20_000 }),
				),
		)
		console.log(`time to interactive, ${rate} times slower: ${Math.round(idle)} ms`)
		expect(idle).toBeLessThan(60_000)
	}
})

test('whoever comes by a link loads at most 350 kB, and the verifier once they have compared', async () => {
	const site = await Site.open(join(folder, 'first'))
	// Once the page is closed: what is on its way then is no fault.
	onTestFinished(() => site.close())
	const verifiers = () => [...site.asked].filter((name) => name.endsWith('.wasm'))
	const { link } = await site.network(chainOf({ url: 'http://127.0.0.1:9' }))
	await page.goto(link)
	await says('Is this the right network, “clinics”?')
	await page.evaluate(async () => void (await navigator.serviceWorker.ready))
	await page.waitForLoadState('networkidle')
	const { bytes } = site
	console.log(`first load by a link: ${bytes} bytes with brotli`)
	expect(bytes).toBeGreaterThan(100_000)
	expect(bytes).toBeLessThan(350_000)
	expect(verifiers()).toEqual([])
	await button('They are all the same').click()
	await says('First you need your key')
	await expect.poll(verifiers).toHaveLength(1)
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
	await page.getByRole('link', { name: 'Start' }).click()
	await field('The link of your network').fill('https://salus.example/#/join?network=clinics')
	await button('Open the link').click()
	await says('This link is not complete.')
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
	await unlock(page, 'Ada', vectorFile().passphrase)
	await heading('Hello, Ada Łovelace')
	await page.getByRole('link', { name: 'Settings' }).click()
	expect(await field('What should this device call you?').inputValue()).toBe('Half a na')
	await page.clock.runFor(4 * 60_000 + 1000)
	await page.getByRole('alertdialog', { name: 'Are you still there?' }).waitFor()
	await look(page, 'idle', true)
	await button('Stay').click()
	// The time of the machine passes, too: a minute is left.
	await page.clock.runFor(3 * 60_000)
	expect(await page.getByRole('alertdialog').count()).toBe(0)
	await page.clock.runFor(2 * 60_000 + 1000)
	await says(
		'We locked your key because nobody used this page for a while. We kept what you typed. Files have to be chosen again.',
	)
	await look(page, 'locked')
})

test('on a phone the menu is one row, and keys reach all of it', async () => {
	await importVector()
	await page.setViewportSize({ width: 390, height: 844 })
	const row = page.getByRole('navigation', { name: 'Pages' })
	expect((await row.boundingBox())?.height).toBeLessThan(72)
	const names = await row.getByRole('link').allInnerTexts()
	expect(names.length).toBe(5)
	/** How much of a link does not show, in pixels. */
	const hidden = async (name: string) => {
		const { x, width } = (await row.getByRole('link', { name, exact: true }).boundingBox())!
		return Math.max(0, -x, x + width - 390)
	}
	await page.locator('h1').focus()
	for (const name of names.toReversed()) {
		await backTo(name)
		await expect.poll(() => hidden(name), { message: name }).toBe(0)
	}
	// What lies beyond the edge tells that it is there.
	expect(await hidden('Settings')).toBeGreaterThan(0)
	await press('Enter')
	await heading('Join your network')
	await page.getByRole('link', { name: 'Settings' }).click()
	await heading('Settings')
	await expect.poll(() => hidden('Settings')).toBe(0)
})

test('all components show, light and dark', async () => {
	await page.goto(`${server.origin}/components.html`)
	await heading('Components')
	await look(page, 'components')
	await button('Open a dialog').click()
	await page.getByRole('dialog').waitFor()
	await page.keyboard.press('Escape')
})

test("the policy stops scripts that are not the portal's", async () => {
	expect(await page.locator('meta[http-equiv]').getAttribute('content')).toContain(
		"default-src 'none'",
	)
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
		attempt('innerHTML', () => {
			document.body.innerHTML = '<p></p>'
		})
		attempt('a worker', () => {
			new Worker('/assets/other.js')
		})
		attempt('another policy', () => {
			;(globalThis as any).trustedTypes.createPolicy('other', {})
		})
		return found
	})
	expect(ran).toEqual([])
	const outcome = await page.evaluate(async () => {
		const sent = await fetch('http://elsewhere.invalid/').then(
			() => 'sent',
			() => 'refused',
		)
		// In a task of its own, as what the test itself runs may use eval.
		const evaluated = await new Promise((done) =>
			setTimeout(() => {
				try {
					done((0, eval)('"ran"'))
				} catch {
					done('refused')
				}
			}),
		)
		return [sent, evaluated]
	})
	expect(outcome).toEqual(['refused', 'refused'])
	await expect.poll(() => faults.filter((fault) => fault.includes('eval|')).length).toBe(2)
	const kinds = new Set(faults.map((fault) => fault.split(' ').slice(0, 2).join(' ')))
	for (const kind of ['connect-src', 'require-trusted-types-for', 'trusted-types']) {
		expect([...kinds]).toContain(`policy: ${kind}`)
	}
	forgive(/^(policy|console): /)
})
