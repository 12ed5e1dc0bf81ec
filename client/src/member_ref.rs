//! Members as people name them.

use salus_primitives::{MemberId, PatientId, ProfessionalNumber, ProviderId};
use std::{fmt, str::FromStr};

/// A provider as a person names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProviderRef {
	/// The present holder of a professional number: `A12345`.
	Number(ProfessionalNumber),
	/// The provider with this id in its region, such as a former holder of a number: `id:7`.
	Id(ProviderId),
}

/// A member of a region as a person names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MemberRef {
	/// A patient: 32 hexadecimal digits.
	Patient(PatientId),
	/// A provider.
	Provider(ProviderRef),
}

/// Why a text does not name a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseMemberRefError(String);

impl fmt::Display for ParseMemberRefError {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(&self.0)
	}
}

impl std::error::Error for ParseMemberRefError {}

impl fmt::Display for ProviderRef {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Number(number) => number.fmt(f),
			Self::Id(id) => write!(f, "id:{id}"),
		}
	}
}

impl fmt::Display for MemberRef {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Patient(id) => write!(f, "patient {id}"),
			Self::Provider(provider) => write!(f, "provider {provider}"),
		}
	}
}

impl FromStr for ProviderRef {
	type Err = ParseMemberRefError;

	fn from_str(text: &str) -> Result<Self, Self::Err> {
		if let Some(digits) = text.strip_prefix("id:") {
			let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
			let id = plain.then(|| digits.parse().ok()).flatten();
			return id.map(|id| Self::Id(ProviderId(id))).ok_or_else(|| {
				ParseMemberRefError("a provider's id is id: and a number, as in id:7".into())
			});
		}
		let number = text.parse().map(Self::Number);
		number
			.map_err(|error: salus_primitives::NumberError| ParseMemberRefError(error.to_string()))
	}
}

impl FromStr for MemberRef {
	type Err = ParseMemberRefError;

	fn from_str(text: &str) -> Result<Self, Self::Err> {
		let digits = text.strip_prefix("0x").unwrap_or(text);
		if digits.len() == 32 {
			let patient = text.parse().map(Self::Patient);
			return patient.map_err(|_| {
				ParseMemberRefError("a patient's id is 32 hexadecimal digits".into())
			});
		}
		text.parse().map(Self::Provider).map_err(|error| {
			ParseMemberRefError(format!("{error}; a patient's id is 32 hexadecimal digits"))
		})
	}
}

impl From<MemberId> for MemberRef {
	fn from(member: MemberId) -> Self {
		match member {
			MemberId::Patient(id) => Self::Patient(id),
			MemberId::Provider(id) => Self::Provider(ProviderRef::Id(id)),
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_member_is_a_professional_number_an_id_or_a_patients_id() {
		let provider = |text: &str| match text.parse() {
			Ok(MemberRef::Provider(provider)) => provider,
			other => panic!("{text}: {other:?}"),
		};
		assert!(matches!(provider("A12345"), ProviderRef::Number(_)));
		assert_eq!(provider("id:7"), ProviderRef::Id(ProviderId(7)));
		let largest = u32::MAX;
		let text = format!("id:{largest}");
		assert_eq!(provider(&text), ProviderRef::Id(ProviderId(largest)));
		assert_eq!(provider(&text).to_string(), text);
		let id = "00112233445566778899aabbccddeeff";
		assert!(matches!(id.parse(), Ok(MemberRef::Patient(_))));
		let no_digits = id.replace('f', "g");
		for wrong in [
			"",
			"A1234",
			"1234567890",
			"0x0011",
			&no_digits,
			"id:",
			"id:-1",
			"id:+1",
			"id:x",
			"id:4294967296",
			"ID:7",
			"7",
		] {
			assert!(wrong.parse::<MemberRef>().is_err(), "{wrong}");
		}
	}
}
