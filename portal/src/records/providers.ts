/** Finds providers, in this region and in others. What is found is proven. */
import type { Connection } from '../chain/connection'
import type { Views } from '../chain/described'
import { type Bytes, fingerprint, keyMessage, parseAccount, verify } from '../format'
import type { Notes } from '../keys/notes'
import type { Grantee } from './grants'
import { type Known, checkKnown } from './known'
import { plain } from './list'
import { bytes } from './record'

type Local = NonNullable<Views['RegistryApi.provider']['answer']>
type Remote = NonNullable<Views['ConsortiumApi.provider']['answer']>
type KeyView = Remote['key']

/** A provider that somebody may grant records to. */
export interface Provider {
	grantee: Grantee & { kind: 'provider' | 'remote' }
	name: string
	number: string
	standing: string
	/** Of another region. `null`: this one. */
	region: number | null
}

/** A provider's encryption key, signed by its account. */
export interface ProviderKey {
	version: number
	spki: Bytes
	/** 16 groups of four digits. */
	fingerprint: string
	/** What this device knows of it. */
	known: Known
}

/** The number cannot be one. */
export class BadNumber extends Error {
	constructor(readonly why: 'Malformed' | 'WrongCheckDigit') {
		super(why)
		this.name = 'BadNumber'
	}
}

/** The key of a provider is not signed by its account: something is very wrong. */
export class UnsignedKey extends Error {
	constructor() {
		super("the key is not signed by the provider's account")
		this.name = 'UnsignedKey'
	}
}

/** A UPIN or an NPI, as people write them. */
const NUMBER = /^(?:[A-Z]\d{5}|\d{10})$/

const PAGE = 256
/** The most providers through which a name is looked for. */
const MOST = 20_000
/** The most that are shown. */
const FOUND = 20

/** The regions of the network, without this one. */
export async function otherRegions({ consortium, chain }: Connection): Promise<number[]> {
	if (consortium === null) return []
	const [page] = await consortium.read((codecs) => [
		codecs.view('ConsortiumApi.regions', undefined, PAGE),
	])
	return page.items
		.filter(({ standing, region }) => standing.type === 'Admitted' && region !== chain.para)
		.map(({ region }) => region)
}

export interface Found {
	providers: Provider[]
	/** Whether there may be others. */
	more: boolean
}

/** Finds providers by a number or by a part of a name. `region`: another one than this. */
export async function findProviders(
	connection: Connection,
	asked: string,
	region: number | null,
): Promise<Found> {
	const number = asked.toUpperCase().replaceAll(/[\s-]/g, '')
	return NUMBER.test(number)
		? { providers: await byNumber(connection, number, region), more: false }
		: byName(connection, asked, region)
}

/** So many providers of this region at most, from the one after this on. `next`: the last of them, if more follow. */
export async function providersAfter(
	connection: Connection,
	after: number | undefined,
	most: number,
): Promise<{ providers: Provider[]; next: number | undefined }> {
	const [page] = await connection.read((codecs) => [
		codecs.view('RegistryApi.providers', after, most),
	])
	return { providers: page.items.map(local), next: page.next }
}

/** A request to a gateway has at most 16 calls. */
const AT_ONCE = 16

/** The providers of this region with these ids. */
export async function providersOf(connection: Connection, ids: number[]): Promise<Provider[]> {
	const all: Provider[] = []
	for (let at = 0; at < ids.length; at += AT_ONCE) {
		const found = await connection.read((codecs) =>
			ids.slice(at, at + AT_ONCE).map((id) => codecs.view('RegistryApi.provider', id)),
		)
		all.push(...found.flatMap((one) => (one === undefined ? [] : local(one))))
	}
	return all
}

async function byNumber(
	connection: Connection,
	number: string,
	region: number | null,
): Promise<Provider[]> {
	if (region === null) {
		const [found] = await connection.read((codecs) => [
			codecs.view('RegistryApi.holder', number),
		])
		if (!found.success) throw new BadNumber(found.value.type)
		return found.value === undefined ? [] : [local(found.value)]
	}
	const [found] = await consortiumOf(connection).read((codecs) => [
		codecs.view('ConsortiumApi.holder', region, number),
	])
	if (!found.success) throw new BadNumber(found.value.type)
	return found.value === undefined ? [] : [remote(found.value)]
}

