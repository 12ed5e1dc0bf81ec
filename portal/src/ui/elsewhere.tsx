import { useState } from 'react'
import type { Connection } from '../chain/connection'
import { type Enlistment, enlistmentOf, forward, waitingGrants } from '../records/forwarding'
import { granteeKey } from '../records/grants'
import { usePortal, useProvider } from './context'
import { AGAIN, useDone, useLoad } from './load'
import { Busy, Button, Card, Problems, Title, useWork } from './parts'
import { problem } from './problem'
import { granteeName, termsText } from './readers'
import { NotYet } from './records'
import { has, t } from './text'

/** What goes to other regions: the provider's own entry, and what patients of this region share there. */
export function Elsewhere() {
	const at = useProvider()
	return (
		<>
			<Title>{t('elsewhere-title')}</Title>
			<p className="lead">{t('elsewhere-text')}</p>
			{at === null ? (
				<NotYet />
			) : (
				<>
					<Enlist {...at} />
					<Waiting connection={at.connection} />
				</>
			)}
		</>
	)
}

function Enlist({ connection, provider }: { connection: Connection; provider: number }) {
	const { activity } = usePortal()
	const done = useDone()
	const { busy, error, run } = useWork(problem)
	const loaded = useLoad(
		async () => ({ entry: await enlistmentOf(connection, provider) }),
		[connection, provider, done],
		AGAIN,
	)
	const entry = loaded.value?.entry
	const enlist = () =>
		run(() =>
			activity.send({ kind: 'enlist' }, (codecs) => [
				codecs.call('Registry.enlist', undefined),
			]),
		)
	const may = entry === null || entry?.state.type === 'Refused'
	return (
		<Card title={t('enlist-title')}>
			<p>{t('enlist-text')}</p>
			<Problems texts={[error, loaded.error]} />
			{entry === undefined && loaded.error === null && <Busy title={t('working')} />}
			{entry !== undefined && <p role="status">{entryText(entry)}</p>}
			{may && (
				<div className="actions">
					<Button kind="main" isDisabled={busy} onPress={() => void enlist()}>
						{t(busy ? 'working' : 'enlist-do')}
					</Button>
				</div>
			)}
		</Card>
	)
}

function entryText(entry: Enlistment | null): string {
	if (entry === null) return t('enlist-none')
	const { state } = entry
	if (state.type !== 'Refused') return t(`enlist-${state.type}`)
	const why = state.value.type === 'Reason' ? state.value.value.type : 'Failure'
	const id = `enlist-refused-${why}`
	return has(id) ? t(id) : t('enlist-refused-other')
}

/** Grants of patients of this region that somebody must send on. */
function Waiting({ connection }: { connection: Connection }) {
	const { activity } = usePortal()
	const done = useDone()
	const [limit, setLimit] = useState(1)
	const { busy, error, run } = useWork(problem)
	const { value, error: unread } = useLoad(
		() => waitingGrants(connection, limit),
		[connection, limit, done],
		AGAIN,
	)
	const grants = value?.items
	return (
		<Card title={t('forward-title')}>
			<p>{t('forward-text')}</p>
			<Problems texts={[error, unread]} />
			{grants === undefined && unread === null && <Busy title={t('working')} />}
			{grants?.length === 0 && <p>{t('forward-nothing')}</p>}
			<ul className="rows">
				{grants?.map((grant) => (
					<li key={`${grant.record} ${granteeKey(grant.grantee)}`}>
						<strong>{t('record-number', { number: String(grant.record) })}</strong>
						<span>
							{t('forward-to', {
								name: granteeName(grant),
								region: String(grant.grantee.region),
							})}
						</span>
						<span className="hint">{termsText(grant, 'theirs')}</span>
						<span className="hint">{t(`forward-${grant.state.type}`)}</span>
						<div className="actions">
							<Button
								isDisabled={busy}
								onPress={() => void run(() => forward(activity, grant))}
							>
								{t('forward-do', { record: String(grant.record) })}
							</Button>
						</div>
					</li>
				))}
			</ul>
			{value?.more && (
				<div className="actions">
					<Button kind="quiet" onPress={() => setLimit(limit + 1)}>
						{t('records-more')}
					</Button>
				</div>
			)}
		</Card>
	)
}
