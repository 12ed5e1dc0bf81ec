import { type ReactNode, useEffect, useState } from 'react'
import { Form, Label, Radio, RadioGroup } from 'react-aria-components'
import { mayShare } from '../keys/backup'
import type { Grant, Purpose } from '../records/grants'
import {
	type Found,
	type Provider,
	type ProviderKey,
	findProviders,
	isFingerprint,
	keyOf,
	otherRegions,
	rememberKey,
} from '../records/providers'
import { type ShareStep, share, writerOf } from '../records/sharing'
import { type Open, go, useChosen, useDraft, usePatient, usePortal, useSession } from './context'
import { useNames } from './names'
import { Busy, Button, Card, Code, Field, Note, Submit, Title, useWork } from './parts'
import { problem } from './problem'
import { Progress } from './progress'
import { termsText } from './readers'
import { NotYet } from './records'
import { standingText } from './record'
import { Scan } from './scan'
import { lastDay, t, unbroken } from './text'

const PURPOSES: Purpose[] = [
	'Treatment',
	'EmergencyTreatment',
	'PatientRequest',
	'FamilyRequest',
	'Payment',
	'Operations',
	'Research',
	'PublicHealth',
]
/** How long a share lasts, in days; `null`: until it is stopped. */
const ENDS = [7, 30, 90, 365, null]
/** What for, and until when. */
type ShareTerms = Pick<Grant, 'purpose' | 'expiresAt'>
const DAY = 24 * 3_600_000

/** Shares records: with whom, are they who they say, what for and how long, and then at once. */
export function Share({ view }: { view: Open }) {
	const { records } = useChosen()
	const at = usePatient()
	const [provider, setProvider] = useState<Provider | null>(null)
	const [key, setKey] = useState<ProviderKey | null>(null)
	const [terms, setTerms] = useState<ShareTerms | null>(null)
	const [left, setLeft] = useState<bigint[]>([])
	const step = terms !== null ? 4 : key !== null ? 3 : provider !== null ? 2 : 1
	if (at === null || records.length === 0) {
		return (
			<>
				<Title>{t('share-title')}</Title>
				{at === null ? <NotYet /> : <p>{t('share-choose')}</p>}
				<ToRecords />
			</>
		)
	}
	return (
		<>
			<Title
				key={step}
				above={step < 4 ? t('step', { step, steps: 3 }) : undefined}
				tab={t('share-title')}
			>
				{t(`share-title-${step}`, { name: unbroken(provider?.name ?? '') })}
			</Title>
			<What records={records.filter((id) => !left.includes(id))} />
			{step === 3 && <p>{t('share-with', { name: unbroken(provider?.name ?? '') })}</p>}
			{step === 1 && <Find {...at} records={records} onFound={setProvider} />}
			{step === 2 && provider !== null && (
				<Compare
					{...at}
					provider={provider}
					onSame={setKey}
					onBack={() => setProvider(null)}
				/>
			)}
			{step === 3 && provider !== null && key !== null && (
				<Terms
					{...at}
					records={records}
					provider={provider}
					providerKey={key}
					may={mayShare(view.member.backup)}
					onBack={() => setKey(null)}
					onDone={(written, terms) => {
						setLeft(written)
						setTerms(terms)
					}}
				/>
			)}
			{step === 4 && provider !== null && left.length > 0 && (
				<Note kind="info" title={t('share-left', { name: provider.name })}>
					<Names records={left} />
				</Note>
			)}
			{step === 4 && provider !== null && terms !== null && (
				<Note kind="good">
					<p>{termsText(terms)}</p>
					<p>
						{t(provider.region === null ? 'share-done' : 'share-done-region', {
							name: provider.name,
						})}
					</p>
					<div className="actions">
						<Button onPress={() => go('readers')}>{t('readers-title')}</Button>
					</div>
				</Note>
			)}
			<ToRecords />
		</>
	)
}

const ToRecords = () => (
	<div className="actions">
		<Button kind="quiet" onPress={() => go('records')}>
			{t('record-back')}
		</Button>
	</div>
)

const What = ({ records }: { records: bigint[] }) => (
	<p className="lead">
		{t('share-what', { count: records.length })} <Names records={records} />
	</p>
)

function Names({ records }: { records: bigint[] }) {
	const names = useNames(records)
	return records
		.map((id) => names.get(id) ?? t('record-number', { number: String(id) }))
		.join(', ')
}

