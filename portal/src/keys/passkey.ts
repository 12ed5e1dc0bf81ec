import { Stanza, webauthn } from 'age-encryption'
import type { Passkey } from './vault'

/** Asks for a new passkey. Gives what finds it again: no secret. */
export const createPasskey = (label: string): Promise<string> =>
	webauthn.createCredential({ keyName: label })

/** Whether this browser may have passkeys. */
export const mayHavePasskeys = (): boolean => 'PublicKeyCredential' in globalThis

/** Wraps by the passkey that `current` names at that moment. */
export const passkeyOf = (current: () => string | null): Passkey => {
	const options = () => ({ identity: current() ?? undefined })
	return {
		async wrap(fileKey) {
			const stanzas = await new webauthn.WebAuthnRecipient(options()).wrapFileKey(fileKey)
			return stanzas.map(({ args, body }) => ({ args, body }))
		},
		unwrap: (lines) =>
			new webauthn.WebAuthnIdentity(options()).unwrapFileKey(
				lines.map(({ args, body }) => new Stanza(args, body)),
			),
	}
}
