/**
 * The service worker. From the first list on that the network's signers signed, it refuses files that are
 * not on one, and lists that are older than its own. An aid, not the defence: a page that is loaded again with the shift
 * key goes past it, and a server that replaces this file replaces it. `salus portal` is the defence.
 */
import { hex, sha256, text } from '../format'
import { Store } from '../keys/store'
import { t } from '../ui/text'
import { type Release, type Signers, type SignedRelease, isSigned } from './list'

const worker = self as unknown as ServiceWorkerGlobalScope

/** The part of a service worker's scope that is used here. TypeScript's types have no such scope beside a page's. */
interface ServiceWorkerGlobalScope {
	location: Location
	clients: { claim(): Promise<void> }
	skipWaiting(): Promise<void>
	addEventListener(
		type: 'install' | 'activate' | 'fetch',
		listener: (event: {
			request: Request
			waitUntil(done: Promise<unknown>): void
			respondWith(answer: Promise<Response>): void
		}) => void,
	): void
}

worker.addEventListener('install', (event) => event.waitUntil(worker.skipWaiting()))
worker.addEventListener('activate', (event) => event.waitUntil(worker.clients.claim()))
worker.addEventListener('fetch', (event) => {
	const { origin, pathname } = new URL(event.request.url)
	const own = origin === worker.location.origin && event.request.method === 'GET'
	if (!own || pathname === '/release.json' || pathname.startsWith('/networks/')) return
	event.respondWith(handle(event.request, pathname))
})

async function handle(request: Request, pathname: string): Promise<Response> {
	// Anew each time, as a browser can drop what is stored. Without a store, the page says what is wrong.
	const store = await Store.open().catch(() => null)
	if (store === null) return fetch(request)
	try {
		return await answer(store, request, pathname)
	} finally {
		store.close()
	}
}

async function answer(store: Store, request: Request, pathname: string): Promise<Response> {
	const signers = await knownSigners(store)
	// Nobody of this device is in a network yet, so nobody says who signs.
	if (signers.length === 0) return fetch(request)
	const path = pathname === '/' ? 'index.html' : pathname.slice(1)
	const found = await fetch(request.url, { cache: 'no-cache', redirect: 'error' })
	const bytes = new Uint8Array(await found.arrayBuffer())
	const sum = `0x${hex(await sha256(bytes))}`
	const fits = (release: Release | null): boolean =>
		release?.files.some((file) => file.path === path && file.sha256 === sum) ?? false
	const kept = (await store.release()) ?? null
	const next = fits(kept) ? null : await newer(store, kept, signers)
	// Without any list yet, there is nothing to compare with.
	const none = kept === null && next === null
	if (none || fits(kept) || fits(next)) {
		return new Response(bytes, { status: found.status, headers: found.headers })
	}
	const headers = { 'Content-Type': 'text/plain; charset=utf-8' }
	return new Response(t('release-refused'), { status: 502, headers })
}

/** A newer list than the kept one, if the server has one and enough signers signed it. */
async function newer(
	store: Store,
	kept: Release | null,
	signers: Signers[],
): Promise<Release | null> {
	try {
		const found = await fetch('/release.json', { cache: 'no-cache', redirect: 'error' })
		const signed = (await found.json()) as SignedRelease
		const { release } = signed
		if (kept !== null && !(release.serial > kept.serial)) return null
		const all = await Promise.all(signers.map((one) => isSigned(signed, one)))
		if (!all.includes(true)) return null
		await store.keepRelease(release)
		return release
	} catch {
		return null
	}
}

/** Who signs, by the network files that were confirmed on this device. */
async function knownSigners(store: Store): Promise<Signers[]> {
	const networks = await store.networks()
	return networks.map(({ file }) => JSON.parse(text(file) ?? '').network.signers)
}
