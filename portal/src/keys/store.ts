import { type DBSchema, type IDBPDatabase, openDB } from 'idb'
import type { KnownHead, Point } from '../chain/light'
import type { Bytes } from '../format'
import type { Release } from '../release/list'
import type { Backup } from './backup'
import type { Held } from './profile'

/** A member on this device. Everything here can be read by whoever has the device. */
export interface Member extends Held {
	/** The account, in hex. */
	account: string
	/** What the person calls this member on this device. */
	label: string
	/** The key file: only the passphrase opens it. */
	file: Bytes
	backup: Backup
	/** A file that the passkey opens, and what finds the passkey. */
	passkey: { file: Bytes; identity: string } | null
	/** What the person was typing when the keys were locked, encrypted. */
	draft: Bytes | null
	/** What the person did, and whom they know, encrypted. */
	notes: Bytes | null
	/** Where this member is registered, or waits for it: a network by its name, and a region's number. */
	home: { network: string; region: number } | null
}

/** A network that a person of this device knows. */
export interface KnownNetwork {
	name: string
	/** The newest network file, as it was signed. */
	file: Bytes
	/** The newest checkpoint of its relay chain. Older ones are never taken again. */
	point: Point | null
	/** The newest head of each chain, by its number. */
	heads: Record<number, KnownHead>
	/** The hash of the code that each chain had then. */
	codes?: Record<number, string>
}

/** What was proven of a chain. */
interface SeenState {
	head: KnownHead
	/** The hash of its runtime's code. */
	code: string
}

interface Schema extends DBSchema {
	members: { key: string; value: Member }
	settings: { key: string; value: number }
	networks: { key: string; value: KnownNetwork }
	/** The code of runtimes, by its hash, and their metadata. */
	code: { key: string; value: Bytes }
	/** The newest list of the portal's files. There is one. */
	release: { key: string; value: Release }
}

const ONE = 'newest'

/** Before the hash of the code that metadata are of. */
const METADATA = 'metadata '

/** Beside the database, and not dropped with it: how many members there were. */
const MARK = 'salus-members'

/** What the device keeps: the members and the settings. */
export class Store {
	private constructor(private readonly database: IDBPDatabase<Schema>) {}

	static async open(): Promise<Store> {
		return new Store(
			await openDB<Schema>('salus', 1, {
				upgrade(database) {
					database.createObjectStore('members', { keyPath: 'account' })
					database.createObjectStore('settings')
					database.createObjectStore('networks', { keyPath: 'name' })
					database.createObjectStore('code')
					database.createObjectStore('release')
				},
				// A page of a newer release waits for it, and this page must be loaded again.
				blocking(_current, _next, event) {
					;(event.target as IDBDatabase).close()
				},
			}),
		)
	}

	close(): void {
		this.database.close()
	}

	members(): Promise<Member[]> {
		return this.database.getAll('members')
	}

	member(account: string): Promise<Member | undefined> {
		return this.database.get('members', account)
	}

	/** Adds or replaces a member. */
	async put(member: Member): Promise<void> {
		await this.database.put('members', member)
		await this.#mark()
	}

	/** Changes a member in one transaction, so that two tabs do not undo each other. */
	async change(account: string, change: (member: Member) => Member): Promise<void> {
		const { store, done } = this.database.transaction('members', 'readwrite')
		const member = await store.get(account)
		if (member !== undefined) await store.put(change(member))
		await done
	}

	async remove(account: string): Promise<void> {
		await this.database.delete('members', account)
		await this.#mark()
	}

	/** Whether the browser dropped members that this device had. */
	async wasDropped(): Promise<boolean> {
		const had = Number(localStorage.getItem(MARK) ?? 0)
		return (await this.database.count('members')) < had
	}

	/** The person was told that the members are gone. */
	forgetDropped(): Promise<void> {
		return this.#mark()
	}

	async setting(name: string): Promise<number | undefined> {
		return this.database.get('settings', name)
	}

	async set(name: string, value: number): Promise<void> {
		await this.database.put('settings', value, name)
	}

	networks(): Promise<KnownNetwork[]> {
		return this.database.getAll('networks')
	}

	network(name: string): Promise<KnownNetwork | undefined> {
		return this.database.get('networks', name)
	}

	/** Takes a network's file. What was seen with a lower reset number does not count any more. */
	async putNetwork(name: string, file: Bytes): Promise<void> {
		const { store, done } = this.database.transaction('networks', 'readwrite')
		const known = await store.get(name)
		await store.put({ point: null, heads: {}, ...known, name, file })
		await done
	}

	/** Keeps what was proven of a chain, unless another tab has kept something newer. */
	async keepSeen(
		name: string,
		point: Point | null,
		chain: number,
		state: SeenState | null,
	): Promise<void> {
		const { store, done } = this.database.transaction('networks', 'readwrite')
		const known = await store.get(name)
		if (known !== undefined && !isOlder(point, known.point)) {
			const before = isReset(point, known.point) ? {} : known.heads
			const heads = state === null ? before : { ...before, [chain]: state.head }
			const codes = state === null ? known.codes : { ...known.codes, [chain]: state.code }
			await store.put({ ...known, point: point ?? known.point, heads, codes })
		}
		await done
	}

	code(hash: string): Promise<Bytes | undefined> {
		return this.database.get('code', hash)
	}

	/** The code of a network's chains that is kept, by hash. */
	async codes(network: string): Promise<[hash: string, code: Bytes][]> {
		const hashes = new Set(Object.values((await this.network(network))?.codes ?? {}))
		const all = [...hashes].map(async (hash) => [hash, await this.code(hash)] as const)
		return (await Promise.all(all)).flatMap(([hash, code]) => (code ? [[hash, code]] : []))
	}

	/** Keeps code that was checked. Of what was kept, that goes which no chain has. */
	async putCode(hash: string, code: Bytes): Promise<void> {
		const transaction = this.database.transaction(['code', 'networks'], 'readwrite')
		const store = transaction.objectStore('code')
		const networks = await transaction.objectStore('networks').getAll()
		const needed = new Set(networks.flatMap(({ codes = {} }) => Object.values(codes)))
		for (const key of await store.getAllKeys())
			if (!needed.has(key.replace(METADATA, ''))) await store.delete(key)
		await store.put(code, hash)
		await transaction.done
	}

	/** The metadata of the runtime with this code, from when it was run. */
	metadata(code: string): Promise<Bytes | undefined> {
		return this.database.get('code', METADATA + code)
	}

	putMetadata(code: string, metadata: Bytes): Promise<void> {
		return this.putCode(METADATA + code, metadata)
	}

	release(): Promise<Release | undefined> {
		return this.database.get('release', ONE)
	}

	/** Keeps a list that was checked. */
	async keepRelease(release: Release): Promise<void> {
		await this.database.put('release', release, ONE)
	}

	async #mark(): Promise<void> {
		localStorage.setItem(MARK, String(await this.database.count('members')))
	}
}

function isOlder(one: Point | null, other: Point | null): boolean {
	if (one === null || other === null) return false
	return one.reset < other.reset || (one.reset === other.reset && one.number < other.number)
}

/** Whether the relay chain began anew between two checkpoints, so that earlier heads do not count. */
export const isReset = (one: Point | null, other: Point | null): boolean =>
	one !== null && other !== null && one.reset !== other.reset

/** Asks the browser not to drop what is stored. Whether it agreed. */
export async function persist(): Promise<boolean> {
	const { storage } = navigator
	return (await storage?.persisted?.()) || (await storage?.persist?.()) || false
}
