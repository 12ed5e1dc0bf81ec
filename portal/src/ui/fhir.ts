/** FHIR resources as lines of text. Whatever a document has: nothing of it becomes a page's code. */
import { isObject } from '../records/kinds'

type Json = Record<string, unknown>

/** A label, by the id of its text, and what it tells. */
export type Row = [label: string, text: string]

/** A file inside a resource. */
export interface Inside {
	title: string
	/** In base 64. */
	data: string
}

/** A resource, as a page shows it. */
export interface Lines {
	title: string
	/** Whether the title is the document's own. Else it is the resource's type. */
	isNamed: boolean
	/** As people write it. */
	when: string | null
	rows: Row[]
	/** The author's own words, for `blocksOf`. */
	prose: string | null
	files: Inside[]
	/** What belongs to it, as the results of a report. */
	parts: Lines[]
	/** Whether something of it that may change its meaning is not shown. */
	more: boolean
}

/** Resources of one type in a bundle. */
export interface Group {
	type: string
	resources: Json[]
}

/** Everything that a document has. */
export interface Chart {
	groups: Group[]
	/** How many of which types are in it that nobody can show. */
	others: [type: string, count: number][]
	/** Whether it has so many resources that not all were read. */
	more: boolean
	/** Shows a resource of it. */
	lines(resource: Json): Lines
}

/** What is shown first comes first. */
const SHOWN: Record<string, (resource: Json, chart: Finder) => Partial<Lines>> = {
	Patient: patient,
	Composition: composition,
	AllergyIntolerance: allergy,
	Condition: coded(
		'code',
		['fhir-status', 'clinicalStatus', concept],
		['fhir-sure', 'verificationStatus', concept],
		['fhir-severity', 'severity', concept],
		['fhir-until', 'abatementDateTime', date],
		['fhir-where', 'bodySite', concepts],
	),
	MedicationRequest: medication,
	MedicationStatement: medication,
	Immunization: coded(
		'vaccineCode',
		['fhir-status', 'status', string],
		['fhir-lot', 'lotNumber', string],
		['fhir-where', 'site', concept],
	),
	DiagnosticReport: report,
	Observation: observation,
	Procedure: coded(
		'code',
		['fhir-status', 'status', string],
		['fhir-reason', 'reasonCode', concepts],
		['fhir-outcome', 'outcome', concept],
		['fhir-where', 'bodySite', concepts],
	),
	Encounter: encounter,
	CarePlan: carePlan,
	DocumentReference: documentReference,
	Consent: consent,
}

type Finder = (reference: unknown) => Json | null

/** The most resources of a bundle that are read, and the longest text of one. */
const MOST = 50_000
const LONGEST = 20_000

export function chartOf(resource: Json): Chart {
	const all = resource.resourceType === 'Bundle' ? entriesOf(resource) : [[null, resource]]
	const byName = new Map<string, Json>()
	for (const [url, one] of all as [string | null, Json][]) {
		if (url !== null) byName.set(url, one)
		if (typeof one.id === 'string') byName.set(`${one.resourceType}/${one.id}`, one)
	}
	const find: Finder = (reference) => {
		const name = at(reference, 'reference')
		return typeof name === 'string' ? (byName.get(name) ?? null) : null
	}
	const types = new Map<string, Json[]>()
	for (const [, one] of all as [string | null, Json][]) {
		const type = String(one.resourceType)
		const same = types.get(type)
		if (same === undefined) types.set(type, [one])
		else same.push(one)
	}
	const known = Object.keys(SHOWN).flatMap((type) => {
		const resources = types.get(type)
		return resources === undefined ? [] : [{ type, resources: newestFirst(resources) }]
	})
	return {
		groups: known,
		others: [...types]
			.filter(([type]) => !Object.hasOwn(SHOWN, type))
			.map(([type, { length }]) => [type, length]),
		more: Array.isArray(resource.entry) && resource.entry.length > MOST,
		lines: (one) => linesOf(one, find),
	}
}

