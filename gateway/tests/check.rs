//! `salus-gateway check`, with a real Kubo.

mod carry;
mod world;

use std::{
	fs,
	path::Path,
	process::{Command, Stdio},
};

use carry::{config, kubo, wait_for, Kubo};
use salus_gateway::envelopes::config::EnvelopeLimits;

/// Runs `check` for a Kubo. Returns whether all is right, and what it prints.
fn check(folder: &Path, kubo: &Kubo) -> (bool, String) {
	let envelopes = config(kubo, &folder.join("uploads"), EnvelopeLimits::default());
	let text = format!(
		"listen = \"127.0.0.1:1\"\nhosts = [\"localhost\"]\nbehind_proxy = true\n\
		 region = \"ws://127.0.0.1:1\"\n\
		 [envelopes]\nrpc = {:?}\ngateway = {:?}\nsecret = {:?}\nuploads = {:?}\n",
		envelopes.rpc,
		envelopes.gateway,
		folder.join("secret"),
		envelopes.uploads,
	);
	let file = folder.join("gateway.toml");
	fs::write(&file, text).unwrap();
	let output = Command::new(env!("CARGO_BIN_EXE_salus-gateway"))
		.args(["check", "--config"])
		.arg(&file)
		.arg("--kubo-config")
		.arg(kubo.folder().join("config"))
		.stdin(Stdio::null())
		.output()
		.unwrap();
	let printed = [output.stdout, output.stderr].concat();
	let printed = String::from_utf8(printed).unwrap();
	println!("{printed}");
	(output.status.success(), printed)
}

#[test]
fn check_tells_what_is_wrong_and_its_commands_correct_it() {
	let folder = tempfile::tempdir().unwrap();
	let mut kubo = kubo();
	let secret = config(&kubo, folder.path(), EnvelopeLimits::default()).secret;
	let secret = fs::read_to_string(secret.unwrap()).unwrap();
	let file = folder.path().join("secret");
	fs::write(&file, &secret).unwrap();
	kubo.run(&["config", "--json", "Gateway.NoFetch", "false"]);

	let (right, printed) = check(folder.path(), &kubo);
	assert!(!right && printed.contains("wrong: Gateway.NoFetch"));
	let commands: Vec<_> = printed
		.lines()
		.filter_map(|line| line.strip_prefix("  ipfs "))
		.collect();
	assert_eq!(commands.len(), printed.matches("wrong: ").count());
	kubo.kill();
	for command in commands {
		// The last word is in quotes, if it has some of its own.
		let words: Vec<_> = command
			.splitn(4, ' ')
			.map(|word| word.trim_matches('\''))
			.collect();
		kubo.run(&words);
	}
	kubo.restart();
	wait_for(&kubo);
	let (right, printed) = check(folder.path(), &kubo);
	assert!(right, "{printed}");

	// No message shows a secret.
	for wrong in [secret.replace('7', "8"), "two words".into(), String::new()] {
		fs::write(&file, &wrong).unwrap();
		let (right, printed) = check(folder.path(), &kubo);
		assert!(!right, "{wrong}");
		assert!(wrong.is_empty() || !printed.contains(wrong.trim()));
	}
	fs::remove_file(&file).unwrap();
	assert!(!check(folder.path(), &kubo).0);
}
