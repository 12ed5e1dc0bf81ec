import { createRoot } from 'react-dom/client'
import { Session } from '../keys/session'
import { spawn } from '../keys/spawn'
import { Store } from '../keys/store'
import { App } from './app'
import { SessionContext } from './context'
import './style.css'

const session = new Session(await Store.open(), spawn)
await session.start()
createRoot(document.getElementById('page') as HTMLElement).render(
	<SessionContext value={session}>
		<App />
	</SessionContext>,
)
