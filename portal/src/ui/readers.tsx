import { useState } from 'react'
import {
	type Grant,
	type Grantee,
	granteeKey,
	grantsBy,
	grantsOf,
	isShown,
} from '../records/grants'
import type { Writer } from '../records/record'
import { stopSharing } from '../records/sharing'
import { go, useChosen, usePatient, usePortal } from './context'
import { AGAIN, useDone, useLoad } from './load'
import { useNames } from './names'
import { Busy, Button, Dialog, Note, Title } from './parts'
import { problem } from './problem'
import { NotYet } from './records'
import { standingText } from './record'
import { has, lastDay, t, unbroken } from './text'

/** Who can read what: of one record, or of all. */
export function Readers({ record, writer = null }: { record?: bigint; writer?: Writer }) {
	const at = usePatient()
	const whole = record === undefined
	return (
		<>
			{whole && <Title>{t('readers-all')}</Title>}
			{whole && <p className="lead">{t('readers-text')}</p>}
			{at === null ? (
				<NotYet />
			) : (
				<List key={at.patient} {...at} record={record} writer={writer} />
			)}
		</>
	)
}

function List({
	connection,
	patient,
	record,
	writer,
}: NonNullable<ReturnType<typeof usePatient>> & {
	record: bigint | undefined
	/** Who wrote that record, if it is not the patient. */
	writer: Writer
}) {
	const { activity } = usePortal()
	const [stopping, setStopping] = useState<Grant[] | null>(null)
	const [error, setError] = useState<string | null>(null)
	const [stopped, setStopped] = useState<string | null>(null)
	const done = useDone()
	// Again once something that was sent is done, and while another region's answer is missing.
	const { value: grants, error: unread } = useLoad(
		async () => {
			const found =
				record === undefined ? grantsBy(connection, patient) : grantsOf(connection, record)
			return (await found).filter((grant) => isShown(grant, Date.now()))
		},
		[connection, patient, record, done],
		(all) => (all.some(waits) ? AGAIN : null),
	)
	// While others are being stopped, too: one is sent after the other.
	const stop = async (some: Grant[]) => {
		setStopping(null)
		setError(null)
		setStopped(null)
		const isElsewhere = some.some(({ grantee }) => grantee.kind === 'remote')
		await stopSharing(connection, activity, some).then(
			() => setStopped(t(isElsewhere ? 'remote-Revoking' : 'stop-done')),
			(failure: unknown) => setError(problem(failure)),
		)
	}
	const people = groupsOf(grants ?? [])
	return (
		<>
			{[unread, error].map(
				(text) =>
					text !== null && (
						<Note key={text} kind="bad">
							<p>{text}</p>
						</Note>
					),
			)}
			{stopped && (
				<Note kind="good">
					<p>{stopped}</p>
				</Note>
			)}
			{grants === null && unread === null && <Busy title={t('readers-loading')} />}
			{grants !== null && (
				<ul className="rows" aria-label={t('readers-title')}>
					<li>
						<strong>{t('readers-you')}</strong>
						{record === undefined && (
							<span className="hint">{t('readers-author')}</span>
						)}
					</li>
					{writer !== null && (
						<li>
							<strong>{unbroken(writer.name)}</strong>
							<span className="hint">
								{t('reader-number', { number: writer.number })}
							</span>
							<span className="hint">{t('readers-wrote', { count: 1 })}</span>
						</li>
					)}
					{people.map(([key, some]) => (
						<Person
							key={key}
							grants={some}
							names={record === undefined}
							onStop={() => setStopping(some)}
						/>
					))}
				</ul>
			)}
			{grants?.length === 0 && <p>{t('readers-nobody')}</p>}
			{record === undefined && (
				<div className="actions">
					{people.length > 1 && (
						<Button kind="danger" onPress={() => setStopping(grants ?? [])}>
							{t('stop-all')}
						</Button>
					)}
					<Button kind="quiet" onPress={() => go('happened')}>
						{t('readers-happened')}
					</Button>
				</div>
			)}
			{stopping !== null && stopping.length > 0 && (
				<Dialog
					title={
						groupsOf(stopping).length > 1
							? t('stop-all-sure')
							: t('stop-sure', { name: granteeName(stopping[0]) })
					}
					onClose={() => setStopping(null)}
					actions={
						<>
							<Button kind="danger" onPress={() => void stop(stopping)}>
								{t('stop-do')}
							</Button>
							<Button kind="quiet" autoFocus onPress={() => setStopping(null)}>
								{t('cancel')}
							</Button>
						</>
					}
				>
					<p>{t('stop-text')}</p>
				</Dialog>
			)}
		</>
	)
}

