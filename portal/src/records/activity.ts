/** What a person sent to the chain, and how far each is. Kept over reloads and locks, encrypted. */
import type { Home, HomeView } from '../chain/home'
import type { Codecs } from '../chain/codecs'
import { type Connection, NoAnswer } from '../chain/connection'
import {
	Failed,
	type Step,
	TurnedDown,
	Unheard,
	nonceOf,
	submit,
	untilHeard,
} from '../chain/submit'
import { type Bytes, accountText } from '../format'
import type { Notes } from '../keys/notes'
import type { Session } from '../keys/session'
import { type Grantee, type Terms, granteeKey, grantsOf, isLive, isStopping } from './grants'
import { type Me, memberOf } from './record'
import { type Work, isDone } from './work'

/** What a person did. All of it can be kept as JSON. */
export type What =
	| {
			kind: 'share'
			records: string[]
			who: string
			grantee: Grantee
			/** Of older pages there are none. */
			terms?: SentTerms
	  }
	| { kind: 'stop'; records: string[]; who: string; grantee: Grantee }
	| { kind: 'stop-all'; records: string[]; grants: { record: string; grantee: Grantee }[] }
	| { kind: 'add'; name: string; hash: string }
	| Work

/** What a share says, and for which version of the reader's key. */
export type SentTerms = Terms & { keyVersion: number }

export type Progress =
	/** It is not on its way yet. */
	'signing' | Step | 'failed'

export interface Entry {
	/** A number that grows. */
	id: number
	what: What
	/** Unix milliseconds. */
	at: number
	progress: Progress
	/** Why it failed, as `Failed` has it; of what is open: why a gateway says that it will not happen. */
	reason: string | null
	/** The nonce, and the last block that can include it; `null` before it is signed. */
	sent: { nonce: number; last: number } | null
	/** It failed, and no page has told the person yet. */
	untold?: boolean
}

export const isOpen = ({ progress }: Entry): boolean =>
	progress !== 'final' && progress !== 'failed'

const NOTE = 'activity'
/** The most entries that are kept, but for those that are not done. */
const MOST = 50
/** How often what is on its way is looked at, in milliseconds. */
const PAUSE = 6000

/** Whether the chain knows the account, so that it tells what became of a transaction. */
const isMember = ({ kind }: HomeView): boolean =>
	['patient', 'applicant', 'provider', 'authority'].includes(kind)

export class Activity {
	entries: Entry[] = []
	#account: string | null = null
	#running = new Set<number>()
	#last: Promise<unknown> = Promise.resolve()
	#timer: ReturnType<typeof setTimeout> | undefined
	#listeners = new Set<() => void>()

	constructor(
		private readonly session: Session,
		private readonly home: Home,
		private readonly notes: Notes,
		/** Changes when a person goes to another page: the one that sent something then tells nothing. */
		private readonly page: () => unknown = () => null,
	) {
		session.subscribe(() => void this.#follow())
		home.subscribe(() => this.#watch())
	}

	subscribe = (listener: () => void): (() => void) => {
		this.#listeners.add(listener)
		return () => this.#listeners.delete(listener)
	}

	/**
	 * Sends calls in one transaction: all take effect, or none. One transaction at a time. Ends when the
	 * proven chain shows the effect, or throws why there is none.
	 */
	send(what: What, calls: (codecs: Codecs) => Bytes[]): Promise<void> {
		const done = this.#last.then(() => this.#send(what, calls))
		this.#last = done.catch(() => {})
		return done
	}

	/** Removes an entry that is done. */
	forget(id: number): void {
		this.#set(this.entries.filter((entry) => entry.id !== id || isOpen(entry)))
	}

	/** The person has read what failed. */
	see(ids: number[]): void {
		const isNew = ({ id, untold }: Entry) => untold === true && ids.includes(id)
		if (!this.entries.some(isNew)) return
		void this.#set(
			this.entries.map((entry) => (isNew(entry) ? { ...entry, untold: false } : entry)),
		)
	}

	async #send(what: What, calls: (codecs: Codecs) => Bytes[]): Promise<void> {
		const { connection } = this.home
		const { view } = this.session
		if (connection === null || view.kind !== 'open') throw new Error('the keys are locked')
		const vault = this.session.vault()
		const id = Math.max(0, ...this.entries.map((entry) => entry.id)) + 1
		const page = this.page()
		const entry = { id, what, at: Date.now(), reason: null, sent: null }
		this.#running.add(id)
		this.#set([{ ...entry, progress: 'signing' }, ...this.entries])
		const signer = {
			account: view.profile.account,
			text: accountText(view.profile.account),
			sign: (payload: Bytes) => vault.signTransaction(payload),
		}
		const change = (more: Partial<Entry>) => this.#change(view.member.account, id, more)
		const { view: home } = this.home
		const me = 'id' in home ? home.id : null
		try {
			const said = await submit(
				connection,
				signer,
				(codecs) => codecs.batch(calls(codecs)),
				(progress) => void change({ progress }),
				// Kept first: so nothing that was sent is forgotten.
				({ nonce, last }) => change({ sent: { nonce, last } }),
			)
			// A gateway can hide a failure, and make one up. Its word counts where the chain tells nothing.
			const done = await untilHeard(() => hasEffect(connection, me, signer.text, what))
			const reason = said instanceof Failed ? said.reason : null
			if (done === false) throw new Failed(reason ?? 'NoEffect')
			if (done === null && said !== 'succeeded') throw new Failed(reason ?? 'Unknown')
			await change({ progress: 'final' })
		} catch (error) {
			const signed = this.entries.find((one) => one.id === id)?.sent ?? null
			// Of what is signed, an answer may be lost: the chain tells what became of it.
			if (error instanceof TurnedDown && signed !== null) {
				await change({ reason: error.reason })
			} else if (error instanceof Failed || signed === null) {
				const reason = error instanceof Failed ? error.reason : 'NotSent'
				await change({ progress: 'failed', reason, untold: page !== this.page() })
			}
			throw signed !== null && error instanceof NoAnswer ? new Unheard(error) : error
		} finally {
			this.#running.delete(id)
			this.#watch()
		}
	}

