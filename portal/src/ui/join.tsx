import { useEffect, useState } from 'react'
import { parseLink } from '../chain/link'
import { type Looked, regionOf } from '../chain/networks'
import type { Member } from '../keys/store'
import { go, useNetworks, usePage, useSession, useView } from './context'
import { Busy, Button, Card, Code, FileField, Note, Title, fileBytes, useWork } from './parts'
import { problem } from './problem'
import { t } from './text'

type Home = NonNullable<Member['home']>

/** A link was opened: which network is this, and is it the right one? */
export function Join() {
	const session = useSession()
	const networks = useNetworks()
	const view = useView()
	const page = usePage()
	const invitation = parseLink(page)
	const [looked, setLooked] = useState<Looked | null>(null)
	const [missing, setMissing] = useState(false)
	const [other, setOther] = useState(false)
	const [moving, setMoving] = useState<Home | null>(null)
	const { busy, error, run } = useWork(problem)

	const goOn = async ({ network }: Looked) => {
		if (invitation === null) return
		const { para } = regionOf(network, invitation)
		const home = { network: network.name, region: para }
		if (view.kind !== 'open') {
			session.invitedTo = { home, page }
			return go('')
		}
		session.invitedTo = null
		const now = view.member.home
		const same = now === null || (now.network === home.network && now.region === para)
		return same ? settle(home) : setMoving(home)
	}
	const settle = async (home: Home) => {
		await session.setHome(home)
		go('records')
	}

	useEffect(() => {
		void run(async () => {
			if (invitation === null) return
			const known = await networks.open(invitation.network)
			if (known !== null) return goOn(known)
			const file = await networks.find(invitation)
			if (file === null) setMissing(true)
			else setLooked(await networks.look(file, invitation))
		})
		// Once for each link.
	}, [page])

	if (invitation === null) {
		return (
			<>
				<Title>{t('join-title')}</Title>
				<Note kind="bad">
					<p>{t('join-bad-link')}</p>
				</Note>
				<Back />
			</>
		)
	}
	return (
		<>
			<Title>{t('join-title')}</Title>
			<p className="lead">{t('join-text')}</p>
			{error && (
				<Note kind="bad">
					<p>{error}</p>
				</Note>
			)}
			{other && (
				<Note kind="bad" title={t('join-other-title')}>
					<p>{t('join-other-text')}</p>
				</Note>
			)}
			{missing && looked === null && (
				<Card title={t('join-file-title')}>
					<p>{t('join-file-text')}</p>
					<FileField
						label={t('join-file')}
						file={null}
						onChange={(file) =>
							void run(async () =>
								setLooked(await networks.look(await fileBytes(file), invitation)),
							)
						}
					/>
				</Card>
			)}
			{looked !== null && !other && moving === null && (
				<Card title={t('join-compare', { network: looked.network.name })}>
					<p>{t('join-compare-text')}</p>
					<Code kind="print" text={looked.fingerprint} label={t('join-fingerprint')} />
					<div className="actions">
						<Button
							kind="main"
							onPress={() =>
								void run(async () => {
									await networks.confirm(looked)
									await goOn(looked)
								})
							}
						>
							{t(busy ? 'working' : 'join-same')}
						</Button>
						<Button isDisabled={busy} onPress={() => setOther(true)}>
							{t('join-different')}
						</Button>
					</div>
				</Card>
			)}
			{moving !== null && view.kind === 'open' && (
				<Card title={t('join-move-title')}>
					<p>{t('join-move-text', { network: view.member.home?.network ?? '' })}</p>
					<div className="actions">
						<Button kind="main" onPress={() => void run(() => settle(moving))}>
							{t('join-move')}
						</Button>
					</div>
				</Card>
			)}
			{looked === null && moving === null && !missing && error === null && (
				<Busy title={t('join-looking')} />
			)}
			<Back />
		</>
	)
}

const Back = () => (
	<div className="actions">
		<Button kind="quiet" onPress={() => go('')}>
			{t('back')}
		</Button>
	</div>
)
