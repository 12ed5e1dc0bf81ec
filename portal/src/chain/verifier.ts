/** The worker that verifies. It has no keys, and asks nobody. */
import { type Channel, connect } from '../keys/rpc'
import { stayAlone } from './alone'
import { Prover } from './prover'

const page = self as unknown as Channel
stayAlone()
connect<object>(page, new Prover())
