/** The lock after a time without a key press, a touch or a click. Warns before. Times in ms. */
export type Idle =
	{ kind: 'active'; since: number } | { kind: 'warned'; locksAt: number } | { kind: 'locked' }

export type IdleEvent =
	/** The person did something on the page. Too little to stay once the warning shows. */
	| { kind: 'activity'; now: number }
	/** The person answered the warning. */
	| { kind: 'stay'; now: number }
	| { kind: 'tick'; now: number }

/** How long before the lock the warning shows. */
export const WARNING = 60_000

export function idle(state: Idle, event: IdleEvent, limit: number): Idle {
	if (state.kind === 'locked') return state
	// A clock that was set back must not put the lock off.
	if (state.kind === 'active' && event.now < state.since) return active(event.now)
	if (event.kind === 'stay' || (event.kind === 'activity' && state.kind === 'active')) {
		return expired(state, event.now, limit) ? { kind: 'locked' } : active(event.now)
	}
	if (expired(state, event.now, limit)) return { kind: 'locked' }
	if (state.kind === 'active' && event.now >= state.since + limit - WARNING) {
		return { kind: 'warned', locksAt: state.since + limit }
	}
	return state
}

export const active = (now: number): Idle => ({ kind: 'active', since: now })

/** A device that slept over the time is locked at once, whatever wakes it. */
const expired = (state: Exclude<Idle, { kind: 'locked' }>, now: number, limit: number): boolean =>
	now >= (state.kind === 'warned' ? state.locksAt : state.since + limit)
