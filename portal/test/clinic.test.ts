/** A patient's acts at a real clinic, together with what providers do with the `salus` command. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { look } from './browser'
import { Clinic, here } from './clinic'
import { type Patient, enter, joinRegion, newPatient, unlock } from './patient'
import {
	backTo,
	browser,
	button,
	choose,
	chooseByKeys,
	field,
	findByKeys,
	finds,
	folder,
	forgiveNetwork,
	goByKeys,
	hasFocus,
	heading,
	page,
	percent,
	press,
	says,
	tabTo,
	withoutMouse,
} from './portal'

const REPORT = new URL('../../testdata/hl7-Bundle-lipids.json', import.meta.url)
const NAME = 'Blood fats'

let clinic: Clinic
let patient: string
let ada: Patient
/** The fingerprint of Tobias's key, as he tells it. */
let print: string

beforeAll(async () => {
	if (!here) return
	clinic = await Clinic.start(join(folder, 'clinic'))
	await clinic.provider('miriam', '1234567893', 'Dr. Miriam Castellanos')
	print = await clinic.provider('tobias', 'A12345', 'Dr. Tobias Lindqvist')
	ada = await newPatient()
	await clinic.salus('miriam', 'patient', 'invite', ada.account)
})
afterEach(forgiveNetwork)
afterAll(() => clinic?.stop())

/** Miriam stores a document, and the portal shows it. */
async function stored(name: string, path: string): Promise<string> {
	const given = [path, '--patient', patient, '--name', name]
	const { records } = await clinic.salus('miriam', 'record', 'add', ...given)
	await finds(name)
	return String(records[0].record)
}

const readBy = (who: string, record: string, name: string) =>
	clinic.salus(who, 'record', 'get', record, '-o', join(folder, name))

test.skipIf(!here)(
	'a record that salus stored is opened, shared, read and no longer shared',
	async () => {
		await enter(clinic, ada)
		patient = await joinRegion()
		const content = readFileSync(REPORT)
		const record = await stored(NAME, clinic.write('lipids.json', content))
		await button(NAME).click()
		await says('By Dr. Miriam Castellanos, number 1234567893')
		await button('Open it').click()
		await says('We checked it. It is just as its writer signed it.')
		await page.getByRole('button', { name: /^Test results/ }).click()
		await says('Cholesterol')
		await look(page, 'clinic-record')

		await button('Share this record').click()
		await field('Number or name').fill('A12345')
		await button('Find').click()
		await button('Choose Dr. Tobias Lindqvist').click()
		await says(print)
		await button('They are all the same').click()
		await page.getByText('To treat you', { exact: true }).click()
		await button('Share now').click()
		await says('You shared it with Dr. Tobias Lindqvist')
		await look(page, 'clinic-shared')
		await button('To my records').click()
		await button(NAME).click()
		await button('Stop sharing with Dr. Tobias Lindqvist').waitFor()
		await look(page, 'clinic-record-shared')
		await readBy('tobias', record, 'tobias.json')
		expect(readFileSync(join(folder, 'tobias.json')).equals(content)).toBe(true)

		// On another device, the same person sees the same.
		const other = await browser.newContext()
		const second = await other.newPage()
		await enter(clinic, ada, second)
		await second.getByRole('button', { name: NAME, exact: true }).click()
		await second.getByText('Dr. Tobias Lindqvist').first().waitFor()
		await second.getByRole('button', { name: 'Open it' }).click()
		await second.getByText('We checked it.').waitFor()
		await other.close()

		await page.getByRole('link', { name: 'Who can read' }).click()
		await button(NAME).waitFor()
		await look(page, 'clinic-readers')
		await button('Stop sharing with Dr. Tobias Lindqvist').click()
		await look(page, 'clinic-stop', true)
		await page.getByRole('dialog').getByRole('button', { name: 'Stop sharing' }).click()
		await says('You share nothing now.')
		await expect(readBy('tobias', record, 'later.json')).rejects.toThrow()
		await page.getByRole('link', { name: 'What happened' }).click()
		await says('Sharing with Dr. Tobias Lindqvist was stopped')
		await says('You shared with Dr. Tobias Lindqvist')
	},
)

