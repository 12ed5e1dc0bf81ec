//! Documents that patients add about themselves.

use super::*;

const PLAIN: &[u8] = b"A letter from another hospital.";

/// An envelope with these details, even if no writer would seal them, and what a reader in the
/// region expects.
fn added(details: Details, signer: &AccountSeed) -> (Vec<u8>, Expected) {
	let mut envelope = Vec::new();
	let sealed = seal_with(
		PLAIN,
		&mut envelope,
		&key(),
		details.clone(),
		signer,
		&NONCE,
		|| [1; IV_LEN],
	)
	.unwrap();
	let expect = Expected {
		patient: details.patient,
		author: Author::Patient,
		author_account: Some(details.author_account),
		..expected(sealed.hash)
	};
	(envelope, expect)
}

fn open_as(envelope: &[u8], expect: &Expected) -> Result<Opened, OpenError> {
	open(envelope, std::io::sink(), &key(), expect)
}

fn refused(envelope: &[u8], expect: &Expected, check: Check) {
	match open_as(envelope, expect) {
		Err(OpenError::WrongManifest(found)) => assert_eq!(found, check),
		other => panic!("{check}: {other:?}"),
	}
}

#[test]
fn a_reader_with_or_without_the_account_opens_a_patients_document() {
	let (envelope, in_region) = added(by_patient(), &author());
	let elsewhere = Expected {
		author_account: None,
		..in_region.clone()
	};
	for expect in [in_region, elsewhere] {
		let opened = open_as(&envelope, &expect).unwrap();
		assert_eq!(opened.manifest.author, by_patient().author);
	}
}

/// Somebody else cannot sign as the patient, whatever proof the manifest holds.
#[test]
fn a_document_by_another_account_is_refused() {
	let other = AccountSeed::from_bytes([9; 32]);
	let own_proof = Details {
		author: ManifestAuthor::Patient {
			founding_account: other.account(),
			commitment: [0x63; 32],
		},
		author_account: other.account(),
		..by_patient()
	};
	let (envelope, in_region) = added(own_proof, &other);
	let elsewhere = Expected {
		author_account: None,
		..in_region.clone()
	};
	refused(&envelope, &in_region, Check::PatientProof);
	refused(&envelope, &elsewhere, Check::PatientProof);

	let patients_proof = Details {
		author_account: other.account(),
		..by_patient()
	};
	let (envelope, expect) = added(patients_proof, &other);
	let elsewhere = Expected {
		author_account: None,
		..expect.clone()
	};
	refused(&envelope, &elsewhere, Check::Account);
	let in_region = Expected {
		author_account: Some(author().account()),
		..expect
	};
	refused(&envelope, &in_region, Check::Account);
}

/// The account may be a later one, if the region says so.
#[test]
fn in_the_region_a_later_account_of_the_patient_can_sign() {
	let later = AccountSeed::from_bytes([8; 32]);
	let details = Details {
		author_account: later.account(),
		..by_patient()
	};
	let (envelope, expect) = added(details, &later);
	open_as(&envelope, &expect).unwrap();
}

#[test]
fn each_part_of_the_proof_counts() {
	let (envelope, expect) = added(by_patient(), &author());
	let genesis = Expected {
		genesis: [0; 32],
		..expect.clone()
	};
	refused(&envelope, &genesis, Check::Genesis);
	for place in 0..2 {
		let mut founding = ([0x61; 32], [0x63; 32]);
		founding.0 = author().account();
		match place {
			0 => founding.0[31] ^= 1,
			_ => founding.1[31] ^= 1,
		}
		let details = Details {
			author: ManifestAuthor::Patient {
				founding_account: founding.0,
				commitment: founding.1,
			},
			..by_patient()
		};
		let result = seal(PLAIN, std::io::sink(), &key(), details.clone(), &author());
		assert!(matches!(result, Err(crate::SealError::Proof)), "{result:?}");
		let (envelope, expect) = added(details, &author());
		refused(&envelope, &expect, Check::PatientProof);
	}
}

/// A provider's document is not the patient's, nor the other way round.
#[test]
fn the_kind_of_author_is_compared() {
	let (envelope, expect) = added(by_patient(), &author());
	let by_provider = Expected {
		author: Author::Provider(0),
		..expect
	};
	refused(&envelope, &by_provider, Check::Author);
	let (envelope, sealed) = sealed(PLAIN);
	let by_patient = Expected {
		author: Author::Patient,
		..expected(sealed.hash)
	};
	refused(&envelope, &by_patient, Check::Author);
}
