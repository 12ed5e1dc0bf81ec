/** Checksums of the types in a chain's metadata. */
import { getChecksumBuilder, getLookupFn } from '@polkadot-api/metadata-builders'
import type { unifyMetadata } from '@polkadot-api/substrate-bindings'

type Metadata = ReturnType<typeof unifyMetadata>

/**
 * What makes checksums. Where a type has room for any call of the chain, as a batch has, all calls count as one:
 * a page must know the calls that it makes, and no others.
 */
export function sumsOf(metadata: Metadata): ReturnType<typeof getChecksumBuilder> {
	const { call } = getLookupFn(metadata)
	const any = { tag: 'primitive', value: { tag: 'bool', value: undefined } } as const
	const lookup = metadata.lookup.map((type) => (type.id === call ? { ...type, def: any } : type))
	return getChecksumBuilder(getLookupFn({ ...metadata, lookup }))
}
