//! Tests of the command without a node: help, completions, keys, wrong usage, exit codes.

use std::{
	fs,
	net::TcpListener,
	path::Path,
	process::{Child, Command, Output, Stdio},
};

/// Runs `salus` with these arguments, its keys in `dir` and a passphrase on standard input.
fn salus(dir: &Path, passphrase: &str, args: &[&str]) -> Output {
	use std::io::Write;
	let mut child = Command::new(env!("CARGO_BIN_EXE_salus"))
		.args(["--passphrase-fd", "0"])
		.args(args)
		.env_clear()
		.env("SALUS_KEYS", dir)
		// Nothing listens on port 9 of the loopback.
		.env("SALUS_NODE", "ws://127.0.0.1:9")
		.env("SALUS_IPFS_API", "http://127.0.0.1:9")
		.stdin(Stdio::piped())
		.stdout(Stdio::piped())
		.stderr(Stdio::piped())
		.spawn()
		.unwrap();
	// A command that fails early does not read it.
	let _ = child.stdin.take().unwrap().write_all(passphrase.as_bytes());
	child.wait_with_output().unwrap()
}

fn out(output: &Output) -> String {
	assert!(output.status.success(), "{}", err(output));
	String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
	String::from_utf8(output.stderr.clone()).unwrap()
}

fn code(output: &Output) -> i32 {
	output.status.code().unwrap()
}

#[test]
fn help_lists_commands_and_exit_codes() {
	let dir = tempfile::tempdir().unwrap();
	let help = out(&salus(dir.path(), "", &["--help"]));
	for word in [
		"key",
		"patient",
		"provider",
		"vote",
		"record",
		"grant",
		"pin",
		"operator",
		"authority",
		"chain",
		"completions",
		"Exit codes",
	] {
		assert!(help.contains(word), "{word} in {help}");
	}
	// No option takes a passphrase on the command line.
	for nouns in ["key new", "key import", "record add", "grant add"] {
		let mut args: Vec<_> = nouns.split(' ').collect();
		args.push("--help");
		let help = out(&salus(dir.path(), "", &args));
		assert!(!help.contains("--passphrase <"), "{help}");
		assert!(!help.contains("SALUS_PASSPHRASE"), "{help}");
	}
}

#[test]
fn each_shell_has_completions() {
	let dir = tempfile::tempdir().unwrap();
	for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
		let script = out(&salus(dir.path(), "", &["completions", shell]));
		assert!(script.contains("salus"), "{shell}");
	}
	assert_eq!(code(&salus(dir.path(), "", &["completions", "nosuch"])), 2);
}

#[test]
fn a_key_can_be_shown_listed_exported_and_imported() {
	let dir = tempfile::tempdir().unwrap();
	let keys = dir.path().join("keys");
	let made = out(&salus(&keys, "right\n", &["--json", "key", "new", "ana"]));
	let shown = out(&salus(&keys, "", &["--json", "key", "show", "ana"]));
	assert_eq!(made, shown);
	let value: serde_json::Value = serde_json::from_str(&shown).unwrap();
	assert!(value["account"].as_str().unwrap().starts_with('5'));
	assert_eq!(value["encryption_keys"][0]["version"], 0);
	assert_eq!(value["encryption_keys"].as_array().unwrap().len(), 1);
	// The only key is the key to act with.
	assert_eq!(out(&salus(&keys, "", &["--json", "key", "show"])), shown);
	assert!(out(&salus(&keys, "", &["key", "list"])).contains("ana"));
	// A second key with the same name is refused, and so is an empty passphrase.
	assert_eq!(code(&salus(&keys, "right\n", &["key", "new", "ana"])), 8);
	assert_eq!(
		code(&salus(&keys, "\n", &["key", "new", "bo", "--authority"])),
		8
	);
	assert!(!keys.join("bo.age").exists());

	let backup = dir.path().join("backup.age");
	let path = backup.to_str().unwrap();
	out(&salus(&keys, "", &["key", "export", "ana", path]));
	assert_eq!(code(&salus(&keys, "", &["key", "export", "ana", path])), 1);
	let elsewhere = dir.path().join("elsewhere");
	let wrong = salus(&elsewhere, "wrong\n", &["key", "import", "ana", path]);
	assert_eq!(code(&wrong), 8);
	assert!(!elsewhere.join("ana.age").exists());
	let again = out(&salus(
		&elsewhere,
		"right\n",
		&["--json", "key", "import", "ana", path],
	));
	assert_eq!(again, shown);
}

