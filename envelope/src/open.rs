//! From an envelope to its document.

use std::io::{self, Read, Write};

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::{
	blinded_hash,
	check::Check,
	cipher::{Cipher, Segment, SegmentError},
	format::{
		padme, parse_header, segment_len, HeaderError, COUNT_LEN, HEADER_LEN, IV_LEN, LEAF_LEN,
	},
	manifest::{manifest_message, Manifest, Trailer, MAX_TRAILER_LEN},
	open_name,
	pipeline::{self, Group, Stages},
	seal::read_up_to,
	short_name, verify, Account, Author, ManifestAuthor, RecordKey, SealedName,
};

/// How much later than the record an envelope may have been sealed, by its own time: an hour, in
/// milliseconds.
pub const MOST_AHEAD: u64 = 60 * 60 * 1000;

/// Checks that bytes begin as an envelope does: the checks `magic`, `version`, `suite` and
/// `reserved`.
///
/// # Errors
///
/// There are fewer than [`HEADER_LEN`] bytes, or they are no header of this version.
pub fn check_header(start: &[u8]) -> Result<(), OpenError> {
	let header = start.first_chunk::<HEADER_LEN>();
	parse_header(header.ok_or(OpenError::NotAnEnvelope)?)?;
	Ok(())
}

/// The values of a record on chain. The envelope must match all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
	/// The blinded hash.
	pub hash: [u8; 32],
	/// The patient's id.
	pub patient: [u8; 16],
	/// The author.
	pub author: Author,
	/// The account that added the record. `None`: the source does not tell it, as the author is
	/// the patient. Then the founding account of the manifest's proof must be the signer.
	pub author_account: Option<Account>,
	/// The region's ParaId.
	pub region: u32,
	/// The genesis hash of the region's chain.
	pub genesis: [u8; 32],
	/// The blinded hash of the record that this one amends.
	pub amends: Option<[u8; 32]>,
	/// The sealed name.
	pub sealed_name: SealedName,
	/// When the record was added, in Unix milliseconds. `None`: the envelope's time is not
	/// checked, as the chain is one for development, whose clock runs apart.
	pub added_at: Option<u64>,
}

/// The contents of an envelope beside the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
	/// The manifest: its texts can be printed.
	pub manifest: Manifest,
	/// The document's SHA-256.
	pub document_hash: [u8; 32],
	/// The document's bytes.
	pub document_length: u64,
}

/// Why an envelope does not open.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
	/// The envelope can't be read.
	#[error("cannot read the envelope: {0}")]
	Read(#[source] io::Error),
	/// The document can't be written.
	#[error("cannot write the document: {0}")]
	Write(#[source] io::Error),
	/// It does not begin as an envelope does.
	#[error("this is no envelope: fetch the record's content again, from another node")]
	NotAnEnvelope,
	/// A version that this library does not know.
	#[error("the envelope's format has version {0}, and this program knows version 1: update it")]
	UnknownVersion(u16),
	/// The header has bytes that version 1 does not use.
	#[error(
		"the envelope's header has a byte that must be zero and is not: fetch the record's content \
		 again, from another node"
	)]
	Reserved,
	/// A suite that this library does not know.
	#[error(
		"the envelope's cipher suite is number {0}, and this program knows suite 1: update it"
	)]
	UnknownSuite(u16),
	/// It ends too early.
	#[error("the envelope was cut or extended: fetch the record's content again")]
	Truncated,
	/// A segment's tag is wrong.
	#[error(
		"the envelope's segment {segment} was changed, moved or cut, or the key is not this \
		 record's: fetch the record's content and its wrapped key again"
	)]
	Damaged {
		/// The segment's number, from 0.
		segment: u64,
	},
	/// All tags and hashes are valid, but the content breaks the format.
	#[error(
		"the envelope was not made by the rules (check {0}): do not trust it, tell its author"
	)]
	Malformed(Check),
	/// A block is not the one that the envelope's CID leads to.
	#[error("this block is not of the record's envelope: fetch it again, from another node")]
	WrongBlock,
	/// The document's blinded hash is not the one on chain.
	#[error("the document is not the one that the chain holds the hash of: do not trust it")]
	WrongDocument,
	/// The manifest says otherwise than the chain.
	#[error(
		"the envelope does not agree with the chain (check {0}): do not trust it, tell its author"
	)]
	WrongManifest(Check),
	/// The author's account did not sign this manifest and document.
	#[error("the author's signature is not valid: do not trust the document, tell its author")]
	WrongSignature,
}