type At = NonNullable<ReturnType<typeof usePatient>>

/** Finds a provider by number or name, here or in another region. */
function Find({
	connection,
	records,
	onFound,
}: At & { records: bigint[]; onFound(provider: Provider): void }) {
	const [asked, setAsked] = useDraft('share-provider', '')
	const [regions, setRegions] = useState<number[]>([])
	const [region, setRegion] = useState('')
	const [found, setFound] = useState<Found | null>(null)
	/** Who can read all of it anyway. */
	const [writer, setWriter] = useState<number | null>(null)
	const { busy, error, setError, run } = useWork(problem)
	useEffect(() => {
		let here = true
		otherRegions(connection).then(
			(all) => here && setRegions(all),
			// Without the consortium, this region still works.
			() => {},
		)
		return () => {
			here = false
		}
	}, [connection])
	const find = () => {
		if (asked.trim().length < 2) return setError(t('find-empty'))
		return run(async () => {
			const where = region === '' ? null : Number(region)
			setWriter(where === null ? await writerOf(connection, records) : null)
			setFound(await findProviders(connection, asked, where))
		})
	}
	return (
		<>
			<Form
				onSubmit={(event) => {
					event.preventDefault()
					void find()
				}}
			>
				<Field
					label={t('find-who')}
					hint={t('find-who-hint')}
					value={asked}
					onChange={setAsked}
					error={error}
					autoComplete="off"
				/>
				{regions.length > 0 && (
					<RadioGroup className="radios" value={region} onChange={setRegion}>
						<Label>{t('find-where')}</Label>
						<Choice value="">{t('find-here')}</Choice>
						{regions.map((one) => (
							<Choice key={one} value={String(one)}>
								{t('find-region', { region: String(one) })}
							</Choice>
						))}
					</RadioGroup>
				)}
				<div className="actions">
					<Submit busy={busy}>{t('find-do')}</Submit>
				</div>
			</Form>
			{found?.providers.length === 0 && (
				<Note kind="info" title={t('find-nobody')}>
					<p>{t('find-nobody-text')}</p>
				</Note>
			)}
			{found?.more && (
				<Note kind="info" title={t('find-more')}>
					<p>{t('find-more-text')}</p>
				</Note>
			)}
			{found !== null && found.providers.length > 0 && (
				<ul className="rows" aria-label={t('find-found')}>
					{found.providers.map((one) => (
						<li key={one.number}>
							<strong>{one.name}</strong>
							<span className="hint">
								{t('reader-number', { number: one.number })}
							</span>
							{one.region === null && one.grantee.id === writer ? (
								<span>{t('readers-wrote', { count: records.length })}</span>
							) : one.standing === 'Verified' ? (
								<div className="actions">
									<Button
										onPress={() => {
											setAsked('')
											onFound(one)
										}}
									>
										{t('find-choose', { name: unbroken(one.name) })}
									</Button>
								</div>
							) : (
								<span className="error">{standingText(one.standing)}</span>
							)}
						</li>
					))}
				</ul>
			)}
		</>
	)
}

const Choice = ({ value, children }: { value: string; children: ReactNode }) => (
	<Radio value={value} className="radio">
		<span className="dot" aria-hidden="true" />
		{children}
	</Radio>
)

