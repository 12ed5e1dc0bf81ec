//! The network file: what a member must not learn from a node.
//!
//! It names the relay chain with a [checkpoint](crate::Checkpoint), the chains, the endpoints to
//! ask, and who signs the next file. Authorities sign it with their accounts. The rules for signers
//! are those of the root file of [TUF](https://theupdateframework.io):
//!
//! - a file names the accounts that sign for it, and how many must;
//! - a person confirms the first file, by its [fingerprint](NetworkFile::fingerprint);
//! - each next file has the next serial number, and needs enough signatures of the accounts before
//!   it and of its own. So signers can be replaced, and a thief of fewer keys can do nothing;
//! - only the newest file's end counts. After it, reading goes on with a warning, but no record key
//!   is wrapped for an encryption key that is seen for the first time.
//!
//! A file is JSON. Its signatures do not cover the JSON, but the SCALE of its fields in the order
//! of their declaration, by [`NetworkFile::message`].

mod check;
mod file;
mod release;
mod trust;

pub use check::FileError;
pub use file::{
	Chain, ChainKind, Endpoint, EndpointKind, NetworkFile, Relay, Signature, SignedFile, Signers,
};
pub use release::{Release, ReleaseError, ReleaseFile, SignedRelease, RELEASE_PURPOSE};
pub use trust::{Trusted, UpdateError};

/// The purpose of the message that the accounts sign.
pub const PURPOSE: &str = "salus/network/v1";

/// The highest number of bytes of a file.
pub const MAX_FILE_BYTES: usize = 256 * 1024;
