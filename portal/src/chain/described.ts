/**
 * The views and calls that the portal uses, as client/metadata has them. Made by test/describe.ts:
 * `npm run describe`.
 */
export const VIEWS = {
	'AccountNonceApi.account_nonce': '6hhhkoebr077h',
	'RegistryApi.account': '1uvpqqq2ftu0u',
	'EmrApi.records': 'roblt90e92iq',
} as const

export const CALLS = { 'Registry.register_patient': '549ls1ci0o22t' } as const

export interface Views {
	'AccountNonceApi.account_nonce': { given: [account: string]; answer: number }
	'RegistryApi.account': {
		given: [account: string]
		answer:
			| { type: 'Uninvited'; value: undefined }
			| { type: 'Invited'; value: undefined }
			| { type: 'Applicant'; value: undefined }
			| {
					type: 'Member'
					value: { type: 'Patient'; value: string } | { type: 'Provider'; value: number }
			  }
	}
	'EmrApi.records': {
		given: [
			of: { type: 'Patient'; value: string } | { type: 'Provider'; value: number },
			filter: {
				patient: string | undefined
				author: number | undefined
				since: bigint | undefined
			},
			keys: boolean,
			after: bigint | undefined,
			limit: number,
		]
		answer: {
			items: {
				record: {
					id: bigint
					patient: string
					patient_commitment: string
					author:
						| { type: 'Patient'; value: undefined }
						| {
								type: 'Provider'
								value: {
									id: number
									number: string
									name: string
									standing:
										| { type: 'Verified'; value: undefined }
										| { type: 'Suspended'; value: undefined }
										| { type: 'Retired'; value: undefined }
										| { type: 'RetiredSuspended'; value: undefined }
										| { type: 'Unverified'; value: undefined }
										| { type: 'UnverifiedSuspended'; value: undefined }
										| undefined
								}
						  }
					account: string
					sealed_name: string
					document_hash: string
					cid: string
					envelope_size: bigint
					added_at: bigint
					amends: bigint | undefined
					amended_hash: string | undefined
					corrected_by: bigint[]
				}
				wrapped_key:
					| { type: 'RsaOaep'; value: { key_version: number; ciphertext: Uint8Array } }
					| undefined
			}[]
			next: bigint | undefined
		}
	}
}

export interface Calls {
	'Registry.register_patient': {
		commitment: string
		key: { type: 'RsaOaep'; value: Uint8Array }
		signature: string
	}
}
