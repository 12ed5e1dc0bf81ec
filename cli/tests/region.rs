//! Tests of the command on a real region: a development node that makes its own blocks, and a Kubo.
//! They cover what scripts/demo does not.

#[path = "../../client/tests/daemon/mod.rs"]
mod daemon;
#[path = "region/gateway.rs"]
mod gateway;
#[path = "../../node/tests/halt/mod.rs"]
mod halt;
#[path = "region/lost.rs"]
mod lost;
#[path = "region/network.rs"]
mod network;
#[path = "region/odd.rs"]
mod odd;
#[path = "region/part.rs"]
mod part;
#[path = "../../node/tests/ports/mod.rs"]
mod ports;
mod walk;

use daemon::Kubo;
use halt::halt;
use ports::free_port;
use serde_json::Value;
use std::{
	fs,
	io::Write,
	path::{Path, PathBuf},
	process::{Child, Command, Output, Stdio},
	thread::sleep,
	time::{Duration, Instant},
};
use tempfile::TempDir;

/// How long node and Kubo may take to start.
const START_LIMIT: Duration = Duration::from_secs(120);
const SALUS: &str = env!("CARGO_BIN_EXE_salus");

/// A region that stops when the test ends.
struct Region {
	node: Child,
	kubo: Kubo,
	dir: TempDir,
	url: String,
	ports: [String; 2],
}

/// Milliseconds from block to block.
const BLOCK_TIME: u32 = 300;

/// The chain that a node serves, as its arguments.
const REGION: &[&str] = &["--dev"];
const CONSORTIUM: &[&str] = &["--dev", "--chain", "consortium-dev"];

/// Starts a node.
fn node(chain: &[&str], dir: &Path, [rpc, p2p]: &[String; 2], block_time: u32) -> Child {
	let node = Path::new(SALUS).with_file_name("salus-node");
	assert!(
		node.is_file(),
		"this test needs {}: cargo build -p salus-node",
		node.display()
	);
	let log = fs::File::options()
		.create(true)
		.append(true)
		.open(dir.join("node.log"))
		.unwrap();
	Command::new(node)
		.args(chain)
		.args(["--dev-block-time", &block_time.to_string()])
		.arg("--base-path")
		.arg(dir.join("node"))
		.args(["--rpc-port", rpc, "--port", p2p])
		.args(["--rpc-max-connections", "1000"])
		.args(["--no-prometheus", "--no-telemetry", "--no-mdns"])
		.stdin(Stdio::null())
		.stdout(Stdio::null())
		.stderr(log)
		.spawn()
		.unwrap()
}

impl Region {
	fn start() -> Self {
		let dir = tempfile::tempdir().unwrap();
		let ports = [free_port(), free_port()].map(|port| port.to_string());
		let region = Self {
			node: node(REGION, dir.path(), &ports, BLOCK_TIME),
			kubo: Kubo::start(),
			dir,
			url: format!("ws://127.0.0.1:{}", ports[0]),
			ports,
		};
		region.wait_until_up();
		for name in ["alice", "bob", "charlie"] {
			let account = name[..1].to_uppercase() + &name[1..];
			region.json(
				name,
				&["key", "import", name, "--dev", &account, "--authority"],
			);
		}
		region
	}

	fn wait_until_up(&self) {
		let since = Instant::now();
		while !self.is_up() {
			assert!(since.elapsed() < START_LIMIT, "{}", self.log());
			sleep(Duration::from_millis(200));
		}
	}

	fn is_up(&self) -> bool {
		let info = self.run("nobody", &["chain", "info"]);
		let blocks = info.status.success()
			&& serde_json::from_slice::<Value>(&info.stdout).unwrap()["best_block"] != 0;
		blocks && self.kubo.url().is_some()
	}

	fn log(&self) -> String {
		fs::read_to_string(self.dir.path().join("node.log")).unwrap_or_default()
	}

	fn path(&self, name: &str) -> PathBuf {
		self.dir.path().join(name)
	}

