/** The worker that hashes a document. It has no keys. */
import { type Bytes, type Hasher, Sha256 } from '../format'
import { type Channel, connect } from './rpc'

const hasher = Sha256.start()
const offered: Pick<Hasher, 'update' | 'digest'> = {
	update: async (bytes: Bytes) => (await hasher).update(bytes),
	digest: async () => (await hasher).digest(),
}
connect<object>(self as unknown as Channel, offered)
