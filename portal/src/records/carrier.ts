/** Carries envelopes between gateways and this device. Lives in a worker without keys. */
import { type Door, GatewayError } from '../chain/gateway'
import { NotProven } from '../chain/refusal'
import { type Bytes, LEAF, Refused, Tree } from '../format'
import { give } from '../keys/rpc'
import { Cut, type Far, type Wanted, download } from './download'
import { StoredEnvelope, hold, partOf, removeFile } from './opfs'

/** What the page does for the worker. */
export interface Page {
	/** The gateway, and the token of a session. `refused`: the last token is good no more. */
	door(refused: boolean): Promise<Door>
	far(far: Far): void
}

/** How long a gateway may send nothing, in milliseconds: it may have to fetch the blocks first. */
const STALL = 90_000
/** How often a gateway that has too much to do is asked again, and after which time. */
const BUSY = { tries: 4, pause: 3000 }

export class Carrier {
	#stop: AbortController | null = null
	#last: Promise<unknown> = Promise.resolve()
	/** The envelope that is made now. */
	#making: { name: string; file: StoredEnvelope; tree: Tree; letGo(): void } | null = null

	constructor(private readonly page: Page) {}

	/** Gets an envelope: what is on this device already, and the rest from the gateway. */
	get(name: string, path: string, wanted: Wanted): Promise<Blob> {
		this.#stop?.abort()
		const stop = new AbortController()
		this.#stop = stop
		// The one before closes its file first.
		const got = this.#last.then(() => this.#get(name, path, wanted, stop))
		this.#last = got.catch(() => {})
		return got
	}

	async #get(name: string, path: string, wanted: Wanted, stop: AbortController): Promise<Blob> {
		stop.signal.throwIfAborted()
		const kept = await StoredEnvelope.open(name, wanted.size)
		let open = true
		let url = ''
		const ask = async (from: number, signal: AbortSignal) => {
			const door = await this.page.door(false)
			url = door.url
			return leavesFrom(this.page, door, path, from, signal)
		}
		try {
			const envelope = await download(
				wanted,
				kept,
				ask,
				(far) => this.page.far(far),
				stop.signal,
			)
			open = false
			return envelope
		} catch (error) {
			throw problemAt(url, error)
		} finally {
			if (open) kept.close()
			if (this.#stop === stop) this.#stop = null
		}
	}

	/** Ends a download. What came stays for the next time. */
	stop(): void {
		this.#stop?.abort()
	}

	/** Begins an envelope that is made here. There is one at a time. */
	async make(name: string): Promise<void> {
		await this.drop()
		const letGo = await hold(partOf(name))
		const file = await StoredEnvelope.open(partOf(name), -1)
		await file.drop()
		this.#making = { name, file, tree: new Tree(), letGo }
	}

	/** Adds the next leaf, and gives its bytes back. */
	async add(leaf: Bytes): Promise<Bytes> {
		if (this.#making === null) throw new Error('no envelope is being made')
		const { tree, file } = this.#making
		// WebCrypto hashes it meanwhile.
		await Promise.all([tree.push(leaf), file.add(leaf)])
		return give(leaf)
	}

	/** Ends it. Gives its CID. */
	async made(): Promise<Bytes> {
		if (this.#making === null) throw new Error('no envelope is being made')
		const { name, file, tree, letGo } = this.#making
		const { cid } = await tree.root()
		this.#making = null
		await file.closeAs(name).finally(letGo)
		return cid
	}

	/** Throws away what is being made. */
	async drop(): Promise<void> {
		if (this.#making === null) return
		const { file, name, letGo } = this.#making
		this.#making = null
		file.close()
		await removeFile(partOf(name))
		letGo()
	}

	/** Removes an envelope from this device. */
	remove(name: string): Promise<void> {
		return removeFile(name)
	}
}

/** A false answer is the gateway's: another one may tell the truth. */
function problemAt(url: string, error: unknown): unknown {
	if (error instanceof Cut) return new GatewayError('broken', url, error.message)
	if (error instanceof Refused) return new NotProven('false', error.check)
	return error
}

/** Asks for the leaves from this one on. */
async function leavesFrom(
	page: Page,
	first: Door,
	path: string,
	from: number,
	signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
	let door = first
	for (let tries = 0, renewed = false; ; tries++) {
		const fail = (trouble: GatewayError['trouble'], text: string) =>
			new GatewayError(trouble, door.url, text)
		const url = new URL(path, door.url)
		if (from > 0) url.searchParams.set('entity-bytes', `${from * LEAF}:*`)
		const stalled = new AbortController()
		const alarm = timer(() => stalled.abort())
		let answer: Response
		try {
			answer = await fetch(url, {
				headers: { Authorization: `Bearer ${door.token}` },
				cache: 'no-store',
				credentials: 'omit',
				redirect: 'error',
				referrerPolicy: 'no-referrer',
				signal: AbortSignal.any([signal, stalled.signal]),
			})
		} catch (error) {
			alarm.end()
			signal.throwIfAborted()
			throw fail('unreachable', String(error))
		}
		if (answer.ok && answer.body !== null) return pieces(answer.body, alarm)
		alarm.end()
		await answer.body?.cancel()
		const { status } = answer
		if (status === 401 && !renewed) {
			renewed = true
			door = await page.door(true)
		} else if ((status === 429 || status === 503) && tries < BUSY.tries) {
			await new Promise((done) => setTimeout(done, BUSY.pause))
			signal.throwIfAborted()
		} else if (status === 401) throw fail('refused', '401')
		else if (status === 403) throw fail('forbidden', '403')
		else throw fail(status === 429 || status >= 500 ? 'busy' : 'broken', String(status))
	}
}

function timer(late: () => void) {
	let running = setTimeout(late, STALL)
	return {
		again() {
			clearTimeout(running)
			running = setTimeout(late, STALL)
		},
		end() {
			clearTimeout(running)
		},
	}
}

/** The body piece by piece. Ends with an error if nothing comes for a while. */
async function* pieces(
	body: ReadableStream<Uint8Array>,
	alarm: ReturnType<typeof timer>,
): AsyncGenerator<Bytes> {
	const reader = body.getReader()
	try {
		for (;;) {
			const { done, value } = await reader.read()
			if (done) return
			alarm.again()
			yield value as Bytes
		}
	} finally {
		alarm.end()
		await reader.cancel().catch(() => {})
	}
}
