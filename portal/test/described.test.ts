import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { describeChain } from './describe'

const metadata = (chain: string) =>
	readFileSync(new URL(`../../client/metadata/${chain}.scale`, import.meta.url))

test('the views and calls have the types of client/metadata', async () => {
	const text = await describeChain(metadata('regional'), metadata('consortium'))
	await expect(text).toMatchFileSnapshot('../src/chain/described.ts')
})
