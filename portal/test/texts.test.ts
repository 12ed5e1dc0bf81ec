import { readFileSync, readdirSync } from 'node:fs'
import { FluentResource } from '@fluent/bundle'
import { expect, test } from 'vitest'
import { day, lastDay, moment, t, tell, unbroken } from '../src/ui/text'

const ui = new URL('../src/ui/', import.meta.url)
const source = readFileSync(new URL('en.ftl', ui), 'utf8')
const ids = [...source.matchAll(/^([A-Za-z0-9-]+) =/gm)].map(([, id]) => id)
const code = readdirSync(ui)
	.filter((name) => /\.tsx?$/.test(name))
	.map((name) => readFileSync(new URL(name, ui), 'utf8'))
	.join('\n')

test('all texts parse', () => {
	expect(new FluentResource(source).body.map(({ id }) => id)).toEqual(ids)
	expect(new Set(ids).size).toBe(ids.length)
})

test('the pages use these texts and no others', () => {
	const quoted = new Set([...code.matchAll(/'([a-z0-9-]+)'/g)].map(([, id]) => id))
	const used = (id: string) =>
		quoted.has(id.replace(/-for-authority$/, '')) ||
		/^(activity|browser|call|council|enlist|failed|fhir|forward|frame|happened|joining|list-by|mismatch|nav|note|problem|purpose|reason|refused|region|release|remote|share-title|sign|span|standing|step|still|upload|vote|work)-/.test(
			id,
		)
	expect(ids.filter((id) => !used(id))).toEqual([])
	for (const [, id] of code.matchAll(/\bt\('([^']+)'/g)) expect(ids).toContain(id)
	for (const [, yes, no] of code.matchAll(/\bt\([^')]*\? '([^']+)' : '([^']+)'/g)) {
		expect(ids).toContain(yes)
		expect(ids).toContain(no)
	}
})

/** What those who run the network read, beside others. */
const OF_AUTHORITIES =
	/^(activity|applications|call|common|copy|council|down|health|idle|invite-|join|known|me-(?!id)|mismatch|need|no-answer|old|people|problem|propose|release|settings|sign|start|unlock|still|unheard|vote|waiting)|^failed-(Forbidden|changed|council|network|other|register|standing)/

test('those who run the network are not sent to a clinic', () => {
	const texts = new Map(
		[...source.matchAll(/^([A-Za-z0-9-]+) =((?:.*\n)(?: {4}.*\n)*)/gm)].map(
			([, id, text]) => [id, text] as const,
		),
	)
	expect([...texts.keys()]).toEqual(ids)
	const own = ids.filter((id) => id.endsWith('-for-authority'))
	for (const id of own) expect(ids).toContain(id.replace('-for-authority', ''))
	for (const id of ids.filter((id) => OF_AUTHORITIES.test(id)))
		expect(texts.get(`${id}-for-authority`) ?? texts.get(id), id).not.toMatch(
			/(your|the) clinic/i,
		)
	const before = t('failed-Forbidden')
	tell(true)
	expect(t('failed-Forbidden')).toContain('the others who run the network')
	tell(false)
	expect(t('failed-Forbidden')).toBe(before)
})

test('no text is written into a page', () => {
	for (const [tag] of code.matchAll(/>\s*[A-Z][a-z]+[^<>{}();=]*<\//g))
		expect(tag).toMatch(/^>A</)
})

test('no line ends inside a date', () => {
	const time = Date.UTC(2026, 10, 29, 12)
	expect(day(time)).toMatch(/29,\s2026$/)
	for (const text of [day(time), moment(time)]) expect(text).not.toContain(' ')
})

test('what ends at midnight lasts to the day before', () => {
	const midnight = new Date(2026, 11, 31).getTime()
	expect(lastDay(midnight)).toMatch(/30/)
	expect(lastDay(midnight + 1)).toMatch(/31/)
})

test('no line ends after a title', () => {
	expect(unbroken('Dr. Tobias Lindqvist')).toBe('Dr.\u00a0Tobias Lindqvist')
	expect(unbroken('Prof. Dr. Zoë Amsel')).toBe('Prof.\u00a0Dr.\u00a0Zoë Amsel')
	expect(unbroken('Hillside Clinic')).toBe('Hillside Clinic')
})

/** Syllables as a rule of thumb counts them: groups of vowels, without a silent e. */
const syllables = (word: string): number =>
	Math.max(
		1,
		word
			.toLowerCase()
			.replace(/e$/, '')
			.match(/[aeiouy]+/g)?.length ?? 1,
	)

test('a person of eleven can read the texts', () => {
	const texts = [...source.matchAll(/ = ([^\n{]*(?:\n {4}[^\n*[}]*)*)/g)].map(([, text]) => text)
	const sentences = texts
		.join('.\n')
		.replace(/\{[^}]*\}/g, 'name')
		.split(/[.?!:]+\s/)
		.map((sentence) => sentence.match(/[\p{L}’]+/gu) ?? [])
		.filter(({ length }) => length > 0)
	for (const words of sentences) expect(words.length, words.join(' ')).toBeLessThanOrEqual(22)
	const words = sentences.flat()
	const grade =
		(0.39 * words.length) / sentences.length +
		(11.8 * words.map(syllables).reduce((sum, count) => sum + count, 0)) / words.length -
		15.59
	// Flesch and Kincaid's formula. The sixth grade begins at eleven.
	expect(grade).toBeLessThan(6)
	expect(words.length).toBeGreaterThan(500)
})
