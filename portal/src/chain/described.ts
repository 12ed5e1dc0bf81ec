/**
 * The views and calls that the portal uses, as client/metadata has them. Made by test/describe.ts:
 * `npm run describe`.
 */
export const VIEWS = {
	'AccountNonceApi.account_nonce': '6hhhkoebr077h',
	'RegistryApi.account': '1uvpqqq2ftu0u',
	'RegistryApi.patient': '1hn2taag17cra',
	'RegistryApi.provider': '77i0h3rk4oqlj',
	'RegistryApi.holder': '6dr5bjst2dlj2',
	'RegistryApi.providers': '505iitqedgk0g',
	'RegistryApi.encryption_key': '6ffhoe2247m55',
	'EmrApi.record': 'digpkn56qslvb',
	'EmrApi.records': 'roblt90e92iq',
	'EmrApi.wrapped_key': '9fhggl5na0r3e',
	'PermissionsApi.grants_of': '9ieaq1d0ej2qb',
	'PermissionsApi.grants_by': '8lnin2vmhofuj',
	'HistoryApi.history': '57p102nr2v8n2',
	'InterregionalApi.interregional_grants_of': '77kr1lsm3r4kc',
	'InterregionalApi.interregional_grants_by': '2qnr5a7okeosc',
	'ConsortiumApi.region': '87d9k4a10g9uf',
	'ConsortiumApi.regions': 'd58l935tdaufc',
	'ConsortiumApi.provider': '6421g2bv7o6o',
	'ConsortiumApi.holder': '262k7s3q9sdcu',
	'ConsortiumApi.providers': '7h8eps01b5825',
} as const

export const CALLS = {
	'Registry.register_patient': '549ls1ci0o22t',
	'Emr.add_own_record': 'ea3hbe4i4ovaa',
	'Permissions.grant': '8kdn32pa22lh0',
	'Permissions.revoke': 'dbnb8o0fdp3u7',
	'Interregional.grant': '8o83o301i6m9m',
	'Interregional.revoke': '36k8pifc9hr7p',
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
}

export interface Calls {
	'Registry.register_patient': {
		commitment: string
		key: { type: 'RsaOaep'; value: Uint8Array }
		signature: string
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
	'Interregional.revoke': { record: bigint; grantee: { region: number; id: number } }
}
