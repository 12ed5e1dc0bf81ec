import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import {
	type Bytes,
	SeedSigner,
	accountText,
	fingerprint,
	newSecrets,
	openKeyFile,
	writeKeyFile,
} from '../src/format'
import { importPrivate } from '../src/format/rsa'
import { type SignedRelease, isSigned } from '../src/release/list'
import { PASSPHRASE, command, commandIn } from './command'
import { accounts, networkFile, signRelease } from './network'
import { chainOf } from './region'

const folder = mkdtempSync(join(tmpdir(), 'salus-command-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const { salus, serve } = commandIn(folder)

function shown(name: string): { account: string; encryption_keys: object[] } {
	return JSON.parse(salus('key', 'show', name, '--json'))
}

test.skipIf(!command)('the portal opens a key file of the command', async () => {
	salus('key', 'new', 'ana')
	salus('key', 'export', 'ana', join(folder, 'ana.age'))
	const file = new Uint8Array(readFileSync(join(folder, 'ana.age'))) as Bytes
	const { secrets, keys } = await openKeyFile(file, PASSPHRASE)
	const { account, encryption_keys } = shown('ana')
	expect(accountText(new SeedSigner(secrets.seed).account)).toBe(account)
	expect(
		await Promise.all(
			keys.map(async ({ version, spki }) => ({
				version,
				fingerprint: await fingerprint(spki),
			})),
		),
	).toEqual(encryption_keys)
})

test.skipIf(!command)('the command opens a key file of the portal', async () => {
	const secrets = await newSecrets('Ada Łovelace')
	writeFileSync(join(folder, 'ada.age'), await writeKeyFile(secrets, PASSPHRASE))
	salus('key', 'import', 'ada', join(folder, 'ada.age'))
	const { spki } = await importPrivate(0, secrets.keys[0].pkcs8)
	expect(shown('ada')).toMatchObject({
		account: accountText(new SeedSigner(secrets.seed).account),
		encryption_keys: [{ version: 0, fingerprint: await fingerprint(spki) }],
	})
})

/** A small build, with the headers of a real one. */
function build(name: string): string {
	const site = join(folder, name)
	mkdirSync(join(site, 'assets'), { recursive: true })
	writeFileSync(join(site, 'index.html'), '<title>Salus</title>')
	writeFileSync(join(site, 'assets/index.js'), '1')
	writeFileSync(join(site, 'headers.json'), '{"Referrer-Policy": "no-referrer"}')
	return site
}

test.skipIf(!command)(
	'the command serves a release that the network signed, and no other',
	async () => {
		const { file, print } = await networkFile(chainOf({ url: 'https://gateway.example' }))
		writeFileSync(join(folder, 'clinics.json'), file)
		salus('network', 'add', join(folder, 'clinics.json'), '--fingerprint', print)
		const site = build('site')
		expect((await serve(site)).said).toContain('release.json')
		await signRelease(site, 2)
		const { origin, stop } = await serve(site)
		const page = await fetch(`${origin}/`)
		expect(await page.text()).toBe('<title>Salus</title>')
		expect(page.headers.get('Referrer-Policy')).toBe('no-referrer')
		expect(page.headers.get('Content-Type')).toBe('text/html; charset=utf-8')
		const network = await fetch(`${origin}/networks/clinics.json`)
		expect((await network.json()).network.name).toBe('clinics')
		for (const path of ['/other', '/../keys', '/networks/', '/assets']) {
			expect((await fetch(`${origin}${path}`)).status, path).toBe(404)
		}
		expect((await fetch(`${origin}/`, { method: 'POST' })).status).toBe(404)
		const list = await (await fetch(`${origin}/release.json`)).json()
		const by = { threshold: 2, accounts }
		expect(await isSigned(list, by)).toBe(true)
		// What it serves is what it has checked.
		writeFileSync(join(site, 'assets/index.js'), '2')
		expect(await (await fetch(`${origin}/assets/index.js`)).text()).toBe('1')
		stop()
		expect((await serve(site)).said).toContain('assets/index.js was changed')
		await signRelease(site, 1)
		expect((await serve(site)).said).toContain('release 1')
	},
)

test.skipIf(!command)(
	"the command's list of files is the portal's, and its signatures count",
	async () => {
		const site = build('signed')
		salus('key', 'new', 'one')
		salus('key', 'new', 'two')
		salus('portal', 'make', site, '--serial', '7')
		const list = () =>
			JSON.parse(readFileSync(join(site, 'release.json'), 'utf8')) as SignedRelease
		const { release } = list()
		const own = build('own')
		await signRelease(own, 7)
		expect(release).toEqual(JSON.parse(readFileSync(join(own, 'release.json'), 'utf8')).release)
		for (const name of ['one', 'two']) salus('--as', name, 'portal', 'sign', site)
		const by = { threshold: 2, accounts: ['one', 'two'].map((name) => shown(name).account) }
		expect(await isSigned(list(), by)).toBe(true)
		expect(await isSigned(list(), { threshold: 2, accounts })).toBe(false)
	},
)
