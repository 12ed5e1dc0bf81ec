//! Process 1, store: sealing documents, adding their envelopes to IPFS and their records to the
//! chain.

use crate::{
	chain::{calls, Call, State, Wait},
	files::BUFFER,
	ipfs::{to_base32, CidWriter, Uploader},
	keys::{binding, unwrap, verify_patient, wrap_for, KnownKeys},
	progress::{Progress, ProgressReader},
	session::Session,
	uploads::{self, record_of, InWork, NewUpload, Upload},
	Error, Kind, MemberRef, Result,
};
use codec::Encode;
use salus_envelope::{
	seal, seal_name, AccountSeed, Details, ManifestAuthor, RecordKey, SealError, Sealed, Signer,
	WrapBinding,
};
use salus_primitives::{
	views::KeyView, AccountId, Author, Cid, CidBytes, Hash256, MemberId, Moment, ParaId, PatientId,
	ProviderId, RecordId, SealedName, WrappedKey, MOST_CALLS,
};
use sha2::{Digest, Sha256};
use std::{
	collections::HashSet,
	fs::File,
	future::Future,
	io::{self, BufReader, BufWriter, Read, Write},
	path::{Path, PathBuf},
	time::{Duration, SystemTime},
};

/// How far this computer's clock and the chain's may be apart to seal a document: less than ten
/// minutes, in milliseconds.
const MOST_APART: u64 = 10 * 60 * 1000;

/// The chain's refusal of an envelope that has a record.
const HAS_RECORD: &str = "Emr.EnvelopeAlreadyExists";

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
	/// The document's size in bytes; 0 if only the envelope was at hand.
	pub document_length: u64,
	/// Whether an earlier command, which ended before it could tell, added the record.
	pub earlier: bool,
}

/// The records that were added.
#[derive(Default)]
pub struct Added {
	/// The records.
	pub records: Vec<AddedRecord>,
	/// The notes on their uploads, until the person has read the result.
	notes: Vec<InWork>,
}

/// The uploads of one transaction.
#[derive(Default)]
struct Part {
	/// Those whose records it adds.
	new: Vec<InWork>,
	/// Those whose records the chain has.
	found: Vec<InWork>,
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
	/// This computer's time, which envelopes tell.
	time: Moment,
	/// The chain's time, for the notes on uploads.
	chain_time: Moment,
	/// The largest envelope that the chain takes, in bytes.
	max_size: u64,
	/// The envelopes of this command.
	own: Vec<Cid>,
}

/// A record key, wrapped for those who get it with the record.
struct Wrapped {
	for_patient: WrappedKey,
	/// For the author, if it is a provider.
	for_author: Option<WrappedKey>,
}

impl Wrapped {
	/// The key that the author can unwrap.
	fn for_author(&self) -> &WrappedKey {
		self.for_author.as_ref().unwrap_or(&self.for_patient)
	}
}

impl Batch {
	/// The author, as the chain names it.
	fn author(&self) -> Author {
		match self.author {
			ManifestAuthor::Patient { .. } => Author::Patient,
			ManifestAuthor::Provider(id) => Author::Provider(ProviderId(id)),
		}
	}

	/// Wraps a record key for the patient and the author.
	fn wrap(&self, key: &RecordKey, binding: &WrapBinding) -> Result<Wrapped> {
		let for_author = self.author_key.as_ref();
		Ok(Wrapped {
			for_patient: wrap_for(&self.patient_key, key, binding)?,
			for_author: for_author
				.map(|author| wrap_for(author, key, binding))
				.transpose()?,
		})
	}

	/// The call that adds a record.
	fn call(
		&self,
		cid: &Cid,
		sealed_name: SealedName,
		hash: Hash256,
		size: u64,
		wrapped: Wrapped,
	) -> Call {
		let cid: CidBytes = cid.as_bytes().to_vec();
		let for_patient = wrapped.for_patient;
		match wrapped.for_author {
			Some(for_author) => calls::ADD_RECORD.with((
				self.patient,
				sealed_name,
				hash,
				cid,
				size,
				for_patient,
				for_author,
				self.amends,
			)),
			None => {
				calls::ADD_OWN_RECORD.with((sealed_name, hash, cid, size, for_patient, self.amends))
			}
		}
	}
}

