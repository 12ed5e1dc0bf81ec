import { useEffect, useState } from 'react'
import { useActivity } from './context'
import { problem } from './problem'

/** How many things that were sent are done: what shows is read anew after each. */
export const useDone = (): number =>
	useActivity().filter(({ progress }) => progress === 'final').length

/** How often a page reads anew by itself what waits for others, in milliseconds. */
export const AGAIN = 30_000
/** The same of what several people decide at once. */
export const SOON = 10_000

/**
 * Reads something whenever `deps` change, and keeps what was read before until then. `every`: so many milliseconds
 * after it was read, it is read anew, if somebody sees the page. What was read may say so, or that nothing in it
 * waits for others.
 */
export function useLoad<Value>(
	load: () => Promise<Value>,
	deps: unknown[],
	every: number | null | ((value: Value) => number | null) = null,
): { value: Value | null; error: string | null } {
	const [value, setValue] = useState<Value | null>(null)
	const [error, setError] = useState<string | null>(null)
	useEffect(() => {
		let here = true
		let timer: ReturnType<typeof setTimeout> | undefined
		let pause = typeof every === 'function' ? null : every
		const later = () => {
			if (here && pause !== null) timer = setTimeout(look, pause)
		}
		const look = () => (document.visibilityState === 'visible' ? read() : later())
		const read = () =>
			void load()
				.then(
					(found) => {
						if (!here) return
						if (typeof every === 'function') pause = every(found)
						setValue(found)
						setError(null)
					},
					(failure: unknown) => here && setError(problem(failure)),
				)
				.then(later)
		read()
		return () => {
			here = false
			clearTimeout(timer)
		}
	}, deps)
	return { value, error }
}
