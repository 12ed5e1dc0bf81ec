// The model of docs/scale.md: its inputs with their origin, and what follows from them.

import { readFileSync, writeFileSync } from 'node:fs'

const page = 'docs/scale.md'
const measuredFile = 'docs/measured.md'
const run = '1000 records'

/** An assumption, and why. */
const assumed = (value, why) => ({ value, origin: `assumed: ${why}` })

/** A value of docs/measured.md: of the table with this first heading, its row and its column. */
function measured(table, row, column) {
	const lines = readFileSync(measuredFile, 'utf8').split('\n').map(cells)
	const start = lines.findIndex((line) => line[0] === table)
	const end = start + lines.slice(start).findIndex((line) => line.length === 0)
	const place = lines[start]?.indexOf(column) ?? -1
	const found = lines.slice(start, end).find((line) => line[0] === row)
	const value = Number.parseFloat(found?.[place]?.replaceAll(',', ''))
	if (Number.isNaN(value)) throw new Error(`${measuredFile} has no "${row}" of ${column} in "${table}"`)
	return { value, origin: `measured: "${row}", ${column}, of ${table}` }
}

const cells = (line) => line.split('|').slice(1, -1).map((cell) => cell.trim())

/** A number in a source file: what the pattern's first group matches. */
function source(file, pattern) {
	const [, digits] = readFileSync(file, 'utf8').match(pattern) ?? []
	if (digits === undefined) throw new Error(`${file} has no ${pattern}`)
	return { value: Number(digits.replaceAll('_', '').replaceAll(',', '')), origin: `\`${file}\`` }
}

// What frame-support counts for a read and a write of RocksDB, in microseconds.
const READ = 25
const WRITE = 100

/** What the runtime declares for a call: its milliseconds, with reads and writes, and its bytes of proof. */
function weight(file, call) {
	const pattern = `fn ${call}\\(\\) -> Weight \\{[^}]*from_parts\\(([\\d_]+), ([\\d_]+)\\)[^}]*reads\\((\\d+)_u64\\)[^}]*writes\\((\\d+)_u64\\)`
	const parts = readFileSync(file, 'utf8').match(new RegExp(pattern))
	if (!parts) throw new Error(`${file} has no weight of ${call}`)
	const [time, proof, reads, writes] = parts.slice(1).map((part) => Number(part.replaceAll('_', '')))
	const origin = `declared: \`${file}\``
	const ms = time / 1e9 + (reads * READ + writes * WRITE) / 1000
	return { time: { value: ms, origin }, proof: { value: proof, origin } }
}

/** The most bytes of an entry in each of these maps of the consortium, together. */
function entries(...maps) {
	const found = maps.map((map) => source('docs/design.md', new RegExp(`^\\| \`Consortium.${map}\` \\|[^|]*\\| (\\d+) \\|`, 'm')))
	return { value: found.reduce((sum, { value }) => sum + value, 0), origin: found[0].origin }
}

