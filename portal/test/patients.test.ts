/** A patient's pages over a region's real runtime, by clicks and by keys. */
import { readdirSync, renameSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import {
	type PrivateKey,
	SeedSigner,
	fingerprint,
	importPrivate,
	random,
	utf8,
} from '../src/format'
import { generateKey } from '../src/format/rsa'
import { Vault } from '../src/keys/vault'
import { AGAIN } from '../src/ui/load'
import { qrRows } from '../src/ui/qr'
import { launchIn, look } from './browser'
import { come, openKey, unlock } from './person'
import {
	backTo,
	begin,
	both,
	browser,
	button,
	choose,
	context,
	field,
	findByKeys,
	filesKept,
	filesWith,
	folder,
	forgiveNetwork,
	hasten,
	hasFocus,
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
	doctor,
	grant,
	history,
	listed,
	memberEntry,
	none,
	patientOf,
	record,
	recordBy,
	refused,
	regionEntry,
	remoteGrant,
} from './state'

let site: Site
let gateway: TestGateway
let entries: Entry[]
/** Those that no test changes. */
let base: Entry[]
let link: string
/** The same, in a network with a consortium. */
let wide: string
let print: string
/** The patient's keys. */
let me: Vault
/** The keys of providers. */
let provider: { signer: SeedSigner; key: PrivateKey }

/** The region, with how Zoë stands, and how far a share of “Picture” with another region is. */
const regionWith = async (standing: string, share: { type: string }) => [
	...base,
	...(await doctor(provider, 8, '1234567893', 'Dr. Zoë Müller', true, standing)),
	...remoteGrant(patientOf(me).patient, 1n, { region: 2002, id: 5 }, 1n, share),
]

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
	me = vault
	const own = patientOf(vault)
	provider = {
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
	const byOthers = await Promise.all([
		recordBy(vault, 4n, 8, 'Old X-ray', undefined),
		recordBy(vault, 5n, 8, 'X-ray', 4n),
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
	base = [
		memberEntry(vault),
		...[...records, ...byOthers].flatMap(({ entries }) => entries),
		...(await doctor(provider, 7, 'A12345', 'Dr. Tobias Lindqvist')),
		entry('Registry', 'NextProvider', [], 9),
		...grant(own.patient, 0n, 7, 0n, undefined),
		...history(
			own,
			about({
				type: 'Granted',
				value: { purpose: none('Treatment'), expires_at: undefined },
			}),
			{
				type: 'Grant',
				value: {
					record: 1n,
					grantee: { type: 'Remote', value: { region: 2002, id: 5 } },
					via: none('Patient'),
					event: none('Forwarded'),
				},
			},
		),
	]
	entries = await regionWith('Suspended', refused('GranteeUnknown'))
	gateway = await TestGateway.start(entries)
	for (const [id, { car }] of records.entries()) {
		const path = `/v1/records/${PARA}/${id}/envelope`
		const wrong = car.slice()
		wrong[wrong.length - 5] ^= 1
		gateway.envelopes.set(path, id === 2 ? car.slice(0, -5) : id === 3 ? wrong : car)
	}
	site = await Site.open(join(folder, 'patients'))
	link = (await site.network(chainOf(gateway))).link
	gateway.showConsortium([
		regionEntry(HERE),
		regionEntry(ELSEWHERE),
		...(await listed(provider, ELSEWHERE, 5, 'B20020', 'Dr. Ines Varga-Holloway')),
		...(await listed(provider, ELSEWHERE, 6, 'C20020', 'Dr. Faux Practitioner', {
			signedFor: HERE.genesis,
		})),
	])
	const others = [consortiumOf(gateway)]
	wide = (await site.network(chainOf(gateway), { name: 'wide', others })).link
})
afterEach(forgiveNetwork)
afterAll(() => {
	site?.close()
	gateway?.stop()
})

/** Comes to the records, with a copy of the key: a key file that opened is one. */
async function enter(by = link) {
	await come(page, by)
	await openKey(page, vectorFile(), 'Ada')
	await heading('My records')
	await button('Blood test').waitFor()
}

test.skipIf(code === null)('a patient opens a record, and sees who can read it', async () => {
	await enter()
	await look(page, 'records')
	// As when a phone is turned: what shows is drawn, whatever came before.
	for (const width of [360, 1280, 360]) await page.setViewportSize({ width, height: 740 })
	await button('Blood test').click()
	await heading('Blood test')
	await says('Dr. Tobias Lindqvist')
	await expect.poll(() => page.title()).toBe('A record – Salus')
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
		await says('None of the network’s doors gave an answer that we could check.')
		expect(await page.getByText('We checked it.').count()).toBe(0)
		await hasFocus('Open it')
	}
	// A gateway that does not give it is no better.
	await button('To my records').click()
	await button('Old X-ray').click()
	await button('Open it').click()
	await says('You may not read this')
	await page.getByText('We are getting it').waitFor({ state: 'hidden' })
})

test.skipIf(code === null)(
	'a record says what corrects it, and that its author is suspended or not checked any more',
	async () => {
		await enter()
		await says('A newer record corrects this one.')
		const warning = page.locator('.warning', { hasText: 'This person may not work' })
		expect(await warning.count()).toBe(2)
		await button('Show only some').click()
		await page.getByText('Hide those that a newer record corrects').click()
		await says('5 of 6 records')
		await button('X-ray').click()
		await says('By Dr. Zoë Müller, number 1234567893')
		await page.locator('.note.warn', { hasText: 'This person may not work' }).waitFor()
		await says('Ask your clinic before you rely on what they wrote.')
		await says('This record corrects an older one.')
		await button('Open the older one').click()
		await heading('Old X-ray')
		await look(page, 'record-corrected')
		await button('Open the newest one').click()
		await says('This record corrects an older one.')

		gateway.show(await regionWith('Unverified', none('Delivered')))
		await button('To my records').click()
		await button('X-ray').click()
		await page
			.locator('.note.warn', { hasText: 'This person is no longer checked by the network.' })
			.waitFor()
		gateway.show(entries)
	},
)

test.skipIf(code === null)(
	'a patient searches, chooses, and finds a provider to share with',
	async () => {
		await enter()
		await field('Find a record by its name').fill('BLOOD')
		await button('Find').click()
		await says('1 of 6 records')
		await button('Show all again').click()
		await says('6 of 6 records')
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
		await look(page, 'share-find')
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
	'a patient finds a provider of another region, whose key is signed for that region alone',
	async () => {
		await enter(wide)
		// What waits there has the name that the consortium tells.
		await page.getByRole('link', { name: 'Who can read' }).click()
		await says('Dr. Ines Varga-Holloway')
		await page.getByRole('link', { name: 'My records' }).click()
		await button('Blood test').click()
		await button('Share this record').click()
		await page.getByText(`In region ${ELSEWHERE.region}`, { exact: true }).click()
		await field('Number or name').fill('dr.')
		await button('Find').click()
		await button('Choose Dr. Faux Practitioner').click()
		await says('The key of this person is not signed by them. Do not share with it')
		expect(await button('They are all the same').count()).toBe(0)
		await button('To my records').click()
		await button('Blood test').click()
		await button('Share this record').click()
		await page.getByText(`In region ${ELSEWHERE.region}`, { exact: true }).click()
		await field('Number or name').fill('B20020')
		await button('Find').click()
		await look(page, 'share-find-elsewhere')
		await button('Choose Dr. Ines Varga-Holloway').click()
		await says(print)
		await button('They are all the same').click()
		await heading('What for, and how long?')
	},
)

test.skipIf(code === null)('who wrote a record is not somebody to share it with', async () => {
	const more = await recordBy(me, 6n, 7, 'Letter', undefined)
	gateway.show([...entries, ...more.entries])
	await enter()
	const finds = async () => {
		await heading('Who should be able to read it?')
		await field('Number or name').fill('dr.')
		await button('Find').click()
		await says('Number A12345')
	}
	const one = button('Choose Dr. Tobias Lindqvist')
	await button('Letter').click()
	await button('Share this record').click()
	await finds()
	await says('Wrote this record, and can always read it.')
	expect(await one.count()).toBe(0)
	await look(page, 'share-writer')
	// Of two records, he wrote one.
	await button('To my records').click()
	await button('Choose several').click()
	for (const name of ['Letter', 'Blood test']) await page.getByText(name, { exact: true }).click()
	await button('Share these').click()
	await finds()
	await one.waitFor()
	gateway.show(entries)
})

test.skipIf(code === null)('nothing is shared or added before a copy was tried', async () => {
	await enter()
	await page.getByRole('link', { name: 'Settings' }).click()
	await field('Your passphrase now').first().fill(vectorFile().passphrase)
	await field('New passphrase').fill('four words on paper')
	await button('Change passphrase').click()
	await says('Your passphrase is changed.')
	const warning = page.getByText(/Save a (new )?copy and try it, before you add or share records/)
	await page.getByRole('link', { name: 'My records' }).click()
	await button('Blood test').click()
	await button('Share this record').click()
	await field('Number or name').fill('A12345')
	await button('Find').click()
	await button('Choose Dr. Tobias Lindqvist').click()
	await button('They are all the same').click()
	await heading('What for, and how long?')
	await expect.poll(() => warning.count()).toBe(2)
	await button('Share now').click()

	await page.getByRole('link', { name: 'My records' }).click()
	await button('Add a document').click()
	await choose({ name: 'letter.txt', mimeType: 'text/plain', buffer: Buffer.from('All well') })
	await expect.poll(() => warning.count()).toBe(2)
	await button('Add it').click()
	expect(await page.getByText('We are adding').count()).toBe(0)
	expect(await page.getByText('Not finished yet').count()).toBe(0)
	await page.getByRole('link', { name: 'What I sent' }).click()
	await says('You have sent nothing yet.')
})

/** From now on, the camera sees this text as a QR code. */
const seeCode = (text: string) =>
	page.evaluate((rows) => {
		const [size, margin] = [6, 24]
		const canvas = document.createElement('canvas')
		canvas.width = canvas.height = rows.length * size + 2 * margin
		const context = canvas.getContext('2d') as CanvasRenderingContext2D
		const draw = () => {
			context.fillStyle = 'white'
			context.fillRect(0, 0, canvas.width, canvas.height)
			context.fillStyle = 'black'
			for (const [y, row] of rows.entries())
				for (const [x, dark] of row.entries())
					if (dark) context.fillRect(margin + x * size, margin + y * size, size, size)
		}
		// A stream has a picture for each change.
		setInterval(draw, 100)
		navigator.mediaDevices.getUserMedia = async () => canvas.captureStream(10)
	}, qrRows(text))

test.skipIf(code === null)(
	'a key is compared by its QR code, and another one is refused',
	async () => {
		await enter()
		const scans = async (text: string) => {
			await button('Blood test').click()
			await button('Share this record').click()
			await field('Number or name').fill('A12345')
			await button('Find').click()
			await button('Choose Dr. Tobias Lindqvist').click()
			await says(print)
			await seeCode(text)
			await button('Scan their code').click()
		}
		await scans(print.replace(/./, (digit) => (digit === '0' ? '1' : '0')))
		await says('Do not share with this key')
		expect(await button('They are all the same').count()).toBe(0)
		await page.getByRole('link', { name: 'My records' }).click()
		await scans(print)
		await heading('What for, and how long?')
	},
)

test.skipIf(code === null)(
	'the lists of readers and of what happened say what they show',
	async () => {
		await enter()
		await page.getByRole('link', { name: 'Who can read' }).click()
		await heading('Who can read my records')
		await says('To treat you, until you stop it')
		await says('In region 2002')
		await says('The other region does not know this person.')
		await look(page, 'readers')
		await button('Stop sharing with Dr. Tobias Lindqvist').click()
		await says('They can no longer open these records here.')
		await page.keyboard.press('Escape')
		await page.getByRole('link', { name: 'My records' }).click()
		// What is shared here, and with another region.
		for (const name of ['Blood test', 'Picture']) {
			await button(name).click()
			await page.getByRole('button', { name: /^Stop sharing with / }).waitFor()
			await look(page, `record-shared-${name === 'Picture' ? 'elsewhere' : 'here'}`)
			await button('To my records').click()
		}
		await button('X-ray').click()
		await says('Wrote this record, and can always read it.')
		await page.getByRole('link', { name: 'What happened' }).click()
		const happened = page.getByRole('list', { name: 'What happened' }).getByRole('listitem')
		await expect.poll(() => happened.count()).toBe(8)
		await page.getByText('Old X-ray', { exact: true }).waitFor()
		const told = (await happened.allInnerTexts()).map((text) => text.replaceAll('\u00a0', ' '))
		expect(told.map((text) => text.split('\n').filter(Boolean).slice(0, 2).join(': '))).toEqual(
			[
				'Dr. Zoë Müller, number 1234567893, corrected a record: X-ray',
				'Dr. Zoë Müller, number 1234567893, added a record: Old X-ray',
				'You added a record: Changed on its way',
				'You added a record: Cut on its way',
				'A clinic sent it to Provider 5: In region 2002',
				'You added a record: Picture',
				'You shared with Dr. Tobias Lindqvist: Blood test',
				'You added a record: Blood test',
			],
		)
		await says('You do not see who read a record')
		await look(page, 'happened')
		await page.goto(`${site.origin}/#/activity`)
		await says('You have sent nothing yet.')
		await look(page, 'activity')
		await page.goto(`${site.origin}/#/add`)
		await heading('Add a document')
		await button('Add it').click()
		await says('Choose a file, or take a photo.')
		await look(page, 'add')
	},
)

test.skipIf(code === null)('a share with another region says in words how far it is', async () => {
	await enter()
	for (const [state, text] of [
		[none('Granted'), 'It waits here. A clinic of your region must send it on.'],
		[none('Forwarded'), 'The other region has not answered in time.'],
		[none('Delivered'), 'It has arrived. They can read it.'],
		[none('Revoking'), 'You stopped it. The other region has not answered yet.'],
		[refused('GranteeSuspended'), 'This person may not work at the moment. Stop it'],
		[refused('Conflict'), 'The other region did not take it.'],
	] as const) {
		gateway.show(await regionWith('Suspended', state))
		await page.getByRole('link', { name: 'My key' }).click()
		await page.getByRole('link', { name: 'Who can read' }).click()
		await says(text)
	}
	gateway.show(entries)
})

test.skipIf(code === null)(
	'that another region took a share, or stopped handing it out, shows by itself',
	async () => {
		await hasten(AGAIN)
		await enter()
		const waiting = ['Forwarded', 'Revoking'].map((state) =>
			regionWith('Suspended', none(state)),
		)
		const [forwarded, revoking] = await Promise.all(waiting)
		const taken = await regionWith('Suspended', none('Delivered'))
		gateway.show(forwarded)
		await page.getByRole('link', { name: 'Who can read' }).click()
		await says('The other region has not answered in time.')
		gateway.show(taken)
		await says('It has arrived. They can read it.')
		gateway.show(revoking)
		await page.getByRole('link', { name: 'My key' }).click()
		await page.getByRole('link', { name: 'Who can read' }).click()
		await says('You stopped it. The other region has not answered yet.')
		gateway.show(await regionWith('Suspended', none('Revoked')))
		const stopping = page.getByText('You stopped it. The other region has not answered yet.')
		await expect.poll(() => stopping.count()).toBe(0)
		gateway.show(entries)
	},
)

test.skipIf(code === null)('a document is photographed on a phone', async () => {
	await enter()
	await button('Add a document').click()
	const [chooser] = await Promise.all([
		page.waitForEvent('filechooser'),
		button('Take a photo').click(),
	])
	const asks = (name: string) =>
		chooser.element().evaluate((input, name) => (input as Element).getAttribute(name), name)
	expect([await asks('accept'), await asks('capture')]).toEqual(['image/*', 'environment'])
	const buffer = Buffer.from('a knee')
	await chooser.setFiles({ name: 'IMG_0001.jpg', mimeType: 'image/jpeg', buffer })
	await says('IMG_0001.jpg')
	expect(await field('What should it be called?').inputValue()).toBe('IMG_0001')
})

/** Unlocks, and comes to the records, by keys alone. */
async function enterByKeys() {
	await enter()
	await press('F9')
	await heading('Who are you?')
	await hasFocus('H1')
	await tabTo('AAda')
	await press('Enter')
	await field('Passphrase').waitFor()
	await tabTo('Passphrase')
	await page.keyboard.type(vectorFile().passphrase)
	await press('Enter')
	await heading('My records')
	await button('Blood test').waitFor()
	await hasFocus('H1')
}

/** Opens the page of a record by keys alone. */
async function openByKeys() {
	await tabTo('Add a document', 'Find a record by its name', 'Find', 'Show only some')
	await tabTo('Choose several', 'X-ray', 'Old X-ray', 'Changed on its way', 'Cut on its way')
	await tabTo('Picture', 'Blood test')
	await press('Enter')
	await heading('Blood test')
	await button('Stop sharing with Dr. Tobias Lindqvist').waitFor()
	await hasFocus('H1')
}

test.skipIf(code === null)('a record is opened and shared by keys alone', async () => {
	await enterByKeys()
	await openByKeys()
	await tabTo('Open it')
	await press('Enter')
	await says('We checked it.')
	await hasFocus('P')
	await tabTo('Test reports (1)', 'Save it on this device')
	await tabTo('Stop sharing with Dr. Tobias Lindqvist', 'Share this record')
	await press('Enter')
	await findByKeys('lindqvist', 'Dr. Tobias Lindqvist')
	await tabTo('To treat you')
	await press('ArrowDown')
	await hasFocus('For an emergency')
	await press('Tab')
	await hasFocus(/^90 days, until /)
	await tabTo('Share now')
	await press('F9')
	await heading('Who are you?')
})

test.skipIf(code === null)('sharing is stopped by keys alone, or goes on', async () => {
	await enterByKeys()
	await openByKeys()
	await tabTo('Open it', 'Stop sharing with Dr. Tobias Lindqvist')
	await press('Enter')
	const dialog = page.getByRole('dialog', { name: 'Stop sharing with Dr. Tobias Lindqvist?' })
	await dialog.waitFor()
	// What undoes nothing comes first.
	await hasFocus('Cancel')
	await tabTo('Stop sharing', 'Cancel')
	await press('Escape')
	await dialog.waitFor({ state: 'hidden' })
	await hasFocus('Stop sharing with Dr. Tobias Lindqvist')
})

test.skipIf(code === null)('records are found, chosen and added by keys alone', async () => {
	await enterByKeys()
	await tabTo('Add a document', 'Find a record by its name')
	await page.keyboard.type('picture')
	await press('Enter')
	await says('1 of 6 records')
	await tabTo('Find', 'Show all again')
	await press('Enter')
	await says('6 of 6 records')
	await hasFocus('Find a record by its name')
	await tabTo('Find', 'Show only some', 'Choose several')
	await press('Enter')
	await tabTo('X-ray', 'Old X-ray')
	await press('Space')
	await says('You chose 1 of at most 20 records.')
	await backTo('X-ray', 'Stop choosing', 'Share these', 'Show only some', 'Find')
	await backTo('Find a record by its name', 'Add a document')
	await press('Enter')
	await heading('Add a document')
	await hasFocus('H1')
	await tabTo('Choose a file', 'Take a photo', 'Add it')
	await press('Enter')
	await says('Choose a file, or take a photo.')
})

test.skipIf(code === null)(
	'what is typed outlasts a lock, and files are asked for again',
	async () => {
		const lock = async () => {
			await page.keyboard.press('F9')
			await heading('Who are you?')
			await unlock(page, 'Ada', vectorFile().passphrase)
			await heading('My records')
		}
		const scan = { name: 'Scan.bin', mimeType: '', buffer: Buffer.from('a knee') }
		await enter()
		await button('Add a document').click()
		await choose(scan)
		await field('What should it be called?').fill('My knee')
		await lock()
		await button('Add a document').click()
		await says('Choose these files again')
		await says('Scan.bin')
		await look(page, 'add-again')
		await choose(scan)
		expect(await field('What should it be called?').inputValue()).toBe('My knee')
		expect(await page.getByText('Choose these files again').count()).toBe(0)
		await button('Do not add this one').click()
		await page.getByRole('link', { name: 'My records' }).click()

		await button('Blood test').click()
		await button('Share this record').click()
		await field('Number or name').fill('Lindq')
		await lock()
		await button('Blood test').click()
		await button('Share this record').click()
		expect(await field('Number or name').inputValue()).toBe('Lindq')
		await button('Find').click()
		await button('Choose Dr. Tobias Lindqvist').click()
		await lock()
		await button('Add a document').click()
		expect(await page.getByText('Choose these files again').count()).toBe(0)
	},
)

test.skipIf(code === null)(
	'what a closed tab leaves of a document that was being locked is removed at the next start',
	async () => {
		await enter()
		await button('Add a document').click()
		// Of zeros, which take no room on this disk, and a while to lock.
		const path = join(folder, 'long.bin')
		writeFileSync(path, '')
		truncateSync(path, 2 ** 33)
		await choose(path)
		// What hashes large documents is gone, as after an update: the page says so, and goes on with it.
		const assets = join(site.folder, 'assets')
		const hasher = readdirSync(assets).find((name) => name.startsWith('hasher-')) as string
		renameSync(join(assets, hasher), join(folder, hasher))
		try {
			await button('Add it').click()
			await says('A part of this page is missing.')
			await expect.poll(() => filesKept()).toEqual([])
		} finally {
			renameSync(join(folder, hasher), join(assets, hasher))
		}
		await button('Add it').click()
		await expect.poll(() => filesKept()).toEqual([expect.stringMatching(/^part-own-/)])
		// Nobody else takes it away.
		const other = await context.newPage()
		const start = async () => {
			await other.goto(site.origin)
			await other.reload()
			await other.getByRole('heading', { name: 'Who are you?' }).waitFor()
			return filesKept(other)
		}
		expect(await start()).toEqual([expect.stringMatching(/^part-own-/)])
		// A browser takes its time to let go of what a closed tab held.
		await page.close()
		await expect.poll(start, { interval: 1000 }).toEqual([])
	},
)

test.skipIf(code === null)(
	"after the lock, nothing of an opened record is in the browser's profile",
	async () => {
		await context.close()
		const profile = join(folder, 'opened')
		await begin(launchIn(profile, { viewport: { width: 360, height: 740 } }))
		await enter()
		await button('Blood test').click()
		await button('Open it').click()
		await says('Lipid Panel')
		await says('Dr. Tobias Lindqvist')
		await page.keyboard.press('F9')
		await heading('Who are you?')
		await context.close()
		const texts = ['Blood test', 'Lipid Panel', 'All is well', 'Dr. Tobias Lindqvist']
		expect(filesWith(profile, both('clinics'))).not.toEqual([])
		expect(filesWith(profile, texts.flatMap(both))).toEqual([])
		await begin(browser.newContext())
	},
)

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

test.skipIf(code === null)('a search goes on in a list that was read anew', async () => {
	await enter()
	await field('Find a record by its name').fill('BLOOD')
	await button('Find').click()
	await says('1 of 6 records')
	await button('Look for new records').click()
	await button('Picture').waitFor({ state: 'hidden' })
	await button('Blood test').waitFor()
	await says('1 of 6 records')
	expect(await field('Find a record by its name').inputValue()).toBe('BLOOD')
})

test.skipIf(code === null)('while one share is being stopped, the next one can be', async () => {
	await page.clock.install()
	await enter()
	// The gateway takes the transaction, and says no more.
	await page.routeWebSocket(/\/v1\/chain\//, () => {})
	await page.getByRole('link', { name: 'Who can read' }).click()
	const stops = page.getByRole('button', { name: /^Stop sharing with / })
	const dialog = page.getByRole('dialog')
	for (const place of [0, 1]) {
		await stops.nth(place).click()
		await dialog.getByRole('button', { name: 'Stop sharing' }).click()
		await dialog.waitFor({ state: 'hidden' })
	}
	// Whoever comes back later finds what became of it.
	await page.getByRole('link', { name: 'What I sent' }).click()
	await heading('What I sent')
	await says('To be sent')

	// No block is final after the one that the page has seen.
	await page.clock.fastForward(200_000)
	// Somebody is there, so nothing locks.
	await press('Shift')
	await says('The network stands still at the moment')
	await page.getByText(/^For [3-9] minutes, it has finished nothing new/).waitFor()
	await says('What you sent may still come. It is not final yet.')
	await look(page, 'still')
	gateway.show(entries, undefined, 8)
	await page.getByText('The network stands still at the moment').waitFor({ state: 'hidden' })

	// No block can have it any more: the next page tells it, until the person has read it.
	await page.getByRole('link', { name: 'My records' }).click()
	gateway.show(entries, undefined, 1000)
	const failed = page.getByRole('alert').filter({ hasText: 'This did not work: Stop sharing' })
	await failed.getByText('The network did not take it in. Nothing was changed.').waitFor()
	await failed.getByRole('button', { name: 'I have read this' }).click()
	await failed.waitFor({ state: 'hidden' })
})
