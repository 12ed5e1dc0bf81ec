import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
	interface ProvidedContext {
		/** Two builds of the same sources, made in two folders; and the pages that only tests need. */
		builds: [string, string]
		vectors: string
	}
}

const run = promisify(execFile)
const portal = fileURLToPath(new URL('..', import.meta.url))
const PARTS = [
	'index.html',
	'light/light.wasm',
	'package.json',
	'policy.ts',
	'public',
	'src',
	'tsconfig.json',
	'vite.config.ts',
]

async function vite(folder: string, out: string, ...more: string[]): Promise<void> {
	const program = join(folder, 'node_modules/vite/bin/vite.js')
	// As anybody runs it: the packages would see that this is a test, and behave otherwise.
	const { NODE_ENV: _, VITEST: __, ...env } = process.env
	const values = [program, 'build', '--logLevel', 'error', '--outDir', out, ...more]
	await run(process.execPath, values, { cwd: folder, env })
}

/** Builds a copy of the sources in a folder. */
async function buildIn(folder: string, out: string): Promise<void> {
	mkdirSync(folder, { recursive: true })
	for (const part of PARTS) cpSync(join(portal, part), join(folder, part), { recursive: true })
	// A copy of the packages: a link would lead both builds to the same files. Hard links are fast.
	const packages = join(portal, 'node_modules')
	await run('cp', ['-rl', packages, folder]).catch(() => run('cp', ['-r', packages, folder]))
	await vite(folder, out)
}

/** Builds what the browser tests serve, in temporary folders. */
export default async function setup(project: TestProject) {
	if (!existsSync(join(portal, 'node_modules'))) throw new Error('no packages: run npm ci')
	if (!existsSync(join(portal, 'light/light.wasm')))
		throw new Error('no verifier: run portal/light/make')
	const folder = mkdtempSync(join(tmpdir(), 'salus-portal-'))
	const [first, second, vectors] = ['first', 'second', 'vectors'].map((name) =>
		join(folder, name),
	)
	await Promise.all([
		vite(portal, first),
		buildIn(join(folder, 'another/deeper folder'), second),
		vite(portal, vectors, '--config', 'test/vectors.config.ts'),
	])
	project.provide('builds', [first, second])
	project.provide('vectors', vectors)
	return () => rm(folder, { recursive: true, force: true })
}
