/** The checks of docs/envelope.md; and `car`, for a file of blocks that is not as it must be. */
export type Check =
	| 'magic'
	| 'version'
	| 'suite'
	| 'reserved'
	| 'segment-length'
	| 'tag'
	| 'segment-padding'
	| 'count'
	| 'manifest'
	| 'padding'
	| 'padded-size'
	| 'document-length'
	| 'hash'
	| 'patient'
	| 'author'
	| 'region'
	| 'genesis'
	| 'amends'
	| 'patient-proof'
	| 'account'
	| 'name'
	| 'time'
	| 'signature'
	| 'cid'
	| 'block'
	| 'node'
	| 'car'
	| 'sealed-name-length'
	| 'sealed-name-tag'
	| 'sealed-name-padding'
	| 'sealed-name-text'
	| 'public-key'
	| 'wrapped-key-length'
	| 'wrapped-key'
	| 'key-file-size'
	| 'key-file-format'
	| 'key-file-work-factor'
	| 'key-file-passphrase'
	| 'key-file-damaged'
	| 'key-file-version'
	| 'key-file-content'
	| 'key-file-private-key'

/** A check failed: nothing of what was read may be used. */
export class Refused extends Error {
	constructor(
		readonly check: Check,
		/** The segment with the wrong tag, from 0. */
		readonly segment?: number,
	) {
		super(segment === undefined ? check : `${check}, segment ${segment}`)
		this.name = 'Refused'
	}
}

/** Refuses unless `passes`. */
export function need(passes: boolean, check: Check): asserts passes {
	if (!passes) throw new Refused(check)
}
