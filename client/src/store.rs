//! Process 1, store: sealing documents, adding their envelopes to IPFS and their records to the
//! chain.

use crate::{
	chain::{calls, Call, State},
	files::BUFFER,
	ipfs::{to_base32, CidWriter, Ipfs},
	keys::{binding, verify_patient, wrap_for, KnownKeys},
	progress::{Progress, ProgressReader},
	session::Session,
	Error, Kind, Result,
};
use salus_envelope::{
	seal, seal_name, AccountSeed, Details, ManifestAuthor, RecordKey, SealError, Sealed, Signer,
};
use salus_primitives::{
	views::KeyView, AccountId, Author, Cid, CidBytes, Hash256, MemberId, Moment, ParaId, PatientId,
	ProviderId, RecordId, MOST_CALLS,
};
use std::{
	collections::HashSet,
	fs::File,
	io::{self, BufReader, BufWriter, Write},
	path::{Path, PathBuf},
	time::{Duration, SystemTime},
};

/// How far this computer's clock and the chain's may be apart to seal a document: less than ten
/// minutes, in milliseconds.
const MOST_APART: u64 = 10 * 60 * 1000;

/// A document to store.
#[derive(Clone, Debug)]
pub struct Document {
	/// The file.
	pub path: PathBuf,
	/// The document's name, at most 255 bytes. The chain holds its short form, sealed.
	pub name: String,
	/// The media type.
	pub media_type: String,
}

/// The patient and the amended record of documents that are stored together.
#[derive(Clone, Debug)]
pub struct Attribution {
	/// The patient. `None`: the patient that the account acts for, who adds documents about
	/// themselves.
	pub patient: Option<PatientId>,
	/// The record that the documents correct.
	pub amends: Option<RecordId>,
}

/// A record that was added.
#[derive(Clone, Debug)]
pub struct AddedRecord {
	/// The record's id.
	pub record: RecordId,
	/// The envelope's CID.
	pub cid: Cid,
	/// The blinded hash.
	pub hash: [u8; 32],
	/// The envelope's size in bytes.
	pub size: u64,
	/// The document's size in bytes.
	pub document_length: u64,
}

/// The common part of all records that are added together.
struct Batch {
	patient: PatientId,
	amends: Option<RecordId>,
	/// That record's blinded hash.
	amended_hash: Option<Hash256>,
	author: ManifestAuthor,
	patient_key: KeyView<AccountId>,
	/// The author's, if it is a provider.
	author_key: Option<KeyView<AccountId>>,
	region: ParaId,
	/// This computer's.
	time: Moment,
	/// The largest envelope that the chain takes, in bytes.
	max_size: u64,
}

