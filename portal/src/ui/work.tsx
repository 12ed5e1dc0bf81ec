import { useState } from 'react'
import type { Connection } from '../chain/connection'
import { usePortal, useProvider } from './context'
import { useDone, useLoad } from './load'
import { Busy, Button, Card, Dialog, Problems, useWork } from './parts'
import { problem } from './problem'
import { day, t } from './text'

/** How this provider stands in its region, and how it ends its work. */
export function Work() {
	const at = useProvider()
	return at === null ? null : <Content {...at} />
}

function Content({ connection, provider }: { connection: Connection; provider: number }) {
	const { activity } = usePortal()
	const done = useDone()
	const [asks, setAsks] = useState(false)
	const { busy, error, run } = useWork(problem)
	const { value: found, error: unread } = useLoad(async () => {
		const [view] = await connection.read((codecs) => [
			codecs.view('RegistryApi.provider', provider),
		])
		return view ?? null
	}, [connection, provider, done])
	const standing = found?.standing.type
	const mayRetire = standing === 'Verified' || standing === 'Suspended'
	return (
		<Card title={t('work-title')}>
			<Problems texts={[error, unread]} />
			{found === null && unread === null && <Busy title={t('working')} />}
			{found !== null && (
				<>
					<p>
						<strong>{found.name}</strong>
						{' · '}
						{t('reader-number', { number: found.number })}
					</p>
					<p role="status">
						{t(`work-${found.standing.type}`)}{' '}
						{t('work-since', { since: day(Number(found.since)) })}
					</p>
				</>
			)}
			{mayRetire && (
				<div className="actions">
					<Button kind="danger" isDisabled={busy} onPress={() => setAsks(true)}>
						{t('retire-title')}
					</Button>
				</div>
			)}
			{asks && (
				<Dialog
					title={t('retire-sure')}
					onClose={() => setAsks(false)}
					actions={
						<>
							<Button
								kind="danger"
								onPress={() => {
									setAsks(false)
									void run(() =>
										activity.send({ kind: 'retire' }, (codecs) => [
											codecs.call('Registry.retire', undefined),
										]),
									)
								}}
							>
								{t('retire-do')}
							</Button>
							<Button kind="quiet" autoFocus onPress={() => setAsks(false)}>
								{t('cancel')}
							</Button>
						</>
					}
				>
					<p>{t('retire-text')}</p>
				</Dialog>
			)}
		</Card>
	)
}
