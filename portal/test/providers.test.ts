/** A provider's pages over a region's real runtime, at a desk that two members share. */
import { readFileSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { SeedSigner, accountText, openKeyFile, random, utf8 } from '../src/format'
import { Vault } from '../src/keys/vault'
import { AGAIN } from '../src/ui/load'
import { look } from './browser'
import { come, openKey } from './person'
import {
	backTo,
	button,
	choose,
	chooseByKeys,
	create,
	field,
	focused,
	folder,
	forgiveNetwork,
	goByKeys,
	hasFocus,
	hasten,
	heading,
	page,
	press,
	says,
	tabTo,
	vectorFile,
} from './portal'
import { type Entry, PARA, TestGateway, chainOf, code, consortiumOf, entry } from './region'
import { Site } from './site'
import {
	ELSEWHERE,
	HERE,
	applicant,
	authorityEntries,
	delivered,
	doctor,
	enlistment,
	grant,
	listed,
	none,
	refused,
	regionEntry,
	remoteGrant,
	somePatient,
	writtenBy,
} from './state'

const noPasskey = { wrap: () => Promise.reject(), unwrap: () => Promise.resolve(null) }
let site: Site
let gateway: TestGateway
let link: string
/** The same, in a network with a consortium. */
let wide: string
let patient: Awaited<ReturnType<typeof somePatient>>
let entries: Entry[]
/** Signs for the account that the tests use. */
let signer: SeedSigner
/** What the consortium has if the author in the other region stands so, and that region itself. */
let elsewhere: (author: string, region: string) => Promise<Entry[]>

beforeAll(async () => {
	if (code === null) return
	const { file, passphrase } = vectorFile()
	const bytes = new Uint8Array(file.buffer)
	const vault = new Vault(noPasskey)
	await vault.unlock(bytes, passphrase)
	const { secrets, keys } = await openKeyFile(bytes, passphrase)
	signer = new SeedSigner(secrets.seed)
	const account = accountText(signer.account)
	patient = await somePatient()

	const colleague = new Vault(noPasskey, 8)
	const made = await colleague.create('Miriam', 'river candle honest seven')
	const other = await openKeyFile(made.file, 'river candle honest seven')
	const miriam = { signer: new SeedSigner(other.secrets.seed), key: other.keys[0] }

	const mine = await writtenBy(
		vault,
		7,
		patient,
		0n,
		'Knee, left',
		utf8('{"resourceType":"Observation","code":{"text":"Knee"}}'),
		keys[0],
	)
	const theirs = await writtenBy(
		colleague,
		8,
		patient,
		1n,
		'Letter about a heart',
		utf8('{"resourceType":"Observation","code":{"text":"Heart"}}'),
		keys[0],
	)
	entries = [
		entry('Registry', 'MemberOf', [account], { type: 'Provider', value: 7 }),
		...(await doctor({ signer, key: keys[0] }, 7, 'A12345', 'Dr. Tobias Lindqvist')),
		...(await doctor(miriam, 8, '1234567893', 'Dr. Miriam Castellanos')),
		...patient.entries,
		...mine.entries,
		...theirs.entries,
		...grant(patient.id, 1n, 7, 0n, undefined, theirs.forReader),
	]
	const far = await writtenBy(
		colleague,
		3,
		patient,
		5n,
		'Scan of a lung',
		utf8('{"resourceType":"Observation","code":{"text":"Lung"}}'),
		keys[0],
		ELSEWHERE,
	)
	const ines = { number: 'B20020', name: 'Dr. Ines Varga-Holloway' }
	const me = await listed({ signer, key: keys[0] }, HERE, 7, 'A12345', 'Dr. Tobias Lindqvist')
	elsewhere = async (standing, region) => [
		regionEntry(HERE),
		regionEntry(ELSEWHERE, region),
		...me,
		...(await listed(miriam, ELSEWHERE, 3, ines.number, ines.name, { standing })),
		...delivered(far, 5n, ines, 7),
	]
	gateway = await TestGateway.start(entries)
	gateway.classes = ['provider']
	gateway.showConsortium(await elsewhere('Verified', 'Admitted'))
	gateway.envelopes.set(`/v1/records/${ELSEWHERE.region}/5/envelope`, far.car)
	for (const [id, { car }] of [mine, theirs].entries())
		gateway.envelopes.set(`/v1/records/${PARA}/${id}/envelope`, car)
	site = await Site.open(join(folder, 'providers'))
	link = (await site.network(chainOf(gateway))).link
	const others = [consortiumOf(gateway)]
	wide = (await site.network(chainOf(gateway), { name: 'wide', others })).link
})
afterEach(forgiveNetwork)
afterAll(() => {
	site?.close()
	gateway?.stop()
})

const open = (name: string) => page.getByRole('link', { name, exact: true }).click()

/** Comes to the records that the provider wrote. */
async function enter(by = link) {
	await come(page, by)
	await openKey(page, vectorFile(), 'Tobias')
	await heading('Records I wrote')
	await button('Knee, left').waitFor()
}

test.skipIf(code === null)(
	'a provider opens what they wrote, and a saved file tells no name',
	async () => {
		await enter()
		await look(page, 'written')
		await button('Knee, left').click()
		await heading('Knee, left')
		await expect.poll(() => page.title()).toBe('A record – Salus')
		await button('Open it').click()
		await says('We checked it. It is just as its writer signed it.')
		const [download] = await Promise.all([
			page.waitForEvent('download'),
			button('Save it on this device').click(),
		])
		expect(download.suggestedFilename()).toMatch(/^record-0(\.\w+)?$/)
		expect(readFileSync(await download.path(), 'utf8')).toContain('Knee')
	},
)

test.skipIf(code === null)('a provider opens what a patient shared', async () => {
	await enter()
	await open('Shared with me')
	await button('Letter about a heart').waitFor()
	await says('By Dr. Miriam Castellanos')
	await says('For treatment, until the patient stops it')
	await look(page, 'shared')
	await field('Find a record by its name').fill('knee')
	await expect.poll(() => button('Letter about a heart').count()).toBe(0)
	await field('Find a record by its name').fill('HEART')
	await button('Letter about a heart').click()
	await button('Open it').click()
	await says('We checked it. It is just as its writer signed it.')
	await look(page, 'shared-open')
	// The lit tab leads back to the list.
	await open('Shared with me')
	await heading('Shared with me')
	await button('Letter about a heart').waitFor()
	await open('My key')
	await says('Tell your patients this number.')
	await says('Number A12345')
})

test.skipIf(code === null)(
	'what the consortium took from another region is opened, and what it withholds is not shown',
	async () => {
		await enter(wide)
		await open('Shared with me')
		await button('Scan of a lung').waitFor()
		await button('Letter about a heart').waitFor()
		await says('By Dr. Ines Varga-Holloway')
		await says(`In region ${ELSEWHERE.region} · For research, until the patient stops it`)
		await look(page, 'shared-elsewhere')
		await button('Scan of a lung').click()
		await heading('Scan of a lung')
		await says('By Dr. Ines Varga-Holloway, number B20020')
		await button('Open it').click()
		await says('We checked it. It is just as its writer signed it.')
		await button('Back').click()

		for (const [author, region] of [
			['Suspended', 'Admitted'],
			['Verified', 'Expelled'],
		]) {
			gateway.showConsortium(await elsewhere(author, region))
			await button('Look for new records').click()
			await button('Scan of a lung').waitFor({ state: 'hidden' })
			await button('Letter about a heart').waitFor()
			gateway.showConsortium(await elsewhere('Verified', 'Admitted'))
			await button('Look for new records').click()
			await button('Scan of a lung').waitFor()
		}
	},
)

test.skipIf(code === null)(
	'what is shared is looked for while somebody sees the page',
	async () => {
		await hasten(AGAIN)
		await enter()
		await open('Shared with me')
		await button('Letter about a heart').waitFor()
		const sees = (state: string) =>
			page.evaluate((state) => {
				Object.defineProperty(document, 'visibilityState', {
					value: state,
					configurable: true,
				})
				document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))
			}, state)
		const looks = () => expect.poll(() => gateway.views).toBeGreaterThan(gateway.views)
		await looks()
		await sees('hidden')
		// What it had begun to read may still be asked for.
		const asked = async () => {
			const before = gateway.views
			await page.waitForTimeout(3000)
			return gateway.views - before
		}
		await expect.poll(asked).toBe(0)
		await sees('visible')
		await looks()
	},
)

