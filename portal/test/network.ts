/** Network files and releases for tests, signed by two authorities. */
import { createHash } from 'node:crypto'
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Chain, NetworkFile } from '../src/chain/file'
import {
	type Bytes,
	SeedSigner,
	accountText,
	concat,
	hex,
	little,
	parseAccount,
	unhex,
	utf8,
} from '../src/format'
import { fingerprint, message } from '../src/format/messages'
import { scaleBytes, scaleCompact, scaleOption, scaleText } from '../src/format/scale'
import { type Release, releaseMessage } from '../src/release/list'

export const signers = [1, 2].map((number) => new SeedSigner(new Uint8Array(32).fill(number)))
export const accounts = signers.map(({ account }) => accountText(account))

const list = (items: Bytes[]): Bytes => concat(scaleCompact(items.length), ...items)

const KINDS = { region: 0, consortium: 1, node: 0, relay: 1, gateway: 2 }
const kind = (name: keyof typeof KINDS): Bytes => little(KINDS[name], 1)

const scaleChain = (chain: Chain): Bytes =>
	concat(
		kind(chain.kind),
		little(chain.para, 4),
		unhex(chain.genesis.slice(2)),
		little(chain.slot_duration, 8),
		little(chain.development ? 1 : 0, 1),
		list(
			chain.endpoints.map((one) =>
				concat(kind(one.kind), scaleText(one.url), parseAccount(one.authority)),
			),
		),
	)

const scaleRelay = (relay: NonNullable<NetworkFile['relay']>): Bytes =>
	concat(
		unhex(relay.genesis.slice(2)),
		little(relay.slot_duration, 8),
		scaleBytes(unhex(relay.checkpoint.slice(2))),
	)

const signed = async (text: string) =>
	Promise.all(
		signers.map(async (signer) => ({
			account: accountText(signer.account),
			signature: `0x${hex(await signer.sign(text))}`,
		})),
	)

/** The file of a network with these chains, as JSON, and its fingerprint. Without a relay chain, for development. */
export async function networkFile(
	chain: Chain,
	{
		name = 'clinics',
		serial = 1,
		reset = 0,
		relay = null as NetworkFile['relay'],
		others = [] as Chain[],
	} = {},
) {
	const authority = accounts[0]
	const chains = [chain, ...others].map((one) => ({
		...one,
		endpoints: one.endpoints.map((endpoint) => ({ ...endpoint, authority })),
	}))
	const until = Date.now() + 1_000_000_000
	const fields = concat(
		little(1, 4),
		scaleText(name),
		little(serial, 4),
		little(until, 8),
		little(reset, 4),
		scaleOption(relay && scaleRelay(relay)),
		list(chains.map(scaleChain)),
		scaleOption(null),
		little(2, 4),
		list(accounts.map(parseAccount)),
	)
	const print = await fingerprint(fields)
	const about = `network ${name}, file ${serial}, fingerprint ${print}`
	const network = {
		format: 1,
		name,
		serial,
		valid_until: until,
		reset,
		relay,
		chains,
		portal: null,
		signers: { threshold: 2, accounts },
	}
	const signatures = await signed(await message('salus/network/v1', about, fields))
	return { file: utf8(JSON.stringify({ network, signatures })), print }
}

/** Signs the files of a folder as a release: its list is written into the folder. */
export async function signRelease(folder: string, serial: number): Promise<void> {
	const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
		.filter((name) => statSync(join(folder, name)).isFile())
		.filter((name) => name !== 'release.json' && !name.startsWith('networks'))
	const files = names.toSorted().map((path) => ({
		path,
		sha256: `0x${createHash('sha256')
			.update(readFileSync(join(folder, path)))
			.digest('hex')}`,
	}))
	const release: Release = { format: 1, serial, files }
	const signatures = await signed(await releaseMessage(release))
	writeFileSync(join(folder, 'release.json'), JSON.stringify({ release, signatures }))
}
