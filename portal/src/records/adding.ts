/** Adds documents about oneself: sealed on this device, uploaded, and put on the chain. */
import type { Connection } from '../chain/connection'
import { type Bytes, hex, patientId, unhex } from '../format'
import type { Notes } from '../keys/notes'
import type { Session } from '../keys/session'
import type { Activity } from './activity'
import type { Documents } from './documents'
import type { Far } from './download'
import { kindOf } from './kinds'
import { newFileName, removeFile, storedFile } from './opfs'
import { bytes } from './record'
import { type UploadStep, upload } from './upload'

/** A sealed document that is not on the chain yet. The record key is in it wrapped only. */
export interface Waiting {
	/** The envelope's file. */
	file: string
	name: string
	/** In hex, as all bytes here. */
	cid: string
	size: number
	hash: string
	sealedName: string
	keyVersion: number
	ciphertext: string
	/** The record that it corrects. */
	amends: string | null
}

export type AddStep = { kind: 'sealing'; far: Far } | UploadStep | { kind: 'putting' }

/** The browser dropped an envelope that waited. */
export class Dropped extends Error {
	constructor() {
		super('the browser dropped the sealed document')
		this.name = 'Dropped'
	}
}

const NOTE = 'adding'

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

	/**
	 * Seals a document. Reads it once: if it changes meanwhile, the browser refuses to go on. Nothing
	 * of it is on this device afterwards but what its keys open.
	 */
	async seal(
		connection: Connection,
		patient: string,
		document: File,
		name: string,
		amends: { id: bigint; hash: Bytes } | null,
		tell: (step: AddStep) => void,
		signal: AbortSignal,
	): Promise<Waiting> {
		const { view } = this.session
		if (view.kind !== 'open') throw new Error('the keys are locked')
		const { account, commitments } = view.profile
		const { genesis, chain } = connection
		const id = bytes(patient)
		const commitment = commitments.find(
			(one) => hex(patientId(genesis, account, one)) === hex(id),
		)
		if (commitment === undefined) throw new Error('this patient is somebody else')
		const [onChain] = await connection.read((codecs) => [
			codecs.view('RegistryApi.patient', patient),
		])
		const vault = this.session.vault()
		const carrier = this.documents.carrier()
		const file = newFileName()
		const sealing = await vault.beginSeal(document, {
			name,
			mediaType: await mediaTypeOf(document),
			patient: id,
			commitment,
			region: chain.para,
			genesis,
			amends: amends?.hash ?? null,
			keyVersion: onChain?.key_version ?? 0,
			time: Date.now(),
		})
		try {
			await carrier.make(file)
			let done = 0
			for (;;) {
				signal.throwIfAborted()
				const leaf = await vault.nextLeaf(sealing)
				if (leaf === null) break
				done = Math.min(document.size, done + leaf.length)
				await carrier.add(leaf)
				tell({ kind: 'sealing', far: { done, size: document.size } })
			}
			const { hash, size, sealedName, wrapped } = await vault.endSeal(sealing)
			const waiting: Waiting = {
				file,
				name,
				cid: hex(await carrier.made()),
				size,
				hash: hex(hash),
				sealedName: hex(sealedName),
				keyVersion: wrapped.version,
				ciphertext: hex(wrapped.ciphertext),
				amends: amends === null ? null : String(amends.id),
			}
			await this.notes.write(NOTE, [waiting, ...(await this.waiting())])
			return waiting
		} catch (error) {
			await vault.dropSeal(sealing).catch(() => {})
			await carrier.drop().catch(() => {})
			throw error
		}
	}

	/** Uploads a sealed document, and puts it on the chain. Ends when that is final. */
	async send(
		connection: Connection,
		waiting: Waiting,
		tell: (step: AddStep) => void,
		signal: AbortSignal,
	): Promise<void> {
		const envelope = await storedFile(waiting.file)
		if (envelope === null || envelope.size !== waiting.size) throw new Dropped()
		const cid = unhex(waiting.cid)
		await upload(connection, envelope, cid, tell, signal)
		tell({ kind: 'putting' })
		const { name, hash, amends } = waiting
		await this.activity.send({ kind: 'add', name, hash }, (codecs) => [
			codecs.call('Emr.add_own_record', {
				sealed_name: `0x${waiting.sealedName}`,
				document_hash: `0x${hash}`,
				cid,
				envelope_size: BigInt(waiting.size),
				wrapped_key: {
					type: 'RsaOaep',
					value: {
						key_version: waiting.keyVersion,
						ciphertext: unhex(waiting.ciphertext),
					},
				},
				amends: amends === null ? undefined : BigInt(amends),
			}),
		])
		await this.forget(waiting)
	}

	/** Throws away a sealed document. */
	async forget({ file }: Waiting): Promise<void> {
		const all = await this.waiting()
		await this.notes.write(
			NOTE,
			all.filter((one) => one.file !== file),
		)
		await removeFile(file)
	}
}

const TYPES = { fhir: 'application/fhir+json', pdf: 'application/pdf' } as const

/** What a document is called: by its first bytes, or else by what the browser says. */
async function mediaTypeOf(file: File): Promise<string> {
	const start = new Uint8Array(await file.slice(0, 4096).arrayBuffer())
	const kind = kindOf(start, file.size)
	if (kind === 'pdf' || kind === 'fhir') return TYPES[kind]
	return /^[ -~]{1,127}$/.test(file.type) ? file.type : 'application/octet-stream'
}
