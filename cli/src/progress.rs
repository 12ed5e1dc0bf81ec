//! The progress bar, on standard error if that is a terminal.

use crate::{
	display::{clean, hash},
	interrupt::{CLEANING_UP, INTERRUPTED, SIGNED},
	output::to_stderr,
};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use salus_client::Progress;
use salus_primitives::Hash256;
use std::{
	io::{stderr, IsTerminal},
	sync::atomic::Ordering,
	time::Duration,
};

/// A progress bar, or a spinner if the length is not known.
pub struct Bar {
	bar: ProgressBar,
	quiet: bool,
}

impl Bar {
	/// A bar that is shown only on a terminal. If `quiet`, it shows nothing at all.
	pub fn new(quiet: bool) -> Self {
		let bar = ProgressBar::hidden();
		if !quiet && stderr().is_terminal() {
			bar.set_draw_target(ProgressDrawTarget::stderr());
		}
		Self { bar, quiet }
	}
}

impl Progress for Bar {
	fn step(&self, name: &str, total: Option<u64>) {
		self.bar.reset();
		self.bar.set_message(name.to_owned());
		let style = match total {
			Some(total) => {
				self.bar.set_length(total);
				"{msg:28} [{bar:30}] {bytes}/{total_bytes} {bytes_per_sec}"
			}
			None => "{msg:28} {spinner} {elapsed}",
		};
		if let Ok(style) = ProgressStyle::with_template(style) {
			self.bar.set_style(style);
		}
		self.bar.enable_steady_tick(Duration::from_millis(100));
	}

	fn advance(&self, bytes: u64) {
		self.bar.inc(bytes);
	}

	fn note(&self, text: &str) {
		if !self.quiet {
			self.bar.suspend(|| to_stderr(&clean(text)));
		}
	}

	fn signed(&self, transaction: &Hash256) {
		if let Ok(mut signed) = SIGNED.lock() {
			*signed = Some(hash(transaction));
		}
	}

	fn done(&self) {
		self.bar.finish_and_clear();
	}

	fn cleaning_up(&self) {
		CLEANING_UP.store(true, Ordering::Relaxed);
	}

	fn cancelled(&self) -> bool {
		INTERRUPTED.load(Ordering::Relaxed)
	}
}

impl Drop for Bar {
	fn drop(&mut self) {
		self.bar.finish_and_clear();
	}
}
