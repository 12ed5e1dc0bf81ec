//! The vectors in `tests/vectors/`, which readers in other languages reproduce.
//!
//! `SALUS_WRITE_VECTORS=1 cargo test -p salus-envelope vectors` writes them anew. All randomness
//! but age's is fixed, so that writing makes no difference unless the format has changed, but for
//! `key_file.json`.

use std::{
	fs,
	path::{Path, PathBuf},
};

use serde_json::{json, Value};
use sha2::{Digest, Sha256};

use super::*;
use crate::{
	blinded_hash, check_name,
	cipher::{CIPHER_INFO, MAC_INFO},
	encryption_key_message, fingerprint,
	format::{FIRST_LEAF_CAPACITY, TAG_LEN},
	keyfile::normal,
	manifest_message,
	name::{padded, seal_text, NAME_CIPHER_INFO, NAME_MAC_INFO},
	open_name, padme, patient_commitment, short_name, verify,
	wrap::wrap_bytes,
	CommittedName, Manifest, Secrets, WrapBinding,
};

pub(super) const PLAIN: &[u8] = b"Haemoglobin 14.1 g/dl";
const NAME: &str = "Blood count";
const SALT: [u8; 32] = [0x73; 32];

/// From where cargo runs the test: it may have been built in another checkout.
fn path(name: &str) -> PathBuf {
	Path::new("tests/vectors").join(name)
}

pub(super) fn stored(name: &str) -> Value {
	serde_json::from_slice(&fs::read(path(name)).unwrap()).unwrap()
}

/// Stores, if that is asked for.
pub(super) fn store(name: &str, vector: &Value) {
	if std::env::var_os("SALUS_WRITE_VECTORS").is_some() {
		let text = serde_json::to_string_pretty(vector)
			.unwrap()
			.replace("  ", "\t")
			+ "\n";
		fs::write(path(name), text).unwrap();
	}
}

/// Compares with the stored vector, or stores it.
pub(super) fn check(name: &str, vector: Value) {
	store(name, &vector);
	assert_eq!(stored(name), vector, "{name}");
}

fn bytes<const N: usize>(value: &Value) -> [u8; N] {
	hex::decode(value.as_str().unwrap())
		.unwrap()
		.try_into()
		.unwrap()
}

pub(super) fn private() -> PrivateKey {
	let der = hex::decode(stored("private_key.json")["pkcs8"].as_str().unwrap()).unwrap();
	PrivateKey::from_pkcs8_der(&der).unwrap()
}

pub(super) fn binding() -> WrapBinding {
	let hash = sealed_with_nonce(PLAIN, &NONCE).1.hash;
	WrapBinding {
		genesis: GENESIS,
		patient: PATIENT,
		author: Author::Provider(7),
		hash,
	}
}

#[test]
fn derived_keys_match_the_vectors() {
	let cases = [
		(CIPHER_INFO, &NONCE[..]),
		(MAC_INFO, &NONCE),
		(NAME_CIPHER_INFO, &[]),
		(NAME_MAC_INFO, &[]),
		("salus/hash/v1", &[]),
	];
	let cases = cases.map(|(info, salt)| {
		let derived = hex::encode(*key().derive(salt, info));
		json!({ "info": info, "salt": hex::encode(salt), "derived": derived })
	});
	check(
		"derived_keys.json",
		json!({ "record_key": hex::encode(key().as_bytes()), "keys": cases }),
	);
}

#[test]
fn hashes_match_the_vectors() {
	let (_, sealed) = sealed_with_nonce(PLAIN, &NONCE);
	check(
		"blinded_hash.json",
		json!({
			"record_key": hex::encode(key().as_bytes()),
			"document": hex::encode(PLAIN),
			"document_hash": hex::encode(sealed.document_hash),
			"hash": hex::encode(blinded_hash(&key(), &sealed.document_hash)),
		}),
	);
	let name = "Ada Łovelace";
	check(
		"commitment.json",
		json!({
			"name": name,
			"salt": hex::encode(SALT),
			"commitment": hex::encode(patient_commitment(name, &SALT)),
		}),
	);
}

#[test]
fn a_patients_id_matches_the_vector() {
	let commitment = patient_commitment("Ada Łovelace", &SALT);
	let account = author().account();
	check(
		"patient_id.json",
		json!({
			"genesis": hex::encode(GENESIS),
			"founding_account": hex::encode(account),
			"commitment": hex::encode(commitment),
			"patient": hex::encode(patient_id(&GENESIS, &account, &commitment)),
		}),
	);
}

