/** An envelope from this device to a gateway, by tus. */
import { DetailedError, Upload } from 'tus-js-client'
import type { Connection } from '../chain/connection'
import { type Door, type Gateway, GatewayError } from '../chain/gateway'
import { type Bytes, LEAF, free, hex, sha256 } from '../format'
import type { Far } from './download'

/** The most bytes of a part: whole leaves. */
const PART = 16 << 20
/** After which times a part is sent again, in milliseconds. */
const AGAIN = [0, 1000, 3000, 5000, 10_000, 20_000, 30_000]
/** How often a gateway is asked whether it keeps the envelope, and for how long at most. */
const PAUSE = 2000
const PATIENCE = 10 * 60_000
/** How many bytes of it Kubo reads in a millisecond at least. */
const KEPT_RATE = 5000

/** A gateway takes no such envelope. Another one would not, either. */
export class UploadRefused extends Error {
	constructor(readonly status: number) {
		super(`the gateway refuses the upload: ${status}`)
		this.name = 'UploadRefused'
	}
}

/** How far an upload is. */
export type UploadStep =
	| { kind: 'sending'; far: Far }
	/** All is there. The gateway reads and pins it. */
	| { kind: 'keeping' }

/** Those that another gateway, or a later time, may not change. */
const FINAL = [400, 403, 412, 413, 415, 422]

/**
 * Uploads an envelope, and ends when a gateway keeps it. Goes on where it stopped, also after the page
 * was closed: the gateway knows how far it is.
 */
export function upload(
	connection: Connection,
	envelope: File,
	cid: Bytes,
	tell: (step: UploadStep) => void,
	signal: AbortSignal,
): Promise<void> {
	return connection.each((gateway) => uploadTo(gateway, envelope, cid, tell, signal))
}

/** Ends an upload that is not finished, where there is one. What a gateway has of it goes. */
export async function endUpload(
	connection: Connection,
	size: number,
	cid: Bytes,
	signal: AbortSignal,
): Promise<void> {
	await connection.each(async (gateway) => {
		const { place, token, url } = await announce(gateway, size, cid, signal)
		const headers = { ...authorized({ token }), 'Tus-Resumable': '1.0.0' }
		await ask(url, signal, place, { method: 'DELETE', headers })
	})
}

async function uploadTo(
	gateway: Gateway,
	envelope: File,
	cid: Bytes,
	tell: (step: UploadStep) => void,
	signal: AbortSignal,
): Promise<void> {
	for (let tries = 0; ; tries++) {
		const announced = await announce(gateway, envelope.size, cid, signal)
		try {
			await send(announced, envelope, tell, signal)
			tell({ kind: 'keeping' })
			await kept(announced, envelope.size, signal)
			return
		} catch (error) {
			signal.throwIfAborted()
			// Its token ended, or Kubo lost a leaf: announced anew, it goes on.
			const again = error instanceof GatewayError && error.trouble === 'refused'
			if (!again || tries === 3) throw error
		}
	}
}

interface Announced {
	/** The upload's own address and token. */
	place: string
	token: string
	url: string
}

/** Announces the envelope. One that was announced before goes on under a new token. */
async function announce(
	gateway: Gateway,
	size: number,
	cid: Bytes,
	signal: AbortSignal,
): Promise<Announced> {
	for (const refused of [false, true]) {
		const door = await gateway.door(refused)
		const answer = await ask(door.url, signal, '/v1/uploads', {
			method: 'POST',
			headers: {
				...authorized(door),
				'Tus-Resumable': '1.0.0',
				'Upload-Length': String(size),
				// In base 16: a CID's first letter tells the base.
				'Upload-Metadata': `cid ${btoa(`f${hex(cid)}`)}`,
			},
		})
		if (answer.status === 401 && !refused) continue
		if (!answer.ok) throw problemOf(answer.status, door.url)
		const place = answer.headers.get('Location')
		const token = answer.headers.get('Upload-Token')
		// Relative to the address that was asked.
		const url = place === null ? null : new URL(place, answer.url)
		// The token goes to the gateway that gave it, and to nobody else.
		if (url === null || token === null || url.origin !== new URL(door.url).origin)
			throw new GatewayError('broken', door.url, 'it does not say where the upload is')
		return { place: url.href, token, url: door.url }
	}
	throw new GatewayError('refused', gateway.url, '401')
}

