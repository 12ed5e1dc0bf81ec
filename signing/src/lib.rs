//! The messages that accounts sign off chain.
//!
//! A message is `<Bytes>`, one line of printable ASCII, and `</Bytes>`. Wallets put these marks
//! around what they sign, so that it cannot be a transaction, and show one line as text. A line
//! has three parts:
//!
//! - the purpose, such as `salus/key/v1`;
//! - what a person can compare: a fingerprint, a number, an account;
//! - the SHA-256 of the exact content: the SCALE of the purpose and the fields.
//!
//! ```
//! let fields = (7u32, [1u8; 32]);
//! let message = salus_signing::message("salus/example/v1", "host clinic.example", fields);
//! assert_eq!(
//!     message,
//!     "<Bytes>salus/example/v1: host clinic.example. SHA-256: \
//!      421fe689a5b7da1975f546d6a4e78033bded354277580d89d534b215c3204436</Bytes>"
//! );
//! ```
#![cfg_attr(not(feature = "std"), no_std)]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

extern crate alloc;

use alloc::{format, string::String, vec::Vec};
use codec::Encode;
use sha2::{Digest, Sha256};

/// The beginning of every message. No transaction begins so.
pub const PREFIX: &str = "<Bytes>";
/// The end of every message.
pub const SUFFIX: &str = "</Bytes>";

/// The purpose of [`encryption_key_message`].
pub const ENCRYPTION_KEY: &str = "salus/key/v1";
/// The purpose of [`authority_message`].
pub const AUTHORITY: &str = "salus/authority/v1";
/// The purpose of [`sign_in_message`].
pub const SIGN_IN: &str = "salus/sign-in/v1";

/// The message with this purpose and text for a person. The signature is for these `fields` alone:
/// the message has the SHA-256 over the SCALE of the purpose and the fields.
///
/// In `purpose` and `about`, a character that is not printable ASCII becomes `?`, as wallets show
/// text with any other in hex.
pub fn message(purpose: &str, about: &str, fields: impl Encode) -> String {
	let digest = Sha256::digest((purpose, fields).encode());
	let text = format!("{purpose}: {about}. SHA-256: {}", hex::encode(digest));
	let line: String = text.chars().map(printable).collect();
	[PREFIX, &line, SUFFIX].concat()
}

fn printable(character: char) -> char {
	if matches!(character, ' '..='~') {
		character
	} else {
		'?'
	}
}

/// The message by which an account registers an encryption key on the chain with this genesis
/// hash. `key` is the key's SubjectPublicKeyInfo in DER. The fields are genesis, account, version
/// and the key's SHA-256.
pub fn encryption_key_message(
	genesis: &[u8; 32],
	account: &[u8; 32],
	version: u32,
	key: &[u8],
) -> String {
	let about = format!("encryption key {}, version {version}", fingerprint(key));
	let digest: [u8; 32] = Sha256::digest(key).into();
	message(ENCRYPTION_KEY, &about, (genesis, account, version, digest))
}

/// The message by which an account offers to be an authority of the chain with this genesis hash,
/// with the session keys of its node. `keys` are their bytes, as the node returns them. The fields
/// are genesis, account and keys (with their length).
pub fn authority_message(genesis: &[u8; 32], account: &[u8; 32], keys: &[u8]) -> String {
	let about = format!("authority with the session keys {}", fingerprint(keys));
	message(AUTHORITY, &about, (genesis, account, keys))
}

/// The message by which an account signs in to the gateway at this host, for the region with this
/// genesis hash. `host` is the host, and the port if it is not 443, to which the client has
/// connected: never what the other side calls itself, so that one gateway cannot use a signature
/// at another. `nonce` and `time` (Unix milliseconds) are of the gateway's challenge. The fields are
/// host, genesis, nonce, account and time.
pub fn sign_in_message(
	host: &str,
	genesis: &[u8; 32],
	nonce: &[u8; 32],
	account: &[u8; 32],
	time: u64,
) -> String {
	let about = format!("{host} asks to sign in to its gateway");
	message(SIGN_IN, &about, (host, genesis, nonce, account, time))
}

/// A fingerprint, for people to compare: the SHA-256 of these bytes as 16 groups of four hex
/// digits. A key's bytes are its SubjectPublicKeyInfo in DER.
pub fn fingerprint(bytes: &[u8]) -> String {
	let groups: Vec<_> = Sha256::digest(bytes).chunks(2).map(hex::encode).collect();
	groups.join(" ")
}

