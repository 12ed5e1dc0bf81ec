//! The member's own keys at rest. A key has two files in one directory: `NAME.age` holds the
//! secrets, encrypted by a passphrase, and `NAME.json` the public information.
//!
//! A key file only ever gets more encryption keys and names. Each change locks the key, reads the
//! file again, adds to it, and writes it. So commands that run at the same time lose nothing.
//! Readers wait for nobody, and other keys are free.

use crate::{
	address::to_address,
	files::{lock, persist, read_json, unnamed, write, write_json},
	Error, Result,
};
use salus_envelope::{
	fingerprint, AccountSeed, CommittedName, KeyFileError, PrivateKey, Secrets, Signer,
	KEY_FILE_WORK_FACTOR,
};
use salus_primitives::{AccountId, EncryptionKey, Hash256, KeyVersion};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{
	fs,
	path::{Path, PathBuf},
};
use zeroize::Zeroizing;

/// The name of the file with the known keys, without its ending.
pub(super) const KNOWN_KEYS: &str = "known-keys";

/// The longest name of a key.
const MAX_NAME: usize = 64;

/// The work factor of key files. Tests need not be slow.
const WORK_FACTOR: u8 = if cfg!(test) { 2 } else { KEY_FILE_WORK_FACTOR };

/// A directory of keys.
#[derive(Clone, Debug)]
pub struct Keystore {
	dir: PathBuf,
}

/// The public information on a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyInfo {
	/// The account, as an address.
	pub account: String,
	/// The member that the account acts for, once that is known: a patient's id, or a professional
	/// number.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub member: Option<String>,
	/// The encryption keys, oldest first; none for an authority.
	pub encryption_keys: Vec<EncryptionKeyInfo>,
	/// The commitments to the names in the key file, in hexadecimal digits.
	pub commitments: Vec<String>,
}

/// The public information on an encryption key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EncryptionKeyInfo {
	/// Its version on the chain.
	pub version: KeyVersion,
	/// Its fingerprint.
	pub fingerprint: String,
}

/// What a merge of two copies of a key did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Merged {
	/// The number of new encryption keys.
	pub keys: usize,
	/// The number of new names, or of new salts for a name.
	pub names: usize,
}

/// An unlocked key.
pub struct UnlockedKey {
	/// Its name.
	pub name: String,
	/// Its secrets.
	pub secrets: Secrets,
	/// The member that the account acts for, once that is known.
	pub member: Option<String>,
	passphrase: Zeroizing<String>,
}

impl UnlockedKey {
	/// The account.
	pub fn account(&self) -> AccountId {
		self.secrets.seed.account().into()
	}

	/// The public information on this key.
	pub fn public(&self) -> KeyInfo {
		let key = |(version, key): &(KeyVersion, PrivateKey)| encryption_key_info(*version, key);
		KeyInfo {
			account: to_address(&self.account()),
			member: self.member.clone(),
			encryption_keys: self.secrets.keys.iter().map(key).collect(),
			commitments: commitments(&self.secrets),
		}
	}

	/// The private encryption keys of this version. There are several if two copies of the key
	/// file each made one, and were merged: the chain has one of them.
	pub(crate) fn private_keys(&self, version: KeyVersion) -> impl Iterator<Item = &PrivateKey> {
		let own = self.secrets.keys.iter().rev();
		own.filter(move |(own, _)| *own == version)
			.map(|(_, key)| key)
	}

	/// The latest private encryption key of this version.
	pub(crate) fn private_key(&self, version: KeyVersion) -> Result<&PrivateKey> {
		self.private_keys(version).next().ok_or_else(|| {
			Error::KeyFile(format!(
				"{0} does not hold version {version} of its encryption key: try again if another \
					command is rotating it, or add the keys of a newer file or a backup with salus key \
					merge {0} FILE",
				self.name
			))
		})
	}

	/// Fails unless the key file holds the encryption key that the chain has.
	pub fn ensure_holds(&self, version: KeyVersion, key: &EncryptionKey) -> Result<()> {
		self.private_key(version)?;
		let mut held = self.private_keys(version);
		if held.any(|own| own.public_spki_der() == key.as_bytes()) {
			return Ok(());
		}
		Err(Error::KeyFile(format!(
			"{0} has another version {version} of its encryption key than the chain ({1}): add the \
				right one from the newer file or a backup with salus key merge {0} FILE",
			self.name,
			fingerprint(key.as_bytes())
		)))
	}

