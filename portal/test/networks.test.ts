import 'fake-indexeddb/auto'
import { IDBFactory } from 'fake-indexeddb'
import { createHash } from 'node:crypto'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { Guarded } from '../src/chain/guarded'
import { Heap } from '../src/chain/heap'
import { linkOf, parseLink } from '../src/chain/link'
import { Mismatch, Networks, ownCode } from '../src/chain/networks'
import { NotProven } from '../src/chain/refusal'
import { type Bytes, accountText, parseAccount, signInMessage, utf8 } from '../src/format'
import { ScaleReader, scaleBytes, scaleCompact } from '../src/format/scale'
import { Store } from '../src/keys/store'
import { isSigned, releaseMessage } from '../src/release/list'
import { wasm } from './light'
import { accounts, networkFile, signers } from './network'
import { chainOf } from './region'
import { inThread } from './thread'

const gateway = { url: 'https://gateway.example' }
const chain = chainOf(gateway)
let store: Store
let networks: Networks

beforeEach(async () => {
	globalThis.indexedDB = new IDBFactory()
	store = await Store.open()
	networks = new Networks(store, new Guarded(inThread, wasm, 60_000), async () => null)
})

const invitation = (print: string, more = {}) => ({
	network: 'clinics',
	fingerprint: print.replaceAll(' ', ''),
	gateway: 'https://gateway.example/',
	...more,
})

describe('a network', () => {
	test('is known once a person has confirmed its file', async () => {
		const { file, print } = await networkFile(chain)
		const looked = await networks.look(file, invitation(print))
		expect(looked.fingerprint).toBe(print)
		expect(await networks.open('clinics')).toBeNull()
		await networks.confirm(looked)
		expect((await networks.open('clinics'))?.network.chains).toEqual(looked.network.chains)
	})

	test('is not the one of a link with another fingerprint, name or gateway', async () => {
		const { file, print } = await networkFile(chain)
		const mismatch = async (more: object) => {
			const error = await networks.look(file, invitation(print, more)).catch((one) => one)
			return error instanceof Mismatch ? error.what : error
		}
		expect(await mismatch({ fingerprint: '00'.repeat(32) })).toBe('fingerprint')
		expect(await mismatch({ network: 'others' })).toBe('network')
		expect(await mismatch({ gateway: 'https://evil.example/' })).toBe('gateway')
	})

	test('needs the signatures of its file', async () => {
		const { file, print } = await networkFile(chain)
		const json = JSON.parse(new TextDecoder().decode(file))
		const look = () => networks.look(utf8(JSON.stringify(json)), invitation(print))
		json.signatures.pop()
		await expect(look().then((looked) => networks.confirm(looked))).rejects.toBeInstanceOf(
			NotProven,
		)
		expect(await networks.open('clinics')).toBeNull()
		json.network.serial = '1'
		await expect(look()).rejects.toBeInstanceOf(NotProven)
		const none = networks.look(utf8('none'), invitation(print))
		await expect(none).rejects.toBeInstanceOf(NotProven)
	})

	test('takes its next file, and never an older one or one that leaves a number out', async () => {
		const [first, second, third] = await Promise.all(
			[1, 2, 3].map((serial) => networkFile(chain, { serial })),
		)
		await networks.confirm(await networks.look(first.file, invitation(first.print)))
		await expect(networks.update('clinics', third.file, false)).rejects.toThrow('number 3')
		expect((await networks.update('clinics', second.file, false)).network.serial).toBe(2)
		await expect(networks.update('clinics', first.file, false)).rejects.toThrow('number 1')
		expect((await networks.open('clinics'))?.network.serial).toBe(2)
	})

	test('that began anew is taken once a person has confirmed it', async () => {
		const first = await networkFile(chain)
		const anew = await networkFile(chain, { serial: 2, reset: 1 })
		await networks.confirm(await networks.look(first.file, invitation(first.print)))
		const update = (confirmed: boolean) => networks.update('clinics', anew.file, confirmed)
		await expect(update(false)).rejects.toMatchObject({ why: 'confirm' })
		expect((await networks.lookAnew('clinics', anew.file)).fingerprint).toBe(anew.print)
		expect((await networks.open('clinics'))?.network.serial).toBe(1)
		expect((await update(true)).network.serial).toBe(2)
	})

	test('keeps the newest checkpoint, whichever tab writes last', async () => {
		const point = (number: number, reset = 0) => ({
			checkpoint: new Uint8Array([number]),
			number,
			setId: 1n,
			reset,
		})
		const head = (number: number) => ({
			head: { number, hash: new Uint8Array(32) },
			code: `code of ${number}`,
		})
		const kept = async () => (await store.network('clinics'))?.point?.number
		await store.putNetwork('clinics', new Uint8Array())
		await store.keepSeen('clinics', point(5), 2000, head(9))
		await store.keepSeen('clinics', point(4), 2000, head(8))
		expect(await kept()).toBe(5)
		expect((await store.network('clinics'))?.heads[2000].number).toBe(9)
		// A chain for development has no checkpoint, and takes none away.
		await store.keepSeen('clinics', null, 2001, head(1))
		expect(await kept()).toBe(5)
		// The network began anew. What a tab still writes that began before does not count.
		await store.keepSeen('clinics', point(3, 1), 2000, null)
		await store.keepSeen('clinics', point(6), 2000, head(10))
		expect(await kept()).toBe(3)
		expect((await store.network('clinics'))?.heads).toEqual({})
	})
})

