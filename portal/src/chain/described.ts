/**
 * What the portal uses of the chains, as client/metadata has it. Made by test/describe.ts:
 * `npm run describe`.
 */

/** A call as its runtime names it. */
export interface AnyCall {
	type: string
	value: { type: string; value: unknown }
}

export const VIEWS = {
	'AccountNonceApi.account_nonce': '6hhhkoebr077h',
	'RegistryApi.account': '1uvpqqq2ftu0u',
	'RegistryApi.patient': '1hn2taag17cra',
	'RegistryApi.provider': '77i0h3rk4oqlj',
	'RegistryApi.holder': '6dr5bjst2dlj2',
	'RegistryApi.providers': '505iitqedgk0g',
	'RegistryApi.encryption_key': '6ffhoe2247m55',
	'RegistryApi.applications': '2t38p60564ose',
	'RegistryApi.application': 'dapgjdgiqrttr',
	'RegistryApi.standing_votes': '99ctat9oigo1k',
	'RegistryApi.unverify_votes': '99ctat9oigo1k',
	'RegistryApi.invitations_left': '6hhhkoebr077h',
	'EmrApi.record': 'digpkn56qslvb',
	'EmrApi.records': 'roblt90e92iq',
	'EmrApi.wrapped_key': '9fhggl5na0r3e',
	'PermissionsApi.grant': 'bjr9tl7v90t5i',
	'PermissionsApi.granted_to': 'cil7u8meh1n69',
	'PermissionsApi.grants_of': '9ieaq1d0ej2qb',
	'PermissionsApi.grants_by': '8lnin2vmhofuj',
	'HistoryApi.history': '57p102nr2v8n2',
	'InterregionalApi.interregional_grants_of': 'bt9gov5bbds8r',
	'InterregionalApi.interregional_grants_by': '8vbmgg7uupos3',
	'InterregionalApi.waiting': '4em53n3o5k75f',
	'InterregionalApi.enlistment': '97vt29cv5535o',
	'PinningApi.pins': '42b1lnfntjbkj',
	'PinningApi.under_replicated': '4asd6hrop84im',
	'GovernanceApi.authorities': '555toq5ac6f9o',
	'GovernanceApi.collators': '555toq5ac6f9o',
	'GovernanceApi.announced_upgrade': '54geioov78vhb',
	'ConsortiumApi.region': '87d9k4a10g9uf',
	'ConsortiumApi.regions': 'd58l935tdaufc',
	'ConsortiumApi.provider': '6421g2bv7o6o',
	'ConsortiumApi.holder': '262k7s3q9sdcu',
	'ConsortiumApi.providers': '7h8eps01b5825',
	'ConsortiumApi.grant': 'oba3k528f4e5',
	'ConsortiumApi.granted_to': 'dg9sl3rjkdd3r',
	'ConsortiumApi.withheld': '8lpatuula6djt',
	'ConsortiumApi.network_file': '3llehk9u0u59r',
} as const

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
	'RegistryApi.patient': {
		given: [id: string]
		answer:
			| {
					id: string
					accounts: {
						account: string
						since: bigint
						right: { type: 'Founding'; value: undefined }
						signature: string | undefined
					}[]
					commitment: string
					key_version: number
					since: bigint
			  }
			| undefined
	}
	'RegistryApi.provider': {
		given: [id: number]
		answer:
			| {
					id: number
					number: string
					name: string
					accounts: {
						account: string
						since: bigint
						right: { type: 'Founding'; value: undefined }
						signature: string | undefined
					}[]
					standing:
						| { type: 'Verified'; value: undefined }
						| { type: 'Suspended'; value: undefined }
						| { type: 'Retired'; value: undefined }
						| { type: 'RetiredSuspended'; value: undefined }
						| { type: 'Unverified'; value: undefined }
						| { type: 'UnverifiedSuspended'; value: undefined }
					key_version: number
					since: bigint
			  }
			| undefined
	}
	'RegistryApi.holder': {
		given: [number: string]
		answer:
			| {
					success: true
					value:
						| {
								id: number
								number: string
								name: string
								accounts: {
									account: string
									since: bigint
									right: { type: 'Founding'; value: undefined }
									signature: string | undefined
								}[]
								standing:
									| { type: 'Verified'; value: undefined }
									| { type: 'Suspended'; value: undefined }
									| { type: 'Retired'; value: undefined }
									| { type: 'RetiredSuspended'; value: undefined }
									| { type: 'Unverified'; value: undefined }
									| { type: 'UnverifiedSuspended'; value: undefined }
								key_version: number
								since: bigint
						  }
						| undefined
			  }
			| {
					success: false
					value:
						| { type: 'Malformed'; value: undefined }
						| { type: 'WrongCheckDigit'; value: undefined }
			  }
	}
	'RegistryApi.providers': {
		given: [after: number | undefined, limit: number]
		answer: {
			items: {
				id: number
				number: string
				name: string
				accounts: {
					account: string
					since: bigint
					right: { type: 'Founding'; value: undefined }
					signature: string | undefined
				}[]
				standing:
					| { type: 'Verified'; value: undefined }
					| { type: 'Suspended'; value: undefined }
					| { type: 'Retired'; value: undefined }
					| { type: 'RetiredSuspended'; value: undefined }
					| { type: 'Unverified'; value: undefined }
					| { type: 'UnverifiedSuspended'; value: undefined }
				key_version: number
				since: bigint
			}[]
			next: number | undefined
		}
	}
	'RegistryApi.encryption_key': {
		given: [
			member: { type: 'Patient'; value: string } | { type: 'Provider'; value: number },
			version: number | undefined,
		]
		answer:
			| {
					version: number
					key: { type: 'RsaOaep'; value: Uint8Array }
					account: string
					signature: string
					since: bigint
			  }
			| undefined
	}
	'RegistryApi.applications': {
		given: [after: bigint | undefined, limit: number]
		answer: {
			items: {
				account: string
				number: string
				name: string
				application_hash: string
				serial: bigint
				since: bigint
				votes: { ayes: number; nays: number; needed: number; ends: bigint | undefined }
			}[]
			next: bigint | undefined
		}
	}
	'RegistryApi.application': {
		given: [account: string]
		answer:
			| {
					account: string
					number: string
					name: string
					application_hash: string
					serial: bigint
					since: bigint
					votes: { ayes: number; nays: number; needed: number; ends: bigint | undefined }
			  }
			| undefined
	}
	'RegistryApi.standing_votes': {
		given: [id: number]
		answer: { ayes: number; nays: number; needed: number; ends: bigint | undefined }
	}
	'RegistryApi.unverify_votes': {
		given: [id: number]
		answer: { ayes: number; nays: number; needed: number; ends: bigint | undefined }
	}
	'RegistryApi.invitations_left': { given: [account: string]; answer: number }
	'EmrApi.record': {
		given: [id: bigint]
		answer:
			| {
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
			| undefined
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
	'EmrApi.wrapped_key': {
		given: [
			id: bigint,
			member: { type: 'Patient'; value: string } | { type: 'Provider'; value: number },
		]
		answer:
			{ type: 'RsaOaep'; value: { key_version: number; ciphertext: Uint8Array } } | undefined
	}
	'PermissionsApi.grant': {
		given: [
			record: bigint,
			grantee: { type: 'Patient'; value: string } | { type: 'Provider'; value: number },
		]
		answer:
			| {
					record: bigint
					grantee:
						{ type: 'Patient'; value: string } | { type: 'Provider'; value: number }
					number: string | undefined
					name: string | undefined
					standing:
						| { type: 'Verified'; value: undefined }
						| { type: 'Suspended'; value: undefined }
						| { type: 'Retired'; value: undefined }
						| { type: 'RetiredSuspended'; value: undefined }
						| { type: 'Unverified'; value: undefined }
						| { type: 'UnverifiedSuspended'; value: undefined }
						| undefined
					history: bigint
					key_version: number
					wrapped_key:
						| {
								type: 'RsaOaep'
								value: { key_version: number; ciphertext: Uint8Array }
						  }
						| undefined
					via: { type: 'Patient'; value: undefined }
					purpose:
						| { type: 'Treatment'; value: undefined }
						| { type: 'EmergencyTreatment'; value: undefined }
						| { type: 'Payment'; value: undefined }
						| { type: 'Operations'; value: undefined }
						| { type: 'Research'; value: undefined }
						| { type: 'PublicHealth'; value: undefined }
						| { type: 'PatientRequest'; value: undefined }
						| { type: 'FamilyRequest'; value: undefined }
					granted_at: bigint
					expires_at: bigint | undefined
			  }
			| undefined
	}
	'PermissionsApi.granted_to': {
		given: [
			grantee: { type: 'Patient'; value: string } | { type: 'Provider'; value: number },
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
				grant: {
					record: bigint
					grantee:
						{ type: 'Patient'; value: string } | { type: 'Provider'; value: number }
					number: string | undefined
					name: string | undefined
					standing:
						| { type: 'Verified'; value: undefined }
						| { type: 'Suspended'; value: undefined }
						| { type: 'Retired'; value: undefined }
						| { type: 'RetiredSuspended'; value: undefined }
						| { type: 'Unverified'; value: undefined }
						| { type: 'UnverifiedSuspended'; value: undefined }
						| undefined
					history: bigint
					key_version: number
					wrapped_key:
						| {
								type: 'RsaOaep'
								value: { key_version: number; ciphertext: Uint8Array }
						  }
						| undefined
					via: { type: 'Patient'; value: undefined }
					purpose:
						| { type: 'Treatment'; value: undefined }
						| { type: 'EmergencyTreatment'; value: undefined }
						| { type: 'Payment'; value: undefined }
						| { type: 'Operations'; value: undefined }
						| { type: 'Research'; value: undefined }
						| { type: 'PublicHealth'; value: undefined }
						| { type: 'PatientRequest'; value: undefined }
						| { type: 'FamilyRequest'; value: undefined }
					granted_at: bigint
					expires_at: bigint | undefined
				}
			}[]
			next: bigint | undefined
		}
	}
	'PermissionsApi.grants_of': {
		given: [record: bigint, after: bigint | undefined, limit: number]
		answer: {
			items: {
				record: bigint
				grantee: { type: 'Patient'; value: string } | { type: 'Provider'; value: number }
				number: string | undefined
				name: string | undefined
				standing:
					| { type: 'Verified'; value: undefined }
					| { type: 'Suspended'; value: undefined }
					| { type: 'Retired'; value: undefined }
					| { type: 'RetiredSuspended'; value: undefined }
					| { type: 'Unverified'; value: undefined }
					| { type: 'UnverifiedSuspended'; value: undefined }
					| undefined
				history: bigint
				key_version: number
				wrapped_key:
					| { type: 'RsaOaep'; value: { key_version: number; ciphertext: Uint8Array } }
					| undefined
				via: { type: 'Patient'; value: undefined }
				purpose:
					| { type: 'Treatment'; value: undefined }
					| { type: 'EmergencyTreatment'; value: undefined }
					| { type: 'Payment'; value: undefined }
					| { type: 'Operations'; value: undefined }
					| { type: 'Research'; value: undefined }
					| { type: 'PublicHealth'; value: undefined }
					| { type: 'PatientRequest'; value: undefined }
					| { type: 'FamilyRequest'; value: undefined }
				granted_at: bigint
				expires_at: bigint | undefined
			}[]
			next: bigint | undefined
		}
	}
	'PermissionsApi.grants_by': {
		given: [patient: string, after: bigint | undefined, limit: number]
		answer: {
			items: {
				record: bigint
				grantee: { type: 'Patient'; value: string } | { type: 'Provider'; value: number }
				number: string | undefined
				name: string | undefined
				standing:
					| { type: 'Verified'; value: undefined }
					| { type: 'Suspended'; value: undefined }
					| { type: 'Retired'; value: undefined }
					| { type: 'RetiredSuspended'; value: undefined }
					| { type: 'Unverified'; value: undefined }
					| { type: 'UnverifiedSuspended'; value: undefined }
					| undefined
				history: bigint
				key_version: number
				wrapped_key:
					| { type: 'RsaOaep'; value: { key_version: number; ciphertext: Uint8Array } }
					| undefined
				via: { type: 'Patient'; value: undefined }
				purpose:
					| { type: 'Treatment'; value: undefined }
					| { type: 'EmergencyTreatment'; value: undefined }
					| { type: 'Payment'; value: undefined }
					| { type: 'Operations'; value: undefined }
					| { type: 'Research'; value: undefined }
					| { type: 'PublicHealth'; value: undefined }
					| { type: 'PatientRequest'; value: undefined }
					| { type: 'FamilyRequest'; value: undefined }
				granted_at: bigint
				expires_at: bigint | undefined
			}[]
			next: bigint | undefined
		}
	}
	'HistoryApi.history': {
		given: [
			member: { type: 'Patient'; value: string } | { type: 'Provider'; value: number },
			after: bigint | undefined,
			limit: number,
		]
		answer: {
			items: {
				id: bigint
				event:
					| {
							type: 'Grant'
							value: {
								record: bigint
								grantee:
									| {
											type: 'Member'
											value:
												| { type: 'Patient'; value: string }
												| { type: 'Provider'; value: number }
									  }
									| { type: 'Remote'; value: { region: number; id: number } }
								via: { type: 'Patient'; value: undefined }
								event:
									| {
											type: 'Granted'
											value: {
												purpose:
													| { type: 'Treatment'; value: undefined }
													| {
															type: 'EmergencyTreatment'
															value: undefined
													  }
													| { type: 'Payment'; value: undefined }
													| { type: 'Operations'; value: undefined }
													| { type: 'Research'; value: undefined }
													| { type: 'PublicHealth'; value: undefined }
													| { type: 'PatientRequest'; value: undefined }
													| { type: 'FamilyRequest'; value: undefined }
												expires_at: bigint | undefined
											}
									  }
									| { type: 'Forwarded'; value: undefined }
									| { type: 'Delivered'; value: undefined }
									| { type: 'Revoking'; value: undefined }
									| { type: 'Revoked'; value: undefined }
									| { type: 'Expired'; value: undefined }
							}
					  }
					| { type: 'Key'; value: { version: number } }
				at: bigint
				by: string | undefined
			}[]
			next: bigint | undefined
		}
	}
	'InterregionalApi.interregional_grants_of': {
		given: [record: bigint, after: bigint | undefined, limit: number]
		answer: {
			items: {
				record: bigint
				grantee: { region: number; id: number }
				history: bigint
				state:
					| { type: 'Granted'; value: undefined }
					| { type: 'Forwarded'; value: undefined }
					| { type: 'Overdue'; value: undefined }
					| { type: 'Delivered'; value: undefined }
					| {
							type: 'Refused'
							value:
								| {
										type: 'Reason'
										value:
											| { type: 'NotARegion'; value: undefined }
											| { type: 'InvalidNumber'; value: undefined }
											| { type: 'InvalidName'; value: undefined }
											| { type: 'InvalidKey'; value: undefined }
											| { type: 'InvalidKeySignature'; value: undefined }
											| { type: 'AccountTaken'; value: undefined }
											| { type: 'NotEnlisted'; value: undefined }
											| { type: 'MaxProvidersExceeded'; value: undefined }
											| { type: 'GranteeUnknown'; value: undefined }
											| { type: 'GranteeSuspended'; value: undefined }
											| { type: 'GranteeRetired'; value: undefined }
											| { type: 'GranteeRegionExpelled'; value: undefined }
											| { type: 'StaleKeyVersion'; value: undefined }
											| { type: 'WrappedKeyMisfit'; value: undefined }
											| { type: 'Expired'; value: undefined }
											| { type: 'MaxGrantsExceeded'; value: undefined }
											| {
													type: 'MaxGrantsForGranteeExceeded'
													value: undefined
											  }
											| { type: 'Superseded'; value: undefined }
											| { type: 'Conflict'; value: undefined }
											| {
													type: 'MaxGrantsOfPatientExceeded'
													value: undefined
											  }
											| {
													type: 'MaxGrantsOfAuthorExceeded'
													value: undefined
											  }
											| { type: 'Unverified'; value: undefined }
											| { type: 'NumberChanged'; value: undefined }
											| {
													type: 'MaxGrantsOfOwnRecordsExceeded'
													value: undefined
											  }
								  }
								| {
										type: 'Failure'
										value:
											| { type: 'Call'; value: Uint8Array }
											| { type: 'Program'; value: Uint8Array }
								  }
					  }
					| { type: 'Revoking'; value: undefined }
					| { type: 'Revoked'; value: undefined }
				sequence: bigint
				message: string | undefined
				sent_at: bigint | undefined
				deadline: bigint | undefined
				key_version: number
				via: { type: 'Patient'; value: undefined }
				purpose:
					| { type: 'Treatment'; value: undefined }
					| { type: 'EmergencyTreatment'; value: undefined }
					| { type: 'Payment'; value: undefined }
					| { type: 'Operations'; value: undefined }
					| { type: 'Research'; value: undefined }
					| { type: 'PublicHealth'; value: undefined }
					| { type: 'PatientRequest'; value: undefined }
					| { type: 'FamilyRequest'; value: undefined }
				granted_at: bigint
				expires_at: bigint | undefined
			}[]
			next: bigint | undefined
		}
	}
	'InterregionalApi.interregional_grants_by': {
		given: [patient: string, after: bigint | undefined, limit: number]
		answer: {
			items: {
				record: bigint
				grantee: { region: number; id: number }
				history: bigint
				state:
					| { type: 'Granted'; value: undefined }
					| { type: 'Forwarded'; value: undefined }
					| { type: 'Overdue'; value: undefined }
					| { type: 'Delivered'; value: undefined }
					| {
							type: 'Refused'
							value:
								| {
										type: 'Reason'
										value:
											| { type: 'NotARegion'; value: undefined }
											| { type: 'InvalidNumber'; value: undefined }
											| { type: 'InvalidName'; value: undefined }
											| { type: 'InvalidKey'; value: undefined }
											| { type: 'InvalidKeySignature'; value: undefined }
											| { type: 'AccountTaken'; value: undefined }
											| { type: 'NotEnlisted'; value: undefined }
											| { type: 'MaxProvidersExceeded'; value: undefined }
											| { type: 'GranteeUnknown'; value: undefined }
											| { type: 'GranteeSuspended'; value: undefined }
											| { type: 'GranteeRetired'; value: undefined }
											| { type: 'GranteeRegionExpelled'; value: undefined }
											| { type: 'StaleKeyVersion'; value: undefined }
											| { type: 'WrappedKeyMisfit'; value: undefined }
											| { type: 'Expired'; value: undefined }
											| { type: 'MaxGrantsExceeded'; value: undefined }
											| {
													type: 'MaxGrantsForGranteeExceeded'
													value: undefined
											  }
											| { type: 'Superseded'; value: undefined }
											| { type: 'Conflict'; value: undefined }
											| {
													type: 'MaxGrantsOfPatientExceeded'
													value: undefined
											  }
											| {
													type: 'MaxGrantsOfAuthorExceeded'
													value: undefined
											  }
											| { type: 'Unverified'; value: undefined }
											| { type: 'NumberChanged'; value: undefined }
											| {
													type: 'MaxGrantsOfOwnRecordsExceeded'
													value: undefined
											  }
								  }
								| {
										type: 'Failure'
										value:
											| { type: 'Call'; value: Uint8Array }
											| { type: 'Program'; value: Uint8Array }
								  }
					  }
					| { type: 'Revoking'; value: undefined }
					| { type: 'Revoked'; value: undefined }
				sequence: bigint
				message: string | undefined
				sent_at: bigint | undefined
				deadline: bigint | undefined
				key_version: number
				via: { type: 'Patient'; value: undefined }
				purpose:
					| { type: 'Treatment'; value: undefined }
					| { type: 'EmergencyTreatment'; value: undefined }
					| { type: 'Payment'; value: undefined }
					| { type: 'Operations'; value: undefined }
					| { type: 'Research'; value: undefined }
					| { type: 'PublicHealth'; value: undefined }
					| { type: 'PatientRequest'; value: undefined }
					| { type: 'FamilyRequest'; value: undefined }
				granted_at: bigint
				expires_at: bigint | undefined
			}[]
			next: bigint | undefined
		}
	}
	'InterregionalApi.waiting': {
		given: [after: bigint | undefined, limit: number]
		answer: {
			items: {
				record: bigint
				grantee: { region: number; id: number }
				history: bigint
				state:
					| { type: 'Granted'; value: undefined }
					| { type: 'Forwarded'; value: undefined }
					| { type: 'Overdue'; value: undefined }
					| { type: 'Delivered'; value: undefined }
					| {
							type: 'Refused'
							value:
								| {
										type: 'Reason'
										value:
											| { type: 'NotARegion'; value: undefined }
											| { type: 'InvalidNumber'; value: undefined }
											| { type: 'InvalidName'; value: undefined }
											| { type: 'InvalidKey'; value: undefined }
											| { type: 'InvalidKeySignature'; value: undefined }
											| { type: 'AccountTaken'; value: undefined }
											| { type: 'NotEnlisted'; value: undefined }
											| { type: 'MaxProvidersExceeded'; value: undefined }
											| { type: 'GranteeUnknown'; value: undefined }
											| { type: 'GranteeSuspended'; value: undefined }
											| { type: 'GranteeRetired'; value: undefined }
											| { type: 'GranteeRegionExpelled'; value: undefined }
											| { type: 'StaleKeyVersion'; value: undefined }
											| { type: 'WrappedKeyMisfit'; value: undefined }
											| { type: 'Expired'; value: undefined }
											| { type: 'MaxGrantsExceeded'; value: undefined }
											| {
													type: 'MaxGrantsForGranteeExceeded'
													value: undefined
											  }
											| { type: 'Superseded'; value: undefined }
											| { type: 'Conflict'; value: undefined }
											| {
													type: 'MaxGrantsOfPatientExceeded'
													value: undefined
											  }
											| {
													type: 'MaxGrantsOfAuthorExceeded'
													value: undefined
											  }
											| { type: 'Unverified'; value: undefined }
											| { type: 'NumberChanged'; value: undefined }
											| {
													type: 'MaxGrantsOfOwnRecordsExceeded'
													value: undefined
											  }
								  }
								| {
										type: 'Failure'
										value:
											| { type: 'Call'; value: Uint8Array }
											| { type: 'Program'; value: Uint8Array }
								  }
					  }
					| { type: 'Revoking'; value: undefined }
					| { type: 'Revoked'; value: undefined }
				sequence: bigint
				message: string | undefined
				sent_at: bigint | undefined
				deadline: bigint | undefined
				key_version: number
				via: { type: 'Patient'; value: undefined }
				purpose:
					| { type: 'Treatment'; value: undefined }
					| { type: 'EmergencyTreatment'; value: undefined }
					| { type: 'Payment'; value: undefined }
					| { type: 'Operations'; value: undefined }
					| { type: 'Research'; value: undefined }
					| { type: 'PublicHealth'; value: undefined }
					| { type: 'PatientRequest'; value: undefined }
					| { type: 'FamilyRequest'; value: undefined }
				granted_at: bigint
				expires_at: bigint | undefined
			}[]
			next: bigint | undefined
		}
	}
	'InterregionalApi.enlistment': {
		given: [id: number]
		answer:
			| {
					id: number
					state:
						| { type: 'Waiting'; value: undefined }
						| { type: 'Sent'; value: undefined }
						| { type: 'Enlisted'; value: undefined }
						| {
								type: 'Refused'
								value:
									| {
											type: 'Reason'
											value:
												| { type: 'NotARegion'; value: undefined }
												| { type: 'InvalidNumber'; value: undefined }
												| { type: 'InvalidName'; value: undefined }
												| { type: 'InvalidKey'; value: undefined }
												| { type: 'InvalidKeySignature'; value: undefined }
												| { type: 'AccountTaken'; value: undefined }
												| { type: 'NotEnlisted'; value: undefined }
												| { type: 'MaxProvidersExceeded'; value: undefined }
												| { type: 'GranteeUnknown'; value: undefined }
												| { type: 'GranteeSuspended'; value: undefined }
												| { type: 'GranteeRetired'; value: undefined }
												| {
														type: 'GranteeRegionExpelled'
														value: undefined
												  }
												| { type: 'StaleKeyVersion'; value: undefined }
												| { type: 'WrappedKeyMisfit'; value: undefined }
												| { type: 'Expired'; value: undefined }
												| { type: 'MaxGrantsExceeded'; value: undefined }
												| {
														type: 'MaxGrantsForGranteeExceeded'
														value: undefined
												  }
												| { type: 'Superseded'; value: undefined }
												| { type: 'Conflict'; value: undefined }
												| {
														type: 'MaxGrantsOfPatientExceeded'
														value: undefined
												  }
												| {
														type: 'MaxGrantsOfAuthorExceeded'
														value: undefined
												  }
												| { type: 'Unverified'; value: undefined }
												| { type: 'NumberChanged'; value: undefined }
												| {
														type: 'MaxGrantsOfOwnRecordsExceeded'
														value: undefined
												  }
									  }
									| {
											type: 'Failure'
											value:
												| { type: 'Call'; value: Uint8Array }
												| { type: 'Program'; value: Uint8Array }
									  }
						  }
					sequence: bigint
					enlisted: bigint | undefined
					message: string | undefined
					deadline: bigint | undefined
			  }
			| undefined
	}
	'PinningApi.pins': { given: [record: bigint]; answer: { pinner: string; checked_at: bigint }[] }
	'PinningApi.under_replicated': {
		given: [after: bigint | undefined, limit: number]
		answer: {
			items: { record: bigint; pins: number; target: number }[]
			next: bigint | undefined
		}
	}
	'GovernanceApi.authorities': { given: []; answer: string[] }
	'GovernanceApi.collators': { given: []; answer: string[] }
	'GovernanceApi.announced_upgrade': { given: []; answer: [string, bigint] | undefined }
	'ConsortiumApi.region': {
		given: [region: number]
		answer:
			| {
					region: number
					genesis_hash: string
					standing:
						| { type: 'Admitted'; value: undefined }
						| { type: 'Expelled'; value: undefined }
					since: bigint
					providers: number
					live_grants: number
			  }
			| undefined
	}
	'ConsortiumApi.regions': {
		given: [after: number | undefined, limit: number]
		answer: {
			items: {
				region: number
				genesis_hash: string
				standing:
					{ type: 'Admitted'; value: undefined } | { type: 'Expelled'; value: undefined }
				since: bigint
				providers: number
				live_grants: number
			}[]
			next: number | undefined
		}
	}
	'ConsortiumApi.provider': {
		given: [provider: { region: number; id: number }]
		answer:
			| {
					region: number
					id: number
					number: string
					name: string
					account: string
					standing:
						| { type: 'Verified'; value: undefined }
						| { type: 'Suspended'; value: undefined }
						| { type: 'Retired'; value: undefined }
						| { type: 'RetiredSuspended'; value: undefined }
						| { type: 'Unverified'; value: undefined }
						| { type: 'UnverifiedSuspended'; value: undefined }
					region_standing:
						| { type: 'Admitted'; value: undefined }
						| { type: 'Expelled'; value: undefined }
					since: bigint
					key: {
						version: number
						key: { type: 'RsaOaep'; value: Uint8Array }
						account: string
						signature: string
						since: bigint
					}
					sequence: bigint
					updated_at: bigint
			  }
			| undefined
	}
	'ConsortiumApi.holder': {
		given: [region: number, number: string]
		answer:
			| {
					success: true
					value:
						| {
								region: number
								id: number
								number: string
								name: string
								account: string
								standing:
									| { type: 'Verified'; value: undefined }
									| { type: 'Suspended'; value: undefined }
									| { type: 'Retired'; value: undefined }
									| { type: 'RetiredSuspended'; value: undefined }
									| { type: 'Unverified'; value: undefined }
									| { type: 'UnverifiedSuspended'; value: undefined }
								region_standing:
									| { type: 'Admitted'; value: undefined }
									| { type: 'Expelled'; value: undefined }
								since: bigint
								key: {
									version: number
									key: { type: 'RsaOaep'; value: Uint8Array }
									account: string
									signature: string
									since: bigint
								}
								sequence: bigint
								updated_at: bigint
						  }
						| undefined
			  }
			| {
					success: false
					value:
						| { type: 'Malformed'; value: undefined }
						| { type: 'WrongCheckDigit'; value: undefined }
			  }
	}
	'ConsortiumApi.providers': {
		given: [region: number, after: number | undefined, limit: number]
		answer: {
			items: {
				region: number
				id: number
				number: string
				name: string
				account: string
				standing:
					| { type: 'Verified'; value: undefined }
					| { type: 'Suspended'; value: undefined }
					| { type: 'Retired'; value: undefined }
					| { type: 'RetiredSuspended'; value: undefined }
					| { type: 'Unverified'; value: undefined }
					| { type: 'UnverifiedSuspended'; value: undefined }
				region_standing:
					{ type: 'Admitted'; value: undefined } | { type: 'Expelled'; value: undefined }
				since: bigint
				key: {
					version: number
					key: { type: 'RsaOaep'; value: Uint8Array }
					account: string
					signature: string
					since: bigint
				}
				sequence: bigint
				updated_at: bigint
			}[]
			next: number | undefined
		}
	}
	'ConsortiumApi.grant': {
		given: [region: number, record: bigint, grantee: { region: number; id: number }]
		answer:
			| {
					region: number
					genesis_hash: string
					record: bigint
					grantee: { region: number; id: number }
					delivery: bigint
					patient: string
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
					account: string | undefined
					sealed_name: string
					document_hash: string
					cid: string
					envelope_size: bigint
					added_at: bigint
					amended_hash: string | undefined
					key_version: number
					wrapped_key:
						| {
								type: 'RsaOaep'
								value: { key_version: number; ciphertext: Uint8Array }
						  }
						| undefined
					via: { type: 'Patient'; value: undefined }
					purpose:
						| { type: 'Treatment'; value: undefined }
						| { type: 'EmergencyTreatment'; value: undefined }
						| { type: 'Payment'; value: undefined }
						| { type: 'Operations'; value: undefined }
						| { type: 'Research'; value: undefined }
						| { type: 'PublicHealth'; value: undefined }
						| { type: 'PatientRequest'; value: undefined }
						| { type: 'FamilyRequest'; value: undefined }
					granted_at: bigint
					expires_at: bigint | undefined
					delivered_at: bigint
					sequence: bigint
			  }
			| undefined
	}
	'ConsortiumApi.granted_to': {
		given: [
			grantee: { region: number; id: number },
			region: number | undefined,
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
				region: number
				genesis_hash: string
				record: bigint
				grantee: { region: number; id: number }
				delivery: bigint
				patient: string
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
				account: string | undefined
				sealed_name: string
				document_hash: string
				cid: string
				envelope_size: bigint
				added_at: bigint
				amended_hash: string | undefined
				key_version: number
				wrapped_key:
					| { type: 'RsaOaep'; value: { key_version: number; ciphertext: Uint8Array } }
					| undefined
				via: { type: 'Patient'; value: undefined }
				purpose:
					| { type: 'Treatment'; value: undefined }
					| { type: 'EmergencyTreatment'; value: undefined }
					| { type: 'Payment'; value: undefined }
					| { type: 'Operations'; value: undefined }
					| { type: 'Research'; value: undefined }
					| { type: 'PublicHealth'; value: undefined }
					| { type: 'PatientRequest'; value: undefined }
					| { type: 'FamilyRequest'; value: undefined }
				granted_at: bigint
				expires_at: bigint | undefined
				delivered_at: bigint
				sequence: bigint
			}[]
			next: bigint | undefined
		}
	}
	'ConsortiumApi.withheld': {
		given: [region: number, record: bigint, grantee: { region: number; id: number }]
		answer:
			| { type: 'GranteeSuspended'; value: undefined }
			| { type: 'AuthorSuspended'; value: undefined }
			| { type: 'GranteeRegionExpelled'; value: undefined }
			| { type: 'RecordRegionExpelled'; value: undefined }
			| { type: 'GranteeRetired'; value: undefined }
			| { type: 'GranteeUnverified'; value: undefined }
			| undefined
	}
	'ConsortiumApi.network_file': {
		given: []
		answer: { serial: number; file_hash: string } | undefined
	}
}

