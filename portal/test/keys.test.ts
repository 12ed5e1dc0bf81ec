import 'fake-indexeddb/auto'
import { IDBFactory } from 'fake-indexeddb'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { readFileSync } from 'node:fs'
import {
	type Bytes,
	Refused,
	hex,
	keyMessage,
	openKeyFile,
	random,
	sealName,
	unhex,
	verify,
	wrapKey,
	writeKeyFile,
} from '../src/format'
import { type Backup, backup, mayShare } from '../src/keys/backup'
import { type Idle, WARNING, active, idle } from '../src/keys/idle'
import { Notes } from '../src/keys/notes'
import { type Channel, type Remote, connect } from '../src/keys/rpc'
import { OlderCopy, Session, type VaultWorker } from '../src/keys/session'
import { Store } from '../src/keys/store'
import { type Passkey, Vault } from '../src/keys/vault'
import { Locks } from './locks'
import { refuses } from './vectors'

const FAST = 8
const PASSPHRASE = 'four words on paper'
/** How long anything may take here, in milliseconds. */
const PATIENCE = 180_000

const vectors = new URL('../../envelope/tests/vectors/', import.meta.url)
const { pkcs8 } = JSON.parse(readFileSync(new URL('private_key.json', vectors), 'utf8'))

/** A key file with a new account. To make an encryption key, too, would take seconds here. */
const fileOf = (name: string, passphrase = PASSPHRASE): Promise<Bytes> =>
	writeKeyFile(
		{
			seed: random(32),
			keys: [{ version: 0, pkcs8: unhex(pkcs8) }],
			names: [{ name, salt: random(32) }],
		},
		passphrase,
		FAST,
	)

const noPasskey: Passkey = {
	wrap: () => Promise.reject(new Error('no passkey')),
	unwrap: () => Promise.resolve(null),
}

test('a key file holds any name, and none is made that nothing would open', async () => {
	const name = 'n'.repeat(1 << 19)
	const { secrets } = await openKeyFile(await fileOf(name), PASSPHRASE)
	expect(secrets.names[0].name).toBe(name)
	await refuses('key-file-size', () => fileOf(name + name))
})

describe('the backup', () => {
	test('has to be saved and tried before a record may be shared', () => {
		const reached = (...events: Parameters<typeof backup>[1][]) =>
			events.reduce<Backup>((state, event) => backup(state, event), 'none')
		expect(mayShare(reached())).toBe(false)
		expect(mayShare(reached('saved'))).toBe(false)
		expect(mayShare(reached('saved', 'opened'))).toBe(true)
		expect(mayShare(reached('saved', 'opened', 'saved'))).toBe(true)
		expect(mayShare(reached('saved', 'opened', 'changed'))).toBe(false)
		expect(reached('saved', 'opened', 'changed', 'saved')).toBe('saved')
		// Who never had a copy has no old one.
		expect(reached('saved', 'opened', 'changed', 'changed')).toBe('old')
		expect(reached('changed')).toBe('none')
	})
})

describe('the idle lock', () => {
	const limit = 300_000
	const from = active(1000)
	const at = (state: Idle, now: number, kind: 'tick' | 'activity' | 'stay' = 'tick') =>
		idle(state, { kind, now }, limit)

	test('warns a minute before it locks', () => {
		expect(at(from, 1000 + limit - WARNING - 1)).toEqual(from)
		const warned = at(from, 1000 + limit - WARNING)
		expect(warned).toEqual({ kind: 'warned', locksAt: 1000 + limit })
		expect(at(warned, 999 + limit)).toEqual(warned)
		expect(at(warned, 1000 + limit)).toEqual({ kind: 'locked' })
	})

	test('begins anew with each activity, until it warns', () => {
		expect(at(from, 50_000, 'activity')).toEqual(active(50_000))
		const warned = at(from, 1000 + limit - 1)
		expect(at(warned, 1000 + limit - 1, 'activity')).toEqual(warned)
		expect(at(warned, 1000 + limit - 1, 'stay')).toEqual(active(1000 + limit - 1))
	})

	test('is not put off by a clock that is set back', () => {
		expect(at(from, 400)).toEqual(active(400))
	})

	test('locks a device that slept, whatever wakes it', () => {
		for (const kind of ['tick', 'activity', 'stay'] as const) {
			expect(at(from, 1000 + limit, kind)).toEqual({ kind: 'locked' })
			expect(at({ kind: 'locked' }, 0, kind)).toEqual({ kind: 'locked' })
		}
	})
})

