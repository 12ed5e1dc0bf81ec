import { type Bytes, little, unhex } from '../format'
import { ScaleReader } from '../format/scale'
import { type KnownNetwork, type Store, isReset } from '../keys/store'
import { loaded } from '../loaded'
import type { Codecs, View } from './codecs'
import { type Chain, type NetworkFile, gatewaysOf } from './file'
import { type Account, Gateway, GatewayError, type SignedIn, type Trouble } from './gateway'
import type { Guarded } from './guarded'
import type { Point } from './light'
import type { Call, Rules } from './prover'
import { NotProven, type Why } from './refusal'

/** What a gateway did when it was last asked. */
export interface Asked {
	url: string
	/** `null`: it answered, and the answer was proven. */
	problem: Trouble | Why | null
}

/** No gateway gave an answer that is proven. */
export class NoAnswer extends Error {
	constructor(readonly asked: Asked[]) {
		super(asked.map(({ url, problem }) => `${url}: ${problem}`).join(', '))
		this.name = 'NoAnswer'
	}

	/** Whether each gateway lets nobody sign in with this account: it is not invited. */
	get isRefused(): boolean {
		return this.#all('refused')
	}

	/** Whether a gateway did so: the others gave no answer. */
	get isRefusedOnce(): boolean {
		return this.#any('refused')
	}

	/** Whether a gateway has too much to do. It may be what people here asked for. */
	get isBusy(): boolean {
		return this.#any('busy')
	}

	/** Whether each gateway says that the account may not have this. */
	get isForbidden(): boolean {
		return this.#all('forbidden')
	}

	/** Whether a gateway shows an old block, and no gateway a newer one: the chain does not go on. */
	get isOld(): boolean {
		return this.#any('old')
	}

	/** Whether each gateway is silent. */
	get isSilent(): boolean {
		return this.asked.every(({ problem }) => SILENT.includes(problem))
	}

	#any(trouble: Trouble | Why): boolean {
		return this.asked.some(({ problem }) => problem === trouble)
	}

	#all(trouble: Trouble): boolean {
		return this.asked.length > 0 && this.asked.every(({ problem }) => problem === trouble)
	}
}

/** Of a gateway that answers nothing that can be read. */
const SILENT: Asked['problem'][] = ['unreachable', 'busy', 'broken']

/** A chain that does not go on, as far as this device can tell. */
export interface Still {
	/** Its newest block is old; or no gateway answers, so nobody knows. */
	kind: 'old' | 'silent'
	/** When that block was made, or since when no gateway answers. In Unix milliseconds. */
	since: number
}

/** A chain goes on if its newest block is not older than this, in milliseconds. */
const STILL = 3 * 60_000
/** From this age on, the verifier refuses a block: `DEFAULT_MAX_AGE` in light/src/clock.rs. In milliseconds. */
const REFUSED = 5 * 60_000

/** Where an answer comes from. */
export interface Block {
	number: number
	hash: Bytes
	/** In milliseconds; `null` in a chain for development. */
	age: number | null
}

/** After a block that replaced the runtime: how often, and after which milliseconds, to ask again. */
const UPGRADE = { tries: 10, pause: 3000 }
/** An answer has at most 256 steps: enough for years. */
const MOST_STEPS = 100

/** One member's way to a chain: gateways, of which none is believed, and what proves their answers. */
export class Connection {
	readonly #rules: Rules
	readonly #gateways: Gateway[]
	#last = 0
	#listeners = new Set<() => void>()
	#codecs: { code: string; codecs: Codecs } | null = null
	/** What each gateway did when it was last asked, in the file's order. */
	asked: Asked[] = []
	#consortium: Connection | null = null
	/** The newest block that was proven. */
	block: Block | null = null
	/** The highest one, and when it was made. A chain for development has no clock: when it was first seen. */
	#highest: { number: number; made: number } | null = null
	/** Why the chain does not go on. `null`: it does. */
	still: Still | null = null
	#ended = false

