import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { headers } from '../policy'

const TYPES: Record<string, string> = {
	'.css': 'text/css',
	'.html': 'text/html; charset=utf-8',
	'.js': 'text/javascript',
	'.json': 'application/json',
	'.svg': 'image/svg+xml',
	'.wasm': 'application/wasm',
}

/** Serves the files of these folders on loopback, as any web server would. What is put into `sent` is sent, too; `asked` has the files that were sent. */
export async function serve(...folders: string[]) {
	const sent: Record<string, string> = { ...headers }
	const asked = new Set<string>()
	const server = createServer(async ({ url = '/' }, response) => {
		const path = normalize(decodeURIComponent(new URL(url, 'http://localhost').pathname))
		const name = path.endsWith('/') ? `${path}index.html` : path
		for (const folder of folders) {
			try {
				const body = await readFile(join(folder, name))
				asked.add(name)
				response.writeHead(200, {
					...sent,
					'Content-Type': TYPES[extname(name)] ?? 'text/plain',
				})
				response.end(body)
				return
			} catch {
				// The next folder may have it.
			}
		}
		response.writeHead(404).end()
	})
	await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
	const { port } = server.address() as AddressInfo
	return { origin: `http://localhost:${port}`, sent, asked, close: () => server.close() }
}
