/** The worker that hashes a document. It has no keys. */
import { type Bytes, Sha256 } from '../format'
import type { FarHasher } from './hashing'
import { type Channel, connect, give } from './rpc'

const hasher = Sha256.start()
const offered: FarHasher = {
	update: async (bytes: Bytes) => {
		;(await hasher).update(bytes)
		return give(bytes)
	},
	digest: async () => (await hasher).digest(),
}
connect<object>(self as unknown as Channel, offered)
