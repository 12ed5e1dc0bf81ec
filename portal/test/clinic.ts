/** A clinic as a test starts it: a real node, two real gateways, and a real Kubo. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Page } from 'playwright-core'
import type { View } from '../src/chain/codecs'
import { hex, unhex } from '../src/format'
import { built } from './bin'
import { PATIENCE } from './portal'
import { chainOf } from './region'
import { Site } from './site'

const run = promisify(execFile)
const programs = ['salus', 'salus-node', 'salus-gateway'].map(built)

/** The region of the node's development chain. */
const REGION = 2001

/** Whether the gate has built what a clinic needs. */
export const here = !programs.includes(null)

const kubo = () => {
	const set = process.env.SALUS_IPFS
	const path = set ?? join(process.env.SALUS_HOME ?? join(homedir(), '.cache/salus'), 'bin/ipfs')
	if (!existsSync(path)) throw new Error('this test needs Kubo’s `ipfs`: run scripts/setup')
	return path
}

/** The ports below those that the kernel gives out: it gives none of them away before the program has it. */
const PORTS = { first: 11_000, end: 32_000 }

async function freePort(): Promise<number> {
	for (;;) {
		const { first, end } = PORTS
		const port = first + Math.floor(Math.random() * (end - first))
		const server = createServer().listen(port, '127.0.0.1')
		const isFree = await once(server, 'listening').then(
			() => true,
			() => false,
		)
		if (!isFree) continue
		await new Promise((done) => server.close(done))
		return port
	}
}

export async function until<Value>(
	what: string,
	ask: () => Promise<Value | null>,
	patience = PATIENCE,
): Promise<Value> {
	const end = Date.now() + patience
	while (Date.now() < end) {
		const found = await ask().catch(() => null)
		if (found !== null) return found
		await new Promise((done) => setTimeout(done, 500))
	}
	throw new Error(`timed out waiting for: ${what}`)
}

/** It listens on loopback only, calls nobody, and is as a gateway wants it: docs/gateway.md. */
const KUBO = {
	Bootstrap: [],
	AutoConf: { Enabled: false },
	AutoTLS: { Enabled: false },
	DNS: { Resolvers: {} },
	Ipns: { DelegatedPublishers: [] },
	Routing: { DelegatedRouters: [] },
	Plugins: { Plugins: { telemetry: { Config: { Mode: 'off' } } } },
	Gateway: { NoFetch: true, DeserializedResponses: false, NoDNSLink: true },
	Datastore: { HashOnRead: true },
}

/** Puts settings into a configuration. */
function change(config: Record<string, any>, settings: Record<string, any>): void {
	for (const [name, value] of Object.entries(settings)) {
		const isGroup = typeof value === 'object' && Object.keys(value).length > 0
		if (isGroup && !Array.isArray(value) && config[name]) change(config[name], value)
		else config[name] = value
	}
}

/** A program of the clinic. */
interface Program {
	process: ChildProcess
	start(): ChildProcess
}

/** How long Kubo works at a time, in milliseconds: it sends some MiB at most. */
const MOMENT = 20

/** Of the keys that the clinic makes. */
export const OWN_PASSPHRASE = 'for tests only'

export class Clinic {
	#programs: Program[] = []
	/** Of those who made their key elsewhere. */
	#passphrases = new Map<string, string>()
	#site: Site | null = null
	/** The address of the node, for programs on its machine. */
	node = ''
	/** The portal's address, and the clinic's link to it. */
	origin = ''
	link = ''
	/** The network's file, and its fingerprint. */
	network = { path: '', print: '' }
	gateways: { url: string; program: Program }[] = []
	kubo: { url: string; program: Program } = { url: '', program: null as any }
	chain: Program = null as any

	private constructor(private readonly folder: string) {}

