import { existsSync } from 'node:fs'
import { join } from 'node:path'

const folder = process.env.SALUS_BIN

/** A file that the gate builds, in the folder SALUS_BIN. `null`: nothing is built, and tests are skipped. */
export function built(name: string): string | null {
	if (folder === undefined) return null
	const path = join(folder, name)
	if (!existsSync(path)) throw new Error(`${path} is not built: run scripts/test build`)
	return path
}
