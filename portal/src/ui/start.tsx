import type { View } from '../keys/session'
import { useState } from 'react'
import { Form } from 'react-aria-components'
import type { Member } from '../keys/store'
import { firstPage, go, usePrepared, useSession } from './context'
import { Button, Field, More, Note, Submit, Title, useWork } from './parts'
import { problem } from './problem'
import { t } from './text'

/** Nobody's key is unlocked: who are you? */
export function Start({ view }: { view: View & { kind: 'closed' } }) {
	const session = useSession()
	const { members, dropped, why } = view
	return (
		<>
			<Title>{t(members.length > 0 ? 'start-who' : 'start-welcome')}</Title>
			{why !== 'start' && (
				<Note kind="info" title={t(why === 'idle' ? 'start-idle' : 'start-locked')}>
					{null}
				</Note>
			)}
			{session.invitedTo !== null && (
				<Note kind="info" title={t('join-next')}>
					<p>{t('join-next-text')}</p>
				</Note>
			)}
			{dropped && (
				<Note kind="warn" title={t('start-dropped')}>
					<p>{t('start-dropped-text')}</p>
					<div className="actions">
						<Button kind="main" onPress={() => go('import')}>
							{t('start-dropped-import')}
						</Button>
						<Button kind="quiet" onPress={() => void session.forgetDropped()}>
							{t('start-dropped-done')}
						</Button>
					</div>
				</Note>
			)}
			{!dropped && (
				<p className="lead">
					{t(members.length > 0 ? 'start-who-text' : 'start-welcome-text')}
				</p>
			)}
			{members.length > 0 ? (
				<>
					<ul className="people">
						{members.map(({ account, label }, index) => (
							<li key={account}>
								<Button onPress={() => go(`unlock/${index + 1}`)}>
									<span className="initial" aria-hidden="true">
										{[...label][0]}
									</span>
									{label}
								</Button>
							</li>
						))}
					</ul>
					<h2>{t('start-add')}</h2>
					<p>{t('start-add-text')}</p>
				</>
			) : null}
			<div className="actions">
				<Button
					kind={members.length > 0 || dropped ? 'second' : 'main'}
					onPress={() => go('create')}
				>
					{t('start-make')}
				</Button>
				<Button kind="quiet" onPress={() => go('import')}>
					{t('start-import')}
				</Button>
			</div>
			{/* Some browsers drop all that they have of a page: then nothing here tells that there was a key. */}
			{!dropped && <p className="hint">{t('start-gone')}</p>}
		</>
	)
}

/** Unlocks a member of this device. */
export function Unlock({ member }: { member: Member }) {
	const session = useSession()
	usePrepared(member.home)
	const [passphrase, setPassphrase] = useState('')
	const { busy, error, setError, run } = useWork(problem)
	const open = () => {
		if (passphrase === '') return setError(t('need-passphrase'))
		return run(async () => {
			await session.unlock(member.account, passphrase)
			go(firstPage(session))
		})
	}
	return (
		<>
			<Title tab={t('unlock-open')}>{t('unlock-title', { label: member.label })}</Title>
			<p className="lead">{t('unlock-text')}</p>
			<Form
				onSubmit={(event) => {
					event.preventDefault()
					void open()
				}}
			>
				<Field
					secret
					label={t('create-passphrase')}
					value={passphrase}
					onChange={setPassphrase}
					error={error}
					autoComplete="current-password"
				/>
				<div className="actions">
					<Submit busy={busy}>{t('unlock-open')}</Submit>
					{member.passkey !== null && (
						<Button
							onPress={() =>
								void run(async () => {
									await session.unlockByPasskey(member.account)
									go(firstPage(session))
								})
							}
						>
							{t('unlock-passkey')}
						</Button>
					)}
					<Button kind="quiet" onPress={() => go('')}>
						{t('back')}
					</Button>
				</div>
				{busy && <p className="hint">{t('unlock-opening')}</p>}
			</Form>
			<More title={t('unlock-forgot')}>
				<p>{t('unlock-forgot-text')}</p>
			</More>
		</>
	)
}
