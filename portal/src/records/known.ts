/** What this device knows of another member's key. */
import type { Connection } from '../chain/connection'

/** The same key, another one, or none. */
export type Known = 'same' | 'changed' | 'new'

/** The network file has ended: no record key is wrapped for a key that this device does not know. */
export class FileEnded extends Error {
	constructor() {
		super('the network file has ended')
		this.name = 'FileEnded'
	}
}

/** What this device knows of a key. After the end of the network file, it must be the same one. */
export function checkKnown(
	{ network }: Pick<Connection, 'network'>,
	before: string | undefined,
	fingerprint: string,
	now = Date.now(),
): Known {
	if (before === fingerprint) return 'same'
	if (network.valid_until < now) throw new FileEnded()
	return before === undefined ? 'new' : 'changed'
}
