//! The envelopes that were added to IPFS, until their records are on the chain. A command that ends
//! earlier leaves them to the next one, which finishes or drops them.

use crate::{
	chain::{hex_bytes, Chain, State},
	files::{lock, read_json, write_json},
	ipfs::{to_base32, Uploader},
	pending::Pending,
	Error, Result,
};
use codec::{DecodeAll, Encode};
use salus_primitives::{
	views::RecordFilter, AccountId, Cid, Hash256, MemberId, Moment, PatientId, RecordId,
	SealedName, WrappedKey,
};
use serde::{Deserialize, Serialize};
use std::{
	fs::{self, File},
	io::ErrorKind,
	path::{Path, PathBuf},
};

/// Milliseconds in which a repeated command finds the record of one that ended before it told it.
const REPEATABLE: Moment = 24 * 60 * 60 * 1000;

/// An envelope on its way to a record: all that it takes to add the record, without the document.
/// A record shows the same to everybody, so nothing here is secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upload {
	#[serde(with = "hex_bytes")]
	cid: [u8; 36],
	/// The hash of the first block of its chain.
	#[serde(with = "hex_bytes")]
	genesis: Hash256,
	/// The author's account.
	#[serde(with = "hex_bytes")]
	account: [u8; 32],
	#[serde(with = "hex_bytes")]
	patient: [u8; 16],
	/// The record that it corrects.
	pub amends: Option<RecordId>,
	#[serde(with = "hex_bytes")]
	pub(crate) sealed_name: SealedName,
	/// The blinded hash.
	#[serde(with = "hex_bytes")]
	pub(crate) hash: Hash256,
	/// The envelope's size in bytes.
	pub size: u64,
	/// The record key, wrapped for the author, in SCALE.
	#[serde(with = "hex_bytes")]
	wrapped: Vec<u8>,
	/// The chain's time before the upload.
	pub at: Moment,
	/// Whether the command said that a block includes the record. The block can be reverted.
	pub(crate) told: bool,
}

impl Upload {
	/// The envelope's CID.
	pub fn cid(&self) -> Result<Cid> {
		Cid::from_bytes(&self.cid).map_err(|error| damaged(&error))
	}

	/// The patient.
	pub fn patient(&self) -> PatientId {
		PatientId(self.patient)
	}

	/// The record key, wrapped for the author.
	pub(crate) fn wrapped(&self) -> Result<WrappedKey> {
		WrappedKey::decode_all(&mut self.wrapped.as_slice()).map_err(|error| damaged(&error))
	}
}

fn damaged(error: &dyn std::error::Error) -> Error {
	Error::KeyFile(format!("the note on an upload is damaged: {error}"))
}

/// What an [`Upload`] is made from.
pub(crate) struct NewUpload<'a> {
	pub cid: &'a Cid,
	pub genesis: Hash256,
	pub account: AccountId,
	pub patient: PatientId,
	pub amends: Option<RecordId>,
	pub sealed_name: SealedName,
	pub hash: Hash256,
	pub size: u64,
	pub wrapped: &'a WrappedKey,
	pub at: Moment,
}

impl NewUpload<'_> {
	fn note(self) -> Upload {
		Upload {
			cid: *self.cid.as_bytes(),
			genesis: self.genesis,
			account: self.account.into(),
			patient: self.patient.0,
			amends: self.amends,
			sealed_name: self.sealed_name,
			hash: self.hash,
			size: self.size,
			wrapped: self.wrapped.encode(),
			at: self.at,
			told: false,
		}
	}
}

/// A folder with one file for each upload.
#[derive(Debug)]
pub struct Uploads {
	dir: PathBuf,
}

/// An upload that this process works on. Others leave it alone, until this is dropped.
pub(crate) struct InWork {
	pub cid: Cid,
	/// The note, in the folder. `None`: nothing is remembered.
	note: Option<(Upload, File)>,
}

