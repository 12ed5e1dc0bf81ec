//! The vectors of what a careful reader could refuse by mistake: each must open.

use serde_json::{json, Value};
use sha2::{Digest, Sha256};

use super::{
	keyfiles::{file_with, QUICK},
	refusals::{expect, manifest, name, of, shown, signed, trailer},
	vectors::{check as compare, private, store, stored, PLAIN},
	*,
};
use crate::{manifest_message, short_name, Manifest, Secrets};

/// Cases, and what they share.
struct Cases(Vec<Value>);

impl Cases {
	/// An envelope of this manifest. The chain agrees with it, but for this change.
	fn add(&mut self, what: &str, manifest: Manifest, change: impl FnOnce(&mut Expected)) {
		let mut expect = Expected {
			patient: manifest.patient,
			author: manifest.author.author(),
			author_account: Some(manifest.author_account),
			amends: manifest.amends,
			sealed_name: name(&key(), &short_name(&manifest.name)),
			..expect()
		};
		change(&mut expect);
		let signer = match manifest.author_account == author().account() {
			true => author(),
			false => later(),
		};
		let message = manifest_message(&manifest, &Sha256::digest(PLAIN).into());
		let envelope = of(&signed(manifest, &Steady(signer), message.as_bytes()));
		let mut document = Vec::new();
		open(&envelope[..], &mut document, &key(), &expect)
			.unwrap_or_else(|error| panic!("{what}: {error}"));
		assert_eq!(document, PLAIN, "{what}");
		self.0.push(json!({
			"what": what,
			"expected": shown(&expect),
			"envelope": hex::encode(envelope),
		}));
	}
}

/// An account that the patient got later.
fn later() -> AccountSeed {
	AccountSeed::from_bytes([9; 32])
}

#[test]
fn envelopes_are_accepted_as_the_vectors_say() {
	let mut cases = Cases(Vec::new());
	type Change<'a> = &'a dyn Fn(&mut Manifest);
	let changes: [(&str, Change); 9] = [
		("a name of 62 bytes", &|m| m.name = "n".repeat(62)),
		("a name of 255 bytes", &|m| m.name = "ü".repeat(127) + "x"),
		("a path as name", &|m| m.name = "../a\\b/c".into()),
		("a space as name", &|m| m.name = " ".into()),
		("other invisible characters in the name", &|m| {
			m.name = "a\u{ad}\u{34f}\u{180e}\u{200c}\u{200d}\u{3164}\u{fe0f}b".into()
		}),
		("a space as media type", &|m| m.media_type = " ".into()),
		("a media type of 127 bytes", &|m| {
			m.media_type = "t".repeat(127)
		}),
		("sealed in 1970", &|m| m.time = 0),
		("amends a record", &|m| m.amends = Some([0x68; 32])),
	];
	for (what, change) in changes {
		let mut manifest = manifest();
		change(&mut manifest);
		cases.add(what, manifest, |_| {});
	}
	cases.add("sealed an hour after the record", manifest(), |e| {
		e.added_at = Some(TIME - 3_600_000)
	});
	let last = Manifest {
		time: u64::MAX,
		..manifest()
	};
	cases.add("the highest time", last, |e| {
		e.added_at = Some(u64::MAX - 1)
	});
	let patients = || by_patient().with_length(PLAIN.len() as u64);
	cases.add("the patient's, and no account is told", patients(), |e| {
		e.author_account = None
	});
	let with_later = Manifest {
		author_account: later().account(),
		..patients()
	};
	cases.add("the patient's, with a later account", with_later, |_| {});
	let longest = Manifest {
		name: "n".repeat(255),
		media_type: "t".repeat(127),
		amends: Some([0x68; 32]),
		..patients()
	};
	assert_eq!(trailer(longest.clone()).len(), 584 + 66);
	cases.add("the longest manifest", longest, |_| {});
	compare(
		"accepted_envelopes.json",
		json!({
			"record_key": hex::encode(key().as_bytes()),
			"document": hex::encode(PLAIN),
			"cases": cases.0,
		}),
	);
}

