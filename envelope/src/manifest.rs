//! The manifest that ends every envelope, and the trailer that carries it.

use codec::{Decode, DecodeAll, Encode};

use crate::{
	name::{check_name, NameError, MAX_NAME_LEN},
	Account, ManifestAuthor, Signature,
};

const PURPOSE: &str = "salus/manifest/v1";
const MAX_MEDIA_TYPE_LEN: usize = 127;

const SIGNATURE_LEN: usize = 64;
const LENGTH_LEN: usize = 2;
// The two strings have two bytes of length each. The longest author is the patient.
const MAX_MANIFEST_LEN: usize =
	2 + MAX_NAME_LEN + 2 + MAX_MEDIA_TYPE_LEN + 8 + 16 + 65 + 32 + 4 + 32 + 33 + 8;
/// The longest trailer.
pub(crate) const MAX_TRAILER_LEN: usize = MAX_MANIFEST_LEN + SIGNATURE_LEN + LENGTH_LEN;

/// The description of a document in its envelope. The author's account signs it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Manifest {
	/// The document's name: 1 to 255 bytes of printable UTF-8. Not a path.
	pub name: String,
	/// The document's media type (RFC 6838), as `application/fhir+json`: 1 to 127 bytes of
	/// printable ASCII.
	pub media_type: String,
	/// The document's bytes.
	pub length: u64,
	/// The patient's id.
	pub patient: [u8; 16],
	/// The author.
	pub author: ManifestAuthor,
	/// The author's account, which signs.
	pub author_account: Account,
	/// The region's ParaId.
	pub region: u32,
	/// The genesis hash of the region's chain.
	pub genesis: [u8; 32],
	/// The blinded hash of the record that this one amends.
	pub amends: Option<[u8; 32]>,
	/// When the document was sealed, in Unix milliseconds.
	pub time: u64,
}

/// A [`Manifest`] without the document's length, for [`seal`](crate::seal).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Details {
	/// See [`Manifest::name`].
	pub name: String,
	/// See [`Manifest::media_type`].
	pub media_type: String,
	/// See [`Manifest::patient`].
	pub patient: [u8; 16],
	/// See [`Manifest::author`].
	pub author: ManifestAuthor,
	/// See [`Manifest::author_account`].
	pub author_account: Account,
	/// See [`Manifest::region`].
	pub region: u32,
	/// See [`Manifest::genesis`].
	pub genesis: [u8; 32],
	/// See [`Manifest::amends`].
	pub amends: Option<[u8; 32]>,
	/// See [`Manifest::time`].
	pub time: u64,
}

/// Why a manifest is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ManifestError {
	/// The name breaks the rules for names.
	#[error(transparent)]
	Name(#[from] NameError),
	/// The media type is empty, too long or not printable ASCII.
	#[error("the media type is not 1 to 127 bytes of printable ASCII: give one like text/plain")]
	MediaType,
}

impl Details {
	pub(crate) fn with_length(self, length: u64) -> Manifest {
		let Self {
			name,
			media_type,
			patient,
			author,
			author_account,
			region,
			..
		} = self;
		let Self {
			genesis,
			amends,
			time,
			..
		} = self;
		Manifest {
			name,
			media_type,
			length,
			patient,
			author,
			author_account,
			region,
			genesis,
			amends,
			time,
		}
	}
}

impl Manifest {
	pub(crate) fn check(&self) -> Result<(), ManifestError> {
		check_name(&self.name, MAX_NAME_LEN)?;
		let media_type = self.media_type.as_bytes();
		if !(1..=MAX_MEDIA_TYPE_LEN).contains(&media_type.len())
			|| !media_type.iter().all(|byte| (b' '..=b'~').contains(byte))
		{
			return Err(ManifestError::MediaType);
		}
		Ok(())
	}
}

/// The message that the author's account signs. The fields are the manifest and the document's
/// SHA-256.
pub fn manifest_message(manifest: &Manifest, document_hash: &[u8; 32]) -> String {
	let author = match &manifest.author {
		ManifestAuthor::Patient { .. } => "the patient".into(),
		ManifestAuthor::Provider(id) => format!("provider with id {id}"),
	};
	let about = format!(
		"document of {} bytes, patient {}, author {author}",
		manifest.length,
		hex::encode(manifest.patient),
	);
	salus_signing::message(PURPOSE, &about, (manifest, document_hash))
}

/// The end of the payload: manifest, signature, the manifest's length.
pub(crate) struct Trailer {
	pub manifest: Manifest,
	pub signature: Signature,
}

impl Trailer {
	pub(crate) fn encode(&self) -> Vec<u8> {
		let mut bytes = self.manifest.encode();
		let len = u16::try_from(bytes.len()).expect("a checked manifest is short");
		bytes.extend_from_slice(&self.signature);
		bytes.extend_from_slice(&len.to_le_bytes());
		bytes
	}

	/// Reads the trailer at the end of `payload`. Returns its length, too.
	pub(crate) fn parse(payload: &[u8]) -> Option<(Self, usize)> {
		let (rest, len) = payload.split_last_chunk::<LENGTH_LEN>()?;
		let len = usize::from(u16::from_le_bytes(*len));
		let (rest, signature) = rest.split_last_chunk::<SIGNATURE_LEN>()?;
		let bytes = &rest[rest.len().checked_sub(len)?..];
		let manifest = Manifest::decode_all(&mut &bytes[..]).ok()?;
		manifest.check().ok()?;
		// SCALE has one form for each value; this holds its decoder to it.
		(manifest.encode() == bytes).then_some(())?;
		let trailer_len = len + SIGNATURE_LEN + LENGTH_LEN;
		Some((
			Self {
				manifest,
				signature: *signature,
			},
			trailer_len,
		))
	}
}
