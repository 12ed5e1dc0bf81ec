//! What a client has seen of a network.

use std::{collections::BTreeMap, fs, path::PathBuf};

use salus_light::{Checkpoint, Header, KnownHead, H256};
use serde::{Deserialize, Serialize};

use super::LOCK;
use crate::{
	chain::hex_bytes,
	files::{lock, read_json, write, write_json},
	Error, Result,
};

/// The file with the checkpoint and the heads.
const SEEN: &str = "seen.json";

/// The file with the number of the newest release of the portal.
const PORTAL: &str = "portal.json";

/// The newest checkpoint of a network's relay chain and the newest head of each of its chains, in a
/// folder. Beside them are the chains' runtimes, so that they are not fetched each time.
pub struct Store {
	dir: PathBuf,
	/// The network file's.
	first: Option<Checkpoint>,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Seen {
	/// The encoded checkpoint; empty before the first.
	#[serde(with = "hex_bytes")]
	checkpoint: Vec<u8>,
	/// The heads by parachain id.
	heads: BTreeMap<u32, SeenHead>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SeenHead {
	number: u32,
	hash: H256,
	/// The block of the relay chain whose state has this head.
	relay: u32,
}

impl Store {
	/// The store in a folder, for a network whose file has this checkpoint.
	pub fn new(dir: PathBuf, first: Option<Checkpoint>) -> Self {
		Self { dir, first }
	}

	/// The newest checkpoint: the one that was seen, or the network file's.
	pub fn checkpoint(&self) -> Result<Checkpoint> {
		let first = self.first.clone().ok_or_else(|| {
			Error::Input("the network file has no checkpoint of a relay chain".into())
		})?;
		match self.seen()?.checkpoint()? {
			Some(seen) => first.newer(seen).map_err(conflict),
			None => Ok(first),
		}
	}

	/// Keeps a checkpoint, and the head of a chain in its state. The higher checkpoint stays, also
	/// if another process wrote one meanwhile.
	///
	/// Fails if the chain went back, or replaced a block: that is never right without a reset.
	pub fn keep(&self, checkpoint: &Checkpoint, para: u32, head: &Header) -> Result<()> {
		let _lock = lock(&self.dir.join(LOCK))?;
		let mut seen = self.seen()?;
		seen.advance(checkpoint)?;
		if let Some(known) = seen.heads.get(&para) {
			let same = known.relay == checkpoint.number && known.hash == head.hash();
			let older = checkpoint.number < known.relay && head.number() < known.number;
			if same || older {
				return Ok(());
			}
			let known = KnownHead {
				number: known.number,
				hash: known.hash,
			};
			KnownHead::follow(Some(known), head).map_err(|error| {
				Error::Verification(format!(
					"chain {para}: {error}. The relay chain's governance may have set its head: ask \
					 an authority, and get a network file with a higher reset number"
				))
			})?;
		}
		let relay = checkpoint.number;
		let (number, hash) = (head.number(), head.hash());
		let one = SeenHead {
			number,
			hash,
			relay,
		};
		seen.heads.insert(para, one);
		write_json(&self.dir.join(SEEN), &seen)
	}

	/// Keeps a checkpoint on the way to the newest one.
	pub(crate) fn keep_change(&self, checkpoint: &Checkpoint) -> Result<()> {
		let _lock = lock(&self.dir.join(LOCK))?;
		let mut seen = self.seen()?;
		seen.advance(checkpoint)?;
		write_json(&self.dir.join(SEEN), &seen)
	}

	/// Keeps the number of a release of the portal that was checked.
	///
	/// Fails if a newer one was used before: an old release can have faults that are known.
	pub fn keep_release(&self, serial: u32) -> Result<()> {
		let _lock = lock(&self.dir.join(LOCK))?;
		let path = self.dir.join(PORTAL);
		let newest: Option<u32> = read_json(&path)?;
		match newest {
			Some(newest) if serial < newest => Err(Error::Verification(format!(
				"this is release {serial} of the portal, and you have used release {newest}: get the \
				 newest one"
			))),
			Some(newest) if serial == newest => Ok(()),
			_ => write_json(&path, &serial),
		}
	}

	fn seen(&self) -> Result<Seen> {
		Ok(read_json(&self.dir.join(SEEN))?.unwrap_or_default())
	}

	/// The code of a chain's runtime, as far as it is kept. It must be checked.
	pub(crate) fn code(&self, para: u32) -> Option<Vec<u8>> {
		fs::read(self.dir.join(format!("{para}.code"))).ok()
	}

	/// Keeps the code of a chain's runtime. It is only a copy, so a failure does not matter.
	pub(crate) fn keep_code(&self, para: u32, code: &[u8]) {
		self.keep_copy(&format!("{para}.code"), code);
	}

	/// A chain's metadata, if they are kept by this name, which has the hash of the runtime.
	pub(crate) fn metadata(&self, para: u32, name: H256) -> Option<Vec<u8>> {
		let kept = fs::read(self.dir.join(format!("{para}.metadata"))).ok()?;
		let (of, metadata) = kept.split_at_checked(32)?;
		(of == name.as_bytes()).then(|| metadata.to_vec())
	}

	/// Keeps a chain's metadata.
	pub(crate) fn keep_metadata(&self, para: u32, name: H256, metadata: &[u8]) {
		let bytes = [name.as_bytes(), metadata].concat();
		self.keep_copy(&format!("{para}.metadata"), &bytes);
	}

	fn keep_copy(&self, name: &str, bytes: &[u8]) {
		use std::io::Write;
		let path = self.dir.join(name);
		let kept = lock(&self.dir.join(LOCK)).and_then(|_lock| {
			write(&path, true, |file| {
				file.write_all(bytes).map_err(Error::write(&path))
			})
		});
		let _ = kept;
	}
}

impl Seen {
	/// Takes a checkpoint, if it is the newer one. What was seen before a reset does not count any more.
	fn advance(&mut self, checkpoint: &Checkpoint) -> Result<()> {
		let known = self.checkpoint()?;
		let newer = match &known {
			Some(known) => known.clone().newer(checkpoint.clone()).map_err(conflict)?,
			None => checkpoint.clone(),
		};
		if newer.reset != checkpoint.reset {
			return Err(Error::Verification(
				"the network was reset meanwhile: try again".into(),
			));
		}
		if known.is_some_and(|known| known.reset < checkpoint.reset) {
			self.heads.clear();
		}
		self.checkpoint = newer.encode();
		Ok(())
	}

	fn checkpoint(&self) -> Result<Option<Checkpoint>> {
		if self.checkpoint.is_empty() {
			return Ok(None);
		}
		Checkpoint::decode(&self.checkpoint)
			.map(Some)
			.map_err(|error| Error::KeyFile(format!("{SEEN} is damaged: {error}")))
	}
}

fn conflict(error: salus_light::Conflict) -> Error {
	Error::Verification(format!(
		"{error}: one of them is forged, or the relay chain was restarted. Ask an authority"
	))
}
