/** A patient's acts at a real clinic, together with what providers do with the `salus` command. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { SeedSigner, accountText, openKeyFile } from '../src/format'
import { Clinic, here, until } from './clinic'
import {
	browser,
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

const REPORT = new URL('../../testdata/hl7-Bundle-lipids.json', import.meta.url)
const NAME = 'Blood fats'

let clinic: Clinic
let patient: string
/** The fingerprint of Tobias's key, as he tells it. */
let print: string

beforeAll(async () => {
	if (!here) return
	clinic = await Clinic.start(join(folder, 'clinic'))
	await clinic.provider('miriam', '1234567893', 'Dr. Miriam Castellanos')
	print = await clinic.provider('tobias', 'A12345', 'Dr. Tobias Lindqvist')
	const { file, passphrase } = vectorFile()
	const { secrets } = await openKeyFile(new Uint8Array(file.buffer), passphrase)
	const account = accountText(new SeedSigner(secrets.seed).account)
	await clinic.salus('miriam', 'patient', 'invite', account)
}, 400_000)
afterEach(forgiveNetwork)
afterAll(() => clinic?.stop())

/** Comes to the records, by the clinic's link and a key file. */
async function enter(at = page) {
	const press = (name: string) => at.getByRole('button', { name, exact: true }).click()
	await at.goto(clinic.link)
	await at.reload()
	await press('They are all the same')
	await press('I already have a key file')
	const { file, passphrase } = vectorFile()
	const [chooser] = await Promise.all([at.waitForEvent('filechooser'), press('Choose a file')])
	await chooser.setFiles(file)
	await at.getByLabel('Passphrase', { exact: true }).fill(passphrase)
	await at.getByLabel('What should this device call you?').fill('Ada')
	await press('Open my key')
	await at.getByRole('heading', { level: 1, name: 'My records' }).waitFor()
}

async function unlock() {
	await heading('Who are you?')
	await button('Ada').click()
	await field('Passphrase').fill(vectorFile().passphrase)
	await button('Unlock').click()
}

/** Miriam stores a document, and the portal shows it. */
async function stored(name: string, path: string): Promise<string> {
	const given = [path, '--patient', patient, '--name', name, '--yes']
	const { records } = await clinic.salus('miriam', 'record', 'add', ...given)
	await button('Look for new records').click()
	await button(name).waitFor()
	return String(records[0].record)
}

const readBy = (who: string, record: string, name: string) =>
	clinic.salus(who, 'record', 'get', record, '-o', join(folder, name))

test.skipIf(!here)(
	'a record that salus stored is opened, shared, read and no longer shared',
	async () => {
		await enter()
		await button('Join now').click()
		await says('You have no records yet')
		await page.getByRole('link', { name: 'My key' }).click()
		await says('Your patient number')
		patient = (await page.locator('.code.id code').first().innerText()).replaceAll(/\s/g, '')
		await page.getByRole('link', { name: 'My records' }).click()
		await says('You have no records yet')

		const content = readFileSync(REPORT)
		const record = await stored(NAME, clinic.write('lipids.json', content))
		await button(NAME).click()
		await says('By Dr. Miriam Castellanos, number 1234567893')
		await button('Open it').click()
		await says('We checked it. It is just as its writer signed it.')
		await page.getByRole('button', { name: /^Test results/ }).click()
		await says('Cholesterol')

		await button('Share this record').click()
		await field('Number or name').fill('A12345')
		await button('Find').click()
		await button('Choose Dr. Tobias Lindqvist').click()
		await says(print)
		await button('They are all the same').click()
		await page.getByText('To treat you', { exact: true }).click()
		await button('Share now').click()
		await says('You shared it with Dr. Tobias Lindqvist')
		await readBy('tobias', record, 'tobias.json')
		expect(readFileSync(join(folder, 'tobias.json')).equals(content)).toBe(true)

		// On another device, the same person sees the same.
		const other = await browser.newContext()
		const second = await other.newPage()
		await enter(second)
		await second.getByRole('button', { name: NAME, exact: true }).click()
		await second.getByText('Dr. Tobias Lindqvist').first().waitFor()
		await second.getByRole('button', { name: 'Open it' }).click()
		await second.getByText('We checked it.').waitFor()
		await other.close()

		await page.getByRole('link', { name: 'Who can read' }).click()
		await button('Stop sharing with Dr. Tobias Lindqvist').click()
		await page.getByRole('dialog').getByRole('button', { name: 'Stop sharing' }).click()
		await says('You have shared nothing else.')
		await expect(readBy('tobias', record, 'later.json')).rejects.toThrow()
		await page.getByRole('link', { name: 'What happened' }).click()
		await says('Sharing with Dr. Tobias Lindqvist was stopped')
		await says('You shared with Dr. Tobias Lindqvist')
		expect(faults).toEqual([])
	},
	400_000,
)

