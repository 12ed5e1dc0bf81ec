import type { Connection } from '../chain/connection'
import { useAsked, useAuthority } from './context'
import { useLoad } from './load'
import { Busy, Card, Note, Problems, Title } from './parts'
import { Gateways, NotYet } from './records'
import { t } from './text'

const PAGE = 50

/** How well the network is: pins and gateways. Nothing of any patient. */
export function Health() {
	const at = useAuthority()
	return (
		<>
			<Title>{t('health-title')}</Title>
			<p className="lead">{t('health-text')}</p>
			{at === null ? (
				<NotYet />
			) : (
				<>
					<Pins connection={at.connection} />
					<Doors />
				</>
			)}
		</>
	)
}

/** Envelopes with fewer pins than they should have. */
function Pins({ connection }: { connection: Connection }) {
	const { value, error } = useLoad(async () => {
		const [page] = await connection.read((codecs) => [
			codecs.view('PinningApi.under_replicated', undefined, PAGE),
		])
		return page
	}, [connection])
	return (
		<Card title={t('health-pins')}>
			<Problems texts={[error]} />
			{value === null && error === null && <Busy title={t('working')} />}
			{value?.items.length === 0 && (
				<Note kind="good">
					<p>{t('health-pins-good')}</p>
				</Note>
			)}
			{value !== null && value.items.length > 0 && (
				<>
					<p>{t('health-pins-bad', { count: value.items.length })}</p>
					<ul className="rows">
						{value.items.map(({ record, pins, target }) => (
							<li key={String(record)}>
								<strong>{t('record-number', { number: String(record) })}</strong>
								<span>{t('health-pins-of', { pins, target })}</span>
							</li>
						))}
					</ul>
					{value.next !== undefined && <p>{t('health-more')}</p>}
				</>
			)}
		</Card>
	)
}

function Doors() {
	const asked = useAsked()
	return (
		<Card title={t('settings-gateways')}>
			<p className="hint">{t('settings-gateways-text')}</p>
			<Gateways asked={asked} />
		</Card>
	)
}
