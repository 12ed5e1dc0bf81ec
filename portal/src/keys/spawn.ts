import url from './worker?worker&url'

/** Of Trusted Types: takes the address of our own worker, and nothing else. */
const policy = globalThis.trustedTypes?.createPolicy('salus', {
	createScriptURL: (address) => {
		if (address !== url) throw new TypeError("this is not the portal's worker")
		return address
	},
})

/** Starts a worker for the keys of one member. */
export const spawn = (): Worker =>
	new Worker((policy?.createScriptURL(url) ?? url) as string, { type: 'module' })

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
