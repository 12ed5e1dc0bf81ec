import { Decrypter, Encrypter, Stanza } from 'age-encryption'
import {
	type Binding,
	type Bytes,
	type Expected,
	type Hasher,
	type Manifest,
	type Opened,
	type OpenedKeyFile,
	type PrivateKey,
	Refused,
	type Sealed,
	type Secrets,
	SeedSigner,
	concat,
	derive,
	encryptSecrets,
	hex,
	isName,
	keyMessage,
	newSecrets,
	openEnvelope,
	openKeyFile,
	openName,
	openSecrets,
	random,
	same,
	sealDocument,
	sealName,
	signInMessage,
	unwrapKey,
	utf8,
	wipe,
	wrapKey,
	writeKeyFile,
} from '../format'
import { generateKey } from '../format/rsa'
import { type Profile, hasAll } from './profile'
import { give } from './rpc'

/** A line of age's header, as messages carry it. */
export type Line = { args: string[]; body: Uint8Array }

/** How a passkey wraps a file's key. The page does it, as workers have no passkeys. */
export interface Passkey {
	wrap(fileKey: Uint8Array): Promise<Line[]>
	unwrap(lines: Line[]): Promise<Uint8Array | null>
}

/** A record key as the chain has it for this member. */
export interface Wrapped {
	/** The version of the encryption key. */
	version: number
	ciphertext: Bytes
	binding: Binding
}

/** A document that passed all checks. Its bytes come part by part. */
interface OpenDocument {
	wrapped: Wrapped
	opened: Opened
	parts: AsyncGenerator<Bytes> | null
}

/** A document that this member adds. */
export interface NewDocument {
	name: string
	mediaType: string
	patient: Bytes
	author: NewAuthor
	region: number
	genesis: Bytes
	/** The blinded hash of the record that this one corrects. */
	amends: Bytes | null
	/** The version of the key that the chain has of the author. */
	keyVersion: number
	/** Unix milliseconds. */
	time: number
}

/** A patient, by the commitment from which the id follows; or a provider, and the patient's key. */
export type NewAuthor =
	{ commitment: Bytes } | { provider: number; patientKey: { version: number; spki: Bytes } }

/** What the chain gets of a sealed document. */
export interface SealedDocument {
	hash: Bytes
	/** The document's SHA-256, for this device alone. */
	documentHash: Bytes
	/** The envelope's bytes. */
	size: number
	sealedName: Bytes
	/** The record key, for the author. */
	wrapped: Wrapped
	/** The record key for the patient, if the author is somebody else. */
	forPatient: Wrapped | null
}

interface Sealing {
	document: NewDocument
	recordKey: Bytes
	leaves: AsyncGenerator<Bytes, Sealed, ArrayBuffer | undefined>
	sealed: Sealed | null
}

/** Messages begin so, and no call does. */
const MESSAGE = utf8('<Bytes>')

interface Unlocked {
	name: string
	signer: SeedSigner
	keys: PrivateKey[]
	commitments: Bytes[]
	draftKey: CryptoKey
}

/**
 * The keys of one member while they are unlocked. Lives in a worker: neither the seed nor a private
 * key leaves it, but for encrypted key files.
 */
export class Vault {
	#unlocked: Unlocked | null = null
	#documents = new Map<number, OpenDocument>()
	#sealings = new Map<number, Sealing>()
	#last = 0

	constructor(
		private readonly passkey: Passkey,
		/** Below the usual one in tests only. */
		private readonly workFactor?: number,
		/** Hashes a document of this size. */
		private readonly startHasher?: (size: number) => Promise<Hasher>,
	) {}

	/** Makes account and encryption key for a new member, and unlocks them. */
	async create(name: string, passphrase: string): Promise<{ file: Bytes; profile: Profile }> {
		const secrets = await newSecrets(name)
		const file = await writeKeyFile(secrets, passphrase, this.workFactor)
		wipe(secrets)
		// By the file itself: so it is known to open before anybody relies on it.
		return { file, profile: await this.unlock(file, passphrase) }
	}

	async unlock(file: Bytes, passphrase: string): Promise<Profile> {
		return this.#take(await openKeyFile(file, passphrase))
	}

	async unlockByPasskey(file: Bytes): Promise<Profile> {
		const decrypter = new Decrypter()
		decrypter.addIdentity({
			unwrapFileKey: (stanzas) =>
				this.passkey.unwrap(stanzas.map(({ args, body }) => ({ args, body }))),
		})
		return this.#take(await openSecrets(file, decrypter))
	}

	/** Whether a copy of the key file opens, and has all that the unlocked member's has. */
	async isBackup(file: Bytes, passphrase: string): Promise<boolean> {
		const profile = this.profile()
		const { secrets, ...held } = await openKeyFile(file, passphrase)
		const signer = new SeedSigner(secrets.seed)
		signer.wipe()
		wipe(secrets)
		return hex(signer.account) === hex(profile.account) && hasAll(held, profile)
	}

