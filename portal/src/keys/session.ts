import { type Bytes, Refused, hex } from '../format'
import { type Backup, type BackupEvent, backup } from './backup'
import { type Idle, type IdleEvent, WARNING, active, idle } from './idle'
import { passkeyOf } from './passkey'
import { type Profile, hasAll } from './profile'
import { type Channel, type Remote, connect } from './rpc'
import { type Member, type Store, persist } from './store'
import type { Vault } from './vault'

/** A worker with a vault; `terminate` frees its memory. */
export type VaultWorker = Channel & { terminate(): void }

/** What the pages show. */
export type View =
	| { kind: 'starting' }
	/** Nobody's keys are unlocked. */
	| { kind: 'closed'; members: Member[]; dropped: boolean; why: 'start' | 'locked' | 'idle' }
	| {
			kind: 'open'
			member: Member
			profile: Profile
			name: string
			idle: Idle
			persistent: boolean
	  }

/** A key file that lacks a key which this device has: it must not replace the device's. */
export class OlderCopy extends Error {
	constructor() {
		super('the key file lacks a key that this device has')
		this.name = 'OlderCopy'
	}
}

/** The usual time until the keys are locked, in milliseconds. */
export const LOCK_AFTER = 5 * 60_000
/** How long a lock waits for the worker to keep what the person typed, in milliseconds. */
const LOCK_WAITS = 3000
/** How long another tab has to lock a member, in milliseconds. One that hangs loses its hold then. */
const TAKE_WAITS = 2 * LOCK_WAITS
const LOCK_AFTER_SETTING = 'lock-after'
const INVITED = 'salus-invited'

/** Where a link invited somebody who has no key yet, or has not unlocked it; and the link's page. */
export interface Invitation {
	home: NonNullable<Member['home']>
	page: string
}

/** The members of this device, and the one whose keys are unlocked. */
export class Session {
	view: View = { kind: 'starting' }
	/** The time until the keys are locked, in milliseconds. */
	lockAfter = LOCK_AFTER
	#invitedTo: Invitation | null = JSON.parse(sessionStorage.getItem(INVITED) ?? 'null')
	#worker: VaultWorker | null = null
	#vault: Remote<Vault> | null = null
	/** Finds the passkey, or makes one. */
	#passkey: (() => Promise<string>) | null = null
	#drafts = new Map<string, string>()
	#listeners = new Set<() => void>()
	/** The last change of the key file. */
	#lastChange: Promise<unknown> = Promise.resolve()
	/** Lets another tab have the member. */
	#release: (() => void) | null = null
	/** Other tabs of the portal. They hear the account that must be locked, or `null` for all. */
	#tabs = new BroadcastChannel('salus')

