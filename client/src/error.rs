//! Errors: what failed, why, and what to do next.

use crate::RecordRef;
use std::{io, path::PathBuf};

/// The result of this library's functions.
pub type Result<T> = std::result::Result<T, Error>;

/// The reason why something failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
	/// Nothing was sent: the session was to give the encoded call only.
	#[error("nothing was sent: the call is 0x{}", hex::encode(.0))]
	OnlyCall(Vec<u8>),
	/// The request is wrong.
	#[error("{0}")]
	Input(String),
	/// The node cannot be reached, or stopped answering.
	#[error("cannot reach the node at {url}: {cause}")]
	Connection {
		/// The node's address.
		url: String,
		/// The cause.
		cause: String,
	},
	/// The node returned an error, or an answer that cannot be used.
	#[error("the node did not give a usable answer: {0}")]
	Node(String),
	/// The node no longer has the state of the block that was being read.
	#[error("the node no longer has the state of the block that was being read")]
	Discarded,
	/// A call, view, storage entry or event differs between the chain's runtime and this client.
	#[error("this salus does not fit version {runtime} of the chain's runtime: {what}")]
	Drift {
		/// What differs.
		what: String,
		/// The runtime's version.
		runtime: u32,
	},
	/// The transaction has no effect, and can never come.
	#[error("the chain did not accept the transaction: {reason}")]
	Rejected {
		/// The reason.
		reason: String,
		/// What to do next.
		next: Option<String>,
	},
	/// The transaction is in a block, and failed there.
	#[error("the chain refused it: {reason}")]
	Refused {
		/// The names of the pallet and the error, such as `Registry.NotFound`.
		code: String,
		/// The error's meaning.
		reason: String,
		/// What to do next.
		next: Option<String>,
	},
	/// The client or the node refused it before a transaction was sent.
	#[error("{reason}")]
	NotAllowed {
		/// The reason.
		reason: String,
		/// What to do next.
		next: Option<String>,
	},
	/// The transaction was sent, and its fate is unknown. A node may have refused it: that is its word.
	#[error("transaction {} was sent, but {reason}", .sent.hash)]
	Unknown {
		/// The transaction.
		sent: Box<Sent>,
		/// The reason why its fate is unknown.
		reason: String,
	},
	/// The chain does not hold it.
	#[error("there is no {0}")]
	NotFound(String),
	/// The member has no wrapped key of the record.
	#[error("record {record} is not granted to {member}")]
	NotGranted {
		/// The record.
		record: RecordRef,
		/// The member.
		member: String,
	},
	/// A document, envelope, key or signature failed a check.
	#[error("{0}")]
	Verification(String),
	/// The node's answer is false or incomplete, or too old to be the newest.
	#[error("the node's answer is not proven: {0}")]
	NotProven(String),
	/// A member's encryption key is not the remembered one.
	#[error(
		"the encryption key of {member} changed: salus remembers {known}, and the chain has \
			{found} (version {version})"
	)]
	KeyChanged {
		/// The member.
		member: String,
		/// The remembered fingerprint.
		known: String,
		/// The fingerprint on the chain.
		found: String,
		/// The key's version on the chain.
		version: u32,
	},
	/// The encryption key of a provider of another region is new, and only the directory confirms
	/// it.
	#[error(
		"the encryption key of {provider} is new, and only the consortium's directory confirms \
			it: {found}"
	)]
	KeyUnconfirmed {
		/// The provider, as the person named it.
		provider: String,
		/// The fingerprint in the directory.
		found: String,
	},
	/// A member's encryption key has another fingerprint than the member gave.
	#[error("the given fingerprint of {member} is {given}, but the chain has {found}")]
	WrongFingerprint {
		/// The member, as the person named it.
		member: String,
		/// The given fingerprint.
		given: String,
		/// The fingerprint on the chain.
		found: String,
	},
	/// The provider is not in the consortium's directory.
	#[error("{0} is not in the consortium's directory")]
	NotEnlisted(String),
	/// A request to IPFS failed.
	#[error("IPFS at {url}: {cause}")]
	Ipfs {
		/// The address of Kubo's RPC.
		url: String,
		/// The cause.
		cause: String,
		/// What to do next.
		next: Option<String>,
	},
	/// A key file or its passphrase is wrong.
	#[error("{0}")]
	KeyFile(String),
	/// A file cannot be read or written.
	#[error("cannot {action} {path}: {cause}", path = path.display())]
	File {
		/// What failed: `read` or `write`.
		action: &'static str,
		/// The file.
		path: PathBuf,
		/// The cause.
		cause: io::Error,
	},
	/// An error that leaves work done in part, or something behind.
	#[error("{error}; {note}")]
	Noted {
		/// The error.
		error: Box<Error>,
		/// What is done, or left behind.
		note: String,
		/// What to do about that.
		next: String,
	},
}