#[cfg(test)]
mod tests {
	use super::*;
	use alloc::vec;

	#[test]
	fn a_message_is_one_line_of_printable_ascii() {
		let message = message("salus/x/v1", "line\nbreak, tab\t, ë, \u{202e}, ~", ());
		assert!(message.starts_with("<Bytes>salus/x/v1: line?break, tab?, ?, ?, ~. SHA-256: "));
		assert!(message.bytes().all(|byte| (b' '..=b'~').contains(&byte)));
	}

	#[test]
	fn the_message_of_a_key_has_its_documented_bytes() {
		let message = encryption_key_message(&[1; 32], &[2; 32], 3, b"abc");
		// SCALE: the text with its compact length, then parts of fixed size.
		let mut fields = vec![12 << 2];
		fields.extend(b"salus/key/v1");
		fields.extend([1; 32]);
		fields.extend([2; 32]);
		fields.extend([3, 0, 0, 0]);
		fields.extend(Sha256::digest(b"abc"));
		let digest = hex::encode(Sha256::digest(&fields));
		let expected = format!(
			"<Bytes>salus/key/v1: encryption key ba78 16bf 8f01 cfea 4141 40de 5dae 2223 b003 61a3 \
			 9617 7a9c b410 ff61 f200 15ad, version 3. SHA-256: {digest}</Bytes>"
		);
		assert_eq!(message, expected);
	}

	#[test]
	fn the_message_of_an_authority_has_its_documented_bytes() {
		let message = authority_message(&[1; 32], &[2; 32], &[3; 64]);
		let mut fields = vec![18 << 2];
		fields.extend(b"salus/authority/v1");
		fields.extend([1; 32]);
		fields.extend([2; 32]);
		// A length from 64 has two bytes in SCALE.
		fields.extend([1, 1]);
		fields.extend([3; 64]);
		let digest = hex::encode(Sha256::digest(&fields));
		let expected = format!(
			"<Bytes>salus/authority/v1: authority with the session keys {}. SHA-256: {digest}</Bytes>",
			fingerprint(&[3; 64])
		);
		assert_eq!(message, expected);
	}

	#[test]
	fn the_message_of_a_sign_in_has_its_documented_bytes() {
		let message = sign_in_message("clinic.example", &[1; 32], &[2; 32], &[3; 32], 4);
		let mut fields = vec![16 << 2];
		fields.extend(b"salus/sign-in/v1");
		fields.push(14 << 2);
		fields.extend(b"clinic.example");
		fields.extend([[1; 32], [2; 32], [3; 32]].concat());
		fields.extend([4, 0, 0, 0, 0, 0, 0, 0]);
		let digest = hex::encode(Sha256::digest(&fields));
		let expected = format!(
			"<Bytes>salus/sign-in/v1: clinic.example asks to sign in to its gateway. SHA-256: \
			 {digest}</Bytes>"
		);
		assert_eq!(message, expected);
	}

	#[test]
	fn every_field_changes_the_digest() {
		let sign_in = |host, genesis: u8, nonce: u8, account: u8, time| {
			sign_in_message(host, &[genesis; 32], &[nonce; 32], &[account; 32], time)
		};
		let base = sign_in("a.example", 1, 2, 3, 4);
		for other in [
			sign_in("b.example", 1, 2, 3, 4),
			sign_in("a.example", 9, 2, 3, 4),
			sign_in("a.example", 1, 9, 3, 4),
			sign_in("a.example", 1, 2, 9, 4),
			sign_in("a.example", 1, 2, 3, 9),
		] {
			assert_ne!(base, other);
		}
		let base = authority_message(&[1; 32], &[2; 32], &[3; 64]);
		for other in [
			authority_message(&[9; 32], &[2; 32], &[3; 64]),
			authority_message(&[1; 32], &[9; 32], &[3; 64]),
			authority_message(&[1; 32], &[2; 32], &[9; 64]),
			encryption_key_message(&[1; 32], &[2; 32], 3, &[3; 64]),
		] {
			assert_ne!(base, other);
		}
	}

	#[test]
	fn a_fingerprint_has_groups_of_four_digits() {
		let print = fingerprint(b"abc");
		assert!(print.starts_with("ba78 16bf 8f01 cfea ") && print.ends_with(" f200 15ad"));
		assert_eq!(print.len(), 16 * 5 - 1);
	}
}
