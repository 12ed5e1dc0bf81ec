/** A new patient of a clinic, with a key file. */
import { accountText } from '../src/format'
import { Vault } from '../src/keys/vault'
import type { Clinic } from './clinic'
import { PASSPHRASE, type TestFile, button, field, heading, page, says } from './portal'

export interface Patient {
	keyFile: TestFile
	account: string
}

export async function newPatient(): Promise<Patient> {
	const noPasskey = { wrap: () => Promise.reject(), unwrap: () => Promise.resolve(null) }
	const { file, profile } = await new Vault(noPasskey).create('Ada Example', PASSPHRASE)
	const buffer = Buffer.from(file)
	return {
		keyFile: { name: 'key.age', mimeType: 'application/octet-stream', buffer },
		account: accountText(profile.account),
	}
}

/** Comes to the records, by the clinic's link and the key file. */
export async function enter(clinic: Clinic, { keyFile }: Patient, at = page) {
	const press = (name: string) => at.getByRole('button', { name, exact: true }).click()
	await at.goto(clinic.link)
	await at.reload()
	await press('They are all the same')
	await press('I already have a key file')
	const [chooser] = await Promise.all([at.waitForEvent('filechooser'), press('Choose a file')])
	await chooser.setFiles(keyFile)
	await at.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE)
	await at.getByLabel('What should this device call you?').fill('Ada')
	await press('Open my key')
	await at.getByRole('heading', { level: 1, name: 'My records' }).waitFor()
}

export async function unlock() {
	await heading('Who are you?')
	await button('Ada').click()
	await field('Passphrase').fill(PASSPHRASE)
	await button('Unlock').click()
	await heading('My records')
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