	/// `salus` with these arguments and this key.
	fn command(&self, name: &str, args: &[&str]) -> Command {
		let mut command = Command::new(SALUS);
		command
			.args(["--json", "--wait", "best", "--passphrase-fd", "0"])
			.args(["--as", name, "--node", &self.url])
			.args(["--ipfs", &self.kubo.url().unwrap_or_default()])
			.args(args)
			.env_clear()
			.env("SALUS_KEYS", self.path("keys"))
			.env("SALUS_DEVELOPMENT", "true")
			.stdin(Stdio::piped())
			.stdout(Stdio::piped())
			.stderr(Stdio::piped());
		command
	}

	/// Starts `salus` with these arguments and this key.
	fn spawn(&self, name: &str, args: &[&str]) -> Child {
		with_passphrase(self.command(name, args))
	}

	/// Runs `salus` with these arguments and this key.
	fn run(&self, name: &str, args: &[&str]) -> Output {
		self.spawn(name, args).wait_with_output().unwrap()
	}

	/// The result of a command that must succeed.
	fn json(&self, name: &str, args: &[&str]) -> Value {
		let output = self.run(name, args);
		let error = String::from_utf8_lossy(&output.stderr);
		assert!(output.status.success(), "{name} {args:?}: {error}");
		serde_json::from_slice(&output.stdout).unwrap()
	}

	/// The message and next step of a command that must fail with this exit code.
	fn refused(&self, name: &str, args: &[&str], code: i32) -> String {
		let output = self.run(name, args);
		let error = String::from_utf8_lossy(&output.stderr);
		assert_eq!(output.status.code(), Some(code), "{name} {args:?}: {error}");
		assert!(output.stdout.is_empty(), "{name} {args:?}");
		// What an earlier command sent may be reported before.
		let values = serde_json::Deserializer::from_str(&error).into_iter::<Value>();
		let value = values.last().unwrap().unwrap();
		let error = &value["error"];
		assert_eq!(error["exit"], code);
		format!("{} {}", error["message"], error["next"])
	}

	/// The account of a key.
	fn account(&self, name: &str) -> String {
		text(&self.json(name, &["key", "show"])["account"])
	}

	/// Invites a provider and applies for it. Returns its account.
	fn apply(&self, name: &str, number: &str) -> String {
		self.json(name, &["key", "new", name]);
		let account = self.account(name);
		self.json("alice", &["provider", "invite", &account]);
		let title = format!("Dr {name}");
		self.json(name, &["provider", "apply", number, "--full-name", &title]);
		account
	}

	/// Deletes the keys that the node made.
	fn lose_keystore(&self) {
		let chains = fs::read_dir(self.path("node/chains")).unwrap();
		let mut lost = 0;
		for chain in chains {
			let keys = fs::read_dir(chain.unwrap().path().join("keystore")).unwrap();
			for key in keys {
				fs::remove_file(key.unwrap().path()).unwrap();
				lost += 1;
			}
		}
		assert!(lost > 0);
	}

	/// Stops the node, and starts it on a chain, as its arguments, with a block time.
	fn restart_on(&mut self, chain: &[&str], block_time: u32) {
		lost::signal(&self.node, "TERM");
		self.node.wait().unwrap();
		self.node = node(chain, self.dir.path(), &self.ports, block_time);
		self.wait_until_up();
	}

	fn document(&self, name: &str, content: &str) -> String {
		let path = self.path(name);
		fs::write(&path, content).unwrap();
		path.to_str().unwrap().to_owned()
	}
}

impl Drop for Region {
	fn drop(&mut self) {
		let _ = self.node.kill();
		let _ = self.node.wait();
	}
}

/// Starts a command, and gives it the passphrase.
fn with_passphrase(mut command: Command) -> Child {
	let mut child = command.spawn().unwrap();
	// A command that needs no passphrase does not read it.
	let _ = child.stdin.take().unwrap().write_all(b"a passphrase\n");
	child
}

fn text(value: &Value) -> String {
	value.as_str().unwrap_or_else(|| panic!("{value}")).into()
}

fn len(value: &Value) -> usize {
	value.as_array().unwrap_or_else(|| panic!("{value}")).len()
}

