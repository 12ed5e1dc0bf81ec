//! The files and folders that the arguments name. The library's errors tell why one cannot be used. Most
//! tell neither which one, nor what to do.

use std::{
	ffi::OsString,
	fs::{self, File},
	io,
	path::{Path, PathBuf},
};

const NODE_KEY_FILE: &str = "--node-key-file";
const KEYSTORE_PATH: &str = "--keystore-path";

/// The options that name files and folders.
const OPTIONS: [&str; 4] = [NODE_KEY_FILE, KEYSTORE_PATH, "--base-path", "-d"];

/// What ended the node, if it was one of these, and what to do.
const ENDS: [(&str, &str); 3] = [
	(
		"/LOCK: Resource temporarily unavailable",
		"another process has this database open. End it first, as systemctl stop does, or name \
		 another folder by --base-path",
	),
	(
		"No space left on device",
		"the disk is full: df --human-readable shows which one. Give it more room",
	),
	(
		"Out of storage space",
		"a node ends before its disk is full: df --human-readable shows which one is. Give it more \
		 room, or choose by --db-storage-threshold how many MiB must be free",
	),
];

/// What is wrong with the files and folders that the arguments name, and what to do, if this error
/// ended the node.
pub fn faults(error: &str, arguments: impl IntoIterator<Item = OsString>) -> Vec<String> {
	let ends = ENDS.iter().filter(|(end, _)| error.contains(end));
	let ends = ends.map(|(_, what)| (*what).to_owned());
	let named = named(arguments).into_iter();
	ends.chain(named.filter_map(|(option, path)| match option {
		NODE_KEY_FILE => key_fault(&path),
		_ => folder_fault(&path),
	}))
	.collect()
}

/// The first session key that this process may not read, and what to do. The node would start, and an
/// authority's would make no block and say nothing.
pub fn unreadable_key(arguments: impl IntoIterator<Item = OsString>) -> Option<String> {
	named(arguments).iter().find_map(|(option, folder)| {
		let (path, error) = match *option {
			NODE_KEY_FILE => return None,
			KEYSTORE_PATH => unreadable(folder)?,
			_ => {
				let chains = fs::read_dir(folder.join("chains")).ok()?;
				let mut keystores = chains.flatten().map(|chain| chain.path().join("keystore"));
				keystores.find_map(|keystore| unreadable(&keystore))?
			}
		};
		let (path, folder) = (path.display(), folder.display());
		Some(format!(
			"cannot read the session key {path}: {error}. All in {folder} must belong to the node's \
			 user: chown -R USER {folder}"
		))
	})
}

/// The files and folders that the arguments name, each with its option: of the node, and of the relay
/// chain's node in it.
fn named(arguments: impl IntoIterator<Item = OsString>) -> Vec<(&'static str, PathBuf)> {
	let mut arguments = arguments.into_iter();
	let mut named = Vec::new();
	while let Some(argument) = arguments.next() {
		let found = OPTIONS.into_iter().find_map(|option| {
			let rest = argument.to_str()?.strip_prefix(option)?;
			let value = match rest.strip_prefix('=') {
				Some(value) => Some(value.into()),
				None => rest.is_empty().then(|| arguments.next()).flatten(),
			};
			Some((option, PathBuf::from(value?)))
		});
		named.extend(found);
	}
	named
}

/// The first file of a folder that this process may not read, or the folder.
fn unreadable(folder: &Path) -> Option<(PathBuf, io::Error)> {
	let denied = |path: &Path, error: io::Error| {
		let denied = error.kind() == io::ErrorKind::PermissionDenied;
		denied.then(|| (path.to_owned(), error))
	};
	match fs::read_dir(folder) {
		Ok(entries) => entries.flatten().find_map(|entry| {
			let path = entry.path();
			File::open(&path)
				.err()
				.and_then(|error| denied(&path, error))
		}),
		Err(error) => denied(folder, error),
	}
}

