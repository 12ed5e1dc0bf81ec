/** The answers of a real network's nodes. */
import { readFileSync } from 'node:fs'
import { type Bytes, concat, unhex } from '../src/format'
import { scaleBytes } from '../src/format/scale'

export const recorded = JSON.parse(
	readFileSync(new URL('../../light/tests/network.json', import.meta.url), 'utf8'),
)

/** The relay chain's steps, as a gateway gives them. */
export const steps: Bytes[] = recorded.steps.map(
	({ header, justification }: { header: string; justification: string }) =>
		concat(scaleBytes(unhex(header)), scaleBytes(unhex(justification))),
)