export const CALLS = {
	'Registry.invite': '8qv4v9h21e2ei',
	'Registry.register_patient': '549ls1ci0o22t',
	'Registry.apply_as_provider': 'a0sbcec9g0d6g',
	'Registry.withdraw_application': 'bfvb7kaufrhma',
	'Registry.vote': '9h8tlfjevlff7',
	'Registry.retire': 'bfvb7kaufrhma',
	'Registry.rotate_key': '7f7mu4643du5s',
	'Registry.enlist': 'bfvb7kaufrhma',
	'Emr.add_record': '7geub07h02tcd',
	'Emr.add_own_record': 'ea3hbe4i4ovaa',
	'Permissions.grant': '8kdn32pa22lh0',
	'Permissions.revoke': 'dbnb8o0fdp3u7',
	'Interregional.grant': '8o83o301i6m9m',
	'Interregional.forward': '36k8pifc9hr7p',
	'Interregional.revoke': '36k8pifc9hr7p',
	'Council.vote': '7dskhu83pvtp0',
	'Council.close': 'd5roaubc8024m',
	'Council.propose': '8m45cbqs1bc6h',
	'Governance.add_authority': '9rdj3nuobsasv',
	'Governance.remove_authority': '8qv4v9h21e2ei',
	'Governance.set_parameter': 'abtb7bv0p9sak',
	'Governance.announce_upgrade': 'civuc30nbmr4v',
	'Governance.cancel_upgrade': 'bfvb7kaufrhma',
	'Utility.batch_all': 'f52k9uptvr17s',
	'Governance.open_channel': 'dfa8mbtci2lj6',
	'Governance.accept_channel': 'af0ncbt3dc1sm',
	'Governance.close_channel': 'd9qdto0m5ge50',
	'Consortium.admit_region': '9dv7h9kvgh72f',
	'Consortium.expel_region': '8ngi99qcal74k',
	'Consortium.set_network_file': '4qe9b5rfdub4g',
	'Utility.batch': 'f52k9uptvr17s',
	'Utility.force_batch': 'f52k9uptvr17s',
} as const

