//! Progress reports for the person who waits.

use salus_primitives::Hash256;
use std::io::{self, Read};

/// Receives reports on a transaction, a transfer or a computation.
pub trait Progress: Send + Sync {
	/// A step begins; `total` is its length in bytes, where that is known.
	fn step(&self, _name: &str, _total: Option<u64>) {}
	/// The step has processed `bytes` more.
	fn advance(&self, _bytes: u64) {}
	/// Something happened that the person should know, such as that a block includes the transaction.
	fn note(&self, _text: &str) {}
	/// A transaction with this hash was signed. It may come, even if the work stops now.
	fn signed(&self, _hash: &Hash256) {}
	/// All steps are finished.
	fn done(&self) {}
	/// The work failed or was stopped, and what it left is being removed: give it some seconds.
	fn cleaning_up(&self) {}
	/// Returns `true` once the person asks to stop: transfers and computations then fail.
	fn cancelled(&self) -> bool {
		false
	}
}

/// Ignores all reports.
impl Progress for () {}

/// Reports what is read through it, and fails once the person asks to stop.
pub(crate) struct ProgressReader<'a, R>(pub R, pub &'a dyn Progress);

impl<R: Read> Read for ProgressReader<'_, R> {
	fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
		if self.1.cancelled() {
			return Err(io::Error::other("interrupted"));
		}
		let read = self.0.read(buffer)?;
		self.1.advance(read as u64);
		Ok(read)
	}
}
