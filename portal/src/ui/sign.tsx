import { useState } from 'react'
import {
	type SignedNetwork,
	networkMessage,
	parseNetwork,
	withSignature,
} from '../chain/networkfile'
import { parseAccount, unhex, verify } from '../format'
import { useAuthority, useSession } from './context'
import { Button, Card, Code, FileField, Note, Title, save, useWork } from './parts'
import { problem } from './problem'
import { NotYet } from './records'
import { moment, t } from './text'

/** The largest file, in bytes: as the verifier has it. */
const MOST = 256 << 10

/** Signs a network file, after an authority has looked at all of it. */
export function Sign() {
	const at = useAuthority()
	return (
		<>
			<Title>{t('sign-title')}</Title>
			<p className="lead">{t('sign-text')}</p>
			{at === null ? <NotYet /> : <Content account={at.account} />}
		</>
	)
}

interface Looked {
	file: SignedNetwork
	print: string
	message: string
	/** Those whose signature is right. */
	signed: string[]
}

async function look(chosen: File): Promise<Looked> {
	const file = parseNetwork(await chosen.slice(0, MOST).text())
	const { print, message } = await networkMessage(file.network)
	const signed = file.signatures
		.filter(({ account, signature }) =>
			verify(parseAccount(account), message, unhex(signature.slice(2))),
		)
		.map(({ account }) => account)
	return { file, print, message, signed }
}

function Content({ account }: { account: string }) {
	const session = useSession()
	const [chosen, setChosen] = useState<File | null>(null)
	const [looked, setLooked] = useState<Looked | null>(null)
	const [saved, setSaved] = useState(false)
	const { busy, error, run } = useWork(problem)
	const sign = () =>
		run(async () => {
			if (looked === null) return
			const { file, message } = looked
			const signature = await session.vault().sign(message)
			const { name, serial } = file.network
			save(`${name}-${serial}.json`, withSignature(file, account, signature))
			setSaved(true)
		})
	const maySign = looked?.file.network.signers.accounts.includes(account)
	return (
		<>
			<Card title={t('sign-choose')}>
				<FileField
					label={t('join-file')}
					file={chosen}
					error={error}
					onChange={(file) => {
						setSaved(false)
						setChosen(file)
						setLooked(null)
						void run(async () => setLooked(await look(file)))
					}}
				/>
			</Card>
			{looked !== null && (
				<>
					<About looked={looked} />
					{!maySign && (
						<Note kind="info">
							<p>{t('sign-not-listed')}</p>
						</Note>
					)}
					{saved && (
						<Note kind="good">
							<p>{t('sign-done')}</p>
						</Note>
					)}
					<div className="actions">
						<Button kind="main" isDisabled={busy} onPress={() => void sign()}>
							{t(busy ? 'working' : 'sign-do')}
						</Button>
					</div>
				</>
			)}
		</>
	)
}

/** All that is signed. */
function About({ looked }: { looked: Looked }) {
	const { file, print, signed } = looked
	const { network } = file
	const { relay, signers } = network
	return (
		<Card title={t('sign-file', { name: network.name, serial: network.serial })}>
			<p>{t('sign-compare')}</p>
			<Code kind="print" text={print} label={t('join-fingerprint')} />
			<p>{t('sign-until', { until: moment(network.valid_until) })}</p>
			{network.reset > 0 && <p>{t('sign-reset', { count: network.reset })}</p>}
			<p>{network.portal === null ? t('sign-no-portal') : network.portal}</p>
			{relay === null ? (
				<p>{t('sign-no-relay')}</p>
			) : (
				<>
					<h3>{t('sign-relay', { slot: relay.slot_duration })}</h3>
					<p className="hint">{t('sign-genesis')}</p>
					<Code text={relay.genesis} label={t('sign-genesis')} />
					<p className="hint">{t('sign-checkpoint')}</p>
					<Code text={relay.checkpoint} label={t('sign-checkpoint')} />
				</>
			)}
			{network.chains.map((chain) => (
				<section key={`${chain.kind} ${chain.para}`} className="part">
					<h3>
						{t(`sign-${chain.kind}`, { para: String(chain.para) })}
						{chain.development ? ` · ${t('sign-development')}` : ''}
					</h3>
					<p className="hint">{t('sign-slot', { slot: chain.slot_duration })}</p>
					<p className="hint">{t('sign-genesis')}</p>
					<Code text={chain.genesis} label={t('sign-genesis')} />
					<ul className="rows">
						{chain.endpoints.map(({ kind, url, authority }) => (
							<li key={`${kind} ${url}`}>
								<strong>{url}</strong>
								<span>{t(`sign-endpoint-${kind}`)}</span>
								<span className="hint account">{authority}</span>
							</li>
						))}
					</ul>
				</section>
			))}
			<h3>
				{t('sign-signers', {
					threshold: signers.threshold,
					count: signers.accounts.length,
				})}
			</h3>
			<ul className="rows">
				{signers.accounts.map((account) => (
					<li key={account}>
						<span className="account">{account}</span>
						<span className="hint">
							{t(signed.includes(account) ? 'sign-has' : 'sign-has-not')}
						</span>
					</li>
				))}
			</ul>
		</Card>
	)
}