fn key_fault(file: &Path) -> Option<String> {
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

fn folder_fault(folder: &Path) -> Option<String> {
	let (path, error) = unusable(folder).err()?;
	let (path, folder) = (path.display(), folder.display());
	Some(format!(
		"cannot write {path}: {error}. {folder} and all in it must belong to the node's user, on a disk \
		 that can be written: install -d -m 700 -o USER {folder} && chown -R USER {folder}"
	))
}

/// Fails with the first file or folder, from this one on, that this process may not read and write.
/// Makes the folder if there is none, as the node does.
fn unusable(folder: &Path) -> Result<(), (PathBuf, io::Error)> {
	let failed = |path: &Path| {
		let path = path.to_owned();
		move |error| (path, error)
	};
	fs::create_dir_all(folder).map_err(failed(folder))?;
	tempfile::tempfile_in(folder).map_err(failed(folder))?;
	for entry in fs::read_dir(folder).map_err(failed(folder))? {
		let entry = entry.map_err(failed(folder))?;
		let (kind, path) = (entry.file_type().map_err(failed(folder))?, entry.path());
		if kind.is_dir() {
			unusable(&path)?;
		} else if kind.is_file() {
			let opened = File::options().read(true).append(true).open(&path);
			// It may be gone by now.
			if let Err(error) = opened {
				if error.kind() != io::ErrorKind::NotFound {
					return Err((path, error));
				}
			}
		}
	}
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;

	fn told(arguments: &[&str]) -> Vec<String> {
		faults("another error", arguments.iter().map(OsString::from))
	}

	#[test]
	fn a_key_file_that_cannot_be_used_is_named() {
		let dir = tempfile::tempdir().unwrap();
		let [good, raw, ended, none] =
			["good", "raw", "ended", "none"].map(|name| dir.path().join(name));
		let key = "1f".repeat(32);
		fs::write(&good, &key).unwrap();
		fs::write(&raw, [7u8; 32]).unwrap();
		fs::write(&ended, format!("{key}\n")).unwrap();
		let option = NODE_KEY_FILE;
		let joined = |file: &Path| format!("{option}={}", file.display());
		let [good, ended] = [good, ended].map(|file| file.to_str().unwrap().to_owned());
		assert!(told(&[option, &good, "--", &joined(&raw)]).is_empty());
		// Those of the relay chain follow those of the node.
		let folder = dir.path().to_str().unwrap();
		let wrong = told(&[option, &ended, "--", option, folder]);
		assert_eq!(wrong.len(), 2);
		for (fault, file) in wrong.iter().zip([&*ended, folder]) {
			assert!(fault.starts_with(file) && !fault.contains(&key), "{fault}");
		}
		assert!(told(&[&joined(&none)])[0].contains("No such file"));
		assert!(told(&[option]).is_empty());
	}

	#[test]
	fn a_folder_that_cannot_be_written_is_named() {
		let dir = tempfile::tempdir().unwrap();
		let [good, file] = ["new/base", "file"].map(|name| dir.path().join(name));
		fs::write(&file, "").unwrap();
		let below = file.join("base");
		let [good, below] = [good, below].map(|path| path.to_str().unwrap().to_owned());
		assert!(told(&["--base-path", &good, "--", "-d", &good]).is_empty());
		for wrong in [
			["--base-path", &below],
			["-d", &below],
			["--", &format!("--keystore-path={below}")],
		] {
			let wrong = told(&wrong);
			assert_eq!(wrong.len(), 1);
			assert!(
				wrong[0].contains(&below) && wrong[0].contains("Not a directory"),
				"{wrong:?}"
			);
		}
	}

	#[test]
	fn what_ended_the_node_is_told_with_what_to_do() {
		for (error, expected) in [
			(
				"While lock file: /a/full/LOCK: Resource temporarily unavailable",
				"another process",
			),
			(
				"Write: No space left on device (os error 28)",
				"the disk is full",
			),
			(
				"Out of storage space: available 9MiB, required 1024MiB",
				"--db-storage-threshold",
			),
		] {
			let told = faults(error, []);
			assert_eq!(told.len(), 1);
			assert!(told[0].contains(expected), "{told:?}");
		}
	}
}
