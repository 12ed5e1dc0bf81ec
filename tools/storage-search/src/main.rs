//! Searches all that a node and Kubo store for given texts, and prints what it searched and found
//! as JSON. A node compresses its database, so a search of the database's files finds little. Here
//! each value is read through the database's own engine and searched whole.

mod database;
mod patterns;
mod search;
#[cfg(test)]
mod tests;

use clap::Parser;
use database::Database;
use patterns::Patterns;
use search::{cannot_read, Report, Search};
use std::{fs, path::PathBuf, process::ExitCode};

/// Search all that a stopped node and Kubo store for given texts. Print as JSON what was searched
/// and what was found. Exit with 0 whether or not a text was found.
#[derive(Debug, Parser)]
#[command(version)]
struct Args {
	/// The folder of a stopped node (its --base-path). Its databases are searched decoded, and all
	/// its files as they are.
	#[arg(long, value_name = "DIR", required_unless_present = "also")]
	base_path: Option<PathBuf>,

	/// Another file or folder to search as it is, such as Kubo's. May be repeated.
	#[arg(long, value_name = "PATH")]
	also: Vec<PathBuf>,

	/// The texts to look for, one on each line. Each is looked for as UTF-8, UTF-16 (both byte
	/// orders) and hexadecimal digits.
	#[arg(long, value_name = "FILE")]
	patterns_file: PathBuf,

	/// Let A to Z match a to z.
	#[arg(long)]
	ignore_case: bool,
}

fn main() -> ExitCode {
	let report = Args::parse().search().and_then(|report| {
		serde_json::to_string_pretty(&report).map_err(|error| error.to_string())
	});
	match report {
		Ok(report) => {
			println!("{report}");
			ExitCode::SUCCESS
		}
		Err(error) => {
			eprintln!("error: {error}");
			ExitCode::FAILURE
		}
	}
}

impl Args {
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
			// Files first: opening a database writes to its files.
			let files = search.files(base_path)?;
			let folders: Vec<_> = files
				.iter()
				.filter_map(|file| Database::folder_of(file))
				.collect();
			if folders.is_empty() {
				return Err(format!(
					"there is no node's database in {}",
					base_path.display()
				));
			}
			for folder in folders {
				databases.push(search.database(&folder)?);
			}
		}
		Ok(search.report(databases))
	}
}
