//! The consortium's answers to the calls of regions.

use codec::{Decode, DecodeAll, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::fmt;
use scale_info::TypeInfo;
use sp_core::{bounded::BoundedVec, ConstU32};
use sp_runtime::{DispatchError, ModuleError};

use crate::crossing::CONSORTIUM_PALLET_INDEX;

/// The index of `Refused(Reason)` among the errors of the consortium pallet: its first variant.
pub const REFUSED_ERROR_INDEX: u8 = 0;

/// Why the consortium refuses a crossing call. Its bytes cross chains, nested in the consortium
/// pallet's error: an index is never used for another reason.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Hash,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	serde::Serialize,
	serde::Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
	/// The sender is not an admitted region. An expelled region can only take access away, and
	/// this call would not. A parachain that was never admitted gets no answer: the barrier drops
	/// its messages. The pallet answers this where there is no barrier.
	#[codec(index = 0)]
	NotARegion,
	/// A provider's or author's professional number is malformed.
	#[codec(index = 1)]
	InvalidNumber,
	/// A provider's or author's name breaks the rules for names.
	#[codec(index = 2)]
	InvalidName,
	/// The provider's encryption key is malformed or too weak.
	#[codec(index = 3)]
	InvalidKey,
	/// The account did not sign that key, in that version, for the region that sends it.
	#[codec(index = 4)]
	InvalidKeySignature,
	/// The account acts for another provider of the same region.
	#[codec(index = 5)]
	AccountTaken,
	/// An update of a provider that the region has not enlisted.
	#[codec(index = 6)]
	NotEnlisted,
	/// The region has the most providers in the directory that it can have.
	#[codec(index = 7)]
	MaxProvidersExceeded,
	/// The grantee is in no region's directory.
	#[codec(index = 8)]
	GranteeUnknown,
	/// The grantee is suspended in its region.
	#[codec(index = 9)]
	GranteeSuspended,
	/// The grantee has retired.
	#[codec(index = 10)]
	GranteeRetired,
	/// The grantee's region was expelled.
	#[codec(index = 11)]
	GranteeRegionExpelled,
	/// The wrapped key was made for another than the current version of the grantee's key.
	#[codec(index = 12)]
	StaleKeyVersion,
	/// The wrapped key is not as long as the modulus of the grantee's key.
	#[codec(index = 13)]
	WrappedKeyMisfit,
	/// The grant has already expired.
	#[codec(index = 14)]
	Expired,
	/// The region has the most live grants that it can have.
	#[codec(index = 15)]
	MaxGrantsExceeded,
	/// The region has the most live grants to this grantee that it can have.
	#[codec(index = 16)]
	MaxGrantsForGranteeExceeded,
	/// The consortium knows a later sequence number.
	#[codec(index = 17)]
	Superseded,
	/// The consortium knows other content by the same sequence number.
	#[codec(index = 18)]
	Conflict,
	/// The region has the most live grants of this patient's records to this grantee.
	#[codec(index = 19)]
	MaxGrantsOfPatientExceeded,
	/// The region has the most live grants of records by this provider to this grantee.
	#[codec(index = 20)]
	MaxGrantsOfAuthorExceeded,
	/// The authorities of the provider's or grantee's region withdrew its verification, for good.
	#[codec(index = 21)]
	Unverified,
	/// The provider with this id has another professional number.
	#[codec(index = 22)]
	NumberChanged,
	/// The region has the most live grants of patients' own records to this grantee.
	#[codec(index = 23)]
	MaxGrantsOfOwnRecordsExceeded,
}

impl Reason {
	/// All of them, in the order of their codes.
	pub const ALL: [Self; 24] = [
		Self::NotARegion,
		Self::InvalidNumber,
		Self::InvalidName,
		Self::InvalidKey,
		Self::InvalidKeySignature,
		Self::AccountTaken,
		Self::NotEnlisted,
		Self::MaxProvidersExceeded,
		Self::GranteeUnknown,
		Self::GranteeSuspended,
		Self::GranteeRetired,
		Self::GranteeRegionExpelled,
		Self::StaleKeyVersion,
		Self::WrappedKeyMisfit,
		Self::Expired,
		Self::MaxGrantsExceeded,
		Self::MaxGrantsForGranteeExceeded,
		Self::Superseded,
		Self::Conflict,
		Self::MaxGrantsOfPatientExceeded,
		Self::MaxGrantsOfAuthorExceeded,
		Self::Unverified,
		Self::NumberChanged,
		Self::MaxGrantsOfOwnRecordsExceeded,
	];

	/// The reason that a byte of SCALE stands for.
	pub fn from_code(code: u8) -> Option<Self> {
		Self::decode_all(&mut &[code][..]).ok()
	}
}

