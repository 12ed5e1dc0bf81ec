import { cpSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { linkOf } from '../src/chain/link'
import { networkFile, signRelease } from './network'
import { button, context, faults, folder, heading, page, says } from './portal'
import { serve } from './server'

const site = join(folder, 'release')
let server: Awaited<ReturnType<typeof serve>>
let link: string

beforeAll(async () => {
	cpSync(inject('builds')[0], site, { recursive: true })
	mkdirSync(join(site, 'networks'))
	server = await serve(site)
	const gateway = 'http://127.0.0.1:9'
	const { file, print } = await networkFile({
		kind: 'region',
		para: 2000,
		genesis: `0x${'47'.repeat(32)}`,
		slot_duration: 6000,
		development: true,
		endpoints: [{ kind: 'gateway', url: gateway, authority: '' }],
	})
	writeFileSync(join(site, 'networks/clinics.json'), file)
	const fingerprint = print.replaceAll(' ', '')
	link = `${server.origin}/#/${linkOf({ network: 'clinics', fingerprint, gateway })}`
})
afterAll(() => server?.close())

const index = join(site, 'index.html')
const welcome = 'Your health records, locked with your own key'
const refused = 'Salus stopped this page.'

test('the service worker refuses changed files and old lists; it is no defence against more', async () => {
	await signRelease(site, 2)
	await page.goto(link)
	await page.reload()
	await button('They are all the same').click()
	await heading(welcome)
	await page.evaluate(async () => void (await navigator.serviceWorker.ready))
	await page.goto(server.origin)
	await heading(welcome)

	// A changed page, and a changed script.
	const own = readFileSync(index, 'utf8')
	writeFileSync(index, own.replace('<title>Salus', '<title>Other'))
	await page.goto(server.origin)
	await says(refused)
	writeFileSync(index, own)
	const [script] = readdirSync(join(site, 'assets')).filter((name) => /^index-.*js$/.test(name))
	const path = join(site, 'assets', script)
	const code = readFileSync(path, 'utf8')
	writeFileSync(path, `${code};`)
	await page.goto(server.origin)
	const status = (url: string) => page.evaluate(async (at) => (await fetch(at)).status, url)
	expect(await status(`/assets/${script}`)).toBe(502)
	expect(await page.getByRole('heading').count()).toBe(0)
	writeFileSync(path, code)

	// A newer list is taken, and an older one is not.
	writeFileSync(index, own.replace('<title>Salus', '<title>Newer'))
	await signRelease(site, 3)
	await page.goto(server.origin)
	await heading(welcome)
	writeFileSync(index, own)
	await signRelease(site, 2)
	await page.goto(server.origin)
	await says(refused)

	// Whoever loads the page hard goes past it: the threat model says so.
	const client = await context.newCDPSession(page)
	await client.send('Page.reload', { ignoreCache: true })
	await heading(welcome)

	// And so does a server that replaces the worker, from the next visit on.
	const other = own.replace('<title>Salus', '<title>Replaced')
	writeFileSync(index, other)
	await page.goto(server.origin)
	await says(refused)
	writeFileSync(
		join(site, 'sw.js'),
		`addEventListener('install', () => skipWaiting())
		addEventListener('activate', (event) => event.waitUntil(clients.claim()))`,
	)
	await page.goto(server.origin)
	const first = () => page.evaluate(async () => (await fetch('/')).text())
	await expect.poll(first, { timeout: 60_000 }).toBe(other)
	faults.length = 0
})
