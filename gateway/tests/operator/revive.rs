//! `salus-revive`, with the answers that nodes give. scripts/faults runs it with nodes.

use std::{
	fs,
	io::{BufRead, BufReader, Read, Write},
	net::{TcpListener, TcpStream},
	path::Path,
	process::{Command, Output, Stdio},
	thread,
};

use serde_json::{json, Value};

use crate::deploy;

/// What two nodes answer.
#[derive(Clone, Copy)]
struct Nodes {
	/// Whether the relay chain's node synchronizes.
	relay_syncs: bool,
	/// The newest block of the node each time that it is asked. Without one it does not answer.
	blocks: &'static [u64],
	/// The newest block of its peers.
	peers: u64,
}

/// A node that stands still.
const STUCK: Nodes = Nodes {
	relay_syncs: false,
	blocks: &[100],
	peers: 120,
};

impl Nodes {
	/// The result of a call that is the so many-th one of its method.
	fn answer(&self, method: &str, asked: usize) -> Option<Value> {
		match method {
			"system_health" => Some(json!({
				"peers": 2, "isSyncing": self.relay_syncs, "shouldHavePeers": true
			})),
			"system_syncState" => {
				let newest = self.blocks.get(asked).or(self.blocks.last())?;
				Some(json!({
					"startingBlock": 0, "currentBlock": newest, "highestBlock": self.peers
				}))
			}
			_ => panic!("it asks for {method}"),
		}
	}

	/// Answers for both nodes until the test ends. Returns the port.
	fn listen(self) -> u16 {
		let listener = TcpListener::bind("127.0.0.1:0").unwrap();
		let port = listener.local_addr().unwrap().port();
		thread::spawn(move || {
			let mut asked = 0;
			for stream in listener.incoming() {
				let mut stream = stream.unwrap();
				let request = body(&stream);
				let method = request["method"].as_str().unwrap();
				let result = self.answer(method, asked);
				asked += usize::from(method == "system_syncState");
				let (status, text) = match result {
					Some(result) => {
						let answer =
							json!({ "jsonrpc": "2.0", "id": request["id"], "result": result });
						("200 OK", answer.to_string())
					}
					None => ("503 Service Unavailable", String::new()),
				};
				let length = text.len();
				write!(
					stream,
					"HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{text}"
				)
				.unwrap();
			}
		});
		port
	}

	/// Runs the script. Returns whether it starts the node again, and what it says.
	fn revived(self) -> (bool, String) {
		let folder = tempfile::tempdir().unwrap();
		let port = self.listen().to_string();
		let output = revive(
			folder.path(),
			&["--seconds", "1", &port, &port, "touch", "started"],
		);
		assert!(output.status.success(), "{output:?}");
		let said = String::from_utf8(output.stdout).unwrap();
		let (started, said_so) = (folder.path().join("started").exists(), !said.is_empty());
		assert_eq!(started, said_so, "{said}");
		(started, said)
	}
}

/// The body of a request.
fn body(stream: &TcpStream) -> Value {
	let mut reader = BufReader::new(stream);
	let mut length = 0;
	loop {
		let mut line = String::new();
		reader.read_line(&mut line).unwrap();
		let line = line.trim().to_lowercase();
		if line.is_empty() {
			break;
		}
		if let Some(value) = line.strip_prefix("content-length:") {
			length = value.trim().parse().unwrap();
		}
	}
	let mut body = vec![0; length];
	reader.read_exact(&mut body).unwrap();
	serde_json::from_slice(&body).unwrap()
}

fn revive(folder: &Path, arguments: &[&str]) -> Output {
	let mut command = Command::new(deploy("revive"));
	let command = command.args(arguments).current_dir(folder);
	command.stdin(Stdio::null()).output().unwrap()
}

#[test]
fn a_node_that_stands_still_while_its_peers_go_on_is_started_again() {
	// A machine that stops for a while can make one of its questions late: then it looks a minute later.
	let (_, said) = (0..10)
		.map(|_| STUCK.revived())
		.find(|(started, _)| *started)
		.expect("it is never started");
	assert!(said.contains("stands still at block 100"), "{said}");
}

#[test]
fn no_other_node_is_started_again() {
	let others = [
		(
			"the relay chain's node synchronizes",
			Nodes {
				relay_syncs: true,
				..STUCK
			},
		),
		(
			"it does not answer",
			Nodes {
				blocks: &[],
				..STUCK
			},
		),
		(
			"it has no block yet",
			Nodes {
				blocks: &[0],
				..STUCK
			},
		),
		(
			"it is near its peers",
			Nodes {
				peers: 119,
				..STUCK
			},
		),
		(
			"it went on",
			Nodes {
				blocks: &[99, 100],
				..STUCK
			},
		),
		(
			"it has found its peers",
			Nodes {
				blocks: &[100, 120],
				..STUCK
			},
		),
	];
	thread::scope(|scope| {
		for (why, nodes) in others {
			scope.spawn(move || {
				let (started, said) = nodes.revived();
				assert!(!started, "{why}: {said}");
			});
		}
	});
}

#[test]
fn wrong_arguments_are_told() {
	let folder = tempfile::tempdir().unwrap();
	for (arguments, expected) in [
		(&["1", "2"][..], "COMMAND are missing"),
		(&["--seconds", "soon", "1", "2", "true"], "not soon"),
	] {
		let output = revive(folder.path(), arguments);
		let said = String::from_utf8(output.stderr).unwrap();
		assert_eq!(output.status.code(), Some(2), "{said}");
		assert!(said.contains(expected), "{said}");
	}
	assert!(fs::read_dir(folder.path()).unwrap().next().is_none());
}
