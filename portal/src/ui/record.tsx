import { useEffect, useRef, useState } from 'react'
import { type OpenRecord, type OpenStep, MOST_IN_MEMORY } from '../records/documents'
import { kindOf, parseResource, plainWords } from '../records/kinds'
import { type Me, type OneRecord, type Shown, nameOf, readRecord } from '../records/record'
import { go, useChosen, useHome, useHomeView, useMe, usePortal, useSession } from './context'
import { Frame } from './frame'
import { usePatientNames } from './names'
import { Busy, Button, Card, Note, Title, Warning, save, useWork } from './parts'
import { problem } from './problem'
import { Readers } from './readers'
import { Resource, Words } from './resource'
import { Progress } from './progress'
import { day, size, t, unbroken } from './text'
import { shortId } from './write'

/** One record: what it is, who wrote it, the document itself, who can read it. */
export function RecordPage() {
	const { records } = useChosen()
	const at = useMe()
	const [id] = records
	if (at === null || id === undefined) return <Nothing />
	return <One key={String(id)} id={id} {...at} />
}

/** As after the page was loaded anew: nothing remembers which record was open. */
function Nothing() {
	useEffect(() => go('records'), [])
	return <Busy title={t('working')} />
}

function One({ id, connection, me }: { id: bigint } & NonNullable<ReturnType<typeof useMe>>) {
	const own = typeof me === 'string'
	const session = useSession()
	const { choose } = useChosen()
	const [record, setRecord] = useState<OneRecord | null>(null)
	const [name, setName] = useState<string | null>(null)
	const { error, run } = useWork(problem)
	useEffect(() => {
		void run(async () => {
			const found = await readRecord(connection, me, id)
			setName(await nameOf(session.vault(), found.sealed))
			setRecord(found)
		})
	}, [connection, me, id])
	return (
		<>
			<Title tab={t('record-title')}>{name ?? t('record-title')}</Title>
			{error && (
				<Note kind="bad">
					<p>{error}</p>
				</Note>
			)}
			{record === null && error === null && <Busy title={t('record-loading')} />}
			{record !== null && (
				<>
					<About shown={record.shown} me={me} />
					<Document record={record} />
					{own && (
						<Card title={t('readers-title')}>
							<Readers record={id} writer={record.shown.writer} />
							<div className="actions">
								<Button onPress={() => choose([id], 'share')}>
									{t('share-do')}
								</Button>
							</div>
						</Card>
					)}
				</>
			)}
			<div className="actions">
				{record !== null && (record.shown.writer === null) === own && (
					<Button onPress={() => choose([id], own ? 'add' : 'write')}>
						{t('add-correct')}
					</Button>
				)}
				<Button kind="quiet" onPress={() => go('records')}>
					{t(own ? 'record-back' : 'write-back')}
				</Button>
			</div>
		</>
	)
}

/** Who wrote it and when, and what corrects it. */
function About({ shown, me }: { shown: Shown; me: Me }) {
	const { choose } = useChosen()
	const patients = usePatientNames()
	const { patient, writer, addedAt, amends, correctedBy } = shown
	const own = typeof me === 'string'
	return (
		<>
			<p className="lead">
				{!own &&
					`${t('record-about', { patient: patients.get(patient) ?? shortId(patient) })} · `}
				{writer === null
					? t('record-by-you')
					: t('record-by-number', { name: unbroken(writer.name), number: writer.number })}
				{' · '}
				{day(addedAt)}
			</p>
			<Standing standing={writer?.standing ?? null} />
			{correctedBy.length > 0 && (
				<Note kind="warn" title={t('record-corrected')}>
					<div className="actions">
						{correctedBy.map((id, index) => (
							<Button
								key={String(id)}
								kind={index === 0 ? 'main' : 'second'}
								onPress={() => choose([id], 'record')}
							>
								{t(index === 0 ? 'record-newest' : 'record-newer')}
							</Button>
						))}
					</div>
				</Note>
			)}
			{amends !== null && (
				<>
					<p>{t('record-amends')}</p>
					<div className="actions">
						<Button kind="quiet" onPress={() => choose([amends], 'record')}>
							{t('record-older')}
						</Button>
					</div>
				</>
			)}
		</>
	)
}

/** Whether the author may still work as one. */
export function Standing({ standing }: { standing: string | null }) {
	const text = standingText(standing)
	if (text === null) return null
	return (
		<Note kind={isWarning(standing) ? 'warn' : 'info'} title={text}>
			<p>{t('standing-text')}</p>
		</Note>
	)
}

/** The same in a list. */
export function StandingLine({ standing }: { standing: string | null }) {
	const text = standingText(standing)
	if (text === null) return null
	return isWarning(standing) ? <Warning>{text}</Warning> : <span className="hint">{text}</span>
}

/** Who has retired did nothing wrong. */
const isWarning = (standing: string | null): boolean => standing !== 'Retired'

export function standingText(standing: string | null): string | null {
	if (standing === null || standing === 'Verified') return null
	if (standing.startsWith('Unverified')) return t('standing-unverified')
	return t(standing === 'Retired' ? 'standing-retired' : 'standing-suspended')
}

