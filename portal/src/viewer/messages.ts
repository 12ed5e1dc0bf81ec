/** What the page and the frame that shows files say to each other. */

/** From the page. */
export type ToViewer =
	| { kind: 'show'; as: 'pdf' | 'image'; bytes: ArrayBuffer; view: View }
	| { kind: 'turn'; view: View }
	/** A file that a PDF needs to be drawn; `null`: there is none. */
	| { kind: 'aid'; id: number; bytes: ArrayBuffer | null }

/** Which page, and how large: 1 fills the width. */
export interface View {
	page: number
	scale: number
}

/** From the frame. It may be anybody's: it has parsed a stranger's file. */
export type FromViewer =
	| { kind: 'ready' }
	| { kind: 'drawn'; pages: number; height: number }
	| { kind: 'failed'; why: 'broken' | 'password' }
	| { kind: 'aid'; id: number; name: string }
	/** The person pressed the key that locks, which a page does not hear while a frame has the focus. */
	| { kind: 'lock' }

/** The key that locks. */
export const LOCK_KEY = 'F9'

const AID = /^(?:cmaps\/[A-Za-z0-9-]{1,40}\.bcmap|wasm\/(?:openjpeg|jbig2)\.wasm)$/
/** In pixels of the page. */
const TALLEST = 20_000

/** Reads what a frame says. `null`: nothing that a frame of ours would say. */
export function fromViewer(value: unknown): FromViewer | null {
	if (typeof value !== 'object' || value === null) return null
	const { kind, pages, height, why, id, name } = value as Record<string, unknown>
	const count = (of: unknown, most: number): of is number =>
		Number.isInteger(of) && (of as number) >= 1 && (of as number) <= most
	switch (kind) {
		case 'ready':
		case 'lock':
			return { kind }
		case 'drawn':
			if (!count(pages, 1e6) || typeof height !== 'number' || !(height > 0)) return null
			return { kind, pages, height: Math.min(height, TALLEST) }
		case 'failed':
			return { kind, why: why === 'password' ? why : 'broken' }
		case 'aid':
			if (!count(id, 1e6) || typeof name !== 'string' || !AID.test(name)) return null
			return { kind, id, name }
		default:
			return null
	}
}
