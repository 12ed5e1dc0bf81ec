/** What the chain's refusals mean for a person: which text tells what happened, and what to do. */
import { has, t } from './text'

/** Refusals that mean the same to a person, by what they begin with. */
const SAME: [start: string, text: string][] = [
	['Registry.Key', 'failed-key'],
	['Registry.StaleKeyVersion', 'failed-key-newer'],
	['Registry.Name', 'failed-name'],
	['Registry.Number', 'failed-number'],
	['Registry.AlreadySuspended', 'failed-standing'],
	['Registry.NotSuspended', 'failed-standing'],
	['Registry.NotVerified', 'failed-standing'],
	['Registry.AlreadyRetired', 'failed-standing'],
	['Registry.Unverified', 'failed-standing'],
	['Registry.NotFound', 'failed-changed'],
	['Registry.ApplicationChanged', 'failed-changed'],
	['Registry.', 'failed-register'],
	['Emr.StaleKeyVersion', 'failed-key-newer'],
	['Permissions.StaleKeyVersion', 'failed-reader-key-newer'],
	['Emr.Author', 'failed-not-now'],
	['Emr.NotAuthorized', 'failed-not-yours'],
	['Permissions.NotAuthorized', 'failed-not-yours'],
	['Interregional.NotAuthorized', 'failed-not-yours'],
	['Emr.Amended', 'failed-corrects'],
	['Emr.PatientNotFound', 'failed-nobody'],
	['Emr.', 'failed-envelope'],
	['Permissions.RecordNotFound', 'failed-no-record'],
	['Interregional.RecordNotFound', 'failed-no-record'],
	['Permissions.NotFound', 'failed-stopped'],
	['Interregional.NotFound', 'failed-stopped'],
	['Interregional.AlreadyRevoked', 'failed-stopped'],
	['Permissions.ExpiryNotInFuture', 'failed-over'],
	['Interregional.ExpiryNotInFuture', 'failed-over'],
	['Permissions.MaxGrantsPerRecordExceeded', 'failed-too-many-readers'],
	['Interregional.MaxGrantsPerRecordExceeded', 'failed-too-many-readers'],
	['Permissions.WrappedKeyMisfit', 'failed-envelope'],
	['Interregional.WrappedKeyMisfit', 'failed-envelope'],
	['Permissions.Grantee', 'failed-reader'],
	['Interregional.RevocationPending', 'failed-wait-answer'],
	['Interregional.AwaitingAnswer', 'failed-wait-answer'],
	['Interregional.TooMany', 'failed-later'],
	['Interregional.NotConnected', 'failed-no-way'],
	['Interregional.Undeliverable', 'failed-no-way'],
	['Interregional.', 'failed-region'],
	['Utility.', 'failed-too-much'],
	['Council.', 'failed-council'],
	['Governance.', 'failed-council'],
	// Of the pool: what a node says of a transaction that no block can have.
	['Custom error: 101', 'failed-Registry-NotInvited'],
	['Custom error: 102', 'failed-Registry-NotRegistered'],
	['Custom error: 103', 'failed-applicant'],
	['Custom error: 106', 'failed-suspended'],
	['Custom error: 122', 'failed-quota'],
	['Custom error: 128', 'failed-quota'],
	['Custom error: 124', 'failed-too-much'],
	['Custom error: 123', 'failed-stale'],
	['Custom error: ', 'failed-Forbidden'],
	['Inability to pay', 'failed-Registry-NotInvited'],
	['Transaction would exhaust', 'failed-too-much'],
	['Transaction is outdated', 'failed-stale'],
	['Transaction has an ancient birth block', 'failed-Expired'],
	['Transaction will be valid in the future', 'failed-stale'],
	['Transaction has a bad signature', 'failed-network'],
	['Transaction call is not expected', 'failed-Forbidden'],
	['Transaction Already Imported', 'failed-twice'],
	['Transaction is temporarily banned', 'failed-later'],
	['Priority is too low', 'failed-twice'],
	['Immediately Dropped', 'failed-later'],
	['invalid', 'failed-stale'],
	['dropped', 'failed-later'],
	['usurped', 'failed-stale'],
	// Of a block that has it.
	['Exhausted', 'failed-too-much'],
	['BadOrigin', 'failed-Forbidden'],
]

/** The minutes that an error of the chain ends with: then it is possible again. */
const MINUTES = / (\d{1,5})$/

/** When to try again, as a refusal says it. */
export function waitText(reason: string): string {
	const minutes = Number(MINUTES.exec(reason)?.[1] ?? 0)
	const [hours, rest] = [Math.floor(minutes / 60), minutes % 60]
	if (minutes === 0) return t('wait-unknown')
	return hours === 0 ? t('wait-minutes', { rest }) : t('wait-hours', { hours, rest })
}

/** The id of the text about a refusal, as `Failed` has it. `failed-other`: nobody expects it. */
export function refusalText(said: string): string {
	const reason = /^\w+\.\w+ /.test(said) ? said.replace(MINUTES, '') : said
	const own = `failed-${reason.replaceAll('.', '-')}`
	if (/^[\w.]+$/.test(reason) && has(own)) return own
	return SAME.find(([start]) => reason.startsWith(start))?.[1] ?? 'failed-other'
}
