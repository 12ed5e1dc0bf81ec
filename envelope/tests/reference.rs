//! The reference in Python, which was written from `docs/envelope.md` alone: each side opens what
//! the other makes, and both refuse the same for the same reason.

use std::{
	env, fs,
	io::{BufRead, BufReader, Write},
	path::PathBuf,
	process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use salus_envelope::{
	fingerprint, open, open_name, patient_id, seal, seal_name, wrap, AccountSeed, Author,
	CommittedName, Details, Expected, LeafReader, ManifestAuthor, PrivateKey, RecordKey, Secrets,
	Signer, WrapBinding, FIRST_LEAF_CAPACITY, LEAF_LEN,
};
use serde_json::{json, Value};

const GENESIS: [u8; 32] = [0x67; 32];
const TIME: u64 = 1_790_000_000_000;

/// Python with the packages of the reference: from `SALUS_PYTHON`, or from scripts/setup.
fn python() -> Command {
	let home = env::var("HOME").unwrap_or_default();
	let installed = env::var("SALUS_HOME").unwrap_or(format!("{home}/.cache/salus"));
	let python = env::var_os("SALUS_PYTHON").map(PathBuf::from);
	let python = python.unwrap_or(PathBuf::from(installed).join("python/bin/python"));
	assert!(
		python.is_file(),
		"this test needs Python: run scripts/setup"
	);
	let mut command = Command::new(python);
	command.arg("-B").current_dir("reference");
	command
}

/// A process that answers calls.
struct Reference {
	process: Child,
	calls: ChildStdin,
	answers: BufReader<ChildStdout>,
}

impl Reference {
	fn start() -> Self {
		let mut process = python()
			.args(["-m", "salus_envelope"])
			.stdin(Stdio::piped())
			.stdout(Stdio::piped())
			.spawn()
			.unwrap();
		Self {
			calls: process.stdin.take().unwrap(),
			answers: BufReader::new(process.stdout.take().unwrap()),
			process,
		}
	}

	fn call(&mut self, name: &str, values: Value) -> Value {
		writeln!(self.calls, "{}", json!({ name: values })).unwrap();
		let mut answer = String::new();
		self.answers.read_line(&mut answer).unwrap();
		serde_json::from_str(&answer).expect("the reference answers: see its error above")
	}
}

impl Drop for Reference {
	fn drop(&mut self) {
		let _ = self.process.kill();
		let _ = self.process.wait();
	}
}

fn bytes(value: &Value) -> Vec<u8> {
	hex::decode(value.as_str().unwrap()).unwrap()
}

fn array<const N: usize>(value: &Value) -> [u8; N] {
	bytes(value).try_into().unwrap()
}

fn key() -> RecordKey {
	RecordKey::from_bytes([0x6b; 32])
}

fn author() -> AccountSeed {
	AccountSeed::from_bytes([0x61; 32])
}

fn document(len: usize) -> Vec<u8> {
	(0..len).map(|at| (at % 251) as u8).collect()
}

fn by_provider() -> Details {
	Details {
		name: "検査の結果".repeat(6) + "、左.pdf",
		media_type: "application/pdf".into(),
		patient: [0x70; 16],
		author: ManifestAuthor::Provider(7),
		author_account: author().account(),
		region: 2000,
		genesis: GENESIS,
		amends: Some([0x68; 32]),
		time: TIME,
	}
}

fn by_patient() -> Details {
	let (founding_account, commitment) = (author().account(), [0x63; 32]);
	Details {
		name: "A letter".into(),
		patient: patient_id(&GENESIS, &founding_account, &commitment),
		author: ManifestAuthor::Patient {
			founding_account,
			commitment,
		},
		amends: None,
		..by_provider()
	}
}

/// A manifest in the form of the vectors.
fn shown(details: &Details) -> Value {
	let mut shown = json!({
		"name": details.name,
		"media_type": details.media_type,
		"patient": hex::encode(details.patient),
		"author": "patient",
		"author_account": hex::encode(details.author_account),
		"region": details.region,
		"genesis": hex::encode(details.genesis),
		"amends": details.amends.map(hex::encode),
		"time": details.time,
	});
	match &details.author {
		ManifestAuthor::Provider(id) => shown["author"] = json!({ "provider": id }),
		ManifestAuthor::Patient {
			founding_account,
			commitment,
		} => {
			shown["founding_account"] = json!(hex::encode(founding_account));
			shown["commitment"] = json!(hex::encode(commitment));
		}
	}
	shown
}

/// An envelope, and what the chain tells of it: in Rust, and in the form of the vectors.
struct Made {
	envelope: Vec<u8>,
	expected: Expected,
	shown: Value,
}

impl Made {
	fn new(envelope: Vec<u8>, details: &Details, hash: [u8; 32], sealed_name: [u8; 112]) -> Self {
		let expected = Expected {
			hash,
			patient: details.patient,
			author: details.author.author(),
			author_account: Some(details.author_account),
			region: details.region,
			genesis: details.genesis,
			amends: details.amends,
			sealed_name,
			added_at: Some(TIME),
		};
		let mut shown = shown(details);
		shown["hash"] = json!(hex::encode(hash));
		shown["sealed_name"] = json!(hex::encode(sealed_name));
		shown["added_at"] = json!(TIME);
		Self {
			envelope,
			expected,
			shown,
		}
	}

	fn by_salus(document: &[u8], details: Details) -> Self {
		let mut envelope = Vec::new();
		let sealed = seal(document, &mut envelope, &key(), details.clone(), &author()).unwrap();
		let sealed_name = seal_name(&key(), &details.name).unwrap();
		Self::new(envelope, &details, sealed.hash, sealed_name)
	}

	fn by_reference(reference: &mut Reference, document: &[u8], details: Details) -> Self {
		let made = reference.call(
			"seal",
			json!({
				"account_seed": hex::encode(author().as_bytes()),
				"record_key": hex::encode(key().as_bytes()),
				"manifest": shown(&details),
				"document": hex::encode(document),
			}),
		);
		let expected = &made["expected"];
		let (hash, name) = (array(&expected["hash"]), array(&expected["sealed_name"]));
		Self::new(bytes(&made["envelope"]), &details, hash, name)
	}

	/// The values of a call about this envelope.
	fn call(&self, more: Value) -> Value {
		let mut values = more;
		values["record_key"] = json!(hex::encode(key().as_bytes()));
		values["expected"] = self.shown.clone();
		values
	}

	/// What Salus finds in these bytes: the document, or the name of the check that refuses it.
	fn open(&self, envelope: &[u8]) -> Result<Vec<u8>, &'static str> {
		let mut document = Vec::new();
		open(envelope, &mut document, &key(), &self.expected)
			.map(|_| document)
			.map_err(|error| error.check().unwrap().name())
	}

	/// Both readers refuse each of these envelopes, which have these pieces, for the same reason.
	fn is_refused(&self, reference: &mut Reference, pieces: &[&[u8]], envelopes: &[Vec<usize>]) {
		let mine: Vec<_> = envelopes
			.iter()
			.map(|numbers| {
				let envelope: Vec<_> = numbers.iter().map(|number| pieces[*number]).collect();
				self.open(&envelope.concat()).expect_err("refused")
			})
			.collect();
		let pieces: Vec<_> = pieces.iter().map(hex::encode).collect();
		let call = self.call(json!({ "pieces": pieces, "envelopes": envelopes }));
		assert_eq!(reference.call("refusals", call), json!(mine));
	}
}

