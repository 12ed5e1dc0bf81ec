//! Processes 1 and 2: storing and retrieving documents.

use crate::{
	chain::{calls, Call, Progress, State},
	cid::CidWriter,
	files,
	ipfs::Ipfs,
	known::Known,
	members::{in_good_standing, private_key, Acting},
	Error, Result,
};
use salus_envelope::{
	fingerprint, open, open_name, patient_commitment, seal, seal_name, wrap, Details, Expected,
	Manifest, OpenError, RecordKey, SealError, Sealed, Signer, WrapBinding, WrapError,
	MAX_SEALED_NAME_LEN,
};
use salus_primitives::{
	views::{KeyView, RecordView},
	AccountId, Cid, CidBytes, MemberId, Moment, ParaId, PatientId, ProfessionalNumber, Purpose,
	RecordId, Standing, WrappedKey,
};
use std::{
	fmt,
	fs::File,
	io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write},
	path::{Path, PathBuf},
	str::FromStr,
};

/// Bytes that are read or written at once.
const BUFFER: usize = 1 << 20;

/// A record: by its number in the region that one is connected to, or with its region's number, as
/// `7` and `2001/7`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordRef {
	/// Its region; `None`: the one that one is connected to.
	pub region: Option<ParaId>,
	/// Its number there.
	pub record: RecordId,
}

impl From<RecordId> for RecordRef {
	fn from(record: RecordId) -> Self {
		Self {
			region: None,
			record,
		}
	}
}

impl fmt::Display for RecordRef {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self.region {
			Some(region) => write!(f, "{region}/{}", self.record),
			None => write!(f, "{}", self.record),
		}
	}
}

impl FromStr for RecordRef {
	type Err = Error;

	fn from_str(text: &str) -> Result<Self> {
		let (region, record) = match text.split_once('/') {
			Some((region, record)) => (number(region).map(Some), record),
			None => (Some(None), text),
		};
		match (region, number(record)) {
			(Some(region), Some(record)) => Ok(Self { region, record }),
			_ => Err(Error::Input(
				"a record is a number, such as 7, or a region's and a record's, such as 2001/7"
					.into(),
			)),
		}
	}
}

/// A number of digits alone: the standard library's takes a sign too.
fn number<T: FromStr>(text: &str) -> Option<T> {
	let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
	digits.then(|| text.parse().ok()).flatten()
}

/// A document to be stored.
#[derive(Clone, Debug)]
pub struct NewRecord {
	/// The document.
	pub document: PathBuf,
	/// Its name, at most 255 bytes; the chain keeps the first 63, sealed.
	pub name: String,
	/// Its media type.
	pub media_type: String,
}

/// Whom new records are of, and by whom.
#[derive(Clone, Debug)]
pub struct Setting {
	/// The patient.
	pub patient: PatientId,
	/// The record that they correct.
	pub amends: Option<RecordId>,
	/// The author, if it is not what the chain says the account acts for. The chain will refuse
	/// it; this is how one sees that it does.
	pub author: Option<ProfessionalNumber>,
}

/// A record that was added.
#[derive(Clone, Debug)]
pub struct Added {
	/// Its id.
	pub record: RecordId,
	/// The envelope's CID.
	pub cid: Cid,
	/// The blinded hash.
	pub hash: [u8; 32],
	/// The envelope's bytes.
	pub size: u64,
	/// The document's bytes.
	pub document_length: u64,
}

/// How a member comes to read a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
	/// It is the record's patient.
	Patient,
	/// It is the record's author.
	Author,
	/// The patient granted it.
	Grant {
		/// What for.
		purpose: Purpose,
		/// When it ends by itself.
		expires_at: Option<u64>,
	},
}

/// A record that a member can read, its key unwrapped.
pub struct Readable {
	/// What the chain says of it.
	pub view: RecordView<AccountId>,
	/// How the member comes to read it.
	pub access: Access,
	/// Its name.
	pub name: String,
	/// The patient's name, if the key file is the patient's.
	pub patient_name: Option<String>,
	pub(crate) key: RecordKey,
}

/// A document that was retrieved and checked.
#[derive(Clone, Debug)]
pub struct Retrieved {
	/// Where it is; `None` if it was only checked.
	pub path: Option<PathBuf>,
	/// What its author signed.
	pub manifest: Manifest,
	/// How its author stands now.
	pub author_standing: Option<Standing>,
}

