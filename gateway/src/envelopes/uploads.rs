//! The uploads that are known: those on disk, and who may go on with them.

use std::{
	collections::HashMap,
	fs::File,
	io,
	path::{Path, PathBuf},
	sync::{
		atomic::{AtomicBool, Ordering},
		Arc, Mutex, MutexGuard, PoisonError,
	},
	time::Duration,
};

use axum::http::StatusCode;
use salus_envelope::LEAF_LEN;
use salus_primitives::{AccountId, Hash256, RecordId, UnixMilliseconds};
use sha2::{Digest, Sha256};
use tokio::{
	sync::{watch, Mutex as AsyncMutex, OwnedMutexGuard},
	task::block_in_place,
	time::timeout,
};

use super::{
	config::EnvelopeLimits,
	holds::Holds,
	journal::{list, take_folder, Header, Journal, JournalError, Stage, UploadId},
	tus::Announced,
};
use crate::http::Failure;

/// How long a request waits for another one that works on the same upload.
pub const PATIENCE: Duration = Duration::from_secs(8);

/// All uploads.
pub struct Uploads {
	folder: PathBuf,
	/// Keeps other programs out.
	_taken: File,
	disk: PathBuf,
	/// How many bytes are free on the disk with a path.
	free: fn(&Path) -> io::Result<u64>,
	limits: EnvelopeLimits,
	table: Mutex<HashMap<UploadId, Arc<Upload>>>,
	/// Held while an upload is created, so that all count.
	creating: AsyncMutex<()>,
	pub(super) holds: Holds,
}

/// An upload.
pub struct Upload {
	/// Its id.
	pub id: UploadId,
	journal: Arc<AsyncMutex<Journal>>,
	facts: watch::Sender<Facts>,
	/// Changes when whoever receives a part must stop.
	stop: watch::Sender<u64>,
	/// Whether neither the gateway nor Kubo failed since it began.
	undisturbed: AtomicBool,
}

/// What is known of an upload.
#[derive(Clone, Debug)]
pub struct Facts {
	/// What was announced, and how far it is.
	pub header: Header,
	/// How many leaves Kubo has.
	pub leaves: u64,
}

impl Facts {
	fn of(journal: &Journal) -> Self {
		Self {
			header: journal.header().clone(),
			leaves: journal.count(),
		}
	}

	/// How many bytes Kubo has.
	pub fn offset(&self) -> u64 {
		let bytes = self.leaves.saturating_mul(LEAF_LEN as u64);
		bytes.min(self.header.size)
	}

	/// Whether Kubo has all leaves.
	pub fn is_complete(&self) -> bool {
		self.offset() == self.header.size
	}
}

/// The right to change an upload. Only one has it.
pub struct Working {
	upload: Arc<Upload>,
	stop: watch::Receiver<u64>,
	journal: OwnedMutexGuard<Journal>,
}

/// Why an upload is not taken. What it would need is told.
#[derive(Debug)]
pub enum NotCreated {
	/// The account has announced too many bytes that no record names.
	AccountBytes,
	/// The account has too many uploads whose envelope no record names.
	AccountUploads,
	/// There are too many uploads.
	Uploads,
	/// The disk would have less than its reserve.
	Disk,
	/// The account's upload of this CID is whole, and has another size.
	OtherSize,
	/// Something else works on it.
	Busy,
	/// The upload cannot be noted.
	Io(io::Error),
}

impl From<NotCreated> for Failure {
	fn from(refused: NotCreated) -> Self {
		let (status, text) = match refused {
			NotCreated::AccountBytes => (
				StatusCode::TOO_MANY_REQUESTS,
				"this account has announced too many bytes that no record names: add their records, \
				 or end their uploads",
			),
			NotCreated::AccountUploads => (
				StatusCode::TOO_MANY_REQUESTS,
				"this account has too many uploads that no record names: add their records, or end \
				 them",
			),
			NotCreated::Uploads => (
				StatusCode::SERVICE_UNAVAILABLE,
				"the gateway has too many uploads: try again later",
			),
			NotCreated::Disk => (
				StatusCode::INSUFFICIENT_STORAGE,
				"the gateway's disk is full: ask who runs the gateway",
			),
			NotCreated::OtherSize => (
				StatusCode::BAD_REQUEST,
				"the envelope with this CID has another size: announce the size of the same file",
			),
			NotCreated::Busy => return busy(),
			NotCreated::Io(error) => {
				tracing::error!(%error, "cannot note an upload");
				return no_disk();
			}
		};
		Self::new(status, text)
	}
}