const authorized = ({ token }: Pick<Door, 'token'>) => ({ Authorization: `Bearer ${token}` })

function send(
	{ place, token, url }: Announced,
	envelope: File,
	tell: (step: UploadStep) => void,
	signal: AbortSignal,
): Promise<void> {
	return new Promise((done, fail) => {
		const sending: Upload = new Upload(envelope, {
			uploadUrl: place,
			chunkSize: PART,
			retryDelays: AGAIN,
			headers: authorized({ token }),
			// It would tell whoever has the device what was uploaded.
			storeFingerprintForResuming: false,
			onProgress: (done, size) => tell({ kind: 'sending', far: { done, size } }),
			onBeforeRequest: async (request) => {
				if (request.getMethod() !== 'PATCH') return
				const from = Number(request.getHeader('Upload-Offset'))
				const part = envelope.slice(from, from + (sending.options.chunkSize ?? PART))
				request.setHeader('Upload-Checksum', await checksum(part))
			},
			onShouldRetry: (error, _, options) => {
				const status = statusOf(error)
				// Of a part that is cut, nothing is kept: a bad line brings shorter ones.
				if (status === 0 && error.originalRequest.getMethod() === 'PATCH')
					options.chunkSize = Math.max((options.chunkSize ?? PART) / 2, LEAF)
				return !FINAL.includes(status) && status !== 401 && status !== 507
			},
			onError: (error) => {
				const status = statusOf(error)
				fail(
					status === 0
						? new GatewayError('unreachable', url, error.message)
						: problemOf(status, url),
				)
			},
			onSuccess: () => done(),
		})
		const stop = () => {
			void sending.abort()
			fail(signal.reason)
		}
		if (signal.aborted) return stop()
		signal.addEventListener('abort', stop, { once: true })
		sending.start()
	})
}

async function checksum(part: Blob): Promise<string> {
	const bytes = new Uint8Array(await part.arrayBuffer())
	const sum = await sha256(bytes)
	free(bytes)
	return `sha256 ${btoa(String.fromCharCode(...sum))}`
}

const statusOf = (error: unknown): number =>
	error instanceof DetailedError ? (error.originalResponse?.getStatus() ?? 0) : 0

/** Waits until the gateway has read and pinned all. */
async function kept(
	{ place, token, url }: Announced,
	size: number,
	signal: AbortSignal,
): Promise<void> {
	const until = Date.now() + PATIENCE + size / KEPT_RATE
	while (Date.now() < until) {
		const headers = { ...authorized({ token }), 'Tus-Resumable': '1.0.0' }
		const answer = await ask(url, signal, place, { method: 'HEAD', headers })
		if (!answer.ok) throw problemOf(answer.status, url)
		if (answer.headers.get('Upload-Kept') === 'true') return
		// A leaf was lost: it is sent again.
		const offset = answer.headers.get('Upload-Offset')
		if (offset !== null && Number(offset) < size)
			throw new GatewayError('refused', url, 'the gateway lost a part')
		await new Promise((done) => setTimeout(done, PAUSE))
		signal.throwIfAborted()
	}
	throw new GatewayError('busy', url, 'the gateway does not keep it')
}

async function ask(
	url: string,
	signal: AbortSignal,
	path: string,
	request: RequestInit,
): Promise<Response> {
	try {
		return await fetch(new URL(path, url), {
			...request,
			cache: 'no-store',
			credentials: 'omit',
			redirect: 'error',
			referrerPolicy: 'no-referrer',
			signal,
		})
	} catch (error) {
		signal.throwIfAborted()
		throw new GatewayError('unreachable', url, String(error))
	}
}

function problemOf(status: number, url: string): Error {
	if (status === 401) return new GatewayError('refused', url, '401')
	if (status === 507 || FINAL.includes(status)) return new UploadRefused(status)
	return new GatewayError('busy', url, String(status))
}
