import { expect, test } from 'vitest'
import type { Connection } from '../src/chain/connection'
import { type Added, type Happening, Story } from '../src/records/history'

/** When each of so many things happened, oldest first: every so many milliseconds. */
const times = (count: number, every: number) =>
	Array.from({ length: count }, (_, index) => (index + 1) * every)

/** A chain that has entries of a history and records, of these times. `fails`: the next answer does not come. */
class Chain {
	fails = false

	constructor(
		private readonly entries: number[],
		private readonly records: number[],
	) {}

	read = async (make: (codecs: object) => [string, ...unknown[]][]) => {
		if (this.fails) {
			this.fails = false
			throw new Error('no answer')
		}
		const [[name, ...given]] = make({ view: (...all: unknown[]) => all })
		const [after, limit] = given.slice(-2) as [bigint | undefined, number]
		const all = name === 'HistoryApi.history' ? this.entries : this.records
		const end = after === undefined ? all.length : Number(after)
		const start = Math.max(0, end - limit)
		const items = all.slice(start, end).map((at, index) => this.#item(name, start + index, at))
		return [{ items: items.reverse(), next: start === 0 ? undefined : BigInt(start) }]
	}

	#item(name: string, index: number, at: number): object {
		const id = BigInt(index)
		if (name === 'HistoryApi.history')
			return {
				id,
				at: BigInt(at),
				by: undefined,
				event: { type: 'Key', value: { version: 1 } },
			}
		const record = { id, added_at: BigInt(at), author: { type: 'Patient' }, corrected_by: [] }
		return { record: { ...record, envelope_size: 1n } }
	}
}

const storyOf = (chain: Chain) =>
	new Story(chain as unknown as Connection, '0x00', new Uint8Array(32))

test('keys, shares and records are one story, newest first, in pieces', async () => {
	const [entries, records] = [times(120, 2), times(70, 3)]
	const chain = new Chain(entries, records)
	const story = storyOf(chain)
	const told: (Happening | Added)[] = []
	const pieces: [number, boolean][] = []
	for (let whole = false; !whole;) {
		// What was read before it failed comes with the next try.
		chain.fails = pieces.length === 1
		const page = await story.more().catch(() => story.more())
		told.push(...page.items)
		whole = page.whole
		pieces.push([page.items.length, whole])
	}
	expect(pieces).toEqual([
		[50, false],
		[50, false],
		[50, false],
		[40, true],
	])
	expect(told.map(({ at }) => at)).toEqual([...entries, ...records].sort((a, b) => b - a))
	const ids = told.map((one) => `${one.kind} ${one.kind === 'record' ? one.shown.id : one.id}`)
	expect(new Set(ids).size).toBe(190)
})

test('before anything happened, the story is whole', async () => {
	expect(await storyOf(new Chain([], [])).more()).toEqual({ items: [], whole: true })
})
