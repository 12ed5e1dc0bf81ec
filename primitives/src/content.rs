//! The contents of a record.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::fmt;
use scale_info::TypeInfo;

/// A SHA-256 digest.
pub type Hash256 = [u8; 32];

/// Bytes of a record's name, sealed with its record key: IV, ciphertext and MAC, always this long.
pub const SEALED_NAME_LEN: usize = 112;

/// A record's name, sealed with its record key.
pub type SealedName = [u8; SEALED_NAME_LEN];

/// A CID as a person sends it, before [`Cid::from_bytes`] has looked at it. It has no bound, so that
/// one that is too long is refused in words.
pub type CidBytes = Vec<u8>;

/// Whether a person, and not a computer, made bytes that look random if a computer makes them: all are
/// zero, as in an empty form, or all are letters, digits and signs.
///
/// ```
/// use salus_primitives::content::is_typed;
///
/// assert!(is_typed(&[0; 32]) && is_typed(b"the name of the patient, 32 long"));
/// assert!(!is_typed(&[0xa5; 32]));
/// ```
pub fn is_typed(bytes: &[u8]) -> bool {
	bytes.iter().all(|byte| *byte == 0) || bytes.iter().all(|byte| (b' '..=b'~').contains(byte))
}

/// The CID of an envelope: version 1, SHA-256, codec raw or dag-pb. Nothing else can be one, as an
/// identity hash would put plaintext on the chain.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Hash,
	Encode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct Cid([u8; 36]);

/// Why bytes are no [`Cid`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CidError {
	/// It is text, such as `bafy…`, and not in binary.
	Text,
	/// Not of version 1.
	Version,
	/// Neither raw (0x55) nor dag-pb (0x70).
	Codec,
	/// Not SHA-256 with 32 bytes (0x12, 0x20).
	Hash,
	/// Shorter or longer than 36 bytes.
	Length,
}

impl fmt::Display for CidError {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(match self {
			Self::Text => "the CID is text: give it in binary, in hexadecimal digits",
			Self::Version => "the CID is not of version 1",
			Self::Codec => "the CID's codec is neither raw nor dag-pb",
			Self::Hash => "the CID's hash is not SHA-256",
			Self::Length => "the CID is not 36 bytes long",
		})
	}
}

impl core::error::Error for CidError {}

impl Cid {
	/// The codec of a single block.
	pub const RAW: u8 = 0x55;
	/// The codec of a tree of blocks.
	pub const DAG_PB: u8 = 0x70;

	/// Takes a CID from its binary form.
	pub fn from_bytes(bytes: &[u8]) -> Result<Self, CidError> {
		match bytes {
			[0x01, codec, 0x12, 0x20, ..] if *codec == Self::RAW || *codec == Self::DAG_PB => {
				bytes.try_into().map(Self).map_err(|_| CidError::Length)
			}
			[0x01, codec, ..] if *codec == Self::RAW || *codec == Self::DAG_PB => {
				Err(CidError::Hash)
			}
			[0x01, _, ..] => Err(CidError::Codec),
			[b'b' | b'B' | b'f' | b'F' | b'z' | b'Q' | b'k' | b'm' | b'u', ..]
				if is_typed(bytes) =>
			{
				Err(CidError::Text)
			}
			_ => Err(CidError::Version),
		}
	}

	/// The CID of a block with this SHA-256 digest; `dag_pb` for a tree's root, else raw.
	pub fn from_digest(dag_pb: bool, digest: Hash256) -> Self {
		let mut bytes = [0; 36];
		let codec = if dag_pb { Self::DAG_PB } else { Self::RAW };
		let (head, tail) = bytes.split_at_mut(4);
		head.copy_from_slice(&[0x01, codec, 0x12, 0x20]);
		tail.copy_from_slice(&digest);
		Self(bytes)
	}

	/// The binary form: 36 bytes.
	pub fn as_bytes(&self) -> &[u8; 36] {
		&self.0
	}

	/// Whether the root is a tree's, not a single block.
	pub fn is_dag_pb(&self) -> bool {
		let [_, codec, ..] = self.0;
		codec == Self::DAG_PB
	}

	/// The SHA-256 digest of the root block.
	pub fn digest(&self) -> Hash256 {
		let mut digest = [0; 32];
		let (_, tail) = self.0.split_at(4);
		digest.copy_from_slice(tail);
		digest
	}
}

impl Decode for Cid {
	fn decode<I: codec::Input>(input: &mut I) -> Result<Self, codec::Error> {
		Self::from_bytes(&<[u8; 36]>::decode(input)?).map_err(|_| "not an envelope's CID".into())
	}
}

/// The base-16 form that IPFS reads too: `f` and 72 hexadecimal digits.
impl fmt::Display for Cid {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str("f")?;
		self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
	}
}

impl fmt::Debug for Cid {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		fmt::Display::fmt(self, f)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn cids_of_other_versions_codecs_and_hashes_are_refused() {
		let good = *Cid::from_digest(true, [9; 32]).as_bytes();
		assert_eq!(Cid::from_bytes(&good), Ok(Cid(good)));
		let with = |place: usize, byte: u8| {
			let mut bytes = good;
			bytes[place] = byte;
			Cid::from_bytes(&bytes)
		};
		assert_eq!(with(0, 0), Err(CidError::Version));
		assert_eq!(with(0, 0x12), Err(CidError::Version));
		assert_eq!(with(1, 0x71), Err(CidError::Codec));
		assert_eq!(with(2, 0x00), Err(CidError::Hash));
		assert_eq!(with(3, 0x1f), Err(CidError::Hash));
		assert_eq!(Cid::from_bytes(&good[..35]), Err(CidError::Length));
		assert_eq!(Cid::from_bytes(&[]), Err(CidError::Version));
		let mut wrong = good;
		wrong[1] = 0x71;
		assert!(Cid::decode(&mut &wrong[..]).is_err());
	}
}
