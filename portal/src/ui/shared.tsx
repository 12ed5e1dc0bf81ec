import { useEffect, useState } from 'react'
import type { Connection } from '../chain/connection'
import { nameOf } from '../records/record'
import { type SharedRecord, sharedElsewhere, sharedHere } from '../records/shared'
import { plain } from '../records/list'
import { useChosen, useProvider, useSession } from './context'
import { usePatientNames } from './names'
import { Busy, Button, Field, Note, Title } from './parts'
import { problem } from './problem'
import { termsText } from './readers'
import { Document, Standing, StandingLine } from './record'
import { NotYet } from './records'
import { day, t } from './text'
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
			const opened: Names = new Map()
			for (const { key, sealed } of some) opened.set(key, await nameOf(vault, sealed))
			if (here) setNames(opened)
		}
		// Locked meanwhile.
		void load().catch(() => {})
		return () => {
			here = false
		}
	}, [connection, provider, turn])
	if (open !== null) {
		return <One record={open} name={names.get(open.key) ?? null} onBack={() => setOpen(null)} />
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
					<Button kind="quiet" onPress={() => setTurn(turn + 1)}>
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
									: t('record-by', { name: writer.name })}
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
	onBack,
}: {
	record: SharedRecord
	name: string | null
	onBack(): void
}) {
	const { choose } = useChosen()
	const patients = usePatientNames()
	const { shown, region } = record
	const { writer, patient, addedAt, id } = shown
	return (
		<>
			<Title tab={t('record-title')}>{name ?? t('record-title')}</Title>
			<p className="lead">
				{t('record-about', { patient: patients.get(patient) ?? shortId(patient) })}
				{' · '}
				{writer === null
					? t('record-by-patient')
					: t('record-by-number', { name: writer.name, number: writer.number })}
				{' · '}
				{day(addedAt)}
			</p>
			<p>{sharedText(record)}</p>
			<Standing standing={writer?.standing ?? null} />
			{shown.correctedBy.length > 0 && (
				<Note kind="warn">
					<p>{t('record-corrected')}</p>
				</Note>
			)}
			<Document record={record} />
			<div className="actions">
				{region === null && writer !== null && (
					<Button onPress={() => choose([id], 'write')}>{t('add-correct')}</Button>
				)}
				<Button kind="quiet" onPress={onBack}>
					{t('back')}
				</Button>
			</div>
		</>
	)
}
