/** A new patient of a clinic, with a key file. */
import { accountText } from '../src/format'
import { Vault } from '../src/keys/vault'
import type { Clinic } from './clinic'
import { type Key, come, openKey, unlock as open } from './person'
import { PASSPHRASE, button, heading, page, says } from './portal'

export interface Patient extends Key {
	account: string
}

export async function newPatient(): Promise<Patient> {
	const noPasskey = { wrap: () => Promise.reject(), unwrap: () => Promise.resolve(null) }
	const { file, profile } = await new Vault(noPasskey).create('Ada Example', PASSPHRASE)
	const buffer = Buffer.from(file)
	return {
		file: { name: 'key.age', mimeType: 'application/octet-stream', buffer },
		passphrase: PASSPHRASE,
		account: accountText(profile.account),
	}
}

/** Comes to the records, by the clinic's link and the key file. */
export async function enter(clinic: Clinic, patient: Patient, at = page) {
	await come(at, clinic.link)
	await openKey(at, patient, 'Ada')
	await at.getByRole('heading', { level: 1, name: /^(Join your network|My records)$/ }).waitFor()
}

export async function unlock() {
	await heading('Who are you?')
	await open(page, 'Ada', PASSPHRASE)
	// Without a gateway, nobody knows yet whose page it is.
	await page.getByRole('heading', { level: 1, name: /^(My records|Start)$/ }).waitFor()
}

/** Joins the region, and gives the id of the patient. */
export async function joinRegion(): Promise<string> {
	await button('Join now').click()
	await says('You have no records yet')
	await page.getByRole('link', { name: 'My key' }).click()
	await says('Your patient number')
	const id = (await page.locator('.code.id code').first().innerText()).replaceAll(/\s/g, '')
	await page.getByRole('link', { name: 'My records' }).click()
	await says('You have no records yet')
	return id
}
