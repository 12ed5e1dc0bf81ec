//! The member's own keys at rest. A key has two files in one directory: `NAME.age` holds the
//! secrets, encrypted by a passphrase, and `NAME.json` the public information.

use crate::{
	address::to_address,
	files::{private_dir, read_json, write, write_json},
	Error, Result,
};
use salus_envelope::{fingerprint, AccountSeed, KeyFileError, PrivateKey, Secrets, Signer};
use salus_primitives::{AccountId, KeyVersion};
use serde::{Deserialize, Serialize};
use std::{
	fs,
	path::{Path, PathBuf},
};
use zeroize::Zeroizing;

/// The longest name of a key.
const MAX_NAME: usize = 64;

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
}

/// The public information on an encryption key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EncryptionKeyInfo {
	/// Its version on the chain.
	pub version: KeyVersion,
	/// Its fingerprint.
	pub fingerprint: String,
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
		let key = |(version, key): &(KeyVersion, PrivateKey)| EncryptionKeyInfo {
			version: *version,
			fingerprint: fingerprint(&key.public_spki_der()),
		};
		KeyInfo {
			account: to_address(&self.account()),
			member: self.member.clone(),
			encryption_keys: self.secrets.keys.iter().map(key).collect(),
		}
	}

	/// The private encryption key of this version.
	pub(crate) fn private_key(&self, version: KeyVersion) -> Result<&PrivateKey> {
		let keys = &self.secrets.keys;
		let key = keys.iter().find(|(own, _)| *own == version);
		key.map(|(_, key)| key).ok_or_else(|| {
			Error::KeyFile(format!(
				"{} does not hold version {version} of its encryption key: restore the key file \
					from a backup",
				self.name
			))
		})
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
	let mut salt = [0; 32];
	getrandom::fill(&mut salt).map_err(|error| Error::KeyFile(error.to_string()))?;
	let mut keys = Vec::new();
	if !authority {
		keys.push((0, new_encryption_key()?));
	}
	Ok(Secrets {
		seed,
		keys,
		name: String::new(),
		salt: (!authority).then_some(salt),
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
			Err(error) => return Err(Error::file(&self.dir)(error)),
		};
		let mut names = Vec::new();
		for entry in entries {
			let name = entry.map_err(Error::file(&self.dir))?.file_name();
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
		let expected = self.public(name)?;
		let unlocked = self.unlock_secrets(name, passphrase, expected.member.clone())?;
		if unlocked.public() == expected {
			return Ok(unlocked);
		}
		Err(Error::KeyFile(format!(
			"{name}.json does not belong to {name}.age: write it again with salus key show {name} \
				--repair"
		)))
	}

	/// Unlocks a key and writes its public file again.
	pub fn repair(&self, name: &str, passphrase: Zeroizing<String>) -> Result<KeyInfo> {
		self.exists(name)?;
		let public = self.unlock_secrets(name, passphrase, None)?.public();
		write_json(&self.public_path(name), &public)?;
		Ok(public)
	}

	fn unlock_secrets(
		&self,
		name: &str,
		passphrase: Zeroizing<String>,
		member: Option<String>,
	) -> Result<UnlockedKey> {
		let path = self.secret_path(name);
		let secrets = read_secrets(&path, &passphrase)?;
		Ok(UnlockedKey {
			name: name.into(),
			secrets,
			member,
			passphrase,
		})
	}

	/// Stores new secrets. Fails if a key has this name.
	pub fn create(
		&self,
		name: &str,
		secrets: Secrets,
		passphrase: Zeroizing<String>,
	) -> Result<UnlockedKey> {
		check_name(name)?;
		if passphrase.is_empty() {
			return Err(Error::KeyFile(
				"the passphrase is empty: choose another one".into(),
			));
		}
		private_dir(&self.dir)?;
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

	/// Writes a key again after a change.
	pub fn save(&self, unlocked: &UnlockedKey) -> Result<()> {
		self.write(unlocked, true)
	}

	fn write(&self, unlocked: &UnlockedKey, replace: bool) -> Result<()> {
		let path = self.secret_path(&unlocked.name);
		write(&path, replace, |file| {
			let written = unlocked.secrets.encrypt(&unlocked.passphrase, file);
			written.map_err(|error| failed(&path, error))
		})?;
		write_json(&self.public_path(&unlocked.name), &unlocked.public())
	}

	/// Remembers the member that a key's account acts for.
	pub fn remember(&self, unlocked: &mut UnlockedKey, member: String) -> Result<()> {
		if unlocked.member.as_ref() == Some(&member) {
			return Ok(());
		}
		unlocked.member = Some(member);
		write_json(&self.public_path(&unlocked.name), &unlocked.public())
	}

	/// Copies a key's encrypted file to `target`.
	pub fn export(&self, name: &str, target: &Path) -> Result<()> {
		self.exists(name)?;
		let bytes =
			fs::read(self.secret_path(name)).map_err(Error::file(self.secret_path(name)))?;
		write(target, false, |file| {
			std::io::Write::write_all(file, &bytes).map_err(Error::file(target))
		})
	}
}

/// Reads an encrypted key file.
pub fn read_secrets(path: &Path, passphrase: &str) -> Result<Secrets> {
	let file = fs::File::open(path).map_err(Error::file(path))?;
	Secrets::decrypt(file, passphrase).map_err(|error| failed(path, error))
}

fn failed(path: &Path, error: KeyFileError) -> Error {
	Error::KeyFile(format!("{}: {error}", path.display()))
}

/// Checks a key's name: letters, digits, `-`, `_` and `.`; the first is not `-` or `.`.
fn check_name(name: &str) -> Result<()> {
	let fine = (1..=MAX_NAME).contains(&name.len())
		&& !name.starts_with(['.', '-'])
		&& name
			.bytes()
			.all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
	if fine {
		return Ok(());
	}
	Err(Error::Input(format!(
		"{name:?} cannot be a key's name: use up to {MAX_NAME} letters, digits, - and _"
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
		again.secrets.keys.push((1, new_encryption_key().unwrap()));
		store.save(&again).unwrap();
		store.remember(&mut again, "patient 00".into()).unwrap();
		let public = store.public("maria").unwrap();
		assert_eq!(public.encryption_keys.len(), 2);
		assert_eq!(public.member.as_deref(), Some("patient 00"));
		assert!(store.unlock("maria", passphrase("right")).is_ok());
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
