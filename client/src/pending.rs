//! The transactions that were sent and are not final. A command that ends earlier leaves them to
//! the next one.

use crate::{
	chain::Transaction,
	files::{read_json, write_json, LockWait, LOOK},
	uploads::Uploads,
	Error, Result,
};
use salus_primitives::{AccountId, Hash256};
use std::{
	fs::{self, DirEntry, File},
	io::ErrorKind,
	path::{Path, PathBuf},
	time::{Duration, SystemTime},
};
use tokio::time::sleep;

/// The file that locks the folder of an account.
const LOCK: &str = ".lock";
/// How long a settled transaction is kept, from when it was sent.
const KEEP: Duration = Duration::from_secs(24 * 60 * 60);
/// The ends of the names of the files of transactions that may still come, and of settled ones.
const OPEN: &str = "json";
const SETTLED: &str = "settled";

/// A folder for each account, with one file for each transaction. The files hold what the chain
/// shows to everybody: no secret.
#[derive(Debug)]
pub struct Pending {
	dir: PathBuf,
	uploads: Uploads,
}

/// The right to choose an account's next nonce, and to send. Commands and threads take turns, so
/// that no two transactions of an account get the same one.
pub struct Turn {
	_lock: File,
}

impl Pending {
	/// The pending transactions of the keys in a directory.
	pub fn new(keys: &Path) -> Self {
		Self {
			dir: keys.join("pending"),
			uploads: Uploads::new(keys),
		}
	}

	/// The envelopes whose records are not on the chain yet.
	pub fn uploads(&self) -> &Uploads {
		&self.uploads
	}

	/// Waits for the account's turn to send.
	pub(crate) async fn turn(&self, account: &AccountId) -> Result<Turn> {
		let path = self.folder(account.as_ref()).join(LOCK);
		let mut wait = LockWait::begin(&path)?;
		while !wait.attempt()? {
			sleep(LOOK).await;
		}
		Ok(Turn { _lock: wait.file })
	}

	/// The account's transactions on the chain with this first block, lowest nonce first.
	pub fn of(&self, genesis: &Hash256, account: &AccountId) -> Result<Vec<Transaction>> {
		let mut found = self.read(account, &[OPEN])?;
		found.retain(|one| one.genesis == *genesis);
		found.sort_by_key(|transaction| transaction.nonce);
		Ok(found)
	}

	/// The other signatures of a transaction's call with the same nonce, for other runtimes. A chain
	/// includes one of them at most.
	pub fn others(&self, transaction: &Transaction) -> Result<Vec<Transaction>> {
		let mut found = self.read(&transaction.account(), &[OPEN, SETTLED])?;
		found.retain(|one| one.is_same_call(transaction) && one.hash != transaction.hash);
		Ok(found)
	}

	/// The transactions of an account whose files' names have one of these ends.
	fn read(&self, account: &AccountId, ends: &[&str]) -> Result<Vec<Transaction>> {
		let mut found = Vec::new();
		for entry in entries(&self.folder(account.as_ref()))? {
			let path = entry.path();
			let end = path.extension().and_then(|end| end.to_str());
			if !end.is_some_and(|end| ends.contains(&end)) {
				continue;
			}
			// `None`: another command removed it in the meantime.
			let transaction: Option<Transaction> = read_json(&path).map_err(|error| {
				error.noting(
					"salus cannot choose a nonce beside this transaction".into(),
					&format!(
						"move {} away, if you do not need its transaction",
						path.display()
					),
				)
			})?;
			found.extend(transaction);
		}
		Ok(found)
	}

	/// The transaction with this hash on the chain with this first block, also if it is settled.
	pub fn find(&self, genesis: &Hash256, hash: &Hash256) -> Result<Option<Transaction>> {
		for folder in entries(&self.dir)? {
			let name = folder.path().join(hex::encode(hash));
			for end in [OPEN, SETTLED] {
				let path = name.with_extension(end);
				if path.is_file() {
					let found: Option<Transaction> = read_json(&path)?;
					return Ok(found.filter(|found| found.genesis == *genesis));
				}
			}
		}
		Ok(None)
	}

	/// Whether a transaction is not settled.
	pub(crate) fn holds(&self, transaction: &Transaction) -> bool {
		self.path(transaction).exists()
	}

	/// Notes that the fate of a transaction is certain. [`Pending::find`] finds it for a day.
	pub(crate) fn settle(&self, transaction: &Transaction) -> Result<()> {
		let path = self.path(transaction);
		match fs::rename(&path, path.with_extension(SETTLED)) {
			Err(error) if error.kind() != ErrorKind::NotFound => Err(Error::write(&path)(error)),
			_ => Ok(()),
		}
	}

	/// Removes the settled transactions of an account that were sent before this time less a day.
	pub(crate) fn sweep(&self, account: &AccountId, now: SystemTime) {
		let all = entries(&self.folder(account.as_ref()));
		for entry in all.into_iter().flatten() {
			let path = entry.path();
			let sent = entry.metadata().and_then(|file| file.modified()).ok();
			let age = sent.and_then(|sent| now.duration_since(sent).ok());
			let old = age.is_some_and(|age| age > KEEP);
			if old && path.extension().is_some_and(|end| end == SETTLED) {
				let _ = fs::remove_file(path);
			}
		}
	}

	/// Remembers a transaction. Until the returned file is dropped, others leave it to this command.
	pub(crate) fn add(&self, transaction: &Transaction) -> Result<File> {
		let path = self.path(transaction);
		write_json(&path, transaction)?;
		let file = File::open(&path).map_err(Error::read(&path))?;
		file.lock().map_err(Error::write(&path))?;
		Ok(file)
	}

