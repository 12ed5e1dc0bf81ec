import { readFileSync, readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { cases, files } from './vectors'

const folder = new URL('../../envelope/tests/vectors/', import.meta.url)
const load = (name: string) => JSON.parse(readFileSync(new URL(name, folder), 'utf8'))

test('every file of vectors is used', () => {
	expect(files.toSorted()).toEqual(readdirSync(folder).toSorted())
})

for (const { name, run } of cases(load)) test(name, run)