#[test]
fn a_wrong_passphrase_is_refused() {
	let dir = tempfile::tempdir().unwrap();
	out(&salus(
		dir.path(),
		"right\n",
		&["key", "new", "alice", "--authority"],
	));
	let args = ["key", "show", "alice", "--repair"];
	let wrong = salus(dir.path(), "wrong\n", &args);
	assert_eq!(code(&wrong), 8);
	assert!(err(&wrong).contains("passphrase"), "{}", err(&wrong));
	fs::remove_file(dir.path().join("alice.json")).unwrap();
	let missing = salus(dir.path(), "", &["key", "show", "alice"]);
	assert!(err(&missing).contains("--repair"), "{}", err(&missing));
	out(&salus(dir.path(), "right\n", &args));
	out(&salus(dir.path(), "", &["key", "show", "alice"]));
}

#[test]
fn a_development_account_can_be_imported() {
	let dir = tempfile::tempdir().unwrap();
	let args = [
		"--json",
		"key",
		"import",
		"a",
		"--dev",
		"Alice",
		"--authority",
	];
	let made = out(&salus(dir.path(), "p\n", &args));
	let value: serde_json::Value = serde_json::from_str(&made).unwrap();
	assert_eq!(
		value["account"],
		"5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"
	);
	assert!(value["encryption_keys"].as_array().unwrap().is_empty());
	let wrong = salus(
		dir.path(),
		"p\n",
		&["key", "import", "b", "--dev", "Mallory"],
	);
	assert_eq!(code(&wrong), 2);
	assert_eq!(code(&salus(dir.path(), "p\n", &["key", "import", "b"])), 2);
}

#[test]
fn wrong_usage_has_exit_code_2() {
	let dir = tempfile::tempdir().unwrap();
	let id = "00112233445566778899aabbccddeeff";
	let cases: &[&[&str]] = &[
		&["nosuch"],
		&["key", "new", "../up"],
		&["record", "add", "--patient", id],
		&["record", "add", "x", "--patient", "short"],
		&["record", "add", "a", "b", "--name", "one", "--patient", id],
		&["record", "get", "one", "-o", "x"],
		&["record", "get", "1"],
		&["grant", "add", "1", "--to", "A1234"],
		&["grant", "add", "1", "--to", "1234567890"],
		&["grant", "add", "1", "--to", "A12345", "--purpose", "fun"],
		&["vote", "verify", "A12345"],
		&["vote", "verify", "A12345", "--aye", "--nay"],
		&["provider", "apply", "B5432", "--full-name", "x"],
		&["provider", "retire"],
		&["grant", "add", "1", "--region", "2001"],
		&["grant", "add", "1", "--provider", "B54321"],
		&[
			"grant",
			"add",
			"1",
			"--region",
			"2001",
			"--provider",
			"B54321",
			"--fingerprint",
			"0011",
		],
		&["grant", "forward"],
		&["grant", "forward", "1", "--all"],
		&["grant", "list", "1", "--incoming"],
		&["record", "get", "2001/x", "-o", "x"],
		&["provider", "show", "--region", "2001"],
		// The address of a consortium node is missing.
		&["grant", "list", "--incoming", "--config", "nosuch.toml"],
		&[
			"patient",
			"invite",
			"5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQZ",
		],
		&["--node", "ws://192.0.2.1:9944", "chain", "info"],
		&["--node", "http://127.0.0.1:9944", "chain", "info"],
	];
	for args in cases {
		let output = salus(dir.path(), "", args);
		assert_eq!(code(&output), 2, "{args:?}: {}", err(&output));
		assert!(output.stdout.is_empty(), "{args:?}");
	}
}

/// Writes a configuration file.
fn config(dir: &Path, text: &str) -> String {
	let path = dir.join("config.toml");
	fs::write(&path, text).unwrap();
	path.to_str().unwrap().to_owned()
}

/// Runs `salus` with this configuration and without other addresses.
fn with_config(dir: &Path, config: &str, args: &[&str]) -> Output {
	Command::new(env!("CARGO_BIN_EXE_salus"))
		.args(args)
		.env_clear()
		.env("SALUS_KEYS", dir)
		.env("SALUS_CONFIG", config)
		.stdin(Stdio::null())
		.output()
		.unwrap()
}

