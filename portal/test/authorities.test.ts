/** An authority's pages over a region's real runtime. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { networkMessage, parseNetwork } from '../src/chain/networkfile'
import {
	SeedSigner,
	accountText,
	importPrivate,
	openKeyFile,
	parseAccount,
	random,
	unhex,
	verify,
} from '../src/format'
import { generateKey } from '../src/format/rsa'
import { shortAccount } from '../src/ui/authorities'
import { SOON } from '../src/ui/load'
import { look } from './browser'
import { come, openKey, unlock } from './person'
import {
	button,
	choose,
	chooseByKeys,
	field,
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
import {
	type Entry,
	PARA,
	TestGateway,
	chainOf,
	code,
	consortiumOf,
	consortiumEntry,
	entry,
} from './region'
import { Site } from './site'
import { ELSEWHERE, HERE, applicant, authorityEntries, doctor, regionEntry, votesOn } from './state'

let site: Site
let gateway: TestGateway
let link: string
let account: string
let entries: Entry[]
/** The last one who applied, and their account. */
let late: Entry[]
let comer: string
/** The consortium has authorities of its own. */
let others: string[]
let network: Uint8Array

beforeAll(async () => {
	if (code === null) return
	const { file, passphrase } = vectorFile()
	const { secrets } = await openKeyFile(new Uint8Array(file.buffer), passphrase)
	account = accountText(new SeedSigner(secrets.seed).account)
	const tobias = {
		signer: new SeedSigner(random(32)),
		key: await importPrivate(0, await generateKey()),
	}
	others = [1, 2].map(() => accountText(new SeedSigner(random(32)).account))
	const by = (authority: string, aye: boolean, term = 0) => ({ authority, term, aye })
	const signer = new SeedSigner(random(32))
	comer = accountText(signer.account)
	late = await applicant('A12345', 'Dr. Late Comer', 2n, [], signer)
	entries = [
		...authorityEntries(account, ...others),
		votesOn({ type: 'Suspend', value: { id: 7 } }, [by(account, false), by(others[0], true)]),
		entry('Registry', 'NextProvider', [], 8),
		...(await doctor(tobias, 7, 'A12345', 'Dr. Tobias Lindqvist')),
		...(await applicant('1234567893', 'Dr. Miriam Castellanos', 0n, [
			by(account, true),
			by(others[0], false),
		])),
		// A vote of a term that is over.
		...(await applicant('1234567893', 'Dr. Faux Practitioner', 1n, [by(account, true, 9)])),
	]
	gateway = await TestGateway.start([...entries, ...late])
	gateway.classes = ['authority']
	gateway.showConsortium(consortiumEntries(others))
	site = await Site.open(join(folder, 'authorities'))
	const made = await site.network(chainOf(gateway), {
		others: [consortiumOf(gateway)],
	})
	network = made.file
	link = made.link
})
afterEach(forgiveNetwork)

/** A consortium with two regions, and a motion against one of them. */
function consortiumEntries([one, other]: string[]) {
	const motion = `0x${'4d'.repeat(32)}`
	return [
		regionEntry(HERE, 'Admitted', 3, 12),
		regionEntry(ELSEWHERE, 'Expelled', 1, 0),
		consortiumEntry('Authorities', 'Members', [], [one, other]),
		consortiumEntry('Council', 'Proposals', [], [motion]),
		consortiumEntry('Council', 'ProposalOf', [motion], {
			type: 'Consortium',
			value: { type: 'expel_region', value: { region: PARA } },
		}),
		consortiumEntry('Council', 'Voting', [motion], {
			index: 4,
			threshold: 2,
			ayes: [one, other],
			nays: [],
			end: 1000,
		}),
	]
}
afterAll(() => {
	site?.close()
	gateway?.stop()
})

const open = (name: string) => page.getByRole('link', { name, exact: true }).click()

async function enter() {
	await come(page, link)
	await openKey(page, vectorFile(), 'Alice')
	// The first page of those who run the network.
	await heading('Who wants to treat patients')
}

test.skipIf(code === null)(
	'an authority sees who applied, and who else wants the number',
	async () => {
		await enter()
		await open('Votes')
		await heading('Who wants to treat patients')
		await says('Dr. Miriam Castellanos')
		await says('Others want the same number: Dr. Faux Practitioner')
		await says('Dr. Tobias Lindqvist has this number already.')
		await page.getByTitle('2 votes wait for you').waitFor()
		await look(page, 'applications')
		// So it is for the next one at a desk, whatever page was open.
		await open('Settings')
		await heading('Settings')
		await press('F9')
		await heading('Who are you?')
		await unlock(page, 'Alice', vectorFile().passphrase)
		await heading('Who wants to treat patients')
	},
)

