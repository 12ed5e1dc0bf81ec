import type { Connection } from '../chain/connection'
import { useAuthority, useNetworks } from './context'
import { Decisions } from './council'
import { useLoad } from './load'
import { Busy, Card, Note, Problems, Title } from './parts'
import { NotYet } from './records'
import { day, t } from './text'

/** The consortium, as an authority of a region sees it: it reads there, and sends nothing. */
export function Common() {
	const at = useAuthority()
	return (
		<>
			<Title>{t('common-title')}</Title>
			<p className="lead">{t('common-text')}</p>
			{at === null ? <NotYet /> : <Content {...at} />}
		</>
	)
}

function Content({ connection, account }: { connection: Connection; account: string }) {
	const { consortium } = connection
	if (consortium === null) {
		return (
			<Note kind="info">
				<p>{t('common-alone')}</p>
			</Note>
		)
	}
	return (
		<>
			<Regions consortium={consortium} />
			<Decisions connection={consortium} account={account} mayVote={false} />
		</>
	)
}

/** All regions, and whether this device has the newest network file. */
function Regions({ consortium }: { consortium: Connection }) {
	const networks = useNetworks()
	const { network } = consortium
	const { value, error } = useLoad(async () => {
		const [page, newest] = await consortium.read((codecs) => [
			codecs.view('ConsortiumApi.regions', undefined, 256),
			codecs.view('ConsortiumApi.network_file'),
		])
		return { regions: page.items, newest, own: await networks.open(network.name) }
	}, [consortium, networks])
	return (
		<Card title={t('common-regions')}>
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
										{t('common-region', { providers, grants: live_grants })}
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
	if (newest === undefined) return t('common-no-file')
	const { serial, file_hash } = newest
	const print = own?.fingerprint.replaceAll(' ', '')
	if (`0x${print}` === file_hash) return t('common-file-same', { serial })
	return t('common-file-other', { serial, own: own?.network.serial ?? 0 })
}
