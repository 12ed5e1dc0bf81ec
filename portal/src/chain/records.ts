import { type Bytes, unhex } from '../format'
import type { Remote } from '../keys/rpc'
import type { Vault } from '../keys/vault'
import type { Connection } from './connection'
import type { Views } from './described'

type Page = Views['EmrApi.records']['answer']
type Author = Page['items'][number]['record']['author']

/** A record in its patient's list. */
export interface Listed {
	id: bigint
	/** `null`: its name does not open with any key of this member. */
	name: string | null
	/** Who wrote it. `null`: the patient. */
	author: { name: string; number: string; standing: string | null } | null
	/** In Unix milliseconds. */
	addedAt: number
	/** The bytes of its envelope. */
	size: bigint
	/** Whether a newer record corrects it. */
	corrected: boolean
}

/** How many records a page has. */
const PAGE = 50

/** A page of a patient's records, newest first, and where the next one begins. */
export async function listRecords(
	connection: Connection,
	vault: Remote<Vault>,
	patient: string,
	after: bigint | undefined,
): Promise<{ records: Listed[]; next: bigint | undefined }> {
	const none = { patient: undefined, author: undefined, since: undefined }
	const me = { type: 'Patient', value: patient } as const
	const [page] = await connection.read((codecs) => [
		codecs.view('EmrApi.records', me, none, true, after, PAGE),
	])
	const records = page.items.map(async ({ record, wrapped_key }): Promise<Listed> => {
		const binding = {
			genesis: connection.genesis,
			patient: bytes(record.patient),
			author: authorOf(record.author),
			hash: bytes(record.document_hash),
		}
		const name =
			wrapped_key === undefined
				? null
				: await vault
						.recordName(
							{
								version: wrapped_key.value.key_version,
								ciphertext: wrapped_key.value.ciphertext.slice() as Bytes,
								binding,
							},
							bytes(record.sealed_name),
						)
						.catch(() => null)
		return {
			id: record.id,
			name,
			author: writerOf(record.author),
			addedAt: Number(record.added_at),
			size: record.envelope_size,
			corrected: record.corrected_by.length > 0,
		}
	})
	return { records: await Promise.all(records), next: page.next }
}

const bytes = (text: string): Bytes => unhex(text.slice(2))

const authorOf = (author: Author) =>
	author.type === 'Patient' ? ('patient' as const) : { provider: author.value.id }

function writerOf(author: Author): Listed['author'] {
	if (author.type === 'Patient') return null
	const { name, number, standing } = author.value
	return { name, number, standing: standing?.type ?? null }
}
