//! Text from elsewhere, before a person sees it.

use alloc::{string::String, vec::Vec};

use codec::{Decode, DecodeWithMemTracking, Encode};
use scale_info::TypeInfo;

/// A text as a person typed it, before it is read as a number or a name. It has no bound, so that a text
/// that is too long is refused in words: decoding never fails. Metadata shows it as text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking)]
pub struct Text(pub Vec<u8>);

impl TypeInfo for Text {
	type Identity = str;

	fn type_info() -> scale_info::Type {
		str::type_info()
	}
}

impl From<&str> for Text {
	fn from(text: &str) -> Self {
		Self(text.as_bytes().to_vec())
	}
}

/// Whether a character moves the cursor, or hides or reorders the characters around it: controls,
/// line separators, and the invisible format characters. The zero-width joiners U+200C and U+200D
/// are not among them, because some scripts need them.
pub fn is_unprintable(c: char) -> bool {
	c.is_control()
		|| matches!(c,
			'\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
			| '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
			| '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// The first characters of a text, on one line: a space is in place of each unprintable character.
pub fn one_line(text: &str, most: usize) -> String {
	let line = text
		.chars()
		.map(|c| if is_unprintable(c) { ' ' } else { c });
	line.take(most).collect()
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_line_has_no_unprintable_characters() {
		let hostile = "no \u{1b}[2J space\r\n\u{7}left\u{202e}\u{2066}";
		assert_eq!(one_line(hostile, 100), "no  [2J space   left  ");
		assert_eq!(one_line(hostile, 5), "no  [");
		assert_eq!(one_line("می\u{200c}خواهم", 100), "می\u{200c}خواهم");
	}
}