#[test]
fn a_network_has_the_addresses_to_connect_to() {
	let dir = tempfile::tempdir().unwrap();
	// Nothing listens on these ports of the loopback.
	let networks = config(
		dir.path(),
		"default = \"a\"\n\
		[network.a]\nregion = 2000\nconsortium = \"ws://127.0.0.1:7\"\n\
		[network.a.regions]\n2000 = \"ws://127.0.0.1:9\"\n2001 = \"ws://127.0.0.1:11\"\n\
		[network.b.regions]\n2000 = \"ws://127.0.0.1:13\"\n",
	);
	let tries = |args: &[&str], port: &str| {
		let output = with_config(dir.path(), &networks, args);
		assert_eq!(code(&output), 7, "{args:?}: {}", err(&output));
		let address = format!("ws://127.0.0.1:{port}:");
		assert!(
			err(&output).contains(&address),
			"{args:?}: {}",
			err(&output)
		);
	};
	tries(&["chain", "info"], "9");
	tries(&["--region", "2001", "chain", "info"], "11");
	tries(&["--region", "consortium", "chain", "info"], "7");
	tries(&["chain", "info", "--network", "b"], "13");
	tries(&["chain", "info", "--node", "ws://127.0.0.1:15"], "15");
	tries(&["chain", "regions"], "7");
	tries(&["provider", "show", "B54321", "--region", "2001"], "7");
	tries(
		&["chain", "regions", "--consortium", "ws://127.0.0.1:17"],
		"17",
	);
	for (args, word) in [
		(&["--region", "2002", "chain", "info"][..], "2000, 2001"),
		(&["--network", "c", "chain", "info"], "a, b"),
		(&["--network", "b", "chain", "regions"], "--consortium"),
		(
			&["--network", "b", "--region", "2001", "chain", "info"],
			"2001",
		),
		(&["--region", "one", "chain", "info"], "consortium"),
	] {
		let output = with_config(dir.path(), &networks, args);
		assert_eq!(code(&output), 2, "{args:?}: {}", err(&output));
		assert!(err(&output).contains(word), "{args:?}: {}", err(&output));
	}
}

#[test]
fn a_node_of_another_machine_is_not_believed_without_a_network_file() {
	let dir = tempfile::tempdir().unwrap();
	for args in [
		["--node", "wss://192.0.2.1", "chain", "info"],
		["--consortium", "wss://192.0.2.1", "chain", "regions"],
	] {
		let output = salus(dir.path(), "", &args);
		assert_eq!(code(&output), 3, "{args:?}: {}", err(&output));
		let told = err(&output);
		assert!(told.contains("salus network add"), "{told}");
	}
}

#[test]
fn an_error_in_the_configuration_names_its_line() {
	let dir = tempfile::tempdir().unwrap();
	let bad = config(dir.path(), "[network.a]\n\nnode = \"\u{1b}[2J\"\n");
	let output = with_config(dir.path(), &bad, &["--json", "chain", "info"]);
	assert_eq!(code(&output), 2, "{}", err(&output));
	let value: serde_json::Value = serde_json::from_str(&err(&output)).unwrap();
	let message = value["error"]["message"].as_str().unwrap();
	assert!(message.contains("config.toml:3: "), "{message}");
	assert!(!message.contains('\u{1b}'), "{message}");
	let none = dir.path().join("nosuch.toml");
	let output = with_config(dir.path(), none.to_str().unwrap(), &["chain", "info"]);
	assert_eq!(code(&output), 2, "{}", err(&output));
	// A command that needs no chain does not read the configuration.
	out(&with_config(dir.path(), &bad, &["key", "list"]));
	out(&with_config(dir.path(), &bad, &["completions", "bash"]));
}

