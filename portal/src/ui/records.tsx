import { type ReactNode, useEffect, useState } from 'react'
import type { Asked, Connection } from '../chain/connection'
import type { HomeView } from '../chain/home'
import { type Listed, listRecords } from '../chain/records'
import { accountText } from '../format'
import { mayShare } from '../keys/backup'
import { type Open, useHome, useHomeView, useSession } from './context'
import { Busy, Button, Card, Code, Note, Qr, Title, useWork } from './parts'
import { problem, problemOf } from './problem'
import { t } from './text'

/** My records; before there are any, how to get there. */
export function Records({ view }: { view: Open }) {
	const home = useHomeView()
	return (
		<>
			<Title>{t('records-title')}</Title>
			<Content view={view} home={home} />
		</>
	)
}

function Content({ view, home }: { view: Open; home: HomeView }): ReactNode {
	const { connection } = useHome()
	switch (home.kind) {
		case 'none':
			return (
				<Note kind="info" title={t('records-none-title')}>
					<p>{t('records-none-text')}</p>
				</Note>
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
		case 'patient':
			return connection && <List key={home.id} connection={connection} patient={home.id} />
	}
}

/** The clinic has not invited the account yet. Goes on by itself. */
function Waiting({ view }: { view: Open }) {
	const text = accountText(view.profile.account)
	return (
		<Card title={t('waiting-title')}>
			<p>{t('waiting-text')}</p>
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
			<p>{t('invited-text', { name: view.name })}</p>
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
			<div className="actions">
				<Button kind="main" isDisabled={!may} onPress={() => void home.join()}>
					{t('invited-do')}
				</Button>
			</div>
		</Card>
	)
}

/** No gateway answers, or none that tells the truth. */
function Down({ asked }: { asked: Asked[] }) {
	return (
		<>
			<Note kind="bad" title={t('down-title')}>
				<p>{t('down-text')}</p>
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
			<Button isDisabled={busy} onPress={() => void run(() => home.check())}>
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

const date = (time: number) => new Intl.DateTimeFormat('en', { dateStyle: 'long' }).format(time)

/** A plain list, newest first. */
function List({ connection, patient }: { connection: Connection; patient: string }) {
	const session = useSession()
	const [records, setRecords] = useState<Listed[] | null>(null)
	const [next, setNext] = useState<bigint | undefined>(undefined)
	const { busy, error, run } = useWork(problem)
	const load = (after: bigint | undefined) =>
		run(async () => {
			const page = await listRecords(connection, session.vault(), patient, after)
			setRecords((before) => [
				...(after === undefined ? [] : (before ?? [])),
				...page.records,
			])
			setNext(page.next)
		})
	useEffect(() => void load(undefined), [connection, patient])
	return (
		<>
			{error && (
				<Note kind="bad">
					<p>{error}</p>
				</Note>
			)}
			{records === null && busy && <Busy title={t('records-loading')} />}
			{records?.length === 0 && (
				<Note kind="info" title={t('records-empty-title')}>
					<p>{t('records-empty-text')}</p>
				</Note>
			)}
			{records !== null && records.length > 0 && (
				<ul className="rows" aria-label={t('records-title')}>
					{records.map((record) => (
						<li key={String(record.id)}>
							<strong>{record.name ?? t('record-no-name')}</strong>
							<span className="hint">
								{record.author === null
									? t('record-by-you')
									: t('record-by', { name: record.author.name })}
								{' · '}
								{date(record.addedAt)}
							</span>
							{record.corrected && (
								<span className="hint">{t('record-corrected')}</span>
							)}
							<Standing standing={record.author?.standing ?? null} />
						</li>
					))}
				</ul>
			)}
			<div className="actions">
				{next !== undefined && (
					<Button isDisabled={busy} onPress={() => void load(next)}>
						{t(busy ? 'working' : 'records-more')}
					</Button>
				)}
				{records !== null && (
					<Button kind="quiet" isDisabled={busy} onPress={() => void load(undefined)}>
						{t('records-again')}
					</Button>
				)}
			</div>
		</>
	)
}

/** Whether the author may still work as one. */
function Standing({ standing }: { standing: string | null }) {
	if (standing === null || standing === 'Verified') return null
	const text = standing.startsWith('Unverified')
		? 'standing-unverified'
		: standing === 'Retired'
			? 'standing-retired'
			: 'standing-suspended'
	return <span className="hint">{t(text)}</span>
}
