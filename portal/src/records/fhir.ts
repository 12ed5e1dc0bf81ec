/** A member's grants, history and records as FHIR R4 resources, for other programs. */
import type { Grant, Grantee, Purpose } from './grants'
import type { Happening } from './history'
import type { Shown } from './record'

/** A FHIR resource, or a part of one. */
export interface Fhir {
	[name: string]: unknown
}

/** Where the member's data are, and since when they are exported. */
export interface Origin {
	/** The hash of the region's first block, in hex after 0x. */
	genesis: string
	/** The region's number. */
	region: number
	/** The patient's id in hex after 0x; `null`: the member is a provider. */
	patient: string | null
	/** In Unix milliseconds. */
	now: number
}

/** HL7's codes of PurposeOfUse. */
export const PURPOSE_OF_USE: Record<Purpose, [code: string, display: string]> = {
	Treatment: ['TREAT', 'treatment'],
	EmergencyTreatment: ['ETREAT', 'Emergency Treatment'],
	Payment: ['HPAYMT', 'healthcare payment'],
	Operations: ['HOPERAT', 'healthcare operations'],
	Research: ['HRESCH', 'healthcare research'],
	PublicHealth: ['PUBHLTH', 'public health'],
	PatientRequest: ['PATRQT', 'patient requested'],
	FamilyRequest: ['FAMRQT', 'family requested'],
}

const V3 = 'http://terminology.hl7.org/CodeSystem/v3-'
const LIFECYCLE = 'http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle'
/** Of object identifiers: who assigns an NPI, and who assigned UPINs. */
const NPI = 'urn:oid:2.16.840.1.113883.4.6'
const UPIN = 'urn:oid:2.16.840.1.113883.4.8'

const time = (at: number): string => new Date(at).toISOString()
const concept = (system: string, code: string, display?: string): Fhir => ({
	coding: [{ system, code, ...(display !== undefined && { display }) }],
})

/** A reference to something that has no address of its own. */
const named = (identifier: Fhir, display?: string | null): Fhir => ({
	identifier,
	...(display && { display }),
})

const idOf = ({ genesis }: Origin, kind: string, value: string): Fhir => ({
	system: `urn:salus:${kind}:${genesis.slice(2)}`,
	value,
})

const recordOf = (origin: Origin, record: bigint): Fhir =>
	named(idOf(origin, 'record', String(record)))

const patientOf = (origin: Origin, patient: string): Fhir =>
	named(idOf(origin, 'patient', patient.slice(2)))

/** A professional number is an identifier that other programs know. */
function providerOf(origin: Origin, id: number, number: string | null, name: string | null): Fhir {
	if (number === null) return named(idOf(origin, 'provider', String(id)), name)
	return named({ system: /^\d/.test(number) ? NPI : UPIN, value: number }, name)
}

function granteeOf(origin: Origin, grant: Pick<Grant, 'grantee' | 'number' | 'name'>): Fhir {
	const { grantee, number, name } = grant
	switch (grantee.kind) {
		case 'patient':
			return patientOf(origin, grantee.id)
		case 'provider':
			return providerOf(origin, grantee.id, number, name)
		case 'remote':
			return number === null
				? named(
						{
							system: `urn:salus:provider-of-region:${origin.genesis.slice(2)}`,
							value: `${grantee.region}/${grantee.id}`,
						},
						name,
					)
				: providerOf(origin, grantee.id, number, name)
	}
}

/** Whether a grant lets somebody read: as a consent says it. */
function consentStatus({ state, expiresAt }: Grant, now: number): string {
	if (expiresAt !== null && expiresAt <= now) return 'inactive'
	switch (state?.type) {
		case undefined:
		case 'Delivered':
			return 'active'
		case 'Refused':
			return 'rejected'
		case 'Revoking':
		case 'Revoked':
			return 'inactive'
		default:
			return 'proposed'
	}
}

