import { useEffect, useState } from 'react'
import { useActivity } from './context'
import { problem } from './problem'

/** How many things that were sent are done: what shows is read anew after each. */
export const useDone = (): number =>
	useActivity().filter(({ progress }) => progress === 'final').length

/** Reads something whenever `deps` change, and keeps what was read before until then. */
export function useLoad<Value>(
	load: () => Promise<Value>,
	deps: unknown[],
): { value: Value | null; error: string | null } {
	const [value, setValue] = useState<Value | null>(null)
	const [error, setError] = useState<string | null>(null)
	useEffect(() => {
		let here = true
		load().then(
			(found) => {
				if (!here) return
				setValue(found)
				setError(null)
			},
			(failure: unknown) => here && setError(problem(failure)),
		)
		return () => {
			here = false
		}
	}, deps)
	return { value, error }
}
