//! Releases of the portal: making, signing and checking the list of a build's files.

use std::{
	collections::BTreeMap,
	fs, io,
	path::{Path, PathBuf},
};

use salus_envelope::Signer;
pub use salus_light::network::{Release, ReleaseError, ReleaseFile, SignedRelease};
use salus_light::{
	network::{Signature, Signers},
	H256,
};
use sha2::{Digest, Sha256};
use sp_core::sr25519;

use crate::{files::write_json, Error, Result};

/// The list's name in a build's folder. It does not list itself.
pub const LIST: &str = "release.json";

/// The most bytes of a release. A build has some two million.
const MAX_BYTES: usize = 64 * 1024 * 1024;

/// The files of a release that was checked, by path.
pub struct Checked {
	/// The release's number.
	pub serial: u32,
	/// The files' bytes, and those of the list, for a browser's service worker.
	pub files: BTreeMap<String, Vec<u8>>,
}

impl From<ReleaseError> for Error {
	fn from(error: ReleaseError) -> Self {
		Self::Verification(error.to_string())
	}
}

/// Lists the files of a build in its folder, for signers. Returns the list.
///
/// # Errors
///
/// The folder cannot be read or written.
pub fn make(folder: &Path, serial: u32) -> Result<Release> {
	let files = read(folder)?.into_iter().map(|(path, bytes)| ReleaseFile {
		path,
		sha256: hash(&bytes),
	});
	let release = Release {
		format: 1,
		serial,
		files: files.collect(),
	};
	let signed = SignedRelease {
		release: release.clone(),
		signatures: Vec::new(),
	};
	write_json(&folder.join(LIST), &signed)?;
	Ok(release)
}

/// Signs the list of a build, after the files were compared with it. Returns the list.
///
/// # Errors
///
/// The list does not fit the files, or cannot be written.
pub fn sign(folder: &Path, signer: &dyn Signer) -> Result<SignedRelease> {
	let mut signed = open(folder)?;
	compare(&signed.release, read(folder)?)?;
	let account = signer.account().into();
	signed.signatures.retain(|one| one.account != account);
	let signature = signer.sign(signed.release.message().as_bytes());
	signed.signatures.push(Signature {
		account,
		signature: sr25519::Signature::from_raw(signature),
	});
	write_json(&folder.join(LIST), &signed)?;
	Ok(signed)
}

/// The files of a build, if they are those of its list, all of them, and enough signers signed it.
///
/// # Errors
///
/// [`Error::Verification`] says what is wrong.
pub fn check(folder: &Path, signers: &Signers) -> Result<Checked> {
	let signed = open(folder)?;
	signed.check(signers)?;
	let mut files = compare(&signed.release, read(folder)?)?;
	// What was checked, not what the folder may have by now.
	let list = serde_json::to_vec(&signed).map_err(|error| Error::Input(error.to_string()))?;
	files.insert(LIST.into(), list);
	Ok(Checked {
		serial: signed.release.serial,
		files,
	})
}

fn open(folder: &Path) -> Result<SignedRelease> {
	let path = folder.join(LIST);
	let json = fs::read(&path).map_err(Error::read(&path))?;
	Ok(SignedRelease::parse(&json)?)
}

/// Compares the files with the list.
fn compare(
	release: &Release,
	files: BTreeMap<String, Vec<u8>>,
) -> Result<BTreeMap<String, Vec<u8>>> {
	let wrong = |what: &str, path: &str| {
		Error::Verification(format!(
			"the portal's file {path} {what}: get the release again, from somebody else"
		))
	};
	for ReleaseFile { path, sha256 } in &release.files {
		let bytes = files.get(path).ok_or_else(|| wrong("is missing", path))?;
		if hash(bytes) != *sha256 {
			return Err(wrong("was changed", path));
		}
	}
	let listed = |path: &&String| !release.files.iter().any(|file| file.path == **path);
	match files.keys().find(listed) {
		Some(path) => Err(wrong("is not on the list", path)),
		None => Ok(files),
	}
}

fn hash(bytes: &[u8]) -> H256 {
	H256(Sha256::digest(bytes).into())
}

