import { useState } from 'react'
import { Form } from 'react-aria-components'
import { type Open, firstPage, go, useSession } from './context'
import {
	Button,
	Card,
	Field,
	FileField,
	Note,
	Submit,
	Title,
	fileBytes,
	save,
	useWork,
} from './parts'
import { problem } from './problem'
import { t } from './text'

/** Saves a copy of the key file, and tries it. */
export function Copy({ view }: { view: Open }) {
	const session = useSession()
	const { member } = view
	const [file, setFile] = useState<File | null>(null)
	const [passphrase, setPassphrase] = useState('')
	const [other, setOther] = useState(false)
	const [fits, setFits] = useState(false)
	const [tried, setTried] = useState(false)
	const { busy, error, run } = useWork(problem)
	const isSaved = member.backup === 'saved' || member.backup === 'tried'
	const submit = () => {
		setTried(true)
		setOther(false)
		setFits(false)
		if (file === null || passphrase === '') return
		void run(async () => {
			const found = await session.tryBackup(await fileBytes(file), passphrase)
			setOther(!found)
			setFits(found)
			setPassphrase('')
			setTried(false)
		})
	}
	return (
		<>
			<Title>{t('copy-title')}</Title>
			<p className="lead">{t('copy-why')}</p>
			{member.backup === 'tried' && !fits && (
				<Note kind="good">
					<p>{t('copy-done')}</p>
				</Note>
			)}
			{member.backup === 'old' && (
				<Note kind="warn" title={t('old-copy')}>
					<p>{t('old-copy-text')}</p>
				</Note>
			)}
			<Card title={t('copy-save-title')}>
				<p>{t('copy-save-text')}</p>
				<div className="actions">
					<Button
						kind={isSaved ? 'second' : 'main'}
						onPress={() => {
							save(`salus-key-${member.account.slice(0, 8)}.age`, member.file)
							void session.saved()
						}}
					>
						{t('copy-save')}
					</Button>
				</div>
				<p className="hint" role="status">
					{isSaved ? t('copy-saved') : ''}
				</p>
			</Card>
			<Card title={t('copy-try-title')}>
				<p>{t('copy-try-text')}</p>
				<Form
					onSubmit={(event) => {
						event.preventDefault()
						submit()
					}}
				>
					<FileField
						label={t('copy-file')}
						file={file}
						onChange={setFile}
						error={tried && file === null ? t('need-file') : null}
					/>
					<Field
						secret
						label={t('create-passphrase')}
						value={passphrase}
						onChange={setPassphrase}
						autoComplete="current-password"
						error={tried && passphrase === '' ? t('need-passphrase') : null}
					/>
					{(error || other) && (
						<Note kind="bad">
							<p>{error ?? t('copy-other')}</p>
						</Note>
					)}
					<div className="actions">
						<Submit kind={member.backup === 'saved' ? 'main' : 'second'} busy={busy}>
							{t('copy-try')}
						</Submit>
					</div>
				</Form>
				{/* Beside the button that was pressed. */}
				{fits && (
					<Note kind="good">
						<p>{t('copy-fits')}</p>
						<div className="actions">
							<Button kind="main" onPress={() => go(firstPage(session))}>
								{t('add-go-on')}
							</Button>
						</div>
					</Note>
				)}
			</Card>
		</>
	)
}
