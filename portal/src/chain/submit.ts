/** Transactions: from a call to its fate. */
import { type Bytes, concat, hex, same, unhex } from '../format'
import { scaleBytes } from '../format/scale'
import type { Codecs, EventRecord } from './codecs'
import { type Connection, NoAnswer } from './connection'
import { GatewayError } from './gateway'
import { Rpc, RpcError } from './socket'

/** A transaction is valid for so many blocks: some minutes. */
const PERIOD = 512
/** How often the proven chain is asked about a transaction, and while nobody answers, in milliseconds. */
const PAUSE = 4000
const LONG_PAUSE = 12_000
/** How often a transaction that no block has is sent again, in milliseconds. After three seconds a pool takes what it dropped. */
const AGAIN = 5000
/** The pool's errors for a transaction that it holds, or dropped a moment ago, or has another one in the place of. */
const TRIES_LATER = [1012, 1013, 1014]
/** The pool's words for a used nonce: a block has it. */
const OUTDATED = 'Transaction is outdated'
/** `System.Events`: XXH64 twice of each word. */
const EVENTS = '0x26aa394eea5630e07c48ae0c9558cef780d41e5e16056765bc8461851072c9d7'
/** The first byte of a signed transaction of format 4; an account as an id; an sr25519 signature. */
const SIGNED = new Uint8Array([0x84])
const BY_ID = new Uint8Array([0])
const SR25519 = new Uint8Array([1])

/** The keys that sign. They are elsewhere. */
export interface TransactionSigner {
	/** The account, and its text. */
	account: Bytes
	text: string
	sign(payload: Bytes): Promise<Bytes>
}

/** How far a transaction is. */
export type Step =
	/** It is on its way. */
	| 'sent'
	/** A block has it; the block can still be reverted. */
	| 'in-block'
	/** A final block has it. This is proven. */
	| 'final'

/** A transaction has no effect. */
export class Failed extends Error {
	constructor(
		/** The chain's name for it, as `Registry.NotInvited`; `Expired`: no block has it in time. */
		readonly reason: string,
	) {
		super(reason)
		this.name = 'Failed'
	}
}

/** A gateway says that no block will have a transaction. Nobody can check that until its last block. */
export class TurnedDown extends Failed {}

/** It is signed, and no gateway tells whether it took it: it may still come. */
export class Unheard extends Error {
	constructor(override readonly cause: NoAnswer) {
		super('no gateway answers')
		this.name = 'Unheard'
	}
}

/**
 * What a gateway says of a transaction in its final block: that it succeeded, or why it failed. `null`:
 * it does not say. None of it is proven.
 */
export type Said = 'succeeded' | Failed | null

export interface Transaction {
	bytes: Bytes
	nonce: number
	/** The number of the last block that can include it. */
	last: number
}

/** Signs a call for the newest proven block. */
export async function signCall(
	connection: Connection,
	signer: TransactionSigner,
	encode: (codecs: Codecs) => Bytes,
): Promise<Transaction> {
	const [nonce] = await nonceOf(connection, signer)
	const { block } = connection
	const { codecs } = await connection.codecs()
	if (block === null) throw new Error('no block is proven')
	const extensions = codecs.extensions({
		nonce,
		genesis: connection.genesis,
		birth: block,
		period: PERIOD,
	})
	const call = encode(codecs)
	const extra = concat(...extensions.map((one) => one.extra))
	const signed = concat(...extensions.map((one) => one.signed))
	const signature = await signer.sign(concat(call, extra, signed))
	const by = concat(BY_ID, signer.account, SR25519, signature)
	return {
		bytes: scaleBytes(concat(SIGNED, by, extra, call)),
		nonce,
		last: block.number + PERIOD - 1,
	}
}

/**
 * Sends a call, and ends when a final block has it, as the proven chain shows: no gateway can pretend
 * that. Whether it succeeded there is the gateway's word: so the caller looks for its effect.
 */
export async function submit(
	connection: Connection,
	signer: TransactionSigner,
	encode: (codecs: Codecs) => Bytes,
	tell: (step: Step) => void,
	/** Hears of the transaction before anybody else. */
	signed: (transaction: Transaction) => unknown = () => {},
): Promise<Said> {
	const transaction = await signCall(connection, signer, encode)
	await signed(transaction)
	const sent = await connection
		.each((gateway) => Sent.by(gateway, transaction, tell))
		.catch((error: unknown) => {
			throw error instanceof NoAnswer ? new Unheard(error) : error
		})
	tell('sent')
	try {
		for (;;) {
			const heard = untilHeard(() => nonceOf(connection, signer))
			const [nonce] = await Promise.race([heard, sent.refused])
			if (nonce > transaction.nonce) break
			if ((connection.block?.number ?? 0) >= transaction.last) throw new Failed('Expired')
			await Promise.race([passed(PAUSE), sent.refused])
		}
		const { codecs } = await connection.codecs()
		return await sent.said(codecs)
	} finally {
		sent.close()
	}
}

