use crate::{
	database::{Database, COLUMNS, HEADER, STATE},
	patterns::{Encoding, Patterns},
	search::{walk, Report},
	Args,
};
use codec::Encode;
use kvdb_rocksdb::DatabaseConfig;
use sp_runtime::{
	generic::{Digest, Header},
	traits::{BlakeTwo256, Hash, Header as _},
};
use sp_trie::{trie_types::TrieDBMutBuilderV1, MemoryDB, TrieMut};
use std::{collections::BTreeSet, fs, path::Path};
use tempfile::TempDir;

const BODY: usize = 5;

const PATIENT: &str = "Marguerite Blackwood";
const RECORD: &str = "gingival mass of the jaw";
const PROVIDER: &str = "Dr. Alma Controlson";

type H256 = <BlakeTwo256 as Hash>::Output;

/// Column, key and value.
type Entry = (usize, Vec<u8>, Vec<u8>);

/// Writes entries to a new node database of this engine, and closes it.
fn write(base: &Path, engine: &str, entries: Vec<Entry>) {
	let chain = base.join("chains/test");
	let folder = |name| {
		let folder = chain.join(name).join("full");
		fs::create_dir_all(&folder).unwrap();
		folder
	};
	if engine == "rocksdb" {
		let config = DatabaseConfig::with_columns(COLUMNS.len() as u32);
		let db = kvdb_rocksdb::Database::open(&config, folder("db")).unwrap();
		let mut transaction = db.transaction();
		let columns: BTreeSet<_> = entries.iter().map(|(column, ..)| *column as u32).collect();
		for (column, key, value) in entries {
			transaction.put(column as u32, &key, &value);
		}
		db.write(transaction).unwrap();
		for column in columns {
			db.force_compact(column).unwrap();
		}
	} else {
		let mut options =
			parity_db::Options::with_columns(&folder("paritydb"), COLUMNS.len() as u8);
		// As in sc-client-db.
		for column in [STATE, HEADER, BODY] {
			options.columns[column].compression = parity_db::CompressionType::Lz4;
		}
		let state = &mut options.columns[STATE];
		(state.ref_counted, state.preimage, state.uniform) = (true, true, true);
		let db = parity_db::Db::open_or_create(&options).unwrap();
		let changes = entries
			.into_iter()
			.map(|(column, key, value)| (column as u8, parity_db::Operation::Set(key, value)));
		db.commit_changes(changes).unwrap();
	}
}

fn hash(value: &[u8]) -> H256 {
	BlakeTwo256::hash(value)
}

/// A value that no compressor stores with this text in one piece, because parts of the text
/// precede it.
fn hidden(text: &[u8]) -> Vec<u8> {
	let mut value = Vec::new();
	for (index, part) in text.chunks(8).enumerate() {
		value.extend(part);
		value.extend(format!("<filler, number {index}>").bytes());
	}
	value.extend(text);
	value.resize(8192, b'.');
	value
}

fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
	text.encode_utf16().flat_map(bytes).collect()
}

/// A block's entry in the column of headers.
fn header(number: u32, state_root: H256) -> Entry {
	let header = Header::<u32, BlakeTwo256>::new(
		number,
		H256::zero(),
		state_root,
		H256::zero(),
		Digest::default(),
	);
	(HEADER, number.encode(), header.encode())
}

/// The root and the nodes of a state with these storage keys.
fn state(keys: &[Vec<u8>]) -> (H256, Vec<Entry>) {
	let (mut nodes, mut root) = (MemoryDB::<BlakeTwo256>::default(), H256::zero());
	let mut trie = TrieDBMutBuilderV1::<BlakeTwo256>::new(&mut nodes, &mut root).build();
	for key in keys {
		trie.insert(key, b"value").unwrap();
	}
	drop(trie);
	let entries = nodes.drain().into_values().filter(|(_, count)| *count > 0);
	(
		root,
		entries
			.map(|(node, _)| (STATE, hash(&node).as_bytes().to_vec(), node))
			.collect(),
	)
}

