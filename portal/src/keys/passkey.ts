import { Stanza, webauthn } from 'age-encryption'
import type { Passkey } from './vault'

/** Asks for a new passkey. Gives what finds it again: no secret. */
export const createPasskey = (label: string): Promise<string> =>
	webauthn.createCredential({ keyName: label })

/** Whether this browser may have passkeys. */
export const mayHavePasskeys = (): boolean => 'PublicKeyCredential' in globalThis

/** Wraps by the passkey that `current` names at that moment, or makes then. */
export const passkeyOf = (current: () => Promise<string> | null): Passkey => {
	const options = async () => ({ identity: (await current()) ?? undefined })
	return {
		async wrap(fileKey) {
			const stanzas = await new webauthn.WebAuthnRecipient(await options()).wrapFileKey(
				fileKey,
			)
			return stanzas.map(({ args, body }) => ({ args, body }))
		},
		async unwrap(lines) {
			const identity = new webauthn.WebAuthnIdentity(await options())
			return identity.unwrapFileKey(lines.map(({ args, body }) => new Stanza(args, body)))
		},
	}
}
