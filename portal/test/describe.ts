/**
 * Makes src/chain/described.ts out of client/metadata: the types of the views and calls that the portal
 * uses, and checksums by which it finds out that a chain has others.
 */
import { type LookupEntry, getLookupFn } from '@polkadot-api/metadata-builders'
import { decAnyMetadata, unifyMetadata } from '@polkadot-api/substrate-bindings'
import { format, resolveConfig } from 'prettier'
import { sumsOf } from '../src/chain/sums'

const VIEWS = [
	'AccountNonceApi.account_nonce',
	'RegistryApi.account',
	'RegistryApi.patient',
	'RegistryApi.provider',
	'RegistryApi.holder',
	'RegistryApi.providers',
	'RegistryApi.encryption_key',
	'RegistryApi.applications',
	'RegistryApi.application',
	'RegistryApi.standing_votes',
	'RegistryApi.unverify_votes',
	'RegistryApi.invitations_left',
	'EmrApi.record',
	'EmrApi.records',
	'EmrApi.wrapped_key',
	'PermissionsApi.grant',
	'PermissionsApi.granted_to',
	'PermissionsApi.grants_of',
	'PermissionsApi.grants_by',
	'HistoryApi.history',
	'InterregionalApi.interregional_grants_of',
	'InterregionalApi.interregional_grants_by',
	'InterregionalApi.waiting',
	'InterregionalApi.enlistment',
	'PinningApi.pins',
	'PinningApi.under_replicated',
	'GovernanceApi.authorities',
	'GovernanceApi.collators',
	'GovernanceApi.announced_upgrade',
	'ConsortiumApi.region',
	'ConsortiumApi.regions',
	'ConsortiumApi.provider',
	'ConsortiumApi.holder',
	'ConsortiumApi.providers',
	'ConsortiumApi.grant',
	'ConsortiumApi.granted_to',
	'ConsortiumApi.withheld',
	'ConsortiumApi.network_file',
]

const CALLS = [
	'Registry.invite',
	'Registry.register_patient',
	'Registry.apply_as_provider',
	'Registry.withdraw_application',
	'Registry.vote',
	'Registry.retire',
	'Registry.rotate_key',
	'Registry.enlist',
	'Emr.add_record',
	'Emr.add_own_record',
	'Permissions.grant',
	'Permissions.revoke',
	'Interregional.grant',
	'Interregional.forward',
	'Interregional.revoke',
	'Council.vote',
	'Council.close',
	'Council.propose',
	'Governance.add_authority',
	'Governance.remove_authority',
	'Governance.set_parameter',
	'Governance.announce_upgrade',
	'Governance.cancel_upgrade',
	'Utility.batch_all',
	// What other programs propose, and pages show in words.
	'Governance.open_channel',
	'Governance.accept_channel',
	'Governance.close_channel',
	'Consortium.admit_region',
	'Consortium.expel_region',
	'Consortium.set_network_file',
	'Utility.batch',
	'Utility.force_batch',
]

/** What pages read of the state beside views. */
const STORED = [
	// The hashes of the council's open motions; how the votes on each are, and what it does.
	'Council.Proposals',
	'Council.Voting',
	'Council.ProposalOf',
	// The votes on motions about providers.
	'Registry.Motions',
	// The authorities, each with the number of its term.
	'Governance.Terms',
	// How many copies each document should have.
	'Governance.ReplicationTarget',
]

const CONSTANTS = ['Council.MaxProposalWeight', 'System.Version']

const BIG = /^[ui](64|128|256)$/

/** A type as the codecs of the metadata give it. `call` is the number of that of all calls. */
function typeOf(entry: LookupEntry, call: number | null): string {
	if (entry.id === call) return 'AnyCall'
	const of = (inner: LookupEntry) => typeOf(inner, call)
	const field = ([name, type]: [string, LookupEntry]) => `${name}: ${of(type)}`
	switch (entry.type) {
		case 'primitive': {
			const { value } = entry
			if (value === 'bool') return 'boolean'
			if (value === 'str' || value === 'char') return 'string'
			return BIG.test(value) ? 'bigint' : 'number'
		}
		case 'void':
			return 'undefined'
		case 'compact':
			return entry.isBig ? 'bigint' : 'number'
		case 'AccountId32':
		case 'AccountId20':
			return 'string'
		case 'array':
			return isBytes(entry.value) ? 'string' : `${of(entry.value)}[]`
		case 'sequence':
			return isBytes(entry.value) ? 'Uint8Array' : `(${of(entry.value)})[]`
		case 'tuple':
			return `[${entry.value.map(of).join(', ')}]`
		case 'struct':
			return `{ ${Object.entries(entry.value).map(field).join('; ')} }`
		case 'option':
			return `${of(entry.value)} | undefined`
		case 'result': {
			const { ok, ko } = entry.value
			return `{ success: true; value: ${of(ok)} } | { success: false; value: ${of(ko)} }`
		}
		case 'enum':
			return Object.entries(entry.value)
				.map(([name, variant]) => {
					return `{ type: '${name}'; value: ${of(fieldsOf(variant))} }`
				})
				.join(' | ')
		default:
			throw new Error(`no type for ${entry.type}`)
	}
}

