//! How old the newest block of a chain may be: `--max-age`, with the recorded answers of a real
//! network, and a clock that is later.

use futures::{SinkExt, StreamExt};
use serde_json::{json, Value};
use std::{
	fs,
	path::Path,
	process::{Command, Output},
	sync::Arc,
	time::UNIX_EPOCH,
};
use tokio::net::TcpListener;
use tokio_tungstenite::{accept_async, tungstenite::Message};

const RECORDED: &str = include_str!("../../client/tests/recorded/network.json");
const CODE: &[u8] = include_bytes!("../../client/tests/recorded/code");

/// When the newest block of the recorded relay chain was made, by its slot, in Unix milliseconds.
const NEWEST: u64 = 1_795_982_016_000;

/// What the error of a block that is too old says.
const OLD: &str = "the relay chain is not up to date";

fn hex(bytes: &[u8]) -> String {
	let digits = bytes.iter().map(|byte| format!("{byte:02x}"));
	format!("0x{}", digits.collect::<String>())
}

/// What a node of the relay chain or of the region answered.
fn answer(recorded: &Value, relay: bool, method: &str, params: &Value) -> Value {
	let now = &recorded["moments"]["now"];
	let text = |at: usize| params[at].as_str().unwrap_or_default();
	match (relay, method) {
		(true, "chain_getFinalizedHead") => now["relay"].clone(),
		(false, "chain_getFinalizedHead") => now["head"].clone(),
		(_, "chain_getHeader") => recorded["headers"][text(0)].clone(),
		(true, "grandpa_proveFinality") => {
			let proofs = now["finality"].as_object().unwrap();
			let number = |key: &&String| key.parse::<u64>().unwrap();
			let later = |key: &&String| Some(number(key)) >= params[0].as_u64();
			let next = proofs.keys().filter(later).min_by_key(number);
			// The newest one is for all later blocks, too.
			let newest = proofs.keys().max_by_key(number);
			proofs[next.or(newest).unwrap()].clone()
		}
		(_, "state_getReadProof") => {
			let mut nodes = recorded["nodes"][text(1)].as_array().cloned();
			if params[0][0] == hex(b":code") {
				nodes
					.iter_mut()
					.for_each(|nodes| nodes.push(hex(CODE).into()));
			}
			json!({ "at": text(1), "proof": nodes.unwrap_or_default() })
		}
		_ => Value::Null,
	}
}

/// Serves the answers of a node. Returns its address.
async fn serve(recorded: Arc<Value>, relay: bool) -> String {
	let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
	let address = format!("ws://{}", listener.local_addr().unwrap());
	tokio::spawn(async move {
		while let Ok((stream, _)) = listener.accept().await {
			let recorded = recorded.clone();
			tokio::spawn(async move {
				let mut socket = accept_async(stream).await.unwrap();
				while let Some(Ok(Message::Text(text))) = socket.next().await {
					let asked: Value = serde_json::from_str(&text).unwrap();
					let method = asked["method"].as_str().unwrap();
					let result = answer(&recorded, relay, method, &asked["params"]);
					let answer = json!({ "jsonrpc": "2.0", "id": asked["id"], "result": result });
					if socket
						.send(Message::text(answer.to_string()))
						.await
						.is_err()
					{
						return;
					}
				}
			});
		}
	});
	address
}

/// `salus`, perhaps at another time, with keys in this folder.
fn salus(keys: &Path, late: Option<u64>) -> Command {
	let salus = env!("CARGO_BIN_EXE_salus");
	let mut command = match late {
		None => Command::new(salus),
		Some(time) => {
			let now = UNIX_EPOCH.elapsed().unwrap().as_secs();
			let offset = time as i64 / 1000 - now as i64;
			let mut command = Command::new("faketime");
			command.args(["-f", &format!("{offset:+}"), salus]);
			command
		}
	};
	command
		.env_clear()
		.env("PATH", std::env::var_os("PATH").unwrap_or_default())
		.env("FAKETIME_DONT_FAKE_MONOTONIC", "1")
		.env("SALUS_KEYS", keys)
		.arg("--json");
	command
}

