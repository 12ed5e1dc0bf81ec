import { useEffect, useState } from 'react'
import { Form, Label, Radio, RadioGroup } from 'react-aria-components'
import type { Looked } from '../chain/networks'
import { NotProven } from '../chain/refusal'
import { type Bytes, isName } from '../format'
import { mayShare } from '../keys/backup'
import { createPasskey, mayHavePasskeys } from '../keys/passkey'
import {
	type Open,
	go,
	useAsked,
	useDraft,
	useHome,
	useHomeView,
	useNetworks,
	useSession,
} from './context'
import { NewPassphrase, isPassphrase } from './create'
import { Export } from './export'
import { NewKey } from './newkey'
import {
	Button,
	Card,
	Code,
	Dialog,
	Field,
	FileField,
	Note,
	Submit,
	Title,
	fileBytes,
	useWork,
} from './parts'
import { problem } from './problem'
import { Gateways } from './records'
import { t } from './text'
import { Work } from './work'

const MINUTES = [2, 5, 15]

export function Settings({ view }: { view: Open }) {
	return (
		<>
			<Title>{t('settings-title')}</Title>
			<Names view={view} />
			<Passphrase />
			<Passkey view={view} />
			<Device view={view} />
			<Work />
			<NewKey view={view} />
			<Export view={view} />
			<Network view={view} />
			<Remove view={view} />
		</>
	)
}

function Names({ view }: { view: Open }) {
	const session = useSession()
	const [label, setLabel] = useDraft('label', view.member.label)
	const [saved, setSaved] = useState(false)
	const [tried, setTried] = useState(false)
	const { error, run } = useWork(problem)
	const fits = isName(label.trim(), 60)
	return (
		<Card title={t('settings-name')}>
			<Form
				onSubmit={(event) => {
					event.preventDefault()
					setTried(true)
					if (fits)
						void run(async () => {
							await session.rename(label.trim())
							session.setDraft('label', null)
							setSaved(true)
						})
				}}
			>
				<Field
					label={t('create-label')}
					hint={t('create-label-hint')}
					value={label}
					onChange={(text) => {
						setSaved(false)
						setLabel(text)
					}}
					autoComplete="off"
					error={error ?? (tried && !fits ? t('create-label-bad') : null)}
				/>
				<div className="actions">
					<Submit kind="second">{t('settings-label-save')}</Submit>
				</div>
				<p className="hint" role="status">
					{saved ? t('settings-label-saved') : ''}
				</p>
			</Form>
		</Card>
	)
}

function Passphrase() {
	const session = useSession()
	const [old, setOld] = useState('')
	const [next, setNext] = useState('')
	const [tried, setTried] = useState(false)
	const [saved, setSaved] = useState(false)
	const { busy, error, run } = useWork(problem)
	return (
		<Card title={t('settings-passphrase')}>
			<p>{t('settings-passphrase-text')}</p>
			<Form
				onSubmit={(event) => {
					event.preventDefault()
					setTried(true)
					if (old === '' || !isPassphrase(next)) return
					void run(async () => {
						await session.changePassphrase(old, next)
						setOld('')
						setNext('')
						setTried(false)
						setSaved(true)
					})
				}}
			>
				<Field
					secret
					label={t('settings-passphrase-old')}
					value={old}
					onChange={setOld}
					autoComplete="current-password"
					error={tried && old === '' ? t('need-passphrase') : null}
				/>
				<NewPassphrase
					label={t('settings-passphrase-new')}
					value={next}
					onChange={setNext}
					tried={tried}
				/>
				{error && (
					<Note kind="bad">
						<p>{error}</p>
					</Note>
				)}
				{saved && (
					<Note kind="good">
						<p>{t('settings-passphrase-saved')}</p>
					</Note>
				)}
				<div className="actions">
					<Submit kind="second" busy={busy}>
						{t('settings-passphrase-save')}
					</Submit>
					{saved && (
						<Button kind="quiet" onPress={() => go('copy')}>
							{t('need-copy-do')}
						</Button>
					)}
				</div>
			</Form>
		</Card>
	)
}

function Passkey({ view }: { view: Open }) {
	const session = useSession()
	const [passphrase, setPassphrase] = useState('')
	const [tried, setTried] = useState(false)
	const { busy, error, run } = useWork(problem)
	const has = view.member.passkey !== null
	return (
		<Card title={t('settings-passkey')}>
			<p>{t(mayHavePasskeys() ? 'settings-passkey-text' : 'settings-passkey-none')}</p>
			{has ? (
				<>
					<p role="status">{t('settings-passkey-have')}</p>
					<div className="actions">
						<Button onPress={() => void run(() => session.removePasskey())}>
							{t('settings-passkey-remove')}
						</Button>
					</div>
				</>
			) : (
				mayHavePasskeys() && (
					<Form
						onSubmit={(event) => {
							event.preventDefault()
							setTried(true)
							if (passphrase !== '')
								void run(async () => {
									await session.addPasskey(
										() => createPasskey(view.member.label),
										passphrase,
									)
									setPassphrase('')
									setTried(false)
								})
						}}
					>
						<Field
							secret
							label={t('settings-passphrase-old')}
							value={passphrase}
							onChange={setPassphrase}
							autoComplete="current-password"
							error={
								error ?? (tried && passphrase === '' ? t('need-passphrase') : null)
							}
						/>
						<div className="actions">
							<Submit kind="second" busy={busy}>
								{t('settings-passkey-add')}
							</Submit>
						</div>
					</Form>
				)
			)}
		</Card>
	)
}