test.skipIf(code === null)('a provider finds a patient, and says whose record it is', async () => {
	await enter()
	await open('Add')
	await heading('Add a record')
	await field('The patient’s number').fill('not a number')
	await button('Find').click()
	await says('This is not a patient’s number.')
	await field('The patient’s number').fill('00'.repeat(16))
	await button('Find').click()
	await says('There is no patient with this number')
	await look(page, 'write-find')
	const digits = patient.id.slice(2)
	await field('The patient’s number').fill(`${digits.slice(0, 8)} ${digits.slice(8)}`)
	await button('Find').click()
	await field('What do you call this patient?').fill('Mr. Control')
	await button('Save').click()
	await says('For Mr. Control')
	await button('Add it').click()
	await says('Choose a file, or take a photo.')
	await choose({ name: 'Knee.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1') })
	expect(await field('What should it be called?').inputValue()).toBe('Knee')
	await button('More about this file').click()
	expect(await field('What kind of file is it?').inputValue()).toBe('application/pdf')
	await look(page, 'write')
	await open('I wrote')
	await says('About Mr. Control')
})

/** Comes to the page that adds records for the patient. */
async function toWrite() {
	await open('Add')
	await field('The patient’s number').fill(patient.id)
	await button('Find').click()
	await says('What do you call this patient?')
}

