//! What the gateway keeps of an upload on disk: two files, in a folder that is the gateway's alone.
//!
//! - `ID.json`: what was announced, and how far the upload is. It is replaced as a whole.
//! - `ID.leaves`: of each leaf that Kubo has, in order, the SHA-256 (32 bytes), and a check (the
//!   first 8 bytes of the SHA-256 of the upload's id, the leaf's number as u64, little-endian, and
//!   the leaf's SHA-256). It only grows. What follows the last good entry was not acknowledged, and
//!   is overwritten.
//!
//! A write is on the disk before the client hears of it.

use std::{
	fmt,
	fs::{self, File, OpenOptions},
	io::{self, BufReader, Read, Write},
	os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt},
	path::{Path, PathBuf},
	str::FromStr,
};

use rustix::{
	fs::{flock, FlockOperation},
	io::Errno,
};
use salus_primitives::{AccountId, Cid, Hash256, RecordId, UnixMilliseconds};
use serde::{de::Error as _, Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};

/// The version of these files.
const VERSION: u32 = 1;

/// The bytes of a leaf's SHA-256, and of its entry.
const HASH: usize = 32;
const ENTRY: usize = 40;

/// The ends of the files' names.
const HEADER_FILE: &str = "json";
const LEAVES_FILE: &str = "leaves";
const NEW_FILE: &str = "new";

/// The id of an upload: random.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UploadId(pub [u8; 16]);

impl fmt::Display for UploadId {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(&hex::encode(self.0))
	}
}

impl fmt::Debug for UploadId {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		fmt::Display::fmt(self, f)
	}
}

/// This is not the id of an upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAnId;

impl FromStr for UploadId {
	type Err = NotAnId;

	fn from_str(text: &str) -> Result<Self, NotAnId> {
		let mut id = [0; 16];
		let lower = !text.bytes().any(|byte| byte.is_ascii_uppercase());
		match hex::decode_to_slice(text, &mut id) {
			Ok(()) if lower => Ok(Self(id)),
			_ => Err(NotAnId),
		}
	}
}

/// How far an upload is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
	/// Leaves are missing, or Kubo has not confirmed yet that it has all blocks.
	Receiving,
	/// Kubo has all blocks, and the gateway's pin.
	Kept,
	/// What Kubo has of it is being removed.
	Ending,
}

/// What is known of an upload beside its leaves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
	pub(super) version: u32,
	/// The account that uploads.
	pub account: AccountId,
	/// The announced CID.
	#[serde(serialize_with = "write_cid", deserialize_with = "read_cid")]
	pub cid: Cid,
	/// The announced bytes.
	pub size: u64,
	/// When it began, in Unix milliseconds.
	pub since: UnixMilliseconds,
	/// The SHA-256 of its token.
	#[serde(serialize_with = "write_hash", deserialize_with = "read_hash")]
	pub token: Hash256,
	/// How far it is.
	pub stage: Stage,
	/// The record that names the envelope, once it is known.
	pub record: Option<RecordId>,
}

impl Header {
	/// Of a new upload.
	pub fn new(
		account: AccountId,
		(cid, size): (Cid, u64),
		since: UnixMilliseconds,
		token: Hash256,
	) -> Self {
		Self {
			version: VERSION,
			account,
			cid,
			size,
			since,
			token,
			stage: Stage::Receiving,
			record: None,
		}
	}
}

/// Why a journal cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
	/// The folder or a file cannot be read or written.
	#[error("cannot use {}: {}. Give the gateway's user a folder of its own", .0.display(), .1)]
	Io(PathBuf, io::Error),
	/// Another program has the folder.
	#[error("another gateway uses {}: give each a folder of its own", .0.display())]
	InUse(PathBuf),
	/// A file is not what this version writes.
	#[error(
		"{} is not an upload's file of this version: move it and its .leaves file elsewhere", .0.display()
	)]
	Malformed(PathBuf),
}

/// The files of an upload.
#[derive(Debug)]
pub struct Journal {
	folder: PathBuf,
	id: UploadId,
	header: Header,
	leaves: File,
	count: u64,
}

