import { useEffect, useState } from 'react'
import type { Connection } from '../chain/connection'
import { nameOf } from '../records/record'
import { type SharedRecord, sharedElsewhere, sharedHere } from '../records/shared'
import { plain } from '../records/list'
import { useChosen, useProvider, useSession } from './context'
import { AGAIN } from './load'
import { usePatientNames } from './names'
import { Busy, Button, Field, Note, Title } from './parts'
import { problem } from './problem'
import { termsText } from './readers'
import { Document, Standing, StandingLine } from './record'
import { NotYet } from './records'
import { day, t, unbroken } from './text'
import { shortId } from './write'

/** Records that patients shared with this provider. */
export function Shared() {
	const at = useProvider()
	if (at !== null) return <Content key={at.provider} {...at} />
	return (
		<>
			<Title>{t('shared-title')}</Title>
			<NotYet />
		</>
	)
}

type Names = Map<string, string | null>

function Content({ connection, provider }: { connection: Connection; provider: number }) {
	const session = useSession()
	const [all, setAll] = useState<SharedRecord[] | null>(null)
	const [names, setNames] = useState<Names>(() => new Map())
	const [problems, setProblems] = useState<string[]>([])
	const [turn, setTurn] = useState(0)
	const [open, setOpen] = useState<SharedRecord | null>(null)
	/** Whether both chains told what they have. */
	const [whole, setWhole] = useState(false)
	const { records } = useChosen()
	const again = () => setTurn((turn) => turn + 1)
	// A click on the lit tab chooses anew, too: back to the list.
	useEffect(() => setOpen(null), [records])
	useEffect(() => {
		let here = true
		const vault = session.vault()
		const load = async () => {
			// What one chain does not tell does not hide what the other tells.
			const found = await Promise.allSettled([
				sharedHere(connection, provider),
				sharedElsewhere(connection, provider),
			])
			if (!here) return
			setProblems(
				found.flatMap((one) => (one.status === 'rejected' ? problem(one.reason) : [])),
			)
			const some = found.flatMap((one) => (one.status === 'fulfilled' ? one.value : []))
			some.sort((one, other) => other.grantedAt - one.grantedAt)
			setAll(some)
			setWhole(found.every(({ status }) => status === 'fulfilled'))
			const opened: Names = new Map()
			for (const { key, sealed } of some)
				opened.set(key, names.get(key) ?? (await nameOf(vault, sealed)))
			if (here) setNames(opened)
		}
		let timer: ReturnType<typeof setTimeout> | undefined
		load()
			// Locked meanwhile.
			.catch(() => {})
			.finally(() => {
				if (here) timer = setTimeout(look, AGAIN)
			})
		// Late, once somebody sees the page again.
		const look = () => {
			removeEventListener('visibilitychange', look)
			if (document.visibilityState === 'visible') again()
			else addEventListener('visibilitychange', look)
		}
		return () => {
			here = false
			clearTimeout(timer)
			removeEventListener('visibilitychange', look)
		}
	}, [connection, provider, turn, records])
	if (open !== null) {
		const ended = whole && !all?.some(({ key }) => key === open.key)
		return (
			<One
				record={open}
				name={names.get(open.key) ?? null}
				ended={ended}
				onBack={() => {
					setOpen(null)
					again()
				}}
			/>
		)
	}
	return (
		<>
			<Title>{t('shared-title')}</Title>
			<p className="lead">{t('shared-text')}</p>
			{problems.map((text) => (
				<Note key={text} kind="bad">
					<p>{text}</p>
				</Note>
			))}
			{all === null ? (
				<Busy title={t('shared-loading')} />
			) : (
				<List all={all} names={names} onOpen={setOpen} />
			)}
			{all !== null && (
				<div className="actions">
					<Button kind="quiet" onPress={again}>
						{t('records-again')}
					</Button>
				</div>
			)}
		</>
	)
}

function List({
	all,
	names,
	onOpen,
}: {
	all: SharedRecord[]
	names: Names
	onOpen(record: SharedRecord): void
}) {
	const patients = usePatientNames()
	const [words, setWords] = useState('')
	if (all.length === 0)
		return (
			<Note kind="info" title={t('shared-nothing')}>
				<p>{t('shared-nothing-text')}</p>
			</Note>
		)
	const wanted = plain(words)
	const rows = all.filter(({ key, shown }) =>
		plain(`${names.get(key) ?? ''} ${patients.get(shown.patient) ?? ''}`).includes(wanted),
	)
	return (
		<>
			<Field
				label={t('list-search')}
				hint={t('list-search-hint')}
				value={words}
				onChange={setWords}
				autoComplete="off"
			/>
			<ul className="rows" aria-label={t('shared-title')}>
				{rows.map((record) => {
					const { key, shown } = record
					const { writer, patient } = shown
					return (
						<li key={key}>
							<Button kind="quiet" onPress={() => onOpen(record)}>
								{names.has(key)
									? (names.get(key) ?? t('record-no-name'))
									: t('list-opening')}
							</Button>
							<span className="hint">
								{t('record-about', {
									patient: patients.get(patient) ?? shortId(patient),
								})}
								{' · '}
								{writer === null
									? t('record-by-patient')
									: t('record-by', { name: unbroken(writer.name) })}
							</span>
							<span className="hint">{sharedText(record)}</span>
							<StandingLine standing={writer?.standing ?? null} />
						</li>
					)
				})}
			</ul>
		</>
	)
}

/** From where, what for and until when. */
function sharedText(record: SharedRecord): string {
	const { region } = record
	const where = region === null ? '' : `${t('reader-region', { region: String(region) })} · `
	return where + termsText(record, 'theirs')
}

function One({
	record,
	name,
	ended,
	onBack,
}: {
	record: SharedRecord
	name: string | null
	/** Whether it is no longer shared. */
	ended: boolean
	onBack(): void
}) {
	const patients = usePatientNames()
	const { shown } = record
	const { writer, patient, addedAt } = shown
	return (
		<>
			<Title tab={t('record-title')}>{name ?? t('record-title')}</Title>
			<p className="lead">
				{t('record-about', { patient: patients.get(patient) ?? shortId(patient) })}
				{' · '}
				{writer === null
					? t('record-by-patient')
					: t('record-by-number', { name: unbroken(writer.name), number: writer.number })}
				{' · '}
				{day(addedAt)}
			</p>
			{!ended && <p>{sharedText(record)}</p>}
			<Standing standing={writer?.standing ?? null} />
			{shown.correctedBy.length > 0 && (
				<Note kind="warn">
					<p>{t('record-corrected')}</p>
				</Note>
			)}
			{ended ? (
				<Note kind="info" title={t('shared-ended')}>
					<p>{t('shared-ended-text')}</p>
				</Note>
			) : (
				<Document record={record} />
			)}
			<div className="actions">
				<Button kind="quiet" onPress={onBack}>
					{t('back')}
				</Button>
			</div>
		</>
	)
}