export interface Calls {
	'Registry.invite': { account: string }
	'Registry.register_patient': {
		commitment: string
		key: { type: 'RsaOaep'; value: Uint8Array }
		signature: string
	}
	'Registry.apply_as_provider': {
		number: string
		name: string
		key: { type: 'RsaOaep'; value: Uint8Array }
		signature: string
	}
	'Registry.withdraw_application': undefined
	'Registry.vote': {
		motion:
			| { type: 'Verify'; value: { account: string; application: string } }
			| { type: 'Suspend'; value: { id: number } }
			| { type: 'Reinstate'; value: { id: number } }
			| { type: 'Unverify'; value: { id: number } }
		aye: boolean
	}
	'Registry.retire': undefined
	'Registry.rotate_key': {
		version: number
		key: { type: 'RsaOaep'; value: Uint8Array }
		signature: string
	}
	'Registry.enlist': undefined
	'Emr.add_record': {
		patient: string
		sealed_name: string
		document_hash: string
		cid: Uint8Array
		envelope_size: bigint
		wrapped_for_patient: {
			type: 'RsaOaep'
			value: { key_version: number; ciphertext: Uint8Array }
		}
		wrapped_for_author: {
			type: 'RsaOaep'
			value: { key_version: number; ciphertext: Uint8Array }
		}
		amends: bigint | undefined
	}
	'Emr.add_own_record': {
		sealed_name: string
		document_hash: string
		cid: Uint8Array
		envelope_size: bigint
		wrapped_key: { type: 'RsaOaep'; value: { key_version: number; ciphertext: Uint8Array } }
		amends: bigint | undefined
	}
	'Permissions.grant': {
		record: bigint
		grantee: { type: 'Patient'; value: string } | { type: 'Provider'; value: number }
		wrapped_key: { type: 'RsaOaep'; value: { key_version: number; ciphertext: Uint8Array } }
		expires_at: bigint | undefined
		purpose:
			| { type: 'Treatment'; value: undefined }
			| { type: 'EmergencyTreatment'; value: undefined }
			| { type: 'Payment'; value: undefined }
			| { type: 'Operations'; value: undefined }
			| { type: 'Research'; value: undefined }
			| { type: 'PublicHealth'; value: undefined }
			| { type: 'PatientRequest'; value: undefined }
			| { type: 'FamilyRequest'; value: undefined }
	}
	'Permissions.revoke': {
		record: bigint
		grantee: { type: 'Patient'; value: string } | { type: 'Provider'; value: number }
	}
	'Interregional.grant': {
		record: bigint
		grantee: { region: number; id: number }
		wrapped_key: { type: 'RsaOaep'; value: { key_version: number; ciphertext: Uint8Array } }
		expires_at: bigint | undefined
		purpose:
			| { type: 'Treatment'; value: undefined }
			| { type: 'EmergencyTreatment'; value: undefined }
			| { type: 'Payment'; value: undefined }
			| { type: 'Operations'; value: undefined }
			| { type: 'Research'; value: undefined }
			| { type: 'PublicHealth'; value: undefined }
			| { type: 'PatientRequest'; value: undefined }
			| { type: 'FamilyRequest'; value: undefined }
	}
	'Interregional.forward': { record: bigint; grantee: { region: number; id: number } }
	'Interregional.revoke': { record: bigint; grantee: { region: number; id: number } }
	'Council.vote': { proposal: string; index: number; approve: boolean }
	'Council.close': {
		proposal_hash: string
		index: number
		proposal_weight_bound: { ref_time: bigint; proof_size: bigint }
		length_bound: number
	}
	'Council.propose': { threshold: number; proposal: AnyCall; length_bound: number }
	'Governance.add_authority': {
		account: string
		keys: Uint8Array
		proof: Uint8Array
		signature: string
	}
	'Governance.remove_authority': { account: string }
	'Governance.set_parameter': {
		parameter:
			{ type: 'NoticePeriod'; value: bigint } | { type: 'ReplicationTarget'; value: number }
	}
	'Governance.announce_upgrade': { code_hash: string }
	'Governance.cancel_upgrade': undefined
	'Utility.batch_all': { calls: AnyCall[] }
	'Governance.open_channel': { recipient: number; max_capacity: number; max_message_size: number }
	'Governance.accept_channel': { sender: number }
	'Governance.close_channel': { sender: number; recipient: number }
	'Consortium.admit_region': { region: number; genesis_hash: string }
	'Consortium.expel_region': { region: number }
	'Consortium.set_network_file': { file: { serial: number; file_hash: string } }
	'Utility.batch': { calls: AnyCall[] }
	'Utility.force_batch': { calls: AnyCall[] }
}

