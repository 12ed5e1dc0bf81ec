import { memo, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react'
import { Checkbox, Form, Label, Radio, RadioGroup } from 'react-aria-components'
import type { Connection } from '../chain/connection'
import { ALL, type Filter, RecordList } from '../records/list'
import type { Me, Shown } from '../records/record'
import { MOST_AT_ONCE } from '../records/sharing'
import { go, useActivity, useChosen, useSession } from './context'
import { usePatientNames } from './names'
import { Busy, Button, Field, More, Note, Submit } from './parts'
import { problem } from './problem'
import { StandingLine } from './record'
import { day, t, unbroken } from './text'
import { shortId } from './write'

/** Rows that are drawn together, and the height of one before it is known, in pixels. */
const BLOCK = 40
const ROW = 130

/** All records of a patient, or by a provider: filtered, searched, chosen. */
export function List({ connection, me }: { connection: Connection; me: Me }) {
	const session = useSession()
	const { choose } = useChosen()
	const [list, setList] = useState(() => new RecordList(connection, session.vault(), me))
	useSyncExternalStore(list.subscribe, () => list.version)
	const [filter, setFilter] = useState<Filter>(ALL)
	const [picked, setPicked] = useState<Set<bigint> | null>(null)
	const [error, setError] = useState<string | null>(null)
	const busy = !list.whole && error === null
	const added = useActivity().filter(
		({ what, progress }) => what.kind === 'add' && progress === 'final',
	).length
	useEffect(() => {
		let here = true
		setError(null)
		list.load().catch((failure: unknown) => here && setError(problem(failure)))
		return () => {
			here = false
			list.end()
		}
	}, [list])
	const own = typeof me === 'string'
	const names = usePatientNames()
	const patients = own ? null : names
	const again = () => setList(new RecordList(connection, session.vault(), me))
	const first = useRef(added)
	useEffect(() => {
		if (added !== first.current) again()
		first.current = added
	}, [added])

	// Only a search looks at names.
	const named = filter.words === '' ? 0 : list.version
	const rows = useMemo(() => list.filtered(filter), [list, filter, list.records.length, named])
	const blocks = useMemo(() => blocksOf(rows), [rows])
	const pick = (id: bigint) => {
		const next = new Set(picked)
		if (!next.delete(id) && next.size < MOST_AT_ONCE) next.add(id)
		setPicked(next)
	}
	return (
		<>
			<div className="actions">
				<Button
					kind={list.records.length === 0 ? 'main' : 'second'}
					onPress={() => choose([], own ? 'add' : 'write')}
				>
					{t(own ? 'add-title' : 'write-title')}
				</Button>
			</div>
			{error && (
				<Note kind="bad">
					<p>{error}</p>
				</Note>
			)}
			{list.records.length === 0 && busy && <Busy title={t('records-loading')} />}
			{list.records.length === 0 && list.whole && (
				<Note kind="info" title={t(own ? 'records-empty-title' : 'written-empty')}>
					<p>{t(own ? 'records-empty-text' : 'written-empty-text')}</p>
					{own && (
						<div className="actions">
							<Button onPress={() => go('me')}>{t('records-empty-do')}</Button>
						</div>
					)}
				</Note>
			)}
			{(list.records.length > 0 || filter.words !== '') && (
				<Search list={list} own={own} filter={filter} onChange={setFilter} />
			)}
			{picked !== null && (
				<div className="picked">
					<p role="status">
						{t('list-chosen', { count: picked.size, most: MOST_AT_ONCE })}
					</p>
					<Button
						kind="main"
						isDisabled={picked.size === 0}
						onPress={() => choose([...picked], 'share')}
					>
						{t('list-share')}
					</Button>
				</div>
			)}
			{list.records.length > 0 && (
				<div className="count">
					<p className="hint" role="status">
						{t('list-count', { shown: rows.length, all: list.records.length })}
						{list.whole ? '' : ` ${t('list-more')}`}
					</p>
					{own && list.records.length > 1 && (
						<Button
							kind="quiet"
							onPress={() => setPicked(picked === null ? new Set() : null)}
						>
							{t(picked === null ? 'list-choose' : 'list-choose-end')}
						</Button>
					)}
				</div>
			)}
			<ul className="rows" aria-label={t(own ? 'records-title' : 'written-title')}>
				{blocks.map((some, index) => (
					<Block
						key={`${index} ${some[0].id}`}
						rows={some}
						from={index * BLOCK}
						all={rows.length}
						list={list}
						patients={patients}
						version={list.version}
						picked={picked}
						onPick={pick}
					/>
				))}
			</ul>
			{!busy && (
				<div className="actions">
					<Button kind="quiet" onPress={again}>
						{t('records-again')}
					</Button>
				</div>
			)}
		</>
	)
}

function blocksOf(rows: Shown[]): Shown[][] {
	const blocks = []
	for (let at = 0; at < rows.length; at += BLOCK) blocks.push(rows.slice(at, at + BLOCK))
	return blocks
}

/** Words and filters. The names are opened on this device: nobody hears what a person looks for. */
function Search({
	list,
	own,
	filter,
	onChange,
}: {
	list: RecordList
	/** Whether they are a patient's. A provider's list has what the provider wrote. */
	own: boolean
	filter: Filter
	onChange(filter: Filter): void
}) {
	const [words, setWords] = useState(filter.words)
	const [done, setDone] = useState<number | null>(null)
	const search = useRef(0)
	const form = useRef<HTMLFormElement>(null)
	const [error, setError] = useState<string | null>(null)
	useEffect(() => () => void search.current++, [])
	const start = (wanted: string) => {
		const mine = ++search.current
		onChange({ ...filter, words: wanted })
		if (wanted.trim() === '') return setDone(null)
		setDone(0)
		setError(null)
		// A newer search ends this one.
		const goesOn = () => search.current === mine
		list.openAll((far) => goesOn() && setDone(far), goesOn)
			.catch((failure: unknown) => goesOn() && setError(problem(failure)))
			.finally(() => goesOn() && setDone(null))
	}
	// A new list has no names yet: what a person looks for is looked for again.
	useEffect(() => {
		if (filter.words !== '') start(filter.words)
	}, [list])
	return (
		<>
			<Form
				ref={form}
				role="search"
				onSubmit={(event) => {
					event.preventDefault()
					start(words)
				}}
			>
				<Field
					label={t('list-search')}
					hint={t('list-search-hint')}
					value={words}
					onChange={setWords}
					autoComplete="off"
				>
					<Submit kind="second">{t('list-search-do')}</Submit>
				</Field>
				{filter.words !== '' && (
					<div className="actions">
						<Button
							kind="quiet"
							onPress={() => {
								search.current++
								setWords('')
								setDone(null)
								onChange({ ...filter, words: '' })
								// This button goes.
								form.current?.querySelector('input')?.focus()
							}}
						>
							{t('list-search-end')}
						</Button>
					</div>
				)}
			</Form>
			{error && (
				<Note kind="bad">
					<p>{error}</p>
				</Note>
			)}
			{done !== null && (
				<Busy title={t('list-searching', { done, all: list.records.length })} />
			)}
			<More title={t('list-filter')}>
				{own && (
					<RadioGroup
						className="radios"
						value={filter.by}
						onChange={(by) => onChange({ ...filter, by: by as Filter['by'] })}
					>
						<Label>{t('list-by')}</Label>
						{(['all', 'others', 'me'] as const).map((by) => (
							<Radio key={by} value={by} className="radio">
								<span className="dot" aria-hidden="true" />
								{t(`list-by-${by}`)}
							</Radio>
						))}
					</RadioGroup>
				)}
				<Checkbox
					className="check"
					isSelected={filter.newest}
					onChange={(newest) => onChange({ ...filter, newest })}
				>
					<span className="box" aria-hidden="true" />
					{t('list-newest')}
				</Checkbox>
			</More>
		</>
	)
}

/** Some rows. They are drawn when a person is about to see them, and their names are opened then. */
const Block = memo(function Block({
	rows,
	from,
	all,
	list,
	patients,
	picked,
	onPick,
}: {
	rows: Shown[]
	from: number
	all: number
	list: RecordList
	/** What a provider calls its patients; `null`: this is a patient's list. */
	patients: Map<string, string> | null
	/** Only tells that names were opened. */
	version: number
	picked: Set<bigint> | null
	onPick(id: bigint): void
}) {
	const place = useRef<HTMLLIElement>(null)
	const [near, setNear] = useState(from === 0)
	const [height, setHeight] = useState(rows.length * ROW)
	useEffect(() => {
		const element = place.current
		if (element === null) return
		const observer = new IntersectionObserver(
			(changes) => {
				// Several may come at once, as when a phone is turned: the last one counts.
				const isNear = changes.at(-1)?.isIntersecting ?? true
				if (!isNear) setHeight(element.offsetHeight)
				setNear(isNear)
			},
			{ rootMargin: '100% 0px' },
		)
		observer.observe(element)
		return () => observer.disconnect()
	}, [])
	useEffect(() => {
		if (!near) return
		const ids = rows.map(({ id }) => id)
		list.show(ids, ids)
		return () => list.hide(ids)
	}, [near, list, rows])
	return (
		<li ref={place} className="block" style={near ? undefined : { height }}>
			{near && (
				<ul className="rows">
					{rows.map((record, index) => (
						<Row
							key={String(record.id)}
							record={record}
							patients={patients}
							name={list.name(record.id)}
							place={from + index + 1}
							all={all}
							picked={picked === null ? null : picked.has(record.id)}
							onPick={onPick}
						/>
					))}
				</ul>
			)}
		</li>
	)
})

function Row({
	record,
	patients,
	name,
	place,
	all,
	picked,
	onPick,
}: {
	record: Shown
	patients: Map<string, string> | null
	name: string | null | undefined
	place: number
	all: number
	picked: boolean | null
	onPick(id: bigint): void
}) {
	const { choose } = useChosen()
	const { id, patient, writer, addedAt, amends, correctedBy } = record
	const title = name === undefined ? t('list-opening') : (name ?? t('record-no-name'))
	return (
		<li aria-setsize={all} aria-posinset={place}>
			{picked === null ? (
				<Button kind="quiet" onPress={() => choose([id], 'record')}>
					{title}
				</Button>
			) : (
				<Checkbox className="check" isSelected={picked} onChange={() => onPick(id)}>
					<span className="box" aria-hidden="true" />
					{title}
				</Checkbox>
			)}
			<span className="hint">
				{patients !== null
					? t('record-about', { patient: patients.get(patient) ?? shortId(patient) })
					: writer === null
						? t('record-by-you')
						: t('record-by', { name: unbroken(writer.name) })}
				{' · '}
				{day(addedAt)}
			</span>
			{amends !== null && <span className="hint">{t('record-amends')}</span>}
			{correctedBy.length > 0 && <span className="hint">{t('record-corrected')}</span>}
			<StandingLine standing={writer?.standing ?? null} />
		</li>
	)
}
