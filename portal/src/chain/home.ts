import { type Bytes, accountText, hex, patientId, unhex } from '../format'
import type { Session, View as SessionView } from '../keys/session'
import type { Member, Store } from '../keys/store'
import type { Codecs } from './codecs'
import { type Asked, Connection, NoAnswer } from './connection'
import type { Guarded } from './guarded'
import { type Looked, type Networks, ownCode } from './networks'
import { Failed, type Step, submit } from './submit'

/** What the pages show of a member's region. */
export type HomeView =
	/** No key is unlocked, or the member has no network. */
	| { kind: 'none' }
	| { kind: 'connecting' }
	/** The account is not invited yet. */
	| { kind: 'waiting' }
	/** The account is invited. `error`: why an attempt to join failed. */
	| { kind: 'invited'; error: unknown }
	/** The registration is on its way. */
	| { kind: 'joining'; step: Step | null }
	| { kind: 'patient'; id: string }
	/** The account applied as a provider, and the authorities have not decided. */
	| { kind: 'applicant'; error: unknown }
	/** A provider, however it stands. */
	| { kind: 'provider'; id: number }
	/** A provider that lost its number: gateways tell it nothing, but who it is. */
	| { kind: 'lost' }
	/** An authority of the region that is no member. */
	| { kind: 'authority' }
	/** The chain has a patient with this account, and the key file has not. */
	| { kind: 'other' }
	/** No gateway gives an answer that is proven. */
	| { kind: 'down'; asked: Asked[] }
	/** Something else is wrong. */
	| { kind: 'failed'; error: unknown }

/** These do not tell who somebody is. */
const UNKNOWN: HomeView['kind'][] = ['connecting', 'joining', 'down', 'failed']

/** What gateways call a provider that lost its number. */
const LOST = 'former-holder'

/** A network by its name, and a region by its number. */
type Where = NonNullable<Member['home']>

const SECOND = 1000
const MINUTE = 60 * SECOND

/** How often to try again, in milliseconds. */
export const AGAIN = 5 * SECOND
/**
 * How often to ask whether the account is invited, after which time. Each try is a sign-in, and a gateway counts
 * those of an address: a full waiting room must leave enough for those who work there.
 */
const WAITING: [after: number, pause: number][] = [
	[10 * MINUTE, MINUTE],
	[MINUTE, 20 * SECOND],
	[0, AGAIN],
]

/** The region of the unlocked member. */
export class Home {
	view: HomeView = { kind: 'none' }
	/** Who somebody is, as was last known: it stays while no gateway answers. `connecting`: unknown. */
	known: HomeView['kind'] = 'none'
	connection: Connection | null = null
	/** Whether the account is an authority of the region. */
	isAuthority = false
	#account: string | null = null
	#prepared: Promise<void> = Promise.resolve()
	/** Since when the account waits for its invitation. */
	#waits: number | null = null
	#timer: ReturnType<typeof setTimeout> | undefined
	#heeds = false
	#listeners = new Set<() => void>()

	constructor(
		private readonly session: Session,
		private readonly store: Store,
		private readonly guarded: Guarded,
		private readonly networks: Networks,
		/** Gets the code that the portal's own server has of a region's runtime. */
		private readonly fetchCode: typeof ownCode = ownCode,
	) {
		session.subscribe(() => void this.#follow(session.view))
	}

	subscribe = (listener: () => void): (() => void) => {
		this.#listeners.add(listener)
		return () => this.#listeners.delete(listener)
	}

	/**
	 * Readies what verifies in a region, while a person types the passphrase: the kept code of runtimes, and the
	 * newest. Gateways give code to those who signed in only, so it comes from the portal's own server.
	 */
	prepare({ network, region }: Where): void {
		const kept = this.store.codes(network)
		const newest = kept
			.then((codes) => this.fetchCode(network, region, codes))
			.catch(() => null)
		const loaded = this.guarded.turn(async (prover) => {
			for (const [hash, code] of await kept) await prover.load(code, hash)
		})
		const ready = async () => {
			// What fails now shows when it is needed.
			await loaded.catch(() => {})
			const code = await newest
			if (code === null) return
			const hash = await this.guarded.turn((prover) => prover.load(code, null))
			await this.store.putCode(hash, code)
		}
		this.#prepared = ready().catch(() => {})
	}

	/** Asks again now. */
	async check(): Promise<void> {
		const { connection } = this
		if (connection === null) return
		clearTimeout(this.#timer)
		const next = await this.#look(connection).catch((error: unknown): HomeView => {
			if (!(error instanceof NoAnswer)) return { kind: 'failed', error }
			// Who waits goes on waiting: it is known why a gateway has too much to do.
			const waits = error.isRefused || (error.isBusy && this.view.kind === 'waiting')
			return waits ? { kind: 'waiting' } : { kind: 'down', asked: error.asked }
		})
		if (connection !== this.connection || this.view.kind === 'joining') return
		if ('error' in next && next.kind === this.view.kind) next.error ??= this.view.error
		this.#show(next)
		// Who is invited may have joined before a lock, or in another tab.
		if (['waiting', 'invited', 'applicant', 'down'].includes(next.kind)) this.#later()
	}

