import { useEffect, useMemo, useState } from 'react'
import { type Known, remoteKey, remoteNames } from '../records/grants'
import { type Added, type Happening, Story, providerNames } from '../records/history'
import { type Open, useChosen, usePatient } from './context'
import { useNames } from './names'
import { Busy, Button, Note, Title, useWork } from './parts'
import { problem } from './problem'
import { granteeName, termsText, where } from './readers'
import { NotYet } from './records'
import { moment, t, unbroken } from './text'

/** The history of records, shares and keys. */
export function Happened({ view }: { view: Open }) {
	const at = usePatient()
	return (
		<>
			<Title>{t('happened-title')}</Title>
			<p className="lead">{t('happened-text')}</p>
			{at === null ? (
				<NotYet />
			) : (
				<List key={at.patient} {...at} account={view.profile.account} />
			)}
		</>
	)
}

function List({
	connection,
	patient,
	account,
}: NonNullable<ReturnType<typeof usePatient>> & { account: Uint8Array }) {
	const { choose } = useChosen()
	const story = useMemo(
		() => new Story(connection, patient, account),
		[connection, patient, account],
	)
	const [items, setItems] = useState<(Happening | Added)[] | null>(null)
	const [people, setPeople] = useState(() => new Map<number, string>())
	const [elsewhere, setElsewhere] = useState(() => new Map<string, Known>())
	const [whole, setWhole] = useState(true)
	const { busy, error, run } = useWork(problem)
	const load = () =>
		run(async () => {
			const page = await story.more()
			setItems((before) => [...(before ?? []), ...page.items])
			setWhole(page.whole)
			const grantees = page.items.flatMap((one) => (one.kind === 'grant' ? one.grantee : []))
			const found = await providerNames(connection, grantees)
			setPeople((before) => new Map([...before, ...found]))
			const remotes = grantees.flatMap((one) => (one.kind === 'remote' ? one : []))
			const known = await remoteNames(
				connection,
				remotes.map((grantee) => ({ grantee })),
			)
			setElsewhere((before) => new Map([...before, ...known]))
		})
	useEffect(() => {
		setItems(null)
		void load()
	}, [story])
	const names = useNames((items ?? []).flatMap((item) => recordOf(item) ?? []))
	return (
		<>
			{error && (
				<Note kind="bad">
					<p>{error}</p>
				</Note>
			)}
			{items === null && busy && <Busy title={t('happened-loading')} />}
			{items?.length === 0 && <p>{t('happened-nothing')}</p>}
			{items !== null && items.length > 0 && (
				<ol className="rows" aria-label={t('happened-title')}>
					{items.map((item) => {
						const record = recordOf(item)
						return (
							<li key={keyOf(item)}>
								<strong>{textOf(item, people, elsewhere)}</strong>
								{item.kind === 'grant' && where(item.grantee)}
								{record !== null && (
									<Button kind="quiet" onPress={() => choose([record], 'record')}>
										{names.get(record) ??
											t('record-number', { number: String(record) })}
									</Button>
								)}
								{item.kind === 'grant' && item.purpose !== null && (
									<span>
										{termsText({
											purpose: item.purpose,
											expiresAt: item.expiresAt,
										})}
									</span>
								)}
								<span className="hint">
									{t(byText(item), { when: moment(item.at) })}
								</span>
							</li>
						)
					})}
				</ol>
			)}
			{!whole && (
				<div className="actions">
					<Button onPress={() => void load()}>
						{t(busy ? 'working' : 'records-more')}
					</Button>
				</div>
			)}
		</>
	)
}

const keyOf = (item: Happening | Added): string =>
	item.kind === 'record' ? `record ${item.shown.id}` : String(item.id)

/** The record that it is about. */
function recordOf(item: Happening | Added): bigint | null {
	if (item.kind === 'key') return null
	return item.kind === 'record' ? item.shown.id : item.record
}

/** Whose act it was. What names who acted needs only the time. */
function byText(item: Happening | Added): string {
	if (item.kind === 'record') return 'happened-on'
	return item.byMe ? 'happened-by-you' : 'happened-by-network'
}

function textOf(
	item: Happening | Added,
	people: Map<number, string>,
	elsewhere: Map<string, Known>,
): string {
	if (item.kind === 'record') {
		const { writer, amends } = item.shown
		const what = amends === null ? 'happened-added' : 'happened-corrected'
		return writer === null
			? t(`${what}-you`)
			: t(what, { name: unbroken(writer.name), number: writer.number })
	}
	if (item.kind === 'key') return t(item.version === 0 ? 'happened-joined' : 'happened-key')
	const { grantee, event } = item
	const known =
		grantee.kind === 'remote'
			? elsewhere.get(remoteKey(grantee))?.name
			: grantee.kind === 'provider'
				? people.get(grantee.id)
				: undefined
	return t(`happened-${event}`, { name: granteeName({ name: known ?? null, grantee }) })
}
