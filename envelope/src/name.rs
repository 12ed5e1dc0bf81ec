//! The names of records: the rules for them, and their sealed form on chain.

use cbc::cipher::KeyInit;
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::{
	check::Check,
	cipher::{blocks_mut, decrypt_chain, encrypt_lanes, new_mac, unpad, Aes256},
	random::random,
	RecordKey,
};

/// The bytes of every sealed name.
pub const SEALED_NAME_LEN: usize = IV_LEN + TEXT_LEN + TAG_LEN;

/// The most bytes of UTF-8 in a name that is sealed for the chain: beside it, there are the byte of
/// its length and one byte of padding.
pub const MAX_SEALED_NAME_LEN: usize = TEXT_LEN - 2;

/// The most bytes of UTF-8 in a manifest's name.
pub const MAX_NAME_LEN: usize = 255;

/// A sealed name.
pub type SealedName = [u8; SEALED_NAME_LEN];

const IV_LEN: usize = 16;
/// With the padding.
const TEXT_LEN: usize = 64;
const TAG_LEN: usize = 32;
/// The most letters and digits of an extension that a shortened name keeps.
const MAX_EXTENSION_LEN: usize = 10;
pub(crate) const NAME_CIPHER_INFO: &str = "salus/sealed-name/v1/aes-256-cbc";
pub(crate) const NAME_MAC_INFO: &str = "salus/sealed-name/v1/hmac-sha-256";

/// Why a name is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NameError {
	/// No name at all.
	#[error("the name is empty: give a name")]
	Empty,
	/// More bytes than fit.
	#[error("the name has {length} bytes, and at most {limit} fit: shorten it")]
	TooLong {
		/// The name's bytes in UTF-8.
		length: usize,
		/// The most that fit.
		limit: usize,
	},
	/// A character that hides or rearranges the characters around it.
	#[error("the name has the character {:04X}, which is not printable: take it out", u32::from(*.0))]
	Unprintable(char),
}

/// Why a sealed name does not open.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OpenNameError {
	/// Its length or its tag is wrong.
	#[error("the sealed name was changed, or belongs to another record: do not trust this entry")]
	Damaged(Check),
	/// The tag is valid, but the protected content breaks the format.
	#[error(
		"the sealed name was not made by the rules (check {0}): report it to the record's author"
	)]
	Malformed(Check),
}

impl OpenNameError {
	/// The check that failed.
	pub fn check(&self) -> Check {
		match self {
			Self::Damaged(check) | Self::Malformed(check) => *check,
		}
	}
}

/// Checks that a name is neither empty nor longer than `limit` bytes and that it can be printed:
/// no control characters, line breaks or invisible characters that rearrange text.
///
/// A name is not a path: it may hold slashes and dots.
pub fn check_name(name: &str, limit: usize) -> Result<(), NameError> {
	if name.is_empty() {
		return Err(NameError::Empty);
	}
	if name.len() > limit {
		return Err(NameError::TooLong {
			length: name.len(),
			limit,
		});
	}
	match name.chars().find(|c| unprintable(*c)) {
		Some(c) => Err(NameError::Unprintable(c)),
		None => Ok(()),
	}
}

// Controls; then, after Unicode's Bidi_Control, line separators and invisible format characters.
// The zero-width joiners U+200C and U+200D stay allowed: some scripts need them.
fn unprintable(c: char) -> bool {
	c.is_control()
		|| matches!(c,
			'\u{61C}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}'
			| '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}'
			| '\u{E0000}'..='\u{E007F}')
}

/// The name as the chain holds it, sealed. A name of up to [`MAX_SEALED_NAME_LEN`] bytes stays as
/// it is. Of a longer one the start stays, and `…`, eight hex digits of the name's SHA-256 and the
/// extension follow, [`MAX_SEALED_NAME_LEN`] bytes at most in all. So two long names stay two.
pub fn short_name(name: &str) -> String {
	if name.len() <= MAX_SEALED_NAME_LEN {
		return name.to_owned();
	}
	let hash = Sha256::digest(name);
	let end = format!("…{}{}", hex::encode(&hash[..4]), extension(name));
	let start = name.floor_char_boundary(MAX_SEALED_NAME_LEN - end.len());
	name[..start].to_owned() + &end
}

