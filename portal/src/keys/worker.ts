/** The worker that holds the keys of one unlocked member. */
import { type Channel, connect } from './rpc'
import { type Passkey, Vault } from './vault'

/** What the page offers to the worker. */
export type PageOffers = { [Name in keyof Passkey]: Passkey[Name] }

const page = connect<PageOffers>(self as unknown as Channel, offers())
const vault = new Vault({ wrap: (key) => page.wrap(key), unwrap: (lines) => page.unwrap(lines) })

function offers() {
	return {
		create: (name: string, passphrase: string) => vault.create(name, passphrase),
		unlock: (...values: Parameters<Vault['unlock']>) => vault.unlock(...values),
		unlockByPasskey: (...values: Parameters<Vault['unlockByPasskey']>) =>
			vault.unlockByPasskey(...values),
		isBackup: (...values: Parameters<Vault['isBackup']>) => vault.isBackup(...values),
		passkeyFile: (...values: Parameters<Vault['passkeyFile']>) => vault.passkeyFile(...values),
		changePassphrase: (...values: Parameters<Vault['changePassphrase']>) =>
			vault.changePassphrase(...values),
		name: () => vault.name(),
		sign: (message: string) => vault.sign(message),
		unwrap: (...values: Parameters<Vault['unwrap']>) => vault.unwrap(...values),
		sealDraft: (draft: string) => vault.sealDraft(draft),
		openDraft: (sealed: Parameters<Vault['openDraft']>[0]) => vault.openDraft(sealed),
		lock: () => vault.lock(),
	}
}

/** What the worker offers to the page. */
export type WorkerOffers = ReturnType<typeof offers>