/** What the one patient of a document is called. `null`: it has none, or several. */
export function patientIn(resource: Json): string | null {
	const { groups, lines } = chartOf(resource)
	const patients = groups.find(({ type }) => type === 'Patient')?.resources ?? []
	if (patients.length !== 1) return null
	const { title, isNamed } = lines(patients[0])
	return isNamed ? title : null
}

function entriesOf(bundle: Json): [string | null, Json][] {
	return list(bundle.entry).flatMap((entry): [string | null, Json][] => {
		const resource = at(entry, 'resource')
		const url = at(entry, 'fullUrl')
		return isObject(resource) ? [[typeof url === 'string' ? url : null, resource]] : []
	})
}

function linesOf(resource: Json, find: Finder): Lines {
	const type = String(resource.resourceType)
	const shown = Object.hasOwn(SHOWN, type) ? SHOWN[type](resource, find) : {}
	const { title } = shown
	return {
		when: null,
		prose: proseOf(resource.text),
		files: [],
		parts: [],
		...shown,
		title: title || type,
		isNamed: Boolean(title),
		more: shown.more === true || isCut(resource),
		rows: [...(shown.rows ?? []), ...notes(resource)].filter(([, text]) => text !== ''),
	}
}

/** Whether it has more than is read, or what may turn the meaning of the rest around. */
function isCut(resource: Json): boolean {
	const left: unknown[] = [resource]
	for (let one = left.pop(); one !== undefined; one = left.pop()) {
		if (Array.isArray(one)) {
			if (one.length > MOST) return true
			for (const item of one) left.push(item ?? 0)
		} else if (isObject(one)) {
			if (list(one.modifierExtension).length > 0) return true
			for (const [name, value] of Object.entries(one)) {
				if (name === 'div' && typeof value === 'string') {
					if (isLong(value)) return true
				} else if (name !== 'data') left.push(value ?? 0)
			}
		} else if (typeof one === 'string' && one.length > LONGEST) return true
	}
	return false
}

const isLong = (markup: string): boolean =>
	markup.length > 10 * LONGEST || wordsOf(markup).length > LONGEST

const TIMES = [
	'effectiveDateTime',
	'effectivePeriod',
	'occurrenceDateTime',
	'performedDateTime',
	'performedPeriod',
	'onsetDateTime',
	'recordedDate',
	'authoredOn',
	'dateTime',
	'date',
	'period',
	'issued',
]

/** When it was, as it is written there. */
function timeOf(resource: Json): string | null {
	for (const name of TIMES) {
		const time = resource[name]
		const start = isObject(time) ? (time.start ?? time.end) : time
		if (typeof start === 'string') return start
	}
	return null
}

function newestFirst(resources: Json[]): Json[] {
	const timed = resources.map((one) => [timeOf(one) ?? '', one] as const)
	return timed
		.sort(([one], [other]) => (one < other ? 1 : one > other ? -1 : 0))
		.map(([, r]) => r)
}

const whenOf = (resource: Json): string | null => {
	const time = timeOf(resource)
	return time === null ? null : dateText(time)
}

/** What is called by a code, and has a field in each row. */
function coded(title: string, ...fields: [label: string, field: string, read: Read][]) {
	return (resource: Json): Partial<Lines> => ({
		title: concept(resource[title]),
		when: whenOf(resource),
		rows: fields.map(([label, field, read]) => [label, read(resource[field])]),
	})
}

type Read = (value: unknown) => string

function patient(resource: Json): Partial<Lines> {
	const [name] = list(resource.name)
	return {
		title: personName(name),
		rows: [
			['fhir-born', date(resource.birthDate)],
			['fhir-gender', string(resource.gender)],
			['fhir-address', list(resource.address).map(address).join('; ')],
			[
				'fhir-contact',
				list(resource.telecom)
					.map((one) => string(at(one, 'value')))
					.join(', '),
			],
		],
	}
}