/// Something else works on an upload.
pub fn busy() -> Failure {
	Failure::new(
		StatusCode::LOCKED,
		"another request works on this upload: try again in a minute",
	)
}

/// The gateway's own disk is full, or fails.
pub fn no_disk() -> Failure {
	Failure::new(
		StatusCode::INSUFFICIENT_STORAGE,
		"the gateway cannot write to its disk: ask who runs the gateway",
	)
}

impl Uploads {
	/// Reads the uploads in a folder, which is made if it is not there.
	///
	/// # Errors
	///
	/// [`JournalError`] says what to do.
	pub fn open(
		folder: &Path,
		disk: Option<&Path>,
		limits: EnvelopeLimits,
	) -> Result<Self, JournalError> {
		let taken = take_folder(folder)?;
		let mut table = HashMap::new();
		for id in list(folder)? {
			table.insert(id, Upload::of(Journal::open(folder, id)?, false));
		}
		let uploads = Self {
			folder: folder.into(),
			_taken: taken,
			disk: disk.unwrap_or(folder).into(),
			free,
			limits,
			table: Mutex::new(table),
			creating: AsyncMutex::default(),
			holds: Holds::default(),
		};
		let free = uploads.free();
		free.map_err(|error| JournalError::Io(uploads.disk.clone(), error))?;
		Ok(uploads)
	}

	/// The folder of their notes.
	pub fn folder(&self) -> &Path {
		&self.folder
	}

	/// All uploads, in no order.
	pub fn all(&self) -> Vec<Arc<Upload>> {
		self.table().values().cloned().collect()
	}

	/// The upload that a token opens.
	pub fn find(&self, id: UploadId, token: &str) -> Option<Arc<Upload>> {
		let upload = self.table().get(&id).cloned()?;
		let facts = upload.facts();
		let open = facts.header.stage != Stage::Ending;
		(open && token_hash(token) == Some(facts.header.token)).then_some(upload)
	}

	/// Begins an upload, or goes on with the account's own of the same envelope. Returns its token: an
	/// earlier one is no longer valid.
	///
	/// # Errors
	///
	/// [`NotCreated`].
	pub async fn begin(
		&self,
		account: &AccountId,
		announced: &Announced,
		now: UnixMilliseconds,
	) -> Result<(Arc<Upload>, String), NotCreated> {
		let mut token = [0; 32];
		let mut id = [0; 16];
		getrandom::fill(&mut token).map_err(|error| NotCreated::Io(io::Error::other(error)))?;
		getrandom::fill(&mut id).map_err(|error| NotCreated::Io(io::Error::other(error)))?;
		let hash = Sha256::digest(token).into();
		let token = hex::encode(token);

		// Nobody else waits while this account waits for its own upload.
		let _creating = loop {
			if let Some(own) = self.own(account, announced) {
				let working = own.work_within(PATIENCE).await;
				let mut working = working.ok_or(NotCreated::Busy)?;
				let header = working.header().clone();
				if header.stage != Stage::Ending && header.size == announced.size {
					let renewed = Header {
						token: hash,
						..header
					};
					working.set(renewed).map_err(NotCreated::Io)?;
					return Ok((own, token));
				}
				// A record can name it.
				if working.facts().is_complete() && header.stage != Stage::Ending {
					return Err(NotCreated::OtherSize);
				}
				working.end().map_err(NotCreated::Io)?;
			}
			let creating = self.creating.lock().await;
			if self.own(account, announced).is_none() {
				break creating;
			}
		};
		self.check_room(account, announced.size)?;
		let header = Header::new(account.clone(), (announced.cid, announced.size), now, hash);
		let created = block_in_place(|| Journal::create(&self.folder, UploadId(id), header));
		let upload = Upload::of(created.map_err(NotCreated::Io)?, true);
		self.table().insert(upload.id, upload.clone());
		Ok((upload, token))
	}

