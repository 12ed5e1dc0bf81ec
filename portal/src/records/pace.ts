/** How fast work goes, how long it still takes, and how often to tell. */
import type { Far } from './download'

/** How far work was at a time, in milliseconds and bytes. */
export interface Sample {
	at: number
	done: number
}

export interface Pace {
	/** Bytes a second. */
	rate: number
	/** Milliseconds. */
	left: number
}

/** What happened longer ago says nothing about now, in milliseconds. */
const RECENT = 10_000
/** Before this time nothing is said. */
const SOON = 2000
/** How often to tell how far work is, in milliseconds: to draw it takes time, too. */
const TELL = 200

/** The pace by the samples of the last seconds, to which the newest is added. `null`: too early to tell. */
export function paceOf(samples: Sample[], newest: Sample, size: number): Pace | null {
	// It began anew, as when another gateway is asked.
	if (newest.done < (samples.at(-1)?.done ?? 0)) samples.length = 0
	samples.push(newest)
	while (samples.length > 2 && samples[1].at < newest.at - RECENT) samples.shift()
	const [oldest] = samples
	const time = newest.at - oldest.at
	const rate = (1000 * (newest.done - oldest.done)) / time
	if (time < SOON || rate <= 0) return null
	return { rate, left: (1000 * (size - newest.done)) / rate }
}

/** Tells the first at once, and then the newest every now and then, until it ends. */
export function calmly(tell: (far: Far) => void) {
	let newest: Far | null = null
	let timer: ReturnType<typeof setTimeout> | undefined
	const next = () => {
		timer = undefined
		if (newest === null) return
		tell(newest)
		newest = null
		timer = setTimeout(next, TELL)
	}
	return {
		tell(far: Far) {
			newest = far
			if (timer === undefined) next()
		},
		end() {
			newest = null
			clearTimeout(timer)
		},
	}
}
