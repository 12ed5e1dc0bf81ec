/** Views and calls in the types of the chain's own metadata, which come from its proven runtime. */
import { getChecksumBuilder, getDynamicBuilder, getLookupFn } from '@polkadot-api/metadata-builders'
import { decAnyMetadata, unifyMetadata } from '@polkadot-api/substrate-bindings'
import { type Bytes, concat, little, unhex } from '../format'
import { scaleCompact } from '../format/scale'
import { CALLS, type Calls, VIEWS, type Views } from './described'
import type { Call } from './prover'
import { NotProven } from './refusal'

/** A view to ask for, and how to read its answer. */
export interface View<Answer> extends Call {
	read(answer: Bytes): Answer
}

/** What a transaction must have beside its call. */
export interface Extension {
	/** What comes into the transaction. */
	extra: Bytes
	/** What is only signed. */
	signed: Bytes
}

/** What extensions of a transaction are made of. */
export interface About {
	nonce: number
	genesis: Bytes
	/** The block from which on the transaction is valid, and for how many blocks. */
	birth: { number: number; hash: Bytes }
	period: number
}

const outdated = (what: string) =>
	new NotProven('page', `the chain has other types than this page knows: ${what}`)

export class Codecs {
	readonly #metadata: ReturnType<typeof unifyMetadata>
	readonly #types: ReturnType<typeof getDynamicBuilder>
	readonly #sums: ReturnType<typeof getChecksumBuilder>

