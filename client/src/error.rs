//! What can go wrong, each with its cause and, where there is one, the next step.

use crate::RecordRef;
use salus_primitives::RemoteProvider;
use std::path::PathBuf;

/// The result of everything here.
pub type Result<T> = std::result::Result<T, Error>;

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
	/// What was asked for makes no sense.
	#[error("{0}")]
	Input(String),
	/// The node can't be reached, or stopped answering.
	#[error("no connection to the node at {url}: {cause}")]
	Connection {
		/// The node's address.
		url: String,
		/// What the connection said.
		cause: String,
	},
	/// The node answered with something that can't be used.
	#[error("the node's answer can't be used: {0}")]
	Node(String),
	/// The chain's runtime and this client speak different versions of a call or a view.
	#[error("this chain's runtime and this client do not fit together: {0}")]
	Drift(String),
	/// The transaction pool did not take the transaction.
	#[error("the chain did not take the transaction: {reason}")]
	Rejected {
		/// Why.
		reason: String,
		/// What to do next.
		next: Option<String>,
	},
	/// The transaction was taken, and failed.
	#[error("the chain refused it: {reason}")]
	Refused {
		/// The pallet's name and the error's, such as `Registry.NotFound`.
		code: String,
		/// What it means.
		reason: String,
		/// What to do next.
		next: Option<String>,
	},
	/// Something would be refused by the chain, seen before it was asked.
	#[error("{reason}")]
	NotAllowed {
		/// Why.
		reason: String,
		/// What to do next.
		next: Option<String>,
	},
	/// The transaction was sent and its fate is not known.
	#[error("transaction {hash} was sent, but {reason}")]
	Unknown {
		/// The transaction's hash.
		hash: String,
		/// What happened.
		reason: String,
	},
	/// There is no such thing on the chain.
	#[error("there is no {0}")]
	NotFound(String),
	/// A record that this member holds no key for.
	#[error("record {record} is not granted to {member}")]
	NotGranted {
		/// The record.
		record: RecordRef,
		/// Who asked.
		member: String,
	},
	/// A document, envelope, key or signature that is not what the chain says it is.
	#[error("{0}")]
	Verification(String),
	/// Someone's encryption key is not the one that was remembered.
	#[error(
		"the encryption key of {member} changed: remembered {known}, the chain now has {found} (version {version})"
	)]
	KeyChanged {
		/// Whose.
		member: String,
		/// The fingerprint that was remembered.
		known: String,
		/// The fingerprint that the chain has now.
		found: String,
		/// The key's version now.
		version: u32,
	},
	/// A provider of another region whose encryption key nobody but the directory vouches for.
	#[error(
		"nobody but the consortium's directory says that {provider} has the encryption key {found}"
	)]
	KeyUnconfirmed {
		/// Whose.
		provider: RemoteProvider,
		/// The fingerprint that the directory has.
		found: String,
	},
	/// The directory's encryption key is not the one whose fingerprint the provider gave.
	#[error("{provider} gave the fingerprint {given}, and the consortium's directory has {found}")]
	WrongFingerprint {
		/// Whose.
		provider: RemoteProvider,
		/// What it gave.
		given: String,
		/// What the directory has.
		found: String,
	},
	/// A provider that is not in the consortium's directory.
	#[error("{0} is not in the consortium's directory")]
	NotEnlisted(RemoteProvider),
	/// IPFS.
	#[error("IPFS at {url}: {cause}")]
	Ipfs {
		/// The address of Kubo's RPC.
		url: String,
		/// What it said.
		cause: String,
		/// What to do next.
		next: Option<String>,
	},
	/// A key file or its passphrase.
	#[error("{0}")]
	KeyFile(String),
	/// A file.
	#[error("{path}: {cause}", path = path.display())]
	File {
		/// The file.
		path: PathBuf,
		/// What the system said.
		cause: std::io::Error,
	},
}

/// Kinds of [`Error`]: what a command's exit code tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
	/// None of the others.
	Other,
	/// What was asked for makes no sense.
	Input,
	/// The chain refuses it.
	Refused,
	/// Not there, or not granted.
	NotFound,
	/// A check of content, key or signature failed.
	Verification,
	/// IPFS.
	Ipfs,
	/// The node.
	Connection,
	/// Key file or passphrase.
	KeyFile,
}

impl Error {
	/// The kind.
	pub fn kind(&self) -> Kind {
		match self {
			Self::Input(_) => Kind::Input,
			Self::Connection { .. } | Self::Node(_) | Self::Drift(_) | Self::Unknown { .. } => {
				Kind::Connection
			}
			Self::Rejected { .. } | Self::Refused { .. } | Self::NotAllowed { .. } => Kind::Refused,
			Self::NotFound(_) | Self::NotGranted { .. } | Self::NotEnlisted(_) => Kind::NotFound,
			Self::Verification(_)
			| Self::KeyChanged { .. }
			| Self::KeyUnconfirmed { .. }
			| Self::WrongFingerprint { .. } => Kind::Verification,
			Self::Ipfs { .. } => Kind::Ipfs,
			Self::KeyFile(_) => Kind::KeyFile,
			Self::File { .. } => Kind::Other,
		}
	}

	/// What the person can do next.
	pub fn next(&self) -> Option<String> {
		match self {
			Self::Connection { .. } => {
				Some("check that the node runs, and its address (--node, --consortium, or a network's)".into())
			}
			Self::Node(_) => Some("try again, or ask another node (--node or --consortium)".into()),
			Self::Verification(_) => Some(
				"nothing was released: try again with another Kubo or node; if it stays so, tell the record's author"
					.into(),
			),
			Self::Drift(_) => Some("update salus, or connect to another chain".into()),
			Self::Rejected { next, .. }
			| Self::Refused { next, .. }
			| Self::NotAllowed { next, .. }
			| Self::Ipfs { next, .. } => next.clone(),
			Self::NotGranted { .. } => {
				Some("ask the record's patient for a grant (salus grant add)".into())
			}
			Self::KeyChanged { member, found, .. } => Some(format!(
				"ask {member} for its fingerprint by another way; if it is the new one, repeat with --accept-key {found}"
			)),
			Self::KeyUnconfirmed { provider, .. } => Some(format!(
				"ask {provider} for its fingerprint (it sees it with salus key show), and repeat with --fingerprint; or trust the directory with --yes"
			)),
			Self::WrongFingerprint { provider, .. } => Some(format!(
				"nothing was granted: ask {provider} again; if the fingerprint is right, the directory is wrong, so tell the authorities"
			)),
			Self::NotEnlisted(_) => {
				Some("the provider enlists itself, once: salus provider enlist".into())
			}
			Self::Unknown { .. } => Some("look for its effect before you repeat it".into()),
			_ => None,
		}
	}

	pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
		let path = path.into();
		move |cause| Self::File { path, cause }
	}
}
