//! The envelopes that were added to IPFS, until their records are on the chain. A command that ends
//! earlier leaves them to the next one, which finishes or drops them.

use crate::{
	chain::{hex_bytes, Chain, State},
	files::{lock, name, private_dir, read_json, unnamed, write_json},
	ipfs::{to_base32, Uploader},
	pending::Pending,
	Error, Result,
};
use codec::{DecodeAll, Encode};
use salus_primitives::{
	AccountId, Cid, Hash256, Moment, PatientId, RecordId, SealedName, WrappedKey,
};
use serde::{Deserialize, Serialize};
use std::{
	fs::{self, File},
	io::ErrorKind,
	path::{Path, PathBuf},
};

/// The file that locks the folder of an account.
const LOCK: &str = ".lock";
/// The end of the name of a sealed envelope that IPFS does not keep yet. It is beside its note.
const SEALED: &str = "envelope";
/// Milliseconds in which a repeated command finds the record of one that ended before it told it.
const REPEATABLE: Moment = 24 * 60 * 60 * 1000;

/// An envelope on its way to a record: all that it takes to add the record, without the document.
/// A record shows the same to everybody, so nothing here is secret. The document's tag says nothing
/// without the author's key.
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
	/// By which the author's key finds the same document again, with the same patient and name.
	#[serde(with = "hex_bytes")]
	document: Hash256,
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
#[derive(Clone)]
pub(crate) struct NewUpload<'a> {
	pub cid: &'a Cid,
	pub genesis: Hash256,
	pub account: AccountId,
	pub patient: PatientId,
	pub document: Hash256,
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
			document: self.document,
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

/// A folder for each account, with one file for each upload, and the envelope until IPFS keeps it.
#[derive(Debug)]
pub struct Uploads {
	dir: PathBuf,
}

/// An upload that this process works on. Others leave it alone, until this is dropped.
pub(crate) struct InWork {
	pub cid: Cid,
	pub upload: Upload,
	/// The note in the folder, locked. `None`: nothing is remembered.
	_file: Option<File>,
}

impl Uploads {
	/// The uploads of the keys in a directory.
	pub(crate) fn new(keys: &Path) -> Self {
		Self {
			dir: keys.join("uploads"),
		}
	}

	fn folder(&self, account: &[u8; 32]) -> PathBuf {
		self.dir.join(hex::encode(account))
	}

	fn path(&self, upload: &Upload) -> PathBuf {
		let name = format!("{}.json", hex::encode(upload.cid));
		self.folder(&upload.account).join(name)
	}

	pub(crate) fn sealed_path(&self, upload: &Upload) -> PathBuf {
		self.path(upload).with_extension(SEALED)
	}

	/// Locks an account's folder, for a moment.
	fn lock(&self, account: &[u8; 32]) -> Result<File> {
		lock(&self.folder(account).join(LOCK))
	}

	/// The notes in an account's folder, each with its file. The folder must be locked.
	fn read(&self, account: &[u8; 32]) -> Result<Vec<(Upload, File)>> {
		let dir = self.folder(account);
		let mut found = Vec::new();
		for entry in fs::read_dir(&dir).map_err(Error::read(&dir))? {
			let path = entry.map_err(Error::read(&dir))?.path();
			if path.extension().is_none_or(|end| end != "json") {
				continue;
			}
			// Another command can remove it in the meantime.
			let Ok(file) = File::open(&path) else {
				continue;
			};
			let upload: Option<Upload> = read_json(&path).map_err(|error| {
				error.noting(
					"salus cannot tell which envelope this note is about".into(),
					&format!("move {} away, if you do not need it", path.display()),
				)
			})?;
			found.extend(upload.map(|upload| (upload, file)));
		}
		Ok(found)
	}

	/// A file without a name, for an account's next envelope, and the folder that it is in.
	fn envelope(&self, account: &[u8; 32]) -> Result<(File, PathBuf)> {
		let folder = self.folder(account);
		private_dir(&folder)?;
		Ok((unnamed(&folder.join(SEALED))?, folder))
	}