export const nonceOf = (connection: Connection, { text }: TransactionSigner) =>
	connection.read<[number]>((codecs) => [codecs.view('AccountNonceApi.account_nonce', text)])

const passed = (time: number) => new Promise((done) => setTimeout(done, time))

/** Asks again while nobody answers: a chain that stands still goes on some day, and then what was sent may come. */
export async function untilHeard<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
	for (;;) {
		try {
			return await ask()
		} catch (error) {
			if (!(error instanceof NoAnswer) || error.isForbidden || error.isRefused) throw error
		}
		await passed(LONG_PAUSE)
	}
}

/**
 * A transaction that a gateway has taken. A pool can drop it, or forget it without a word, and a block can
 * be reverted: so the same bytes are sent again while no block has them.
 */
class Sent {
	/** Rejects if the pool takes the transaction no more. */
	readonly refused: Promise<never>
	#refuse: (error: Error) => void = () => {}
	#block: string | null = null
	readonly #timer = setInterval(() => void this.#again(), AGAIN)

	private constructor(
		private readonly rpc: Rpc,
		private readonly transaction: Transaction,
		private readonly tell: (step: Step) => void,
	) {
		this.refused = new Promise((_, fail) => {
			this.#refuse = fail
		})
		// Whoever waits hears of it.
		this.refused.catch(() => {})
	}

	static async by(
		gateway: { url: string; socket(chain: 'region'): Promise<WebSocket> },
		transaction: Transaction,
		tell: (step: Step) => void,
	): Promise<Sent> {
		const rpc = new Rpc(await gateway.socket('region'), gateway.url)
		const sent = new Sent(rpc, transaction, tell)
		try {
			await sent.#submit()
		} catch (error) {
			sent.close()
			if (error instanceof RpcError) throw refusal(error, gateway.url)
			throw error
		}
		return sent
	}

	async said(codecs: Codecs): Promise<Said> {
		try {
			if (this.#block === null) return null
			const { block } = await this.rpc.request<any>('chain_getBlock', this.#block)
			const all: string[] = block.extrinsics
			const index = all.findIndex((one) => same(unhex(one.slice(2)), this.transaction.bytes))
			const encoded = await this.rpc.request<string>('state_getStorage', EVENTS, this.#block)
			const events = codecs.events(unhex(encoded.slice(2)))
			const of = events.filter(({ phase }) => index >= 0 && phase.value === index)
			const failed = of.find((one) => isSystem(one, 'ExtrinsicFailed'))
			if (failed !== undefined)
				return new Failed(codecs.errorName(failed.event.value.value.dispatch_error))
			return of.some((one) => isSystem(one, 'ExtrinsicSuccess')) ? 'succeeded' : null
		} catch {
			return null
		}
	}

	close(): void {
		clearInterval(this.#timer)
		this.rpc.close()
	}

	#submit(): Promise<unknown> {
		return this.rpc.subscribe(
			'author_submitAndWatchExtrinsic',
			[`0x${hex(this.transaction.bytes)}`],
			'author_unwatchExtrinsic',
			(status) => this.#status(status),
		)
	}

	async #again(): Promise<void> {
		if (this.#block !== null) return
		try {
			await this.#submit()
		} catch (error) {
			// A gateway that does not answer, or is busy, may do so the next time.
			if (!(error instanceof RpcError) || TRIES_LATER.includes(error.code)) return
			const refused = refusal(error, '')
			if (refused instanceof TurnedDown && refused.reason !== OUTDATED) this.#refuse(refused)
		}
	}

	#status(status: unknown): void {
		const [name, value] =
			typeof status === 'string' ? [status, null] : (Object.entries(status ?? {})[0] ?? [])
		if (name === 'inBlock') this.tell('in-block')
		if (name === 'retracted') this.tell('sent')
		if (name === 'inBlock' || name === 'finalized') this.#block = String(value)
		if (name === 'retracted' || name === 'invalid' || name === 'dropped') this.#block = null
	}
}

const isSystem = ({ event }: EventRecord, type: string): boolean =>
	event.type === 'System' && event.value.type === type

/** What a refused transaction means: of the pool, or of the gateway. */
function refusal({ code, message, data }: RpcError, url: string): Error {
	// Of the gateway: its table, or its limits.
	if (code === -32001) return new TurnedDown('Forbidden')
	if (code === -32002) return new GatewayError('busy', url, message)
	return new TurnedDown(typeof data === 'string' ? data : message)
}
