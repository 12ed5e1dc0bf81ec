/** What providers and authorities do in the portal alone, at a real clinic: its chain shows each act. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Codecs, type View } from '../src/chain/codecs'
import { signCall } from '../src/chain/submit'
import { type Bytes, SeedSigner, accountText, hex, openKeyFile, random, unhex } from '../src/format'
import { qrRows } from '../src/ui/qr'
import { launchIn } from './browser'
import { Clinic, here, until } from './clinic'
import { Person } from './person'
import { browser, folder } from './portal'
import { entry } from './region'

const PASSPHRASE = 'for tests only'
const NUMBER = '1234567893'
const NAME = 'Dr. Miriam Castellanos'

let clinic: Clinic
let alice: Person
let bob: Person
let miriam: Person
/** Whose account the camera of the provider sees. */
const guest = accountText(random(32))
const everybody: Person[] = []

const keyOf = (who: string) => ({
	file: join(folder, 'acts', 'keys', `${who}.age`),
	passphrase: PASSPHRASE,
})

/** A film of one picture, which shows this text as a QR code. */
function film(text: string): Buffer {
	const rows = qrRows(text)
	const scale = 8
	const size = scale * rows.length
	const light = Buffer.alloc(size * size, 255)
	for (let at = 0; at < light.length; at++) {
		const [row, column] = [Math.floor(at / size), at % size]
		if (rows[Math.floor(row / scale)][Math.floor(column / scale)]) light[at] = 0
	}
	const colours = Buffer.alloc((size / 2) ** 2 * 2, 128)
	const head = `YUV4MPEG2 W${size} H${size} F10:1 Ip A1:1 C420\n`
	return Buffer.concat([Buffer.from(`${head}FRAME\n`), light, colours])
}

beforeAll(async () => {
	if (!here) return
	clinic = await Clinic.start(join(folder, 'acts'))
	await clinic.provider('miriam', NUMBER, NAME)
	const camera = clinic.write('camera.y4m', film(guest))
	const args = [
		'--use-fake-ui-for-media-stream',
		'--use-fake-device-for-media-stream',
		`--use-file-for-fake-video-capture=${camera}`,
	]
	const context = await launchIn(join(folder, 'acts-desk'), { args })
	miriam = await Person.at(context, 'Miriam', PASSPHRASE)
	await miriam.enter(clinic.link, keyOf('miriam'))
	await miriam.sees('Records I wrote')
	const authority = async (label: string) => {
		const context = await browser.newContext({ viewport: { width: 360, height: 740 } })
		const person = await Person.at(context, label, PASSPHRASE)
		await person.enter(clinic.link, keyOf(label.toLowerCase()))
		await person.sees('Who wants to treat patients')
		return person
	}
	alice = await authority('Alice')
	bob = await authority('Bob')
	everybody.push(alice, bob, miriam)
})
afterEach(async ({ task }) => {
	if (task.result?.state !== 'fail') return
	for (const { page, label } of everybody)
		console.log(`${label} sees:\n${await page.innerText('body').catch(() => 'nothing')}`)
})
afterAll(async () => {
	for (const { page } of everybody) await page.context().close()
	clinic?.stop()
})

/** How the provider stands, as the chain has it. */
const stands = async () => clinic.salus('alice', 'provider', 'show', 'id:0')

async function becomes(standing: RegExp): Promise<void> {
	await until(`${standing}`, async () => standing.test((await stands()).standing) || null)
}

test.skipIf(!here)('a provider scans an account, and invites it', async () => {
	await miriam.open('Invite')
	await miriam.press('Scan their code')
	const field = miriam.page.getByLabel('Their account', { exact: true })
	await expect.poll(() => field.inputValue()).toBe(guest)
	await miriam.press('Invite')
	await miriam.says('They are invited.')
})

test.skipIf(!here)('an authority invites an account', async () => {
	await alice.open('Invite')
	await alice.type('Their account', accountText(random(32)))
	await alice.press('Invite')
	await alice.says('They are invited.')
})