	/** A second file with the same content, which the passkey opens. */
	async passkeyFile(file: Bytes, passphrase: string): Promise<Bytes> {
		const { secrets } = await openKeyFile(file, passphrase)
		const encrypter = new Encrypter()
		encrypter.addRecipient({
			wrapFileKey: async (fileKey) =>
				(await this.passkey.wrap(fileKey)).map(({ args, body }) => new Stanza(args, body)),
		})
		try {
			return await encryptSecrets(secrets, encrypter)
		} finally {
			wipe(secrets)
		}
	}

	/** The same secrets under a new passphrase. */
	async changePassphrase(file: Bytes, old: string, passphrase: string): Promise<Bytes> {
		const { secrets } = await openKeyFile(file, old)
		try {
			return await writeKeyFile(secrets, passphrase, this.workFactor)
		} finally {
			wipe(secrets)
		}
	}

	/** Adds an encryption key of this version to a key file, and unlocks it. */
	async newKey(
		file: Bytes,
		passphrase: string,
		version: number,
	): Promise<{ file: Bytes; profile: Profile }> {
		const { secrets } = await openKeyFile(file, passphrase)
		try {
			if (secrets.keys.some((key) => key.version === version))
				throw new Error('there is a key of this version already')
			secrets.keys.push({ version, pkcs8: await generateKey() })
			const next = await writeKeyFile(secrets, passphrase, this.workFactor)
			// By the file itself: so it is known to open before anybody relies on it.
			const opened = await openKeyFile(next, passphrase)
			const { keys } = this.#member()
			keys.push(...opened.keys.filter((key) => key.version === version))
			wipe(opened.secrets)
			return { file: next, profile: this.profile() }
		} finally {
			wipe(secrets)
		}
	}

	profile(): Profile {
		const { signer, keys, commitments } = this.#member()
		return {
			account: signer.account,
			keys: keys.map(({ version, spki }) => ({ version, spki })),
			commitments,
		}
	}

	/** The member's name, which only the key file has. */
	name(): string {
		return this.#member().name
	}

	sign(message: string): Promise<Bytes> {
		return this.#member().signer.sign(message)
	}

	/** Signs in to the gateway at this host, in the region with this first block. */
	async signIn(host: string, genesis: Bytes, nonce: Bytes, time: number): Promise<Bytes> {
		const { signer } = this.#member()
		return signer.sign(await signInMessage(host, genesis, nonce, signer.account, time))
	}

	/** Signs the encryption key of this version for the region with this first block. */
	async signKey(genesis: Bytes, version: number): Promise<{ spki: Bytes; signature: Bytes }> {
		const { signer } = this.#member()
		const { spki } = this.#key(version)
		const message = await keyMessage(genesis, signer.account, version, spki)
		return { spki, signature: await signer.sign(message) }
	}

	/** Signs a transaction's payload. Never what is a message: messages begin otherwise. */
	signTransaction(payload: Bytes): Bytes {
		if (same(payload.subarray(0, MESSAGE.length), MESSAGE)) throw new Error('this is a message')
		return this.#member().signer.signPayload(payload)
	}

	/** A record's name. */
	recordName(wrapped: Wrapped, sealed: Bytes): Promise<string> {
		return this.#withKey(wrapped, (recordKey) => openName(recordKey, sealed))
	}

