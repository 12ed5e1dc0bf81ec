//! Process 2, retrieve: unlocking records, and fetching, checking and decrypting their documents.

use crate::{
	chain::State,
	files::{self, ToDisk, BUFFER},
	ipfs::{Downloader, Wanted},
	keys::{binding, unwrap},
	session::Session,
	store::unix_time,
	Error, RecordRef, Result,
};
use salus_envelope::{
	leaf_of, open, open_name, Author, Expected, LeafReader, Manifest, OpenError, Part, RecordKey,
	WrapBinding,
};
use salus_primitives::{
	text::is_unprintable,
	views::{AuthorView, RecordView},
	AccountId, Cid, Hash256, MemberId, Moment, ParaId, Purpose, RecordId, SealedName, WrappedKey,
};
use std::{
	io::{self, BufWriter, Cursor, Read, Seek, SeekFrom, Write},
	ops::RangeInclusive,
	path::{Path, PathBuf},
	sync::{
		atomic::{AtomicBool, Ordering},
		mpsc::{sync_channel, Receiver, SyncSender},
		Arc,
	},
};
use tokio::task::{block_in_place, spawn_blocking};

/// The reason why a member can read a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
	/// The member is the record's patient.
	Patient,
	/// The member is the provider that wrote the record.
	Author,
	/// The patient granted the record to the member.
	Grant {
		/// The grant's purpose.
		purpose: Purpose,
		/// The time when the grant expires.
		expires_at: Option<Moment>,
	},
}

/// A record that this member can read: its record key is unwrapped, and its name decrypted.
///
/// `View` is what the source says of it: a [`RecordView`] if the source is the connected region
/// ([`Session::unlock`]), an [`IncomingGrantView`](salus_primitives::views::IncomingGrantView) if
/// it is the consortium ([`Session::unlock_incoming`]).
pub struct UnlockedRecord<View> {
	/// What the source says of the record.
	pub view: View,
	/// Why the member can read it.
	pub access: Access,
	/// The record's name.
	pub name: String,
	/// The patient's name, if the key is the patient's.
	pub patient_name: Option<String>,
	pub(crate) key: RecordKey,
	pub(crate) envelope: Envelope,
}

/// An envelope, and what it must agree with.
pub(crate) struct Envelope {
	pub record: RecordRef,
	pub cid: Cid,
	/// The size in bytes.
	pub size: u64,
	/// What the record's wrapped keys are bound to.
	pub binding: WrapBinding,
	/// The account that added the record, as the source tells it.
	pub author_account: Option<AccountId>,
	/// The blinded hash of the record that this one amends.
	pub amended_hash: Option<Hash256>,
	/// The sealed name.
	pub sealed_name: SealedName,
	/// When the record was added.
	pub added_at: Moment,
	/// The author, with its standing now.
	pub author: AuthorView,
}

impl Envelope {
	/// What the envelope of a record of this region must agree with. A chain for development tells
	/// no time to compare with.
	///
	/// If the patient is the author, the source's word on the account does not count: the account is
	/// the one that the manifest proves. What proves a later account is not defined yet.
	pub(crate) fn expected(&self, region: ParaId, development: bool) -> Expected {
		let WrapBinding {
			genesis,
			patient,
			author,
			hash,
		} = self.binding.clone();
		let author_account = match author {
			Author::Patient => None,
			Author::Provider(_) => self.author_account.clone().map(Into::into),
		};
		Expected {
			hash,
			patient,
			author,
			author_account,
			region,
			genesis,
			amends: self.amended_hash,
			sealed_name: self.sealed_name,
			added_at: (!development).then_some(self.added_at),
		}
	}
}

/// Where a retrieved document goes. It gets there only after all checks.
pub enum Destination<'a> {
	/// A file.
	File {
		/// The file's path, or a directory in which the file gets the record's name.
		path: &'a Path,
		/// Whether to replace an existing file.
		replace: bool,
	},
	/// A writer, such as the standard output.
	Writer(&'a mut (dyn Write + Send)),
	/// Nowhere: the document is only checked.
	Check,
}

