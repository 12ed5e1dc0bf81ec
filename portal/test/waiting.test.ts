/** Documents that wait: what a closed tab, a lock and a lost line do to them, in each stage of their way to the chain. */
import { randomBytes } from 'node:crypto'
import { readFileSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Codecs } from '../src/chain/codecs'
import { hex, openKeyFile, unhex, unwrapKey } from '../src/format'
import { launchIn } from './browser'
import { Clinic, here } from './clinic'
import { newPatient, enter, joinRegion } from './patient'
import { Person } from './person'
import { both, filesKept, filesWith, focused, folder } from './portal'

const PASSPHRASE = 'for tests only'
const DONE = 'It is in the patient’s records.'
const WAITS = 'These documents are locked on this device.'
const LABEL = 'Kontrollname'

let clinic: Clinic
let desk: Person
let patient: string
const profile = join(folder, 'waiting-desk')

beforeAll(async () => {
	if (!here) return
	clinic = await Clinic.start(join(folder, 'waiting'))
	await clinic.provider('miriam', '1234567893', 'Dr. Miriam Castellanos')
	desk = await Person.at(await launchIn(profile), LABEL, PASSPHRASE)
})
afterEach(async ({ task }) => {
	if (!here || task.result?.state !== 'fail') return
	console.log(`the desk sees:\n${await desk.page.innerText('body').catch(() => 'nothing')}`)
})
afterAll(async () => {
	await desk?.page
		.context()
		.close()
		.catch(() => {})
	clinic?.stop()
})

const keyFile = () => join(folder, 'waiting', 'keys', 'miriam.age')

test.skipIf(!here)('a provider and a patient come', async () => {
	const ada = await newPatient()
	await clinic.salus('miriam', 'patient', 'invite', ada.account)
	await enter(clinic, ada)
	patient = await joinRegion()
	await desk.enter(clinic.link, { file: keyFile(), passphrase: PASSPHRASE })
	await desk.sees('Records I wrote')
})

/** Goes to the page that adds records for the patient. */
async function write() {
	await desk.awake()
	await desk.page.goto(`${clinic.origin}/#/settings`)
	await desk.open('Add')
	await desk.type('The patient’s number', patient)
	await desk.press('Find')
	await desk.says('What do you call this patient?')
}

const choose = (name: string, size: number) => desk.choose(clinic.write(name, randomBytes(size)))

/** Chooses a file of zeros, which takes no room on this disk, and longer to lock than anything here. */
async function chooseLong(name: string) {
	const path = clinic.write(name, '')
	truncateSync(path, 2 ** 33)
	await desk.choose(path)
}

/** Adds a document, which goes no further than on its way: Kubo takes nothing until it goes on. */
async function sends(name: string) {
	await write()
	await choose(name, 64 << 20)
	clinic.stopKubo()
	await desk.press('Add it')
	await desk.says('We are sending it')
}

/** What a person does who finds the document not done: they go on with it, more than once if need be. */
async function ends() {
	const done = desk.page.getByText(DONE).first()
	const again = desk.button('Go on').first()
	for (let tries = 0; tries < 20; tries++) {
		await done.or(again).first().waitFor()
		if ((await done.count()) > 0) return
		await again.click()
		await again.waitFor({ state: 'hidden' })
	}
	throw new Error('it never ends')
}

/** Until the page hears that its line is lost. */
let hears: Promise<unknown> = Promise.resolve()

const INTERRUPTIONS = {
	'a closed tab': async () => {
		await desk.anotherTab(clinic.origin)
		await desk.unlock()
		await desk.sees('Records I wrote')
		return 'gone'
	},
	'a lock': async () => {
		await desk.page.keyboard.press('F9')
		await desk.unlock()
		return 'gone'
	},
	'a lost line': async () => {
		hears = desk.page.waitForEvent('requestfailed')
		await desk.page.context().setOffline(true)
		return 'here'
	},
}
type Interruption = keyof typeof INTERRUPTIONS
const ALL = Object.keys(INTERRUPTIONS) as Interruption[]

/** The line comes back. */
async function online() {
	await hears
	await desk.page.context().setOffline(false)
}

test.skipIf(!here).each(ALL)('%s while it is sealed', async (what) => {
	await write()
	const name = `sealed, ${what}.bin`
	if (what === 'a lost line') {
		await choose(name, 96 << 20)
		clinic.stopKubo()
	} else await chooseLong(name)
	await desk.press('Add it')
	await desk.says('We are locking it with your key')
	const page = await INTERRUPTIONS[what]()
	if (page === 'here') {
		// To seal needs no line. What is sealed waits for it.
		await desk.says(WAITS)
		clinic.goOnKubo()
		await online()
		return ends()
	}
	await write()
	expect(await desk.page.getByText(WAITS).count()).toBe(0)
	// A lock keeps what was typed.
	expect(await desk.page.getByText('Choose these files again').count()).toBe(
		what === 'a lock' ? 1 : 0,
	)
	await choose(name, 1 << 20)
	await desk.press('Add it')
	await ends()
})