#[test]
fn the_reference_passes_its_own_tests() {
	let output = python().args(["-m", "unittest"]).output().unwrap();
	let errors = String::from_utf8_lossy(&output.stderr);
	assert!(output.status.success(), "{errors}");
	assert!(!errors.contains("Ran 0 tests"), "{errors}");
}

#[test]
fn each_opens_what_the_other_seals() {
	let mut reference = Reference::start();
	let long = 2 * LEAF_LEN + 5;
	for (len, details) in [
		(0, by_provider()),
		(20, by_patient()),
		(FIRST_LEAF_CAPACITY + 1, by_provider()),
		(long, by_patient()),
	] {
		let document = document(len);
		let theirs = Made::by_reference(&mut reference, &document, details.clone());
		assert!(theirs.open(&theirs.envelope).unwrap() == document);
		let mine = Made::by_salus(&document, details);
		let call = mine.call(json!({ "envelope": hex::encode(&mine.envelope) }));
		assert!(bytes(&reference.call("open", call)["document"]) == document);
		assert_eq!(mine.envelope.len(), theirs.envelope.len());

		for made in [mine, theirs] {
			let size = made.envelope.len() as u64;
			let reader = LeafReader::new(&made.envelope, size, &key()).unwrap();
			for (leaf, data) in made.envelope.chunks(LEAF_LEN).enumerate() {
				let part = reader.open(leaf as u64, data).unwrap();
				let envelope = hex::encode(&made.envelope);
				let call = made.call(json!({ "envelope": envelope, "leaf": leaf }));
				let found = reference.call("part", call);
				assert_eq!(found["start"], part.start);
				assert_eq!(found["ends"], part.ends);
				assert!(bytes(&found["document"]) == part.bytes);
			}
		}
	}
}

