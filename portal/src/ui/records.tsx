import { type ReactNode, useEffect, useState } from 'react'
import { Form } from 'react-aria-components'
import type { Asked } from '../chain/connection'
import type { HomeView } from '../chain/home'
import { parseLink } from '../chain/link'
import { accountText } from '../format'
import { mayShare } from '../keys/backup'
import {
	type Open,
	go,
	goInstead,
	useActivity,
	useHome,
	useHomeView,
	useMe,
	usePortal,
	useSession,
	useStill,
	useView,
	useDraft,
} from './context'
import { isOpen } from '../records/activity'
import { stillText } from './activity'
import { Applicant } from './apply'
import { List } from './list'
import { useLoad } from './load'
import {
	Busy,
	Button,
	Card,
	Code,
	Field,
	Note,
	Problems,
	Qr,
	Submit,
	Title,
	useWork,
} from './parts'
import { problem, problemOf } from './problem'
import { t } from './text'

/** What this page is, by who somebody is. */
const TITLES: Partial<Record<HomeView['kind'], string>> = {
	none: 'join-title',
	waiting: 'join-title',
	invited: 'join-title',
	applicant: 'applicant-title',
	patient: 'records-title',
	provider: 'written-title',
	lost: 'work-title',
}

/** The first page of members: my records; before there are any, how to get there. */
export function Records() {
	const at = useMe()
	const { kind } = useHomeView()
	const { known } = useHome()
	if (kind === 'authority') return <Votes />
	return (
		<>
			<Title>{t(kind === 'connecting' ? 'working' : (TITLES[known] ?? 'nav-start'))}</Title>
			<Accepted />
			{at === null ? <NotYet /> : <List key={at.me} {...at} />}
		</>
	)
}

/** An authority that is no member has no records: its first page is that of the votes. */
function Votes() {
	useEffect(() => goInstead('applications'), [])
	return null
}

const APPLIED = 'applied'

/** Tells somebody who applied as a provider that they are one now, until they have read it. */
function Accepted() {
	const { notes } = usePortal()
	const { kind } = useHomeView()
	const [untold, setUntold] = useState(false)
	useEffect(() => {
		// Without notes, whoever left the page is not told.
		if (kind === 'applicant') void notes.write(APPLIED, true).catch(() => {})
		if (kind === 'provider') void notes.read(APPLIED, false).then(setUntold, () => {})
	}, [notes, kind])
	if (kind !== 'provider' || !untold) return null
	return (
		<Note kind="good" title={t('accepted-title')}>
			<p>{t('accepted-text')}</p>
			<div className="actions">
				<Button
					kind="quiet"
					onPress={() => {
						setUntold(false)
						void notes.write(APPLIED, false).catch(() => {})
					}}
				>
					{t('activity-seen')}
				</Button>
			</div>
		</Note>
	)
}

/** What is between a person and their records. */
export function NotYet(): ReactNode {
	const view = useView()
	const home = useHomeView()
	if (view.kind !== 'open') return null
	switch (home.kind) {
		case 'none':
			return (
				<>
					<Note kind="info" title={t('records-none-title')}>
						<p>{t('records-none-text')}</p>
					</Note>
					{view.member.home === null && <Known />}
					<Paste />
				</>
			)
		case 'connecting':
			return <Busy title={t('records-connecting')} />
		case 'waiting':
			return <Waiting view={view} />
		case 'invited':
			return <Invited view={view} error={home.error} />
		case 'joining':
			return (
				<Busy title={t('joining-title')}>
					<p>{t(`joining-${home.step ?? 'signing'}`)}</p>
				</Busy>
			)
		case 'other':
			return (
				<Note kind="info" title={t('records-other-title')}>
					<p>{t('records-other-text')}</p>
				</Note>
			)
		case 'down':
			return <Down asked={home.asked} />
		case 'failed':
			return (
				<Note kind="bad">
					<p>{problem(home.error)}</p>
					<Again />
				</Note>
			)
		case 'applicant':
			return <Applicant error={home.error} />
		case 'lost':
			return (
				<Note kind="warn" title={t('lost-title')}>
					<p>{t('lost-text')}</p>
				</Note>
			)
		case 'authority':
			return (
				<Note kind="info" title={t('authority-here')}>
					<p>{t('authority-here-text')}</p>
					<div className="actions">
						<Button kind="main" onPress={() => go('applications')}>
							{t('applications-title')}
						</Button>
					</div>
				</Note>
			)
		case 'patient':
		case 'provider':
			return null
	}
}