impl Uploads {
	/// The uploads of the keys in a directory.
	pub(crate) fn new(keys: &Path) -> Self {
		Self {
			dir: keys.join("uploads"),
		}
	}

	fn path(&self, upload: &Upload) -> PathBuf {
		self.dir.join(format!("{}.json", hex::encode(upload.cid)))
	}

	fn begin(&self, new: NewUpload<'_>) -> Result<InWork> {
		let cid = *new.cid;
		let upload = new.note();
		let _lock = lock(&self.dir)?;
		let path = self.path(&upload);
		write_json(&path, &upload)?;
		let file = File::open(&path).map_err(Error::read(&path))?;
		file.lock().map_err(Error::write(&path))?;
		Ok(InWork {
			cid,
			note: Some((upload, file)),
		})
	}

	/// Takes an upload that another command left. `None`: it is gone, or its record is known. Fails
	/// if another command works on it.
	pub(crate) fn take(&self, upload: &Upload) -> Result<Option<InWork>> {
		let _lock = lock(&self.dir)?;
		let path = self.path(upload);
		let Ok(file) = File::open(&path) else {
			return Ok(None);
		};
		let now: Option<Upload> = read_json(&path)?;
		if now.is_none_or(|now| now.told) {
			return Ok(None);
		}
		let cid = upload.cid()?;
		if file.try_lock().is_err() {
			return Err(Error::NotAllowed {
				reason: format!(
					"another command works on this document (envelope {})",
					to_base32(&cid)
				),
				next: Some("wait for the end of that command, and read its result".into()),
			});
		}
		Ok(Some(InWork {
			cid,
			note: Some((upload.clone(), file)),
		}))
	}

	/// The uploads of an account on the chain with this first block that no running command works
	/// on, oldest first.
	fn of(&self, genesis: &Hash256, account: &AccountId) -> Result<Vec<Upload>> {
		let all = self.all(genesis, account)?.into_iter();
		Ok(all.filter_map(|(one, free)| free.then_some(one)).collect())
	}

	/// The uploads of an account on the chain with this first block, oldest first. The second value
	/// is false if a running command works on it.
	fn all(&self, genesis: &Hash256, account: &AccountId) -> Result<Vec<(Upload, bool)>> {
		let entries = match fs::read_dir(&self.dir) {
			Ok(entries) => entries,
			Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
			Err(error) => return Err(Error::read(&self.dir)(error)),
		};
		// A running command locks its file right after it wrote it.
		let _lock = lock(&self.dir)?;
		let mut found = Vec::new();
		for entry in entries {
			let path = entry.map_err(Error::read(&self.dir))?.path();
			if path.extension().is_none_or(|end| end != "json") {
				continue;
			}
			let Ok(file) = File::open(&path) else {
				continue;
			};
			let free = file.try_lock_shared().is_ok();
			let upload: Option<Upload> = read_json(&path)?;
			let account: &[u8; 32] = account.as_ref();
			let theirs = |one: &Upload| one.genesis == *genesis && one.account == *account;
			found.extend(upload.filter(theirs).map(|upload| (upload, free)));
		}
		found.sort_by_key(|(upload, _)| upload.at);
		Ok(found)
	}

	/// Forgets an upload: its record is on the chain, or its envelope is no longer kept.
	pub fn forget(&self, upload: &Upload) -> Result<()> {
		let path = self.path(upload);
		match fs::remove_file(&path) {
			Err(error) if error.kind() != ErrorKind::NotFound => Err(Error::write(&path)(error)),
			_ => Ok(()),
		}
	}

	/// Notes whether the command said that a block includes the record.
	pub(crate) fn set_told(&self, upload: &Upload, told: bool) -> Result<()> {
		let upload = Upload {
			told,
			..upload.clone()
		};
		write_json(&self.path(&upload), &upload)
	}
}

