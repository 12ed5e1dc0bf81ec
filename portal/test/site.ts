/** The portal as a web server has it, with the files of networks. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import { inject } from 'vitest'
import type { Chain } from '../src/chain/file'
import { linkOf } from '../src/chain/link'
import { networkFile } from './network'
import { serve } from './server'

/** The bytes of files with brotli, as a server sends them. */
export const bytesOf = (folder: string, names: string[]): number =>
	names
		.map((name) => brotliCompressSync(readFileSync(join(folder, name))).length)
		.reduce((sum, length) => sum + length, 0)

export class Site {
	private constructor(
		readonly folder: string,
		private readonly server: Awaited<ReturnType<typeof serve>>,
	) {}

	/** Serves the portal from this folder, which is new. */
	static async open(folder: string): Promise<Site> {
		cpSync(inject('builds')[0], folder, { recursive: true })
		mkdirSync(join(folder, 'networks'))
		return new Site(folder, await serve(folder))
	}

	get origin(): string {
		return this.server.origin
	}

	/** The headers that are sent with each file. */
	get sent(): Record<string, string> {
		return this.server.sent
	}

	/** Its files that have been sent. */
	get asked(): ReadonlySet<string> {
		return this.server.asked
	}

	/** How many bytes those have with brotli. */
	get bytes(): number {
		return bytesOf(this.folder, [...this.asked])
	}

	/** Puts a file there. Gives its place. */
	put(name: string, content: string | Uint8Array): string {
		const path = join(this.folder, name)
		writeFileSync(path, content)
		return path
	}

	/** Puts the file of a network there, and gives the link to one of its gateways. */
	invite(network: string, file: Uint8Array, fingerprint: string, gateway: string) {
		const path = this.put(`networks/${network}.json`, file)
		const invitation = { network, fingerprint: fingerprint.replaceAll(' ', ''), gateway }
		return { path, link: `${this.origin}/#/${linkOf(invitation)}` }
	}

	/** The same for a network that has this chain, and more of what `networkFile` takes. */
	async network(chain: Chain, more: Parameters<typeof networkFile>[1] = {}) {
		const { file, print } = await networkFile(chain, more)
		const { url } = chain.endpoints[0]
		return { file, print, ...this.invite(more.name ?? 'clinics', file, print, url) }
	}

	close(): void {
		this.server.close()
	}
}
