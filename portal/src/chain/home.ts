import { accountText, hex, patientId, unhex } from '../format'
import type { Session, View as SessionView } from '../keys/session'
import type { Store } from '../keys/store'
import { type Asked, Connection, NoAnswer } from './connection'
import type { Guarded } from './guarded'
import type { Looked, Networks } from './networks'
import { type Step, submit } from './submit'

/** What the pages show of a member's region. */
export type HomeView =
	/** No key is unlocked, or the member has no network. */
	| { kind: 'none' }
	| { kind: 'connecting' }
	/** The account is not invited yet. */
	| { kind: 'waiting' }
	/** The clinic has invited the account. `error`: why an attempt to join failed. */
	| { kind: 'invited'; error: unknown }
	/** The registration is on its way. */
	| { kind: 'joining'; step: Step | null }
	| { kind: 'patient'; id: string }
	/** The account is of somebody for whom these pages are not made yet. */
	| { kind: 'other' }
	/** No gateway gives an answer that is proven. */
	| { kind: 'down'; asked: Asked[] }
	/** Something else is wrong. */
	| { kind: 'failed'; error: unknown }

/** How often to try again, in milliseconds: below what a gateway allows. */
export const AGAIN = 5000

/** The region of the unlocked member. */
export class Home {
	view: HomeView = { kind: 'none' }
	connection: Connection | null = null
	#account: string | null = null
	#timer: ReturnType<typeof setTimeout> | undefined
	#listeners = new Set<() => void>()

	constructor(
		private readonly session: Session,
		private readonly store: Store,
		private readonly guarded: Guarded,
		private readonly networks: Networks,
	) {
		session.subscribe(() => void this.#follow(session.view))
	}

	subscribe = (listener: () => void): (() => void) => {
		this.#listeners.add(listener)
		return () => this.#listeners.delete(listener)
	}

	/** Readies what verifies, while a person types the passphrase. */
	async prepare(): Promise<void> {
		const ready = this.guarded.turn(async (prover) => {
			for (const [hash, code] of await this.store.codes())
				if (!(await prover.has(hash))) await prover.load(code, hash)
		})
		// What fails now shows when it is needed.
		await ready.catch(() => {})
	}

	/** Asks again now. */
	async check(): Promise<void> {
		const { connection } = this
		if (connection === null) return
		clearTimeout(this.#timer)
		const next = await this.#look(connection).catch((error: unknown): HomeView => {
			if (!(error instanceof NoAnswer)) return { kind: 'failed', error }
			return error.isRefused ? { kind: 'waiting' } : { kind: 'down', asked: error.asked }
		})
		if (connection !== this.connection || this.view.kind === 'joining') return
		if (next.kind === 'invited' && this.view.kind === 'invited') next.error = this.view.error
		this.#show(next)
		// Who is invited may have joined before a lock, or in another tab.
		if (['waiting', 'invited', 'down'].includes(next.kind)) this.#later()
	}

	/** Connects anew, as after a newer network file. */
	async renew(): Promise<void> {
		this.#account = null
		await this.#follow(this.session.view)
	}

	/** Registers the member as a patient. Ends when that is proven. */
	async join(): Promise<void> {
		const { connection, session } = this
		if (connection === null || session.view.kind !== 'open') return
		const { profile } = session.view
		const vault = session.vault()
		const commitment = profile.commitments[profile.commitments.length - 1]
		// Until the keys are locked: then another member may be here.
		const show = (step: Step | null) => {
			if (connection === this.connection) this.#show({ kind: 'joining', step })
		}
		let failed: unknown = null
		show(null)
		try {
			// A member registers the first version of its key.
			const { spki, signature } = await vault.signKey(connection.genesis, 0)
			const signer = {
				account: profile.account,
				text: accountText(profile.account),
				sign: (payload: Uint8Array<ArrayBuffer>) => vault.signTransaction(payload),
			}
			await submit(
				connection,
				signer,
				(codecs) =>
					codecs.call('Registry.register_patient', {
						commitment: `0x${hex(commitment)}`,
						key: { type: 'RsaOaep', value: spki },
						signature: `0x${hex(signature)}`,
					}),
				show,
			)
		} catch (error) {
			failed = error
		}
		if (connection !== this.connection) return
		this.view = { kind: 'connecting' }
		await this.check()
		const view = this.view as HomeView
		if (view.kind === 'invited') this.#show({ ...view, error: failed })
	}

	async #follow(view: SessionView): Promise<void> {
		const member = view.kind === 'open' ? view.member : null
		const key = member?.home ? `${member.account} ${JSON.stringify(member.home)}` : null
		if (key === this.#account) return
		// It knows what the last member has read.
		if (this.#account !== null) this.guarded.end()
		this.#account = key
		clearTimeout(this.#timer)
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
		if (looked === null || chain === undefined) return this.#show({ kind: 'none' })
		const vault = this.session.vault()
		const genesis = unhex(chain.genesis.slice(2))
		this.connection = new Connection(this.store, this.guarded, looked.network, chain, {
			account: accountText(unhex(member.account)),
			signIn: (host, nonce, time) => vault.signIn(host, genesis, nonce, time),
		})
		await this.check()
	}

	async #look(connection: Connection): Promise<HomeView> {
		await connection.signIn()
		const { view } = this.session
		if (view.kind !== 'open') return { kind: 'none' }
		const { account, commitments } = view.profile
		const [status] = await connection.read((codecs) => [
			codecs.view('RegistryApi.account', accountText(account)),
		])
		if (status.type === 'Uninvited') return { kind: 'waiting' }
		if (status.type === 'Invited') return { kind: 'invited', error: null }
		if (status.type !== 'Member' || status.value.type !== 'Patient') return { kind: 'other' }
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
		this.#timer = setTimeout(() => void this.check(), AGAIN)
	}

	#show(view: HomeView): void {
		this.view = view
		for (const listener of this.#listeners) listener()
	}
}