impl fmt::Display for Reason {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(match self {
			Self::NotARegion => "this region is not in the consortium",
			Self::InvalidNumber => "a professional number is malformed",
			Self::InvalidName => "a professional name breaks the rules for names",
			Self::InvalidKey => "the encryption key is malformed or too weak",
			Self::InvalidKeySignature => "the account did not sign the encryption key",
			Self::AccountTaken => "the account acts for another provider of the region",
			Self::NotEnlisted => {
				"the provider is not enlisted with the consortium: enlist it first"
			}
			Self::MaxProvidersExceeded => {
				"the region has no room left in the consortium's directory"
			}
			Self::GranteeUnknown => {
				"the consortium does not know this provider: it has to enlist first"
			}
			Self::GranteeSuspended => "the provider is suspended in its region",
			Self::GranteeRetired => "the provider has retired",
			Self::GranteeRegionExpelled => "the provider's region was expelled from the consortium",
			Self::StaleKeyVersion => {
				"the provider has another encryption key by now: grant again with the current one"
			}
			Self::WrappedKeyMisfit => "the wrapped key does not fit the provider's encryption key",
			Self::Expired => "the grant has already expired: grant again with a later expiry",
			Self::MaxGrantsExceeded => {
				"the region has too many live grants at the consortium: try again when some have ended"
			}
			Self::MaxGrantsForGranteeExceeded => {
				"the region has too many live grants to this provider: try again when some have ended"
			}
			Self::Superseded => "the consortium already has a newer update",
			Self::Conflict => "the consortium has other content with the same sequence number",
			Self::MaxGrantsOfPatientExceeded => {
				"too many of this patient's records are granted to this provider: revoke one first"
			}
			Self::MaxGrantsOfAuthorExceeded => {
				"too many records of this author are granted to this provider: try again when some have \
				 ended"
			}
			Self::Unverified => "the authorities withdrew the provider's verification",
			Self::NumberChanged => "the provider has another professional number",
			Self::MaxGrantsOfOwnRecordsExceeded => {
				"too many records that patients added about themselves are granted to this provider: try \
				 again when some have ended"
			}
		})
	}
}

impl core::error::Error for Reason {}

#[cfg(feature = "frame")]
impl frame_support::traits::PalletError for Reason {
	const MAX_ENCODED_SIZE: usize = 1;
}

/// The first bytes of an error's SCALE.
pub type ErrorBytes = BoundedVec<u8, ConstU32<16>>;

/// How a crossing call failed without a [`Reason`]: the two chains' runtimes do not agree, or a
/// chain is not well. Nothing was written by the call.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Failure {
	/// The call was dispatched and failed: the first bytes of its `DispatchError`.
	Call(ErrorBytes),
	/// The XCM program failed before the call was dispatched: the first bytes of its `XcmError`.
	Program(ErrorBytes),
}

impl Failure {
	/// A failure of the call, from the SCALE of its `DispatchError`, whole or cut.
	pub fn call(error: &[u8]) -> Self {
		Self::Call(first_bytes(error))
	}

	/// A failure of the program, from the SCALE of its `XcmError`, whole or cut.
	pub fn program(error: &[u8]) -> Self {
		Self::Program(first_bytes(error))
	}
}

fn first_bytes(bytes: &[u8]) -> ErrorBytes {
	let most = ErrorBytes::bound();
	ErrorBytes::truncate_from(bytes.iter().copied().take(most).collect())
}

impl fmt::Display for Failure {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let (what, bytes) = match self {
			Self::Call(bytes) => ("call", bytes),
			Self::Program(bytes) => ("XCM program", bytes),
		};
		write!(f, "the {what} failed at the consortium, with error 0x")?;
		bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
	}
}

/// Why the consortium did not do what a region asked for.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Cause {
	/// It refused, for this reason.
	Reason(Reason),
	/// It failed.
	Failure(Failure),
}

impl fmt::Display for Cause {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Reason(reason) => reason.fmt(f),
			Self::Failure(failure) => failure.fmt(f),
		}
	}
}

/// The consortium's answer to one crossing call.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Answer {
	/// It did it, now or earlier for the same call.
	Done,
	/// It refused, for this reason.
	Refused(Reason),
	/// It failed.
	Failed(Failure),
}

impl Answer {
	/// The answer in the error of a dispatched call: the SCALE of a `DispatchError`, as an XCM
	/// response's `DispatchResult` carries it, whole or cut. A success carries none: that is
	/// [`Answer::Done`].
	///
	/// Only the consortium pallet's error `Refused` is a [`Reason`], byte for byte. Any other
	/// error is a [`Failure`], also a reason of a later runtime.
	pub fn from_dispatch_error_bytes(bytes: &[u8]) -> Self {
		let reason = match DispatchError::decode_all(&mut &bytes[..]) {
			Ok(DispatchError::Module(ModuleError {
				index: CONSORTIUM_PALLET_INDEX,
				error: [REFUSED_ERROR_INDEX, code, 0, 0],
				..
			})) => Reason::from_code(code),
			_ => None,
		};
		match reason {
			Some(reason) => Self::Refused(reason),
			None => Self::Failed(Failure::call(bytes)),
		}
	}