/// A document that was retrieved and checked.
#[derive(Clone, Debug)]
pub struct Retrieved {
	/// The file, if the destination was one.
	pub path: Option<PathBuf>,
	/// The manifest that the author signed.
	pub manifest: Manifest,
	/// The author, with its standing now.
	pub author: AuthorView,
}

impl Session<'_> {
	/// Unlocks a record of the connected region.
	pub async fn unlock(
		&self,
		state: &State,
		record: RecordId,
	) -> Result<UnlockedRecord<RecordView<AccountId>>> {
		let not_granted = |member: String| Error::NotGranted {
			record: record.into(),
			member,
		};
		let member = match self.member(state).await {
			Err(Error::NotAllowed { .. }) => {
				return Err(not_granted(format!(
					"{}, which is not a member's key",
					self.key.name
				)));
			}
			member => member?,
		};
		let view = match state.record(record).await {
			// A gateway does not tell whether there is such a record.
			Err(Error::NotAllowed { .. }) => return Err(not_granted(member.to_string())),
			view => view?,
		};
		let author = view.author.author();
		let own = if member == MemberId::Patient(view.patient) {
			Some(Access::Patient)
		} else {
			(member == author.member(view.patient)).then_some(Access::Author)
		};
		let (wrapped, access) = match own {
			Some(access) => {
				let wrapped = state.wrapped_key(record, &member).await?;
				let wrapped = wrapped.ok_or_else(|| {
					Error::NotFound(format!("wrapped key of record {record} for {member}"))
				})?;
				(wrapped, access)
			}
			None => {
				// A grant stays usable while the grantee is suspended.
				let grant = state.grant(record, &member).await?;
				let grant = grant.ok_or_else(|| not_granted(member.to_string()))?;
				self.ensure_lasts(record.into(), grant.expires_at)?;
				let access = Access::Grant {
					purpose: grant.purpose,
					expires_at: grant.expires_at,
				};
				let wrapped = grant
					.wrapped_key
					.ok_or_else(|| not_granted(member.to_string()))?;
				(wrapped, access)
			}
		};
		self.open(view, access, &wrapped)
	}

	/// Refuses a grant that has ended by the reader's own clock, also if the chain's clock is late.
	pub(crate) fn ensure_lasts(&self, record: RecordRef, end: Option<Moment>) -> Result<()> {
		// The clock of a chain for development runs apart.
		if self.development {
			return Ok(());
		}
		ensure_lasts(record, end, unix_time())
	}

	/// Unlocks a record with its wrapped key.
	pub fn open(
		&self,
		view: RecordView<AccountId>,
		access: Access,
		wrapped: &WrappedKey,
	) -> Result<UnlockedRecord<RecordView<AccountId>>> {
		let (record, author) = (view.id, view.author.author());
		let envelope = Envelope {
			record: record.into(),
			cid: view.cid,
			size: view.envelope_size,
			binding: binding(
				self.chain.genesis(),
				view.patient,
				author,
				view.document_hash,
			),
			author_account: Some(view.account.clone()),
			amended_hash: view.amended_hash,
			sealed_name: view.sealed_name,
			added_at: view.added_at,
			author: view.author.clone(),
		};
		let key = unwrap(self.key, wrapped, &envelope.binding, record)?;
		let name = unseal_name(&key, &view.sealed_name, record)?;
		let mut own = self.key.secrets.names.iter();
		let patient = own.find(|own| own.commitment() == view.patient_commitment);
		let patient_name = patient.map(|own| own.name.clone());
		Ok(UnlockedRecord {
			view,
			access,
			name,
			patient_name,
			key,
			envelope,
		})
	}

	/// Fetches the envelope of an unlocked record, checks everything, and writes the document to
	/// its destination. After an error nothing of the document remains.
	pub async fn retrieve<View: Sync>(
		&self,
		record: &UnlockedRecord<View>,
		destination: Destination<'_>,
		ipfs: &dyn Downloader,
	) -> Result<Retrieved> {
		let UnlockedRecord { key, envelope, .. } = record;
		let (path, manifest) = match destination {
			Destination::File { path, replace } => {
				let target = |name: &str| {
					let path = files::document_path(path, &file_name(name, envelope.record));
					check_target(&path, replace).map(|()| path)
				};
				// Before the download, as far as the chain's form of the name tells.
				let expected = target(&record.name)?;
				let document = ToDisk::new(files::unnamed(&expected)?);
				let (manifest, document) = self
					.open_envelope(envelope, key, ipfs, (document, &expected))
					.await?;
				let path = target(&manifest.name)?;
				let document = block_in_place(|| document.finish()).map_err(Error::write(&path))?;
				files::persist(document, &path, replace)?;
				(Some(path), manifest)
			}
			Destination::Writer(out) => {
				let document = tempfile::tempfile().map_err(Error::temporary)?;
				let (manifest, mut document) = self
					.open_envelope(envelope, key, ipfs, (document, &std::env::temp_dir()))
					.await?;
				document
					.seek(SeekFrom::Start(0))
					.map_err(Error::temporary)?;
				io::copy(&mut document, out)
					.and_then(|_| out.flush())
					.map_err(Error::write("standard output"))?;
				(None, manifest)
			}
			Destination::Check => {
				let nowhere = (io::sink(), Path::new(""));
				let opened = self.open_envelope(envelope, key, ipfs, nowhere).await?;
				(None, opened.0)
			}
		};
		self.progress.done();
		Ok(Retrieved {
			path,
			manifest,
			author: envelope.author.clone(),
		})
	}

	/// Fetches some bytes of a document, without the rest, and writes them. Returns how many there
	/// were: fewer than asked for, or none, if the document ends before.
	///
	/// Each leaf of the envelope is checked against the record's CID, and by its tag. So the state
	/// of the chain names these bytes: they are as trustworthy as the region's authorities. **The
	/// author's signature is not checked**, as it covers the whole document. Say so where the
	/// bytes are shown. The record must be unlocked with final state.
	pub async fn retrieve_part<View: Sync>(
		&self,
		record: &UnlockedRecord<View>,
		range: RangeInclusive<u64>,
		out: &mut (dyn Write + Send),
		ipfs: &dyn Downloader,
	) -> Result<u64> {
		let id = record.envelope.record;
		let refused = |error: OpenError| Error::Verification(format!("record {id}: {error}"));
		let wanted = self.wanted(&record.envelope).await?;
		let mut first = Vec::new();
		let mut header = |_: u64, leaf: Vec<u8>| {
			first = leaf;
			Ok(true)
		};
		ipfs.leaves(&wanted, 0..=0, &mut header, self.progress)
			.await?;
		let reader = LeafReader::new(&first, wanted.size, &record.key).map_err(refused)?;
		let mut written = 0;
		let mut write = |leaf: u64, bytes: Vec<u8>| {
			let part = reader.open(leaf, &bytes).map_err(refused)?;
			let bytes = within(&part, &range);
			out.write_all(bytes).map_err(Error::write("the output"))?;
			written += bytes.len() as u64;
			Ok(!part.ends)
		};
		let last = leaf_of(*range.end()).min(reader.leaves() - 1);
		let (next, more) = match leaf_of(*range.start()) {
			0 => (1, write(0, first)?),
			next => (next, true),
		};
		if more && next <= last {
			ipfs.leaves(&wanted, next..=last, &mut write, self.progress)
				.await?;
		}
		out.flush().map_err(Error::write("the output"))?;
		self.progress.done();
		Ok(written)
	}

	/// What to fetch of a record.
	async fn wanted(&self, envelope: &Envelope) -> Result<Wanted> {
		let region = match envelope.record.region {
			Some(region) => region,
			None => self.state().await?.region().await?,
		};
		Ok(Wanted {
			region,
			record: envelope.record.record,
			cid: envelope.cid,
			size: envelope.size,
		})
	}

	/// Fetches, checks and decrypts an envelope into a writer, whose path is for errors. Returns the
	/// writer only if all is right. The envelope is decrypted while it arrives.
	async fn open_envelope<W: Write + Send + 'static>(
		&self,
		envelope: &Envelope,
		key: &RecordKey,
		ipfs: &dyn Downloader,
		(mut out, path): (W, &Path),
	) -> Result<(Manifest, W)> {
		let wanted = self.wanted(envelope).await?;
		let expected = envelope.expected(wanted.region, self.development);
		let (pieces, arriving) = Pieces::new(MOST_WAITING);
		let key = key.clone();
		let unwritable = pieces.unwritable.clone();
		let opening = spawn_blocking(move || {
			let open = || {
				let mut output = BufWriter::with_capacity(BUFFER, &mut out);
				let opened = open(arriving, &mut output, &key, &expected)?;
				output.flush().map_err(OpenError::Write)?;
				Ok(opened.manifest)
			};
			let opened = open();
			let failed = matches!(opened, Err(OpenError::Write(_)));
			unwritable.store(failed, Ordering::Relaxed);
			Ok((opened?, out))
		});
		let mut arriving = BufWriter::with_capacity(BUFFER, pieces);
		let fetched = ipfs.fetch(&wanted, &mut arriving, self.progress).await;
		// Without the last piece, the envelope does not end.
		block_in_place(|| drop(arriving));
		let opened = opening.await;
		let opened = opened.map_err(|error| Error::temporary(io::Error::other(error)))?;
		if let Err(OpenError::Write(cause)) = opened {
			return Err(Error::write(path)(cause));
		}
		// If other bytes arrived, whatever opening them says tells nothing.
		fetched?;
		match opened {
			Ok(opened) => Ok(opened),
			Err(OpenError::Read(cause)) => Err(Error::temporary(cause)),
			Err(error) => Err(Error::Verification(format!(
				"record {}: {error}",
				envelope.record
			))),
		}
	}
}