/// Makes the folder of journals, if it is not there, for this user alone. It is this program's
/// while the file is open.
///
/// # Errors
///
/// [`JournalError::Io`], [`JournalError::InUse`].
pub fn take_folder(folder: &Path) -> Result<File, JournalError> {
	let failed = |error| JournalError::Io(folder.into(), error);
	fs::DirBuilder::new()
		.recursive(true)
		.mode(0o700)
		.create(folder)
		.map_err(failed)?;
	let taken = File::open(folder).map_err(failed)?;
	match flock(&taken, FlockOperation::NonBlockingLockExclusive) {
		Ok(()) => Ok(taken),
		Err(Errno::WOULDBLOCK) => Err(JournalError::InUse(folder.into())),
		Err(error) => Err(failed(error.into())),
	}
}

/// The ids of all journals in a folder. Removes what a creation or a removal left that was cut
/// short.
///
/// # Errors
///
/// [`JournalError::Io`].
pub fn list(folder: &Path) -> Result<Vec<UploadId>, JournalError> {
	let failed = |error| JournalError::Io(folder.into(), error);
	let mut ids = Vec::new();
	for entry in fs::read_dir(folder).map_err(failed)? {
		let path = entry.map_err(failed)?.path();
		let id = path.file_stem().and_then(|stem| stem.to_str());
		let Some(id) = id.and_then(|id| id.parse::<UploadId>().ok()) else {
			continue;
		};
		match path.extension().and_then(|end| end.to_str()) {
			Some(HEADER_FILE) => ids.push(id),
			Some(LEAVES_FILE | NEW_FILE) if !path.with_extension(HEADER_FILE).exists() => {
				fs::remove_file(&path).map_err(failed)?;
			}
			_ => {}
		}
	}
	Ok(ids)
}

/// How many uploads in a folder are not finished. A gateway can be using the folder: nothing of it
/// is changed.
///
/// # Errors
///
/// The folder or a file cannot be read.
pub fn unfinished(folder: &Path) -> io::Result<usize> {
	let mut count = 0_usize;
	for entry in fs::read_dir(folder)? {
		let path = entry?.path();
		let id = path.file_stem().and_then(|stem| stem.to_str());
		let is_header = path.extension().is_some_and(|end| end == HEADER_FILE);
		if !is_header || id.is_none_or(|id| id.parse::<UploadId>().is_err()) {
			continue;
		}
		let header = match fs::read(&path) {
			Ok(text) => serde_json::from_slice::<Header>(&text),
			// It was removed meanwhile.
			Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
			Err(error) => return Err(error),
		};
		if !header.is_ok_and(|header| header.stage != Stage::Receiving) {
			count = count.saturating_add(1);
		}
	}
	Ok(count)
}

impl Journal {
	/// Begins the journal of an upload.
	///
	/// # Errors
	///
	/// The disk is full, or the folder cannot be written. Then there is no journal.
	pub fn create(folder: &Path, id: UploadId, header: Header) -> io::Result<Self> {
		let path = path(folder, id, LEAVES_FILE);
		let leaves = own_file().create_new(true).open(path)?;
		let journal = Self {
			folder: folder.into(),
			id,
			header,
			leaves,
			count: 0,
		};
		match journal.write(&journal.header) {
			Ok(()) => Ok(journal),
			Err(error) => {
				let _ = journal.remove();
				Err(error)
			}
		}
	}

	/// Opens a journal.
	///
	/// # Errors
	///
	/// [`JournalError`].
	pub fn open(folder: &Path, id: UploadId) -> Result<Self, JournalError> {
		let at = path(folder, id, HEADER_FILE);
		let failed = |error| JournalError::Io(at.clone(), error);
		let text = fs::read(&at).map_err(failed)?;
		let header: Header =
			serde_json::from_slice(&text).map_err(|_| JournalError::Malformed(at.clone()))?;
		if header.version != VERSION {
			return Err(JournalError::Malformed(at));
		}
		let leaves = own_file()
			.open(path(folder, id, LEAVES_FILE))
			.map_err(failed)?;
		let mut journal = Self {
			folder: folder.into(),
			id,
			header,
			leaves,
			count: u64::MAX,
		};
		let mut count = 0_u64;
		for leaf in journal.leaves().map_err(failed)? {
			leaf.map_err(failed)?;
			count = count.saturating_add(1);
		}
		journal.count = count;
		Ok(journal)
	}

