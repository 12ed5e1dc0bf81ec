/** Somebody in front of a browser: what they click and what they read, beside others. */
import { join } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import { watch } from './browser'
import { PASSPHRASE, type TestFile } from './portal'

export class Person {
	private constructor(
		readonly page: Page,
		/** What their page must never do. */
		readonly faults: string[],
		/** What their device calls them. */
		readonly label: string,
	) {}

	static async at(context: BrowserContext, label: string): Promise<Person> {
		context.setDefaultTimeout(120_000)
		const faults = await watch(context)
		return new Person(context.pages()[0] ?? (await context.newPage()), faults, label)
	}

	button(name: string) {
		return this.page.getByRole('button', { name, exact: true })
	}

	press(name: string) {
		return this.button(name).click()
	}

	open(link: string) {
		return this.page.getByRole('link', { name: link, exact: true }).click()
	}

	type(field: string, text: string) {
		return this.page.getByLabel(field, { exact: true }).fill(text)
	}

	says(text: string) {
		return this.page.getByText(text).first().waitFor()
	}

	sees(heading: string) {
		return this.page.getByRole('heading', { level: 1, name: heading }).waitFor()
	}

	async choose(file: TestFile | string) {
		const [chooser] = await Promise.all([
			this.page.waitForEvent('filechooser'),
			this.press('Choose a file'),
		])
		await chooser.setFiles(file)
	}

	/** Comes by a link. */
	async come(link: string) {
		await this.page.goto(link)
		await this.page.reload()
		await this.press('They are all the same')
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
		await this.open('My records')
		await this.says('Show this code to your clinic')
		const account = await this.page.locator('.code code').first().innerText()
		return { account: account.replaceAll(/\s/g, ''), file }
	}

	async unlock() {
		await this.sees('Who are you?')
		await this.press(this.label)
		await this.type('Passphrase', PASSPHRASE)
		await this.press('Unlock')
	}

	/** Unlocks, if nobody used the page for too long. */
	async awake() {
		const locked = this.page.getByRole('heading', { level: 1, name: 'Who are you?' })
		if ((await locked.count()) > 0) await this.unlock()
	}

	/** The text of the first code of this class on the page. */
	async code(kind: string): Promise<string> {
		const text = await this.page.locator(`.code.${kind} code`).first().innerText()
		return text.replaceAll(/\s/g, '')
	}
}
