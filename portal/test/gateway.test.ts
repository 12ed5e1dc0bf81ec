/** The portal with a real node and two real gateways, which the test starts. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { cpSync, mkdirSync, openSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, inject, test } from 'vitest'
import { linkOf } from '../src/chain/link'
import { built } from './bin'
import { networkFile } from './network'
import {
	PASSPHRASE,
	button,
	choose,
	create,
	field,
	folder,
	forgiveNetwork,
	heading,
	page,
	saveCopy,
	says,
} from './portal'
import { PARA, chainOf } from './region'
import { serve } from './server'

const programs = ['salus', 'salus-node', 'salus-gateway'].map(built)
const here = !programs.includes(null)

const run = promisify(execFile)
const site = join(folder, 'gateways')
const started: ChildProcess[] = []
let server: Awaited<ReturnType<typeof serve>>
let gateways: { url: string; process: ChildProcess }[]
let link: string

function start(name: string, program: string, ...given: string[]): ChildProcess {
	const log = openSync(join(folder, `${name}.log`), 'a')
	const child = spawn(built(program) as string, given, { stdio: ['ignore', log, log] })
	started.push(child)
	return child
}

async function freePort(): Promise<number> {
	const server = createServer().listen(0, '127.0.0.1')
	await new Promise((done) => server.once('listening', done))
	const { port } = server.address() as AddressInfo
	await new Promise((done) => server.close(done))
	return port
}

async function until<Value>(what: string, ask: () => Promise<Value | null>): Promise<Value> {
	for (let tries = 0; tries < 240; tries++) {
		const found = await ask().catch(() => null)
		if (found !== null) return found
		await new Promise((done) => setTimeout(done, 500))
	}
	throw new Error(`timed out waiting for: ${what}; see ${folder}`)
}

/** Acts with the command, as an authority of the node's development chain. */
async function salus(node: string, ...given: string[]): Promise<string> {
	const script = 'exec "$0" --passphrase-fd 3 "$@" 3<<<"for tests only"'
	const env = {
		...process.env,
		SALUS_KEYS: join(folder, 'authority'),
		SALUS_NODE: node,
		SALUS_DEVELOPMENT: 'true',
	}
	const { stdout } = await run('bash', ['-c', script, programs[0] as string, ...given], { env })
	return stdout
}

async function unlock() {
	await page.keyboard.press('F9')
	await button('Kontrollname').click()
	await field('Passphrase').fill(PASSPHRASE)
	await button('Unlock').click()
	await heading('My records')
}

let node: string

beforeAll(async () => {
	if (!here) return
	const [rpc, p2p] = [await freePort(), await freePort()]
	node = `ws://127.0.0.1:${rpc}`
	start(
		'node',
		'salus-node',
		...['--dev', '--tmp', '--dev-block-time', '1000', '--rpc-port', String(rpc)],
		...['--listen-addr', `/ip4/127.0.0.1/tcp/${p2p}`, '--no-prometheus', '--no-telemetry'],
		'--no-mdns',
	)
	const ask = async (method: string, ...params: unknown[]): Promise<any> => {
		const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
		const headers = { 'Content-Type': 'application/json' }
		const answer = await fetch(`http://127.0.0.1:${rpc}`, { method: 'POST', headers, body })
		return (await answer.json()).result
	}
	await until('the first block', async () => {
		const { number } = await ask('chain_getHeader')
		return Number(number) > 0 ? number : null
	})
	gateways = []
	for (const name of ['one', 'two']) {
		const address = `127.0.0.1:${await freePort()}`
		const config = join(folder, `${name}.toml`)
		writeFileSync(
			config,
			`listen = "${address}"\nhosts = ["${address}"]\nbehind_proxy = true\nregion = "${node}"\n`,
		)
		const process = start(name, 'salus-gateway', 'run', '--config', config)
		gateways.push({ url: `http://${address}`, process })
	}
	for (const { url } of gateways) {
		await until(`the gateway at ${url}`, async () => {
			const body = '{"account":"","nonce":"","time":0,"signature":""}'
			return (
				(await fetch(`${url}/v1/session`, { method: 'POST', body })).status === 401 || null
			)
		})
	}
	await salus(node, 'key', 'import', 'alice', '--dev', 'Alice', '--authority')
	cpSync(inject('builds')[0], site, { recursive: true })
	mkdirSync(join(site, 'networks'))
	server = await serve(site)
	const chain = {
		...chainOf(...gateways),
		para: PARA,
		genesis: await ask('chain_getBlockHash', 0),
	}
	const { file: network, print } = await networkFile(chain)
	writeFileSync(join(site, 'networks/clinics.json'), network)
	const fingerprint = print.replaceAll(' ', '')
	const [{ url: gateway }] = gateways
	link = `${server.origin}/#/${linkOf({ network: 'clinics', fingerprint, gateway })}`
}, 240_000)

afterEach(forgiveNetwork)

afterAll(() => {
	server?.close()
	for (const process of started.toReversed()) process.kill('SIGTERM')
})

test.skipIf(!here)(
	'a person joins through a real gateway, and the second one goes on',
	async () => {
		await page.goto(link)
		await page.reload()
		await button('They are all the same').click()
		await says('You are invited')
		await create()
		const path = await saveCopy()
		await choose(path)
		await field('Passphrase').fill(PASSPHRASE)
		await button('Try it').click()
		await says('Your copy works.')
		await page.getByRole('link', { name: 'My records' }).click()
		await heading('My records')
		await says('Show this code to your clinic')
		const account = await page.locator('code').first().innerText()
		await salus(node, 'patient', 'invite', account)
		await says('Your clinic has invited you')
		const since = Date.now()
		await button('Join now').click()
		await page.getByText(/It is sent|The network has taken it in/).waitFor()
		// A lock in the middle loses nothing.
		await unlock()
		await says('You have no records yet')
		console.log(
			`joined in ${Date.now() - since} ms with a lock in the middle: final and proven`,
		)

		gateways[0].process.kill('SIGTERM')
		await button('Look for new records').click()
		await page.getByRole('link', { name: 'Settings' }).click()
		await says('It does not answer.')
		await says('It answered, and the answer was right.')
		gateways[1].process.kill('SIGTERM')
		await unlock()
		await says('We cannot reach your records now')
	},
	300_000,
)
