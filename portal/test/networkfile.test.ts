/** What the page that signs a network file says of it. */
import { expect, test } from 'vitest'
import type { NetworkFile } from '../src/chain/file'
import { changedAddresses } from '../src/chain/networkfile'
import { chainOf, networkOf } from './region'

test('the addresses that a file adds or drops are shown, also if another authority has them', () => {
	const file = (...urls: string[]): NetworkFile =>
		networkOf(chainOf(...urls.map((url) => ({ url }))))
	const [one, two, three] = ['https://one.example', 'https://two.example', 'wss://three.example']
	expect(changedAddresses(file(one, two), file(two, one))).toEqual({ added: [], dropped: [] })
	const changed = changedAddresses(file(one, two), file(two, three))
	expect(changed).toEqual({ added: [three], dropped: [one] })
	const other = file(one)
	other.chains[0].endpoints[0].authority = '5Other'
	expect(changedAddresses(file(one), other)).toEqual({ added: [one], dropped: [one] })
})
