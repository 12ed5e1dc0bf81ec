/**
 * The service worker. From the first list on that the network's signers signed, it refuses files that are
 * not on one, and lists that are older than its own. An aid, not the defence: a page that is loaded again with the shift
 * key goes past it, and a server that replaces this file replaces it. `salus portal` is the defence.
 */
import { type Bytes, hex, sha256, text } from '../format'
import { Store } from '../keys/store'
import { t } from '../ui/text'
import { type Release, type Signers, type SignedRelease, isSigned } from './list'

/** The file of a release with the headers that a server sends. */
const HEADERS = 'headers.json'

const TYPES: Record<string, string> = {
	css: 'text/css',
	html: 'text/html; charset=utf-8',
	js: 'text/javascript',
	json: 'application/json',
	svg: 'image/svg+xml',
	wasm: 'application/wasm',
}

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
	const { destination, method, mode, url } = event.request
	const { origin, pathname } = new URL(url)
	const isPage = mode === 'navigate'
	if (origin !== worker.location.origin || !(isPage || method === 'GET')) return
	// What no list has, scripts may read. It must never become a page or a script.
	const isData = pathname === '/release.json' || pathname.startsWith('/networks/')
	if (isData && !isPage && destination === '') return
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
	const found = await get(request.url)
	const bytes = new Uint8Array(await found.arrayBuffer())
	const list = await listOf(store, signers, path, bytes)
	if (list === 'none') {
		return new Response(bytes, { status: found.status, headers: found.headers })
	}
	const headers = list === null ? null : await headersOf(store, signers, list)
	if (headers !== null) {
		return new Response(bytes, { headers: { ...headers, 'Content-Type': typeOf(path) } })
	}
	const plain = { 'Content-Type': 'text/plain; charset=utf-8' }
	return new Response(t('release-refused'), { status: 502, headers: plain })
}

const get = (url: string): Promise<Response> => fetch(url, { cache: 'no-cache', redirect: 'error' })

/** The list that has this file: the kept one, or a newer one. `none`: there is no list to compare with yet. */
async function listOf(
	store: Store,
	signers: Signers[],
	path: string,
	bytes: Bytes,
): Promise<Release | null | 'none'> {
	const sum = `0x${hex(await sha256(bytes))}`
	const fits = (release: Release) => sumOf(release, path) === sum
	const kept = (await store.release()) ?? null
	if (kept !== null && fits(kept)) return kept
	const next = await newer(store, kept, signers)
	if (next !== null && fits(next)) return next
	return kept === null && next === null ? 'none' : null
}

const sumOf = (release: Release, path: string): string | undefined =>
	release.files.find((file) => file.path === path)?.sha256

/** The headers of a release, and the hash of their file. They outlast a request. */
let known: { sum: string; headers: Record<string, string> } | null = null

/** The release's own headers: the server's could lead elsewhere, or lack the policy. */
async function headersOf(
	store: Store,
	signers: Signers[],
	list: Release,
): Promise<Record<string, string> | null> {
	if (known !== null && known.sum === sumOf(list, HEADERS)) return known.headers
	const bytes = new Uint8Array(await (await get(`/${HEADERS}`)).arrayBuffer())
	// The server may have a newer release by now.
	const by = await listOf(store, signers, HEADERS, bytes)
	if (by === null || by === 'none') return null
	known = { sum: sumOf(by, HEADERS) ?? '', headers: JSON.parse(text(bytes) ?? '') }
	return known.headers
}

const typeOf = (path: string): string =>
	TYPES[path.replace(/.*\./, '')] ?? 'application/octet-stream'

/** A newer list than the kept one, if the server has one and enough signers signed it. */
async function newer(
	store: Store,
	kept: Release | null,
	signers: Signers[],
): Promise<Release | null> {
	try {
		const found = await get('/release.json')
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