fn search(base_path: Option<&Path>, also: &[&Path], lines: &str) -> Result<Report, String> {
	let folder = TempDir::new().unwrap();
	let patterns_file = folder.path().join("patterns");
	fs::write(&patterns_file, lines).unwrap();
	Args {
		base_path: base_path.map(Into::into),
		also: also.iter().map(|path| path.to_path_buf()).collect(),
		patterns_file,
		ignore_case: false,
	}
	.search()
}

/// Text, encoding and part of each match that the database's engine decoded.
fn decoded(report: &Report) -> Vec<(&str, Encoding, &str)> {
	let found = report.found.iter().filter(|found| found.decoded);
	found
		.map(|found| (&found.pattern[..], found.encoding, &found.part[..]))
		.collect()
}

fn with_each_engine(test: impl Fn(&Path, &str)) {
	for engine in ["rocksdb", "paritydb"] {
		println!("{engine}");
		test(TempDir::new().unwrap().path(), engine);
	}
}

#[test]
fn a_text_hidden_by_compression_is_found() {
	with_each_engine(|base, engine| {
		let hex: String = PATIENT.bytes().map(|byte| format!("{byte:02x}")).collect();
		let encoded = [
			PATIENT.as_bytes().to_vec(),
			utf16(PATIENT, u16::to_le_bytes),
			utf16(PATIENT, u16::to_be_bytes),
			hex.into_bytes(),
		];
		let entry = |(number, bytes): (usize, &Vec<u8>)| (BODY, vec![number as u8], hidden(bytes));
		let (root, mut entries) = state(&[b"key".to_vec()]);
		entries.push(header(0, root));
		entries.extend(encoded.iter().enumerate().map(entry));
		write(base, engine, entries);

		let report = search(Some(base), &[], &format!("{PATIENT}\n{RECORD}")).unwrap();
		let files: Vec<_> = report.found.iter().filter(|found| !found.decoded).collect();
		assert!(
			files.is_empty(),
			"the test's own text is not hidden: {files:?}"
		);
		let expected = [
			Encoding::Utf8,
			Encoding::Utf16Le,
			Encoding::Utf16Be,
			Encoding::Hex,
		];
		assert_eq!(
			decoded(&report),
			expected.map(|encoding| (PATIENT, encoding, "body"))
		);
		assert!(report.found.iter().all(|found| found.count == 1));
		assert_eq!(report.not_found, [RECORD]);
		assert_eq!(report.databases[0].engine, engine);
		assert_eq!(
			(report.databases[0].blocks, report.databases[0].states),
			(1, 1)
		);
	});
}

#[test]
fn every_column_is_searched() {
	with_each_engine(|base, engine| {
		// These two have their own format.
		let columns = (0..COLUMNS.len()).filter(|column| ![STATE, HEADER].contains(column));
		let entries = columns
			.clone()
			.map(|column| (column, vec![1], hidden(PATIENT.as_bytes())));
		let node = (
			STATE,
			hash(&hidden(PATIENT.as_bytes())).as_bytes().to_vec(),
			hidden(PATIENT.as_bytes()),
		);
		write(base, engine, entries.chain([node]).collect());

		let report = search(Some(base), &[], PATIENT).unwrap();
		let mut found: Vec<_> = decoded(&report)
			.into_iter()
			.map(|(.., part)| part)
			.collect();
		let mut expected: Vec<_> = columns
			.chain([STATE])
			.map(|column| COLUMNS[column])
			.collect();
		found.sort();
		expected.sort();
		assert_eq!(found, expected);
	});
}

