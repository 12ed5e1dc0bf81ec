//! The professional names of providers.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::fmt;
use scale_info::TypeInfo;
use sp_core::{bounded::BoundedVec, ConstU32};

/// The most bytes that a professional name has. The registry of every region keeps to it.
pub const MAX_NAME_LEN: u32 = 64;

/// A provider's professional name: UTF-8 of at most [`MAX_NAME_LEN`] bytes. Metadata shows it as
/// text.
///
/// A name decoded from the wire may be blank or have characters that make one name look like
/// another; [`Self::check`] tells. [`Self::parse`] gives good ones only.
///
/// ```
/// use salus_primitives::{NameFlaw, ProfessionalName};
///
/// assert_eq!(ProfessionalName::parse("Dr. A. Jansen").unwrap().as_str(), "Dr. A. Jansen");
/// assert_eq!(ProfessionalName::parse(" "), Err(NameFlaw::Blank.into()));
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Encode, DecodeWithMemTracking, MaxEncodedLen)]
#[cfg_attr(feature = "std", derive(Hash))]
pub struct ProfessionalName(BoundedVec<u8, ConstU32<MAX_NAME_LEN>>);

/// Why bytes are no [`ProfessionalName`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameError {
	/// More than [`MAX_NAME_LEN`] bytes.
	TooLong,
	/// Not UTF-8.
	NotUtf8,
	/// A name, and no good one.
	Flawed(NameFlaw),
}

/// Why a [`ProfessionalName`] is no good one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameFlaw {
	/// Nothing but white space.
	Blank,
	/// It has a control character, or one that hides or reorders others.
	ControlCharacter,
}

impl From<ProfessionalName> for crate::text::Text {
	fn from(name: ProfessionalName) -> Self {
		Self(name.0.into_inner())
	}
}

impl From<NameFlaw> for NameError {
	fn from(flaw: NameFlaw) -> Self {
		Self::Flawed(flaw)
	}
}

impl fmt::Display for NameError {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(match self {
			Self::TooLong => "the name is longer than 64 bytes",
			Self::NotUtf8 => "the name is not UTF-8",
			Self::Flawed(NameFlaw::Blank) => "the name is blank",
			Self::Flawed(NameFlaw::ControlCharacter) => {
				"the name has a control character or an invisible one"
			}
		})
	}
}

impl core::error::Error for NameError {}

impl ProfessionalName {
	/// Takes a good name from text.
	pub fn parse(text: &str) -> Result<Self, NameError> {
		Self::from_bytes(text.as_bytes())
	}

	/// Takes a good name from bytes.
	pub fn from_bytes(bytes: &[u8]) -> Result<Self, NameError> {
		let name = Self::utf8(bytes.to_vec().try_into().map_err(|_| NameError::TooLong)?)?;
		name.check()?;
		Ok(name)
	}

	/// Whether it is a good name, or why not.
	pub fn check(&self) -> Result<(), NameFlaw> {
		let name = self.as_str();
		if name.trim().is_empty() {
			return Err(NameFlaw::Blank);
		}
		if name.chars().any(is_control) {
			return Err(NameFlaw::ControlCharacter);
		}
		Ok(())
	}

	/// The name as text.
	pub fn as_str(&self) -> &str {
		core::str::from_utf8(&self.0).unwrap_or("?")
	}

	fn utf8(bytes: BoundedVec<u8, ConstU32<MAX_NAME_LEN>>) -> Result<Self, NameError> {
		match core::str::from_utf8(&bytes) {
			Ok(_) => Ok(Self(bytes)),
			Err(_) => Err(NameError::NotUtf8),
		}
	}
}

/// Control characters, and the bidirectional and zero-width ones of Unicode's category Cf: the
/// ones that a registry refuses too.
fn is_control(char: char) -> bool {
	char.is_control()
		|| matches!(
			char,
			'\u{ad}'
				| '\u{61c}' | '\u{200b}'..='\u{200f}'
				| '\u{2028}'..='\u{202e}'
				| '\u{2060}'..='\u{206f}'
				| '\u{feff}'
		)
}

impl Decode for ProfessionalName {
	fn decode<I: codec::Input>(input: &mut I) -> Result<Self, codec::Error> {
		Self::utf8(Decode::decode(input)?).map_err(|_| "not UTF-8".into())
	}
}

/// The bytes of a bounded vector and of a text are the same.
impl TypeInfo for ProfessionalName {
	type Identity = str;

	fn type_info() -> scale_info::Type {
		str::type_info()
	}
}

impl fmt::Debug for ProfessionalName {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		fmt::Debug::fmt(self.as_str(), f)
	}
}

impl fmt::Display for ProfessionalName {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(self.as_str())
	}
}

impl core::str::FromStr for ProfessionalName {
	type Err = NameError;

	fn from_str(text: &str) -> Result<Self, NameError> {
		Self::parse(text)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn names_are_checked() {
		let longest = "é".repeat(32);
		for name in ["A", "Dr. A. Jansen", "Klinik Zürich", "診療所", &longest] {
			assert_eq!(ProfessionalName::parse(name).unwrap().as_str(), name);
		}
		let too_long = "a".repeat(65);
		for (name, error) in [
			("", NameFlaw::Blank.into()),
			(" \u{a0}\u{3000}", NameFlaw::Blank.into()),
			("a\nb", NameFlaw::ControlCharacter.into()),
			("a\u{202e}b", NameFlaw::ControlCharacter.into()),
			("a\u{200b}", NameFlaw::ControlCharacter.into()),
			(too_long.as_str(), NameError::TooLong),
		] {
			assert_eq!(ProfessionalName::parse(name), Err(error), "{name:?}");
		}
		assert_eq!(
			ProfessionalName::from_bytes(&[0xff]),
			Err(NameError::NotUtf8)
		);
	}

	#[test]
	fn a_name_encodes_like_a_string() {
		let name = ProfessionalName::parse("Dr. Müller").unwrap();
		let bytes = "Dr. Müller".encode();
		assert_eq!(name.encode(), bytes);
		assert_eq!(ProfessionalName::decode(&mut &bytes[..]), Ok(name));
		assert_eq!(ProfessionalName::type_info(), str::type_info());
		assert_eq!(ProfessionalName::max_encoded_len(), 66);
	}

	#[test]
	fn decoding_refuses_invalid_utf8_and_long_names_only() {
		let decode = |bytes: &[u8]| ProfessionalName::decode(&mut &bytes.encode()[..]);
		assert!(decode(&[0xc3, 0x28]).is_err());
		assert!(decode(&[b'a'; 65]).is_err());
		assert_eq!(decode(&[b'a'; 64]).map(|name| name.check()), Ok(Ok(())));
		assert_eq!(
			decode(b"").map(|name| name.check()),
			Ok(Err(NameFlaw::Blank))
		);
	}
}