impl Session<'_> {
	/// Seals documents, adds their envelopes to IPFS and their records to the chain. Documents in
	/// one transaction are stored all, or none: there are several transactions if there are more
	/// than [`MOST_CALLS`] documents.
	///
	/// `added` gets the records that are stored, also after an error.
	pub async fn add_records(
		&self,
		attribution: &Attribution,
		documents: &[Document],
		ipfs: &Ipfs,
		known: &mut KnownKeys,
		added: &mut Vec<AddedRecord>,
	) -> Result<()> {
		check_documents(documents)?;
		// Final state decides who gets the record keys.
		let state = self.chain.finalized().await?;
		let max_size = state.max_envelope_size()?;
		for document in documents {
			let len = document
				.path
				.metadata()
				.map_err(Error::read(&document.path))?
				.len();
			ensure_fits(document, len, max_size)?;
		}
		let time = sealing_time(unix_time(), state.now().await?, self.development)?;
		let mut batch = match attribution.patient {
			Some(patient) => self.batch_of(&state, patient, time, known).await?,
			None => self.own_batch(&state, time).await?,
		};
		if let Some(amended) = attribution.amends {
			let record = state.record(amended).await?;
			if record.patient != batch.patient {
				return Err(Error::NotAllowed {
					reason: format!("record {amended} belongs to another patient"),
					next: None,
				});
			}
			batch.amends = Some(amended);
			batch.amended_hash = Some(record.hash);
		}
		for part in documents.chunks(MOST_CALLS) {
			let done = added.len();
			let stored = self.add_part(&batch, part, ipfs).await;
			added.extend(stored.map_err(|error| error.after(done, documents.len()))?);
		}
		self.progress.done();
		Ok(())
	}

	/// Records of a patient, by the provider that the account acts for.
	async fn batch_of(
		&self,
		state: &State,
		patient: PatientId,
		time: Moment,
		known: &mut KnownKeys,
	) -> Result<Batch> {
		let author = self.verified_provider(state).await?;
		let view = state.patient(patient).await?;
		let member = MemberId::Patient(patient);
		let patient_key = state.encryption_key(&member, None).await?;
		verify_patient(&self.chain.genesis(), &view, &patient_key)?;
		known.check(&self.chain.genesis(), &member, &patient_key)?;
		Ok(Batch {
			patient,
			amends: None,
			amended_hash: None,
			author: ManifestAuthor::Provider(author.0),
			patient_key,
			author_key: Some(self.registered_key(state, &author.into()).await?),
			region: state.region().await?,
			time,
			max_size: state.max_envelope_size()?,
		})
	}

	/// Records of the patient that the account acts for, by that patient.
	async fn own_batch(&self, state: &State, time: Moment) -> Result<Batch> {
		let patient = self.patient(state).await?;
		let view = state.patient(patient).await?;
		let patient_key = self.registered_key(state, &patient.into()).await?;
		verify_patient(&self.chain.genesis(), &view, &patient_key)?;
		let founding = view.accounts.first().map(|entry| entry.account.clone());
		Ok(Batch {
			patient,
			amends: None,
			amended_hash: None,
			author: ManifestAuthor::Patient {
				founding_account: founding.unwrap_or_else(|| self.key.account()).into(),
				commitment: view.commitment,
			},
			patient_key,
			author_key: None,
			region: state.region().await?,
			time,
			max_size: state.max_envelope_size()?,
		})
	}

	/// Stores documents in one transaction: all of them, or none.
	async fn add_part(
		&self,
		batch: &Batch,
		documents: &[Document],
		ipfs: &Ipfs,
	) -> Result<Vec<AddedRecord>> {
		let mut uploads = Vec::new();
		let uploaded = tokio::select! {
			uploaded = self.add_envelopes(batch, documents, ipfs, &mut uploads) => uploaded,
			() = cancelled(self.progress) => Err(Error::Input("interrupted".into())),
		};
		let result = match uploaded {
			Ok((calls, added)) => self.submit_records(calls, added).await,
			Err(error) => Err(error),
		};
		match result {
			// The envelopes have no records, unless the transaction's fate is unknown.
			Err(error) if error.kind() != Kind::Unknown => {
				Err(self.unpin(&uploads, ipfs, error).await)
			}
			result => result,
		}
	}

	/// Unpins the envelopes of records that do not come to be because of an error. The error then
	/// names the envelopes that stay.
	async fn unpin(&self, uploads: &[Cid], ipfs: &Ipfs, error: Error) -> Error {
		self.progress.cleaning_up();
		let mut kept = Vec::new();
		for cid in uploads {
			if ipfs.unpin(cid).await.is_err() {
				kept.push(to_base32(cid));
			}
		}
		if kept.is_empty() {
			return error;
		}
		error.noting(
			format!(
				"Kubo may keep envelopes without a record: {}",
				kept.join(", ")
			),
			"remove them: ipfs pin rm CID",
		)
	}

	/// Adds the envelopes of documents to IPFS. `uploads` gets the CID of each, before its upload
	/// begins.
	async fn add_envelopes(
		&self,
		batch: &Batch,
		documents: &[Document],
		ipfs: &Ipfs,
		uploads: &mut Vec<Cid>,
	) -> Result<(Vec<Call>, Vec<AddedRecord>)> {
		let (mut calls, mut added) = (Vec::new(), Vec::new());
		for document in documents {
			let (call, new) = self.add_envelope(batch, document, ipfs, uploads).await?;
			calls.push(call);
			added.push(new);
		}
		Ok((calls, added))
	}

	/// Adds the records of envelopes to the chain, and notes their ids.
	async fn submit_records(
		&self,
		calls: Vec<Call>,
		mut added: Vec<AddedRecord>,
	) -> Result<Vec<AddedRecord>> {
		let included = self.submit_all(calls).await?;
		// The chain has the records, even if the events cannot be read.
		let events = included
			.records_added()
			.map_err(|error| included.unknown(error))?;
		let cids = events.iter().map(|(_, _, _, cid)| cid);
		if !cids.eq(added.iter().map(|added| &added.cid)) {
			return Err(included.unknown("its events do not match these records"));
		}
		for (added, (record, ..)) in added.iter_mut().zip(events) {
			added.record = record;
		}
		Ok(added)
	}

	/// Seals a document and adds its envelope to IPFS. Returns the call that adds the record.
	async fn add_envelope(
		&self,
		batch: &Batch,
		document: &Document,
		ipfs: &Ipfs,
		uploads: &mut Vec<Cid>,
	) -> Result<(Call, AddedRecord)> {
		let details = Details {
			name: document.name.clone(),
			media_type: document.media_type.clone(),
			patient: batch.patient.0,
			author: batch.author.clone(),
			author_account: self.key.secrets.seed.account(),
			region: batch.region,
			genesis: self.chain.genesis(),
			amends: batch.amended_hash,
			time: batch.time,
		};
		let key = RecordKey::generate();
		let sealed_name =
			seal_name(&key, &document.name).map_err(|error| Error::Input(error.to_string()))?;
		let (mut envelope, cid, sealed) = seal_document(
			&document.path,
			&key,
			details,
			&self.key.secrets.seed,
			self.progress,
		)?;
		ensure_fits(document, sealed.size, batch.max_size)?;
		let author = match batch.author {
			ManifestAuthor::Patient { .. } => Author::Patient,
			ManifestAuthor::Provider(id) => Author::Provider(ProviderId(id)),
		};
		let binding = binding(self.chain.genesis(), batch.patient, author, sealed.hash);
		let cid_bytes = CidBytes::truncate_from(cid.as_bytes().to_vec());
		let for_patient = wrap_for(&batch.patient_key, &key, &binding)?;
		let call = match &batch.author_key {
			Some(author_key) => calls::ADD_RECORD.with((
				batch.patient,
				sealed_name,
				sealed.hash,
				cid_bytes,
				sealed.size,
				for_patient,
				wrap_for(author_key, &key, &binding)?,
				batch.amends,
			)),
			None => calls::ADD_OWN_RECORD.with((
				sealed_name,
				sealed.hash,
				cid_bytes,
				sealed.size,
				for_patient,
				batch.amends,
			)),
		};
		uploads.push(cid);
		ipfs.add(&mut envelope, &cid, self.progress).await?;
		let added = AddedRecord {
			record: 0,
			cid,
			hash: sealed.hash,
			size: sealed.size,
			document_length: sealed.document_length,
		};
		Ok((call, added))
	}

	/// One's own current key on the chain. The key file must hold it too.
	async fn registered_key(&self, state: &State, member: &MemberId) -> Result<KeyView<AccountId>> {
		let view = state.encryption_key(member, None).await?;
		self.key.ensure_holds(view.version, &view.key)?;
		Ok(view)
	}
}

