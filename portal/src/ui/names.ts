import { useEffect, useState } from 'react'
import { nameOf, readRecord } from '../records/record'
import { usePatient, useSession } from './context'

/** The names of these records, opened one after the other. A name that does not open is not there. */
export function useNames(records: bigint[]): Map<bigint, string> {
	const session = useSession()
	const at = usePatient()
	const [names, setNames] = useState(() => new Map<bigint, string>())
	const wanted = records.map(String).join(' ')
	useEffect(() => {
		let here = true
		const open = async () => {
			if (at === null) return
			for (const id of new Set(records)) {
				if (!here) return
				if (names.has(id)) continue
				const { sealed } = await readRecord(at.connection, at.patient, id)
				const name = await nameOf(session.vault(), sealed)
				if (here && name !== null) setNames((before) => new Map(before).set(id, name))
			}
		}
		// Without a name, the page says the number.
		void open().catch(() => {})
		return () => {
			here = false
		}
	}, [wanted, at?.connection])
	return names
}
