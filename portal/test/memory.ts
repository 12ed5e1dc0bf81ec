/** How much memory the tab of a page takes, as Linux counts it. */
import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'

/** How often to look, in milliseconds. */
const PAUSE = 500

/** In MiB: all that is in memory, and of it what the process has of its own, without its program's files. */
interface Taken {
	all: number
	own: number
}

function takenBy(pid: number): Taken {
	const status = readFileSync(`/proc/${pid}/status`, 'utf8')
	const field = (name: string) => Number(status.match(`${name}:\\s+(\\d+) kB`)?.[1] ?? 0) / 1024
	return { all: field('VmRSS'), own: field('RssAnon') + field('RssShmem') }
}

export class Memory {
	#most: Taken
	#timer: ReturnType<typeof setInterval>

	private constructor(
		pid: number,
		private readonly start: Taken,
	) {
		this.#most = start
		this.#timer = setInterval(() => {
			try {
				const { all, own } = takenBy(pid)
				this.#most = {
					all: Math.max(all, this.#most.all),
					own: Math.max(own, this.#most.own),
				}
			} catch {
				// It has ended.
			}
		}, PAUSE)
	}

	/** Watches the process that draws this page and has its workers, from now on. */
	static async watch(page: Page): Promise<Memory> {
		const session = await page.context().browser()?.newBrowserCDPSession()
		if (session === undefined) throw new Error('this browser tells nothing of its processes')
		const { processInfo } = await session.send('SystemInfo.getProcessInfo')
		await session.detach()
		// The browser has one or two more in reserve, which are small.
		const tabs = processInfo.filter(({ type }) => type === 'renderer')
		const [{ id, taken }] = tabs
			.map(({ id }) => ({ id, taken: takenBy(id) }))
			.toSorted((one, other) => other.taken.own - one.taken.own)
		return new Memory(id, taken)
	}

	/** Ends it. Gives the most that the tab had of its own, in MiB. */
	end(what: string): number {
		clearInterval(this.#timer)
		const text = (of: keyof Taken) =>
			`${this.start[of].toFixed(0)} MiB before, ${this.#most[of].toFixed(0)} MiB at most`
		console.log(`${what}: the tab has ${text('own')}; with its program's files ${text('all')}`)
		return this.#most.own
	}
}
