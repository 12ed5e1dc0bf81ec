/** A part of the portal that a page could not load: after a new release, an open page asks for the old one's. */
export class NotLoaded extends Error {
	constructor() {
		super('a part of the portal was not loaded')
		this.name = 'NotLoaded'
	}
}

/** The part, or why there is none. */
export const loaded = <Part>(part: Promise<Part>): Promise<Part> =>
	part.catch(() => {
		throw new NotLoaded()
	})
