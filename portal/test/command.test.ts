import { execFileSync, spawn } from 'node:child_process'
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
import { built } from './bin'
import { accounts, networkFile, signRelease } from './network'
import { chainOf } from './region'

const command = built('salus')
const PASSPHRASE = 'Zürich candle honest seven'
const folder = mkdtempSync(join(tmpdir(), 'salus-command-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Runs the command with the passphrase on a file descriptor of its own. */
function salus(...values: string[]): string {
	const script = 'exec "$0" --passphrase-fd 3 "$@" 3<<<"$PASSPHRASE"'
	return execFileSync('bash', ['-c', script, command as string, ...values], {
		env: { ...process.env, PASSPHRASE, SALUS_KEYS: join(folder, 'keys') },
		encoding: 'utf8',
		stdio: ['ignore', 'pipe', 'pipe'],
	})
}

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

/** Starts `salus portal serve`: its origin once it serves, or what it says instead. */
async function serve(site: string) {
	const env = { ...process.env, SALUS_KEYS: join(folder, 'keys') }
	const stdio = ['ignore', 'ignore', 'pipe'] as const
	const child = spawn(command as string, ['portal', 'serve', site, '--port', '0'], {
		env,
		stdio: [...stdio],
	})
	let said = ''
	return new Promise<{ origin: string | null; said: string; stop(): void }>((done) => {
		const stop = () => void child.kill('SIGTERM')
		child.stderr?.on('data', (data) => {
			said += data
			const origin = /http:\/\/localhost:\d+/.exec(said)?.[0]
			if (origin) done({ origin, said, stop })
		})
		child.on('exit', () => done({ origin: null, said, stop }))
	})
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