	/// Notes an upload, and keeps its envelope. Fails if there is one of the same document that is not
	/// in `own`, the uploads of this command.
	fn begin(&self, new: NewUpload<'_>, own: &[Cid], envelope: &File) -> Result<InWork> {
		let cid = *new.cid;
		let upload = new.note();
		let _lock = self.lock(&upload.account)?;
		if let Some(other) = self.same(&upload.account, &upload.document, own)? {
			return Err(works_on(&other.cid));
		}
		let path = self.path(&upload);
		write_json(&path, &upload)?;
		let file = File::open(&path).map_err(Error::read(&path))?;
		file.lock().map_err(Error::write(&path))?;
		let envelope = envelope.try_clone().map_err(Error::write(&path))?;
		// Nobody waits for the disk: an envelope that lacks bytes does not have its CID.
		if let Err(error) = name(envelope, &self.sealed_path(&upload), false) {
			let _ = self.forget(&upload);
			return Err(error);
		}
		Ok(InWork {
			cid,
			upload,
			_file: Some(file),
		})
	}

	/// Whether there are uploads that are not in `own`, and whose records are not known.
	pub(crate) fn has_earlier(
		&self,
		genesis: &Hash256,
		account: &AccountId,
		own: &[Cid],
	) -> Result<bool> {
		let all = self.all(genesis, account)?;
		let is_own = |upload: &Upload| own.iter().any(|cid| *cid.as_bytes() == upload.cid);
		Ok(all
			.iter()
			.any(|(upload, _)| !upload.told && !is_own(upload)))
	}

	/// Takes an upload of a document that an earlier command left: one that is not in `own`, the
	/// uploads of this command. Fails if another command works on it.
	pub(crate) fn earlier(
		&self,
		account: &AccountId,
		document: &Hash256,
		own: &[Cid],
	) -> Result<Option<InWork>> {
		let account: &[u8; 32] = account.as_ref();
		let _lock = self.lock(account)?;
		self.same(account, document, own)
	}

	/// The same. The folder must be locked.
	fn same(&self, account: &[u8; 32], document: &Hash256, own: &[Cid]) -> Result<Option<InWork>> {
		for (earlier, file) in self.read(account)? {
			let same = earlier.document == *document && !earlier.told;
			if same && !own.contains(&earlier.cid()?) {
				return in_work(earlier, file).map(Some);
			}
		}
		Ok(None)
	}

	/// The sealed envelope of an upload. `None`: IPFS keeps it. It can lack bytes, if the machine stopped.
	pub(crate) fn sealed(&self, upload: &Upload) -> Result<Option<File>> {
		let path = self.sealed_path(upload);
		match File::open(&path) {
			Ok(file) => Ok(Some(file)),
			Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
			Err(error) => Err(Error::read(&path)(error)),
		}
	}

	/// Removes the sealed envelope of an upload: IPFS keeps it.
	pub(crate) fn kept(&self, upload: &Upload) -> Result<()> {
		remove(&self.sealed_path(upload))
	}

	/// Takes an upload that another command left. `None`: it is gone, or its record is known. Fails
	/// if another command works on it.
	pub(crate) fn take(&self, upload: &Upload) -> Result<Option<InWork>> {
		let _lock = self.lock(&upload.account)?;
		let path = self.path(upload);
		let Ok(file) = File::open(&path) else {
			return Ok(None);
		};
		let now: Option<Upload> = read_json(&path)?;
		match now {
			Some(now) if !now.told => in_work(now, file).map(Some),
			_ => Ok(None),
		}
	}

	/// The uploads of an account on the chain with this first block that no running command works
	/// on, oldest first.
	fn of(&self, genesis: &Hash256, account: &AccountId) -> Result<Vec<Upload>> {
		let all = self.all(genesis, account)?.into_iter();
		Ok(all.filter_map(|(one, free)| free.then_some(one)).collect())
	}