/// Seals a document into a temporary file without a name.
fn seal_document(
	document: &Path,
	key: &RecordKey,
	details: Details,
	author: &AccountSeed,
	progress: &dyn Progress,
) -> Result<(File, Cid, Sealed)> {
	let file = File::open(document).map_err(Error::read(document))?;
	let before = version(&file).map_err(Error::read(document))?;
	progress.step("encrypting", Some(before.0));
	let envelope = tempfile::tempfile().map_err(Error::temporary)?;
	let mut cid = CidWriter::new();
	let sealed = tokio::task::block_in_place(|| {
		let input = ProgressReader(BufReader::with_capacity(BUFFER, &file), progress);
		let both = Tee(BufWriter::with_capacity(BUFFER, &envelope), &mut cid);
		seal(input, both, key, details, author)
	})
	.map_err(|error| match error {
		SealError::Read(cause) => Error::read(document)(cause),
		SealError::Write(cause) => Error::temporary(cause),
		error => Error::Input(error.to_string()),
	})?;
	let after = version(&file).map_err(Error::read(document))?;
	if after != before || sealed.document_length != before.0 {
		return Err(Error::Input(format!(
			"{} changed while it was read: wait until it is complete, and try again",
			document.display()
		)));
	}
	if cid.len() != sealed.size {
		return Err(Error::Verification(
			"the size of the sealed envelope is wrong".into(),
		));
	}
	Ok((envelope, cid.finish(), sealed))
}

