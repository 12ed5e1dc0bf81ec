/** The portal as a person uses it: a browser, a page, and what they click. */
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject } from 'vitest'
import { type Bytes, unhex } from '../src/format'
import { launch, watch } from './browser'
import { lookUntil, openKey } from './person'
import { serve } from './server'

export const PASSPHRASE = 'river candle honest seven'
/** How long a page may take for a step, beside other work of the machine, in milliseconds. */
export const PATIENCE = 180_000
export const NAME = 'Ada Geheimnis'
export const folder = mkdtempSync(join(tmpdir(), 'salus-pages-'))
const vectors = new URL('../../envelope/tests/vectors/', import.meta.url)

export let server: Awaited<ReturnType<typeof serve>>
export let browser: Browser
export let context: BrowserContext
export let page: Page
export let faults: string[]
/** The faults that the test makes. */
let forgiven: RegExp | null

beforeAll(async () => {
	server = await serve(inject('builds')[0], inject('vectors'))
	browser = await launch()
})

afterAll(async () => {
	await browser?.close()
	server?.close()
	rmSync(folder, { recursive: true, force: true })
})

export async function begin(made: Promise<BrowserContext>) {
	forgiven = null
	context = await made
	context.setDefaultTimeout(PATIENCE)
	faults = await watch(context)
	page = await context.newPage()
	await page.goto(server.origin)
}

beforeEach(() => begin(browser.newContext({ viewport: { width: 360, height: 740 } })))

afterEach(async ({ task }) => {
	if (task.result?.state === 'fail') {
		const text = await page.innerText('body').catch(() => 'nothing')
		console.log(`${task.name}: the page says:\n${text}`, faults)
	}
	await context.close()
	expect(faults.filter((fault) => !forgiven?.test(fault))).toEqual([])
})

/** Lets pass what the test itself makes go wrong, in all of the test: a browser tells it when it has time to. */
export function forgive(kind: RegExp): void {
	forgiven = kind
}

/** Lets pass answers that are no answers. */
export const forgiveNetwork = () => forgive(/Failed to load resource|WebSocket/)

export const button = (name: string | RegExp) =>
	page.getByRole('button', { name, exact: typeof name === 'string' })
export const field = (name: string) => page.getByLabel(name, { exact: true })

/** What has the focus, as a person reads it: a field by its label. */
export const focused = (at = page) =>
	at.evaluate(() => {
		const element = document.activeElement as HTMLInputElement
		const { tagName, labels } = element
		// How much waits on a page is no part of what its link is called.
		const { textContent } = (tagName === 'A' && element.firstChild) || element
		return (
			labels?.[0]?.textContent ??
			(tagName === 'A' || tagName === 'BUTTON'
				? (textContent ?? '').replaceAll('\u00a0', ' ')
				: tagName)
		)
	})

export async function press(...keys: string[]) {
	for (const key of keys) await page.keyboard.press(key)
}

/** Goes on by Tab alone: these have the focus, in this order. */
export const tabTo = (...names: string[]) => walk('Tab', names)

/** Goes back by Tab alone. */
export const backTo = (...names: string[]) => walk('Shift+Tab', names)

async function walk(key: string, names: string[]) {
	for (const name of names) {
		await press(key)
		// A page may have to draw before it gives the focus on, or a name may still be opened.
		await hasFocus(name)
	}
}

/** Waits until this has the focus. */
export const hasFocus = (name: string | RegExp) =>
	expect
		.poll(() => focused())
		.toEqual(typeof name === 'string' ? name : expect.stringMatching(name))

/** From the next page on, whatever a mouse or a finger does is a fault. */
export const withoutMouse = () =>
	page.addInitScript(() => {
		for (const kind of ['pointerdown', 'mousedown', 'touchstart'])
			addEventListener(kind, () => (globalThis as any).reportFault(`used: ${kind}`), true)
	})

export const heading = (name: string) => page.getByRole('heading', { level: 1, name }).waitFor()
export const says = (text: string) => page.getByText(text).first().waitFor()

/** The time after which a hastened page does something again, in milliseconds. */
const HASTENED = 1000

/** From the next page on, it waits for a second where it would wait for one of these times. Its clock does not jump. */
export const hasten = (...times: number[]) =>
	page.addInitScript(
		([times, hastened]) => {
			for (const name of ['setTimeout', 'setInterval'] as const) {
				const wait = globalThis[name] as (...given: any[]) => any
				const sooner = (work: unknown, time?: number, ...given: unknown[]) =>
					wait(work, times.includes(time ?? 0) ? hastened : time, ...given)
				Object.assign(globalThis, { [name]: sooner })
			}
		},
		[times, HASTENED] as const,
	)

