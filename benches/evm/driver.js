// Does on an EVM platform what `salus-measure records` does in a region, by the same steps.
// Prints JSON.
//
// Usage: node driver.js URL PID FOLDER make|add|grant|read
//        node driver.js URL PID FOLDER state DATA
//        node driver.js mnemonic|compile
//        node driver.js accounts FOLDER

import { createReadStream, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Interface, dataSlice, getCreateAddress } from 'ethers'
import { Chain } from './chain.js'
import { compile } from './contract.js'
import { measure, sendAll } from './cost.js'
import { MNEMONIC, accountsFor, readWork } from './work.js'

const TREATMENT = 0
// So many records are read and compared, at even distances.
const READ = 1000
// So many calls wait for an answer at once. While anvil makes a block it answers none, and its blocks
// take seconds once the state is large.
const AT_ONCE = 5000
// A storage slot: its key and its value.
const SLOT = 64
// All slots, in one answer: for each answer, ganache goes through all of them.
const MOST_SLOTS = 10_000_000

// The first transaction of a kind can differ from the others in gas.
const room = (gas) => (gas * 3n) / 2n

/** A platform, the work, and the contract there. */
class Driver {
	static async connect(url, pid, dir) {
		const driver = new Driver()
		driver.pid = pid
		driver.chain = await Chain.connect(url)
		driver.work = readWork(dir)
		driver.file = join(dir, 'contract.json')
		return driver
	}

	// The contract that `make` left.
	open() {
		const { address, abi } = JSON.parse(readFileSync(this.file, 'utf8'))
		this.address = address
		this.abi = new Interface(abi)
	}

	async sign(wallet, name, args) {
		const call = { to: this.address, data: this.abi.encodeFunctionData(name, args) }
		this.gas ??= {}
		this.gas[name] ??= room(await this.chain.gasOf(wallet.address, call))
		return this.chain.sign(wallet, { ...call, gas: this.gas[name] })
	}

	// Signs calls, each as its wallet, and sends them.
	async submit(calls) {
		const signed = []
		for (const [wallet, name, args] of calls) signed.push(await this.sign(wallet, name, args))
		await sendAll(this.chain, signed)
	}

	read(name, ...args) {
		return this.chain.read(this.abi, this.address, name, args)
	}

	/** What `take` makes of what a function of the contract returns for each of these arguments. */
	async readEach(name, all, take) {
		const found = []
		for (let from = 0; from < all.length; from += AT_ONCE) {
			const part = all.slice(from, from + AT_ONCE)
			const taken = part.map(async (args) => take(await this.read(name, ...args)))
			found.push(...(await Promise.all(taken)))
		}
		return found
	}

	/** Creates the contract and registers the members of the work. */
	async make() {
		const { authorities, authors, patients } = this.work
		const { abi, bytecode } = compile()
		const from = authorities[0]
		const constructor = abi.encodeDeploy([authorities.map(({ address }) => address)])
		const data = bytecode + constructor.slice(2)
		const gas = room(await this.chain.gasOf(from.address, { data }))
		this.abi = abi
		this.address = getCreateAddress({ from: from.address, nonce: 0 })
		await this.chain.send(await this.chain.sign(from, { to: null, data, gas }))
		writeFileSync(this.file, JSON.stringify({ address: this.address, abi: abi.format() }))

		const number = (author) => new TextEncoder().encode(author.number)
		await this.submit([
			...authors.map((author) => [
				author.wallet,
				'applyAsProvider',
				[number(author), author.name, author.encryption_key],
			]),
			...patients.map((patient) => [
				patient.wallet,
				'registerPatient',
				[patient.commitment, patient.encryption_key],
			]),
		])
		for (const authority of authorities.slice(0, 2)) {
			await this.submit(authors.map(({ wallet }) => [authority, 'verify', [wallet.address]]))
		}
		return { members: authors.length + patients.length }
	}

	/** Adds the records. */
	async add() {
		const signed = []
		for (const [place, record] of this.work.records.entries()) {
			const { codec, digest } = cidParts(record)
			const fields = {
				patient: this.work.patientOf(place).wallet.address,
				envelopeSize: record.envelope_size,
				codec,
				digest,
				documentHash: record.document_hash,
				sealedName: record.sealed_name,
				forPatient: record.for_patient,
				forAuthor: record.for_author,
			}
			signed.push(await this.sign(this.work.authorOf(place).wallet, 'addRecord', [fields]))
		}
		const cost = await measure(this.chain, this.pid, signed)
		const count = await this.read('count')
		ensure(count === BigInt(signed.length), 'the contract lacks records')
		return cost
	}

	/** Grants each record to another author. */
	async grant() {
		const ids = await this.ids()
		const signed = []
		for (const [place, record] of this.work.records.entries()) {
			const grantee = this.work.granteeOf(place).wallet.address
			const args = [ids.get(record.cid), grantee, record.for_grantee, TREATMENT]
			signed.push(await this.sign(this.work.patientOf(place).wallet, 'grant', args))
		}
		return measure(this.chain, this.pid, signed)
	}