test.skipIf(!here)(
	'a patient adds a document, which providers see as the patient’s own',
	async () => {
		await enter(clinic, ada)
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
		await says('All is well.')
		await button('Correct this record').click()
		await choose({
			name: 'Letter.txt',
			mimeType: 'text/plain',
			buffer: Buffer.from('All is very well.'),
		})
		await button('Add it').click()
		await says('It is in your records.')
		await page.getByRole('link', { name: 'My records' }).click()
		await says('A newer record corrects this one.')
		await button(NAME).waitFor()
		await look(page, 'clinic-records')
	},
)

test.skipIf(!here)('a lock in the middle of sharing and of adding loses nothing', async () => {
	await enter(clinic, ada)
	await button('Letter').click()
	await button('Share this record').click()
	await field('Number or name').fill('Lindqvist')
	await button('Find').click()
	await button('Choose Dr. Tobias Lindqvist').click()
	await button('They are all the same').click()
	const { stopped } = await clinic.stopChainAtNext(page)
	await button('Share now').click()
	await stopped
	await page.keyboard.press('F9')
	await heading('Who are you?')
	clinic.goOnChain()
	await unlock()
	await page.goto(`${clinic.origin}/#/activity`)
	await says('Done. Nobody can undo it.')
	await look(page, 'clinic-activity')
	// What had the focus is gone.
	await button('Remove from this list').focus()
	await page.keyboard.press('Enter')
	await says('You have sent nothing yet.')
	await hasFocus('H1')
	await page.getByRole('link', { name: 'Who can read' }).click()
	await button('Stop sharing with Dr. Tobias Lindqvist').waitFor()

	await page.goto(`${clinic.origin}/#/add`)
	await choose({
		name: 'Scan.bin',
		mimeType: 'application/octet-stream',
		buffer: Buffer.alloc(30 << 20, 'a picture of a knee'),
	})
	// It goes no further than that.
	clinic.stopKubo()
	await button('Add it').click()
	await says('We are sending it')
	await page.keyboard.press('F9')
	await unlock()
	clinic.goOnKubo()
	await page.goto(`${clinic.origin}/#/add`)
	await says('These documents are locked on this device.')
	await look(page, 'clinic-waiting')
	await button('Go on').click()
	await says('It is in your records.')

	// In the middle of a download: it goes on, and what comes out is what went in.
	await page.getByRole('link', { name: 'My records' }).click()
	await button('Scan').click()
	clinic.stopKubo()
	await button('Open it').click()
	await says('We are getting it')
	await clinic.trickle(async () => (await percent(page)) > 0)
	await page.keyboard.press('F9')
	await unlock()
	clinic.goOnKubo()
	await button('Scan').click()
	await button('Open it').click()
	await says('We checked it.')
})

/** The menu, from its last page back. */
const MENU = [
	...['Settings', 'Safe copy', 'My key', 'What I sent'],
	...['What happened', 'Who can read', 'My records'],
]

/** From the heading of a page to another page, by keys alone. */
async function goTo(link: string, title: string | RegExp) {
	// Until it is final, a note on top leads elsewhere.
	await button('See each step').waitFor({ state: 'hidden' })
	await goByKeys(MENU, link, title)
}

/** Finds a provider, compares the key, and shares what is chosen, by keys alone. */
async function shareByKeys(number: string, name: string) {
	await findByKeys(number, name)
	await tabTo('To treat you')
	await press('Tab')
	await hasFocus(/^90 days, until /)
	await tabTo('Share now')
	await press('Enter')
	await heading(`You shared it with ${name}`)
	await hasFocus('H1')
	await button('See each step').waitFor({ state: 'hidden' })
	await tabTo('Who can read this', 'To my records')
	await press('Enter')
	await heading('My records')
	await hasFocus('H1')
}

