/** The salus command of a person, with the passphrase of all keys. */
import { execFileSync, spawn } from 'node:child_process'
import { join } from 'node:path'
import { built } from './bin'

/** `null`: it is not built. */
export const command = built('salus')
export const PASSPHRASE = 'Zürich candle honest seven'

/** The command with its keys below this folder. */
export function commandIn(folder: string) {
	const env = { ...process.env, SALUS_KEYS: join(folder, 'keys') }

	/** Runs it with the passphrase on a file descriptor of its own. */
	function salus(...values: string[]): string {
		const script = 'exec "$0" --passphrase-fd 3 "$@" 3<<<"$PASSPHRASE"'
		return execFileSync('bash', ['-c', script, command as string, ...values], {
			env: { ...env, PASSPHRASE },
			encoding: 'utf8',
			stdio: ['ignore', 'pipe', 'pipe'],
		})
	}

	/** Starts `salus portal serve`: its origin once it serves, or what it says instead. */
	function serve(site: string) {
		const values = ['portal', 'serve', site, '--port', '0']
		const child = spawn(command as string, values, { env, stdio: ['ignore', 'ignore', 'pipe'] })
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

	return { salus, serve }
}
