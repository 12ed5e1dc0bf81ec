//! A release of the portal: the list of its files, which a network's signers sign.
//!
//! Whoever serves the portal sees what its pages see. So a member's own program serves it, or checks
//! what another server gives, by this list.

use alloc::{collections::BTreeSet, format, string::String, vec::Vec};
use codec::Encode;
use salus_signing::{fingerprint, message};
use serde::{Deserialize, Serialize};
use sp_core::H256;
use thiserror::Error;

use super::{Signature, Signers, MAX_FILE_BYTES};

/// The purpose of the message that the accounts sign.
pub const RELEASE_PURPOSE: &str = "salus/release/v1";

const FORMAT: u32 = 1;

/// The files of a release.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Release {
	/// The version of the format: 1.
	pub format: u32,
	/// The release's number. A client never goes back to a lower one.
	pub serial: u32,
	/// All files, by path.
	pub files: Vec<ReleaseFile>,
}

/// A file of a release.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReleaseFile {
	/// Its path below the portal's origin, such as `assets/index.js`.
	pub path: String,
	/// Its SHA-256.
	pub sha256: H256,
}

/// A release with its signatures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedRelease {
	/// The release.
	pub release: Release,
	/// The signatures, in any order.
	pub signatures: Vec<Signature>,
}

/// Why a release is not believed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ReleaseError {
	/// It cannot be read.
	#[error("the list of the portal's files cannot be read: {0}")]
	Unreadable(String),
	/// It has another format.
	#[error("the list of the portal's files has format {0}; this program knows format {FORMAT}: update it")]
	Format(u32),
	/// It names a file twice, or one that no portal has.
	#[error("the list of the portal's files names {0} twice, or it is no path")]
	Path(String),
	/// Too few of the network's signers have signed it.
	#[error("the release needs {needed} signatures of the network's signers, and has {found}")]
	Signers {
		/// How many it needs.
		needed: u32,
		/// How many it has.
		found: u32,
	},
}

impl Release {
	/// The message that signers sign.
	pub fn message(&self) -> String {
		let (serial, count, print) = (self.serial, self.files.len(), self.fingerprint());
		let about = format!("portal release {serial} with {count} files, fingerprint {print}");
		message(RELEASE_PURPOSE, &about, self)
	}

	/// The release's fingerprint, for signers to compare.
	pub fn fingerprint(&self) -> String {
		fingerprint(&self.encode())
	}
}

impl SignedRelease {
	/// Reads a list. Its signatures are checked by [`check`](Self::check).
	///
	/// # Errors
	///
	/// [`ReleaseError`].
	pub fn parse(json: &[u8]) -> Result<Self, ReleaseError> {
		if json.len() > MAX_FILE_BYTES {
			return Err(ReleaseError::Unreadable("it is too long".into()));
		}
		let signed: Self = serde_json::from_slice(json)
			.map_err(|error| ReleaseError::Unreadable(format!("{error}")))?;
		if signed.release.format != FORMAT {
			return Err(ReleaseError::Format(signed.release.format));
		}
		let mut seen = BTreeSet::new();
		for ReleaseFile { path, .. } in &signed.release.files {
			let parts = path.split('/').all(|part| !matches!(part, "" | "." | ".."));
			let ascii = path
				.bytes()
				.all(|byte| byte.is_ascii_graphic() && byte != b'\\');
			if !parts || !ascii || !seen.insert(path) {
				return Err(ReleaseError::Path(path.clone()));
			}
		}
		Ok(signed)
	}

	/// Checks that enough of a network's signers have signed it.
	///
	/// # Errors
	///
	/// [`ReleaseError::Signers`].
	pub fn check(&self, signers: &Signers) -> Result<(), ReleaseError> {
		let needed = signers.threshold;
		let found = signers.count(&self.release.message(), &self.signatures);
		match found >= needed {
			true => Ok(()),
			false => Err(ReleaseError::Signers { needed, found }),
		}
	}
}
