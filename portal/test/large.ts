/** Large files. */
import { randomBytes } from 'node:crypto'
import { openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { folder } from './portal'

export const MIB = 1 << 20
/** A part of such a file. Each begins with a number of its own. */
export const PART = 16 * MIB

/** A file of so many random bytes: one part many times, but for its number. Returns its path. */
export function large(name: string, size: number): string {
	const path = join(folder, name)
	const file = openSync(path, 'w')
	const part = randomBytes(PART)
	for (let at = 0; at < size; at += part.length) {
		part.writeUInt32LE(at / MIB)
		writeSync(file, part)
	}
	return path
}