	/// The account's own upload of the same envelope.
	fn own(&self, account: &AccountId, announced: &Announced) -> Option<Arc<Upload>> {
		let all = self.all();
		all.into_iter().find(|upload| {
			let Header {
				account: of,
				cid,
				stage,
				..
			} = upload.facts().header;
			of == *account && cid == announced.cid && stage != Stage::Ending
		})
	}

	fn check_room(&self, account: &AccountId, size: u64) -> Result<(), NotCreated> {
		let all: Vec<_> = self.all().iter().map(|upload| upload.facts()).collect();
		if all.len() >= self.limits.uploads {
			return Err(NotCreated::Uploads);
		}
		// Those that end have their bytes until they are removed.
		let unclaimed = || {
			let own = all.iter().filter(|facts| facts.header.account == *account);
			own.filter(|facts| facts.header.record.is_none())
		};
		if unclaimed().count() >= self.limits.account_uploads {
			return Err(NotCreated::AccountUploads);
		}
		let bytes = |sum: u64, facts: &Facts| sum.saturating_add(facts.header.size);
		if unclaimed().fold(size, bytes) > self.limits.account_bytes {
			return Err(NotCreated::AccountBytes);
		}
		let receiving = all
			.iter()
			.filter(|facts| facts.header.stage == Stage::Receiving);
		let to_come = receiving.fold(size, |sum, facts| {
			let missing = facts.header.size.saturating_sub(facts.offset());
			sum.saturating_add(missing)
		});
		let free = self.free().map_err(NotCreated::Io)?;
		if to_come.saturating_add(self.limits.reserve_bytes) > free {
			return Err(NotCreated::Disk);
		}
		Ok(())
	}

	/// How many bytes are free on the disk.
	///
	/// # Errors
	///
	/// The system does not tell.
	pub fn free(&self) -> io::Result<u64> {
		(self.free)(&self.disk)
	}

	/// Forgets an upload, and removes its notes.
	///
	/// # Errors
	///
	/// The notes cannot be removed: they stay, and so does the upload.
	pub fn forget(&self, working: &Working) -> io::Result<()> {
		block_in_place(|| working.journal.remove())?;
		self.table().remove(&working.upload.id);
		Ok(())
	}

	fn table(&self) -> MutexGuard<'_, HashMap<UploadId, Arc<Upload>>> {
		self.table.lock().unwrap_or_else(PoisonError::into_inner)
	}
}

impl Upload {
	fn of(journal: Journal, undisturbed: bool) -> Arc<Self> {
		Arc::new(Self {
			id: journal.id(),
			facts: watch::Sender::new(Facts::of(&journal)),
			journal: Arc::new(AsyncMutex::new(journal)),
			stop: watch::Sender::new(0),
			undisturbed: AtomicBool::new(undisturbed),
		})
	}

	/// What is known of it now.
	pub fn facts(&self) -> Facts {
		self.facts.borrow().clone()
	}

	/// What is known of it from now on.
	pub fn watch(&self) -> watch::Receiver<Facts> {
		self.facts.subscribe()
	}

	/// Whether neither the gateway nor Kubo failed since it began: then Kubo has what it was given.
	pub fn is_undisturbed(&self) -> bool {
		self.undisturbed.load(Ordering::Relaxed)
	}

	/// Kubo has failed.
	pub fn disturb(&self) {
		self.undisturbed.store(false, Ordering::Relaxed);
	}

	/// Takes the upload over. Whoever receives a part stops, and keeps what it has of it.
	pub async fn work(self: &Arc<Self>) -> Working {
		self.stop
			.send_modify(|count| *count = count.wrapping_add(1));
		// What comes from now on is of those who come later.
		let stop = self.stop.subscribe();
		Working {
			upload: self.clone(),
			stop,
			journal: self.journal.clone().lock_owned().await,
		}
	}

	/// The same, if it does not take longer than this.
	pub async fn work_within(self: &Arc<Self>, patience: Duration) -> Option<Working> {
		timeout(patience, self.work()).await.ok()
	}

