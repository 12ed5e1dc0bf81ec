import { readFileSync } from 'node:fs'
import { getDynamicBuilder, getLookupFn } from '@polkadot-api/metadata-builders'
import { decAnyMetadata, unifyMetadata } from '@polkadot-api/substrate-bindings'
import { expect, test } from 'vitest'
import { Codecs } from '../src/chain/codecs'
import { NoAnswer } from '../src/chain/connection'
import { GatewayError, type Trouble } from '../src/chain/gateway'
import { NotProven, WHYS } from '../src/chain/refusal'
import { Failed, Unheard } from '../src/chain/submit'
import { UploadRefused } from '../src/records/upload'
import { problem } from '../src/ui/problem'
import { refusalText } from '../src/ui/refusals'
import { has } from '../src/ui/text'

const encoded = readFileSync(new URL('../../client/metadata/regional.scale', import.meta.url))
const metadata = unifyMetadata(decAnyMetadata(encoded))
const lookup = getLookupFn(metadata)

/** The pallets whose calls the pages send. */
const OURS = ['Registry', 'Emr', 'Permissions', 'Interregional', 'Utility', 'Council', 'Governance']

const errors = metadata.pallets.flatMap(({ name, errors }) => {
	if (errors === undefined) return []
	const all = lookup(typeof errors === 'number' ? errors : errors.type)
	if (all.type !== 'enum') throw new Error(`${name} has no errors`)
	return Object.keys(all.value).map((error) => ({ pallet: name, reason: `${name}.${error}` }))
})

/** A value of an enum. */
const named = (type: string, value?: unknown) => ({ type, value })

