//! The transactions that were sent and are not final. A command that ends earlier leaves them to
//! the next one.

use crate::{
	chain::Transaction,
	files::{private_dir, read_json, write_json},
	uploads::Uploads,
	Error, Result,
};
use salus_primitives::{AccountId, Hash256};
use std::{
	fs::{self, File, TryLockError},
	io::ErrorKind,
	path::{Path, PathBuf},
	time::Duration,
};
use tokio::{
	sync::{Mutex, MutexGuard},
	time::{sleep, timeout},
};

/// How long to wait while another command sends a transaction.
const PATIENCE: Duration = Duration::from_secs(60);
/// The time between two looks at the lock.
const LOOK: Duration = Duration::from_millis(20);

/// A folder with one file for each transaction. The files hold what the chain shows to everybody:
/// no secret.
#[derive(Debug)]
pub struct Pending {
	dir: PathBuf,
	turn: Mutex<()>,
	uploads: Uploads,
}

/// The right to choose the next nonce. Commands and threads take turns, so that no two transactions
/// of an account get the same one.
pub struct Turn<'a> {
	_file: File,
	_here: MutexGuard<'a, ()>,
}

impl Pending {
	/// The pending transactions of the keys in a directory.
	pub fn new(keys: &Path) -> Self {
		Self {
			dir: keys.join("pending"),
			turn: Mutex::new(()),
			uploads: Uploads::new(keys),
		}
	}

	/// The envelopes whose records are not on the chain yet.
	pub fn uploads(&self) -> &Uploads {
		&self.uploads
	}