test.skipIf(code === null)('files are dropped, and each is named', async () => {
	await enter()
	await toWrite()
	const dropped = await page.evaluateHandle(() => {
		const transfer = new DataTransfer()
		for (const name of ['Heart.txt', 'Lung.txt'])
			transfer.items.add(new File([name], name, { type: 'text/plain' }))
		return transfer
	})
	await page.dispatchEvent('.drop', 'drop', { dataTransfer: dropped })
	await says('Heart.txt · 9 bytes')
	await says('Lung.txt · 8 bytes')
	const names = page.getByLabel('What should it be called?', { exact: true })
	expect(await names.count()).toBe(2)
	await names.first().fill('')
	await button('Add it').click()
	await says('Enter a name, without line breaks or hidden signs.')
	await button('Do not add this one').first().click()
	await expect.poll(() => names.count()).toBe(1)
	expect(await names.first().inputValue()).toBe('Lung')
})

test.skipIf(code === null)(
	'a file that changes before it is sealed, or meanwhile, is refused',
	async () => {
		await enter()
		await toWrite()
		const path = join(folder, 'changes.txt')
		writeFileSync(path, 'The knee is well.')
		await choose(path)
		await says('changes.txt')
		writeFileSync(path, 'The knee is not well at all.')
		// Browsers compare times to the second.
		const later = Date.now() / 1000 + 10
		utimesSync(path, later, later)
		await button('Add it').click()
		await says('The file changed while we read it.')
		expect(await page.getByText('Not finished yet').count()).toBe(0)

		await button('Do not add this one').click()
		// Of zeros, which take no room on this disk, and a while to lock.
		truncateSync(path, 2 ** 33)
		await choose(path)
		await button('Add it').click()
		await says('We are locking it with your key')
		truncateSync(path, 2 ** 33 - 1)
		utimesSync(path, later + 10, later + 10)
		await says('The file changed while we read it.')
		expect(await page.getByText('Not finished yet').count()).toBe(0)
	},
)

test.skipIf(code === null)(
	'who loses the number meanwhile is told so, and is offered nothing more',
	async () => {
		await enter()
		gateway.classes = ['former-holder']
		gateway.restart()
		try {
			await button('Look for new records').click()
			await says('You no longer have your number')
			await heading('My work here')
			for (const name of ['Shared with me', 'Add', 'Invite', 'Regions'])
				expect(await page.getByRole('link', { name, exact: true }).count()).toBe(0)
			await look(page, 'lost')
		} finally {
			gateway.classes = ['provider']
		}
	},
)

/** The menu, from its last page back. */
const MENU = [
	...['Settings', 'Safe copy', 'My key', 'What I sent'],
	...['Regions', 'Invite', 'Add', 'Shared with me', 'I wrote'],
]