	/// A tag of some data, which only this account can make. It tells nothing of the data.
	pub(crate) fn tag(&self, data: &[u8]) -> Hash256 {
		Sha256::new()
			.chain_update(b"salus/tag/v1")
			.chain_update(self.secrets.seed.as_bytes())
			.chain_update(Sha256::digest(data))
			.finalize()
			.into()
	}

	/// The passphrase that unlocked it.
	pub fn passphrase(&self) -> &str {
		&self.passphrase
	}

	/// An unlocked key without a file.
	#[cfg(test)]
	pub(crate) fn for_test(secrets: Secrets) -> Self {
		Self {
			name: "test".into(),
			secrets,
			member: None,
			passphrase: Zeroizing::new(String::new()),
		}
	}
}

/// Generates secrets: an account and, except for an authority, an encryption key.
pub fn generate(authority: bool) -> Result<Secrets> {
	secrets_for(AccountSeed::generate(), authority)
}

/// Generates the secrets for an existing account: except for an authority, an encryption key.
pub fn secrets_for(seed: AccountSeed, authority: bool) -> Result<Secrets> {
	let mut keys = Vec::new();
	if !authority {
		keys.push((0, new_encryption_key()?));
	}
	Ok(Secrets {
		seed,
		keys,
		names: Vec::new(),
	})
}

/// Generates an encryption key.
pub fn new_encryption_key() -> Result<PrivateKey> {
	PrivateKey::generate().map_err(|error| Error::KeyFile(error.to_string()))
}

impl Keystore {
	/// Opens a directory, which need not exist yet.
	pub fn new(dir: impl Into<PathBuf>) -> Self {
		Self { dir: dir.into() }
	}

	/// The directory.
	pub fn dir(&self) -> &Path {
		&self.dir
	}

	fn secret_path(&self, name: &str) -> PathBuf {
		self.dir.join(format!("{name}.age"))
	}

	fn public_path(&self, name: &str) -> PathBuf {
		self.dir.join(format!("{name}.json"))
	}

	/// The names of all keys, sorted.
	pub fn names(&self) -> Result<Vec<String>> {
		let entries = match fs::read_dir(&self.dir) {
			Ok(entries) => entries,
			Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
			Err(error) => return Err(Error::read(&self.dir)(error)),
		};
		let mut names = Vec::new();
		for entry in entries {
			let name = entry.map_err(Error::read(&self.dir))?.file_name();
			let name = name.to_str().and_then(|name| name.strip_suffix(".age"));
			if let Some(name) = name.filter(|name| check_name(name).is_ok()) {
				names.push(name.to_owned());
			}
		}
		names.sort();
		Ok(names)
	}

	/// The public information on a key. This needs no passphrase.
	pub fn public(&self, name: &str) -> Result<KeyInfo> {
		self.exists(name)?;
		read_json(&self.public_path(name))?.ok_or_else(|| {
			Error::KeyFile(format!(
				"{} is missing: write it again with salus key show {name} --repair",
				self.public_path(name).display()
			))
		})
	}

	/// Locks a key's files for a change.
	fn lock(&self, name: &str) -> Result<fs::File> {
		lock(&self.dir.join(format!(".{name}.lock")))
	}

	fn exists(&self, name: &str) -> Result<()> {
		check_name(name)?;
		if self.secret_path(name).is_file() {
			return Ok(());
		}
		Err(Error::KeyFile(format!(
			"there is no key {name} in {}: list keys with salus key list, or make one with salus \
				key new",
			self.dir.display()
		)))
	}

	/// Unlocks a key. Fails if the public file belongs to another key.
	pub fn unlock(&self, name: &str, passphrase: Zeroizing<String>) -> Result<UnlockedKey> {
		let (mut unlocked, mut expected) = self.read(name, &passphrase)?;
		if unlocked.public() != expected {
			// Another command may have changed the first file, and is about to change the second.
			let _lock = self.lock(name)?;
			(unlocked, expected) = self.read(name, &passphrase)?;
		}
		if unlocked.public() == expected {
			return Ok(unlocked);
		}
		Err(Error::KeyFile(format!(
			"{name}.json does not belong to {name}.age: write it again with salus key show {name} \
				--repair"
		)))
	}