	/// The uploads of an account on the chain with this first block, oldest first. The second value
	/// is false if a running command works on it.
	pub(crate) fn all(
		&self,
		genesis: &Hash256,
		account: &AccountId,
	) -> Result<Vec<(Upload, bool)>> {
		let account: &[u8; 32] = account.as_ref();
		if !self.folder(account).exists() {
			return Ok(Vec::new());
		}
		// A running command locks its note right after it wrote it.
		let _lock = self.lock(account)?;
		let all = self.read(account)?.into_iter();
		let theirs = all.filter(|(upload, _)| upload.genesis == *genesis);
		let mut found: Vec<_> = theirs
			.map(|(upload, file)| (upload, file.try_lock_shared().is_ok()))
			.collect();
		found.sort_by_key(|(upload, _)| upload.at);
		Ok(found)
	}

	/// Forgets an upload: its record is on the chain, or its envelope is no longer kept.
	pub fn forget(&self, upload: &Upload) -> Result<()> {
		self.kept(upload)?;
		remove(&self.path(upload))
	}

	/// Notes whether the command said that a block includes the record.
	pub(crate) fn set_told(&self, upload: &Upload, told: bool) -> Result<()> {
		let _lock = self.lock(&upload.account)?;
		let upload = Upload {
			told,
			..upload.clone()
		};
		write_json(&self.path(&upload), &upload)
	}
}

/// Takes an upload of another command, if that has ended.
fn in_work(upload: Upload, file: File) -> Result<InWork> {
	let cid = upload.cid()?;
	if file.try_lock().is_err() {
		return Err(works_on(&cid));
	}
	Ok(InWork {
		cid,
		upload,
		_file: Some(file),
	})
}

fn works_on(cid: &Cid) -> Error {
	Error::NotAllowed {
		reason: format!(
			"another command works on this document (envelope {})",
			to_base32(cid)
		),
		next: Some("wait for the end of that command, and read its result".into()),
	}
}

/// Removes a file that may be gone.
fn remove(path: &Path) -> Result<()> {
	match fs::remove_file(path) {
		Err(error) if error.kind() != ErrorKind::NotFound => Err(Error::write(path)(error)),
		_ => Ok(()),
	}
}

/// A file without a name, for an account's next envelope, and the folder that it is in.
pub(crate) fn envelope(pending: Option<&Pending>, account: &[u8; 32]) -> Result<(File, PathBuf)> {
	match pending {
		Some(pending) => pending.uploads().envelope(account),
		None => {
			let file = tempfile::tempfile().map_err(Error::temporary)?;
			Ok((file, std::env::temp_dir()))
		}
	}
}

