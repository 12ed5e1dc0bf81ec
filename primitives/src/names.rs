//! The professional names of providers.
//!
//! A name is words with single separators between them. A word has the characters of Unicode's
//! profile for identifiers (UTS 39), and those that the profile leaves out only because few people
//! use them, as the syllables of Cherokee or a rare Han character in a family name. ZWNJ and ZWJ,
//! which change the shape of letters around them, are allowed where UAX 31 (section 2.3.1) says
//! that they do so.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::fmt;
use icu_properties::{
	props::{
		CanonicalCombiningClass, GeneralCategory, GeneralCategoryGroup, IndicSyllabicCategory,
		JoiningType,
	},
	CodePointMapData,
};
use scale_info::TypeInfo;
use sp_core::{bounded::BoundedVec, ConstU32};
use unicode_security::general_security_profile::{GeneralSecurityProfile, IdentifierType};

/// The most characters that a professional name has.
pub const MAX_NAME_CHARS: u32 = 64;

/// The most bytes that a professional name has: [`MAX_NAME_CHARS`] of the longest characters.
pub const MAX_NAME_LEN: u32 = MAX_NAME_CHARS * 4;

/// The most marks, such as accents, that a letter has.
const MAX_MARKS: usize = 4;

const ZWNJ: char = '\u{200c}';
const ZWJ: char = '\u{200d}';

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
/// assert_eq!(ProfessionalName::parse("-"), Err(NameFlaw::Blank.into()));
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Encode, DecodeWithMemTracking, MaxEncodedLen)]
#[cfg_attr(feature = "std", derive(Hash))]
pub struct ProfessionalName(BoundedVec<u8, ConstU32<MAX_NAME_LEN>>);

/// Why bytes are no [`ProfessionalName`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameError {
	/// Not UTF-8.
	NotUtf8,
	/// A text, and no good name.
	Flawed(NameFlaw),
}

/// Why a [`ProfessionalName`] is no good one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameFlaw {
	/// It has no letter.
	Blank,
	/// It has more than [`MAX_NAME_CHARS`] characters.
	TooLong,
	/// It has a character that no name may have.
	Character(char),
	/// It has a character that may not stand where it does: a space at an end or beside a space, a
	/// mark without a letter or with too many others, or an invisible joiner that joins nothing.
	Misplaced(char),
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
		match self {
			Self::NotUtf8 => f.write_str("the name is not UTF-8: type it again"),
			Self::Flawed(flaw) => flaw.fmt(f),
		}
	}
}

