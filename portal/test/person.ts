/** Somebody in front of a browser: what they click and what they read, beside others. */
import { join } from 'node:path'
import type { BrowserContext, Locator, Page } from 'playwright-core'
import { watch } from './browser'
import { PASSPHRASE, PATIENCE, type TestFile } from './portal'

/** A key file, and what opens it. */
export interface Key {
	file: TestFile | string
	passphrase: string
}

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()
const type = (page: Page, field: string, text: string) =>
	page.getByLabel(field, { exact: true }).fill(text)

/** Comes by a clinic's link, and finds that its network is the right one. */
export async function come(page: Page, link: string) {
	await page.goto(link)
	await page.reload()
	await press(page, 'They are all the same')
}

/** Fills in all that opens a key file. */
export async function fillKey(page: Page, { file, passphrase }: Key, label: string) {
	await press(page, 'I already have a key file')
	const [chooser] = await Promise.all([
		page.waitForEvent('filechooser'),
		press(page, 'Choose a file'),
	])
	await chooser.setFiles(file)
	await type(page, 'Passphrase', passphrase)
	await type(page, 'What should this device call you?', label)
}

/** Opens a key file. The device then calls its member so. */
export async function openKey(page: Page, key: Key, label: string) {
	await fillKey(page, key, label)
	await press(page, 'Open my key')
}

/** Unlocks a member of the device, whose key is locked. */
export async function unlock(page: Page, label: string, passphrase: string) {
	await press(page, label)
	await type(page, 'Passphrase', passphrase)
	await press(page, 'Unlock')
}

/** How often to read anew what a gateway can be behind with, and how long to wait each time, in milliseconds. */
const TRIES = 9
const AGAIN = 20_000

/** Reads a page anew until this shows: a gateway can be a block behind what a command or another gateway told. */
async function until(shows: Locator, read: () => Promise<void>): Promise<void> {
	for (let tries = 1; ; tries++) {
		await read()
		try {
			return await shows.first().waitFor({ timeout: AGAIN })
		} catch (error) {
			if (tries === TRIES) throw error
		}
	}
}

/** Looks for new records until this shows. */
export const lookUntil = (page: Page, shows: Locator) =>
	until(shows, () => press(page, 'Look for new records'))

export class Person {
	private constructor(
		public page: Page,
		/** What their page must never do. */
		readonly faults: string[],
		/** What their device calls them. */
		readonly label: string,
		private readonly passphrase: string,
	) {}

	static async at(context: BrowserContext, label: string, passphrase = PASSPHRASE) {
		context.setDefaultTimeout(PATIENCE)
		const faults = await watch(context)
		return new Person(
			context.pages()[0] ?? (await context.newPage()),
			faults,
			label,
			passphrase,
		)
	}

	/** Closes the tab, and opens another one at this address. */
	async anotherTab(address: string) {
		const context = this.page.context()
		const page = await context.newPage()
		await this.page.close()
		this.page = page
		await page.goto(address)
	}

	button(name: string) {
		return this.page.getByRole('button', { name, exact: true })
	}

	press(name: string) {
		return press(this.page, name)
	}

	open(link: string) {
		return this.page.getByRole('link', { name: link, exact: true }).click()
	}

	type(field: string, text: string) {
		return type(this.page, field, text)
	}

	says(text: string) {
		return this.page.getByText(text).first().waitFor()
	}

	sees(heading: string) {
		return this.page.getByRole('heading', { level: 1, name: heading }).waitFor()
	}

	/** Opens a page of the menu anew until it says or shows this. */
	reads(link: string, what: string | Locator) {
		const shows = typeof what === 'string' ? this.page.getByText(what) : what
		return until(shows, async () => {
			await this.open('My key')
			await this.open(link)
		})
	}

	/** Looks for new records until there is one of this name. */
	finds(name: string) {
		return lookUntil(this.page, this.button(name))
	}

	async choose(file: TestFile | string) {
		const [chooser] = await Promise.all([
			this.page.waitForEvent('filechooser'),
			this.press('Choose a file'),
		])
		await chooser.setFiles(file)
	}

	/** Throws away the document that is on its way, or the one that waits. */
	async throwAway() {
		await this.press('Throw it away')
		await this.page
			.getByRole('dialog', { name: 'Throw it away?' })
			.getByRole('button', { name: 'Throw it away' })
			.click()
	}

	/** Comes by a link. */
	come(link: string) {
		return come(this.page, link)
	}

	/** Comes by a link, with a key file. */
	async enter(link: string, key: Key) {
		await this.come(link)
		await openKey(this.page, key, this.label)
	}

	/** Makes a key, saves a copy in this folder, and tries it. Gives the account. */
	async makeKey(name: string, folder: string): Promise<{ account: string; file: string }> {
		await this.press('Make my key')
		await this.type('Your full name', name)
		await this.type('What should this device call you?', this.label)
		await this.press('Next')
		await this.type('Passphrase', PASSPHRASE)
		await this.press('Make my key')
		await this.sees('A safe copy of your key')
		const [download] = await Promise.all([
			this.page.waitForEvent('download'),
			this.press('Save my key file'),
		])
		const file = join(folder, download.suggestedFilename())
		await download.saveAs(file)
		await this.choose(file)
		await this.type('Passphrase', PASSPHRASE)
		await this.press('Try it')
		await this.says('Your copy works.')
		await this.open('Start')
		await this.says('Show this code to whoever invites you')
		const account = await this.page.locator('.code code').first().innerText()
		return { account: account.replaceAll(/\s/g, ''), file }
	}

	async unlock() {
		await this.sees('Who are you?')
		await unlock(this.page, this.label, this.passphrase)
	}

	/** Goes on, or unlocks, if nobody used the page for too long. Else that time begins anew. */
	async awake() {
		await this.page.keyboard.press('Shift')
		if ((await this.button('Stay').count()) > 0) await this.press('Stay')
		const locked = this.page.getByRole('heading', { level: 1, name: 'Who are you?' })
		if ((await locked.count()) > 0) await this.unlock()
	}

	/** The text of the first code of this class on the page. */
	async code(kind: string): Promise<string> {
		const text = await this.page.locator(`.code.${kind} code`).first().innerText()
		return text.replaceAll(/\s/g, '')
	}
}