/** What is shown of an open document. */
type Content =
	| { kind: 'fhir'; resource: Record<string, unknown> }
	| { kind: 'frame'; as: 'pdf' | 'image'; bytes: ArrayBuffer }
	| { kind: 'words'; text: string }
	| { kind: 'other' }

/** The document itself, once a person opens it. */
export function Document({ record }: { record: OneRecord }) {
	const { documents } = usePortal()
	const { connection } = useHome()
	const atDesk = useHomeView().kind === 'provider'
	const [step, setStep] = useState<OpenStep | null>(null)
	const [open, setOpen] = useState<OpenRecord | null>(null)
	const [content, setContent] = useState<Content | null>(null)
	const [saved, setSaved] = useState(false)
	const { busy, error, run } = useWork(problem)
	const checked = useRef<HTMLParagraphElement>(null)
	useEffect(() => () => open?.close(), [open])
	// The button that opened it is gone.
	useEffect(() => checked.current?.focus(), [open])
	const here = useRef(true)
	useEffect(() => {
		here.current = true
		return () => {
			here.current = false
			documents.stop()
		}
	}, [documents])

	const show = () =>
		run(async () => {
			if (connection === null) return
			const { id } = record.shown
			try {
				const opened = await documents.open(connection, id, record.sealed, setStep)
				try {
					setContent(await contentOf(opened))
				} catch (error) {
					opened.close()
					throw error
				}
				if (here.current) setOpen(opened)
				// The person left the page while it was checked.
				else opened.close()
			} finally {
				setStep(null)
			}
		})
	const keep = () =>
		run(async () => {
			if (open === null) return
			await saveDocument(open, atDesk ? deskName(record, open) : open.manifest.name)
			setSaved(true)
		})

	if (open === null || content === null) {
		return (
			<Card title={t('document-title')}>
				<p>{t('document-closed', { size: size(record.shown.size) })}</p>
				{error && (
					<Note kind="bad">
						<p>{error}</p>
					</Note>
				)}
				{step?.kind === 'getting' && (
					<Progress title={t('document-getting')} far={step.far} />
				)}
				{step?.kind === 'checking' && <Busy title={t('document-checking')} />}
				<div className="actions">
					<Button
						kind={record.shown.correctedBy.length > 0 ? 'second' : 'main'}
						onPress={() => void show()}
					>
						{t(busy ? 'working' : 'document-open')}
					</Button>
					{busy && step?.kind === 'getting' && (
						<Button onPress={() => documents.stop()}>{t('document-stop')}</Button>
					)}
				</div>
			</Card>
		)
	}
	return (
		<Card title={t('document-title')}>
			<p ref={checked} tabIndex={-1} className="hint">
				{t('document-checked')}
			</p>
			{content.kind === 'fhir' && <Resource resource={content.resource} />}
			{content.kind === 'frame' && <Frame as={content.as} bytes={content.bytes} />}
			{content.kind === 'words' && <Words text={content.text} />}
			{content.kind === 'other' && <p>{t('document-other')}</p>}
			{error && (
				<Note kind="bad">
					<p>{error}</p>
				</Note>
			)}
			<div className="actions">
				<Button
					kind={content.kind === 'other' ? 'main' : 'second'}
					onPress={() => void keep()}
				>
					{t(busy ? 'working' : 'document-save')}
				</Button>
			</div>
			<p className="hint" role="status">
				{saved ? t('document-saved') : ''}
			</p>
		</Card>
	)
}

/** The most bytes of a plain text that is shown. */
const MOST_WORDS = 1 << 20

async function contentOf(open: OpenRecord): Promise<Content> {
	const kind = kindOf(await open.start(), open.size)
	if (kind === 'other' && open.size > MOST_WORDS) return { kind }
	const bytes = await (await open.blob()).arrayBuffer()
	if (kind === 'pdf' || kind === 'image') return { kind: 'frame', as: kind, bytes }
	const resource = kind === 'fhir' ? parseResource(new Uint8Array(bytes)) : null
	if (resource !== null) return { kind: 'fhir', resource }
	const text = open.size > MOST_WORDS ? null : plainWords(new Uint8Array(bytes))
	return text === null ? { kind: 'other' } : { kind: 'words', text }
}

/** At a shared desk, browsers list the names of saved files for whoever comes next: so it tells nothing. */
const deskName = ({ shown }: OneRecord, { manifest }: OpenRecord): string =>
	`record-${shown.id}${/\.[A-Za-z0-9]{1,8}$/.exec(manifest.name)?.[0] ?? ''}`

interface Saving {
	showSaveFilePicker?(options: { suggestedName: string }): Promise<FileSystemFileHandle>
}

/** Hands the document to the person, piece by piece where the browser can. */
async function saveDocument(open: OpenRecord, name: string): Promise<void> {
	const { showSaveFilePicker } = window as Saving
	if (open.size <= MOST_IN_MEMORY) return save(name, await open.blob())
	if (showSaveFilePicker === undefined) throw new DOMException('', 'QuotaExceededError')
	const file = await showSaveFilePicker({ suggestedName: name })
	const writing = await file.createWritable()
	try {
		for await (const part of open.parts()) await writing.write(part)
		await writing.close()
	} catch (error) {
		await writing.abort()
		throw error
	}
}
