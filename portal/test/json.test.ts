import { expect, test } from 'vitest'
import { type Json, JsonNumber, parseJson } from '../src/format/json'

/** What JSON.parse would give. */
function plain(value: Json): unknown {
	if (value instanceof JsonNumber) return Number(value.digits)
	if (value instanceof Map) {
		return Object.fromEntries([...value].map(([name, inner]) => [name, plain(inner)]))
	}
	return Array.isArray(value) ? value.map(plain) : value
}

/** Some value, by a seed. */
function some(seed: () => number, depth: number): unknown {
	const texts = ['', '"', '\\', '{"a":1}', 'ü', '\n', '👩', ',', ']', '\u0000']
	switch (Math.floor(seed() * (depth > 3 ? 5 : 7))) {
		case 0:
			return null
		case 1:
			return seed() < 0.5
		case 2:
			return Math.floor(seed() * 1e6) / 8
		case 3:
			return -Math.floor(seed() * 1e20)
		case 4:
			return texts[Math.floor(seed() * texts.length)]
		case 5:
			return Array.from({ length: seed() * 4 }, () => some(seed, depth + 1))
		default:
			return Object.fromEntries(
				Array.from({ length: seed() * 4 }, (_, at) => [
					`${at}${texts[Math.floor(seed() * texts.length)]}`,
					some(seed, depth + 1),
				]),
			)
	}
}

test('JSON is read as JSON.parse does', () => {
	let state = 1
	const seed = () => (state = (state * 48271) % 2147483647) / 2147483647
	for (let round = 0; round < 2000; round++) {
		const value = some(seed, 0)
		const text = JSON.stringify(value, null, round % 3)
		expect(plain(parseJson(text)), text).toEqual(JSON.parse(text))
	}
})

test('what JSON.parse hides, shows', () => {
	const numbers = (text: string) => (parseJson(text) as JsonNumber[]).map(({ digits }) => digits)
	expect(numbers('[1, 1.0, 1e0, -0]')).toEqual(['1', '1.0', '1e0', '-0'])
	const twice = parseJson('{"a": 1, "b": 2, "\\u0061": 3}') as Map<string, Json>
	expect([...twice.keys()]).toEqual(['a', 'b'])
	expect(twice.get('a')).toBeUndefined()
})

test('what is no JSON is refused', () => {
	for (const text of [
		'',
		'{',
		'[1,]',
		'{"a":1,}',
		"{'a':1}",
		'01',
		'1 2',
		'\ufeff1',
		'NaN',
		'"\t"',
		'[1] x',
	]) {
		expect(() => parseJson(text), text).toThrow(SyntaxError)
	}
})