/** What is asked first undoes nothing. */
async function stopByKeys(question: string) {
	const dialog = page.getByRole('dialog', { name: question })
	await dialog.waitFor()
	await hasFocus('Cancel')
	await tabTo('Stop sharing')
	await press('Enter')
	await dialog.waitFor({ state: 'hidden' })
	await says('You share nothing now.')
	// The button that asked for it is gone.
	await hasFocus('H1')
}

test.skipIf(!here)('each task of a patient is done by keys alone, to its end', async () => {
	await withoutMouse()
	const ben = await newPatient()
	await clinic.provider('zoe', 'C67890', 'Dr. Zoë Amsel')
	await clinic.salus('miriam', 'patient', 'invite', ben.account)

	await page.goto(clinic.link)
	await page.reload()
	await button('They are all the same').waitFor()
	await hasFocus('H1')
	await tabTo('Copy', 'They are all the same')
	await press('Enter')
	await heading('Your health records, locked with your own key')
	await tabTo('Make my key', 'I already have a key file')
	await press('Enter')
	await heading('Use your key file')
	await tabTo('Choose a file')
	await chooseByKeys(ben.file)
	await tabTo('Passphrase')
	await page.keyboard.type(ben.passphrase)
	await tabTo('Show', 'What should this device call you?')
	await page.keyboard.type('Ben')
	await press('Enter')
	await button('Join now').waitFor()
	await hasFocus('H1')
	await tabTo('Join now')
	await press('Enter')
	await says('You have no records yet')
	await hasFocus('H1')
	await goTo('My key', /^Hello, /)
	await says('Your patient number')
	const text = await page.locator('.code.id code').first().innerText()
	await goTo('My records', 'My records')
	await button('Look for new records').waitFor()
	const report = { resourceType: 'DiagnosticReport', code: { text: 'Lipid panel' } }
	const path = clinic.write('report.json', JSON.stringify(report))
	for (const name of ['Blood fats', 'Knee']) {
		const given = ['--patient', text.replaceAll(/\s/g, ''), '--name', name]
		await clinic.salus(
			'miriam',
			'record',
			'add',
			clinic.write(`${name}.json`, `${readFileSync(path)} `),
			...given,
		)
	}
	await tabTo('Add a document', 'Show my patient number', 'Look for new records')
	await press('Enter')
	await button('Knee').waitFor()
	await hasFocus('H1')

	// Search, open, save.
	await tabTo('Add a document', 'Find a record by its name')
	await page.keyboard.type('fats')
	await press('Enter')
	await says('1 of 2 records')
	await tabTo('Find', 'Show all again', 'Show only some', 'Choose several', 'Blood fats')
	await press('Enter')
	await heading('Blood fats')
	await button('Share this record').waitFor()
	await hasFocus('H1')
	await tabTo('Open it')
	await press('Enter')
	await says('We checked it.')
	await hasFocus('P')
	await tabTo('Test reports (1)', 'Save it on this device')
	await press('Enter')
	await says('Your browser saved it.')

	// Share one, and several.
	await tabTo('Share this record')
	await press('Enter')
	await shareByKeys('A12345', 'Dr. Tobias Lindqvist')
	await button('Knee').waitFor()
	await tabTo('Add a document', 'Find a record by its name', 'Find', 'Show only some')
	await tabTo('Choose several')
	await press('Enter')
	await hasFocus('Stop choosing')
	await tabTo('Knee')
	await press('Space')
	await tabTo('Blood fats')
	await press('Space')
	await says('You chose 2 of at most 20 records.')
	await backTo('Knee', 'Stop choosing', 'Share these')
	await press('Enter')
	await shareByKeys('C67890', 'Dr. Zoë Amsel')

	// Stop one, and all.
	await button('Knee').waitFor()
	await tabTo('Add a document', 'Find a record by its name', 'Find', 'Show only some')
	await tabTo('Choose several', 'Knee')
	await press('Enter')
	await heading('Knee')
	await button('Stop sharing with Dr. Zoë Amsel').waitFor()
	await tabTo('Open it', 'Stop sharing with Dr. Zoë Amsel')
	await press('Enter')
	await stopByKeys('Stop sharing with Dr. Zoë Amsel?')
	await goTo('Who can read', 'Who can read my records')
	await button('Blood fats').nth(1).waitFor()
	await tabTo('Blood fats', 'Stop sharing with Dr. Zoë Amsel')
	await tabTo('Blood fats', 'Stop sharing with Dr. Tobias Lindqvist')
	await tabTo('Stop sharing with everybody')
	await press('Enter')
	await stopByKeys('Stop sharing with everybody?')

	// What happened.
	await button('See each step').waitFor({ state: 'hidden' })
	await tabTo('See what happened')
	await press('Enter')
	await heading('What happened')
	await says('Sharing with Dr. Tobias Lindqvist was stopped')
	await button('Knee').first().waitFor()
	await hasFocus('H1')
	await goTo('What I sent', 'What I sent')
	await tabTo('Remove from this list')
	await press('Enter')
	await hasFocus('H1')

	// Add a document.
	await goTo('My records', 'My records')
	await button('Knee').waitFor()
	await tabTo('Add a document')
	await press('Enter')
	await heading('Add a document')
	await hasFocus('H1')
	await tabTo('Choose a file')
	const buffer = Buffer.from('The knee is well.')
	await chooseByKeys({ name: 'Knee.txt', mimeType: 'text/plain', buffer })
	await field('What should it be called?').waitFor()
	await tabTo('Take a photo', 'What should it be called?')
	await press('ControlOrMeta+A')
	await page.keyboard.type('By keys alone')
	await tabTo('More about this file', 'Do not add this one', 'Add it')
	await press('Enter')
	await says('It is in your records.')
	await hasFocus('Add it')
	await tabTo('To my records')
	await press('Enter')
	await heading('My records')
	await button('By keys alone').waitFor()
})

