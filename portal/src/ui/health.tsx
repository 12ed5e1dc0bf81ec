import type { Connection } from '../chain/connection'
import { authoritiesText } from './authorities'
import { useAsked, useAuthority } from './context'
import { AGAIN, useLoad } from './load'
import { Busy, Card, Note, Problems, Title } from './parts'
import { Gateways, NotYet } from './records'
import { t } from './text'

const PAGE = 50
/** A request to a gateway has at most 16 calls. */
const AT_ONCE = 16

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
					<Pins {...at} />
					<Doors />
				</>
			)}
		</>
	)
}

/** Envelopes with fewer pins than they should have, and the authorities whose pins are missing. */
async function missingPins(connection: Connection) {
	const [{ items, next }, authorities] = await connection.read((codecs) => [
		codecs.view('PinningApi.under_replicated', undefined, PAGE),
		codecs.view('GovernanceApi.authorities'),
	])
	const lacking: string[][] = []
	for (let at = 0; at < items.length; at += AT_ONCE) {
		const some = items.slice(at, at + AT_ONCE)
		const found = await connection.read((codecs) =>
			some.map(({ record }) => codecs.view('PinningApi.pins', record)),
		)
		for (const pins of found)
			lacking.push(authorities.filter((one) => !pins.some(({ pinner }) => pinner === one)))
	}
	return { items: items.map((item, at) => ({ ...item, lacking: lacking[at] })), next }
}

function Pins({ connection, account }: { connection: Connection; account: string }) {
	const { value, error } = useLoad(() => missingPins(connection), [connection], AGAIN)
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
					<Note kind="warn">
						<p>{t('health-pins-bad', { count: value.items.length })}</p>
					</Note>
					<ul className="rows">
						{value.items.map(({ record, pins, target, lacking }) => (
							<li key={String(record)}>
								<strong>{t('record-number', { number: String(record) })}</strong>
								<span>{t('health-pins-of', { pins, target })}</span>
								<span className="hint">
									{t('health-pins-lacking', {
										names: authoritiesText(connection.chain, lacking, account),
									})}
								</span>
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