impl OpenError {
	/// The check that failed. `None`: reading or writing failed.
	pub fn check(&self) -> Option<Check> {
		Some(match self {
			Self::Read(_) | Self::Write(_) => return None,
			Self::NotAnEnvelope => Check::Magic,
			Self::UnknownVersion(_) => Check::Version,
			Self::UnknownSuite(_) => Check::Suite,
			Self::Reserved => Check::Reserved,
			Self::Truncated => Check::SegmentLength,
			Self::Damaged { .. } => Check::Tag,
			Self::Malformed(check) | Self::WrongManifest(check) => *check,
			Self::WrongBlock => Check::Block,
			Self::WrongDocument => Check::Hash,
			Self::WrongSignature => Check::Signature,
		})
	}
}

impl From<HeaderError> for OpenError {
	fn from(error: HeaderError) -> Self {
		match error {
			HeaderError::Magic => Self::NotAnEnvelope,
			HeaderError::Version(version) => Self::UnknownVersion(version),
			HeaderError::Suite(suite) => Self::UnknownSuite(suite),
			HeaderError::Reserved => Self::Reserved,
		}
	}
}

/// Opens an envelope: reads it once, writes the document once, in flat memory, and keeps all of
/// the current rayon pool's threads busy.
///
/// **Until this returns `Ok`, release nothing that was written to `document`**: no person or
/// program may see it. Whoever holds the record key could forge segments, and only the last
/// checks, of hash and signature, rule that out. Write to a temporary file that others can't
/// read; rename it on `Ok`, delete it on `Err`.
pub fn open<R: Read, W: Write>(
	mut envelope: R,
	document: W,
	key: &RecordKey,
	expect: &Expected,
) -> Result<Opened, OpenError> {
	let mut header = Vec::with_capacity(HEADER_LEN);
	read_up_to(&mut envelope, HEADER_LEN, &mut header).map_err(OpenError::Read)?;
	let header: &[u8; HEADER_LEN] = header
		.as_slice()
		.try_into()
		.map_err(|_| OpenError::NotAnEnvelope)?;
	let cipher = Cipher::new(key, parse_header(header)?, header);
	let mut opening = Opening {
		envelope,
		ahead: None,
		number: 0,
		document,
		hasher: Sha256::new(),
		length: 0,
		document_ended: false,
		padding: 0,
		padding_is_zero: true,
		tail: Vec::new(),
	};
	pipeline::run(&mut opening, |segments| cipher.open(segments))?;
	opening.finish(key, expect)
}

struct Opening<R, W> {
	envelope: R,
	/// The byte after the last segment read: whether there is one tells which segment is last.
	ahead: Option<u8>,
	number: u64,
	document: W,
	hasher: Sha256,
	length: u64,
	document_ended: bool,
	/// The bytes of the padding that was dropped.
	padding: u64,
	/// Whether all of these were zero. Other faults are told first.
	padding_is_zero: bool,
	/// The bytes after the document so far, without the dropped ones.
	tail: Vec<u8>,
}

impl<R: Read, W: Write> Stages for Opening<R, W> {
	type Error = OpenError;

	fn read(&mut self, group: &mut Group) -> Result<(), OpenError> {
		for _ in 0..Group::full() {
			if self.number > 0 && self.ahead.is_none() {
				break;
			}
			let segment = group.push(self.number);
			segment.data.reserve_exact(LEAF_LEN);
			segment.data.extend(self.ahead.take());
			let room = segment_len(self.number) - segment.data.len();
			read_up_to(&mut self.envelope, room, &mut segment.data).map_err(OpenError::Read)?;
			let mut next = Vec::with_capacity(1);
			read_up_to(&mut self.envelope, 1, &mut next).map_err(OpenError::Read)?;
			self.ahead = next.first().copied();
			segment.last = self.ahead.is_none();
			self.number += 1;
		}
		Ok(())
	}

	fn write(&mut self, group: &Group) -> Result<(), OpenError> {
		group
			.segments()
			.iter()
			.try_for_each(|segment| self.take(segment))
	}
}

impl<R: Read, W: Write> Opening<R, W> {
	fn take(&mut self, segment: &Segment) -> Result<(), OpenError> {
		let (document, rest) = contents(segment)?;
		if self.document_ended && !document.is_empty() {
			return Err(OpenError::Malformed(Check::Count));
		}
		self.document_ended = !rest.is_empty();
		self.hasher.update(document);
		self.length += document.len() as u64;
		self.document
			.write_all(document)
			.map_err(OpenError::Write)?;
		self.take_tail(rest);
		Ok(())
	}