#[test]
fn an_envelope_by_the_patient_matches_the_vector() {
	let mut envelope = Vec::new();
	let iv = || [1; IV_LEN];
	let signer = Steady(author());
	// A correction of an earlier document.
	let details = Details {
		amends: Some([0x68; 32]),
		..by_patient()
	};
	let sealed = seal_with(
		PLAIN,
		&mut envelope,
		&key(),
		details.clone(),
		&signer,
		&NONCE,
		iv,
	)
	.unwrap();
	let manifest = details.with_length(PLAIN.len() as u64);
	let mut vector = fields(&manifest);
	let ManifestAuthor::Patient {
		founding_account,
		commitment,
	} = &manifest.author
	else {
		panic!("not the patient's");
	};
	vector["founding_account"] = json!(hex::encode(founding_account));
	vector["commitment"] = json!(hex::encode(commitment));
	check(
		"patients_envelope.json",
		json!({
			"record_key": hex::encode(key().as_bytes()),
			"nonce": hex::encode(NONCE),
			"ivs": [hex::encode([1; IV_LEN])],
			"manifest": vector,
			"manifest_message": manifest_message(&manifest, &sealed.document_hash),
			"document": hex::encode(PLAIN),
			"hash": hex::encode(sealed.hash),
			"sealed_name": hex::encode(sealed_name()),
			"added_at": TIME + 6000,
			"envelope": hex::encode(&envelope),
		}),
	);
}

#[test]
fn a_sealed_name_matches_the_vector() {
	let sealed = seal_text(&key(), &[0x49; IV_LEN], &padded(NAME));
	assert_eq!(open_name(&key(), &sealed).as_deref(), Ok(NAME));
	check(
		"sealed_name.json",
		json!({
			"record_key": hex::encode(key().as_bytes()),
			"name": NAME,
			"iv": hex::encode([0x49; IV_LEN]),
			"sealed_name": hex::encode(sealed),
		}),
	);
}

#[test]
fn short_names_match_the_vectors() {
	let n = |times: usize| "n".repeat(times);
	let stem = "東京都立総合病院放射線科胸部単純撮影検査報告書二〇二六年5月";
	let names = [
		n(62),
		n(63),
		n(255),
		format!("{stem}左.pdf"),
		format!("{stem}右.pdf"),
		n(70) + ".tar.gz",
		n(70) + ".a123456789",
		n(70) + ".a1234567890",
		n(70) + ".",
		n(70) + ".päf",
		".".to_owned() + &n(70),
		"👩\u{200d}⚕️".repeat(8) + ".dcm",
		// The start ends before a character of two, three or four bytes that does not fit.
		n(50) + &"ü".repeat(10),
		n(49) + &"査".repeat(10),
		n(48) + &"👩".repeat(10),
	];
	let cases = names.map(|name| json!({ "name": name, "short_name": short_name(&name) }));
	check("short_name.json", json!(cases));
}

#[test]
fn padded_sizes_match_the_vectors() {
	let lengths = [
		0,
		1,
		2,
		9,
		100,
		500,
		1000,
		1_000_000,
		4_294_967_296 + 600,
		1_234_567_890_123u64,
	];
	let sizes = lengths.map(|len| json!({ "length": len, "padded": padme(len) }));
	check("padme.json", json!(sizes));
}

#[test]
fn the_key_message_matches_the_vector() {
	let spki = private().public_spki_der();
	let account = author().account();
	let message = encryption_key_message(&GENESIS, &account, 3, &spki);
	let signature = Steady(author()).sign(message.as_bytes());
	assert!(verify(&account, message.as_bytes(), &signature));
	check(
		"key_message.json",
		json!({
			"genesis": hex::encode(GENESIS),
			"account_seed": hex::encode(author().as_bytes()),
			"account": hex::encode(account),
			"version": 3,
			"spki": hex::encode(&spki),
			"message": message,
			"signature": hex::encode(signature),
			"fingerprint": fingerprint(&spki),
		}),
	);
}

