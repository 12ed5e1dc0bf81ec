//! Process 1, store: sealing documents, adding their envelopes to IPFS and their records to the
//! chain.

use crate::{
	chain::{calls, Call, State},
	files::BUFFER,
	ipfs::{CidWriter, Ipfs},
	keys::{binding, verify_patient, wrap_for, KnownKeys},
	progress::ProgressReader,
	session::Session,
	Error, Result,
};
use salus_envelope::{
	fingerprint, seal, seal_name, Details, ManifestAuthor, RecordKey, SealError, Sealed, Signer,
	MAX_SEALED_NAME_LEN,
};
use salus_primitives::{
	views::KeyView, AccountId, Author, Cid, CidBytes, MemberId, Moment, ParaId, PatientId,
	ProviderId, RecordId,
};
use std::{
	fs::File,
	io::{self, BufReader, BufWriter, Write},
	path::{Path, PathBuf},
};

/// A document to store.
#[derive(Clone, Debug)]
pub struct Document {
	/// The file.
	pub path: PathBuf,
	/// The document's name, at most 255 bytes. The chain holds its first 63 bytes, sealed.
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
	author: ManifestAuthor,
	patient_key: KeyView<AccountId>,
	/// The author's, if it is a provider.
	author_key: Option<KeyView<AccountId>>,
	region: ParaId,
	time: Moment,
}

