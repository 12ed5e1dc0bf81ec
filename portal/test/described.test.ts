import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { describeChain } from './describe'

const metadata = new URL('../../client/metadata/regional.scale', import.meta.url)

test('the views and calls have the types of client/metadata', async () => {
	const text = await describeChain(readFileSync(metadata))
	await expect(text).toMatchFileSnapshot('../src/chain/described.ts')
})
