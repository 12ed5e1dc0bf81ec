import { type DBSchema, type IDBPDatabase, openDB } from 'idb'
import type { Bytes } from '../format'
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
}

interface Schema extends DBSchema {
	members: { key: string; value: Member }
	settings: { key: string; value: number }
}

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
				},
			}),
		)
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

	async #mark(): Promise<void> {
		localStorage.setItem(MARK, String(await this.database.count('members')))
	}
}

/** Asks the browser not to drop what is stored. Whether it agreed. */
export async function persist(): Promise<boolean> {
	const { storage } = navigator
	return (await storage?.persisted?.()) || (await storage?.persist?.()) || false
}
