//! A network file, and what is proven with it.

use super::*;

/// Makes the region's network file, with these options too, and signs it with these keys. Returns
/// its fingerprint.
pub fn make(region: &Region, path: &str, more: &[&str], signers: &[&str]) -> String {
	let [alice, bob] = ["alice", "bob"].map(|name| region.account(name));
	let chain = format!("{} {alice}", region.url);
	let options = [
		"network", "make", "--name", "test", "--dev", "--chain", &chain, "--signer", &alice,
		"--signer", &bob, "-o", path,
	];
	let made = region.json("alice", &[&options[..], more].concat());
	for name in signers {
		let signed = region.json(name, &["network", "sign", path]);
		assert_eq!(signed["fingerprint"], made["fingerprint"]);
	}
	text(&made["fingerprint"])
}

/// Runs a command that waits until its transaction is final.
pub fn finally(region: &Region, name: &str, args: &[&str]) -> Value {
	let mut command = Command::new(SALUS);
	command
		.args(["--json", "--passphrase-fd", "0", "--as", name])
		.args(args)
		.env_clear()
		.env("SALUS_KEYS", region.path("keys"))
		.stdin(Stdio::piped())
		.stdout(Stdio::piped())
		.stderr(Stdio::piped());
	let output = with_passphrase(command).wait_with_output().unwrap();
	let error = String::from_utf8_lossy(&output.stderr);
	assert!(output.status.success(), "{name} {args:?}: {error}");
	// The network's file says it, and the command once.
	assert_eq!(error.matches("\"development\":true").count(), 1, "{error}");
	serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn with_a_network_file_all_that_is_read_is_proven() {
	let region = Region::start();
	let path = region.path("network.json").to_str().unwrap().to_owned();
	let print = make(&region, &path, &[], &["alice"]);
	let add = ["network", "add", &path, "--fingerprint", &print];
	// One signature is missing.
	region.refused("alice", &add, 5);
	region.json("bob", &["network", "sign", &path]);
	let shown = region.json("bob", &["network", "show", &path]);
	assert_eq!(shown["signed"], 2);
	assert!(text(&shown["message"]).contains(&print), "{shown}");
	region.refused("alice", &["network", "add", &path], 3);
	let wrong = ["network", "add", &path, "--fingerprint", &"0".repeat(64)];
	region.refused("alice", &wrong, 5);
	let added = region.json("alice", &add);
	assert_eq!(added["fingerprint"], Value::from(print));
	assert_eq!(added["chains"][0]["development"], true);

	// No address is given: the file has it.
	let started = Instant::now();
	let info = finally(&region, "alice", &["chain", "info"]);
	println!("the first proven read took {:?}", started.elapsed());
	assert_eq!(info["genesis"], added["chains"][0]["genesis"]);
	assert_eq!([&info["proven"], &info["development"]], [true, true]);
	let started = Instant::now();
	finally(&region, "alice", &["chain", "info"]);
	println!("the next one took {:?}", started.elapsed());

	region.json("ana", &["key", "new", "ana"]);
	let ana = region.account("ana");
	let invited = finally(&region, "alice", &["patient", "invite", &ana]);
	let tx = text(&invited["transaction"]);
	assert_eq!(
		finally(&region, "alice", &["chain", "tx", &tx])["fate"],
		"final"
	);
	let patient = finally(
		&region,
		"ana",
		&["patient", "register", "--full-name", "Ana Li"],
	);
	let shown = finally(
		&region,
		"ana",
		&["patient", "show", &text(&patient["patient"])],
	);
	assert_eq!(shown["patient"], patient["patient"]);
	assert_eq!(
		finally(&region, "ana", &["record", "list"]),
		Value::Array(vec![])
	);

	// A network whose file was not added, while that of another one was.
	let config = region.path("config.toml");
	let (number, url) = (&info["region"], &region.url);
	let text = format!("[network.other.regions]\n{number} = \"{url}\"\n");
	fs::write(&config, text).unwrap();
	let mut command = region.command("alice", &["--network", "other", "chain", "info"]);
	let output = command.env("SALUS_CONFIG", &config).output().unwrap();
	let error = String::from_utf8_lossy(&output.stderr);
	let unproven = "{\"network\":{\"name\":\"other\",\"proven\":false}}";
	assert_eq!(error.matches(unproven).count(), 1, "{error}");
	let info: Value = serde_json::from_slice(&output.stdout).unwrap();
	assert_eq!(info["proven"], false);
}

#[test]
fn files_are_taken_in_their_order_and_a_reset_by_its_fingerprint() {
	let region = Region::start();
	let file = |number: u32| {
		let path = region.path(&format!("network-{number}.json"));
		path.to_str().unwrap().to_owned()
	};
	let [one, two, three] = [1, 2, 3].map(file);
	let make = |path: &str, more: &[&str]| make(&region, path, more, &["alice", "bob"]);
	let first = make(&one, &[]);
	make(&two, &["--serial", "2", "--valid", "1s"]);
	let reset = make(&three, &["--serial", "3", "--reset", "1"]);
	let update = |path| ["network", "update", path];
	let add = ["network", "add", &one, "--fingerprint", &first];
	region.refused("alice", &update(&two), 4);
	region.json("alice", &add);
	region.refused("alice", &update(&three), 5);
	assert_eq!(region.json("alice", &update(&two))["file"], 2);
	sleep(Duration::from_secs(1));
	// Reading goes on, with a warning.
	assert_eq!(
		region.json("alice", &["network", "show", "test"])["ended"],
		true
	);
	let output = region.run("alice", &["chain", "info"]);
	let told = String::from_utf8(output.stderr).unwrap();
	assert!(
		output.status.success() && told.contains("\"ended\":true"),
		"{told}"
	);
	// No other file's fingerprint, and none that is left out.
	let agree = |print| [&update(&three)[..], &["--reset", print]].concat();
	region.refused("alice", &update(&three), 5);
	region.refused("alice", &agree(&first), 5);
	assert_eq!(region.json("alice", &agree(&reset))["file"], 3);
	// It has no gateways.
	let error = region.refused("alice", &["network", "update"], 2);
	assert!(error.contains("no gateways"), "{error}");
	region.refused("alice", &add, 3);
	region.json("alice", &["network", "remove", "test"]);
	assert_eq!(region.json("alice", &add)["file"], 1);
}

/// A node of the consortium, which stops when the test ends.
struct Consortium {
	node: Child,
	url: String,
}

impl Consortium {
	fn start(region: &Region) -> Self {
		let dir = region.path("consortium");
		fs::create_dir(&dir).unwrap();
		let ports = [free_port(), free_port()].map(|port| port.to_string());
		let started = Self {
			node: node(CONSORTIUM, &dir, &ports, BLOCK_TIME),
			url: format!("ws://127.0.0.1:{}", ports[0]),
		};
		let since = Instant::now();
		let regions = ["chain", "regions", "--consortium", &started.url];
		while !region.run("nobody", &regions).status.success() {
			let log = fs::read_to_string(dir.join("node.log")).unwrap_or_default();
			assert!(since.elapsed() < START_LIMIT, "{log}");
			sleep(Duration::from_millis(200));
		}
		started
	}
}

impl Drop for Consortium {
	fn drop(&mut self) {
		let _ = self.node.kill();
		let _ = self.node.wait();
	}
}

#[test]
fn the_consortium_shows_a_newer_file_and_a_region_with_another_first_block() {
	let region = Region::start();
	let consortium = Consortium::start(&region);
	let path = region.path("network.json").to_str().unwrap().to_owned();
	let chain = format!("{} {}", consortium.url, region.account("alice"));
	let print = make(&region, &path, &["--chain", &chain], &["alice", "bob"]);
	region.json("alice", &["network", "add", &path, "--fingerprint", &print]);
	// Its operator asks it, too. It pins nothing.
	let status = ["--region", "consortium", "operator", "status"];
	let of_node = ["--consortium", &consortium.url];
	let status = region.json("nobody", &[&status[..], &of_node].concat());
	assert!(text(&status["node"]["chain"]).contains("Consortium"));
	assert_eq!(
		(&status["state"], &status["kubo_error"]),
		(&"in sync".into(), &Value::Null)
	);
	let carry = |motion: &[&str]| {
		let on = ["--region", "consortium", "authority"];
		let propose = [&on[..], &["propose"], motion].concat();
		let motion = region.json("alice", &propose)["motion"].to_string();
		let vote = [&on[..], &["vote", &motion, "--aye"]].concat();
		region.json("bob", &vote);
		let close = [&on[..], &["close", &motion]].concat();
		assert_eq!(region.json("alice", &close)["carried"], true);
	};
	// What a command on the consortium tells beside its result.
	let told = || {
		let output = region.run("alice", &["chain", "regions"]);
		let told = String::from_utf8(output.stderr).unwrap();
		assert!(output.status.success(), "{told}");
		told
	};
	let own = text(&region.json("alice", &["network", "show", "test"])["hash"]);
	carry(&["network-file", "1", &own]);
	assert!(!told().contains("note"), "{}", told());
	carry(&["network-file", "2", &"77".repeat(32)]);
	let newer = "has file 2, and you have file 1";
	assert!(told().contains(newer), "{}", told());
	carry(&["admit-region", "2001", &"77".repeat(32)]);
	let error = region.refused("alice", &["chain", "regions"], 5);
	assert!(error.contains("another first block"), "{error}");
}

#[test]
fn a_signer_that_is_not_an_authority_is_named() {
	let region = Region::start();
	region.json("eve", &["key", "new", "eve"]);
	let [alice, eve] = ["alice", "eve"].map(|name| region.account(name));
	let chain = format!("{} {alice}", region.url);
	let path = region.path("network.json").to_str().unwrap().to_owned();
	let made = region.json(
		"alice",
		&[
			"network", "make", "--name", "test", "--dev", "--chain", &chain, "--signer", &alice,
			"--signer", &eve, "-o", &path,
		],
	);
	assert_eq!(made["unknown_signers"], Value::from(vec![eve]));
}
