import prover from './chain/verifier?worker&url'
import carrier from './records/carry?worker&url'
import keys from './keys/worker?worker&url'

const SERVICE = '/sw.js'
const OWN = [carrier, keys, prover, SERVICE]

/** Of Trusted Types: takes the addresses of our own workers, and nothing else. */
const policy = globalThis.trustedTypes?.createPolicy('salus', {
	createScriptURL: (address) => {
		if (!OWN.includes(address)) throw new TypeError("this is none of the portal's workers")
		return address
	},
})

const own = (url: string): string => (policy?.createScriptURL(url) ?? url) as string

const start = (url: string): Worker => new Worker(own(url), { type: 'module' })

/** Starts a worker for the keys of one member. */
export const startKeys = (): Worker => start(keys)

/** Starts a worker that verifies. */
export const startProver = (): Worker => start(prover)

/** Starts a worker that carries envelopes. */
export const startCarrier = (): Worker => start(carrier)

/** Starts the service worker, which checks the portal's files. Some browsers have none in private windows. */
export async function startService(): Promise<void> {
	if (import.meta.env.PROD)
		await navigator.serviceWorker?.register(own(SERVICE), { type: 'module' }).catch(() => {})
}

declare global {
	var trustedTypes:
		| {
				createPolicy(
					name: string,
					rules: { createScriptURL(url: string): string },
				): {
					createScriptURL(url: string): unknown
				}
		  }
		| undefined
}