function composition(resource: Json, find: Finder): Partial<Lines> {
	return {
		title: string(resource.title) || concept(resource.type),
		when: whenOf(resource),
		rows: [
			['fhir-author', references(resource.author)],
			['fhir-clinic', reference(resource.custodian)],
		],
		parts: list(resource.section).map((section) => sectionLines(section, find, 0)),
	}
}

/** Sections can be inside each other: five deep at most. */
function sectionLines(section: unknown, find: Finder, depth: number): Lines {
	const entries = list(at(section, 'entry')).flatMap((entry) => only(find(entry)))
	const inside = depth < 5 ? list(at(section, 'section')) : []
	return {
		title: string(at(section, 'title')) || concept(at(section, 'code')),
		isNamed: true,
		more: depth === 5 && list(at(section, 'section')).length > 0,
		when: null,
		rows: [],
		prose: proseOf(at(section, 'text')),
		files: [],
		parts: [
			...entries.map((one) => ({ ...linesOf(one, () => null), parts: [] })),
			...inside.map((one) => sectionLines(one, find, depth + 1)),
		],
	}
}

function allergy(resource: Json): Partial<Lines> {
	const reactions = list(resource.reaction).map((one) =>
		[concepts(at(one, 'manifestation')), string(at(one, 'severity'))]
			.filter(Boolean)
			.join(', '),
	)
	return {
		title: concept(resource.code),
		when: whenOf(resource),
		rows: [
			['fhir-status', concept(resource.clinicalStatus)],
			['fhir-sure', concept(resource.verificationStatus)],
			['fhir-danger', string(resource.criticality)],
			['fhir-reaction', reactions.join('; ')],
		],
	}
}

function medication(resource: Json, find: Finder): Partial<Lines> {
	const { medicationReference } = resource
	const named = find(medicationReference) ?? contained(resource, medicationReference)[0]
	const doses = [...list(resource.dosageInstruction), ...list(resource.dosage)]
	const title =
		concept(resource.medicationCodeableConcept) ||
		concept(at(named, 'code')) ||
		reference(medicationReference)
	return {
		title,
		when: whenOf(resource),
		more: doses.some((one) => string(at(one, 'text')) === ''),
		rows: [
			['fhir-not-take', resource.doNotPerform === true ? title || 'Medication' : ''],
			['fhir-status', string(resource.status)],
			['fhir-dose', doses.map(dose).filter(Boolean).join('; ')],
			['fhir-reason', concepts(resource.reasonCode)],
			['fhir-author', reference(resource.requester)],
		],
	}
}

/** How to take it: in words, or else how much and when. */
function dose(of: unknown): string {
	const [rate] = list(at(of, 'doseAndRate'))
	const much = quantity(at(rate, 'doseQuantity')) || range(at(rate, 'doseRange'))
	const parts = [much, concept(at(at(of, 'timing'), 'code')), concept(at(of, 'route'))]
	return string(at(of, 'text')) || parts.filter(Boolean).join(', ')
}

function report(resource: Json, find: Finder): Partial<Lines> {
	const results = list(resource.result).flatMap((one) => [
		...only(find(one)),
		...contained(resource, one),
	])
	return {
		title: concept(resource.code),
		when: whenOf(resource),
		rows: [
			['fhir-status', string(resource.status)],
			['fhir-author', references(resource.performer)],
			['fhir-conclusion', string(resource.conclusion)],
			['fhir-conclusion', concepts(resource.conclusionCode)],
		],
		files: [
			...list(resource.presentedForm).flatMap(attachment),
			...list(resource.media).flatMap((media) => {
				const link = at(media, 'link')
				const found = find(link) ?? contained(resource, link)[0]
				return attachment(at(found, 'content'))
			}),
		],
		parts: results.map((one) => linesOf(one, () => null)),
	}
}

