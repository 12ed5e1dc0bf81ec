import { type Bytes, same } from '../format'

/** What anybody may know of a member. */
export interface Profile {
	account: Bytes
	/** The member's public encryption keys, oldest first. */
	keys: { version: number; spki: Bytes }[]
	/** The commitments to the names in the key file. */
	commitments: Bytes[]
}

/** What a key file holds beside the account. */
export type Held = Pick<Profile, 'keys' | 'commitments'>

/** Whether one holds all that the other does. */
export const hasAll = (one: Held, other: Held): boolean =>
	other.keys.every(({ version, spki }) =>
		one.keys.some((key) => key.version === version && same(key.spki, spki)),
	) &&
	other.commitments.every((commitment) => one.commitments.some((each) => same(each, commitment)))