impl InWork {
	/// Notes an upload before IPFS keeps it, and keeps its envelope until then. `own` are the uploads of
	/// this command.
	pub fn begin(
		pending: Option<&Pending>,
		new: NewUpload<'_>,
		own: &[Cid],
		envelope: &File,
	) -> Result<Self> {
		match pending {
			Some(pending) => pending.uploads().begin(new, own, envelope),
			None => Ok(Self {
				cid: *new.cid,
				upload: new.note(),
				_file: None,
			}),
		}
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

	/// Drops the envelope of an unfinished upload, by its CID as text. Returns whether it was pinned
	/// here.
	pub async fn drop_unfinished(
		&self,
		pending: &Pending,
		account: &AccountId,
		cid: &str,
		ipfs: &dyn Uploader,
	) -> Result<bool> {
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
		let was_pinned = ipfs.unpin(&in_work.cid, upload.size).await?;
		pending.uploads().forget(&upload)?;
		Ok(was_pinned)
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

/// The record that the author added of an envelope, if the chain has it.
pub(crate) async fn record_of(state: &State, upload: &Upload) -> Result<Option<RecordId>> {
	let Some(record) = state.record_of_envelope(&upload.cid()?).await? else {
		return Ok(None);
	};
	// Who sees the CID first can add a record of it too.
	let view = state.record(record).await?;
	let own = view.account == AccountId::from(upload.account)
		&& view.patient == upload.patient()
		&& view.document_hash == upload.hash;
	Ok(own.then_some(record))
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::chain::fake::{Node, Pool};
	use salus_primitives::{
		views::{AuthorView, RecordView},
		SEALED_NAME_LEN,
	};
	use std::io::{Read, Write};

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

	/// Begins an upload with this CID, of the document with the same number.
	fn begin(uploads: &Uploads, byte: u8, account: u8) -> InWork {
		begin_document(uploads, byte, account, byte, &[]).unwrap()
	}

	fn begin_document(
		uploads: &Uploads,
		byte: u8,
		account: u8,
		document: u8,
		own: &[Cid],
	) -> Result<InWork> {
		let new = NewUpload {
			cid: &cid(byte),
			genesis: [1; 32],
			account: [account; 32].into(),
			patient: PatientId([2; 16]),
			document: [document; 32],
			amends: Some(7),
			sealed_name: [3; SEALED_NAME_LEN],
			hash: [4; 32],
			size: 100,
			wrapped: &wrapped(),
			at: u64::from(byte),
		};
		let (mut envelope, _) = uploads.envelope(&[account; 32]).unwrap();
		envelope.write_all(b"sealed").unwrap();
		uploads.begin(new, own, &envelope)
	}

	/// The CIDs of an account's uploads.
	fn of(uploads: &Uploads, genesis: u8, account: u8) -> Vec<Cid> {
		let all = uploads.of(&[genesis; 32], &[account; 32].into()).unwrap();
		all.iter().map(|upload| upload.cid().unwrap()).collect()
	}

	/// Anybody can see an envelope's CID, and add a record of it first.
	#[tokio::test]
	async fn only_the_authors_own_record_counts_as_that_of_an_upload() {
		let dir = tempfile::tempdir().unwrap();
		let upload = begin(&Uploads::new(dir.path()), 1, 1).upload.clone();
		let good = RecordView {
			id: 7,
			patient: PatientId([2; 16]),
			patient_commitment: [6; 32],
			author: AuthorView::Patient,
			account: AccountId::from([1; 32]),
			sealed_name: [3; SEALED_NAME_LEN],
			document_hash: [4; 32],
			cid: cid(1),
			envelope_size: 100,
			added_at: 1,
			amends: Some(7),
			amended_hash: None,
			corrected_by: Vec::new(),
		};
		let (mut account, mut patient, mut hash) = (good.clone(), good.clone(), good.clone());
		account.account = [9; 32].into();
		patient.patient = PatientId([9; 16]);
		hash.document_hash = [9; 32];
		for (record, expected) in [
			(None, None),
			(Some(good), Some(7)),
			(Some(account), None),
			(Some(patient), None),
			(Some(hash), None),
		] {
			let node = Node::new(|_, _| Pool::Takes);
			record
				.into_iter()
				.for_each(|record| node.set_record(record));
			let state = node.chain().await.finalized().await.unwrap();
			assert_eq!(record_of(&state, &upload).await.unwrap(), expected);
		}
	}

	#[test]
	fn an_upload_in_work_is_left_alone_until_its_command_ends() {
		let dir = tempfile::tempdir().unwrap();
		let uploads = Uploads::new(dir.path());
		assert!(of(&uploads, 1, 1).is_empty());
		let second = begin(&uploads, 2, 1);
		let first = begin(&uploads, 1, 1);
		let note = first.upload.clone();
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

	/// Commands that start at the same moment make their envelopes before any of them is noted.
	#[test]
	fn of_two_commands_with_the_same_document_one_is_refused() {
		let dir = tempfile::tempdir().unwrap();
		let begun: Vec<_> = std::thread::scope(|scope| {
			let threads: Vec<_> = (1..=8)
				.map(|byte| {
					let uploads = Uploads::new(dir.path());
					scope.spawn(move || begin_document(&uploads, byte, 1, 9, &[]))
				})
				.collect();
			threads.into_iter().map(|one| one.join().unwrap()).collect()
		});
		let (new, refused): (Vec<_>, Vec<_>) = begun.into_iter().partition(Result::is_ok);
		assert_eq!((new.len(), refused.len()), (1, 7));
		let uploads = Uploads::new(dir.path());
		// Another account has its own documents.
		assert!(begin_document(&uploads, 20, 2, 9, &[]).is_ok());
		let first = new.into_iter().next().unwrap().unwrap();
		// The same command may store it twice.
		let second = begin_document(&uploads, 21, 1, 9, &[first.cid]).unwrap();
		let both = [first.cid, second.cid];
		let earlier = |own: &[Cid]| uploads.earlier(&[1; 32].into(), &[9; 32], own);
		let has = |own: &[Cid]| {
			let found = uploads.has_earlier(&[1; 32], &[1; 32].into(), own);
			found.unwrap()
		};
		assert!(earlier(&[]).is_err());
		drop((first, second));
		// A repeated command takes both, one after the other, and begins none beside them.
		let mut own = Vec::new();
		let mut taken = Vec::new();
		while has(&own) {
			assert!(begin_document(&uploads, 22, 1, 9, &own).is_err());
			let in_work = earlier(&own).unwrap().unwrap();
			own.push(in_work.cid);
			taken.push(in_work);
		}
		assert!(own.len() == 2 && both.iter().all(|cid| own.contains(cid)));
		assert!(earlier(&own).unwrap().is_none());
		assert!(begin_document(&uploads, 23, 1, 9, &own).is_ok());
	}

	#[test]
	fn an_envelope_stays_until_it_is_kept_or_its_upload_forgotten() {
		let dir = tempfile::tempdir().unwrap();
		let uploads = Uploads::new(dir.path());
		let [first, second] = [1, 2].map(|byte| begin(&uploads, byte, 1).upload);
		for upload in [&first, &second] {
			let mut bytes = Vec::new();
			let mut sealed = uploads.sealed(upload).unwrap().unwrap();
			sealed.read_to_end(&mut bytes).unwrap();
			assert_eq!(bytes, b"sealed");
		}
		uploads.kept(&first).unwrap();
		uploads.kept(&first).unwrap();
		uploads.forget(&second).unwrap();
		assert_eq!(of(&uploads, 1, 1), [cid(1)]);
		for upload in [&first, &second] {
			assert!(uploads.sealed(upload).unwrap().is_none());
		}
	}

	#[test]
	fn a_damaged_note_stops_its_own_account_alone() {
		let dir = tempfile::tempdir().unwrap();
		let uploads = Uploads::new(dir.path());
		let [one, _other] = [(1, 1), (2, 2)].map(|(byte, account)| begin(&uploads, byte, account));
		let path = uploads.path(&one.upload);
		fs::write(&path, b"{").unwrap();
		assert_eq!(uploads.all(&[1; 32], &[2; 32].into()).unwrap().len(), 1);
		begin(&uploads, 3, 2);
		for error in [
			uploads.all(&[1; 32], &[1; 32].into()).unwrap_err(),
			begin_document(&uploads, 4, 1, 4, &[]).err().unwrap(),
		] {
			assert!(error.to_string().contains("damaged"), "{error}");
			let next = error.next().unwrap();
			assert!(next.contains(&path.display().to_string()), "{next}");
		}
		assert!(path.exists());
	}

	#[test]
	fn a_told_upload_stays_until_its_record_is_final() {
		let dir = tempfile::tempdir().unwrap();
		let uploads = Uploads::new(dir.path());
		let note = begin(&uploads, 1, 1).upload.clone();
		uploads.set_told(&note, true).unwrap();
		let all = uploads.of(&[1; 32], &[1; 32].into()).unwrap();
		assert!(all[0].told);
		assert!(uploads.take(&note).unwrap().is_none());
		assert_eq!(of(&uploads, 1, 1), [cid(1)]);
		uploads.set_told(&note, false).unwrap();
		assert!(uploads.take(&note).unwrap().is_some());
	}
}