	/// Waits for the turn to send.
	pub(crate) async fn turn(&self) -> Result<Turn<'_>> {
		private_dir(&self.dir)?;
		let here = self.turn.lock().await;
		let path = self.dir.join("lock");
		let mut options = File::options();
		options.create(true).truncate(false).write(true);
		#[cfg(unix)]
		std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
		let file = options.open(&path).map_err(Error::write(&path))?;
		let locked = async {
			loop {
				match file.try_lock() {
					Ok(()) => return Ok(()),
					Err(TryLockError::WouldBlock) => sleep(LOOK).await,
					Err(TryLockError::Error(error)) => return Err(Error::write(&path)(error)),
				}
			}
		};
		timeout(PATIENCE, locked)
			.await
			.map_err(|_| Error::NotAllowed {
				reason: format!(
					"cannot send the transaction: another salus has been sending one for {} s",
					PATIENCE.as_secs()
				),
				next: Some("end the other command, and try again".into()),
			})??;
		Ok(Turn {
			_file: file,
			_here: here,
		})
	}

	/// The account's transactions on the chain with this first block, lowest nonce first.
	pub fn of(&self, genesis: &Hash256, account: &AccountId) -> Result<Vec<Transaction>> {
		let entries = match fs::read_dir(&self.dir) {
			Ok(entries) => entries,
			Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
			Err(error) => return Err(Error::read(&self.dir)(error)),
		};
		let mut found = Vec::new();
		for entry in entries {
			let path = entry.map_err(Error::read(&self.dir))?.path();
			if path.extension().is_none_or(|end| end != "json") {
				continue;
			}
			// `None`: another command removed it in the meantime.
			let transaction: Option<Transaction> = read_json(&path)?;
			let theirs = |one: &Transaction| one.genesis == *genesis && one.account() == *account;
			found.extend(transaction.filter(theirs));
		}
		found.sort_by_key(|transaction| transaction.nonce);
		Ok(found)
	}

	/// The transaction with this hash on the chain with this first block.
	pub fn find(&self, genesis: &Hash256, hash: &Hash256) -> Result<Option<Transaction>> {
		let found: Option<Transaction> = read_json(&self.file(hash))?;
		Ok(found.filter(|transaction| transaction.genesis == *genesis))
	}

	/// Remembers a transaction.
	pub(crate) fn add(&self, transaction: &Transaction) -> Result<()> {
		write_json(&self.path(transaction), transaction)
	}

	/// Forgets a transaction.
	pub(crate) fn remove(&self, transaction: &Transaction) -> Result<()> {
		let path = self.path(transaction);
		match fs::remove_file(&path) {
			Err(error) if error.kind() != ErrorKind::NotFound => Err(Error::write(&path)(error)),
			_ => Ok(()),
		}
	}

	fn path(&self, transaction: &Transaction) -> PathBuf {
		self.file(&transaction.hash)
	}

	fn file(&self, hash: &Hash256) -> PathBuf {
		self.dir.join(format!("{}.json", hex::encode(hash)))
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn transaction(genesis: u8, account: u8, nonce: u64) -> Transaction {
		Transaction {
			what: "grant a record".into(),
			hash: [genesis.wrapping_mul(16) + account, nonce as u8]
				.repeat(16)
				.try_into()
				.unwrap(),
			genesis: [genesis; 32],
			account: [account; 32],
			nonce,
			first_block: 8,
			last_block: 511,
			bytes: vec![1, 2, 3],
		}
	}

	#[test]
	fn each_account_has_its_own_pending_transactions_on_each_chain() {
		let dir = tempfile::tempdir().unwrap();
		let pending = Pending::new(dir.path());
		let of = |genesis: u8, account: u8| {
			let all = pending.of(&[genesis; 32], &[account; 32].into()).unwrap();
			all.iter().map(|one| one.nonce).collect::<Vec<_>>()
		};
		assert_eq!(of(1, 1), [0; 0]);
		let all = [(1, 1, 5), (1, 1, 4), (1, 2, 4), (2, 1, 0)];
		let all = all.map(|(genesis, account, nonce)| transaction(genesis, account, nonce));
		for one in &all {
			pending.add(one).unwrap();
		}
		assert_eq!(
			(of(1, 1), of(1, 2), of(2, 1)),
			(vec![4, 5], vec![4], vec![0])
		);
		// Another command reads the same.
		let read = Pending::new(dir.path()).of(&[1; 32], &[2; 32].into());
		assert_eq!(read.unwrap(), [all[2].clone()]);
		assert_eq!(
			pending.find(&[1; 32], &all[1].hash).unwrap(),
			Some(all[1].clone())
		);
		assert_eq!(pending.find(&[2; 32], &all[1].hash).unwrap(), None);
		pending.remove(&all[1]).unwrap();
		pending.remove(&all[1]).unwrap();
		assert_eq!(of(1, 1), [5]);
		assert_eq!(pending.find(&[1; 32], &all[1].hash).unwrap(), None);
	}

	#[tokio::test(flavor = "multi_thread")]
	async fn commands_take_turns_and_only_the_owner_can_read_the_files() {
		let dir = tempfile::tempdir().unwrap();
		let [first, second] = [0, 1].map(|_| Pending::new(dir.path()));
		let turn = first.turn().await.unwrap();
		let waits = timeout(Duration::from_millis(100), second.turn()).await;
		assert!(waits.is_err(), "two commands have the turn");
		drop(turn);
		second.turn().await.unwrap();
		first.add(&transaction(1, 1, 0)).unwrap();
		#[cfg(unix)]
		for entry in fs::read_dir(dir.path().join("pending")).unwrap() {
			use std::os::unix::fs::PermissionsExt;
			let mode = entry.unwrap().metadata().unwrap().permissions().mode();
			assert_eq!(mode & 0o777, 0o600);
		}
	}

	#[test]
	fn a_damaged_file_is_an_error_and_stays() {
		let dir = tempfile::tempdir().unwrap();
		let pending = Pending::new(dir.path());
		let one = transaction(1, 1, 0);
		pending.add(&one).unwrap();
		fs::write(pending.path(&one), b"{").unwrap();
		let error = pending.of(&one.genesis, &one.account()).unwrap_err();
		assert!(error.to_string().contains("damaged"), "{error}");
		assert!(pending.path(&one).exists());
	}
}
