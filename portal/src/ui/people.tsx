import { type ReactNode, useState } from 'react'
import { Form } from 'react-aria-components'
import type { Chain } from '../chain/file'
import type { Connection } from '../chain/connection'
import {
	type VotedOn,
	type Votes,
	changeOf,
	isOpenVote,
	mayVote,
	vote,
	withVotes,
} from '../records/applications'
import { findProviders } from '../records/providers'
import type { VoteOn } from '../records/work'
import { votesText } from './apply'
import { votersText } from './authorities'
import { useAuthority, useDraft, usePortal } from './context'
import { SOON, useDone, useLoad } from './load'
import {
	Busy,
	Button,
	Card,
	Dialog,
	Field,
	Note,
	Problems,
	Submit,
	Title,
	Warning,
	useWork,
} from './parts'
import { problem } from './problem'
import { NotYet } from './records'
import { t, unbroken } from './text'

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
	const [turn, setTurn] = useState(0)
	const load = async () => {
		const { providers, more } = await findProviders(connection, wanted, null)
		return { providers: await withVotes(connection, account, providers), more }
	}
	const { value: found, error } = useLoad(load, [connection, account, wanted, done, turn], SOON)
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
					key={one.provider.grantee.id}
					chain={connection.chain}
					account={account}
					voted={one}
				/>
			))}
			<div className="actions">
				<Button kind="quiet" onPress={() => setTurn(turn + 1)}>
					{t('list-load')}
				</Button>
			</div>
		</>
	)
}

type Change = Exclude<VoteOn['type'], 'Verify'>

/** Which votes to show: those that make sense for somebody who stands so, and those that are open. */
function changesOf({ provider, standing }: VotedOn): Change[] {
	const change = changeOf(provider.standing)
	// Who lost the number can do nothing that a vote could stop.
	if (!provider.standing.startsWith('Unverified')) return [change, 'Unverify']
	return isOpenVote(standing) ? [change] : []
}

/** Somebody who treats patients, and the votes on them. */
export function Person({
	chain,
	account,
	voted,
}: {
	chain: Chain
	account: string
	voted: VotedOn
}) {
	const { activity } = usePortal()
	const [asks, setAsks] = useState<{ change: Change; aye: boolean } | null>(null)
	const { busy, error, run } = useWork(problem)
	const { name, number, standing, grantee } = voted.provider
	const { id } = grantee
	const isStopped = !['Verified', 'Retired'].includes(standing)
	const standingText = t(`standing-of-${standing}`)
	const say = (change: Change, aye: boolean) =>
		run(() => vote(activity, { type: change, value: { id: Number(id) } }, name, aye))
	return (
		<Card title={unbroken(name)}>
			<p>
				{t('reader-number', { number })}
				{!isStopped && ` · ${standingText}`}
			</p>
			{isStopped && (
				<p>
					<Warning>{standingText}</Warning>
				</p>
			)}
			<Problems texts={[error]} />
			{changesOf(voted).map((change) => (
				<Motion
					key={change}
					chain={chain}
					account={account}
					change={change}
					name={unbroken(name)}
					votes={change === 'Unverify' ? voted.unverify : voted.standing}
					busy={busy}
					onVote={(aye) => setAsks({ change, aye })}
				/>
			))}
			{asks !== null && (
				<VoteDialog
					title={t(asks.aye ? `vote-${asks.change}` : `vote-against-${asks.change}`, {
						name: unbroken(name),
					})}
					isForGood={isForGood(asks)}
					onVote={() => void say(asks.change, asks.aye)}
					onClose={() => setAsks(null)}
				>
					<p>{t('reader-number', { number })}</p>
					<p>{t(`vote-about-${asks.change}`)}</p>
				</VoteDialog>
			)}
		</Card>
	)
}

/** Asks before a vote: on whom it is, what follows, and whether it can be changed. */
export function VoteDialog({
	title,
	children,
	change = t('vote-change'),
	isForGood = false,
	onVote,
	onClose,
}: {
	title: string
	children: ReactNode
	/** How long the vote can be changed. */
	change?: string
	isForGood?: boolean
	onVote(): void
	onClose(): void
}) {
	return (
		<Dialog
			title={title}
			onClose={onClose}
			actions={
				<>
					<Button
						kind={isForGood ? 'danger' : 'main'}
						onPress={() => {
							onClose()
							onVote()
						}}
					>
						{t('vote-do')}
					</Button>
					<Button kind="quiet" autoFocus onPress={onClose}>
						{t('cancel')}
					</Button>
				</>
			}
		>
			{children}
			<p>{change}</p>
		</Dialog>
	)
}

/** Whether a vote takes something that no other vote gives back. */
const isForGood = ({ change, aye }: { change: Change; aye: boolean }): boolean =>
	change === 'Unverify' && aye

/**
 * A vote that is open, or that somebody may begin. How it stands shows after its buttons, and a button that
 * cannot be used now stays: so a vote moves nothing under a finger.
 */
function Motion({
	chain,
	account,
	change,
	name,
	votes,
	busy,
	onVote,
}: {
	chain: Chain
	account: string
	change: Change
	name: string
	votes: Votes
	busy: boolean
	onVote(aye: boolean): void
}) {
	const open = isOpenVote(votes)
	return (
		<>
			<div className="actions">
				<Button
					isDisabled={busy || !mayVote(votes, true)}
					kind={isForGood({ change, aye: true }) ? 'danger' : 'second'}
					onPress={() => onVote(true)}
				>
					{t(`vote-${change}`, { name })}
				</Button>
				{open && (
					<Button
						isDisabled={busy || !mayVote(votes, false)}
						onPress={() => onVote(false)}
					>
						{t(`vote-against-${change}`, { name })}
					</Button>
				)}
			</div>
			{open && (
				<>
					<p role="status">
						{t('vote-open', {
							what: t(`vote-${change}`, { name }),
							votes: votesText(votes),
						})}{' '}
						{t(`vote-mine-${votes.mine}`)}
					</p>
					{votersText(chain, votes, account).map((line) => (
						<p key={line} className="hint">
							{line}
						</p>
					))}
				</>
			)}
		</>
	)
}