/// Checks that each document is a file with content, and that none is given twice.
pub fn check_documents(documents: &[Document]) -> Result<()> {
	let mut seen = HashSet::new();
	for document in documents {
		let path = &document.path;
		let metadata = path.metadata().map_err(Error::read(path))?;
		let refused = |cause: &str| Err(Error::Input(format!("{} {cause}", path.display())));
		if !metadata.is_file() {
			return refused("is not a file, but a folder, pipe or device: give a file");
		}
		if metadata.len() == 0 {
			return refused("is empty: give a document with content");
		}
		// By its real path, as a link can name it too.
		if !seen.insert(path.canonicalize().map_err(Error::read(path))?) {
			return refused("is given twice: give each document once");
		}
		File::open(path).map_err(Error::read(path))?;
	}
	Ok(())
}

/// Checks a size against the largest envelope that the chain takes.
fn ensure_fits(document: &Document, size: u64, max_size: u64) -> Result<()> {
	if size <= max_size {
		return Ok(());
	}
	Err(Error::Input(format!(
		"{} is too large: its envelope has at least {size} bytes, and the chain takes {max_size}; \
			store it in parts",
		document.path.display()
	)))
}

/// What changes when a file is written: its length, and the times of its content and its entry.
fn version(file: &File) -> io::Result<(u64, SystemTime, (i64, i64))> {
	let metadata = file.metadata()?;
	#[cfg(unix)]
	let changed = {
		use std::os::unix::fs::MetadataExt;
		(metadata.ctime(), metadata.ctime_nsec())
	};
	#[cfg(not(unix))]
	let changed = (0, 0);
	Ok((metadata.len(), metadata.modified()?, changed))
}

/// Ends when the person asks to stop.
async fn cancelled(progress: &dyn Progress) {
	while !progress.cancelled() {
		tokio::time::sleep(Duration::from_millis(50)).await;
	}
}

/// This computer's time, in Unix milliseconds.
fn unix_time() -> Moment {
	SystemTime::now()
		.duration_since(SystemTime::UNIX_EPOCH)
		.map_or(0, |since| {
			Moment::try_from(since.as_millis()).unwrap_or(Moment::MAX)
		})
}

/// The time of an envelope that is sealed now, when the chain's clock shows `chain`. The two must
/// agree: a reader refuses an envelope that is sealed much later than its record. The clock of a
/// chain for development runs apart.
fn sealing_time(now: Moment, chain: Moment, development: bool) -> Result<Moment> {
	let apart = now.abs_diff(chain);
	if development || apart < MOST_APART {
		return Ok(now);
	}
	let direction = if now > chain { "ahead of" } else { "behind" };
	Err(Error::Input(format!(
		"this computer's clock is {} minutes {direction} the chain's, and documents are sealed \
			with the right time only: set the clock, or choose a node that follows its chain. If \
			the chain is for development, write development = true in its network's configuration, \
			or give --development",
		apart / 60_000
	)))
}

/// Writes to both.
struct Tee<A, B>(A, B);

