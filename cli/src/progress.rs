//! The progress bar, on standard error if that is a terminal.

use crate::interrupt::INTERRUPTED;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use salus_client::Progress;
use std::{
	io::{stderr, IsTerminal},
	sync::atomic::Ordering,
	time::Duration,
};

/// A progress bar, or a spinner if the length is not known.
pub struct Bar(ProgressBar);

impl Bar {
	/// A bar that is shown only on a terminal, and never if `quiet`.
	pub fn new(quiet: bool) -> Self {
		let bar = ProgressBar::hidden();
		if !quiet && stderr().is_terminal() {
			bar.set_draw_target(ProgressDrawTarget::stderr());
		}
		Self(bar)
	}
}

impl Progress for Bar {
	fn step(&self, name: &str, total: Option<u64>) {
		self.0.reset();
		self.0.set_message(name.to_owned());
		let style = match total {
			Some(total) => {
				self.0.set_length(total);
				"{msg:28} [{bar:30}] {bytes}/{total_bytes} {bytes_per_sec}"
			}
			None => "{msg:28} {spinner} {elapsed}",
		};
		if let Ok(style) = ProgressStyle::with_template(style) {
			self.0.set_style(style);
		}
		self.0.enable_steady_tick(Duration::from_millis(100));
	}

	fn advance(&self, bytes: u64) {
		self.0.inc(bytes);
	}

	fn done(&self) {
		self.0.finish_and_clear();
	}

	fn cancelled(&self) -> bool {
		INTERRUPTED.load(Ordering::Relaxed)
	}
}

impl Drop for Bar {
	fn drop(&mut self) {
		self.0.finish_and_clear();
	}
}
