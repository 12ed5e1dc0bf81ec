/** What a person can do about an answer that is not proven: as in portal/light/src/refusal.rs. */
export const WHYS = [
	/** It is false, or cannot be read: another gateway may tell the truth. */
	'false',
	/** It is old: the gateway hides newer blocks, or the chain has stopped. */
	'old',
	/** It is of the future: a clock is wrong. */
	'clock',
	/** The proof does not show what was asked for. */
	'not-shown',
	/** The block replaced the runtime: the next one has the answer. */
	'replaced',
	/** A person must confirm the network file anew. */
	'confirm',
	/** The newest network file is needed. */
	'outdated',
	/** The runtime failed, or asked for what no view needs. */
	'failed',
	/** It took more than five seconds. */
	'slow',
	/** The chain has other types than this page knows: the page must be loaded again. */
	'page',
] as const
export type Why = (typeof WHYS)[number]

/** An answer is not proven: nothing of it may be used. */
export class NotProven extends Error {
	constructor(
		readonly why: Why,
		message: string,
	) {
		super(message)
		this.name = 'NotProven'
	}
}
