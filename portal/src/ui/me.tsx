import { useEffect, useState } from 'react'
import { accountText, fingerprint } from '../format'
import { type Open, useHomeView } from './context'
import { Card, Code, More, Qr, Title } from './parts'
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
			<Title tab={t('me-title')}>{t('me-hello', { name: view.name })}</Title>
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

const Id = ({ id }: { id: string }) => (
	<Card title={t('me-id')}>
		<p>{t('me-id-text')}</p>
		<Qr text={id} />
		<Code kind="id" text={id} label={t('me-id')} />
	</Card>
)