test.skipIf(code === null)(
	'a provider reads, corrects and adds records by keys alone',
	async () => {
		await enter()
		await hasFocus('H1')
		await tabTo('Add a record', 'Find a record by its name', 'Find', 'Show only some')
		await tabTo('Knee, left')
		await press('Enter')
		await heading('Knee, left')
		await button('Correct this record').waitFor()
		await hasFocus('H1')
		await tabTo('Open it')
		await press('Enter')
		await says('We checked it.')
		await hasFocus('P')
		await tabTo('Test results (1)', 'Save it on this device', 'Correct this record')
		await press('Enter')
		await heading('Correct this record')
		await field('What do you call this patient?').waitFor()
		await hasFocus('H1')
		await tabTo(
			'Copy',
			'What do you call this patient?',
			'Save',
			'Choose a file',
			'Take a photo',
		)
		await tabTo('Add it')
		await press('Enter')
		await says('Choose a file, or take a photo.')
		await backTo(
			'Take a photo',
			'Choose a file',
			'Save',
			'What do you call this patient?',
			'Copy',
		)
		await page.locator('h1').focus()

		await goByKeys(MENU, 'Shared with me', 'Shared with me')
		await button('Letter about a heart').waitFor()
		await tabTo('Find a record by its name', 'Letter about a heart')
		await press('Enter')
		await heading('Letter about a heart')
		await hasFocus('H1')
		await tabTo('Open it')
		await press('Enter')
		await says('We checked it.')
		await hasFocus('P')
		await tabTo('Test results (1)', 'Save it on this device', 'Back')
		await press('Enter')
		await heading('Shared with me')

		await goByKeys(MENU, 'Add', 'Add a record')
		await tabTo('The patient’s number')
		await page.keyboard.type(patient.id)
		await press('Enter')
		await field('What do you call this patient?').waitFor()
		// The field that had the focus is gone.
		await hasFocus('H1')
		await tabTo('Copy', 'What do you call this patient?')
		await page.keyboard.type('Mr. Control')
		await press('Enter')
		await says('For Mr. Control')
		await tabTo('Save', 'Another patient', 'Choose a file')
		await chooseByKeys({
			name: 'Knee.txt',
			mimeType: 'text/plain',
			buffer: Buffer.from('well'),
		})
		await field('What should it be called?').waitFor()
		await tabTo('Take a photo', 'What should it be called?', 'More about this file')
		await tabTo('Do not add this one', 'Add it')
	},
)

test.skipIf(code === null)('a provider invites, enlists and retires by keys alone', async () => {
	await enter()
	await goByKeys(MENU, 'Invite', 'Invite somebody')
	await page.getByText('/#/join?network=clinics').waitFor()
	await tabTo('Copy', 'Their account')
	await page.keyboard.type('5Nobody')
	await press('Enter')
	await says('This is not an account.')
	await tabTo('Invite', 'Scan their code')
	await page.locator('h1').focus()
	await goByKeys(MENU, 'Regions', 'Other regions')
	await button('Put me on the list').waitFor()
	await tabTo('Put me on the list')
	await page.locator('h1').focus()
	await goByKeys(MENU, 'Settings', 'Settings')
	await button('Retire').waitFor()
	for (let presses = 0; (await focused()) !== 'Retire'; presses++) {
		expect(presses).toBeLessThan(20)
		await press('Tab')
	}
	await press('Enter')
	await page.getByRole('dialog', { name: 'Do you want to retire?' }).waitFor()
	// What undoes nothing comes first.
	await hasFocus('Cancel')
	await tabTo('Retire for good', 'Cancel')
	await press('Escape')
	await hasFocus('Retire')
})

test.skipIf(code === null)('the other pages of a provider', async () => {
	await enter()
	await open('Invite')
	await says('You can invite')
	await page.getByText('/#/join?network=clinics').waitFor()
	await field('Their account').fill('5Nobody')
	await button('Invite').click()
	await says('This is not an account.')
	await look(page, 'invite')
	await open('Regions')
	await says('You are not on the list.')
	await says('Nothing waits.')
	await look(page, 'elsewhere')
	await open('Settings')
	await says('The network has checked you. You can add records.')
	await says('A new key')
	await look(page, 'settings-provider')
	await button('Retire').click()
	await says('You can never add records with this key again')
	await look(page, 'retire', true)
	await page.keyboard.press('Escape')
})

test.skipIf(code === null)(
	'the place on the common list and shares that wait say in words how far they are',
	async () => {
		await enter()
		const shows = async (more: Entry[], text: string) => {
			gateway.show([...entries, ...more])
			await open('My key')
			await open('Regions')
			await says(text)
		}
		for (const [state, text, mayAsk] of [
			[none('Waiting'), 'Your entry waits here.', false],
			[none('Sent'), 'Your entry is on its way.', false],
			[none('Enlisted'), 'You are on the list.', false],
			[refused('AccountTaken'), 'Your account is on the list for another entry.', true],
			[refused('InvalidKey'), 'The list did not take your entry.', true],
		] as const) {
			await shows([enlistment(7, state)], text)
			expect(await button('Put me on the list').count()).toBe(mayAsk ? 1 : 0)
		}
		const to = { region: 2002, id: 5 }
		const waits = (record: bigint, state: { type: string }) =>
			remoteGrant(patient.id, record, to, record, state)
		await shows(waits(0n, none('Granted')), 'It has not been sent yet.')
		await says('For Provider 5 in region 2002')
		const both = [...waits(0n, none('Granted')), ...waits(1n, none('Forwarded'))]
		await shows(both, 'It was sent, and no answer came. You can send it again.')
		expect(await page.getByRole('button', { name: /^Send on record / }).count()).toBe(2)
		await look(page, 'elsewhere-waiting')
		gateway.show(entries)
	},
)

