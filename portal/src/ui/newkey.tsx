import { useState } from 'react'
import { Form } from 'react-aria-components'
import { hex } from '../format'
import { mayShare } from '../keys/backup'
import { memberOf } from '../records/record'
import { type Open, go, useMe, usePortal, useSession } from './context'
import { useDone, useLoad } from './load'
import { Button, Card, Field, Note, Submit, useWork } from './parts'
import { problem } from './problem'
import { t } from './text'

/**
 * Changes a member's encryption key: made here, a copy saved and tried, and only then put on the chain.
 * So no record is ever locked with a key of which there is no copy.
 */
export function NewKey({ view }: { view: Open }) {
	const at = useMe()
	return at === null ? null : <Content view={view} at={at} />
}

function Content({ view, at }: { view: Open; at: NonNullable<ReturnType<typeof useMe>> }) {
	const session = useSession()
	const { activity } = usePortal()
	const { connection, me } = at
	const done = useDone()
	const [passphrase, setPassphrase] = useState('')
	const [tried, setTried] = useState(false)
	const { busy, error, run } = useWork(problem)
	const { value: version } = useLoad(async () => {
		const [key] = await connection.read((codecs) => [
			codecs.view('RegistryApi.encryption_key', memberOf(me), undefined),
		])
		return key?.version ?? null
	}, [connection, me, done])
	if (version === null) return null
	const next = version + 1
	const made = view.profile.keys.some((key) => key.version === next)
	const safe = mayShare(view.member.backup)
	const make = () => {
		setTried(true)
		if (passphrase === '') return
		void run(async () => {
			await session.newKey(passphrase, next)
			setPassphrase('')
			setTried(false)
		})
	}
	const put = () =>
		run(async () => {
			const { spki, signature } = await session.vault().signKey(connection.genesis, next)
			const call = {
				version: next,
				key: { type: 'RsaOaep' as const, value: spki },
				signature: `0x${hex(signature)}`,
			}
			await activity.send({ kind: 'key', version: next }, (codecs) => [
				codecs.call('Registry.rotate_key', call),
			])
		})
	return (
		<Card title={t('newkey-title')}>
			<p>{t('newkey-text')}</p>
			{error && (
				<Note kind="bad">
					<p>{error}</p>
				</Note>
			)}
			{!made && (
				<Form
					onSubmit={(event) => {
						event.preventDefault()
						make()
					}}
				>
					<Field
						secret
						label={t('newkey-passphrase')}
						value={passphrase}
						onChange={setPassphrase}
						autoComplete="current-password"
						error={tried && passphrase === '' ? t('need-passphrase') : null}
					/>
					<div className="actions">
						<Submit kind="second" busy={busy}>
							{t('newkey-make')}
						</Submit>
					</div>
				</Form>
			)}
			{made && (
				<>
					<p role="status">{t(safe ? 'newkey-safe' : 'newkey-copy')}</p>
					<div className="actions">
						{safe ? (
							<Button kind="main" isDisabled={busy} onPress={() => void put()}>
								{t(busy ? 'working' : 'newkey-put')}
							</Button>
						) : (
							<Button kind="main" onPress={() => go('copy')}>
								{t('need-copy-do')}
							</Button>
						)}
					</div>
				</>
			)}
		</Card>
	)
}