const isBytes = (entry: LookupEntry) => entry.type === 'primitive' && entry.value === 'u8'

/** What a variant of an enum has. */
const fieldsOf = (variant: (LookupEntry & { type: 'enum' })['value'][string]): LookupEntry =>
	variant.type === 'lookupEntry' ? variant.value : ({ id: -1, ...variant } as LookupEntry)

/** A name, the checksum of its types, and the types in TypeScript. */
interface Described {
	name: string
	sum: string | null
	type: string
}

function describeOne(encoded: Uint8Array) {
	const metadata = unifyMetadata(decAnyMetadata(encoded))
	const lookup = getLookupFn(metadata)
	const sums = sumsOf(metadata)
	const type = (id: number) => typeOf(lookup(id), lookup.call)
	const palletOf = (pallet: string) => metadata.pallets.find((one) => one.name === pallet)
	return {
		view(name: string, api: string, method: string): Described | null {
			const found = metadata.apis
				.find((one) => one.name === api)
				?.methods.find((one) => one.name === method)
			if (found === undefined) return null
			const given = found.inputs.map((input) => `${input.name}: ${type(input.type)}`)
			return {
				name,
				sum: sums.buildRuntimeCall(api, method),
				type: `{ given: [${given.join(', ')}]; answer: ${type(found.output)} }`,
			}
		},
		call(name: string, pallet: string, call: string): Described | null {
			const id = palletOf(pallet)?.calls?.type
			const all = id === undefined ? undefined : lookup(id)
			const variant = all?.type === 'enum' ? all.value[call] : undefined
			if (variant === undefined) return null
			const fields = typeOf(fieldsOf(variant), lookup.call)
			return { name, sum: sums.buildCall(pallet, call), type: fields }
		},
		stored(name: string, pallet: string, entry: string): Described | null {
			const found = palletOf(pallet)?.storage?.items.find((one) => one.name === entry)
			if (found === undefined) return null
			const { tag, value } = found.type
			return {
				name,
				sum: sums.buildStorage(pallet, entry),
				type: type(tag === 'plain' ? value : value.value),
			}
		},
		constant(name: string, pallet: string, constant: string): Described | null {
			const found = palletOf(pallet)?.constants.find((one) => one.name === constant)
			if (found === undefined) return null
			return { name, sum: sums.buildConstant(pallet, constant), type: type(found.type) }
		},
	}
}

/** The file's text. What both chains have is described by the region's runtime. */
export async function describeChain(regional: Uint8Array, consortium: Uint8Array): Promise<string> {
	const chains = [regional, consortium].map(describeOne)
	const describe = (kind: keyof (typeof chains)[number], names: string[]) =>
		names.map((name) => {
			const [one, other] = name.split('.')
			const [found] = chains.flatMap((chain) => chain[kind](name, one, other) ?? [])
			if (found === undefined) throw new Error(`no chain has the ${kind} ${name}`)
			return found
		})
	const all = [
		['Views', describe('view', VIEWS)],
		['Calls', describe('call', CALLS)],
		['Stored', describe('stored', STORED)],
		['Constants', describe('constant', CONSTANTS)],
	] as const
	const tables = all.map(([name, found]) => {
		const sums = found.map(({ name, sum }) => `'${name}': '${sum}'`).join(', ')
		const types = found.map(({ name, type }) => `'${name}': ${type}`).join('\n')
		return `export const ${name.toUpperCase()} = { ${sums} } as const

export interface ${name} { ${types} }
`
	})
	const text = `/**
 * What the portal uses of the chains, as client/metadata has it. Made by test/describe.ts:
 * \`npm run describe\`.
 */

/** A call as its runtime names it. */
export interface AnyCall { type: string; value: { type: string; value: unknown } }

${tables.join('\n')}`
	const config = await resolveConfig(new URL('describe.ts', import.meta.url))
	return format(text, { ...config, parser: 'typescript' })
}