/// All files below a folder but the list, by their paths with `/`.
fn read(folder: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
	let (mut found, mut open, mut size) = (BTreeMap::new(), vec![folder.to_owned()], 0_usize);
	while let Some(next) = open.pop() {
		for entry in fs::read_dir(&next).map_err(Error::read(&next))? {
			let path = entry.map_err(Error::read(&next))?.path();
			let kind = fs::symlink_metadata(&path).map_err(Error::read(&path))?;
			if kind.is_dir() {
				open.push(path);
				continue;
			}
			if !kind.is_file() {
				let error = io::Error::other("it is neither a file nor a folder");
				return Err(Error::read(&path)(error));
			}
			let name = name(folder, &path)?;
			if name == LIST {
				continue;
			}
			let bytes = fs::read(&path).map_err(Error::read(&path))?;
			size = size.saturating_add(bytes.len());
			if size > MAX_BYTES {
				return Err(Error::Input(format!(
					"{} is too large for a portal",
					folder.display()
				)));
			}
			found.insert(name, bytes);
		}
	}
	Ok(found)
}

fn name(folder: &Path, path: &Path) -> Result<String> {
	let below: PathBuf = path.strip_prefix(folder).unwrap_or(path).into();
	let parts = below.iter().map(|part| part.to_str());
	let parts: Option<Vec<_>> = parts.collect();
	parts
		.map(|parts| parts.join("/"))
		.ok_or_else(|| Error::Input(format!("{} is no name for a portal's file", path.display())))
}

#[cfg(test)]
mod tests {
	use super::*;
	use sp_core::Pair;

	struct By(sr25519::Pair);

	impl Signer for By {
		fn account(&self) -> [u8; 32] {
			self.0.public().0
		}

		fn sign(&self, message: &[u8]) -> [u8; 64] {
			self.0.sign(message).0
		}
	}

	fn by(number: u8) -> By {
		By(sr25519::Pair::from_seed(&[number; 32]))
	}

	fn signers(threshold: u32) -> Signers {
		let accounts = (1..4).map(|number| by(number).account().into()).collect();
		Signers {
			threshold,
			accounts,
		}
	}

	fn build() -> tempfile::TempDir {
		let dir = tempfile::tempdir().unwrap();
		fs::create_dir(dir.path().join("assets")).unwrap();
		fs::write(dir.path().join("index.html"), "<p>").unwrap();
		fs::write(dir.path().join("assets/index.js"), "1").unwrap();
		dir
	}

	fn refused(folder: &Path, says: &str) {
		let error = check(folder, &signers(2)).err().unwrap().to_string();
		assert!(error.contains(says), "{error}");
	}

	#[test]
	fn a_release_that_enough_signers_signed_is_served_whole() {
		let dir = build();
		let release = make(dir.path(), 3).unwrap();
		let paths: Vec<_> = release.files.iter().map(|file| &*file.path).collect();
		assert_eq!(paths, ["assets/index.js", "index.html"]);
		refused(dir.path(), "has 0");
		sign(dir.path(), &by(1)).unwrap();
		// Twice is once; a stranger does not count.
		sign(dir.path(), &by(1)).unwrap();
		sign(dir.path(), &by(9)).unwrap();
		refused(dir.path(), "has 1");
		sign(dir.path(), &by(2)).unwrap();
		let checked = check(dir.path(), &signers(2)).unwrap();
		assert_eq!(checked.serial, 3);
		assert_eq!(checked.files["assets/index.js"], b"1");
		let list = SignedRelease::parse(&checked.files[LIST]).unwrap();
		list.check(&signers(2)).unwrap();
		assert_eq!(checked.files.len(), 3);
	}

	#[test]
	fn a_changed_missing_or_added_file_is_refused() {
		let dir = build();
		make(dir.path(), 1).unwrap();
		sign(dir.path(), &by(1)).unwrap();
		sign(dir.path(), &by(2)).unwrap();
		let js = dir.path().join("assets/index.js");
		fs::write(&js, "2").unwrap();
		refused(dir.path(), "assets/index.js was changed");
		assert!(
			sign(dir.path(), &by(3)).is_err(),
			"nobody signs what does not fit"
		);
		fs::remove_file(&js).unwrap();
		refused(dir.path(), "assets/index.js is missing");
		fs::write(&js, "1").unwrap();
		check(dir.path(), &signers(2)).unwrap();
		fs::write(dir.path().join("assets/more.js"), "1").unwrap();
		refused(dir.path(), "assets/more.js is not on the list");
	}

	#[test]
	fn a_list_with_another_number_needs_new_signatures() {
		let dir = build();
		make(dir.path(), 1).unwrap();
		sign(dir.path(), &by(1)).unwrap();
		sign(dir.path(), &by(2)).unwrap();
		let list = dir.path().join(LIST);
		let text = fs::read_to_string(&list).unwrap();
		fs::write(&list, text.replace("\"serial\": 1", "\"serial\": 2")).unwrap();
		refused(dir.path(), "has 0");
		fs::write(&list, text.replace("index.html", "../index.html")).unwrap();
		refused(dir.path(), "is no path");
	}
}