describe('a vault', () => {
	test('makes keys that sign and unwrap, and a file that opens', async () => {
		const vault = new Vault(noPasskey, FAST)
		const { file, profile } = await vault.create('Ada Łovelace', PASSPHRASE)
		expect(vault.name()).toBe('Ada Łovelace')
		const [{ version, spki }] = profile.keys
		const message = await keyMessage(random(32), profile.account, version, spki)
		expect(verify(profile.account, message, await vault.sign(message))).toBe(true)
		const recordKey = random(32)
		const binding = {
			genesis: random(32),
			patient: random(16),
			author: 'patient' as const,
			hash: random(32),
		}
		const wrapped = await wrapKey(spki, recordKey, binding)
		const held = { version, ciphertext: wrapped, binding }
		const sealed = await sealName(recordKey, 'Lipids')
		expect(await vault.recordName(held, sealed)).toBe('Lipids')
		const later = { ...held, version: version + 1 }
		await refuses('wrapped-key', () => vault.recordName(later, sealed))
		const other = new Vault(noPasskey)
		expect(await other.unlock(file, PASSPHRASE)).toEqual(profile)
		await refuses('key-file-passphrase', () => other.unlock(file, 'another'))
		// Its UTF-8 would be that of every other half of a pair.
		await refuses('key-file-passphrase', () => vault.create('Ada', 'half a pair \ud800'))
	})

	test('gives nothing once it is locked', async () => {
		const vault = new Vault(noPasskey, FAST)
		await vault.unlock(await fileOf('Ada'), PASSPHRASE)
		const draft = await vault.sealDraft('half a sent')
		expect(await vault.openDraft(draft)).toBe('half a sent')
		vault.lock()
		expect(() => vault.sign('x')).toThrow('locked')
		expect(() => vault.name()).toThrow('locked')
		await expect(vault.openDraft(draft)).rejects.toThrow('locked')
	})

	test('knows a backup from any other file', async () => {
		const vault = new Vault(noPasskey, FAST)
		const file = await fileOf('Ada')
		await vault.unlock(file, PASSPHRASE)
		expect(await vault.isBackup(file, PASSPHRASE)).toBe(true)
		const changed = await vault.changePassphrase(file, PASSPHRASE, 'another one')
		expect(await vault.isBackup(changed, 'another one')).toBe(true)
		await refuses('key-file-passphrase', () => vault.isBackup(changed, PASSPHRASE))
		expect(await vault.isBackup(await fileOf('Ada'), PASSPHRASE)).toBe(false)
		await refuses('key-file-damaged', () => vault.isBackup(file.slice(0, -1), PASSPHRASE))
	})

	test('opens by what wraps the file key, and by nothing else', async () => {
		let kept = new Uint8Array()
		const passkey: Passkey = {
			wrap: async (fileKey) => {
				kept = new Uint8Array(fileKey)
				return [{ args: ['test'], body: new Uint8Array(16) }]
			},
			unwrap: async (lines) => (lines[0].args[0] === 'test' ? kept : null),
		}
		const vault = new Vault(passkey, FAST)
		const file = await fileOf('Ada')
		const profile = await vault.unlock(file, PASSPHRASE)
		const second = await vault.passkeyFile(file, PASSPHRASE)
		expect(await new Vault(passkey).unlockByPasskey(second)).toEqual(profile)
		await refuses('key-file-passphrase', () => new Vault(noPasskey).unlockByPasskey(second))
		kept = random(16) as Bytes
		await refuses('key-file-damaged', () => new Vault(passkey).unlockByPasskey(second))
	})
})

describe('calls over messages', () => {
	test('keep refusals and other errors apart', async () => {
		const { port1, port2 } = new MessageChannel()
		port1.start()
		port2.start()
		connect(port1 as Channel, {
			add: (one: number, other: number) => one + other,
			refuse: () => {
				throw new Refused('tag')
			},
			fail: () => Promise.reject(new Error('broken')),
		})
		type Offered = { add(one: number, other: number): number; refuse(): void; fail(): void }
		const other = connect<Offered>(port2 as Channel, {})
		expect(await other.add(1, 2)).toBe(3)
		await refuses('tag', () => other.refuse())
		await expect(other.fail()).rejects.toThrow('broken')
		port1.close()
	})
})