/// The most pieces of an envelope, of [`BUFFER`] bytes, that wait to be opened.
const MOST_WAITING: usize = 8;

/// Where the pieces of an envelope go as they arrive.
struct Pieces {
	sender: SyncSender<Vec<u8>>,
	/// Whether the document cannot be written, as on a full disk.
	unwritable: Arc<AtomicBool>,
}

impl Pieces {
	/// So many pieces wait to be read.
	fn new(most: usize) -> (Self, Arriving) {
		let (sender, pieces) = sync_channel(most);
		let unwritable = Arc::default();
		let arriving = Arriving {
			pieces,
			piece: Cursor::default(),
		};
		(Self { sender, unwritable }, arriving)
	}
}

impl Write for Pieces {
	fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
		if self.unwritable.load(Ordering::Relaxed) {
			return Err(io::Error::other("the document cannot be written"));
		}
		// Who opens it may have found a fault. The rest arrives all the same, as it tells whether these are
		// the record's bytes.
		let _ = self.sender.send(bytes.to_vec());
		Ok(bytes.len())
	}

	fn flush(&mut self) -> io::Result<()> {
		Ok(())
	}
}

/// An envelope that arrives in pieces. It ends once their sender is dropped.
struct Arriving {
	pieces: Receiver<Vec<u8>>,
	piece: Cursor<Vec<u8>>,
}

