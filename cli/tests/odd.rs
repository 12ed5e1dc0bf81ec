//! Odd inputs and outputs: all commands with odd values, paths, descriptors and full disks. None
//! may panic.

mod walk;

use salus_client::keys::{read_secrets, Keystore};
use std::{
	ffi::OsString,
	fs::{self, File},
	io::Write,
	os::{
		fd::OwnedFd,
		unix::{ffi::OsStringExt, net::UnixStream},
	},
	path::Path,
	process::{Command, Stdio},
};
use walk::{arguments, assert_no_panic, broken, full, text, usages};

/// `salus` with its keys in `dir`. Nothing listens on port 9 of the loopback.
fn salus(dir: &Path) -> Command {
	let mut command = Command::new(env!("CARGO_BIN_EXE_salus"));
	command
		.env_clear()
		.current_dir(dir)
		.env("SALUS_KEYS", dir.join("keys"))
		.env("SALUS_NODE", "ws://127.0.0.1:9")
		.env("SALUS_CONSORTIUM", "ws://127.0.0.1:9")
		.env("SALUS_IPFS_API", "http://127.0.0.1:9")
		.stdin(Stdio::null());
	command
}

/// A value that passes the command line's own checks.
fn good(name: &str) -> OsString {
	match name {
		"ID" => "00112233445566778899aabbccddeeff",
		"NUMBER" | "PROVIDER" | "MEMBER" | "CANDIDATE" => "A12345",
		"ACCOUNT" => "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY",
		"HASH" => "0x0000000000000000000000000000000000000000000000000000000000000001",
		"NAME" => "a",
		"FILE" => "document",
		"URL" => "http://127.0.0.1:9",
		"SHELL" => "bash",
		_ => "7",
	}
	.into()
}

/// A folder with a document and a key that unlocks quickly.
fn folder() -> tempfile::TempDir {
	let dir = tempfile::tempdir().unwrap();
	fs::write(dir.path().join("document"), "content").unwrap();
	let keys = Keystore::new(dir.path().join("keys"));
	let secrets = salus_client::keys::generate(false).unwrap();
	keys.create("a", secrets, "p".to_owned().into()).unwrap();
	let path = keys.dir().join("a.age");
	let secrets = read_secrets(&path, "p").unwrap();
	let file = File::create(&path).unwrap();
	secrets.encrypt_with_work_factor("p", file, 2).unwrap();
	dir
}

#[test]
fn no_value_makes_a_command_panic() {
	let dir = folder();
	let usages = usages(&[]);
	assert!(usages.len() > 30, "{usages:?}");
	let long = "x".repeat(5_000);
	let odd: Vec<OsString> = [
		"",
		"-",
		"\u{1b}[2J\u{202e}a\nb",
		"18446744073709551616",
		&long,
	]
	.into_iter()
	.map(OsString::from)
	.chain([OsString::from_vec(b"\xff\xfe".to_vec())])
	.collect();
	for usage in &usages {
		for value in &odd {
			let args = arguments(usage, |_| value.clone());
			let output = salus(dir.path())
				.args(["--json", "--passphrase-fd", "0"])
				.args(&args)
				.output()
				.unwrap();
			assert_no_panic(&output, &args);
		}
	}
}

#[test]
fn no_descriptor_and_no_full_disk_makes_a_command_panic() {
	let dir = folder();
	// The passphrase is right, so that each command goes on to the node.
	let passphrase = dir.path().join("passphrase");
	fs::write(&passphrase, "p\np\n").unwrap();
	for usage in usages(&[]) {
		// These would change the folder for the others.
		if usage.starts_with("salus key remove") || usage.starts_with("salus key passphrase") {
			continue;
		}
		let args = arguments(&usage, good);
		let command = |fd: &str| {
			let mut command = salus(dir.path());
			command
				.args(["--passphrase-fd", fd])
				.args(&args)
				.stdin(File::open(&passphrase).unwrap());
			command
		};
		let folder = || File::open(dir.path()).unwrap();
		for output in [
			command("0").stdout(full()).output(),
			command("0").stdout(broken()).stderr(broken()).output(),
			command("0").stdout(full()).stderr(full()).output(),
			command("0").stdin(folder()).output(),
			command("99").output(),
		] {
			assert_no_panic(&output.unwrap(), &args);
		}
	}
}

#[test]
fn a_full_disk_is_reported() {
	let dir = folder();
	let output = salus(dir.path())
		.args(["key", "list"])
		.stdout(full())
		.output()
		.unwrap();
	assert_eq!(output.status.code(), Some(1));
	let error = text(&output.stderr);
	assert!(error.contains("cannot write standard output"), "{error}");
	let output = salus(dir.path())
		.args(["key", "export", "a", "none/a.age"])
		.output()
		.unwrap();
	assert_eq!(output.status.code(), Some(1));
	let error = text(&output.stderr);
	assert!(error.contains("cannot write none/a.age"), "{error}");
}