#[test]
fn an_operator_sets_and_checks_the_kubo_of_a_node() {
	let region = Region::start();
	let info = region.json("nobody", &["chain", "info"]);
	assert_eq!(info["region"], 2001);
	assert_eq!(len(&info["drift"]), 0, "{info}");

	let shown = region.json("nobody", &["operator", "ipfs", "show"]);
	assert_eq!(shown["set"], false);
	// Nothing listens on port 9 of the loopback.
	let no_kubo = "http://127.0.0.1:9";
	let set = region.json("nobody", &["operator", "ipfs", "set", no_kubo]);
	assert_eq!(set["kubo"], Value::Null);
	let status = region.json("nobody", &["operator", "status"]);
	// A chain for development needs no peers.
	assert_eq!(status["state"], "in sync");
	assert_eq!(status["ipfs_api"], no_kubo);
	assert!(text(&status["kubo_error"]).contains("reached"), "{status}");
	region.refused(
		"nobody",
		&["operator", "ipfs", "set", "http://192.0.2.1:5001"],
		2,
	);
	let kubo = region.kubo.url().unwrap();
	let set = region.json("nobody", &["operator", "ipfs", "set", &kubo]);
	assert!(!text(&set["kubo"]).is_empty());
	let shown = region.json("nobody", &["operator", "ipfs", "show"]);
	assert_eq!(
		(&shown["set"], &shown["ipfs_api"]),
		(&true.into(), &kubo.into())
	);
	assert_eq!(
		region.json("nobody", &["operator", "recheck"])["recheck"],
		true
	);
}

#[test]
fn two_thirds_of_the_authorities_carry_a_motion() {
	let region = Region::start();
	let shown = region.json("nobody", &["authority", "show"]);
	assert_eq!(len(&shown["authorities"]), 3);
	assert_eq!(len(&shown["motions"]), 0);
	let open = |args: &[&str]| {
		let motion = region.json("alice", &[&["authority", "propose"][..], args].concat());
		assert_eq!((len(&motion["ayes"]), &motion["threshold"]), (1, &2.into()));
		motion["motion"].to_string()
	};
	let vote = |name, motion: &str, ballot| {
		region.json(name, &["authority", "vote", motion, ballot]);
	};
	let close =
		|motion: &str| region.json("alice", &["authority", "close", motion])["carried"].clone();

	// The motion carries.
	let motion = open(&["replication", "2"]);
	region.refused("alice", &["authority", "close", &motion], 3);
	region.refused("alice", &["authority", "vote", &motion, "--aye"], 3);
	vote("bob", &motion, "--aye");
	assert_eq!(close(&motion), true);
	region.refused("alice", &["authority", "close", &motion], 4);
	// The motion is rejected.
	let motion = open(&["notice", "30d"]);
	vote("bob", &motion, "--nay");
	vote("charlie", &motion, "--nay");
	assert_eq!(close(&motion), false);
	// The motion carries, but its call is refused.
	let motion = open(&["notice", "1s"]);
	vote("bob", &motion, "--aye");
	let error = region.refused("alice", &["authority", "close", &motion], 3);
	assert!(error.contains("bounds"), "{error}");
	// An upgrade waits for its notice period, and can be cancelled.
	let motion = open(&["upgrade", &region.document("code.wasm", "new code")]);
	vote("charlie", &motion, "--aye");
	assert_eq!(close(&motion), true);
	let shown = region.json("nobody", &["authority", "show"]);
	assert!(shown["announced_upgrade"].is_object(), "{shown}");
	region.refused("alice", &["authority", "enact"], 3);
	let motion = open(&["cancel-upgrade"]);
	vote("bob", &motion, "--aye");
	assert_eq!(close(&motion), true);
	let shown = region.json("nobody", &["authority", "show"]);
	assert!(shown["announced_upgrade"].is_null(), "{shown}");
	region.refused("alice", &["authority", "enact"], 4);
	// An authority is removed.
	let motion = open(&["remove", &region.account("charlie")]);
	vote("bob", &motion, "--aye");
	assert_eq!(close(&motion), true);
	assert_eq!(
		len(&region.json("nobody", &["authority", "show"])["authorities"]),
		2
	);
}