impl InWork {
	/// Notes an upload before it begins.
	pub fn begin(pending: Option<&Pending>, new: NewUpload<'_>) -> Result<Self> {
		match pending {
			Some(pending) => pending.uploads().begin(new),
			None => Ok(Self {
				cid: *new.cid,
				note: None,
			}),
		}
	}

	/// The note.
	pub fn upload(&self) -> Option<&Upload> {
		self.note.as_ref().map(|(upload, _)| upload)
	}
}

impl Chain {
	/// The envelopes that earlier commands of an account left without a record: no running command
	/// works on them, and no transaction that may still come adds their records. Forgets those
	/// whose records are on the chain.
	pub async fn unfinished(&self, pending: &Pending, account: &AccountId) -> Result<Vec<Upload>> {
		let all = pending.uploads().of(&self.genesis(), account)?;
		if all.is_empty() {
			return Ok(all);
		}
		let sent = pending.of(&self.genesis(), account)?;
		let state = self.finalized().await?;
		let now = state.now().await?;
		let mut left = Vec::new();
		for upload in all {
			let cid = upload.cid()?;
			if sent.iter().any(|transaction| transaction.names(&cid)) {
				continue;
			}
			let old = upload.at.saturating_add(REPEATABLE) < now;
			match record_of(&state, &upload).await? {
				Some(_) if upload.told || old => pending.uploads().forget(&upload)?,
				// The command may be repeated: it then finds the record.
				Some(_) => {}
				None => {
					// Its block was reverted for good.
					if upload.told {
						pending.uploads().set_told(&upload, false)?;
					}
					left.push(upload);
				}
			}
		}
		Ok(left)
	}

	/// All uploads of an account, also those that a running command works on.
	pub(crate) fn uploads(&self, pending: &Pending, account: &AccountId) -> Result<Vec<Upload>> {
		let all = pending.uploads().all(&self.genesis(), account)?;
		Ok(all.into_iter().map(|(upload, _)| upload).collect())
	}

	/// Drops the envelope of an unfinished upload, by its CID as text.
	pub async fn drop_unfinished(
		&self,
		pending: &Pending,
		account: &AccountId,
		cid: &str,
		ipfs: &dyn Uploader,
	) -> Result<()> {
		let upload = self.find_unfinished(pending, account, cid).await?;
		let taken = pending.uploads().take(&upload)?;
		let in_work = taken.ok_or_else(|| no_unfinished(cid))?;
		// Another command may have sent its record in the meantime.
		let sent = pending.of(&self.genesis(), account)?;
		let sent = sent.iter().any(|one| one.names(&in_work.cid));
		let state = self.finalized().await?;
		if sent || record_of(&state, &upload).await?.is_some() {
			return Err(no_unfinished(cid));
		}
		ipfs.unpin(&in_work.cid).await?;
		pending.uploads().forget(&upload)
	}

	/// An unfinished upload, by its CID as text.
	pub async fn find_unfinished(
		&self,
		pending: &Pending,
		account: &AccountId,
		cid: &str,
	) -> Result<Upload> {
		let all = self.unfinished(pending, account).await?;
		let mut found = None;
		for upload in all {
			if to_base32(&upload.cid()?) == cid {
				found = Some(upload);
			}
		}
		found.ok_or_else(|| no_unfinished(cid))
	}
}

fn no_unfinished(cid: &str) -> Error {
	Error::NotFound(format!(
		"unfinished envelope with the CID {cid}: its record is on the chain or on its way, another \
			command works on it, or another key or machine added it"
	))
}

/// The record of an envelope, if the chain has it.
pub(crate) async fn record_of(state: &State, upload: &Upload) -> Result<Option<RecordId>> {
	let cid = upload.cid()?;
	let patient = MemberId::Patient(upload.patient());
	let since_then = RecordFilter {
		since: Some(upload.at),
		..Default::default()
	};
	let records = state.records(&patient, &since_then, false).await?;
	let found = records.into_iter().find(|listed| listed.record.cid == cid);
	Ok(found.map(|listed| listed.record.id))
}

