//! What the mock runtimes of the pallets share: a clock, members, records and the way to the
//! consortium as tables that a test fills, and keys. For tests only: no runtime enables the feature
//! `testing`.

use crate::{Cid, KeyVersion, ParaId, ProfessionalNumber, RemoteProvider, WrappedKey};

mod clock;
mod consortium;
mod golden;
mod keys;
mod members;
mod records;

pub use clock::{Now, START};
pub use consortium::{message_id, sent, take_sent, MockConsortium, SendFailure, SentCalls, REGION};
pub use golden::{golden_call, GOLDEN};
pub use keys::{
	account, key, key_of, pair, sign_key, P256, RSA_1024, RSA_2048, RSA_2048_EXPONENT_3,
	RSA_2048_PSS, RSA_3072, RSA_4096, RSA_4104,
};
pub use members::{
	author, other_provider, provider, retired, suspended, MemberTable, AUTHOR_ACCOUNT,
	OTHER_PATIENT, OTHER_PATIENT_ACCOUNT, OTHER_PROVIDER_ACCOUNT, PATIENT, PATIENT_ACCOUNT,
	PROVIDER_ACCOUNT, RETIRED_ACCOUNT, STRANGER, SUSPENDED_ACCOUNT,
};
pub use records::{record, RecordTable, RECORD_ACCOUNT};

/// Sets the clock to [`START`], empties the tables and opens the way to the consortium: a test that
/// runs several chains needs this before each.
pub fn reset() {
	Now::set(START);
	MemberTable::clear();
	RecordTable::clear();
	SendFailure::set(None);
	SentCalls::take();
}

/// A professional number from text.
pub fn number(text: &str) -> ProfessionalNumber {
	ProfessionalNumber::parse(text).unwrap()
}

/// A provider of another region.
pub fn provider_of(region: ParaId, text: &str) -> RemoteProvider {
	let number = number(text);
	RemoteProvider { region, number }
}

/// A wrapped key with a ciphertext of this length.
pub fn wrapped(key_version: KeyVersion, length: usize) -> WrappedKey {
	WrappedKey::RsaOaep {
		key_version,
		ciphertext: vec![0xe7; length].try_into().unwrap(),
	}
}

/// The CID of the mock records' envelope.
pub fn cid() -> Cid {
	Cid::from_digest(true, [0xc1; 32])
}