describe('a session', () => {
	let ended = 0
	const { sealDraft } = Vault.prototype

	/** What the page's worker is, without a thread. */
	function spawn(): VaultWorker {
		const { port1, port2 } = new MessageChannel()
		port1.start()
		port2.start()
		const vault: Vault = new Vault(
			{ wrap: (fileKey) => page.wrap(fileKey), unwrap: (lines) => page.unwrap(lines) },
			FAST,
		)
		const page: Remote<Passkey> = connect<Passkey>(port2 as Channel, vault)
		return Object.assign(port1, {
			terminate: () => {
				ended++
				port1.close()
			},
		}) as VaultWorker
	}

	const marks = new Map<string, string>()

	async function session(): Promise<Session> {
		const made = new Session(await Store.open(), spawn)
		await made.start()
		return made
	}

	function open(of: Session) {
		if (of.view.kind !== 'open') throw new Error(`the session is ${of.view.kind}`)
		return of.view
	}

	function closed(of: Session) {
		if (of.view.kind !== 'closed') throw new Error(`the session is ${of.view.kind}`)
		return of.view
	}

	beforeEach(() => {
		globalThis.indexedDB = new IDBFactory()
		marks.clear()
		// Node 20 has none.
		globalThis.navigator ??= {} as Navigator
		globalThis.localStorage = globalThis.sessionStorage = {
			getItem: (key: string) => marks.get(key) ?? null,
			setItem: (key: string, value: string) => marks.set(key, value),
			removeItem: (key: string) => marks.delete(key),
		} as unknown as Storage
		Object.defineProperty(navigator, 'locks', { value: new Locks(), configurable: true })
		ended = 0
	})

	test('keeps several members on one device apart', async () => {
		const one = await session()
		await one.import('me', await fileOf('Ada'), PASSPHRASE)
		await one.lock()
		await one.import(
			'my mother',
			await fileOf('Anne', 'another passphrase'),
			'another passphrase',
		)
		expect(open(one).name).toBe('Anne')
		await one.lock()
		const { members } = closed(one)
		expect(members.map(({ label }) => label).toSorted()).toEqual(['me', 'my mother'])
		const [me] = members.filter(({ label }) => label === 'me')
		await refuses('key-file-passphrase', () => one.unlock(me.account, 'another passphrase'))
		expect(closed(one).kind).toBe('closed')
		await one.unlock(me.account, PASSPHRASE)
		expect(open(one).name).toBe('Ada')
	})

	test('stores nothing readable of a member but the label', async () => {
		const one = await session()
		await one.import('me', await fileOf('Ada Lovelace'), PASSPHRASE)
		one.setDraft('note', 'half a sentence')
		await one.lock()
		const [member] = closed(one).members
		const stored = Buffer.concat(
			Object.values(member).flatMap((value) =>
				typeof value === 'string' || value instanceof Uint8Array
					? [Buffer.from(value as string)]
					: [],
			),
		)
		for (const secret of ['Ada', 'half a sentence', PASSPHRASE]) {
			expect(stored.includes(secret)).toBe(false)
		}
		expect(stored.includes('me')).toBe(true)
	})

	test('ends the worker when it locks, and brings back what was typed', async () => {
		const one = await session()
		await one.import('me', await fileOf('Ada'), PASSPHRASE)
		const { account } = open(one).member
		one.setDraft('note', 'half a sentence')
		await one.lock()
		expect(ended).toBe(1)
		expect(one.draft('note')).toBeUndefined()
		await one.unlock(account, PASSPHRASE)
		expect(one.draft('note')).toBe('half a sentence')
		one.setDraft('note', null)
		await one.lock()
		await one.unlock(account, PASSPHRASE)
		expect(one.draft('note')).toBeUndefined()
	})

	test('locks even if the worker does not answer', async () => {
		const one = await session()
		await one.import('me', await fileOf('Ada'), PASSPHRASE)
		one.setDraft('note', 'half a sentence')
		Vault.prototype.sealDraft = () => new Promise(() => {})
		vi.useFakeTimers({ toFake: ['setTimeout'] })
		const locked = one.lock()
		await vi.advanceTimersByTimeAsync(3000)
		vi.useRealTimers()
		Vault.prototype.sealDraft = sealDraft
		await locked
		expect(ended).toBe(1)
		expect(closed(one).why).toBe('locked')
	})

	test('makes a passkey once the passphrase has opened the key file', async () => {
		const one = await session()
		await one.import('me', await fileOf('Ada'), PASSPHRASE)
		const make = vi.fn(() => Promise.reject(new Error('no authenticator')))
		await refuses('key-file-passphrase', () => one.addPasskey(make, 'another'))
		expect(make).not.toHaveBeenCalled()
		await expect(one.addPasskey(make, PASSPHRASE)).rejects.toThrow('no authenticator')
		expect(open(one).member.passkey).toBeNull()
	})

	/** Until a tab shows that nobody is unlocked. */
	const untilClosed = (of: Session) => vi.waitFor(() => closed(of), { timeout: PATIENCE })

	/** What somebody does in a tab: they unlock it, if it is locked. */
	async function inTab(of: Session, account: string, work: () => Promise<void>): Promise<void> {
		if (of.view.kind !== 'open') await of.unlock(account, PASSPHRASE)
		await work()
	}

	test('locks in all tabs', async () => {
		const [one, other] = [await session(), await session()]
		await one.import('me', await fileOf('Ada'), PASSPHRASE)
		await other.import('my mother', await fileOf('Anne'), PASSPHRASE)
		expect(open(one).name).toBe('Ada')
		await other.lock()
		await untilClosed(one)
		expect(closed(one).why).toBe('locked')
	})

	test('is open in one tab, and takes along what was typed', async () => {
		const [one, other] = [await session(), await session()]
		await one.import('me', await fileOf('Ada'), PASSPHRASE)
		one.setDraft('note', 'half a sentence')
		await other.unlock(open(one).member.account, PASSPHRASE)
		await untilClosed(one)
		expect(closed(one).why).toBe('locked')
		expect(other.draft('note')).toBe('half a sentence')
	})

	test('is taken over from a tab that hangs', async () => {
		const [one, other] = [await session(), await session()]
		await one.import('me', await fileOf('Ada'), PASSPHRASE)
		const { account } = open(one).member
		vi.spyOn(BroadcastChannel.prototype, 'postMessage').mockReturnValue()
		const late = new AbortController()
		const waits = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(late.signal)
		const unlocked = other.unlock(account, PASSPHRASE)
		// It has asked for the member then.
		await vi.waitFor(() => expect(waits).toHaveBeenCalled(), { timeout: PATIENCE })
		expect(other.view.kind).toBe('closed')
		vi.restoreAllMocks()
		late.abort()
		await unlocked
		await untilClosed(one)
		expect(open(other).name).toBe('Ada')
	})

	test('loses no key and no note to another tab', async () => {
		const [one, other] = [await session(), await session()]
		const [ones, others] = [new Notes(one), new Notes(other)]
		await one.import('me', await fileOf('Ada'), PASSPHRASE)
		const { account } = open(one).member
		await ones.write('keys', [1])
		await inTab(other, account, () => others.write('activity', [2]))
		await inTab(one, account, () => one.newKey(PASSPHRASE, 1))
		await ones.write('adding', [3])
		await inTab(other, account, () => other.changePassphrase(PASSPHRASE, 'another passphrase'))
		await other.lock()
		await untilClosed(one)
		await one.unlock(account, 'another passphrase')
		expect(open(one).profile.keys.map(({ version }) => version)).toEqual([0, 1])
		expect(await ones.read('keys', null)).toEqual([1])
		expect(await ones.read('activity', null)).toEqual([2])
		expect(await ones.read('adding', null)).toEqual([3])
	})

	test('loses no key to another change at the same time', async () => {
		const one = await session()
		await one.import('me', await fileOf('Ada'), PASSPHRASE)
		const { account } = open(one).member
		await Promise.all([
			one.newKey(PASSPHRASE, 1),
			one.changePassphrase(PASSPHRASE, 'another passphrase'),
		])
		await one.lock()
		await one.unlock(account, 'another passphrase')
		expect(open(one).profile.keys.length).toBe(2)
	})

	test('locks an idle tab, and not the one in use', async () => {
		const [one, other] = [await session(), await session()]
		await one.import('me', await fileOf('Ada'), PASSPHRASE)
		await other.import('my mother', await fileOf('Anne'), PASSPHRASE)
		await other.idle({ kind: 'tick', now: Date.now() + other.lockAfter })
		expect(closed(other).why).toBe('idle')
		await new Promise((done) => setTimeout(done, 50))
		expect(open(one).name).toBe('Ada')
	})

	test('locks after the time, and says why', async () => {
		const one = await session()
		await one.import('me', await fileOf('Ada'), PASSPHRASE)
		await one.idle({ kind: 'tick', now: Date.now() + one.lockAfter - WARNING })
		expect(open(one).idle.kind).toBe('warned')
		await one.idle({ kind: 'tick', now: Date.now() + one.lockAfter })
		expect(closed(one).why).toBe('idle')
	})

	test('takes a member in by a key file, and has a backup then', async () => {
		const one = await session()
		await one.create('me', 'Ada', PASSPHRASE)
		expect(open(one).member.account).toBe(hex(open(one).profile.account))
		expect(mayShare(open(one).member.backup)).toBe(false)
		const { file, account } = open(one).member
		expect(await one.tryBackup(file, PASSPHRASE)).toBe(true)
		expect(mayShare(open(one).member.backup)).toBe(true)
		await one.changePassphrase(PASSPHRASE, 'another passphrase')
		expect(mayShare(open(one).member.backup)).toBe(false)
		await one.remove()
		expect(closed(one).members).toEqual([])
		await one.import('me again', file, PASSPHRASE)
		expect(open(one).member).toMatchObject({ account, label: 'me again', backup: 'tried' })
	})

	test('does not replace a key file by an older copy', async () => {
		const one = await session()
		const [seed, salt] = [random(32), random(32)]
		const copy = (keys: number, ...names: string[]) =>
			writeKeyFile(
				{
					seed,
					keys: Array.from({ length: keys }, (_, version) => ({
						version,
						pkcs8: unhex(pkcs8),
					})),
					names: names.map((name) => ({ name, salt: salt.slice() })),
				},
				PASSPHRASE,
				FAST,
			)
		const [old, nameless, present, future] = await Promise.all([
			copy(1, 'Ada'),
			copy(2),
			copy(2, 'Ada'),
			copy(3, 'Ada', 'Ada Byron'),
		])
		await one.import('me', present, PASSPHRASE)
		expect(await one.tryBackup(nameless, PASSPHRASE)).toBe(false)
		await one.lock()
		await expect(one.import('me', old, PASSPHRASE)).rejects.toThrow(OlderCopy)
		await expect(one.import('me', nameless, PASSPHRASE)).rejects.toThrow(OlderCopy)
		const [{ account }] = closed(one).members
		await one.unlock(account, PASSPHRASE)
		expect(open(one).profile.keys.length).toBe(2)
		await one.lock()
		await one.import('me', future, PASSPHRASE)
		expect(open(one).member.keys.length).toBe(3)
		expect(open(one).name).toBe('Ada Byron')
	})

	test('knows an invitation after a reload, until somebody has followed it', async () => {
		const home = { network: 'clinics', region: 2001 }
		const before = await session()
		before.invitedTo = { home, page: 'join?link' }
		const one = await session()
		expect(one.invitedTo).toEqual({ home, page: 'join?link' })
		await one.import('me', await fileOf('Ada'), PASSPHRASE)
		expect(open(one).member.home).toEqual(home)
		expect((await session()).invitedTo).toBeNull()
	})

	test('asks the browser to keep what it stores', async () => {
		const persist = vi.fn(async () => true)
		const storage = { persisted: async () => persist.mock.calls.length > 0, persist }
		Object.defineProperty(navigator, 'storage', { value: storage, configurable: true })
		const one = await session()
		await one.import('me', await fileOf('Ada'), PASSPHRASE)
		expect(open(one).persistent).toBe(true)
		await one.lock()
		persist.mockResolvedValue(false)
		await one.unlock(closed(one).members[0].account, PASSPHRASE)
		expect(open(one).persistent).toBe(true)
		expect(persist).toHaveBeenCalledOnce()
		Object.defineProperty(navigator, 'storage', { value: undefined, configurable: true })
	})

	test('says that the browser dropped what it stored', async () => {
		const one = await session()
		await one.import('me', await fileOf('Ada'), PASSPHRASE)
		await one.lock()
		expect(closed(one).dropped).toBe(false)
		globalThis.indexedDB = new IDBFactory()
		const other = await session()
		expect(closed(other).dropped).toBe(true)
		await other.forgetDropped()
		expect(closed(other).dropped).toBe(false)
	})
})
