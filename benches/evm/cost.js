// What transactions cost a node: its processor time, and the time until a block includes them.
// As tools/measure/src/records/cost.rs does it in a region.

import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** How many of the transactions are sent alone, after the others. */
export const ALONE = 20
// The most transactions that no block has yet: of all accounts.
const IN_FLIGHT = 240
// The time in which a node does what a block leaves behind.
const REST = 2000
// The time in which a node makes blocks without transactions, in milliseconds.
const IDLE = 10_000
// The clock of /proc/PID/stat, in milliseconds.
const TICK = 10

/** Sends signed transactions: many at once, and the last ones alone. */
export async function measure(chain, pid, signed) {
	const crowd = signed.slice(0, -ALONE)
	const since = performance.now()
	const cpu = processorTime(pid)
	const crowded = await sendAll(chain, crowd)
	const ms = Math.round(performance.now() - since)
	await sleep(REST)
	const rested = processorTime(pid)
	await sleep(IDLE)
	const idle_ms = processorTime(pid) - rested
	const alone = []
	for (const [place, one] of signed.slice(-ALONE).entries()) {
		// At all phases of a block.
		await sleep((place * 370) % 1000)
		alone.push(await chain.send(one))
	}
	return {
		count: crowd.length,
		cpu_ms: rested - cpu,
		idle_ms: idle_ms / (IDLE / 1000),
		ms,
		crowded_ms: three(crowded),
		alone_ms: three(alone),
	}
}

/** Sends signed transactions, many at once. Returns after how long a block included each. */
export async function sendAll(chain, signed) {
	const times = []
	const inFlight = new Set()
	for (const one of signed) {
		while (inFlight.size >= IN_FLIGHT) await Promise.race(inFlight)
		const sent = chain.send(one).then((time) => {
			times.push(time)
			inFlight.delete(sent)
		})
		inFlight.add(sent)
	}
	await Promise.all(inFlight)
	return times
}

// The median, the 90th percentile and the longest.
function three(times) {
	times.sort((a, b) => a - b)
	const last = times.length - 1
	return [0.5, 0.9, 1].map((part) => Math.round(times[Math.floor(last * part)] ?? 0))
}

// The processor time of a process and of all its threads, in milliseconds.
function processorTime(pid) {
	const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
	// The program's name can contain spaces and brackets.
	const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
	return (Number(fields[11]) + Number(fields[12])) * TICK
}
