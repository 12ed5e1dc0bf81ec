import { useEffect, useState } from 'react'
import { accountText, fingerprint } from '../format'
import { type Open, useHomeView, useProvider } from './context'
import { useLoad } from './load'
import { Busy, Card, Code, More, Problems, Qr, Title } from './parts'
import { t } from './text'

/** The patient's id, the member's account and fingerprint, for others to scan and compare. */
export function Me({ view }: { view: Open }) {
	const { account, keys } = view.profile
	const [print, setPrint] = useState('')
	const home = useHomeView()
	// An authority may have no encryption key.
	const spki = keys.at(-1)?.spki
	useEffect(() => {
		if (spki !== undefined) void fingerprint(spki).then(setPrint)
	}, [spki])
	const text = accountText(account)
	return (
		<>
			<Title tab={t('me-title')}>
				{view.name === '' ? t('me-title') : t('me-hello', { name: view.name })}
			</Title>
			<Work />
			{home.kind === 'patient' && <Id id={home.id.slice(2)} />}
			<Card title={t('me-account')}>
				<p>{t('me-account-text')}</p>
				<Qr text={text} />
				<Code text={text} label={t('me-account')} />
			</Card>
			{print !== '' && (
				<Card title={t('me-fingerprint')}>
					<p>{t('me-fingerprint-text')}</p>
					<Qr text={print} />
					<Code kind="print" text={print} label={t('me-fingerprint')} />
				</Card>
			)}
			<More title={t('me-more')}>
				<p>{t('me-more-text')}</p>
			</More>
		</>
	)
}

/** The name and the number of somebody who treats patients. */
function Work() {
	const at = useProvider()
	return at === null ? null : <AtWork {...at} />
}

function AtWork({ connection, provider }: NonNullable<ReturnType<typeof useProvider>>) {
	const { value: found, error } = useLoad(async () => {
		const [view] = await connection.read((codecs) => [
			codecs.view('RegistryApi.provider', provider),
		])
		return view ?? null
	}, [connection, provider])
	return (
		<Card title={t('me-work')}>
			<Problems texts={[error]} />
			{found === null && error === null && <Busy title={t('working')} />}
			{found !== null && (
				<>
					<p>{t('me-work-text')}</p>
					<p>
						<strong>{found.name}</strong>
						{' · '}
						{t('reader-number', { number: found.number })}
					</p>
				</>
			)}
		</Card>
	)
}

const Id = ({ id }: { id: string }) => (
	<Card title={t('me-id')}>
		<p>{t('me-id-text')}</p>
		<Qr text={id} />
		<Code kind="id" text={id} label={t('me-id')} />
	</Card>
)