impl Read for Arriving {
	fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
		loop {
			let read = self.piece.read(buffer)?;
			if read > 0 || buffer.is_empty() {
				return Ok(read);
			}
			match self.pieces.recv() {
				Ok(piece) => self.piece = Cursor::new(piece),
				Err(_) => return Ok(0),
			}
		}
	}
}

/// The bytes of a part that are in a range of the document.
fn within<'a>(part: &'a Part, range: &RangeInclusive<u64>) -> &'a [u8] {
	let place = |byte: u64| {
		usize::try_from(byte.saturating_sub(part.start))
			.unwrap_or(usize::MAX)
			.min(part.bytes.len())
	};
	let (from, to) = (place(*range.start()), place(range.end().saturating_add(1)));
	&part.bytes[from.min(to)..to]
}

/// Checks that a document can be written here. Only a regular file is replaced: never a device,
/// and never a link, which may lead anywhere.
fn check_target(path: &Path, replace: bool) -> Result<()> {
	let Ok(found) = std::fs::symlink_metadata(path) else {
		return Ok(());
	};
	let path = path.display();
	if !found.is_file() {
		return Err(Error::Input(format!(
			"{path} is a link or a device, and only a file is replaced: choose another place"
		)));
	}
	if !replace {
		return Err(Error::Input(format!(
			"{path} already exists: choose another place, or give --force"
		)));
	}
	Ok(())
}

