import { readFileSync, readdirSync } from 'node:fs'
import { expect, test } from 'vitest'

const ui = new URL('../src/ui/', import.meta.url)

/** Fields that have no draft of their own, and why. */
const OTHERS = [
	// Nobody is unlocked there.
	'create.tsx name',
	'create.tsx value',
	// A search in a list that is on the page.
	'list.tsx words',
	'shared.tsx words',
	// All that is typed about files is one draft.
	'add.tsx name',
	'add.tsx mediaType',
]

test('what is typed into a field outlasts a lock', () => {
	const fields: string[] = []
	const drafts: string[] = []
	for (const name of readdirSync(ui).filter((name) => name.endsWith('.tsx'))) {
		const source = readFileSync(new URL(name, ui), 'utf8')
		for (const [tag] of source.matchAll(/<Field [^\n]*\/>|<Field\n[^]*?\n\t*\/?>/g)) {
			const [, value] = tag.match(/value=\{(\w+)\}/) ?? []
			expect(value, `${name}: ${tag}`).toBeDefined()
			if (!/^\s+secret$/m.test(tag)) fields.push(`${name} ${value}`)
		}
		for (const [, value] of source.matchAll(/const \[(\w+), \w+\] = useDraft\(/g))
			drafts.push(`${name} ${value}`)
	}
	expect(fields.toSorted()).toEqual([...drafts, ...OTHERS].toSorted())
})