function observation(resource: Json): Partial<Lines> {
	const all = list(resource.component)
	const components = all.map((one): Row => ['', `${concept(at(one, 'code'))}: ${value(one)}`])
	return {
		title: concept(resource.code),
		when: whenOf(resource),
		more: [resource, ...all].some(hasOtherValue),
		rows: [
			['fhir-value', value(resource)],
			...components,
			['fhir-usual', list(resource.referenceRange).map(range).join('; ')],
			['fhir-meaning', concepts(resource.interpretation)],
			// What is final goes without saying.
			['fhir-status', resource.status === 'final' ? '' : string(resource.status)],
		],
	}
}

function encounter(resource: Json): Partial<Lines> {
	const people = list(resource.participant).map((one) => reference(at(one, 'individual')))
	return {
		title: concepts(resource.type) || string(at(resource.class, 'display')),
		when: whenOf(resource),
		rows: [
			['fhir-reason', concepts(resource.reasonCode)],
			['fhir-author', people.filter(Boolean).join(', ')],
			['fhir-clinic', reference(resource.serviceProvider)],
		],
	}
}

function carePlan(resource: Json): Partial<Lines> {
	const details = list(resource.activity).map((one) => at(one, 'detail'))
	const steps = (not: boolean): string =>
		details
			.filter((detail) => (at(detail, 'doNotPerform') === true) === not)
			.map((detail) => concept(at(detail, 'code')) || string(at(detail, 'description')))
			.filter(Boolean)
			.join('; ')
	return {
		title: string(resource.title) || concepts(resource.category),
		when: whenOf(resource),
		rows: [
			['fhir-status', string(resource.status)],
			['fhir-steps', steps(false)],
			['fhir-not-do', steps(true)],
		],
	}
}

function documentReference(resource: Json): Partial<Lines> {
	return {
		title: string(resource.description) || concept(resource.type),
		when: whenOf(resource),
		rows: [['fhir-author', references(resource.author)]],
		files: list(resource.content).flatMap((one) => attachment(at(one, 'attachment'))),
	}
}

function consent(resource: Json): Partial<Lines> {
	return {
		title: concept(resource.scope),
		when: whenOf(resource),
		rows: [
			['fhir-status', string(resource.status)],
			['fhir-clinic', references(resource.organization)],
		],
	}
}

const notes = (resource: Json): Row[] =>
	list(resource.note).map((one) => ['fhir-note', string(at(one, 'text'))])

function attachment(content: unknown): Inside[] {
	const data = at(content, 'data')
	const title = string(at(content, 'title')) || string(at(content, 'contentType'))
	return typeof data === 'string' ? [{ title, data }] : []
}

const only = (one: Json | null): Json[] => (one === null ? [] : [one])

/** A resource inside another one, by `#id`. */
function contained(resource: Json, of: unknown): Json[] {
	const name = at(of, 'reference')
	return list(resource.contained)
		.filter(isObject)
		.filter(({ id }) => typeof id === 'string' && name === `#${id}`)
}

const SIMPLE = ['valueBoolean', 'valueInteger', 'valueDateTime', 'valueTime']
const READ = [
	...SIMPLE,
	'valueQuantity',
	'valueCodeableConcept',
	'valueString',
	'valueRange',
	'valueRatio',
	'valuePeriod',
]

/** Whether it has a value of a type that is not shown. */
const hasOtherValue = (of: unknown): boolean =>
	isObject(of) && Object.keys(of).some((name) => /^value[A-Z]/.test(name) && !READ.includes(name))

