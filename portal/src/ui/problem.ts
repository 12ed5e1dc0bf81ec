import { NoAnswer } from '../chain/connection'
import { BadNetworkFile } from '../chain/networkfile'
import { Mismatch } from '../chain/networks'
import { GatewayError } from '../chain/gateway'
import { NotProven } from '../chain/refusal'
import { Failed, TurnedDown, Unheard } from '../chain/submit'
import { Refused } from '../format'
import { OlderCopy } from '../keys/session'
import { NotLoaded } from '../loaded'
import { Dropped } from '../records/adding'
import { NoKey, Stopped } from '../records/documents'
import { FileEnded } from '../records/known'
import { BadOffer } from '../records/offer'
import { BadPatientId, FalsePatient } from '../records/patients'
import { BadNumber, UnsignedKey } from '../records/providers'
import { NoRecord } from '../records/record'
import { UploadRefused } from '../records/upload'
import { refusalText, waitText } from './refusals'
import { has, t } from './text'

/** What to tell a person about an error. */
export function problem(error: unknown): string {
	if (error instanceof Refused && has(`refused-${error.check}`))
		return t(`refused-${error.check}`)
	if (error instanceof OlderCopy) return t('import-older')
	if (error instanceof Mismatch) return t(`mismatch-${error.what}`)
	if (error instanceof NotLoaded) return t('problem-not-loaded')
	if (error instanceof NotProven) return problemOf(error.why)
	if (error instanceof NoAnswer) return t(error.isForbidden ? 'no-answer-forbidden' : 'no-answer')
	if (error instanceof Unheard) return t('unheard')
	if (error instanceof TurnedDown) return turnedDownText(error.reason)
	if (error instanceof Failed) return failureText(error.reason)
	if (error instanceof GatewayError) return problemOf(error.trouble)
	if (error instanceof UploadRefused)
		return t(has(`upload-${error.status}`) ? `upload-${error.status}` : 'upload-other')
	if (error instanceof Refused) return t('refused-other', { check: error.check })
	if (error instanceof NoKey) return t('no-key')
	if (error instanceof Stopped) return t('document-stopped')
	if (error instanceof NoRecord) return t('no-record')
	if (error instanceof Dropped) return t('add-dropped')
	if (error instanceof BadNumber) return t('find-bad-number')
	if (error instanceof BadOffer) return t('propose-bad-offer')
	if (error instanceof BadNetworkFile) return t('sign-bad', { what: error.what })
	if (error instanceof BadPatientId) return t('write-bad-patient')
	if (error instanceof FalsePatient) return t('write-false-patient')
	if (error instanceof UnsignedKey) return t('compare-unsigned')
	if (error instanceof FileEnded) return t('compare-ended')
	if (error instanceof DOMException && has(`browser-${error.name}`))
		return t(`browser-${error.name}`)
	// WebAuthn's errors: the person said no, or took too long.
	if (error instanceof DOMException && error.name === 'NotAllowedError')
		return t('passkey-failed')
	const detail = error instanceof Error ? error.message : String(error)
	return detail.includes('NotAllowedError') ? t('passkey-failed') : t('failed', { detail })
}

/** What to tell about something that the chain refused. */
export const failureText = (reason: string): string =>
	t(refusalText(reason), { reason, wait: waitText(reason) })

/** What to tell when a gateway says so, and the chain does not. */
export const turnedDownText = (reason: string): string =>
	t('turned-down', { why: failureText(reason) })

/** What to tell about a gateway that gave no answer, or none that is proven. */
export const problemOf = (why: string): string => t(`problem-${why}`)
