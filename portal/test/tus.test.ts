import { createHash } from 'node:crypto'
import { type RequestListener, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeAll, expect, test, vi } from 'vitest'
import type { Connection } from '../src/chain/connection'
import { LEAF } from '../src/format'
import { endUpload, upload } from '../src/records/upload'

// The library's code for browsers.
vi.mock('tus-js-client', async () => {
	const { createRequire } = await import('node:module')
	return { ...createRequire(import.meta.url)('tus-js-client/lib.es5/browser/index.js') }
})

/** As much of a browser's as the library needs. */
class Request {
	upload = {}
	status = 0
	responseText = ''
	onload = () => {}
	onerror = (_: unknown) => {}
	#method = ''
	#url = ''
	#sent: Record<string, string> = {}
	#got = new Headers()

	open(method: string, url: string) {
		this.#method = method
		this.#url = url
	}

	setRequestHeader(name: string, value: string) {
		this.#sent[name] = value
	}

	getResponseHeader(name: string) {
		return this.#got.get(name)
	}

	async send(body: Blob | null) {
		try {
			const request = { method: this.#method, headers: this.#sent, body }
			const answer = await fetch(this.#url, request)
			this.#got = answer.headers
			this.responseText = await answer.text()
			this.status = answer.status
		} catch (error) {
			return this.onerror(error)
		}
		this.onload()
	}

	abort() {}
}

const envelope = new Uint8Array(17 * LEAF + 64)
let ended = () => {}

beforeAll(() => {
	for (let at = 0; at < envelope.length; at++) envelope[at] = at / 7
	vi.stubGlobal('XMLHttpRequest', Request)
})
afterEach(() => ended())

const sum = (bytes: Uint8Array) => `sha256 ${createHash('sha256').update(bytes).digest('base64')}`

const cid = new Uint8Array(36)
const { signal } = new AbortController()

/** A connection to a gateway that answers so. */
async function gatewayThat(answers: RequestListener): Promise<Connection> {
	const server = createServer(answers)
	await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
	ended = () => {
		server.closeAllConnections()
		server.close()
	}
	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
	const gateway = { url, door: async () => ({ url, token: 'cd' }) }
	const each = (ask: (to: typeof gateway) => unknown) => ask(gateway)
	return { each } as unknown as Connection
}

/** Uploads to a gateway that keeps parts with the right checksum alone. Gives what arrived, and the length of each part. */
async function sent(line: { cut?: number; damaged?: number }) {
	let kept = Buffer.alloc(0)
	const parts: number[] = []
	const connection = await gatewayThat(async (request, response) => {
		const pieces: Buffer[] = []
		let length = 0
		try {
			for await (const piece of request) {
				pieces.push(piece)
				length += piece.length
				if (length <= (line.cut ?? Infinity)) continue
				request.socket.destroy()
				return
			}
		} catch {
			return
		}
		let status = 201
		if (request.method === 'PATCH') {
			const part = Buffer.concat(pieces)
			parts.push(length)
			// A bit flips on its way.
			if (parts.length === line.damaged) part[LEAF + 5] ^= 1
			status = request.headers['upload-checksum'] === sum(part) ? 204 : 460
			if (status === 204) kept = Buffer.concat([kept, part])
		}
		response.writeHead(request.method === 'HEAD' ? 200 : status, {
			Location: 'uploads/1',
			'Upload-Token': 'ab',
			'Upload-Offset': kept.length,
			'Upload-Length': envelope.length,
			'Upload-Kept': String(kept.length === envelope.length),
		})
		response.end()
	})
	const file = new File([envelope], 'envelope')
	await upload(connection, file, cid, () => {}, signal)
	return { whole: Buffer.compare(kept, envelope) === 0, parts }
}

test('a part that is damaged on its way is sent again, and no other', async () => {
	const part = 16 * LEAF
	const parts = [part, part, LEAF + 64]
	expect(await sent({ damaged: 1 })).toEqual({ whole: true, parts })
})

test('a line that is cut after 3 MiB each time brings shorter parts', async () => {
	const parts = [...Array(8).fill(2 * LEAF), LEAF + 64]
	expect(await sent({ cut: 3 * LEAF })).toEqual({ whole: true, parts })
})

test('what is thrown away ends at the gateway, with the token of the upload', async () => {
	const asked: unknown[] = []
	const connection = await gatewayThat(({ method, url, headers }, response) => {
		asked.push([method, url, headers.authorization])
		const isNew = method === 'POST'
		response.writeHead(isNew ? 201 : 204, { Location: 'uploads/1', 'Upload-Token': 'ab' }).end()
	})
	await endUpload(connection, envelope.length, cid, signal)
	expect(asked).toEqual([
		['POST', '/v1/uploads', 'Bearer cd'],
		['DELETE', '/v1/uploads/1', 'Bearer ab'],
	])
})
