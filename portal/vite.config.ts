import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'
import { headers, policy } from './policy.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** Puts the policy into each page, so that it holds wherever the files are served from. */
const withPolicy: Plugin = {
	name: 'policy',
	apply: 'build',
	transformIndexHtml: () => [
		{
			tag: 'meta',
			attrs: { 'http-equiv': 'Content-Security-Policy', content: policy },
			injectTo: 'head-prepend',
		},
	],
}

/** Lists the headers that a server sends, for whoever serves a release. */
const withHeaders: Plugin = {
	name: 'headers',
	apply: 'build',
	generateBundle() {
		const source = `${JSON.stringify(headers, null, '\t')}\n`
		this.emitFile({ type: 'asset', fileName: 'headers.json', source })
	},
}

/** Tests of what is built, most of them in Chromium. */
const BUILT = ['test/{build,chromium,devices,gateway,join,lies,pages,release}.test.ts']

export default defineConfig({
	plugins: [react(), withPolicy, withHeaders],
	worker: { format: 'es' },
	build: {
		target: 'es2024',
		modulePreload: { polyfill: false },
		rolldownOptions: {
			input: {
				index: here('index.html'),
				components: here('components.html'),
				sw: here('src/release/sw.ts'),
			},
			output: {
				// Its scope is the folder that it is in.
				entryFileNames: ({ name }) => (name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js'),
			},
		},
	},
	test: {
		testTimeout: 120_000,
		hookTimeout: 120_000,
		// A test of pages mostly waits for its browser.
		maxWorkers: Math.max(2, availableParallelism() - 1),
		projects: [
			{ extends: true, test: { name: 'units', include: ['test/*.test.ts'], exclude: BUILT } },
			{
				extends: true,
				test: { name: 'built', include: BUILT, globalSetup: './test/build.ts' },
			},
		],
	},
})
