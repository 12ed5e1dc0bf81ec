//! Ids of members, records and regions.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::fmt;
use scale_info::TypeInfo;
use sp_core::{bounded::BoundedVec, ConstU32};
use sp_runtime::traits::{BlakeTwo256, Hash};

use crate::{text::Text, AccountId, Hash256};

/// A record's number within its region. With the region's [`ParaId`] it is unique everywhere.
pub type RecordId = u64;

/// A region's parachain id, as the relay chain knows it.
pub type ParaId = u32;

/// A provider's id: a number within its region, which the chain assigns when the authorities verify
/// the provider. It is never reused. The professional number can get another holder; the id
/// cannot.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Hash,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	serde::Serialize,
	serde::Deserialize,
)]
pub struct ProviderId(pub u32);

impl fmt::Display for ProviderId {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		self.0.fmt(f)
	}
}

/// The author of a record.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub enum Author {
	/// The record's patient, who added a document about themselves.
	Patient,
	/// A provider of the record's region, verified when it added the record.
	Provider(ProviderId),
}

impl Author {
	/// The author as a member, if the record is this patient's.
	pub fn member(self, patient: PatientId) -> MemberId {
		match self {
			Self::Patient => MemberId::Patient(patient),
			Self::Provider(id) => MemberId::Provider(id),
		}
	}
}

/// A patient's id: 16 bytes that anyone can compute who knows the account and the commitment with
/// which the patient registered.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Hash,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	serde::Serialize,
	serde::Deserialize,
)]
pub struct PatientId(pub [u8; 16]);

impl PatientId {
	/// The id of the patient who registered with this account and commitment on the chain with
	/// this genesis hash: the first 16 bytes of BLAKE2-256 over the SCALE of ("salus/patient/v2",
	/// genesis, account, commitment).
	pub fn new(genesis: &Hash256, account: &AccountId, commitment: &Hash256) -> Self {
		let founding = ("salus/patient/v2", genesis, account, commitment);
		let hash = BlakeTwo256::hash_of(&founding);
		Self(hash.0.first_chunk().copied().unwrap_or_default())
	}
}

impl fmt::Debug for PatientId {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		fmt::Display::fmt(self, f)
	}
}

/// `0x` and 32 lower-case hexadecimal digits.
impl fmt::Display for PatientId {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str("0x")?;
		self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
	}
}

impl core::str::FromStr for PatientId {
	type Err = hex::FromHexError;

	fn from_str(text: &str) -> Result<Self, Self::Err> {
		let mut bytes = [0; 16];
		hex::decode_to_slice(text.strip_prefix("0x").unwrap_or(text), &mut bytes)?;
		Ok(Self(bytes))
	}
}

/// A provider's professional number, as text: a UPIN (a letter and five digits) or an NPI (ten
/// digits, the last a Luhn digit).
///
/// A value decoded from the wire may be malformed; [`Self::check`] tells. [`Self::parse`] gives
/// well-formed ones only.
#[derive(
	Clone, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen,
)]
#[cfg_attr(feature = "std", derive(Hash))]
pub struct ProfessionalNumber(pub BoundedVec<u8, ConstU32<10>>);

impl From<ProfessionalNumber> for Text {
	fn from(number: ProfessionalNumber) -> Self {
		Self(number.0.into_inner())
	}
}

/// Metadata shows it as text.
impl TypeInfo for ProfessionalNumber {
	type Identity = str;

	fn type_info() -> scale_info::Type {
		str::type_info()
	}
}

/// The kinds of [`ProfessionalNumber`].
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
pub enum NumberKind {
	/// Unique Physician Identification Number: an upper-case letter and five digits.
	Upin,
	/// National Provider Identifier: ten digits, the first a 1 or a 2, the last a Luhn digit over
	/// the prefix 80840 and the other nine (45 CFR 162.406).
	Npi,
}

/// Why a text is no [`ProfessionalNumber`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub enum NumberError {
	/// Neither a letter and five digits nor ten digits.
	Malformed,
	/// Ten digits, but not an NPI's first or last digit.
	WrongCheckDigit,
}

impl fmt::Display for NumberError {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(match self {
			Self::Malformed => {
				"a professional number is a UPIN (a capital letter and five digits) or an NPI (ten digits)"
			},
			Self::WrongCheckDigit => "the NPI's check digit is wrong: look for a mistyped digit",
		})
	}
}

impl core::error::Error for NumberError {}

impl ProfessionalNumber {
	/// Takes a well-formed number from text.
	pub fn parse(text: &str) -> Result<Self, NumberError> {
		Self::from_text(text.into())
	}

	/// Takes a well-formed number from what a person typed.
	pub fn from_text(text: Text) -> Result<Self, NumberError> {
		let bytes = text.0.try_into().map_err(|_| NumberError::Malformed)?;
		let number = Self(bytes);
		number.check()?;
		Ok(number)
	}

