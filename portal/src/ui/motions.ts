/** What motions do, in words: each call that a motion can make, with all that it carries. */
import type { ProposedCall } from '../chain/codecs'
import type { Calls } from '../chain/described'
import type { Chain, NetworkFile } from '../chain/file'
import { type Bytes, fingerprint } from '../format'
import { callsIn } from '../records/council'
import { authorityText } from './authorities'
import { type Values, t } from './text'

/** A call in words. */
export interface InWords {
	/** What it does, and to whom. */
	what: string
	/** What follows from it, and what to do before a vote. */
	then: string | null
	/** What those who vote compare. */
	codes: Code[]
	/** The calls in it. */
	calls: InWords[]
}

interface Code {
	label: string
	text: string
}

/** Who reads it, and where. */
export interface Reader {
	network: NetworkFile
	chain: Chain
	account: string
}

/** The calls that motions can make: docs/calls.md. */
export type MotionCall = Extract<
	keyof Calls,
	`${'Governance' | 'Consortium' | 'Utility'}.${string}`
>

/** What a call carries. */
interface Carried {
	/** Of texts that differ by what a call changes: which. */
	text?: string
	/** What stands in its texts. */
	values?: Values
	codes?: Code[]
}

const CARRIED: {
	[Name in MotionCall]: (given: Calls[Name], reader: Reader) => Carried | Promise<Carried>
} = {
	'Governance.add_authority': async ({ account, keys }, { chain, account: me }) => ({
		values: { who: authorityText(chain, account, me) },
		codes: [
			{ label: t('council-adds'), text: account },
			{ label: t('council-adds-keys'), text: await fingerprint(keys as Bytes) },
		],
	}),
	'Governance.remove_authority': ({ account }, { chain, account: me }) => ({
		values: { who: authorityText(chain, account, me) },
		codes: [{ label: t('account-of'), text: account }],
	}),
	'Governance.announce_upgrade': ({ code_hash }) => ({
		codes: [{ label: t('council-print'), text: code_hash }],
	}),
	'Governance.cancel_upgrade': () => ({}),
	'Governance.set_parameter': ({ parameter: { type, value } }) => ({
		text: type,
		values: { number: value, time: lengthText(BigInt(value)) },
	}),
	'Governance.open_channel': ({ recipient, max_capacity, max_message_size }, reader) => ({
		values: {
			to: placeText(reader, recipient),
			count: max_capacity,
			size: max_message_size,
		},
	}),
	'Governance.accept_channel': ({ sender }, reader) => ({
		values: { from: placeText(reader, sender) },
	}),
	'Governance.close_channel': ({ sender, recipient }, reader) => ({
		values: { from: placeText(reader, sender), to: placeText(reader, recipient) },
	}),
	'Consortium.admit_region': ({ region, genesis_hash }) => ({
		values: { region: String(region) },
		codes: [{ label: t('sign-genesis'), text: genesis_hash }],
	}),
	'Consortium.expel_region': ({ region }) => ({ values: { region: String(region) } }),
	'Consortium.set_network_file': ({ file: { serial, file_hash } }) => ({
		values: { serial },
		codes: [{ label: t('join-fingerprint'), text: inGroups(file_hash) }],
	}),
	'Utility.batch': () => ({}),
	'Utility.batch_all': () => ({}),
	'Utility.force_batch': () => ({}),
}

/** What a call does. One that this page does not know has its name only. */
export async function inWords(call: ProposedCall, reader: Reader): Promise<InWords> {
	const { type, value } = call
	const name = `${type}.${value.type}`
	const calls = await Promise.all(callsIn(call).map((one) => inWords(one, reader)))
	if (!Object.hasOwn(CARRIED, name)) return { what: name, then: null, codes: [], calls }
	const { text, values, codes = [] } = await (CARRIED as any)[name](value.value, reader)
	const id = [type, ...value.type.split('_'), ...(text === undefined ? [] : [text])].join('-')
	return { what: t(`call-${id}`, values), then: t(`call-then-${id}`, values), codes, calls }
}

/** A chain of the network, as people call it. */
function placeText({ network, chain }: Reader, para: number): string {
	if (para === chain.para) return t('place-here')
	const kind = network.chains.find((one) => one.para === para)?.kind
	if (kind === 'consortium') return t('place-common')
	return t(kind === 'region' ? 'place-region' : 'place-other', { para: String(para) })
}

const UNITS = [
	['days', 86_400_000n],
	['hours', 3_600_000n],
	['minutes', 60_000n],
	['seconds', 1000n],
] as const

/** A length of time in the largest unit that has it whole. Nothing is rounded away. */
function lengthText(time: bigint): string {
	const [unit, length] = UNITS.find(([, length]) => time % length === 0n) ?? ['milliseconds', 1n]
	return t(`span-${unit}`, { count: time / length })
}

/** A hash as people compare it. */
const inGroups = (hash: string): string => hash.slice(2).replaceAll(/(.{4})(?=.)/g, '$1 ')
