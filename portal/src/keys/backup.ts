/**
 * A browser can drop what it stores. So a copy of the key file is saved, and tried, before the
 * member may add or share a record.
 */
export type Backup =
	| 'none'
	| 'saved'
	| 'tried'
	/** The key file changed since a copy was saved. */
	| 'old'

export type BackupEvent =
	/** The person saved a copy. */
	| 'saved'
	/** A copy opened, and has all keys. */
	| 'opened'
	/** The key file changed: it has a new key, or a new passphrase. */
	| 'changed'

export function backup(state: Backup, event: BackupEvent): Backup {
	switch (event) {
		case 'saved':
			return state === 'tried' ? 'tried' : 'saved'
		case 'opened':
			return 'tried'
		case 'changed':
			return state === 'none' ? 'none' : 'old'
	}
}

/** Whether the member may add or share records. */
export const mayShare = (state: Backup): boolean => state === 'tried'