#[test]
fn an_operator_becomes_an_authority_and_leaves() {
	let region = Region::start();
	region.json("new", &["key", "new", "new", "--authority"]);
	let status = || region.json("new", &["authority", "status"]);
	let next = || text(&status()["next"]);
	assert!(next().contains("salus authority offer"), "{}", next());

	let offer = region.json("new", &["authority", "offer"]);
	assert_eq!(text(&offer["account"]), region.account("new"));
	let offered = (offer["account"].clone(), offer["session_keys"].clone());
	let offer = text(&offer["offer"]);
	for other in ["0x00", &offer[..offer.len() - 2]] {
		region.refused("alice", &["authority", "propose", "add", other], 2);
	}
	// One digit of the signature, at the end.
	let end = if offer.ends_with('0') { "1" } else { "0" };
	let forged = format!("{}{end}", &offer[..offer.len() - 1]);
	let error = region.refused("alice", &["authority", "propose", "add", &forged], 3);
	assert!(error.contains("did not sign"), "{error}");

	let motion = region.json("alice", &["authority", "propose", "add", &offer]);
	let motion = motion["motion"].to_string();
	// Whoever votes can compare account and session keys.
	let shown = region.json("nobody", &["authority", "show"]);
	let adds = &shown["motions"][0]["adds"];
	assert_eq!(len(adds), 1, "{adds}");
	let adds = (adds[0]["account"].clone(), adds[0]["session_keys"].clone());
	assert_eq!(adds, offered);
	assert!(next().contains("more authorities to vote"), "{}", next());
	region.json("bob", &["authority", "vote", &motion, "--aye"]);
	assert!(next().contains("close"), "{}", next());
	region.json("bob", &["authority", "close", &motion]);
	let after = status();
	assert_eq!(
		(&after["authority"], &after["session_keys_in_node"]),
		(&true.into(), &true.into())
	);
	let error = region.refused("new", &["authority", "offer"], 3);
	assert!(error.contains("salus authority keys"), "{error}");
	// The node loses its disk: an authority sets new keys, without a vote.
	region.lose_keystore();
	assert_eq!(status()["session_keys_in_node"], false);
	assert!(next().contains("salus authority keys"), "{}", next());
	let set = region.json("new", &["authority", "keys"]);
	assert_ne!(set["session_keys"], offered.1);
	assert_eq!(status()["session_keys_in_node"], true);
	assert!(next().contains("wait"), "{}", next());
	// It decides with the others.
	region.json("new", &["authority", "propose", "replication", "3"]);
	region.json("new", &["authority", "propose", "replication", "4"]);
	let error = region.refused("new", &["authority", "propose", "replication", "5"], 3);
	assert!(error.contains("motion of yours"), "{error}");

	let account = region.account("new");
	let motion = region.json("alice", &["authority", "propose", "remove", &account]);
	let motion = motion["motion"].to_string();
	for who in ["bob", "charlie"] {
		region.json(who, &["authority", "vote", &motion, "--aye"]);
	}
	region.json("bob", &["authority", "close", &motion]);
	let after = status();
	assert_eq!(
		(&after["authority"], &after["session_keys_in_node"]),
		(&false.into(), &Value::Null)
	);
	region.refused("new", &["authority", "propose", "replication", "6"], 3);
	let error = region.refused("new", &["authority", "keys"], 3);
	assert!(error.contains("salus authority offer"), "{error}");
}

#[test]
fn a_node_without_peers_tells_the_next_step_before_it_proves_anything() {
	let mut region = Region::start();
	region.json("new", &["key", "new", "new", "--authority"]);
	let status = |region: &Region| region.json("new", &["authority", "status"]);
	assert_eq!(status(&region)["authority"], false);
	// A node has no peers if it has boot nodes, and cannot reach them. Nothing listens on port 9.
	let boot_node = "/ip4/127.0.0.1/tcp/9/p2p/12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp";
	let chain = [REGION, &["--bootnodes", boot_node]].concat();
	region.restart_on(&chain, BLOCK_TIME);
	let isolated = status(&region);
	assert_eq!(isolated["peers"], 0);
	assert!(text(&isolated["next"]).contains("no peers"), "{isolated}");
	assert_eq!(isolated.get("authority"), None);
	let isolated = region.json("nobody", &["operator", "status"]);
	assert_eq!(isolated["state"], "not in sync");
	assert!(text(&isolated["next"]).contains("no peers"), "{isolated}");
}