/// A transaction that was sent.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Sent {
	/// Its hash, as text.
	pub hash: String,
	/// Its nonce, if this salus signed it.
	pub nonce: Option<u64>,
	/// The number of the last block that can include it, if this salus signed it.
	pub last_block: Option<u64>,
	/// The CIDs of the envelopes whose records it adds.
	pub cids: Vec<String>,
}

impl Sent {
	/// The transaction with this hash, of which no more is known.
	pub(crate) fn with_hash(hash: &[u8; 32]) -> Self {
		Self {
			hash: format!("0x{}", hex::encode(hash)),
			nonce: None,
			last_block: None,
			cids: Vec::new(),
		}
	}
}

/// The kinds of [`Error`]: each has an exit code of the `salus` command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
	/// Any other error.
	Other,
	/// The request is wrong.
	Input,
	/// The chain refused it.
	Refused,
	/// It does not exist, or is not granted.
	NotFound,
	/// A check of a document, key or signature failed.
	Verification,
	/// IPFS failed.
	Ipfs,
	/// The node failed.
	Connection,
	/// A key file or its passphrase is wrong.
	KeyFile,
	/// A transaction was sent, and its fate is unknown.
	Unknown,
}

impl Error {
	/// The kind.
	pub fn kind(&self) -> Kind {
		match self {
			Self::Input(_) => Kind::Input,
			Self::Connection { .. } | Self::Node(_) | Self::Discarded | Self::Drift { .. } => {
				Kind::Connection
			}
			Self::Unknown { .. } => Kind::Unknown,
			Self::Rejected { .. } | Self::Refused { .. } | Self::NotAllowed { .. } => Kind::Refused,
			Self::NotFound(_) | Self::NotGranted { .. } | Self::NotEnlisted(_) => Kind::NotFound,
			Self::Verification(_)
			| Self::NotProven(_)
			| Self::KeyChanged { .. }
			| Self::KeyUnconfirmed { .. }
			| Self::WrongFingerprint { .. } => Kind::Verification,
			Self::Ipfs { .. } => Kind::Ipfs,
			Self::KeyFile(_) => Kind::KeyFile,
			Self::File { .. } | Self::OnlyCall(_) => Kind::Other,
			Self::Noted { error, .. } => error.kind(),
		}
	}

	/// The names of the pallet and the error, such as `Registry.NotFound`, if the chain refused it.
	pub fn code(&self) -> Option<&str> {
		match self {
			Self::Refused { code, .. } => Some(code),
			Self::Noted { error, .. } => error.code(),
			_ => None,
		}
	}

	/// What is done in part, or left behind.
	pub fn note(&self) -> Option<String> {
		match self {
			Self::Noted { error, note, .. } => Some(match error.note() {
				Some(first) => format!("{first}; {note}"),
				None => note.clone(),
			}),
			_ => None,
		}
	}

	/// The transaction whose fate is unknown.
	pub fn sent(&self) -> Option<&Sent> {
		match self {
			Self::Unknown { sent, .. } => Some(sent),
			Self::Noted { error, .. } => error.sent(),
			_ => None,
		}
	}

	/// Adds the CIDs of the envelopes whose records the transaction of unknown fate adds.
	pub(crate) fn with_cids(mut self, cids: Vec<String>) -> Self {
		if let Self::Unknown { sent, .. } = &mut self {
			sent.cids = cids;
		}
		self
	}

	/// Adds what is done in part, or left behind.
	pub(crate) fn noting(self, note: String, next: &str) -> Self {
		Self::Noted {
			error: Box::new(self),
			note,
			next: next.into(),
		}
	}

	/// The error of a later part of some work. The first `done` of `all` parts have taken effect.
	pub(crate) fn after(self, done: usize, all: usize) -> Self {
		match done {
			0 => self,
			_ => self.noting(
				format!("the first {done} of {all} are done"),
				"repeat the command with the others alone",
			),
		}
	}