describe("the portal's own server", () => {
	const path = 'runtimes/clinics-2000.wasm'
	const kept: [string, Bytes][] = [
		['one', utf8('before the upgrade')],
		['two', utf8('now')],
	]
	/** What it is asked for, if it has this code, and a list of its files. */
	async function asked(code: string, has: typeof kept, listed = true): Promise<string[]> {
		const paths: string[] = []
		const sum = createHash('sha256').update(code).digest('hex')
		const release = { files: [{ path, sha256: `0x${sum}` }] }
		vi.stubGlobal('fetch', async (url: string) => {
			paths.push(url)
			const isList = url === '/release.json'
			if (isList && !listed) return new Response('no', { status: 404 })
			const headers = { 'Content-Type': isList ? 'application/json' : 'application/wasm' }
			return new Response(isList ? JSON.stringify({ release }) : code, { headers })
		})
		const found = await ownCode('clinics', 2000, has)
		vi.unstubAllGlobals()
		if (found !== null) expect(found).toEqual(utf8(code))
		return [...paths, ...(found === null ? [] : ['found'])]
	}

	test('is asked for code that is not kept, and only then', async () => {
		expect(await asked('now', kept)).toEqual(['/release.json'])
		expect(await asked('next', kept)).toEqual(['/release.json', `/${path}`, 'found'])
		expect(await asked('now', kept, false)).toEqual(['/release.json', `/${path}`, 'found'])
		expect(await asked('now', [])).toEqual([`/${path}`, 'found'])
	})
})

describe('a link', () => {
	const one = invitation('ab'.repeat(32), { gateway: 'https://gateway.example:8443/' })

	test('names network, fingerprint and gateway', () => {
		expect(parseLink(linkOf(one))).toEqual(one)
	})

	test('that is not complete is none', () => {
		const whole = linkOf(one)
		for (const broken of [
			'',
			'join',
			whole.replace('join', 'other'),
			whole.replace('clinics', '../clinics'),
			whole.replace('ab', ''),
			whole.replace('https', 'javascript'),
			whole.slice(0, 60),
		]) {
			expect(parseLink(broken), broken).toBeNull()
		}
	})
})

describe('a release', () => {
	test('needs the signatures of as many signers as the network says', async () => {
		const release = {
			format: 1,
			serial: 1,
			files: [{ path: 'index.html', sha256: `0x${'11'.repeat(32)}` }],
		}
		const text = await releaseMessage(release)
		expect(text).toMatch(/^<Bytes>salus\/release\/v1: portal release 1 with 1 files, /)
		const hex = (bytes: Uint8Array) => `0x${Buffer.from(bytes).toString('hex')}`
		const signatures = await Promise.all(
			signers.map(async (signer) => ({
				account: accountText(signer.account),
				signature: hex(await signer.sign(text)),
			})),
		)
		const by = { threshold: 2, accounts }
		expect(await isSigned({ release, signatures }, by)).toBe(true)
		const [first] = signatures
		const refuse = async (signed: object, who = by) =>
			expect(await isSigned(signed as any, who)).toBe(false)
		await refuse({ release, signatures: [first, first] })
		await refuse({ release: { ...release, serial: 2 }, signatures })
		await refuse({ release: { ...release, format: 2 }, signatures })
		await refuse(
			{ release, signatures },
			{ threshold: 2, accounts: [accounts[0], accounts[0]] },
		)
		await refuse({ release, signatures }, { threshold: 1, accounts })
		await refuse({})
	})
})

