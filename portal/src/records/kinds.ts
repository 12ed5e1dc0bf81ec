/** What a document is: by its first bytes, never by what its manifest calls it. */
import { type Bytes, text } from '../format'

export type Kind =
	| 'fhir'
	| 'pdf'
	| 'image'
	/** Shown nowhere: it is saved as a file. */
	| 'other'

/** The most bytes of each kind that are shown. */
export const MOST_SHOWN: Record<Exclude<Kind, 'other'>, number> = {
	fhir: 32 << 20,
	pdf: 128 << 20,
	image: 64 << 20,
}

const STARTS: [Kind, number[]][] = [
	['pdf', [0x25, 0x50, 0x44, 0x46, 0x2d]],
	['image', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
	['image', [0xff, 0xd8, 0xff]],
	['image', [0x47, 0x49, 0x46, 0x38]],
]

/** What these first bytes of a document are. SVG is text with programs in it, and so `other`. */
export function kindOf(start: Bytes, size: number): Kind {
	const kind = guess(start)
	return kind !== 'other' && size > MOST_SHOWN[kind] ? 'other' : kind
}

function guess(start: Bytes): Kind {
	const begins = (bytes: number[], at = 0) =>
		bytes.every((byte, place) => start[at + place] === byte)
	const found = STARTS.find(([, bytes]) => begins(bytes))
	if (found !== undefined) return found[0]
	// RIFF….WEBP
	if (begins([0x52, 0x49, 0x46, 0x46]) && begins([0x57, 0x45, 0x42, 0x50], 8)) return 'image'
	return looksLikeJson(start) ? 'fhir' : 'other'
}

/** Whether it may be a FHIR resource. Whoever shows it reads it whole. */
function looksLikeJson(start: Bytes): boolean {
	let at = start[0] === 0xef && start[1] === 0xbb && start[2] === 0xbf ? 3 : 0
	while (at < start.length && [0x20, 0x09, 0x0a, 0x0d].includes(start[at])) at++
	return start[at] === 0x7b
}

/** A FHIR resource out of its bytes, or `null`. */
export function parseResource(bytes: Bytes): Record<string, unknown> | null {
	const source = text(bytes)
	if (source === null) return null
	try {
		const value: unknown = JSON.parse(source.replace(/^\ufeff/, ''))
		return isObject(value) && typeof value.resourceType === 'string' ? value : null
	} catch {
		return null
	}
}

/** A text that a person can read; `null`: these bytes are something else, or markup. */
export function plainWords(bytes: Bytes): string | null {
	const words = text(bytes)
	return words === null || /[\u0000-\u0008\u000e-\u001f]/.test(words) || /^\s*</.test(words)
		? null
		: words
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
	typeof value === 'object' && value !== null && !Array.isArray(value)
