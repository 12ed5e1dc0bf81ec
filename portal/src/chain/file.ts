/** A network file, as the verifier gives it: signed, and without contradictions. */
export interface NetworkFile {
	name: string
	serial: number
	/** In Unix milliseconds. */
	valid_until: number
	/** `null`: all chains are for development. */
	relay: { genesis: string; slot_duration: number; checkpoint: string } | null
	chains: Chain[]
	/** The origin to which invitations lead. */
	portal: string | null
}

export interface Chain {
	kind: 'region' | 'consortium'
	para: number
	/** The hash of its first block, in hex after 0x. */
	genesis: string
	/** In milliseconds. */
	slot_duration: number
	/** Then its head is the gateway's word. */
	development: boolean
	endpoints: { kind: 'node' | 'relay' | 'gateway'; url: string; authority: string }[]
}

/** The addresses of a chain's gateways, in the order in which to ask them. */
export const gatewaysOf = ({ endpoints }: Chain): string[] =>
	endpoints.filter(({ kind }) => kind === 'gateway').map(({ url }) => url.replace(/^ws/, 'http'))
