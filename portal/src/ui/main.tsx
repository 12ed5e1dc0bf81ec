import { createRoot } from 'react-dom/client'
import light from '../../light/light.wasm?url'
import { Guarded } from '../chain/guarded'
import { Home } from '../chain/home'
import { Networks } from '../chain/networks'
import { Notes } from '../keys/notes'
import { Session } from '../keys/session'
import { Store } from '../keys/store'
import { Activity } from '../records/activity'
import { Adding } from '../records/adding'
import { Documents } from '../records/documents'
import { loaded } from '../loaded'
import { startCarrier, startKeys, startProver, startService } from '../workers'
import { App } from './app'
import { PortalContext, visit } from './context'
import { Note } from './parts'
import { t } from './text'
import './style.css'

const verifier = () =>
	loaded(fetch(light).then(async (answer) => WebAssembly.compile(await answer.arrayBuffer())))

const root = createRoot(document.getElementById('page') as HTMLElement)
try {
	const store = await Store.open()
	const session = new Session(store, startKeys)
	const guarded = new Guarded(startProver, verifier)
	const networks = new Networks(store, guarded)
	const home = new Home(session, store, guarded, networks)
	const notes = new Notes(session)
	const documents = new Documents(session, startCarrier)
	const activity = new Activity(session, home, notes, visit)
	const adding = new Adding(session, notes, documents, activity)
	await session.start()
	void startService()
	root.render(
		<PortalContext value={{ session, home, networks, notes, documents, activity, adding }}>
			<App />
		</PortalContext>,
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
