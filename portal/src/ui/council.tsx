import { useState } from 'react'
import type { ProposedCall } from '../chain/codecs'
import type { Connection } from '../chain/connection'
import type { Chain } from '../chain/file'
import {
	type CouncilMotion,
	closeMotion,
	isDecided,
	openMotions,
	propose,
	removes,
	voteOn,
} from '../records/council'
import { hostsOf, shortAccount, valuesOf, votersText } from './authorities'
import { useAuthority, usePortal } from './context'
import { SOON, useDone, useLoad } from './load'
import { type InWords, inWords } from './motions'
import { Busy, Button, Card, Code, Dialog, More, Note, Problems, Title, useWork } from './parts'
import { VoteDialog } from './people'
import { problem } from './problem'
import { Propose } from './propose'
import { NotYet } from './records'
import { moment, t } from './text'

/** What the authorities of the region decide together, and who they are. */
export function Council() {
	const at = useAuthority()
	return (
		<>
			<Title>{t('council-title')}</Title>
			<p className="lead">{t('council-text')}</p>
			{at === null ? <NotYet /> : <Decisions {...at} mayVote />}
		</>
	)
}

/** The motions and the authorities of a chain, as one of the region's authorities sees them. */
export function Decisions({
	connection,
	account,
	mayVote,
}: {
	connection: Connection
	account: string
	/** Whether gateways pass on what the account sends to this chain. */
	mayVote: boolean
}) {
	const done = useDone()
	const [asked, setAsked] = useState(0)
	const [closed, setClosed] = useState<string | null>(null)
	const load = async () => {
		const { network, chain } = connection
		const open = await openMotions(connection)
		const motions = await Promise.all(
			open.map(async (motion) => ({
				...motion,
				words: await inWords(motion.call, { network, chain, account }),
			})),
		)
		const [authorities, collators, upgrade] = await connection.read((codecs) => [
			codecs.view('GovernanceApi.authorities'),
			codecs.view('GovernanceApi.collators'),
			codecs.view('GovernanceApi.announced_upgrade'),
		])
		return { motions, authorities, collators, upgrade }
	}
	const { value, error } = useLoad(load, [connection, account, done, asked], SOON)
	if (value === null) {
		return error === null ? <Busy title={t('working')} /> : <Problems texts={[error]} />
	}
	const { motions, authorities, collators, upgrade } = value
	return (
		<>
			<Problems texts={[error]} />
			<Card title={t('council-motions')}>
				{closed !== null && (
					<Note kind="good">
						<p>{closed}</p>
					</Note>
				)}
				{motions.length === 0 && <p>{t('council-nothing')}</p>}
				<ul className="rows">
					{motions.map((motion) => (
						<Motion
							key={motion.hash}
							chain={connection.chain}
							motion={motion}
							account={account}
							authorities={authorities.length}
							mayVote={mayVote}
							onClosed={setClosed}
						/>
					))}
				</ul>
			</Card>
			<Card title={t('council-upgrade')}>
				{upgrade === undefined ? (
					<p>{t('council-no-upgrade')}</p>
				) : (
					<>
						<p>{t('council-upgrade-from', { from: moment(Number(upgrade[1])) })}</p>
						<Code text={upgrade[0]} label={t('council-upgrade')} />
					</>
				)}
			</Card>
			<Card
				title={t(mayVote ? 'council-authorities' : 'common-authorities', {
					count: authorities.length,
				})}
			>
				<ul className="rows">
					{authorities.map((one) => (
						<Authority
							key={one}
							authority={one}
							hosts={hostsOf(connection.chain, one)}
							isMe={one === account}
							makesBlocks={collators.includes(one)}
							authorities={authorities.length}
							mayVote={mayVote}
						/>
					))}
				</ul>
			</Card>
			{mayVote && (
				<Propose authorities={authorities.length} announced={upgrade !== undefined} />
			)}
			<div className="actions">
				<Button kind="quiet" onPress={() => setAsked(asked + 1)}>
					{t('list-load')}
				</Button>
			</div>
		</>
	)
}

