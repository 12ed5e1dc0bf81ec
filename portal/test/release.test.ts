import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { signRelease } from './network'
import { come } from './person'
import { PATIENCE, context, faults, folder, heading, page, says } from './portal'
import { chainOf } from './region'
import { Site } from './site'

let site: Site
let link: string

beforeAll(async () => {
	site = await Site.open(join(folder, 'release'))
	link = (await site.network(chainOf({ url: 'http://127.0.0.1:9' }))).link
})
afterAll(() => site?.close())

const welcome = 'Your health records, locked with your own key'
const refused = 'Salus stopped this page.'

test('the service worker refuses changed files and old lists; it is no defence against more', async () => {
	const index = join(site.folder, 'index.html')
	await signRelease(site.folder, 2)
	await come(page, link)
	await heading(welcome)
	await page.evaluate(async () => void (await navigator.serviceWorker.ready))
	await page.goto(site.origin)
	await heading(welcome)

	// A changed page, and a changed script.
	const own = readFileSync(index, 'utf8')
	writeFileSync(index, own.replace('<title>Salus', '<title>Other'))
	await page.goto(site.origin)
	await says(refused)
	writeFileSync(index, own)
	const [script] = readdirSync(join(site.folder, 'assets')).filter((name) =>
		/^index-.*js$/.test(name),
	)
	const path = join(site.folder, 'assets', script)
	const code = readFileSync(path, 'utf8')
	writeFileSync(path, `${code};`)
	await page.goto(site.origin)
	const status = (url: string) => page.evaluate(async (at) => (await fetch(at)).status, url)
	expect(await status(`/assets/${script}`)).toBe(502)
	expect(await page.getByRole('heading').count()).toBe(0)
	writeFileSync(path, code)

	// A newer list is taken, and an older one is not.
	writeFileSync(index, own.replace('<title>Salus', '<title>Newer'))
	await signRelease(site.folder, 3)
	await page.goto(site.origin)
	await heading(welcome)
	writeFileSync(index, own)
	await signRelease(site.folder, 2)
	await page.goto(site.origin)
	await says(refused)

	// Whoever loads the page hard goes past it: the threat model says so.
	const client = await context.newCDPSession(page)
	await client.send('Page.reload', { ignoreCache: true })
	await heading(welcome)

	// And so does a server that replaces the worker, from the next visit on.
	const other = own.replace('<title>Salus', '<title>Replaced')
	writeFileSync(index, other)
	await page.goto(site.origin)
	await says(refused)
	site.put(
		'sw.js',
		`addEventListener('install', () => skipWaiting())
		addEventListener('activate', (event) => event.waitUntil(clients.claim()))`,
	)
	await page.goto(site.origin)
	const first = () => page.evaluate(async () => (await fetch('/')).text())
	await expect.poll(first, { timeout: PATIENCE }).toBe(other)
	faults.length = 0
})
