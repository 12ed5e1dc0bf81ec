// The work that salus-measure made: members and records. Its files say which bytes each has.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { HDNodeWallet } from 'ethers'

// For tests alone: everybody knows it.
export const MNEMONIC = 'test test test test test test test test test test test junk'
const AUTHORITIES = 3

/** How many accounts so many pairs of members take, with the authorities. */
export function accountsFor(pairs) {
	return AUTHORITIES + 2 * pairs
}

/** Members with their wallets, and records by turns of the pairs. */
export function readWork(dir) {
	const { authors, patients } = JSON.parse(readFileSync(join(dir, 'members.json'), 'utf8'))
	const lines = readFileSync(join(dir, 'records.jsonl'), 'utf8').split('\n')
	const records = lines.filter((line) => line !== '').map((line) => JSON.parse(line))
	const root = HDNodeWallet.fromPhrase(MNEMONIC, '', "m/44'/60'/0'/0")
	const wallet = (place) => root.deriveChild(place)
	const pairs = authors.length
	return {
		authorities: Array.from({ length: AUTHORITIES }, (_, place) => wallet(place)),
		authors: authors.map((author, place) => ({
			...author,
			wallet: wallet(AUTHORITIES + place),
		})),
		patients: patients.map((patient, place) => ({
			...patient,
			wallet: wallet(AUTHORITIES + pairs + place),
		})),
		records,
		authorOf(record) {
			return this.authors[record % pairs]
		},
		patientOf(record) {
			return this.patients[record % pairs]
		},
		granteeOf(record) {
			return this.authors[(record + 1) % pairs]
		},
	}
}
