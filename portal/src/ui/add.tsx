import { type DragEvent, useEffect, useRef, useState } from 'react'
import { FileTrigger, Form } from 'react-aria-components'
import type { Connection } from '../chain/connection'
import { isName } from '../format'
import { mayShare } from '../keys/backup'
import {
	type AddStep,
	type Subject,
	type Waiting,
	isMediaType,
	mediaTypeOf,
} from '../records/adding'
import { parseResource } from '../records/kinds'
import { type Me, readRecord } from '../records/record'
import { patientIn } from './fhir'
import { useNames } from './names'
import { type Open, go, useChosen, usePatient, usePortal } from './context'
import { Busy, Button, Card, Dialog, Field, More, Note, Submit, Title, useWork } from './parts'
import { problem } from './problem'
import { Progress } from './progress'
import { NotYet } from './records'
import { size, t } from './text'

/** The largest document, in bytes. The chain takes envelopes of 1 TiB, and padding adds an eighth at most. */
const MOST = 896 * 2 ** 30

/** Adds a document about oneself. */
export function Add({ view }: { view: Open }) {
	const at = usePatient()
	const { records } = useChosen()
	const [amends = null] = records
	return (
		<>
			<Title>{t(amends === null ? 'add-title' : 'add-correct')}</Title>
			<p className="lead">{t(amends === null ? 'add-text' : 'add-correct-text')}</p>
			{at === null ? (
				<NotYet />
			) : (
				<Adder
					key={at.patient}
					connection={at.connection}
					subject={{ patient: at.patient, provider: null }}
					amends={amends}
					may={mayShare(view.member.backup)}
				/>
			)}
			<div className="actions">
				<Button kind="quiet" onPress={() => go('records')}>
					{t('record-back')}
				</Button>
			</div>
		</>
	)
}

/** A file that somebody chose, and what it will be called. */
interface Chosen {
	file: File
	name: string
	mediaType: string
	/** Whom it is about, if it is a FHIR document that says so. */
	about: string | null
}

/** What somebody typed about a file. The file itself does not outlast a lock. */
interface Described {
	file: string
	size: number
	name: string
	mediaType: string
}

const describe = ({ file, name, mediaType }: Chosen): Described => ({
	file: file.name,
	size: file.size,
	name,
	mediaType,
})

const authorOf = ({ patient, provider }: Subject): Me => provider ?? patient