#[test]
fn the_message_of_an_authority_matches_the_vector() {
	let account = author().account();
	let session_keys: Vec<_> = (0..96).collect();
	let message = salus_signing::authority_message(&GENESIS, &account, &session_keys);
	check(
		"authority_message.json",
		json!({
			"genesis": hex::encode(GENESIS),
			"account": hex::encode(account),
			"session_keys": hex::encode(&session_keys),
			"message": message,
		}),
	);
}

/// A host is what a person reads, so it has what no wallet shows as text.
#[test]
fn the_message_of_a_sign_in_matches_the_vector() {
	let account = author().account();
	let host = "z\u{fc}rich\u{1f3e5}\n.example:8443";
	let (nonce, time) = ([0x6e; 32], 1_800_000_000_000);
	let message = salus_signing::sign_in_message(host, &GENESIS, &nonce, &account, time);
	assert!(
		message.contains(": z?rich??.example:8443 asks"),
		"{message}"
	);
	check(
		"sign_in_message.json",
		json!({
			"host": host,
			"genesis": hex::encode(GENESIS),
			"nonce": hex::encode(nonce),
			"account": hex::encode(account),
			"time": time,
			"message": message,
		}),
	);
}

#[test]
fn a_wrapped_key_matches_the_vector() {
	let binding = binding();
	let spki = private().public_spki_der();
	let label = binding.label(&spki);
	let patients = WrapBinding {
		author: Author::Patient,
		..binding.clone()
	};
	let wrapped = wrap_bytes(&spki, key().as_bytes(), &label, &mut Counter(1)).unwrap();
	let vector = json!({
		"private_key": hex::encode(private().to_pkcs8_der()),
		"spki": hex::encode(&spki),
		"genesis": hex::encode(GENESIS),
		"patient": hex::encode(PATIENT),
		"author": author_json(binding.author),
		"hash": hex::encode(binding.hash),
		"label": label,
		"patients_label": patients.label(&spki),
		"record_key": hex::encode(key().as_bytes()),
		"wrapped_key": hex::encode(wrapped),
	});
	check("wrapped_key.json", vector);
	let stored = hex::decode(stored("wrapped_key.json")["wrapped_key"].as_str().unwrap()).unwrap();
	assert_eq!(
		private().unwrap(&stored, &binding).unwrap().as_bytes(),
		key().as_bytes()
	);
}

fn author_json(author: Author) -> Value {
	match author {
		Author::Patient => json!("patient"),
		Author::Provider(id) => json!({ "provider": id }),
	}
}

fn fields(manifest: &Manifest) -> Value {
	json!({
		"name": manifest.name,
		"media_type": manifest.media_type,
		"length": manifest.length,
		"patient": hex::encode(manifest.patient),
		"author": author_json(manifest.author.author()),
		"author_account": hex::encode(manifest.author_account),
		"region": manifest.region,
		"genesis": hex::encode(manifest.genesis),
		"amends": manifest.amends.map(hex::encode),
		"time": manifest.time,
	})
}

#[test]
fn an_envelope_matches_the_vector() {
	let (envelope, sealed) = sealed_with_nonce(PLAIN, &NONCE);
	let manifest = details().with_length(PLAIN.len() as u64);
	check(
		"envelope.json",
		json!({
			"record_key": hex::encode(key().as_bytes()),
			"nonce": hex::encode(NONCE),
			"ivs": [hex::encode([1; IV_LEN])],
			"manifest": fields(&manifest),
			"manifest_message": manifest_message(&manifest, &sealed.document_hash),
			"document": hex::encode(PLAIN),
			"hash": hex::encode(sealed.hash),
			"sealed_name": hex::encode(sealed_name()),
			"added_at": TIME + 6000,
			"envelope": hex::encode(&envelope),
		}),
	);
	// The stored bytes, by the library's front door.
	let stored = stored("envelope.json");
	let envelope = hex::decode(stored["envelope"].as_str().unwrap()).unwrap();
	let (plain, found) = opened(&envelope, bytes(&stored["hash"])).unwrap();
	assert_eq!(plain, PLAIN);
	assert_eq!(found.manifest, manifest);
}