export const STORED = {
	'Council.Proposals': 'c5m5lp1oioo8r',
	'Council.Voting': '9sdpo5cdbrfgc',
	'Council.ProposalOf': '7rr300gp354q0',
	'Registry.Motions': 'b16d7ccp36pmj',
	'Governance.Terms': '205qrookusi3d',
	'Governance.ReplicationTarget': 'f3ncnq6stc567',
} as const

export interface Stored {
	'Council.Proposals': string[]
	'Council.Voting': {
		index: number
		threshold: number
		ayes: string[]
		nays: string[]
		end: number
	}
	'Council.ProposalOf': AnyCall
	'Registry.Motions': { ends: bigint; votes: { authority: string; term: number; aye: boolean }[] }
	'Governance.Terms': [string, number][]
	'Governance.ReplicationTarget': number
}

export const CONSTANTS = {
	'Council.MaxProposalWeight': '4q39t5hn830vp',
	'System.Version': '4fo08joqmcqnm',
} as const

export interface Constants {
	'Council.MaxProposalWeight': { ref_time: bigint; proof_size: bigint }
	'System.Version': {
		spec_name: string
		impl_name: string
		authoring_version: number
		spec_version: number
		impl_version: number
		apis: [string, number][]
		transaction_version: number
		system_version: number
	}
}
