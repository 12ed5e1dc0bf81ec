//! Files that are written whole or not at all, and that only their owner can read.
//!
//! A file gets its name when it is complete. Until then it has no name, so nothing of it stays
//! on the disk, even if the process is killed. Some file systems cannot give such a file a name:
//! there its complete content is copied to a hidden file and renamed. A hidden file that a killed
//! process left is removed at the next write into the directory.

use crate::{Error, Result};
use serde::{de::DeserializeOwned, Serialize};
use std::{
	fs::{self, File, OpenOptions, TryLockError},
	io::{self, Seek, Write},
	path::{Path, PathBuf},
	sync::mpsc::{sync_channel, SyncSender},
	thread::{spawn, JoinHandle},
	time::{Duration, Instant, SystemTime},
};

/// Bytes of a document or envelope that are read or written at once.
pub const BUFFER: usize = 1 << 20;

/// A hidden file's name begins and ends so. Between is a random part.
const HIDDEN: (&str, &str) = (".salus-", ".partial");
/// The characters of the random part.
const RANDOM: usize = 12;
/// How long to wait for one process that has a lock: it can encrypt a key meanwhile, on a slow
/// machine.
const PATIENCE: Duration = Duration::from_secs(120);
/// The time between two looks at a lock.
pub const LOOK: Duration = Duration::from_millis(5);

/// Creates a directory that only its owner can read.
pub fn private_dir(dir: &Path) -> Result<()> {
	let mut builder = fs::DirBuilder::new();
	builder.recursive(true);
	#[cfg(unix)]
	std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
	builder.create(dir).map_err(Error::write(dir))
}

/// Locks a file, which it creates with its directory, until the returned file is dropped: only one
/// process has the lock at a time.
pub fn lock(path: &Path) -> Result<File> {
	let mut wait = LockWait::begin(path)?;
	loop {
		if wait.attempt()? {
			return Ok(wait.file);
		}
		std::thread::sleep(LOOK);
	}
}

/// A wait for the lock on a file. Each process in turn has it for a while, so only one that keeps it
/// for long is an error.
pub struct LockWait<'a> {
	path: &'a Path,
	/// The file, to keep after an attempt that got the lock.
	pub file: File,
	patience: Duration,
	/// When the process that has the lock got it.
	since: Option<SystemTime>,
	end: Instant,
}

impl<'a> LockWait<'a> {
	/// Creates the file, with its directory.
	pub fn begin(path: &'a Path) -> Result<Self> {
		private_dir(parent(path))?;
		let mut options = OpenOptions::new();
		options.read(true).append(true).create(true);
		#[cfg(unix)]
		std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
		Ok(Self {
			path,
			file: options.open(path).map_err(Error::write(path))?,
			patience: PATIENCE,
			since: None,
			end: Instant::now() + PATIENCE,
		})
	}

	/// Returns whether this process has the lock now.
	pub fn attempt(&mut self) -> Result<bool> {
		match self.file.try_lock() {
			Ok(()) => {
				// Others then wait anew.
				let _ = self.file.set_modified(SystemTime::now());
				return Ok(true);
			}
			Err(TryLockError::Error(error)) => return Err(Error::write(self.path)(error)),
			Err(TryLockError::WouldBlock) => {}
		}
		let since = self.file.metadata().and_then(|file| file.modified()).ok();
		if since != self.since {
			self.since = since;
			self.end = Instant::now() + self.patience;
		}
		if Instant::now() < self.end {
			return Ok(false);
		}
		Err(Error::NotAllowed {
			reason: format!(
				"another salus has kept {} locked for {} s",
				self.path.display(),
				self.patience.as_secs()
			),
			next: Some("end the other command, and try again".into()),
		})
	}
}

/// Creates a file without a name, on the file system of `target`. [`persist`] names it.
pub fn unnamed(target: &Path) -> Result<File> {
	let dir = parent(target);
	let file = make_unnamed(dir).map_err(Error::write(target))?;
	if let Ok(own) = file.metadata() {
		remove_hidden(dir, &own);
	}
	Ok(file)
}

fn make_unnamed(dir: &Path) -> io::Result<File> {
	#[cfg(target_os = "linux")]
	{
		use std::os::unix::fs::OpenOptionsExt;
		let nameless = rustix::fs::OFlags::TMPFILE.bits().cast_signed();
		let mut options = OpenOptions::new();
		options
			.read(true)
			.write(true)
			.mode(0o600)
			.custom_flags(nameless);
		if let Ok(file) = options.open(dir) {
			return Ok(file);
		}
	}
	tempfile::tempfile_in(dir)
}