impl fmt::Display for NameFlaw {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Blank => f.write_str("the name has no letter: give a name"),
			Self::TooLong => write!(
				f,
				"the name has more than {MAX_NAME_CHARS} characters: shorten it"
			),
			Self::Character(char) => write!(
				f,
				"a name cannot have the character U+{:04X}: use letters and digits of any script, \
				 spaces and . , & ( ) / ' -",
				u32::from(*char)
			),
			Self::Misplaced(char) => write!(
				f,
				"the character U+{:04X} cannot stand there: put single spaces between words, and \
				 accents and joiners after letters only",
				u32::from(*char)
			),
		}
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
		let bytes = bytes.to_vec().try_into();
		let name = Self::utf8(bytes.map_err(|_| NameFlaw::TooLong)?)?;
		name.check()?;
		Ok(name)
	}

	/// Whether it is a good name, or why not.
	pub fn check(&self) -> Result<(), NameFlaw> {
		let chars: Vec<char> = self.as_str().chars().collect();
		if u32::try_from(chars.len()).is_ok_and(|count| count > MAX_NAME_CHARS) {
			return Err(NameFlaw::TooLong);
		}
		for (place, char) in chars.iter().enumerate() {
			let (before, rest) = chars.split_at(place);
			let after = rest.split_first().map_or(rest, |(_, after)| after);
			check_char(before, *char, after)?;
		}
		match chars.iter().any(|char| is_letter(*char)) {
			true => Ok(()),
			false => Err(NameFlaw::Blank),
		}
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

/// Checks a character between those before and after it in a name.
fn check_char(before: &[char], char: char, after: &[char]) -> Result<(), NameFlaw> {
	let fits = match char {
		' ' => {
			let of_word = |beside: Option<&char>| beside.is_some_and(|char| *char != ' ');
			of_word(before.last()) && of_word(after.first())
		}
		'.' | ',' | '&' | '(' | ')' | '/' | '\'' | '-' => true,
		ZWNJ => joins_cursive(before, after) || (follows_virama(before) && precedes_letter(after)),
		ZWJ => follows_virama(before) && !after.first().is_some_and(|next| is_vowel_sign(*next)),
		_ if !is_of_word(char) => return Err(NameFlaw::Character(char)),
		_ => !is_mark(char) || continues_letter(before),
	};
	fits.then_some(()).ok_or(NameFlaw::Misplaced(char))
}

/// Whether a word may have the character.
fn is_of_word(char: char) -> bool {
	matches!(
		char.identifier_type(),
		Some(
			IdentifierType::Recommended
				| IdentifierType::Inclusion
				| IdentifierType::Limited_Use
				| IdentifierType::Uncommon_Use
		)
	)
}

/// Whether a mark after these characters belongs to a letter and is not one of too many.
fn continues_letter(before: &[char]) -> bool {
	let marks = before.iter().rev().take_while(|char| is_mark(**char));
	let marks = marks.count();
	let base = before.iter().rev().nth(marks);
	marks < MAX_MARKS && base.is_some_and(|char| is_letter(*char) || [ZWNJ, ZWJ].contains(char))
}

/// Rule A1: between letters that join to each other, as in Arabic.
fn joins_cursive(before: &[char], after: &[char]) -> bool {
	let joining = CodePointMapData::<JoiningType>::new();
	let visible = |char: &&char| joining.get(**char) != JoiningType::Transparent;
	let to_next = [JoiningType::DualJoining, JoiningType::LeftJoining];
	let to_last = [JoiningType::DualJoining, JoiningType::RightJoining];
	let last = before.iter().rev().find(visible);
	let next = after.iter().find(visible);
	last.is_some_and(|char| to_next.contains(&joining.get(*char)))
		&& next.is_some_and(|char| to_last.contains(&joining.get(*char)))
}

/// The first half of the rules A2 and B: after a letter with a virama, as in Devanagari.
fn follows_virama(before: &[char]) -> bool {
	let class = CodePointMapData::<CanonicalCombiningClass>::new();
	let mut back = before.iter().rev().copied();
	let virama = back.find(|char| {
		let moves =
			is_nonspacing(*char) && class.get(*char) != CanonicalCombiningClass::NotReordered;
		class.get(*char) == CanonicalCombiningClass::Virama || !moves
	});
	virama.is_some_and(|char| class.get(char) == CanonicalCombiningClass::Virama)
		&& back
			.find(|char| !is_nonspacing(*char))
			.is_some_and(is_letter)
}

/// The second half of the rule A2: before a letter.
fn precedes_letter(after: &[char]) -> bool {
	let class = CodePointMapData::<CanonicalCombiningClass>::new();
	let moves = |char: &&char| {
		is_nonspacing(**char) && class.get(**char) != CanonicalCombiningClass::NotReordered
	};
	let next = after.iter().find(|char| !moves(char));
	next.is_some_and(|char| is_letter(*char))
}

fn category(char: char) -> GeneralCategory {
	CodePointMapData::<GeneralCategory>::new().get(char)
}

fn is_letter(char: char) -> bool {
	GeneralCategoryGroup::Letter.contains(category(char))
}

fn is_mark(char: char) -> bool {
	GeneralCategoryGroup::Mark.contains(category(char))
}

fn is_nonspacing(char: char) -> bool {
	category(char) == GeneralCategory::NonspacingMark
}

fn is_vowel_sign(char: char) -> bool {
	let category = CodePointMapData::<IndicSyllabicCategory>::new().get(char);
	category == IndicSyllabicCategory::VowelDependent
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
	use alloc::format;

	#[test]
	fn names_of_people_and_clinics_in_any_script_are_good() {
		for name in [
			"A",
			"Dr. A. Jansen",
			"Klinik Zürich-Süd (Abt. 4), Haus A/B",
			"Smith & O'Brien",
			"St. Mary's 24/7 Clinic",
			"Cafe\u{301}", // decomposed
			"Д-р Анна Ковальчук",
			"Ασκληπιός",
			"𠮷野",
			"د. محمد الأحمد",
			"دكتور می\u{200c}خواهم", // Persian, with ZWNJ
			"שרה לוי",
			"डॉ. प्रिया शर्मा",
			"क्\u{200d}ष",     // Devanagari, with ZWJ
			"ශ්\u{200d}රී ලංකා", // Sinhala, with ZWJ
			"ನ್\u{200c}ನ",     // Kannada, with ZWNJ after a virama
			"พญ. สมหญิง ใจดีมีสุขสวัสดิ์",
			"ព្រះ",
			"မြန်မာ",
			"診療所",
			"김 병원",
			"さくら医院",
			"Nguyễn Thị Hồng",
			"ᏣᎳᎩ",     // Cherokee
			"ⵜⵉⴼⵉⵏⴰⵖ", // Tifinagh
			"ߒߞߏ",     // N'Ko
			"ᐃᓄᒃᑎᑐᑦ",  // Inuktitut
		] {
			assert_eq!(
				ProfessionalName::parse(name).map(|name| name.check()),
				Ok(Ok(())),
				"{name}"
			);
		}
	}

	#[test]
	fn a_name_has_at_most_64_characters_of_any_length() {
		for letter in ["a", "é", "ส", "診", "\u{20000}"] {
			assert!(
				ProfessionalName::parse(&letter.repeat(64)).is_ok(),
				"{letter}"
			);
			let long = ProfessionalName::parse(&letter.repeat(65));
			assert_eq!(long, Err(NameFlaw::TooLong.into()), "{letter}");
		}
	}

	#[test]
	fn characters_that_hide_reorder_or_look_blank_are_refused() {
		for char in [
			'\0',
			'\n',
			'\t',
			'\u{7f}',
			'\u{85}',
			'\u{a0}',   // no-break space
			'\u{ad}',   // soft hyphen
			'\u{34f}',  // combining grapheme joiner
			'\u{61c}',  // Arabic letter mark
			'\u{115f}', // Hangul fillers
			'\u{1160}',
			'\u{3164}',
			'\u{ffa0}',
			'\u{17b4}', // Khmer vowel inherent
			'\u{180e}',
			'\u{2003}',
			'\u{200b}',
			'\u{200e}',
			'\u{200f}',
			'\u{2028}',
			'\u{202e}',
			'\u{2060}',
			'\u{2066}',
			'\u{2800}', // blank Braille pattern
			'\u{3000}',
			'\u{fe0f}', // variation selector
			'\u{feff}',
			'\u{fff9}',
			'\u{1d159}', // null notehead
			'\u{e0041}', // tag
			'\u{e000}',  // private use
			'\u{10ffff}',
			'Ａ', // fullwidth
			'𝐀',  // mathematical
			'ﬁ',  // ligature
			'😀',
			'\u{300a}',
			'<',
			'"',
			'\\',
			'@',
		] {
			let refused = Err(NameFlaw::Character(char).into());
			assert_eq!(
				ProfessionalName::parse(&format!("a{char}b")),
				refused,
				"{char:?}"
			);
			assert_eq!(
				ProfessionalName::parse(&format!("{char}")),
				refused,
				"{char:?}"
			);
		}
	}

	#[test]
	fn a_name_has_a_letter() {
		for blank in ["", "-", ". &", "24/7"] {
			assert_eq!(ProfessionalName::parse(blank), Err(NameFlaw::Blank.into()));
		}
		assert_eq!(
			ProfessionalName::parse(" "),
			Err(NameFlaw::Misplaced(' ').into())
		);
	}

	#[test]
	fn spaces_marks_and_joiners_stand_only_where_they_belong() {
		for (name, char) in [
			(" a", ' '),
			("a ", ' '),
			("a  b", ' '),
			("\u{301}a", '\u{301}'),
			("a \u{301}", '\u{301}'),
			("a.\u{301}", '\u{301}'),
			("a1\u{301}", '\u{301}'),
			("z\u{301}\u{302}\u{303}\u{304}\u{306}", '\u{306}'),
			("a\u{200d}b", '\u{200d}'),
			("a\u{200c}b", '\u{200c}'),
			("\u{200c}", '\u{200c}'),
			("診\u{200d}療", '\u{200d}'),
			("می\u{200c}", '\u{200c}'),          // at the end
			("می\u{200c}\u{200c}خ", '\u{200c}'), // twice
			("د\u{200c}م", '\u{200c}'),          // dal does not join
			("م\u{200d}م", '\u{200d}'),          // ZWJ is for viramas
			("क\u{200d}ष", '\u{200d}'),          // no virama
			("क्\u{200d}ि", '\u{200d}'),          // before a vowel sign
			("क्\u{200c}", '\u{200c}'),
		] {
			let misplaced = Err(NameFlaw::Misplaced(char).into());
			assert_eq!(ProfessionalName::parse(name), misplaced, "{name:?}");
		}
	}

	#[test]
	fn a_name_encodes_like_a_string() {
		let name = ProfessionalName::parse("Dr. Müller").unwrap();
		let bytes = "Dr. Müller".encode();
		assert_eq!(name.encode(), bytes);
		assert_eq!(ProfessionalName::decode(&mut &bytes[..]), Ok(name));
		assert_eq!(ProfessionalName::type_info(), str::type_info());
		assert_eq!(ProfessionalName::max_encoded_len(), 258);
	}

	#[test]
	fn decoding_refuses_invalid_utf8_and_long_names_only() {
		let decode = |bytes: &[u8]| ProfessionalName::decode(&mut &bytes.encode()[..]);
		assert!(decode(&[0xc3, 0x28]).is_err());
		assert!(decode(&[b'a'; 257]).is_err());
		let flaw = |bytes: &[u8]| decode(bytes).map(|name| name.check());
		assert_eq!(flaw(&[b'a'; 64]), Ok(Ok(())));
		assert_eq!(flaw(&[b'a'; 256]), Ok(Err(NameFlaw::TooLong)));
		assert_eq!(flaw(b""), Ok(Err(NameFlaw::Blank)));
		assert_eq!(
			ProfessionalName::from_bytes(&[0xff]),
			Err(NameError::NotUtf8)
		);
	}
}
