//! The files with nodes' keys. The library's errors tell why one cannot be used, and not which one.

use std::{ffi::OsString, fs, path::Path};

const OPTION: &str = "--node-key-file";

/// What is wrong with the key files that the arguments name, and what to do: the node's own, and that
/// of the relay chain's node in it.
pub fn faults(arguments: impl IntoIterator<Item = OsString>) -> Vec<String> {
	let mut arguments = arguments.into_iter();
	let mut faults = Vec::new();
	while let Some(argument) = arguments.next() {
		let value = match argument.to_str().and_then(|text| text.strip_prefix(OPTION)) {
			Some("") => arguments.next(),
			Some(value) => value.strip_prefix('=').map(OsString::from),
			None => None,
		};
		faults.extend(value.and_then(|file| fault(Path::new(&file))));
	}
	faults
}

fn fault(file: &Path) -> Option<String> {
	let why = match fs::read(file) {
		Ok(key) if key.len() == 32 || hex::decode(&key).is_ok_and(|key| key.len() == 32) => {
			return None
		}
		Ok(_) => "it must have 64 hexadecimal digits, and no line's end".into(),
		Err(error) => format!("{error}. The node's user must be able to read it"),
	};
	let file = file.display();
	Some(format!(
		"{file} is not a node's key: {why}. This makes one, with another peer id: salus-node key \
		 generate-node-key --chain dev --file {file}"
	))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_key_file_that_cannot_be_used_is_named() {
		let dir = tempfile::tempdir().unwrap();
		let [good, raw, ended, none] =
			["good", "raw", "ended", "none"].map(|name| dir.path().join(name));
		let key = "1f".repeat(32);
		fs::write(&good, &key).unwrap();
		fs::write(&raw, [7u8; 32]).unwrap();
		fs::write(&ended, format!("{key}\n")).unwrap();
		let joined = |file: &Path| format!("{OPTION}={}", file.display());
		let told = |arguments: &[&str]| faults(arguments.iter().map(OsString::from));
		let [good, ended] = [good, ended].map(|file| file.to_str().unwrap().to_owned());
		assert!(told(&[OPTION, &good, "--", &joined(&raw)]).is_empty());
		// Those of the relay chain follow those of the node.
		let folder = dir.path().to_str().unwrap();
		let wrong = told(&[OPTION, &ended, "--", OPTION, folder]);
		assert_eq!(wrong.len(), 2);
		for (fault, file) in wrong.iter().zip([&*ended, folder]) {
			assert!(fault.starts_with(file) && !fault.contains(&key), "{fault}");
		}
		assert!(told(&[&joined(&none)])[0].contains("No such file"));
		assert!(told(&[OPTION]).is_empty());
	}
}