	/** Starts all of it. Its files are in this folder. */
	static async start(folder: string): Promise<Clinic> {
		mkdirSync(folder, { recursive: true })
		const clinic = new Clinic(folder)
		try {
			await Promise.all([clinic.#startNode(), clinic.#startKubo()])
			for (const name of ['one', 'two']) await clinic.#startGateway(name)
			await clinic.#serve()
		} catch (error) {
			clinic.stop()
			throw new Error(`the clinic does not start; see ${folder}`, { cause: error })
		}
		return clinic
	}

	stop(): void {
		this.#site?.close()
		for (const { process } of this.#programs.toReversed()) process.kill('SIGKILL')
	}

	/** Acts with the command, on the machine of node and Kubo. Returns what it prints, from JSON. */
	salus(who: string, ...given: string[]): Promise<any> {
		return this.#act(this.#here, who, given)
	}

	/** The same with one core for the command: Kubo has the others. */
	salusOnOneCore(who: string, ...given: string[]): Promise<any> {
		return this.#act(this.#here, who, given, 'taskset -c 0 ')
	}

	/** Acts with the command from elsewhere: through the gateways that the network's file names. */
	async salusByGateway(who: string, ...given: string[]): Promise<any> {
		const config = join(this.folder, 'salus.toml')
		const env = { SALUS_CONFIG: config }
		const add = ['network', 'add', this.network.path, '--fingerprint', this.network.print]
		if (!existsSync(config)) {
			// The command wants the file that it is given.
			this.write('salus.toml', '')
			await this.#act(env, who, add)
		}
		return this.#act(env, who, given)
	}

	/** Lets the command act with a key file that the portal made. */
	take(who: string, { file, passphrase }: { file: string; passphrase: string }): Promise<any> {
		this.#passphrases.set(who, passphrase)
		return this.salus(who, 'key', 'import', who, file)
	}

	/** What leads the command to node and Kubo. */
	get #here() {
		return {
			SALUS_NODE: this.node,
			SALUS_IPFS_API: this.kubo.url,
			SALUS_DEVELOPMENT: 'true',
		}
	}

	async #act(env: object, who: string, given: string[], by = ''): Promise<any> {
		const script = `exec ${by}"$0" --json --passphrase-fd 3 "$@" 3<<<"$PASSPHRASE"`
		const keys = {
			SALUS_KEYS: join(this.folder, 'keys'),
			PASSPHRASE: this.#passphrases.get(who) ?? OWN_PASSPHRASE,
		}
		const values = [programs[0] as string, '--as', who, ...given]
		const options = { env: { ...process.env, ...keys, ...env } }
		const { stdout } = await run('bash', ['-c', script, ...values], options)
		return JSON.parse(stdout)
	}

	/** A verified provider. Returns the fingerprint of its key. */
	async provider(who: string, number: string, name: string): Promise<string> {
		const key = await this.salus(who, 'key', 'new', who)
		await this.salus('alice', 'provider', 'invite', key.account)
		await this.salus(who, 'provider', 'apply', number, '--full-name', name)
		for (const authority of ['alice', 'bob'])
			await this.salus(authority, 'vote', 'verify', number, '--aye')
		return key.encryption_keys[0].fingerprint
	}

	/** A file of the clinic's. */
	write(name: string, content: string | Uint8Array): string {
		const path = join(this.folder, name)
		writeFileSync(path, content)
		return path
	}

	#run(name: string, program: string, given: string[], env = {}): Program {
		const start = () => {
			const log = openSync(join(this.folder, `${name}.log`), 'a')
			const stdio = ['ignore', log, log] as const
			return spawn(program, given, { stdio: [...stdio], env: { ...process.env, ...env } })
		}
		const one = { process: start(), start }
		this.#programs.push(one)
		return one
	}

	/** Asks the node. */
	async ask(method: string, ...params: unknown[]): Promise<any> {
		const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
		const headers = { 'Content-Type': 'application/json' }
		const url = this.node.replace('ws', 'http')
		return (await (await fetch(url, { method: 'POST', headers, body })).json()).result
	}

	/** Asks the node for what a view answers. */
	async view<Answer>({ name, given, read }: View<Answer>): Promise<Answer> {
		const answer: string = await this.ask('state_call', name, `0x${hex(given)}`)
		return read(unhex(answer.slice(2)))
	}

