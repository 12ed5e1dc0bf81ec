import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

/** The page that runs the vectors in a browser. No part of the portal. */
export default defineConfig({
	publicDir: false,
	root: fileURLToPath(new URL('.', import.meta.url)),
	build: {
		outDir: '../dist-vectors',
		target: 'es2024',
		modulePreload: { polyfill: false },
		rolldownOptions: { input: fileURLToPath(new URL('vectors.html', import.meta.url)) },
	},
})
