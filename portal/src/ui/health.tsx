import type { Connection } from '../chain/connection'
import { useAsked, useAuthority, useNetworks } from './context'
import { useLoad } from './load'
import { Busy, Card, Note, Problems, Title } from './parts'
import { Gateways, NotYet } from './records'
import { day, t } from './text'

const PAGE = 50

/** How well the network is: pins, gateways, regions. Nothing of any patient. */
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
					<Regions connection={at.connection} />
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

/** The regions of the consortium, and whether this device has the newest network file. */
function Regions({ connection }: { connection: Connection }) {
	const networks = useNetworks()
	const { consortium, network } = connection
	const { value, error } = useLoad(async () => {
		if (consortium === null) return null
		const [page, newest] = await consortium.read((codecs) => [
			codecs.view('ConsortiumApi.regions', undefined, 256),
			codecs.view('ConsortiumApi.network_file'),
		])
		return { regions: page.items, newest, own: await networks.open(network.name) }
	}, [consortium, networks])
	if (consortium === null) {
		return (
			<Card title={t('health-regions')}>
				<p>{t('health-alone')}</p>
			</Card>
		)
	}
	return (
		<Card title={t('health-regions')}>
			<Problems texts={[error]} />
			{value === null && error === null && <Busy title={t('working')} />}
			{value !== null && (
				<>
					<ul className="rows">
						{value.regions.map(
							({ region, standing, since, providers, live_grants }) => (
								<li key={region}>
									<strong>{t('find-region', { region: String(region) })}</strong>
									<span>
										{t(`region-${standing.type}`, {
											since: day(Number(since)),
										})}
									</span>
									<span className="hint">
										{t('health-region', { providers, grants: live_grants })}
									</span>
								</li>
							),
						)}
					</ul>
					<p>{fileText(value)}</p>
				</>
			)}
		</Card>
	)
}

function fileText({
	newest,
	own,
}: {
	newest: { serial: number; file_hash: string } | undefined
	own: { network: { serial: number }; fingerprint: string } | null
}): string {
	if (newest === undefined) return t('health-no-file')
	const { serial, file_hash } = newest
	const print = own?.fingerprint.replaceAll(' ', '')
	if (`0x${print}` === file_hash) return t('health-file-same', { serial })
	return t('health-file-other', { serial, own: own?.network.serial ?? 0 })
}