/// The last full stop and what follows it, if these are 1 to [`MAX_EXTENSION_LEN`] letters and
/// digits of ASCII.
fn extension(name: &str) -> &str {
	let Some(place) = name.rfind('.') else {
		return "";
	};
	let extension = &name[place..];
	let letters = &extension.as_bytes()[1..];
	let fine = (1..=MAX_EXTENSION_LEN).contains(&letters.len())
		&& letters.iter().all(u8::is_ascii_alphanumeric);
	if fine {
		extension
	} else {
		""
	}
}

/// Seals a record's name with its record key, so that the chain does not show it. Takes the
/// manifest's name and seals its [short form](short_name). Every sealed name has the same size.
pub fn seal_name(key: &RecordKey, name: &str) -> Result<SealedName, NameError> {
	check_name(name, MAX_NAME_LEN)?;
	Ok(seal_text(key, &random(), &padded(&short_name(name))))
}

/// The text that is sealed: the name's length, the name, zeros, and one byte of PKCS#7.
pub(crate) fn padded(name: &str) -> Zeroizing<[u8; TEXT_LEN]> {
	let mut text = Zeroizing::new([0; TEXT_LEN]);
	text[0] = name.len() as u8;
	text[1..=name.len()].copy_from_slice(name.as_bytes());
	text[TEXT_LEN - 1] = 1;
	text
}

pub(crate) fn seal_text(key: &RecordKey, iv: &[u8; IV_LEN], text: &[u8; TEXT_LEN]) -> SealedName {
	let mut sealed = [0; SEALED_NAME_LEN];
	let (body, tag) = sealed.split_at_mut(IV_LEN + TEXT_LEN);
	body[..IV_LEN].copy_from_slice(iv);
	body[IV_LEN..].copy_from_slice(text);
	encrypt_lanes(&aes(key), &mut [blocks_mut(body)]);
	tag.copy_from_slice(&mac(key, body).finalize().into_bytes());
	sealed
}

/// Opens a sealed name: the [short form](short_name) of the manifest's. It is printable.
pub fn open_name(key: &RecordKey, sealed: &[u8]) -> Result<String, OpenNameError> {
	let sealed: &SealedName = sealed
		.try_into()
		.map_err(|_| OpenNameError::Damaged(Check::SealedNameLength))?;
	let (body, tag) = sealed.split_at(IV_LEN + TEXT_LEN);
	mac(key, body)
		.verify_slice(tag)
		.map_err(|_| OpenNameError::Damaged(Check::SealedNameTag))?;
	let mut body = Zeroizing::new(body.to_vec());
	let text = decrypt_chain(&aes(key), &mut body);
	if unpad(text) != Some(TEXT_LEN - 1) {
		return Err(OpenNameError::Malformed(Check::SealedNamePadding));
	}
	parse(&text[..TEXT_LEN - 1]).ok_or(OpenNameError::Malformed(Check::SealedNameText))
}

fn parse(text: &[u8]) -> Option<String> {
	let (len, rest) = text.split_first()?;
	let (name, padding) = rest.split_at_checked(usize::from(*len))?;
	let name = core::str::from_utf8(name).ok()?;
	check_name(name, MAX_SEALED_NAME_LEN).ok()?;
	padding
		.iter()
		.all(|byte| *byte == 0)
		.then(|| name.to_owned())
}

fn aes(key: &RecordKey) -> Aes256 {
	Aes256::new((&*key.derive(&[], NAME_CIPHER_INFO)).into())
}

fn mac(key: &RecordKey, body: &[u8]) -> Hmac<Sha256> {
	new_mac(key.derive(&[], NAME_MAC_INFO).as_slice()).chain_update(body)
}
