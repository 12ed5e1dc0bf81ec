import { MessageChannel } from 'node:worker_threads'
import type { ProverWorker } from '../src/chain/guarded'
import { Prover } from '../src/chain/prover'
import { type Channel, connect } from '../src/keys/rpc'

/** The worker that verifies, in this thread: with the same messages. */
export function inThread(prover: object = new Prover()): ProverWorker {
	const { port1, port2 } = new MessageChannel()
	connect(port2 as unknown as Channel, prover)
	const channel = port1 as unknown as Channel
	for (const port of [port1, port2]) port.unref()
	return Object.assign(channel, { terminate: () => port1.close() })
}