	/// The answer in the error of a program that failed before the call was dispatched: the SCALE
	/// of an `XcmError`, as an XCM response's `ExecutionResult` carries it.
	pub fn from_xcm_error_bytes(bytes: &[u8]) -> Self {
		Self::Failed(Failure::program(bytes))
	}

	/// The answer as a result.
	pub fn into_result(self) -> Result<(), Cause> {
		match self {
			Self::Done => Ok(()),
			Self::Refused(reason) => Err(Cause::Reason(reason)),
			Self::Failed(failure) => Err(Cause::Failure(failure)),
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use alloc::{format, vec, vec::Vec};

	fn refused(code: u8) -> Vec<u8> {
		vec![3, 50, 0, code, 0, 0]
	}

	#[test]
	fn every_reason_decodes_from_its_pallet_error() {
		for (code, reason) in (0u8..).zip(Reason::ALL) {
			assert_eq!(reason.encode(), [code]);
			assert_eq!(Reason::from_code(code), Some(reason));
			let error = DispatchError::Module(ModuleError {
				index: 50,
				error: [0, code, 0, 0],
				message: Some("Refused"),
			});
			assert_eq!(error.encode(), refused(code));
			assert_eq!(
				Answer::from_dispatch_error_bytes(&error.encode()),
				Answer::Refused(reason)
			);
			assert_eq!(
				Answer::Refused(reason).into_result(),
				Err(Cause::Reason(reason))
			);
		}
		let next = u8::try_from(Reason::ALL.len()).unwrap();
		for code in next..=u8::MAX {
			assert_eq!(Reason::from_code(code), None);
			assert_eq!(
				Answer::from_dispatch_error_bytes(&refused(code)),
				Answer::Failed(Failure::call(&refused(code)))
			);
		}
		assert_eq!(Reason::max_encoded_len(), 1);
	}

	#[test]
	fn no_other_pallet_error_decodes_as_a_reason() {
		let good = refused(8);
		assert_eq!(
			Answer::from_dispatch_error_bytes(&good),
			Answer::Refused(Reason::GranteeUnknown)
		);
		for len in 0..good.len() {
			let cut = &good[..len];
			let failed = Answer::Failed(Failure::call(cut));
			assert_eq!(Answer::from_dispatch_error_bytes(cut), failed, "{len}");
		}
		for place in (0..good.len()).filter(|place| *place != 3) {
			let mut other = good.clone();
			other[place] ^= 1;
			let failed = Answer::Failed(Failure::call(&other));
			assert_eq!(Answer::from_dispatch_error_bytes(&other), failed, "{place}");
		}
		let longer = [good.as_slice(), &[0]].concat();
		assert_eq!(
			Answer::from_dispatch_error_bytes(&longer),
			Answer::Failed(Failure::call(&longer))
		);
		let bad_origin = DispatchError::BadOrigin.encode();
		assert_eq!(
			Answer::from_dispatch_error_bytes(&bad_origin).into_result(),
			Err(Cause::Failure(Failure::call(&bad_origin)))
		);
	}

	#[test]
	fn a_long_error_is_cut_to_its_first_bytes() {
		let long: Vec<u8> = (0..128).collect();
		let Answer::Failed(Failure::Call(kept)) = Answer::from_dispatch_error_bytes(&long) else {
			panic!("not a failure");
		};
		assert_eq!(kept.as_slice(), &long[..16]);
		let Answer::Failed(Failure::Program(kept)) = Answer::from_xcm_error_bytes(&[24]) else {
			panic!("not a failure");
		};
		assert_eq!(kept.as_slice(), [24]);
		assert_eq!(
			format!("{}", Failure::program(&[24, 0])),
			"the XCM program failed at the consortium, with error 0x1800"
		);
	}

	#[test]
	fn each_reason_has_its_own_text() {
		let mut texts: Vec<_> = Reason::ALL
			.iter()
			.map(|reason| format!("{reason}"))
			.collect();
		texts.sort();
		texts.dedup();
		assert_eq!(texts.len(), Reason::ALL.len());
	}

	/// So that a nested error leaves room for nothing else: index, reason, two zeros.
	#[cfg(feature = "frame")]
	#[test]
	fn a_reason_fits_a_pallets_error() {
		use frame_support::traits::PalletError;
		assert_eq!(
			<Reason as PalletError>::MAX_ENCODED_SIZE,
			Reason::max_encoded_len()
		);
		assert_eq!(
			<crate::Minutes as PalletError>::MAX_ENCODED_SIZE,
			crate::Minutes::max_encoded_len()
		);
	}
}