#[test]
fn a_provider_adds_records_only_while_it_is_verified() {
	let region = Region::start();
	let number = "A12345";
	let account = region.apply("ana", number);
	let applied = region.json("ana", &["provider", "show"]);
	assert_eq!(applied["applications"][0]["votes"]["ayes"], 0);
	region.json("ana", &["provider", "withdraw"]);
	region.refused("ana", &["provider", "show"], 4);
	region.refused("ana", &["provider", "show", number], 4);
	region.json(
		"ana",
		&["provider", "apply", number, "--full-name", "Dr Ana"],
	);
	region.json("alice", &["vote", "verify", &account, "--aye"]);
	let pending = region.json("nobody", &["provider", "list", "--pending"]);
	assert_eq!(
		(len(&pending), &pending[0]["votes"]["ayes"]),
		(1, &1.into())
	);

	// An applicant cannot add records before enough authorities have voted.
	let patient = "00112233445566778899aabbccddeeff";
	let document = region.document("note.txt", "a note");
	let error = region.refused(
		"ana",
		&["record", "add", &document, "--patient", patient],
		3,
	);
	assert!(
		error.contains("provider A12345 is not verified yet: 1 of 2 votes"),
		"{error}"
	);
	let decided = region.json("bob", &["vote", "verify", number, "--aye"]);
	assert_eq!(decided["standing"], "verified");
	assert_eq!(
		region.json("ana", &["provider", "show"])["standing"],
		"verified"
	);

	// The region enlists the provider automatically once there is a channel to the consortium.
	let shown = region.json("ana", &["provider", "show"]);
	assert!(shown["enlistment"].is_null(), "{shown}");
	let enlisted = region.json("ana", &["provider", "enlist"]);
	assert_eq!(enlisted["id"], 0);
	assert_eq!(
		(&enlisted["state"], &enlisted["enlisted"]),
		(&"waiting".into(), &Value::Null)
	);
	let shown = region.json("nobody", &["provider", "show", number]);
	assert_eq!(shown["enlistment"]["state"], "waiting");

	let standing = |name, args: &[&str]| region.json(name, args)["standing"].clone();
	standing("alice", &["vote", "suspend", number, "--aye"]);
	assert_eq!(
		standing("bob", &["provider", "suspend", number]),
		"suspended"
	);
	let error = region.refused(
		"ana",
		&["record", "add", &document, "--patient", patient],
		3,
	);
	assert!(error.contains("suspended"), "{error}");
	standing("alice", &["vote", "reinstate", number, "--aye"]);
	assert_eq!(
		standing("bob", &["provider", "reinstate", number]),
		"verified"
	);
	region.json("ana", &["provider", "retire", "--yes"]);
	let all = region.json("nobody", &["provider", "list"]);
	assert_eq!((len(&all), &all[0]["standing"]), (1, &"retired".into()));
}

