/** Views and calls in the types of the chain's own metadata, which come from its proven runtime. */
import { getDynamicBuilder, getLookupFn } from '@polkadot-api/metadata-builders'
import { decAnyMetadata, unifyMetadata } from '@polkadot-api/substrate-bindings'
import { type Bytes, concat, little, unhex } from '../format'
import { scaleCompact } from '../format/scale'
import {
	type AnyCall,
	CALLS,
	CONSTANTS,
	type Calls,
	type Constants,
	STORED,
	type Stored,
	VIEWS,
	type Views,
} from './described'
import type { Call } from './prover'
import { NotProven } from './refusal'
import { sumsOf } from './sums'

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
	readonly #sums: ReturnType<typeof sumsOf>
	/** Any call of the chain. */
	readonly #anyCall: { dec(bytes: Bytes): AnyCall }

	constructor(metadata: Uint8Array) {
		this.#metadata = unifyMetadata(decAnyMetadata(metadata))
		const lookup = getLookupFn(this.#metadata)
		this.#types = getDynamicBuilder(lookup)
		this.#sums = sumsOf(this.#metadata)
		if (lookup.call === null) throw outdated('calls')
		this.#anyCall = this.#types.buildDefinition(lookup.call)
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
		this.expectCall(name)
		const [pallet, call] = name.split('.')
		const { location, codec } = this.#types.buildCall(pallet, call)
		return concat(new Uint8Array(location), codec.enc(given))
	}

	/** Nothing, if the call has the types that this page knows. */
	expectCall(name: keyof Calls): void {
		const [pallet, call] = name.split('.')
		if (this.#sums.buildCall(pallet, call) !== CALLS[name]) throw outdated(name)
	}

	/** Nothing, if a call has the types that this page knows, or if it knows no such call. */
	expectKnown({ type, value }: AnyCall): void {
		const name = `${type}.${value.type}`
		if (Object.hasOwn(CALLS, name)) this.expectCall(name as keyof Calls)
	}

	/** One call of several: all take effect, or none. */
	batch(calls: Bytes[]): Bytes {
		if (calls.length === 1) return calls[0]
		const all = calls.map((call) => this.#anyCall.dec(call))
		return this.call('Utility.batch_all', { calls: all })
	}

	/** A motion for this call, which so many authorities must carry. */
	propose(threshold: number, call: Bytes): Bytes {
		const proposal = this.#anyCall.dec(call)
		return this.call('Council.propose', { threshold, proposal, length_bound: call.length })
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

	/** What it says where the state has none. */
	otherwise<Name extends keyof Stored>(name: Name): Stored[Name] {
		return this.#stored(name).fallback
	}

	/** The most that the call of a motion may weigh. */
	motionWeight(): { ref_time: bigint; proof_size: bigint } {
		return this.#constant('Council.MaxProposalWeight')
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
		const version = this.#constant('System.Version')
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
		if (this.#sums.buildStorage(pallet, entry) !== STORED[name]) throw outdated(name)
		return this.#types.buildStorage(pallet, entry)
	}

	#constant<Name extends keyof Constants>(name: Name): Constants[Name] {
		const [pallet, constant] = name.split('.')
		if (this.#sums.buildConstant(pallet, constant) !== CONSTANTS[name]) throw outdated(name)
		const constants = this.#metadata.pallets.find((one) => one.name === pallet)?.constants
		const value = constants?.find((one) => one.name === constant)?.value
		return this.#types.buildConstant(pallet, constant).dec(value ?? '')
	}
}

/** How the votes on a motion of the council are. */
export type Voting = Stored['Council.Voting']

/** What a motion does. */
export type ProposedCall = AnyCall

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
