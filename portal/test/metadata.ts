/** The metadata of both chains, and those of chains with other types. */
import { readFileSync } from 'node:fs'
import { metadata as codec } from '@polkadot-api/substrate-bindings'
import { Codecs } from '../src/chain/codecs'

const metadata = (chain: string) =>
	readFileSync(new URL(`../../client/metadata/${chain}.scale`, import.meta.url))
export const regional = metadata('regional')
export const consortium = metadata('consortium')

/** A chain's metadata, decoded, of which a test changes a type. */
export class Changed {
	readonly #decoded: any
	readonly #pallets: any[]
	/** The number of a type that nothing else has. */
	readonly #other: number

	constructor(encoded: Uint8Array) {
		this.#decoded = codec.dec(encoded)
		const { lookup, pallets } = this.#decoded.metadata.value
		this.#pallets = pallets
		this.#other = lookup.length
		const def = { tag: 'primitive', value: { tag: 'i64', value: undefined } }
		lookup.push({ id: this.#other, path: [], params: [], def, docs: [] })
	}

	get encoded(): Uint8Array {
		return codec.enc(this.#decoded)
	}

	codecs(): Codecs {
		return new Codecs(this.encoded)
	}

	has(api: string): boolean {
		return this.#apis.some(({ name }) => name === api)
	}

	hasPallet(pallet: string): boolean {
		return this.#pallet(pallet) !== undefined
	}

	view(api: string, method: string): void {
		const { methods } = this.#apis.find(({ name }) => name === api)
		methods.find((one: any) => one.name === method).output = this.#other
	}

	call(pallet: string, call: string): void {
		const more = { name: 'more', type: this.#other, typeName: undefined, docs: [] }
		this.#calls(pallet)
			.find(({ name }) => name === call)
			.fields.push(more)
	}

	/** A call that nobody knew. */
	anotherCall(pallet: string): void {
		const calls = this.#calls(pallet)
		calls.push({ ...calls[0], name: 'another', index: 200 })
	}

	stored(pallet: string, entry: string): void {
		const { type } = this.#pallet(pallet).storage.items.find(({ name }: any) => name === entry)
		if (type.tag === 'plain') type.value = this.#other
		else type.value.value = this.#other
	}

	constant(pallet: string, constant: string): void {
		const { constants } = this.#pallet(pallet)
		constants.find(({ name }: any) => name === constant).type = this.#other
	}

	get #apis(): any[] {
		return this.#decoded.metadata.value.apis
	}

	#pallet(pallet: string): any {
		return this.#pallets.find(({ name }) => name === pallet)
	}

	#calls(pallet: string): any[] {
		return this.#type(this.#pallet(pallet).calls.type).def.value
	}

	#type(wanted: number): any {
		return this.#decoded.metadata.value.lookup.find(({ id }: any) => id === wanted)
	}
}
