/** How much memory the tab takes while a record of 1 GiB is opened and saved. Only if SALUS_SPEED is set. */
import { openSync, readSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchIn } from './browser'
import { Clinic, here } from './clinic'
import { MIB, PART, large } from './large'
import { Memory } from './memory'
import { enter, joinRegion, newPatient } from './patient'
import { begin, browser, button, context, folder, heading, page } from './portal'

const measures = here && process.env.SALUS_SPEED !== undefined
/** The most memory of the tab, in MiB. */
const MOST = 300
/** The largest document that is saved in one piece, as src/records/documents.ts has it, and a much larger one. */
const SIZES = [256 * MIB, 1024 * MIB]
const HOUR = 3_600_000

let clinic: Clinic

beforeAll(async () => {
	if (!measures) return
	clinic = await Clinic.start(join(folder, 'clinic'))
	await clinic.provider('miriam', '1234567893', 'Dr. Miriam Castellanos')
}, HOUR)
afterAll(() => clinic?.stop())

/** The first bytes of each piece of a file. */
function numbers(path: string, size: number): number[] {
	const file = openSync(path, 'r')
	const bytes = Buffer.alloc(8)
	const all: number[] = []
	for (let at = 0; at < size; at += PART) {
		readSync(file, bytes, 0, 8, at)
		all.push(...bytes)
	}
	return all
}

/** The same of the file that the page saved. */
const saved = (name: string) =>
	page.evaluate(async (name) => {
		const root = await navigator.storage.getDirectory()
		const file = await (await root.getFileHandle(name)).getFile()
		const all: number[] = []
		for (let at = 0; at < file.size; at += 16 << 20)
			all.push(...new Uint8Array(await file.slice(at, at + 8).arrayBuffer()))
		return { size: file.size, all }
	}, name)

/** Waits until the page says this. Nobody touches it meanwhile, but it does not lock. */
async function waitsFor(text: string) {
	const awake = setInterval(() => void page.keyboard.press('Shift').catch(() => {}), 30_000)
	try {
		await page.getByText(text).first().waitFor({ timeout: HOUR })
	} finally {
		clearInterval(awake)
	}
}

test.skipIf(!measures)(
	'the tab stays under 300 MiB while a record of 1 GiB is opened and saved',
	async () => {
		await context.close()
		// What is private goes to the disk, as it does for a person.
		await begin(launchIn(join(folder, 'saving'), { viewport: { width: 360, height: 740 } }))
		// Nobody can answer the browser's own dialog here: the file goes to the page's private files.
		await page.addInitScript(() => {
			;(globalThis as any).showSaveFilePicker = async ({
				suggestedName,
			}: {
				suggestedName: string
			}) =>
				(await navigator.storage.getDirectory()).getFileHandle(suggestedName, {
					create: true,
				})
		})
		const ada = await newPatient()
		await clinic.salus('miriam', 'patient', 'invite', ada.account)
		await enter(clinic, ada)
		const patient = await joinRegion()
		const most: number[] = []
		for (const size of SIZES) {
			const name = `${size / MIB} MiB`
			const path = large(name, size)
			const given = [path, '--patient', patient, '--name', name]
			await clinic.salus('miriam', 'record', 'add', ...given)
			await button('Look for new records').click()
			await button(name).click()
			await heading(name)
			const memory = await Memory.watch(page)
			const start = Date.now()
			await button('Open it').click()
			await waitsFor('We checked it.')
			const opened = Date.now()
			const download =
				size > SIZES[0] ? null : page.waitForEvent('download', { timeout: HOUR })
			await button('Save it on this device').click()
			await waitsFor('Your browser saved it.')
			const file = await (await download)?.path()
			const end = Date.now()
			console.log(`${name} opened in ${opened - start} ms, saved in ${end - opened} ms`)
			most.push(memory.end(`${name} opened and saved`))
			const wanted = numbers(path, size)
			if (file === undefined) expect(await saved(name)).toEqual({ size, all: wanted })
			else expect(numbers(file, size)).toEqual(wanted)
			rmSync(path)
			await button('To my records').click()
		}
		expect(Math.max(...most)).toBeLessThan(MOST)
		await context.close()
		await begin(browser.newContext())
	},
	HOUR,
)
