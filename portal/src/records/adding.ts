/** Adds documents, about oneself or about a provider's patient: sealed on this device, uploaded, and put on the chain. */
import type { Connection } from '../chain/connection'
import { type Bytes, hex, later, patientId, unhex } from '../format'
import type { Codecs } from '../chain/codecs'
import type { Notes } from '../keys/notes'
import type { Profile } from '../keys/profile'
import type { Session } from '../keys/session'
import { give } from '../keys/rpc'
import type { NewAuthor, Wrapped } from '../keys/vault'
import { type Activity, isAdded } from './activity'
import type { Documents } from './documents'
import type { Far } from './download'
import { kindOf } from './kinds'
import { newFileName, removeFile, storedFile } from './opfs'
import { calmly } from './pace'
import { bytes } from './record'
import { type UploadStep, endUpload, upload } from './upload'

/** Whom a document is about, and who writes it: its patient, or a provider. */
export type Subject =
	| { patient: string; provider: null }
	| { patient: string; provider: number; patientKey: { version: number; spki: Bytes } }

/** What a document is called, and what it corrects. */
export interface Details {
	name: string
	mediaType: string
	amends: { id: bigint; hash: Bytes } | null
}

/** A wrapped record key, in hex. */
interface WrappedText {
	version: number
	ciphertext: string
}

/** A sealed document that is not on the chain yet. The record key is in it wrapped only. */
export interface Waiting {
	/** The envelope's file. */
	file: string
	name: string
	/** In hex, as all bytes here, but for the patient's id. */
	cid: string
	size: number
	hash: string
	documentHash: string
	sealedName: string
	wrapped: WrappedText
	/** The patient's id; the provider who wrote it, and the patient's wrapped key; `null`: the patient did. */
	patient: string
	provider: number | null
	forPatient: WrappedText | null
	/** The record that it corrects. */
	amends: string | null
}

export type AddStep =
	| { kind: 'sealing'; far: Far }
	/** A gateway is asked to take it. */
	| { kind: 'asking' }
	| UploadStep
	| { kind: 'putting' }

/** The browser dropped an envelope that waited. */
export class Dropped extends Error {
	constructor() {
		super('the browser dropped the sealed document')
		this.name = 'Dropped'
	}
}

const NOTE = 'adding'
/** Which documents were added, for whom. */
const ADDED = 'added'
/** The most that are remembered. */
const MOST = 2000
/** How many leaves may wait to be written. */
const AHEAD = 2
/** How long a gateway may take to end an upload, in milliseconds. */
const PATIENCE = 20_000

export class Adding {
	constructor(
		private readonly session: Session,
		private readonly notes: Notes,
		private readonly documents: Documents,
		private readonly activity: Activity,
	) {}

	/** What was sealed and is not on the chain yet. */
	waiting(): Promise<Waiting[]> {
		return this.notes.read<Waiting[]>(NOTE, [])
	}

	/** Whether this member has added, or begun to add, the same bytes for the same patient. */
	async isKnown(waiting: Waiting): Promise<boolean> {
		const added = await this.notes.read<string[]>(ADDED, [])
		const others = (await this.waiting()).filter(({ file }) => file !== waiting.file)
		return [...added, ...others.map(markOf)].includes(markOf(waiting))
	}

	/**
	 * Seals a document. Reads it once: if it changes meanwhile, the browser refuses to go on. Nothing
	 * of it is on this device afterwards but what its keys open.
	 */
	async seal(
		connection: Connection,
		subject: Subject,
		document: File,
		{ name, mediaType, amends }: Details,
		tell: (step: AddStep) => void,
		signal: AbortSignal,
	): Promise<Waiting> {
		const { view } = this.session
		if (view.kind !== 'open') throw new Error('the keys are locked')
		const { genesis, chain } = connection
		const { author, keyVersion } = await authorOf(connection, view.profile, subject)
		const vault = this.session.vault()
		const carrier = this.documents.carrier()
		const file = newFileName()
		const sealing = await vault.beginSeal(document, {
			name,
			mediaType,
			patient: bytes(subject.patient),
			author,
			region: chain.para,
			genesis,
			amends: amends?.hash ?? null,
			keyVersion,
			time: Date.now(),
		})
		const calm = calmly((far) => tell({ kind: 'sealing', far }))
		try {
			await carrier.make(file)
			let done = 0
			// Some leaves are written while the next ones are sealed.
			const writing: Promise<Bytes>[] = []
			let used: Bytes | undefined
			for (;;) {
				signal.throwIfAborted()
				const leaf = await vault.nextLeaf(sealing, used)
				if (leaf === null) break
				done = Math.min(document.size, done + leaf.length)
				writing.push(later(carrier.add(give(leaf))))
				used = writing.length > AHEAD ? give((await writing.shift()) as Bytes) : undefined
				calm.tell({ done, size: document.size })
			}
			await Promise.all(writing)
			const sealed = await vault.endSeal(sealing)
			const { hash, size, sealedName, wrapped, forPatient } = sealed
			const waiting: Waiting = {
				file,
				name,
				cid: hex(await carrier.made()),
				size,
				hash: hex(hash),
				documentHash: hex(sealed.documentHash),
				sealedName: hex(sealedName),
				wrapped: wrappedText(wrapped),
				patient: subject.patient,
				provider: subject.provider,
				forPatient: forPatient && wrappedText(forPatient),
				amends: amends === null ? null : String(amends.id),
			}
			await this.notes.write(NOTE, [waiting, ...(await this.waiting())])
			return waiting
		} catch (error) {
			await vault.dropSeal(sealing).catch(() => {})
			await carrier.drop().catch(() => {})
			throw error
		} finally {
			calm.end()
		}
	}

