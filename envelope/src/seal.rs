//! From a document to an envelope.

use std::io::{self, Read, Write};

use sha2::{Digest, Sha256};

use crate::{
	blinded_hash,
	cipher::Cipher,
	format::{capacity, envelope_size, header, padme, COUNT_LEN, IV_LEN, LEAF_LEN, NONCE_LEN},
	manifest::{manifest_message, Details, ManifestError, Trailer},
	pipeline::{self, Group, Stages},
	random::random,
	verify, RecordKey, Signer,
};

/// The result of sealing a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
	/// The document's SHA-256: secret, as a short document could be guessed from it.
	pub document_hash: [u8; 32],
	/// The blinded hash, for the chain.
	pub hash: [u8; 32],
	/// The document's bytes.
	pub document_length: u64,
	/// The envelope's bytes.
	pub size: u64,
}

/// Why a document is not sealed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SealError {
	/// The document can't be read.
	#[error("cannot read the document: {0}")]
	Read(#[source] io::Error),
	/// The envelope can't be written.
	#[error("cannot write the envelope: {0}")]
	Write(#[source] io::Error),
	/// The details break the rules for manifests.
	#[error(transparent)]
	Manifest(#[from] ManifestError),
	/// The proof does not give the patient's id.
	#[error(
		"the founding account and commitment do not give the patient's id: take those with which \
		 the patient registered"
	)]
	Proof,
	/// The signer returned an invalid signature.
	#[error("the signer did not sign as the author's account: unlock the author's own key")]
	Signature,
	/// The document has more bytes than the format counts.
	#[error("the document is too long for an envelope: split it")]
	TooLong,
}

/// Seals a document: reads it once, writes the envelope once, in flat memory, and keeps all of
/// the current rayon pool's threads busy.
///
/// Seal each document with a new record key. For a progress bar, wrap `document`.
///
/// On an error the envelope is incomplete: throw it away.
pub fn seal<R: Read, W: Write>(
	document: R,
	envelope: W,
	key: &RecordKey,
	details: Details,
	signer: &dyn Signer,
) -> Result<Sealed, SealError> {
	if !details.author.is_proven(&details.genesis, &details.patient) {
		return Err(SealError::Proof);
	}
	seal_with(document, envelope, key, details, signer, &random(), random)
}

/// [`seal`] with the nonce and IVs given. A pair of key and nonce must never be used twice.
pub(crate) fn seal_with<R: Read, W: Write>(
	document: R,
	mut envelope: W,
	key: &RecordKey,
	details: Details,
	signer: &dyn Signer,
	nonce: &[u8; NONCE_LEN],
	iv: impl FnMut() -> [u8; IV_LEN],
) -> Result<Sealed, SealError> {
	details.clone().with_length(0).check()?;
	if details.author_account != signer.account() {
		return Err(SealError::Signature);
	}
	let header = header(nonce);
	envelope.write_all(&header).map_err(SealError::Write)?;
	let cipher = Cipher::new(key, nonce, &header);
	let mut sealing = Sealing {
		document,
		envelope,
		iv,
		signer,
		details: Some(details),
		hasher: Sha256::new(),
		length: 0,
		position: 0,
		number: 0,
		ending: None,
	};
	pipeline::run(&mut sealing, |segments| cipher.seal(segments))?;
	sealing.envelope.flush().map_err(SealError::Write)?;
	let Ending {
		document_hash,
		payload,
		..
	} = sealing.ending.expect("sealing ends after the trailer");
	Ok(Sealed {
		document_hash,
		hash: blinded_hash(key, &document_hash),
		document_length: sealing.length,
		size: envelope_size(payload).ok_or(SealError::TooLong)?,
	})
}

struct Sealing<'a, R, W, I> {
	document: R,
	envelope: W,
	iv: I,
	signer: &'a dyn Signer,
	/// Until the document ends.
	details: Option<Details>,
	hasher: Sha256,
	length: u64,
	/// The payload bytes so far.
	position: u64,
	number: u64,
	/// Once the document has ended.
	ending: Option<Ending>,
}

/// The bytes after the document.
struct Ending {
	document_hash: [u8; 32],
	/// The bytes of the whole payload: a Padmé size.
	payload: u64,
	/// Zero padding, then the trailer.
	bytes: Box<dyn Read>,
}

impl<R: Read, W: Write, I: FnMut() -> [u8; IV_LEN]> Sealing<'_, R, W, I> {
	fn finish_document(&mut self, details: Details) -> Result<Ending, SealError> {
		let document_hash = self.hasher.finalize_reset().into();
		let manifest = details.with_length(self.length);
		let message = manifest_message(&manifest, &document_hash);
		let signature = self.signer.sign(message.as_bytes());
		if !verify(&manifest.author_account, message.as_bytes(), &signature) {
			return Err(SealError::Signature);
		}
		let trailer = Trailer {
			manifest,
			signature,
		}
		.encode();
		let content = self
			.length
			.checked_add(trailer.len() as u64)
			.ok_or(SealError::TooLong)?;
		let payload = padme(content).ok_or(SealError::TooLong)?;
		let zeros = io::repeat(0).take(payload - content);
		Ok(Ending {
			document_hash,
			payload,
			bytes: Box::new(zeros.chain(io::Cursor::new(trailer))),
		})
	}
}

impl<R: Read, W: Write, I: FnMut() -> [u8; IV_LEN]> Stages for Sealing<'_, R, W, I> {
	type Error = SealError;

	fn read(&mut self, group: &mut Group) -> Result<(), SealError> {
		for _ in 0..Group::full() {
			if self
				.ending
				.as_ref()
				.is_some_and(|ending| ending.payload == self.position)
			{
				break;
			}
			let mut room = capacity(self.number);
			let segment = group.push(self.number);
			self.number += 1;
			segment.data.reserve_exact(LEAF_LEN);
			segment.data.extend_from_slice(&(self.iv)());
			segment.data.extend_from_slice(&[0; COUNT_LEN]);
			if self.ending.is_none() {
				let read = read_up_to(&mut self.document, room, &mut segment.data)
					.map_err(SealError::Read)?;
				room -= read;
				self.length = self
					.length
					.checked_add(read as u64)
					.ok_or(SealError::TooLong)?;
				self.hasher.update(&segment.data[IV_LEN + COUNT_LEN..]);
				segment.data[IV_LEN..][..COUNT_LEN].copy_from_slice(&(read as u32).to_le_bytes());
				if room > 0 {
					let details = self.details.take().expect("the document ends once");
					self.ending = Some(self.finish_document(details)?);
				}
			}
			if let Some(ending) = &mut self.ending {
				read_up_to(&mut ending.bytes, room, &mut segment.data).map_err(SealError::Read)?;
			}
			self.position += (segment.data.len() - IV_LEN - COUNT_LEN) as u64;
			segment.last = self
				.ending
				.as_ref()
				.is_some_and(|ending| ending.payload == self.position);
		}
		Ok(())
	}

	fn write(&mut self, group: &Group) -> Result<(), SealError> {
		for segment in group.segments() {
			self.envelope
				.write_all(&segment.data)
				.map_err(SealError::Write)?;
		}
		Ok(())
	}
}

/// Appends bytes until there are `limit` more or the reader ends, and tells how many. Does not
/// grow a vector that has room for them.
pub(crate) fn read_up_to(
	reader: &mut impl Read,
	limit: usize,
	data: &mut Vec<u8>,
) -> io::Result<usize> {
	reader.take(limit as u64).read_to_end(data)
}
