/** The worker that verifies. It has no keys, and asks nobody. */
import { type Channel, connect } from '../keys/rpc'
import { Prover } from './prover'

connect<object>(self as unknown as Channel, new Prover())
