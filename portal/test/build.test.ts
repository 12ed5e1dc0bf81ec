import { createHash } from 'node:crypto'
import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, inject, test } from 'vitest'
import { policy } from '../policy'
import { bytesOf } from './site'

/** Each file of a folder with the hash of its bytes. */
function hashes(folder: string): Record<string, string> {
	const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
		statSync(join(folder, name)).isFile(),
	)
	return Object.fromEntries(
		files.toSorted().map((name) => [
			name,
			createHash('sha256')
				.update(readFileSync(join(folder, name)))
				.digest('hex'),
		]),
	)
}

test('two builds in two folders have the same bytes', () => {
	const [one, other] = inject('builds').map(hashes)
	expect(Object.keys(one)).toContain('index.html')
	expect(one).toEqual(other)
})

test('the first load has at most 350 kB with brotli', () => {
	const [folder] = inject('builds')
	const page = readFileSync(join(folder, 'index.html'), 'utf8')
	const named = [...page.matchAll(/(?:src|href)="\/([^"]*)"/g)].map(([, name]) => name)
	const assets = readdirSync(join(folder, 'assets')).map((name) => `assets/${name}`)
	// The worker with the keys, which the first page starts.
	const first = ['index.html', ...named, ...assets.filter((name) => /worker-/.test(name))]
	const later = assets.filter((name) => !first.includes(name))
	const bytes = bytesOf(folder, first)
	console.log(`first load: ${bytes} bytes with brotli, worker included`)
	console.log(`with a network: ${bytesOf(folder, later)} bytes more: ${later.join(', ')}`)
	expect(first.length).toBeGreaterThan(4)
	expect(bytes).toBeLessThan(350_000)
})

test('the verifier has at most 145 kB with brotli', () => {
	const folder = fileURLToPath(new URL('../light/', import.meta.url))
	const bytes = bytesOf(folder, ['light.wasm'])
	console.log(`the verifier: ${bytes} bytes with brotli`)
	expect(bytes).toBeLessThan(145_000)
})

test('each page has the policy, and loads nothing from elsewhere', () => {
	const [folder] = inject('builds')
	const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
		name.endsWith('.html'),
	)
	// What only tests need is in no release.
	expect(names.toSorted()).toEqual(['index.html', 'viewer.html'])
	for (const name of names) {
		const page = readFileSync(join(folder, name), 'utf8')
		const [, own] = /http-equiv="Content-Security-Policy"\s+content="([^"]*)"/.exec(page) ?? []
		// The frame that draws files may do less, and connects to nothing.
		if (name === 'viewer.html') expect(own).toMatch(/^default-src 'none';(?!.*connect-src)/)
		else expect(own?.replaceAll('&#39;', "'"), name).toBe(policy)
		expect(page.indexOf('Content-Security-Policy'), name).toBeLessThan(
			page.search(/<(?:script|link)/),
		)
		const urls = [...page.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, url]) => url)
		expect(urls.filter((url) => !/^\/(?!\/)/.test(url))).toEqual([])
		expect(page).not.toMatch(/<script[^>]*>[^<]/)
	}
})
