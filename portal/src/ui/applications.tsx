import { type ReactNode, useRef, useState } from 'react'
import type { Chain } from '../chain/file'
import type { Connection } from '../chain/connection'
import {
	type Application,
	areAccepted,
	mayVote,
	openVotes,
	readApplications,
	verifies,
	vote,
} from '../records/applications'
import { votesText } from './apply'
import { votersText } from './authorities'
import { useAuthority, usePortal } from './context'
import { SOON, useDone, useLoad } from './load'
import { Busy, Button, Code, Note, Problems, Title, useWork } from './parts'
import { Person, VoteDialog } from './people'
import { problem } from './problem'
import { NotYet } from './records'
import { moment, t, unbroken } from './text'

/** Those who applied as providers: what is known of them, and the vote. */
export function Applications() {
	const at = useAuthority()
	return (
		<>
			<Title>{t('applications-title')}</Title>
			<p className="lead">{t('applications-text')}</p>
			{at === null ? <NotYet /> : <List {...at} />}
		</>
	)
}

interface At {
	connection: Connection
	account: string
}

/** An application, and how it ended since this page is open. */
interface Seen {
	application: Application
	ended: 'accepted' | 'gone' | null
}

function List({ connection, account }: At) {
	const done = useDone()
	const [turn, setTurn] = useState(0)
	// What was seen stays in its place, so that nothing moves under a finger, and the outcome shows there.
	const seen = useRef(new Map<string, Application>())
	const load = async () => {
		const now = await readApplications(connection, account)
		for (const one of now) seen.current.set(one.account, one)
		const waiting = new Set(now.map((one) => one.account))
		const gone = [...seen.current.keys()].filter((one) => !waiting.has(one))
		const accepted = await areAccepted(connection, gone)
		const ended = new Map(
			gone.map((one, at) => [one, accepted[at] ? 'accepted' : 'gone'] as const),
		)
		const applications = [...seen.current.values()].map((application): Seen => ({
			application,
			ended: ended.get(application.account) ?? null,
		}))
		return { applications, ...(await openVotes(connection, account)) }
	}
	const { value, error } = useLoad(load, [connection, account, done, turn], SOON)
	return (
		<>
			<Problems texts={[error]} />
			{value === null && error === null && <Busy title={t('working')} />}
			{value?.applications.length === 0 && <p>{t('applications-nothing')}</p>}
			<ul className="rows" aria-label={t('applications-title')}>
				{value?.applications.map(({ application, ended }) =>
					ended === null ? (
						<Row
							key={application.account}
							chain={connection.chain}
							account={account}
							application={application}
						/>
					) : (
						<li key={application.account}>
							<strong>{application.name}</strong>
							<span>{t('reader-number', { number: application.number })}</span>
							<span role="status">{t(`vote-ended-${ended}`)}</span>
						</li>
					),
				)}
			</ul>
			{value !== null && (
				<>
					<h2>{t('applications-open')}</h2>
					{value.open.length === 0 && <p>{t('applications-open-nothing')}</p>}
					{value.open.map((one) => (
						<Person
							key={one.provider.grantee.id}
							chain={connection.chain}
							account={account}
							voted={one}
						/>
					))}
					{!value.isWhole && (
						<p className="hint">
							{t('applications-open-looked', { count: value.looked })}
						</p>
					)}
				</>
			)}
			<div className="actions">
				<Button kind="quiet" onPress={() => setTurn(turn + 1)}>
					{t('list-load')}
				</Button>
			</div>
		</>
	)
}

function Row({
	chain,
	account: me,
	application,
}: {
	chain: Chain
	account: string
	application: Application
}) {
	const { activity } = usePortal()
	// What shows may change meanwhile. The vote is on what the question named.
	const [asks, setAsks] = useState<{ aye: boolean; on: Application } | null>(null)
	const { busy, error, run } = useWork(problem)
	const { account, number, name, since, votes, rivals, holder } = application
	const look: ReactNode = (
		<>
			{holder !== null && (
				<Note kind="warn" title={t('applications-look')}>
					<p>{t('applications-holder', { name: unbroken(holder) })}</p>
				</Note>
			)}
			{rivals.length > 0 && (
				<Note kind="warn" title={t('applications-look')}>
					<p>{t('applications-rivals', { names: rivals.map(unbroken).join('; ') })}</p>
				</Note>
			)}
		</>
	)
	const say = (aye: boolean, on: Application) =>
		void run(() => vote(activity, verifies(on), on.name, aye))
	return (
		<li>
			<strong>{name}</strong>
			<span>{t('reader-number', { number })}</span>
			<span className="hint">
				{t('applications-since', { since: moment(Number(since)) })}
			</span>
			<Code text={account} label={t('account-of')} />
			{look}
			<span role="status">
				{votesText(votes)} {t(`vote-mine-${votes.mine}`)}
			</span>
			<Problems texts={[error]} />
			<div className="actions">
				<Button
					isDisabled={busy || !mayVote(votes, true)}
					onPress={() => setAsks({ aye: true, on: application })}
				>
					{t('vote-yes', { name: unbroken(name) })}
				</Button>
				<Button
					isDisabled={busy || !mayVote(votes, false)}
					onPress={() => setAsks({ aye: false, on: application })}
				>
					{t('vote-no', { name: unbroken(name) })}
				</Button>
			</div>
			{votersText(chain, votes, me).map((line) => (
				<span key={line} className="hint">
					{line}
				</span>
			))}
			{asks !== null && (
				<VoteDialog
					title={t(asks.aye ? 'vote-yes' : 'vote-no', { name: unbroken(asks.on.name) })}
					onVote={() => say(asks.aye, asks.on)}
					onClose={() => setAsks(null)}
				>
					<p>{t('reader-number', { number: asks.on.number })}</p>
					{asks.aye && look}
					<p>{t(asks.aye ? 'vote-about-yes' : 'vote-about-no')}</p>
				</VoteDialog>
			)}
		</li>
	)
}