/// Gives a complete file from [`unnamed`] its name. Without `replace`, fails if `target` exists.
pub fn persist(file: File, target: &Path, replace: bool) -> Result<()> {
	file.sync_all().map_err(Error::write(target))?;
	name(file, target, replace)?;
	// The new name is on disk once its directory is.
	let _ = File::open(parent(target)).and_then(|dir| dir.sync_all());
	Ok(())
}

/// The same without a wait for the disk: if the machine stops, the file can be gone or lack bytes.
pub fn name(file: File, target: &Path, replace: bool) -> Result<()> {
	let linked = link(&file, target, replace).map_err(Error::write(target))?;
	if !linked {
		copy(file, target, replace).map_err(Error::write(target))?;
	}
	Ok(())
}

/// Bytes of a file that are written before the disk is told to take them.
const AHEAD: usize = 16 << 20;

/// A file that goes to the disk while it is written. So [`persist`] does not wait for all of it.
pub struct ToDisk {
	file: File,
	waiting: usize,
	/// The thread that waits for the disk, and what asks it to.
	disk: Option<(SyncSender<()>, JoinHandle<io::Result<()>>)>,
}

impl ToDisk {
	/// A file that is written from now on.
	pub fn new(file: File) -> Self {
		Self {
			file,
			waiting: 0,
			disk: None,
		}
	}

	/// Waits until the disk has what it was told to take. Fails if it could not: the system tells that once.
	pub fn finish(self) -> io::Result<File> {
		if let Some((ask, disk)) = self.disk {
			drop(ask);
			let done = disk.join();
			done.unwrap_or_else(|_| Err(io::Error::other("the disk was not waited for")))?;
		}
		Ok(self.file)
	}

	fn sync(&mut self) -> io::Result<()> {
		let (ask, _) = match &mut self.disk {
			Some(disk) => disk,
			none => {
				let file = self.file.try_clone()?;
				let (ask, asked) = sync_channel(1);
				let disk = spawn(move || asked.iter().try_for_each(|()| file.sync_data()));
				none.insert((ask, disk))
			}
		};
		// The disk may have been told already, and has not begun.
		let _ = ask.try_send(());
		Ok(())
	}
}

impl Write for ToDisk {
	fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
		let len = self.file.write(bytes)?;
		self.waiting += len;
		if self.waiting >= AHEAD {
			self.waiting = 0;
			self.sync()?;
		}
		Ok(len)
	}

	fn flush(&mut self) -> io::Result<()> {
		self.file.flush()
	}
}

/// Links an unnamed file to its name. Returns `false` if the system cannot do that.
#[cfg(target_os = "linux")]
fn link(file: &File, target: &Path, replace: bool) -> io::Result<bool> {
	use rustix::fs::{linkat, AtFlags, CWD};
	use std::os::fd::AsRawFd;
	let open = format!("/proc/self/fd/{}", file.as_raw_fd());
	let link = |name: &Path| linkat(CWD, &open, CWD, name, AtFlags::SYMLINK_FOLLOW);
	if !replace {
		return match link(target) {
			Ok(()) => Ok(true),
			Err(rustix::io::Errno::EXIST) => Err(io::ErrorKind::AlreadyExists.into()),
			Err(_) => Ok(false),
		};
	}
	// No other process removes a hidden file that is locked.
	file.lock()?;
	let make = |name: &Path| link(name).map_err(io::Error::from);
	match hidden().make_in(parent(target), make) {
		Ok(hidden) => hidden
			.into_temp_path()
			.persist(target)
			.map(|()| true)
			.map_err(|e| e.error),
		Err(_) => Ok(false),
	}
}

#[cfg(not(target_os = "linux"))]
fn link(_: &File, _: &Path, _: bool) -> io::Result<bool> {
	Ok(false)
}

/// Copies an unnamed file to its name.
fn copy(mut file: File, target: &Path, replace: bool) -> io::Result<()> {
	let mut hidden = hidden().tempfile_in(parent(target))?;
	hidden.as_file().lock()?;
	file.rewind()?;
	io::copy(&mut file, hidden.as_file_mut())?;
	hidden.as_file().sync_all()?;
	let named = if replace {
		hidden.persist(target)
	} else {
		hidden.persist_noclobber(target)
	};
	named.map(drop).map_err(|error| error.error)
}

fn hidden() -> tempfile::Builder<'static, 'static> {
	let mut builder = tempfile::Builder::new();
	builder.prefix(HIDDEN.0).suffix(HIDDEN.1).rand_bytes(RANDOM);
	builder
}