#[test]
fn both_refuse_each_flipped_bit_for_the_same_reason() {
	let mut reference = Reference::start();
	let theirs = Made::by_reference(&mut reference, b"text", by_patient());
	for made in [theirs, Made::by_salus(b"", by_provider())] {
		let flipped: Vec<_> = (0..8 * made.envelope.len())
			.map(|bit| {
				let mut envelope = made.envelope.clone();
				envelope[bit / 8] ^= 1 << (bit % 8);
				envelope
			})
			.collect();
		let pieces: Vec<_> = flipped.iter().map(|envelope| &envelope[..]).collect();
		let each: Vec<_> = (0..pieces.len()).map(|number| vec![number]).collect();
		made.is_refused(&mut reference, &pieces, &each);
	}
}

#[test]
fn both_refuse_leaves_that_were_moved_repeated_or_cut_for_the_same_reason() {
	let mut reference = Reference::start();
	let document = document(2 * LEAF_LEN + 5);
	let theirs = Made::by_reference(&mut reference, &document, by_provider());
	for made in [theirs, Made::by_salus(&document, by_patient())] {
		let mut pieces: Vec<_> = made.envelope.chunks(LEAF_LEN).collect();
		assert_eq!(pieces.len(), 3);
		let (middle, last) = (pieces[1], pieces[2]);
		pieces.push(&last[..last.len() - 16]);
		pieces.push(&last[..last.len() - 1]);
		pieces.push(&middle[..LEAF_LEN - 16]);
		pieces.push(&[0; 64]);
		let envelopes = [
			&[][..],
			&[0],
			&[1],
			&[0, 1],
			&[0, 2],
			&[1, 2],
			&[1, 0, 2],
			&[0, 2, 1],
			&[2, 1, 0],
			&[0, 0, 1, 2],
			&[0, 1, 1, 2],
			&[0, 1, 2, 2],
			&[0, 1, 2, 0],
			&[0, 1, 3],
			&[0, 1, 4],
			&[0, 5, 2],
			&[0, 1, 2, 6],
			&[6, 0, 1, 2],
		];
		let envelopes = envelopes.map(<[usize]>::to_vec);
		made.is_refused(&mut reference, &pieces, &envelopes);
	}
}

#[test]
fn each_opens_the_names_and_keys_of_the_other() {
	let mut reference = Reference::start();
	let record_key = hex::encode(key().as_bytes());
	for name in ["x".into(), "n".repeat(255), by_provider().name] {
		let sealed = seal_name(&key(), &name).unwrap();
		let short = open_name(&key(), &sealed).unwrap();
		let call = json!({ "record_key": record_key, "sealed_name": hex::encode(sealed) });
		assert_eq!(reference.call("open_name", call)["name"], short);
		let call = json!({ "record_key": record_key, "name": name });
		let theirs = bytes(&reference.call("seal_name", call)["sealed_name"]);
		assert_eq!(open_name(&key(), &theirs).unwrap(), short);
	}

	let private = PrivateKey::generate_bits(2048).unwrap();
	let spki = private.public_spki_der();
	for author in [Author::Patient, Author::Provider(7)] {
		let binding = WrapBinding {
			genesis: GENESIS,
			patient: [0x70; 16],
			author,
			hash: [0x68; 32],
		};
		let mut call = json!({
			"genesis": hex::encode(binding.genesis),
			"patient": hex::encode(binding.patient),
			"author": match author {
				Author::Patient => json!("patient"),
				Author::Provider(id) => json!({ "provider": id }),
			},
			"hash": hex::encode(binding.hash),
			"record_key": record_key,
			"spki": hex::encode(&spki),
			"private_key": hex::encode(private.to_pkcs8_der()),
		});
		let theirs = bytes(&reference.call("wrap", call.clone())["wrapped_key"]);
		let unwrapped = private.unwrap(&theirs, &binding).unwrap();
		assert_eq!(unwrapped.as_bytes(), key().as_bytes());
		call["wrapped_key"] = json!(hex::encode(wrap(&spki, &key(), &binding).unwrap()));
		assert_eq!(reference.call("unwrap", call)["record_key"], record_key);
	}
}