function Device({ view }: { view: Open }) {
	const session = useSession()
	return (
		<Card title={t('settings-device')}>
			<p>{t(view.persistent ? 'settings-persistent' : 'settings-not-persistent')}</p>
			<RadioGroup
				className="radios"
				value={String(session.lockAfter / 60_000)}
				onChange={(minutes) => void session.setLockAfter(Number(minutes) * 60_000)}
			>
				<Label>{t('settings-lock-after')}</Label>
				{MINUTES.map((minutes) => (
					<Radio key={minutes} value={String(minutes)} className="radio">
						<span className="dot" aria-hidden="true" />
						{t('settings-minutes', { minutes })}
					</Radio>
				))}
			</RadioGroup>
			<p className="hint with-mouse">{t('settings-lock-key')}</p>
		</Card>
	)
}

function Network({ view }: { view: Open }) {
	const networks = useNetworks()
	const home = useHome()
	const { kind } = useHomeView()
	const asked = useAsked()
	const [looked, setLooked] = useState<Looked | null>(null)
	const [anew, setAnew] = useState<Looked | null>(null)
	const { error, run } = useWork(problem)
	const name = view.member.home?.network
	useEffect(
		() =>
			void run(async () => setLooked(name === undefined ? null : await networks.open(name))),
		[name, networks],
	)
	const update = (read: Bytes | Promise<Bytes>, confirmed: boolean) =>
		run(async () => {
			if (name === undefined) return
			const file = await read
			try {
				setLooked(await networks.update(name, file, confirmed))
			} catch (error) {
				if (!(error instanceof NotProven) || error.why !== 'confirm') throw error
				return setAnew(await networks.lookAnew(name, file))
			}
			await home.renew()
		})
	return (
		<Card title={t('settings-network')}>
			{looked === null || kind === 'none' ? (
				<p>{t('records-none-text')}</p>
			) : (
				<>
					<p>
						{t('settings-network-is', {
							network: looked.network.name,
							serial: looked.network.serial,
							until: new Date(looked.network.valid_until),
						})}
					</p>
					{looked.network.valid_until < Date.now() && (
						<Note kind="warn">
							<p>{t('settings-network-ended')}</p>
						</Note>
					)}
					<Code kind="print" text={looked.fingerprint} label={t('join-fingerprint')} />
					<h3>{t('settings-gateways')}</h3>
					<p className="hint">{t('settings-gateways-text')}</p>
					<Gateways asked={asked} />
					<FileField
						label={t('settings-network-file')}
						hint={t('settings-network-file-hint')}
						file={null}
						error={error}
						onChange={(file) => void update(fileBytes(file), false)}
					/>
				</>
			)}
			{anew !== null && (
				<Dialog
					title={t('settings-anew')}
					onClose={() => setAnew(null)}
					actions={
						<>
							<Button
								kind="danger"
								onPress={() => {
									setAnew(null)
									void update(anew.file, true)
								}}
							>
								{t('join-same')}
							</Button>
							<Button kind="quiet" onPress={() => setAnew(null)}>
								{t('cancel')}
							</Button>
						</>
					}
				>
					<p>{t('settings-anew-text')}</p>
					<Code kind="print" text={anew.fingerprint} label={t('join-fingerprint')} />
				</Dialog>
			)}
		</Card>
	)
}

function Remove({ view }: { view: Open }) {
	const session = useSession()
	const [asks, setAsks] = useState(false)
	const may = mayShare(view.member.backup)
	return (
		<Card title={t('settings-remove')}>
			<p>{t(may ? 'settings-remove-text' : 'settings-remove-need-copy')}</p>
			<div className="actions">
				{may ? (
					<Button kind="danger" onPress={() => setAsks(true)}>
						{t('settings-remove')}
					</Button>
				) : (
					<Button onPress={() => go('copy')}>{t('need-copy-do')}</Button>
				)}
			</div>
			{asks && (
				<Dialog
					title={t('settings-remove-sure')}
					onClose={() => setAsks(false)}
					actions={
						<>
							<Button kind="danger" onPress={() => void session.remove()}>
								{t('settings-remove-do')}
							</Button>
							<Button kind="quiet" onPress={() => setAsks(false)}>
								{t('cancel')}
							</Button>
						</>
					}
				>
					<p>{t('settings-remove-text')}</p>
				</Dialog>
			)}
		</Card>
	)
}
