//! What commands print into a full disk or a closed pipe, when they have something to print.

use super::{
	lost::ease,
	walk::{arguments, assert_no_panic, broken, full, usages},
	*,
};
use salus_client::keys::Keystore;
use std::{ffi::OsString, os::unix::ffi::OsStringExt};

/// Commands that print a result only with these options.
const MORE: &[&str] = &[
	"key import copy backup",
	"record add document --patient PATIENT",
	"record add document --about-me",
	"record get 0 --output -",
	"record get 0 --range 0-3 --output -",
	"record get 0 --force --output got",
	"record list --locked",
	"record show 0 --locked",
	"provider show A12345",
	"provider list --pending",
	"pin status 0",
	"grant add 0 --to B54321",
	"grant show 0",
	"grant list 0",
	"grant list --waiting",
	"grant revoke 0 --from B54321",
	"key show --repair",
];

/// Most commands succeed once.
const LEAST_RESULTS: usize = 30;

#[test]
fn every_command_that_prints_a_result_survives_a_full_disk_and_a_closed_pipe() {
	let region = Region::start();
	for (name, number) in [("ana", "A12345"), ("ben", "B54321")] {
		region.apply(name, number);
		for authority in ["alice", "bob"] {
			region.json(authority, &["vote", "verify", number, "--aye"]);
		}
	}
	let patient = region.patient("pat", "ana");
	region.json("new", &["key", "new", "new"]);
	let document = region.document("document", "a note");
	let add = ["record", "add", &document, "--patient", &patient];
	assert_eq!(region.json("ana", &add)["records"][0]["record"], 0);
	let rotated = region.json("ana", &["key", "rotate"]);
	let hash = text(&rotated["transaction"]);
	let backup = region.path("backup");
	let export = ["key", "export", "ana", backup.to_str().unwrap()];
	region.json("ana", &export);
	let keys = Keystore::new(region.path("keys"));
	for name in ["alice", "ana", "pat"] {
		ease(&keys, name);
	}
	let kubo = region.kubo.url().unwrap();
	let account = region.account("new");
	let value = |name: &str| -> OsString {
		match name {
			"ID" | "PATIENT" => patient.as_str(),
			"NUMBER" | "PROVIDER" | "MEMBER" => "B54321",
			"ACCOUNT" => account.as_str(),
			"HASH" => hash.as_str(),
			"NAME" => "ana",
			"FILE" => "backup",
			"WASM" | "OFFER" => "document",
			"URL" => kubo.as_str(),
			"SHELL" => "bash",
			"PERIOD" => "30d",
			_ => "0",
		}
		.into()
	};
	let walked = usages(&[])
		.into_iter()
		.map(|usage| arguments(&usage, value));
	let more = MORE.iter().map(|line| {
		let words = line.split(' ');
		words
			.map(|word| {
				if word == "PATIENT" {
					value(word)
				} else {
					word.into()
				}
			})
			.collect()
	});
	let mut all: Vec<Vec<OsString>> = walked.chain(more).collect();
	// What makes a key slow again, or ends a membership, comes last.
	let last = ["rotate", "merge", "passphrase", "retire"].map(OsString::from);
	all.sort_by_key(|args| args.iter().any(|arg| last.contains(arg)));
	a_document_goes_to_a_path_that_is_not_utf8(&region);
	let mut results = 0;
	for args in &all {
		let (noun, verb) = (
			args[0].to_str().unwrap(),
			args.get(1).and_then(|arg| arg.to_str()),
		);
		let who = match (noun, verb) {
			("vote" | "authority", _) | ("provider", Some("suspend" | "reinstate")) => "alice",
			("grant", _) => "pat",
			("patient", Some("show")) => "pat",
			("record", Some("add")) if args.iter().any(|arg| arg == "--about-me") => "pat",
			_ => "ana",
		};
		let output = run(&region, who, args, full(), true);
		assert_no_panic(&output, args);
		let error = String::from_utf8_lossy(&output.stderr);
		assert!(!output.status.success(), "{args:?}: {error}");
		if error.contains("cannot write standard output") {
			assert_eq!(output.status.code(), Some(1), "{args:?}: {error}");
			results += 1;
		} else {
			eprintln!("no result: {who} {args:?}: {error}");
		}
		assert_no_panic(&run(&region, who, args, broken(), false), args);
	}
	assert!(results >= LEAST_RESULTS, "{results} of {}", all.len());
}

fn a_document_goes_to_a_path_that_is_not_utf8(region: &Region) {
	let path = OsString::from_vec(b"got-\xff".to_vec());
	let mut args: Vec<OsString> = ["record", "get", "0", "--output"]
		.map(OsString::from)
		.into();
	args.push(path.clone());
	let output = run(region, "ana", &args, Stdio::piped(), true);
	let error = String::from_utf8_lossy(&output.stderr);
	assert!(output.status.success(), "{error}");
	let printed: Value = serde_json::from_slice(&output.stdout).unwrap();
	assert!(text(&printed["file"]).ends_with("got-\u{fffd}"));
	assert_eq!(fs::read(region.dir.path().join(path)).unwrap(), b"a note");
}

/// Runs a command in the region's folder. With `to_stderr`, standard error is read. Else it is a
/// closed pipe, too, and the result is for people.
fn run(region: &Region, name: &str, args: &[OsString], stdout: Stdio, to_stderr: bool) -> Output {
	let mut command = Command::new(SALUS);
	if to_stderr {
		command.arg("--json").stderr(Stdio::piped());
	} else {
		command.stderr(broken());
	}
	command
		.args(["--wait", "best", "--passphrase-fd", "0"])
		.args(["--as", name, "--node", &region.url])
		.args(["--ipfs", &region.kubo.url().unwrap()])
		.args(args)
		.current_dir(region.dir.path())
		.env_clear()
		.env("SALUS_KEYS", region.path("keys"))
		.env("SALUS_DEVELOPMENT", "true")
		.stdin(Stdio::piped())
		.stdout(stdout);
	with_passphrase(command).wait_with_output().unwrap()
}