/** A text that says what happened and what to do has two sentences at least, and no code. */
function tells(text: string, what: string): void {
	expect(text.match(/[.:] |\.$/g)?.length ?? 0, `${what}: ${text}`).toBeGreaterThanOrEqual(2)
	expect(text, what).not.toMatch(/[a-z][A-Z]|undefined|\{/)
}

test('every error of the chain has a text with the next step', () => {
	expect(errors.length).toBeGreaterThan(150)
	for (const { pallet, reason } of errors) {
		const id = refusalText(reason)
		if (OURS.includes(pallet)) {
			expect(id, reason).not.toBe('failed-other')
			tells(problem(new Failed(reason)), reason)
		} else {
			expect(problem(new Failed(reason)), reason).toContain(`Tell your clinic: ${reason}`)
		}
	}
})

test('every text about a refusal is of an error that there is', () => {
	const source = readFileSync(new URL('../src/ui/en.ftl', import.meta.url), 'utf8')
	const known = new Set(errors.map(({ reason }) => `failed-${reason.replace('.', '-')}`))
	const own = [...source.matchAll(/^(failed-[A-Z][a-z]+-\w+) =/gm)].map(([, id]) => id)
	expect(own.length).toBeGreaterThan(8)
	for (const id of own) expect(known).toContain(id)
})

test('every refusal of a pool has a text with the next step', () => {
	const codes = Array.from({ length: 28 }, (_, place) => `Custom error: ${101 + place}`)
	const said = [
		'Transaction call is not expected',
		'Inability to pay some fees (e.g. account balance too low)',
		'Transaction will be valid in the future',
		'Transaction is outdated',
		'Transaction has a bad signature',
		'Transaction has an ancient birth block',
		'Transaction would exhaust the block limits',
		'Transaction is temporarily banned',
		'Transaction Already Imported',
		'Priority is too low: (2 vs 1)',
		'Immediately Dropped',
		'invalid',
		'dropped',
		'BadOrigin',
		'Exhausted',
		'Expired',
		'Forbidden',
		'NotSent',
		'NoEffect',
		'Unknown',
	]
	for (const reason of [...codes, ...said]) {
		expect(refusalText(reason), reason).not.toBe('failed-other')
		tells(problem(new Failed(reason)), reason)
	}
	expect(refusalText('something new')).toBe('failed-other')
})

test('every answer of a gateway has a text', () => {
	const troubles: Trouble[] = ['unreachable', 'refused', 'busy', 'forbidden', 'broken']
	for (const trouble of troubles) {
		const text = problem(new GatewayError(trouble, 'https://a', ''))
		expect(text, trouble).toMatch(/^[A-Z].*\.$/)
		expect(text, trouble).not.toContain('https')
	}
	tells(problem(new Unheard(new NoAnswer([]))), 'unheard')
	for (const why of WHYS) expect(problem(new NotProven(why, '')), why).toMatch(/\.$/)
	// As docs/gateway.md has them for uploads.
	for (const status of [400, 403, 412, 413, 415, 422, 507, 599]) {
		tells(problem(new UploadRefused(status)), String(status))
	}
})

test('a refusal says when to try again, if the chain does', () => {
	const found = (minutes: string) => problem(new Failed(`Registry.TooManyRotations${minutes}`))
	expect(found(' 90')).toMatch(/Try again in 1 h 30 min\.$/)
	expect(found(' 360')).toMatch(/Try again in 6 h 0 min\.$/)
	expect(found(' 5')).toMatch(/Try again in 5 min\.$/)
	expect(found('')).toMatch(/Try again later\.$/)
	expect(problem(new Failed('Emr.TooManyRecords 5'))).toMatch(/Try again in 5 min\.$/)
	// As the chain encodes it.
	for (const [pallet, error] of [
		['Registry', 'TooManyRotations'],
		['Emr', 'TooManyRecords'],
	]) {
		const dispatch_error = named('Module', named(pallet, named(error, 90)))
		const weight = { ref_time: 0n, proof_size: 0n }
		const dispatch_info = { weight, class: named('Normal'), pays_fee: named('Yes') }
		const event = named('System', named('ExtrinsicFailed', { dispatch_error, dispatch_info }))
		const record = { phase: named('ApplyExtrinsic', 0), event, topics: [] }
		const types = getDynamicBuilder(lookup).buildStorage('System', 'Events').value
		// The chain fills an error up to four bytes. After it come the weight's two bytes, class, fee and
		// the topics' number.
		const encodedEvent = types.enc([record])
		const end = encodedEvent.length - 5
		const events = new Uint8Array([
			...encodedEvent.subarray(0, end),
			0,
			...encodedEvent.subarray(end),
		])
		const codecs = new Codecs(encoded)
		const [{ event: found }] = codecs.events(events)
		expect(codecs.errorName(found.value.value.dispatch_error)).toBe(`${pallet}.${error} 90`)
	}
})

test('the codes of a pool are those of the table, and each class is told what to do', () => {
	const table = readFileSync(new URL('../../docs/calls.md', import.meta.url), 'utf8')
	const rows = [...table.matchAll(/^\| (\d+) \| (.*) \|$/gm)].map(([, code, why]) => [code, why])
	expect(rows.length).toBeGreaterThan(15)
	const text = (start: string) => {
		const found = rows.filter(([, why]) => why.startsWith(start))
		expect(found, start).toHaveLength(1)
		return refusalText(`Custom error: ${found[0][0]}`)
	}
	expect(text('this account is not invited')).toBe('failed-Registry-NotInvited')
	expect(text('this account is invited')).toBe('failed-Registry-NotRegistered')
	expect(text('the authorities have not decided')).toBe('failed-applicant')
	expect(text('a suspended provider')).toBe('failed-suspended')
	expect(text('a patient cannot send')).toBe('failed-Forbidden')
	expect(text('this account has used up its quota')).toBe('failed-quota')
	expect(text('this account has stored')).toBe('failed-quota')
	expect(text('there are too many calls')).toBe('failed-too-much')
	expect(text('too many transactions')).toBe('failed-stale')
})

test('nothing that the chain says is read as a name of a text', () => {
	for (const reason of ['other', '__proto__', 'constructor', '../../etc', 'Expired\n']) {
		expect(refusalText(reason), reason).toMatch(/^failed-[\w-]+$/)
	}
})

/** The names of the first enum below this type that has this one. */
function variantsWith(name: string, type: any, seen = new Set<unknown>()): string[] | null {
	if (typeof type !== 'object' || type === null || seen.has(type)) return null
	seen.add(type)
	if (type.type === 'enum' && name in type.value) return Object.keys(type.value)
	for (const part of Object.values(type)) {
		const found = variantsWith(name, part, seen)
		if (found !== null) return found
	}
	return null
}

/** The names of the enum with this one in what a view of the consortium's part in the region answers. */
function variantsOf(view: string, one: string): string[] | null {
	const api = metadata.apis.find(({ name }) => name === 'InterregionalApi')
	const method = api?.methods.find(({ name }) => name === view)
	return variantsWith(one, lookup(method?.output as number))
}

test('every text about an answer of the consortium is of a reason that it can have', () => {
	const source = readFileSync(new URL('../src/ui/en.ftl', import.meta.url), 'utf8')
	for (const [kind, view, one] of [
		['remote', 'interregional_grants_of', 'GranteeUnknown'],
		['enlist', 'enlistment', 'AccountTaken'],
	]) {
		const reasons = variantsOf(view, one)
		const texts = [...source.matchAll(new RegExp(`^${kind}-refused-([A-Z]\\w+) =`, 'gm'))]
		expect(texts.length).toBeGreaterThan(3)
		for (const [, reason] of texts) expect(reasons).toContain(reason)
	}
})

test('every state of a place on the common list has words', () => {
	const states = variantsOf('enlistment', 'Enlisted')
	expect(states).toContain('Waiting')
	for (const state of states ?? [])
		expect(has(state === 'Refused' ? 'enlist-refused-other' : `enlist-${state}`), state).toBe(
			true,
		)
})

test('every state of a share to another region has words', () => {
	const states = variantsOf('interregional_grants_of', 'Delivered')
	expect(states).toContain('Forwarded')
	// Each reason why it was refused has its own, or the one of all others.
	for (const state of states ?? [])
		expect(has(state === 'Refused' ? 'remote-refused-other' : `remote-${state}`), state).toBe(
			true,
		)
})
