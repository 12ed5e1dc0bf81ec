import { readFileSync, readdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { type Plugin, type Rolldown, build } from 'vite'
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

/** Files of pdfjs-dist that PDFs of some kinds need, beside its code. */
const AIDS = [
	['cmaps', /\.bcmap$|^LICENSE$/],
	['wasm', /^(?:openjpeg|jbig2)\.wasm$|^LICENSE_.*(?:OPENJPEG|JBIG2)$/],
] as const

/** Builds what runs in the frame that draws files: one script, as frames without an origin load no modules. */
const withViewer: Plugin = {
	name: 'viewer',
	apply: 'build',
	async generateBundle() {
		const built = await build({
			configFile: false,
			// A script knows no module's address, and needs none.
			logLevel: 'error',
			publicDir: false,
			build: {
				write: false,
				target: 'es2024',
				rolldownOptions: {
					input: here('src/viewer/main.ts'),
					output: { format: 'iife' },
				},
			},
		})
		const { output } = built as Rolldown.RolldownOutput
		this.emitFile({ type: 'asset', fileName: 'viewer.js', source: output[0].code })
		for (const [folder, wanted] of AIDS) {
			const from = here(`node_modules/pdfjs-dist/${folder}/`)
			for (const name of readdirSync(from)
				.filter((name) => wanted.test(name))
				.toSorted()) {
				const source = readFileSync(`${from}${name}`)
				this.emitFile({ type: 'asset', fileName: `pdf/${folder}/${name}`, source })
			}
		}
	},
}

/** Tests of what is built, most of them in Chromium. */
const BUILT = [
	'test/{acts,authorities,build,chromium,clinic,devices,frame,gateway,join,lies,live,many,photos}.test.ts',
	'test/{pages,patients,providers,release,saving,served,side,speed,waiting,waits}.test.ts',
]

export default defineConfig({
	plugins: [react(), withPolicy, withHeaders, withViewer],
	worker: { format: 'es' },
	build: {
		target: 'es2024',
		modulePreload: { polyfill: false },
		rolldownOptions: {
			input: {
				index: here('index.html'),
				sw: here('src/release/sw.ts'),
			},
			output: {
				// Its scope is the folder that it is in.
				entryFileNames: ({ name }) => (name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js'),
			},
		},
	},
	test: {
		// No limit says how fast something is: a machine may build beside the tests. What hangs ends after
		// `PATIENCE` of test/portal.ts, which is that of a poll, too.
		testTimeout: 1_800_000,
		expect: { poll: { timeout: 180_000 } },
		hookTimeout: 1_800_000,
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