/// What a file says, what it is encrypted with, and how.
struct KeyFile {
	what: &'static str,
	json: String,
	/// The passphrase as age gets it.
	taken: &'static str,
	given: &'static str,
	work_factor: u8,
}

fn key_files() -> Vec<KeyFile> {
	let seed = "ab".repeat(32);
	let salt = "cd".repeat(32);
	let name = format!(r#"{{"name":"x","salt":"{salt}"}}"#);
	let good = format!(r#"{{"version":1,"account_seed":"{seed}","keys":[],"names":[{name}]}}"#);
	let file = |what, json: &str| KeyFile {
		what,
		json: json.into(),
		taken: "word",
		given: "word",
		work_factor: QUICK,
	};
	let spaces = good.replace(':', " : ").replace(',', "\n,\t");
	let order = format!(
		r#"{{"names":[{{"salt":"{salt}","name":"\u0000\ud83d\ude00\u202e"}}],"keys":[],"account_seed":"{seed}","version":1}}"#
	);
	let private = hex::encode(private().to_pkcs8_der());
	let keys = format!(
		r#"[{{"version":4294967295,"pkcs8":"{private}"}},{{"pkcs8":"{}","version":0}},{{"version":0,"pkcs8":"{private}"}}]"#,
		private.to_uppercase(),
	);
	let passphrase = |what, taken, given| KeyFile {
		taken,
		given,
		..file(what, &good)
	};
	vec![
		file(
			"hex in upper case",
			&good.replace("ab", "AB").replace("cd", "Cd"),
		),
		file("white space", &format!("\r\n\t {spaces} \r\n\t")),
		file("fields in another order, and any name", &order),
		file("an empty name", &good.replace("\"x\"", "\"\"")),
		file("no name", &good.replace(&name, "")),
		file(
			"names with one salt, and names twice",
			&good.replace(&name, &format!("{name},{},{name}", name.replace('x', "y"))),
		),
		file(
			"keys in any order, two of a version",
			&good.replace("[]", &keys),
		),
		KeyFile {
			work_factor: 18,
			..file("work factor 18", &good)
		},
		passphrase("NFC", "gr\u{fc}n", "gru\u{308}n"),
		passphrase("what editors add", "word", "\u{feff}word\r\n"),
		passphrase("as it was given: no NFC", "gru\u{308}n", "gru\u{308}n"),
		passphrase("as it was given: the line's end", "word\n", "word\n"),
		passphrase("as it was given: a mark", "\u{feff}word", "\u{feff}word"),
		passphrase("an empty passphrase", "", "\n"),
	]
}

/// age chooses its own randomness, so that the files differ each time they are written.
#[test]
fn key_files_are_accepted_as_the_vectors_say() {
	let opened = |file: &[u8], given: &str| {
		let secrets = Secrets::decrypt(file, given).unwrap();
		serde_json::from_slice::<Value>(&secrets.to_json()).unwrap()
	};
	if std::env::var_os("SALUS_WRITE_VECTORS").is_some() {
		let cases = key_files().into_iter().map(|case| {
			let file = file_with(&case.json, case.taken, case.work_factor);
			json!({
				"what": case.what,
				"passphrase": case.given,
				"json": case.json,
				"content": opened(&file, case.given),
				"file": hex::encode(file),
			})
		});
		store("accepted_key_files.json", &cases.collect());
	}
	let stored = stored("accepted_key_files.json");
	let stored = stored.as_array().unwrap();
	assert_eq!(stored.len(), key_files().len());
	for (case, made) in stored.iter().zip(key_files()) {
		assert_eq!(case["what"], made.what);
		assert_eq!(case["json"], made.json);
		assert_eq!(case["passphrase"], made.given);
		let file = hex::decode(case["file"].as_str().unwrap()).unwrap();
		assert_eq!(opened(&file, made.given), case["content"], "{}", made.what);
	}
}
