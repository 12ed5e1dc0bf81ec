/** A real build, as `salus portal serve` gives it to a browser. */
import { cpSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, inject, test } from 'vitest'
import { headers } from '../policy'
import { linkOf } from '../src/chain/link'
import { newSecrets, writeKeyFile } from '../src/format'
import { PASSPHRASE, command, commandIn } from './command'
import { networkFile } from './network'
import { come } from './person'
import { folder, forgiveNetwork, heading, page, says } from './portal'
import { chainOf } from './region'

const GATEWAY = 'https://gateway.example'
const { salus, serve } = commandIn(folder)

/** The headers of an answer, but for those of the connection and of this file. */
async function sent(url: string) {
	const own = ['cache-control', 'content-length', 'content-type', 'date']
	const all = [...(await fetch(url)).headers]
	return Object.fromEntries(all.filter(([name]) => !own.includes(name)))
}

test.skipIf(!command)(
	'a build that the command lists, signs and serves opens in a browser',
	async () => {
		const site = join(folder, 'served')
		cpSync(inject('builds')[0], site, { recursive: true })
		const { file, print } = await networkFile(chainOf({ url: GATEWAY }))
		writeFileSync(join(folder, 'clinics.json'), file)
		salus('network', 'add', join(folder, 'clinics.json'), '--fingerprint', print)
		salus('portal', 'make', site, '--serial', '1')
		for (const [at, name] of ['one', 'two'].entries()) {
			// The network's signers.
			const secrets = { ...(await newSecrets(name)), seed: new Uint8Array(32).fill(at + 1) }
			const path = join(folder, `${name}.age`)
			writeFileSync(path, await writeKeyFile(secrets, PASSPHRASE))
			salus('key', 'import', name, path)
			salus('--as', name, 'portal', 'sign', site)
		}
		const { origin, said, stop } = await serve(site)
		expect(origin, said).not.toBeNull()
		try {
			const expected = Object.entries(headers).map(([name, value]) => [
				name.toLowerCase(),
				value,
			])
			const files = readdirSync(join(site, 'assets')).map((name) => `assets/${name}`)
			const more = ['', 'viewer.html', 'sw.js', 'release.json', 'networks/clinics.json', 'no']
			for (const path of [...files, ...more]) {
				expect(await sent(`${origin}/${path}`), path).toEqual(Object.fromEntries(expected))
			}

			const fingerprint = print.replaceAll(' ', '')
			const invitation = { network: 'clinics', fingerprint, gateway: GATEWAY }
			await come(page, `${origin}/#/${linkOf(invitation)}`)
			await heading('Your health records, locked with your own key')
			// The service worker takes the list from here, and checks by it.
			await page.evaluate(async () => void (await navigator.serviceWorker.ready))
			await page.goto(`${origin}/`)
			await heading('Your health records, locked with your own key')
			await page.goto(`${origin}/networks/clinics.json`)
			await says('Salus stopped this page.')
			forgiveNetwork()
		} finally {
			stop()
		}
	},
)