const regional = 'runtime/regional/src/configs/records.rs'
const record = weight('pallets/emr/src/weights.rs', 'add_record')
const grant = weight('pallets/permissions/src/weights.rs', 'grant')
const deliver = weight('pallets/consortium/src/weights.rs', 'deliver_grant')
const inputs = {
	patients: [assumed(80e6, 'a large country'), 'patients'],
	recordsOfPatient: [assumed(10, 'for each patient in a year'), 'records of a patient in a year'],
	grantsOfRecord: [assumed(1, 'each record goes to one more reader'), 'grants of a record'],
	across: [assumed(0.05, 'few patients are treated elsewhere'), 'share of grants to another region'],
	peak: [assumed(7, 'ten hours of 250 days, and twice as many in the busiest hour'), 'peak to mean'],
	years: [assumed(10, 'as long as a hospital plans'), 'years'],
	regionRecords: [
		assumed(1e8, 'pinning for so many is not built: see "What breaks first"'),
		'records that a region holds at most',
	],
	readings: [assumed(3, 'author, patient and the one more reader'), 'times that a record is read'],
	documentMb: [assumed(1, 'texts, tables, photos; no scans of hundreds of MiB'), 'MB of a document'],
	authorities: [assumed(5, 'hospitals that run a collator each'), 'authorities of a region'],
	recordCpu: [measured(run, 'a record: processor time, ms', 'Salus'), 'ms of processor time, a record'],
	grantCpu: [measured(run, 'a grant: processor time, ms', 'Salus'), 'ms of processor time, a grant'],
	recordState: [measured(run, 'a record: state, bytes', 'Salus'), 'bytes of state, a record'],
	grantState: [measured(run, 'a grant: state, bytes', 'Salus'), 'bytes of state, a grant'],
	recordDisk: [measured(run, 'a record: on disk, KB', 'Salus'), 'KB on disk, a record'],
	grantDisk: [measured(run, 'a grant: on disk, KB', 'Salus'), 'KB on disk, a grant'],
	idle: [
		measured(run, 'a second without transactions, after the grants: processor time, ms', 'Salus'),
		'ms of processor time, a second without transactions',
	],
	fixed: [
		measured('bytes in blocks, one a second', 'region-2001', 'the same, of a block'),
		'bytes of time, relay chain and messages in a block of a region',
	],
	consortiumFixed: [
		measured('bytes in blocks, one a second', 'consortium-2000', 'the same, of a block'),
		'the same of the consortium',
	],
	blockTime: [
		measured('region 2001', "a block's time, as weighed: p50, p90, most", 'both authorities'),
		'ms of a block with five small transactions, as weighed',
	],
	blockProof: [
		measured('region 2001', "a block's proof, as weighed: p50, p90, most", 'both authorities'),
		'KiB of proof of a block with five small transactions, as weighed',
	],
	recordTime: [record.time, 'ms in a block, a record'],
	recordProof: [record.proof, 'bytes of proof, a record'],
	grantTime: [grant.time, 'ms in a block, a grant'],
	grantProof: [grant.proof, 'bytes of proof, a grant'],
	deliverTime: [deliver.time, 'ms in a block of the consortium, a grant'],
	deliverProof: [deliver.proof, 'bytes of proof at the consortium, a grant'],
	deliverState: [
		entries('Grants', 'WrappedKeys', 'LastUpdates', 'GrantedTo', 'Expiries'),
		'bytes of state at the consortium, a grant, at most',
	],
	length: [assumed(1150, 'the content of a record and its signature'), 'bytes of a transaction, or of a message to the consortium'],
	normal: [
		source('runtime/common/src/constants.rs', /NORMAL_DISPATCH_RATIO: Perbill = Perbill::from_percent\((\d+)\)/),
		'% of a core for members',
	],
	coreTime: [
		source('runtime/common/src/constants.rs', /WEIGHT_REF_TIME_PER_SECOND.saturating_mul\((\d+)\)/),
		'seconds of a core in six seconds',
	],
	coreProof: [
		source('runtime/common/src/constants.rs', /^\t(\d+) \* 1024 \* 1024,$/m),
		'MiB of proof of a core in six seconds',
	],
	blocks: [source('primitives/src/blocks.rs', /BLOCKS_PER_RELAY_SLOT: u32 = (\d+)/), 'blocks in a slot'],
	hashSlots: [
		source('runtime/common/src/constants.rs', /BLOCK_HASHES: u32 = BLOCKS_PER_RELAY_SLOT \* (\d+)/),
		'slots whose block hashes a chain knows',
	],
	copies: [
		source('runtime/common/shared/configs/governance.rs', /DefaultReplicationTarget = ConstU32<(\d+)>/),
		'copies of an envelope',
	],
	claims: [source(regional, /MaxBatch = ConstU32<(\d+)>/), 'pins in a report'],
	pinDays: [source(regional, /PinLifetime = ConstU64<\{ (\d+) \* DAY/), 'days that a pin counts'],
	consortiumGrants: [
		source('runtime/consortium/src/configs/regions.rs', /MaxGrantsPerRegion = ConstU32<([\d_]+)>/),
		'live grants of a region at the consortium',
	],
	validators: [assumed(5, 'a common number'), 'validators of the relay chain for a core'],
	checks: [assumed(35, 'five that back it and thirty that approve it, as elsewhere'), 'validators that check a candidate'],
	machine: [assumed(1000, 'with power and replacement'), "EUR a year, a hospital's machine without envelopes"],
	diskPrice: [assumed(50, 'twice, on disks of five years, with power'), 'EUR a year, a TB of disk'],
	memory: [
		measured('process', 'a collator, with its relay chain node', 'memory'),
		'MiB of a collator at rest',
	],
}

const v = Object.fromEntries(Object.entries(inputs).map(([name, [{ value }]]) => [name, value]))
const YEAR = 365.25 * 24 * 3600
const GB = 1e9
const TB = 1e12

const records = v.patients * v.recordsOfPatient
const mean = records / YEAR
// The collator leaves out the last block of a slot.
const blocksASecond = (v.blocks - 1) / 6
// Records with their grants that full blocks take in a second, by time and by proof.
const share = ((v.normal / 100) * ((v.blocks - 1) / v.blocks)) / 6
const proofOfRecord = v.recordProof + v.length + v.grantsOfRecord * (v.grantProof + v.length)
const byTime = (share * v.coreTime * 1000) / (v.recordTime + v.grantsOfRecord * v.grantTime)
const byProof = (share * v.coreProof * 1024 * 1024) / proofOfRecord
const capacity = Math.min(byTime, byProof)
const byNumber = Math.ceil((records * v.years) / v.regionRecords)
const byRate = Math.ceil((mean * v.peak) / (capacity / 2))
const regions = Math.max(byNumber, byRate)
const ofRegion = records / regions
const peakOfRegion = (mean * v.peak) / regions
const stateOfRecord = v.recordState + v.grantsOfRecord * v.grantState
const diskOfRecord = (v.recordDisk + v.grantsOfRecord * v.grantDisk) * 1000
const cpuOfRecord = (v.recordCpu + v.grantsOfRecord * v.grantCpu) / 1000
const acrossOfRegion = ofRegion * v.grantsOfRecord * v.across
const across = mean * v.grantsOfRecord * v.across
// As many messages as the consortium's blocks have room for. What a message takes beside its call is not in it.
const deliveries = Math.min(
	(share * v.coreTime * 1000) / v.deliverTime,
	(share * v.coreProof * 1024 * 1024) / (v.deliverProof + v.length)
)
const liveGrants = regions * Math.min(v.consortiumGrants, acrossOfRegion * v.years)
const blocksOfYears = blocksASecond * YEAR * v.years
// What blocks have beside members' transactions, of a region and of the consortium.
const fixedOfRegion = blocksOfYears * v.fixed
const fixedOfConsortium = blocksOfYears * v.consortiumFixed
const recordsOfYears = ofRegion * v.years
const collatorDisk = recordsOfYears * diskOfRecord + fixedOfRegion
const transactionsOfYears = recordsOfYears * (1 + v.grantsOfRecord) * v.length
const messagesOfYears = across * YEAR * v.years * v.length
const consortiumDisk = liveGrants * v.deliverState + messagesOfYears + fixedOfConsortium
const hospitalTb = (collatorDisk + consortiumDisk + recordsOfYears * v.documentMb * 1e6) / TB
const hospitalCost = v.machine + hospitalTb * v.diskPrice
const hospitals = regions * v.authorities
// Of one region in a second: the proof in bytes, and the time in ms that it takes to check it.
const proofAt = (rate) => blocksASecond * v.blockProof * 1024 + rate * proofOfRecord
const checkAt = (rate) => blocksASecond * v.blockTime + rate * (v.recordTime + v.grantsOfRecord * v.grantTime)
const validators = (regions + 1) * v.validators
// The candidates that each validator checks in a slot.
const checked = ((regions + 1) * v.checks) / validators
const mbit = (bytes) => (bytes * 8) / 1e6
const pins = blocksASecond * v.pinDays * 24 * 3600 * v.claims

const results = [
	['records in a year', records, 'patients × records of a patient'],
	['records a second: mean', mean, 'in a year'],
	['records a second: busiest hour', mean * v.peak, 'mean × peak to mean'],
	['records a second that full blocks of a region take, with their grants: by time', byTime, 'as declared, five blocks of six'],
	['the same, by proof', byProof, ''],
	['regions, by what one may hold', byNumber, 'records of all years / records of a region'],
	['regions, by the busiest hour, with blocks half full', byRate, 'records a second / half of the smaller one'],
	['**regions**', regions, 'the larger one'],
	['patients of a region', v.patients / regions, ''],
	['records a second in a region: busiest hour', peakOfRegion, ''],
	['share of full blocks then', peakOfRegion / capacity, ''],
	['processor cores that a collator then takes', peakOfRegion * cpuOfRecord + v.idle / 1000, 'the whole process, as if it made every block'],
	['memory of a collator, MiB', v.memory, 'at rest'],
	['state of a region after all years, GB', (recordsOfYears * stateOfRecord) / GB, 'without the trie'],
	['records and grants on disk then, GB', (recordsOfYears * diskOfRecord) / GB, 'with the trie and their blocks; states of the last hour'],
	["a region's blocks without transactions then, GB", fixedOfRegion / GB, 'time, relay chain and messages, a block each second'],
	['**disk of a collator after all years, GB**', collatorDisk / GB, 'both; without headers, and the relay chain'],
	[
		`the same with \`--blocks-pruning ${v.blocks * v.hashSlots}\`, GB`,
		(collatorDisk - fixedOfRegion - transactionsOfYears) / GB,
		'without the blocks, but those of the last hours',
	],
	['envelopes of a region after all years, TB', (recordsOfYears * v.documentMb * 1e6) / TB, 'one copy'],
	['**envelopes on the disk of each Kubo, TB, as it is now**', (recordsOfYears * v.documentMb * 1e6) / TB, 'every pinner keeps all'],
	['the same, if pinners shared them, TB', (recordsOfYears * v.documentMb * 1e6 * v.copies) / v.authorities / TB, 'copies / authorities'],
	['new envelopes of a region in the busiest hour, Mbit/s', mbit(peakOfRegion * v.documentMb * 1e6), 'to each Kubo that keeps all'],
	['envelopes through a gateway then, up, Mbit/s', mbit((peakOfRegion * v.documentMb * 1e6) / v.authorities), 'each authority has one'],
	['the same, down, Mbit/s', mbit((peakOfRegion * v.readings * v.documentMb * 1e6) / v.authorities), ''],
	[
		'blocks to each other collator then, Mbit/s',
		mbit(peakOfRegion * (1 + v.grantsOfRecord) * v.length + blocksASecond * v.fixed),
		'transactions, and what a block has beside them',
	],
	['proof of a region then, Mbit/s', mbit(proofAt(peakOfRegion)), 'to each validator that checks it'],
	['the most that a core takes, Mbit/s', mbit(v.coreProof * 1024 * 1024) / 6, ''],
	['**cores of the relay chain**', regions + 1, 'one for each region, and the consortium'],
	['**validators of the relay chain**', validators, ''],
	['candidates that a validator checks in six seconds', checked, 'cores × checks / validators'],
	['processor cores of a validator for them in the busiest hour', (checked * checkAt(peakOfRegion)) / 1000, 'as weighed'],
	['proofs to a validator then, Mbit/s', checked * mbit(proofAt(peakOfRegion)), ''],
	[
		"parts of a day's proofs on a validator's disk, GB",
		((regions + 1) * proofAt(mean / regions) * 24 * 3600 * 3) / validators / GB,
		'a third of the validators can restore each; without the relay chain',
	],
	['grants to the consortium a second: mean', across, ''],
	['grants to the consortium a second: busiest hour', across * v.peak, ''],
	["share of the consortium's full blocks then", (across * v.peak) / deliveries, 'the smaller of time and proof, as declared'],
	['live grants at the consortium after all years', liveGrants, 'if none ends, up to what a region may have there'],
	['processor cores for them in the busiest hour', (across * v.peak * v.deliverTime) / 1000, 'of each of its nodes, as declared'],
	['state of the consortium then, GB, at most', (liveGrants * v.deliverState) / GB, 'without the trie'],
	["**disk of a consortium's node after all years, GB**", consortiumDisk / GB, 'state, the messages of all grants, and blocks without them'],
	['years until a region has as many live grants there as it may', v.consortiumGrants / acrossOfRegion, 'if none ends'],
	['pins that a pinner can keep alive, at most', pins, 'a report in each block, each pin claimed once in its lifetime'],
	['years until a region has as many records', pins / ofRegion, ''],
	['**hospitals that run nodes**', hospitals, 'authorities of all regions'],
	['**disk of a hospital after all years, TB, as it is now**', hospitalTb, "collator, consortium's node and Kubo"],
	['**cost of a hospital in the year after them, EUR**', hospitalCost, 'machine and disk'],
	['the same for each record of that year, EUR', (hospitalCost * v.authorities) / ofRegion, 'all hospitals of the region together'],
	['cost of all hospitals in that year, EUR', hospitalCost * hospitals, 'without the relay chain'],
]

/** Three digits that count. */
function show(value) {
	if (value !== 0 && Math.abs(value) < 0.001) return value.toExponential(1)
	const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value) || 1)))
	const factor = 10 ** digits
	return (Math.round(value * factor) / factor).toLocaleString('en-US', { maximumFractionDigits: digits })
}

const table = (head, rows) =>
	[head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')

const tables = {
	inputs: table(
		['input', 'value', 'origin'],
		Object.values(inputs).map(([{ value, origin }, name]) => [name, show(value), origin])
	),
	results: table(
		['what follows', 'value', 'how'],
		results.map(([name, value, how]) => [name, show(value), how])
	),
}

let text = readFileSync(page, 'utf8')
const before = text
for (const [name, rows] of Object.entries(tables)) {
	const [start, end] = [`<!-- ${name} -->`, '<!-- end -->']
	const from = text.indexOf(start)
	const to = text.indexOf(end, from)
	if (from < 0 || to < 0) throw new Error(`${page} lacks ${start} or ${end}`)
	text = `${text.slice(0, from + start.length)}\n\n${rows}\n\n${text.slice(to)}`
}
if (process.argv[2] !== '--check') writeFileSync(page, text)
else if (text !== before) {
	console.error(`error: the tables in ${page} are not what follows from their inputs`)
	console.error('  next: scripts/scale')
	process.exitCode = 1
}