	async #follow(): Promise<void> {
		const { view } = this.session
		const account = view.kind === 'open' ? view.member.account : null
		if (account === this.#account) return
		this.#account = account
		this.entries = []
		// What waits for a worker that was ended waits for ever.
		this.#last = Promise.resolve()
		this.#running.clear()
		clearTimeout(this.#timer)
		this.#tell()
		if (account === null) return
		const kept = await this.notes.read<Entry[]>(NOTE, []).catch(() => [])
		if (account !== this.#account) return
		// What was never signed was never sent.
		const known = kept.map((entry): Entry =>
			isOpen(entry) && entry.sent === null
				? { ...entry, progress: 'failed', reason: 'NotSent', untold: true }
				: entry,
		)
		this.entries = [...this.entries, ...known]
		this.#tell()
		this.#watch()
	}

	/** Looks what became of what an earlier page sent. */
	#watch(): void {
		clearTimeout(this.#timer)
		const open = this.entries.filter((entry) => isOpen(entry) && !this.#running.has(entry.id))
		const { connection, view } = this.home
		if (open.length === 0 || connection === null || !isMember(view)) return
		this.#timer = setTimeout(async () => {
			// A gateway that is down now may answer the next time.
			await this.#look(connection, open).catch(() => {})
			this.#watch()
		}, PAUSE)
	}

	async #look(connection: Connection, open: Entry[]): Promise<void> {
		const account = this.#account
		const { view } = this.session
		const { view: home } = this.home
		if (account === null || view.kind !== 'open' || !isMember(home)) return
		const me = 'id' in home ? home.id : null
		const own = view.profile.account
		const [nonce] = await nonceOf(connection, {
			account: own,
			text: accountText(own),
			sign: () => Promise.reject(new Error('nothing is signed here')),
		})
		const block = connection.block?.number ?? 0
		for (const { id, what, sent, reason: refusal } of open) {
			if (sent === null) continue
			if (nonce > sent.nonce) {
				const done = await hasEffect(connection, me, accountText(own), what)
				const reason = done === null ? 'Unknown' : 'NoEffect'
				await this.#change(
					account,
					id,
					done
						? { progress: 'final', reason: null }
						: { progress: 'failed', reason, untold: true },
				)
			} else if (block >= sent.last) {
				const reason = refusal ?? 'Expired'
				await this.#change(account, id, { progress: 'failed', reason, untold: true })
			}
		}
	}

	#change(account: string, id: number, more: Partial<Entry>): Promise<void> {
		if (account !== this.#account) return Promise.resolve()
		return this.#set(
			this.entries.map((entry) => (entry.id === id ? { ...entry, ...more } : entry)),
		)
	}

	async #set(entries: Entry[]): Promise<void> {
		this.entries = entries.filter((entry, index) => index < MOST || isOpen(entry))
		this.#tell()
		// Locked meanwhile: the next page finds out what became of it.
		await this.notes.write(NOTE, this.entries).catch(() => {})
	}

	#tell(): void {
		for (const listener of this.#listeners) listener()
	}
}

/** Whether the proven chain shows what a person wanted. `null`: it does not tell. */
async function hasEffect(
	connection: Connection,
	me: Me | null,
	account: string,
	what: What,
): Promise<boolean | null> {
	switch (what.kind) {
		case 'share':
			return every(what.records, (record) =>
				isGranted(connection, record, what.grantee, what.terms),
			)
		case 'stop':
			return every(
				what.records,
				async (record) => !(await isGranted(connection, record, what.grantee)),
			)
		case 'stop-all':
			return every(
				what.grants,
				async ({ record, grantee }) => !(await isGranted(connection, record, grantee)),
			)
		case 'add':
			return me !== null && isAdded(connection, me, what.hash)
		default:
			return isDone(connection, me, account, what)
	}
}

async function every<Item>(items: Item[], holds: (item: Item) => Promise<boolean>) {
	for (const item of items) if (!(await holds(item))) return false
	return true
}

/** With these terms, if there are any: a record may have been shared before, with others. */
async function isGranted(
	connection: Connection,
	record: string,
	grantee: Grantee,
	terms?: SentTerms,
): Promise<boolean> {
	const grants = await grantsOf(connection, BigInt(record))
	return grants.some(
		(grant) =>
			granteeKey(grant.grantee) === granteeKey(grantee) &&
			isLive(grant, Date.now()) &&
			!isStopping(grant) &&
			(terms === undefined ||
				(grant.purpose === terms.purpose &&
					grant.expiresAt === terms.expiresAt &&
					grant.keyVersion === terms.keyVersion)),
	)
}

/** Whether one of the newest records has this blinded hash, in hex. */
export async function isAdded(connection: Connection, me: Me, hash: string): Promise<boolean> {
	const none = { patient: undefined, author: undefined, since: undefined }
	const [page] = await connection.read((codecs) => [
		codecs.view('EmrApi.records', memberOf(me), none, false, undefined, 50),
	])
	return page.items.some(({ record }) => record.document_hash === `0x${hash}`)
}
