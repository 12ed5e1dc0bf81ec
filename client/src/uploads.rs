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
	AccountId, Cid, Hash256, MemberId, Moment, PatientId, ProviderId, RecordId, SealedName,
	WrappedKey,
};
use serde::{Deserialize, Serialize};
use std::{
	fs::{self, File},
	io::ErrorKind,
	path::{Path, PathBuf},
};

/// The file that locks the folder of an account.
const LOCK: &str = ".lock";
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
	/// The author, if it is a provider.
	provider: Option<ProviderId>,
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

	/// The author.
	fn author(&self) -> MemberId {
		match self.provider {
			Some(provider) => provider.into(),
			None => self.patient().into(),
		}
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
	/// The author, if it is a provider.
	pub provider: Option<ProviderId>,
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
			provider: self.provider,
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

/// A folder for each account, with one file for each upload.
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

/// An upload that a command begins, or goes on with.
pub(crate) enum Begun {
	/// A new one.
	New(InWork),
	/// One of the same document, which an earlier command left.
	Earlier(InWork),
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

	/// Notes an upload, or takes the one of an earlier command with the same document: one that is
	/// not in `own`, the uploads of this command. Fails if another command works on one.
	fn begin(&self, new: NewUpload<'_>, own: &[Cid]) -> Result<Begun> {
		let cid = *new.cid;
		let upload = new.note();
		let _lock = self.lock(&upload.account)?;
		for (earlier, file) in self.read(&upload.account)? {
			let same = earlier.document == upload.document && !earlier.told;
			if same && !own.contains(&earlier.cid()?) {
				return in_work(earlier, file).map(Begun::Earlier);
			}
		}
		let path = self.path(&upload);
		write_json(&path, &upload)?;
		let file = File::open(&path).map_err(Error::read(&path))?;
		file.lock().map_err(Error::write(&path))?;
		Ok(Begun::New(InWork {
			cid,
			upload,
			_file: Some(file),
		}))
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
		let path = self.path(upload);
		match fs::remove_file(&path) {
			Err(error) if error.kind() != ErrorKind::NotFound => Err(Error::write(&path)(error)),
			_ => Ok(()),
		}
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
		return Err(Error::NotAllowed {
			reason: format!(
				"another command works on this document (envelope {})",
				to_base32(&cid)
			),
			next: Some("wait for the end of that command, and read its result".into()),
		});
	}
	Ok(InWork {
		cid,
		upload,
		_file: Some(file),
	})
}

impl Begun {
	/// Notes an upload before it begins, unless an earlier command left one of the same document.
	/// `own` are the uploads of this command.
	pub fn begin(pending: Option<&Pending>, new: NewUpload<'_>, own: &[Cid]) -> Result<Self> {
		match pending {
			Some(pending) => pending.uploads().begin(new, own),
			None => Ok(Self::New(InWork {
				cid: *new.cid,
				upload: new.note(),
				_file: None,
			})),
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
		let was_pinned = ipfs.unpin(&in_work.cid).await?;
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
	let cid = upload.cid()?;
	state.record_of_envelope(&upload.author(), &cid).await
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::chain::fake::{Node, Pool};
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

	/// Begins an upload with this CID, of the document with the same number.
	fn begin(uploads: &Uploads, byte: u8, account: u8) -> InWork {
		match begin_document(uploads, byte, account, byte, &[]).unwrap() {
			Begun::New(in_work) => in_work,
			Begun::Earlier(..) => panic!("an earlier command left {byte}"),
		}
	}

	fn begin_document(
		uploads: &Uploads,
		byte: u8,
		account: u8,
		document: u8,
		own: &[Cid],
	) -> Result<Begun> {
		let new = NewUpload {
			cid: &cid(byte),
			genesis: [1; 32],
			account: [account; 32].into(),
			patient: PatientId([2; 16]),
			provider: None,
			document: [document; 32],
			amends: Some(7),
			sealed_name: [3; SEALED_NAME_LEN],
			hash: [4; 32],
			size: 100,
			wrapped: &wrapped(),
			at: u64::from(byte),
		};
		uploads.begin(new, own)
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
		let own = begin(&Uploads::new(dir.path()), 1, 1).upload.clone();
		let of_a_provider = Upload {
			provider: Some(ProviderId(9)),
			..own.clone()
		};
		let patient = |byte| Some(MemberId::Patient(PatientId([byte; 16])));
		let provider = Some(MemberId::Provider(ProviderId(9)));
		for author in [None, patient(2), patient(9), provider] {
			let node = Node::new(|_, _| Pool::Takes);
			if let Some(author) = author.clone() {
				node.set_record(author, cid(1), 7);
			}
			let state = node.chain().await.finalized().await.unwrap();
			for upload in [&own, &of_a_provider] {
				let expected = (author == Some(upload.author())).then_some(7);
				assert_eq!(record_of(&state, upload).await.unwrap(), expected);
			}
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
		let Some(Ok(Begun::New(first))) = new.into_iter().next() else {
			panic!("the first command begins a new upload")
		};
		// The same command may store it twice.
		let own = [first.cid];
		let second = begin_document(&uploads, 21, 1, 9, &own).unwrap();
		assert!(matches!(second, Begun::New(_)));
		// A repeated command takes both, one after the other, and then makes a new one.
		let mut own = Vec::new();
		let mut taken = Vec::new();
		drop((first, second));
		for byte in [22, 23, 24] {
			let begun = begin_document(&uploads, byte, 1, 9, &own).unwrap();
			let (Begun::New(in_work) | Begun::Earlier(in_work)) = begun;
			own.push(in_work.cid);
			taken.push(in_work);
		}
		assert!(!own[..2].contains(&cid(22)) && own[0] != own[1]);
		assert_eq!(own[2], cid(24));
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
