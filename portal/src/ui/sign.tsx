import { useState } from 'react'
import {
	type SignedNetwork,
	changedAddresses,
	networkMessage,
	parseNetwork,
	withSignature,
} from '../chain/networkfile'
import type { NetworkFile } from '../chain/file'
import type { Networks } from '../chain/networks'
import { parseAccount, unhex, verify } from '../format'
import { shortAccount } from './authorities'
import { useAuthority, useNetworks, useSession } from './context'
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
	/** The file that this device has of the network; `null`: it has none. */
	own: NetworkFile | null
}

async function look(networks: Networks, chosen: File): Promise<Looked> {
	const file = parseNetwork(await chosen.slice(0, MOST).text())
	const { print, message } = await networkMessage(file.network)
	const signed = file.signatures
		.filter(({ account, signature }) =>
			verify(parseAccount(account), message, unhex(signature.slice(2))),
		)
		.map(({ account }) => account)
	const own = await networks.open(file.network.name)
	return { file, print, message, signed, own: own?.network ?? null }
}

function Content({ account }: { account: string }) {
	const session = useSession()
	const networks = useNetworks()
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
	const signers = looked?.file.network.signers
	const maySign = signers?.accounts.includes(account)
	const hasSigned = looked?.signed.includes(account) === true
	const isEnough =
		looked !== null &&
		looked.signed.filter((one) => signers?.accounts.includes(one)).length >=
			looked.file.network.signers.threshold
	return (
		<>
			<Card title={t('sign-choose')}>
				<FileField
					label={t('join-file')}
					hint={t('sign-choose-hint')}
					file={chosen}
					error={error}
					onChange={(file) => {
						setSaved(false)
						setChosen(file)
						setLooked(null)
						void run(async () => setLooked(await look(networks, file)))
					}}
				/>
			</Card>
			{looked !== null && (
				<>
					<About looked={looked} me={account} />
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
					{isEnough && (
						<Note kind="info">
							<p>{t('sign-enough')}</p>
						</Note>
					)}
					{hasSigned && !isEnough && (
						<Note kind="info">
							<p>{t('sign-mine')}</p>
						</Note>
					)}
					{!hasSigned && (
						<div className="actions">
							<Button kind="main" isDisabled={busy} onPress={() => void sign()}>
								{t(busy ? 'working' : 'sign-do')}
							</Button>
						</div>
					)}
				</>
			)}
		</>
	)
}

/** What is new beside the file that this device has. */
function Changes({ own, network }: { own: NetworkFile; network: NetworkFile }) {
	const { added, dropped } = changedAddresses(own, network)
	const isSame = added.length + dropped.length === 0
	return (
		<>
			<p>
				{t('sign-now', { serial: own.serial })} {isSame && t('sign-same')}
			</p>
			{added.length > 0 && <p>{t('sign-added', { what: added.join(', ') })}</p>}
			{dropped.length > 0 && <p>{t('sign-dropped', { what: dropped.join(', ') })}</p>}
		</>
	)
}

/** All that is signed. */
function About({ looked, me }: { looked: Looked; me: string }) {
	const { file, print, signed, own } = looked
	const { network } = file
	const { relay, signers } = network
	return (
		<Card title={t('sign-file', { name: network.name, serial: network.serial })}>
			{own === null ? <p>{t('sign-none')}</p> : <Changes own={own} network={network} />}
			<p>{t('sign-compare')}</p>
			<Code kind="print" text={print} label={t('join-fingerprint')} />
			<p>{t('sign-until', { until: moment(network.valid_until) })}</p>
			{network.reset > 0 && <p>{t('sign-reset', { count: network.reset })}</p>}
			<p>{network.portal === null ? t('sign-no-portal') : network.portal}</p>
			{relay === null ? (
				<p>{t('sign-no-relay')}</p>
			) : (
				<>
					<h3>{t('sign-relay', { seconds: relay.slot_duration / 1000 })}</h3>
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
					<p className="hint">
						{t('sign-slot', { seconds: chain.slot_duration / 1000 })}
					</p>
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
						<strong>{shortAccount(account)}</strong>
						<span className="hint account">{account}</span>
						<span className="hint">
							{account === me ? `${t('council-you')} ` : ''}
							{t(signed.includes(account) ? 'sign-has' : 'sign-has-not')}
						</span>
					</li>
				))}
			</ul>
		</Card>
	)
}
