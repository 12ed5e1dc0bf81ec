import { Refused } from '../format'
import { OlderCopy } from '../keys/session'
import { has, t } from './text'

/** What to tell a person about an error. */
export function problem(error: unknown): string {
	if (error instanceof Refused && has(`refused-${error.check}`))
		return t(`refused-${error.check}`)
	if (error instanceof OlderCopy) return t('import-older')
	// WebAuthn's errors: the person said no, or took too long.
	if (error instanceof DOMException && error.name === 'NotAllowedError')
		return t('passkey-failed')
	const detail = error instanceof Error ? error.message : String(error)
	return detail.includes('NotAllowedError') ? t('passkey-failed') : t('failed', { detail })
}
