//! Passphrases and other secrets: from the terminal or a file descriptor, never an argument.

use crate::progress::INTERRUPTED;
use salus_client::{Error, Result};
use std::{
	fs::File,
	io::{ErrorKind, Read},
	sync::atomic::Ordering,
};
use zeroize::Zeroizing;

/// The longest line that is read.
const MAX: usize = 4096;

/// The passphrase of a key: from the file descriptor if one is given, else asked for.
pub fn ask(fd: Option<u32>, name: &str) -> Result<Zeroizing<String>> {
	match fd {
		Some(fd) => read_line(fd),
		None => prompt(&format!("Passphrase of {name}: ")),
	}
}

/// A new passphrase: asked for twice.
pub fn choose(fd: Option<u32>, name: &str) -> Result<Zeroizing<String>> {
	if let Some(fd) = fd {
		return read_line(fd);
	}
	let first = prompt(&format!("New passphrase for {name}: "))?;
	let second = prompt("The same again: ")?;
	if first == second {
		return Ok(first);
	}
	Err(Error::KeyFile("the two passphrases differ".into()))
}

fn prompt(text: &str) -> Result<Zeroizing<String>> {
	let answer = rpassword::prompt_password(text).map_err(|error| {
		if error.kind() == ErrorKind::Interrupted {
			INTERRUPTED.store(true, Ordering::Relaxed);
		}
		Error::KeyFile(format!(
			"no passphrase: {error}; without a terminal, give it with --passphrase-fd"
		))
	})?;
	Ok(Zeroizing::new(answer))
}

/// The first line of an open file descriptor, and nothing after it: whoever writes to it need not
/// close it, and a second secret may follow.
pub fn read_line(fd: u32) -> Result<Zeroizing<String>> {
	let failed = |cause: String| Error::KeyFile(format!("file descriptor {fd}: {cause}"));
	let mut bytes = Zeroizing::new(Vec::with_capacity(MAX + 1));
	// Opening by path leaves the number to whoever opened it.
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
		if bytes.len() > MAX {
			return Err(failed(format!("more than {MAX} bytes")));
		}
	}
	let line = std::str::from_utf8(&bytes).map_err(|_| failed("it is not UTF-8".into()))?;
	let line = line.strip_suffix('\r').unwrap_or(line);
	Ok(Zeroizing::new(line.into()))
}
