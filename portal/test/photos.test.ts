/** Photographs of all members' pages at a real clinic, kept in docs/portal. Only if SALUS_PHOTOS is set. */
import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Clinic, OWN_PASSPHRASE, here } from './clinic'
import { type Patient, joinRegion, newPatient } from './patient'
import { come, openKey } from './person'
import { button, choose, field, folder, heading, page, says } from './portal'

const photographs = here && process.env.SALUS_PHOTOS !== undefined
const shown = fileURLToPath(new URL('../../docs/portal/', import.meta.url))
const document = (name: string) =>
	fileURLToPath(new URL(`../../testdata/${name}.json`, import.meta.url))

const MIRIAM = 'Dr. Miriam Castellanos'
const TOBIAS = 'Dr. Tobias Lindqvist'
const ZOE = 'Dr. Zoë Amsel'
const INES = 'Dr. Ines Varga-Holloway'

/** A machine may do much else. */
const HOUR = 3_600_000

let clinic: Clinic
let ada: Patient
/** Her patient id. */
let patient: string
/** The account of somebody who applied. */
let ines: string

beforeAll(async () => {
	if (!photographs) return
	clinic = await Clinic.start(join(folder, 'clinic'))
	await clinic.provider('miriam', '1234567893', MIRIAM)
	await clinic.provider('tobias', 'A12345', TOBIAS)
	await clinic.provider('zoe', 'C67890', ZOE)
	ada = await newPatient()
	await clinic.salus('miriam', 'patient', 'invite', ada.account)
	mkdirSync(shown, { recursive: true })
}, HOUR)
afterAll(() => clinic?.stop())

/** In WebP, which is a third of the size of PNG: as much of the page as a designer looks at. */
async function shoot(name: string, height: number, scale: number, y = 0): Promise<void> {
	const client = await page.context().newCDPSession(page)
	const width = page.viewportSize()?.width ?? 0
	const clip = { x: 0, y, width, height, scale }
	const { data } = await client.send('Page.captureScreenshot', {
		format: 'webp',
		quality: 60,
		captureBeyondViewport: true,
		clip,
	})
	await client.detach()
	writeFileSync(join(shown, `${name}.webp`), Buffer.from(data, 'base64'))
}

/** Nobody looks at more of one page, in pixels. */
const MOST = 2400

/** A page, light and dark, on a phone and at a desk. `whole`: not only what is in front of the person. */
async function photograph(name: string, whole = true): Promise<void> {
	await page.mouse.move(0, 0)
	for (const width of [360, 1280]) {
		for (const colorScheme of ['light', 'dark'] as const) {
			await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
			await page.setViewportSize({ width, height: 740 })
			await page.evaluate(() => scrollTo(0, 0))
			const height = await page.evaluate(() => window.document.documentElement.scrollHeight)
			await shoot(`${name}-${colorScheme}-${width}`, whole ? Math.min(height, MOST) : 740, 1)
		}
	}
	await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
	await page.setViewportSize({ width: 360, height: 740 })
}

/** What the README shows: as on a phone, from the heading on, and sharp. */
async function forReadme(name: string): Promise<void> {
	await page.evaluate(() => scrollTo(0, 0))
	const y = await page.evaluate(() => window.document.querySelector('h1')?.offsetTop ?? 0)
	await shoot(name, 1080, 2, y - 24)
}

/** A provider stores a document: of the patient, or in place of an older record. */
async function store(who: string, name: string, file: string, of: string[]) {
	const given = [document(file), '--name', name]
	const act = of[0] === '--patient' ? ['add', ...given, ...of] : ['amend', ...of, ...given]
	const { records } = await clinic.salus(who, 'record', ...act)
	return String(records[0].record)
}

/** Shares what is chosen, with terms of these names. */
async function share(number: string, name: string, why: string, long: RegExp, photos = false) {
	await field('Number or name').fill(number)
	await button('Find').click()
	await button(`Choose ${name}`).waitFor()
	if (photos) await photograph('share-find')
	await button(`Choose ${name}`).click()
	await button('They are all the same').waitFor()
	if (photos) await photograph('share-compare')
	await button('They are all the same').click()
	await page.getByText(why, { exact: true }).click()
	await page.getByText(long).click()
	if (photos) await photograph('share-terms')
	await button('Share now').click()
	await heading(`You shared it with ${name}`)
	await button('See each step').waitFor({ state: 'hidden' })
	if (photos) await photograph('share-done')
	await button('To my records').click()
	await button('Blood fats').waitFor()
}