	constructor(
		private readonly store: Store,
		private readonly spawn: () => VaultWorker,
	) {
		this.#tabs.onmessage = ({ data: account }: MessageEvent<string | null>) => {
			if (this.view.kind !== 'open') return
			if (account === null || account === this.view.member.account) void this.#close('locked')
		}
	}

	subscribe = (listener: () => void): (() => void) => {
		this.#listeners.add(listener)
		return () => this.#listeners.delete(listener)
	}

	/** Where a link invited somebody, until they have followed it. Outlasts a reload, but not the tab. */
	get invitedTo(): Invitation | null {
		return this.#invitedTo
	}

	set invitedTo(to: Invitation | null) {
		this.#invitedTo = to
		if (to === null) sessionStorage.removeItem(INVITED)
		else sessionStorage.setItem(INVITED, JSON.stringify(to))
	}

	async start(): Promise<void> {
		this.lockAfter = (await this.store.setting(LOCK_AFTER_SETTING)) ?? LOCK_AFTER
		await this.#showClosed('start')
	}

	/** Makes keys for a new member, and stores the key file. */
	async create(label: string, name: string, passphrase: string): Promise<void> {
		await this.#begin(async (vault) => {
			const { file, profile } = await vault.create(name, passphrase)
			await this.#hold(hex(profile.account))
			return [this.#newMember(profile, label, file, 'none'), profile]
		})
	}

	/** Takes a member in by a key file, which is a backup that opens. */
	async import(label: string, file: Bytes, passphrase: string): Promise<void> {
		await this.#begin(async (vault) => {
			const profile = await vault.unlock(file, passphrase)
			await this.#hold(hex(profile.account))
			const known = await this.store.member(hex(profile.account))
			if (known !== undefined && !hasAll(profile, known)) throw new OlderCopy()
			return [
				{
					...this.#newMember(profile, label, file, 'tried'),
					draft: known?.draft ?? null,
					notes: known?.notes ?? null,
					home: known?.home ?? null,
				},
				profile,
			]
		})
	}

	async unlock(account: string, passphrase: string): Promise<void> {
		await this.#begin(async (vault) => {
			await this.#hold(account)
			const member = await this.#member(account)
			return [member, await vault.unlock(member.file, passphrase)]
		})
	}

	async unlockByPasskey(account: string): Promise<void> {
		await this.#begin(async (vault) => {
			await this.#hold(account)
			const member = await this.#member(account)
			if (member.passkey === null) throw new Error('this member has no passkey')
			const { file, identity } = member.passkey
			this.#passkey = async () => identity
			return [member, await vault.unlockByPasskey(file)]
		})
	}

	/** Locks, here and in all other tabs. What the person was typing is kept, encrypted. */
	async lock(): Promise<void> {
		this.#tabs.postMessage(null)
		await this.#close('locked')
	}

	/** Tells what the person did, or that time passed. Locks this tab only: another may be in use. */
	async idle(event: IdleEvent): Promise<void> {
		if (this.view.kind !== 'open') return
		const next = idle(this.view.idle, event, this.lockAfter)
		if (next.kind === 'locked') await this.#close('idle')
		else if (next !== this.view.idle) {
			const shows = next.kind !== this.view.idle.kind
			this.view.idle = next
			if (shows) this.#show({ ...this.view })
		}
	}

	async setLockAfter(time: number): Promise<void> {
		this.lockAfter = Math.max(time, 2 * WARNING)
		await this.store.set(LOCK_AFTER_SETTING, this.lockAfter)
		await this.#changeMember((member) => member)
	}

	/** The person saved a copy of the key file. */
	saved(): Promise<void> {
		return this.#backup('saved')
	}

	/** Tries a copy of the key file: it must open, and be this member's. */
	async tryBackup(file: Bytes, passphrase: string): Promise<boolean> {
		const fits = await this.#open().isBackup(file, passphrase)
		if (fits) await this.#backup('opened')
		return fits
	}

	/** Lets a passkey unlock, too. It is made once the passphrase has opened the key file. */
	addPasskey(make: () => Promise<string>, passphrase: string): Promise<void> {
		return this.#changeFile(async (vault, before) => {
			let identity = ''
			this.#passkey = async () => (identity ||= await make())
			const file = await vault.passkeyFile(before, passphrase)
			await this.#changeMember((member) => ({ ...member, passkey: { identity, file } }))
		})
	}

	removePasskey(): Promise<void> {
		return this.#changeMember((member) => ({ ...member, passkey: null }))
	}

	/** Old copies keep the old passphrase: so the backup has to be saved and tried again. */
	changePassphrase(old: string, passphrase: string): Promise<void> {
		return this.#changeFile(async (vault, before) => {
			const file = await vault.changePassphrase(before, old, passphrase)
			await this.#changeMember((member) => ({
				...member,
				file,
				backup: backup(member.backup, 'changed'),
			}))
		})
	}

	/**
	 * Makes an encryption key of this version. Old copies lack it: so one has to be saved and tried
	 * again. A passkey opens the old file, so it goes.
	 */
	newKey(passphrase: string, version: number): Promise<void> {
		return this.#changeFile(async (vault, before) => {
			const { file, profile } = await vault.newKey(before, passphrase, version)
			const { account: _, ...held } = profile
			await this.#changeMember((member) => ({
				...member,
				...held,
				file,
				passkey: null,
				backup: backup(member.backup, 'changed'),
			}))
			if (this.view.kind === 'open') this.#show({ ...this.view, profile })
		})
	}

	rename(label: string): Promise<void> {
		return this.#changeMember((member) => ({ ...member, label }))
	}

	/** The member is registered in this region, or waits for it. */
	setHome(home: Member['home']): Promise<void> {
		return this.#changeMember((member) => ({ ...member, home }))
	}

	/** Keeps what was encrypted with the member's key. */
	keepNotes(notes: Bytes): Promise<void> {
		return this.#changeMember((member) => ({ ...member, notes }))
	}

	/** Where the members of this device are, each place once. */
	async homes(): Promise<Invitation['home'][]> {
		const all = (await this.store.members()).flatMap(({ home }) => home ?? [])
		const isSame = (one: Invitation['home'], { network, region }: Invitation['home']) =>
			one.network === network && one.region === region
		return all.filter((home, at) => all.findIndex((one) => isSame(one, home)) === at)
	}

	/** The unlocked keys, for what only they can do. */
	vault(): Remote<Vault> {
		return this.#open()
	}

	/** Removes the unlocked member from this device. Only a copy brings it back. */
	async remove(): Promise<void> {
		await this.store.remove(this.#openMember().account)
		await this.lock()
	}

	async forgetDropped(): Promise<void> {
		await this.store.forgetDropped()
		await this.#showClosed('start')
	}

	/** What the person typed into a field, if it was not sent yet. Never a passphrase. */
	draft(field: string): string | undefined {
		return this.#drafts.get(field)
	}

	setDraft(field: string, text: string | null): void {
		if (text === null) this.#drafts.delete(field)
		else this.#drafts.set(field, text)
	}

	async #begin(open: (vault: Remote<Vault>) => Promise<[Member, Profile]>): Promise<void> {
		this.#end()
		const worker = this.spawn()
		const vault = connect<Vault>(
			worker,
			passkeyOf(() => this.#passkey?.() ?? null),
		)
		this.#worker = worker
		this.#vault = vault
		try {
			const [member, profile] = await open(vault)
			if (this.#release === null) throw new Error('another tab has taken the member over')
			await this.store.put(member)
			const persistent = await persist()
			const name = await vault.name()
			// Who is in a network already is asked first.
			if (this.invitedTo !== null && member.home === null) {
				member.home = this.invitedTo.home
				this.invitedTo = null
				await this.store.put(member)
			}
			if (member.draft !== null) this.#restore(await vault.openDraft(member.draft))
			this.#show({
				kind: 'open',
				member,
				profile,
				name,
				idle: active(Date.now()),
				persistent,
			})
		} catch (error) {
			this.#end()
			throw error
		}
	}

	/**
	 * Waits until no other tab has this member's keys. So a change of the member never begins with what
	 * another tab has changed since. The tab that has them locks.
	 */
	async #hold(account: string): Promise<void> {
		this.#tabs.postMessage(account)
		try {
			await this.#ask(account, { signal: AbortSignal.timeout(TAKE_WAITS) })
		} catch {
			await this.#ask(account, { steal: true })
		}
	}

	#ask(account: string, options: LockOptions): Promise<void> {
		return new Promise((held, failed) => {
			let release: (() => void) | null = null
			const hold = () =>
				new Promise<void>((done) => {
					this.#release = release = done
					held()
				})
			navigator.locks.request(`salus/${account}`, options, hold).catch((error) => {
				failed(error)
				if (release === null || release !== this.#release) return
				this.#release = null
				void this.#close('locked')
			})
		})
	}

	async #close(why: 'locked' | 'idle'): Promise<void> {
		if (this.view.kind !== 'open') return
		const { account } = this.view.member
		const vault = this.#open()
		const text = JSON.stringify([...this.#drafts])
		const any = this.#drafts.size > 0
		this.#show({ kind: 'starting' })
		const leave = async () => {
			const draft = any ? await vault.sealDraft(text) : null
			await this.store.change(account, (member) => ({ ...member, draft }))
			await vault.lock()
		}
		const late = new Promise<void>((done) => setTimeout(done, LOCK_WAITS))
		await Promise.race([leave().catch(() => {}), late])
		this.#end()
		await this.#showClosed(why)
	}

	/** Ends the worker, and with it all that it had in memory. */
	#end(): void {
		this.#worker?.terminate()
		this.#worker = null
		this.#vault = null
		this.#passkey = null
		this.#drafts.clear()
		// What waits for a worker that was ended waits for ever.
		this.#lastChange = Promise.resolve()
		this.#release?.()
		this.#release = null
	}

	#restore(text: string): void {
		for (const [field, draft] of JSON.parse(text) as [string, string][]) {
			this.#drafts.set(field, draft)
		}
	}

	#newMember(profile: Profile, label: string, file: Bytes, backup: Backup): Member {
		const { account, ...held } = profile
		const none = { passkey: null, draft: null, notes: null, home: null }
		return { account: hex(account), label, ...held, file, backup, ...none }
	}

	async #member(account: string): Promise<Member> {
		const member = await this.store.member(account)
		if (member === undefined) throw new Refused('key-file-format')
		return member
	}

	/** Changes the key file as it is once earlier changes are done: none must undo another. */
	#changeFile(change: (vault: Remote<Vault>, file: Bytes) => Promise<void>): Promise<void> {
		const done = this.#lastChange.then(() => change(this.#open(), this.#openMember().file))
		this.#lastChange = done.catch(() => {})
		return done
	}

	#backup(event: BackupEvent): Promise<void> {
		return this.#changeMember((member) => ({ ...member, backup: backup(member.backup, event) }))
	}

	async #changeMember(change: (member: Member) => Member): Promise<void> {
		const { account } = this.#openMember()
		await this.store.change(account, change)
		const member = await this.#member(account)
		if (this.view.kind !== 'open' || this.view.member.account !== account) return
		this.#show({ ...this.view, member })
	}

	#open(): Remote<Vault> {
		if (this.#vault === null) throw new Error('the keys are locked')
		return this.#vault
	}

	#openMember(): Member {
		if (this.view.kind !== 'open') throw new Error('the keys are locked')
		return this.view.member
	}

	async #showClosed(why: 'start' | 'locked' | 'idle'): Promise<void> {
		const members = await this.store.members()
		this.#show({ kind: 'closed', members, dropped: await this.store.wasDropped(), why })
	}

	#show(view: View): void {
		this.view = view
		for (const listener of this.#listeners) listener()
	}
}