test.skipIf(code === null)(
	'an authority sees what it voted, and can change that alone',
	async () => {
		await enter()
		await open('Votes')
		await says('1 said yes, 1 said no. One more yes is missing.')
		const list = page.getByRole('list', { name: 'Who wants to treat patients' })
		const mine = list.getByText(/You said|You have not voted/)
		const said = (await mine.allTextContents()).map((text) => text.split('. ').at(-1))
		expect(said).toEqual(['You have not voted.', 'You have not voted.', 'You said yes.'])
		const both = (name: string) =>
			Promise.all([`Yes to ${name}`, `No to ${name}`].map((one) => button(one).isEnabled()))
		expect(await both('Dr. Miriam Castellanos')).toEqual([false, true])
		expect(await both('Dr. Faux Practitioner')).toEqual([true, true])
		await says(`No: ${shortAccount(others[0])}`)
		// A vote that a colleague began waits here, too.
		await button('Stop Dr. Tobias Lindqvist for now').waitFor()
		await open('People')
		await says('1 said yes, 1 said no. One more yes is missing.')
		await says('You said no.')
		expect(await button('Stop Dr. Tobias Lindqvist for now').isEnabled()).toBe(true)
		expect(await button('Do not stop Dr. Tobias Lindqvist').isEnabled()).toBe(false)
	},
)

test.skipIf(code === null)(
	'an authority finds a provider, and is asked before a vote',
	async () => {
		await enter()
		await open('People')
		await says('Dr. Tobias Lindqvist')
		await says('May work')
		await button('Stop Dr. Tobias Lindqvist for now').click()
		await says('While somebody is stopped, they can add no records')
		await says('You can change your vote until it is decided.')
		await look(page, 'people-vote', true)
		await page.keyboard.press('Escape')
		await open('Votes')
		for (const [act, text] of [
			['Yes to', 'this person may treat patients here'],
			['No to', 'They have to wait some days'],
		]) {
			await button(`${act} Dr. Late Comer`).click()
			const dialog = page.getByRole('dialog', { name: `${act} Dr. Late Comer` })
			await dialog.getByText('Number A12345').waitFor()
			await dialog.getByText(text).waitFor()
			await dialog.getByText('You can change your vote until it is decided.').waitFor()
			await hasFocus('Cancel')
			await look(page, 'applications-vote', true)
			await press('Escape')
			await dialog.waitFor({ state: 'hidden' })
		}
		await open('People')
		await field('Number or name').fill('castellanos')
		await button('Find').click()
		await says('We found nobody')
		await look(page, 'people')
	},
)

test.skipIf(code === null)(
	'what others decide shows by itself, where it was, with its outcome',
	async () => {
		await hasten(SOON)
		await enter()
		await open('Votes')
		await button('Yes to Dr. Late Comer').waitFor()
		const becomes = async (more: Entry[], text: string) => {
			gateway.show([...entries, ...more])
			await says(text)
		}
		try {
			await becomes([], 'It is over: they were not accepted, or took it back.')
			const member = entry('Registry', 'MemberOf', [comer], { type: 'Provider', value: 7 })
			await becomes([member], 'It is decided: this person may treat patients here now.')
			const names = page.getByRole('list', { name: 'Who wants' }).locator('strong')
			expect((await names.allTextContents())[0]).toBe('Dr. Late Comer')
		} finally {
			gateway.show([...entries, ...late])
		}
		await button('Load the list again').click()
		await button('Yes to Dr. Late Comer').waitFor()
	},
)

/** A motion to remove an authority, for which these voted. */
function removal(authority: string, ayes: string[]) {
	const motion = `0x${'5e'.repeat(32)}`
	const voting = { index: 0, threshold: 2, ayes, nays: [], end: 1000 }
	return [
		entry('Council', 'Proposals', [], [motion]),
		entry('Council', 'ProposalOf', [motion], {
			type: 'Governance',
			value: { type: 'remove_authority', value: { account: authority } },
		}),
		entry('Council', 'Voting', [motion], voting),
	]
}

test.skipIf(code === null)(
	'a motion to remove an authority shows by itself, and says whom it removes',
	async () => {
		await hasten(SOON)
		await enter()
		await open('Motions')
		await says('There are none.')
		const [one, other] = others
		const who = shortAccount(one)
		const dialog = (name: string) => page.getByRole('dialog', { name })
		gateway.show([...entries, ...late, ...removal(one, [account, other])])
		try {
			const text = `Motion 0: Remove ${who} from those who run the network`
			await says(text)
			await says(`Yes: you, ${shortAccount(other)}`)
			await says('Their computer stops its work for the network.')
			await button('All of the motion').click()
			await look(page, 'council-removal')
			expect(await page.getByText('{').count()).toBe(0)
			await button('Vote against motion 0').click()
			const vote = dialog('Vote against motion 0')
			await vote.getByText(`Remove ${who}`).waitFor()
			await vote.getByText('If too many of you are against it').waitFor()
			await vote.getByText('You can change your vote until somebody closes').waitFor()
			await hasFocus('Cancel')
			await look(page, 'council-vote', true)
			await button('Cancel').click()
			await button('Close motion 0').click()
			await dialog('Close motion 0?').getByText(`Remove ${who}`).waitFor()
			await hasFocus('Cancel')
			await look(page, 'council-close', true)
			await button('Cancel').click()
			await button(`Ask to remove ${who}`).click()
			await dialog(`Ask to remove ${who} from those`).waitFor()
			await hasFocus('Cancel')
			await press('Escape')
		} finally {
			gateway.show([...entries, ...late])
		}
		await says('There are none.')
	},
)

