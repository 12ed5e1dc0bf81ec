import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
	interface ProvidedContext {
		/** Two builds of the same sources, made in two folders; and the page that runs the vectors. */
		builds: [string, string]
		vectors: string
	}
}

const run = promisify(execFile)
const portal = fileURLToPath(new URL('..', import.meta.url))
const PARTS = [
	'components.html', 'index.html', 'package.json', 'policy.ts', 'public', 'src', 'test', 'tsconfig.json',
	'vite.config.ts',
]

async function build(folder: string, ...more: string[]): Promise<string> {
	mkdirSync(folder, { recursive: true })
	for (const part of PARTS) cpSync(join(portal, part), join(folder, part), { recursive: true })
	// Copies of the packages, as a link would lead both builds to the same files. Hard links save time.
	const packages = join(portal, 'node_modules')
	await run('cp', ['-rl', packages, folder]).catch(() => run('cp', ['-r', packages, folder]))
	const vite = join(folder, 'node_modules/vite/bin/vite.js')
	await run(process.execPath, [vite, 'build', '--logLevel', 'warn', ...more], { cwd: folder })
	return join(folder, 'dist')
}

/** Builds what the browser tests serve, in temporary folders. */
export default async function setup(project: TestProject) {
	const folder = mkdtempSync(join(tmpdir(), 'salus-portal-'))
	if (!existsSync(join(portal, 'node_modules'))) throw new Error('no packages: run npm ci')
	const builds = await Promise.all([
		build(join(folder, 'one')),
		build(join(folder, 'another/deeper folder')),
	])
	project.provide('builds', builds as [string, string])
	project.provide('vectors', await vectorsPage(join(folder, 'one')))
	return () => rmSync(folder, { recursive: true, force: true })
}

async function vectorsPage(folder: string): Promise<string> {
	const vite = join(folder, 'node_modules/vite/bin/vite.js')
	await run(process.execPath, [vite, 'build', '--logLevel', 'warn', '--config', 'test/vectors.config.ts'], {
		cwd: folder,
	})
	return join(folder, 'dist-vectors')
}