	/// Which kind of number this is, or why it is none.
	pub fn check(&self) -> Result<NumberKind, NumberError> {
		match self.0.as_slice() {
			[letter, digits @ ..]
				if digits.len() == 5
					&& letter.is_ascii_uppercase()
					&& digits.iter().all(u8::is_ascii_digit) =>
			{
				Ok(NumberKind::Upin)
			}
			digits if digits.len() == 10 && digits.iter().all(u8::is_ascii_digit) => {
				let first = matches!(digits.first(), Some(b'1' | b'2'));
				(first && npi_luhn(digits))
					.then_some(NumberKind::Npi)
					.ok_or(NumberError::WrongCheckDigit)
			}
			_ => Err(NumberError::Malformed),
		}
	}

	/// The kind of a well-formed number; a malformed one counts as a UPIN.
	pub fn kind(&self) -> NumberKind {
		self.check().unwrap_or(NumberKind::Upin)
	}

	/// The number as text.
	pub fn as_str(&self) -> &str {
		core::str::from_utf8(&self.0).unwrap_or("?")
	}
}

/// The prefix 80840 adds 24 to the Luhn sum.
fn npi_luhn(digits: &[u8]) -> bool {
	let sum = digits
		.iter()
		.rev()
		.enumerate()
		.fold(24u32, |sum, (place, digit)| {
			let value = u32::from(digit.saturating_sub(b'0'));
			let value = if place % 2 == 1 {
				value.saturating_mul(2)
			} else {
				value
			};
			sum.saturating_add(if value > 9 {
				value.saturating_sub(9)
			} else {
				value
			})
		});
	sum.is_multiple_of(10)
}

impl fmt::Debug for ProfessionalNumber {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		fmt::Display::fmt(self, f)
	}
}

impl fmt::Display for ProfessionalNumber {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(self.as_str())
	}
}

impl core::str::FromStr for ProfessionalNumber {
	type Err = NumberError;

	fn from_str(text: &str) -> Result<Self, NumberError> {
		Self::parse(text)
	}
}

/// A member of a region. Members are known by id, never by account.
#[derive(
	Clone,
	Debug,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Hash,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub enum MemberId {
	/// A patient.
	Patient(PatientId),
	/// A provider, present or former holder of its professional number.
	Provider(ProviderId),
}

impl fmt::Display for MemberId {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Patient(id) => write!(f, "patient {id}"),
			Self::Provider(id) => write!(f, "provider id:{id}"),
		}
	}
}

impl From<PatientId> for MemberId {
	fn from(id: PatientId) -> Self {
		Self::Patient(id)
	}
}

impl From<ProviderId> for MemberId {
	fn from(id: ProviderId) -> Self {
		Self::Provider(id)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use alloc::vec;

	#[test]
	fn professional_numbers_are_checked() {
		for (text, kind) in [
			("A12345", Ok(NumberKind::Upin)),
			("1234567893", Ok(NumberKind::Npi)),
		]
		.into_iter()
		{
			assert_eq!(
				ProfessionalNumber::parse(text).map(|number| number.kind()),
				kind
			);
		}
		for text in [
			"",
			"a12345",
			"AB2345",
			"A1234",
			"A123456",
			"123456789",
			"12345678901",
			"é2345",
		] {
			assert_eq!(
				ProfessionalNumber::parse(text),
				Err(NumberError::Malformed),
				"{text}"
			);
		}
		// Every other last digit, and a first digit that no NPI has.
		for last in (0..10).filter(|last| *last != 3) {
			let text = alloc::format!("123456789{last}");
			assert_eq!(
				ProfessionalNumber::parse(&text),
				Err(NumberError::WrongCheckDigit)
			);
		}
		assert_eq!(
			ProfessionalNumber::parse("0000000006"),
			Err(NumberError::WrongCheckDigit)
		);
	}

	#[test]
	fn a_patient_id_follows_from_genesis_account_and_commitment() {
		let account = |byte| AccountId::new([byte; 32]);
		let id = PatientId::new(&[1; 32], &account(2), &[3; 32]);
		let mut bytes = vec![16 << 2];
		bytes.extend(b"salus/patient/v2");
		bytes.extend([[1; 32], [2; 32], [3; 32]].concat());
		assert_eq!(id.0, BlakeTwo256::hash(&bytes).0[..16]);
		assert_ne!(id, PatientId::new(&[0; 32], &account(2), &[3; 32]));
		assert_ne!(id, PatientId::new(&[1; 32], &account(0), &[3; 32]));
		assert_ne!(id, PatientId::new(&[1; 32], &account(2), &[0; 32]));
	}

	#[test]
	fn patient_ids_are_read_and_written_as_text() {
		let id = PatientId([0xab; 16]);
		assert_eq!(alloc::format!("{id}").parse(), Ok(id));
		assert!("ab".parse::<PatientId>().is_err());
	}
}