impl Session<'_> {
	/// Seals documents, adds their envelopes to IPFS and their records to the chain. Documents in
	/// one transaction are stored all, or none: there are several transactions if there are more
	/// than [`MOST_CALLS`] documents.
	///
	/// If an earlier command ended before it could tell the result, and began to store one of the
	/// documents, its envelope is used, and its record if the chain has it.
	///
	/// `added` gets the records that are stored, also after an error. Print them, and then call
	/// [`Session::told`].
	pub async fn add_records(
		&self,
		attribution: &Attribution,
		documents: &[Document],
		ipfs: &dyn Uploader,
		known: &mut KnownKeys,
		added: &mut Added,
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
		let mut batch = self.batch(&state, attribution, known).await?;
		check_clocks(batch.time, batch.chain_time, self.development)?;
		for part in documents.chunks(MOST_CALLS) {
			let done = added.records.len();
			let stored = self.add_part(&mut batch, part, ipfs).await;
			let stored = stored.map_err(|error| error.after(done, documents.len()))?;
			added.records.extend(stored.records);
			added.notes.extend(stored.notes);
		}
		self.progress.done();
		Ok(())
	}

	/// The common part of records of a patient.
	async fn batch(
		&self,
		state: &State,
		attribution: &Attribution,
		known: &mut KnownKeys,
	) -> Result<Batch> {
		let mut batch = match attribution.patient {
			Some(patient) => self.batch_of(state, patient, known).await?,
			None => self.own_batch(state).await?,
		};
		if let Some(amended) = attribution.amends {
			let record = state.record(amended).await?;
			if record.patient != batch.patient {
				return Err(Error::NotAllowed {
					reason: format!("record {amended} belongs to another patient"),
					next: None,
				});
			}
			if batch.author() == Author::Patient && record.author.author() != Author::Patient {
				return Err(Error::NotAllowed {
					reason: format!(
						"a patient corrects own records only, and a provider wrote record {amended}"
					),
					next: Some("ask the provider to correct it".into()),
				});
			}
			batch.amends = Some(amended);
			batch.amended_hash = Some(record.document_hash);
		}
		Ok(batch)
	}

	/// Records of a patient, by the provider that the account acts for.
	async fn batch_of(
		&self,
		state: &State,
		patient: PatientId,
		known: &mut KnownKeys,
	) -> Result<Batch> {
		let author = self.verified_provider(state).await?;
		let view = state.patient(patient).await?;
		let member = MemberId::Patient(patient);
		let patient_key = state.encryption_key(&member, None).await?;
		verify_patient(&self.chain.genesis(), &view, &patient_key)?;
		let named = MemberRef::Patient(patient);
		known.check(&self.chain.genesis(), &named, &patient_key)?;
		Ok(Batch {
			patient,
			amends: None,
			amended_hash: None,
			author: ManifestAuthor::Provider(author.0),
			patient_key,
			author_key: Some(self.registered_key(state, &author.into()).await?),
			region: state.region().await?,
			time: unix_time(),
			chain_time: state.now().await?,
			max_size: state.max_envelope_size()?,
			own: Vec::new(),
		})
	}

	/// Records of the patient that the account acts for, by that patient.
	async fn own_batch(&self, state: &State) -> Result<Batch> {
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
			time: unix_time(),
			chain_time: state.now().await?,
			max_size: state.max_envelope_size()?,
			own: Vec::new(),
		})
	}

	/// Stores documents in one transaction: all of them, or none.
	async fn add_part(
		&self,
		batch: &mut Batch,
		documents: &[Document],
		ipfs: &dyn Uploader,
	) -> Result<Added> {
		let mut part = Part::default();
		let before = batch.own.len();
		let envelopes = self.add_envelopes(batch, documents, ipfs, &mut part);
		let uploaded = until_cancelled(self.progress, envelopes).await;
		let (calls, added) = match uploaded {
			Ok(uploaded) => uploaded,
			Err(error) if self.progress.cancelled() && self.pending.is_some() => {
				let mut own = batch.own.split_off(before);
				own.retain(|cid| part.found.iter().all(|found| found.cid != *cid));
				return Err(self.go_on_later(&own, error));
			}
			Err(error) => return Err(self.unpin(&part.new, ipfs, error).await),
		};
		match self.submit_records(calls, added).await {
			Ok(records) => {
				let notes = part.found.into_iter().chain(part.new).collect();
				Ok(Added { records, notes })
			}
			// The next command tells what became of the records.
			Err(error) if error.kind() == Kind::Unknown => {
				let cids = part.new.iter().map(|upload| to_base32(&upload.cid));
				Err(error.with_cids(cids.collect()))
			}
			// A record needs one of the envelopes: a copy of the keys' folder can have finished it.
			Err(error) if error.code() == Some(HAS_RECORD) => {
				let cids = part.new.iter().map(|upload| to_base32(&upload.cid));
				let cids = cids.collect::<Vec<_>>().join(", ");
				Err(error.noting(
					format!("the envelopes stay: {cids}"),
					"if the record is not yours, drop its envelope (salus record drop CID), and repeat \
						the command",
				))
			}
			// Somebody else sends the call. Until then, the next command finds the envelopes.
			Err(error @ Error::OnlyCall(_)) => Err(error),
			// The envelopes have no records.
			Err(error) => Err(self.unpin(&part.new, ipfs, error).await),
		}
	}

	/// Notes that the person has read the result. Until then, a repeated command finds the records.
	/// An upload is forgotten once its record is final: if that fails, by the next command.
	pub fn told(&self, added: &Added) {
		let Some(pending) = self.pending else { return };
		for InWork { upload, .. } in &added.notes {
			let _ = match self.wait {
				Wait::Finalized => pending.uploads().forget(upload),
				Wait::Best => pending.uploads().set_told(upload, true),
			};
		}
	}

	/// The error of a command that the person interrupted. Its envelopes stay for the next one.
	fn go_on_later(&self, own: &[Cid], error: Error) -> Error {
		let (genesis, account) = (self.chain.genesis(), self.key.account());
		let all = self
			.pending
			.map(|pending| pending.uploads().all(&genesis, &account));
		let all = all.and_then(Result::ok);
		let cids = all.unwrap_or_default().into_iter();
		let cids = cids.filter_map(|(upload, _)| upload.cid().ok());
		let cids: Vec<_> = cids
			.filter(|cid| own.contains(cid))
			.map(|cid| to_base32(&cid))
			.collect();
		if cids.is_empty() {
			return error;
		}
		error.noting(
			format!("the sealed envelopes stay: {}", cids.join(", ")),
			"repeat the command: it goes on with the upload. Or drop them: salus record drop CID",
		)
	}

	/// Unpins the envelopes of records that do not come to be because of an error. The error then
	/// names the envelopes that stay.
	async fn unpin(&self, uploads: &[InWork], ipfs: &dyn Uploader, error: Error) -> Error {
		self.progress.cleaning_up();
		let mut kept = Vec::new();
		for upload in uploads {
			let unpinned = ipfs.unpin(&upload.cid, upload.upload.size);
			if unpinned.await.is_err() {
				kept.push(to_base32(&upload.cid));
			} else if let Some(pending) = self.pending {
				let _ = pending.uploads().forget(&upload.upload);
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
			"repeat the command, or drop them: salus record drop CID",
		)
	}

	/// Adds the envelopes of documents to IPFS. `part` gets the note on each, before IPFS keeps it. There
	/// is no call for a document whose record the chain has.
	async fn add_envelopes(
		&self,
		batch: &mut Batch,
		documents: &[Document],
		ipfs: &dyn Uploader,
		part: &mut Part,
	) -> Result<(Vec<Call>, Vec<AddedRecord>)> {
		let (mut calls, mut added) = (Vec::new(), Vec::new());
		for document in documents {
			let (call, new) = self.add_envelope(batch, document, ipfs, part).await?;
			calls.extend(call);
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
		if calls.is_empty() {
			return Ok(added);
		}
		let included = self.submit_all(calls).await?;
		// The chain has the records, even if the events cannot be read.
		let events = included
			.records_added()
			.map_err(|error| included.unknown(error))?;
		let new = || added.iter().filter(|added| !added.earlier);
		let cids = events.iter().map(|(_, _, _, cid)| cid);
		if !cids.eq(new().map(|added| &added.cid)) {
			return Err(included.unknown("its events do not match these records"));
		}
		let new = added.iter_mut().filter(|added| !added.earlier);
		for (added, (record, ..)) in new.zip(events) {
			added.record = record;
		}
		Ok(added)
	}

	/// Seals a document and adds its envelope to IPFS, or goes on where an earlier command ended.
	/// Returns the call that adds the record, unless the chain has it.
	async fn add_envelope(
		&self,
		batch: &mut Batch,
		document: &Document,
		ipfs: &dyn Uploader,
		part: &mut Part,
	) -> Result<(Option<Call>, AddedRecord)> {
		while let Some((in_work, length)) = self.earlier(batch, document)? {
			batch.own.push(in_work.cid);
			let upload = in_work.upload.clone();
			let resumed = self.resume(batch, ipfs, part, in_work);
			if let Some((call, mut added)) = resumed.await? {
				added.document_length = length;
				return Ok((call, added));
			}
			if let Some(pending) = self.pending {
				pending.uploads().forget(&upload)?;
			}
		}
		let key = RecordKey::generate();
		let sealed_name =
			seal_name(&key, &document.name).map_err(|error| Error::Input(error.to_string()))?;
		let (mut envelope, folder) =
			uploads::envelope(self.pending, &self.key.secrets.seed.account())?;
		// IPFS keeps nothing of it before it is noted.
		let mut adding = ipfs.begin();
		let mut nowhere = io::sink();
		let more: &mut (dyn Write + Send) = match &mut adding {
			Some(adding) => adding,
			None => &mut nowhere,
		};
		let (cid, sealed) = seal_document(
			&document.path,
			(Tee(&envelope, more), &folder),
			&key,
			self.details(batch, document),
			&self.key.secrets.seed,
			self.progress,
		)?;
		ensure_fits(document, sealed.size, batch.max_size)?;
		let wrapped = batch.wrap(&key, &self.binding(batch, sealed.hash))?;
		let new = NewUpload {
			cid: &cid,
			genesis: self.chain.genesis(),
			account: self.key.account(),
			patient: batch.patient,
			document: self.document_tag(batch, document, &sealed.document_hash),
			amends: batch.amends,
			sealed_name,
			hash: sealed.hash,
			size: sealed.size,
			wrapped: wrapped.for_author(),
			at: batch.chain_time,
		};
		let in_work = InWork::begin(self.pending, new, &batch.own, &envelope)?;
		let upload = in_work.upload.clone();
		batch.own.push(cid);
		part.new.push(in_work);
		let call = batch.call(&cid, sealed_name, sealed.hash, sealed.size, wrapped);
		match adding {
			Some(adding) => {
				let added = adding.finish(&mut envelope, &cid, self.progress);
				added.await?;
				self.kept(&upload)?;
			}
			None => self.upload(&upload, &mut envelope, ipfs).await?,
		}
		let added = AddedRecord {
			record: 0,
			cid,
			hash: sealed.hash,
			size: sealed.size,
			document_length: sealed.document_length,
			earlier: false,
		};
		Ok((Some(call), added))
	}

	/// Adds the sealed envelope of an upload to IPFS. From then on, only IPFS has it.
	async fn upload(
		&self,
		upload: &Upload,
		envelope: &mut File,
		ipfs: &dyn Uploader,
	) -> Result<()> {
		ipfs.add(envelope, &upload.cid()?, self.progress).await?;
		self.kept(upload)
	}

	/// Removes the sealed envelope of an upload: IPFS keeps it.
	fn kept(&self, upload: &Upload) -> Result<()> {
		match self.pending {
			Some(pending) => pending.uploads().kept(upload),
			None => Ok(()),
		}
	}

	/// An upload of the same document that an earlier command left, and the document's length. The
	/// document is read for that only if there is an upload.
	fn earlier(&self, batch: &Batch, document: &Document) -> Result<Option<(InWork, u64)>> {
		let Some(pending) = self.pending else {
			return Ok(None);
		};
		let (uploads, account) = (pending.uploads(), self.key.account());
		if !uploads.has_earlier(&self.chain.genesis(), &account, &batch.own)? {
			return Ok(None);
		}
		let (hash, length) = hash_document(&document.path, self.progress)?;
		let tag = self.document_tag(batch, document, &hash);
		let found = uploads.earlier(&account, &tag, &batch.own)?;
		Ok(found.map(|in_work| (in_work, length)))
	}

	/// What the author signs about a document.
	fn details(&self, batch: &Batch, document: &Document) -> Details {
		Details {
			name: document.name.clone(),
			media_type: document.media_type.clone(),
			patient: batch.patient.0,
			author: batch.author.clone(),
			author_account: self.key.secrets.seed.account(),
			region: batch.region,
			genesis: self.chain.genesis(),
			amends: batch.amended_hash,
			time: batch.time,
		}
	}

	/// By which the account finds an upload of the same document again: with the same name and type,
	/// for the same patient, in the same role, and on the same chain.
	fn document_tag(&self, batch: &Batch, document: &Document, hash: &Hash256) -> Hash256 {
		let Document {
			name, media_type, ..
		} = document;
		let place = (self.chain.genesis(), batch.patient, batch.author());
		let content = (batch.amends, name, media_type, hash);
		self.key.tag(&(place, content).encode())
	}

	/// What the wrapped keys of a record of a batch are bound to.
	fn binding(&self, batch: &Batch, hash: Hash256) -> WrapBinding {
		binding(self.chain.genesis(), batch.patient, batch.author(), hash)
	}

	/// The record key of an upload.
	fn upload_key(&self, batch: &Batch, upload: &Upload) -> Result<RecordKey> {
		let binding = self.binding(batch, upload.hash);
		let cid = to_base32(&upload.cid()?);
		unwrap(self.key, &upload.wrapped()?, &binding, cid)
	}

	/// Goes on with an upload of an earlier command. Returns its record, or the call that adds it.
	/// `None`: the envelope is neither pinned nor here.
	async fn resume(
		&self,
		batch: &Batch,
		ipfs: &dyn Uploader,
		part: &mut Part,
		in_work: InWork,
	) -> Result<Option<(Option<Call>, AddedRecord)>> {
		let InWork {
			cid, ref upload, ..
		} = in_work;
		let mut added = AddedRecord {
			record: 0,
			cid,
			hash: upload.hash,
			size: upload.size,
			document_length: 0,
			earlier: true,
		};
		// A block that refused it can still be reverted, and another one can take it.
		for wait in [self.wait, Wait::Finalized] {
			self.await_sent(&cid, wait).await?;
			if let Some(record) = record_of(&self.state().await?, upload).await? {
				part.found.push(in_work);
				added.record = record;
				return Ok(Some((None, added)));
			}
		}
		let stays = |error: Error| {
			if self.progress.cancelled() {
				return error;
			}
			let cid = to_base32(&cid);
			error.noting(
				format!("the envelope {cid} of an earlier command stays without a record"),
				&format!("try again, or drop it: salus record drop {cid}"),
			)
		};
		let key = self.upload_key(batch, upload).map_err(stays)?;
		if let Some(mut envelope) = self.sealed(upload)? {
			self.progress
				.note("an earlier command sealed the document: going on with its upload");
			let uploaded = self.upload(upload, &mut envelope, ipfs).await;
			uploaded.map_err(stays)?;
		} else {
			let kept = ipfs.keeps(&cid, upload.size, self.progress).await;
			if !kept.map_err(stays)? {
				return Ok(None);
			}
			self.progress
				.note("an earlier command added the envelope: adding its record");
		}
		let wrapped = batch.wrap(&key, &self.binding(batch, upload.hash))?;
		let call = batch.call(&cid, upload.sealed_name, upload.hash, upload.size, wrapped);
		part.new.push(in_work);
		added.earlier = false;
		Ok(Some((Some(call), added)))
	}

	/// The sealed envelope of an upload of an earlier command. `None`: IPFS keeps it, or the machine stopped
	/// before the disk had all of it.
	fn sealed(&self, upload: &Upload) -> Result<Option<File>> {
		let Some(pending) = self.pending else {
			return Ok(None);
		};
		let Some(file) = pending.uploads().sealed(upload)? else {
			return Ok(None);
		};
		self.progress.step("reading", Some(upload.size));
		let mut cid = CidWriter::new();
		let mut input = ProgressReader(BufReader::with_capacity(BUFFER, &file), self.progress);
		tokio::task::block_in_place(|| io::copy(&mut input, &mut cid)).map_err(Error::temporary)?;
		if cid.finish() == upload.cid()? {
			return Ok(Some(file));
		}
		pending.uploads().kept(upload)?;
		Ok(None)
	}

	/// Waits for the fate of transactions that add the record of an envelope, and may still come.
	async fn await_sent(&self, cid: &Cid, wait: Wait) -> Result<()> {
		let Some(pending) = self.pending else {
			return Ok(());
		};
		for sent in pending.of(&self.chain.genesis(), &self.key.account())? {
			if sent.names(cid) {
				let resumed = self.chain.resume(&sent, wait, self.progress, pending);
				let resumed = resumed.await;
				resumed.map_err(|error| error.with_cids(vec![to_base32(cid)]))?;
			}
		}
		Ok(())
	}

	/// Adds the record of an envelope that an earlier command left without one. Print it, and then
	/// call [`Session::told`].
	pub async fn finish_upload(
		&self,
		upload: &Upload,
		ipfs: &dyn Uploader,
		known: &mut KnownKeys,
	) -> Result<Added> {
		let state = self.chain.finalized().await?;
		// A patient only adds records about themselves.
		let patient = match self.member(&state).await? {
			MemberId::Patient(_) => None,
			MemberId::Provider(_) => Some(upload.patient()),
		};
		let attribution = Attribution {
			patient,
			amends: upload.amends,
		};
		let batch = self.batch(&state, &attribution, known).await?;
		let own = upload.cid()?;
		let cid = to_base32(&own);
		let taken = match self.pending {
			Some(pending) => pending.uploads().take(upload)?,
			None => None,
		};
		let in_work = taken.ok_or_else(|| {
			Error::NotFound(format!(
				"unfinished envelope with the CID {cid}: another command finished it"
			))
		})?;
		let mut part = Part::default();
		let resumed = self.resume(&batch, ipfs, &mut part, in_work);
		let resumed = until_cancelled(self.progress, resumed).await;
		let resumed = resumed.map_err(|error| match self.progress.cancelled() {
			true => self.go_on_later(&[own], error),
			false => error,
		});
		let (call, added) = resumed?.ok_or_else(|| {
			Error::NotFound(format!(
				"envelope with the CID {cid} in this Kubo: use the Kubo that has it (--ipfs), or drop \
					it (salus record drop {cid}) and store the document again"
			))
		})?;
		let calls = call.into_iter().collect();
		let submitted = self.submit_records(calls, vec![added]).await;
		let records = submitted.map_err(|error| error.with_cids(vec![cid]))?;
		self.progress.done();
		let notes = part.found.into_iter().chain(part.new).collect();
		Ok(Added { records, notes })
	}

	/// One's own current key on the chain. The key file must hold it too.
	async fn registered_key(&self, state: &State, member: &MemberId) -> Result<KeyView<AccountId>> {
		let view = state.encryption_key(member, None).await?;
		self.key.ensure_holds(view.version, &view.key)?;
		Ok(view)
	}
}

/// The SHA-256 of a document, and its length.
fn hash_document(document: &Path, progress: &dyn Progress) -> Result<(Hash256, u64)> {
	let file = File::open(document).map_err(Error::read(document))?;
	let length = file.metadata().map_err(Error::read(document))?.len();
	progress.step("reading", Some(length));
	let (mut hasher, mut piece) = (Sha256::new(), vec![0; BUFFER]);
	let mut input = ProgressReader(file, progress);
	tokio::task::block_in_place(|| loop {
		let read = input.read(&mut piece).map_err(Error::read(document))?;
		match piece.get(..read) {
			Some(bytes) if read > 0 => hasher.update(bytes),
			_ => return Ok((hasher.finalize().into(), length)),
		}
	})
}

/// Seals a document into a writer, which is a file of a folder.
fn seal_document(
	document: &Path,
	(envelope, folder): (impl Write, &Path),
	key: &RecordKey,
	details: Details,
	author: &AccountSeed,
	progress: &dyn Progress,
) -> Result<(Cid, Sealed)> {
	let file = File::open(document).map_err(Error::read(document))?;
	let before = version(&file).map_err(Error::read(document))?;
	progress.step("encrypting", Some(before.0));
	let mut cid = CidWriter::new();
	let sealed = tokio::task::block_in_place(|| {
		let input = ProgressReader(BufReader::with_capacity(BUFFER, &file), progress);
		let both = Tee(BufWriter::with_capacity(BUFFER, envelope), &mut cid);
		seal(input, both, key, details, author)
	})
	.map_err(|error| match error {
		SealError::Read(cause) => Error::read(document)(cause),
		SealError::Write(cause) => Error::write(folder)(cause),
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
	Ok((cid.finish(), sealed))
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

/// Does some work, until the person asks to stop.
async fn until_cancelled<T>(
	progress: &dyn Progress,
	work: impl Future<Output = Result<T>>,
) -> Result<T> {
	let cancelled = async {
		while !progress.cancelled() {
			tokio::time::sleep(Duration::from_millis(50)).await;
		}
	};
	tokio::select! {
		done = work => done,
		() = cancelled => Err(Error::Input("interrupted".into())),
	}
}

/// This computer's time, in Unix milliseconds.
pub(crate) fn unix_time() -> Moment {
	SystemTime::now()
		.duration_since(SystemTime::UNIX_EPOCH)
		.map_or(0, |since| {
			Moment::try_from(since.as_millis()).unwrap_or(Moment::MAX)
		})
}

/// Checks that this computer's time and the chain's agree before envelopes are sealed: a reader
/// refuses an envelope that is sealed much later than its record. The clock of a chain for
/// development runs apart.
fn check_clocks(now: Moment, chain: Moment, development: bool) -> Result<()> {
	let apart = now.abs_diff(chain);
	if development || apart < MOST_APART {
		return Ok(());
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
	use crate::{
		chain::{
			fake::{Node, Pool},
			Chain, Transaction,
		},
		keys::UnlockedKey,
		testing::{key, key_view},
		Pending,
	};
	use futures::future::BoxFuture;
	use salus_envelope::Secrets;
	use std::{
		io::Seek,
		sync::{
			atomic::{AtomicBool, AtomicUsize, Ordering},
			Mutex, Once,
		},
	};

	const PATIENT: PatientId = PatientId([2; 16]);
	const PROVIDER: Author = Author::Provider(ProviderId(7));
	const CHAIN_TIME: Moment = 1_790_000_000_000;

	/// A storage that says this of each envelope, notes what it is given, and counts what it unpins.
	/// The third upload never ends.
	struct Storage {
		keeps: fn() -> Result<bool>,
		unpins: bool,
		added: AtomicUsize,
		given: Mutex<Vec<(Cid, Vec<u8>)>>,
		unpinned: AtomicUsize,
	}

	fn storage(keeps: fn() -> Result<bool>) -> Storage {
		Storage {
			keeps,
			unpins: true,
			added: AtomicUsize::new(0),
			given: Mutex::default(),
			unpinned: AtomicUsize::new(0),
		}
	}

	/// The person asks to stop during that upload.
	#[derive(Default)]
	struct Stop(AtomicBool);

	const THIRD: u64 = u64::MAX;

	impl Progress for Stop {
		fn advance(&self, bytes: u64) {
			self.0.fetch_or(bytes == THIRD, Ordering::Relaxed);
		}

		fn cancelled(&self) -> bool {
			self.0.load(Ordering::Relaxed)
		}
	}

	impl Uploader for Storage {
		fn add<'a>(
			&'a self,
			file: &'a mut File,
			cid: &'a Cid,
			progress: &'a dyn Progress,
		) -> BoxFuture<'a, Result<()>> {
			let mut bytes = Vec::new();
			file.rewind().unwrap();
			file.read_to_end(&mut bytes).unwrap();
			self.given.lock().unwrap().push((*cid, bytes));
			if self.added.fetch_add(1, Ordering::Relaxed) < 2 {
				return Box::pin(async { Ok(()) });
			}
			progress.advance(THIRD);
			Box::pin(std::future::pending())
		}

		fn keeps<'a>(
			&'a self,
			_: &'a Cid,
			_: u64,
			_: &'a dyn Progress,
		) -> BoxFuture<'a, Result<bool>> {
			Box::pin(async { (self.keeps)() })
		}

		fn unpin<'a>(&'a self, _: &'a Cid, _: u64) -> BoxFuture<'a, Result<bool>> {
			self.unpinned.fetch_add(1, Ordering::Relaxed);
			Box::pin(async {
				match self.unpins {
					true => Ok(true),
					false => Err(Error::Input("refused".into())),
				}
			})
		}
	}

	/// An author with an upload of an envelope, on a fake chain.
	struct Writer {
		key: UnlockedKey,
		chain: Chain,
		pending: Pending,
		record_key: RecordKey,
		_dir: tempfile::TempDir,
	}

	impl Writer {
		async fn new() -> Self {
			Self::on(&Node::new(|_, _| Pool::Takes)).await
		}

		async fn on(node: &Node) -> Self {
			let dir = tempfile::tempdir().unwrap();
			Self {
				key: UnlockedKey::for_test(Secrets {
					seed: AccountSeed::from_bytes([4; 32]),
					keys: vec![(0, key(0).clone())],
					names: Vec::new(),
				}),
				chain: node.chain().await,
				pending: Pending::new(dir.path()),
				record_key: RecordKey::generate(),
				_dir: dir,
			}
		}

		fn session(&self, wait: Wait) -> Session<'_> {
			Session {
				chain: &self.chain,
				key: &self.key,
				wait,
				progress: &(),
				pending: Some(&self.pending),
				development: false,
				only_call: false,
			}
		}

		fn cid(&self) -> Cid {
			CidWriter::new().finish()
		}

		/// The upload, whose envelope is added.
		fn begin(&self) -> InWork {
			let uploads = self.pending.uploads();
			let earlier = uploads.earlier(&self.key.account(), &[6; 32], &[]);
			if let Some(in_work) = earlier.unwrap() {
				return in_work;
			}
			let genesis = self.chain.genesis();
			let binding = binding(genesis, PATIENT, PROVIDER, [4; 32]);
			let wrapped = self.batch().wrap(&self.record_key, &binding).unwrap();
			let new = NewUpload {
				cid: &self.cid(),
				genesis,
				account: self.key.account(),
				patient: PATIENT,
				document: [6; 32],
				amends: None,
				sealed_name: seal_name(&self.record_key, "document").unwrap(),
				hash: [4; 32],
				size: 8,
				wrapped: wrapped.for_author(),
				at: CHAIN_TIME,
			};
			let envelope = tempfile::tempfile().unwrap();
			let in_work = InWork::begin(Some(&self.pending), new, &[], &envelope).unwrap();
			uploads.kept(&in_work.upload).unwrap();
			in_work
		}

		fn batch(&self) -> Batch {
			let genesis = self.chain.genesis();
			Batch {
				patient: PATIENT,
				amends: None,
				amended_hash: None,
				author: ManifestAuthor::Provider(7),
				patient_key: key_view(&genesis, 0, 0),
				author_key: Some(key_view(&genesis, 0, 0)),
				region: 2001,
				// The two clocks are as far apart as those of a development chain.
				time: CHAIN_TIME + 2 * 60 * 60 * 1000,
				chain_time: CHAIN_TIME,
				max_size: 1 << 20,
				own: Vec::new(),
			}
		}

		fn uploads(&self) -> Vec<Upload> {
			let (genesis, account) = (self.chain.genesis(), self.key.account());
			let all = self.pending.uploads().all(&genesis, &account).unwrap();
			all.into_iter().map(|(upload, _)| upload).collect()
		}
	}

	/// A killed command leaves the same. Without a folder for notes, nothing can stay.
	#[tokio::test(flavor = "multi_thread")]
	async fn an_interrupted_command_keeps_its_envelopes_for_the_next_one() {
		let author = Writer::new().await;
		let dir = tempfile::tempdir().unwrap();
		let documents = ["a", "b", "c"].map(|name| {
			let path = dir.path().join(name);
			std::fs::write(&path, name).unwrap();
			document(&path)
		});
		for (pending, unpinned, left) in [(None, 3, 0), (Some(&author.pending), 0, 3)] {
			let (stop, storage) = (Stop::default(), storage(|| Ok(true)));
			let session = Session {
				progress: &stop,
				pending,
				..author.session(Wait::Finalized)
			};
			let mut batch = author.batch();
			let added = session.add_part(&mut batch, &documents, &storage).await;
			let error = added.err().unwrap();
			assert!(error.to_string().contains("interrupted"), "{error}");
			assert_eq!(storage.unpinned.into_inner(), unpinned);
			let uploads = author.uploads();
			assert_eq!(uploads.len(), left);
			for upload in &uploads {
				let cid = to_base32(&upload.cid().unwrap());
				assert!(error.to_string().contains(&cid), "{error}");
				assert!(error.next().unwrap().contains("repeat the command"));
			}
		}
		// Two are in the storage, and the third one is here.
		let sealed = |upload: &Upload| author.pending.uploads().sealed(upload).unwrap();
		let uploads = author.uploads();
		let here = uploads.iter().filter(|upload| sealed(upload).is_some());
		assert_eq!(here.count(), 1);
		// If the person stops before anything is sealed, nothing stays.
		let stop = Stop(true.into());
		let session = Session {
			progress: &stop,
			..author.session(Wait::Finalized)
		};
		let other = dir.path().join("d");
		std::fs::write(&other, "d").unwrap();
		let (storage, other) = (storage(|| Ok(true)), [document(&other)]);
		let mut batch = author.batch();
		let added = session.add_part(&mut batch, &other, &storage).await;
		assert!(added.err().unwrap().note().is_none());
		assert_eq!(author.uploads().len(), 3);
	}

	/// The node can include the record later.
	#[tokio::test(flavor = "multi_thread")]
	async fn the_envelope_of_a_record_that_only_the_node_refuses_keeps_its_pin() {
		let node = Node::new(|_, _| Pool::Refuses(1010, "Custom error: 122"));
		let author = Writer::on(&node).await;
		let dir = tempfile::tempdir().unwrap();
		let path = dir.path().join("a");
		std::fs::write(&path, "content").unwrap();
		let documents = [document(&path)];
		let storage = storage(|| Ok(true));
		let mut batch = author.batch();
		let session = author.session(Wait::Finalized);
		let added = session.add_part(&mut batch, &documents, &storage);
		let error = added.await.err().unwrap();
		assert_eq!(error.kind(), Kind::Unknown, "{error}");
		assert_eq!(error.sent().unwrap().cids.len(), 1);
		assert_eq!(storage.unpinned.into_inner(), 0);
		assert_eq!(author.uploads().len(), 1);
		// An account that may not add it sends nothing, so no record can come.
		let node = Node::new(|_, _| Pool::Takes);
		node.uninvite();
		node.add_block(&[]);
		node.finalize();
		let author = Writer::on(&node).await;
		let storage = self::storage(|| Ok(true));
		let mut batch = author.batch();
		let session = author.session(Wait::Finalized);
		let added = session.add_part(&mut batch, &documents, &storage);
		let error = added.await.err().unwrap();
		assert_eq!(error.kind(), Kind::Refused, "{error}");
		assert_eq!((node.sent(), storage.unpinned.into_inner()), (0, 1));
		assert!(author.uploads().is_empty());
	}

	/// Two documents with the same content and name are two records.
	#[tokio::test(flavor = "multi_thread")]
	async fn a_repeated_command_takes_each_upload_once_and_none_that_is_in_work() {
		let author = Writer::new().await;
		let dir = tempfile::tempdir().unwrap();
		let documents = ["a", "b"].map(|name| {
			let path = dir.path().join(name);
			std::fs::write(&path, "same").unwrap();
			document(&path)
		});
		let session = author.session(Wait::Finalized);
		let storage = storage(|| Ok(true));
		// Both commands begin before either has stored anything.
		let (mut first, mut second) = (author.batch(), author.batch());
		let (mut part, mut repeated) = (Part::default(), Part::default());
		let envelopes = session.add_envelopes(&mut first, &documents, &storage, &mut part);
		envelopes.await.unwrap();
		assert_eq!(storage.added.load(Ordering::Relaxed), 2);
		// Their times are the chain's, which tells when they are too old to be repeated.
		assert!(author
			.uploads()
			.iter()
			.all(|upload| upload.at == CHAIN_TIME));
		let envelopes = session.add_envelopes(&mut second, &documents, &storage, &mut repeated);
		let error = envelopes.await.err().unwrap();
		assert!(matches!(error, Error::NotAllowed { .. }), "{error}");
		// The first command was killed.
		drop(part);
		let envelopes = session.add_envelopes(&mut second, &documents, &storage, &mut repeated);
		let (calls, added) = envelopes.await.unwrap();
		assert_eq!((calls.len(), added.len(), repeated.new.len()), (2, 2, 2));
		assert_ne!(added[0].cid, added[1].cid);
		assert_eq!(storage.added.load(Ordering::Relaxed), 2);
	}

	#[tokio::test(flavor = "multi_thread")]
	async fn a_repeated_command_goes_on_with_the_envelope_of_a_killed_upload() {
		let author = Writer::new().await;
		let dir = tempfile::tempdir().unwrap();
		let path = dir.path().join("a");
		std::fs::write(&path, "content").unwrap();
		let documents = [document(&path)];
		let session = author.session(Wait::Finalized);
		let hangs = Storage {
			added: AtomicUsize::new(2),
			..storage(|| Ok(false))
		};
		let (mut batch, mut part) = (author.batch(), Part::default());
		let uploading = async {
			while hangs.given.lock().unwrap().is_empty() {
				tokio::task::yield_now().await;
			}
		};
		tokio::select! {
			added = session.add_envelopes(&mut batch, &documents, &hangs, &mut part) => {
				panic!("{:?}", added.err())
			}
			() = uploading => {}
		}
		drop(part);
		// Another document is sealed as ever.
		let other = dir.path().join("b");
		std::fs::write(&other, "other content").unwrap();
		let both = [document(&other), document(&path)];
		let storage = storage(|| Ok(false));
		let (mut batch, mut part) = (author.batch(), Part::default());
		let envelopes = session.add_envelopes(&mut batch, &both, &storage, &mut part);
		let (calls, added) = envelopes.await.unwrap();
		let (before, now) = (hangs.given.into_inner(), storage.given.into_inner());
		assert_eq!(now.unwrap()[1..], before.unwrap()[..]);
		assert_eq!((calls.len(), added[1].document_length), (2, 7));
		assert_ne!(added[0].cid, added[1].cid);
		// From now on, only IPFS has the envelopes.
		for in_work in part.new {
			let sealed = author.pending.uploads().sealed(&in_work.upload);
			assert!(sealed.unwrap().is_none());
		}
	}

	/// The machine stopped before the disk had the envelope.
	#[tokio::test(flavor = "multi_thread")]
	async fn a_sealed_envelope_that_lacks_bytes_is_sealed_anew() {
		let author = Writer::new().await;
		let dir = tempfile::tempdir().unwrap();
		let path = dir.path().join("a");
		std::fs::write(&path, "content").unwrap();
		let document = document(&path);
		let session = author.session(Wait::Finalized);
		let refuses = storage(|| Ok(false));
		let (mut batch, mut part) = (author.batch(), Part::default());
		let added = session.add_envelope(&mut batch, &document, &refuses, &mut part);
		let (_, first) = added.await.unwrap();
		let (_, bytes) = refuses.given.into_inner().unwrap().remove(0);
		let [in_work] = &part.new[..] else {
			panic!("one upload")
		};
		let sealed = author.pending.uploads().sealed_path(&in_work.upload);
		std::fs::write(&sealed, &bytes[..bytes.len() - 1]).unwrap();
		drop(part);
		let storage = storage(|| Ok(false));
		let (mut batch, mut part) = (author.batch(), Part::default());
		let added = session.add_envelope(&mut batch, &document, &storage, &mut part);
		let (call, second) = added.await.unwrap();
		assert!(call.is_some() && second.cid != first.cid);
		let given = storage.given.into_inner().unwrap();
		let given: Vec<_> = given.iter().map(|(cid, _)| *cid).collect();
		assert_eq!(given, [second.cid]);
		assert!(!sealed.exists());
		assert_eq!(author.uploads().len(), 1);
	}

	#[tokio::test(flavor = "multi_thread")]
	async fn a_document_with_another_name_patient_or_place_is_another_one() {
		let author = Writer::new().await;
		let dir = tempfile::tempdir().unwrap();
		let path = dir.path().join("a");
		std::fs::write(&path, "same").unwrap();
		let session = author.session(Wait::Finalized);
		let seal = |document: &Document| {
			let details = session.details(&author.batch(), document);
			let seed = &author.key.secrets.seed;
			let envelope = tempfile::tempfile().unwrap();
			let place = (&envelope, dir.path());
			let sealed = seal_document(&path, place, &author.record_key, details, seed, &());
			sealed.unwrap().1.document_hash
		};
		let one = document(&path);
		let tag = |batch: &Batch, document: &Document| {
			session.document_tag(batch, document, &seal(document))
		};
		let first = tag(&author.batch(), &one);
		assert_eq!(first, tag(&author.batch(), &one));
		let (mut other_name, mut other_type) = (one.clone(), one.clone());
		other_name.name.push('2');
		other_type.media_type = "image/png".into();
		let (mut other_patient, mut other_author) = (author.batch(), author.batch());
		let mut amending = author.batch();
		other_patient.patient = PatientId([3; 16]);
		other_author.author = ManifestAuthor::Provider(8);
		amending.amends = Some(1);
		let tags = [
			first,
			tag(&author.batch(), &other_name),
			tag(&author.batch(), &other_type),
			tag(&other_patient, &one),
			tag(&other_author, &one),
			tag(&amending, &one),
		];
		std::fs::write(&path, "other").unwrap();
		let all = HashSet::from(tags);
		assert_eq!(all.len(), tags.len());
		assert!(!all.contains(&tag(&author.batch(), &one)));
	}

	#[tokio::test]
	async fn a_record_is_forgotten_only_after_its_result_is_told() {
		let author = Writer::new().await;
		for (wait, left) in [(Wait::Finalized, &[][..]), (Wait::Best, &[true][..])] {
			let added = || Added {
				records: Vec::new(),
				notes: vec![author.begin()],
			};
			// The command ends before it prints the result.
			drop(added());
			let upload = author.uploads().pop().unwrap();
			let found = author.pending.uploads().take(&upload).unwrap();
			assert!(found.is_some());
			drop(found);
			author.session(wait).told(&added());
			let told: Vec<_> = author.uploads().iter().map(|upload| upload.told).collect();
			assert_eq!(told, left);
		}
	}

	#[tokio::test]
	async fn a_fault_while_an_envelope_is_read_back_does_not_drop_it() {
		let author = Writer::new().await;
		let batch = author.batch();
		drop(author.begin());
		let upload = author.uploads().pop().unwrap();
		let cid = to_base32(&author.cid());
		let session = author.session(Wait::Finalized);
		let answers: [fn() -> Result<bool>; 3] = [
			|| Err(Error::Input("interrupted".into())),
			|| Ok(false),
			|| Ok(true),
		];
		for (at, answer) in answers.into_iter().enumerate() {
			let storage = storage(answer);
			let taken = author.pending.uploads().take(&upload).unwrap().unwrap();
			let mut part = Part::default();
			let resumed = session.resume(&batch, &storage, &mut part, taken);
			match (at, resumed.await) {
				(0, Err(error)) => assert!(error.to_string().contains(&cid), "{error}"),
				(1, Ok(None)) => {}
				(2, Ok(Some((Some(_), added)))) => assert!(!added.earlier),
				(at, _) => panic!("{at}"),
			}
			assert_eq!(part.new.len(), usize::from(at == 2));
			assert_eq!(storage.unpinned.into_inner(), 0);
			assert_eq!(author.uploads(), std::slice::from_ref(&upload));
		}
	}

	#[tokio::test]
	async fn an_envelope_that_kubo_does_not_drop_is_named_and_can_be_dropped_later() {
		let author = Writer::new().await;
		let cid = to_base32(&author.cid());
		let session = author.session(Wait::Finalized);
		for (unpins, left) in [(false, 1), (true, 0)] {
			let storage = Storage {
				unpins,
				..storage(|| Ok(true))
			};
			let failed = Error::Input("failed".into());
			let uploads = [author.begin()];
			let error = session.unpin(&uploads, &storage, failed).await;
			assert_eq!(error.to_string().contains(&cid), !unpins, "{error}");
			assert!(error.to_string().contains("failed"), "{error}");
			assert_eq!(author.uploads().len(), left);
		}
	}

	#[tokio::test]
	async fn an_envelope_is_dropped_only_if_no_record_can_come() {
		let author = Writer::new().await;
		let (account, cid) = (author.key.account(), to_base32(&author.cid()));
		let storage = storage(|| Ok(true));
		let dropped = || {
			let pending = &author.pending;
			author
				.chain
				.drop_unfinished(pending, &account, &cid, &storage)
		};
		let in_work = author.begin();
		assert!(matches!(dropped().await, Err(Error::NotFound(_))));
		drop(in_work);
		let sent = Transaction {
			what: "add a record".into(),
			hash: [1; 32],
			first: [1; 32],
			genesis: author.chain.genesis(),
			account: account.clone().into(),
			nonce: 0,
			first_block: 1,
			last_block: 512,
			bytes: author.cid().as_bytes().to_vec(),
		};
		author.pending.add(&sent).unwrap();
		assert!(matches!(dropped().await, Err(Error::NotFound(_))));
		assert_eq!(storage.unpinned.load(Ordering::Relaxed), 0);
		author.pending.settle(&sent).unwrap();
		assert!(dropped().await.unwrap());
		assert_eq!(storage.unpinned.load(Ordering::Relaxed), 1);
		assert!(author.uploads().is_empty());
	}

	fn document(path: &Path) -> Document {
		Document {
			path: path.into(),
			name: "document".into(),
			media_type: "text/plain".into(),
		}
	}

	/// Writes to a file once it is being read.
	struct Change<'a>(&'a (dyn Fn() + Sync), Once);

	impl Progress for Change<'_> {
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
			let envelope = tempfile::tempfile().unwrap();
			let place = (&envelope, dir.path());
			seal_document(
				&path,
				place,
				&RecordKey::generate(),
				details,
				&author,
				progress,
			)
		};
		seal(&()).unwrap();
		let open = || File::options().write(true).open(&path).unwrap();
		let changes: [&(dyn Fn() + Sync); 3] = [
			&|| open().set_len(4 << 20).unwrap(),
			&|| open().set_len(2 << 20).unwrap(),
			&|| open().write_all(b"other").unwrap(),
		];
		for change in changes {
			let error = seal(&Change(change, Once::new())).err().unwrap();
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
				check_clocks(now, chain, false).unwrap();
			}
		}
		for (now, word) in [
			(chain + 10 * minute, "10 minutes ahead of"),
			(chain - 10 * minute, "10 minutes behind"),
			(0, "behind"),
			(u64::MAX, "ahead of"),
		] {
			let error = check_clocks(now, chain, false).unwrap_err();
			assert!(matches!(error, Error::Input(_)), "{error}");
			assert!(error.to_string().contains(word), "{error}");
			check_clocks(now, chain, true).unwrap();
		}
	}
}
