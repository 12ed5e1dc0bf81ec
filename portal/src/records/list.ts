/** The records of a patient, or by a provider, newest first. However many there are, only the names that show are opened. */
import type { Connection } from '../chain/connection'
import type { Views } from '../chain/described'
import type { Remote } from '../keys/rpc'
import type { Vault } from '../keys/vault'
import { type Me, type Shown, memberOf, nameOf, oneRecord, shownOf } from './record'

type Items = Views['EmrApi.records']['answer']['items']

/** What a chain gives at once, at most. */
export const PAGE = 256
/** How many names are opened at once. */
export const CHUNK = 32

/** What to show of all records. */
export interface Filter {
	/** Words of names; empty: all. */
	words: string
	by: 'all' | 'me' | 'others'
	/** Without those that a newer record corrects. */
	newest: boolean
}

export const ALL: Filter = { words: '', by: 'all', newest: false }

export class RecordList {
	/** Those that are known so far. */
	records: Shown[] = []
	/** Whether these are all. */
	whole = false
	#names = new Map<bigint, string | null>()
	#places = new Map<bigint, number>()
	/** What shows, by its place on the page. */
	#shown = new Map<unknown, bigint[]>()
	#busy = false
	#ended = false
	/** Why the rest of the list could not be read. */
	#failure: unknown = null
	#listeners = new Set<() => void>()
	/** Grows with each change, for React. */
	version = 0

	constructor(
		private readonly connection: Connection,
		private readonly vault: Remote<Vault>,
		private readonly me: Me,
	) {}

	subscribe = (listener: () => void): (() => void) => {
		this.#listeners.add(listener)
		return () => this.#listeners.delete(listener)
	}

	/** Reads the list, page by page. Each page shows at once. The first one is short, and brings its names. */
	async load(): Promise<void> {
		try {
			await this.#load()
		} catch (error) {
			this.#failure = error
			this.#tell()
			throw error
		}
	}

	async #load(): Promise<void> {
		let after: bigint | undefined
		do {
			const first = after === undefined
			const page = await this.#page(first, after, first ? CHUNK : PAGE)
			if (first) await this.#name(page.items)
			if (this.#ended) return
			for (const { record } of page.items) {
				this.#places.set(record.id, this.#places.size)
				this.records.push(shownOf(record))
			}
			after = page.next
			this.whole = after === undefined
			this.#tell()
		} while (after !== undefined)
	}

	/** The name of a record. `undefined`: not opened yet; `null`: none of the keys opens it. */
	name(id: bigint): string | null | undefined {
		return this.#names.get(id)
	}

	/** Opens the names of these records, as long as they show at this place of the page. */
	show(place: unknown, ids: bigint[]): void {
		this.#shown.delete(place)
		this.#shown.set(place, ids)
		void this.#openShown()
	}

	/** Nothing shows at this place any more. */
	hide(place: unknown): void {
		this.#shown.delete(place)
	}

	/**
	 * Opens all names, for a search on this device, and tells how many are done: of what is still being
	 * read, too. Ends early if `goesOn` says so.
	 */
	async openAll(tell: (done: number) => void, goesOn: () => boolean): Promise<void> {
		let at = 0
		while (goesOn() && !this.#ended) {
			const some = this.records.slice(at, at + PAGE)
			if (some.length === 0) {
				if (this.whole) return
				if (this.#failure !== null) throw this.#failure
				await this.#changed()
				continue
			}
			if (some.some(({ id }) => !this.#names.has(id))) await this.#open(at, some.length)
			at += some.length
			tell(at)
		}
	}

	/** The records that a filter lets through. Names that are not open yet do not fit any word. */
	filtered({ words, by, newest }: Filter): Shown[] {
		const wanted = plain(words).split(' ').filter(Boolean)
		return this.records.filter(({ id, writer, correctedBy }) => {
			if (newest && correctedBy.length > 0) return false
			if (by !== 'all' && (writer === null) !== (by === 'me')) return false
			if (wanted.length === 0) return true
			const name = plain(this.#names.get(id) ?? '')
			return wanted.every((word) => name.includes(word))
		})
	}

	/** Nothing of it goes on. */
	end(): void {
		this.#ended = true
		this.#shown.clear()
		this.#names.clear()
		this.#tell()
	}

	/** Waits until something of it changes. */
	#changed(): Promise<void> {
		return new Promise((done) => {
			const end = this.subscribe(() => {
				end()
				done()
			})
		})
	}

	async #openShown(): Promise<void> {
		if (this.#busy) return
		this.#busy = true
		try {
			for (let id = this.#next(); id !== undefined && !this.#ended; id = this.#next()) {
				const chunk = Math.floor((this.#places.get(id) ?? 0) / CHUNK)
				await this.#open(chunk * CHUNK, CHUNK)
			}
		} catch {
			// The rows stay without names. The next ones that show ask again.
		} finally {
			this.#busy = false
		}
	}

	/** A record that shows and whose name is not open: of what came last first. */
	#next(): bigint | undefined {
		for (const ids of [...this.#shown.values()].reverse()) {
			const missing = ids.find((id) => !this.#names.has(id))
			if (missing !== undefined) return missing
		}
		return undefined
	}

	/** Opens the names from this place on. */
	async #open(from: number, count: number): Promise<void> {
		const after = from === 0 ? undefined : this.records[from - 1].id
		const page = await this.#page(true, after, count)
		await this.#name(page.items)
		// What the chain did not give, or this page cannot read, is not asked for again.
		for (const { id } of this.records.slice(from, from + count))
			if (!this.#ended && !this.#names.has(id)) this.#names.set(id, null)
		this.#tell()
	}

	/** Opens the names of these. A record that this page cannot read costs the others nothing. */
	async #name(items: Items): Promise<void> {
		await Promise.allSettled(
			items.map(async ({ record, wrapped_key }) => {
				if (this.#names.has(record.id)) return
				const { sealed } = oneRecord(this.connection, record, wrapped_key)
				const name = await nameOf(this.vault, sealed)
				if (!this.#ended) this.#names.set(record.id, name)
			}),
		)
	}

	async #page(keys: boolean, after: bigint | undefined, limit: number) {
		const none = { patient: undefined, author: undefined, since: undefined }
		const [page] = await this.connection.read((codecs) => [
			codecs.view('EmrApi.records', memberOf(this.me), none, keys, after, limit),
		])
		return page
	}

	#tell(): void {
		this.version++
		for (const listener of this.#listeners) listener()
	}
}

/** Without accents and capital letters, as people search. */
export const plain = (text: string): string =>
	text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase().replaceAll(/\s+/g, ' ').trim()