	// The number of each record, by its CID, from the lists of the patients.
	async ids() {
		const cids = new Map()
		for (const { cid } of this.work.records) cids.set(cidParts({ cid }).digest, cid)
		const patients = this.work.patients.map(({ wallet }) => [wallet.address])
		const lists = await this.readEach('listOf', patients, (list) => [...list])
		const listed = lists.flat()
		const records = listed.map((id) => [id])
		const digests = await this.readEach('record', records, ({ digest }) => digest)
		const ids = new Map(digests.map((digest, place) => [cids.get(digest), listed[place]]))
		ensure(!ids.has(undefined), 'a record is not of the work')
		ensure(ids.size === cids.size, 'the contract lacks records')
		return ids
	}

	/** Reads records and grants, and compares them with the work. */
	async readAll() {
		const { work } = this
		const ids = await this.ids()
		const step = Math.max(1, Math.floor(work.records.length / READ))
		const places = [...work.records.keys()].filter((place) => place % step === 0)
		const idAt = (place) => ids.get(work.records[place].cid)
		const granteeAt = (place) => work.granteeOf(place).wallet.address
		const whole = (one) => one
		const records = await this.readEach('record', places.map((place) => [idAt(place)]), whole)
		const pairs = places.map((place) => [idAt(place), granteeAt(place)])
		const grants = await this.readEach('grantOf', pairs, whole)
		for (const [at, place] of places.entries()) {
			const record = work.records[place]
			const found = records[at]
			const { codec, digest } = cidParts(record)
			const same =
				found.patient === work.patientOf(place).wallet.address &&
				found.author === work.authorOf(place).wallet.address &&
				found.envelopeSize === BigInt(record.envelope_size) &&
				found.codec === codec &&
				found.digest === digest &&
				found.documentHash === record.document_hash &&
				found.sealedName === record.sealed_name &&
				found.forPatient === record.for_patient &&
				found.forAuthor === record.for_author &&
				grants[at].forGrantee === record.for_grantee
			ensure(same, 'a record or a grant differs from the work')
		}
		const authors = work.authors.map(({ wallet }) => [wallet.address])
		const granted = await this.readEach('listGrantedTo', authors, (list) => list.length)
		const all = granted.reduce((sum, count) => sum + count, 0)
		ensure(all === work.records.length, 'grants are missing')
		return { read: places.length }
	}

	/**
	 * The entries of the contract's storage, and their bytes. What the trie adds is not counted. The
	 * platform was stopped after the last transaction, with its data in this folder.
	 */
	async state(data) {
		const entries = await this.slots(data)
		return { entries, bytes: entries * SLOT }
	}

	async slots(data) {
		const version = await this.chain.rpc('web3_clientVersion')
		if (version.startsWith('anvil')) {
			return slotsIn(join(data, 'state.json'), this.address.toLowerCase())
		}
		// It shows the storage before a transaction: here before one without effect.
		const [wallet] = this.work.authorities
		const call = { to: wallet.address, data: '0x', gas: 21_000n }
		const none = await this.chain.sign(wallet, call)
		await this.chain.send(none)
		const { blockHash } = await this.chain.rpc('eth_getTransactionReceipt', none.hash)
		const params = [blockHash, 0, this.address, '0x', MOST_SLOTS]
		const { storage } = await this.chain.post('debug_storageRangeAt', ...params)
		return Object.keys(storage).length
	}
}

/**
 * The entries of an account's storage in the file that anvil writes, where it is
 * "ADDRESS":{…,"storage":{"KEY":"VALUE",…}}. The file can be larger than any string, and than what a
 * node sends at once.
 */
async function slotsIn(file, address) {
	const before = [`"${address}":{`, '"storage":{']
	let text = ''
	let slots = 0
	const parts = createReadStream(file, { encoding: 'latin1', highWaterMark: 1 << 20 })
	for await (const part of parts) {
		text += part
		while (before.length > 0 && text.includes(before[0])) {
			text = text.slice(text.indexOf(before[0]) + before[0].length)
			before.shift()
		}
		if (before.length > 0) {
			text = text.slice(-before[0].length)
			continue
		}
		const end = text.indexOf('}')
		const whole = end < 0 ? text.lastIndexOf(',') + 1 : end
		// Zeros are not stored.
		slots += text.slice(0, whole).match(/:"0x0*[1-9a-f]/g)?.length ?? 0
		if (end >= 0) return slots
		text = text.slice(whole)
	}
	throw new Error(`${file} does not have the contract's storage`)
}

// The codec and the digest of a record's CID.
function cidParts({ cid }) {
	return { codec: dataSlice(cid, 1, 2), digest: dataSlice(cid, 4) }
}

function ensure(holds, otherwise) {
	if (!holds) throw new Error(otherwise)
}

async function run(url, pid, dir, step, data) {
	const driver = await Driver.connect(url, pid, dir)
	if (step !== 'make') driver.open()
	const steps = { make: 'make', add: 'add', grant: 'grant', read: 'readAll', state: 'state' }
	const done = await driver[steps[step]](data)
	await driver.chain.close()
	return JSON.stringify(done)
}

const [first, ...rest] = process.argv.slice(2)
if (first === 'mnemonic') console.log(MNEMONIC)
else if (first === 'compile') console.log((compile().bytecode.length - 2) / 2)
else if (first === 'accounts') console.log(accountsFor(readWork(rest[0]).authors.length))
else console.log(await run(first, ...rest))
