import { type Channel, type Remote, connect } from '../keys/rpc'
import type { Prover } from './prover'
import { NotLoaded } from '../loaded'
import { NotProven } from './refusal'

export type ProverWorker = Channel & { terminate(): void }

/** How long a piece of work may take, in milliseconds. */
const PATIENCE = 5000
/** To compile a runtime takes longer on a slow phone that does other work, too. Nothing of it runs meanwhile. */
const TO_LOAD = 60_000

const ended = (): NotProven => new NotProven('failed', 'the worker was ended')

/**
 * A worker that verifies. What it runs is the chain's: so it has neither keys nor a network, does one
 * thing at a time, and is ended from outside when that takes too long.
 */
export class Guarded {
	#worker: ProverWorker | null = null
	#prover: Remote<Prover> | null = null
	#last: Promise<unknown> = Promise.resolve()
	/** How often it was ended. */
	#ends = 0
	/** Ends the step that waits for the worker. */
	#fail: (error: Error) => void = () => {}

	constructor(
		private readonly spawn: () => ProverWorker,
		/** The verifier's Wasm. */
		private readonly wasm: () => Promise<WebAssembly.Module>,
		private readonly patience = PATIENCE,
	) {}

	/** Runs work whose steps belong together. Each step has its own time. */
	turn<Result>(work: (prover: Remote<Prover>) => Promise<Result>): Promise<Result> {
		const ends = this.#ends
		const done = this.#last.then(async () => work(await this.#start(ends)))
		this.#last = done.catch(() => {})
		return done
	}

	/**
	 * Ends the worker, with all that it knows, and the work that waits for it. What comes next does not wait
	 * for what that work itself waits for, as code that is on its way.
	 */
	end(): void {
		this.#ends++
		this.#last = Promise.resolve()
		this.#end(ended())
	}

	#end(error: Error): void {
		this.#worker?.terminate()
		this.#worker = null
		this.#prover = null
		this.#fail(error)
	}

	async #start(ends: number): Promise<Remote<Prover>> {
		if (ends !== this.#ends) throw ended()
		if (this.#prover !== null) return this.#prover
		const wasm = await this.wasm()
		if (ends !== this.#ends) throw ended()
		this.#worker = this.spawn()
		const remote = connect<Prover>(this.#worker, {})
		const timed: Remote<Prover> = new Proxy({} as Remote<Prover>, {
			get: (_, method) =>
				method === 'then'
					? undefined
					: (...values: unknown[]) => {
							// The work of a worker that was ended must not end the next one.
							if (this.#prover !== timed) return Promise.reject(ended())
							const toLoad = Math.max(TO_LOAD, this.patience)
							const most = method === 'load' ? toLoad : this.patience
							return this.#timed((remote as any)[method](...values), most)
						},
		})
		this.#prover = timed
		await timed.start(wasm)
		return timed
	}

	async #timed<Result>(step: Promise<Result>, most: number): Promise<Result> {
		let timer: ReturnType<typeof setTimeout> | undefined
		const late = new Promise<never>((_, fail) => {
			this.#fail = fail
			const slow = new NotProven('slow', `more than ${most} ms`)
			timer = setTimeout(() => this.#end(slow), most)
		})
		try {
			return await Promise.race([step, late])
		} catch (error) {
			// The next turn tries anew: there may have been no connection.
			if (error instanceof NotLoaded) this.#end(error)
			throw error
		} finally {
			clearTimeout(timer)
		}
	}
}