	/// The upload's id.
	pub fn id(&self) -> UploadId {
		self.id
	}

	/// What is known beside the leaves.
	pub fn header(&self) -> &Header {
		&self.header
	}

	/// How many leaves Kubo has.
	pub fn count(&self) -> u64 {
		self.count
	}

	/// Replaces what is known beside the leaves.
	///
	/// # Errors
	///
	/// The disk is full, or the folder cannot be written. Then the header is as before.
	pub fn set(&mut self, header: Header) -> io::Result<()> {
		self.write(&header)?;
		self.header = header;
		Ok(())
	}

	fn write(&self, header: &Header) -> io::Result<()> {
		let new = path(&self.folder, self.id, NEW_FILE);
		let mut file = own_file().create(true).truncate(true).open(&new)?;
		file.write_all(&serde_json::to_vec(header)?)?;
		file.sync_all()?;
		fs::rename(&new, path(&self.folder, self.id, HEADER_FILE))?;
		self.sync_folder()
	}

	/// Notes leaves that Kubo has, after those before them.
	///
	/// # Errors
	///
	/// The disk is full, or the file cannot be written. Then no leaf is noted.
	pub fn append(&mut self, leaves: &[Hash256]) -> io::Result<()> {
		let mut entries = Vec::with_capacity(leaves.len().saturating_mul(ENTRY));
		for (number, leaf) in (self.count..).zip(leaves) {
			entries.extend(leaf);
			entries.extend(check(self.id, number, leaf));
		}
		self.leaves.write_all_at(&entries, place(self.count))?;
		self.leaves.sync_data()?;
		self.count = self.count.saturating_add(leaves.len() as u64);
		Ok(())
	}

	/// Forgets the leaves from this one on.
	///
	/// # Errors
	///
	/// The file cannot be written.
	pub fn truncate(&mut self, count: u64) -> io::Result<()> {
		if count < self.count {
			self.leaves.set_len(place(count))?;
			self.leaves.sync_data()?;
			self.count = count;
		}
		Ok(())
	}

	/// The SHA-256 of each leaf, in order.
	///
	/// # Errors
	///
	/// The file cannot be read.
	pub fn leaves(&self) -> io::Result<impl Iterator<Item = io::Result<Hash256>> + Send> {
		let count = usize::try_from(self.count).unwrap_or(usize::MAX);
		Ok(leaves_of(&self.folder, self.id)?.take(count))
	}

	/// Removes the files.
	///
	/// # Errors
	///
	/// The folder cannot be written.
	pub fn remove(&self) -> io::Result<()> {
		// Leaves without a header are nothing: see `list`.
		for end in [HEADER_FILE, NEW_FILE, LEAVES_FILE] {
			match fs::remove_file(path(&self.folder, self.id, end)) {
				Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
				_ => {}
			}
		}
		self.sync_folder()
	}

	fn sync_folder(&self) -> io::Result<()> {
		File::open(&self.folder)?.sync_all()
	}
}

/// The SHA-256 of each leaf of an upload, in order. Some at the end may not be acknowledged.
///
/// # Errors
///
/// The file cannot be read. If there is none, there are no leaves.
pub fn leaves_of(
	folder: &Path,
	id: UploadId,
) -> io::Result<impl Iterator<Item = io::Result<Hash256>> + Send> {
	let mut file = match File::open(path(folder, id, LEAVES_FILE)) {
		Ok(file) => Some(BufReader::with_capacity(64 * 1024, file)),
		Err(error) if error.kind() == io::ErrorKind::NotFound => None,
		Err(error) => return Err(error),
	};
	let mut number = 0;
	Ok(std::iter::from_fn(move || {
		let mut entry = [0; ENTRY];
		match file.as_mut()?.read_exact(&mut entry) {
			Ok(()) => {}
			Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return None,
			Err(error) => return Some(Err(error)),
		}
		let (leaf, found) = entry.split_at(HASH);
		let leaf: Hash256 = leaf.try_into().ok()?;
		if check(id, number, &leaf) != found {
			return None;
		}
		number = number.saturating_add(1);
		Some(Ok(leaf))
	}))
}