	/// Reads both files of a key.
	fn read(&self, name: &str, passphrase: &Zeroizing<String>) -> Result<(UnlockedKey, KeyInfo)> {
		let public = self.public(name)?;
		let unlocked = UnlockedKey {
			name: name.into(),
			secrets: read_secrets(&self.secret_path(name), passphrase)?,
			member: public.member.clone(),
			passphrase: passphrase.clone(),
		};
		Ok((unlocked, public))
	}

	/// Unlocks a key and writes its public file again.
	pub fn repair(&self, name: &str, passphrase: Zeroizing<String>) -> Result<KeyInfo> {
		self.exists(name)?;
		let _lock = self.lock(name)?;
		let public = UnlockedKey {
			name: name.into(),
			secrets: read_secrets(&self.secret_path(name), &passphrase)?,
			member: None,
			passphrase,
		}
		.public();
		write_json(&self.public_path(name), &public)?;
		Ok(public)
	}

	/// Stores new secrets. Fails if a key has this name.
	pub fn create(
		&self,
		name: &str,
		secrets: Secrets,
		passphrase: Zeroizing<String>,
	) -> Result<UnlockedKey> {
		check_name(name)?;
		check_passphrase(&passphrase)?;
		let _lock = self.lock(name)?;
		let path = self.secret_path(name);
		if path.exists() {
			return Err(Error::KeyFile(format!(
				"{} already exists: choose another name",
				path.display()
			)));
		}
		let unlocked = UnlockedKey {
			name: name.into(),
			secrets,
			member: None,
			passphrase,
		};
		self.write(&unlocked, false)?;
		Ok(unlocked)
	}

	/// Changes a key's file. `change` gets the key as the file has it now: another command may
	/// have added to it. `unlocked` then has the changed key.
	fn change(
		&self,
		unlocked: &mut UnlockedKey,
		change: impl FnOnce(&mut UnlockedKey) -> Result<()>,
	) -> Result<()> {
		let _lock = self.lock(&unlocked.name)?;
		let path = self.secret_path(&unlocked.name);
		let mut now = UnlockedKey {
			name: unlocked.name.clone(),
			secrets: read_secrets(&path, &unlocked.passphrase)?,
			member: self.public(&unlocked.name)?.member,
			passphrase: unlocked.passphrase.clone(),
		};
		let before = now.public();
		change(&mut now)?;
		self.write(&now, true).inspect_err(|_| {
			let _ = write_json(&self.public_path(&now.name), &before);
		})?;
		*unlocked = now;
		Ok(())
	}

	/// Writes both files. The public file first: if this ends between, a backup that lacks the new
	/// keys does not count as complete.
	fn write(&self, unlocked: &UnlockedKey, replace: bool) -> Result<()> {
		let path = self.secret_path(&unlocked.name);
		let mut file = unnamed(&path)?;
		// This is slow. Meanwhile, readers see both files as they were.
		unlocked
			.secrets
			.encrypt_with_work_factor(&unlocked.passphrase, &mut file, WORK_FACTOR)
			.map_err(|error| failed(&path, error))?;
		write_json(&self.public_path(&unlocked.name), &unlocked.public())?;
		persist(file, &path, replace)
	}

	/// Makes sure that the key file holds an encryption key of this version: generates one, unless
	/// an earlier attempt or another command did.
	pub fn add_encryption_key(
		&self,
		unlocked: &mut UnlockedKey,
		version: KeyVersion,
	) -> Result<()> {
		if unlocked.private_key(version).is_ok() {
			return Ok(());
		}
		let key = new_encryption_key()?;
		self.change(unlocked, |now| {
			if now.private_key(version).is_err() {
				now.secrets.keys.push((version, key));
			}
			Ok(())
		})
	}