/** Is this the provider's own key? By QR code, or read aloud. */
function Compare({
	connection,
	provider,
	onSame,
	onBack,
}: At & { provider: Provider; onSame(key: ProviderKey): void; onBack(): void }) {
	const { notes } = usePortal()
	const [key, setKey] = useState<ProviderKey | null>(null)
	const [scanning, setScanning] = useState(false)
	const [other, setOther] = useState(false)
	const { error, run } = useWork(problem)
	useEffect(() => {
		void run(async () => setKey(await keyOf(connection, notes, provider)))
	}, [connection, provider])
	const same = (found: ProviderKey) =>
		run(async () => {
			await rememberKey(connection, notes, provider, found)
			onSame(found)
		})
	return (
		<>
			{error && (
				<Note kind="bad">
					<p>{error}</p>
				</Note>
			)}
			{key === null && error === null && <Busy title={t('compare-loading')} />}
			{key !== null && !other && (
				<Card title={t('compare-title', { name: unbroken(provider.name) })}>
					{key.known === 'changed' && (
						<Note kind="warn" title={t('compare-changed')}>
							<p>{t('compare-changed-text')}</p>
						</Note>
					)}
					<p>{t(key.known === 'same' ? 'compare-known' : 'compare-text')}</p>
					<Code kind="print" text={key.fingerprint} label={t('me-fingerprint')} />
					{scanning && (
						<Scan
							onText={(text) => {
								setScanning(false)
								if (isFingerprint(text, key.fingerprint)) void same(key)
								else setOther(true)
							}}
							onClose={() => setScanning(false)}
						/>
					)}
					<div className="actions">
						<Button kind="main" onPress={() => void same(key)}>
							{t(key.known === 'same' ? 'next' : 'join-same')}
						</Button>
						{!scanning && (
							<Button onPress={() => setScanning(true)}>{t('scan-do')}</Button>
						)}
						<Button onPress={() => setOther(true)}>{t('join-different')}</Button>
					</div>
				</Card>
			)}
			{other && (
				<Note kind="bad" title={t('compare-other')}>
					<p>{t('compare-other-text')}</p>
				</Note>
			)}
			<div className="actions">
				<Button kind="quiet" onPress={onBack}>
					{t('back')}
				</Button>
			</div>
		</>
	)
}

/** What for, and for how long; then it is sent. */
function Terms({
	connection,
	patient,
	records,
	provider,
	providerKey,
	may,
	onBack,
	onDone,
}: At & {
	records: bigint[]
	provider: Provider
	providerKey: ProviderKey
	/** Whether there is a safe copy of the person's key. */
	may: boolean
	onBack(): void
	/** Hears which records were left out, as their reader wrote them. */
	onDone(written: bigint[], terms: ShareTerms): void
}) {
	const session = useSession()
	const { documents, activity } = usePortal()
	const [purpose, setPurpose] = useState<Purpose>('Treatment')
	const [days, setDays] = useState('90')
	const [step, setStep] = useState<ShareStep | null>(null)
	const { busy, error, run } = useWork(problem)
	const ends = (text: string) =>
		text === '' ? null : Math.ceil((Date.now() + Number(text) * DAY) / DAY) * DAY
	const send = () =>
		run(async () => {
			const vault = session.vault()
			const sharing = { connection, patient, vault, documents, activity }
			const terms = { purpose, expiresAt: ends(days) }
			try {
				onDone(await share(sharing, records, provider, providerKey, terms, setStep), terms)
			} finally {
				setStep(null)
			}
		})
	return (
		<Form
			onSubmit={(event) => {
				event.preventDefault()
				if (may) void send()
			}}
		>
			<RadioGroup
				className="radios"
				value={purpose}
				onChange={(value) => setPurpose(value as Purpose)}
			>
				<Label>{t('terms-why')}</Label>
				{PURPOSES.map((one) => (
					<Choice key={one} value={one}>
						{t(`purpose-${one}`)}
					</Choice>
				))}
			</RadioGroup>
			<RadioGroup className="radios" value={days} onChange={setDays}>
				<Label>{t('terms-long')}</Label>
				{ENDS.map((one) => (
					<Choice key={one ?? ''} value={one === null ? '' : String(one)}>
						{one === null
							? t('terms-no-end')
							: t('terms-days', {
									days: one,
									until: lastDay(ends(String(one)) ?? 0),
								})}
					</Choice>
				))}
			</RadioGroup>
			<Note kind="info" title={t('terms-know')}>
				<p>{t('terms-know-text')}</p>
			</Note>
			{!may && (
				<Note kind="warn">
					<p>{t('need-copy-text')}</p>
				</Note>
			)}
			{error && (
				<Note kind="bad">
					<p>{error}</p>
				</Note>
			)}
			{step?.step.kind === 'getting' && (
				<Progress
					title={t('share-getting', { number: step.number, of: step.of })}
					far={step.step.far}
				/>
			)}
			{step?.step.kind === 'checking' && <Busy title={t('document-checking')} />}
			<div className="actions">
				<Submit busy={busy}>{t('share-send')}</Submit>
				<Button kind="quiet" isDisabled={busy} onPress={onBack}>
					{t('back')}
				</Button>
			</div>
			{busy && step === null && <p className="hint">{t('share-leave')}</p>}
		</Form>
	)
}