/** The networks of others who use this device: whoever is in them, too, needs no link. */
function Known() {
	const session = useSession()
	const { busy, error, run } = useWork(problem)
	const { value: homes } = useLoad(() => session.homes(), [session])
	if (homes === null || homes.length === 0) return null
	return (
		<Card title={t('known-title')}>
			<p>{t('known-text')}</p>
			<Problems texts={[error]} />
			<div className="actions">
				{homes.map((home) => (
					<Button
						key={`${home.network} ${home.region}`}
						isDisabled={busy}
						onPress={() => void run(() => session.setHome(home))}
					>
						{t('known-do', { network: home.network, region: String(home.region) })}
					</Button>
				))}
			</div>
		</Card>
	)
}

/** Takes a link from a message. */
function Paste() {
	const [link, setLink] = useDraft('join-link', '')
	const [bad, setBad] = useState(false)
	return (
		<Form
			onSubmit={(event) => {
				event.preventDefault()
				const page = link.trim().replace(/^.*#\//, '')
				setBad(parseLink(page) === null)
				if (parseLink(page) !== null) go(page)
			}}
		>
			<Field
				label={t('join-paste')}
				hint={t('join-paste-hint')}
				value={link}
				onChange={setLink}
				autoComplete="off"
				error={bad ? t('join-bad-link') : null}
			/>
			<div className="actions">
				<Submit kind="second">{t('join-paste-do')}</Submit>
			</div>
		</Form>
	)
}

/** Nobody has invited the account yet. Goes on by itself. */
function Waiting({ view }: { view: Open }) {
	const text = accountText(view.profile.account)
	return (
		<Card title={t('waiting-title')}>
			<p>{t('waiting-text')}</p>
			<p className="hint">{t('waiting-lock')}</p>
			<Qr text={text} />
			<Code text={text} label={t('me-account')} />
			<Busy title={t('waiting-busy')} />
		</Card>
	)
}

function Invited({ view, error }: { view: Open; error: unknown }) {
	const home = useHome()
	const may = mayShare(view.member.backup)
	return (
		<Card title={t('invited-title')}>
			{!may && (
				<Note kind="warn">
					<p>{t('invited-need-copy')}</p>
				</Note>
			)}
			{error !== null && (
				<Note kind="bad">
					<p>{problem(error)}</p>
				</Note>
			)}
			{/* Nobody can change later which of the two somebody chose: none comes before the other. */}
			<h3>{t('invited-patient')}</h3>
			<p>
				{view.name === ''
					? t('invited-text-label', { label: view.member.label })
					: t('invited-text', { name: view.name })}
			</p>
			<div className="actions">
				<Button isDisabled={!may} onPress={() => void home.join()}>
					{t('invited-do')}
				</Button>
			</div>
			<h3>{t('invited-provider')}</h3>
			<p>{t('invited-provider-text')}</p>
			<div className="actions">
				<Button isDisabled={!may} onPress={() => go('apply')}>
					{t('apply-title')}
				</Button>
			</div>
		</Card>
	)
}

/** No gateway answers, or none that tells the truth. */
function Down({ asked }: { asked: Asked[] }) {
	const still = useStill()
	const waits = useActivity().some(isOpen)
	return (
		<>
			<Note kind="bad" title={t('down-title')}>
				<p>{t('down-text')}</p>
				{still?.kind === 'old' && <p>{stillText(still)}</p>}
				{waits && <p>{t('still-sent')}</p>}
				<Again />
			</Note>
			<Gateways asked={asked} />
		</>
	)
}

function Again() {
	const home = useHome()
	const { busy, run } = useWork(problem)
	return (
		<div className="actions">
			<Button onPress={() => void run(() => home.check())}>
				{t(busy ? 'working' : 'down-again')}
			</Button>
		</div>
	)
}

/** What each gateway did when it was last asked. */
export function Gateways({ asked }: { asked: Asked[] }) {
	return (
		<ul className="rows">
			{asked.map(({ url, problem }) => (
				<li key={url}>
					<strong>{new URL(url).host}</strong>
					<span className={problem === null ? 'hint' : 'error'}>
						{problem === null ? t('gateway-good') : problemOf(problem)}
					</span>
				</li>
			))}
		</ul>
	)
}
