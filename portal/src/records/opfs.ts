/** Envelopes in the browser's private files: ciphertext only. For a worker. */
import { type Bytes, LEAF, concat, hex, leafCount, random, sha256 } from '../format'
import type { Kept } from './download'

/** Of TypeScript's types for workers. */
interface Access {
	getSize(): number
	truncate(size: number): void
	write(bytes: Uint8Array, options: { at: number }): number
	flush(): void
	close(): void
}

type Handle = FileSystemFileHandle & {
	createSyncAccessHandle(): Promise<Access>
	move(name: string): Promise<void>
}

const FOLDER = 'envelopes'
/** Files that nobody touched for so long are removed, in milliseconds: those from gateways, and own ones. */
const WANTED = 7 * 24 * 3_600_000
const OWN_WANTED = 30 * 24 * 3_600_000

/** Begins the names of files that wait to be uploaded. They stay until the person is done with them, a month at most. */
const OWN = 'own-'
/** Begins the names of those that are not whole, which their maker holds. */
const PART = 'part-'

/** A name for an envelope that is made here. */
export const newFileName = (): string => `${OWN}${hex(random(16))}`

/** What finds an envelope of this member. It tells nobody which record that is. */
export async function fileName(account: Bytes, cid: Bytes): Promise<string> {
	return hex(await sha256(concat(account, cid)))
}

async function folder(): Promise<FileSystemDirectoryHandle> {
	const root = await navigator.storage.getDirectory()
	return root.getDirectoryHandle(FOLDER, { create: true })
}

/** A file into which an envelope comes, leaf by leaf. Another tab must wait until it is closed. */
export class StoredEnvelope implements Kept {
	#size: number

	private constructor(
		private readonly handle: Handle,
		private readonly access: Access,
		private readonly whenWhole: number,
	) {
		this.#size = access.getSize()
		// A leaf that was cut by the end of a browser comes again.
		if (this.#size !== whenWhole) this.#cut(this.leaves * LEAF)
	}

	static async open(name: string, size: number): Promise<StoredEnvelope> {
		const file = await (await folder()).getFileHandle(name, { create: true })
		const handle = file as Handle
		return new StoredEnvelope(handle, await handle.createSyncAccessHandle(), size)
	}

	get leaves(): number {
		return this.#size === this.whenWhole
			? leafCount(this.whenWhole)
			: Math.floor(this.#size / LEAF)
	}

	async add(leaf: Bytes): Promise<void> {
		const written = this.access.write(leaf, { at: this.#size })
		if (written !== leaf.length) {
			this.#cut(this.#size)
			throw new DOMException('the device is full', 'QuotaExceededError')
		}
		this.#size += leaf.length
	}

	async whole(): Promise<Blob> {
		this.close()
		return this.handle.getFile()
	}

	async drop(): Promise<void> {
		this.#cut(0)
	}

	/** Closes it under another name. */
	async closeAs(name: string): Promise<void> {
		this.close()
		await this.handle.move(name)
	}

	close(): void {
		this.access.flush()
		this.access.close()
	}

	#cut(size: number): void {
		this.access.truncate(size)
		this.#size = size
	}
}

/** A file for an envelope that is made here: it has its own name once it is whole. */
export const partOf = (name: string): string => `${PART}${name}`

/** Waits until nobody in any tab holds this file, and holds it, until it is let go or the worker ends. */
export function hold(name: string): Promise<() => void> {
	return new Promise((held, failed) => {
		navigator.locks
			.request(`salus/${name}`, () => new Promise<void>((letGo) => held(letGo)))
			.catch(failed)
	})
}

/** An envelope on this device. `null`: the browser dropped it. */
export async function storedFile(name: string): Promise<File | null> {
	try {
		return await (await (await folder()).getFileHandle(name)).getFile()
	} catch {
		return null
	}
}

export async function removeFile(name: string): Promise<void> {
	await (await folder()).removeEntry(name).catch(() => {})
}

/** Removes what nobody wants any more, and what a lock or a closed page left of files that were being made. */
export async function sweep(now = Date.now()): Promise<void> {
	const all = (await folder()) as FileSystemDirectoryHandle & {
		values(): AsyncIterable<FileSystemHandle>
	}
	for await (const entry of all.values()) {
		if (entry.kind !== 'file') continue
		const { name } = entry
		if (name.startsWith(PART)) {
			// Once it is not being made: then it is whole and has another name, or nobody goes on with it.
			void hold(name).then((letGo) => removeFile(name).finally(letGo))
			continue
		}
		const file = await (entry as FileSystemFileHandle).getFile()
		const wanted = name.startsWith(OWN) ? OWN_WANTED : WANTED
		if (now - file.lastModified > wanted) await removeFile(name)
	}
}
