import prover from './chain/verifier?worker&url'
import keys from './keys/worker?worker&url'

const OWN = [keys, prover]

/** Of Trusted Types: takes the addresses of our own workers, and nothing else. */
const policy = globalThis.trustedTypes?.createPolicy('salus', {
	createScriptURL: (address) => {
		if (!OWN.includes(address)) throw new TypeError("this is none of the portal's workers")
		return address
	},
})

const start = (url: string): Worker =>
	new Worker((policy?.createScriptURL(url) ?? url) as string, { type: 'module' })

/** Starts a worker for the keys of one member. */
export const startKeys = (): Worker => start(keys)

/** Starts a worker that verifies. */
export const startProver = (): Worker => start(prover)

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
