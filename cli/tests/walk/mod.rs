//! All commands, one after another, and odd places for what they print.

use std::{
	ffi::OsString,
	fs::File,
	process::{Command, Output, Stdio},
};

pub fn text(bytes: &[u8]) -> String {
	String::from_utf8_lossy(bytes).into_owned()
}

/// The usage of each command without subcommands, such as
/// `salus record amend [OPTIONS] <RECORD> <FILE>`.
pub fn usages(path: &[String]) -> Vec<String> {
	let mut salus = Command::new(env!("CARGO_BIN_EXE_salus"));
	let help = salus.args(path).arg("--help").env_clear().output().unwrap();
	let help = text(&help.stdout);
	let Some((_, commands)) = help.split_once("\nCommands:\n") else {
		let usage = help.split("Usage: ").nth(1).unwrap();
		return vec![usage.lines().next().unwrap().to_owned()];
	};
	let names = commands
		.lines()
		.take_while(|line| !line.is_empty())
		.filter_map(|line| line.strip_prefix("  ")?.split(' ').next())
		.filter(|name| !name.is_empty() && *name != "help");
	names
		.flat_map(|name| usages(&[path, &[name.to_owned()]].concat()))
		.collect()
}

/// The arguments of a usage, with a value in place of each placeholder.
pub fn arguments(usage: &str, value: impl Fn(&str) -> OsString) -> Vec<OsString> {
	let words = usage.split(' ').skip(1);
	words
		.filter(|word| !word.starts_with('['))
		.map(|word| match word.strip_prefix('<') {
			// The first of some options.
			Some(rest) if rest.starts_with("--") => {
				rest.split(['|', '>']).next().unwrap_or_default().into()
			}
			Some(name) => value(name.trim_end_matches('.').trim_end_matches('>')),
			None => word.into(),
		})
		.collect()
}

pub fn assert_no_panic(output: &Output, what: &dyn std::fmt::Debug) {
	let error = text(&output.stderr);
	let code = output.status.code();
	assert!(
		code.is_some_and(|code| code != 101),
		"{what:?}: {code:?} {error}"
	);
	assert!(!error.contains("panicked"), "{what:?}: {error}");
}

/// A disk without room.
pub fn full() -> Stdio {
	File::options()
		.write(true)
		.open("/dev/full")
		.unwrap()
		.into()
}

/// A pipe that nobody reads.
pub fn broken() -> Stdio {
	let (reader, writer) = std::io::pipe().unwrap();
	drop(reader);
	writer.into()
}
