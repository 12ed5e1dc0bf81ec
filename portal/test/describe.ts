/**
 * Makes src/chain/described.ts out of client/metadata: the types of the views and calls that the portal
 * uses, and checksums by which it finds out that a chain has others.
 */
import { type LookupEntry, getChecksumBuilder, getLookupFn } from '@polkadot-api/metadata-builders'
import { decAnyMetadata, unifyMetadata } from '@polkadot-api/substrate-bindings'
import { format, resolveConfig } from 'prettier'

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
	'Governance.add_authority',
	'Governance.remove_authority',
	'Governance.set_parameter',
	'Governance.announce_upgrade',
	'Governance.cancel_upgrade',
]

const BIG = /^[ui](64|128|256)$/

/** A type as the codecs of the metadata give it. */
function typeOf(entry: LookupEntry): string {
	const field = ([name, type]: [string, LookupEntry]) => `${name}: ${typeOf(type)}`
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
			return isBytes(entry.value) ? 'string' : `${typeOf(entry.value)}[]`
		case 'sequence':
			return isBytes(entry.value) ? 'Uint8Array' : `(${typeOf(entry.value)})[]`
		case 'tuple':
			return `[${entry.value.map(typeOf).join(', ')}]`
		case 'struct':
			return `{ ${Object.entries(entry.value).map(field).join('; ')} }`
		case 'option':
			return `${typeOf(entry.value)} | undefined`
		case 'result': {
			const { ok, ko } = entry.value
			return `{ success: true; value: ${typeOf(ok)} } | { success: false; value: ${typeOf(ko)} }`
		}
		case 'enum':
			return Object.entries(entry.value)
				.map(([name, variant]) => {
					const of =
						variant.type === 'lookupEntry' ? variant.value : { id: -1, ...variant }
					return `{ type: '${name}'; value: ${typeOf(of as LookupEntry)} }`
				})
				.join(' | ')
		default:
			throw new Error(`no type for ${entry.type}`)
	}
}

const isBytes = (entry: LookupEntry) => entry.type === 'primitive' && entry.value === 'u8'

/** The file's text. A view is described by the region's runtime, or else by the consortium's. */
export async function describeChain(regional: Uint8Array, consortium: Uint8Array): Promise<string> {
	const chains = [regional, consortium].map((encoded) => {
		const metadata = unifyMetadata(decAnyMetadata(encoded))
		const lookup = getLookupFn(metadata)
		return { metadata, lookup, sums: getChecksumBuilder(lookup) }
	})
	const [{ metadata, lookup, sums }] = chains
	const views = VIEWS.map((name) => {
		const [api, method] = name.split('.')
		const all = chains.flatMap(({ metadata, lookup, sums }) => {
			const found = metadata.apis
				.find((one) => one.name === api)
				?.methods.find((one) => one.name === method)
			return found === undefined ? [] : [{ found, lookup, sums }]
		})
		if (all.length === 0) throw new Error(`no chain has a view ${name}`)
		const [{ found, lookup, sums }] = all
		const given = found.inputs.map((input) => `${input.name}: ${typeOf(lookup(input.type))}`)
		return {
			name,
			sum: sums.buildRuntimeCall(api, method),
			type: `{ given: [${given.join(', ')}]; answer: ${typeOf(lookup(found.output))} }`,
		}
	})
	const calls = CALLS.map((name) => {
		const [pallet, call] = name.split('.')
		const type = metadata.pallets.find((one) => one.name === pallet)?.calls?.type
		const all = type === undefined ? undefined : lookup(type)
		const variant = all?.type === 'enum' ? all.value[call] : undefined
		if (variant === undefined) throw new Error(`the chain has no call ${name}`)
		const fields = variant.type === 'lookupEntry' ? variant.value : { id: -1, ...variant }
		return { name, sum: sums.buildCall(pallet, call), type: typeOf(fields as LookupEntry) }
	})
	const table = (all: typeof calls) =>
		`{ ${all.map(({ name, sum }) => `'${name}': '${sum}'`).join(', ')} } as const`
	const types = (all: typeof calls) =>
		all.map(({ name, type }) => `'${name}': ${type}`).join('\n')
	const text = `/**
 * The views and calls that the portal uses, as client/metadata has them. Made by test/describe.ts:
 * \`npm run describe\`.
 */
export const VIEWS = ${table(views)}

export const CALLS = ${table(calls)}

export interface Views { ${types(views)} }

export interface Calls { ${types(calls)} }
`
	const config = await resolveConfig(new URL('describe.ts', import.meta.url))
	return format(text, { ...config, parser: 'typescript' })
}
