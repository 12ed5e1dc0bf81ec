import { type Bytes, concat, hex, little, same, unlittle } from './bytes'
import { patientId } from './hash'
import { message } from './messages'
import { isName } from './names'
import { need } from './refused'
import { ScaleReader, scaleOption, scaleText } from './scale'

/** The author of a record, as the chain names it. */
export type Author = 'patient' | { provider: number }

/** The author as a manifest states it. The patient's fields prove whose id the patient's is. */
export type ManifestAuthor = { founder: Bytes; commitment: Bytes } | { provider: number }

/** What the author signs about a document. */
export interface Manifest {
	/** 1 to 255 bytes of UTF-8. Not a path. */
	name: string
	/** 1 to 127 characters of printable ASCII. */
	mediaType: string
	/** The document's bytes. */
	length: bigint
	/** 16 bytes. */
	patient: Bytes
	author: ManifestAuthor
	/** The account that signs. */
	account: Bytes
	/** The region's ParaId. */
	region: number
	genesis: Bytes
	/** The blinded hash of the record that this one corrects. */
	amends: Bytes | null
	/** When it was sealed, in Unix milliseconds. */
	time: bigint
}

export const MANIFEST_MOST = 584
const SIGNATURE = 64
/** The bytes that a signature and a length add to a manifest. */
export const TRAILER_MORE = SIGNATURE + 2

export const authorOf = (author: ManifestAuthor): Author =>
	'provider' in author ? { provider: author.provider } : 'patient'

/** The author's bytes, as wrapped keys have them. */
export const encodeAuthor = (author: Author): Bytes =>
	author === 'patient' ? little(0, 1) : concat(little(1, 1), little(author.provider, 4))

export const sameAuthor = (one: Author, other: Author): boolean =>
	same(encodeAuthor(one), encodeAuthor(other))

export function isManifest(manifest: Manifest): boolean {
	return isName(manifest.name) && /^[ -~]{1,127}$/.test(manifest.mediaType)
}

/** Whether the patient's id follows from the proof, if the patient is the author. */
export function isProven({ author, genesis, patient }: Manifest): boolean {
	return (
		'provider' in author || same(patientId(genesis, author.founder, author.commitment), patient)
	)
}

export function encodeManifest(manifest: Manifest): Bytes {
	const { author } = manifest
	return concat(
		scaleText(manifest.name),
		scaleText(manifest.mediaType),
		little(manifest.length, 8),
		manifest.patient,
		encodeAuthor(authorOf(author)),
		...('provider' in author ? [] : [author.founder, author.commitment]),
		manifest.account,
		little(manifest.region, 4),
		manifest.genesis,
		scaleOption(manifest.amends),
		little(manifest.time, 8),
	)
}

function decodeAuthor(scale: ScaleReader): ManifestAuthor {
	const role = scale.byte()
	if (role === 0) return { founder: scale.take(32), commitment: scale.take(32) }
	if (role === 1) return { provider: Number(scale.number(4)) }
	throw new Error('an unknown role')
}

function decodeAmends(scale: ScaleReader): Bytes | null {
	const some = scale.byte()
	if (some > 1) throw new Error('neither an amended record nor none')
	return some === 1 ? scale.take(32) : null
}

function decodeManifest(bytes: Bytes): Manifest | null {
	try {
		const scale = new ScaleReader(bytes)
		const manifest = {
			name: scale.string(),
			mediaType: scale.string(),
			length: scale.number(8),
			patient: scale.take(16),
			author: decodeAuthor(scale),
			account: scale.take(32),
			region: Number(scale.number(4)),
			genesis: scale.take(32),
			amends: decodeAmends(scale),
			time: scale.number(8),
		}
		scale.end()
		return isManifest(manifest) && same(encodeManifest(manifest), bytes) ? manifest : null
	} catch {
		return null
	}
}

/** The end of a payload: manifest, signature, the manifest's length. */
export const encodeTrailer = (manifest: Bytes, signature: Bytes): Bytes =>
	concat(manifest, signature, little(manifest.length, 2))

/** Reads the trailer at the end of these bytes, which begin after the document. */
export function parseTrailer(tail: Bytes) {
	need(tail.length >= TRAILER_MORE, 'manifest')
	const signed = tail.length - TRAILER_MORE
	const start = signed - Number(unlittle(tail.subarray(-2)))
	need(start >= 0, 'manifest')
	const manifest = decodeManifest(tail.slice(start, signed))
	need(manifest !== null, 'manifest')
	return { manifest, signature: tail.slice(signed, signed + SIGNATURE), start }
}

/** The message that the author's account signs. */
export function manifestMessage(manifest: Manifest, documentHash: Bytes): Promise<string> {
	const { author, length, patient } = manifest
	const who = 'provider' in author ? `provider with id ${author.provider}` : 'the patient'
	const about = `document of ${length} bytes, patient ${hex(patient)}, author ${who}`
	return message('salus/manifest/v1', about, concat(encodeManifest(manifest), documentHash))
}
