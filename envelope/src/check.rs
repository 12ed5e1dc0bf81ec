//! The names of the checks in `docs/envelope.md`.

use core::fmt;

/// A check of `docs/envelope.md`. The vectors of refusals name it, so that every reader can show
/// that it refuses for the same reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Check {
	/// The header is complete and begins with the magic.
	Magic,
	/// The version is known.
	Version,
	/// The suite is known.
	Suite,
	/// The reserved bytes are zero.
	Reserved,
	/// A segment has a length that its place allows.
	SegmentLength,
	/// A segment's tag.
	Tag,
	/// A segment's padding leaves a plaintext that its place allows.
	SegmentPadding,
	/// A segment's count fits, and no document bytes follow the document's end.
	Count,
	/// The manifest decodes, and its texts follow the rules.
	Manifest,
	/// All bytes between document and manifest are zero.
	Padding,
	/// The payload has the Padmé size.
	PaddedSize,
	/// The manifest's length is the document's.
	DocumentLength,
	/// The document's blinded hash is the chain's.
	Hash,
	/// The patient is the chain's.
	Patient,
	/// The role of the author, and a provider's id, are the chain's.
	Author,
	/// The region is the chain's.
	Region,
	/// The genesis hash is the chain's.
	Genesis,
	/// The amended record's blinded hash is the chain's.
	Amends,
	/// The patient's id follows from the proof.
	PatientProof,
	/// The account is the one that the chain recorded, or the founding one.
	Account,
	/// The sealed name opens to the short form of the manifest's name.
	Name,
	/// The time is not later than the chain's allows.
	Time,
	/// The signature of the author's account.
	Signature,
	/// The CID is of the form that the envelope's size needs.
	Cid,
	/// A block's hash is that of its CID.
	Block,
	/// A node has its form, and the links that its place in the tree needs.
	Node,
	/// A sealed name has 112 bytes.
	SealedNameLength,
	/// A sealed name's tag.
	SealedNameTag,
	/// A sealed name's padding is one byte.
	SealedNamePadding,
	/// A sealed name's length, characters and zeros.
	SealedNameText,
	/// A public key is of the form, size and exponent that the chain takes.
	PublicKey,
	/// A wrapped key is as long as the modulus.
	WrappedKeyLength,
	/// A wrapped key opens, with its label, to 32 bytes.
	WrappedKey,
	/// A key file has 1 MiB at most.
	KeyFileSize,
	/// A key file is of age's format, for a passphrase.
	KeyFileFormat,
	/// A key file's work factor is not too high.
	KeyFileWorkFactor,
	/// The passphrase opens the key file.
	KeyFilePassphrase,
	/// A key file is whole.
	KeyFileDamaged,
	/// A key file's version is known.
	KeyFileVersion,
	/// A key file's content follows the rules.
	KeyFileContent,
	/// A private key is of the right kind, and its halves fit.
	KeyFilePrivateKey,
}

impl Check {
	/// The name, as in `docs/envelope.md` and in the vectors.
	pub fn name(self) -> &'static str {
		match self {
			Self::Magic => "magic",
			Self::Version => "version",
			Self::Suite => "suite",
			Self::Reserved => "reserved",
			Self::SegmentLength => "segment-length",
			Self::Tag => "tag",
			Self::SegmentPadding => "segment-padding",
			Self::Count => "count",
			Self::Manifest => "manifest",
			Self::Padding => "padding",
			Self::PaddedSize => "padded-size",
			Self::DocumentLength => "document-length",
			Self::Hash => "hash",
			Self::Patient => "patient",
			Self::Author => "author",
			Self::Region => "region",
			Self::Genesis => "genesis",
			Self::Amends => "amends",
			Self::PatientProof => "patient-proof",
			Self::Account => "account",
			Self::Name => "name",
			Self::Time => "time",
			Self::Signature => "signature",
			Self::Cid => "cid",
			Self::Block => "block",
			Self::Node => "node",
			Self::SealedNameLength => "sealed-name-length",
			Self::SealedNameTag => "sealed-name-tag",
			Self::SealedNamePadding => "sealed-name-padding",
			Self::SealedNameText => "sealed-name-text",
			Self::PublicKey => "public-key",
			Self::WrappedKeyLength => "wrapped-key-length",
			Self::WrappedKey => "wrapped-key",
			Self::KeyFileSize => "key-file-size",
			Self::KeyFileFormat => "key-file-format",
			Self::KeyFileWorkFactor => "key-file-work-factor",
			Self::KeyFilePassphrase => "key-file-passphrase",
			Self::KeyFileDamaged => "key-file-damaged",
			Self::KeyFileVersion => "key-file-version",
			Self::KeyFileContent => "key-file-content",
			Self::KeyFilePrivateKey => "key-file-private-key",
		}
	}
}

impl fmt::Display for Check {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(self.name())
	}
}