#[test]
fn a_patient_grants_and_revokes_several_records_at_once() {
	let region = Region::start();
	for (name, number) in [("ana", "A12345"), ("ben", "B54321")] {
		region.apply(name, number);
		region.json("alice", &["vote", "verify", number, "--aye"]);
	}
	region.json("bob", &["vote", "verify", "A12345", "--aye"]);
	region.json("pat", &["key", "new", "pat"]);
	region.json("ana", &["patient", "invite", &region.account("pat")]);
	let name = ["patient", "register", "--full-name", "Pat Example"];
	let patient = text(&region.json("pat", &name)["patient"]);
	// An account is registered once.
	let again = ["patient", "register", "--full-name", "Another Name"];
	let error = region.refused("pat", &again, 3);
	assert!(error.contains("already"), "{error}");

	let note = region.document("note.txt", "a note");
	let better = region.document("better.txt", "a better note");
	let add = ["record", "add", &note, "--patient", &patient];
	let added = region.json("ana", &add);
	let first = added["records"][0]["record"].to_string();
	// The chain's clock is two hours behind, which only the user can allow.
	let get = ["record", "get", &first, "-o", "-"];
	for (name, args, code, cause) in [
		("ana", &add[..], 2, "clock"),
		("pat", &get[..], 5, "check time"),
	] {
		let mut command = region.command(name, args);
		command.env_remove("SALUS_DEVELOPMENT");
		let output = with_passphrase(command).wait_with_output().unwrap();
		let error = String::from_utf8_lossy(&output.stderr);
		assert_eq!(output.status.code(), Some(code), "{error}");
		assert!(error.contains(cause) && output.stdout.is_empty(), "{error}");
	}
	let added = region.json("ana", &["record", "amend", &first, &better]);
	let second = added["records"][0]["record"].to_string();
	let list = region.json("pat", &["record", "list"]);
	assert_eq!(len(&list), 2);
	// The newest first.
	assert_eq!(list[0]["name"], "better.txt");
	assert_eq!(list[0]["amends"].to_string(), first);
	assert_eq!(list[1]["corrected_by"][0].to_string(), second);
	let newest = region.json("pat", &["record", "list", "--limit", "1", "--since", "1d"]);
	assert_eq!(
		(len(&newest), &newest[0]["name"]),
		(1, &"better.txt".into())
	);
	let locked = region.json("pat", &["record", "list", "--locked"]);
	assert_eq!(locked[0]["name"], Value::Null);
	let shown = region.json("ana", &["record", "show", &first]);
	assert_eq!(
		(&shown["name"], &shown["you_are"]),
		(&"note.txt".into(), &"author".into())
	);
	assert_eq!(shown["corrected_by"][0].to_string(), second);
	assert_eq!(region.json("pat", &["patient", "show"])["records"], 2);
	assert!(region.json("nobody", &["pin", "status", &first])["pins"].is_array());
	let short = region.json("nobody", &["pin", "status"]);
	assert!(short["under_replicated"].is_array(), "{short}");

	// Only the patient can grant, only to a verified provider, and both records or none.
	let grant = ["grant", "add", &first, &second, "--to", "B54321"];
	let error = region.refused("pat", &grant, 3);
	assert!(error.contains("not verified yet: 1 of 2 votes"), "{error}");
	region.json("bob", &["vote", "verify", "B54321", "--aye"]);
	let error = region.refused("ana", &grant, 3);
	assert!(error.contains("patient"), "{error}");
	// For polkadot-js Apps: nothing is sent.
	let printed = region.json("pat", &[&grant[..], &["--print-call"]].concat());
	assert!(text(&printed["call"]).starts_with("0x"), "{printed}");
	assert_eq!(len(&region.json("pat", &["grant", "list"])), 0);
	let granted = region.json("pat", &grant);
	assert_eq!(granted["corrected"][0]["record"].to_string(), first);
	let history = region.json("pat", &["history"]);
	let events: Vec<_> = history
		.as_array()
		.unwrap()
		.iter()
		.map(|entry| &entry["event"])
		.collect();
	assert_eq!(events, ["granted", "granted", "key"]);
	let keys = region.json("ben", &["history"]);
	assert_eq!((len(&keys), &keys[0]["key_version"]), (1, &0.into()));
	for name in ["pat", "ben"] {
		assert_eq!(len(&region.json(name, &["grant", "list"])), 2, "{name}");
	}
	assert_eq!(len(&region.json("pat", &["grant", "list", &first])), 1);

	// An inter-regional grant needs a node of the consortium's chain. No grant waits.
	let grantee = ["--region", "2000", "--provider", "B54321"];
	let across = [&["grant", "add", &first][..], &grantee].concat();
	let error = region.refused("pat", &across, 2);
	assert!(error.contains("--consortium"), "{error}");
	let wrong = [&across[..], &["--consortium", &region.url]].concat();
	let error = region.refused("pat", &wrong, 2);
	assert!(error.contains("not one of the consortium's"), "{error}");
	let forward = ["grant", "forward", "--all"];
	let error = region.refused("pat", &forward, 3);
	assert!(error.contains("provider"), "{error}");
	assert_eq!(len(&region.json("ana", &forward)["forwarded"]), 0);
	// The directory tells whose a number is. An id needs no directory.
	let forward = [&["grant", "forward", &first][..], &grantee].concat();
	let error = region.refused("ana", &forward, 2);
	assert!(error.contains("--consortium"), "{error}");
	let by_id = ["--region", "2000", "--provider", "id:7"];
	let forward = [&["grant", "forward", &first][..], &by_id].concat();
	region.refused("ana", &forward, 4);
	assert_eq!(len(&region.json("pat", &["grant", "show", &first])), 0);
	assert_eq!(len(&region.json("ana", &["grant", "list", "--waiting"])), 0);
	let url = region.url.clone();
	let other = ["--region", "2002", "--node", &url, "chain", "info"];
	let output = Command::new(SALUS).args(other).output().unwrap();
	assert_eq!(output.status.code(), Some(2), "{output:?}");

	// Ben's changed key must be confirmed. The old one still opens the records granted before.
	let rotated = region.json("ben", &["key", "rotate"]);
	let [old, new] = [0usize, 1].map(|at| text(&rotated["encryption_keys"][at]["fingerprint"]));
	let error = region.refused("pat", &grant, 5);
	assert!(error.contains(&old) && error.contains(&new), "{error}");
	region.json(
		"pat",
		&[
			"grant",
			"add",
			&first,
			"--to",
			"B54321",
			"--fingerprint",
			&new,
		],
	);
	let folder = region.path("got");
	fs::create_dir(&folder).unwrap();
	for record in [&first, &second] {
		let output = ["record", "get", record, "-o", folder.to_str().unwrap()];
		let got = region.json("ben", &output);
		assert_eq!(len(&got["corrected_by"]), usize::from(*record == first));
		// An existing file is not overwritten.
		region.refused("ben", &output, 2);
	}
	assert_eq!(fs::read(folder.join("note.txt")).unwrap(), b"a note");
	assert_eq!(
		fs::read(folder.join("better.txt")).unwrap(),
		b"a better note"
	);
	let output = region.run("ben", &["record", "get", &second, "-o", "-"]);
	assert_eq!(output.stdout, b"a better note");

	region.json(
		"pat",
		&["grant", "revoke", &first, &second, "--from", "B54321"],
	);
	let target = region.path("stolen");
	let output = ["record", "get", &first, "-o", target.to_str().unwrap()];
	let error = region.refused("ben", &output, 4);
	assert!(error.contains("not granted"), "{error}");
	assert!(!target.exists());
	assert_eq!(len(&region.json("ben", &["record", "list"])), 0);

	// Long names that differ at the end alone: the chain has a short form, the files have all of it.
	let long = ["before", "after"].map(|end| format!("{}-{end}.txt", "scan".repeat(40)));
	for name in &long {
		let path = region.document(name, name);
		let added = region.json("ana", &["record", "add", &path, "--patient", &patient]);
		let record = added["records"][0]["record"].to_string();
		let get = ["record", "get", &record, "-o", folder.to_str().unwrap()];
		region.json("pat", &get);
	}
	for name in &long {
		assert_eq!(fs::read(folder.join(name)).unwrap(), name.as_bytes());
	}

	// More documents than one transaction holds.
	let slices: Vec<_> = (0..40)
		.map(|number| region.document(&format!("{number}.dcm"), &format!("slice {number}")))
		.collect();
	let slices = slices.iter().map(String::as_str);
	let add: Vec<_> = ["record", "add", "--patient", &patient]
		.into_iter()
		.chain(slices)
		.collect();
	let added = region.json("ana", &add);
	let records: std::collections::BTreeSet<_> = (0..40usize)
		.map(|place| added["records"][place]["record"].as_u64().unwrap())
		.collect();
	assert_eq!(records.len(), 40);
	assert_eq!(region.json("pat", &["patient", "show"])["records"], 44);
	part::a_part_is_fetched_without_the_rest(region, &patient);
}