impl Session<'_> {
	/// Seals documents, adds their envelopes to IPFS and their records to the chain: all of them,
	/// or none.
	pub async fn add_records(
		&self,
		attribution: &Attribution,
		documents: &[Document],
		ipfs: &Ipfs,
		known: &mut KnownKeys,
	) -> Result<Vec<AddedRecord>> {
		// Final state decides who gets the record keys.
		let state = self.chain.finalized().await?;
		let batch = match attribution.patient {
			Some(patient) => {
				self.batch_of(&state, patient, attribution.amends, known)
					.await?
			}
			None => self.own_batch(&state, attribution.amends).await?,
		};
		if let Some(amended) = batch.amends {
			if state.record(amended).await?.patient != batch.patient {
				return Err(Error::NotAllowed {
					reason: format!("record {amended} belongs to another patient"),
					next: None,
				});
			}
		}
		let mut added = Vec::new();
		match self.add_all(&batch, documents, ipfs, &mut added).await {
			Ok(()) => {
				self.progress.done();
				Ok(added)
			}
			Err(error) => {
				// The envelopes have no records, unless the transaction's fate is unknown.
				if !matches!(error, Error::Unknown { .. }) {
					for added in &added {
						let _ = ipfs.unpin(&added.cid).await;
					}
				}
				Err(error)
			}
		}
	}

	/// Records of a patient, by the provider that the account acts for.
	async fn batch_of(
		&self,
		state: &State,
		patient: PatientId,
		amends: Option<RecordId>,
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
			amends,
			author: ManifestAuthor::Provider(author.0),
			patient_key,
			author_key: Some(self.registered_key(state, &author.into()).await?),
			region: state.region().await?,
			time: state.now().await?,
		})
	}

	/// Records of the patient that the account acts for, by that patient.
	async fn own_batch(&self, state: &State, amends: Option<RecordId>) -> Result<Batch> {
		let patient = self.patient(state).await?;
		let view = state.patient(patient).await?;
		let patient_key = self.registered_key(state, &patient.into()).await?;
		verify_patient(&self.chain.genesis(), &view, &patient_key)?;
		let founding = view.accounts.first().map(|entry| entry.account.clone());
		Ok(Batch {
			patient,
			amends,
			author: ManifestAuthor::Patient {
				founding_account: founding.unwrap_or_else(|| self.key.account()).into(),
				commitment: view.commitment,
			},
			patient_key,
			author_key: None,
			region: state.region().await?,
			time: state.now().await?,
		})
	}

	async fn add_all(
		&self,
		batch: &Batch,
		documents: &[Document],
		ipfs: &Ipfs,
		added: &mut Vec<AddedRecord>,
	) -> Result<()> {
		let mut calls = Vec::new();
		for document in documents {
			let (call, new) = self.add_envelope(batch, document, ipfs).await?;
			calls.push(call);
			added.push(new);
		}
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
		Ok(())
	}

	/// Seals a document and adds its envelope to IPFS. Returns the call that adds the record.
	async fn add_envelope(
		&self,
		batch: &Batch,
		document: &Document,
		ipfs: &Ipfs,
	) -> Result<(Call, AddedRecord)> {
		let details = Details {
			name: document.name.clone(),
			media_type: document.media_type.clone(),
			patient: batch.patient.0,
			author: batch.author.clone(),
			author_account: self.key.secrets.seed.account(),
			region: batch.region,
			genesis: self.chain.genesis(),
			time: batch.time,
		};
		let key = RecordKey::generate();
		let sealed_name = seal_name(&key, &short_name(&document.name))
			.map_err(|error| Error::Input(error.to_string()))?;
		let (mut envelope, cid, sealed) = self.seal(&document.path, &key, details)?;
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

	/// Seals a document into a temporary file without a name.
	fn seal(
		&self,
		document: &Path,
		key: &RecordKey,
		details: Details,
	) -> Result<(File, Cid, Sealed)> {
		let file = File::open(document).map_err(Error::file(document))?;
		let metadata = file.metadata().map_err(Error::file(document))?;
		if metadata.is_dir() {
			return Err(Error::Input(format!(
				"{} is a directory: give a file",
				document.display()
			)));
		}
		self.progress.step("encrypting", Some(metadata.len()));
		let envelope = tempfile::tempfile().map_err(Error::file(std::env::temp_dir()))?;
		let mut cid = CidWriter::new();
		let sealed = tokio::task::block_in_place(|| {
			let input = ProgressReader(BufReader::with_capacity(BUFFER, file), self.progress);
			let both = Tee(BufWriter::with_capacity(BUFFER, &envelope), &mut cid);
			seal(input, both, key, details, &self.key.secrets.seed)
		})
		.map_err(|error| match error {
			SealError::Read(cause) => Error::file(document)(cause),
			SealError::Write(cause) => Error::file(std::env::temp_dir())(cause),
			error => Error::Input(error.to_string()),
		})?;
		if cid.len() != sealed.size {
			return Err(Error::Verification(
				"the size of the sealed envelope is wrong".into(),
			));
		}
		Ok((envelope, cid.finish(), sealed))
	}

	/// One's own current key on the chain. The key file must hold it too.
	async fn registered_key(&self, state: &State, member: &MemberId) -> Result<KeyView<AccountId>> {
		let view = state.encryption_key(member, None).await?;
		let own = self.key.private_key(view.version)?.public_spki_der();
		if own != view.key.as_bytes() {
			return Err(Error::KeyFile(format!(
				"the key file has another encryption key of {member} ({}) than the chain ({})",
				fingerprint(&own),
				fingerprint(view.key.as_bytes())
			)));
		}
		Ok(view)
	}
}

/// Cuts a name to the length that the chain can hold.
fn short_name(name: &str) -> String {
	if name.len() <= MAX_SEALED_NAME_LEN {
		return name.into();
	}
	let room = MAX_SEALED_NAME_LEN - '…'.len_utf8();
	let end = (0..=room)
		.rev()
		.find(|end| name.is_char_boundary(*end))
		.unwrap_or(0);
	format!("{}…", &name[..end])
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

	#[test]
	fn a_long_name_is_cut_at_a_character() {
		assert_eq!(short_name("x-ray.dcm"), "x-ray.dcm");
		let long = "ä".repeat(40);
		let short = short_name(&long);
		assert!(
			short.len() <= MAX_SEALED_NAME_LEN && short.ends_with("ä…"),
			"{short}"
		);
		assert_eq!(short_name(&"a".repeat(64)).len(), MAX_SEALED_NAME_LEN);
	}
}