/** Adds documents about a patient: a person chooses or drops files, and sees how far each is. */
export function Adder({
	connection,
	subject,
	amends,
	may,
}: {
	connection: Connection
	subject: Subject
	/** The record that the document corrects. */
	amends: bigint | null
	/** Whether there is a safe copy of the person's key. */
	may: boolean
}) {
	const { adding, session } = usePortal()
	const [chosen, setChosen] = useState<Chosen[]>([])
	const field = `add ${subject.patient} ${amends ?? ''}`
	/** Files that were chosen before a lock, and must be chosen again. */
	const [gone, setGone] = useState<Described[]>(() => JSON.parse(session.draft(field) ?? '[]'))
	const [tried, setTried] = useState(false)
	const [step, setStep] = useState<AddStep | null>(null)
	const [now, setNow] = useState<Waiting | null>(null)
	const [done, setDone] = useState(0)
	const [asks, setAsks] = useState<{ name: string; answer(again: boolean): void } | null>(null)
	/** What somebody wants to throw away, and does not yet. */
	const [unwanted, setUnwanted] = useState<Waiting | 'now' | null>(null)
	const stop = useRef(new AbortController())
	/** What somebody threw away while it was sent. */
	const thrown = useRef<Waiting | null>(null)
	const { busy, error, run } = useWork(problem)
	const waiting = useWaiting(busy)
	useEffect(() => () => stop.current.abort(), [adding])
	const isSealing = step?.kind === 'sealing'
	const isGoing = step !== null && step.kind !== 'putting'
	useEffect(() => {
		if (!isSealing) return
		// The browser asks whoever closes the page now.
		const ask = (event: Event) => event.preventDefault()
		addEventListener('beforeunload', ask)
		return () => removeEventListener('beforeunload', ask)
	}, [isSealing])
	useEffect(() => {
		const all = [...gone, ...chosen.map(describe)]
		session.setDraft(field, all.length === 0 ? null : JSON.stringify(all))
	}, [session, field, gone, chosen])

	const choose = async (files: Iterable<File>) => {
		setDone(0)
		const found = await Promise.all([...files].map(chosenOf))
		const isSame = ({ file }: Chosen, one: Described) =>
			one.file === file.name && one.size === file.size
		const more = found.map((one) => ({
			...one,
			...typed(gone.find((old) => isSame(one, old))),
		}))
		// A correction is one document.
		setChosen((before) => (amends === null ? [...before, ...more] : more.slice(0, 1)))
		setGone((old) =>
			old.filter((of) => amends === null && !more.some((one) => isSame(one, of))),
		)
	}
	const work = (act: (signal: AbortSignal) => Promise<void>) => {
		stop.current = new AbortController()
		const { signal } = stop.current
		setDone(0)
		return run(async () => {
			try {
				await act(signal)
			} catch (problem) {
				// Who stops it knows.
				if (!signal.aborted) throw problem
			} finally {
				setStep(null)
				setNow(null)
				setUnwanted(null)
				const gone = thrown.current
				thrown.current = null
				if (gone !== null) await adding.forget(connection, gone)
			}
		})
	}
	const send = async (sealed: Waiting, signal: AbortSignal) => {
		setNow(sealed)
		await adding.send(connection, sealed, setStep, signal)
		setDone((count) => count + 1)
	}
	const isWanted = async (sealed: Waiting) => {
		if (!(await adding.isKnown(sealed))) return true
		const { name } = sealed
		const again = await new Promise<boolean>((answer) => setAsks({ name, answer }))
		setAsks(null)
		if (!again) await adding.forget(connection, sealed)
		return again
	}
	const add = () => {
		const fits = chosen.length > 0 && chosen.every((one) => faultOf(one) === null)
		setTried(!fits)
		if (!fits) return
		void work(async (signal) => {
			const older =
				amends === null ? null : await readRecord(connection, authorOf(subject), amends)
			const corrects = older && {
				id: older.shown.id,
				hash: older.sealed.expected.hash,
			}
			for (const one of chosen) {
				const { file, mediaType } = one
				const details = { name: one.name.trim(), mediaType, amends: corrects }
				const sealed = await adding.seal(
					connection,
					subject,
					file,
					details,
					setStep,
					signal,
				)
				setStep(null)
				setChosen((all) => all.filter((other) => other !== one))
				if (await isWanted(sealed)) await send(sealed, signal)
			}
		})
	}
	const cancel = () => {
		thrown.current = now
		stop.current.abort()
	}
	return (
		<>
			{amends !== null && <Which record={amends} />}
			{done > 0 && !busy && (
				<Note kind="good">
					<p>
						{t(subject.provider === null ? 'add-done' : 'write-done', { count: done })}
					</p>
				</Note>
			)}
			{error && (
				<Note kind="bad">
					<p>{error}</p>
				</Note>
			)}
			{step !== null && (
				<Working
					step={step}
					name={now?.name ?? chosen[0]?.name ?? ''}
					onPause={() => stop.current.abort()}
					onCancel={() => setUnwanted('now')}
				/>
			)}
			{!busy && waiting.length > 0 && (
				<WaitingList
					waiting={waiting}
					onGoOn={(one) => void work((signal) => send(one, signal))}
					onForget={setUnwanted}
				/>
			)}
			{!may && (
				<Note kind="warn">
					<p>{t('need-copy-text')}</p>
				</Note>
			)}
			{/* A correction is one document. */}
			{(amends === null || done === 0) && (
				<Form
					onSubmit={(event) => {
						event.preventDefault()
						// What is being sent is no longer among the chosen files.
						if (may && !busy) add()
					}}
				>
					{gone.length > 0 && (
						<Note kind="info" title={t('add-gone')}>
							<p>{t('add-gone-text')}</p>
							<ul>
								{gone.map((one, index) => (
									<li key={index}>{one.file}</li>
								))}
							</ul>
							<div className="actions">
								<Button kind="quiet" onPress={() => setGone([])}>
									{t('add-gone-do')}
								</Button>
							</div>
						</Note>
					)}
					<Files
						several={amends === null}
						error={tried && chosen.length === 0 ? t('add-need-file') : null}
						onChoose={(files) => void choose(files)}
					/>
					{chosen.map((one, index) => (
						<ChosenFile
							key={index}
							chosen={one}
							tried={tried}
							onChange={(next) =>
								setChosen((all) => all.map((old) => (old === one ? next : old)))
							}
							onRemove={() => setChosen((all) => all.filter((old) => old !== one))}
						/>
					))}
					<div className="actions">
						<Submit busy={busy}>{t('add-do')}</Submit>
					</div>
				</Form>
			)}
			{/* What is being written into the list cannot be held up. */}
			{unwanted !== null && (unwanted !== 'now' || isGoing) && (
				<Dialog
					title={t('add-forget-sure')}
					onClose={() => setUnwanted(null)}
					actions={
						<>
							<Button
								kind="danger"
								onPress={() => {
									setUnwanted(null)
									if (unwanted === 'now') cancel()
									else void run(() => adding.forget(connection, unwanted))
								}}
							>
								{t('add-forget')}
							</Button>
							<Button kind="quiet" autoFocus onPress={() => setUnwanted(null)}>
								{t('cancel')}
							</Button>
						</>
					}
				>
					<p>{t('add-forget-text')}</p>
				</Dialog>
			)}
			{asks !== null && (
				<Dialog
					alert
					title={t('add-twice')}
					onClose={() => asks.answer(false)}
					actions={
						<>
							<Button kind="main" autoFocus onPress={() => asks.answer(false)}>
								{t('add-twice-no')}
							</Button>
							<Button onPress={() => asks.answer(true)}>{t('add-twice-yes')}</Button>
						</>
					}
				>
					<p>{t('add-twice-text', { name: asks.name })}</p>
				</Dialog>
			)}
		</>
	)
}

