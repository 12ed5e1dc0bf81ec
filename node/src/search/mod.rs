//! `salus-node search-storage`: looks for texts in all that a node stores. The database is
//! compressed, so that a search of its files finds little; here every value is read through the
//! database's engine and searched whole.

mod database;
mod patterns;
#[cfg(test)]
mod tests;

use database::{Database, States, COLUMNS, HEADER, STATE};
use patterns::{Encoding, Patterns};
use serde::Serialize;
use std::{
	collections::BTreeMap,
	fs::{self, File},
	path::{Path, PathBuf},
};

/// How much of a file is read at once.
const WINDOW: usize = 16 << 20;

/// Arguments of `search-storage`.
#[derive(Debug, clap::Args)]
pub struct SearchCmd {
	/// The folder of a node that is stopped (its --base-path): its databases are searched decoded,
	/// all its files as they are.
	#[arg(long, value_name = "DIR", required_unless_present = "also")]
	base_path: Option<PathBuf>,

	/// A file or folder that is searched as it is, such as Kubo's. May be repeated.
	#[arg(long, value_name = "PATH")]
	also: Vec<PathBuf>,

	/// The texts to look for, one a line. Each is looked for as UTF-8, UTF-16 (both byte orders) and
	/// hexadecimal digits.
	#[arg(long, value_name = "FILE")]
	patterns_file: PathBuf,

	/// Let A to Z match a to z.
	#[arg(long)]
	ignore_case: bool,
}

/// What a search says, as JSON.
#[derive(Debug, Serialize)]
struct Report {
	databases: Vec<DatabaseReport>,
	searched: Vec<Place>,
	found: Vec<Found>,
	not_found: Vec<String>,
}

#[derive(Debug, Serialize)]
struct DatabaseReport {
	path: PathBuf,
	engine: &'static str,
	blocks: usize,
	/// Blocks whose state is still there.
	states: usize,
}

/// Something searched, and how much there was of it.
#[derive(Debug, Serialize)]
struct Place {
	path: PathBuf,
	/// A column of the database, its keys (`… keys`), `storage keys`; of a folder `files` or `file names`.
	part: String,
	/// Decoded by the database's engine, or a file as it is.
	decoded: bool,
	values: u64,
	bytes: u64,
}

#[derive(Debug, Serialize)]
struct Found {
	pattern: String,
	encoding: Encoding,
	path: PathBuf,
	part: String,
	decoded: bool,
	count: u64,
	/// Of a folder, the first file that has it.
	#[serde(skip_serializing_if = "Option::is_none")]
	file: Option<PathBuf>,
}

impl SearchCmd {
	/// Prints the report. It is no error that something is found, or that nothing is.
	pub fn run(&self) -> Result<(), String> {
		let report =
			serde_json::to_string_pretty(&self.search()?).map_err(|error| error.to_string())?;
		println!("{report}");
		Ok(())
	}

	fn search(&self) -> Result<Report, String> {
		let lines = fs::read_to_string(&self.patterns_file)
			.map_err(|error| cannot_read(&self.patterns_file, &error))?;
		let patterns = Patterns::from_lines(&lines, self.ignore_case)?;
		let mut search = Search::new(&patterns);
		for folder in &self.also {
			search.files(folder)?;
		}
		let mut databases = Vec::new();
		if let Some(base_path) = &self.base_path {
			// Files first: a database that is opened writes to its own.
			let files = search.files(base_path)?;
			let folders: Vec<_> = files
				.iter()
				.filter_map(|file| Database::folder_of(file))
				.collect();
			if folders.is_empty() {
				return Err(format!("no node has a database in {}", base_path.display()));
			}
			for folder in folders {
				databases.push(search.database(&folder)?);
			}
		}
		Ok(search.report(databases))
	}
}

/// A search under way.
struct Search<'a> {
	patterns: &'a Patterns,
	places: Vec<Place>,
	/// By text, form and place: how often, and the first file.
	found: BTreeMap<(usize, Encoding, usize), (u64, Option<PathBuf>)>,
}

impl<'a> Search<'a> {
	fn new(patterns: &'a Patterns) -> Self {
		Self {
			patterns,
			places: Vec::new(),
			found: BTreeMap::new(),
		}
	}

	fn place(&mut self, path: &Path, part: &str, decoded: bool) -> usize {
		self.places.push(Place {
			path: path.into(),
			part: part.into(),
			decoded,
			values: 0,
			bytes: 0,
		});
		self.places.len() - 1
	}

	fn value(&mut self, place: usize, bytes: &[u8]) {
		self.places[place].values += 1;
		self.places[place].bytes += bytes.len() as u64;
		let found = &mut self.found;
		self.patterns.search(bytes, |text, encoding| {
			found.entry((text, encoding, place)).or_default().0 += 1;
		});
	}

	/// The files of a folder and below it, and their names. Symbolic links are not followed.
	fn files(&mut self, folder: &Path) -> Result<Vec<PathBuf>, String> {
		let mut files = Vec::new();
		walk(folder, &mut files)?;
		let contents = self.place(folder, "files", false);
		let names = self.place(folder, "file names", false);
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
			self.value(names, name.as_os_str().as_encoded_bytes());
		}
		Ok(files)
	}

	/// All columns of a database, and the storage keys of all states.
	fn database(&mut self, folder: &Path) -> Result<DatabaseReport, String> {
		let database = Database::open(folder)?;
		let mut states = States::default();
		for (column, name) in COLUMNS.iter().enumerate() {
			let values = self.place(folder, name, true);
			let keys = self.place(folder, &format!("{name} keys"), true);
			let mut result = Ok(());
			database.each(column, |key, value| {
				if !key.is_empty() {
					self.value(keys, key);
				}
				self.value(values, value);
				match column {
					STATE => states.add_node(value),
					HEADER if result.is_ok() => result = states.add_header(value),
					_ => {}
				}
			})?;
			result?;
		}
		let (with_state, keys) = states.keys()?;
		let place = self.place(folder, "storage keys", true);
		for key in keys {
			self.value(place, &key);
		}
		Ok(DatabaseReport {
			path: folder.into(),
			engine: database.engine(),
			blocks: states.blocks(),
			states: with_state,
		})
	}

	fn report(self, databases: Vec<DatabaseReport>) -> Report {
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

/// All files at or below `path`, in the order of their names.
fn walk(path: &Path, files: &mut Vec<PathBuf>) -> Result<(), String> {
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

fn cannot_read(path: &Path, error: &std::io::Error) -> String {
	format!("cannot read {}: {error}", path.display())
}
