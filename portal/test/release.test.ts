import { readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { headers } from '../policy'
import { signRelease } from './network'
import { come, unlock } from './person'
import {
	PATIENCE,
	context,
	folder,
	forgiveNetwork,
	heading,
	importVector,
	page,
	press,
	says,
	vectorFile,
} from './portal'
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

test('a page that a newer release replaced says so, and does not wait for ever', async () => {
	await page.goto(site.origin)
	await importVector()
	await press('F9')
	const assets = join(site.folder, 'assets')
	const [worker] = readdirSync(assets).filter((name) => /^worker-/.test(name))
	const away = join(folder, worker)
	renameSync(join(assets, worker), away)
	await unlock(page, 'Ada', vectorFile().passphrase)
	await says('A part of this page is missing.')
	// With the old file, as after a cut line, it goes on.
	renameSync(away, join(assets, worker))
	await page.getByRole('button', { name: 'Unlock', exact: true }).click()
	await heading('Hello, Ada Łovelace')
	forgiveNetwork()
})

test('the service worker refuses changed files and old lists; it is no defence against more', async () => {
	const index = join(site.folder, 'index.html')
	await signRelease(site.folder, 2)
	await come(page, link)
	await heading(welcome)
	await page.evaluate(async () => void (await navigator.serviceWorker.ready))
	await page.goto(site.origin)
	await heading(welcome)

	// A changed page, and a changed script.
	const html = readFileSync(index, 'utf8')
	writeFileSync(index, html.replace('<title>Salus', '<title>Other'))
	await page.goto(site.origin)
	await says(refused)
	writeFileSync(index, html)
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

	// Pages that no list has, also below what scripts may read, and however they are asked for.
	site.put('networks/own.html', '<h1>Other</h1>')
	for (const path of ['/networks/own.html', '/release.json']) {
		await page.goto(`${site.origin}${path}`)
		await says(refused)
	}
	await page.goto('about:blank')
	await page.setContent(`<form method="post" action="${site.origin}/networks/own.html"></form>`)
	await page.evaluate(() => document.forms[0].submit())
	await says(refused)

	// The server's headers cannot lead there, or take the policy away.
	site.sent.Refresh = '0; url=/networks/own.html'
	site.sent['Content-Security-Policy'] = "frame-ancestors 'none'"
	await page.goto(site.origin)
	await heading(welcome)
	const got = await page.evaluate(async () => [...(await fetch('/')).headers])
	const own = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])
	const type = ['content-type', 'text/html; charset=utf-8']
	expect(got).toEqual([...own, type].toSorted())
	delete site.sent.Refresh
	Object.assign(site.sent, headers)

	// A newer list is taken, and an older one is not.
	writeFileSync(index, html.replace('<title>Salus', '<title>Newer'))
	await signRelease(site.folder, 3)
	await page.goto(site.origin)
	await heading(welcome)
	writeFileSync(index, html)
	await signRelease(site.folder, 2)
	await page.goto(site.origin)
	await says(refused)

	// Whoever loads the page hard goes past it: the threat model says so.
	const client = await context.newCDPSession(page)
	await client.send('Page.reload', { ignoreCache: true })
	await heading(welcome)

	// And so does a server that replaces the worker, from the next visit on.
	const other = html.replace('<title>Salus', '<title>Replaced')
	writeFileSync(index, other)
	await page.goto(site.origin)
	await says(refused)
	site.put(
		'sw.js',
		`addEventListener('install', () => skipWaiting())
		addEventListener('activate', (event) => event.waitUntil(clients.claim()))`,
	)
	// A busy browser can leave out looking for a new worker at one visit.
	const first = async () => {
		await page.goto(site.origin)
		return page.evaluate(async () => (await fetch('/')).text())
	}
	await expect.poll(first, { timeout: PATIENCE, interval: 1_000 }).toBe(other)
	forgiveNetwork()
})