/** The record that a document corrects. */
function Which({ record }: { record: bigint }) {
	const name = useNames([record]).get(record)
	return (
		<p>
			{t('add-correct-which', {
				name: name ?? t('record-number', { number: String(record) }),
			})}
		</p>
	)
}

/** What is sealed and not on the chain yet, read anew whenever work ends. */
function useWaiting(busy: boolean): Waiting[] {
	const { adding } = usePortal()
	const [waiting, setWaiting] = useState<Waiting[]>([])
	useEffect(() => {
		let here = true
		void adding.waiting().then(
			(all) => here && setWaiting(all),
			() => {},
		)
		return () => {
			here = false
		}
	}, [adding, busy])
	return waiting
}

const chosenOf = async (file: File): Promise<Chosen> => ({
	file,
	name: nameOfFile(file),
	mediaType: await mediaTypeOf(file),
	about: await personIn(file),
})

/** The largest file in which a patient's name is looked for, in bytes. */
const MOST_READ = 4 << 20

/** The one patient whom a FHIR document names. */
async function personIn(file: File): Promise<string | null> {
	if (file.size > MOST_READ) return null
	// What cannot be read is told when it is added.
	const bytes = await file.arrayBuffer().catch(() => new ArrayBuffer(0))
	const resource = parseResource(new Uint8Array(bytes))
	return resource === null ? null : patientIn(resource)
}

/** What somebody had typed about a file, if they had. */
const typed = (one?: Described): Partial<Chosen> =>
	one === undefined ? {} : { name: one.name, mediaType: one.mediaType }

/** A name that a person may change: the file's, without its end. */
const nameOfFile = ({ name }: File): string => {
	const start = name.replace(/\.[A-Za-z0-9]{1,8}$/, '').slice(0, 100)
	return isName(start) ? start : ''
}

function faultOf({ file, name, mediaType }: Chosen): 'size' | 'name' | 'type' | null {
	if (file.size > MOST) return 'size'
	if (!isName(name.trim())) return 'name'
	return isMediaType(mediaType) ? null : 'type'
}

