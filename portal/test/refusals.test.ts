import { readFileSync } from 'node:fs'
import { getLookupFn } from '@polkadot-api/metadata-builders'
import { decAnyMetadata, unifyMetadata } from '@polkadot-api/substrate-bindings'
import { expect, test } from 'vitest'
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

test('every state of a share to another region has words', () => {
	const api = metadata.apis.find(({ name }) => name === 'InterregionalApi')
	const view = api?.methods.find(({ name }) => name === 'interregional_grants_of')
	const states = variantsWith('Delivered', lookup(view?.output as number))
	expect(states).toContain('Forwarded')
	// Each reason why it was refused has its own, or the one of all others.
	for (const state of states ?? [])
		expect(has(state === 'Refused' ? 'remote-refused-other' : `remote-${state}`), state).toBe(
			true,
		)
})
