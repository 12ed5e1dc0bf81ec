import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { type BrowserContext, type Page, chromium } from 'playwright-core'
import { expect } from 'vitest'

const CHROMIUM = process.env.SALUS_CHROMIUM ?? '/usr/bin/chromium'
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const options = () => {
	if (!existsSync(CHROMIUM)) {
		throw new Error(
			`no Chromium at ${CHROMIUM}: install Debian's package chromium, or set SALUS_CHROMIUM`,
		)
	}
	// Chromium refuses its sandbox to root, as in a container.
	const args = process.getuid?.() === 0 ? ['--no-sandbox'] : []
	return { executablePath: CHROMIUM, args }
}

export const launch = () => chromium.launch(options())

interface More {
	/** Of Chromium's. */
	args?: string[]
	[option: string]: unknown
}

/** A browser with a profile in this folder. */
export const launchIn = (profile: string, { args = [], ...more }: More = {}) => {
	const all = options()
	return chromium.launchPersistentContext(profile, {
		...all,
		...more,
		args: [...all.args, ...args],
	})
}

/** Counts what a page must never do: violations of the policy, and errors. */
export async function watch(context: BrowserContext): Promise<string[]> {
	const faults: string[] = []
	await context.exposeFunction('reportFault', (fault: string) => faults.push(fault))
	await context.addInitScript(() => {
		addEventListener(
			'securitypolicyviolation',
			({ effectiveDirective, blockedURI, sample }) => {
				;(globalThis as any).reportFault(
					`policy: ${effectiveDirective} ${blockedURI} ${sample}`,
				)
			},
		)
	})
	context.on('weberror', (error) => faults.push(`error: ${error.error().message}`))
	context.on('console', (message) => {
		// A server need not have the code of a runtime, or a list.
		const { url } = message.location()
		if (/\/runtimes\/|\/release\.json$/.test(url)) return
		if (message.type() === 'error') faults.push(`console: ${message.text()} (${url})`)
	})
	return faults
}

/** What axe finds, by the rules of WCAG 2.2 AA. */
async function checkPage(page: Page, rules: string, what: string): Promise<void> {
	const client = await page.context().newCDPSession(page)
	await client.send('Runtime.evaluate', { expression: axe })
	const { result } = await client.send('Runtime.evaluate', {
		expression: `axe.run(document, ${rules}).then(({ violations }) => violations.map(({ id, nodes }) =>
			id + ': ' + nodes.map((node) => node.html + ' ' + node.failureSummary).join(' | ')))`,
		awaitPromise: true,
		returnByValue: true,
	})
	expect(result.value, `axe: ${what}`).toEqual([])
	await client.detach()
}

const ALL = "{ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }"
const CONTRAST = "{ runOnly: { type: 'rule', values: ['color-contrast'] } }"

const photos = fileURLToPath(new URL('../photos/', import.meta.url))

/**
 * Checks a page by axe, light and dark, and that it is no wider than its window, on phones and on
 * a desk. `brief`: only by axe, in light, as the page does not wait. Keeps photographs if SALUS_PHOTOS
 * is set.
 */
export async function look(page: Page, name: string, brief = false): Promise<void> {
	const looks = [
		['light', 360, ALL],
		['dark', 360, CONTRAST],
		['light', 1280, null],
		['light', 320, null],
		// It has no other colours than at 360 px.
		...(process.env.SALUS_PHOTOS ? [['dark', 1280, null] as const] : []),
	] as const
	for (const [colorScheme, width, rules] of brief ? looks.slice(0, 1) : looks) {
		await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
		await page.setViewportSize({ width, height: 740 })
		const what = `${name}-${colorScheme}-${width}`
		if (rules !== null) await checkPage(page, rules, what)
		// A page may have to draw anew first.
		const wider = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
		await expect
			.poll(wider, { message: `wider than the window: ${what}` })
			.toBeLessThanOrEqual(0)
		if (process.env.SALUS_PHOTOS) {
			mkdirSync(photos, { recursive: true })
			await page.screenshot({ path: `${photos}${what}.png`, fullPage: true })
		}
	}
	await page.setViewportSize({ width: 360, height: 740 })
}