function Motion({
	chain,
	motion,
	account,
	authorities,
	mayVote,
	onClosed,
}: {
	chain: Chain
	motion: CouncilMotion & { words: InWords }
	account: string
	authorities: number
	mayVote: boolean
	/** Hears what to tell when the motion is closed. */
	onClosed(text: string): void
}) {
	const { activity } = usePortal()
	const [asks, setAsks] = useState<'yes' | 'no' | 'close' | null>(null)
	const { busy, error, run } = useWork(problem)
	const { index, threshold, ayes, nays, call, words } = motion
	const { what } = words
	const mine = ayes.includes(account) ? 'yes' : nays.includes(account) ? 'no' : 'none'
	const carried = ayes.length >= threshold
	const close = () =>
		run(async () => {
			await closeMotion(activity, motion)
			const text = carried ? 'council-closed-carried' : 'council-closed-lost'
			onClosed(t(text, { number: index, what }))
		})
	return (
		<li>
			<strong>{t('council-motion', { number: index, what })}</strong>
			<Words words={words} />
			<Details call={call} />
			<span role="status">
				{t('council-votes', { ayes: ayes.length, nays: nays.length, threshold })}{' '}
				{mayVote && t(`council-mine-${mine}`)}
			</span>
			<Problems texts={[error]} />
			{/* What was said shows after the buttons, so that a vote moves none of them. */}
			{mayVote && (
				<div className="actions">
					<Button isDisabled={busy || mine === 'yes'} onPress={() => setAsks('yes')}>
						{t('council-yes', { number: index })}
					</Button>
					<Button isDisabled={busy || mine === 'no'} onPress={() => setAsks('no')}>
						{t('council-no', { number: index })}
					</Button>
					{isDecided(motion, authorities) && (
						<Button isDisabled={busy} onPress={() => setAsks('close')}>
							{t('council-close', { number: index })}
						</Button>
					)}
				</div>
			)}
			{votersText(chain, { yes: ayes, no: nays }, account).map((line) => (
				<span key={line} className="hint">
					{line}
				</span>
			))}
			{(asks === 'yes' || asks === 'no') && (
				<VoteDialog
					title={t(`council-${asks}`, { number: index })}
					change={t('council-change')}
					onVote={() => void run(() => voteOn(activity, motion, asks === 'yes'))}
					onClose={() => setAsks(null)}
				>
					<p>
						<strong>{what}</strong>
					</p>
					<Words words={words} brief />
					<p>{t(`council-${asks}-then`, { threshold })}</p>
				</VoteDialog>
			)}
			{asks === 'close' && (
				<Dialog
					title={t('council-close-sure', { number: index })}
					onClose={() => setAsks(null)}
					actions={
						<>
							<Button
								kind={carried && removes(call) ? 'danger' : 'main'}
								onPress={() => {
									setAsks(null)
									void close()
								}}
							>
								{t('council-close-do')}
							</Button>
							<Button kind="quiet" autoFocus onPress={() => setAsks(null)}>
								{t('cancel')}
							</Button>
						</>
					}
				>
					<p>
						<strong>{what}</strong>
					</p>
					<p>{t(carried ? 'council-close-carried' : 'council-close-lost')}</p>
					{carried && removes(call) && <p>{t('council-remove-then')}</p>}
				</Dialog>
			)}
		</li>
	)
}

/** What a motion carries, and what follows from it. `brief`: without what people compare before they vote. */
function Words({
	words: { then, codes, calls },
	brief = false,
}: {
	words: InWords
	brief?: boolean
}) {
	return (
		<>
			{(brief ? [] : codes).map(({ label, text }) => (
				<div key={label}>
					<p className="hint">{label}</p>
					<Code text={text} label={label} />
				</div>
			))}
			{then !== null && <span>{then}</span>}
			{calls.length > 0 && (
				<ol className="rows">
					{calls.map((words, at) => (
						<li key={at}>
							<strong>{words.what}</strong>
							<Words words={words} brief={brief} />
						</li>
					))}
				</ol>
			)}
		</>
	)
}

/** All that a call carries. */
function Details({ call }: { call: ProposedCall }) {
	const values = valuesOf(call.value.value)
	if (values.length === 0) return null
	return (
		<More title={t('council-details')} level={3}>
			{values.map(({ name, text }, at) => (
				<div key={at}>
					<p className="hint">{name}</p>
					<Code text={text} label={name} />
				</div>
			))}
		</More>
	)
}

function Authority({
	authority,
	hosts,
	isMe,
	makesBlocks,
	authorities,
	mayVote,
}: {
	authority: string
	/** Their computers, as the network's file has them. */
	hosts: string[]
	isMe: boolean
	makesBlocks: boolean
	authorities: number
	mayVote: boolean
}) {
	const { activity } = usePortal()
	const [asks, setAsks] = useState(false)
	const { busy, error, run } = useWork(problem)
	const who = shortAccount(authority)
	return (
		<li>
			<strong>{who}</strong>
			{hosts.length > 0 && <span>{t('authority-runs', { hosts: hosts.join(', ') })}</span>}
			<Code text={authority} label={t('account-of')} />
			<span className="hint">
				{isMe ? `${t('council-you')} ` : ''}
				{t(makesBlocks ? 'council-blocks' : 'council-no-blocks')}
			</span>
			<Problems texts={[error]} />
			{mayVote && !isMe && (
				<div className="actions">
					<Button kind="danger" isDisabled={busy} onPress={() => setAsks(true)}>
						{t('council-remove', { who })}
					</Button>
				</div>
			)}
			{asks && (
				<Dialog
					title={t('council-remove-sure', { who })}
					onClose={() => setAsks(false)}
					actions={
						<>
							<Button
								kind="danger"
								onPress={() => {
									setAsks(false)
									void run(() =>
										propose(activity, authorities, (codecs) =>
											codecs.call('Governance.remove_authority', {
												account: authority,
											}),
										),
									)
								}}
							>
								{t('council-remove-do')}
							</Button>
							<Button kind="quiet" autoFocus onPress={() => setAsks(false)}>
								{t('cancel')}
							</Button>
						</>
					}
				>
					{hosts.length > 0 && <p>{t('authority-runs', { hosts: hosts.join(', ') })}</p>}
					<Code text={authority} label={t('account-of')} />
					<p>{t('council-remove-text')}</p>
					<p>{t('council-remove-then')}</p>
				</Dialog>
			)}
		</li>
	)
}