/** Where files are dropped, chosen, or made by a camera. */
function Files({
	several,
	error,
	onChoose,
}: {
	several: boolean
	error: string | null
	onChoose(files: Iterable<File>): void
}) {
	const [over, setOver] = useState(false)
	const drag = (event: DragEvent, is: boolean) => {
		event.preventDefault()
		setOver(is)
	}
	return (
		<div
			className={`drop field ${over ? 'over' : ''}`}
			role="group"
			aria-label={t('add-file')}
			onDragOver={(event) => drag(event, true)}
			onDragLeave={(event) => drag(event, false)}
			onDrop={(event) => {
				drag(event, false)
				onChoose(event.dataTransfer.files)
			}}
		>
			<span className="label">{t('add-file')}</span>
			<span className="hint">
				{t('add-file-hint')} <span className="with-mouse">{t('add-drop')}</span>
			</span>
			{error && (
				<span className="error" role="alert">
					{error}
				</span>
			)}
			<div className="actions">
				<FileTrigger
					allowsMultiple={several}
					onSelect={(files) => files !== null && onChoose(files)}
				>
					<Button>{t('choose-file')}</Button>
				</FileTrigger>
				<FileTrigger
					acceptedFileTypes={['image/*']}
					defaultCamera="environment"
					onSelect={(files) => files !== null && onChoose(files)}
				>
					<Button>{t('add-photo')}</Button>
				</FileTrigger>
			</div>
		</div>
	)
}

function ChosenFile({
	chosen,
	tried,
	onChange,
	onRemove,
}: {
	chosen: Chosen
	tried: boolean
	onChange(chosen: Chosen): void
	onRemove(): void
}) {
	const { file, name, mediaType, about } = chosen
	const fault = faultOf(chosen)
	return (
		<fieldset className="card">
			<legend className="chosen">{`${file.name} · ${size(file.size)}`}</legend>
			{about !== null && (
				<Note kind="info" title={t('add-about', { name: about })}>
					<p>{t('add-about-text')}</p>
				</Note>
			)}
			{fault === 'size' && (
				<span className="error" role="alert">
					{t('add-too-large', { most: size(MOST) })}
				</span>
			)}
			<Field
				label={t('add-name')}
				hint={t('add-name-hint')}
				value={name}
				onChange={(name) => onChange({ ...chosen, name })}
				autoComplete="off"
				maxLength={120}
				error={tried && fault === 'name' ? t('add-name-bad') : null}
			/>
			<More title={t('add-more')} level={3}>
				<Field
					label={t('add-type')}
					hint={t('add-type-hint')}
					value={mediaType}
					onChange={(mediaType) => onChange({ ...chosen, mediaType })}
					autoComplete="off"
					maxLength={127}
					error={tried && fault === 'type' ? t('add-type-bad') : null}
				/>
			</More>
			<div className="actions">
				<Button kind="quiet" onPress={onRemove}>
					{t('add-remove')}
				</Button>
			</div>
		</fieldset>
	)
}

function WaitingList({
	waiting,
	onGoOn,
	onForget,
}: {
	waiting: Waiting[]
	onGoOn(one: Waiting): void
	onForget(one: Waiting): void
}) {
	return (
		<Card title={t('add-waiting')}>
			<p>{t('add-waiting-text')}</p>
			<ul className="rows">
				{waiting.map((one) => (
					<li key={one.file}>
						<strong>{one.name}</strong>
						<span className="hint">{size(one.size)}</span>
						<div className="actions">
							<Button onPress={() => onGoOn(one)}>{t('add-go-on')}</Button>
							<Button kind="danger" onPress={() => onForget(one)}>
								{t('add-forget')}
							</Button>
						</div>
					</li>
				))}
			</ul>
		</Card>
	)
}

function Working({
	step,
	name,
	onPause,
	onCancel,
}: {
	step: AddStep
	name: string
	onPause(): void
	onCancel(): void
}) {
	return (
		<Card title={t('add-working', { name })}>
			{step.kind === 'sealing' && <Progress title={t('add-sealing')} far={step.far} />}
			{step.kind === 'asking' && <Busy title={t('add-asking')} />}
			{step.kind === 'sending' && <Progress title={t('add-sending')} far={step.far} />}
			{step.kind === 'keeping' && <Busy title={t('add-keeping')} />}
			{step.kind === 'putting' && <Busy title={t('add-putting')} />}
			{step.kind !== 'putting' && (
				<>
					<p className="hint">
						{t(step.kind === 'sealing' ? 'add-leave-sealing' : 'add-leave')}
					</p>
					<div className="actions">
						{step.kind !== 'sealing' && (
							<Button onPress={onPause}>{t('add-pause')}</Button>
						)}
						<Button kind="danger" onPress={onCancel}>
							{t('add-forget')}
						</Button>
					</div>
				</>
			)}
		</Card>
	)
}
