//! Reads passphrases and other secrets from the terminal or a file descriptor, never an argument.

use crate::interrupt::INTERRUPTED;
use salus_client::{Error, Result};
use std::{
	fs::File,
	io::{self, ErrorKind, Read},
	os::fd::BorrowedFd,
	sync::atomic::Ordering,
};
use zeroize::Zeroizing;

/// The longest secret, in bytes.
const MAX_LEN: usize = 4096;

/// Reads the passphrase of a key from the file descriptor, or else from the terminal.
pub fn ask(fd: Option<u32>, name: &str) -> Result<Zeroizing<String>> {
	match fd {
		Some(fd) => read_line(fd),
		None => prompt(&format!("Passphrase of {name}: ")),
	}
}

/// Reads a new passphrase from the file descriptor, or else twice from the terminal.
pub fn choose(fd: Option<u32>, name: &str) -> Result<Zeroizing<String>> {
	if let Some(fd) = fd {
		return read_line(fd);
	}
	let first = prompt(&format!("New passphrase of {name}: "))?;
	let second = prompt("Repeat the passphrase: ")?;
	if first == second {
		return Ok(first);
	}
	Err(Error::KeyFile(
		"the two passphrases are different: nothing was changed".into(),
	))
}

fn prompt(text: &str) -> Result<Zeroizing<String>> {
	let answer = rpassword::prompt_password(text).map_err(|error| {
		if error.kind() == ErrorKind::Interrupted {
			INTERRUPTED.store(true, Ordering::Relaxed);
		}
		Error::KeyFile(format!(
			"cannot read the passphrase: {error}. Without a terminal, use --passphrase-fd"
		))
	})?;
	Ok(Zeroizing::new(answer))
}

/// Reads one line from an open file descriptor and nothing after it. So the writer need not close
/// it, and a second secret may follow.
pub fn read_line(fd: u32) -> Result<Zeroizing<String>> {
	let failed = |cause: String| {
		Error::KeyFile(format!(
			"cannot read the secret from file descriptor {fd}: {cause}"
		))
	};
	let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_LEN + 1));
	let mut file = duplicate(fd)
		.map_err(|error| failed(format!("{error}. Open it first, such as with {fd}<FILE")))?;
	let mut byte = Zeroizing::new([0u8]);
	loop {
		match file.read(byte.as_mut_slice()) {
			Ok(1) if byte[0] != b'\n' => bytes.push(byte[0]),
			Ok(_) => break,
			Err(error) if error.kind() == ErrorKind::Interrupted => {}
			Err(error) => return Err(failed(error.to_string())),
		}
		if bytes.len() > MAX_LEN {
			return Err(failed(format!("it is longer than {MAX_LEN} bytes")));
		}
	}
	let line = std::str::from_utf8(&bytes).map_err(|_| failed("it is not text in UTF-8".into()))?;
	// Editors of some systems write a mark first, and end lines with two characters.
	let line = line.strip_prefix('\u{feff}').unwrap_or(line);
	let line = line.strip_suffix('\r').unwrap_or(line);
	Ok(Zeroizing::new(line.into()))
}

/// A second handle of an open file descriptor, so that dropping it does not close the first. Both
/// have the same place in the file: a second secret is read from where the first one ended.
fn duplicate(fd: u32) -> io::Result<File> {
	let fd = i32::try_from(fd).map_err(|_| io::ErrorKind::InvalidInput)?;
	// SAFETY: the descriptor is only borrowed for the call that duplicates it. If it is not open,
	// that call fails.
	#[allow(unsafe_code)]
	let borrowed = unsafe { BorrowedFd::borrow_raw(fd) };
	Ok(File::from(borrowed.try_clone_to_owned()?))
}
