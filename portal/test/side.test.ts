/** Patient and provider side by side, at a real clinic, through processes 0 to 3. */
import { createHash, randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { launchIn } from './browser'
import { Clinic, OWN_PASSPHRASE, here, until } from './clinic'
import { Person, lookUntil } from './person'
import { PASSPHRASE, both, browser, filesKept, filesWith, folder, percent } from './portal'
import { Desk } from './upload'

const REPORT = new URL('../../testdata/hl7-Bundle-lipids.json', import.meta.url)

let clinic: Clinic
let ada: Person
let miriam: Person
let key: { account: string; file: string }
/** The key file that Ada's browser made. */
let adas: string
let patient: string
const everybody: Person[] = []

const inBrowser = async (label: string) => {
	const context = await browser.newContext({ viewport: { width: 360, height: 740 } })
	const person = await Person.at(context, label)
	everybody.push(person)
	return person
}

beforeAll(async () => {
	if (!here) return
	clinic = await Clinic.start(join(folder, 'side'))
	await clinic.provider('tobias', 'A12345', 'Dr. Tobias Lindqvist')
	ada = await inBrowser('Ada')
	miriam = await inBrowser('Miriam')
})
afterEach(async ({ task }) => {
	if (task.result?.state !== 'fail') return
	for (const { page, label } of everybody) {
		const text = await page.innerText('body').catch(() => 'nothing')
		console.log(`${label} sees:\n${text}`)
	}
})
afterAll(async () => {
	for (const person of [ada, miriam]) await person?.page.context().close()
	clinic?.stop()
})

test.skipIf(!here)(
	'process 0: a provider applies and is verified, and invites a patient, who joins',
	async () => {
		await miriam.come(clinic.link)
		key = await miriam.makeKey('Miriam Castellanos', folder)
		await clinic.salus('alice', 'provider', 'invite', key.account)
		await miriam.says('You are invited')
		await miriam.press('Apply to treat patients here')
		await miriam.type('Your number', '1234567890')
		await miriam.type('Your name at work', 'Dr. Miriam Castellanos')
		await miriam.press('Apply now')
		await miriam.says('This number is not right.')
		await miriam.type('Your number', '1234567893')
		await miriam.press('Apply now')
		await miriam.says('Your application')
		await miriam.says('0 said yes, 0 said no.')
		for (const authority of ['alice', 'bob'])
			await clinic.salus(authority, 'vote', 'verify', '1234567893', '--aye')
		await miriam.sees('Records I wrote')
		await miriam.says('You have written no records yet')

		await miriam.open('Invite')
		const link = await miriam.page.getByText('/#/join?network=clinics').innerText()
		await ada.come(link.replaceAll(/\s/g, ''))
		const { account, file } = await ada.makeKey('Ada Łovelace', folder)
		adas = file
		await miriam.type('Their account', account)
		await miriam.press('Invite')
		await miriam.says('They are invited.')
		await ada.says('You are invited')
		await ada.press('Join now')
		await ada.says('You have no records yet')
		await ada.open('My key')
		await ada.says('Your patient number')
		patient = await ada.code('id')
		expect(patient).toMatch(/^[0-9a-f]{32}$/)
	},
)

test.skipIf(!here)(
	'processes 1 and 2: the provider adds a record, and the patient opens it',
	async () => {
		await miriam.awake()
		await miriam.open('Add')
		await miriam.type('The patient’s number', patient)
		await miriam.press('Find')
		await miriam.type('What do you call this patient?', 'Ada')
		await miriam.press('Save')
		await miriam.says('For Ada')
		const content = readFileSync(REPORT)
		const file = { name: 'Blood fats.json', mimeType: 'application/json', buffer: content }
		await miriam.choose(file)
		await miriam.press('Add it')
		await miriam.says('It is in the patient’s records.')

		// The same file again.
		await miriam.choose(file)
		await miriam.press('Add it')
		await miriam.says('You have added this file before')
		await miriam.press('No, throw it away')
		await miriam.open('I wrote')
		await miriam.button('Blood fats').waitFor()
		await miriam.says('About Ada')

		await ada.awake()
		await ada.open('My records')
		await ada.finds('Blood fats')
		await ada.press('Blood fats')
		await ada.says('By Dr. Miriam Castellanos, number 1234567893')
		await ada.press('Open it')
		await ada.says('We checked it. It is just as its writer signed it.')
		const faults = [...ada.faults, ...miriam.faults]
		// Before an account is invited, gateways refuse it, and the browser says so.
		expect(faults.filter((fault) => !/Failed to load resource|WebSocket/.test(fault))).toEqual(
			[],
		)

		await miriam.press('Blood fats')
		await miriam.press('Correct this record')
		await miriam.says('For Ada')
		await miriam.choose({ ...file, buffer: Buffer.from('{"resourceType":"Bundle"}') })
		await miriam.press('Add it')
		await miriam.says('It is in the patient’s records.')
		await ada.awake()
		await ada.open('My records')
		await lookUntil(ada.page, ada.page.getByText('A newer record corrects this one.'))
	},
)

/** Ada shares the open record. `isKnown`: she has compared their fingerprint before. */
async function share(number: string, name: string, isKnown = false) {
	await ada.press('Share this record')
	await ada.sees('Who should be able to read it?')
	await ada.type('Number or name', number)
	await ada.press('Find')
	await ada.press(`Choose ${name}`)
	await ada.press(isKnown ? 'Next' : 'They are all the same')
	await ada.press('Share now')
	await ada.says(`You shared it with ${name}`)
	await ada.press('To my records')
}

async function stopSharing(name: string) {
	await ada.open('Who can read')
	await ada.press(`Stop sharing with ${name}`)
	await ada.page.getByRole('dialog').getByRole('button', { name: 'Stop sharing' }).click()
}

test.skipIf(!here)(
	'process 3: the patient shares what the portal stored, and salus opens it; and the other way round',
	async () => {
		await ada.awake()
		await miriam.awake()
		await ada.open('My records')
		// The older one of two with this name.
		await ada.button('Blood fats').nth(1).click()
		await share('A12345', 'Dr. Tobias Lindqvist')
		const path = join(folder, 'shared.json')
		await clinic.salus('tobias', 'record', 'get', '0', '-o', path)
		expect(readFileSync(path).equals(readFileSync(REPORT))).toBe(true)

		const letter = clinic.write('letter.txt', 'All is well.')
		const about = ['--patient', patient, '--name', 'Letter']
		await clinic.salus('tobias', 'record', 'add', letter, ...about)
		await ada.finds('Letter')
		await ada.press('Letter')
		await share('1234567893', 'Dr. Miriam Castellanos')
		await miriam.open('Shared with me')
		await miriam.press('Letter')
		await miriam.press('Open it')
		await miriam.says('We checked it. It is just as its writer signed it.')

		await stopSharing('Dr. Miriam Castellanos')
		await ada.says('You stopped it. They can no longer open it here.')
		// By itself.
		await miriam.says('This is no longer shared with you')
		await miriam.press('Back')
		await until('the share to end', async () => {
			await miriam.press('Look for new records')
			return (await miriam.button('Letter').count()) === 0 || null
		})
	},
)

test.skipIf(!here)(
	'a key that the portal made signs and decrypts in salus, and the other way round',
	async () => {
		await clinic.take('ada', { file: adas, passphrase: PASSPHRASE })
		const path = join(folder, 'own.json')
		await clinic.salus('ada', 'record', 'get', '0', '-o', path)
		expect(readFileSync(path).equals(readFileSync(REPORT))).toBe(true)
		const note = clinic.write('note.txt', 'I feel well.')
		await clinic.salus('ada', 'record', 'add', note, '--about-me', '--name', 'Note')
		await ada.awake()
		await ada.open('My records')
		await ada.finds('Note')
		await ada.press('Note')
		await ada.press('Open it')
		await ada.says('We checked it. It is just as its writer signed it.')

		const tobias = await inBrowser('Tobias')
		const file = join(folder, 'side', 'keys', 'tobias.age')
		await tobias.enter(clinic.link, { file, passphrase: OWN_PASSPHRASE })
		await tobias.open('Shared with me')
		await tobias.press('Blood fats')
		await tobias.press('Open it')
		await tobias.says('We checked it. It is just as its writer signed it.')
		await tobias.page.context().close()
	},
)

test.skipIf(!here)(
	'a provider whose share is stopped in the middle of a download keeps nothing of it',
	async () => {
		const words = 'A heart, as it beats.'
		const film = clinic.write('Film.bin', Buffer.alloc(128 << 20, words))
		const about = ['--patient', patient, '--name', 'Film']
		await clinic.salus('tobias', 'record', 'add', film, ...about)
		await ada.awake()
		await ada.open('My records')
		await ada.finds('Film')
		await ada.press('Film')
		await share('1234567893', 'Dr. Miriam Castellanos', true)

		const profile = join(folder, 'film')
		const desk = await Person.at(await launchIn(profile), 'Kontrollname')
		everybody.push(desk)
		await desk.enter(clinic.link, { file: key.file, passphrase: PASSPHRASE })
		await desk.open('Shared with me')
		await desk.press('Film')
		clinic.stopKubo()
		await desk.press('Open it')
		const part = () => percent(desk.page)
		// It goes no further until the share is stopped.
		await clinic.trickle(async () => (await part()) > 0)
		console.log(`stopped at ${await part()} %`)
		await stopSharing('Dr. Miriam Castellanos')
		await desk.says('It stopped in the middle. You may not read this any more')
		clinic.goOnKubo()
		expect(await desk.page.getByText('We checked it.').count()).toBe(0)
		expect(await desk.button('Save it on this device').count()).toBe(0)

		// Not even the encrypted part.
		await expect.poll(() => filesKept(desk.page)).toEqual([])
		await desk.page.context().close()
		expect(filesWith(profile, both('Kontrollname'))).not.toEqual([])
		expect(filesWith(profile, both(words))).toEqual([])
	},
)

test.skipIf(!here)(
	'an upload goes on after browser, gateway and Kubo were killed in the middle',
	async () => {
		const path = join(folder, 'Tomography.dcm')
		writeFileSync(path, randomBytes(96 << 20))
		const { file } = key
		const desk = await Desk.open(clinic, join(folder, 'desk'), { file, passphrase: PASSPHRASE })
		everybody.push(desk.person)
		await desk.writeFor(patient)
		await desk.person.choose(path)
		await desk.person.press('Add it')
		await desk.dieAt(0.5, 96 << 20)
		await desk.comeBack(patient)
		everybody.push(desk.person)
		expect(await desk.goOn()).toBeLessThanOrEqual(32 << 20)
		await desk.close()

		await ada.awake()
		await ada.open('My records')
		await ada.finds('Tomography')
		await ada.press('Tomography')
		await ada.press('Open it')
		await ada.says('We checked it.')
		const [download] = await Promise.all([
			ada.page.waitForEvent('download'),
			ada.press('Save it on this device'),
		])
		const digest = (file: string) =>
			createHash('sha256').update(readFileSync(file)).digest('hex')
		expect(digest(await download.path())).toBe(digest(path))
	},
)

test.skipIf(!here)(
	'a provider who is suspended in the middle of an upload loses nothing',
	async () => {
		await miriam.awake()
		await miriam.open('Add')
		await miriam.type('The patient’s number', patient)
		await miriam.press('Find')
		await miriam.says('For Ada')
		await miriam.choose(clinic.write('Long.bin', randomBytes(64 << 20)))
		// It goes no further than that until the authorities have decided.
		clinic.stopKubo()
		await miriam.press('Add it')
		await miriam.says('We are sending it')
		const all = async (act: string) => {
			for (const authority of ['alice', 'bob'])
				await clinic.salus(authority, 'provider', act, '1234567893')
		}
		await all('suspend')
		clinic.goOnKubo()
		await miriam.says('You may not add documents at the moment.')
		await miriam.says('These documents are locked on this device.')
		expect(await miriam.page.getByText('It is in the patient’s records.').count()).toBe(0)
		await all('reinstate')
		await miriam.press('Go on')
		await miriam.says('It is in the patient’s records.')
	},
)

test.skipIf(!here)('two authorities vote in two browsers at once', async () => {
	const stranger = await clinic.salus('eve', 'key', 'new', 'eve')
	await clinic.salus('alice', 'provider', 'invite', stranger.account)
	await clinic.salus('eve', 'provider', 'apply', 'B54321', '--full-name', 'Dr. Eve Moneypenny')
	const both = await Promise.all(['alice', 'bob'].map(inBrowser))
	for (const [index, name] of ['alice', 'bob'].entries()) {
		const file = join(folder, 'side', 'keys', `${name}.age`)
		await both[index].enter(clinic.link, { file, passphrase: OWN_PASSPHRASE })
		await both[index].sees('Who wants to treat patients')
		await both[index].reads('Votes', 'Dr. Eve Moneypenny')
	}
	// A vote can be changed.
	const [alice] = both
	await alice.press('No to Dr. Eve Moneypenny')
	await alice.press('Vote now')
	await alice.says('You said no.')
	expect(await alice.button('No to Dr. Eve Moneypenny').isDisabled()).toBe(true)
	await Promise.all(
		both.map(async (one) => {
			await one.press('Yes to Dr. Eve Moneypenny')
			await one.press('Vote now')
		}),
	)
	await until('both votes', async () => {
		const { standing } = await clinic.salus('alice', 'provider', 'show', 'B54321')
		return standing === 'verified' || standing === 'Verified' || null
	})
	for (const { page } of both) await page.context().close()
})
