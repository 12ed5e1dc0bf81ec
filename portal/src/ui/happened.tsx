import { useEffect, useState } from 'react'
import { type Known, remoteKey, remoteNames } from '../records/grants'
import { type Happening, providerNames, readHistory } from '../records/history'
import { type Open, useChosen, usePatient } from './context'
import { useNames } from './names'
import { Busy, Button, Note, Title, useWork } from './parts'
import { problem } from './problem'
import { granteeName, termsText, where } from './readers'
import { NotYet } from './records'
import { moment, t } from './text'

/** The history of shares and keys. */
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
	const [items, setItems] = useState<Happening[] | null>(null)
	const [people, setPeople] = useState(() => new Map<number, string>())
	const [elsewhere, setElsewhere] = useState(() => new Map<string, Known>())
	const [next, setNext] = useState<bigint | undefined>(undefined)
	const { busy, error, run } = useWork(problem)
	const load = (after: bigint | undefined) =>
		run(async () => {
			const page = await readHistory(connection, patient, account, after)
			setItems((before) => [...(after === undefined ? [] : (before ?? [])), ...page.items])
			setNext(page.next)
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
	useEffect(() => void load(undefined), [connection, patient])
	const names = useNames((items ?? []).flatMap((one) => (one.kind === 'grant' ? one.record : [])))
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
					{items.map((item) => (
						<li key={String(item.id)}>
							<strong>{textOf(item, people, elsewhere)}</strong>
							{item.kind === 'grant' && where(item.grantee)}
							{item.kind === 'grant' && (
								<Button
									kind="quiet"
									onPress={() => choose([item.record], 'record')}
								>
									{names.get(item.record) ??
										t('record-number', { number: String(item.record) })}
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
								{t(item.byMe ? 'happened-by-you' : 'happened-by-network', {
									when: moment(item.at),
								})}
							</span>
						</li>
					))}
				</ol>
			)}
			{next !== undefined && (
				<div className="actions">
					<Button onPress={() => void load(next)}>
						{t(busy ? 'working' : 'records-more')}
					</Button>
				</div>
			)}
		</>
	)
}

function textOf(
	item: Happening,
	people: Map<number, string>,
	elsewhere: Map<string, Known>,
): string {
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
