/** What a member wants to find again, and nobody else may read: encrypted with a key from the seed. */
import type { Session } from './session'

interface Content {
	[name: string]: unknown
}

export class Notes {
	#content: Content | null = null
	#account: string | null = null
	#last: Promise<unknown> = Promise.resolve()

	constructor(private readonly session: Session) {
		session.subscribe(() => {
			const { view } = session
			const account = view.kind === 'open' ? view.member.account : null
			if (account === this.#account) return
			this.#content = null
			this.#account = account
			// What waits for a worker that was ended waits for ever.
			this.#last = Promise.resolve()
		})
	}

	async read<Value>(name: string, otherwise: Value): Promise<Value> {
		return ((await this.#all())[name] as Value | undefined) ?? otherwise
	}

	/** Keeps a value that JSON can hold. One after the other. */
	write(name: string, value: unknown): Promise<void> {
		// Whose note this is. It must not come to whoever unlocks next.
		const account = this.#account
		const done = this.#last.then(async () => {
			const content = await this.#all()
			if (account !== this.#account) throw new Error('the keys are locked')
			content[name] = value
			const sealed = await this.session.vault().sealDraft(JSON.stringify(content))
			if (account !== this.#account) throw new Error('the keys are locked')
			await this.session.keepNotes(sealed)
		})
		this.#last = done.catch(() => {})
		return done
	}

	async #all(): Promise<Content> {
		const { view } = this.session
		if (view.kind !== 'open') throw new Error('the keys are locked')
		if (this.#content !== null) return this.#content
		const { notes, account } = view.member
		const found: Content =
			notes === null ? {} : JSON.parse(await this.session.vault().openDraft(notes))
		if (account !== this.#account) throw new Error('the keys are locked')
		this.#content ??= found
		return this.#content
	}
}