/// How a file is opened that nobody else may read.
fn own_file() -> OpenOptions {
	let mut options = OpenOptions::new();
	options.read(true).write(true).mode(0o600);
	options
}

fn path(folder: &Path, id: UploadId, end: &str) -> PathBuf {
	folder.join(format!("{id}.{end}"))
}

/// Where a leaf's entry begins.
fn place(leaf: u64) -> u64 {
	leaf.saturating_mul(ENTRY as u64)
}

fn check(id: UploadId, number: u64, leaf: &Hash256) -> [u8; ENTRY - HASH] {
	let hash = Sha256::new()
		.chain_update(id.0)
		.chain_update(number.to_le_bytes())
		.chain_update(leaf)
		.finalize();
	let mut check = [0; ENTRY - HASH];
	for (to, from) in check.iter_mut().zip(hash) {
		*to = from;
	}
	check
}

fn write_cid<S: Serializer>(cid: &Cid, to: S) -> Result<S::Ok, S::Error> {
	to.collect_str(cid)
}

fn read_cid<'de, D: Deserializer<'de>>(from: D) -> Result<Cid, D::Error> {
	let text = String::deserialize(from)?;
	let digits = text.strip_prefix('f').unwrap_or_default();
	let bytes = hex::decode(digits).map_err(D::Error::custom)?;
	Cid::from_bytes(&bytes).map_err(D::Error::custom)
}

fn write_hash<S: Serializer>(hash: &Hash256, to: S) -> Result<S::Ok, S::Error> {
	to.serialize_str(&hex::encode(hash))
}

fn read_hash<'de, D: Deserializer<'de>>(from: D) -> Result<Hash256, D::Error> {
	let mut hash = [0; HASH];
	hex::decode_to_slice(String::deserialize(from)?, &mut hash).map_err(D::Error::custom)?;
	Ok(hash)
}

#[cfg(test)]
mod tests {
	use super::*;

	const ID: UploadId = UploadId([9; 16]);

	fn header() -> Header {
		let envelope = (Cid::from_digest(true, [1; 32]), 5 << 20);
		Header::new(
			AccountId::new([2; 32]),
			envelope,
			1_796_000_000_000,
			[3; 32],
		)
	}

	fn hashes(bytes: std::ops::Range<u8>) -> Vec<Hash256> {
		bytes.map(|byte| [byte; 32]).collect()
	}

	fn leaves(journal: &Journal) -> Vec<Hash256> {
		journal.leaves().unwrap().collect::<Result<_, _>>().unwrap()
	}

	#[test]
	fn a_journal_is_read_as_it_was_written() {
		let folder = tempfile::tempdir().unwrap();
		let mut journal = Journal::create(folder.path(), ID, header()).unwrap();
		journal.append(&hashes(0..3)).unwrap();
		journal.append(&[]).unwrap();
		journal.append(&hashes(3..20)).unwrap();
		let kept = Header {
			stage: Stage::Kept,
			record: Some(7),
			..header()
		};
		journal.set(kept.clone()).unwrap();
		drop(journal);
		assert_eq!(list(folder.path()).unwrap(), [ID]);
		let mut journal = Journal::open(folder.path(), ID).unwrap();
		assert_eq!((journal.header(), journal.count()), (&kept, 20));
		assert_eq!(leaves(&journal), hashes(0..20));
		journal.truncate(5).unwrap();
		journal.append(&hashes(50..52)).unwrap();
		assert_eq!(leaves(&journal), [hashes(0..5), hashes(50..52)].concat());
		journal.remove().unwrap();
		assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
	}