test.skipIf(code === null)(
	'what the consortium answers to an entry shows by itself, refused or accepted',
	async () => {
		await hasten(AGAIN)
		await enter()
		gateway.show([...entries, enlistment(7, none('Sent'))])
		await open('Regions')
		await says('Your entry is on its way.')
		const becomes = async (state: object, text: string) => {
			gateway.show([...entries, enlistment(7, state)])
			await says(text)
		}
		await becomes(refused('AccountTaken'), 'Your account is on the list for another entry.')
		await button('Put me on the list').waitFor()
		await becomes(none('Enlisted'), 'You are on the list.')
		await button('Put me on the list').waitFor({ state: 'hidden' })
		gateway.show(entries)
	},
)

test.skipIf(code === null)(
	'who applied sees how the votes stand, and what is missing',
	async () => {
		const authorities = [1, 2, 3].map(() => accountText(new SeedSigner(random(32)).account))
		const votes = [{ authority: authorities[0], term: 0, aye: true }]
		gateway.show([
			...authorityEntries(...authorities),
			...(await applicant('1234567893', 'Dr. Ada Example', 0n, votes, signer)),
		])
		await come(page, link)
		await openKey(page, vectorFile(), 'Ada')
		await heading('Your application')
		await page.getByRole('link', { name: 'Application', exact: true }).waitFor()
		await says('Dr. Ada Example · Number 1234567893')
		await says('1 said yes, 0 said no. One more yes is missing.')
		await look(page, 'applicant')
		// By keys alone.
		await page.locator('h1').focus()
		await tabTo('Change it')
		await press('Enter')
		await heading('Apply to treat patients here')
		await hasFocus('H1')
		await tabTo('Your number')
		await page.keyboard.type('1234567890')
		await press('Enter')
		await says('This number is not right.')
		await look(page, 'apply')
		await tabTo('Your name at work', 'Apply now', 'Back')
		gateway.show(entries)
		await press('Enter')
		await says('You are accepted')
		await button('Knee, left').waitFor()
		await button('I have read this').click()
		await page.getByText('You are accepted').waitFor({ state: 'hidden' })
	},
)

test.skipIf(code === null)(
	'at a desk, the next member comes with two clicks and sees nothing of the one before',
	async () => {
		await enter()
		await button('Knee, left').click()
		await heading('Knee, left')
		await button('Lock now. You can also press F9.').click()
		await heading('Who are you?')
		const left = await page.content()
		for (const secret of ['Knee', 'Castellanos', patient.id.slice(2)])
			expect(left).not.toContain(secret)
		await button('Make my key').click()
		await page.goBack()
		await page.goBack()
		expect(await page.content()).not.toContain('Knee')
		expect(page.url()).not.toContain(patient.id.slice(2))
	},
)

test.skipIf(code === null)(
	'the next member of a desk needs no link, and sees nothing of the one before',
	async () => {
		await enter()
		await button('Knee, left').click()
		await heading('Knee, left')
		await page.keyboard.press('F9')
		await heading('Who are you?')
		await create()
		await open('Start')
		await says('You are not in a network yet')
		await look(page, 'known-network')
		await button('Go on in “clinics”, region 2000').click()
		await says('Show this code to whoever invites you')
		const left = await page.content()
		for (const secret of ['Tobias', 'Knee', 'Castellanos', patient.id.slice(2)])
			expect(left).not.toContain(secret)
	},
)

test.skipIf(code === null)('a new key is put on the chain only when it has a copy', async () => {
	await enter()
	await open('Settings')
	await field('Your passphrase, to make a new key').fill(vectorFile().passphrase)
	await button('Make a new key').click()
	await says('Your new key is made. Save a copy and try it.')
	expect(await button('Use the new key').count()).toBe(0)
	await look(page, 'new-key')
})
