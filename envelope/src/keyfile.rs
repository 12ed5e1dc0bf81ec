//! A member's secrets in one file: JSON inside age's passphrase encryption.

use core::fmt;
use std::io::{self, Read, Write};

use age::{
	scrypt::{Identity, Recipient},
	secrecy::SecretString,
	DecryptError, Decryptor, Encryptor,
};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::{
	check::Check,
	json::{object, objects},
	patient_commitment,
	wrap::WrapError,
	AccountSeed, PrivateKey,
};

/// The scrypt work factor of new key files, as a power of two: OWASP's recommendation. It takes
/// half a second and 128 MiB.
pub const KEY_FILE_WORK_FACTOR: u8 = 17;

/// The largest scrypt work factor that is read: 256 MiB and a second.
pub const MAX_KEY_FILE_WORK_FACTOR: u8 = 18;

const MAX_FILE_LEN: u64 = 1 << 20;
const VERSION: u32 = 1;
/// How a file for a passphrase begins.
const AGE_START: &[u8] = b"age-encryption.org/v1\n-> scrypt ";

/// A member's secrets.
#[derive(Clone)]
pub struct Secrets {
	/// The seed of the member's account.
	pub seed: AccountSeed,
	/// The member's private encryption keys with their versions on chain: an authority has none.
	pub keys: Vec<(u32, PrivateKey)>,
	/// The names that the member gave, the newest last.
	pub names: Vec<CommittedName>,
}

/// A name, and what a patient's commitment to it takes beside.
#[derive(Clone, PartialEq, Eq)]
pub struct CommittedName {
	/// The name.
	pub name: String,
	/// The salt.
	pub salt: [u8; 32],
}

impl CommittedName {
	/// The commitment to this name.
	pub fn commitment(&self) -> [u8; 32] {
		patient_commitment(&self.name, &self.salt)
	}
}

/// Why a key file is not read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyFileError {
	/// The file can't be read or written.
	#[error("cannot read or write the key file: {0}")]
	Io(#[source] io::Error),
	/// More than any key file has.
	#[error("the key file has more than 1 MiB: it is something else, choose the right file")]
	TooLarge,
	/// More than any reader takes.
	#[error("the key file would have more than 1 MiB, which nothing reads: it stays as it was")]
	Full,
	/// Not a file that age encrypted with a passphrase.
	#[error("this is no key file (age format, passphrase): choose the right file")]
	NotAKeyFile,
	/// Opening it would take too much work and memory.
	#[error(
		"the key file asks for the work factor {required}, and at most {max} is tried, as more \
		 takes much memory: if you made it with another program, convert it with the program age \
		 (age -d FILE > COPY; age -p COPY > NEW FILE) and delete COPY; else do not use it"
	)]
	WorkFactor {
		/// The work factor of the file.
		required: u8,
		/// The most that is tried.
		max: u8,
	},
	/// The passphrase does not open it.
	#[error("wrong passphrase for this key file: try again")]
	WrongPassphrase,
	/// The passphrase is right, and the file was changed or cut.
	#[error("the key file is damaged: restore it from a copy")]
	Damaged,
	/// A version that this library does not know.
	#[error("the key file has version {0}, and this program knows version 1: update it")]
	UnknownVersion(u32),
	/// It opens, but its content breaks the format.
	#[error("the key file's content is not valid ({0}): restore it from a copy")]
	Malformed(String),
	/// A private key in it is damaged.
	#[error("the key file's encryption key of version {version}: {error}")]
	Key {
		/// The key's version on chain.
		version: u32,
		/// The fault.
		#[source]
		error: WrapError,
	},
}

impl KeyFileError {
	/// The check that failed. `None`: reading or writing failed.
	pub fn check(&self) -> Option<Check> {
		Some(match self {
			Self::Io(_) => return None,
			Self::TooLarge | Self::Full => Check::KeyFileSize,
			Self::NotAKeyFile => Check::KeyFileFormat,
			Self::WorkFactor { .. } => Check::KeyFileWorkFactor,
			Self::WrongPassphrase => Check::KeyFilePassphrase,
			Self::Damaged => Check::KeyFileDamaged,
			Self::UnknownVersion(_) => Check::KeyFileVersion,
			Self::Malformed(_) => Check::KeyFileContent,
			Self::Key { .. } => Check::KeyFilePrivateKey,
		})
	}
}