	/// Whether a running command follows a transaction.
	pub(crate) fn is_followed(&self, transaction: &Transaction) -> bool {
		let file = File::open(self.path(transaction));
		file.is_ok_and(|file| file.try_lock_shared().is_err())
	}

	fn folder(&self, account: &[u8; 32]) -> PathBuf {
		self.dir.join(hex::encode(account))
	}

	fn path(&self, transaction: &Transaction) -> PathBuf {
		let name = hex::encode(transaction.hash);
		let name = self.folder(&transaction.account).join(name);
		name.with_extension(OPEN)
	}
}

/// What a directory holds: nothing, if it does not exist.
fn entries(dir: &Path) -> Result<Vec<DirEntry>> {
	let found = match fs::read_dir(dir) {
		Ok(found) => found,
		Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
		Err(error) => return Err(Error::read(dir)(error)),
	};
	let found = found.collect::<std::io::Result<_>>();
	found.map_err(Error::read(dir))
}

#[cfg(test)]
mod tests {
	use super::*;
	use tokio::time::timeout;

	fn transaction(genesis: u8, account: u8, nonce: u64) -> Transaction {
		let hash = [genesis.wrapping_mul(16) + account, nonce as u8].repeat(16);
		let hash = hash.try_into().unwrap();
		Transaction {
			what: "grant a record".into(),
			hash,
			first: hash,
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
		assert!(pending.holds(&all[1]));
	}

	#[test]
	fn a_settled_transaction_is_found_for_a_day() {
		let dir = tempfile::tempdir().unwrap();
		let pending = Pending::new(dir.path());
		let [one, other] = [4, 5].map(|nonce| transaction(1, 1, nonce));
		pending.add(&one).unwrap();
		pending.add(&other).unwrap();
		pending.settle(&one).unwrap();
		pending.settle(&one).unwrap();
		assert!(!pending.holds(&one));
		let waits = pending.of(&one.genesis, &one.account()).unwrap();
		assert_eq!(waits, std::slice::from_ref(&other));
		let find = |one: &Transaction| pending.find(&one.genesis, &one.hash).unwrap();
		let now = SystemTime::now();
		pending.sweep(&one.account(), now);
		assert_eq!(find(&one), Some(one.clone()));
		pending.sweep(&one.account(), now + KEEP + Duration::from_secs(60));
		assert_eq!(find(&one), None);
		assert_eq!(find(&other), Some(other));
	}

	#[tokio::test(flavor = "multi_thread")]
	async fn commands_of_an_account_take_turns_and_only_the_owner_can_read_the_files() {
		let dir = tempfile::tempdir().unwrap();
		let [first, second] = [0, 1].map(|_| Pending::new(dir.path()));
		let [account, other] = [1, 2].map(|byte| AccountId::from([byte; 32]));
		let turn = first.turn(&account).await.unwrap();
		for pending in [&first, &second] {
			let waits = timeout(Duration::from_millis(100), pending.turn(&account)).await;
			assert!(waits.is_err(), "two commands have the turn");
		}
		let free = timeout(Duration::from_secs(60), second.turn(&other)).await;
		free.expect("another account does not wait").unwrap();
		drop(turn);
		second.turn(&account).await.unwrap();
		first.add(&transaction(1, 1, 0)).unwrap();
		#[cfg(unix)]
		for entry in entries(&first.folder(account.as_ref())).unwrap() {
			use std::os::unix::fs::PermissionsExt;
			let mode = entry.metadata().unwrap().permissions().mode();
			assert_eq!(mode & 0o777, 0o600);
		}
	}

	#[test]
	fn all_signatures_of_a_call_are_found() {
		let dir = tempfile::tempdir().unwrap();
		let pending = Pending::new(dir.path());
		let first = transaction(1, 1, 4);
		let again = |hash| Transaction {
			hash: [hash; 32],
			..first.clone()
		};
		let (second, third) = (again(2), again(3));
		// Another call with the same nonce, as of another machine.
		let other = Transaction {
			first: [9; 32],
			..again(9)
		};
		for one in [&first, &second, &third, &other, &transaction(1, 1, 5)] {
			pending.add(one).unwrap();
		}
		pending.settle(&third).unwrap();
		let mut found = pending.others(&first).unwrap();
		found.sort_by_key(|one| one.hash);
		assert_eq!(found, [second.clone(), third]);
		assert_eq!(pending.others(&second).unwrap().len(), 2);
		assert!(pending.others(&other).unwrap().is_empty());
	}

	#[test]
	fn a_damaged_file_is_an_error_for_its_account_alone_and_stays() {
		let dir = tempfile::tempdir().unwrap();
		let pending = Pending::new(dir.path());
		let one = transaction(1, 1, 0);
		pending.add(&one).unwrap();
		fs::write(pending.path(&one), b"{").unwrap();
		let other = transaction(1, 2, 0);
		pending.add(&other).unwrap();
		let of = |one: &Transaction| pending.of(&one.genesis, &one.account());
		assert_eq!(of(&other).unwrap(), std::slice::from_ref(&other));
		let found = pending.find(&other.genesis, &other.hash).unwrap();
		assert_eq!(found, Some(other));
		let error = of(&one).unwrap_err();
		assert!(error.to_string().contains("damaged"), "{error}");
		let path = pending.path(&one).display().to_string();
		assert!(error.next().unwrap().contains(&path), "{error}");
		assert!(pending.path(&one).exists());
	}
}
