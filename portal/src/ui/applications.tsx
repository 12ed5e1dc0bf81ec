import type { Connection } from '../chain/connection'
import { type Application, readApplications, vote } from '../records/applications'
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
			{at === null ? <NotYet /> : <List connection={at.connection} />}
		</>
	)
}

function List({ connection }: { connection: Connection }) {
	const done = useDone()
	const { value: all, error } = useLoad(() => readApplications(connection), [connection, done])
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
	const motion = {
		type: 'Verify' as const,
		value: { account, application: application.application_hash },
	}
	const say = (aye: boolean) => void run(() => vote(activity, motion, name, aye))
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
			<span role="status">{votesText(votes)}</span>
			<Problems texts={[error]} />
			<div className="actions">
				<Button isDisabled={busy} onPress={() => say(true)}>
					{t('vote-yes', { name })}
				</Button>
				<Button isDisabled={busy} kind="danger" onPress={() => say(false)}>
					{t('vote-no', { name })}
				</Button>
			</div>
		</li>
	)
}
