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

/** Counts up while something `waits` for others and somebody sees the page: then it is read anew. */
export function useAgain(waits: boolean): number {
	const [turn, setTurn] = useState(0)
	useEffect(() => {
		if (!waits) return
		const look = () => document.visibilityState === 'visible' && setTurn((turn) => turn + 1)
		const timer = setInterval(look, AGAIN)
		return () => clearInterval(timer)
	}, [waits])
	return turn
}

/**
 * Reads something whenever `deps` change, and keeps what was read before until then. `every`: so many milliseconds
 * after it was read, it is read anew, if somebody sees the page.
 */
export function useLoad<Value>(
	load: () => Promise<Value>,
	deps: unknown[],
	every: number | null = null,
): { value: Value | null; error: string | null } {
	const [value, setValue] = useState<Value | null>(null)
	const [error, setError] = useState<string | null>(null)
	useEffect(() => {
		let here = true
		let timer: ReturnType<typeof setTimeout> | undefined
		const later = () => {
			if (here && every !== null) timer = setTimeout(look, every)
		}
		const look = () => (document.visibilityState === 'visible' ? read() : later())
		const read = () =>
			void load()
				.then(
					(found) => {
						if (!here) return
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