/** Whether another region has not said yet what it did with a grant. */
const waits = ({ state }: Grant): boolean =>
	state !== null && !['Delivered', 'Refused', 'Revoked'].includes(state.type)

/** All grants of one person together. */
function groupsOf(grants: Grant[]): [string, Grant[]][] {
	const groups = new Map<string, Grant[]>()
	for (const grant of grants) {
		const key = granteeKey(grant.grantee)
		groups.set(key, [...(groups.get(key) ?? []), grant])
	}
	return [...groups]
}

function Person({
	grants,
	names,
	onStop,
}: {
	grants: Grant[]
	/** Whether to say which records. */
	names: boolean
	onStop(): void
}) {
	const [first] = grants
	const { choose } = useChosen()
	const open = useNames(names ? grants.map(({ record }) => record) : [])
	const standing = standingText(first.standing)
	return (
		<li>
			<strong>{granteeName(first)}</strong>
			{first.number !== null && (
				<span className="hint">{t('reader-number', { number: first.number })}</span>
			)}
			{where(first.grantee)}
			{standing !== null && <span className="hint">{t('reader-standing')}</span>}
			<ul className="inner">
				{grants.map((grant) => (
					<li key={String(grant.record)}>
						{names && (
							<Button kind="quiet" onPress={() => choose([grant.record], 'record')}>
								{open.get(grant.record) ?? t('record-number', numberOf(grant))}
							</Button>
						)}
						<span>{termsText(grant)}</span>
						{grant.state !== null && (
							<span className="hint">{remoteText(grant.state)}</span>
						)}
					</li>
				))}
			</ul>
			<div className="actions">
				<Button kind="danger" onPress={onStop}>
					{t('stop', { name: granteeName(first) })}
				</Button>
			</div>
		</li>
	)
}

const numberOf = ({ record }: Grant) => ({ number: String(record) })

/** In which region somebody works, if it is another one. */
export const where = (grantee: Grantee) =>
	grantee.kind === 'remote' ? (
		<span className="hint">{t('reader-region', { region: String(grantee.region) })}</span>
	) : null

/** What to call somebody whose name nobody tells. */
export function granteeName({ name, grantee }: Pick<Grant, 'name' | 'grantee'>): string {
	return (
		name ??
		t(grantee.kind === 'patient' ? 'reader-patient' : 'reader-provider', {
			id: String(grantee.id),
		})
	)
}

/** What for, and until when: as the patient says it, or as somebody else does. */
export function termsText(
	{ purpose, expiresAt }: Pick<Grant, 'purpose' | 'expiresAt'>,
	whose: 'own' | 'theirs' = 'own',
): string {
	const own = whose === 'own'
	const why = t(own ? `purpose-${purpose}` : `reason-${purpose}`)
	if (expiresAt !== null) return t('terms-until', { why, until: lastDay(expiresAt) })
	return t(own ? 'terms-open' : 'terms-open-theirs', { why })
}

/** How far a grant to another region is, and what a person can do. */
export function remoteText(state: NonNullable<Grant['state']>): string {
	if (state.type !== 'Refused') return t(`remote-${state.type}`)
	const why = state.value.type === 'Reason' ? state.value.value.type : 'Failure'
	const id = `remote-refused-${why}`
	return has(id) ? t(id) : t('remote-refused-other')
}
