import { useEffect, useRef, useState } from 'react'
import { FileTrigger, Form } from 'react-aria-components'
import { isName } from '../format'
import { mayShare } from '../keys/backup'
import type { AddStep, Waiting } from '../records/adding'
import { readRecord } from '../records/record'
import { type Open, go, useChosen, usePatient, usePortal } from './context'
import { Busy, Button, Card, Field, FileField, Note, Submit, Title, useWork } from './parts'
import { problem } from './problem'
import { Progress } from './progress'
import { NotYet } from './records'
import { size, t } from './text'

/** The largest document, in bytes: beside it, this device has its envelope. */
const MOST = 4 * 2 ** 30

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
				<Content
					key={at.patient}
					{...at}
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

type At = NonNullable<ReturnType<typeof usePatient>>

function Content({
	connection,
	patient,
	amends,
	may,
}: At & {
	/** The record that the document corrects. */
	amends: bigint | null
	may: boolean
}) {
	const { adding } = usePortal()
	const [file, setFile] = useState<File | null>(null)
	const [name, setName] = useState('')
	const [tried, setTried] = useState(false)
	const [waiting, setWaiting] = useState<Waiting[]>([])
	const [step, setStep] = useState<AddStep | null>(null)
	const [done, setDone] = useState(false)
	const stop = useRef(new AbortController())
	const { busy, error, run } = useWork(problem)
	const look = async () => setWaiting(await adding.waiting())
	useEffect(() => {
		void run(look)
		return () => stop.current.abort()
	}, [adding])

	const choose = (chosen: File) => {
		setFile(chosen)
		setDone(false)
		if (name === '') setName(nameOfFile(chosen))
	}
	const work = (act: (signal: AbortSignal) => Promise<void>) => {
		stop.current = new AbortController()
		const { signal } = stop.current
		setDone(false)
		return run(async () => {
			try {
				await act(signal)
				setDone(true)
			} catch (problem) {
				// Who stops it knows.
				if (!signal.aborted) throw problem
			} finally {
				setStep(null)
				await look()
			}
		})
	}
	const add = () => {
		setTried(true)
		if (file === null || file.size > MOST || !isName(name.trim())) return
		void work(async (signal) => {
			const older = amends === null ? null : await readRecord(connection, patient, amends)
			const sealed = await adding.seal(
				connection,
				patient,
				file,
				name.trim(),
				older && { id: older.shown.id, hash: older.sealed.expected.hash },
				setStep,
				signal,
			)
			setFile(null)
			setName('')
			setTried(false)
			await adding.send(connection, sealed, setStep, signal)
		})
	}
	return (
		<>
			{done && (
				<Note kind="good">
					<p>{t('add-done')}</p>
				</Note>
			)}
			{error && (
				<Note kind="bad">
					<p>{error}</p>
				</Note>
			)}
			{step !== null && <Working step={step} onStop={() => stop.current.abort()} />}
			{!busy && waiting.length > 0 && (
				<Card title={t('add-waiting')}>
					<p>{t('add-waiting-text')}</p>
					<ul className="rows">
						{waiting.map((one) => (
							<li key={one.file}>
								<strong>{one.name}</strong>
								<span className="hint">{size(one.size)}</span>
								<div className="actions">
									<Button
										onPress={() =>
											void work((signal) =>
												adding.send(connection, one, setStep, signal),
											)
										}
									>
										{t('add-go-on')}
									</Button>
									<Button
										kind="danger"
										onPress={() =>
											void run(() => adding.forget(one).then(look))
										}
									>
										{t('add-forget')}
									</Button>
								</div>
							</li>
						))}
					</ul>
				</Card>
			)}
			{!may && (
				<Note kind="warn">
					<p>{t('need-copy-text')}</p>
				</Note>
			)}
			<Form
				onSubmit={(event) => {
					event.preventDefault()
					if (may) add()
				}}
			>
				<FileField
					label={t('add-file')}
					hint={t('add-file-hint')}
					file={file}
					onChange={choose}
					error={fileError(tried, file)}
				>
					<FileTrigger
						acceptedFileTypes={['image/*']}
						defaultCamera="environment"
						onSelect={(files) => files?.[0] && choose(files[0])}
					>
						<Button>{t('add-photo')}</Button>
					</FileTrigger>
				</FileField>
				<Field
					label={t('add-name')}
					hint={t('add-name-hint')}
					value={name}
					onChange={setName}
					autoComplete="off"
					maxLength={120}
					error={tried && !isName(name.trim()) ? t('add-name-bad') : null}
				/>
				<div className="actions">
					<Submit busy={busy}>{t('add-do')}</Submit>
				</div>
			</Form>
		</>
	)
}

/** A name that a person may change: the file's, without its end. */
const nameOfFile = ({ name }: File): string => {
	const start = name.replace(/\.[A-Za-z0-9]{1,8}$/, '').slice(0, 100)
	return isName(start) ? start : ''
}

function fileError(tried: boolean, file: File | null): string | null {
	if (file === null) return tried ? t('add-need-file') : null
	return file.size > MOST ? t('add-too-large', { most: size(MOST) }) : null
}

function Working({ step, onStop }: { step: AddStep; onStop(): void }) {
	return (
		<Card title={t('add-working')}>
			{step.kind === 'sealing' && <Progress title={t('add-sealing')} far={step.far} />}
			{step.kind === 'sending' && <Progress title={t('add-sending')} far={step.far} />}
			{step.kind === 'keeping' && <Busy title={t('add-keeping')} />}
			{step.kind === 'putting' && <Busy title={t('add-putting')} />}
			{step.kind !== 'putting' && (
				<>
					<p className="hint">{t('add-leave')}</p>
					<div className="actions">
						<Button onPress={onStop}>{t('document-stop')}</Button>
					</div>
				</>
			)}
		</Card>
	)
}
