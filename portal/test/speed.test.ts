/** How long a large record takes, beside the `salus` command. Only if SALUS_SPEED is set. */
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Clinic, here } from './clinic'
import { enter, joinRegion, newPatient } from './patient'
import { button, folder, heading, says } from './portal'

const measures = here && process.env.SALUS_SPEED !== undefined
const SIZE = 64 << 20
/** The portal may take so many times as long as `salus` through the same gateway. */
const MOST = 1.5

let clinic: Clinic

beforeAll(async () => {
	if (measures) clinic = await Clinic.start(join(folder, 'clinic'))
})
afterAll(() => clinic?.stop())

test.skipIf(!measures)(
	'a record of 64 MiB opens in at most 1.5 times the time of salus',
	async () => {
		await clinic.provider('miriam', '1234567893', 'Dr. Miriam Castellanos')
		const ada = await newPatient()
		await clinic.salus('miriam', 'patient', 'invite', ada.account)
		await enter(clinic, ada)
		const patient = await joinRegion()
		const content = randomBytes(SIZE)
		const path = clinic.write('large.bin', content)
		const given = [path, '--patient', patient, '--name', 'Large']
		const { records } = await clinic.salus('miriam', 'record', 'add', ...given)
		const record = String(records[0].record)

		const times: number[] = []
		const own: number[] = []
		for (let turn = 0; turn < 3; turn++) {
			const out = join(folder, `large-${turn}`)
			const since = Date.now()
			await clinic.salusByGateway('miriam', 'record', 'get', record, '-o', out)
			own.push(Date.now() - since)
			expect(readFileSync(out).equals(content)).toBe(true)

			await button('Look for new records').click()
			await button('Large').click()
			await heading('Large')
			const start = Date.now()
			await button('Open it').click()
			await says('We checked it.')
			times.push(Date.now() - start)
			await button('To my records').click()
		}
		const [portal, salus] = [Math.min(...times), Math.min(...own)]
		console.log(`64 MiB: the portal ${times.join(', ')} ms; salus ${own.join(', ')} ms`)
		expect(portal / salus).toBeLessThan(MOST)
	},
	600_000,
)
