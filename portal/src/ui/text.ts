import { FluentBundle, FluentResource, type FluentVariable } from '@fluent/bundle'
import source from './en.ftl?raw'

const bundle = new FluentBundle('en', { useIsolating: false })
bundle.addResource(new FluentResource(source))

/** Whether an authority reads: for some texts, there is another one for those who run the network. */
let forAuthority = false

/** Who reads all texts from now on: an authority, or somebody else. */
export function tell(isAuthority: boolean): void {
	forAuthority = isAuthority
}

/** What stands in a text. */
export type Values = Record<string, FluentVariable | bigint>

/** The text with this id. Throws if there is none, so that a test finds it. */
export function t(id: string, values: Values = {}): string {
	const other = forAuthority ? bundle.getMessage(`${id}-for-authority`) : undefined
	const message = (other ?? bundle.getMessage(id))?.value
	if (!message) throw new Error(`no text ${id}`)
	const given = Object.entries(values).map(([name, value]) => [name, exact(value)])
	return bundle.formatPattern(message, Object.fromEntries(given)).replaceAll('\n', ' ')
}

const WHOLE = new Intl.NumberFormat('en')

/** Fluent knows numbers alone, and those round what is larger. */
function exact(value: FluentVariable | bigint): FluentVariable {
	if (typeof value !== 'bigint') return value
	return Number.isSafeInteger(Number(value)) ? Number(value) : WHOLE.format(value)
}

export const has = (id: string): boolean => bundle.hasMessage(id)

const DAY = new Intl.DateTimeFormat('en', { dateStyle: 'medium' })
const MOMENT = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' })

/** So that no line ends inside of it. */
const whole = (text: string): string => text.replaceAll(' ', '\u00a0')

/** A day, and a moment, of Unix milliseconds. */
export const day = (time: number): string => whole(DAY.format(time))
/** The day to which something lasts that ends at this time: the one before, if it ends at midnight. */
export const lastDay = (end: number): string => day(end - 1)
export const moment = (time: number): string => whole(MOMENT.format(time))

/** A name in which no line ends after a title, as after “Dr.”. */
export const unbroken = (name: string): string =>
	name.replaceAll(/(\p{Lu}\p{L}{0,4}\.) /gu, '$1\u00a0')

/** A size as people say it. */
export function size(bytes: number): string {
	const units = ['bytes', 'kB', 'MB', 'GB']
	const place = bytes < 1000 ? 0 : Math.min(3, Math.floor(Math.log10(bytes) / 3))
	const number = bytes / 1000 ** place
	return whole(`${number.toFixed(place === 0 || number >= 10 ? 0 : 1)} ${units[place]}`)
}

/** A length of time as people say it, of milliseconds. */
export function span(time: number): string {
	const seconds = Math.max(1, Math.round(time / 1000))
	if (seconds < 60) return t('span-seconds', { count: seconds })
	const minutes = Math.round(seconds / 60)
	return minutes < 60
		? t('span-minutes', { count: minutes })
		: t('span-hours', { count: Math.round(minutes / 60) })
}