	/// The right to change it, if nobody has it.
	pub fn try_work(self: &Arc<Self>) -> Option<Working> {
		let journal = self.journal.clone().try_lock_owned().ok()?;
		Some(Working {
			upload: self.clone(),
			stop: self.stop.subscribe(),
			journal,
		})
	}
}

impl Working {
	/// Returns once another one takes the upload over.
	pub async fn stopped(&mut self) {
		// The sender is in the upload, which is here.
		let _ = self.stop.changed().await;
	}

	/// The upload.
	pub fn upload(&self) -> &Arc<Upload> {
		&self.upload
	}

	/// What is known of it beside its leaves.
	pub fn header(&self) -> &Header {
		self.journal.header()
	}

	/// What is known of it.
	pub fn facts(&self) -> Facts {
		Facts::of(&self.journal)
	}

	/// The SHA-256 of each leaf that Kubo has.
	///
	/// # Errors
	///
	/// The notes cannot be read.
	pub fn leaves(&self) -> io::Result<impl Iterator<Item = io::Result<Hash256>> + Send> {
		self.journal.leaves()
	}

	/// Notes leaves that Kubo has.
	///
	/// # Errors
	///
	/// They cannot be noted.
	pub fn append(&mut self, leaves: &[Hash256]) -> io::Result<()> {
		self.change(|journal| journal.append(leaves))
	}

	/// Forgets the leaves from this one on.
	///
	/// # Errors
	///
	/// It cannot be noted.
	pub fn truncate(&mut self, count: u64) -> io::Result<()> {
		self.change(|journal| journal.truncate(count))
	}

	/// Ends the upload.
	///
	/// # Errors
	///
	/// It cannot be noted.
	pub fn end(&mut self) -> io::Result<()> {
		self.set_stage(Stage::Ending)
	}

	/// Notes how far the upload is.
	///
	/// # Errors
	///
	/// It cannot be noted.
	pub fn set_stage(&mut self, stage: Stage) -> io::Result<()> {
		let header = self.header().clone();
		self.set(Header { stage, ..header })
	}

	/// Notes the record that names the envelope.
	///
	/// # Errors
	///
	/// It cannot be noted.
	pub fn set_record(&mut self, record: RecordId) -> io::Result<()> {
		let header = self.header().clone();
		self.set(Header {
			record: Some(record),
			..header
		})
	}

	fn set(&mut self, header: Header) -> io::Result<()> {
		self.change(|journal| journal.set(header))
	}

	fn change(&mut self, act: impl FnOnce(&mut Journal) -> io::Result<()>) -> io::Result<()> {
		let changed = block_in_place(|| act(&mut self.journal));
		self.upload.facts.send_replace(Facts::of(&self.journal));
		changed
	}
}

/// How many bytes are free on the disk with a path.
fn free(path: &Path) -> io::Result<u64> {
	let disk = rustix::fs::statvfs(path)?;
	Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
}

/// The hash of a token in hexadecimal digits.
fn token_hash(token: &str) -> Option<Hash256> {
	let mut bytes = [0; 32];
	hex::decode_to_slice(token, &mut bytes).ok()?;
	Some(Sha256::digest(bytes).into())
}

#[cfg(test)]
mod tests {
	use super::*;
	use salus_primitives::Cid;

	const MIB: u64 = LEAF_LEN as u64;

	fn uploads(folder: &Path, limits: EnvelopeLimits) -> Uploads {
		let limits = EnvelopeLimits {
			reserve_bytes: 0,
			..limits
		};
		Uploads::open(folder, None, limits).unwrap()
	}

	fn account(byte: u8) -> AccountId {
		AccountId::new([byte; 32])
	}

	fn announced(byte: u8, size: u64) -> Announced {
		Announced {
			cid: Cid::from_digest(true, [byte; 32]),
			size,
		}
	}

