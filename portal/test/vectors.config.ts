import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url))

/** The pages that show all components, and run the vectors and views in a browser. No part of the portal. */
export default defineConfig({
	publicDir: false,
	root: here('.'),
	worker: { format: 'es' },
	build: {
		target: 'es2024',
		modulePreload: { polyfill: false },
		rolldownOptions: {
			input: ['components', 'vectors', 'verify'].map((page) => here(`${page}.html`)),
		},
	},
})
