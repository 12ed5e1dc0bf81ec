import { type Bytes, concat, hex, unhex } from '../format'
import type { Call, Proof } from './prover'

/** Why a gateway gives no answer. */
export type Trouble =
	/** Nobody answers there, or too late. */
	| 'unreachable'
	/** It does not let the account sign in: it is not invited. */
	| 'refused'
	/** It has too much to do, or its node does not answer. */
	| 'busy'
	/** The account may not ask for this. */
	| 'forbidden'
	/** Its answer cannot be read. */
	| 'broken'

/** A gateway gives no answer. Another one may. */
export class GatewayError extends Error {
	constructor(
		readonly trouble: Trouble,
		readonly url: string,
		message: string,
	) {
		super(message)
		this.name = 'GatewayError'
	}
}

/** The account that signs in. Its key is elsewhere. */
export interface Account {
	/** As text. */
	account: string
	/** Signs the answer to a challenge of this host. */
	signIn(host: string, nonce: Bytes, time: number): Promise<Bytes>
}

/** A session. */
export interface SignedIn {
	classes: string[]
	/** The region's number. */
	region: number
}

/** An answer to views. */
export interface Viewed {
	proof: Proof
	/** The hash of the runtime's code. */
	code: string
}

export type ChainName = 'region' | 'consortium'

/** What a worker needs to ask a gateway for itself. */
export interface Door {
	url: string
	/** The session's. */
	token: string
}

/** In milliseconds: longer than a gateway waits for its node. */
const PATIENCE = 20_000
/** For the code of a runtime, 1.3 MB: on a line with 60 kbit/s. */
const CODE_PATIENCE = 180_000
/** A session is renewed when this part of its time is over. */
const RENEW = 0.8
/** The most bytes of an answer: a proof of 8 MiB, in hex, and steps. */
const MOST = 40 << 20

/** A gateway, as one account uses it. */
export class Gateway {
	#token: string | null = null
	#renewAt = 0
	#session: SignedIn | null = null
	#signing: Promise<SignedIn> | null = null
	/** Whether it refused the account last. Who waits to be invited asks again and again, so each time once. */
	#refused = false

	constructor(
		readonly url: string,
		private readonly account: Account,
	) {}

