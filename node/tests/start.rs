//! What a node says that cannot start: what is wrong, and what to do.

use std::{
	fs::{self, File, Permissions},
	os::unix::fs::PermissionsExt,
	path::Path,
	process::{Child, Command, Stdio},
	thread::sleep,
	time::{Duration, Instant},
};

/// The time in which a node must start.
const PATIENCE: Duration = Duration::from_secs(120);

/// The capabilities by which root may read and write all files, for `setpriv` to drop.
const NONE: &str = "-dac_override,-dac_read_search";

/// Is killed at the end of the test.
struct Process(Child);

impl Drop for Process {
	fn drop(&mut self) {
		let _ = self.0.kill();
		let _ = self.0.wait();
	}
}

/// A node of a development chain, started by these words.
fn node(before: &[&str], base: &Path) -> Command {
	let mut command = Command::new("env");
	command.args(before).arg(env!("CARGO_BIN_EXE_salus-node"));
	command
		.args(["--dev", "--chain", "consortium-dev", "--base-path"])
		.arg(base);
	command.args([
		"--rpc-port",
		"0",
		"--port",
		"0",
		"--no-prometheus",
		"--no-telemetry",
		"--no-mdns",
	]);
	command.stdin(Stdio::null());
	command
}

/// What a node says that must not start.
fn said(before: &[&str], base: &Path) -> String {
	let before = [&["timeout", "120"][..], before].concat();
	let output = node(&before, base).output().unwrap();
	let said = String::from_utf8_lossy(&output.stderr).into_owned();
	assert_eq!(output.status.code(), Some(1), "{said}");
	said
}

#[test]
fn a_base_path_that_cannot_be_written_is_named() {
	let folder = tempfile::tempdir().unwrap();
	let file = folder.path().join("file");
	fs::write(&file, "").unwrap();
	let told = |before: &[&str], base: &Path, path: &Path| {
		let said = said(before, base);
		let expected = format!("salus-node: cannot write {}", path.display());
		assert!(said.contains(&expected), "{said}");
	};
	let below = file.join("base");
	told(&[], &below, &below);
	// As if another user had made a part of it.
	let base = folder.path().join("base");
	let database = base.join("chains/salus-consortium-dev/db");
	fs::create_dir_all(&database).unwrap();
	forbid(&database, &|before| told(before, &base, &database));
}

/// As if root had put it there.
#[test]
fn a_session_key_that_cannot_be_read_is_named() {
	let folder = tempfile::tempdir().unwrap();
	let keystore = folder.path().join("chains/salus-consortium-dev/keystore");
	fs::create_dir_all(&keystore).unwrap();
	let key = keystore.join("6175726100");
	fs::write(&key, "secret").unwrap();
	for path in [&key, &keystore] {
		forbid(path, &|before| {
			let said = said(before, folder.path());
			let expected = format!("cannot read the session key {}", path.display());
			assert!(
				said.contains(&expected) && !said.contains("secret"),
				"{said}"
			);
		});
	}
}

/// Runs a test while nobody may read or write this. It gets the words that start a node which is nobody
/// special: root may read and write all, if it does not give that up.
fn forbid(path: &Path, test: &dyn Fn(&[&str])) {
	let allow = |mode| fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
	allow(0o000);
	let without: &[&str] = &["setpriv", "--inh-caps", NONE, "--bounding-set", NONE];
	let root = File::open(path).is_ok();
	test(if root { without } else { &[] });
	allow(0o700);
}

#[test]
fn a_base_path_that_another_node_uses_is_told() {
	let base = tempfile::tempdir().unwrap();
	let log = base.path().join("log");
	let mut other = node(&[], base.path());
	let other = other
		.stdout(Stdio::null())
		.stderr(File::create(&log).unwrap());
	let mut other = Process(other.spawn().unwrap());
	let since = Instant::now();
	loop {
		let log = fs::read_to_string(&log).unwrap();
		if log.contains("JSON-RPC server") {
			break;
		}
		assert!(other.0.try_wait().unwrap().is_none(), "{log}");
		assert!(since.elapsed() < PATIENCE, "{log}");
		sleep(Duration::from_millis(100));
	}
	let said = said(&[], base.path());
	assert!(
		said.contains("another process has this database open"),
		"{said}"
	);
}
