//! The network file as the consortium names it.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::H256;

/// The newest network file, by the word of the consortium's authorities. A member whose own file is
/// older knows by it that a newer one is withheld.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct NewestFile {
	/// Its serial number. The first file has 1.
	pub serial: u32,
	/// The SHA-256 of the SCALE of its fields, which people compare as its fingerprint.
	pub file_hash: H256,
}