	async #startNode(): Promise<void> {
		const [rpc, p2p] = [await freePort(), await freePort()]
		this.node = `ws://127.0.0.1:${rpc}`
		this.chain = this.#run('node', programs[1] as string, [
			...['--dev', '--tmp', '--dev-block-time', '1000', '--rpc-port', String(rpc)],
			...['--listen-addr', `/ip4/127.0.0.1/tcp/${p2p}`, '--no-prometheus'],
			...['--no-telemetry', '--no-mdns'],
		])
		const block = async () => {
			const { number } = await this.ask('chain_getHeader')
			return Number(number) > 0 ? number : null
		}
		// It compiles its runtime first.
		await until('the first block', block, 3 * PATIENCE)
		for (const name of ['alice', 'bob']) {
			const account = name[0].toUpperCase() + name.slice(1)
			await this.salus(name, 'key', 'import', name, '--dev', account, '--authority')
		}
	}

	async #startKubo(): Promise<void> {
		const repo = join(this.folder, 'kubo')
		const env = { IPFS_PATH: repo }
		const values = ['init', '--profile=server,unixfs-v1-2025', '--empty-repo']
		await run(kubo(), values, { env: { ...process.env, ...env } })
		const [api, gateway] = [await freePort(), await freePort()]
		const config = JSON.parse(readFileSync(join(repo, 'config'), 'utf8'))
		const at = (port: number) => `/ip4/127.0.0.1/tcp/${port}`
		change(config, { ...KUBO, Addresses: { Swarm: [], API: at(api), Gateway: at(gateway) } })
		writeFileSync(join(repo, 'config'), JSON.stringify(config))
		const program = this.#run('kubo', kubo(), ['daemon', '--offline'], env)
		this.kubo = { url: `http://127.0.0.1:${api}`, program }
		const envelopes = `rpc = "${this.kubo.url}"\ngateway = "http://127.0.0.1:${gateway}"\n`
		this.write('envelopes.toml', envelopes)
		await this.kuboUp()
	}

	/** Asks Kubo by its own command. Returns what that prints. */
	async ipfs(...given: string[]): Promise<string> {
		const api = `/ip4/127.0.0.1/tcp/${new URL(this.kubo.url).port}`
		return (await run(kubo(), ['--api', api, ...given])).stdout.trim()
	}

	/** Kubo stands still, until it goes on. */
	stopKubo(): void {
		this.kubo.program.process.kill('SIGSTOP')
	}

	goOnKubo(): void {
		this.kubo.program.process.kill('SIGCONT')
	}

	/** Lets Kubo, which stands still, do so little at a time that it stands still when this holds. */
	async trickle(holds: () => Promise<boolean>): Promise<void> {
		const end = Date.now() + PATIENCE
		while (!(await holds())) {
			if (Date.now() > end) throw new Error('Kubo does too little at a time')
			this.goOnKubo()
			// Nothing of this program comes between.
			Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, MOMENT)
			this.stopKubo()
		}
	}

	/** The chain stands still as soon as it has taken the next transaction of this page. `stopped` waits for that. */
	async stopChainAtNext(page: Page): Promise<{ stopped: Promise<void> }> {
		let stop = () => {}
		const stopped = new Promise<void>((done) => {
			stop = () => {
				this.chain.process.kill('SIGSTOP')
				stop = () => {}
				done()
			}
		})
		await page.routeWebSocket(/\/v1\/chain\//, (socket) => {
			socket.connectToServer().onMessage((message) => {
				stop()
				socket.send(message)
			})
		})
		return { stopped }
	}

	goOnChain(): void {
		this.chain.process.kill('SIGCONT')
	}

	/** Waits until Kubo answers. */
	async kuboUp(): Promise<void> {
		const ask = () => fetch(`${this.kubo.url}/api/v0/version`, { method: 'POST' })
		await until('Kubo', async () => (await ask()).ok || null)
	}

	async #startGateway(name: string): Promise<void> {
		const address = `127.0.0.1:${await freePort()}`
		const uploads = join(this.folder, `uploads-${name}`)
		mkdirSync(uploads, { mode: 0o700 })
		const envelopes = readFileSync(join(this.folder, 'envelopes.toml'), 'utf8')
		const config = this.write(
			`${name}.toml`,
			`listen = "${address}"\nhosts = ["${address}"]\nbehind_proxy = true\nregion = "${this.node}"\n` +
				`[envelopes]\n${envelopes}uploads = "${uploads}"\n` +
				'[envelopes.limits]\nreserve_bytes = 0\n',
		)
		const program = this.#run(name, programs[2] as string, ['run', '--config', config])
		const url = `http://${address}`
		this.gateways.push({ url, program })
		const body = '{"account":"","nonce":"","time":0,"signature":""}'
		const ask = () => fetch(`${url}/v1/session`, { method: 'POST', body })
		await until(`the gateway at ${url}`, async () => (await ask()).status === 401 || null)
	}

	/** Serves the portal, with the file of the clinic's network. */
	async #serve(): Promise<void> {
		this.#site = await Site.open(join(this.folder, 'site'))
		this.origin = this.#site.origin
		const genesis = await this.ask('chain_getBlockHash', 0)
		const chain = { ...chainOf(...this.gateways), para: REGION, genesis }
		const { path, print, link } = await this.#site.network(chain)
		this.network = { path, print: print.replaceAll(' ', '') }
		this.link = link
	}
}
