import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { HomeView } from '../chain/home'
import { mayShare } from '../keys/backup'
import { votesMissing } from '../records/waits'
import { LOCK_KEY } from '../viewer/messages'
import { ActivityPage, OnTheWay } from './activity'
import { Add } from './add'
import { Applications } from './applications'
import { Apply } from './apply'
import { Common } from './common'
import { Copy } from './copy'
import {
	ChosenContext,
	type Open,
	go,
	useAuthority,
	useChosen,
	useHome,
	useHomeView,
	usePage,
	useSession,
	useView,
} from './context'
import { Council } from './council'
import { Create, Import } from './create'
import { Elsewhere } from './elsewhere'
import { Happened } from './happened'
import { Health } from './health'
import { Invite } from './invite'
import { Join } from './join'
import { AGAIN, useDone, useLoad } from './load'
import { Me } from './me'
import { Busy, Button, Dialog, Note } from './parts'
import { People } from './people'
import { Readers } from './readers'
import { RecordPage } from './record'
import { Records } from './records'
import { Settings } from './settings'
import { Share } from './share'
import { Shared } from './shared'
import { Sign } from './sign'
import { Start, Unlock } from './start'
import { t, tell } from './text'
import { Write } from './write'

const PAGES = {
	records: Records,
	readers: Readers,
	happened: Happened,
	me: Me,
	copy: Copy,
	settings: Settings,
	record: RecordPage,
	share: Share,
	activity: ActivityPage,
	add: Add,
	apply: Apply,
	invite: Invite,
	write: Write,
	shared: Shared,
	elsewhere: Elsewhere,
	applications: Applications,
	people: People,
	council: Council,
	common: Common,
	health: Health,
	sign: Sign,
}
type PageName = keyof typeof PAGES
const NAMES = Object.keys(PAGES) as PageName[]
/** Those to which every page leads. */
const EVERYBODY: PageName[] = ['activity', 'me', 'copy', 'settings']
const PATIENTS: PageName[] = ['records', 'readers', 'happened']
const PROVIDERS: PageName[] = ['records', 'shared', 'write', 'invite', 'elsewhere']
const AUTHORITIES: PageName[] = [
	'applications',
	'people',
	'council',
	'common',
	'health',
	'sign',
	'invite',
]

const MEMBERS: Partial<Record<HomeView['kind'], PageName[]>> = {
	authority: [],
	patient: PATIENTS,
	provider: PROVIDERS,
}

/**
 * An authority that is also a member has the pages of both. Until it is known who somebody is, there is a
 * first page.
 */
function mainPages(known: HomeView['kind'], isAuthority: boolean): PageName[] {
	const member = MEMBERS[known] ?? ['records']
	return [...new Set([...member, ...(isAuthority ? AUTHORITIES : []), ...EVERYBODY])]
}

/** What the first page is called in the menu. */
const FIRST: Partial<Record<HomeView['kind'], string>> = {
	applicant: 'application',
	lost: 'written',
	patient: 'records',
	provider: 'written',
}

/** The page of the menu from which one comes to a page that has no place in it. */
const PARENTS: Record<string, PageName> = {
	record: 'records',
	share: 'records',
	add: 'records',
	apply: 'records',
}

/** Long enough for a dialog that closes to give the focus back, in milliseconds. */
const SOON = 100

/** When what had the focus is gone, and nothing took it, the heading has it: keys go on from there. */
function useHeadingInstead() {
	useEffect(() => {
		let last: Element | null = null
		let timer: ReturnType<typeof setTimeout> | undefined
		const isGone = () =>
			document.activeElement === document.body &&
			last !== null &&
			(!last.isConnected || last.matches(':disabled'))
		const hear = ({ target }: FocusEvent) => {
			last = target as Element
		}
		const observer = new MutationObserver(() => {
			if (!isGone()) return
			clearTimeout(timer)
			timer = setTimeout(() => {
				if (isGone()) document.querySelector('h1')?.focus({ preventScroll: true })
			}, SOON)
		})
		addEventListener('focusin', hear)
		const watched = { subtree: true, childList: true, attributeFilter: ['disabled'] }
		observer.observe(document.body, watched)
		return () => {
			removeEventListener('focusin', hear)
			observer.disconnect()
			clearTimeout(timer)
		}
	}, [])
}

export function App() {
	const view = useView()
	const { isAuthority } = useHome()
	useHomeView()
	tell(isAuthority)
	useHeadingInstead()
	return (
		<>
			<a
				className="skip"
				href="#main"
				onClick={(event) => {
					event.preventDefault()
					document.querySelector('h1')?.focus()
				}}
			>
				{t('skip')}
			</a>
			<header className="top">
				<span className="brand">
					<Mark />
					{t('app')}
				</span>
				{view.kind === 'open' && <Lock />}
			</header>
			{/* What one member chose goes with the lock. */}
			<Choosing key={view.kind === 'open' ? view.member.account : view.kind}>
				{view.kind === 'open' && <Nav />}
				<main id="main">
					{view.kind === 'starting' && <Busy title={t('working')} />}
					{view.kind === 'closed' && <Closed view={view} />}
					{view.kind === 'open' && <OpenPage view={view} />}
				</main>
			</Choosing>
			{view.kind === 'open' && <Watch view={view} />}
		</>
	)
}

/** Keeps which records the pages are about. */
function Choosing({ children }: { children: ReactNode }) {
	const [records, setRecords] = useState<bigint[]>([])
	const choose = (records: bigint[], page: string) => {
		setRecords(records)
		go(page)
	}
	return <ChosenContext value={{ records, choose }}>{children}</ChosenContext>
}

const isJoin = (page: string): boolean => page.startsWith('join?')