	#[tokio::test(flavor = "multi_thread")]
	async fn a_token_opens_its_upload_alone_also_after_a_restart() {
		let folder = tempfile::tempdir().unwrap();
		let known = uploads(folder.path(), EnvelopeLimits::default());
		let (one, token) = known
			.begin(&account(1), &announced(1, 5 * MIB), 0)
			.await
			.unwrap();
		let (other, _) = known
			.begin(&account(1), &announced(2, 5 * MIB), 0)
			.await
			.unwrap();
		one.work().await.append(&[[7; 32], [8; 32]]).unwrap();
		drop(known);
		let known = uploads(folder.path(), EnvelopeLimits::default());
		assert_eq!(known.all().len(), 2);
		let found = known.find(one.id, &token).unwrap();
		assert_eq!(found.facts().offset(), 2 * MIB);
		assert!(known.find(other.id, &token).is_none());
		for wrong in [
			"",
			"00",
			&"0".repeat(64),
			&token[1..],
			&format!("{token}00"),
		] {
			assert!(known.find(one.id, wrong).is_none(), "{wrong}");
		}
		// Nothing on disk opens it.
		for entry in std::fs::read_dir(folder.path()).unwrap() {
			let text = std::fs::read(entry.unwrap().path()).unwrap();
			assert!(!String::from_utf8_lossy(&text).contains(&token));
		}
		found.work().await.end().unwrap();
		assert!(known.find(one.id, &token).is_none());
	}

	#[tokio::test(flavor = "multi_thread")]
	async fn an_envelope_that_is_announced_again_goes_on_under_a_new_token() {
		let folder = tempfile::tempdir().unwrap();
		let known = uploads(folder.path(), EnvelopeLimits::default());
		let (one, first) = known
			.begin(&account(1), &announced(1, 5 * MIB), 0)
			.await
			.unwrap();
		one.work().await.append(&[[7; 32]]).unwrap();
		let (two, second) = known
			.begin(&account(1), &announced(1, 5 * MIB), 9)
			.await
			.unwrap();
		assert_eq!(
			(two.id, two.facts().offset(), two.facts().header.since),
			(one.id, MIB, 0)
		);
		assert!(known.find(one.id, &first).is_none() && known.find(one.id, &second).is_some());
		// Another account's is its own, and one of another size a new one.
		let (foreign, _) = known
			.begin(&account(2), &announced(1, 5 * MIB), 0)
			.await
			.unwrap();
		assert_ne!(foreign.id, one.id);
		let (larger, _) = known
			.begin(&account(1), &announced(1, 6 * MIB), 0)
			.await
			.unwrap();
		assert_ne!(larger.id, one.id);
		assert_eq!(one.facts().header.stage, Stage::Ending);
		assert_eq!(known.find(one.id, &second).map(|found| found.id), None);
		// One that is whole has its CID's size, and a record can name it.
		larger.work().await.append(&[[7; 32]; 6]).unwrap();
		let other = known.begin(&account(1), &announced(1, 5 * MIB), 9).await;
		assert!(matches!(other, Err(NotCreated::OtherSize)));
		assert_eq!(larger.facts().header.stage, Stage::Receiving);
	}

	#[tokio::test(flavor = "multi_thread")]
	async fn what_is_announced_is_bounded() {
		let folder = tempfile::tempdir().unwrap();
		let limits = EnvelopeLimits {
			account_bytes: 10 * MIB,
			account_uploads: 3,
			uploads: 5,
			..EnvelopeLimits::default()
		};
		let known = uploads(folder.path(), limits);
		let begin = |who, byte, mib| {
			let (known, announced) = (&known, announced(byte, mib * MIB));
			async move {
				known
					.begin(&account(who), &announced, 0)
					.await
					.map(|(one, _)| one)
			}
		};
		let first = begin(1, 1, 6).await.unwrap();
		assert!(matches!(
			begin(1, 2, 5).await,
			Err(NotCreated::AccountBytes)
		));
		begin(1, 2, 4).await.unwrap();
		assert!(matches!(
			begin(1, 3, 1).await,
			Err(NotCreated::AccountBytes)
		));
		// One that ends counts until it is removed.
		first.work().await.end().unwrap();
		assert!(matches!(
			begin(1, 3, 1).await,
			Err(NotCreated::AccountBytes)
		));
		let working = first.work().await;
		known.forget(&working).unwrap();
		drop(working);
		begin(1, 3, 1).await.unwrap();
		let last = begin(1, 4, 1).await.unwrap();
		assert!(matches!(
			begin(1, 5, 1).await,
			Err(NotCreated::AccountUploads)
		));
		// One that a record names does not count.
		last.work().await.set_record(7).unwrap();
		begin(1, 5, 1).await.unwrap();
		begin(2, 1, 1).await.unwrap();
		assert!(matches!(begin(2, 2, 1).await, Err(NotCreated::Uploads)));
		assert_eq!(
			list(folder.path()).unwrap().len(),
			5,
			"nothing of a refused one stays"
		);
	}