function value(of: unknown): string {
	if (!isObject(of)) return ''
	const { valueQuantity, valueCodeableConcept, valueString, dataAbsentReason } = of
	if (valueQuantity !== undefined) return quantity(valueQuantity)
	if (valueCodeableConcept !== undefined) return concept(valueCodeableConcept)
	if (typeof valueString === 'string') return string(valueString)
	for (const name of SIMPLE) if (of[name] !== undefined) return string(of[name])
	if (of.valueRange !== undefined) return range(of.valueRange)
	const { valueRatio, valuePeriod } = of
	if (valueRatio !== undefined)
		return [quantity(at(valueRatio, 'numerator')), quantity(at(valueRatio, 'denominator'))]
			.filter(Boolean)
			.join(' : ')
	if (valuePeriod !== undefined)
		return [date(at(valuePeriod, 'start')), date(at(valuePeriod, 'end'))].join(' – ')
	return concept(dataAbsentReason)
}

function quantity(of: unknown): string {
	const unit = string(at(of, 'unit')) || string(at(of, 'code'))
	return [string(at(of, 'comparator')), string(at(of, 'value')), unit].filter(Boolean).join(' ')
}

function range(of: unknown): string {
	const [low, high] = [quantity(at(of, 'low')), quantity(at(of, 'high'))]
	if (low !== '' && high !== '') return `${low} – ${high}`
	return low !== '' ? `≥ ${low}` : high !== '' ? `≤ ${high}` : string(at(of, 'text'))
}

/** What a code is called: by its text, a name of one of its codes, or the code itself. */
function concept(of: unknown): string {
	const codings = list(at(of, 'coding'))
	const names = codings.map((one) => string(at(one, 'display'))).filter(Boolean)
	const codes = codings.map((one) => string(at(one, 'code'))).filter(Boolean)
	return string(at(of, 'text')) || names[0] || codes[0] || ''
}

function concepts(all: unknown): string {
	return list(all).map(concept).filter(Boolean).join(', ')
}

const reference = (of: unknown): string => string(at(of, 'display'))

const references = (all: unknown): string => list(all).map(reference).filter(Boolean).join(', ')

function personName(of: unknown): string {
	const words = [...list(at(of, 'prefix')), ...list(at(of, 'given')), at(of, 'family')]
	return string(at(of, 'text')) || words.map(string).filter(Boolean).join(' ')
}

function address(of: unknown): string {
	const parts = [...list(at(of, 'line')), at(of, 'postalCode'), at(of, 'city'), at(of, 'country')]
	return string(at(of, 'text')) || parts.map(string).filter(Boolean).join(', ')
}

const at = (of: unknown, name: string): unknown =>
	isObject(of) && Object.hasOwn(of, name) ? of[name] : undefined

const list = (of: unknown): unknown[] => (Array.isArray(of) ? of.slice(0, MOST) : [])

/** Controls, and signs that rearrange or hide what is around them. */
const UNPRINTABLE =
	/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g

/** A text without the signs that nobody sees. */
export const printable = (text: string): string => text.replace(UNPRINTABLE, '')

function string(of: unknown): string {
	if (typeof of === 'number' || typeof of === 'boolean') return String(of)
	return typeof of === 'string' ? printable(of).slice(0, LONGEST) : ''
}

const DAY = /^(\d{4})(?:-(\d\d))?(?:-(\d\d))?(T\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?)?$/

/** A date as people write it: as exact as it is there, and as it was where it was written. */
export function dateText(date: string): string {
	const found = DAY.exec(date)
	if (found === null) return string(date)
	const [, year, month, day] = found
	const time = Date.UTC(Number(year), Number(month ?? 1) - 1, Number(day ?? 1))
	return new Intl.DateTimeFormat('en', {
		timeZone: 'UTC',
		year: 'numeric',
		...(month !== undefined && { month: 'long' }),
		...(day !== undefined && { day: 'numeric' }),
	}).format(time)
}

function date(of: unknown): string {
	return dateText(string(of))
}

const ENTITIES: Record<string, string> = {
	amp: '&',
	lt: '<',
	gt: '>',
	quot: '"',
	apos: "'",
	nbsp: '\u00a0',
}
const BLOCK = /^\/?(?:p|div|h[1-6]|li|br|pre|table|ul|ol|caption|blockquote)\b|^tr\b/i

