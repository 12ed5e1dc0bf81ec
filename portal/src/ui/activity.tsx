import { useEffect, useState } from 'react'
import type { Still } from '../chain/connection'
import { type Entry, isOpen } from '../records/activity'
import { go, useActivity, useHomeView, usePortal, useStill } from './context'
import { Button, Note, Title } from './parts'
import { failureText, turnedDownText } from './problem'
import { moment, span, t } from './text'

const STEPS = ['signing', 'sent', 'in-block', 'final'] as const

/** What was sent, and how far each is. */
export function ActivityPage() {
	const entries = useActivity()
	const { activity } = usePortal()
	useEffect(() => activity.see(entries.map(({ id }) => id)), [activity, entries])
	return (
		<>
			<Title>{t('activity-title')}</Title>
			<p className="lead">{t('activity-text')}</p>
			<Standstill />
			{entries.length === 0 && <p>{t('activity-nothing')}</p>}
			{entries.length > 0 && (
				<ul className="rows" aria-label={t('activity-title')}>
					{entries.map((entry) => (
						<li key={entry.id}>
							<strong>{whatText(entry)}</strong>
							<span className="hint">{moment(entry.at)}</span>
							<Steps entry={entry} />
							{!isOpen(entry) && (
								<div className="actions">
									<Button kind="quiet" onPress={() => activity.forget(entry.id)}>
										{t('activity-forget')}
									</Button>
								</div>
							)}
						</li>
					))}
				</ul>
			)}
		</>
	)
}

function Steps({ entry }: { entry: Entry }) {
	const { progress, reason, what } = entry
	const isVote = what.kind === 'vote' || (what.kind === 'council' && what.act === 'vote')
	if (progress === 'failed')
		return <span className="error">{failureText(reason ?? 'NotSent')}</span>
	if (reason !== null && isOpen(entry))
		return <span className="error">{turnedDownText(reason)}</span>
	const done = STEPS.indexOf(progress)
	return (
		<ol className="steps">
			{STEPS.map((step, index) => (
				<li key={step} aria-current={index === done ? 'step' : undefined}>
					<span aria-hidden="true">{index <= done ? '✓' : '·'}</span>{' '}
					{isVote && step === 'final'
						? t(index <= done ? 'step-final-vote' : 'step-final-vote-later')
						: t(index <= done ? `step-${step}` : `step-${step}-later`)}
				</li>
			))}
		</ol>
	)
}

/** What a person did, in words. */
export function whatText({ what }: Entry): string {
	switch (what.kind) {
		case 'share':
			return t('activity-share', { count: what.records.length, name: what.who })
		case 'stop':
			return t('activity-stop', { count: what.records.length, name: what.who })
		case 'stop-all':
			return t('activity-stop-all', { count: what.records.length })
		case 'add':
			return t('activity-add', { name: what.name })
		case 'key':
		case 'withdraw':
		case 'enlist':
		case 'retire':
		case 'invite':
			return t(`activity-${what.kind}`)
		case 'forward':
			return t('activity-forward', { record: what.record })
		case 'vote':
			return t(`activity-vote-${what.on}`, {
				name: what.who,
				vote: String(what.aye),
			})
		case 'council':
			return t(`activity-council-${what.act}`, {
				motion: String(what.motion ?? 'none'),
				vote: String(what.aye ?? 'none'),
			})
	}
}

/** On every page: what is on its way, what failed after its page was left, and whether the network stands still. */
export function OnTheWay() {
	const entries = useActivity()
	const { activity } = usePortal()
	// The page itself says so then.
	const view = useHomeView()
	const [open] = entries.filter((one) => isOpen(one) && one.reason === null)
	const untold = entries.filter((one) => one.untold)
	return (
		<>
			{untold.map((entry) => (
				<Note
					key={entry.id}
					kind="bad"
					title={t('activity-failed', { what: whatText(entry) })}
				>
					<p>{failureText(entry.reason ?? 'NotSent')}</p>
					<div className="actions">
						<Button kind="quiet" onPress={() => activity.see([entry.id])}>
							{t('activity-seen')}
						</Button>
					</div>
				</Note>
			))}
			{open !== undefined && (
				<Note kind="info" title={whatText(open)}>
					<p>{t(`step-${open.progress}`)}</p>
					<div className="actions">
						<Button kind="quiet" onPress={() => go('activity')}>
							{t('activity-more')}
						</Button>
					</div>
				</Note>
			)}
			{view.kind !== 'down' && <Standstill />}
		</>
	)
}

/** For how long a chain has not gone on. */
export const stillText = ({ kind, since }: Still): string =>
	t(`still-text-${kind}`, { span: span(Date.now() - since) })

/** How often a chain that stands still is looked at, in milliseconds. */
const PAUSE = 10_000

/** When the chain does not go on: for how long, what becomes of what was sent, and what still works. */
function Standstill() {
	const still = useStill()
	const { home } = usePortal()
	const waits = useActivity().some(isOpen)
	const [, setTurn] = useState(0)
	useEffect(() => {
		if (still === null) return
		// So that it goes when it is no longer true, and the time is right until then.
		const timer = setInterval(() => {
			setTurn((turn) => turn + 1)
			void home.connection?.look().catch(() => {})
		}, PAUSE)
		return () => clearInterval(timer)
	}, [still === null, home])
	if (still === null) return null
	return (
		<Note kind="warn" title={t(`still-title-${still.kind}`)}>
			<p>{stillText(still)}</p>
			{waits && <p>{t('still-sent')}</p>}
			<p>{t('still-works')}</p>
		</Note>
	)
}
