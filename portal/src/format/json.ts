/** A JSON value, with its numbers as written. A field that is there twice is undefined. */
export type Json = string | boolean | null | undefined | Json[] | JsonNumber | Map<string, Json>

export class JsonNumber {
	constructor(readonly digits: string) {}
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[[\]{}:,]|[^\s"[\]{}:,]+/g

/** Reads JSON by RFC 8259. Throws on anything else. */
export function parseJson(source: string): Json {
	JSON.parse(source)
	const tokens = source.match(TOKEN) ?? []
	let at = 0
	const next = () => tokens[at++]
	function value(token: string): Json {
		switch (token[0]) {
			case '{':
				return object()
			case '[':
				return array()
			case '"':
				return JSON.parse(token) as string
			case 't':
				return true
			case 'f':
				return false
			case 'n':
				return null
			default:
				return new JsonNumber(token)
		}
	}
	function array(): Json[] {
		const items: Json[] = []
		for (let token = next(); token !== ']'; token = next()) {
			if (token !== ',') items.push(value(token))
		}
		return items
	}
	function object(): Map<string, Json> {
		const fields = new Map<string, Json>()
		for (let token = next(); token !== '}'; token = next()) {
			if (token === ',') continue
			const name = JSON.parse(token) as string
			next()
			const content = value(next())
			fields.set(name, fields.has(name) ? undefined : content)
		}
		return fields
	}
	return value(next())
}