/** From the heading of a page to another page, by keys alone. `menu`: from its last page back. */
export async function goByKeys(menu: string[], link: string, title: string | RegExp) {
	await hasFocus('H1')
	await backTo(...menu.slice(0, menu.indexOf(link) + 1))
	await press('Enter')
	await page.getByRole('heading', { level: 1, name: title }).waitFor()
	await hasFocus('H1')
}

/** Finds a provider and compares the key, by keys alone. */
export async function findByKeys(asked: string, name: string) {
	await heading('Who should be able to read it?')
	await hasFocus('H1')
	await tabTo('Number or name')
	await page.keyboard.type(asked)
	await press('Enter')
	await button(`Choose ${name}`).waitFor()
	await button('Find').waitFor()
	await tabTo('Find', `Choose ${name}`)
	await press('Enter')
	await heading(`Is it really ${name}?`)
	await hasFocus('H1')
	await button('They are all the same').waitFor()
	await tabTo('Copy', 'They are all the same')
	await press('Enter')
	await heading('What for, and how long?')
	await hasFocus('H1')
}

export interface TestFile {
	name: string
	mimeType: string
	buffer: Buffer
}

/** Chooses a file by the page's button for that, or by the one of a field. */
export async function choose(file: TestFile | string, field?: string) {
	const place = field === undefined ? page : page.getByRole('group', { name: field })
	const button = place.getByRole('button', { name: 'Choose a file', exact: true })
	const [chooser] = await Promise.all([page.waitForEvent('filechooser'), button.click()])
	await chooser.setFiles(file)
}

/** The button that asks for a file has the focus, and keeps it. */
export async function chooseByKeys(file: TestFile | string) {
	const chooser = page.waitForEvent('filechooser')
	// By then the browser has heard that it must open no dialog of its own: a key is faster than that.
	await page.evaluate(() => null)
	await press('Enter')
	await (await chooser).setFiles(file)
	await hasFocus('Choose a file')
}

const keyFile = (bytes: Bytes) => ({
	name: 'key.age',
	mimeType: 'application/octet-stream',
	buffer: Buffer.from(bytes),
})

/** The key file that the Rust code made, and its passphrase. */
export function vectorFile() {
	const vector = JSON.parse(readFileSync(new URL('key_file.json', vectors), 'utf8'))
	return { file: keyFile(unhex(vector.file)), passphrase: vector.passphrase as string }
}

export async function importVector(label = 'Ada') {
	await openKey(page, vectorFile(), label)
	await heading('Hello, Ada Łovelace')
}

export async function create() {
	await button('Make my key').click()
	await field('Your full name').fill(NAME)
	await field('What should this device call you?').fill('Kontrollname')
	await button('Next').click()
	await field('Passphrase').fill(PASSPHRASE)
	await button('Make my key').click()
	await heading('A safe copy of your key')
}

export async function saveCopy(): Promise<string> {
	const download = page.waitForEvent('download')
	await button('Save my key file').click()
	const file = await download
	expect(file.suggestedFilename()).toMatch(/^salus-key-[0-9a-f]{8}\.age$/)
	const path = join(folder, file.suggestedFilename())
	await file.saveAs(path)
	return path
}

/** Looks for new records until there is one of this name. */
export const finds = (name: string) => lookUntil(page, button(name))

/** How far work is whose end is known, as the page shows it. Others may go on beside it. */
export async function percent(at: Page): Promise<number> {
	const bar = at.locator('[role=progressbar][aria-valuenow]').first()
	return Number(await bar.getAttribute('aria-valuenow'))
}

/** The names of what the page keeps in the browser's private files. */
export const filesKept = (at = page) =>
	at.evaluate(async () => {
		const root: any = await navigator.storage.getDirectory()
		const names: string[] = []
		for await (const folder of root.values())
			for await (const name of folder.keys()) names.push(name)
		return names
	})

/** A text as browsers store it. */
export const both = (text: string) => [Buffer.from(text), Buffer.from(text, 'utf16le')]

/** The files below a folder that have any of these bytes. */
export function filesWith(folder: string, wanted: Buffer[]): string[] {
	return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => {
		const path = join(folder, name)
		if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return false
		const content = readFileSync(path)
		return wanted.some((bytes) => content.includes(bytes))
	})
}
