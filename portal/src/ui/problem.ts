import { NoAnswer } from '../chain/connection'
import { Mismatch } from '../chain/networks'
import { NotProven } from '../chain/refusal'
import { Failed } from '../chain/submit'
import { Refused } from '../format'
import { OlderCopy } from '../keys/session'
import { has, t } from './text'

/** What to tell a person about an error. */
export function problem(error: unknown): string {
	if (error instanceof Refused && has(`refused-${error.check}`))
		return t(`refused-${error.check}`)
	if (error instanceof OlderCopy) return t('import-older')
	if (error instanceof Mismatch) return t(`mismatch-${error.what}`)
	if (error instanceof NotProven) return problemOf(error.why)
	if (error instanceof NoAnswer) return t('no-answer')
	if (error instanceof Failed) {
		const id = `failed-${error.reason.replaceAll('.', '-')}`
		return has(id) ? t(id) : t('failed-other', { reason: error.reason })
	}
	// WebAuthn's errors: the person said no, or took too long.
	if (error instanceof DOMException && error.name === 'NotAllowedError')
		return t('passkey-failed')
	const detail = error instanceof Error ? error.message : String(error)
	return detail.includes('NotAllowedError') ? t('passkey-failed') : t('failed', { detail })
}

/** What to tell about a gateway that gave no answer, or none that is proven. */
export const problemOf = (why: string): string => t(`problem-${why}`)
