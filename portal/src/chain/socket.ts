/** JSON-RPC over a socket to a chain. */
import { GatewayError } from './gateway'

/** The chain, or the gateway's table, refuses a request. */
export class RpcError extends Error {
	constructor(
		readonly code: number,
		message: string,
		/** What the chain says in more detail. */
		readonly data?: unknown,
	) {
		super(message)
		this.name = 'RpcError'
	}
}

interface Waiting {
	done(value: any): void
	fail(error: Error): void
}

/** How long a request may take, in milliseconds. */
const PATIENCE = 20_000

export class Rpc {
	#last = 0
	#waiting = new Map<number, Waiting>()
	#subscriptions = new Map<string, (value: any) => void>()
	/** Messages of a subscription whose number is not known yet. */
	#early: { subscription: string; result: unknown }[] = []
	readonly closed: Promise<void>

	constructor(
		private readonly socket: WebSocket,
		private readonly url: string,
	) {
		socket.onmessage = ({ data }) => this.#take(String(data))
		this.closed = new Promise((done) => {
			socket.onclose = ({ reason }) => {
				const error = new GatewayError(
					'unreachable',
					url,
					reason || 'the socket was closed',
				)
				for (const { fail } of this.#waiting.values()) fail(error)
				this.#waiting.clear()
				done()
			}
		})
	}

	request<Result>(method: string, ...params: unknown[]): Promise<Result> {
		const id = ++this.#last
		return new Promise((done, fail) => {
			const late = setTimeout(() => {
				this.#waiting.delete(id)
				fail(new GatewayError('unreachable', this.url, `no answer to ${method}`))
			}, PATIENCE)
			const end = () => clearTimeout(late)
			this.#waiting.set(id, {
				done: (value) => (end(), done(value)),
				fail: (error) => (end(), fail(error)),
			})
			if (this.socket.readyState !== WebSocket.OPEN) this.socket.close()
			else this.socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }))
		})
	}

	/** Subscribes. Gives what ends it. */
	async subscribe(
		method: string,
		params: unknown[],
		unsubscribe: string,
		each: (value: any) => void,
	): Promise<() => void> {
		const id = await this.request<string>(method, ...params)
		this.#subscriptions.set(id, each)
		const early = this.#early.filter(({ subscription }) => subscription === id)
		this.#early = []
		for (const { result } of early) each(result)
		return () => {
			this.#subscriptions.delete(id)
			this.request(unsubscribe, id).catch(() => {})
		}
	}

	close(): void {
		this.socket.close()
	}

	#take(text: string): void {
		let message: any
		try {
			message = JSON.parse(text)
		} catch {
			this.socket.close()
			return
		}
		if (message?.id === undefined) {
			const { subscription, result } = message?.params ?? {}
			const each = this.#subscriptions.get(subscription)
			if (each !== undefined) each(result)
			else if (this.#early.length < 64) this.#early.push({ subscription, result })
			return
		}
		const waiting = this.#waiting.get(message.id)
		this.#waiting.delete(message.id)
		const { error } = message
		if (error === undefined) waiting?.done(message.result)
		else waiting?.fail(new RpcError(Number(error.code), String(error.message), error.data))
	}
}