test.skipIf(!here)('who leaves while a document is sealed is asked', async () => {
	await write()
	await chooseLong('asked.bin')
	await desk.press('Add it')
	await desk.says('We are locking it with your key')
	const asked = desk.page.waitForEvent('dialog')
	await desk.page.close({ runBeforeUnload: true })
	const dialog = await asked
	expect(dialog.type()).toBe('beforeunload')
	await dialog.dismiss()
	// Whoever does not want it any more needs not wait.
	await desk.says('We are locking it with your key')
	await desk.throwAway()
	await desk.page.getByText('We are locking it with your key').waitFor({ state: 'hidden' })
	await expect.poll(() => filesKept(desk.page)).toEqual([])
})

test.skipIf(!here).each(ALL)('%s while it is sent', async (what) => {
	await sends(`sent, ${what}.bin`)
	const page = await INTERRUPTIONS[what]()
	clinic.goOnKubo()
	await online()
	if (page === 'gone') {
		await write()
		await desk.says(WAITS)
	}
	await ends()
})

test.skipIf(!here).each(ALL)('%s while it waits for the chain', async (what) => {
	await write()
	await choose(`chain, ${what}.bin`, 1 << 20)
	const { stopped } = await clinic.stopChainAtNext(desk.page)
	await desk.press('Add it')
	await stopped
	await desk.says('We are writing it into the list')
	const closing = what === 'a closed tab' ? null : INTERRUPTIONS[what]()
	if (closing === null) await desk.anotherTab(clinic.origin)
	else if (what === 'a lock') await desk.sees('Who are you?')
	clinic.goOnChain()
	if (closing === null) await desk.unlock()
	await closing
	await online()
	if (what !== 'a lost line') {
		await write()
		// It has come through by now, maybe: nobody has told this page.
		await desk.says(WAITS)
	}
	await ends()
})

/** By keys alone. */
async function pressByKeys(name: string) {
	for (let presses = 0; (await focused(desk.page)) !== name; presses++) {
		expect(presses, name).toBeLessThan(60)
		await desk.page.keyboard.press('Tab')
	}
	await desk.page.keyboard.press('Enter')
}

test.skipIf(!here)('a provider pauses an upload, and goes on with it, by keys alone', async () => {
	await sends('paused.bin')
	await pressByKeys('Pause')
	await desk.says(WAITS)
	// The button that paused it is gone.
	await expect.poll(() => focused(desk.page)).toBe('H1')
	clinic.goOnKubo()
	await pressByKeys('Go on')
	await desk.button('Go on').waitFor({ state: 'hidden' })
	await ends()
})

test.skipIf(!here)('a provider throws away what is sent, and what waits', async () => {
	await sends('thrown away on its way.bin')
	await pressByKeys('Throw it away')
	// What undoes nothing comes first.
	await expect.poll(() => focused(desk.page)).toBe('Cancel')
	await pressByKeys('Throw it away')
	await desk.page.getByText('We are sending it').waitFor({ state: 'hidden' })
	clinic.goOnKubo()
	await expect.poll(() => filesKept(desk.page)).toEqual([])
	await sends('thrown away.bin')
	await desk.press('Pause')
	await desk.says(WAITS)
	clinic.goOnKubo()
	await desk.throwAway()
	await desk.page.getByText(WAITS).waitFor({ state: 'hidden' })
	await expect.poll(() => filesKept(desk.page)).toEqual([])
	await write()
	expect(await desk.page.getByText(WAITS).count()).toBe(0)
})

test.skipIf(!here)('each document is there once, and no record key is on the device', async () => {
	await desk.page.context().close()
	const records = await clinic.salus('miriam', 'record', 'list')
	const names = records.map(({ name }: { name: string }) => name).toSorted()
	const wanted = ALL.flatMap((what) => ['sealed', 'sent', 'chain'].map((at) => `${at}, ${what}`))
	expect(names).toEqual([...wanted, 'paused'].toSorted())

	const { keys } = await openKeyFile(new Uint8Array(readFileSync(keyFile())), PASSPHRASE)
	const metadata = new URL('../../client/metadata/regional.scale', import.meta.url)
	const codecs = new Codecs(readFileSync(metadata))
	const genesis = unhex((await clinic.ask('chain_getBlockHash', 0)).slice(2))
	const provider = 0
	expect(filesWith(profile, both(LABEL))).not.toEqual([])
	for (const { record } of records) {
		const id = BigInt(record)
		const author = { type: 'Provider' as const, value: provider }
		const wrapped: any = await clinic.view(codecs.view('EmrApi.wrapped_key', id, author))
		const shown: any = await clinic.view(codecs.view('EmrApi.record', id))
		const recordKey = await unwrapKey(keys[0], wrapped.value.ciphertext, {
			genesis,
			patient: unhex(patient),
			author: { provider },
			hash: unhex(shown.document_hash.slice(2)),
		})
		const forms = [Buffer.from(recordKey), ...both(hex(recordKey))]
		const base64 = Buffer.from(recordKey).toString('base64')
		expect(filesWith(profile, [...forms, ...both(base64)])).toEqual([])
	}
})
