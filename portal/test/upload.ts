/** A provider at a desk adds a large file, while browser, gateways and Kubo are killed. */
import { launchIn } from './browser'
import type { Clinic } from './clinic'
import { type Key, Person } from './person'

/** The most bytes of a part, as src/records/upload.ts has it. */
const PART = 16 << 20
/** How long work on a large file may take, in milliseconds. */
export const HOUR = 3_600_000

export class Desk {
	person: Person = null as any
	/** Where each part began that was sent. */
	parts: number[] = []
	#heard = () => {}

	private constructor(
		readonly clinic: Clinic,
		private readonly profile: string,
		private readonly key: Key,
	) {}

	/** A provider comes by the clinic's link. */
	static async open(clinic: Clinic, profile: string, key: Key): Promise<Desk> {
		const desk = new Desk(clinic, profile, key)
		await desk.#sit()
		await desk.person.enter(clinic.link, key)
		await desk.person.sees('Records I wrote')
		return desk
	}

	get page() {
		return this.person.page
	}

	/** Goes to the page that adds records for this patient. */
	async writeFor(patient: string): Promise<void> {
		await this.person.open('Add')
		await this.person.type('The patient’s number', patient)
		await this.person.press('Find')
		await this.person.says('What do you call this patient?')
	}

	/** Waits until the page says this. Nobody touches it meanwhile, but it does not lock. */
	async waitsFor(text: string): Promise<void> {
		const awake = setInterval(
			() => void this.page.keyboard.press('Shift').catch(() => {}),
			30_000,
		)
		try {
			await this.page.getByText(text).first().waitFor({ timeout: HOUR })
		} finally {
			clearInterval(awake)
		}
	}

	/** When this part of the file is sent, browser, gateways and Kubo are killed. */
	async dieAt(part: number, size: number): Promise<void> {
		const enough = part * Math.ceil(size / PART)
		const { gateways, kubo } = this.clinic
		const programs = [kubo.program, ...gateways.map(({ program }) => program)]
		await new Promise<void>((done) => {
			// At once: the rest would be sent soon.
			this.#heard = () => {
				if (this.parts.length < enough) return
				for (const { process } of programs) process.kill('SIGKILL')
				done()
			}
			this.#heard()
		})
		this.#heard = () => {}
		await this.close()
		for (const program of programs) program.process = program.start()
		await this.clinic.kuboUp()
	}

	/** They come back to the page that adds records for this patient. */
	async comeBack(patient: string): Promise<void> {
		await this.#sit()
		await this.page.goto(this.clinic.origin)
		await this.person.unlock()
		await this.person.sees('Records I wrote')
		await this.writeFor(patient)
	}

	/** The upload goes on to its end. Gives the bytes that were sent twice at most. */
	async goOn(): Promise<number> {
		const before = Math.max(...this.parts.splice(0)) + PART
		await this.person.press('Go on')
		await this.waitsFor('It is in the patient’s records.')
		const again = Math.max(0, before - this.parts[0])
		console.log(`at most ${again} bytes were sent twice`)
		return again
	}

	close(): Promise<void> {
		return this.page.context().close()
	}

	async #sit(): Promise<void> {
		const context = await launchIn(this.profile)
		this.person = await Person.at(context, 'Miriam', this.key.passphrase)
		this.page.on('request', (request) => {
			if (request.method() !== 'PATCH') return
			this.parts.push(Number(request.headers()['upload-offset']))
			this.#heard()
		})
	}
}
