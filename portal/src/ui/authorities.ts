/** Authorities have accounts and no names: what tells one from another, and who voted. */
import type { Chain } from '../chain/file'
import { type Bytes, hex } from '../format'
import { t } from './text'

/** An account in short, the same on every page. */
export const shortAccount = (account: string): string =>
	`${account.slice(0, 6)}…${account.slice(-4)}`

/** The computers that the network's file names for an authority. */
export function hostsOf({ endpoints }: Chain, account: string): string[] {
	const own = endpoints.filter(({ authority }) => authority === account)
	return [...new Set(own.map(({ url }) => new URL(url).host))]
}

/** An authority, for `me` to tell from the others. */
export function authorityText(chain: Chain, account: string, me: string): string {
	if (account === me) return t('authority-you')
	const [host] = hostsOf(chain, account)
	const short = shortAccount(account)
	return host === undefined ? short : t('authority-with', { account: short, host })
}

/** Several of them. */
export const authoritiesText = (chain: Chain, accounts: string[], me: string): string =>
	accounts.map((one) => authorityText(chain, one, me)).join(', ')

/** Who said yes and who said no, a line for each. */
export function votersText(
	chain: Chain,
	{ yes, no }: { yes: string[]; no: string[] },
	me: string,
): string[] {
	const lines = []
	if (yes.length > 0) lines.push(t('voters-yes', { names: authoritiesText(chain, yes, me) }))
	if (no.length > 0) lines.push(t('voters-no', { names: authoritiesText(chain, no, me) }))
	return lines
}

/** All values in what a call carries, each with where it is. */
export function valuesOf(value: unknown, path: string[] = []): { name: string; text: string }[] {
	if (value === undefined || value === null) return []
	const leaf = (text: string) => [{ name: path.join(' · '), text }]
	if (value instanceof Uint8Array) return leaf(`0x${hex(value as Bytes)}`)
	if (Array.isArray(value))
		return value.flatMap((one, at) => valuesOf(one, [...path, String(at + 1)]))
	if (typeof value !== 'object') return leaf(String(value))
	const { type, value: inner, ...others } = value as Record<string, unknown>
	// One of several things that it could be.
	if (typeof type === 'string' && Object.keys(others).length === 0)
		return [...leaf(type), ...valuesOf(inner, [...path, type])]
	return Object.entries(value).flatMap(([name, one]) =>
		valuesOf(one, [...path, name.replaceAll('_', ' ')]),
	)
}
