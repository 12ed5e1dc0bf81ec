//! Files that are written whole or not at all, and that only their owner can read.

use crate::{Error, Result};
use serde::{de::DeserializeOwned, Serialize};
use std::{
	fs,
	io::{self, Write},
	path::{Path, PathBuf},
};
use tempfile::NamedTempFile;

/// Bytes of a document or envelope that are read or written at once.
pub const BUFFER: usize = 1 << 20;

/// Creates a directory that only its owner can read.
pub fn private_dir(dir: &Path) -> Result<()> {
	let mut builder = fs::DirBuilder::new();
	builder.recursive(true);
	#[cfg(unix)]
	std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
	builder.create(dir).map_err(Error::file(dir))
}

/// Creates a temporary file beside `target`. It is removed unless [`persist`] renames it.
pub fn temporary(target: &Path) -> Result<NamedTempFile> {
	let dir = match target.parent() {
		Some(dir) if dir != Path::new("") => dir,
		_ => Path::new("."),
	};
	tempfile::Builder::new()
		.prefix(".salus-")
		.tempfile_in(dir)
		.map_err(Error::file(dir))
}

/// Renames a complete temporary file to `target`. Without `replace`, fails if `target` exists.
pub fn persist(file: NamedTempFile, target: &Path, replace: bool) -> Result<()> {
	file.as_file().sync_all().map_err(Error::file(target))?;
	let persisted = if replace {
		file.persist(target)
	} else {
		file.persist_noclobber(target)
	};
	persisted.map_err(|error| Error::file(target)(error.error))?;
	// The new name is on disk once its directory is.
	if let Some(dir) = target.parent().filter(|dir| *dir != Path::new("")) {
		let _ = fs::File::open(dir).and_then(|dir| dir.sync_all());
	}
	Ok(())
}

/// Writes a file, whole or not at all.
pub fn write(
	target: &Path,
	replace: bool,
	write: impl FnOnce(&mut fs::File) -> Result<()>,
) -> Result<()> {
	let mut file = temporary(target)?;
	write(file.as_file_mut())?;
	persist(file, target, replace)
}

/// Writes a value as JSON.
pub fn write_json(target: &Path, value: &impl Serialize) -> Result<()> {
	if let Some(dir) = target.parent() {
		private_dir(dir)?;
	}
	write(target, true, |file| {
		let mut text = serde_json::to_vec_pretty(value)
			.map_err(|error| Error::file(target)(io::Error::other(error)))?;
		text.push(b'\n');
		file.write_all(&text).map_err(Error::file(target))
	})
}

/// Reads a value from JSON; `None` if the file does not exist.
pub fn read_json<T: DeserializeOwned>(path: &Path) -> Result<Option<T>> {
	let bytes = match fs::read(path) {
		Ok(bytes) => bytes,
		Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
		Err(error) => return Err(Error::file(path)(error)),
	};
	serde_json::from_slice(&bytes)
		.map(Some)
		.map_err(|error| Error::KeyFile(format!("{} is damaged: {error}", path.display())))
}

/// The file for a document: `path` itself, or `name` in it if it is a directory.
pub fn document_path(path: &Path, name: &str) -> PathBuf {
	if path.is_dir() {
		path.join(name)
	} else {
		path.to_owned()
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_file_is_written_whole_or_not_at_all() {
		let dir = tempfile::tempdir().unwrap();
		let path = dir.path().join("document");
		let failing = write(&path, false, |file| {
			file.write_all(b"half").unwrap();
			Err(Error::Verification("no".into()))
		});
		assert!(failing.is_err());
		assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
		let write_new = |force| {
			write(&path, force, |file| {
				file.write_all(b"new").map_err(Error::file(&path))
			})
		};
		write(&path, false, |file| {
			file.write_all(b"whole").map_err(Error::file(&path))
		})
		.unwrap();
		// An existing file is replaced only on request.
		assert!(write_new(false).is_err());
		assert_eq!(fs::read(&path).unwrap(), b"whole");
		write_new(true).unwrap();
		assert_eq!(fs::read(&path).unwrap(), b"new");
		assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
		#[cfg(unix)]
		{
			use std::os::unix::fs::PermissionsExt;
			assert_eq!(
				fs::metadata(&path).unwrap().permissions().mode() & 0o777,
				0o600
			);
		}
	}
}