/** What begins a cell of a table, and one of its heads. No text has them: they are unprintable. */
const [CELL, HEAD] = ['\u000e', '\u000f']
const CELLS = /[\u000e\u000f]/

/** The words between two tags. */
const decoded = (text: string): string =>
	text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{1,8}));/gi, (whole, ten, hex, name) => {
		if (name !== undefined) return ENTITIES[name] ?? whole
		const code = ten === undefined ? Number.parseInt(hex, 16) : Number(ten)
		return code <= 0x10ffff ? String.fromCodePoint(code) : ''
	})

/** A narrative as lines. A row of a table is one line. */
export function plainText(markup: string): string {
	const lines = wordsOf(markup)
		.split('\n')
		.map((line) => line.replace(/[ \t\u00a0]+/g, ' ').trim())
	return lines
		.filter((line, index) => line !== '' || lines[index - 1] !== '')
		.join('\n')
		.slice(0, LONGEST)
		.trim()
}

/**
 * A narrative without its tags. What looks like one is left out. It goes through the text once,
 * however hostile it is.
 */
function wordsOf(whole: string): string {
	const markup = whole.slice(0, 10 * LONGEST)
	// Where one cell is as wide as two, columns would not fit: then its words follow each other.
	const hasColumns = !/(?:col|row)span\s*=\s*["']?\s*(?:[2-9]|1\d|0)/i.test(markup)
	let text = ''
	let at = 0
	let isCell = false
	let isForm = false
	const add = (end: number) => {
		const words = markup.slice(at, end)
		text += printable(decoded(isForm && !isCell ? words : words.replace(/\s+/g, ' ')))
	}
	while (at < markup.length) {
		const start = markup.indexOf('<', at)
		if (start < 0) break
		add(start)
		at = start
		const comment = markup.startsWith('<!--', start)
		const end = markup.indexOf(comment ? '-->' : '>', start)
		// Without an end it is no tag.
		if (end < 0) break
		const tag = markup.slice(start + 1, end)
		if (/^\/?pre\b/i.test(tag)) isForm = tag[0] !== '/'
		if (/^\/?(?:t[dhr]|table)\b/i.test(tag)) isCell = /^t[dh]\b/i.test(tag)
		if (isCell && /^t/i.test(tag)) text += !hasColumns ? ' ' : /^th/i.test(tag) ? HEAD : CELL
		else if (BLOCK.test(tag)) text += isCell ? ' ' : '\n'
		else if (/^\/t[dh]\b/i.test(tag)) text += ' '
		at = end + (comment ? 3 : 1)
	}
	add(markup.length)
	return text
}

/** A cell of a table. */
export interface Cell {
	head: boolean
	text: string
}

/** The texts and tables of a narrative's lines, in their order. */
export function blocksOf(lines: string): (string | Cell[][])[] {
	const blocks: (string | Cell[][])[] = []
	for (const line of lines.split('\n')) {
		const last = blocks.at(-1)
		if (CELLS.test(line)) {
			const row = [...line.matchAll(/([\u000e\u000f])([^\u000e\u000f]*)/g)].map(
				([, sign, text]) => ({ head: sign === HEAD, text: text.trim() }),
			)
			if (Array.isArray(last)) last.push(row)
			else blocks.push([row])
		} else if (typeof last === 'string') blocks[blocks.length - 1] = `${last}\n${line}`
		else if (line !== '') blocks.push(line)
	}
	return blocks.map((block) => (typeof block === 'string' ? block.trim() : block))
}

function proseOf(narrative: unknown): string | null {
	const div = at(narrative, 'div')
	// What programs made of the fields says nothing more than the fields.
	const made = at(narrative, 'status') === 'generated' && /Generated Narrative/.test(String(div))
	return typeof div === 'string' && !made ? plainText(div) || null : null
}