#[test]
fn a_long_envelope_matches_the_vector() {
	const LEN: usize = 2_090_000;
	let plain: Vec<_> = (0..LEN).map(|at| (at % 251) as u8).collect();
	let (envelope, sealed) = sealed_with_nonce(&plain, &NONCE);
	let manifest = details().with_length(LEN as u64);
	let message = manifest_message(&manifest, &sealed.document_hash);
	// The second segment ends amid the manifest, the third holds nothing of the document.
	let counts = [FIRST_LEAF_CAPACITY, LEN - FIRST_LEAF_CAPACITY, 0];
	let parts = segments(&envelope);
	assert_eq!(parts.len(), counts.len());
	let leaves: Vec<_> = parts
		.iter()
		.zip(counts)
		.map(|(segment, count)| {
			json!({
				"iv": hex::encode(&segment[..IV_LEN]),
				"length": segment.len(),
				"count": count,
				"tag": hex::encode(&segment[segment.len() - TAG_LEN..]),
			})
		})
		.collect();
	check(
		"long_envelope.json",
		json!({
			"record_key": hex::encode(key().as_bytes()),
			"nonce": hex::encode(NONCE),
			"manifest": fields(&manifest),
			"manifest_message": message,
			"signature": hex::encode(Steady(author()).sign(message.as_bytes())),
			"document": "byte i is i mod 251",
			"document_hash": hex::encode(sealed.document_hash),
			"hash": hex::encode(sealed.hash),
			"sealed_name": hex::encode(sealed_name()),
			"added_at": TIME + 6000,
			"segments": leaves,
			"envelope_length": envelope.len(),
			"envelope_sha256": hex::encode(Sha256::digest(&envelope)),
		}),
	);
	let cipher = Cipher::new(&key(), &NONCE, &header(&NONCE));
	let mut opening: Vec<_> = parts
		.iter()
		.zip(0..)
		.map(|(data, number)| Segment {
			number,
			last: number == 2,
			data: data.to_vec(),
			opened: Ok(()),
		})
		.collect();
	cipher.open(&mut opening);
	for (segment, count) in opening.iter().zip(counts) {
		let found = &segment.data[IV_LEN..][..COUNT_LEN];
		assert_eq!(found, (count as u32).to_le_bytes());
	}
	assert!(opened(&envelope, sealed.hash).unwrap().0 == plain);
}

/// All of Unicode, in runs: the first and the last of each.
#[test]
fn forbidden_characters_match_the_vector() {
	let mut runs: Vec<[u32; 2]> = Vec::new();
	for c in '\0'..=char::MAX {
		if check_name(&c.to_string(), 4).is_ok() {
			continue;
		}
		let code = u32::from(c);
		match runs.last_mut() {
			Some([_, last]) if *last + 1 == code => *last = code,
			_ => runs.push([code, code]),
		}
	}
	check("forbidden_characters.json", json!(runs));
}

#[test]
fn passphrases_match_the_vectors() {
	let given = [
		"correct horse",
		" spaces stay ",
		"gru\u{308}n",
		"gr\u{fc}n",
		"\u{1112}\u{1161}\u{11ab}",
		"\u{212b}ngstr\u{f6}m",
		"e\u{301}\u{323}",
		"\u{fb01}",
		"\u{feff}mark",
		"\u{feff}\u{feff}two marks",
		"line\n",
		"line\r\n",
		"line\r",
		"line\n\r",
		"two lines\n\n",
		"\nline",
	];
	let cases = given.map(|given| json!({ "given": given, "taken": *normal(given) }));
	check("passphrase.json", json!(cases));
}

#[test]
fn a_key_file_matches_the_vector() {
	let secrets = Secrets {
		seed: author(),
		keys: vec![(3, private())],
		names: vec![CommittedName {
			name: "Ada Łovelace".into(),
			salt: SALT,
		}],
	};
	let content = |secrets: &Secrets| serde_json::from_slice::<Value>(&secrets.to_json()).unwrap();
	let passphrase = "a passphrase for vectors only";
	let mut file = Vec::new();
	secrets
		.encrypt_with_work_factor(passphrase, &mut file, 10)
		.unwrap();
	let vector = json!({
		"passphrase": passphrase,
		"content": content(&secrets),
		"file": hex::encode(file),
	});
	store("key_file.json", &vector);
	let stored = stored("key_file.json");
	assert_eq!(stored["content"], content(&secrets));
	let file = hex::decode(stored["file"].as_str().unwrap()).unwrap();
	let opened = Secrets::decrypt(&file[..], stored["passphrase"].as_str().unwrap()).unwrap();
	assert_eq!(content(&opened), content(&secrets));
}
