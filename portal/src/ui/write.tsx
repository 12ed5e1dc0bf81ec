import { useEffect, useState } from 'react'
import { Form } from 'react-aria-components'
import { isName } from '../format'
import { mayShare } from '../keys/backup'
import {
	type PatientFound,
	findPatient,
	namePatient,
	patientNames,
	rememberPatient,
} from '../records/patients'
import { readRecord } from '../records/record'
import { Adder } from './add'
import { type Open, go, useChosen, useDraft, usePortal, useProvider } from './context'
import { Busy, Button, Card, Code, Field, Note, Submit, Title, useWork } from './parts'
import { problem } from './problem'
import { NotYet } from './records'
import { Scan } from './scan'
import { t } from './text'

type At = NonNullable<ReturnType<typeof useProvider>>

/** The draft of whom somebody looks for. */
const PATIENT = 'write-patient'

/** Adds a record about a patient: who is it, and then the files. */
export function Write({ view }: { view: Open }) {
	const at = useProvider()
	const { records } = useChosen()
	const [amends = null] = records
	return (
		<>
			<Title>{t(amends === null ? 'write-title' : 'add-correct')}</Title>
			{at === null ? (
				<NotYet />
			) : (
				<Content
					key={`${at.provider} ${amends}`}
					at={at}
					amends={amends}
					may={mayShare(view.member.backup)}
				/>
			)}
			<div className="actions">
				<Button kind="quiet" onPress={() => go('records')}>
					{t('write-back')}
				</Button>
			</div>
		</>
	)
}

function Content({ at, amends, may }: { at: At; amends: bigint | null; may: boolean }) {
	const { notes, session } = usePortal()
	const [patient, setPatient] = useState<PatientFound | null>(null)
	const [sure, setSure] = useState(false)
	const [missing, setMissing] = useState(false)
	const { busy, error, run } = useWork(problem)
	const { connection, provider } = at
	const take = async (found: PatientFound | null) => {
		setMissing(found === null)
		setPatient(found)
		setSure(false)
		if (found !== null) session.setDraft(PATIENT, null)
		if (found === null || found.known === 'changed') return
		await rememberPatient(connection, notes, found)
		setSure(true)
	}
	useEffect(() => {
		if (amends === null) return
		// Of the record that it corrects, the patient is known.
		void run(async () => {
			const { shown } = await readRecord(connection, provider, amends)
			await take(await findPatient(connection, notes, shown.patient))
		})
	}, [connection, provider, amends])
	return (
		<>
			<p className="lead">{t(amends === null ? 'write-text' : 'add-correct-text')}</p>
			{error && (
				<Note kind="bad">
					<p>{error}</p>
				</Note>
			)}
			{missing && (
				<Note kind="info" title={t('write-nobody')}>
					<p>{t('write-nobody-text')}</p>
				</Note>
			)}
			{patient === null && amends === null && (
				<Find
					busy={busy}
					onFind={(text) =>
						void run(async () => {
							setMissing(false)
							await take(await findPatient(connection, notes, text))
						})
					}
				/>
			)}
			{patient === null && amends !== null && error === null && (
				<Busy title={t('write-looking')} />
			)}
			{patient !== null && !sure && (
				<Changed
					patient={patient}
					onSame={() =>
						void run(async () => {
							await rememberPatient(connection, notes, patient)
							setSure(true)
						})
					}
					onOther={() => setPatient(null)}
				/>
			)}
			{patient !== null && sure && (
				<>
					<Who
						key={patient.id}
						id={patient.id}
						onOther={amends === null ? () => setPatient(null) : null}
					/>
					<Adder
						connection={connection}
						subject={{ patient: patient.id, provider, patientKey: patient.key }}
						amends={amends}
						may={may}
					/>
				</>
			)}
		</>
	)
}

