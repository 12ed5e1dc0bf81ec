/** Finds the patients about whom a provider writes. What is found is proven. */
import type { Connection } from '../chain/connection'
import {
	type Bytes,
	fingerprint,
	hex,
	keyMessage,
	parseAccount,
	patientId,
	verify,
} from '../format'
import type { Notes } from '../keys/notes'
import { type Known, checkKnown } from './known'
import { bytes } from './record'

/** A patient, and the encryption key that its account signed. */
export interface PatientFound {
	/** In hex, after 0x. */
	id: string
	key: { version: number; spki: Bytes }
	/** 16 groups of four digits. */
	fingerprint: string
	/** What this device knows of the key. */
	known: Known
}

/** This is no patient's number. */
export class BadPatientId extends Error {
	constructor() {
		super('this is no id of a patient')
		this.name = 'BadPatientId'
	}
}

/** The id, the account and the key of a patient do not belong together: something is very wrong. */
export class FalsePatient extends Error {
	constructor() {
		super('what the chain tells of the patient does not fit the id')
		this.name = 'FalsePatient'
	}
}

/** The patient's id in what a person typed or scanned. `null`: it has none. */
export function readPatientId(given: string): string | null {
	const digits = given.trim().toLowerCase().replace(/^0x/, '').replaceAll(/[\s-]/g, '')
	return /^[0-9a-f]{32}$/.test(digits) ? `0x${digits}` : null
}

/**
 * Finds a patient by id. The id follows from the account and the commitment, and the account signed
 * the key: so the chain can show no key of somebody else. `null`: there is no such patient.
 */
export async function findPatient(
	connection: Connection,
	notes: Notes,
	given: string,
): Promise<PatientFound | null> {
	const id = readPatientId(given)
	if (id === null) throw new BadPatientId()
	const [patient, key] = await connection.read((codecs) => [
		codecs.view('RegistryApi.patient', id),
		codecs.view('RegistryApi.encryption_key', { type: 'Patient', value: id }, undefined),
	])
	if (patient === undefined || key === undefined) return null
	const { genesis } = connection
	const founder = parseAccount(patient.accounts[0].account)
	const follows = patientId(genesis, founder, bytes(patient.commitment))
	const spki = key.key.value.slice() as Bytes
	const message = await keyMessage(genesis, founder, key.version, spki)
	const fits =
		hex(follows) === id.slice(2) &&
		key.account === patient.accounts[0].account &&
		verify(founder, message, bytes(key.signature))
	if (!fits) throw new FalsePatient()
	const print = await fingerprint(spki)
	const before = (await known(notes))[markOf(connection, id)]
	return {
		id,
		key: { version: key.version, spki },
		fingerprint: print,
		known: checkKnown(connection, before, print),
	}
}

const KEYS = 'patient-keys'
const NAMES = 'patients'

const known = (notes: Notes) => notes.read<Record<string, string>>(KEYS, {})
const markOf = ({ chain }: Connection, id: string): string => `${chain.genesis} ${id}`

/** Remembers a patient's key: if there is another one later, the person hears of it. */
export async function rememberPatient(
	connection: Connection,
	notes: Notes,
	{ id, fingerprint }: PatientFound,
): Promise<void> {
	await notes.write(KEYS, { ...(await known(notes)), [markOf(connection, id)]: fingerprint })
}

/** What a provider calls its patients, by id. On this device, encrypted. */
export const patientNames = (notes: Notes) => notes.read<Record<string, string>>(NAMES, {})

export async function namePatient(notes: Notes, id: string, name: string): Promise<void> {
	await notes.write(NAMES, { ...(await patientNames(notes)), [id]: name })
}