/// Decrypts a record's name.
pub(crate) fn unseal_name(
	key: &RecordKey,
	sealed: &SealedName,
	record: impl Into<RecordRef>,
) -> Result<String> {
	open_name(key, sealed).map_err(|error| {
		Error::Verification(format!("the name of record {}: {error}", record.into()))
	})
}

/// Makes a file's name from a record's name: without a path, not hidden, and not an option of a
/// command.
fn file_name(name: &str, record: RecordRef) -> String {
	let clean: String = name
		.chars()
		.map(|c| {
			if is_unprintable(c) || "/\\:*?\"<>|".contains(c) {
				'_'
			} else {
				c
			}
		})
		.collect();
	// Blank-looking characters too, as nobody sees what follows them. In one pass: what is left
	// begins with none of them.
	let blank = |c: char| c.is_whitespace() || "\u{200c}\u{200d}\u{2800}\u{3164}".contains(c);
	let clean = clean
		.trim_start_matches(|c| blank(c) || ".-~".contains(c))
		.trim_end_matches(|c| blank(c) || c == '.');
	match clean {
		"" => format!("record-{record}").replace('/', "-"),
		clean => clean.into(),
	}
}

fn ensure_lasts(record: RecordRef, end: Option<Moment>, now: Moment) -> Result<()> {
	match end {
		Some(end) if end <= now => Err(Error::NotAllowed {
			reason: format!("the grant of record {record} has ended, by the clock of this machine"),
			next: Some("correct the clock, or ask the record's patient to grant it again".into()),
		}),
		_ => Ok(()),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		chain::{
			fake::{Node, Pool},
			Wait,
		},
		ipfs::Ipfs,
		keys::{generate, UnlockedKey},
	};
	use salus_primitives::{views::GrantView, Author, PatientId, ProviderId, Via, SEALED_NAME_LEN};

	/// The documents of several records are fetched one after the other, and that takes long.
	#[tokio::test(flavor = "multi_thread")]
	async fn a_record_is_retrieved_after_the_node_dropped_the_state_that_unlocked_it() {
		let node = Node::new(|_, _| Pool::Takes);
		let chain = node.chain().await;
		let state = chain.finalized().await.unwrap();
		assert_eq!(state.region().await.unwrap(), 2001);
		node.add_block(&[]);
		node.finalize();
		node.prune();
		assert!(state.region().await.is_err());
		let (patient, hash) = (PatientId([2; 16]), [4; 32]);
		let record = UnlockedRecord {
			view: (),
			access: Access::Patient,
			name: "document".into(),
			patient_name: None,
			key: RecordKey::generate(),
			envelope: Envelope {
				record: 7.into(),
				cid: Cid::from_digest(false, [5; 32]),
				size: 100,
				binding: binding(chain.genesis(), patient, Author::Patient, hash),
				author_account: None,
				amended_hash: None,
				sealed_name: [3; SEALED_NAME_LEN],
				added_at: 1,
				author: AuthorView::Patient,
			},
		};
		let session = Session {
			chain: &chain,
			key: &UnlockedKey::for_test(generate(true).unwrap()),
			wait: Wait::Finalized,
			progress: &(),
			pending: None,
			development: false,
			only_call: false,
		};
		// Nothing listens there: the chain told all that it takes to fetch the envelope.
		let ipfs = Ipfs::new("http://127.0.0.1:9").unwrap();
		for _ in 0..2 {
			let retrieved = session.retrieve(&record, Destination::Check, &ipfs).await;
			let error = retrieved.unwrap_err();
			assert!(matches!(error, Error::Ipfs { .. }), "{error}");
		}
	}

	#[test]
	fn an_envelope_arrives_in_pieces_of_any_length() {
		let bytes: Vec<u8> = (0..3 * BUFFER + 5).map(|at| (at / 251) as u8).collect();
		for len in [1000, BUFFER, BUFFER + 1, bytes.len()] {
			let (pieces, mut arriving) = Pieces::new(MOST_WAITING);
			std::thread::scope(|scope| {
				scope.spawn(|| {
					let mut out = BufWriter::with_capacity(BUFFER, pieces);
					for piece in bytes.chunks(len) {
						out.write_all(piece).unwrap();
					}
				});
				let mut arrived = Vec::new();
				arriving.read_to_end(&mut arrived).unwrap();
				assert!(arrived == bytes, "{len}");
			});
		}
		// Nobody opens it any more. It arrives all the same.
		let (mut out, arriving) = Pieces::new(1);
		drop(arriving);
		for piece in bytes.chunks(BUFFER) {
			out.write_all(piece).unwrap();
		}
		// If the document cannot be written, nothing more is fetched.
		out.unwritable.store(true, Ordering::Relaxed);
		out.write_all(&bytes).unwrap_err();
	}

	#[cfg(unix)]
	#[test]
	fn a_link_is_never_replaced() {
		let dir = tempfile::tempdir().unwrap();
		let [file, link, dangling] = ["file", "link", "dangling"].map(|name| dir.path().join(name));
		std::fs::write(&file, "x").unwrap();
		std::os::unix::fs::symlink(&file, &link).unwrap();
		std::os::unix::fs::symlink(dir.path().join("none"), &dangling).unwrap();
		check_target(&file, true).unwrap();
		for (path, replace) in [(&file, false), (&link, true), (&dangling, true)] {
			let error = check_target(path, replace).unwrap_err();
			assert!(matches!(error, Error::Input(_)), "{error}");
		}
	}

	#[test]
	fn an_envelope_must_agree_with_every_value_on_chain() {
		let patient = PatientId([2; 16]);
		let mut envelope = Envelope {
			record: 8.into(),
			cid: Cid::from_digest(true, [9; 32]),
			size: 10,
			binding: binding([1; 32], patient, Author::Provider(ProviderId(7)), [3; 32]),
			author_account: Some([4; 32].into()),
			amended_hash: Some([5; 32]),
			sealed_name: [6; SEALED_NAME_LEN],
			added_at: 7,
			author: AuthorView::Patient,
		};
		let expected = Expected {
			hash: [3; 32],
			patient: [2; 16],
			author: salus_envelope::Author::Provider(7),
			author_account: Some([4; 32]),
			region: 2001,
			genesis: [1; 32],
			amends: Some([5; 32]),
			sealed_name: [6; SEALED_NAME_LEN],
			added_at: Some(7),
		};
		assert_eq!(envelope.expected(2001, false), expected);
		// The clock of a chain for development runs apart.
		let without_time = Expected {
			added_at: None,
			..expected.clone()
		};
		assert_eq!(envelope.expected(2001, true), without_time);
		// The manifest of a patient proves its account.
		envelope.binding = binding([1; 32], patient, Author::Patient, [3; 32]);
		let of_patient = Expected {
			author: salus_envelope::Author::Patient,
			author_account: None,
			..expected
		};
		assert_eq!(envelope.expected(2001, false), of_patient);
	}

	#[test]
	fn a_grant_that_ended_by_the_readers_clock_is_refused() {
		let lasts = |end| ensure_lasts(7.into(), end, 1000);
		lasts(None).unwrap();
		lasts(Some(1001)).unwrap();
		for end in [0, 1000] {
			let refused = lasts(Some(end));
			assert!(
				matches!(refused, Err(Error::NotAllowed { .. })),
				"{refused:?}"
			);
		}
	}

	/// The chain's clock may be late.
	#[tokio::test]
	async fn a_record_is_not_unlocked_by_a_grant_that_the_chain_still_has_but_that_ended() {
		let node = Node::new(|_, _| Pool::Takes);
		node.set_record(RecordView {
			id: 7,
			patient: PatientId([2; 16]),
			patient_commitment: [6; 32],
			author: AuthorView::Patient,
			account: [1; 32].into(),
			sealed_name: [3; SEALED_NAME_LEN],
			document_hash: [4; 32],
			cid: Cid::from_digest(false, [5; 32]),
			envelope_size: 100,
			added_at: 1,
			amends: None,
			amended_hash: None,
			corrected_by: Vec::new(),
		});
		let key = UnlockedKey::for_test(generate(true).unwrap());
		for (end, development, ended) in [
			(Some(1), false, true),
			(Some(1), true, false),
			(None, false, false),
		] {
			node.set_grant(GrantView {
				record: 7,
				grantee: MemberId::Provider(ProviderId(9)),
				number: None,
				name: None,
				standing: None,
				history: 1,
				key_version: 0,
				wrapped_key: None,
				via: Via::Patient,
				purpose: Purpose::Treatment,
				granted_at: 0,
				expires_at: end,
			});
			let chain = node.chain().await;
			let session = Session {
				chain: &chain,
				key: &key,
				wait: Wait::Finalized,
				progress: &(),
				pending: None,
				development,
				only_call: false,
			};
			let state = chain.finalized().await.unwrap();
			let error = session.unlock(&state, 7).await.err().unwrap();
			match ended {
				true => assert!(
					error.to_string().contains("clock of this machine"),
					"{error}"
				),
				// The grant has no wrapped key.
				false => assert!(matches!(error, Error::NotGranted { .. }), "{error}"),
			}
		}
	}

	#[test]
	fn the_bytes_of_a_range_are_cut_from_each_part() {
		let part = |start: u64| Part {
			start,
			bytes: (0..10).collect(),
			ends: false,
		};
		let cases: [(u64, RangeInclusive<u64>, &[u8]); 8] = [
			(0, 0..=0, &[0]),
			(0, 3..=5, &[3, 4, 5]),
			(0, 8..=100, &[8, 9]),
			(100, 0..=101, &[0, 1]),
			(100, 105..=u64::MAX, &[5, 6, 7, 8, 9]),
			(100, 0..=99, &[]),
			(100, 110..=120, &[]),
			(0, 0..=u64::MAX, &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
		];
		for (start, range, bytes) in cases {
			assert_eq!(within(&part(start), &range), bytes, "{start} {range:?}");
		}
	}

	#[test]
	fn a_file_name_has_no_path_and_is_not_hidden() {
		let incoming = "2001/4".parse().unwrap();
		assert_eq!(file_name("lab.json", 1.into()), "lab.json");
		assert_eq!(file_name("../../etc/passwd", 1.into()), "_.._etc_passwd");
		assert_eq!(file_name("..", 4.into()), "record-4");
		assert_eq!(file_name("", incoming), "record-2001-4");
		assert_eq!(file_name("-rf\u{1b}[2J", incoming), "rf_[2J");
		for (name, file) in [
			(" .bashrc", "bashrc"),
			("- .netrc", "netrc"),
			("\u{3000}.bashrc", "bashrc"),
			(".\u{a0}-\u{200d}. ~-rf . ", "rf"),
			("-\u{2800}.", "record-1"),
			("scan\u{202e}fdp.exe", "scan_fdp.exe"),
			("x-ray of 1. 2. 2027.pdf", "x-ray of 1. 2. 2027.pdf"),
		] {
			assert_eq!(file_name(name, 1.into()), file, "{name:?}");
		}
	}
}