/** Finds the patient: by the code that the patient shows, by number, or among those of before. */
function Find({ busy, onFind }: { busy: boolean; onFind(text: string): void }) {
	const { notes } = usePortal()
	const [text, setText] = useDraft(PATIENT, '')
	const [scanning, setScanning] = useState(false)
	const [before, setBefore] = useState<[string, string][]>([])
	useEffect(() => {
		let here = true
		void patientNames(notes).then(
			(names) => here && setBefore(Object.entries(names)),
			() => {},
		)
		return () => {
			here = false
		}
	}, [notes])
	return (
		<>
			{scanning && (
				<Scan
					onText={(found) => {
						setScanning(false)
						onFind(found)
					}}
					onClose={() => setScanning(false)}
				/>
			)}
			<Form
				onSubmit={(event) => {
					event.preventDefault()
					onFind(text)
				}}
			>
				<Field
					label={t('write-patient')}
					hint={t('write-patient-hint')}
					value={text}
					onChange={setText}
					autoComplete="off"
				/>
				<div className="actions">
					<Submit busy={busy}>{t('find-do')}</Submit>
					{!scanning && <Button onPress={() => setScanning(true)}>{t('scan-do')}</Button>}
				</div>
			</Form>
			{before.length > 0 && (
				<Card title={t('write-before')}>
					<ul className="rows">
						{before.map(([id, name]) => (
							<li key={id}>
								<Button kind="quiet" isDisabled={busy} onPress={() => onFind(id)}>
									{name}
								</Button>
								<span className="hint">{shortId(id)}</span>
							</li>
						))}
					</ul>
				</Card>
			)}
		</>
	)
}

/** The first digits of a patient's number: enough to tell patients apart on a list. */
export const shortId = (id: string): string => `${id.slice(2, 6)} ${id.slice(6, 10)} …`

/** The patient has another key than before. */
function Changed({
	patient,
	onSame,
	onOther,
}: {
	patient: PatientFound
	onSame(): void
	onOther(): void
}) {
	return (
		<Card title={t('write-changed')}>
			<p>{t('write-changed-text')}</p>
			<Code kind="print" text={patient.fingerprint} label={t('me-fingerprint')} />
			<div className="actions">
				<Button kind="main" onPress={onSame}>
					{t('join-same')}
				</Button>
				<Button onPress={onOther}>{t('join-different')}</Button>
			</div>
		</Card>
	)
}

/** Whose record it will be, and what this provider calls them. */
function Who({ id, onOther }: { id: string; onOther: (() => void) | null }) {
	const { notes, session } = usePortal()
	const [saved, setSaved] = useState<string | null>(null)
	const field = `write-call ${id}`
	const [name, setName] = useDraft(field, saved ?? '')
	const [isNew, setIsNew] = useState(false)
	const { error, run } = useWork(problem)
	useEffect(() => {
		void run(async () => {
			setSaved((await patientNames(notes))[id] ?? null)
		})
	}, [id, notes])
	const fits = isName(name.trim(), 60)
	return (
		<Card title={saved === null ? t('write-for-new') : t('write-for', { name: saved })}>
			<Code kind="id" text={id.slice(2)} label={t('write-patient-number')} />
			<Form
				onSubmit={(event) => {
					event.preventDefault()
					if (!fits) return
					void run(async () => {
						await namePatient(notes, id, name.trim())
						session.setDraft(field, null)
						setSaved(name.trim())
						setIsNew(true)
					})
				}}
			>
				<Field
					label={t('write-call')}
					hint={t('write-call-hint')}
					value={name}
					onChange={setName}
					autoComplete="off"
					error={error}
				/>
				<div className="actions">
					<Submit kind="second">{t('settings-label-save')}</Submit>
					{onOther !== null && (
						<Button kind="quiet" onPress={onOther}>
							{t('write-other')}
						</Button>
					)}
				</div>
				<p className="hint" role="status">
					{isNew && saved === name.trim() ? t('settings-label-saved') : ''}
				</p>
			</Form>
		</Card>
	)
}