	/**
	 * Makes every check of an envelope, and opens its document. Gives what finds it, and what its
	 * author signed. Nothing of the document leaves before the last check.
	 */
	async openDocument(
		wrapped: Wrapped,
		envelope: Blob,
		expected: Expected,
	): Promise<{ id: number; manifest: Manifest }> {
		const opened = await this.#withKey(wrapped, (recordKey) =>
			openEnvelope(envelope, recordKey, expected, this.startHasher),
		)
		// Somebody may have locked meanwhile.
		this.#member()
		const id = ++this.#last
		this.#documents.set(id, { wrapped, opened, parts: null })
		return { id, manifest: opened.manifest }
	}

	/** The next bytes of an open document; `null` after the last. */
	async nextPart(id: number): Promise<Bytes | null> {
		const document = this.#document(id)
		document.parts ??= document.opened.document()
		const { done, value } = await document.parts.next()
		if (!done) return give(value)
		document.parts = null
		return null
	}

	/** Begins an open document anew. */
	rewind(id: number): void {
		this.#document(id).parts = null
	}

	closeDocument(id: number): void {
		this.#documents.delete(id)
	}

	/**
	 * Wraps an open document's record key for another member's encryption key. Only of what was opened:
	 * so a wrapped key that opens something else is never passed on.
	 */
	async wrapFor(id: number, spki: Bytes): Promise<Bytes> {
		const { wrapped } = this.#document(id)
		return this.#withKey(wrapped, (recordKey) => wrapKey(spki, recordKey, wrapped.binding))
	}

	/** Begins to seal a document that this member writes. Gives what finds it. */
	beginSeal(file: Blob, document: NewDocument): number {
		const { signer } = this.#member()
		const { name, mediaType, patient, region, genesis, amends, author, time } = document
		if (!isName(name)) throw new Refused('name')
		const recordKey = random(32)
		const leaves = sealDocument(
			file,
			recordKey,
			{
				name,
				mediaType,
				patient,
				author:
					'provider' in author
						? { provider: author.provider }
						: { founder: signer.account, commitment: author.commitment },
				account: signer.account,
				region,
				genesis,
				amends,
				time: BigInt(time),
			},
			signer,
			undefined,
			this.startHasher,
		)
		const id = ++this.#last
		this.#sealings.set(id, { document, recordKey, leaves, sealed: null })
		return id
	}

	/** The envelope's next leaf; `null` after the last. Takes back one that nobody uses any more. */
	async nextLeaf(id: number, used?: Bytes): Promise<Bytes | null> {
		const sealing = this.#sealing(id)
		const { done, value } = await sealing.leaves.next(used?.buffer)
		if (!done) return give(value)
		sealing.sealed = value
		return null
	}

	/** What goes on chain with the sealed envelope. The record key is wrapped and forgotten. */
	async endSeal(id: number): Promise<SealedDocument> {
		const { document, recordKey, sealed } = this.#sealing(id)
		if (sealed === null) throw new Error('not all of the document is sealed')
		try {
			const { genesis, patient, author, keyVersion, name } = document
			const by = 'provider' in author ? { provider: author.provider } : 'patient'
			const binding: Binding = { genesis, patient, author: by, hash: sealed.hash }
			const wrap = async (version: number, spki: Bytes): Promise<Wrapped> => {
				return { version, ciphertext: await wrapKey(spki, recordKey, binding), binding }
			}
			const wrapped = await wrap(keyVersion, this.#key(keyVersion).spki)
			const forPatient =
				'provider' in author
					? await wrap(author.patientKey.version, author.patientKey.spki)
					: null
			return { ...sealed, sealedName: await sealName(recordKey, name), wrapped, forPatient }
		} finally {
			this.dropSeal(id)
		}
	}

	dropSeal(id: number): void {
		const sealing = this.#sealings.get(id)
		// What reads and hashes the document ends, too.
		void sealing?.leaves.return(null as unknown as Sealed).catch(() => {})
		sealing?.recordKey.fill(0)
		this.#sealings.delete(id)
	}

	/** Encrypts what a person was typing, so that it outlasts the lock. */
	async sealDraft(draft: string): Promise<Bytes> {
		const iv = random(12)
		const algorithm = { name: 'AES-GCM', iv }
		const sealed = await crypto.subtle.encrypt(algorithm, this.#member().draftKey, utf8(draft))
		return concat(iv, new Uint8Array(sealed))
	}

	async openDraft(sealed: Bytes): Promise<string> {
		const algorithm = { name: 'AES-GCM', iv: sealed.slice(0, 12) }
		const { draftKey } = this.#member()
		const opened = await crypto.subtle.decrypt(algorithm, draftKey, sealed.slice(12))
		return new TextDecoder().decode(opened)
	}

	/** Forgets everything. The page ends the worker afterwards, which frees its memory. */
	lock(): void {
		this.#documents.clear()
		for (const id of this.#sealings.keys()) this.dropSeal(id)
		this.#unlocked?.signer.wipe()
		this.#unlocked = null
	}

	/** Uses a record key, and wipes it. It never leaves the worker. */
	async #withKey<Result>(
		{ version, ciphertext, binding }: Wrapped,
		use: (recordKey: Bytes) => Promise<Result>,
	): Promise<Result> {
		const recordKey = await unwrapKey(this.#key(version), ciphertext, binding)
		try {
			return await use(recordKey)
		} finally {
			recordKey.fill(0)
		}
	}

	#document(id: number): OpenDocument {
		const document = this.#documents.get(id)
		if (document === undefined) throw new Error('this document is not open')
		return document
	}

	#sealing(id: number): Sealing {
		const sealing = this.#sealings.get(id)
		if (sealing === undefined) throw new Error('this document is not being sealed')
		return sealing
	}

	#key(version: number): PrivateKey {
		const key = this.#member().keys.find((key) => key.version === version)
		if (key === undefined) throw new Refused('wrapped-key')
		return key
	}

	#member(): Unlocked {
		if (this.#unlocked === null) throw new Error('the keys are locked')
		return this.#unlocked
	}

	async #take({ secrets, keys, commitments }: OpenedKeyFile): Promise<Profile> {
		this.lock()
		this.#unlocked = {
			name: secrets.names.at(-1)?.name ?? '',
			signer: new SeedSigner(secrets.seed),
			keys: keys.toSorted((one, other) => one.version - other.version),
			commitments,
			draftKey: await draftKey(secrets),
		}
		wipe(secrets)
		return this.profile()
	}
}

async function draftKey(secrets: Secrets): Promise<CryptoKey> {
	const bytes = await derive(secrets.seed, new Uint8Array(), 'salus/portal/draft/v1')
	const key = await crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, [
		'encrypt',
		'decrypt',
	])
	bytes.fill(0)
	return key
}