test.skipIf(!here)('a provider makes a new key, saves it, and uses it', async () => {
	await miriam.open('Settings')
	await miriam.type('Your passphrase, to make a new key', PASSPHRASE)
	await miriam.press('Make a new key')
	await miriam.says('Your new key is made.')
	// The first of two: the page itself asks for a copy, too.
	await miriam.page.getByRole('button', { name: 'Save a copy now' }).first().click()
	await miriam.sees('A safe copy of your key')
	const [download] = await Promise.all([
		miriam.page.waitForEvent('download'),
		miriam.press('Save my key file'),
	])
	const file = join(folder, 'new.age')
	await download.saveAs(file)
	await miriam.choose(file)
	await miriam.type('Passphrase', PASSPHRASE)
	await miriam.press('Try it')
	await miriam.says('Your copy works.')
	await miriam.open('Settings')
	await miriam.press('Use the new key')
	await until('the new key', async () => (await stands()).key_version === 1 || null)
})

/** A patient shares a document with a provider of another region. */
async function shareElsewhere(who: string, grantee: { region: number; id: number }) {
	const { account } = await clinic.salus(who, 'key', 'new', who)
	await clinic.salus('miriam', 'patient', 'invite', account)
	await clinic.salus(who, 'patient', 'register', '--full-name', 'Ada Example')
	const letter = clinic.write('letter.txt', 'All is well.')
	const added = await clinic.salus(who, 'record', 'add', letter, '--about-me')
	const record = BigInt(added.records[0].record)
	// Portal and command ask the consortium for the grantee's key, and here is none.
	const { secrets } = await openKeyFile(new Uint8Array(readFileSync(keyOf(who).file)), PASSPHRASE)
	const signer = new SeedSigner(secrets.seed)
	const metadata = new URL('../../client/metadata/regional.scale', import.meta.url)
	const codecs = new Codecs(readFileSync(metadata))
	const hash = async (number: number) =>
		unhex((await clinic.ask('chain_getBlockHash', number)).slice(2))
	const number = Number((await clinic.ask('chain_getHeader')).number)
	const chain = {
		genesis: await hash(0),
		block: { number, hash: await hash(number) },
		codecs: async () => ({ codecs }),
		read: (make: (codecs: Codecs) => View<unknown>[]) =>
			Promise.all(make(codecs).map((view) => clinic.view(view))),
	}
	const by = {
		account: signer.account,
		text: account,
		sign: async (payload: Bytes) => signer.signPayload(payload),
	}
	const ciphertext = random(384)
	const { bytes } = await signCall(chain as any, by, () =>
		codecs.call('Interregional.grant', {
			record,
			grantee,
			wrapped_key: { type: 'RsaOaep', value: { key_version: 0, ciphertext } },
			expires_at: undefined,
			purpose: { type: 'Treatment', value: undefined },
		}),
	)
	expect(await clinic.ask('author_submitExtrinsic', `0x${hex(bytes)}`)).toMatch(/^0x/)
	return record
}

test.skipIf(!here)('a provider asks for a place on the common list', async () => {
	await miriam.awake()
	await miriam.open('Regions')
	await miriam.says('You are not on the list.')
	await miriam.press('Put me on the list')
	await miriam.says('Your entry waits here. The network sends it soon.')
	expect(await miriam.button('Put me on the list').count()).toBe(0)
})

test.skipIf(!here)(
	'a provider sends a share on, which finds no way out of this region',
	async () => {
		await miriam.awake()
		const record = await shareElsewhere('ada', { region: 2002, id: 5 })
		const send = miriam.button(`Send on record ${record}`)
		await miriam.reads('Regions', send)
		await miriam.says('It has not been sent yet.')
		await send.click()
		await miriam.says('There is no way to the other regions at the moment.')
		await miriam.says('It has not been sent yet.')
	},
)