	/** Signs in, or renews the session if it ends soon. */
	async session(): Promise<SignedIn> {
		if (this.#session !== null && Date.now() < this.#renewAt) return this.#session
		this.#signing ??= this.#signIn().finally(() => {
			this.#signing = null
		})
		return this.#signing
	}

	/** Signs in anew, as when the account's standing has changed. */
	async renew(): Promise<SignedIn> {
		this.#renewAt = 0
		return this.session()
	}

	/** Views of one block, and values at keys of its state, with a proof. */
	async view(
		chain: ChainName,
		calls: Call[],
		checkpoint: { number: number; setId: bigint } | null,
		keys: Bytes[] = [],
	): Promise<Viewed> {
		const known = checkpoint && {
			number: checkpoint.number,
			set_id: Number(checkpoint.setId),
		}
		const answer = await this.#signedIn('POST', '/v1/view', {
			chain,
			calls: calls.map(({ name, given }) => ({
				function: name,
				arguments: `0x${hex(given)}`,
			})),
			...(keys.length > 0 && { keys: keys.map((key) => `0x${hex(key)}`) }),
			...(known && { checkpoint: known }),
		})
		return this.#read(answer, (value: any) => ({
			proof: {
				header: bytes(value.header),
				nodes: value.proof.map(bytes),
				relay:
					value.relay === undefined
						? null
						: {
								steps: value.relay.steps.map(bytes),
								head: value.relay.head?.map(bytes) ?? null,
							},
			},
			code: hex(bytes(value.code)),
		}))
	}

	/** The code with this hash. Not checked here. */
	code(chain: ChainName, hash: string): Promise<Bytes> {
		return this.#signedIn('GET', `/v1/code/${chain}/0x${hash}`, undefined, CODE_PATIENCE)
	}

	/** The address, and the token of a session that goes on. `refused`: the gateway knows the last one no more. */
	async door(refused = false): Promise<Door> {
		if (refused) this.#forget()
		await this.session()
		return { url: this.url, token: this.#token ?? '' }
	}

	/** Opens a socket to a chain. */
	async socket(chain: ChainName): Promise<WebSocket> {
		await this.session()
		const url = new URL(`/v1/chain/${chain}`, this.url.replace(/^http/, 'ws'))
		const socket = new WebSocket(url, ['salus.v1', `salus.token.${this.#token}`])
		return new Promise((done, fail) => {
			const late = setTimeout(() => socket.close(), PATIENCE)
			socket.onopen = () => {
				clearTimeout(late)
				done(socket)
			}
			socket.onclose = () => {
				clearTimeout(late)
				fail(new GatewayError('unreachable', this.url, 'the socket was closed'))
			}
		})
	}

	/** Signs out. */
	async end(): Promise<void> {
		const token = this.#token
		this.#forget()
		if (token !== null)
			await this.#fetch('DELETE', '/v1/session', undefined, token).catch(() => {})
	}

	async #signIn(): Promise<SignedIn> {
		const { account } = this.account
		const json = async (path: string, body: object): Promise<any> => {
			const answer = await this.#fetch('POST', path, body, this.#token)
			return this.#read(answer, (value) => value)
		}
		const begin = async () => {
			const { nonce, time } = await json('/v1/challenge', { account })
			const { host } = new URL(this.url)
			const signed = await this.account.signIn(host, bytes(nonce), Number(time))
			const signature = `0x${hex(signed)}`
			return json('/v1/session', { account, nonce, time, signature })
		}
		try {
			const begun = await begin().catch((first: unknown) => {
				if (this.#refused || !isOf(first, 'refused')) throw first
				// A gateway that was started again knows no challenge of before.
				return begin().catch((second: unknown) => {
					throw isOf(second, 'busy') ? first : second
				})
			})
			const { token, seconds, classes, region } = begun
			this.#token = String(token)
			this.#renewAt = Date.now() + RENEW * 1000 * Number(seconds)
			this.#session = { classes: classes.map(String), region: Number(region) }
			this.#refused = false
			return this.#session
		} catch (error) {
			this.#refused ||= isOf(error, 'refused')
			this.#forget()
			throw error
		}
	}

	#forget(): void {
		this.#token = null
		this.#session = null
		this.#renewAt = 0
	}

	/** A request of the session. Signs in once more if the gateway has forgotten it. */
	async #signedIn(
		method: 'GET' | 'POST',
		path: string,
		body?: object,
		patience = PATIENCE,
	): Promise<Bytes> {
		await this.session()
		try {
			return await this.#fetch(method, path, body, this.#token, patience)
		} catch (error) {
			if (!isOf(error, 'refused')) throw error
			this.#forget()
			await this.session()
			return this.#fetch(method, path, body, this.#token, patience)
		}
	}

	async #fetch(
		method: string,
		path: string,
		body: object | undefined,
		token: string | null,
		patience = PATIENCE,
	): Promise<Bytes> {
		const fail = (trouble: Trouble, message: string) =>
			new GatewayError(trouble, this.url, message)
		let answer: Response
		let content: Bytes
		try {
			answer = await fetch(new URL(path, this.url), {
				method,
				body: body === undefined ? undefined : JSON.stringify(body),
				headers: {
					...(body !== undefined && { 'Content-Type': 'application/json' }),
					...(token !== null && { Authorization: `Bearer ${token}` }),
				},
				cache: 'no-store',
				credentials: 'omit',
				redirect: 'error',
				referrerPolicy: 'no-referrer',
				signal: AbortSignal.timeout(patience),
			})
			content = await limited(answer)
		} catch (error) {
			throw fail('unreachable', String(error))
		}
		if (answer.ok) return content
		const text = new TextDecoder().decode(content.subarray(0, 1000))
		if (answer.status === 401) throw fail('refused', text)
		if (answer.status === 429 || answer.status >= 500) throw fail('busy', text)
		throw fail(answer.status === 403 ? 'forbidden' : 'broken', `${answer.status} ${text}`)
	}

	#read<Value>(content: Bytes, read: (value: unknown) => Value): Value {
		try {
			return read(JSON.parse(new TextDecoder().decode(content)))
		} catch (error) {
			throw new GatewayError('broken', this.url, String(error))
		}
	}
}

const isOf = (error: unknown, trouble: Trouble): boolean =>
	error instanceof GatewayError && error.trouble === trouble

/** Bytes as hex digits after 0x. */
function bytes(value: unknown): Bytes {
	if (typeof value !== 'string' || !value.startsWith('0x')) throw new Error('this is no hex')
	return unhex(value.slice(2))
}

/** The body of an answer, unless it is too long. */
async function limited({ body }: Response): Promise<Bytes> {
	const reader = body?.getReader()
	const parts: Uint8Array[] = []
	let size = 0
	for (;;) {
		const part = (await reader?.read())?.value
		if (part === undefined) return concat(...parts)
		size += part.length
		if (size > MOST) throw new Error('the answer is too long')
		parts.push(part)
	}
}