impl Secrets {
	/// Writes the secrets as a key file, with [`KEY_FILE_WORK_FACTOR`]. The passphrase is taken in
	/// Unicode's form NFC, since systems and keyboards differ in how they compose a letter, and
	/// without a byte-order mark and the line's end, which editors add. Writes nothing if the file
	/// would have more than 1 MiB.
	pub fn encrypt(&self, passphrase: &str, file: impl Write) -> Result<(), KeyFileError> {
		self.encrypt_with_work_factor(passphrase, file, KEY_FILE_WORK_FACTOR)
	}

	/// Writes the secrets as a key file. The work factor is the power of two of scrypt's N, from
	/// 1 to [`MAX_KEY_FILE_WORK_FACTOR`]: less than [`KEY_FILE_WORK_FACTOR`] is for tests only.
	pub fn encrypt_with_work_factor(
		&self,
		passphrase: &str,
		mut file: impl Write,
		work_factor: u8,
	) -> Result<(), KeyFileError> {
		if !(1..=MAX_KEY_FILE_WORK_FACTOR).contains(&work_factor) {
			let max = MAX_KEY_FILE_WORK_FACTOR;
			return Err(KeyFileError::WorkFactor {
				required: work_factor,
				max,
			});
		}
		let json = self.to_json();
		let mut recipient = Recipient::new(SecretString::from(normal(passphrase).as_str()));
		recipient.set_work_factor(work_factor);
		let recipients = core::iter::once(&recipient as _);
		let encryptor = Encryptor::with_recipients(recipients).expect("there is one recipient");
		let encrypted = encryptor.wrap_output(Vec::new()).and_then(|mut writer| {
			writer.write_all(&json)?;
			writer.finish()
		});
		let bytes = encrypted.map_err(KeyFileError::Io)?;
		if bytes.len() as u64 > MAX_FILE_LEN {
			return Err(KeyFileError::Full);
		}
		file.write_all(&bytes)
			.and_then(|()| file.flush())
			.map_err(KeyFileError::Io)
	}

	/// Reads a key file of up to 1 MiB and checks every private key in it. If the passphrase as
	/// [`encrypt`](Self::encrypt) takes it does not open the file, tries the passphrase as it is:
	/// another program may have written the file.
	pub fn decrypt(file: impl Read, passphrase: &str) -> Result<Self, KeyFileError> {
		let mut bytes = Vec::new();
		file.take(MAX_FILE_LEN + 1)
			.read_to_end(&mut bytes)
			.map_err(KeyFileError::Io)?;
		if bytes.len() as u64 > MAX_FILE_LEN {
			return Err(KeyFileError::TooLarge);
		}
		let Some(header) = bytes.strip_prefix(AGE_START) else {
			return Err(KeyFileError::NotAKeyFile);
		};
		// age's library would take digits with other characters behind them.
		let mut line = header.iter().take_while(|byte| **byte != b'\n');
		if !line.any(|byte| *byte == b' ') || !line.all(u8::is_ascii_digit) {
			return Err(KeyFileError::Damaged);
		}
		let normal = normal(passphrase);
		match Self::decrypt_with(&bytes, &normal) {
			Err(KeyFileError::WrongPassphrase) if *normal != passphrase => {
				Self::decrypt_with(&bytes, passphrase)
			}
			result => result,
		}
	}

	fn decrypt_with(bytes: &[u8], passphrase: &str) -> Result<Self, KeyFileError> {
		let decryptor = Decryptor::new_buffered(bytes)?;
		let mut identity = Identity::new(SecretString::from(passphrase));
		identity.set_max_work_factor(MAX_KEY_FILE_WORK_FACTOR);
		let mut reader = decryptor.decrypt(core::iter::once(&identity as _))?;
		// Room for all of it: growing would leave a copy in memory.
		let mut json = Zeroizing::new(Vec::with_capacity(bytes.len()));
		reader
			.read_to_end(&mut json)
			.map_err(|_| KeyFileError::Damaged)?;
		Self::from_json(&json)
	}

	pub(crate) fn to_json(&self) -> Zeroizing<Vec<u8>> {
		let keys = self.keys.iter().map(|(version, key)| FileKey {
			version: *version,
			pkcs8: hex::encode(key.to_pkcs8_der().as_slice()),
		});
		let names = self
			.names
			.iter()
			.map(|CommittedName { name, salt }| FileName {
				name: name.clone(),
				salt: hex::encode(salt),
			});
		let file = File {
			version: VERSION,
			account_seed: hex::encode(self.seed.as_bytes()),
			keys: keys.collect(),
			names: names.collect(),
		};
		let keys = file.keys.iter().map(FileKey::room);
		let names = file.names.iter().map(FileName::room);
		let room = 1024 + keys.chain(names).sum::<usize>();
		let mut json = Zeroizing::new(Vec::with_capacity(room));
		serde_json::to_writer(&mut *json, &file).expect("writing to memory does not fail");
		json
	}