/** Both vote on the provider. */
async function bothVote(act: string, done: string) {
	for (const one of [alice, bob]) {
		await one.awake()
		await one.reads('People', one.button(act))
		await one.press(act)
		await one.press('Vote now')
		if (one === alice) await one.says('You said yes.')
	}
	await bob.says(done)
}

test.skipIf(!here)('authorities suspend, reinstate and un-verify a provider', async () => {
	await bothVote(`Stop ${NAME} for now`, 'Stopped for now')
	await becomes(/suspended/)
	await bothVote(`Let ${NAME} work again`, 'May work')
	await becomes(/^verified/)
	await bothVote(`Take the number from ${NAME} for good`, 'Lost the number')
	await becomes(/unverified|former|withdrew/)
	await bob.open('What I sent')
	await bob.says('Done. You can change your vote until it is decided.')
	await miriam.awake()
	await miriam.reads('I wrote', 'You no longer have your number')
})

test.skipIf(!here)('authorities open a motion, vote on it, and close it', async () => {
	const [key] = entry('Governance', 'ReplicationTarget', [], 1)
	const target = async () => {
		const found: string | null = await clinic.ask('state_getStorage', `0x${hex(key)}`)
		return found === null ? null : Number.parseInt(found.slice(2, 4), 16)
	}
	const before = await target()
	const wanted = before === 5 ? 6 : 5
	await alice.awake()
	await alice.open('Motions')
	await alice.type('How many copies should each document have?', String(wanted))
	const copies = alice.page
		.locator('.card', { hasText: 'Ask for more or fewer copies' })
		.getByRole('button', { name: 'Open the motion' })
	await copies.click()
	await alice.says(`Motion 0: Keep ${wanted} copies of each document`)
	// To open it is no vote.
	await alice.says('0 for it, 0 against it. It needs 2. You have not voted.')
	await alice.press('Vote for motion 0')
	await alice.press('Vote now')
	await alice.says('You voted for it.')
	await bob.awake()
	await bob.reads('Motions', '1 for it, 0 against it. It needs 2.')
	await bob.press('Vote against motion 0')
	await bob.press('Vote now')
	await bob.says('You voted against it.')
	await bob.press('Vote for motion 0')
	await bob.press('Vote now')
	await bob.says('2 for it, 0 against it. It needs 2.')
	expect(await target()).toBe(before)
	await bob.press('Close motion 0')
	await bob.press('Close it')
	await bob.says('Motion 0 was carried, and is closed now')
	await bob.says('There are none.')
	expect(await target()).toBe(wanted)
})

test.skipIf(!here)('who applied takes that back, and a provider retires', async () => {
	const stranger = await clinic.salus('eve', 'key', 'new', 'eve')
	await clinic.salus('alice', 'provider', 'invite', stranger.account)
	await clinic.salus('eve', 'provider', 'apply', 'B54321', '--full-name', 'Dr. Eve Moneypenny')
	const context = await browser.newContext({ viewport: { width: 360, height: 740 } })
	const eve = await Person.at(context, 'Eve', PASSPHRASE)
	everybody.push(eve)
	await eve.enter(clinic.link, keyOf('eve'))
	await eve.says('0 said yes, 0 said no.')
	await eve.press('Take it back')
	await eve.says('You are invited')
	await eve.press('Apply to treat patients here')
	await eve.type('Your number', 'B54321')
	await eve.type('Your name at work', 'Dr. Eve Moneypenny')
	await eve.press('Apply now')
	await eve.says('0 said yes, 0 said no.')
	for (const one of [alice, bob]) {
		await one.awake()
		await one.reads('Votes', 'Dr. Eve Moneypenny')
		await one.press('Yes to Dr. Eve Moneypenny')
		await one.press('Vote now')
	}
	await eve.awake()
	await eve.sees('Records I wrote')
	await eve.open('Settings')
	await eve.press('Retire')
	await eve.press('Retire for good')
	await eve.says('You have retired. What you wrote stays.')
	const { standing } = await clinic.salus('alice', 'provider', 'show', 'B54321')
	expect(standing).toMatch(/retired/)
})
