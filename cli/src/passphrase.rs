//! Reads passphrases and other secrets from the terminal or a file descriptor, never an argument.

use crate::interrupt::INTERRUPTED;
use salus_client::{Error, Result};
use std::{
	fs::File,
	io::{ErrorKind, Read},
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
	let first = prompt(&format!("New passphrase for {name}: "))?;
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
	// Opened by its path, so that dropping the file does not close the descriptor.
	let mut file =
		File::open(format!("/dev/fd/{fd}")).map_err(|error| failed(error.to_string()))?;
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
	let line = line.strip_suffix('\r').unwrap_or(line);
	Ok(Zeroizing::new(line.into()))
}
