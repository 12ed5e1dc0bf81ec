import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { type Bytes, utf8 } from '../src/format'
import { kindOf, parseResource, plainWords } from '../src/records/kinds'
import { type Lines, blocksOf, chartOf, dateText, patientIn, plainText } from '../src/ui/fhir'

const sample = (name: string): Bytes =>
	new Uint8Array(readFileSync(new URL(`../../testdata/${name}`, import.meta.url)))

const chart = (name: string) => chartOf(parseResource(sample(name)) ?? {})
const all = (lines: Lines): Lines[] => [lines, ...lines.parts.flatMap(all)]

/** Every line that a chart shows. */
function linesOf(name: string): Lines[] {
	const found = chart(name)
	return found.groups.flatMap(({ resources }) =>
		resources.flatMap((one) => all(found.lines(one))),
	)
}

const SAMPLES = [
	'hl7-Bundle-lipids.json',
	'hl7-Composition-example.json',
	'hl7-DiagnosticReport-gingival-mass.json',
	'synthea-13.json',
]

test('real documents are shown without a gap', () => {
	for (const name of SAMPLES) {
		const lines = linesOf(name)
		expect(lines.length, name).toBeGreaterThan(0)
		for (const { title, rows, prose, when } of lines) {
			expect(title, name).not.toBe('')
			for (const text of [title, when ?? '', prose ?? '', ...rows.map(([, text]) => text)]) {
				expect(text).not.toMatch(/\[object|undefined|NaN|<[a-z/]/)
			}
		}
	}
})

test('a report has its results, with value and what is usual', () => {
	const [{ resources }] = chart('hl7-Bundle-lipids.json').groups
	const report = chart('hl7-Bundle-lipids.json').lines(resources[0])
	expect(report.title).toBe('Lipid Panel')
	expect(report.when).toBe('March 4, 2011')
	expect(report.rows).toContainEqual(['fhir-author', 'Acme Laboratory, Inc'])
	expect(report.parts.map(({ title }) => title)).toEqual([
		'Cholesterol',
		'Triglyceride',
		'Cholesterol in HDL',
		'LDL Chol. (Calc)',
	])
	expect(report.parts[0].rows).toContainEqual(['fhir-value', '6.3 mmol/L'])
	expect(report.parts[0].rows).toContainEqual(['fhir-usual', '≤ 4.5 mmol/L'])
})

test('a whole history has groups, the most important first and each newest first', () => {
	const { groups, others } = chart('synthea-13.json')
	expect(groups.map(({ type }) => type)).toEqual([
		'Patient',
		'AllergyIntolerance',
		'Condition',
		'MedicationRequest',
		'Immunization',
		'DiagnosticReport',
		'Observation',
		'Procedure',
		'Encounter',
		'DocumentReference',
	])
	expect(others).toContainEqual(['Claim', 13])
	const visits = groups.find(({ type }) => type === 'Encounter')?.resources ?? []
	const starts = visits.map(({ period }) => (period as { start: string }).start)
	expect(starts).toEqual(starts.toSorted().toReversed())
	const measured = linesOf('synthea-13.json').flatMap(({ rows }) => rows)
	expect(measured).toContainEqual(['', 'Systolic blood pressure: 145.8 mm[Hg]'])
})

test('a letter has the words of its sections', () => {
	const { groups, lines } = chart('hl7-Composition-example.json')
	const letter = lines(groups[0].resources[0])
	expect(letter.title).toBe('Consultation Note')
	expect(letter.rows).toContainEqual(['fhir-author', 'Harold Hippocrates, MD'])
	expect(letter.parts[0].title).toBe('History of present illness')
	expect(letter.parts[0].prose).toMatch(/Stroke/)
})

test('files inside are found, and are what their bytes are', () => {
	const files = linesOf('hl7-DiagnosticReport-gingival-mass.json').flatMap(({ files }) => files)
	expect(files.length).toBeGreaterThan(0)
	const kinds = files.map(({ data }) => {
		const bytes = new Uint8Array(Buffer.from(data, 'base64'))
		return kindOf(bytes, bytes.length)
	})
	expect(kinds.every((kind) => kind === 'image' || kind === 'pdf')).toBe(true)
})

/** What a chart shows of one resource. */
const shownOf = (resource: Record<string, unknown>): Lines => chartOf(resource).lines(resource)

test('a medicine that must not be taken is not shown as one to take', () => {
	const lines = shownOf({
		resourceType: 'MedicationRequest',
		doNotPerform: true,
		contained: [{ resourceType: 'Medication', id: 'm', code: { text: 'Warfarin' } }],
		medicationReference: { reference: '#m' },
		dosageInstruction: [
			{
				doseAndRate: [{ doseQuantity: { value: 5, unit: 'mg' } }],
				timing: { code: { text: 'daily' } },
			},
		],
	})
	expect(lines.title).toBe('Warfarin')
	expect(lines.rows[0]).toEqual(['fhir-not-take', 'Warfarin'])
	expect(lines.rows).toContainEqual(['fhir-dose', '5 mg, daily'])
	expect(lines.more).toBe(true)
	const plan = shownOf({
		resourceType: 'CarePlan',
		activity: [
			{ detail: { description: 'Walk' } },
			{ detail: { description: 'Run', doNotPerform: true } },
		],
	})
	expect(plan.rows).toEqual([
		['fhir-steps', 'Walk'],
		['fhir-not-do', 'Run'],
	])
})

test('what is cut, or can change the meaning and is not shown, is said to be missing', () => {
	const of = (more: object) =>
		shownOf({ resourceType: 'Observation', code: { text: 'A' }, ...more })
	expect(of({ valueString: 'x'.repeat(20_000) }).more).toBe(false)
	expect(of({ valueString: 'x'.repeat(20_001) }).more).toBe(true)
	expect(of({ text: { div: '<p></p>'.repeat(5000) } }).more).toBe(false)
	expect(of({ text: { div: `<p>${'x'.repeat(20_001)}</p>` } }).more).toBe(true)
	expect(of({ modifierExtension: [{ url: 'https://a', valueBoolean: true }] }).more).toBe(true)
	expect(of({ extension: [{ url: 'https://a', valueCode: 'b' }] }).more).toBe(false)
	expect(of({ valueSampledData: { data: '1 2' } }).more).toBe(true)
	expect(of({ component: [{ code: { text: 'B' }, valueAttachment: {} }] }).more).toBe(true)
	const ratio = { numerator: { value: 1 }, denominator: { value: 128 } }
	expect(of({ valueRatio: ratio })).toMatchObject({
		more: false,
		rows: [['fhir-value', '1 : 128']],
	})
	const many = { resourceType: 'Bundle', entry: Array(50_001).fill({}) }
	expect(chartOf(many).more).toBe(true)
	for (const name of SAMPLES) expect(chart(name).more, name).toBe(false)
})

test('a title is the document’s own, also if it is a word of the page', () => {
	for (const title of ['status', 'Consent', 'more']) {
		const lines = shownOf({ resourceType: 'Composition', title })
		expect([lines.title, lines.isNamed]).toEqual([title, true])
	}
	const lines = shownOf({ resourceType: 'Composition' })
	expect([lines.title, lines.isNamed]).toEqual(['Composition', false])
})

test('a date is as exact as it was written, and of the day where it was written', () => {
	expect(dateText('2011')).toBe('2011')
	expect(dateText('2011-03')).toBe('March 2011')
	expect(dateText('2011-03-04')).toBe('March 4, 2011')
	expect(dateText('2011-03-04T23:30:00-11:00')).toBe('March 4, 2011')
	expect(dateText('last week')).toBe('last week')
	expect(dateText('2011-03-04T99')).toBe('2011-03-04T99')
})

test('a narrative is text, whatever is in it', () => {
	expect(plainText('<div><p>One &amp; two</p><p>three&#x21;</p></div>')).toBe(
		'One & two\n\nthree!',
	)
	expect(plainText('<script>alert(1)</script>')).toBe('alert(1)')
	expect(plainText('&lt;img src=x onerror=alert(1)&gt;')).toBe('<img src=x onerror=alert(1)>')
	expect(plainText('<img src=x onerror="alert(1)">')).toBe('')
	expect(plainText('a<b')).toBe('a<b')
	expect(plainText('\u202eright to left\u0007')).toBe('right to left')
	expect(plainText(`&#x${'f'.repeat(6)};`)).toBe('')
	const long = '<'.repeat(100_000)
	const since = Date.now()
	plainText(long)
	plainText('<!--'.repeat(50_000))
	expect(Date.now() - since).toBeLessThan(2000)
})

test('a table of a narrative keeps its rows and columns', () => {
	const of = (markup: string) => blocksOf(plainText(markup))
	const cell = (text: string) => ({ head: false, text })
	const head = (text: string) => ({ head: true, text })
	const table = `<div><p>Bones,
		of June</p><table><thead>
			<tr><th>Site</th>
				<th><p>T-score</p></th></tr></thead>
		<tbody><tr><td>Hip</td><td>-1.2<br/>(low)</td></tr><tr><td></td><td>2 &lt; 3</td></tr></tbody>
	</table><p>Well.</p></div>`
	expect(of(table)).toEqual([
		'Bones, of June',
		[
			[head('Site'), head('T-score')],
			[cell('Hip'), cell('-1.2 (low)')],
			[cell(''), cell('2 < 3')],
		],
		'Well.',
	])
	// A cell over two columns would put what follows under the wrong head.
	expect(of('<tr><td colspan="2">a</td><td>b</td></tr><tr><td>c</td></tr>')).toEqual(['a b\nc'])
	expect(of('a&#14;b\u000ec')).toEqual(['abc'])
	expect(of('<pre>a\nb</pre>')).toEqual(['a\nb'])
})

test('the patient of a document is told, if it has one', () => {
	const ada = { resourceType: 'Patient', name: [{ given: ['Ada'], family: 'Byron' }] }
	const of = (...all: object[]) =>
		patientIn({ resourceType: 'Bundle', entry: all.map((resource) => ({ resource })) })
	expect(patientIn(ada)).toBe('Ada Byron')
	expect(of({ resourceType: 'Observation' }, ada)).toBe('Ada Byron')
	expect(of(ada, ada)).toBeNull()
	expect(of({ resourceType: 'Patient' })).toBeNull()
	expect(of()).toBeNull()
})

test('hostile resources are shown as far as they can be, and hang nothing', () => {
	const deep: Record<string, unknown> = { title: 'deep' }
	let inner = deep
	for (let level = 0; level < 1000; level++) {
		const next = { title: `level ${level}` }
		inner.section = [next]
		inner = next
	}
	const circle = {
		resourceType: 'DiagnosticReport',
		id: 'one',
		result: [{ reference: 'DiagnosticReport/one' }],
	}
	const wrong: Record<string, unknown>[] = [
		{ resourceType: 'Composition', section: [deep] },
		{ resourceType: 'Bundle', entry: [{ resource: circle }] },
		{ resourceType: 'Bundle', entry: 'none' },
		{ resourceType: 'Bundle', entry: [null, 7, { resource: [] }, { resource: null }] },
		{ resourceType: 'Observation', code: 7, component: {}, valueQuantity: [] },
		{ resourceType: 'Observation', code: { coding: [{ display: { a: 1 } }] } },
		{ resourceType: 'Patient', name: [null], address: [7], telecom: {} },
		{ resourceType: '__proto__' },
		{ resourceType: 'constructor' },
		{ resourceType: 'toString' },
		JSON.parse('{"resourceType":"Patient","__proto__":{"birthDate":"2000"}}'),
	]
	for (const resource of wrong) {
		const found = chartOf(resource)
		for (const { resources } of found.groups) {
			for (const one of resources) expect(all(found.lines(one)).length).toBeLessThan(20)
		}
	}
})

test('a document is what its first bytes are, never what it is called', () => {
	const bytes = (...numbers: number[]) => new Uint8Array(numbers)
	expect(kindOf(utf8('%PDF-1.7\n'), 100)).toBe('pdf')
	expect(kindOf(bytes(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a), 100)).toBe('image')
	expect(kindOf(bytes(0xff, 0xd8, 0xff, 0xe0), 100)).toBe('image')
	expect(kindOf(utf8('RIFF1234WEBPVP8 '), 100)).toBe('image')
	expect(kindOf(utf8('RIFF1234WAVEfmt '), 100)).toBe('other')
	expect(kindOf(utf8('<svg xmlns="http://www.w3.org/2000/svg"/>'), 100)).toBe('other')
	expect(kindOf(utf8('<html>'), 100)).toBe('other')
	expect(kindOf(utf8(' \n{"resourceType":"Patient"}'), 100)).toBe('fhir')
	expect(kindOf(utf8('\ufeff{"resourceType":"Patient"}'), 100)).toBe('fhir')
	expect(kindOf(bytes(), 0)).toBe('other')
	// What is too large to be shown is saved.
	expect(kindOf(utf8('%PDF-1.7\n'), 2 ** 30)).toBe('other')
	expect(plainWords(utf8('All is well.\r\n'))).toBe('All is well.\r\n')
	for (const text of [' <svg/>', '<!doctype html>', 'a\u0000b'])
		expect(plainWords(utf8(text)), text).toBeNull()
	expect(plainWords(bytes(0x61, 0xff))).toBeNull()
	for (const text of ['{', '[]', '{}', '{"resourceType":7}', 'null', '{"a":1}'])
		expect(parseResource(utf8(text)), text).toBeNull()
	expect(parseResource(bytes(0x7b, 0xff, 0x7d))).toBeNull()
})
