import { FluentBundle, FluentResource, type FluentVariable } from '@fluent/bundle'
import source from './en.ftl?raw'

const bundle = new FluentBundle('en', { useIsolating: false })
bundle.addResource(new FluentResource(source))

/** The text with this id. Throws if there is none, so that a test finds it. */
export function t(id: string, values?: Record<string, FluentVariable>): string {
	const message = bundle.getMessage(id)?.value
	if (!message) throw new Error(`no text ${id}`)
	return bundle.formatPattern(message, values).replaceAll('\n', ' ')
}

export const has = (id: string): boolean => bundle.hasMessage(id)
