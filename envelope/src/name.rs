//! The names of records: the rules for them, and their sealed form on chain.

use cbc::cipher::KeyInit;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::{
	cipher::{blocks_mut, decrypt_chain, encrypt_lanes, new_mac, Aes256},
	random::random,
	RecordKey,
};

/// The bytes of every sealed name.
pub const SEALED_NAME_LEN: usize = IV_LEN + TEXT_LEN + TAG_LEN;

/// The most bytes of UTF-8 in a name that is sealed for the chain.
pub const MAX_SEALED_NAME_LEN: usize = TEXT_LEN - 1;

/// The most bytes of UTF-8 in a manifest's name.
pub const MAX_NAME_LEN: usize = 255;

/// A sealed name.
pub type SealedName = [u8; SEALED_NAME_LEN];

const IV_LEN: usize = 16;
const TEXT_LEN: usize = 64;
const TAG_LEN: usize = 32;
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
	Damaged,
	/// The tag is valid, but the protected content breaks the format.
	#[error("the sealed name was not made by the rules: report it to the record's author")]
	Malformed,
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

/// Seals a record's name with its record key, so that the chain does not show it. Every sealed
/// name has the same size. A name of more than [`MAX_SEALED_NAME_LEN`] bytes is refused: give the
/// chain a shorter one, as the manifest inside the envelope carries the full name.
pub fn seal_name(key: &RecordKey, name: &str) -> Result<SealedName, NameError> {
	check_name(name, MAX_SEALED_NAME_LEN)?;
	let mut text = Zeroizing::new([0; TEXT_LEN]);
	text[0] = name.len() as u8;
	text[1..=name.len()].copy_from_slice(name.as_bytes());
	Ok(seal_text(key, &random(), &text))
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

/// Opens a sealed name. The result is printable.
pub fn open_name(key: &RecordKey, sealed: &[u8]) -> Result<String, OpenNameError> {
	let sealed: &SealedName = sealed.try_into().map_err(|_| OpenNameError::Damaged)?;
	let (body, tag) = sealed.split_at(IV_LEN + TEXT_LEN);
	mac(key, body)
		.verify_slice(tag)
		.map_err(|_| OpenNameError::Damaged)?;
	let mut body = Zeroizing::new(body.to_vec());
	parse(decrypt_chain(&aes(key), &mut body)).ok_or(OpenNameError::Malformed)
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
