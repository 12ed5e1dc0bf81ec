import { useState } from 'react'
import { exportAll } from '../records/export'
import { type Open, useMe, useSession } from './context'
import { Busy, Button, Card, Note, save, useWork } from './parts'
import { problem } from './problem'
import { t } from './text'

/** Saves the lists of a member in a form that other programs read: FHIR R4. */
export function Export({ view }: { view: Open }) {
	const at = useMe()
	return at === null ? null : <Content view={view} at={at} />
}

function Content({ view, at }: { view: Open; at: NonNullable<ReturnType<typeof useMe>> }) {
	const session = useSession()
	const [count, setCount] = useState(0)
	const [saved, setSaved] = useState(false)
	const { busy, error, run } = useWork(problem)
	const { connection, me } = at
	const start = () =>
		run(async () => {
			setSaved(false)
			setCount(0)
			const { account } = view.profile
			const bundle = await exportAll(connection, session.vault(), me, account, setCount)
			save('salus-fhir.json', JSON.stringify(bundle, null, '\t'))
			setSaved(true)
		})
	return (
		<Card title={t('export-title')}>
			<p>{t(typeof me === 'string' ? 'export-text' : 'export-text-provider')}</p>
			{error && (
				<Note kind="bad">
					<p>{error}</p>
				</Note>
			)}
			{busy && <Busy title={t('export-reading', { count })} />}
			<div className="actions">
				<Button isDisabled={busy} onPress={() => void start()}>
					{t('export-do')}
				</Button>
			</div>
			<p className="hint" role="status">
				{saved ? t('document-saved') : ''}
			</p>
		</Card>
	)
}
