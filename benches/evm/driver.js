// Does on an EVM platform what `salus-measure records` does in a region, by the same steps.
// Prints JSON.
//
// Usage: node driver.js URL PID FOLDER make|add|grant|read|state
//        node driver.js mnemonic|compile
//        node driver.js accounts FOLDER

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { Interface, dataSlice, getBytes, getCreateAddress } from 'ethers'
import { Chain } from './chain.js'
import { compile } from './contract.js'
import { measure, sendAll } from './cost.js'
import { MNEMONIC, accountsFor, readWork } from './work.js'

const TREATMENT = 0
// So many records are read and compared, at even distances.
const READ = 1000
// A storage slot: its key and its value.
const SLOT = 64

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
		const places = new Map()
		for (const [place, { cid }] of this.work.records.entries()) {
			places.set(cidParts({ cid }).digest, { cid, place })
		}
		const ids = new Map()
		for (const { wallet } of this.work.patients) {
			const list = await this.read('listOf', wallet.address)
			const records = await Promise.all(list.map((id) => this.read('record', id)))
			for (const [at, { digest }] of records.entries()) {
				const found = places.get(digest)
				ensure(found !== undefined, 'a record is not of the work')
				ids.set(found.cid, list[at])
			}
		}
		ensure(ids.size === places.size, 'the contract lacks records')
		return ids
	}

	/** Reads records and grants, and compares them with the work. */
	async readAll() {
		const { work } = this
		const ids = await this.ids()
		const step = Math.max(1, Math.floor(work.records.length / READ))
		let read = 0
		for (let place = 0; place < work.records.length; place += step) {
			const record = work.records[place]
			const id = ids.get(record.cid)
			const found = await this.read('record', id)
			const grantee = work.granteeOf(place).wallet.address
			const grant = await this.read('grantOf', id, grantee)
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
				grant.forGrantee === record.for_grantee
			ensure(same, 'a record or a grant differs from the work')
			read += 1
		}
		let granted = 0
		for (const { wallet } of work.authors) {
			granted += (await this.read('listGrantedTo', wallet.address)).length
		}
		ensure(granted === work.records.length, 'grants are missing')
		return { read }
	}

	/** The entries of the contract's storage, and their bytes. What the trie adds is not counted. */
	async state() {
		const entries = await this.slots()
		return { entries, bytes: entries * SLOT }
	}

	async slots() {
		const version = await this.chain.rpc('web3_clientVersion')
		if (version.startsWith('anvil')) {
			const dump = gunzipSync(getBytes(await this.chain.rpc('anvil_dumpState')))
			const { accounts } = JSON.parse(dump.toString())
			const { storage } = accounts[this.address.toLowerCase()]
			// Zeros are not stored.
			return Object.values(storage).filter((value) => BigInt(value) !== 0n).length
		}
		// It shows the storage before a transaction: here before one without effect.
		const [wallet] = this.work.authorities
		const call = { to: wallet.address, data: '0x', gas: 21_000n }
		const none = await this.chain.sign(wallet, call)
		await this.chain.send(none)
		const { blockHash } = await this.chain.rpc('eth_getTransactionReceipt', none.hash)
		let slots = 0
		let key = '0x'
		while (key) {
			const range = [blockHash, 0, this.address, key, 10_000]
			const page = await this.chain.rpc('debug_storageRangeAt', ...range)
			slots += Object.keys(page.storage).length
			key = page.nextKey
		}
		return slots
	}
}

// The codec and the digest of a record's CID.
function cidParts({ cid }) {
	return { codec: dataSlice(cid, 1, 2), digest: dataSlice(cid, 4) }
}

function ensure(holds, otherwise) {
	if (!holds) throw new Error(otherwise)
}

async function run(url, pid, dir, step) {
	const driver = await Driver.connect(url, pid, dir)
	if (step !== 'make') driver.open()
	const steps = { make: 'make', add: 'add', grant: 'grant', read: 'readAll', state: 'state' }
	const done = await driver[steps[step]]()
	await driver.chain.close()
	return JSON.stringify(done)
}

const [first, ...rest] = process.argv.slice(2)
if (first === 'mnemonic') console.log(MNEMONIC)
else if (first === 'compile') console.log((compile().bytecode.length - 2) / 2)
else if (first === 'accounts') console.log(accountsFor(readWork(rest[0]).authors.length))
else console.log(await run(first, ...rest))
