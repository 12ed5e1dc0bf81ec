import type { Connection } from '../chain/connection'
import {
	type Application,
	mayVote,
	readApplications,
	verifies,
	vote,
} from '../records/applications'
import { votesText } from './apply'
import { useAuthority, usePortal } from './context'
import { useDone, useLoad } from './load'
import { Busy, Button, Code, Note, Problems, Title, useWork } from './parts'
import { problem } from './problem'
import { NotYet } from './records'
import { moment, t } from './text'

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

function List({ connection, account }: { connection: Connection; account: string }) {
	const done = useDone()
	const { value: all, error } = useLoad(
		() => readApplications(connection, account),
		[connection, account, done],
	)
	return (
		<>
			<Problems texts={[error]} />
			{all === null && error === null && <Busy title={t('working')} />}
			{all?.length === 0 && <p>{t('applications-nothing')}</p>}
			<ul className="rows" aria-label={t('applications-title')}>
				{all?.map((one) => (
					<Row key={one.account} application={one} />
				))}
			</ul>
		</>
	)
}

function Row({ application }: { application: Application }) {
	const { activity } = usePortal()
	const { busy, error, run } = useWork(problem)
	const { account, number, name, since, votes, rivals, holder } = application
	const say = (aye: boolean) => void run(() => vote(activity, verifies(application), name, aye))
	return (
		<li>
			<strong>{name}</strong>
			<span>{t('reader-number', { number })}</span>
			<span className="hint">
				{t('applications-since', { since: moment(Number(since)) })}
			</span>
			<Code text={account} label={t('account-of')} />
			{holder !== null && (
				<Note kind="warn" title={t('applications-look')}>
					<p>{t('applications-holder', { name: holder })}</p>
				</Note>
			)}
			{rivals.length > 0 && (
				<Note kind="warn" title={t('applications-look')}>
					<p>{t('applications-rivals', { names: rivals.join('; ') })}</p>
				</Note>
			)}
			<span role="status">
				{votesText(votes)} {t(`vote-mine-${votes.mine}`)}
			</span>
			<Problems texts={[error]} />
			<div className="actions">
				{mayVote(votes, true) && (
					<Button isDisabled={busy} onPress={() => say(true)}>
						{t('vote-yes', { name })}
					</Button>
				)}
				{mayVote(votes, false) && (
					<Button isDisabled={busy} kind="danger" onPress={() => say(false)}>
						{t('vote-no', { name })}
					</Button>
				)}
			</div>
		</li>
	)
}