#[test]
fn a_text_that_is_only_in_a_storage_key_is_found() {
	with_each_engine(|base, engine| {
		// The trie cuts a key where it differs from others: here twice inside the text, once in
		// the middle of a byte.
		let mut other = PATIENT.as_bytes().to_vec();
		other[12] ^= 0x01;
		let (root, mut entries) = state(&[PATIENT.into(), PATIENT[..5].into(), other]);
		entries.push(header(0, root));
		write(base, engine, entries);

		let report = search(Some(base), &[], PATIENT).unwrap();
		assert_eq!(
			decoded(&report),
			[(PATIENT, Encoding::Utf8, "storage keys")]
		);
	});
}

#[test]
fn each_stored_state_is_searched() {
	with_each_engine(|base, engine| {
		let (first, mut entries) = state(&[b"first".to_vec(), PATIENT.into()]);
		let (second, more) = state(&[b"second".to_vec(), PROVIDER.into()]);
		entries.extend(more);
		let pruned = H256::repeat_byte(7);
		entries.extend([header(0, first), header(1, second), header(2, pruned)]);
		write(base, engine, entries);

		let report = search(Some(base), &[], &format!("{PATIENT}\n{PROVIDER}")).unwrap();
		assert_eq!(
			(report.databases[0].blocks, report.databases[0].states),
			(3, 2)
		);
		assert!(decoded(&report).contains(&(PATIENT, Encoding::Utf8, "storage keys")));
		assert!(decoded(&report).contains(&(PROVIDER, Encoding::Utf8, "storage keys")));
	});
}

#[test]
fn a_state_that_lacks_a_node_is_an_error() {
	with_each_engine(|base, engine| {
		// Each leaf is too large to be stored in its parent.
		let keys = (0..4u8).map(|first| [vec![first << 4], vec![first; 64]].concat());
		let (root, mut entries) = state(&keys.collect::<Vec<_>>());
		let leaf = entries
			.iter()
			.position(|(_, key, _)| key != root.as_bytes())
			.unwrap();
		entries.remove(leaf);
		entries.push(header(3, root));
		write(base, engine, entries);

		let error = search(Some(base), &[], PATIENT).unwrap_err();
		assert!(error.contains("the state of block 3 is broken"), "{error}");
	});
}

#[test]
fn a_header_that_does_not_decode_is_an_error() {
	with_each_engine(|base, engine| {
		write(base, engine, vec![(HEADER, vec![0], vec![1, 2, 3])]);
		let error = search(Some(base), &[], PATIENT).unwrap_err();
		assert!(error.contains("header does not decode"), "{error}");
	});
}

#[test]
fn a_database_in_use_is_an_error() {
	with_each_engine(|base, engine| {
		write(base, engine, vec![]);
		let files = {
			let mut files = Vec::new();
			walk(base, &mut files).unwrap();
			files
		};
		let folder = files
			.iter()
			.find_map(|file| Database::folder_of(file))
			.unwrap();
		let _in_use = Database::open(&folder).unwrap();
		let error = search(Some(base), &[], PATIENT).unwrap_err();
		assert!(error.contains("is its node stopped?"), "{error}");
	});
}

#[test]
fn a_folder_without_a_database_is_an_error() {
	let folder = TempDir::new().unwrap();
	assert!(search(Some(folder.path()), &[], PATIENT)
		.unwrap_err()
		.contains("there is no node's database"));
	let missing = folder.path().join("missing");
	assert!(search(Some(&missing), &[], PATIENT)
		.unwrap_err()
		.contains("cannot read"));
	assert!(search(None, &[&missing], PATIENT)
		.unwrap_err()
		.contains("cannot read"));
}