#[cfg(test)]
mod tests {
	use super::*;
	use salus_primitives::SEALED_NAME_LEN;

	fn cid(byte: u8) -> Cid {
		let bytes = [&[1, Cid::RAW, 0x12, 0x20][..], &[byte; 32]].concat();
		Cid::from_bytes(&bytes).unwrap()
	}

	fn wrapped() -> WrappedKey {
		WrappedKey::RsaOaep {
			key_version: 1,
			ciphertext: vec![5; 384].try_into().unwrap(),
		}
	}

	fn begin(uploads: &Uploads, byte: u8, account: u8) -> InWork {
		let new = NewUpload {
			cid: &cid(byte),
			genesis: [1; 32],
			account: [account; 32].into(),
			patient: PatientId([2; 16]),
			amends: Some(7),
			sealed_name: [3; SEALED_NAME_LEN],
			hash: [4; 32],
			size: 100,
			wrapped: &wrapped(),
			at: u64::from(byte),
		};
		uploads.begin(new).unwrap()
	}

	/// The CIDs of an account's uploads.
	fn of(uploads: &Uploads, genesis: u8, account: u8) -> Vec<Cid> {
		let all = uploads.of(&[genesis; 32], &[account; 32].into()).unwrap();
		all.iter().map(|upload| upload.cid().unwrap()).collect()
	}

	#[test]
	fn an_upload_in_work_is_left_alone_until_its_command_ends() {
		let dir = tempfile::tempdir().unwrap();
		let uploads = Uploads::new(dir.path());
		assert!(of(&uploads, 1, 1).is_empty());
		let second = begin(&uploads, 2, 1);
		let first = begin(&uploads, 1, 1);
		let note = first.upload().unwrap().clone();
		assert!(of(&uploads, 1, 1).is_empty());
		// A repeated command sees it, and is refused.
		let all = uploads.all(&[1; 32], &[1; 32].into()).unwrap();
		assert_eq!(all[0], (note.clone(), false));
		let error = uploads.take(&note).err().unwrap();
		assert!(matches!(error, Error::NotAllowed { .. }), "{error}");
		assert!(error.to_string().contains("another command"), "{error}");
		drop((first, second));
		assert_eq!(of(&uploads, 1, 1), [cid(1), cid(2)]);
		assert!(of(&uploads, 1, 2).is_empty());
		assert!(of(&uploads, 2, 1).is_empty());
		// Another command reads the same.
		let elsewhere = Uploads::new(dir.path());
		let read = elsewhere.of(&[1; 32], &[1; 32].into()).unwrap();
		assert_eq!(read[0], note);
		assert_eq!(read[0].wrapped().unwrap(), wrapped());
		let taken = elsewhere.take(&note).unwrap().unwrap();
		assert_eq!(of(&uploads, 1, 1), [cid(2)]);
		uploads.forget(&note).unwrap();
		drop(taken);
		uploads.forget(&note).unwrap();
		assert_eq!(of(&uploads, 1, 1), [cid(2)]);
		assert!(uploads.take(&note).unwrap().is_none());
	}

	#[test]
	fn a_told_upload_stays_until_its_record_is_final() {
		let dir = tempfile::tempdir().unwrap();
		let uploads = Uploads::new(dir.path());
		let note = begin(&uploads, 1, 1).upload().unwrap().clone();
		uploads.set_told(&note, true).unwrap();
		let all = uploads.of(&[1; 32], &[1; 32].into()).unwrap();
		assert!(all[0].told);
		assert!(uploads.take(&note).unwrap().is_none());
		assert_eq!(of(&uploads, 1, 1), [cid(1)]);
		uploads.set_told(&note, false).unwrap();
		assert!(uploads.take(&note).unwrap().is_some());
	}
}