	pub(crate) fn from_json(json: &[u8]) -> Result<Self, KeyFileError> {
		// Other versions may have other fields.
		let FileVersion { version } = object(json).map_err(malformed)?;
		if version != VERSION {
			return Err(KeyFileError::UnknownVersion(version));
		}
		let file: File = object(json).map_err(malformed)?;
		let seed = bytes32(&file.account_seed, "account_seed")?;
		let names = file.names.iter().map(|FileName { name, salt }| {
			let (name, salt) = (name.clone(), *bytes32(salt, "a salt")?);
			Ok(CommittedName { name, salt })
		});
		let names = names.collect::<Result<_, KeyFileError>>()?;
		let keys: Vec<_> = file
			.keys
			.iter()
			.map(|FileKey { version, pkcs8 }| {
				let der = hex::decode(pkcs8).map(Zeroizing::new);
				der.map(|der| (*version, der))
					.map_err(|_| KeyFileError::Malformed("a private key is not hex".into()))
			})
			.collect::<Result<_, _>>()?;
		let keys = keys.iter().map(|(version, der)| {
			let key = PrivateKey::from_pkcs8_der(der).map_err(|error| KeyFileError::Key {
				version: *version,
				error,
			})?;
			Ok((*version, key))
		});
		Ok(Self {
			keys: keys.collect::<Result<_, KeyFileError>>()?,
			seed: AccountSeed::from_bytes(*seed),
			names,
		})
	}
}

impl fmt::Debug for Secrets {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let Self { seed, keys, .. } = self;
		f.debug_struct("Secrets")
			.field("seed", seed)
			.field("keys", keys)
			.finish_non_exhaustive()
	}
}

impl From<DecryptError> for KeyFileError {
	fn from(error: DecryptError) -> Self {
		match error {
			DecryptError::ExcessiveWork { required, .. } => Self::WorkFactor {
				required,
				max: MAX_KEY_FILE_WORK_FACTOR,
			},
			DecryptError::DecryptionFailed
			| DecryptError::KeyDecryptionFailed
			| DecryptError::NoMatchingKeys => Self::WrongPassphrase,
			_ => Self::Damaged,
		}
	}
}

// Says where, and nothing of the content.
fn malformed(error: serde_json::Error) -> KeyFileError {
	KeyFileError::Malformed(format!("line {}, column {}", error.line(), error.column()))
}

fn bytes32(text: &str, field: &str) -> Result<Zeroizing<[u8; 32]>, KeyFileError> {
	let mut bytes = Zeroizing::new([0; 32]);
	hex::decode_to_slice(text, bytes.as_mut_slice())
		.map_err(|_| KeyFileError::Malformed(format!("{field} is not 32 bytes of hex")))?;
	Ok(bytes)
}

/// A passphrase in Unicode's form NFC, without a byte-order mark and the line's end.
pub(crate) fn normal(passphrase: &str) -> Zeroizing<String> {
	let text = passphrase.strip_prefix('\u{feff}').unwrap_or(passphrase);
	let text = text.strip_suffix('\n').unwrap_or(text);
	let text = text.strip_suffix('\r').unwrap_or(text);
	// Room for all of it: growing would leave a copy in memory. Composing makes no text longer than
	// three times.
	let mut normal = Zeroizing::new(String::with_capacity(3 * passphrase.len()));
	normal.extend(text.nfc());
	normal
}

#[derive(Deserialize)]
struct FileVersion {
	version: u32,
}

#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
struct File {
	version: u32,
	account_seed: String,
	#[serde(deserialize_with = "objects")]
	keys: Vec<FileKey>,
	#[serde(deserialize_with = "objects")]
	names: Vec<FileName>,
}

#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
struct FileKey {
	version: u32,
	pkcs8: String,
}

impl FileKey {
	fn room(&self) -> usize {
		self.pkcs8.len() + 64
	}
}

#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
struct FileName {
	name: String,
	salt: String,
}

impl FileName {
	/// JSON's longest form of a byte has six.
	fn room(&self) -> usize {
		6 * self.name.len() + self.salt.len() + 64
	}
}
