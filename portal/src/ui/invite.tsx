import { useState } from 'react'
import { Form } from 'react-aria-components'
import { gatewaysOf } from '../chain/file'
import { linkOf } from '../chain/link'
import { accountText, parseAccount } from '../format'
import { type Open, go, useDraft, useHome, useHomeView, useNetworks, usePortal } from './context'
import { useLoad } from './load'
import { Button, Card, Code, Field, Note, Qr, Submit, Title, useWork } from './parts'
import { problem } from './problem'
import { NotYet } from './records'
import { Scan } from './scan'
import { t } from './text'

/** Invites somebody: the link for them, and then their account. */
export function Invite({ view }: { view: Open }) {
	const home = useHomeView()
	const { isAuthority } = useHome()
	return (
		<>
			<Title>{t('invite-title')}</Title>
			<p className="lead">{t('invite-text')}</p>
			{home.kind === 'provider' || isAuthority ? (
				<>
					<LinkCard />
					<AccountCard view={view} />
				</>
			) : (
				<NotYet />
			)}
		</>
	)
}

/** The link that leads to this network, for a phone to scan. */
function LinkCard() {
	const networks = useNetworks()
	const { connection } = useHome()
	const { value: link, error } = useLoad(async () => {
		if (connection === null) return null
		const { network, chain } = connection
		const looked = await networks.open(network.name)
		const [gateway] = gatewaysOf(chain)
		if (looked === null || gateway === undefined) return null
		const fingerprint = looked.fingerprint.replaceAll(' ', '')
		const page = linkOf({ network: network.name, fingerprint, gateway })
		return `${network.portal ?? location.origin}/#/${page}`
	}, [connection, networks])
	return (
		<Card title={t('invite-link')}>
			<p>{t('invite-link-text')}</p>
			{error && (
				<Note kind="bad">
					<p>{error}</p>
				</Note>
			)}
			{link !== null && (
				<>
					<Qr text={link} />
					<Code text={link} label={t('invite-link')} />
				</>
			)}
		</Card>
	)
}

function AccountCard({ view }: { view: Open }) {
	const { connection, isAuthority } = useHome()
	const treats = useHomeView().kind === 'provider'
	const { activity } = usePortal()
	const [text, setText] = useDraft('invite-account', '')
	const [tried, setTried] = useState(false)
	const [scanning, setScanning] = useState(false)
	const [done, setDone] = useState(false)
	const { busy, error, run } = useWork(problem)
	const own = accountText(view.profile.account)
	const { value: left } = useLoad(async () => {
		if (connection === null) return null
		const [count] = await connection.read((codecs) => [
			codecs.view('RegistryApi.invitations_left', own),
		])
		return count
	}, [connection, own, done])
	const account = readAccount(text)
	const invite = () => {
		setTried(true)
		setDone(false)
		if (account === null) return
		void run(async () => {
			await activity.send({ kind: 'invite', account }, (codecs) => [
				codecs.call('Registry.invite', { account }),
			])
			setDone(true)
			setText('')
			setTried(false)
		})
	}
	return (
		<Card title={t('invite-account')}>
			<p>{t('invite-account-text')}</p>
			{done && (
				<Note kind="good">
					<p>{t(treats ? 'invite-done' : 'invite-done-text')}</p>
					{isAuthority && <p>{t('invite-done-provider')}</p>}
					{treats && (
						<div className="actions">
							<Button onPress={() => go('write')}>{t('write-title')}</Button>
						</div>
					)}
				</Note>
			)}
			{error && (
				<Note kind="bad">
					<p>{error}</p>
				</Note>
			)}
			{scanning && (
				<Scan
					onText={(found) => {
						setScanning(false)
						setText(found)
					}}
					onClose={() => setScanning(false)}
				/>
			)}
			<Form
				onSubmit={(event) => {
					event.preventDefault()
					invite()
				}}
			>
				<Field
					label={t('invite-field')}
					hint={t('invite-field-hint')}
					value={text}
					onChange={(next) => {
						setDone(false)
						setText(next)
					}}
					autoComplete="off"
					error={tried && account === null ? t('invite-bad') : null}
				/>
				<div className="actions">
					<Submit busy={busy}>{t('invite-do')}</Submit>
					{!scanning && <Button onPress={() => setScanning(true)}>{t('scan-do')}</Button>}
				</div>
			</Form>
			{left !== null && (
				<p className="hint" role="status">
					{t('invite-left', { count: left })}
				</p>
			)}
		</Card>
	)
}

/** An account in its one form, or `null`. */
export function readAccount(given: string): string | null {
	try {
		return accountText(parseAccount(given.replaceAll(/\s/g, '')))
	} catch {
		return null
	}
}