#[test]
fn each_opens_the_key_files_of_the_other() {
	let mut reference = Reference::start();
	let private = PrivateKey::generate_bits(2048).unwrap();
	let (written, typed) = ("\u{feff}gr\u{fc}n\r\n", "gru\u{308}n");
	let names = vec![
		CommittedName {
			name: "Ada Byron".into(),
			salt: [0x72; 32],
		},
		CommittedName {
			name: "Ada \"the first\" Łovelace\n".into(),
			salt: [0x73; 32],
		},
	];
	// More than a chunk of age's.
	let many = vec![names[0].clone(); 1000];
	for (names, keys) in [
		(vec![], vec![]),
		(many, vec![]),
		(names, vec![(3, private.clone()), (3, private)]),
	] {
		let secrets = Secrets {
			seed: author(),
			keys,
			names,
		};
		let names: Vec<_> = secrets
			.names
			.iter()
			.map(|CommittedName { name, salt }| json!({ "name": name, "salt": hex::encode(salt) }))
			.collect();
		let keys: Vec<_> = secrets
			.keys
			.iter()
			.map(
				|(version, key)| json!({ "version": version, "pkcs8": hex::encode(key.to_pkcs8_der()) }),
			)
			.collect();
		let content = json!({
			"version": 1,
			"account_seed": hex::encode(secrets.seed.as_bytes()),
			"keys": keys,
			"names": names,
		});
		let mut file = Vec::new();
		secrets
			.encrypt_with_work_factor(written, &mut file, 2)
			.unwrap();
		let call = json!({ "file": hex::encode(&file), "passphrase": typed });
		assert_eq!(reference.call("read_key_file", call)["content"], content);
		let call = json!({ "content": content, "passphrase": written, "work_factor": 2 });
		let theirs = bytes(&reference.call("write_key_file", call)["file"]);
		let found = Secrets::decrypt(&theirs[..], typed).unwrap();
		assert!(found.names == secrets.names);
		assert_eq!(found.seed.as_bytes(), secrets.seed.as_bytes());
		let fingerprints = |secrets: &Secrets| -> Vec<_> {
			let keys = secrets.keys.iter();
			keys.map(|(version, key)| (*version, fingerprint(&key.public_spki_der())))
				.collect()
		};
		assert_eq!(fingerprints(&found), fingerprints(&secrets));
	}
}

/// Whoever wrote the reference asked these questions, and the page answers each.
#[test]
fn each_question_of_the_reference_names_the_place_of_its_answer() {
	let page = fs::read_to_string("../docs/envelope.md").unwrap();
	let headings: Vec<_> = page
		.lines()
		.filter_map(|line| Some(line.strip_prefix('#')?.trim_start_matches('#').trim()))
		.collect();
	let questions = fs::read_to_string("reference/QUESTIONS.md").unwrap();
	let rows: Vec<_> = questions
		.lines()
		.filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"))
		.map(|row| row.split(" | ").collect::<Vec<_>>())
		.filter(|row| row[0].parse::<u32>().is_ok())
		.collect();
	assert!(rows.len() >= 57, "{}", rows.len());
	for row in rows {
		let place = row.last().unwrap();
		let known = |place: &str| headings.contains(&place);
		assert!(place.split("; ").all(known), "{place}");
	}
}
