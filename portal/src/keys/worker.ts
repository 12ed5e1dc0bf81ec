/** The worker with the keys of one unlocked member. The page calls the methods of its vault. */
import { startHasher } from './hashing'
import { type Channel, type Remote, connect } from './rpc'
import { type Passkey, Vault } from './vault'

const vault: Vault = new Vault(
	{
		wrap: (fileKey) => page.wrap(fileKey),
		unwrap: (lines) => page.unwrap(lines),
	},
	undefined,
	startHasher,
)
const page: Remote<Passkey> = connect<Passkey>(self as unknown as Channel, vault)
