/** SHA-256 in a worker of its own: so that one core hashes while another one encrypts. */
import { type Bytes, type Hasher, LEAF, Sha256, later } from '../format'
import hasher from './hasher?worker&url'
import { type Channel, type Remote, connect, give } from './rpc'

/** Below, a worker takes longer to start than this thread to hash, in bytes. */
const LARGE = 8 << 20
/** How many updates may wait for it: what waits is in memory. */
const MOST = 4

/** Of Trusted Types: takes the address of this one worker. */
const policy = globalThis.trustedTypes?.createPolicy('salus', {
	createScriptURL: (address) => {
		if (address !== hasher) throw new TypeError('this is not the worker that hashes')
		return address
	},
})

/** For a document of so many bytes. */
export async function startHasher(size: number): Promise<Hasher> {
	if (size < LARGE) return Sha256.start()
	const url = (policy?.createScriptURL(hasher) ?? hasher) as string
	return new HashWorker(new Worker(url, { type: 'module' }))
}

/** What the worker offers. */
export interface FarHasher {
	/** Gives the bytes back: new memory takes time. */
	update(bytes: Bytes): Promise<Bytes>
	digest(): Promise<Bytes>
}

class HashWorker implements Hasher {
	readonly #remote: Remote<FarHasher>
	#waiting: Promise<void>[] = []
	/** Buffers of a leaf. */
	#spare: ArrayBuffer[] = []

	constructor(private readonly worker: Worker) {
		this.#remote = connect<FarHasher>(worker as Channel, {})
	}

	/** Of a leaf's bytes at most. */
	async update(bytes: Bytes): Promise<void> {
		const copy = new Uint8Array(this.#spare.pop() ?? new ArrayBuffer(LEAF), 0, bytes.length)
		copy.set(bytes)
		const done = this.#remote
			.update(give(copy))
			.then(({ buffer }) => void this.#spare.push(buffer))
		this.#waiting.push(later(done))
		if (this.#waiting.length > MOST) await this.#waiting.shift()
	}

	async digest(): Promise<Bytes> {
		await Promise.all(this.#waiting.splice(0))
		return this.#remote.digest()
	}

	end(): void {
		this.worker.terminate()
	}
}
