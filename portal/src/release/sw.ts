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

const store = Store.open()

worker.addEventListener('install', (event) => event.waitUntil(worker.skipWaiting()))
worker.addEventListener('activate', (event) => event.waitUntil(worker.clients.claim()))
worker.addEventListener('fetch', (event) => {
	const { origin, pathname } = new URL(event.request.url)
	const own = origin === worker.location.origin && event.request.method === 'GET'
	if (!own || pathname === '/release.json' || pathname.startsWith('/networks/')) return
	event.respondWith(answer(event.request, pathname))
})

async function answer(request: Request, pathname: string): Promise<Response> {
	const signers = await knownSigners()
	// Nobody of this device is in a network yet, so nobody says who signs.
	if (signers.length === 0) return fetch(request)
	const path = pathname === '/' ? 'index.html' : pathname.slice(1)
	const found = await fetch(request.url, { cache: 'no-cache', redirect: 'error' })
	const bytes = new Uint8Array(await found.arrayBuffer())
	const sum = `0x${hex(await sha256(bytes))}`
	const fits = (release: Release | null): boolean =>
		release?.files.some((file) => file.path === path && file.sha256 === sum) ?? false
	const kept = (await (await store).release()) ?? null
	const next = fits(kept) ? null : await newer(kept, signers)
	// Without any list yet, there is nothing to compare with.
	const none = kept === null && next === null
	if (none || fits(kept) || fits(next)) {
		return new Response(bytes, { status: found.status, headers: found.headers })
	}
	const headers = { 'Content-Type': 'text/plain; charset=utf-8' }
	return new Response(t('release-refused'), { status: 502, headers })
}

/** A newer list than the kept one, if the server has one and enough signers signed it. */
async function newer(kept: Release | null, signers: Signers[]): Promise<Release | null> {
	try {
		const found = await fetch('/release.json', { cache: 'no-cache', redirect: 'error' })
		const signed = (await found.json()) as SignedRelease
		const { release } = signed
		if (kept !== null && !(release.serial > kept.serial)) return null
		const all = await Promise.all(signers.map((one) => isSigned(signed, one)))
		if (!all.includes(true)) return null
		await (await store).keepRelease(release)
		return release
	} catch {
		return null
	}
}

/** Who signs, by the network files that were confirmed on this device. */
async function knownSigners(): Promise<Signers[]> {
	const networks = await (await store).networks()
	return networks.map(({ file }) => JSON.parse(text(file) ?? '').network.signers)
}
