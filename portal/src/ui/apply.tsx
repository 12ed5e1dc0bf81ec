import { useState } from 'react'
import { Form } from 'react-aria-components'
import type { Views } from '../chain/described'
import { accountText } from '../format'
import { mayShare } from '../keys/backup'
import { isProfessionalName, numberFault, plainNumber } from '../records/numbers'
import { type Open, go, useDraft, useHome, useHomeView, usePortal, useView } from './context'
import { useLoad } from './load'
import { Busy, Button, Card, Field, Note, Problems, Submit, Title, useWork } from './parts'
import { problem } from './problem'
import { NotYet } from './records'
import { day, t } from './text'

/** Applies as a provider, or changes an application. */
export function Apply({ view }: { view: Open }) {
	const home = useHomeView()
	const may = home.kind === 'invited' || home.kind === 'applicant'
	return (
		<>
			<Title>{t('apply-title')}</Title>
			<p className="lead">{t('apply-text')}</p>
			{may ? <Content view={view} /> : <NotYet />}
			<div className="actions">
				<Button kind="quiet" onPress={() => go('records')}>
					{t('back')}
				</Button>
			</div>
		</>
	)
}

function Content({ view }: { view: Open }) {
	const home = useHome()
	const [number, setNumber] = useDraft('apply-number', '')
	const [name, setName] = useDraft('apply-name', view.name)
	const [tried, setTried] = useState(false)
	const { busy, error, run } = useWork(problem)
	const may = mayShare(view.member.backup)
	const fault = numberFault(plainNumber(number))
	const fits = fault === null && isProfessionalName(name.trim())
	return (
		<Form
			onSubmit={(event) => {
				event.preventDefault()
				setTried(true)
				if (!fits || !may) return
				go('records')
				void run(() => home.apply(plainNumber(number), name.trim()))
			}}
		>
			{!may && (
				<Note kind="warn">
					<p>{t('invited-need-copy')}</p>
				</Note>
			)}
			{error && (
				<Note kind="bad">
					<p>{error}</p>
				</Note>
			)}
			<Field
				label={t('apply-number')}
				hint={t('apply-number-hint')}
				value={number}
				onChange={setNumber}
				autoComplete="off"
				error={
					tried && fault !== null
						? t(fault === 'Malformed' ? 'apply-number-bad' : 'find-bad-number')
						: null
				}
			/>
			<Field
				label={t('apply-name')}
				hint={t('apply-name-hint')}
				value={name}
				onChange={setName}
				autoComplete="off"
				error={tried && !isProfessionalName(name.trim()) ? t('apply-name-bad') : null}
			/>
			<div className="actions">
				<Submit busy={busy}>{t('apply-do')}</Submit>
			</div>
		</Form>
	)
}

type Application = NonNullable<Views['RegistryApi.application']['answer']>

/** How the votes on an application stand, and what is missing. */
export function Applicant({ error: failed }: { error: unknown }) {
	const view = useView()
	const home = useHomeView()
	const { connection } = useHome()
	const { activity } = usePortal()
	const { error, run } = useWork(problem)
	const account = view.kind === 'open' ? accountText(view.profile.account) : ''
	// Home asks every few seconds, and shows a new view each time.
	const { value: application } = useLoad(async () => {
		if (connection === null) return null
		const [found] = await connection.read((codecs) => [
			codecs.view('RegistryApi.application', account),
		])
		return found ?? null
	}, [connection, account, home])
	const withdraw = () =>
		run(async () => {
			await activity.send({ kind: 'withdraw' }, (codecs) => [
				codecs.call('Registry.withdraw_application', undefined),
			])
		})
	return (
		<Card title={t('applicant-stands')}>
			<Problems texts={[failed === null ? null : problem(failed), error]} />
			<p>{t('applicant-text')}</p>
			<p className="hint">{t('waiting-lock')}</p>
			{application === null ? (
				<Busy title={t('applicant-loading')} />
			) : (
				<>
					<p>
						<strong>{application.name}</strong>
						{' · '}
						{t('reader-number', { number: application.number })}
					</p>
					<p role="status">{votesText(application.votes)}</p>
				</>
			)}
			<div className="actions">
				<Button onPress={() => go('apply')}>{t('applicant-change')}</Button>
				<Button onPress={() => void withdraw()}>{t('applicant-withdraw')}</Button>
			</div>
		</Card>
	)
}

/** How many voted, how many are missing, and until when. */
export function votesText({ ayes, nays, needed, ends }: Application['votes']): string {
	const missing = Math.max(0, needed - ayes)
	const until = ends === undefined ? '' : ` ${t('votes-until', { until: day(Number(ends)) })}`
	return `${t('votes', { ayes, nays, missing })}${until}`
}
