/** The link by which a clinic invites: where to go, and nothing secret. */
export interface Invitation {
	/** The network's name. */
	network: string
	/** The fingerprint of its file: 64 hex digits. */
	fingerprint: string
	/** The address of the clinic's gateway. */
	gateway: string
}

const NAME = /^[a-z0-9-]{1,32}$/
const FINGERPRINT = /^[0-9a-f]{64}$/

/** The fragment of a link, after `#/`: as `join?network=…`. */
export const linkOf = ({ network, fingerprint, gateway }: Invitation): string =>
	`join?${new URLSearchParams({ network, fingerprint, gateway })}`

/** Reads the fragment of a link. `null` if it is none. */
export function parseLink(page: string): Invitation | null {
	const [name, query = ''] = page.split('?')
	const values = new URLSearchParams(query)
	const network = values.get('network') ?? ''
	const fingerprint = (values.get('fingerprint') ?? '').toLowerCase().replaceAll(' ', '')
	const gateway = values.get('gateway') ?? ''
	const fits =
		name === 'join' && NAME.test(network) && FINGERPRINT.test(fingerprint) && isUrl(gateway)
	return fits ? { network, fingerprint, gateway } : null
}

function isUrl(text: string): boolean {
	try {
		return /^https?:$/.test(new URL(text).protocol)
	} catch {
		return false
	}
}