impl<A: Write, B: Write> Write for Tee<A, B> {
	fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
		self.0.write_all(bytes)?;
		self.1.write_all(bytes)?;
		Ok(bytes.len())
	}

	fn flush(&mut self) -> io::Result<()> {
		self.0.flush()?;
		self.1.flush()
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::sync::Once;

	fn document(path: &Path) -> Document {
		Document {
			path: path.into(),
			name: "document".into(),
			media_type: "text/plain".into(),
		}
	}

	/// Writes to a file once it is being read.
	struct Writer<'a>(&'a (dyn Fn() + Sync), Once);

	impl Progress for Writer<'_> {
		fn advance(&self, _: u64) {
			self.1.call_once(self.0);
		}
	}

	#[tokio::test(flavor = "multi_thread")]
	async fn a_document_that_changes_while_it_is_read_is_refused() {
		let dir = tempfile::tempdir().unwrap();
		let path = dir.path().join("document");
		let seal = |progress: &dyn Progress| {
			std::fs::write(&path, vec![7; 3 << 20]).unwrap();
			let author = AccountSeed::from_bytes([4; 32]);
			let details = Details {
				name: "document".into(),
				media_type: "text/plain".into(),
				patient: [1; 16],
				author: ManifestAuthor::Provider(7),
				author_account: author.account(),
				region: 2001,
				genesis: [3; 32],
				amends: None,
				time: 0,
			};
			seal_document(&path, &RecordKey::generate(), details, &author, progress)
		};
		seal(&()).unwrap();
		let open = || File::options().write(true).open(&path).unwrap();
		let changes: [&(dyn Fn() + Sync); 3] = [
			&|| open().set_len(4 << 20).unwrap(),
			&|| open().set_len(2 << 20).unwrap(),
			&|| open().write_all(b"other").unwrap(),
		];
		for change in changes {
			let error = seal(&Writer(change, Once::new())).err().unwrap();
			assert!(matches!(error, Error::Input(_)), "{error}");
			assert!(error.to_string().contains("changed"), "{error}");
		}
	}

	#[test]
	fn only_files_with_content_are_stored_each_once() {
		let dir = tempfile::tempdir().unwrap();
		let path = |name: &str| dir.path().join(name);
		for (name, content) in [("a", "x"), ("b", "x"), ("empty", "")] {
			std::fs::write(path(name), content).unwrap();
		}
		std::os::unix::fs::symlink(path("a"), path("link")).unwrap();
		check_documents(&[document(&path("a")), document(&path("b"))]).unwrap();
		for (name, cause) in [
			("a", "twice"),
			("link", "twice"),
			("empty", "empty"),
			("", "not a file"),
			("/dev/zero", "not a file"),
			("none", "cannot read"),
		] {
			let all = [document(&path("a")), document(&path(name))];
			let error = check_documents(&all).unwrap_err().to_string();
			assert!(error.contains(cause), "{name}: {error}");
		}
	}

	#[test]
	fn an_envelope_larger_than_the_chain_takes_is_refused() {
		let one = document(Path::new("scan.dcm"));
		ensure_fits(&one, 100, 100).unwrap();
		let error = ensure_fits(&one, 101, 100).unwrap_err();
		assert!(matches!(error, Error::Input(_)), "{error}");
	}

	#[test]
	fn a_clock_ten_minutes_apart_from_the_chains_seals_nothing() {
		let minute = 60_000;
		let chain = 1_790_000_000_000;
		for apart in [0, minute, 10 * minute - 1] {
			for now in [chain + apart, chain - apart] {
				assert_eq!(sealing_time(now, chain, false).unwrap(), now);
			}
		}
		for (now, word) in [
			(chain + 10 * minute, "10 minutes ahead of"),
			(chain - 10 * minute, "10 minutes behind"),
			(0, "behind"),
			(u64::MAX, "ahead of"),
		] {
			let error = sealing_time(now, chain, false).unwrap_err();
			assert!(matches!(error, Error::Input(_)), "{error}");
			assert!(error.to_string().contains(word), "{error}");
			assert_eq!(sealing_time(now, chain, true).unwrap(), now);
		}
	}
}