/// Whether a file has the name of a hidden file.
fn is_hidden(name: &str) -> bool {
	let random = name.strip_prefix(HIDDEN.0);
	let random = random.and_then(|rest| rest.strip_suffix(HIDDEN.1));
	random.is_some_and(|random| {
		random.len() == RANDOM && random.bytes().all(|byte| byte.is_ascii_alphanumeric())
	})
}

/// Whether two files belong to the same user.
#[cfg(unix)]
fn same_owner(one: &fs::Metadata, other: &fs::Metadata) -> bool {
	use std::os::unix::fs::MetadataExt;
	one.uid() == other.uid()
}

#[cfg(not(unix))]
fn same_owner(_: &fs::Metadata, _: &fs::Metadata) -> bool {
	true
}

/// Removes the hidden files that killed processes of the owner of a file left in a directory.
fn remove_hidden(dir: &Path, own: &fs::Metadata) {
	let Ok(entries) = fs::read_dir(dir) else {
		return;
	};
	for entry in entries.flatten() {
		let hidden = entry.file_name().to_str().is_some_and(is_hidden);
		let removable = |file: fs::Metadata| file.is_file() && same_owner(&file, own);
		if !hidden || !entry.metadata().is_ok_and(removable) {
			continue;
		}
		let unused = File::open(entry.path()).is_ok_and(|file| file.try_lock().is_ok());
		if unused {
			let _ = fs::remove_file(entry.path());
		}
	}
}

/// The directory of a file.
fn parent(path: &Path) -> &Path {
	match path.parent() {
		Some(dir) if dir != Path::new("") => dir,
		_ => Path::new("."),
	}
}

/// Writes a file, whole or not at all.
pub fn write(
	target: &Path,
	replace: bool,
	write: impl FnOnce(&mut File) -> Result<()>,
) -> Result<()> {
	let mut file = unnamed(target)?;
	write(&mut file)?;
	persist(file, target, replace)
}

/// Writes a value as JSON.
pub fn write_json(target: &Path, value: &impl Serialize) -> Result<()> {
	if let Some(dir) = target.parent() {
		private_dir(dir)?;
	}
	write(target, true, |file| {
		let mut text = serde_json::to_vec_pretty(value)
			.map_err(|error| Error::write(target)(io::Error::other(error)))?;
		text.push(b'\n');
		file.write_all(&text).map_err(Error::write(target))
	})
}