async function byName(
	connection: Connection,
	asked: string,
	region: number | null,
): Promise<Found> {
	const words = plain(asked).split(' ').filter(Boolean)
	const found: Provider[] = []
	let after: number | undefined
	let seen = 0
	do {
		const [page] = (await (region === null
			? connection.read((codecs) => [codecs.view('RegistryApi.providers', after, PAGE)])
			: consortiumOf(connection).read((codecs) => [
					codecs.view('ConsortiumApi.providers', region, after, PAGE),
				]))) as [{ items: (Local | Remote)[]; next: number | undefined }]
		const all = page.items.map((one) => ('region' in one ? remote(one) : local(one)))
		found.push(...all.filter(({ name }) => words.every((word) => plain(name).includes(word))))
		seen += page.items.length
		after = page.next
	} while (after !== undefined && found.length <= FOUND && seen < MOST)
	// A name that more have than are shown, or a list that is longer than anybody waits for.
	return { providers: found.slice(0, FOUND), more: found.length > FOUND || after !== undefined }
}

const local = ({ id, name, number, standing }: Local): Provider => ({
	grantee: { kind: 'provider', id },
	name,
	number,
	standing: standing.type,
	region: null,
})

const remote = ({ region, id, name, number, standing }: Remote): Provider => ({
	grantee: { kind: 'remote', region, id },
	name,
	number,
	standing: standing.type,
	region,
})

function consortiumOf({ consortium }: Connection): Connection {
	if (consortium === null) throw new Error('the network has no consortium')
	return consortium
}

/** The provider's newest key. Its account must have signed it for its own region. */
export async function keyOf(
	connection: Connection,
	notes: Notes,
	{ grantee }: Provider,
): Promise<ProviderKey> {
	const { key, genesis } = await newestKey(connection, grantee)
	const spki = key.key.value.slice() as Bytes
	const account = parseAccount(key.account)
	const message = await keyMessage(genesis, account, key.version, spki)
	if (!verify(account, message, bytes(key.signature))) throw new UnsignedKey()
	const print = await fingerprint(spki)
	const before = (await knownKeys(notes))[nameOf(connection, grantee)]
	const known = checkKnown(connection, before, print)
	return { version: key.version, spki, fingerprint: print, known }
}

async function newestKey(
	connection: Connection,
	grantee: Provider['grantee'],
): Promise<{ key: KeyView; genesis: Bytes }> {
	if (grantee.kind === 'provider') {
		const member = { type: 'Provider', value: grantee.id } as const
		const [key] = await connection.read((codecs) => [
			codecs.view('RegistryApi.encryption_key', member, undefined),
		])
		if (key === undefined) throw new UnsignedKey()
		return { key, genesis: connection.genesis }
	}
	const { region, id } = grantee
	const [entry, of] = await consortiumOf(connection).read((codecs) => [
		codecs.view('ConsortiumApi.provider', { region, id }),
		codecs.view('ConsortiumApi.region', region),
	])
	if (entry === undefined || of === undefined) throw new UnsignedKey()
	return { key: entry.key, genesis: bytes(of.genesis_hash) }
}

const KNOWN = 'keys'
const knownKeys = (notes: Notes) => notes.read<Record<string, string>>(KNOWN, {})

const nameOf = ({ chain }: Connection, grantee: Provider['grantee']): string =>
	grantee.kind === 'remote'
		? `${chain.genesis} ${grantee.region} ${grantee.id}`
		: `${chain.genesis} ${grantee.id}`

/** Remembers a provider's key: if there is another one later, the person hears of it. */
export async function rememberKey(
	connection: Connection,
	notes: Notes,
	{ grantee }: Provider,
	key: ProviderKey,
): Promise<void> {
	const known = await knownKeys(notes)
	await notes.write(KNOWN, { ...known, [nameOf(connection, grantee)]: key.fingerprint })
}

/** Whether a person gave this fingerprint, however it is written. */
export const isFingerprint = (given: string, of: string): boolean =>
	given.toLowerCase().replaceAll(/[\s:-]/g, '') === of.replaceAll(' ', '')
