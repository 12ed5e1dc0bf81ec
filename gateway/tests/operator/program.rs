//! What the gateway's program prints, without any service.

use std::{
	fs::{self, File, Permissions},
	io::{BufRead, BufReader},
	os::unix::fs::PermissionsExt,
	path::Path,
	process::{Command, Stdio},
};

use crate::ports::free_port;

const PROGRAM: &str = env!("CARGO_BIN_EXE_salus-gateway");

/// Writes a configuration with this in it. Nothing listens on port 9 of the loopback.
fn configure(folder: &Path, more: &str) {
	let transport = match more.contains("[tls]") {
		true => "",
		false => "behind_proxy = true\n",
	};
	let text = format!(
		"listen = \"127.0.0.1:{}\"\nhosts = [\"clinic.example\"]\n{transport}region = \"ws://127.0.0.1:9\"\n{more}",
		free_port()
	);
	fs::write(folder.join("gateway.toml"), text).unwrap();
}

fn program(folder: &Path) -> Command {
	let mut command = Command::new(PROGRAM);
	command
		.args(["run", "--config", "gateway.toml"])
		.current_dir(folder)
		.stdin(Stdio::null())
		.stdout(Stdio::null())
		.stderr(Stdio::piped());
	command
}

#[test]
fn the_log_has_no_colours_if_it_is_no_terminal() {
	let folder = tempfile::tempdir().unwrap();
	configure(folder.path(), "network_file = \"network.json\"");
	let mut gateway = program(folder.path()).spawn().unwrap();
	let mut log = String::new();
	let mut lines = BufReader::new(gateway.stderr.take().unwrap());
	// Both have fields, which would have colours of their own.
	while !(log.contains("listening") && log.contains("network.json")) {
		assert!(lines.read_line(&mut log).unwrap() > 0, "{log}");
	}
	gateway.kill().unwrap();
	gateway.wait().unwrap();
	assert!(!log.contains('\u{1b}'), "{log:?}");
}

#[test]
fn a_file_that_cannot_be_used_is_named_with_what_to_do() {
	let folder = tempfile::tempdir().unwrap();
	let folder = folder.path();
	// A folder cannot be read as a file, whoever reads it.
	fs::create_dir(folder.join("a-folder")).unwrap();
	let envelopes = "rpc = \"http://127.0.0.1:9\"\ngateway = \"http://127.0.0.1:9\"\n";
	for (more, named, what_to_do) in [
		(
			"[tls]\ncertificate = \"a-folder\"\nkey = \"a-folder\"".into(),
			"a-folder",
			"salus-gateway check",
		),
		(
			format!("[envelopes]\n{envelopes}secret = \"a-folder\"\nuploads = \"uploads\""),
			"a-folder",
			"salus-gateway check",
		),
		(
			format!("[envelopes]\n{envelopes}uploads = \"gateway.toml\""),
			"gateway.toml",
			"a folder of its own",
		),
	] {
		configure(folder, &more);
		let output = program(folder).output().unwrap();
		let said = String::from_utf8(output.stderr).unwrap();
		assert_eq!(output.status.code(), Some(1), "{said}");
		assert!(said.contains(named) && said.contains(what_to_do), "{said}");
	}
	fs::remove_file(folder.join("gateway.toml")).unwrap();
	let output = program(folder).output().unwrap();
	let said = String::from_utf8(output.stderr).unwrap();
	assert!(
		said.contains("gateway.toml") && said.contains("--config"),
		"{said}"
	);
}

/// Of what is in a file that it may not read, `check` would tell nothing true.
#[test]
fn check_asks_for_root_if_it_may_not_read_a_file() {
	let folder = tempfile::tempdir().unwrap();
	let folder = folder.path();
	let envelopes =
		"rpc = \"http://127.0.0.1:9\"\ngateway = \"http://127.0.0.1:9\"\nuploads = \"uploads\"\n";
	let tls = "[tls]\ncertificate = \"certificate.pem\"\nkey = \"key.pem\"\n";
	configure(
		folder,
		&format!("{tls}[envelopes]\n{envelopes}secret = \"secret\""),
	);
	for name in ["certificate.pem", "key.pem", "secret", "kubo-config"] {
		let file = folder.join(name);
		fs::write(&file, "").unwrap();
		fs::set_permissions(&file, Permissions::from_mode(0o000)).unwrap();
		// Root may read all files, if it does not give that up.
		let mut command = match File::open(&file) {
			Ok(_) => {
				let mut command = Command::new("setpriv");
				let none = "-dac_override,-dac_read_search";
				command.args(["--inh-caps", none, "--bounding-set", none, PROGRAM]);
				command
			}
			Err(_) => Command::new(PROGRAM),
		};
		command.args(["check", "--config", "gateway.toml"]);
		command.args(["--kubo-config", "kubo-config", "--etc", "etc"]);
		let output = command.current_dir(folder).output().unwrap();
		let told = String::from_utf8(output.stdout).unwrap();
		assert_eq!(output.status.code(), Some(1), "{told}");
		let expected = format!(
			"wrong: you may not read {name}, so check as root\n  \
			 sudo salus-gateway check --config gateway.toml\n"
		);
		assert!(told.ends_with(&expected), "{told}");
		assert_eq!(told.matches("wrong:").count(), 1, "{told}");
		fs::set_permissions(&file, Permissions::from_mode(0o600)).unwrap();
	}
}