	constructor(metadata: Uint8Array) {
		this.#metadata = unifyMetadata(decAnyMetadata(metadata))
		const lookup = getLookupFn(this.#metadata)
		this.#types = getDynamicBuilder(lookup)
		this.#sums = getChecksumBuilder(lookup)
	}

	/** A view with these arguments. */
	view<Name extends keyof Views>(
		name: Name,
		...given: Views[Name]['given']
	): View<Views[Name]['answer']> {
		const [api, method] = name.split('.')
		if (this.#sums.buildRuntimeCall(api, method) !== VIEWS[name]) throw outdated(name)
		const { args, value } = this.#types.buildRuntimeCall(api, method)
		return {
			name: `${api}_${method}`,
			given: args.enc(given) as Bytes,
			read: (answer) => value.dec(answer),
		}
	}

	/** The bytes of a call with these arguments. */
	call<Name extends keyof Calls>(name: Name, given: Calls[Name]): Bytes {
		const [pallet, call] = name.split('.')
		if (this.#sums.buildCall(pallet, call) !== CALLS[name]) throw outdated(name)
		const { location, codec } = this.#types.buildCall(pallet, call)
		return concat(new Uint8Array(location), codec.enc(given))
	}

	/** One call of several: all take effect, or none. Their own sums were checked; a list has one form. */
	batch(calls: Bytes[]): Bytes {
		if (calls.length === 1) return calls[0]
		const { location } = this.#types.buildCall('Utility', 'batch_all')
		return concat(new Uint8Array(location), scaleCompact(calls.length), ...calls)
	}

	/** A motion for this call, which so many authorities must carry. */
	propose(threshold: number, call: Bytes): Bytes {
		const { location } = this.#types.buildCall('Council', 'propose')
		const counts = [scaleCompact(threshold), call, scaleCompact(call.length)]
		return concat(new Uint8Array(location), ...counts)
	}

	/** The key of a value of the chain's state, or of an entry of a map of it. */
	key(name: keyof Stored, ...keys: unknown[]): Bytes {
		return unhex(
			this.#stored(name)
				.keys.enc(...keys)
				.slice(2),
		)
	}

	/** What such a value says. */
	value<Name extends keyof Stored>(name: Name, value: Bytes): Stored[Name] {
		return this.#stored(name).value.dec(value)
	}

	/** The most that the call of a motion may weigh. */
	motionWeight(): { ref_time: bigint; proof_size: bigint } {
		return this.#constant('Council', 'MaxProposalWeight')
	}

	/**
	 * The name of an error that a transaction failed with, as `Registry.NotInvited`. If the error says
	 * when it is possible again, the minutes until then follow, as `Registry.TooManyRotations 90`.
	 */
	errorName({ type, value }: DispatchError): string {
		if (type !== 'Module' || value === undefined) return type
		const { type: error, value: minutes } = value.value
		const name = `${value.type}.${error}`
		return typeof minutes === 'number' ? `${name} ${minutes}` : name
	}

	/** The events of a block: of each, the transaction's index and what happened. */
	events(encoded: Uint8Array): EventRecord[] {
		return this.#types.buildStorage('System', 'Events').value.dec(encoded)
	}

	/** The extensions of a transaction. One that this page does not know ends it. */
	extensions({ nonce, genesis, birth, period }: About): Extension[] {
		const version = this.#constant('System', 'Version')
		const empty = new Uint8Array()
		const known: Record<string, Extension> = {
			CheckSpecVersion: { extra: empty, signed: little(version.spec_version, 4) },
			CheckTxVersion: { extra: empty, signed: little(version.transaction_version, 4) },
			CheckGenesis: { extra: empty, signed: genesis },
			CheckMortality: { extra: era(birth.number, period), signed: birth.hash },
			CheckNonce: { extra: scaleCompact(nonce), signed: empty },
			// Without the hash of the metadata: it is for devices that know no chain.
			CheckMetadataHash: { extra: little(0, 1), signed: little(0, 1) },
		}
		// Version 0 is that of transactions of format 4.
		const { signedExtensions } = this.#metadata.extrinsic
		return signedExtensions[0].map(({ identifier, type, additionalSigned }) => {
			if (known[identifier] !== undefined) return known[identifier]
			const none = [type, additionalSigned].every((id) => this.#isEmpty(id))
			if (!none) throw outdated(identifier)
			return { extra: empty, signed: empty }
		})
	}

	#isEmpty(type: number): boolean {
		try {
			return this.#types.buildDefinition(type).enc(undefined).length === 0
		} catch {
			return false
		}
	}

	#stored(name: keyof Stored) {
		const [pallet, entry] = name.split('.')
		return this.#types.buildStorage(pallet, entry)
	}

	#constant(pallet: string, name: string): any {
		const constants = this.#metadata.pallets.find((one) => one.name === pallet)?.constants
		const value = constants?.find((one) => one.name === name)?.value
		if (value === undefined) throw outdated(`${pallet}.${name}`)
		return this.#types.buildConstant(pallet, name).dec(value)
	}
}

/** What pages read of the chain's state beside views. */
export interface Stored {
	/** The hashes of the council's open motions. */
	'Council.Proposals': string[]
	/** How the votes on one are, by its hash. */
	'Council.Voting': Voting
	/** What one does, by its hash. */
	'Council.ProposalOf': ProposedCall
	/** The votes on a motion about a provider. */
	'Registry.Motions': { ends: bigint; votes: { authority: string; term: number; aye: boolean }[] }
	/** The authorities, each with the number of its term. */
	'Governance.Terms': [authority: string, term: number][]
}

export interface Voting {
	index: number
	threshold: number
	ayes: string[]
	nays: string[]
	end: number
}

/** A call as its runtime names it. */
export interface ProposedCall {
	type: string
	value: { type: string; value: unknown }
}

/** Why a transaction failed in its block. */
export interface DispatchError {
	type: string
	value?: { type: string; value: { type: string; value?: unknown } }
}

export interface EventRecord {
	phase: { type: string; value?: number }
	event: { type: string; value: { type: string; value: any } }
}

/** The era of a transaction that is valid from this block on. `period` is a power of two. */
export function era(birth: number, period: number): Bytes {
	const log = Math.log2(period)
	if (!Number.isInteger(log) || log < 2 || log > 16) throw new Error('this is no period')
	const quantum = Math.max(1, period >> 12)
	const phase = Math.floor((birth % period) / quantum)
	return little((log - 1) | (phase << 4), 2)
}