/// The second secret is on the second line, also of a file.
#[test]
fn two_secrets_are_read_from_one_descriptor() {
	let dir = folder();
	let lines = "\u{feff}//Alice\nright\r\n";
	let phrase = "bottom drive obey lake curtain smoke basket hold race lonely fit walk";
	let lines = lines.replace("//Alice", &format!("{phrase}//Alice"));
	let path = dir.path().join("secrets");
	fs::write(&path, &lines).unwrap();
	let (socket, mut other) = UnixStream::pair().unwrap();
	other.write_all(lines.as_bytes()).unwrap();
	let sources = [
		Stdio::from(File::open(&path).unwrap()),
		Stdio::from(OwnedFd::from(socket)),
	];
	for (name, source) in ["file", "socket"].into_iter().zip(sources) {
		let output = salus(dir.path())
			.args(["key", "import", name, "--authority"])
			.args(["--secret-fd", "0", "--passphrase-fd", "0"])
			.stdin(source)
			.output()
			.unwrap();
		assert!(output.status.success(), "{}", text(&output.stderr));
		let key = dir.path().join("keys").join(format!("{name}.age"));
		read_secrets(&key, "right").unwrap();
	}
}

#[test]
fn a_path_that_is_not_utf8_is_written() {
	let dir = folder();
	let path = OsString::from_vec(b"backup-\xff.age".to_vec());
	let output = salus(dir.path())
		.args(["--json", "key", "export", "a"])
		.arg(&path)
		.output()
		.unwrap();
	assert!(output.status.success(), "{}", text(&output.stderr));
	assert!(text(&output.stdout).contains("backup-\u{fffd}.age"));
	assert!(dir.path().join(path).is_file());
}

#[test]
fn a_password_in_an_address_is_refused_and_not_shown() {
	let dir = folder();
	for args in [
		&["--node", "wss://ana:secret@node.example", "chain", "info"][..],
		&[
			"--consortium",
			"wss://ana:secret@node.example",
			"chain",
			"regions",
		],
	] {
		let output = salus(dir.path()).args(args).output().unwrap();
		assert_eq!(output.status.code(), Some(2));
		assert!(!text(&output.stderr).contains("secret"), "{args:?}");
	}
	let help = salus(dir.path())
		.env("SALUS_NODE", "wss://ana:secret@node.example")
		.arg("--help")
		.output()
		.unwrap();
	assert!(!text(&help.stdout).contains("secret"));
}

#[test]
fn a_missing_document_is_reported_before_the_node_is_called() {
	let dir = folder();
	let id = "00112233445566778899aabbccddeeff";
	let output = salus(dir.path())
		.args(["record", "add", "none", "--patient", id])
		.output()
		.unwrap();
	assert_eq!(output.status.code(), Some(1));
	assert!(text(&output.stderr).contains("cannot read none"));
}

#[test]
fn a_backup_is_merged_checked_and_replaced() {
	let dir = folder();
	let run = |args: &[&str], secrets: &str| {
		let path = dir.path().join("secrets");
		fs::write(&path, secrets).unwrap();
		salus(dir.path())
			.args(["--passphrase-fd", "0"])
			.args(args)
			.stdin(File::open(&path).unwrap())
			.output()
			.unwrap()
	};
	let ok = |args: &[&str], secrets: &str| {
		let output = run(args, secrets);
		assert!(
			output.status.success(),
			"{args:?}: {}",
			text(&output.stderr)
		);
		text(&output.stdout)
	};
	ok(&["key", "export", "a", "backup"], "");
	let changed = ok(&["key", "passphrase", "a"], "p\nnew\n");
	assert!(changed.contains("salus key export a"), "{changed}");
	ok(&["key", "verify-backup", "a", "backup"], "p\n");
	assert_eq!(
		run(&["key", "verify-backup", "a", "backup"], "new\n")
			.status
			.code(),
		Some(8)
	);
	let merged = ok(&["key", "merge", "a", "backup"], "new\np\n");
	assert!(
		merged.contains("added 0 encryption keys and 0 names"),
		"{merged}"
	);
	assert_eq!(run(&["key", "remove", "a"], "").status.code(), Some(2));
	assert_eq!(
		run(&["key", "remove", "a", "--backup", "document"], "p\n")
			.status
			.code(),
		Some(8)
	);
	assert!(dir.path().join("keys/a.age").is_file());
	ok(&["key", "remove", "a", "--backup", "backup"], "p\n");
	assert!(!dir.path().join("keys/a.age").exists());
	ok(&["key", "import", "a", "backup"], "p\n");
}