	/// What to do next.
	pub fn next(&self) -> Option<String> {
		match self {
			Self::Connection { .. } => Some(
				"check that the node runs, and that its address is right (--node, \
					--consortium or the network's configuration)"
					.into(),
			),
			Self::Node(_) | Self::Discarded => {
				Some("try again, or use another node (--node or --consortium)".into())
			}
			Self::Verification(_) => Some(
				"nothing was written or granted: try another Kubo or node; if the check fails \
					again, tell the record's author"
					.into(),
			),
			Self::NotProven(_) => Some(
				"use another node (--node or --consortium), and check the clock of this machine; \
					if it fails again, tell an authority"
					.into(),
			),
			Self::Drift { runtime, .. } => Some(format!(
				"take a salus that knows version {runtime} of the runtime, or connect to another chain"
			)),
			Self::Rejected { next, .. }
			| Self::Refused { next, .. }
			| Self::NotAllowed { next, .. }
			| Self::Ipfs { next, .. } => next.clone(),
			Self::NotGranted { .. } => {
				Some("ask the record's patient to grant it (salus grant add)".into())
			}
			Self::KeyChanged { member, found, .. } => Some(format!(
				"ask {member} for its fingerprint over another channel; if it is the new one, \
					repeat with --fingerprint \"{found}\""
			)),
			Self::KeyUnconfirmed { provider, .. } => Some(format!(
				"ask {provider} for its fingerprint (salus key show), and repeat with \
					--fingerprint; or trust the directory with --yes"
			)),
			Self::WrongFingerprint { member, .. } => Some(format!(
				"no record key was sent: ask {member} again; if the given fingerprint is right, the \
					chain's is wrong: tell the authorities"
			)),
			Self::NotEnlisted(_) => {
				Some("ask the provider to enlist: salus provider enlist".into())
			}
			Self::Unknown { sent, .. } => Some(format!(
				"wait until its fate is certain: salus chain tx {}",
				sent.hash
			)),
			Self::Noted { error, next, .. } => Some(match error.next() {
				Some(first) => format!("{first}; {next}"),
				None => next.clone(),
			}),
			Self::File { cause, path, .. } if cause.kind() == io::ErrorKind::StorageFull => {
				let other = match *path == std::env::temp_dir() {
					true => "; for another folder with temporary files, set TMPDIR",
					false => "",
				};
				Some(format!("free some space there{other}"))
			}
			Self::File { cause, action, .. } => match cause.kind() {
				io::ErrorKind::PermissionDenied => {
					Some(format!("let your user {action} it, or name another file"))
				}
				io::ErrorKind::NotFound if *action == "write" => Some("make its folder".into()),
				io::ErrorKind::NotFound => Some("correct its name".into()),
				_ => None,
			},
			_ => None,
		}
	}

	/// The error for a file that cannot be read.
	pub fn read(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
		Self::file("read", path.into())
	}

	/// The error for a file that cannot be written.
	pub fn write(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
		Self::file("write", path.into())
	}

	/// The error for a temporary file.
	pub(crate) fn temporary(cause: io::Error) -> Self {
		Self::write(std::env::temp_dir())(cause)
	}

	fn file(action: &'static str, path: PathBuf) -> impl FnOnce(io::Error) -> Self {
		move |cause| Self::File {
			action,
			path,
			cause,
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_file_that_cannot_be_used_is_named_with_what_to_do() {
		for (kind, next) in [
			(io::ErrorKind::PermissionDenied, "let your user read it"),
			(io::ErrorKind::NotFound, "correct its name"),
		] {
			let error = Error::read("/etc/salus/credentials/kubo-node")(kind.into());
			let text = error.to_string();
			assert!(text.contains("/etc/salus/credentials/kubo-node"), "{text}");
			assert!(error.next().unwrap().contains(next), "{error}");
		}
	}

	#[test]
	fn a_full_folder_for_temporary_files_is_neither_ipfs_nor_a_failed_check() {
		let error = Error::temporary(io::ErrorKind::StorageFull.into());
		assert_eq!(error.kind(), Kind::Other);
		let folder = std::env::temp_dir().display().to_string();
		assert!(error.to_string().contains(&folder), "{error}");
		assert!(error.next().unwrap().contains("TMPDIR"), "{error}");
	}
}