describe('a worker that is ended', () => {
	const forever = new Promise(() => {})
	let started = 0
	let isAsked = false
	const guarded = new Guarded(
		() => {
			started++
			const newer = () => {
				isAsked = true
				return forever
			}
			return inThread({ start: () => {}, newer, has: () => true })
		},
		async () => ({}) as WebAssembly.Module,
		60_000,
	)
	const none = new Uint8Array()

	test('ends the work that waits for it', async () => {
		const waiting = guarded.turn((prover) => prover.newer(none, null))
		const refused = expect(waiting).rejects.toBeInstanceOf(NotProven)
		await expect.poll(() => isAsked).toBe(true)
		guarded.end()
		await refused
		expect(await guarded.turn((prover) => prover.has(''))).toBe(true)
		expect(started).toBe(2)
	})

	test('ends work between two steps, and the next worker goes on', async () => {
		let goOn = () => {}
		const gate = new Promise<void>((done) => {
			goOn = done
		})
		let isBetween = false
		const between = guarded.turn(async (prover) => {
			await prover.has('')
			isBetween = true
			await gate
			return prover.has('')
		})
		const refused = expect(between).rejects.toBeInstanceOf(NotProven)
		await expect.poll(() => isBetween).toBe(true)
		guarded.end()
		// It does not wait for what the ended work waits for.
		expect(await guarded.turn((prover) => prover.has(''))).toBe(true)
		goOn()
		await refused
		expect(started).toBe(3)
	})

	test('ends work that waits for its turn', async () => {
		const waiting = guarded.turn(() => forever)
		waiting.catch(() => {})
		const late = expect(guarded.turn((prover) => prover.has(''))).rejects.toBeInstanceOf(
			NotProven,
		)
		guarded.end()
		expect(await guarded.turn((prover) => prover.has(''))).toBe(true)
		await late
	})
})

describe('the parts', () => {
	test('pieces of a heap do not overlap and are used again', () => {
		const heap = new Heap(1001)
		const pieces = Array.from({ length: 200 }, (_, size) => heap.give(size))
		const sorted = pieces.toSorted((one, other) => (one?.at ?? 0) - (other?.at ?? 0))
		for (const [index, piece] of sorted.entries()) {
			expect((piece?.at ?? 1) % 8).toBe(0)
			const next = sorted[index + 1]
			if (next) expect((piece?.end ?? 0) + 8).toBeLessThanOrEqual(next.at)
		}
		const piece = heap.give(100)
		expect(heap.take(piece?.at ?? 0)).toBe(true)
		expect(heap.take(piece?.at ?? 0)).toBe(false)
		expect(heap.give(128)).toEqual(piece)
		expect(heap.give((32 << 20) + 1)).toBeNull()
	})

	test('SCALE has lengths of one, two and four bytes, in their shortest form', () => {
		for (const number of [0, 63, 64, 16_383, 16_384, 2 ** 30 - 1]) {
			const scale = new ScaleReader(scaleCompact(number))
			expect(scale.compact()).toBe(number)
			scale.end()
		}
		expect(scaleCompact(16_384).length).toBe(4)
		expect(() => scaleCompact(2 ** 30)).toThrow()
		for (const longer of [
			[1, 0],
			[2, 0, 0, 0],
			[253, 0],
			[3, 0, 0, 0, 1],
		]) {
			expect(() => new ScaleReader(new Uint8Array(longer)).compact()).toThrow()
		}
		const long = new Uint8Array(20_000).fill(7)
		expect(new ScaleReader(scaleBytes(long)).bytes()).toEqual(long)
	})

	test('an account has one text', () => {
		const [text] = accounts
		expect(accountText(parseAccount(text))).toBe(text)
		for (const broken of [`${text}1`, text.slice(1), `5${text.slice(1, -1)}1`, '']) {
			expect(() => parseAccount(broken)).toThrow()
		}
	})

	test('the message of a sign-in has its documented bytes', async () => {
		const [one, two, three] = [1, 2, 3].map((byte) => new Uint8Array(32).fill(byte))
		const text = await signInMessage('clinic.example', one, two, three, 4)
		// As in salus-signing, whose test makes it byte by byte.
		const fields = Buffer.concat([
			Buffer.from([16 << 2]),
			Buffer.from('salus/sign-in/v1'),
			Buffer.from([14 << 2]),
			Buffer.from('clinic.example'),
			one,
			two,
			three,
			Buffer.from([4, 0, 0, 0, 0, 0, 0, 0]),
		])
		const digest = createHash('sha256').update(fields).digest('hex')
		expect(text).toBe(
			`<Bytes>salus/sign-in/v1: clinic.example asks to sign in to its gateway. SHA-256: ${digest}</Bytes>`,
		)
	})
})
