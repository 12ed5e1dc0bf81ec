//! Key files.

use std::io::{Read, Write};

use age::{scrypt::Recipient, secrecy::SecretString, Encryptor};

use super::*;
use crate::{CommittedName, KeyFileError, Secrets, WrapError, MAX_KEY_FILE_WORK_FACTOR};

/// Quick, and unsafe for real files.
pub(super) const QUICK: u8 = 2;

fn secrets() -> Secrets {
	Secrets {
		seed: author(),
		keys: vec![(0, private_key()), (3, private_key())],
		names: vec![
			CommittedName {
				name: "Ada Byron".into(),
				salt: [0x72; 32],
			},
			CommittedName {
				name: "Ada \"the first\" Łovelace\n".into(),
				salt: [0x73; 32],
			},
		],
	}
}

fn file(secrets: &Secrets) -> Vec<u8> {
	let mut file = Vec::new();
	secrets
		.encrypt_with_work_factor("passphrase", &mut file, QUICK)
		.unwrap();
	file
}

/// A file of any content, by age.
pub(super) fn file_of(content: &str, passphrase: &str) -> Vec<u8> {
	file_with(content, passphrase, QUICK)
}

/// The same with any work factor.
pub(super) fn file_with(content: &str, passphrase: &str, work_factor: u8) -> Vec<u8> {
	let mut recipient = Recipient::new(SecretString::from(passphrase));
	recipient.set_work_factor(work_factor);
	let mut file = Vec::new();
	let encryptor = Encryptor::with_recipients(std::iter::once(&recipient as _)).unwrap();
	let mut writer = encryptor.wrap_output(&mut file).unwrap();
	writer.write_all(content.as_bytes()).unwrap();
	writer.finish().unwrap();
	file
}

fn error(file: &[u8]) -> KeyFileError {
	Secrets::decrypt(file, "passphrase").expect_err("refused")
}

#[test]
fn a_key_file_opens_with_its_passphrase() {
	for secrets in [
		secrets(),
		Secrets {
			keys: vec![],
			names: vec![],
			..secrets()
		},
	] {
		let found = Secrets::decrypt(&file(&secrets)[..], "passphrase").unwrap();
		assert_eq!(found.seed.as_bytes(), secrets.seed.as_bytes());
		assert!(found.names == secrets.names);
		assert_eq!(found.keys.len(), secrets.keys.len());
		for ((version, key), (right_version, right)) in found.keys.iter().zip(&secrets.keys) {
			assert_eq!(version, right_version);
			assert_eq!(key.to_pkcs8_der(), right.to_pkcs8_der());
		}
	}
}

#[test]
fn a_key_file_shows_no_plaintext() {
	let file = file(&secrets());
	let text = String::from_utf8_lossy(&file);
	assert!(text.starts_with("age-encryption.org/v1\n-> scrypt "));
	assert!(!text.contains("Ada") && !text.contains("seed") && !text.contains("6161"));
}

#[test]
fn the_default_work_factor_is_the_documented_one() {
	let mut file = Vec::new();
	Secrets {
		keys: vec![],
		..secrets()
	}
	.encrypt("passphrase", &mut file)
	.unwrap();
	let text = String::from_utf8_lossy(&file);
	assert!(text.lines().nth(1).unwrap().ends_with(" 17"), "{text}");
}

#[test]
fn a_wrong_passphrase_is_refused() {
	let file = file(&secrets());
	for wrong in ["", "Passphrase", "passphrase "] {
		let error = Secrets::decrypt(&file[..], wrong).unwrap_err();
		assert!(matches!(error, KeyFileError::WrongPassphrase), "{error}");
	}
}