	#[tokio::test(flavor = "multi_thread")]
	async fn the_disk_keeps_its_reserve() {
		let folder = tempfile::tempdir().unwrap();
		let free = uploads(folder.path(), EnvelopeLimits::default())
			.free()
			.unwrap();
		let limits = EnvelopeLimits {
			account_bytes: u64::MAX,
			reserve_bytes: free / 2,
			..EnvelopeLimits::default()
		};
		let known = Uploads::open(folder.path(), None, limits).unwrap();
		let third = announced(1, free / 3);
		known.begin(&account(1), &third, 0).await.unwrap();
		// The first has not arrived yet.
		let again = known.begin(&account(2), &third, 0).await;
		assert!(matches!(again, Err(NotCreated::Disk)));
		let all = known.begin(&account(2), &announced(2, u64::MAX), 0).await;
		assert!(matches!(all, Err(NotCreated::Disk)));
	}

	/// With the limits that a gateway has unless its operator sets others.
	#[tokio::test(flavor = "multi_thread")]
	async fn a_hundred_gigabytes_are_announced_where_there_is_room() {
		const GB: u64 = 1_000_000_000;
		const LEAVES: usize = 16 * 1024;
		let folder = tempfile::tempdir().unwrap();
		let limits = EnvelopeLimits::default();
		let mut known = Uploads::open(folder.path(), None, limits).unwrap();
		let size = 100 * GB + 64;
		known.free = |_| Ok(110 * GB);
		let refused = known.begin(&account(1), &announced(1, size), 0).await;
		assert!(matches!(refused, Err(NotCreated::Disk)));
		known.free = |_| Ok(111 * GB);
		let begun = known.begin(&account(1), &announced(1, size), 0).await;
		let (upload, token) = begun.unwrap();
		assert!(known.find(upload.id, &token).is_some());
		let refused = known.begin(&account(2), &announced(2, GB), 0).await;
		assert!(matches!(refused, Err(NotCreated::Disk)));
		// What has arrived is no longer to come, and the disk has so much less.
		upload.work().await.append(&vec![[7; 32]; LEAVES]).unwrap();
		known.free = |_| Ok(111 * GB - LEAVES as u64 * MIB);
		let refused = known.begin(&account(2), &announced(2, GB), 0).await;
		assert!(matches!(refused, Err(NotCreated::Disk)));
		known.free = |_| Ok(112 * GB - LEAVES as u64 * MIB);
		known
			.begin(&account(2), &announced(2, GB), 0)
			.await
			.unwrap();
		// The account has 256 GiB.
		known.free = |_| Ok(u64::MAX);
		known
			.begin(&account(1), &announced(3, size), 0)
			.await
			.unwrap();
		let refused = known.begin(&account(1), &announced(4, size), 0).await;
		assert!(matches!(refused, Err(NotCreated::AccountBytes)));
	}

	#[tokio::test(flavor = "multi_thread")]
	async fn a_second_one_takes_an_upload_over() {
		let folder = tempfile::tempdir().unwrap();
		let known = uploads(folder.path(), EnvelopeLimits::default());
		let (one, _) = known
			.begin(&account(1), &announced(1, 5 * MIB), 0)
			.await
			.unwrap();
		let mut first = one.work().await;
		assert!(one.try_work().is_none());
		let receiving = async {
			first.stopped().await;
			drop(first);
		};
		let (second, ()) = tokio::join!(one.work_within(Duration::from_secs(60)), receiving);
		assert!(second.is_some());
		assert!(one.work_within(Duration::from_millis(10)).await.is_none());
	}
}