fn succeeded(output: &Output) -> Value {
	assert!(output.status.success(), "{output:?}");
	serde_json::from_slice(&output.stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_that_is_older_than_the_greatest_age_is_refused() {
	let recorded: Arc<Value> = Arc::new(serde_json::from_str(RECORDED).unwrap());
	let dir = tempfile::tempdir().unwrap();
	let keys = dir.path().join("keys");
	let time = recorded["moments"]["now"]["time"].as_u64().unwrap();
	let mut accounts = Vec::new();
	for (name, account) in [("alice", "Alice"), ("bob", "Bob")] {
		let import = ["key", "import", name, "--dev", account, "--authority"];
		let mut command = salus(&keys, None);
		accounts.push(succeeded(&with_passphrase(command.args(import)))["account"].clone());
	}
	let mut chain = recorded["chain"].clone();
	let [node, relay] = [false, true].map(|relay| serve(recorded.clone(), relay));
	chain["endpoints"] = json!([
		{ "kind": "node", "url": node.await, "authority": accounts[0] },
		{ "kind": "relay", "url": relay.await, "authority": accounts[0] },
	]);
	let network = json!({
		"format": 1,
		"name": "recorded",
		"serial": 1,
		"valid_until": time + 365 * 24 * 60 * 60 * 1000,
		"reset": 0,
		"relay": recorded["relay"],
		"chains": [chain],
		"portal": null,
		"signers": { "threshold": 2, "accounts": accounts },
	});
	let file = dir.path().join("network.json");
	let signed = json!({ "network": network, "signatures": [] });
	fs::write(&file, signed.to_string()).unwrap();
	let mut print = String::new();
	for name in ["alice", "bob"] {
		let mut command = salus(&keys, Some(time));
		let sign = command.args(["--as", name, "network", "sign"]).arg(&file);
		let signed = succeeded(&with_passphrase(sign));
		print = signed["fingerprint"].as_str().unwrap().into();
	}
	let mut command = salus(&keys, Some(time));
	let add = command.args(["network", "add"]).arg(&file);
	succeeded(&add.args(["--fingerprint", &print]).output().unwrap());

	let minute = 60 * 1000;
	for (age, option, variable, refused) in [
		(6, None, None, true),
		(6, Some("5"), None, true),
		(6, None, Some("5"), true),
		(6, Some("7"), None, false),
		(6, None, Some("7"), false),
		(6, Some("5"), Some("7"), true),
		(4, None, None, false),
		(4, Some("3"), None, true),
		(29, Some("30"), None, false),
		(31, Some("30"), None, true),
	] {
		let mut command = salus(&keys, Some(NEWEST + age * minute));
		command.envs(variable.map(|minutes| ("SALUS_MAX_AGE", minutes)));
		command.args(option.map(|minutes| format!("--max-age={minutes}")));
		let output = command.args(["record", "show", "2", "--locked"]).output();
		let output = output.unwrap();
		let said = String::from_utf8(output.stderr).unwrap();
		let case = format!("{age} minutes, {option:?}, {variable:?}: {said}");
		assert_eq!(output.status.code(), Some(5), "{case}");
		assert_eq!(said.contains(OLD), refused, "{case}");
		// The nodes have recorded no more than the record.
		assert!(
			refused || said.contains("does not show what was asked for"),
			"{case}"
		);
	}
}

#[test]
fn an_age_that_cannot_be_is_refused() {
	let dir = tempfile::tempdir().unwrap();
	for age in [
		"0",
		"31",
		"-1",
		"5.5",
		"5m",
		" 5",
		"0x5",
		"٥",
		"99999999999999999999",
		"",
	] {
		let mut option = salus(dir.path(), None);
		option.arg(format!("--max-age={age}"));
		let mut variable = salus(dir.path(), None);
		variable.env("SALUS_MAX_AGE", age);
		for mut command in [option, variable] {
			let output = command.args(["chain", "info"]).output().unwrap();
			let said = String::from_utf8(output.stderr).unwrap();
			assert_eq!(output.status.code(), Some(2), "{age}: {said}");
			assert!(said.contains("max-age"), "{age}: {said}");
		}
	}
}

/// Runs a command that gets the passphrase.
fn with_passphrase(command: &mut Command) -> Output {
	use std::{io::Write, process::Stdio};
	let mut child = command
		.args(["--passphrase-fd", "0"])
		.stdin(Stdio::piped())
		.stdout(Stdio::piped())
		.stderr(Stdio::piped())
		.spawn()
		.unwrap();
	child
		.stdin
		.take()
		.unwrap()
		.write_all(b"a passphrase\n")
		.unwrap();
	child.wait_with_output().unwrap()
}
