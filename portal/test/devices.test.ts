import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { hex, openKeyFile } from '../src/format'
import { launchIn, look } from './browser'
import { unlock } from './person'
import {
	PASSPHRASE,
	NAME,
	begin,
	both,
	browser,
	button,
	context,
	create,
	field,
	filesWith,
	folder,
	hasFocus,
	heading,
	importVector,
	page,
	press,
	saveCopy,
	says,
	server,
	tabTo,
	vectorFile,
} from './portal'

test('several people use one device, in two tabs', async () => {
	await importVector('Ada')
	await button('Lock now. You can also press F9.').click()
	await heading('Who are you?')
	await create()
	await page.getByRole('link', { name: 'Settings' }).click()
	await says('First save a copy and try it.')
	const second = await context.newPage()
	await second.goto(server.origin)
	await unlock(second, 'Ada', vectorFile().passphrase)
	await second.getByRole('heading', { level: 1, name: 'Hello, Ada Łovelace' }).waitFor()
	await second.keyboard.press('F9')
	await says('Your key is locked.')
	await look(page, 'people')
	// One member is open in one tab.
	await unlock(second, 'Ada', vectorFile().passphrase)
	await second.getByRole('link', { name: 'Settings' }).click()
	await second.getByLabel('What should this device call you?').fill('Half a na')
	await unlock(page, 'Ada', vectorFile().passphrase)
	await heading('Hello, Ada Łovelace')
	await second.getByText('Your key is locked.').waitFor()
	await page.getByRole('link', { name: 'Settings' }).click()
	expect(await field('What should this device call you?').inputValue()).toBe('Half a na')
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
	await says('Your copy is older than your key')
	await page.keyboard.press('F9')
	await unlock(page, 'Ada', PASSPHRASE)
	await heading('Hello, Ada Łovelace')
})

test('a passkey unlocks, too', async () => {
	const client = await context.newCDPSession(page)
	await client.send('WebAuthn.enable')
	await client.send('WebAuthn.addVirtualAuthenticator', {
		options: {
			protocol: 'ctap2',
			ctap2Version: 'ctap2_1',
			transport: 'internal',
			hasResidentKey: true,
			hasUserVerification: true,
			hasPrf: true,
			isUserVerified: true,
			automaticPresenceSimulation: true,
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
	// It reads what is stored, too.
	await page.evaluate(async () => void (await navigator.serviceWorker.ready))
	await page.reload()
	await heading('Who are you?')
	await page.goto('about:blank')
	const client = await context.newCDPSession(page)
	await client.send('Storage.clearDataForOrigin', {
		origin: server.origin,
		storageTypes: 'indexeddb',
	})
	await page.goto(server.origin)
	await says('Your key is no longer on this device')
	await look(page, 'dropped')
	await button('Use my saved copy').click()
	await heading('Use your key file')
	// Some browsers drop all of it.
	await page.goto('about:blank')
	const storageTypes = 'all'
	await client.send('Storage.clearDataForOrigin', { origin: server.origin, storageTypes })
	await page.goto(server.origin)
	await says('If you had a key here and it is gone, use the copy that you saved.')
	expect(await page.getByText('Your key is no longer on this device').count()).toBe(0)
})

test('a browser that stores nothing is told to the person', async () => {
	await page.addInitScript(() => {
		IDBFactory.prototype.open = () => {
			throw new DOMException('refused', 'SecurityError')
		}
	})
	await page.reload()
	await says('This browser does not let Salus keep your key')
})

test('a key is made by keyboard alone, and the focus goes in order', async () => {
	await heading('Your health records, locked with your own key')
	await hasFocus('H1')
	await tabTo('Make my key')
	await press('Enter')
	await heading('Make your key')
	await hasFocus('H1')
	await tabTo('Your full name')
	await page.keyboard.type(NAME)
	await tabTo('What should this device call you?')
	await page.keyboard.type('Me')
	await press('Enter')
	await heading('Choose a passphrase')
	await tabTo('Passphrase')
	await page.keyboard.type(PASSPHRASE)
	await tabTo('Show', 'Make my key')
	await press('Enter')
	await heading('A safe copy of your key')
	await hasFocus('H1')
	await tabTo('Save my key file')
	const download = page.waitForEvent('download')
	await press('Enter')
	await download
})

test("after the lock, nothing readable is in the browser's profile", async () => {
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
	const { seed, keys, names } = secrets
	// Of the private exponent and of the last prime's part: the modulus before them is public.
	const { pkcs8 } = keys[0]
	const salts = names.map(({ salt }) => salt)
	expect(salts.length).toBe(1)
	const secretBytes = [seed, ...salts, pkcs8.slice(500, 540), pkcs8.slice(-40)].flatMap(
		(bytes) => [
			Buffer.from(bytes),
			Buffer.from(hex(bytes)),
			Buffer.from(Buffer.from(bytes).toString('base64')),
		],
	)
	const texts = [NAME, PASSPHRASE, 'Entwurf eines Namens']
	expect(filesWith(profile, both('Kontrollname'))).not.toEqual([])
	expect(filesWith(profile, [...texts.flatMap(both), ...secretBytes])).toEqual([])
	await begin(browser.newContext())
})
