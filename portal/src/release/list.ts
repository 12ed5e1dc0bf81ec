/** The list of a release's files: as light/src/network/release.rs has it. */
import { type Bytes, concat, little, parseAccount, unhex, verify } from '../format'
import { fingerprint, message } from '../format/messages'
import { scaleCompact, scaleText } from '../format/scale'

export interface Release {
	format: number
	serial: number
	files: { path: string; sha256: string }[]
}

export interface SignedRelease {
	release: Release
	signatures: { account: string; signature: string }[]
}

/** Who signs for a network, and how many of them must. */
export interface Signers {
	threshold: number
	accounts: string[]
}

/** The message that signers sign. */
export async function releaseMessage({ format, serial, files }: Release): Promise<string> {
	const listed = files.map(({ path, sha256 }) => concat(scaleText(path), hexBytes(sha256)))
	const fields = concat(
		little(format, 4),
		little(serial, 4),
		scaleCompact(files.length),
		...listed,
	)
	const about = `portal release ${serial} with ${files.length} files, fingerprint ${await fingerprint(fields)}`
	return message('salus/release/v1', about, fields)
}

/** Whether enough signers signed the release. Anything that is no release is not signed. */
export async function isSigned(signed: SignedRelease, signers: Signers): Promise<boolean> {
	try {
		if (signed.release.format !== 1 || signers.threshold < 2) return false
		const text = await releaseMessage(signed.release)
		const by = [...new Set(signers.accounts)].filter((account) => {
			const key = parseAccount(account)
			return signed.signatures.some(
				(one) => one.account === account && verify(key, text, hexBytes(one.signature)),
			)
		})
		return by.length >= signers.threshold
	} catch {
		return false
	}
}

function hexBytes(text: string): Bytes {
	if (!text.startsWith('0x')) throw new Error('this is no hex')
	return unhex(text.slice(2))
}