	/** Connects anew, as after a newer network file. */
	async renew(): Promise<void> {
		await this.#follow(this.session.view, true)
	}

	/** Registers the member as a patient. Ends when that is proven. */
	async join(): Promise<void> {
		const { view } = this.session
		if (view.kind !== 'open') return
		const { commitments } = view.profile
		const commitment = commitments[commitments.length - 1]
		await this.#register((codecs, key) =>
			codecs.call('Registry.register_patient', {
				commitment: `0x${hex(commitment)}`,
				...key,
			}),
		)
	}

	/** Applies as a provider, or applies anew. The authorities decide. */
	async apply(number: string, name: string): Promise<void> {
		await this.#register((codecs, key) =>
			codecs.call('Registry.apply_as_provider', { number, name, ...key }),
		)
	}

	/** Sends what the chain knows the account by. A member registers the first version of its key. */
	async #register(encode: (codecs: Codecs, key: SignedKey) => Bytes): Promise<void> {
		const { connection, session } = this
		if (connection === null || session.view.kind !== 'open') return
		const { profile } = session.view
		const vault = session.vault()
		// Until the keys are locked: then another member may be here.
		const show = (step: Step | null) => {
			if (connection === this.connection) this.#show({ kind: 'joining', step })
		}
		let failed: unknown = null
		show(null)
		try {
			const { spki, signature } = await vault.signKey(connection.genesis, 0)
			const key = {
				key: { type: 'RsaOaep' as const, value: spki },
				signature: `0x${hex(signature)}`,
			}
			const signer = {
				account: profile.account,
				text: accountText(profile.account),
				sign: (payload: Bytes) => vault.signTransaction(payload),
			}
			const said = await submit(connection, signer, (codecs) => encode(codecs, key), show)
			if (said instanceof Failed) failed = said
		} catch (error) {
			failed = error
		}
		if (connection !== this.connection) return
		this.view = { kind: 'connecting' }
		await this.check()
		const view = this.view as HomeView
		if (view.kind === 'invited' || view.kind === 'applicant')
			this.#show({ ...view, error: failed })
	}

	async #follow(view: SessionView, anew = false): Promise<void> {
		const member = view.kind === 'open' ? view.member : null
		const key = member?.home ? `${member.account} ${JSON.stringify(member.home)}` : null
		if (key === this.#account && !anew) return
		if (key !== this.#account) {
			// It knows what the last member has read.
			if (this.#account !== null) this.guarded.end()
			this.#account = key
			this.isAuthority = false
			this.known = 'connecting'
		}
		clearTimeout(this.#timer)
		this.#waits = null
		void this.connection?.end()
		this.connection = null
		if (member === null || member.home === null) return this.#show({ kind: 'none' })
		this.#show({ kind: 'connecting' })
		let looked: Looked | null
		try {
			looked = await this.networks.open(member.home.network)
		} catch (error) {
			if (key === this.#account) this.#show({ kind: 'failed', error })
			return
		}
		const chain = looked?.network.chains.find(({ para }) => para === member.home?.region)
		if (key !== this.#account) return
		if (looked === null || chain === undefined) {
			this.isAuthority = false
			return this.#show({ kind: 'none' })
		}
		const vault = this.session.vault()
		const genesis = unhex(chain.genesis.slice(2))
		const connection = new Connection(this.store, this.guarded, looked.network, chain, {
			account: accountText(unhex(member.account)),
			signIn: (host, nonce, time) => vault.signIn(host, genesis, nonce, time),
		})
		this.connection = connection
		connection.subscribe(() => void this.#heed(connection))
		await this.check()
	}

	/** When every gateway says that a provider may not have something, it may have lost its number. */
	async #heed(connection: Connection): Promise<void> {
		const { asked } = connection
		const isForbidden =
			asked.length > 0 && asked.every(({ problem }) => problem === 'forbidden')
		if (!isForbidden || this.#heeds || this.view.kind !== 'provider') return
		this.#heeds = true
		const renewed = connection.each((gateway) => gateway.renew())
		const next = await renewed.then(() => this.#look(connection)).catch(() => null)
		this.#heeds = false
		if (next?.kind === 'lost' && connection === this.connection) this.#show(next)
	}

	async #look(connection: Connection): Promise<HomeView> {
		const signedIn = await connection.signIn().catch((error: unknown) => {
			if (error instanceof NoAnswer && error.isRefusedOnce) return null
			throw error
		})
		if (signedIn === null) return { kind: 'waiting' }
		const { classes } = signedIn
		// Code that is on its way is not fetched twice.
		await this.#prepared
		const { view } = this.session
		if (view.kind !== 'open') return { kind: 'none' }
		const { account, commitments, keys } = view.profile
		const text = accountText(account)
		const [status] = await connection.read((codecs) => [
			codecs.view('RegistryApi.account', text),
		])
		// The gateway says whether to ask: only those who are known may. The chain says who it is.
		const isAuthority = classes.includes('authority') && (await isOneOf(connection, text))
		if (connection === this.connection) this.isAuthority = isAuthority
		// Without an encryption key, an authority that is invited cannot register.
		const mayJoin = ['Invited', 'Applicant'].includes(status.type) && keys.length > 0
		if (isAuthority && status.type !== 'Member' && !mayJoin) return { kind: 'authority' }
		if (status.type === 'Uninvited') return { kind: 'waiting' }
		if (status.type === 'Invited') return { kind: 'invited', error: null }
		if (status.type === 'Applicant') return { kind: 'applicant', error: null }
		if (status.value.type === 'Provider' && classes.includes(LOST) && !isAuthority)
			return { kind: 'lost' }
		if (status.value.type === 'Provider') return { kind: 'provider', id: status.value.value }
		// The id follows from what the key file has: so the chain cannot have mixed up two people.
		const id = status.value.value
		const own = commitments.map(
			(one) => `0x${hex(patientId(connection.genesis, account, one))}`,
		)
		if (!own.includes(id)) return { kind: 'other' }
		return { kind: 'patient', id }
	}

	#later(): void {
		clearTimeout(this.#timer)
		const { kind } = this.view
		this.#waits = kind === 'waiting' ? (this.#waits ?? Date.now()) : null
		const waited = this.#waits === null ? 0 : Date.now() - this.#waits
		const [, pause] = WAITING.find(([after]) => waited >= after) ?? [0, AGAIN]
		// Here each gateway was just asked. What it counts, it forgets after a minute.
		const all = kind === 'waiting' || kind === 'down' ? (this.connection?.asked ?? []) : []
		const isBusy = all.some(({ problem }) => problem === 'busy')
		this.#timer = setTimeout(() => void this.check(), isBusy ? MINUTE : pause)
	}

	#show(view: HomeView): void {
		this.view = view
		if (!UNKNOWN.includes(view.kind)) this.known = view.kind
		for (const listener of this.#listeners) listener()
	}
}

/** An encryption key, and its account's signature, as calls have them. */
type SignedKey = { key: { type: 'RsaOaep'; value: Bytes }; signature: string }

async function isOneOf(connection: Connection, account: string): Promise<boolean> {
	const [authorities] = await connection.read((codecs) => [
		codecs.view('GovernanceApi.authorities'),
	])
	return authorities.includes(account)
}