/** A grant. */
export function consentOf(origin: Origin & { patient: string }, grant: Grant): Fhir {
	const { record, purpose, grantedAt, expiresAt } = grant
	const [code, display] = PURPOSE_OF_USE[purpose]
	return {
		resourceType: 'Consent',
		status: consentStatus(grant, origin.now),
		scope: concept(
			'http://terminology.hl7.org/CodeSystem/consentscope',
			'patient-privacy',
			'Privacy Consent',
		),
		category: [concept(`${V3}ActCode`, 'IDSCL', 'information disclosure')],
		patient: patientOf(origin, origin.patient),
		dateTime: time(grantedAt),
		performer: [patientOf(origin, origin.patient)],
		policyRule: concept(`${V3}ActCode`, 'OPTIN', 'opt-in'),
		provision: {
			type: 'permit',
			period: {
				start: time(grantedAt),
				...(expiresAt !== null && { end: time(expiresAt) }),
			},
			actor: [
				{
					role: concept(`${V3}ParticipationType`, 'IRCP', 'information recipient'),
					reference: granteeOf(origin, grant),
				},
			],
			action: [
				concept('http://terminology.hl7.org/CodeSystem/consentaction', 'access', 'Access'),
			],
			purpose: [{ system: `${V3}ActReason`, code, display }],
			data: [{ meaning: 'instance', reference: recordOf(origin, record) }],
		},
	}
}

/** What an entry of the history is: a step in the life of a record, and what it did. */
const STEPS: Record<string, [code: string, display: string, action: string]> = {
	Granted: ['disclose', 'Disclose Record Lifecycle Event', 'C'],
	Forwarded: ['transmit', 'Transmit Record Lifecycle Event', 'E'],
	Delivered: ['receive', 'Receive/Retain Record Lifecycle Event', 'E'],
	Revoking: ['unlink', 'Unlink Record Lifecycle Event', 'D'],
	Revoked: ['unlink', 'Unlink Record Lifecycle Event', 'D'],
	Expired: ['unlink', 'Unlink Record Lifecycle Event', 'D'],
	Key: ['encrypt', 'Encrypt Record Lifecycle Event', 'U'],
}

/** An entry of the history. */
export function auditEventOf(
	origin: Origin & { patient: string },
	happening: Happening,
	names: Map<number, string>,
): Fhir {
	const event = happening.kind === 'key' ? 'Key' : happening.event
	const [code, display, action] = STEPS[event]
	const me = patientOf(origin, origin.patient)
	const chain = named(idOf(origin, 'chain', String(origin.region)))
	return {
		resourceType: 'AuditEvent',
		type: { system: LIFECYCLE, code, display },
		subtype: [{ system: 'urn:salus:history', code: event }],
		action,
		recorded: time(happening.at),
		outcome: '0',
		...(happening.kind === 'grant' &&
			happening.purpose !== null && { purposeOfEvent: [purposeOf(happening.purpose)] }),
		agent: [
			happening.byMe
				? { who: me, requestor: true }
				: { who: chain, name: 'the region’s chain', requestor: false },
		],
		source: { observer: chain },
		entity: happening.kind === 'key' ? [{ what: me }] : grantEntities(origin, happening, names),
	}
}

function purposeOf(purpose: Purpose): Fhir {
	const [code, display] = PURPOSE_OF_USE[purpose]
	return concept(`${V3}ActReason`, code, display)
}

function grantEntities(
	origin: Origin,
	{ record, grantee }: { record: bigint; grantee: Grantee },
	names: Map<number, string>,
): Fhir[] {
	const name = grantee.kind === 'provider' ? (names.get(grantee.id) ?? null) : null
	return [
		{ what: recordOf(origin, record), description: 'the record' },
		{ what: granteeOf(origin, { grantee, name, number: null }), description: 'the recipient' },
	]
}

/** A record in a list: what it is, without the document. `name`: as the member's key opens it. */
export function documentReferenceOf(origin: Origin, shown: Shown, name: string | null): Fhir {
	const { id, patient, writer, addedAt, amends, correctedBy } = shown
	return {
		resourceType: 'DocumentReference',
		masterIdentifier: idOf(origin, 'record', String(id)),
		status: correctedBy.length > 0 ? 'superseded' : 'current',
		docStatus: amends === null ? 'final' : 'amended',
		subject: patientOf(origin, patient),
		date: time(addedAt),
		author: [
			writer === null
				? patientOf(origin, patient)
				: providerOf(origin, 0, writer.number, writer.name),
		],
		...(amends !== null && {
			relatesTo: [{ code: 'replaces', target: recordOf(origin, amends) }],
		}),
		content: [{ attachment: { title: name ?? `record ${id}`, creation: time(addedAt) } }],
	}
}

/** All of it in one file. */
export const bundleOf = ({ now }: Origin, resources: Fhir[]): Fhir => ({
	resourceType: 'Bundle',
	type: 'collection',
	timestamp: time(now),
	entry: resources.map((resource) => ({
		fullUrl: `urn:uuid:${crypto.randomUUID()}`,
		resource,
	})),
})