	/// Keeps as many bytes as the longest trailer. Those before it can only be padding.
	fn take_tail(&mut self, rest: &[u8]) {
		self.tail.extend_from_slice(rest);
		let excess = self.tail.len().saturating_sub(MAX_TRAILER_LEN);
		self.padding += excess as u64;
		self.padding_is_zero &= self.tail.drain(..excess).all(|byte| byte == 0);
	}

	fn finish(mut self, key: &RecordKey, expect: &Expected) -> Result<Opened, OpenError> {
		self.document.flush().map_err(OpenError::Write)?;
		let (trailer, trailer_len) =
			Trailer::parse(&self.tail).ok_or(OpenError::Malformed(Check::Manifest))?;
		let padding = &self.tail[..self.tail.len() - trailer_len];
		if !self.padding_is_zero || padding.iter().any(|byte| *byte != 0) {
			return Err(OpenError::Malformed(Check::Padding));
		}
		let content = self.length + trailer_len as u64;
		let payload = self.length + self.padding + self.tail.len() as u64;
		if padme(content) != Some(payload) {
			return Err(OpenError::Malformed(Check::PaddedSize));
		}
		let Trailer {
			manifest,
			signature,
		} = trailer;
		if manifest.length != self.length {
			return Err(OpenError::Malformed(Check::DocumentLength));
		}
		let document_hash: [u8; 32] = self.hasher.finalize().into();
		if !bool::from(blinded_hash(key, &document_hash).ct_eq(&expect.hash)) {
			return Err(OpenError::WrongDocument);
		}
		expect.compare(&manifest, key)?;
		if !verify(
			&manifest.author_account,
			manifest_message(&manifest, &document_hash).as_bytes(),
			&signature,
		) {
			return Err(OpenError::WrongSignature);
		}
		Ok(Opened {
			manifest,
			document_hash,
			document_length: self.length,
		})
	}
}

/// The bytes of the document in an opened segment, and what follows them.
pub(crate) fn contents(segment: &Segment) -> Result<(&[u8], &[u8]), OpenError> {
	segment.opened.map_err(|error| match error {
		SegmentError::Length => OpenError::Truncated,
		SegmentError::Tag => OpenError::Damaged {
			segment: segment.number,
		},
		SegmentError::Padding => OpenError::Malformed(Check::SegmentPadding),
	})?;
	let (count, payload) = segment.data[IV_LEN..]
		.split_first_chunk::<COUNT_LEN>()
		.expect("a segment that opened has a count");
	usize::try_from(u32::from_le_bytes(*count))
		.ok()
		.and_then(|count| payload.split_at_checked(count))
		.ok_or(OpenError::Malformed(Check::Count))
}

impl Expected {
	fn compare(&self, manifest: &Manifest, key: &RecordKey) -> Result<(), OpenError> {
		let author = &manifest.author;
		let checks = [
			(Check::Patient, self.patient == manifest.patient),
			(Check::Author, self.author == author.author()),
			(Check::Region, self.region == manifest.region),
			(Check::Genesis, self.genesis == manifest.genesis),
			(Check::Amends, self.amends == manifest.amends),
			(
				Check::PatientProof,
				author.is_proven(&self.genesis, &self.patient),
			),
			(
				Check::Account,
				self.account(author) == Some(&manifest.author_account),
			),
			(Check::Name, self.has_name(&manifest.name, key)),
			(Check::Time, self.allows(manifest.time)),
		];
		match checks.into_iter().find(|(_, fine)| !fine) {
			Some((check, _)) => Err(OpenError::WrongManifest(check)),
			None => Ok(()),
		}
	}

	/// Whether the sealed name is the manifest's.
	fn has_name(&self, name: &str, key: &RecordKey) -> bool {
		open_name(key, &self.sealed_name).is_ok_and(|sealed| sealed == short_name(name))
	}

	/// Whether the envelope can have been sealed at this time.
	fn allows(&self, time: u64) -> bool {
		self.added_at
			.is_none_or(|added_at| time <= added_at.saturating_add(MOST_AHEAD))
	}

	/// The account that must have signed.
	fn account<'a>(&'a self, author: &'a ManifestAuthor) -> Option<&'a Account> {
		match author {
			ManifestAuthor::Patient {
				founding_account, ..
			} => self.author_account.as_ref().or(Some(founding_account)),
			ManifestAuthor::Provider(_) => self.author_account.as_ref(),
		}
	}
}
