import { createRoot } from 'react-dom/client'
import { Session } from '../keys/session'
import { startKeys } from '../workers'
import { Store } from '../keys/store'
import { App } from './app'
import { SessionContext } from './context'
import { Note } from './parts'
import { t } from './text'
import './style.css'

const root = createRoot(document.getElementById('page') as HTMLElement)
try {
	const session = new Session(await Store.open(), startKeys)
	await session.start()
	root.render(
		<SessionContext value={session}>
			<App />
		</SessionContext>,
	)
} catch {
	root.render(
		<main>
			<Note kind="bad" title={t('no-storage')}>
				<p>{t('no-storage-text')}</p>
			</Note>
		</main>,
	)
}