const Mark = () => (
	<svg viewBox="0 0 32 32" aria-hidden="true">
		<rect width="32" height="32" rx="9" />
		<path d="M9 20c0 3 3 4.5 7 4.5s7-1.7 7-5-3-4.2-7-4.9-6.5-1.4-6.5-4 2.7-4 6.3-4 6 1.2 6.3 3.6" />
	</svg>
)

function Lock() {
	const session = useSession()
	return (
		<Button
			aria-keyshortcuts={LOCK_KEY}
			aria-label={t('lock-hint')}
			onPress={() => void session.lock()}
		>
			{t('lock')}
		</Button>
	)
}

function Nav() {
	const page = usePage()
	useHomeView()
	const { isAuthority, known } = useHome()
	const { choose } = useChosen()
	const waits = useWaits()
	const row = useRef<HTMLElement>(null)
	useEffect(() => {
		const here = row.current?.querySelector<HTMLElement>('[aria-current]')
		if (here) center(here)
	}, [page, known, isAuthority])
	return (
		<nav
			className="nav"
			aria-label={t('nav-label')}
			ref={row}
			// Under a finger or a mouse, a link stays where it is.
			onFocus={({ target }) => target.matches(':focus-visible') && center(target)}
		>
			{mainPages(known, isAuthority).map((name) => (
				<a
					key={name}
					href={`#/${name}`}
					aria-current={
						page === name ? 'page' : PARENTS[page] === name ? 'true' : undefined
					}
					// Such a page is about no record that was chosen before.
					onClick={(event) => event.ctrlKey || event.metaKey || choose([], name)}
					title={waits[name] ? t('nav-waits', { count: waits[name] }) : undefined}
				>
					{t(`nav-${name === 'records' ? (FIRST[known] ?? 'start') : name}`)}
					{/* Programs that read a page out have it from the title. */}
					{waits[name] ? (
						<span className="waits" aria-hidden="true">
							{waits[name]}
						</span>
					) : null}
				</a>
			))}
		</nav>
	)
}

/** How many votes wait for an authority, by the page where it can give them. */
function useWaits(): Partial<Record<PageName, number>> {
	const at = useAuthority()
	const done = useDone()
	const { value } = useLoad(
		async () => (at === null ? null : await votesMissing(at.connection, at.account)),
		[at?.connection, at?.account, done],
		at === null ? null : AGAIN,
	)
	return at === null ? {} : { ...value }
}

/** On a phone, only a part of the menu shows: from now on, with this link. */
function center(link: HTMLElement): void {
	const row = link.parentElement as HTMLElement
	row.scrollLeft = link.offsetLeft - (row.clientWidth - link.offsetWidth) / 2
}

function Closed({ view }: { view: ReturnType<typeof useView> & { kind: 'closed' } }) {
	const page = usePage()
	// A number, as browsers keep addresses, and an account tells who was here.
	const [name, number] = page.split('/')
	const member = view.members[Number(number) - 1]
	if (isJoin(page)) return <Join key={page} />
	if (name === 'create') return <Create />
	if (name === 'import') return <Import />
	if (name === 'unlock' && member) return <Unlock key={number} member={member} />
	return <Start view={view} />
}

function OpenPage({ view }: { view: Open }) {
	const page = usePage()
	const name = NAMES.find((name) => name === page) ?? (page === 'create' ? 'copy' : 'me')
	if (isJoin(page)) return <Join key={page} />
	const Page = PAGES[name]
	return (
		<>
			{!mayShare(view.member.backup) && name !== 'copy' && (
				<Note
					kind="warn"
					title={t(view.member.backup === 'old' ? 'old-copy' : 'need-copy')}
				>
					<p>{t(view.member.backup === 'old' ? 'old-copy-text' : 'need-copy-text')}</p>
					<div className="actions">
						<Button kind="main" onPress={() => go('copy')}>
							{t('need-copy-do')}
						</Button>
					</div>
				</Note>
			)}
			{name !== 'activity' && <OnTheWay />}
			<Page view={view} />
		</>
	)
}

/** Sees whether somebody uses the page. Locks by key or after the time. */
function Watch({ view }: { view: Open }) {
	const session = useSession()
	const [now, setNow] = useState(Date.now)
	// Not after the page is drawn: whoever sees it can lock it.
	useLayoutEffect(() => {
		const event = (kind: 'activity' | 'tick') => () => {
			setNow(Date.now())
			void session.idle({ kind, now: Date.now() })
		}
		const key = ({ key }: KeyboardEvent) => {
			if (key === LOCK_KEY) void session.lock()
			else event('activity')()
		}
		const [activity, tick] = [event('activity'), event('tick')]
		addEventListener('keydown', key)
		addEventListener('pointerdown', activity)
		addEventListener('visibilitychange', tick)
		const timer = setInterval(tick, 1000)
		return () => {
			removeEventListener('keydown', key)
			removeEventListener('pointerdown', activity)
			removeEventListener('visibilitychange', tick)
			clearInterval(timer)
		}
	}, [session])
	if (view.idle.kind !== 'warned') return null
	const seconds = Math.max(0, Math.ceil((view.idle.locksAt - now) / 1000))
	const stay = () => void session.idle({ kind: 'stay', now: Date.now() })
	return (
		<Dialog
			alert
			title={t('idle-title')}
			onClose={stay}
			actions={
				<>
					<Button kind="main" autoFocus onPress={stay}>
						{t('idle-stay')}
					</Button>
					<Button onPress={() => void session.lock()}>{t('idle-lock')}</Button>
				</>
			}
		>
			<p>
				{t('idle-text', { seconds })} {t('idle-kept')}
			</p>
		</Dialog>
	)
}
