import { existsSync, readFileSync } from 'node:fs'

const file = new URL('../light/light.wasm', import.meta.url)

/** The verifier, as it was built. */
export async function wasm(): Promise<WebAssembly.Module> {
	if (!existsSync(file)) throw new Error('no portal/light/light.wasm: run portal/light/make')
	return WebAssembly.compile(readFileSync(file))
}
