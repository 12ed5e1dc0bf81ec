//! The author of a record: the patient, or a provider.

use codec::{Decode, Encode};

use crate::Account;

const PATIENT_DOMAIN: &str = "salus/patient/v2";

/// The author of a record, as the chain names it. Wrapped keys are bound to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Author {
	/// The record's patient.
	Patient,
	/// A provider of the record's region, by its id there.
	Provider(u32),
}

/// The author of a document, as its manifest states it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum ManifestAuthor {
	/// The patient. The two fields prove that the patient's id belongs to an account.
	Patient {
		/// The account with which the patient registered.
		founding_account: Account,
		/// The commitment to the patient's name.
		commitment: [u8; 32],
	},
	/// A provider of the record's region, by its id there.
	Provider(u32),
}

impl ManifestAuthor {
	/// The author without the proof.
	pub fn author(&self) -> Author {
		match self {
			Self::Patient { .. } => Author::Patient,
			Self::Provider(id) => Author::Provider(*id),
		}
	}

	/// Whether the patient's id follows from the proof. A provider needs none.
	pub(crate) fn is_proven(&self, genesis: &[u8; 32], patient: &[u8; 16]) -> bool {
		match self {
			Self::Patient {
				founding_account,
				commitment,
			} => patient_id(genesis, founding_account, commitment) == *patient,
			Self::Provider(_) => true,
		}
	}
}

/// The id of the patient who registered with this account and commitment on the chain with this
/// genesis hash: the first 16 bytes of BLAKE2b-256 over the SCALE of ("salus/patient/v2", genesis,
/// account, commitment).
pub fn patient_id(
	genesis: &[u8; 32],
	founding_account: &Account,
	commitment: &[u8; 32],
) -> [u8; 16] {
	let founding = (PATIENT_DOMAIN, genesis, founding_account, commitment).encode();
	let hash = blake2b_simd::Params::new().hash_length(32).hash(&founding);
	std::array::from_fn(|place| hash.as_bytes()[place])
}
