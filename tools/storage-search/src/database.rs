//! A node's database, read through its own engine. `sc-client-db` is not used: it can look up a
//! key but cannot list keys.

use codec::Decode;
use kvdb_rocksdb::DatabaseConfig;
use sp_runtime::{
	generic::Header,
	traits::{BlakeTwo256, Header as _},
};
use sp_trie::{HashDBT, LayoutV1, MemoryDB, Trie, TrieDBBuilder, EMPTY_PREFIX};
use std::{
	collections::BTreeSet,
	path::{Path, PathBuf},
};

/// The columns, as `sc_client_db::columns` numbers them. Two are unused.
pub const COLUMNS: [&str; 13] = [
	"meta",
	"state",
	"state_meta",
	"key_lookup",
	"header",
	"body",
	"justifications",
	"column_7",
	"aux",
	"offchain",
	"column_10",
	"transaction",
	"body_index",
];
pub const STATE: usize = 1;
pub const HEADER: usize = 4;

/// An opened database.
pub enum Database {
	Rocks(Box<kvdb_rocksdb::Database>),
	Parity(parity_db::Db),
}

impl Database {
	/// The database's folder, if `file` is one that each database has exactly once.
	pub fn folder_of(file: &Path) -> Option<PathBuf> {
		let marks = file.ends_with("db/full/CURRENT") || file.ends_with("paritydb/full/metadata");
		marks.then(|| file.parent().map(Into::into)).flatten()
	}

	/// Opens the database in `folder`. A running node holds a lock on it, so the node must be
	/// stopped.
	pub fn open(folder: &Path) -> Result<Self, String> {
		let failed = |error: String| {
			format!(
				"cannot open the database {} (is its node stopped?): {error}",
				folder.display()
			)
		};
		if folder.join("CURRENT").exists() {
			let mut config = DatabaseConfig::with_columns(COLUMNS.len() as u32);
			config.create_if_missing = false;
			return kvdb_rocksdb::Database::open(&config, folder)
				.map(|database| Self::Rocks(Box::new(database)))
				.map_err(|error| failed(error.to_string()));
		}
		let metadata = parity_db::Options::load_metadata(folder)
			.map_err(|error| failed(error.to_string()))?
			.ok_or_else(|| failed("the folder has none".into()))?;
		if metadata.columns.len() != COLUMNS.len() {
			return Err(failed(format!("it has {} columns", metadata.columns.len())));
		}
		let mut options = parity_db::Options::with_columns(folder, COLUMNS.len() as u8);
		options.columns = metadata.columns;
		parity_db::Db::open(&options)
			.map(Self::Parity)
			.map_err(|error| failed(error.to_string()))
	}

	/// The engine's name, as `--database` calls it.
	pub fn engine(&self) -> &'static str {
		match self {
			Self::Rocks(_) => "rocksdb",
			Self::Parity(_) => "paritydb",
		}
	}

	/// Calls `value` with each key and decompressed value of a column. ParityDb stores only hashes
	/// of keys, so its keys are given as empty.
	pub fn each(&self, column: usize, mut value: impl FnMut(&[u8], &[u8])) -> Result<(), String> {
		let failed = |error: String| format!("cannot read the column {}: {error}", COLUMNS[column]);
		match self {
			Self::Rocks(db) => {
				for entry in db.iter(column as u32) {
					let (key, content) = entry.map_err(|error| failed(error.to_string()))?;
					value(&key, &content);
				}
			}
			Self::Parity(db) => db
				.iter_column_while(column as u8, |entry| {
					value(&[], &entry.value);
					true
				})
				.map_err(|error| failed(error.to_string()))?,
		}
		Ok(())
	}
}

/// The columns `header` and `state`, from which storage keys are put together. The trie's nodes
/// hold a key in pieces, and half of the pieces are shifted by four bits.
#[derive(Default)]
pub struct States {
	nodes: MemoryDB<BlakeTwo256>,
	headers: Vec<Header<u32, BlakeTwo256>>,
}

impl States {
	pub fn add_node(&mut self, node: &[u8]) {
		self.nodes.insert(EMPTY_PREFIX, node);
	}

	pub fn add_header(&mut self, header: &[u8]) -> Result<(), String> {
		let header = Header::decode(&mut &header[..])
			.map_err(|error| format!("a block's header does not decode: {error}"))?;
		self.headers.push(header);
		Ok(())
	}

	/// The number of blocks.
	pub fn blocks(&self) -> usize {
		self.headers.len()
	}

	/// The number of blocks whose state is in the database, and all storage keys of these states.
	/// Fails if only a part of a state is there.
	pub fn keys(&self) -> Result<(usize, BTreeSet<Vec<u8>>), String> {
		let (mut states, mut keys) = (0, BTreeSet::new());
		for header in &self.headers {
			let root = header.state_root();
			if !HashDBT::contains(&self.nodes, root, EMPTY_PREFIX) {
				continue;
			}
			states += 1;
			let trie = TrieDBBuilder::<LayoutV1<BlakeTwo256>>::new(&self.nodes, root).build();
			for key in trie.key_iter().map_err(|error| broken(header, &error))? {
				keys.insert(key.map_err(|error| broken(header, &error))?);
			}
		}
		Ok((states, keys))
	}
}

fn broken(header: &Header<u32, BlakeTwo256>, error: &dyn std::fmt::Display) -> String {
	format!("the state of block {} is broken: {error}", header.number())
}