/// Reads a value from JSON; `None` if the file does not exist.
pub fn read_json<T: DeserializeOwned>(path: &Path) -> Result<Option<T>> {
	let bytes = match fs::read(path) {
		Ok(bytes) => bytes,
		Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
		Err(error) => return Err(Error::read(path)(error)),
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

	fn names(dir: &Path) -> Vec<String> {
		let entries = fs::read_dir(dir).unwrap();
		let mut names: Vec<_> = entries
			.map(|entry| entry.unwrap().file_name().into_string().unwrap())
			.collect();
		names.sort();
		names
	}

	/// So a killed process leaves nothing.
	#[test]
	fn an_incomplete_file_has_no_name() {
		let dir = tempfile::tempdir().unwrap();
		let path = dir.path().join("document");
		for replace in [false, true] {
			write(&path, replace, |file| {
				file.write_all(b"plaintext").unwrap();
				let before: &[&str] = if replace { &["document"] } else { &[] };
				assert_eq!(names(dir.path()), before);
				Ok(())
			})
			.unwrap();
		}
	}

	#[test]
	fn a_file_system_without_unnamed_files_gets_a_copy() {
		let dir = tempfile::tempdir().unwrap();
		let path = dir.path().join("document");
		let file = |content: &[u8]| {
			let mut file = tempfile::tempfile_in(dir.path()).unwrap();
			file.write_all(content).unwrap();
			file
		};
		persist(file(b"first"), &path, false).unwrap();
		assert!(persist(file(b"second"), &path, false).is_err());
		assert_eq!(fs::read(&path).unwrap(), b"first");
		persist(file(b"third"), &path, true).unwrap();
		assert_eq!(fs::read(&path).unwrap(), b"third");
		assert_eq!(names(dir.path()), ["document"]);
	}

	#[test]
	fn a_file_that_goes_to_the_disk_while_it_is_written_has_all_bytes() {
		let dir = tempfile::tempdir().unwrap();
		for pieces in [0, 1, 5] {
			let path = dir.path().join(pieces.to_string());
			let piece: Vec<u8> = (0..AHEAD / 2 + 1).map(|at| (at / 251) as u8).collect();
			let mut file = ToDisk::new(unnamed(&path).unwrap());
			for _ in 0..pieces {
				file.write_all(&piece).unwrap();
			}
			assert_eq!(file.disk.is_some(), pieces > 1);
			persist(file.finish().unwrap(), &path, false).unwrap();
			assert!(fs::read(&path).unwrap() == piece.repeat(pieces));
		}
	}

	#[test]
	fn a_file_of_a_killed_process_is_removed_at_the_next_write() {
		let dir = tempfile::tempdir().unwrap();
		let path = |name: &str| dir.path().join(name);
		let (used, left) = (".salus-usedUSED0000.partial", ".salus-leftLEFT0000.partial");
		let folder = ".salus-foldFOLD0000.partial";
		let file = File::create(path(used)).unwrap();
		file.lock().unwrap();
		// The person's own files stay, whatever they begin with.
		let mut kept = vec![
			".salus-backup",
			".salus-notes.partial",
			".salus-left-LEFT000.partial",
			".salus-leftLEFT0000.partial~",
			"document",
		];
		for name in kept.iter().chain([&left]) {
			File::create(path(name)).unwrap();
		}
		fs::create_dir(path(folder)).unwrap();
		write(&path("new"), false, |_| Ok(())).unwrap();
		kept.extend([used, folder, "new"]);
		kept.sort_unstable();
		assert_eq!(names(dir.path()), kept);
		// What this process hides has such a name.
		let hidden = hidden().tempfile_in(dir.path()).unwrap();
		let name = hidden.path().file_name().unwrap().to_str().unwrap();
		assert!(is_hidden(name), "{name}");
	}

	#[cfg(unix)]
	#[test]
	fn a_hidden_file_of_another_user_is_not_removed() {
		let dir = tempfile::tempdir().unwrap();
		let path = dir.path().join(".salus-leftLEFT0000.partial");
		File::create(&path).unwrap();
		// Only root can give a file away.
		if std::os::unix::fs::chown(&path, Some(65534), None).is_ok() {
			write(&dir.path().join("new"), false, |_| Ok(())).unwrap();
			assert!(path.exists());
		}
	}

	#[test]
	fn only_one_holder_of_a_lock_changes_a_file() {
		let dir = tempfile::tempdir().unwrap();
		let path = dir.path().join("number");
		let add = || {
			for _ in 0..50 {
				let _lock = lock(&dir.path().join(".number.lock")).unwrap();
				let number: u32 = read_json(&path).unwrap().unwrap_or_default();
				write_json(&path, &(number + 1)).unwrap();
			}
		};
		std::thread::scope(|scope| {
			for _ in 0..4 {
				scope.spawn(add);
			}
		});
		assert_eq!(read_json::<u32>(&path).unwrap(), Some(200));
	}

	#[test]
	fn only_one_process_that_keeps_a_lock_for_long_is_an_error() {
		let dir = tempfile::tempdir().unwrap();
		let path = dir.path().join("folder/.lock");
		let held = lock(&path).unwrap();
		let patience = Duration::from_millis(200);
		let mut wait = LockWait::begin(&path).unwrap();
		wait.patience = patience;
		// Others get it meanwhile, each for a while.
		for turn in 1..5 {
			let got = SystemTime::now() + Duration::from_secs(turn);
			held.set_modified(got).unwrap();
			assert!(!wait.attempt().unwrap());
			std::thread::sleep(patience / 2);
		}
		std::thread::sleep(patience);
		let error = wait.attempt().unwrap_err();
		assert!(matches!(error, Error::NotAllowed { .. }), "{error}");
		assert!(error.to_string().contains("another salus"), "{error}");
		drop(held);
		assert!(wait.attempt().unwrap());
	}

	#[test]
	fn a_file_is_written_whole_or_not_at_all() {
		let dir = tempfile::tempdir().unwrap();
		let path = dir.path().join("document");
		let failing = write(&path, false, |file| {
			file.write_all(b"half").unwrap();
			Err(Error::Verification("no".into()))
		});
		assert!(failing.is_err());
		assert_eq!(names(dir.path()), [""; 0]);
		let write_new = |force| {
			write(&path, force, |file| {
				file.write_all(b"new").map_err(Error::write(&path))
			})
		};
		write(&path, false, |file| {
			file.write_all(b"whole").map_err(Error::write(&path))
		})
		.unwrap();
		// An existing file is replaced only on request.
		assert!(write_new(false).is_err());
		assert_eq!(fs::read(&path).unwrap(), b"whole");
		write_new(true).unwrap();
		assert_eq!(fs::read(&path).unwrap(), b"new");
		assert_eq!(names(dir.path()), ["document"]);
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
