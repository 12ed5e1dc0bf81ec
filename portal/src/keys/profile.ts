import { type Bytes, same } from '../format'

/** What anybody may know of a member. */
export interface Profile {
	account: Bytes
	/** The member's public encryption keys, oldest first. */
	keys: { version: number; spki: Bytes }[]
}

/** Whether all of these keys are among those. */
export const hasAll = (those: Profile['keys'], these: Profile['keys']): boolean =>
	these.every(({ version, spki }) =>
		those.some((that) => that.version === version && same(that.spki, spki)),
	)
