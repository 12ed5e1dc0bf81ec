//! Signals that stop the command.

use std::sync::{atomic::AtomicBool, Mutex};
use tokio::signal::unix::{signal, SignalKind};

/// Whether the user interrupted the command.
pub static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Whether the command removes what it left elsewhere.
pub static CLEANING_UP: AtomicBool = AtomicBool::new(false);

/// The hash of the last transaction that the command signed.
pub static SIGNED: Mutex<Option<String>> = Mutex::new(None);

/// The exit code of an interrupted command: 128 and the number of SIGINT, as in shells.
pub const EXIT_INTERRUPTED: u8 = 130;

/// Waits for a signal to stop and returns its exit code. Without signal support it waits forever.
pub async fn stop_signal() -> u8 {
	let signals = (
		signal(SignalKind::hangup()),
		signal(SignalKind::interrupt()),
		signal(SignalKind::terminate()),
	);
	let (Ok(mut hangup), Ok(mut interrupt), Ok(mut terminate)) = signals else {
		return std::future::pending().await;
	};
	tokio::select! {
		_ = hangup.recv() => 129,
		_ = interrupt.recv() => EXIT_INTERRUPTED,
		_ = terminate.recv() => 143,
	}
}