/// What a chain says of a record's envelope.
pub(crate) struct Envelope {
	/// The record.
	pub record: RecordRef,
	/// Where the envelope is.
	pub cid: Cid,
	/// Its bytes.
	pub size: u64,
	/// What it must agree with.
	pub expected: Expected,
}

/// What is the same for all documents that are added together.
struct Adding<'a> {
	setting: &'a Setting,
	author: ProfessionalNumber,
	patient_key: KeyView<AccountId>,
	author_key: KeyView<AccountId>,
	region: ParaId,
	time: Moment,
}

impl Acting<'_> {
	/// Seals documents, adds their envelopes to IPFS and puts their records on the chain: all of
	/// them, or none.
	pub async fn add_records(
		&self,
		setting: &Setting,
		documents: &[NewRecord],
		ipfs: &Ipfs,
		known: &mut Known,
	) -> Result<Vec<Added>> {
		// Where k goes is decided by what cannot be taken back.
		let state = self.chain.finalized().await?;
		let author = match &setting.author {
			Some(number) => number.clone(),
			None => self.verified_provider(&state).await?,
		};
		let patient = MemberId::Patient(setting.patient);
		state.patient(setting.patient).await?;
		let patient_key = state.encryption_key(&patient, None).await?;
		known.check(&self.chain.genesis(), &patient, &patient_key)?;
		let author_key = match &setting.author {
			Some(_) => self.own_public_key(0)?,
			None => self.own_registered_key(&state, &author).await?,
		};
		if let Some(amended) = setting.amends {
			if state.record(amended).await?.patient != setting.patient {
				return Err(Error::NotAllowed {
					reason: format!("record {amended} is another patient's"),
					next: None,
				});
			}
		}
		let mut added = Vec::new();
		let adding = Adding {
			setting,
			author,
			patient_key,
			author_key,
			region: state.region().await?,
			time: state.now().await?,
		};
		match self.add_all(&adding, documents, ipfs, &mut added).await {
			Ok(()) => {
				self.progress.done();
				Ok(added)
			}
			Err(error) => {
				// What the chain did not take is of no use on IPFS.
				if !matches!(error, Error::Unknown { .. }) {
					for added in &added {
						let _ = ipfs.unpin(&added.cid).await;
					}
				}
				Err(error)
			}
		}
	}

	async fn add_all(
		&self,
		adding: &Adding<'_>,
		documents: &[NewRecord],
		ipfs: &Ipfs,
		added: &mut Vec<Added>,
	) -> Result<()> {
		let mut calls = Vec::new();
		for document in documents {
			let (call, new) = self.add_one(adding, document, ipfs).await?;
			calls.push(call);
			added.push(new);
		}
		let included = self.submit_all(calls).await?;
		// The chain has them, whatever is wrong with its events.
		let unread = |reason: String| Error::Unknown {
			hash: format!("0x{}", hex::encode(included.hash)),
			reason,
		};
		let events = included.records_added();
		let events = events.map_err(|error| unread(error.to_string()))?;
		let cids = events.iter().map(|(_, _, _, cid)| cid);
		if !cids.eq(added.iter().map(|added| &added.cid)) {
			return Err(unread("its events do not tell of these records".into()));
		}
		for (added, (record, ..)) in added.iter_mut().zip(events) {
			added.record = record;
		}
		Ok(())
	}

	/// Seals a document and adds its envelope to IPFS; gives the call that adds its record.
	async fn add_one(
		&self,
		adding: &Adding<'_>,
		document: &NewRecord,
		ipfs: &Ipfs,
	) -> Result<(Call, Added)> {
		let Setting {
			patient, amends, ..
		} = adding.setting;
		let details = Details {
			name: document.name.clone(),
			media_type: document.media_type.clone(),
			patient: patient.0,
			author_number: adding.author.to_string(),
			author_account: self.me.secrets.seed.account(),
			region: adding.region,
			genesis: self.chain.genesis(),
			time: adding.time,
		};
		let key = RecordKey::generate();
		let sealed_name = seal_name(&key, &short_name(&document.name))
			.map_err(|error| Error::Input(error.to_string()))?;
		let (mut envelope, cid, sealed) = self.seal(&document.document, &key, details)?;
		let binding = WrapBinding {
			genesis: self.chain.genesis(),
			patient: patient.0,
			author_number: adding.author.to_string(),
			hash: sealed.hash,
		};
		let call = calls::ADD_RECORD.with((
			*patient,
			adding.author.clone(),
			sealed_name,
			sealed.hash,
			CidBytes::truncate_from(cid.as_bytes().to_vec()),
			sealed.size,
			wrap_for(&adding.patient_key, &key, &binding)?,
			wrap_for(&adding.author_key, &key, &binding)?,
			*amends,
		));
		ipfs.add(&mut envelope, &cid, self.progress).await?;
		let added = Added {
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
				"{} is a directory",
				document.display()
			)));
		}
		self.progress.step("encrypting", Some(metadata.len()));
		let envelope = tempfile::tempfile().map_err(Error::file(std::env::temp_dir()))?;
		let mut cid = CidWriter::new();
		let sealed = tokio::task::block_in_place(|| {
			let input = Watched(BufReader::with_capacity(BUFFER, file), self.progress);
			let both = Tee(BufWriter::with_capacity(BUFFER, &envelope), &mut cid);
			seal(input, both, key, details, &self.me.secrets.seed)
		})
		.map_err(|error| match error {
			SealError::Read(cause) => Error::file(document)(cause),
			SealError::Write(cause) => Error::file(std::env::temp_dir())(cause),
			error => Error::Input(error.to_string()),
		})?;
		if cid.len() != sealed.size {
			return Err(Error::Verification(
				"the envelope's size is not what it should be".into(),
			));
		}
		Ok((envelope, cid.finish(), sealed))
	}

	/// One's own current key on the chain, which must be in the key file too.
	async fn own_registered_key(
		&self,
		state: &State,
		number: &ProfessionalNumber,
	) -> Result<KeyView<AccountId>> {
		let member = MemberId::Provider(number.clone());
		let view = state.encryption_key(&member, None).await?;
		let own = private_key(self.me, view.version)?.public_spki_der();
		if own != view.key.as_bytes() {
			return Err(Error::KeyFile(format!(
				"the chain has another key of {member} ({}) than the key file ({})",
				fingerprint(view.key.as_bytes()),
				fingerprint(&own)
			)));
		}
		Ok(view)
	}

	/// One's own key as the chain would tell it, unregistered.
	fn own_public_key(&self, version: u32) -> Result<KeyView<AccountId>> {
		let spki = private_key(self.me, version)?.public_spki_der();
		let key = spki
			.try_into()
			.map_err(|_| Error::KeyFile("the key is too long".into()))?;
		Ok(KeyView {
			version,
			key: salus_primitives::EncryptionKey::RsaOaep(key),
			account: self.me.account(),
			signature: Default::default(),
			since: 0,
		})
	}

	/// A record that this member can read: its wrapped key is looked for before anything else.
	pub async fn readable(&self, state: &State, record: RecordId) -> Result<Readable> {
		let view = state.record(record).await?;
		let member = match self.member(state).await {
			Err(Error::NotAllowed { .. }) => {
				let member = format!("{}, who is no member", self.me.name);
				return Err(Error::NotGranted {
					record: record.into(),
					member,
				});
			}
			member => member?,
		};
		let own = match &member {
			MemberId::Patient(id) => (*id == view.patient).then_some(Access::Patient),
			MemberId::Provider(number) => (*number == view.author).then_some(Access::Author),
		};
		let (wrapped, access) = match own {
			Some(access) => (state.wrapped_key(record, &member).await?, access),
			None => match state.grant(record, &member).await? {
				None => {
					let member = member.to_string();
					return Err(Error::NotGranted {
						record: record.into(),
						member,
					});
				}
				Some(grant) => {
					// A suspended grantee keeps the key that it has; the chain need not repeat it.
					let access = Access::Grant {
						purpose: grant.purpose,
						expires_at: grant.expires_at,
					};
					(Some(grant.wrapped_key), access)
				}
			},
		};
		let wrapped = wrapped.ok_or_else(|| {
			Error::NotFound(format!("wrapped key of record {record} for {member}"))
		})?;
		let binding = self.binding(&view);
		let key = private_key(self.me, wrapped.key_version())?
			.unwrap(wrapped.ciphertext(), &binding)
			.map_err(|error| {
				Error::Verification(format!("the wrapped key of record {record}: {error}"))
			})?;
		let name = open_name(&key, &view.sealed_name)
			.map_err(|error| Error::Verification(format!("record {record}: {error}")))?;
		let secrets = &self.me.secrets;
		let own_name = secrets.salt.is_some_and(|salt| {
			patient_commitment(&secrets.name, &salt) == view.patient_commitment
		});
		Ok(Readable {
			access,
			name,
			patient_name: own_name.then(|| secrets.name.clone()),
			key,
			view,
		})
	}

	pub(crate) fn binding(&self, view: &RecordView<AccountId>) -> WrapBinding {
		WrapBinding {
			genesis: self.chain.genesis(),
			patient: view.patient.0,
			author_number: view.author.to_string(),
			hash: view.hash,
		}
	}

	/// Fetches a record's envelope, checks everything, and keeps the document: at `path`, or under
	/// its name if that is a directory. On any error nothing of it remains.
	pub async fn retrieve(
		&self,
		record: RecordId,
		path: &Path,
		replace: bool,
		ipfs: &Ipfs,
	) -> Result<Retrieved> {
		let state = self.state().await?;
		let readable = self.readable(&state, record).await?;
		let envelope = self.envelope(&state, &readable.view).await?;
		let (target, manifest) = self
			.keep(
				&envelope,
				&readable.key,
				&readable.name,
				path,
				replace,
				ipfs,
			)
			.await?;
		Ok(Retrieved {
			path: Some(target),
			manifest,
			author_standing: readable.view.author_standing,
		})
	}

	/// The same, to a writer, after everything was checked.
	pub async fn retrieve_to(
		&self,
		record: RecordId,
		out: &mut (dyn Write + Send),
		ipfs: &Ipfs,
	) -> Result<Retrieved> {
		let state = self.state().await?;
		let readable = self.readable(&state, record).await?;
		let envelope = self.envelope(&state, &readable.view).await?;
		let manifest = self.pour(&envelope, &readable.key, out, ipfs).await?;
		Ok(Retrieved {
			path: None,
			manifest,
			author_standing: readable.view.author_standing,
		})
	}

	/// What the chain says of a record's envelope.
	pub(crate) async fn envelope(
		&self,
		state: &State,
		view: &RecordView<AccountId>,
	) -> Result<Envelope> {
		Ok(Envelope {
			record: view.id.into(),
			cid: view.cid,
			size: view.size,
			expected: Expected {
				hash: view.hash,
				patient: view.patient.0,
				author_number: view.author.to_string(),
				author_account: *view.account.as_ref(),
				region: state.region().await?,
				genesis: self.chain.genesis(),
			},
		})
	}

	/// Keeps the document of an envelope in a file; gives where, and what its author signed.
	pub(crate) async fn keep(
		&self,
		envelope: &Envelope,
		key: &RecordKey,
		name: &str,
		path: &Path,
		replace: bool,
		ipfs: &Ipfs,
	) -> Result<(PathBuf, Manifest)> {
		let target = files::target(path, &file_name(name, envelope.record));
		// What is no file, such as a device, is not for replacing either.
		if target.exists() && !(replace && target.is_file()) {
			return Err(Error::Input(format!(
				"{} is there already: choose another place, or give --force if it is a file",
				target.display()
			)));
		}
		let mut document = files::temporary(&target)?;
		let manifest = self
			.open_into(envelope, key, ipfs, document.as_file_mut())
			.await?;
		files::keep(document, &target, replace)?;
		self.progress.done();
		Ok((target, manifest))
	}

	/// Writes the document of an envelope, after everything was checked.
	pub(crate) async fn pour(
		&self,
		envelope: &Envelope,
		key: &RecordKey,
		out: &mut (dyn Write + Send),
		ipfs: &Ipfs,
	) -> Result<Manifest> {
		let system = || Error::file(std::env::temp_dir());
		let mut document = tempfile::tempfile().map_err(system())?;
		let manifest = self.open_into(envelope, key, ipfs, &mut document).await?;
		document.seek(SeekFrom::Start(0)).map_err(system())?;
		io::copy(&mut document, out)
			.and_then(|_| out.flush())
			.map_err(Error::file("standard output"))?;
		self.progress.done();
		Ok(manifest)
	}

	/// Fetches and opens an envelope. What `out` got is worth nothing unless this is `Ok`.
	pub(crate) async fn open_into(
		&self,
		envelope: &Envelope,
		key: &RecordKey,
		ipfs: &Ipfs,
		out: &mut (impl Write + Send),
	) -> Result<Manifest> {
		let system = || Error::file(std::env::temp_dir());
		let mut fetched = tempfile::tempfile().map_err(system())?;
		ipfs.cat(&envelope.cid, envelope.size, &mut fetched, self.progress)
			.await?;
		fetched.seek(SeekFrom::Start(0)).map_err(system())?;
		self.progress
			.step("decrypting and checking", Some(envelope.size));
		let opened = tokio::task::block_in_place(|| {
			let input = Watched(BufReader::with_capacity(BUFFER, fetched), self.progress);
			let mut output = BufWriter::with_capacity(BUFFER, out);
			let opened = open(input, &mut output, key, &envelope.expected)?;
			output.flush().map_err(OpenError::Write)?;
			Ok(opened)
		});
		match opened {
			Ok(opened) => Ok(opened.manifest),
			Err(OpenError::Read(cause)) => Err(system()(cause)),
			Err(OpenError::Write(cause)) => Err(Error::file("the document")(cause)),
			Err(error) => {
				let record = envelope.record;
				Err(Error::Verification(format!("record {record}: {error}")))
			}
		}
	}

	/// Whether a member may be given a record key.
	pub(crate) async fn checked_key(
		&self,
		state: &State,
		member: &MemberId,
		known: &mut Known,
	) -> Result<KeyView<AccountId>> {
		in_good_standing(state, member).await?;
		let view = state.encryption_key(member, None).await?;
		known.check(&self.chain.genesis(), member, &view)?;
		Ok(view)
	}
}