	constructor(
		private readonly store: Store,
		private readonly guarded: Guarded,
		readonly network: NetworkFile,
		readonly chain: Chain,
		account: Account | Gateway[],
		private readonly now = Date.now,
	) {
		this.#rules = {
			para: chain.para,
			genesis: unhex(chain.genesis.slice(2)),
			slotDuration: chain.slot_duration,
			relaySlotDuration: chain.development ? null : (network.relay?.slot_duration ?? 0),
		}
		this.#gateways = Array.isArray(account)
			? account
			: gatewaysOf(chain).map((url) => new Gateway(url, account))
	}

	/** The way to the network's consortium, through the same gateways. `null`: there is none. */
	get consortium(): Connection | null {
		const chain = this.network.chains.find(({ kind }) => kind === 'consortium')
		if (chain === undefined) return null
		const { store, guarded, network, now } = this
		this.#consortium ??= new Connection(store, guarded, network, chain, this.#gateways, now)
		return this.#consortium
	}

	get genesis(): Bytes {
		return this.#rules.genesis
	}

	subscribe = (listener: () => void): (() => void) => {
		this.#listeners.add(listener)
		return () => this.#listeners.delete(listener)
	}

	/** Signs in at the first gateway that lets the account in. */
	signIn(): Promise<SignedIn> {
		return this.each((gateway) => gateway.session())
	}

	/** Views of one block. `make` may be called again, after an upgrade of the runtime. */
	async read<Answers extends unknown[]>(
		make: (codecs: Codecs) => { [Index in keyof Answers]: View<Answers[Index]> },
	): Promise<Answers> {
		const { answers } = await this.readWith(make, () => [])
		return answers
	}

	/**
	 * Views of one block, and the values at these keys. The views must have read them: then their proof
	 * shows them, and the gateway need not be asked.
	 */
	async readWith<Answers extends unknown[]>(
		make: (codecs: Codecs) => { [Index in keyof Answers]: View<Answers[Index]> },
		keysOf: (codecs: Codecs, answers: Answers) => Bytes[],
	): Promise<{ answers: Answers; values: (Bytes | null)[]; codecs: Codecs }> {
		for (let tries = 0; tries < 3; tries++) {
			const { code, codecs } = await this.codecs()
			const views = make(codecs) as View<unknown>[]
			const read = (answers: Bytes[]) =>
				answers.map((answer, at) => views[at].read(answer)) as Answers
			const shown = await this.#view(views, [], (now, answers) =>
				now === code ? keysOf(codecs, read(answers)) : [],
			)
			const { answers, values } = shown
			if (shown.code === code) return { answers: read(answers), values, codecs }
			this.#codecs = null
		}
		throw new NotProven('replaced', 'the runtime changes again and again')
	}

	/** Values of the chain's state, at 16 keys at most. What a value means, `codecs` tells. */
	async stored(make: (codecs: Codecs) => Bytes[]): Promise<(Bytes | null)[]> {
		for (let tries = 0; tries < 3; tries++) {
			const { code, codecs } = await this.codecs()
			const shown = await this.#view([VERSION], make(codecs))
			if (shown.code === code) return shown.values
			this.#codecs = null
		}
		throw new NotProven('replaced', 'the runtime changes again and again')
	}

	/** How the chain's runtime encodes. */
	async codecs(): Promise<{ code: string; codecs: Codecs }> {
		if (this.#codecs === null) {
			const learning = loaded(import('./codecs'))
			// Who waits for it is told. Until then, nobody does.
			learning.catch(() => {})
			let { code } = await this.#view([VERSION])
			let metadata = await this.store.metadata(code)
			if (metadata === undefined) {
				const shown = await this.#view([METADATA])
				code = shown.code
				metadata = metadataOf(shown.answers[0])
				await this.store.putMetadata(code, metadata)
			}
			const { Codecs } = await learning
			this.#codecs = { code, codecs: new Codecs(metadata) }
		}
		return this.#codecs
	}

	/** Asks for the newest block: whether the chain goes on. */
	async look(): Promise<void> {
		await this.#view([VERSION])
	}

	/** Asks the gateways in turn, from the one that answered last on. */
	async each<Result>(ask: (gateway: Gateway) => Promise<Result>): Promise<Result> {
		if (this.#ended) throw new Error('the member has signed out')
		const asked: Asked[] = []
		for (let turn = 0; turn < this.#gateways.length; turn++) {
			const at = (this.#last + turn) % this.#gateways.length
			const gateway = this.#gateways[at]
			try {
				const result = await ask(gateway)
				this.#last = at
				this.#tell({ url: gateway.url, problem: null })
				return result
			} catch (error) {
				const problem = problemOf(error)
				if (problem === null || problem === 'page') throw error
				asked.push({ url: gateway.url, problem })
				this.#tell({ url: gateway.url, problem })
			}
		}
		throw new NoAnswer(asked)
	}

	/** Signs out everywhere. */
	async end(): Promise<void> {
		this.#ended = true
		await Promise.all(this.#gateways.map((gateway) => gateway.end()))
	}

	#tell(asked: Asked): void {
		const before = this.asked.filter(({ url }) => url !== asked.url)
		const all = [...before, asked]
		this.asked = this.#gateways.flatMap(({ url }) => all.find((one) => one.url === url) ?? [])
		for (const listener of this.#listeners) listener()
	}

	/** Hears of a block that is proven. */
	#hear(block: Block): void {
		const now = this.now()
		this.block = block
		if (this.#highest === null || block.number > this.#highest.number)
			this.#highest = { number: block.number, made: now - (block.age ?? 0) }
		const { made } = this.#highest
		if (now - made >= STILL) this.#stands('old', made)
		else this.still = null
	}

	/** Hears that no gateway shows a block. */
	#miss(error: NoAnswer): void {
		if (error.isOld) this.#stands('old', this.#highest?.made ?? this.now() - REFUSED)
		else if (error.isSilent) this.#stands('silent', this.now())
	}

	#stands(kind: Still['kind'], since: number): void {
		// So long already.
		if (this.still?.kind === kind) since = Math.min(since, this.still.since)
		this.still = { kind, since }
		for (const listener of this.#listeners) listener()
	}

	#view(calls: Call[], keys: Bytes[] = [], readBy: ReadBy = () => []): Promise<Proven> {
		const proven = this.each(async (gateway) => {
			for (let tries = 0; ; tries++) {
				try {
					return await this.#ask(gateway, calls, keys, readBy)
				} catch (error) {
					const waits = error instanceof NotProven && error.why === 'replaced'
					if (!waits || tries === UPGRADE.tries) throw error
					await new Promise((done) => setTimeout(done, UPGRADE.pause))
				}
			}
		})
		return proven.catch((error: unknown) => {
			if (error instanceof NoAnswer) this.#miss(error)
			throw error
		})
	}

	async #ask(gateway: Gateway, calls: Call[], keys: Bytes[], readBy: ReadBy): Promise<Proven> {
		for (let rounds = 0; rounds < MOST_STEPS; rounds++) {
			const known = await this.#known()
			const viewed = await gateway.view(this.chain.kind, calls, known.point, keys)
			const proven = await this.guarded.turn(async (prover): Promise<Proven | null> => {
				const seen = {
					checkpoint: known.point?.checkpoint ?? null,
					head: known.heads[this.chain.para] ?? null,
				}
				const { point, state } = await prover.check(
					this.#rules,
					seen,
					viewed.proof,
					this.now(),
				)
				const { name } = this.network
				await this.store.keepSeen(name, point, this.chain.para, state)
				if (state === null) return null
				const { code, head, age } = state
				if (!(await prover.has(code))) {
					const kept = await this.store.code(code)
					const found = kept ?? (await gateway.code(this.chain.kind, code))
					await prover.load(found, code)
					if (kept === undefined) await this.store.putCode(code, found)
				}
				const bare = calls.map(({ name, given }) => ({ name, given }))
				const answers = await prover.run(code, bare)
				const wanted = [...keys, ...readBy(code, answers)]
				const values = wanted.length === 0 ? [] : await prover.values(wanted)
				this.#hear({ ...head, age })
				return { code, answers, values }
			})
			if (proven !== null) return proven
		}
		throw new NotProven('false', 'there is no end of steps')
	}

	/** What is known of the network; with a relay chain, the newest checkpoint. */
	async #known(): Promise<{ point: Point | null; heads: KnownNetwork['heads'] }> {
		const known = await this.store.network(this.network.name)
		const heads = known?.heads ?? {}
		const { relay } = this.network
		if (this.chain.development || relay === null) return { point: null, heads }
		const first = unhex(relay.checkpoint.slice(2))
		const kept = known?.point ?? null
		const point = await this.guarded.turn((prover) =>
			prover.newer(first, kept?.checkpoint ?? null),
		)
		return { point, heads: isReset(point, kept) ? {} : heads }
	}
}

/** The keys of values that views have read, by the hash of their runtime's code and their answers. */
type ReadBy = (code: string, answers: Bytes[]) => Bytes[]

interface Proven {
	code: string
	answers: Bytes[]
	values: (Bytes | null)[]
}

/** Nothing to read, but which code the chain has. */
const VERSION: Call = { name: 'Core_version', given: new Uint8Array() }
const METADATA: Call = { name: 'Metadata_metadata_at_version', given: little(16, 4) }

function metadataOf(answer: Bytes): Bytes {
	const scale = new ScaleReader(answer)
	const found = scale.option(() => scale.bytes())
	if (found === null) throw new NotProven('page', 'the chain has no such metadata')
	return found
}

function problemOf(error: unknown): Trouble | Why | null {
	if (error instanceof GatewayError) return error.trouble
	return error instanceof NotProven ? error.why : null
}