test.skipIf(!here)(
	'without Kubo, without a gateway and without a chain the pages say what still works',
	async () => {
		await enter(clinic, ada)
		await button('Blood fats').waitFor()
		const [first, second] = clinic.gateways
		const { kubo } = clinic
		kubo.program.process.kill('SIGKILL')
		await button('Blood fats').click()
		await button('Open it').click()
		const alert = page.getByRole('alert').first()
		await alert.waitFor()
		console.log(`without Kubo: ${await alert.innerText()}`)
		kubo.program.process = kubo.program.start()
		await clinic.kuboUp()
		await button('Open it').click()
		await says('We checked it.')

		first.program.process.kill('SIGKILL')
		await button('To my records').click()
		await button('Blood fats').click()
		await button('Open it').click()
		await says('We checked it.')

		await clinic.stopChainAtNext(page)
		await button('Share this record').click()
		await field('Number or name').fill('A12345')
		await button('Find').click()
		await button('Choose Dr. Tobias Lindqvist').click()
		await button('They are all the same').click()
		await button('Share now').click()
		await says('We cannot reach the network at the moment')
		await says('What you sent may still come. It is not final yet.')
		expect(await page.getByRole('alert').count()).toBe(0)
		await look(page, 'clinic-still')
		clinic.goOnChain()
		await heading('You shared it with Dr. Tobias Lindqvist')
		await page
			.getByText('We cannot reach the network at the moment')
			.waitFor({ state: 'hidden' })

		clinic.chain.process.kill('SIGSTOP')
		await page.keyboard.press('F9')
		await unlock()
		await says('We cannot reach the network now')
		clinic.goOnChain()
		await button('Blood fats').waitFor()

		second.program.process.kill('SIGKILL')
		await page.keyboard.press('F9')
		await unlock()
		await says('We cannot reach the network now')
		for (const { program } of [first, second]) program.process = program.start()
		// By itself.
		await button('Blood fats').waitFor()
	},
)
