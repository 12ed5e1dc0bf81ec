/** Opens records: gets the envelope, checks everything, and only then gives out the document. */
import { type Connection, NoAnswer } from '../chain/connection'
import type { Door } from '../chain/gateway'
import { type Bytes, type Manifest, Refused, free } from '../format'
import { type Channel, type Remote, connect } from '../keys/rpc'
import type { Session } from '../keys/session'
import type { Vault } from '../keys/vault'
import type { Carrier, Page } from './carrier'
import type { Far } from './download'
import { fileName, sweep } from './opfs'
import { calmly } from './pace'
import type { Sealed } from './record'

export type CarrierWorker = Channel & { terminate(): void }

/** How far opening a record is. */
export type OpenStep = { kind: 'getting'; far: Far } | { kind: 'checking' }

/** No key of this member opens the record. */
export class NoKey extends Error {
	constructor() {
		super('no key of this member opens the record')
		this.name = 'NoKey'
	}
}

/** Gateways sent a part of it, and then said that the member may not have it. */
export class Stopped extends Error {
	constructor() {
		super('the member may no longer have the record')
		this.name = 'Stopped'
	}
}

/** The most bytes of a document that is given out in one piece. */
export const MOST_IN_MEMORY = 256 << 20

/** A document that passed all checks. `close` it. */
export class OpenRecord {
	constructor(
		/** Of the vault: what finds the document. */
		readonly document: number,
		readonly manifest: Manifest,
		private readonly vault: Remote<Vault>,
		private readonly ended: () => void,
	) {}

	get size(): number {
		return Number(this.manifest.length)
	}

	/** The first bytes of the document, at most a leaf's. */
	async start(): Promise<Bytes> {
		await this.vault.rewind(this.document)
		return (await this.vault.nextPart(this.document)) ?? new Uint8Array()
	}

	/** The document, from its beginning. A part is freed when the next one is asked for. */
	async *parts(): AsyncGenerator<Bytes> {
		await this.vault.rewind(this.document)
		for (;;) {
			const part = await this.vault.nextPart(this.document)
			if (part === null) return
			yield part
			free(part)
		}
	}

	/** The whole document in one piece. Throws if it is too large for that. */
	async blob(type = 'application/octet-stream'): Promise<Blob> {
		if (this.size > MOST_IN_MEMORY) throw new DOMException('too large', 'QuotaExceededError')
		// Each part as a Blob of its own: so the browser has it, and the tab does not.
		const parts: Blob[] = []
		for await (const part of this.parts()) parts.push(new Blob([part]))
		return new Blob(parts, { type })
	}

	close(): void {
		this.ended()
	}
}

/** The documents of the unlocked member. */
export class Documents {
	#worker: CarrierWorker | null = null
	#carrier: Remote<Carrier> | null = null
	#door: Page['door'] | null = null
	#far: (far: Far) => void = () => {}

	constructor(
		private readonly session: Session,
		private readonly spawn: () => CarrierWorker,
	) {
		session.subscribe(() => {
			if (session.view.kind !== 'open') this.#end()
		})
		this.#sweep()
	}

	/**
	 * Gets an envelope and makes every check. A download that was cut goes on where it stopped, at the
	 * same gateway or at another one. An envelope on this device that was changed is fetched anew.
	 */
	async open(
		connection: Connection,
		id: bigint,
		sealed: Sealed,
		tell: (step: OpenStep) => void,
	): Promise<OpenRecord> {
		const { view } = this.session
		const { wrapped } = sealed
		if (view.kind !== 'open') throw new Error('the keys are locked')
		if (wrapped === null) throw new NoKey()
		const vault = this.session.vault()
		const carrier = this.#start()
		const name = await fileName(view.profile.account, sealed.cid)
		const path = `/v1/records/${sealed.expected.region}/${id}/envelope`
		for (let tries = 0; ; tries++) {
			let done = 0
			const calm = calmly((far) => tell({ kind: 'getting', far }))
			this.#far = (far) => {
				done = far.done
				calm.tell(far)
			}
			const got = connection.each((gateway) => {
				this.#door = (refused): Promise<Door> => gateway.door(refused)
				return carrier.get(name, path, { cid: sealed.cid, size: sealed.size })
			})
			const envelope = await got.finally(calm.end).catch(async (error: unknown) => {
				if (!(error instanceof NoAnswer && error.isForbidden && done > 0)) throw error
				await carrier.remove(name)
				throw new Stopped()
			})
			tell({ kind: 'checking' })
			try {
				const { id, manifest } = await vault.openDocument(
					wrapped,
					envelope,
					sealed.expected,
				)
				return new OpenRecord(id, manifest, vault, () => {
					void vault.closeDocument(id).catch(() => {})
					void carrier.remove(name)
				})
			} catch (error) {
				await carrier.remove(name)
				// What the device had may be damaged. What was just fetched is what the author made.
				if (tries > 0 || !(error instanceof Refused)) throw error
			}
		}
	}

	/** Stops a download. It goes on where it stopped when the record is opened again. */
	stop(): void {
		void this.#carrier?.stop()
	}

	/** The worker that carries envelopes. */
	carrier(): Remote<Carrier> {
		return this.#start()
	}

	#start(): Remote<Carrier> {
		if (this.#carrier !== null) return this.#carrier
		const page: Page = {
			door: (refused) =>
				this.#door === null
					? Promise.reject(new Error('nobody asked'))
					: this.#door(refused),
			far: (far) => this.#far(far),
		}
		this.#worker = this.spawn()
		// The next record tries anew: there may have been no connection.
		this.#worker.addEventListener('error', () => this.#end())
		this.#carrier = connect<Carrier>(this.#worker, page)
		return this.#carrier
	}

	/** Removes files that were forgotten. What fails is tried again at the next start. */
	#sweep(): void {
		void sweep().catch(() => {})
	}

	#end(): void {
		if (this.#worker === null) return
		this.#worker.terminate()
		this.#sweep()
		this.#worker = null
		this.#carrier = null
		this.#door = null
	}
}