test.skipIf(!here)(
	'a patient adds a document, which providers see as the patient’s own',
	async () => {
		await enter()
		await button('Add a document').click()
		await choose({
			name: 'Letter from abroad.txt',
			mimeType: 'text/plain',
			buffer: Buffer.from('All is well.'),
		})
		expect(await field('What should it be called?').inputValue()).toBe('Letter from abroad')
		await button('Add it').click()
		await says('It is in your records.')
		await page.getByRole('link', { name: 'My records' }).click()
		await button('Letter from abroad').click()
		await says('Added by you')
		await button('Open it').click()
		await says('We cannot show this kind of file here.')
		await button('Add a newer version').click()
		await choose({
			name: 'Letter.txt',
			mimeType: 'text/plain',
			buffer: Buffer.from('All is very well.'),
		})
		await button('Add it').click()
		await says('It is in your records.')
		await page.getByRole('link', { name: 'My records' }).click()
		await says('A newer record corrects this one.')
	},
	300_000,
)

test.skipIf(!here)(
	'a lock in the middle of sharing and of adding loses nothing',
	async () => {
		await enter()
		await button('Letter').click()
		await button('Share this record').click()
		await field('Number or name').fill('Lindqvist')
		await button('Find').click()
		await button('Choose Dr. Tobias Lindqvist').click()
		await button('They are all the same').click()
		await button('Share now').click()
		await says('Share a record with Dr. Tobias Lindqvist')
		await page.keyboard.press('F9')
		await unlock()
		await page.goto(`${clinic.origin}/#/activity`)
		await says('Done. Nobody can undo it.')
		await page.getByRole('link', { name: 'Who can read' }).click()
		await button('Stop sharing with Dr. Tobias Lindqvist').waitFor()

		await page.goto(`${clinic.origin}/#/add`)
		await choose({
			name: 'Scan.bin',
			mimeType: 'application/octet-stream',
			buffer: Buffer.alloc(30 << 20, 'a picture of a knee'),
		})
		await button('Add it').click()
		await says('We are sending it')
		await page.keyboard.press('F9')
		await unlock()
		await page.goto(`${clinic.origin}/#/add`)
		await says('These documents are locked on this device.')
		await button('Go on').click()
		await says('It is in your records.')
	},
	300_000,
)

test.skipIf(!here)(
	'without Kubo, without a gateway and without a chain the pages say what still works',
	async () => {
		await enter()
		await button('Blood fats').waitFor()
		const [first, second] = clinic.gateways
		const { kubo } = clinic
		kubo.program.process.kill('SIGKILL')
		await button('Blood fats').click()
		await button('Open it').click()
		await page.getByRole('alert').waitFor()
		console.log(`without Kubo: ${await page.getByRole('alert').innerText()}`)
		kubo.program.process = kubo.program.start()
		await clinic.kuboUp()
		await button('Open it').click()
		await says('We checked it.')

		first.program.process.kill('SIGKILL')
		await button('To my records').click()
		await button('Blood fats').click()
		await button('Open it').click()
		await says('We checked it.')

		second.program.process.kill('SIGKILL')
		await page.keyboard.press('F9')
		await unlock()
		await says('We cannot reach your records now')
		for (const { program } of [first, second]) program.process = program.start()
		await until('the gateways', async () => {
			await button('Try again now').click({ timeout: 2000 })
			return (await button('Blood fats').count()) > 0 || null
		})
	},
	300_000,
)