/** The menu, from its last page back. */
const MENU = [
	...['Settings', 'Safe copy', 'My key', 'What I sent', 'Invite', 'Sign', 'Health'],
	...['All regions', 'Motions', 'People', 'Votes'],
]

test.skipIf(code === null)('an authority votes and opens motions by keys alone', async () => {
	await enter()
	await hasFocus('H1')
	await button('No to Dr. Miriam Castellanos').waitFor()
	for (const name of ['Dr. Late Comer', 'Dr. Faux Practitioner'])
		await tabTo('Copy', `Yes to ${name}`, `No to ${name}`)
	await tabTo('Copy', 'No to Dr. Miriam Castellanos')

	await page.locator('h1').focus()
	await goByKeys(MENU, 'People', 'Those who treat patients')
	const stop = 'Stop Dr. Tobias Lindqvist for now'
	await button(stop).waitFor()
	await tabTo('Number or name', 'Find', stop)
	await press('Enter')
	await page.getByRole('dialog', { name: stop }).waitFor()
	// What undoes nothing comes first.
	await hasFocus('Cancel')
	await tabTo('Vote now', 'Cancel')
	await press('Escape')
	await hasFocus(stop)

	await page.locator('h1').focus()
	await goByKeys(MENU, 'Motions', 'What you decide together')
	await button('Look at it').waitFor()
	const removes = others.map((one) => ['Copy', `Ask to remove ${shortAccount(one)}`]).flat()
	await tabTo('Copy', ...removes, 'The text from their computer', 'Look at it')
	await tabTo('How many copies should each document have?')
	await page.keyboard.type('0')
	await press('Enter')
	await says('Enter a number from 1 to 64.')
	await tabTo('Open the motion', 'Choose a file')

	await page.locator('h1').focus()
	await goByKeys(MENU, 'Sign', 'Sign the network’s file')
	await tabTo('Choose a file')
	const buffer = Buffer.from(network)
	await chooseByKeys({ name: 'clinics.json', mimeType: 'application/json', buffer })
	await button('Sign it, and save the file').waitFor()
	// What can be compared: the file, the region and the consortium.
	await tabTo('Copy', 'Copy', 'Copy', 'Sign it, and save the file')
})

test.skipIf(code === null)(
	'an authority sees motions, authorities, and the health of the network',
	async () => {
		await enter()
		await open('Motions')
		await says('There are none.')
		await says('This is you.')
		await says('Now each should have 2.')
		await look(page, 'council')
		await open('Health')
		await says('Each document has as many copies as it should.')
		await says('It answered, and the answer was right.')
		await look(page, 'health')
	},
)

test.skipIf(code === null)(
	'an authority of a region sees the regions and the motions of the consortium, and votes on none',
	async () => {
		await enter()
		await open('All regions')
		await says(`In region ${PARA}`)
		await says('Part of the network since')
		await says('Out of the network since')
		await says('3 people are on the common list. Shares from there: 12.')
		await says(`Motion 4: Put region ${PARA} out`)
		await says('2 for it, 0 against it. It needs 2.')
		await says('Who runs the common list: 2 people')
		await says('The network has not named its newest file yet.')
		for (const other of others) await says(other.slice(0, 4))
		// It is decided: in the region, it could be closed.
		for (const name of [/^Vote/, /^Close/, /^Ask to/, /^Open the motion/])
			expect(await page.getByRole('main').getByRole('button', { name }).count()).toBe(0)
		await look(page, 'common')
	},
)

test.skipIf(code === null)('an authority signs a network file after it saw all of it', async () => {
	await enter()
	await open('Sign')
	await choose({ name: 'bad.json', mimeType: 'application/json', buffer: Buffer.from('{}') })
	await says('This is not a network’s file that we can sign')
	const buffer = Buffer.from(network)
	await choose({ name: 'clinics.json', mimeType: 'application/json', buffer })
	await says('clinics, file 1')
	await says(gateway.url)
	await says('2 of these 2 must sign')
	await says('This device has file 1 of this network now. The addresses are the same.')
	await look(page, 'sign')
	const [download] = await Promise.all([
		page.waitForEvent('download'),
		button('Sign it, and save the file').click(),
	])
	const file = parseNetwork(readFileSync(await download.path(), 'utf8'))
	const { message } = await networkMessage(file.network)
	const mine = file.signatures.find((one) => one.account === account)
	expect(file.signatures.length).toBe(3)
	expect(verify(parseAccount(account), message, unhex(mine?.signature.slice(2) ?? ''))).toBe(true)
})