test.skipIf(!photographs)(
	'a patient’s pages, light and dark, on a phone and at a desk',
	async () => {
		await page.goto(clinic.link)
		await page.reload()
		await button('They are all the same').waitFor()
		await photograph('join')
		await button('They are all the same').click()
		await says('First you need your key')
		await photograph('start')
		await button('Make my key').click()
		await heading('Make your key')
		await photograph('create')
		await button('Back').click()
		await openKey(page, ada, 'Ada')
		await button('Join now').waitFor()
		await photograph('invited')
		patient = await joinRegion()
		const of = ['--patient', patient]
		await store('miriam', 'My health since I was born', 'synthea-13', of)
		await store('tobias', 'Visit at Good Health Clinic', 'hl7-Composition-example', of)
		const sample = 'hl7-DiagnosticReport-gingival-mass'
		const first = await store('zoe', 'Tissue sample, first look', sample, of)
		await store('miriam', 'Blood fats', 'hl7-Bundle-lipids', of)
		await store('zoe', 'Tissue sample of the gums', sample, [first])
		await button('Add a document').click()
		const buffer = Buffer.from('All is well.')
		await choose({ name: 'Letter from the sea.txt', mimeType: 'text/plain', buffer })
		await photograph('add')
		await button('Add it').click()
		await says('It is in your records.')
		await button('To my records').click()
		await button('Blood fats').waitFor()

		await button('Blood fats').click()
		await button('Share this record').click()
		await share('lindqvist', TOBIAS, 'To treat you', /^90 days/, true)
		await button('Choose several').click()
		for (const name of ['My health since I was born', 'Blood fats'])
			await page.getByText(name, { exact: true }).click()
		await photograph('records-chosen')
		await button('Share these').click()
		await share('C67890', ZOE, 'For research', /^One year/)
		await button('My health since I was born').waitFor()
		await photograph('records')
		await forReadme('records')

		await button('Blood fats').click()
		await button(`Stop sharing with ${ZOE}`).waitFor()
		await photograph('record-closed')
		await button('Open it').click()
		await page.getByRole('button', { name: /^Test results/ }).click()
		await says('Cholesterol')
		await photograph('record')
		await forReadme('record')

		await page.getByRole('link', { name: 'Who can read' }).click()
		await button('My health since I was born').waitFor()
		await photograph('readers')
		await forReadme('readers')
		await button(`Stop sharing with ${ZOE}`).click()
		await photograph('stop', false)
		await page.getByRole('dialog').getByRole('button', { name: 'Stop sharing' }).click()
		await button(`Stop sharing with ${ZOE}`).waitFor({ state: 'hidden' })
		await page.getByRole('link', { name: 'What happened' }).click()
		await button('Blood fats').first().waitFor()
		await photograph('happened')
		await page.getByRole('link', { name: 'What I sent' }).click()
		await says('Done. Nobody can undo it.')
		await photograph('activity')
		await page.getByRole('link', { name: 'My key' }).click()
		await says('Your patient number')
		await photograph('me')
		await page.getByRole('link', { name: 'Safe copy' }).click()
		await button('Save my key file').waitFor()
		await photograph('copy')
		await page.getByRole('link', { name: 'Settings' }).click()
		await says('It answered, and the answer was right.')
		await photograph('settings')
		await page.keyboard.press('F9')
		await heading('Who are you?')
		await photograph('people')
		await button('Ada').click()
		await field('Passphrase').waitFor()
		await photograph('unlock')
		expect(await page.getByText('Something went wrong').count()).toBe(0)
	},
	HOUR,
)

const open = (name: string) => page.getByRole('link', { name, exact: true }).click()

/** Comes with a key that the command made. */
async function enter(who: string, label: string): Promise<void> {
	await come(page, clinic.link)
	const file = join(folder, 'clinic', 'keys', `${who}.age`)
	await openKey(page, { file, passphrase: OWN_PASSPHRASE }, label)
}

/** Somebody whom an authority has invited. Gives the account. */
async function invited(who: string): Promise<string> {
	const { account } = await clinic.salus(who, 'key', 'new', who)
	await clinic.salus('alice', 'provider', 'invite', account)
	return account
}

