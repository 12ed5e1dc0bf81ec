//! The search of files and databases, and its report.

use crate::{
	database::{Database, States, COLUMNS, HEADER, STATE},
	patterns::{Encoding, Patterns},
};
use serde::Serialize;
use std::{
	collections::BTreeMap,
	fs::{self, File},
	path::{Path, PathBuf},
};

/// How many bytes of a file are read at once.
const WINDOW: usize = 16 << 20;

/// The result of a search.
#[derive(Debug, Serialize)]
pub struct Report {
	pub databases: Vec<DatabaseReport>,
	pub searched: Vec<Place>,
	pub found: Vec<Found>,
	pub not_found: Vec<String>,
}

#[derive(Debug, Serialize)]
pub struct DatabaseReport {
	pub path: PathBuf,
	pub engine: &'static str,
	pub blocks: usize,
	/// The number of blocks whose state is in the database.
	pub states: usize,
}

/// A place that was searched, and how much it holds.
#[derive(Debug, Serialize)]
pub struct Place {
	pub path: PathBuf,
	/// Of a database: a column, a column's keys (`… keys`), or `storage keys`. Of a folder:
	/// `files` or `file names`.
	pub part: String,
	/// Whether the database's engine decoded it. Files are searched as they are.
	pub decoded: bool,
	pub values: u64,
	pub bytes: u64,
}

/// A text that was found in a place.
#[derive(Debug, Serialize)]
pub struct Found {
	pub pattern: String,
	pub encoding: Encoding,
	pub path: PathBuf,
	pub part: String,
	pub decoded: bool,
	pub count: u64,
	/// In a folder: the first file that has the text.
	#[serde(skip_serializing_if = "Option::is_none")]
	pub file: Option<PathBuf>,
}

/// A search in progress.
pub struct Search<'a> {
	patterns: &'a Patterns,
	places: Vec<Place>,
	/// For each text, encoding and place: the count, and the first file.
	found: BTreeMap<(usize, Encoding, usize), (u64, Option<PathBuf>)>,
}

impl<'a> Search<'a> {
	pub fn new(patterns: &'a Patterns) -> Self {
		Self {
			patterns,
			places: Vec::new(),
			found: BTreeMap::new(),
		}
	}

	fn add_place(&mut self, path: &Path, part: &str, decoded: bool) -> usize {
		self.places.push(Place {
			path: path.into(),
			part: part.into(),
			decoded,
			values: 0,
			bytes: 0,
		});
		self.places.len() - 1
	}

	fn search_value(&mut self, place: usize, bytes: &[u8]) {
		self.places[place].values += 1;
		self.places[place].bytes += bytes.len() as u64;
		let found = &mut self.found;
		self.patterns.search(bytes, |text, encoding| {
			found.entry((text, encoding, place)).or_default().0 += 1;
		});
	}

	/// Searches all files at or below `folder`, and their names. Does not follow symbolic links.
	pub fn files(&mut self, folder: &Path) -> Result<Vec<PathBuf>, String> {
		let mut files = Vec::new();
		walk(folder, &mut files)?;
		let contents = self.add_place(folder, "files", false);
		let names = self.add_place(folder, "file names", false);
		for path in &files {
			let file = File::open(path).map_err(|error| cannot_read(path, &error))?;
			let found = &mut self.found;
			let bytes = self.patterns.search_stream(file, WINDOW, |text, encoding| {
				let entry = found.entry((text, encoding, contents)).or_default();
				entry.0 += 1;
				entry.1.get_or_insert_with(|| path.clone());
			});
			self.places[contents].values += 1;
			self.places[contents].bytes += bytes.map_err(|error| cannot_read(path, &error))?;
			let name = path.strip_prefix(folder).unwrap_or(path);
			self.search_value(names, name.as_os_str().as_encoded_bytes());
		}
		Ok(files)
	}

	/// Searches all columns of a database, and the storage keys of all states.
	pub fn database(&mut self, folder: &Path) -> Result<DatabaseReport, String> {
		let database = Database::open(folder)?;
		let mut states = States::default();
		for (column, name) in COLUMNS.iter().enumerate() {
			let values = self.add_place(folder, name, true);
			let keys = self.add_place(folder, &format!("{name} keys"), true);
			let mut result = Ok(());
			database.each(column, |key, value| {
				if !key.is_empty() {
					self.search_value(keys, key);
				}
				self.search_value(values, value);
				match column {
					STATE => states.add_node(value),
					HEADER if result.is_ok() => result = states.add_header(value),
					_ => {}
				}
			})?;
			result?;
		}
		let (with_state, keys) = states.keys()?;
		let place = self.add_place(folder, "storage keys", true);
		for key in keys {
			self.search_value(place, &key);
		}
		Ok(DatabaseReport {
			path: folder.into(),
			engine: database.engine(),
			blocks: states.blocks(),
			states: with_state,
		})
	}

	pub fn report(self, databases: Vec<DatabaseReport>) -> Report {
		let texts = self.patterns.texts();
		let mut not_found = texts.to_vec();
		not_found.retain(|text| !self.found.keys().any(|(found, ..)| texts[*found] == *text));
		let found = self
			.found
			.into_iter()
			.map(|((text, encoding, place), (count, file))| {
				let Place {
					path,
					part,
					decoded,
					..
				} = &self.places[place];
				Found {
					pattern: texts[text].clone(),
					encoding,
					path: path.clone(),
					part: part.clone(),
					decoded: *decoded,
					count,
					file,
				}
			})
			.collect();
		let searched = self
			.places
			.into_iter()
			.filter(|place| place.values > 0)
			.collect();
		Report {
			databases,
			searched,
			found,
			not_found,
		}
	}
}

/// Adds all files at or below `path`, in the order of their names.
pub fn walk(path: &Path, files: &mut Vec<PathBuf>) -> Result<(), String> {
	let kind = path
		.symlink_metadata()
		.map_err(|error| cannot_read(path, &error))?
		.file_type();
	if kind.is_file() {
		files.push(path.into());
	}
	if kind.is_dir() {
		let mut entries = fs::read_dir(path)
			.and_then(|entries| {
				entries
					.map(|entry| Ok(entry?.path()))
					.collect::<Result<Vec<_>, _>>()
			})
			.map_err(|error| cannot_read(path, &error))?;
		entries.sort();
		for entry in entries {
			walk(&entry, files)?;
		}
	}
	Ok(())
}

pub fn cannot_read(path: &Path, error: &std::io::Error) -> String {
	format!("cannot read {}: {error}", path.display())
}