	/// Makes sure that the key file holds this name with a salt, and returns both. An earlier
	/// attempt may have stored them.
	pub fn add_name(&self, unlocked: &mut UnlockedKey, name: &str) -> Result<CommittedName> {
		let find = |key: &UnlockedKey| {
			let mut names = key.secrets.names.iter().rev();
			names.find(|known| known.name == name).cloned()
		};
		if let Some(known) = find(unlocked) {
			return Ok(known);
		}
		let mut salt = [0; 32];
		getrandom::fill(&mut salt).map_err(|error| Error::KeyFile(error.to_string()))?;
		let mut added = CommittedName {
			name: name.into(),
			salt,
		};
		self.change(unlocked, |now| {
			match find(now) {
				Some(known) => added = known,
				None => now.secrets.names.push(added.clone()),
			}
			Ok(())
		})?;
		Ok(added)
	}

	/// Changes the passphrase.
	pub fn set_passphrase(
		&self,
		unlocked: &mut UnlockedKey,
		passphrase: Zeroizing<String>,
	) -> Result<()> {
		check_passphrase(&passphrase)?;
		self.change(unlocked, |now| {
			now.passphrase = passphrase;
			Ok(())
		})
	}

	/// Adds the encryption keys and the names of another copy of this key, such as a backup.
	pub fn merge(&self, unlocked: &mut UnlockedKey, other: &Secrets) -> Result<Merged> {
		let mut merged = Merged::default();
		self.change(unlocked, |now| {
			ensure_same_account(&now.public(), other)?;
			let known: Vec<_> = now.public().encryption_keys;
			for (version, key) in &other.keys {
				let info = encryption_key_info(*version, key);
				if !known.contains(&info) {
					now.secrets.keys.push((*version, key.clone()));
					merged.keys += 1;
				}
			}
			now.secrets.keys.sort_by_key(|(version, _)| *version);
			let names = other.names.iter();
			let mut names: Vec<_> = names
				.filter(|name| !now.secrets.names.contains(name))
				.cloned()
				.collect();
			merged.names = names.len();
			// This file's newest name stays the last.
			names.append(&mut now.secrets.names);
			now.secrets.names = names;
			Ok(())
		})?;
		Ok(merged)
	}

	/// Checks that a backup holds all that a key has. This needs the backup's passphrase only.
	pub fn verify_backup(&self, name: &str, backup: &Secrets) -> Result<()> {
		let public = self.public(name)?;
		ensure_same_account(&public, backup)?;
		let held = backup.keys.iter();
		let held: Vec<_> = held
			.map(|(version, key)| encryption_key_info(*version, key))
			.collect();
		let mut missing: Vec<_> = public
			.encryption_keys
			.iter()
			.filter(|key| !held.contains(key))
			.map(|key| format!("version {} of the encryption key", key.version))
			.collect();
		let held = commitments(backup);
		if !public.commitments.iter().all(|one| held.contains(one)) {
			missing.push("a name with which you registered".into());
		}
		if missing.is_empty() {
			return Ok(());
		}
		Err(Error::KeyFile(format!(
			"the backup is older than the key: it does not hold {}; make a new backup with salus key \
				export {name} FILE",
			missing.join(", ")
		)))
	}

	/// Deletes a key. Only a backup can bring it back: if one is given, it must hold all that the key
	/// has now.
	pub fn remove(&self, name: &str, backup: Option<&Secrets>) -> Result<()> {
		self.exists(name)?;
		// No other command adds to the key meanwhile.
		let _lock = self.lock(name)?;
		if let Some(backup) = backup {
			self.verify_backup(name, backup)?;
		}
		let (public, secret) = (self.public_path(name), self.secret_path(name));
		match fs::remove_file(&public) {
			Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
				return Err(Error::write(public)(error))
			}
			_ => {}
		}
		fs::remove_file(&secret).map_err(Error::write(secret))
	}

	/// Remembers the member that a key's account acts for.
	pub fn remember(&self, unlocked: &mut UnlockedKey, member: String) -> Result<()> {
		if unlocked.member.as_ref() == Some(&member) {
			return Ok(());
		}
		let _lock = self.lock(&unlocked.name)?;
		let mut public = self.public(&unlocked.name)?;
		public.member = Some(member.clone());
		write_json(&self.public_path(&unlocked.name), &public)?;
		unlocked.member = Some(member);
		Ok(())
	}

	/// Copies a key's encrypted file to `target`.
	pub fn export(&self, name: &str, target: &Path) -> Result<()> {
		self.exists(name)?;
		let path = self.secret_path(name);
		let bytes = fs::read(&path).map_err(Error::read(&path))?;
		write(target, false, |file| {
			std::io::Write::write_all(file, &bytes).map_err(Error::write(target))
		})
	}
}