test.skipIf(!photographs)(
	'the pages of somebody who applies as a provider',
	async () => {
		ines = await invited('ines')
		await enter('ines', 'Ines')
		await button('Apply to treat patients here').click()
		await field('Your number').fill('B20020')
		await field('Your name at work').fill(INES)
		await photograph('provider-apply')
		await button('Apply now').click()
		await says('0 said yes, 0 said no.')
		await button('See each step').waitFor({ state: 'hidden' })
		await photograph('provider-applied')
	},
	HOUR,
)

test.skipIf(!photographs)(
	'an authority’s pages',
	async () => {
		// Somebody else wants the number of the one who applied.
		await invited('eve')
		await clinic.salus(
			'eve',
			'provider',
			'apply',
			'B20020',
			'--full-name',
			'Dr. Eve Moneypenny',
		)
		await clinic.salus('bob', 'vote', 'verify', ines, '--aye')
		await enter('alice', 'Alice')
		await says('1 said yes, 0 said no.')
		await photograph('authority-votes')
		await button(`Yes to ${INES}`).click()
		await page.getByRole('dialog').waitFor()
		await photograph('authority-yes', false)
		await page.keyboard.press('Escape')
		await open('People')
		await button(`Stop ${ZOE} for now`).waitFor()
		await photograph('authority-people')
		await button(`Stop ${ZOE} for now`).click()
		await page.getByRole('dialog').waitFor()
		await photograph('authority-stop', false)
		await page.keyboard.press('Escape')
		await open('Motions')
		await field('How many copies should each document have?').fill('5')
		await button('Open the motion').first().click()
		await button('Vote for motion 0').waitFor()
		await button('See each step').waitFor({ state: 'hidden' })
		await photograph('authority-motions')
		await open('Health')
		await says('It answered, and the answer was right.')
		await says('No copy yet with')
		await photograph('authority-health')
		await open('Sign')
		await choose(clinic.network.path)
		await says('must sign')
		await photograph('authority-sign')
	},
	HOUR,
)

test.skipIf(!photographs)(
	'a provider’s pages',
	async () => {
		await enter('tobias', 'Tobias')
		await heading('Records I wrote')
		await button('Visit at Good Health Clinic').waitFor()
		await open('Add')
		await field('The patient’s number').fill(patient)
		await button('Find').click()
		await field('What do you call this patient?').fill('Ada Example')
		await button('Save').click()
		await says('For Ada Example')
		await choose(document('hl7-Bundle-lipids'))
		await field('What should it be called?').fill('Blood fats, a year later')
		await photograph('provider-write')
		await button('Do not add this one').click()
		// It goes no further.
		clinic.stopKubo()
		await choose(clinic.write('Film of the heart.bin', randomBytes(48 << 20)))
		await button('Add it').click()
		await says('We are sending it')
		await photograph('provider-sending')
		await button('Pause').click()
		await says('These documents are locked on this device.')
		await photograph('provider-waiting')
		clinic.goOnKubo()
		await button('Throw it away').click()
		await photograph('provider-throw-away', false)
		await page.getByRole('dialog').getByRole('button', { name: 'Throw it away' }).click()
		await page
			.getByText('These documents are locked on this device.')
			.waitFor({ state: 'hidden' })
		await open('I wrote')
		await says('About Ada Example')
		await button('Visit at Good Health Clinic').waitFor()
		await photograph('provider-written')
		await open('Add')
		await button('Ada Example').waitFor()
		await photograph('provider-find')
		await open('I wrote')
		await button('Visit at Good Health Clinic').click()
		await button('Correct this record').waitFor()
		await photograph('provider-record')
		await open('Shared with me')
		await button('Blood fats').waitFor()
		await photograph('provider-shared')
		await button('Blood fats').click()
		await button('Open it').click()
		await says('We checked it.')
		await photograph('provider-shared-record')
		await open('Invite')
		await page.getByText('/#/join?network=clinics').waitFor()
		await photograph('provider-invite')
		await open('Regions')
		await button('Put me on the list').click()
		await says('Your entry waits here.')
		await button('See each step').waitFor({ state: 'hidden' })
		await photograph('provider-regions')
		await open('Settings')
		await says('It answered, and the answer was right.')
		await photograph('provider-settings')
		await button('Retire').click()
		await page.getByRole('dialog').waitFor()
		await photograph('provider-retire', false)
	},
	HOUR,
)