/// Wraps a record key for a member.
pub(crate) fn wrap_for(
	view: &KeyView<AccountId>,
	key: &RecordKey,
	binding: &WrapBinding,
) -> Result<WrappedKey> {
	let failed = |error: WrapError| Error::Verification(format!("the encryption key: {error}"));
	let ciphertext = wrap(view.key.as_bytes(), key, binding).map_err(failed)?;
	Ok(WrappedKey::RsaOaep {
		key_version: view.version,
		ciphertext: ciphertext
			.try_into()
			.map_err(|_| Error::Verification("the wrapped key is too long".into()))?,
	})
}

/// As much of a name as fits on the chain.
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

/// A record's name as a file's: nothing that leads elsewhere or hides.
fn file_name(name: &str, record: RecordRef) -> String {
	let clean: String = name
		.chars()
		.map(|c| {
			if c.is_control() || "/\\:*?\"<>|".contains(c) {
				'_'
			} else {
				c
			}
		})
		.collect();
	match clean.trim_start_matches(['.', '-']).trim() {
		"" => format!("record-{record}").replace('/', "-"),
		clean => clean.into(),
	}
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

/// Tells how much was read.
struct Watched<'a, R>(R, &'a dyn Progress);

impl<R: Read> Read for Watched<'_, R> {
	fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
		if self.1.cancelled() {
			return Err(io::Error::other("interrupted"));
		}
		let read = self.0.read(buffer)?;
		self.1.advance(read as u64);
		Ok(read)
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

	#[test]
	fn a_name_leads_nowhere_else() {
		let there = "2001/4".parse().unwrap();
		assert_eq!(file_name("lab.json", 1.into()), "lab.json");
		assert_eq!(file_name("../../etc/passwd", 1.into()), "_.._etc_passwd");
		assert_eq!(file_name("..", 4.into()), "record-4");
		assert_eq!(file_name("", there), "record-2001-4");
		assert_eq!(file_name("-rf\u{1b}[2J", there), "rf_[2J");
	}

	#[test]
	fn records_are_named_with_or_without_their_region() {
		for text in ["0", "7", "2001/7", "4294967295/18446744073709551615"] {
			assert_eq!(text.parse::<RecordRef>().unwrap().to_string(), text);
		}
		for wrong in [
			"",
			"/",
			"7/",
			"/7",
			"2001/7/1",
			"2001:7",
			"+7",
			"-7",
			" 7",
			"2001/ 7",
			"0x7",
			"4294967296/1",
			"18446744073709551616",
			"\u{0667}",
			"one",
		] {
			assert!(
				matches!(wrong.parse::<RecordRef>(), Err(Error::Input(_))),
				"{wrong:?}"
			);
		}
	}
}