	/// The gateway was killed, or the disk was full, amid a write: whatever follows what was
	/// acknowledged.
	#[test]
	fn what_was_not_acknowledged_is_forgotten() {
		let folder = tempfile::tempdir().unwrap();
		let mut journal = Journal::create(folder.path(), ID, header()).unwrap();
		journal.append(&hashes(0..3)).unwrap();
		let file = path(folder.path(), ID, LEAVES_FILE);
		let good = fs::read(&file).unwrap();
		journal.append(&hashes(3..5)).unwrap();
		let more = fs::read(&file).unwrap();
		drop(journal);
		let mut swapped = more[120..200].to_vec();
		swapped.rotate_left(ENTRY);
		let tails: [(&str, Vec<u8>, u64); 7] = [
			("nothing", vec![], 3),
			("zeros", vec![0; 80], 3),
			("half an entry", more[120..140].to_vec(), 3),
			("an entry and a half", more[120..180].to_vec(), 4),
			("the entry of another place", more[160..200].to_vec(), 3),
			(
				"the entry of another upload",
				{
					let leaf = [3; 32];
					[&leaf[..], &check(UploadId([8; 16]), 3, &leaf)].concat()
				},
				3,
			),
			("entries in another order", swapped, 3),
		];
		for (what, tail, count) in tails {
			fs::write(&file, [&good[..], &tail].concat()).unwrap();
			let mut journal = Journal::open(folder.path(), ID).unwrap();
			assert_eq!(journal.count(), count, "{what}");
			journal.truncate(3).unwrap();
			journal.append(&hashes(30..32)).unwrap();
			let journal = Journal::open(folder.path(), ID).unwrap();
			assert_eq!(
				leaves(&journal),
				[hashes(0..3), hashes(30..32)].concat(),
				"{what}"
			);
		}
	}

	#[test]
	fn what_a_cut_creation_or_removal_left_goes() {
		let folder = tempfile::tempdir().unwrap();
		for end in [LEAVES_FILE, NEW_FILE] {
			fs::write(path(folder.path(), UploadId([1; 16]), end), b"x").unwrap();
		}
		drop(Journal::create(folder.path(), ID, header()).unwrap());
		let new = path(folder.path(), ID, NEW_FILE);
		fs::write(&new, b"{").unwrap();
		fs::write(folder.path().join("a note.json"), b"of the operator").unwrap();
		assert_eq!(list(folder.path()).unwrap(), [ID]);
		assert_eq!(
			Journal::open(folder.path(), ID).unwrap().header(),
			&header()
		);
		// Its own files, and what is not the gateway's.
		assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 4);
	}

	#[test]
	fn a_file_of_another_version_is_refused() {
		let folder = tempfile::tempdir().unwrap();
		drop(Journal::create(folder.path(), ID, header()).unwrap());
		let file = path(folder.path(), ID, HEADER_FILE);
		let good = fs::read_to_string(&file).unwrap();
		for other in [
			good.replace("\"version\":1", "\"version\":2"),
			good.replace("\"size\"", "\"bytes\""),
			good.replace("\"stage\":\"receiving\"", "\"stage\":\"other\""),
			good.replace("f0170", "f0171"),
			good[1..].into(),
			String::new(),
		] {
			assert_ne!(other, good);
			fs::write(&file, &other).unwrap();
			let error = Journal::open(folder.path(), ID).unwrap_err();
			assert!(
				matches!(error, JournalError::Malformed(_)),
				"{other}: {error}"
			);
		}
	}

	/// The token is there as its hash alone, and nobody else reads the files.
	#[test]
	fn the_files_are_for_their_user_alone() {
		use std::os::unix::fs::PermissionsExt;
		let outer = tempfile::tempdir().unwrap();
		let folder = outer.path().join("uploads");
		let taken = take_folder(&folder).unwrap();
		let again = take_folder(&folder).unwrap_err();
		assert!(matches!(again, JournalError::InUse(_)), "{again}");
		drop(taken);
		let _taken = take_folder(&folder).unwrap();
		let mut journal = Journal::create(&folder, ID, header()).unwrap();
		journal.set(header()).unwrap();
		let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
		assert_eq!(mode(&folder), 0o700);
		for entry in fs::read_dir(&folder).unwrap() {
			assert_eq!(mode(&entry.unwrap().path()), 0o600);
		}
	}

	#[test]
	fn only_the_exact_id_is_one() {
		assert_eq!(ID.to_string().parse(), Ok(ID));
		let upper = "AB".repeat(16);
		for other in [
			"",
			"09",
			&upper,
			"../../../../etc/passwd",
			&format!("{ID}0"),
		] {
			assert_eq!(other.parse::<UploadId>(), Err(NotAnId), "{other}");
		}
	}
}
