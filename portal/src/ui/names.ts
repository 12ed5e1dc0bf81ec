import { useEffect, useState } from 'react'
import { patientNames } from '../records/patients'
import { nameOf, readSome } from '../records/record'
import { useMe, usePortal, useSession } from './context'

const AT_ONCE = 8

/** The names of these records, opened one after the other. A name that does not open is not there. */
export function useNames(records: bigint[]): Map<bigint, string> {
	const session = useSession()
	const at = useMe()
	const [names, setNames] = useState(() => new Map<bigint, string>())
	const wanted = records.map(String).join(' ')
	useEffect(() => {
		let here = true
		const open = async () => {
			if (at === null) return
			const missing = [...new Set(records)].filter((id) => !names.has(id))
			for (let place = 0; place < missing.length && here; place += AT_ONCE) {
				const some = missing.slice(place, place + AT_ONCE)
				for (const { shown, sealed } of await readSome(at.connection, at.me, some)) {
					const name = await nameOf(session.vault(), sealed)
					if (here && name !== null)
						setNames((before) => new Map(before).set(shown.id, name))
				}
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

/** What this provider calls its patients, by their numbers. */
export function usePatientNames(): Map<string, string> {
	const { notes } = usePortal()
	const [names, setNames] = useState(() => new Map<string, string>())
	useEffect(() => {
		let here = true
		void patientNames(notes).then(
			(found) => here && setNames(new Map(Object.entries(found))),
			// Without names, numbers show.
			() => {},
		)
		return () => {
			here = false
		}
	}, [notes])
	return names
}
