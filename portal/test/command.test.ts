import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
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

/** The `salus` command. The gate sets it; without it, these tests are skipped. */
const command = process.env.SALUS_COMMAND
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
