/** How long documents take by the portal and by `salus` through the same gateway, beside Kubo. Only if SALUS_SPEED is set. */
import { createHash, randomBytes } from 'node:crypto'
import { createReadStream, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Clinic, here } from './clinic'
import { MIB, large } from './large'
import { enter, joinRegion, newPatient } from './patient'
import { folder } from './portal'
import { Desk, HOUR } from './upload'

const measures = here && process.env.SALUS_SPEED !== undefined
/** Sizes of documents in bytes, each with how many times it is stored and opened after the first, which warms up. */
const SIZES = [
	{ size: 4096, times: 3, text: '4 KiB' },
	{ size: MIB, times: 3, text: '1 MiB' },
	{ size: 64 * MIB, times: 3, text: '64 MiB' },
	{ size: 1024 * MIB, times: 1, text: '1 GiB' },
]

let clinic: Clinic

beforeAll(async () => {
	if (!measures) return
	clinic = await Clinic.start(join(folder, 'clinic'))
	await clinic.provider('miriam', '1234567893', 'Dr. Miriam Castellanos')
}, HOUR)
afterAll(() => clinic?.stop())

async function digest(path: string): Promise<string> {
	const hash = createHash('sha256')
	await pipeline(createReadStream(path), hash)
	return hash.digest('hex')
}

/** Another document of this size. */
function document(name: string, size: number): string {
	if (size > MIB) return large(name, size)
	const path = join(folder, name)
	writeFileSync(path, randomBytes(size))
	return path
}

/** How many milliseconds it takes. */
async function timed(act: () => Promise<unknown>): Promise<number> {
	const since = performance.now()
	await act()
	return performance.now() - since
}

const middle = (times: number[]) => times.toSorted((one, other) => one - other)[times.length >> 1]

test.skipIf(!measures)(
	'documents of 4 KiB to 1 GiB are stored and opened, beside salus and Kubo',
	async () => {
		const ada = await newPatient()
		await clinic.salus('miriam', 'patient', 'invite', ada.account)
		await enter(clinic, ada)
		const patient = await joinRegion()
		const file = join(folder, 'clinic', 'keys', 'miriam.age')
		const desk = await Desk.open(clinic, join(folder, 'waits-desk'), {
			file,
			passphrase: 'for tests only',
		})
		const { person } = desk
		const out = join(folder, 'out')
		const rows: string[] = []
		for (const { size, times, text } of SIZES) {
			const took: Record<string, number[]> = {}
			for (let turn = 0; turn <= times; turn++) {
				const note = async (what: string, act: () => Promise<unknown>) => {
					const time = await timed(act)
					// The first one warms up.
					if (turn > 0) (took[what] ??= []).push(time)
				}
				const name = `Waits ${text} ${turn}`
				const path = document(`${name}.bin`, size)
				const wanted = await digest(path)

				let cid = ''
				await note('add', async () => (cid = await clinic.ipfs('add', '-Q', path)))
				await note('cat', () => clinic.ipfs('get', '-o', out, cid))
				expect(await digest(out)).toBe(wanted)
				rmSync(out)
				await clinic.ipfs('pin', 'rm', cid)

				await desk.writeFor(patient)
				await person.choose(path)
				await note('portal stores', async () => {
					await person.press('Add it')
					await desk.waitsFor('It is in the patient’s records.')
				})
				await person.open('I wrote')
				await person.press(name)
				await person.sees(name)
				await note('portal opens', async () => {
					await person.press('Open it')
					await desk.waitsFor('We checked it.')
				})
				const given = [path, '--patient', patient, '--name', `salus ${name}`]
				let record = ''
				await note('salus stores', async () => {
					const { records } = await clinic.salusByGateway(
						'miriam',
						'record',
						'add',
						...given,
					)
					record = String(records[0].record)
				})
				await note('salus gets', () =>
					clinic.salusByGateway('miriam', 'record', 'get', record, '-o', out),
				)
				expect(await digest(out)).toBe(wanted)
				for (const made of [out, path]) rmSync(made)
			}
			const seconds = (what: string) => `${(middle(took[what]) / 1000).toFixed(2)} s`
			const ratio = (what: string, to: string) =>
				(middle(took[what]) / middle(took[to])).toFixed(2)
			const cells = [
				...[text, seconds('add'), seconds('salus stores'), seconds('portal stores')],
				...[ratio('portal stores', 'salus stores'), ratio('portal stores', 'add')],
				...[seconds('cat'), seconds('salus gets'), seconds('portal opens')],
				...[ratio('portal opens', 'salus gets'), ratio('portal opens', 'cat')],
			]
			rows.push(`| ${cells.join(' | ')} |`)
		}
		console.log(rows.join('\n'))
		await desk.close()
	},
	HOUR,
)
