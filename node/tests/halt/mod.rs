//! Programs that do nothing for a while.

use std::{
	fs,
	process::Command,
	time::{Duration, Instant},
};

/// Stops a program until it gets SIGCONT.
pub fn halt(id: u32) {
	let mut kill = Command::new("kill");
	let kill = kill.args(["-STOP", &id.to_string()]).status();
	assert!(kill.unwrap().success());
	// On a busy machine its threads go on until the one that gets the signal has its turn.
	let since = Instant::now();
	while !stands_still(id) {
		assert!(since.elapsed() < Duration::from_secs(60), "{id} goes on");
		std::thread::sleep(Duration::from_millis(5));
	}
}

/// Whether all threads of a program are stopped.
fn stands_still(id: u32) -> bool {
	let threads = fs::read_dir(format!("/proc/{id}/task")).unwrap();
	threads.flatten().all(|thread| {
		// One that has ended since does nothing, either.
		let status = fs::read_to_string(thread.path().join("stat")).unwrap_or_default();
		// The state is after the name, which is in parentheses.
		let state = status.rsplit_once(") ").map_or("", |(_, rest)| rest);
		state.is_empty() || state.starts_with('T')
	})
}
