import { useState } from 'react'
import type { ProposedCall } from '../chain/codecs'
import type { Connection } from '../chain/connection'
import { type Bytes, hex } from '../format'
import {
	type CouncilMotion,
	closeMotion,
	isDecided,
	openMotions,
	propose,
	voteOn,
} from '../records/council'
import { useAuthority, usePortal } from './context'
import { useDone, useLoad } from './load'
import { Busy, Button, Card, Code, Dialog, Problems, Title, useWork } from './parts'
import { problem } from './problem'
import { Propose } from './propose'
import { NotYet } from './records'
import { has, moment, t } from './text'

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
	const { value, error } = useLoad(async () => {
		const motions = await openMotions(connection)
		const [authorities, collators, upgrade] = await connection.read((codecs) => [
			codecs.view('GovernanceApi.authorities'),
			codecs.view('GovernanceApi.collators'),
			codecs.view('GovernanceApi.announced_upgrade'),
		])
		return { motions, authorities, collators, upgrade }
	}, [connection, done])
	if (value === null) {
		return error === null ? <Busy title={t('working')} /> : <Problems texts={[error]} />
	}
	const { motions, authorities, collators, upgrade } = value
	return (
		<>
			<Problems texts={[error]} />
			<Card title={t('council-motions')}>
				{motions.length === 0 && <p>{t('council-nothing')}</p>}
				<ul className="rows">
					{motions.map((motion) => (
						<Motion
							key={motion.hash}
							motion={motion}
							account={account}
							authorities={authorities.length}
							mayVote={mayVote}
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
		</>
	)
}

function Motion({
	motion,
	account,
	authorities,
	mayVote,
}: {
	motion: CouncilMotion
	account: string
	authorities: number
	mayVote: boolean
}) {
	const { activity } = usePortal()
	const { busy, error, run } = useWork(problem)
	const { index, threshold, ayes, nays, call, adds } = motion
	const mine = ayes.includes(account) ? 'yes' : nays.includes(account) ? 'no' : 'none'
	return (
		<li>
			<strong>{t('council-motion', { number: index, what: callText(call) })}</strong>
			{adds.map(({ account, fingerprint }) => (
				<Addition key={account} account={account} fingerprint={fingerprint} />
			))}
			<Details call={call} />
			<span role="status">
				{t('council-votes', { ayes: ayes.length, nays: nays.length, threshold })}{' '}
				{mayVote && t(`council-mine-${mine}`)}
			</span>
			<Problems texts={[error]} />
			<div className="actions">
				{mayVote && mine !== 'yes' && (
					<Button
						isDisabled={busy}
						onPress={() => void run(() => voteOn(activity, motion, true))}
					>
						{t('council-yes', { number: index })}
					</Button>
				)}
				{mayVote && mine !== 'no' && (
					<Button
						kind="danger"
						isDisabled={busy}
						onPress={() => void run(() => voteOn(activity, motion, false))}
					>
						{t('council-no', { number: index })}
					</Button>
				)}
				{mayVote && isDecided(motion, authorities) && (
					<Button
						kind="main"
						isDisabled={busy}
						onPress={() => void run(() => closeMotion(activity, motion))}
					>
						{t('council-close', { number: index })}
					</Button>
				)}
			</div>
		</li>
	)
}

/** What a motion does, in words where there are some. */
function callText({ type, value }: ProposedCall): string {
	const id = `call-${type}-${value.type.replaceAll('_', '-')}`
	return has(id) ? t(id) : `${type}.${value.type}`
}

/** What those who vote compare with what the new authority's operator tells them. */
function Addition({ account, fingerprint }: { account: string; fingerprint: string }) {
	return (
		<>
			<Code text={account} label={t('council-adds')} />
			<Code text={fingerprint} label={t('council-adds-keys')} />
			<p className="hint">{t('council-adds-hint')}</p>
		</>
	)
}

/** All that a call carries, as it is signed. */
function Details({ call }: { call: ProposedCall }) {
	const text = JSON.stringify(call.value.value, (_, value: unknown) =>
		typeof value === 'bigint'
			? String(value)
			: value instanceof Uint8Array
				? `0x${hex(value as Bytes)}`
				: value,
	)
	return text === undefined ? null : <Code text={text} label={t('council-details')} />
}

function Authority({
	authority,
	isMe,
	makesBlocks,
	authorities,
	mayVote,
}: {
	authority: string
	isMe: boolean
	makesBlocks: boolean
	authorities: number
	mayVote: boolean
}) {
	const { activity } = usePortal()
	const [asks, setAsks] = useState(false)
	const { busy, error, run } = useWork(problem)
	return (
		<li>
			<Code text={authority} label={t('account-of')} />
			<span className="hint">
				{isMe ? `${t('council-you')} ` : ''}
				{t(makesBlocks ? 'council-blocks' : 'council-no-blocks')}
			</span>
			<Problems texts={[error]} />
			{mayVote && !isMe && (
				<div className="actions">
					<Button kind="danger" isDisabled={busy} onPress={() => setAsks(true)}>
						{t('council-remove')}
					</Button>
				</div>
			)}
			{asks && (
				<Dialog
					title={t('council-remove-sure')}
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
								{t('council-propose')}
							</Button>
							<Button kind="quiet" autoFocus onPress={() => setAsks(false)}>
								{t('cancel')}
							</Button>
						</>
					}
				>
					<Code text={authority} label={t('account-of')} />
					<p>{t('council-remove-text')}</p>
				</Dialog>
			)}
		</li>
	)
}
