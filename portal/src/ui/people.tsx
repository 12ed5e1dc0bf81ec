import { useState } from 'react'
import { Form } from 'react-aria-components'
import type { Connection } from '../chain/connection'
import { type Votes, isOpenVote, mayVote, vote, votesOn } from '../records/applications'
import { type Provider, findProviders } from '../records/providers'
import type { VoteOn } from '../records/work'
import { votesText } from './apply'
import { useAuthority, useDraft, usePortal } from './context'
import { useDone, useLoad } from './load'
import { Busy, Button, Card, Dialog, Field, Note, Problems, Submit, Title, useWork } from './parts'
import { problem } from './problem'
import { NotYet } from './records'
import { t } from './text'

/** Providers that were verified: how they stand, and votes to change it. */
export function People() {
	const at = useAuthority()
	return (
		<>
			<Title>{t('people-title')}</Title>
			<p className="lead">{t('people-text')}</p>
			{at === null ? <NotYet /> : <Find {...at} />}
		</>
	)
}

interface At {
	connection: Connection
	account: string
}

function Find({ connection, account }: At) {
	const [asked, setAsked] = useDraft('people-asked', '')
	const [wanted, setWanted] = useState(asked)
	const done = useDone()
	const { value: found, error } = useLoad(
		() => findProviders(connection, wanted, null),
		[connection, wanted, done],
	)
	return (
		<>
			<Form
				role="search"
				onSubmit={(event) => {
					event.preventDefault()
					setWanted(asked)
				}}
			>
				<Field label={t('find-who')} value={asked} onChange={setAsked} autoComplete="off" />
				<div className="actions">
					<Submit kind="second">{t('find-do')}</Submit>
				</div>
			</Form>
			<Problems texts={[error]} />
			{found === null && error === null && <Busy title={t('working')} />}
			{found?.more && (
				<Note kind="info" title={t('find-more')}>
					<p>{t('find-more-text')}</p>
				</Note>
			)}
			{found?.providers.length === 0 && (
				<Note kind="info" title={t('find-nobody')}>
					<p>{t('people-nobody')}</p>
				</Note>
			)}
			{found?.providers.map((one) => (
				<Person
					key={one.grantee.id}
					connection={connection}
					account={account}
					provider={one}
				/>
			))}
		</>
	)
}

type Change = Exclude<VoteOn['type'], 'Verify'>

const stopOrNot = (standing: string) => (standing.endsWith('Suspended') ? 'Reinstate' : 'Suspend')

/** Which votes a standing allows. */
function changesOf(standing: string): Change[] {
	const change = stopOrNot(standing)
	return standing.startsWith('Unverified') ? [change] : [change, 'Unverify']
}

function Person({ connection, account, provider }: At & { provider: Provider }) {
	const { activity } = usePortal()
	const done = useDone()
	const [asks, setAsks] = useState<{ change: Change; aye: boolean } | null>(null)
	const { busy, error, run } = useWork(problem)
	const { name, number, standing } = provider
	const { id } = provider.grantee
	const { value: votes, error: unread } = useLoad(
		() => votesOn(connection, account, Number(id), stopOrNot(standing)),
		[connection, account, id, standing, done],
	)
	const say = (change: Change, aye: boolean) =>
		run(() => vote(activity, { type: change, value: { id: Number(id) } }, name, aye))
	return (
		<Card title={name}>
			<p>
				{t('reader-number', { number })}
				{' · '}
				{t(`standing-of-${standing}`)}
			</p>
			<Problems texts={[error, unread]} />
			{votes !== null &&
				changesOf(standing).map((change) => (
					<Motion
						key={change}
						change={change}
						name={name}
						votes={change === 'Unverify' ? votes.unverify : votes.standing}
						busy={busy}
						onVote={(aye) => setAsks({ change, aye })}
					/>
				))}
			{asks !== null && (
				<Dialog
					title={t(asks.aye ? `vote-${asks.change}` : `vote-against-${asks.change}`, {
						name,
					})}
					onClose={() => setAsks(null)}
					actions={
						<>
							<Button
								kind="danger"
								onPress={() => {
									setAsks(null)
									void say(asks.change, asks.aye)
								}}
							>
								{t('vote-do')}
							</Button>
							<Button kind="quiet" autoFocus onPress={() => setAsks(null)}>
								{t('cancel')}
							</Button>
						</>
					}
				>
					<p>{t(`vote-about-${asks.change}`)}</p>
				</Dialog>
			)}
		</Card>
	)
}

/** A vote that is open, or that somebody may begin. */
function Motion({
	change,
	name,
	votes,
	busy,
	onVote,
}: {
	change: Change
	name: string
	votes: Votes
	busy: boolean
	onVote(aye: boolean): void
}) {
	const open = isOpenVote(votes)
	return (
		<>
			{open && (
				<p role="status">
					{t(`vote-${change}`, { name })} {votesText(votes)}{' '}
					{t(`vote-mine-${votes.mine}`)}
				</p>
			)}
			<div className="actions">
				{mayVote(votes, true) && (
					<Button isDisabled={busy} kind="danger" onPress={() => onVote(true)}>
						{t(`vote-${change}`, { name })}
					</Button>
				)}
				{open && mayVote(votes, false) && (
					<Button isDisabled={busy} onPress={() => onVote(false)}>
						{t(`vote-against-${change}`, { name })}
					</Button>
				)}
			</div>
		</>
	)
}