/// Systems and keyboards differ in how they compose a letter.
#[test]
fn a_passphrase_opens_in_each_form_of_unicode() {
	let (composed, decomposed) = ("gr\u{fc}n", "gru\u{308}n");
	for written in [composed, decomposed] {
		let mut file = Vec::new();
		secrets()
			.encrypt_with_work_factor(written, &mut file, QUICK)
			.unwrap();
		for typed in [composed, decomposed] {
			assert!(
				Secrets::decrypt(&file[..], typed).is_ok(),
				"{written} {typed}"
			);
		}
		assert!(Secrets::decrypt(&file[..], "grun").is_err());
	}
	// What editors add.
	let mut file = Vec::new();
	let given = format!("\u{feff}{decomposed}\r\n");
	secrets()
		.encrypt_with_work_factor(&given, &mut file, QUICK)
		.unwrap();
	for typed in [&given[..], composed, "gru\u{308}n\n", "gr\u{fc}n\r"] {
		assert!(Secrets::decrypt(&file[..], typed).is_ok(), "{typed:?}");
	}
	// A file that another program wrote with the decomposed form, and one with all that was given.
	let seed = "61".repeat(32);
	let content = format!(r#"{{"version":1,"account_seed":"{seed}","keys":[],"names":[]}}"#);
	for written in [decomposed, &given] {
		let file = file_of(&content, written);
		assert!(Secrets::decrypt(&file[..], written).is_ok());
		let error = Secrets::decrypt(&file[..], composed).unwrap_err();
		assert!(matches!(error, KeyFileError::WrongPassphrase), "{error}");
	}
}

#[test]
fn a_damaged_key_file_is_refused() {
	let file = file(&secrets());
	let header_end = file
		.windows(4)
		.position(|window| window == b"\n---")
		.unwrap();
	// The header's MAC, the nonce, and all of the body. A changed stanza can't be told from a
	// wrong passphrase.
	for at in (header_end + 5..file.len()).step_by(7) {
		let mut changed = file.clone();
		changed[at] ^= 1;
		let error = error(&changed);
		assert!(matches!(error, KeyFileError::Damaged), "{at}: {error}");
	}
	for len in (32..header_end).chain((header_end..file.len()).step_by(13)) {
		let error = error(&file[..len]);
		assert!(matches!(error, KeyFileError::Damaged), "{len}: {error}");
	}
	for len in 0..32 {
		let error = error(&file[..len]);
		assert!(matches!(error, KeyFileError::NotAKeyFile), "{len}: {error}");
	}
	let error = error(&[&file[..], b"x"].concat());
	assert!(matches!(error, KeyFileError::Damaged), "{error}");
}

#[test]
fn too_high_work_factors_are_refused() {
	let file = file(&secrets());
	for (factor, text) in [(19, " 19\n"), (20, " 20\n"), (30, " 30\n"), (63, " 63\n")] {
		let header = String::from_utf8_lossy(&file).find(" 2\n").unwrap();
		let changed = [&file[..header], text.as_bytes(), &file[header + 3..]].concat();
		match error(&changed) {
			KeyFileError::WorkFactor { required, max } => {
				assert_eq!((required, max), (factor, MAX_KEY_FILE_WORK_FACTOR));
				assert_eq!(max, 18);
			}
			error => panic!("{error}"),
		}
		// It says how to go on.
		assert!(error(&changed).to_string().contains("age -p"));
	}
	for factor in [0, 19, 64, 255] {
		let result = secrets().encrypt_with_work_factor("x", std::io::sink(), factor);
		assert!(matches!(result, Err(KeyFileError::WorkFactor { .. })));
	}
}

#[test]
fn files_of_other_kinds_are_refused() {
	for other in [
		&b""[..],
		b"{}",
		b"age-encryption.org/v2\n-> x\n",
		&[0; 5000],
	] {
		let error = error(other);
		assert!(matches!(error, KeyFileError::NotAKeyFile), "{error}");
	}
	// To a key instead of a passphrase.
	let identity = age::x25519::Identity::generate();
	let to_key = age::encrypt(&identity.to_public(), b"{}").unwrap();
	assert!(matches!(error(&to_key), KeyFileError::NotAKeyFile));
}

#[test]
fn at_most_a_mebibyte_is_read() {
	let file = file(&secrets());
	let mut endless = file.chain(std::io::repeat(0));
	let error = Secrets::decrypt(&mut endless, "passphrase").unwrap_err();
	assert!(matches!(error, KeyFileError::TooLarge), "{error}");
}

/// Nothing would read such a file, so all keys in it would be lost.
#[test]
fn more_than_a_mebibyte_is_not_written() {
	let of_name = |len: usize| {
		let mut secrets = secrets();
		secrets.names.push(CommittedName {
			name: "n".repeat(len),
			salt: [0x74; 32],
		});
		secrets
	};
	let len = 1_000_000;
	let most = len + (1 << 20) - file(&of_name(len)).len();
	let longest = file(&of_name(most));
	assert_eq!(longest.len(), 1 << 20);
	let found = Secrets::decrypt(&longest[..], "passphrase").unwrap();
	assert_eq!(found.names[2].name.len(), most);
	let mut written = Vec::new();
	let error = of_name(most + 1)
		.encrypt_with_work_factor("passphrase", &mut written, QUICK)
		.unwrap_err();
	assert!(matches!(error, KeyFileError::Full), "{error}");
	assert!(written.is_empty());
}

#[test]
fn invalid_contents_are_refused() {
	let seed = "61".repeat(32);
	let salt = "73".repeat(32);
	let good = format!(
		r#"{{"version":1,"account_seed":"{seed}","keys":[],"names":[{{"name":"x","salt":"{salt}"}}]}}"#
	);
	assert!(Secrets::decrypt(&file_of(&good, "passphrase")[..], "passphrase").is_ok());
	for bad in [
		"".into(),
		"[]".into(),
		"{".into(),
		good.replace("61", "6g"),
		good.replacen("61", "", 1),
		good.replace("\"x\"", "7"),
		good.replace(&salt, "00"),
		good.replace(&salt, &salt.replace('7', "g")),
		good.replace("[]", "[],\"more\":1"),
		good.replace("\"x\"", "\"x\",\"more\":1"),
		good.replace("[]", r#"[{"version":0}]"#),
		good.replace("[]", r#"[{"version":0,"pkcs8":"zz"}]"#),
		good.replace("\"version\":1", "\"version\":-1"),
		good.replace("\"version\":1", "\"version\":1.0"),
		good.replace("\"version\":1", "\"version\":1e0"),
		good.replace("\"version\":1", "\"version\":01"),
		good.replace("\"version\":1", "\"version\":-0"),
		good.replace("\"version\":1", "\"version\":4294967297"),
		good.replace("\"version\":1", "\"version\":\"1\""),
		good.replace("\"version\":1", "\"version\":1,\"version\":1"),
		good.replace("\"version\":1,", ""),
		good.replace("\"name\":\"x\"", "\"name\":\"x\",\"name\":\"x\""),
		good.replace("\"keys\":[]", "\"keys\":[],\"keys\":[]"),
		good.replace("\"keys\":[],", ""),
		good.replace("\"name\":\"x\",", ""),
		good.replace("\"x\"", "\"\\ud800\""),
		good.replace("[]", "[],"),
		format!("\u{feff}{good}"),
		format!("{good} x"),
	] {
		let error = error(&file_of(&bad, "passphrase"));
		assert!(
			matches!(error, KeyFileError::Malformed(_)),
			"{bad}: {error}"
		);
		assert!(!error.to_string().contains("6161"), "{error}");
	}
	let newer = file_of(r#"{"version":2,"vault":[]}"#, "passphrase");
	assert!(matches!(error(&newer), KeyFileError::UnknownVersion(2)));
}

#[test]
fn invalid_private_keys_are_refused() {
	let seed = "61".repeat(32);
	let mut der = private_key().to_pkcs8_der().to_vec();
	let at = der.len() - 200;
	der[at] ^= 1;
	let content = format!(
		r#"{{"version":1,"account_seed":"{seed}","keys":[{{"version":5,"pkcs8":"{}"}}],"names":[]}}"#,
		hex::encode(der)
	);
	match error(&file_of(&content, "passphrase")) {
		KeyFileError::Key {
			version: 5,
			error: WrapError::PrivateKey,
		} => {}
		error => panic!("{error}"),
	}
}