#[test]
fn a_missing_node_or_key_has_its_own_exit_code() {
	let dir = tempfile::tempdir().unwrap();
	let none = salus(dir.path(), "", &["chain", "info"]);
	assert_eq!(code(&none), 7, "{}", err(&none));
	assert!(err(&none).contains("next:"), "{}", err(&none));
	let json = salus(dir.path(), "", &["--json", "chain", "info"]);
	let value: serde_json::Value = serde_json::from_str(&err(&json)).unwrap();
	assert_eq!(value["error"]["kind"], "connection");
	assert_eq!(value["error"]["exit"], 7);
	// A missing key is reported before a passphrase is read or a node is tried.
	let key = salus(dir.path(), "", &["provider", "retire", "--yes"]);
	assert_eq!(code(&key), 8, "{}", err(&key));
	assert_eq!(
		code(&salus(dir.path(), "", &["--as", "ana", "record", "list"])),
		8
	);
	out(&salus(
		dir.path(),
		"p\n",
		&["key", "new", "a", "--authority"],
	));
	let node = salus(dir.path(), "p\n", &["provider", "retire", "--yes"]);
	assert_eq!(code(&node), 7, "{}", err(&node));
	out(&salus(
		dir.path(),
		"p\n",
		&["key", "new", "b", "--authority"],
	));
	let two = salus(dir.path(), "p\n", &["provider", "retire", "--yes"]);
	assert_eq!(code(&two), 2, "{}", err(&two));
	assert!(err(&two).contains("a, b"), "{}", err(&two));
	// A failed command does not leave a file in place of the document.
	let target = dir.path().join("document");
	let args = [
		"--as",
		"a",
		"record",
		"get",
		"1",
		"-o",
		target.to_str().unwrap(),
	];
	assert_eq!(code(&salus(dir.path(), "p\n", &args)), 7);
	assert!(!target.exists());
}

#[test]
fn with_json_wrong_usage_is_reported_as_json() {
	let dir = tempfile::tempdir().unwrap();
	let wrong = salus(dir.path(), "", &["--json", "vote", "verify", "A12345"]);
	assert_eq!(code(&wrong), 2);
	let value: serde_json::Value = serde_json::from_str(&err(&wrong)).unwrap();
	assert_eq!(value["error"]["kind"], "usage");
	assert_eq!(value["error"]["exit"], 2);
	let message = value["error"]["message"].as_str().unwrap();
	assert!(message.contains("--aye"), "{message}");
	// Requested help is not an error.
	assert!(out(&salus(dir.path(), "", &["--json", "--help"])).contains("Exit codes"));
}

/// Waits up to a minute for a child to end.
fn exit_code_of(child: &mut Child) -> i32 {
	for _ in 0..600 {
		if let Some(status) = child.try_wait().unwrap() {
			return status.code().unwrap();
		}
		std::thread::sleep(std::time::Duration::from_millis(100));
	}
	child.kill().unwrap();
	panic!("the command does not end");
}

#[test]
fn a_passphrase_ends_at_the_end_of_its_line() {
	use std::io::Write;
	let dir = tempfile::tempdir().unwrap();
	let mut child = Command::new(env!("CARGO_BIN_EXE_salus"))
		.args(["--passphrase-fd", "0", "key", "new", "a", "--authority"])
		.env("SALUS_KEYS", dir.path())
		.stdin(Stdio::piped())
		.stdout(Stdio::null())
		.spawn()
		.unwrap();
	let mut stdin = child.stdin.take().unwrap();
	stdin.write_all(b"right\nsomething else").unwrap();
	// The pipe stays open.
	assert_eq!(exit_code_of(&mut child), 0);
	drop(stdin);
	let args = ["key", "show", "a", "--repair"];
	out(&salus(dir.path(), "right\n", &args));
}

#[test]
fn a_signal_stops_the_command_with_its_own_exit_code() {
	for (signal, expected) in [("INT", 130), ("TERM", 143), ("HUP", 129)] {
		// A node that accepts the connection and never answers.
		let node = TcpListener::bind("127.0.0.1:0").unwrap();
		let mut child = Command::new(env!("CARGO_BIN_EXE_salus"))
			.args(["--json", "chain", "info", "--node"])
			.arg(format!("ws://{}", node.local_addr().unwrap()))
			.stdout(Stdio::null())
			.stderr(Stdio::piped())
			.spawn()
			.unwrap();
		let _connection = node.accept().unwrap();
		let kill = Command::new("kill")
			.args(["-s", signal, &child.id().to_string()])
			.status();
		assert!(kill.unwrap().success());
		assert_eq!(exit_code_of(&mut child), expected, "{signal}");
		let output = child.wait_with_output().unwrap();
		let value: serde_json::Value = serde_json::from_str(&err(&output)).unwrap();
		assert_eq!(value["error"]["exit"], expected);
	}
}

#[test]
fn control_characters_in_an_argument_are_escaped() {
	let dir = tempfile::tempdir().unwrap();
	let output = salus(dir.path(), "", &["key", "new", "a\u{1b}[2Jb"]);
	assert_eq!(code(&output), 2);
	assert!(!err(&output).contains('\u{1b}'), "{}", err(&output));
}