/// Reads an encrypted key file.
pub fn read_secrets(path: &Path, passphrase: &str) -> Result<Secrets> {
	let file = fs::File::open(path).map_err(Error::read(path))?;
	Secrets::decrypt(file, passphrase).map_err(|error| failed(path, error))
}

fn check_passphrase(passphrase: &str) -> Result<()> {
	if passphrase.is_empty() {
		return Err(Error::KeyFile(
			"the passphrase is empty: choose another one".into(),
		));
	}
	Ok(())
}

fn ensure_same_account(public: &KeyInfo, other: &Secrets) -> Result<()> {
	let account = to_address(&other.seed.account().into());
	if account == public.account {
		return Ok(());
	}
	Err(Error::KeyFile(format!(
		"the file is of another account ({account}, not {}): choose the right file",
		public.account
	)))
}

fn encryption_key_info(version: KeyVersion, key: &PrivateKey) -> EncryptionKeyInfo {
	EncryptionKeyInfo {
		version,
		fingerprint: fingerprint(&key.public_spki_der()),
	}
}

fn commitments(secrets: &Secrets) -> Vec<String> {
	let names = secrets.names.iter();
	names.map(|name| hex::encode(name.commitment())).collect()
}

fn failed(path: &Path, error: KeyFileError) -> Error {
	Error::KeyFile(format!("{}: {error}", path.display()))
}

/// Checks a key's name: letters, digits, `-`, `_` and `.`; the first is not `-` or `.`. The known
/// keys are in a file beside: no public file may replace that.
fn check_name(name: &str) -> Result<()> {
	let fine = (1..=MAX_NAME).contains(&name.len())
		&& !name.eq_ignore_ascii_case(KNOWN_KEYS)
		&& !name.starts_with(['.', '-'])
		&& name
			.bytes()
			.all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
	if fine {
		return Ok(());
	}
	Err(Error::Input(format!(
		"{name:?} cannot be a key's name: use up to {MAX_NAME} letters, digits, - and _, and not \
			{KNOWN_KEYS}"
	)))
}

/// Derives an account's seed from a secret: a mnemonic, or `0x` and 64 hexadecimal digits. All
/// junctions must be hard ones (`//…`).
pub fn seed_from_secret(secret: &str) -> Result<AccountSeed> {
	let secret = secret.trim();
	// Without a phrase, Substrate uses the public development phrase.
	if secret.is_empty() || secret.starts_with('/') {
		return Err(bad_secret());
	}
	seed_from_uri(secret)
}

/// The seed of a public development account, such as Alice.
pub fn dev_seed(name: &str) -> Result<AccountSeed> {
	const NAMES: [&str; 8] = [
		"Alice", "Bob", "Charlie", "Dave", "Eve", "Ferdie", "One", "Two",
	];
	if !NAMES.contains(&name) {
		let names = NAMES.join(", ");
		return Err(Error::Input(format!(
			"{name} is not a development account: choose one of {names}"
		)));
	}
	seed_from_uri(&format!("//{name}"))
}

fn seed_from_uri(uri: &str) -> Result<AccountSeed> {
	use sp_core::crypto::Pair;
	let made = sp_core::sr25519::Pair::from_string_with_seed(uri, None);
	let (_, seed) = made.map_err(|_| bad_secret())?;
	let seed = Zeroizing::new(seed.ok_or_else(bad_secret)?);
	Ok(AccountSeed::from_bytes(*seed))
}

