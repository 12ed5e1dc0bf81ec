/** The browser's locks between tabs, as far as the portal uses them. Node 20 has none. */
export class Locks {
	#last = new Map<string, Promise<unknown>>()
	/** Takes a lock from who has it. */
	#take = new Map<string, () => void>()

	request(
		name: string,
		{ signal, steal = false }: LockOptions,
		hold: () => Promise<void>,
	): Promise<void> {
		const before = this.#last.get(name)
		const done = new Promise<void>((released, failed) => {
			const end = () => failed(signal?.reason)
			if (signal?.aborted) return end()
			signal?.addEventListener('abort', end)
			const begin = () => {
				if (signal?.aborted) return
				// Only who waits for it can be told to wait no more.
				signal?.removeEventListener('abort', end)
				this.#take.set(name, () => failed(new DOMException('stolen', 'AbortError')))
				hold().then(released, failed)
			}
			if (steal) this.#take.get(name)?.()
			if (steal) begin()
			else Promise.resolve(before).then(begin, begin)
		})
		this.#last.set(
			name,
			done.catch(() => before),
		)
		return done
	}
}
