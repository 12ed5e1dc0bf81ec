/** The portal with a real node and two real gateways. */
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, test } from 'vitest'
import { Clinic, here } from './clinic'
import { come, unlock } from './person'
import {
	PASSPHRASE,
	button,
	choose,
	create,
	field,
	folder,
	forgiveNetwork,
	heading,
	page,
	saveCopy,
	says,
} from './portal'

let clinic: Clinic

const comeBack = () => unlock(page, 'Kontrollname', PASSPHRASE)

beforeAll(async () => {
	if (here) clinic = await Clinic.start(join(folder, 'clinic'))
})
afterEach(forgiveNetwork)
afterAll(() => clinic?.stop())

test.skipIf(!here)(
	'a person joins through a real gateway, and the second one goes on',
	async () => {
		await come(page, clinic.link)
		await says('First you need your key')
		await create()
		const path = await saveCopy()
		await choose(path)
		await field('Passphrase').fill(PASSPHRASE)
		await button('Try it').click()
		await says('Your copy works.')
		await page.getByRole('link', { name: 'Start' }).click()
		await heading('Join your network')
		await says('Show this code to whoever invites you')
		const account = await page.locator('code').first().innerText()
		await clinic.salus('alice', 'patient', 'invite', account)
		await says('You are invited')
		const since = Date.now()
		const { stopped } = await clinic.stopChainAtNext(page)
		await button('Join now').click()
		await stopped
		// A lock in the middle loses nothing.
		await page.keyboard.press('F9')
		await heading('Who are you?')
		clinic.goOnChain()
		await comeBack()
		await says('You have no records yet')
		console.log(
			`joined in ${Date.now() - since} ms with a lock in the middle: final and proven`,
		)

		const [first, second] = clinic.gateways
		first.program.process.kill('SIGKILL')
		await button('Look for new records').click()
		await page.getByRole('link', { name: 'Settings' }).click()
		await says('It does not answer.')
		await says('It answered, and the answer was right.')
		second.program.process.kill('SIGKILL')
		await page.keyboard.press('F9')
		await comeBack()
		await says('We cannot reach the network now')
	},
)
