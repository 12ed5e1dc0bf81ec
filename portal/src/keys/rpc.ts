/** Calls over a channel of messages, in both directions: between a page and its worker. */
import { GatewayError, type Trouble } from '../chain/gateway'
import { NotProven, type Why } from '../chain/refusal'
import type { Bytes } from '../format'
import { type Check, Refused } from '../format/refused'
import { NotLoaded } from '../loaded'

/** The end of a channel that both a worker and its own scope have. */
export interface Channel {
	postMessage(message: unknown, transfer: Transferable[]): void
	addEventListener(type: 'message', listener: (event: MessageEvent) => void): void
	/** A worker that was not loaded, or broke. */
	addEventListener(type: 'error', listener: () => void): void
}

/** What the other side offers, as this side calls it. */
export type Remote<Offered> = {
	[Name in keyof Offered]: Offered[Name] extends (...values: infer Values) => infer Result
		? (...values: Values) => Promise<Awaited<Result>>
		: never
}

/** What moves to the other side instead of being copied. */
const given = new WeakSet<object>()

/** Gives bytes away with the next message that carries them: this side has them no more. */
export function give(bytes: Bytes): Bytes {
	given.add(bytes)
	return bytes
}

const moved = (values: unknown[]): Transferable[] =>
	values.filter((value) => given.has(value as object)).map((value) => (value as Bytes).buffer)

type Message =
	| { kind: 'call'; id: number; method: string; values: unknown[] }
	| { kind: 'done'; id: number; value: unknown }
	| ({ kind: 'failed'; id: number } & Failure)

/** An error, as a message carries it. */
interface Failure {
	check: Check | null
	why: Why | null
	gateway: { trouble: Trouble; url: string } | null
	/** The name of an error of the browser, as `QuotaExceededError`. */
	browser: string | null
	/** A worker of the worker was not loaded. */
	notLoaded: boolean
	message: string
}

function failure({ check, why, gateway, browser, notLoaded, message }: Failure): Error {
	if (notLoaded) return new NotLoaded()
	if (check !== null) return new Refused(check)
	if (why !== null) return new NotProven(why, message)
	if (gateway !== null) return new GatewayError(gateway.trouble, gateway.url, message)
	return browser === null ? new Error(message) : new DOMException(message, browser)
}

function told(error: unknown): Failure {
	const none = { check: null, why: null, gateway: null, browser: null, notLoaded: false }
	if (error instanceof NotLoaded) return { ...none, notLoaded: true, message: error.message }
	if (error instanceof Refused) return { ...none, check: error.check, message: String(error) }
	if (error instanceof NotProven) return { ...none, why: error.why, message: error.message }
	if (error instanceof GatewayError) {
		const { trouble, url, message } = error
		return { ...none, gateway: { trouble, url }, message }
	}
	if (error instanceof DOMException) {
		return { ...none, browser: error.name, message: `${error.name}: ${error.message}` }
	}
	return { ...none, message: String(error) }
}

/** Offers methods to the other side, and gives what it offers. Refusals stay refusals. */
export function connect<Theirs>(channel: Channel, mine: object): Remote<Theirs> {
	const waiting = new Map<number, { done(value: unknown): void; failed(error: Error): void }>()
	let last = 0
	let broken = false
	const answer = async ({ id, method, values }: Message & { kind: 'call' }) => {
		try {
			const value: unknown = await (mine as any)[method](...values)
			channel.postMessage({ kind: 'done', id, value }, moved([value]))
		} catch (error) {
			channel.postMessage({ kind: 'failed', id, ...told(error) }, [])
		}
	}
	channel.addEventListener('message', ({ data }: MessageEvent<Message>) => {
		if (data.kind === 'call') {
			void answer(data)
			return
		}
		const call = waiting.get(data.id)
		waiting.delete(data.id)
		if (data.kind === 'done') call?.done(data.value)
		else call?.failed(failure(data))
	})
	// Nobody answers any more: without this, a call would wait for ever.
	channel.addEventListener('error', () => {
		broken = true
		for (const { failed } of waiting.values()) failed(new NotLoaded())
		waiting.clear()
	})
	const call = (method: string, values: unknown[]) =>
		new Promise((done, failed) => {
			if (broken) return failed(new NotLoaded())
			const id = ++last
			waiting.set(id, { done, failed })
			channel.postMessage({ kind: 'call', id, method, values }, moved(values))
		})
	return new Proxy({} as Remote<Theirs>, {
		get: (_, method) =>
			method === 'then' ? undefined : (...values: unknown[]) => call(String(method), values),
	})
}
