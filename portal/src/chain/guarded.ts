import { type Channel, type Remote, connect } from '../keys/rpc'
import type { Prover } from './prover'
import { NotProven } from './refusal'

export type ProverWorker = Channel & { terminate(): void }

/** How long a piece of work may take, in milliseconds. */
const PATIENCE = 5000
/** To compile a runtime takes longer on a slow phone. Nothing of it runs meanwhile. */
const TO_LOAD = 30_000

/**
 * A worker that verifies. What it runs is the chain's: so it has neither keys nor a network, does one
 * thing at a time, and is ended from outside when that takes too long.
 */
export class Guarded {
	#worker: ProverWorker | null = null
	#prover: Remote<Prover> | null = null
	#last: Promise<unknown> = Promise.resolve()

	constructor(
		private readonly spawn: () => ProverWorker,
		/** The verifier's Wasm. */
		private readonly wasm: () => Promise<WebAssembly.Module>,
		private readonly patience = PATIENCE,
	) {}

	/** Runs work whose steps belong together. Each step has its own time. */
	turn<Result>(work: (prover: Remote<Prover>) => Promise<Result>): Promise<Result> {
		const done = this.#last.then(async () => work(await this.#start()))
		this.#last = done.catch(() => {})
		return done
	}

	/** Ends the worker, with all that it knows. */
	end(): void {
		this.#worker?.terminate()
		this.#worker = null
		this.#prover = null
	}

	async #start(): Promise<Remote<Prover>> {
		if (this.#prover !== null) return this.#prover
		const wasm = await this.wasm()
		this.#worker = this.spawn()
		const remote = connect<Prover>(this.#worker, {})
		const timed = new Proxy({} as Remote<Prover>, {
			get: (_, method) =>
				method === 'then'
					? undefined
					: (...values: unknown[]) => {
							const most = method === 'load' ? TO_LOAD : this.patience
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
			timer = setTimeout(() => {
				this.end()
				fail(new NotProven('slow', `more than ${most} ms`))
			}, most)
		})
		try {
			return await Promise.race([step, late])
		} finally {
			clearTimeout(timer)
		}
	}
}