#[test]
fn other_files_and_their_names_are_searched() {
	let folder = TempDir::new().unwrap();
	let blocks = folder.path().join("blocks").join("AB");
	fs::create_dir_all(&blocks).unwrap();
	fs::write(
		blocks.join("one.data"),
		format!("before {PATIENT} after {PATIENT}"),
	)
	.unwrap();
	fs::write(blocks.join("two.data"), utf16(RECORD, u16::to_be_bytes)).unwrap();
	fs::write(blocks.join(PROVIDER), "").unwrap();
	std::os::unix::fs::symlink("/", blocks.join("link")).unwrap();

	let lines = [PATIENT, RECORD, PROVIDER].join("\n");
	let report = search(None, &[folder.path()], &lines).unwrap();
	let mut found: Vec<_> = report
		.found
		.iter()
		.map(|found| {
			(
				&found.pattern[..],
				found.encoding,
				&found.part[..],
				found.count,
			)
		})
		.collect();
	found.sort();
	let expected = [
		(PROVIDER, Encoding::Utf8, "file names", 1),
		(PATIENT, Encoding::Utf8, "files", 2),
		(RECORD, Encoding::Utf16Be, "files", 1),
	];
	assert_eq!(found, expected);
	assert_eq!(report.searched[0].values, 3);
	let file = report
		.found
		.iter()
		.find(|found| found.pattern == PATIENT)
		.unwrap()
		.file
		.clone();
	assert_eq!(file.unwrap(), blocks.join("one.data"));
}

#[test]
fn a_text_is_found_once_wherever_a_window_ends() {
	let patterns = Patterns::from_lines(PATIENT, false).unwrap();
	for encoded in [
		PATIENT.as_bytes().to_vec(),
		utf16(PATIENT, u16::to_le_bytes),
	] {
		let bytes = [vec![b'-'; 33], encoded.clone(), vec![b'-'; 33], encoded].concat();
		for window in 1..=bytes.len() + 1 {
			let mut count = 0;
			let total = patterns
				.search_stream(&bytes[..], window, |_, _| count += 1)
				.unwrap();
			assert_eq!(
				(count, total),
				(2, bytes.len() as u64),
				"windows of {window} bytes"
			);
		}
	}
}

#[test]
fn overlapping_texts_are_all_found() {
	let patterns = Patterns::from_lines("Blackwood\nMarguerite Black\nrite Blackw", false).unwrap();
	let mut found = Vec::new();
	patterns.search(PATIENT.as_bytes(), |text, _| found.push(text));
	found.sort();
	assert_eq!(found, [0, 1, 2]);
}

#[test]
fn case_matters_unless_ignored() {
	let shouted = PATIENT.to_uppercase();
	for (ignore_case, expected) in [(false, 0), (true, 2)] {
		let patterns = Patterns::from_lines(PATIENT, ignore_case).unwrap();
		let mut count = 0;
		for bytes in [
			shouted.clone().into_bytes(),
			utf16(&shouted, u16::to_le_bytes),
		] {
			patterns.search(&bytes, |_, _| count += 1);
		}
		assert_eq!(count, expected);
	}
}

#[test]
fn texts_outside_ascii_are_found() {
	let patterns = Patterns::from_lines("Zoë Ōkubo 🩺", false).unwrap();
	for (bytes, expected) in [
		("Zoë Ōkubo 🩺".as_bytes().to_vec(), Encoding::Utf8),
		(utf16("Zoë Ōkubo 🩺", u16::to_le_bytes), Encoding::Utf16Le),
		(utf16("Zoë Ōkubo 🩺", u16::to_be_bytes), Encoding::Utf16Be),
	] {
		let mut found = Vec::new();
		patterns.search(&bytes, |_, encoding| found.push(encoding));
		assert_eq!(found, [expected]);
	}
}

#[test]
fn short_and_missing_texts_are_refused() {
	let refusal = |lines| Patterns::from_lines(lines, false).err().unwrap();
	assert!(refusal("").contains("no text"));
	assert!(refusal("\n  \n").contains("no text"));
	assert!(refusal("long enough\nshort").contains("found by chance"));
	let patterns = Patterns::from_lines("\nlong enough\n\nlong enough\n", false).unwrap();
	assert_eq!(patterns.texts(), ["long enough"]);
}