#[test]
fn each_record_says_who_wrote_it() {
	let region = Region::start();
	let number = "A12345";
	let verify = |name: &str| {
		region.apply(name, number);
		for authority in ["alice", "bob"] {
			region.json(authority, &["vote", "verify", number, "--aye"]);
		}
	};
	verify("ida");
	region.json("pat", &["key", "new", "pat"]);
	region.json("ida", &["patient", "invite", &region.account("pat")]);
	let name = ["patient", "register", "--full-name", "Pat Example"];
	let patient = text(&region.json("pat", &name)["patient"]);
	let note = region.document("note.txt", "a note");
	let letter = region.document("letter.txt", "a letter");
	let add = |name: &str, args: &[&str]| {
		let added = region.json(name, &[&["record", "add"][..], args].concat());
		added["records"][0]["record"].to_string()
	};
	let first = add("ida", &[&note, "--patient", &patient]);

	// A patient adds and corrects records of their own, and no others.
	let own = add("pat", &[&letter, "--about-me"]);
	region.json("pat", &["record", "amend", &own, &note]);
	let error = region.refused("pat", &["record", "amend", &first, &letter], 3);
	assert!(error.contains("corrects own records only"), "{error}");
	let error = region.refused("ida", &["record", "add", &letter, "--about-me"], 3);
	assert!(error.contains("only a patient"), "{error}");

	// The number was verified for the wrong person, and goes to its owner.
	region.json("pat", &["grant", "add", &own, "--to", number]);
	let unverify = ["vote", "unverify", number, "--aye"];
	region.json("alice", &unverify);
	let decided = region.json("bob", &unverify);
	assert_eq!(
		(&decided["id"], &decided["standing"]),
		(&0.into(), &"unverified".into())
	);
	let unheld = region.json("nobody", &["provider", "show", number]);
	assert_eq!(unheld["former_holders"][0]["id"], 0);
	let again = ["record", "add", &note, "--patient", &patient];
	let error = region.refused("ida", &again, 3);
	assert!(error.contains("unverified"), "{error}");
	verify("ona");
	let shown = |provider: &str| {
		let shown = region.json("nobody", &["provider", "show", provider]);
		(shown["id"].clone(), text(&shown["standing"]))
	};
	assert_eq!(shown(number), (1.into(), "verified".to_owned()));
	assert_eq!(shown("id:0"), (0.into(), "unverified".to_owned()));

	let assert_by_former = |shown: &Value| {
		assert_eq!(
			(&shown["author_id"], &shown["author_standing"]),
			(&0.into(), &"unverified".into())
		);
	};
	let list = region.json("pat", &["record", "list"]);
	// The newest first.
	let oldest = len(&list) - 1;
	assert_by_former(&list[oldest]);
	assert_eq!(
		(&list[oldest - 1]["by_patient"], &list[oldest - 1]["author"]),
		(&true.into(), &Value::Null)
	);
	region.refused("pat", &["grant", "add", &own, "--to", "id:0"], 3);
	// What is granted to the impostor is not the owner's. The patient is told of the new holder.
	let grants = region.json("pat", &["grant", "list"]);
	assert_eq!(
		(&grants[0]["grantee_id"], &grants[0]["grantee_standing"]),
		(&0.into(), &"unverified".into())
	);
	region.refused("ona", &["record", "get", &own, "-o", "-"], 4);
	let grant = ["grant", "add", &own, &first, "--to", number];
	let key = text(&region.json("nobody", &["provider", "show", number])["fingerprint"]);
	let error = region.refused("pat", &grant, 5);
	assert!(error.contains(&key), "{error}");
	let granted = region.json("pat", &[&grant[..], &["--fingerprint", &key]].concat());
	assert_eq!(granted["grantee_id"], 1);
	let folder = region.path("got");
	fs::create_dir(&folder).unwrap();
	let get = |record: &str| {
		let args = ["record", "get", record, "-o", folder.to_str().unwrap()];
		region.json("ona", &args)
	};
	assert_by_former(&get(&first));
	assert_eq!(get(&own)["by_patient"], true);
	assert_eq!(fs::read(folder.join("letter.txt")).unwrap(), b"a letter");
}
