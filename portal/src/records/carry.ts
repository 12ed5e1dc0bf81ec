/** The worker that carries envelopes. It has no keys. */
import { type Channel, type Remote, connect } from '../keys/rpc'
import { Carrier, type Page } from './carrier'

const carrier: Carrier = new Carrier({
	door: (refused) => page.door(refused),
	far: (far) => void page.far(far),
})
const page: Remote<Page> = connect<Page>(self as unknown as Channel, carrier)