	/** Uploads a sealed document, and puts it on the chain. Ends when that is final. */
	async send(
		connection: Connection,
		waiting: Waiting,
		tell: (step: AddStep) => void,
		signal: AbortSignal,
	): Promise<void> {
		tell({ kind: 'asking' })
		const { patient, provider, name, hash } = waiting
		// An earlier page may have sent it, and not heard what became of it.
		if (await isAdded(connection, provider ?? patient, hash)) return this.#done(waiting)
		const envelope = await storedFile(waiting.file)
		if (envelope === null || envelope.size !== waiting.size) throw new Dropped()
		const cid = unhex(waiting.cid)
		await upload(connection, envelope, cid, tell, signal)
		tell({ kind: 'putting' })
		await this.activity.send({ kind: 'add', name, hash }, (codecs) => [
			callOf(codecs, waiting, cid),
		])
		await this.#done(waiting)
	}

	/** Throws away a sealed document, here and at the gateway. */
	async forget(connection: Connection, waiting: Waiting): Promise<void> {
		await this.#forget(waiting)
		// A gateway that does not hear of it ends the upload by itself, some days later.
		const late = AbortSignal.timeout(PATIENCE)
		await endUpload(connection, waiting.size, unhex(waiting.cid), late).catch(() => {})
	}

	/** It is on the chain. */
	async #done(waiting: Waiting): Promise<void> {
		const added = await this.notes.read<string[]>(ADDED, [])
		await this.notes.write(ADDED, [markOf(waiting), ...added].slice(0, MOST))
		await this.#forget(waiting)
	}

	async #forget({ file }: Waiting): Promise<void> {
		const all = await this.waiting()
		await this.notes.write(
			NOTE,
			all.filter((one) => one.file !== file),
		)
		await removeFile(file)
	}
}

const markOf = ({ patient, documentHash }: Waiting): string => `${patient} ${documentHash}`

const wrappedText = ({ version, ciphertext }: Wrapped): WrappedText => ({
	version,
	ciphertext: hex(ciphertext),
})

const wrappedKey = ({ version, ciphertext }: WrappedText) => ({
	type: 'RsaOaep' as const,
	value: { key_version: version, ciphertext: unhex(ciphertext) },
})

/** What puts a document on the chain. */
function callOf(codecs: Codecs, waiting: Waiting, cid: Bytes): Bytes {
	const { sealedName, hash, size, amends, patient, wrapped, forPatient } = waiting
	const common = {
		sealed_name: `0x${sealedName}`,
		document_hash: `0x${hash}`,
		cid,
		envelope_size: BigInt(size),
		amends: amends === null ? undefined : BigInt(amends),
	}
	if (forPatient === null)
		return codecs.call('Emr.add_own_record', { ...common, wrapped_key: wrappedKey(wrapped) })
	return codecs.call('Emr.add_record', {
		...common,
		patient,
		wrapped_for_patient: wrappedKey(forPatient),
		wrapped_for_author: wrappedKey(wrapped),
	})
}

/** The author as the envelope has it, and the version of the key that the chain has of it. */
async function authorOf(
	connection: Connection,
	{ account, commitments }: Profile,
	subject: Subject,
): Promise<{ author: NewAuthor; keyVersion: number }> {
	if (subject.provider !== null) {
		const { provider, patientKey } = subject
		const [onChain] = await connection.read((codecs) => [
			codecs.view('RegistryApi.provider', provider),
		])
		return { author: { provider, patientKey }, keyVersion: onChain?.key_version ?? 0 }
	}
	const id = hex(bytes(subject.patient))
	const commitment = commitments.find(
		(one) => hex(patientId(connection.genesis, account, one)) === id,
	)
	if (commitment === undefined) throw new Error('this patient is somebody else')
	const [onChain] = await connection.read((codecs) => [
		codecs.view('RegistryApi.patient', subject.patient),
	])
	return { author: { commitment }, keyVersion: onChain?.key_version ?? 0 }
}

const TYPES = { fhir: 'application/fhir+json', pdf: 'application/pdf' } as const

/** What a document is called: by its first bytes, or else by what the browser says. */
export async function mediaTypeOf(file: File): Promise<string> {
	const start = new Uint8Array(await file.slice(0, 4096).arrayBuffer())
	const kind = kindOf(start, file.size)
	if (kind === 'pdf' || kind === 'fhir') return TYPES[kind]
	return isMediaType(file.type) ? file.type : 'application/octet-stream'
}

export const isMediaType = (text: string): boolean => /^[ -~]{1,127}$/.test(text)