fn bad_secret() -> Error {
	Error::KeyFile(
		"this secret is not valid: give a mnemonic, or 0x and 64 hexadecimal digits".into(),
	)
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::{sync::mpsc, time::Duration};

	fn passphrase(text: &str) -> Zeroizing<String> {
		Zeroizing::new(text.into())
	}

	#[test]
	fn a_stored_key_unlocks_with_its_passphrase() {
		let dir = tempfile::tempdir().unwrap();
		let store = Keystore::new(dir.path().join("keys"));
		assert!(store.names().unwrap().is_empty());
		let made = store
			.create("maria", generate(false).unwrap(), passphrase("right"))
			.unwrap();
		assert_eq!(made.public().encryption_keys.len(), 1);
		assert_eq!(store.names().unwrap(), ["maria"]);
		let mut again = store.unlock("maria", passphrase("right")).unwrap();
		assert_eq!(again.public(), made.public());
		let error = store.unlock("maria", passphrase("wrong")).err().unwrap();
		assert!(matches!(error, Error::KeyFile(_)), "{error}");
		// An existing key is not replaced.
		let other = generate(true).unwrap();
		assert!(store.create("maria", other, passphrase("x")).is_err());
		// An added key is stored.
		store.add_encryption_key(&mut again, 1).unwrap();
		store.remember(&mut again, "patient 00".into()).unwrap();
		let public = store.public("maria").unwrap();
		assert_eq!(public.encryption_keys.len(), 2);
		assert_eq!(public.member.as_deref(), Some("patient 00"));
		assert!(store.unlock("maria", passphrase("right")).is_ok());
	}

	fn public(store: &Keystore) -> Vec<(KeyVersion, String)> {
		let keys = store.public("a").unwrap().encryption_keys;
		keys.into_iter()
			.map(|key| (key.version, key.fingerprint))
			.collect()
	}

	#[test]
	fn commands_at_the_same_time_lose_no_key() {
		let dir = tempfile::tempdir().unwrap();
		let store = Keystore::new(dir.path());
		let first = store
			.create("a", generate(false).unwrap(), passphrase("p"))
			.unwrap();
		// All of them unlocked the key before any changed it. Two make the same version.
		let unlocked: Vec<_> = [1, 2, 3, 3]
			.map(|version| (version, store.unlock("a", passphrase("p")).unwrap()))
			.into();
		std::thread::scope(|scope| {
			for (version, mut key) in unlocked {
				let store = &store;
				scope.spawn(move || store.add_encryption_key(&mut key, version).unwrap());
			}
			scope.spawn(|| {
				let mut key = store.unlock("a", passphrase("p")).unwrap();
				store.remember(&mut key, "A12345".into()).unwrap();
			});
		});
		let now = store.unlock("a", passphrase("p")).unwrap();
		assert_eq!(now.member.as_deref(), Some("A12345"));
		let mut versions: Vec<_> = public(&store)
			.into_iter()
			.map(|(version, _)| version)
			.collect();
		versions.sort_unstable();
		assert_eq!(versions, [0, 1, 2, 3]);
		assert_eq!(
			now.public().encryption_keys[0],
			first.public().encryption_keys[0]
		);
	}

	#[test]
	fn a_key_that_is_being_changed_can_be_read_and_stops_no_other_key() {
		let dir = tempfile::tempdir().unwrap();
		let store = Keystore::new(dir.path());
		let create = |name| store.create(name, generate(true).unwrap(), passphrase("p"));
		let mut a = create("a").unwrap();
		let (begins, began) = mpsc::channel();
		let (ends, may_end) = mpsc::channel::<()>();
		std::thread::scope(|scope| {
			let store = &store;
			let changing = scope.spawn(move || {
				store.change(&mut a, |_| {
					begins.send(()).unwrap();
					let _ = may_end.recv_timeout(Duration::from_secs(20));
					Ok(())
				})
			});
			began.recv().unwrap();
			store.unlock("a", passphrase("p")).unwrap();
			let mut b = create("b").unwrap();
			store.remember(&mut b, "A12345".into()).unwrap();
			let genesis = [1; 32];
			let member = crate::MemberRef::Patient(salus_primitives::PatientId([7; 16]));
			let view = crate::testing::key_view(&genesis, 0, 0);
			let mut known = super::super::KnownKeys::open(dir.path()).unwrap();
			known.check(&genesis, &member, &view).unwrap();
			assert!(!changing.is_finished(), "the others waited for the change");
			drop(ends);
			changing.join().unwrap().unwrap();
		});
	}

	#[test]
	fn two_copies_of_a_key_are_merged() {
		let dirs = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
		let stores = dirs.each_ref().map(|dir| Keystore::new(dir.path()));
		let secrets = generate(false).unwrap();
		let mut keys = stores
			.each_ref()
			.map(|store| store.create("a", secrets.clone(), passphrase("p")).unwrap());
		for (store, key) in stores.iter().zip(&mut keys) {
			store.add_encryption_key(key, 1).unwrap();
		}
		let chain = keys[1].private_key(1).unwrap().public_spki_der();
		let chain = EncryptionKey::RsaOaep(chain.try_into().unwrap());
		let error = keys[0].ensure_holds(1, &chain).unwrap_err().to_string();
		assert!(error.contains("key merge"), "{error}");
		assert!(stores[0].verify_backup("a", &keys[1].secrets).is_err());
		let [here, there] = &mut keys;
		assert_eq!(stores[0].merge(here, &there.secrets).unwrap().keys, 1);
		assert_eq!(stores[0].merge(here, &there.secrets).unwrap().keys, 0);
		here.ensure_holds(1, &chain).unwrap();
		assert_eq!(here.private_keys(1).count(), 2);
		assert!(stores[0].unlock("a", passphrase("p")).is_ok());
		// The other copy is still older.
		let error = stores[0].verify_backup("a", &there.secrets).unwrap_err();
		assert!(error.to_string().contains("version 1"), "{error}");
		assert_eq!(stores[1].merge(there, &here.secrets).unwrap().keys, 1);
		stores[0].verify_backup("a", &there.secrets).unwrap();
		// Another account's key is refused.
		let other = generate(false).unwrap();
		assert!(stores[0].merge(here, &other).is_err());
		assert!(stores[0].verify_backup("a", &other).is_err());
	}

	/// Two machines with one account registered it in two regions, or tried to.
	#[test]
	fn two_copies_with_other_names_and_salts_are_merged_without_loss() {
		let dirs = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
		let stores = dirs.each_ref().map(|dir| Keystore::new(dir.path()));
		let seed = || dev_seed("Alice").unwrap();
		let [mut here, mut there] = stores.each_ref().map(|store| {
			let secrets = secrets_for(seed(), true).unwrap();
			store.create("a", secrets, passphrase("p")).unwrap()
		});
		let mut names = vec![
			stores[1].add_name(&mut there, "Ana").unwrap(),
			stores[1].add_name(&mut there, "Ana Li").unwrap(),
			stores[0].add_name(&mut here, "Ana Li").unwrap(),
		];
		assert!(names[1].salt != names[2].salt);
		// A second attempt takes the same salt, also one that read the file before the first.
		assert!(stores[0].add_name(&mut here, "Ana Li").unwrap() == names[2]);
		let mut late = stores[0].unlock("a", passphrase("p")).unwrap();
		names.push(stores[0].add_name(&mut here, "Ana L.").unwrap());
		assert!(stores[0].add_name(&mut late, "Ana L.").unwrap() == names[3]);
		let merged = stores[0].merge(&mut here, &there.secrets).unwrap();
		assert_eq!((merged.keys, merged.names), (0, 2));
		assert!(here.secrets.names == names);
		let merged = stores[0].merge(&mut here, &there.secrets).unwrap();
		assert_eq!(merged, Merged::default());
		let stored = stores[0].unlock("a", passphrase("p")).unwrap();
		assert!(stored.secrets.names == names);
		// The other copy is no backup of it until it has all names, too.
		let error = stores[0].verify_backup("a", &there.secrets).unwrap_err();
		assert!(error.to_string().contains("a name with which"), "{error}");
		stores[1].merge(&mut there, &here.secrets).unwrap();
		stores[0].verify_backup("a", &there.secrets).unwrap();
	}

	/// So a backup without the newest key never counts as complete.
	#[test]
	fn the_public_file_is_never_older_than_the_secret_one() {
		let dir = tempfile::tempdir().unwrap();
		let store = Keystore::new(dir.path());
		// The public file cannot be written.
		fs::create_dir(dir.path().join("a.json")).unwrap();
		let create = |secrets| store.create("a", secrets, passphrase("p"));
		assert!(create(generate(true).unwrap()).is_err());
		assert!(!dir.path().join("a.age").exists());
		fs::remove_dir(dir.path().join("a.json")).unwrap();
		let mut key = create(generate(true).unwrap()).unwrap();
		// The change fails before the secret file is written: both files stay.
		let changed = store.change(&mut key, |now| {
			now.secrets.keys.push((0, crate::testing::key(0).clone()));
			fs::remove_file(dir.path().join("a.age")).unwrap();
			fs::create_dir(dir.path().join("a.age")).unwrap();
			Ok(())
		});
		assert!(changed.is_err());
		let public: KeyInfo = read_json(&store.public_path("a")).unwrap().unwrap();
		assert_eq!(public, key.public());
	}

	#[test]
	fn a_passphrase_can_be_changed_and_a_key_removed() {
		let dir = tempfile::tempdir().unwrap();
		let store = Keystore::new(dir.path());
		let mut key = store
			.create("a", generate(true).unwrap(), passphrase("old"))
			.unwrap();
		assert!(store.set_passphrase(&mut key, passphrase("")).is_err());
		store.set_passphrase(&mut key, passphrase("new")).unwrap();
		assert!(store.unlock("a", passphrase("old")).is_err());
		assert!(store.unlock("a", passphrase("new")).is_ok());
		// A backup that lacks what another command added removes nothing.
		let mut backup = key.secrets.clone();
		store.add_encryption_key(&mut key, 0).unwrap();
		assert!(store.remove("a", Some(&backup)).is_err());
		assert!(store.unlock("a", passphrase("new")).is_ok());
		backup.keys.clone_from(&key.secrets.keys);
		store.remove("a", Some(&backup)).unwrap();
		assert_eq!(store.names().unwrap(), [""; 0]);
		assert!(store.remove("a", None).is_err());
	}

	#[test]
	fn a_key_with_another_keys_public_file_does_not_unlock() {
		let dir = tempfile::tempdir().unwrap();
		let store = Keystore::new(dir.path());
		store
			.create("a", generate(true).unwrap(), passphrase("p"))
			.unwrap();
		store
			.create("b", generate(true).unwrap(), passphrase("p"))
			.unwrap();
		fs::copy(dir.path().join("b.json"), dir.path().join("a.json")).unwrap();
		assert!(store.unlock("a", passphrase("p")).is_err());
		store.repair("a", passphrase("p")).unwrap();
		store.unlock("a", passphrase("p")).unwrap();
		fs::remove_file(dir.path().join("a.json")).unwrap();
		let error = store.public("a").unwrap_err().to_string();
		assert!(error.contains("--repair"), "{error}");
	}

	#[test]
	fn a_name_cannot_leave_the_directory() {
		let store = Keystore::new("/nonexistent");
		for name in [
			"",
			".",
			"..",
			"../x",
			"a/b",
			"-x",
			".age",
			"ä",
			"a b",
			"known-keys",
			"Known-Keys",
			&"x".repeat(65),
		] {
			assert!(matches!(store.public(name), Err(Error::Input(_))), "{name}");
		}
		assert!(matches!(store.public("maria-2"), Err(Error::KeyFile(_))));
	}

	#[cfg(unix)]
	#[test]
	fn only_the_owner_can_read_key_files() {
		use std::os::unix::fs::PermissionsExt;
		let dir = tempfile::tempdir().unwrap();
		let store = Keystore::new(dir.path().join("keys"));
		store
			.create("a", generate(true).unwrap(), passphrase("p"))
			.unwrap();
		let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
		assert_eq!(mode(store.dir()), 0o700);
		assert_eq!(mode(&store.secret_path("a")), 0o600);
		assert_eq!(mode(&store.public_path("a")), 0o600);
	}

	#[test]
	fn an_account_is_derived_from_a_secret() {
		let alice = dev_seed("Alice").unwrap();
		let address = to_address(&alice.account().into());
		assert_eq!(address, "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY");
		// Alice's seed, from `subkey inspect //Alice`.
		let digits = "0xe5be9a5092b81bca64be81d212e7f2f9eba183bb7a90954f7b76361f6edb5c0a";
		assert_eq!(seed_from_secret(digits).unwrap().account(), alice.account());
		let phrase = "bottom drive obey lake curtain smoke basket hold race lonely fit walk//Alice";
		assert_eq!(seed_from_secret(phrase).unwrap().account(), alice.account());
		// A soft junction has no seed; without a phrase, Substrate uses the development phrase.
		let soft = format!("{phrase}/soft");
		for secret in [&soft, "nonsense words", "", " ", "//Alice", "0x00"] {
			assert!(
				matches!(seed_from_secret(secret), Err(Error::KeyFile(_))),
				"{secret}"
			);
		}
		assert!(matches!(dev_seed("Mallory"), Err(Error::Input(_))));
	}
}
