import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Browser, Worker } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { NEEDED } from '../src/chain/alone'
import { launch } from './browser'
import { serve } from './server'
import { cases, files } from './vectors'

const vectors = fileURLToPath(new URL('../../envelope/tests/vectors', import.meta.url))
let browser: Browser

beforeAll(async () => {
	browser = await launch()
})
afterAll(() => browser?.close())

test("the vectors pass in Chromium, under the portal's policy", async () => {
	const server = await serve(inject('vectors'), vectors)
	const page = await browser.newPage()
	await page.goto(`${server.origin}/vectors.html`)
	await page.waitForFunction(() => document.title === 'done', undefined, { timeout: 280_000 })
	const results = await page.locator('li').allTextContents()
	const load = (name: string) => JSON.parse(readFileSync(`${vectors}/${name}`, 'utf8'))
	expect(files.length).toBeGreaterThan(0)
	expect(results).toEqual(cases(load).map(({ name }) => `${name}: passed`))
	await page.close()
	server.close()
})

test('Chromium takes freed buffers away at once, its own and those of WebCrypto', async () => {
	const server = await serve(inject('vectors'), vectors)
	const page = await browser.newPage()
	await page.goto(`${server.origin}/vectors.html`)
	await page.waitForFunction(() => 'free' in globalThis, undefined, { timeout: 180_000 })
	const left = await page.evaluate(async () => {
		const { free } = globalThis as unknown as { free(...unused: Uint8Array[]): void }
		const made = new Uint8Array(8)
		const digested = new Uint8Array(await crypto.subtle.digest('SHA-256', made))
		free(made, digested)
		return [made.length, digested.length]
	})
	expect(left).toEqual([0, 0])
	await page.close()
	server.close()
})

test("a view runs in a worker under the portal's policy, and is ended from outside", async () => {
	const server = await serve(inject('vectors'))
	const page = await browser.newPage()
	await page.goto(`${server.origin}/verify.html`)
	await page.waitForFunction(() => document.title === 'done', undefined, { timeout: 180_000 })
	expect(await page.locator('li').allTextContents()).toEqual(['echo', 'slow', 'echo'])
	const times = await page
		.locator('li')
		.evaluateAll((all) => all.map((one) => Number((one as HTMLElement).title)))
	console.log(`milliseconds for a view, an endless one, and the next: ${times.map(Math.round)}`)

	// What has run there finds no way out.
	const worker = page.workers().at(-1) as Worker
	expect(worker.url()).toContain('/verifier-')
	const ways = [
		...[
			'fetch',
			'fetchLater',
			'XMLHttpRequest',
			'WebSocket',
			'WebSocketStream',
			'WebTransport',
		],
		...['EventSource', 'importScripts', 'Worker', 'SharedWorker', 'BroadcastChannel'],
		...['indexedDB', 'caches', 'cookieStore', 'navigator', 'location', 'FontFace', 'fonts'],
		...['self', 'Request', 'URL', 'Blob', 'FileReaderSync', 'crypto', 'setTimeout', 'console'],
	]
	const found = await worker.evaluate((ways) => {
		const names = ways.filter((name) => name in globalThis)
		let holder: object | null = globalThis
		const left: string[] = []
		while (holder !== null && holder !== Object.prototype) {
			left.push(...Reflect.ownKeys(holder).map(String))
			holder = Reflect.getPrototypeOf(holder)
		}
		return { names, left }
	}, ways)
	expect(found.names).toEqual([])
	// Two numbers of an old file system cannot be taken.
	const needed = [...NEEDED, 'TEMPORARY', 'PERSISTENT']
	expect(found.left.filter((name) => !needed.includes(name))).toEqual([])
	const far = 'import("https://elsewhere.invalid/away.js").catch((error) => error.name)'
	expect(await worker.evaluate(far)).toBe('TypeError')
	await page.close()
	server.close()
})
