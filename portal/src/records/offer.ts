/** An account's offer to be an authority, with the session keys of its node. */
import {
	type Bytes,
	accountText,
	authorityMessage,
	fingerprint,
	hex,
	unhex,
	verify,
} from '../format'
import { ScaleReader } from '../format/scale'

export interface Offer {
	account: string
	keys: Bytes
	proof: Bytes
	/** In hex after 0x. */
	signature: string
	/** The fingerprint of the session keys, for people to compare. */
	print: string
}

/** This is no offer, or one for another chain. */
export class BadOffer extends Error {
	constructor() {
		super('this is no offer for this chain')
		this.name = 'BadOffer'
	}
}

/** Reads what `salus authority offer` printed. The account must have signed it for this chain. */
export async function readOffer(text: string, genesis: Bytes): Promise<Offer> {
	const { account, keys, proof, signature } = parse(text)
	const message = await authorityMessage(genesis, account, keys)
	if (!verify(account, message, signature)) throw new BadOffer()
	return {
		account: accountText(account),
		keys,
		proof,
		signature: `0x${hex(signature)}`,
		print: await fingerprint(keys),
	}
}

function parse(text: string) {
	try {
		const scale = new ScaleReader(unhex(text.trim().replace(/^0x/, '')))
		const account = scale.take(32)
		const [keys, proof] = [scale.bytes(), scale.bytes()]
		const signature = scale.take(64)
		scale.end()
		return { account, keys, proof, signature }
	} catch {
		throw new BadOffer()
	}
}
