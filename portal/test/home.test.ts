import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Guarded } from '../src/chain/guarded'
import { Home } from '../src/chain/home'
import type { Networks } from '../src/chain/networks'
import { hex, random } from '../src/format'
import type { Session } from '../src/keys/session'
import type { Store } from '../src/keys/store'
import { PARA, chainOf, networkOf } from './region'

const MINUTE = 60_000
const GATEWAYS = ['https://one.example', 'https://two.example']

/** What each gateway answers to whoever wants to sign in; `null`: nobody is there. */
let answers: (number | null)[]
/** How often each was asked. */
let asked: number[]
let home: Home
/** Somebody unlocks a new key. */
let come: () => Promise<unknown>

beforeEach(async () => {
	vi.useFakeTimers()
	answers = [401, 401]
	asked = [0, 0]
	vi.stubGlobal('fetch', async (url: URL) => {
		const at = GATEWAYS.indexOf(url.origin)
		asked[at]++
		const status = answers[at]
		if (status === null) throw new TypeError('nobody is there')
		return new Response('no', { status })
	})
	const network = networkOf(chainOf(...GATEWAYS.map((url) => ({ url }))))
	const listeners: (() => void)[] = []
	const session = {
		view: {},
		subscribe: (listener: () => void) => listeners.push(listener),
		vault: () => ({}),
	}
	const networks = { open: async () => ({ network }) }
	const guarded = new Guarded(
		() => {
			throw new Error('nothing is verified here')
		},
		() => Promise.reject(),
	)
	home = new Home(
		session as unknown as Session,
		{} as Store,
		guarded,
		networks as unknown as Networks,
	)
	come = () => {
		const at = { network: network.name, region: PARA }
		session.view = { kind: 'open', member: { account: hex(random(32)), home: at }, profile: {} }
		for (const listener of listeners) listener()
		return vi.advanceTimersByTimeAsync(0)
	}
	await come()
})
afterEach(() => {
	vi.useRealTimers()
	vi.unstubAllGlobals()
})

const after = async (time: number) => {
	asked = [0, 0]
	await vi.advanceTimersByTimeAsync(time)
	return asked[0]
}

test('the portal’s own server is asked with what is kept of the network', async () => {
	const kept = [['hash', random(8)]]
	const store = { codes: async (network: string) => (network === 'clinics' ? kept : []) }
	const fetchCode = vi.fn(async () => null)
	const session = { subscribe: () => {} }
	const guarded = { turn: async () => {} }
	const [one, other, net] = [session, store, guarded] as any[]
	new Home(one, other, net, {} as Networks, fetchCode).prepare({
		network: 'clinics',
		region: PARA,
	})
	await vi.advanceTimersByTimeAsync(0)
	expect(fetchCode).toHaveBeenCalledWith('clinics', PARA, kept)
})

test('who waits for an invitation asks less and less often', async () => {
	expect(home.view.kind).toBe('waiting')
	expect(await after(MINUTE)).toBe(12)
	expect(await after(9 * MINUTE)).toBeLessThanOrEqual(27)
	expect(await after(60 * MINUTE)).toBeLessThanOrEqual(61)
	expect(asked[0]).toBeGreaterThan(58)
	expect(asked[1]).toBe(asked[0])
})

test('one gateway that refuses is enough to wait, and nobody in reach is not', async () => {
	answers = [401, null]
	await after(MINUTE)
	expect(home.view.kind).toBe('waiting')
	answers = [null, null]
	await after(MINUTE)
	expect(home.view.kind).toBe('down')
	answers = [null, 401]
	await after(MINUTE)
	expect(home.view.kind).toBe('waiting')
})

test('a gateway that has too much to do is left alone for a minute', async () => {
	answers = [429, 429]
	await after(5000)
	expect(home.view.kind).toBe('waiting')
	expect(await after(5 * MINUTE)).toBe(5)
	answers = [503, null]
	await after(MINUTE)
	expect(home.view.kind).toBe('waiting')
})

test('who is refused, and then comes too often, waits', async () => {
	const statuses = [401, 429]
	vi.stubGlobal('fetch', async () => new Response('no', { status: statuses.shift() ?? 429 }))
	await come()
	expect(statuses).toEqual([])
	expect(home.view.kind).toBe('waiting')
})

test('who somebody is stays known while no gateway answers, and to another member it is not', async () => {
	answers = [null, null]
	home.known = 'applicant'
	home.isAuthority = true
	await home.apply('1234567893', 'Ada')
	expect([home.view.kind, home.known]).toEqual(['down', 'applicant'])
	await home.renew()
	expect([home.view.kind, home.known, home.isAuthority]).toEqual(['down', 'applicant', true])
	await come()
	expect([home.view.kind, home.known, home.isAuthority]).toEqual(['down', 'connecting', false])
})
