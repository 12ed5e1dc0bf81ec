//! Commands that are killed, that lose their node, or that run at the same time: nothing is lost,
//! and nothing is done twice.

use super::*;
use salus_client::keys::{read_secrets, Keystore};
use std::{
	collections::{BTreeMap, BTreeSet},
	io::Read,
	net::TcpStream,
	thread,
};

/// How long to wait for what another process does.
const LIMIT: Duration = Duration::from_secs(180);
/// A block time, in milliseconds, that is longer than a test.
const NO_BLOCKS: u32 = 3_600_000;

impl Region {
	/// The notes in a folder beside the keys: `uploads` or `pending`. Each account has a folder in it.
	fn notes(&self, folder: &str) -> BTreeSet<PathBuf> {
		let paths = |dir: PathBuf| {
			let entries = fs::read_dir(dir).into_iter().flatten().flatten();
			entries.map(|entry| entry.path())
		};
		let all = paths(self.path("keys").join(folder)).flat_map(paths);
		let is_note = |path: &PathBuf| path.extension().is_some_and(|end| end == "json");
		all.filter(is_note).collect()
	}

	/// Whether a command made a note that was not there before.
	fn has_new_note(&self, folder: &str, before: &BTreeSet<PathBuf>) -> bool {
		!self.notes(folder).is_subset(before)
	}

	/// Waits until no note is left. A command ends the notes of its own account alone, and with
	/// `--wait best` it can leave its own to the next one: so `names` are all that sent something.
	fn wait_for_no_notes(&self, names: &[&str]) {
		let left = || &self.notes("uploads") | &self.notes("pending");
		let since = Instant::now();
		while !left().is_empty() {
			let list = |name: &&str| self.run(name, &["record", "list", "--locked"]);
			let said: Vec<_> = names.iter().map(list).collect();
			let late = since.elapsed() > LIMIT;
			assert!(!late, "{:?}\n{said:?}\n{}", left(), self.log());
		}
	}

	/// The CIDs of version 1 that Kubo pins. By itself, it pins an empty folder, of version 0.
	fn pins(&self) -> BTreeSet<String> {
		let pins = self.kubo.run(&["pin", "ls", "--type=recursive", "--quiet"]);
		let envelopes = pins.lines().filter(|cid| cid.starts_with('b'));
		envelopes.map(Into::into).collect()
	}

	/// Invites and registers a patient. Returns its id.
	pub fn patient(&self, name: &str, inviter: &str) -> String {
		self.json(name, &["key", "new", name]);
		self.json(inviter, &["patient", "invite", &self.account(name)]);
		let register = ["patient", "register", "--full-name", "A Patient"];
		text(&self.json(name, &register)["patient"])
	}

	/// The envelopes without a record of which a command tells.
	fn unfinished(&self, name: &str) -> Vec<String> {
		let output = self.run(name, &["record", "list", "--locked"]);
		let told = errors(&output).into_iter();
		told.filter_map(|value| Some(text(value.get("unfinished")?.get("cid")?)))
			.collect()
	}

	fn records(&self, patient: &str) -> u64 {
		self.json("nobody", &["patient", "show", patient])["records"]
			.as_u64()
			.unwrap()
	}

	/// Leaves an envelope without a record: the node hangs before Kubo takes the envelope, and the
	/// command is killed.
	fn leave_envelope(&self, name: &str, add: &[&str]) -> String {
		let (notes, pins) = (self.notes("uploads"), self.pins());
		halt(self.kubo.process().id());
		let mut child = self.spawn(name, add);
		wait_for("an upload", || self.has_new_note("uploads", &notes));
		halt(self.node.id());
		signal(self.kubo.process(), "CONT");
		wait_for("its pin", || self.pins().len() > pins.len());
		child.kill().unwrap();
		child.wait().unwrap();
		signal(&self.node, "CONT");
		let now = self.pins();
		now.difference(&pins).next().unwrap().clone()
	}

	/// How many transactions wait in the node's pool.
	fn in_pool(&self) -> usize {
		let body = r#"{"jsonrpc":"2.0","id":1,"method":"author_pendingExtrinsics","params":[]}"#;
		let address = format!("127.0.0.1:{}", self.ports[0]);
		let mut node = TcpStream::connect(&address).unwrap();
		let request = format!(
			"POST / HTTP/1.0\r\nHost: {address}\r\nContent-Type: application/json\r\n\
			 Content-Length: {}\r\n\r\n{body}",
			body.len()
		);
		node.write_all(request.as_bytes()).unwrap();
		let mut answer = String::new();
		node.read_to_string(&mut answer).unwrap();
		let (_, body) = answer.split_once("\r\n\r\n").unwrap();
		len(&serde_json::from_str::<Value>(body).unwrap()["result"])
	}

	/// Stops the node, and starts it with another block time.
	fn restart(&mut self, block_time: u32) {
		self.restart_on(REGION, block_time);
	}
}

/// The JSON values on standard error.
fn errors(output: &Output) -> Vec<Value> {
	let values = serde_json::Deserializer::from_slice(&output.stderr).into_iter();
	values.map(Result::unwrap).collect()
}

pub fn signal(child: &Child, signal: &str) {
	let mut kill = Command::new("kill");
	let kill = kill.args(["-s", signal, &child.id().to_string()]);
	assert!(kill.status().unwrap().success());
}

pub fn wait_for(what: &str, mut done: impl FnMut() -> bool) {
	let since = Instant::now();
	while !done() {
		assert!(since.elapsed() < LIMIT, "timed out: {what}");
		sleep(Duration::from_millis(1));
	}
}

#[test]
fn a_killed_command_is_finished_once_by_the_next() {
	let mut region = Region::start();
	region.apply("ana", "A12345");
	for who in ["alice", "bob"] {
		region.json(who, &["vote", "verify", "A12345", "--aye"]);
	}
	let patient = region.patient("pat", "ana");
	let scan = region.document("scan.dcm", &"slice ".repeat(2 << 20));
	let note = region.document("note.txt", "a note");
	let [add_scan, add_note] =
		[&scan, &note].map(|file| ["record", "add", file, "--patient", &patient]);
	let forgotten = |region: &Region| region.wait_for_no_notes(&["ana", "pat", "alice", "bob"]);

	// An envelope without a record is told, and can be dropped.
	let cid = region.leave_envelope("ana", &add_scan);
	assert_eq!(region.unfinished("ana"), std::slice::from_ref(&cid));
	region.refused("pat", &["record", "drop", &cid], 4);
	region.json("ana", &["record", "drop", &cid]);
	assert!(!region.pins().contains(&cid));
	assert!(region.unfinished("ana").is_empty());
	region.refused("ana", &["record", "finish", &cid], 4);
	assert_eq!(region.records(&patient), 0);

	// It can get its record: by its CID, or if the command is repeated.
	let cid = region.leave_envelope("ana", &add_scan);
	let finished = region.json("ana", &["record", "finish", &cid]);
	assert_eq!(text(&finished["cid"]), cid);
	let target = region.path("got");
	let record = finished["record"].to_string();
	let get = ["record", "get", &record, "-o", target.to_str().unwrap()];
	region.json("pat", &get);
	assert_eq!(fs::read(&target).unwrap(), fs::read(&scan).unwrap());
	let cid = region.leave_envelope("ana", &add_scan);
	let repeated = region.json("ana", &add_scan);
	assert_eq!(text(&repeated["records"][0]["cid"]), cid);
	assert_eq!(region.records(&patient), 2);
	forgotten(&region);
	// The first record is known to the person. So the same document is another record.
	let other = region.json("ana", &add_scan);
	assert_ne!(text(&other["records"][0]["cid"]), cid);
	assert_eq!(region.records(&patient), 3);
	assert_eq!(region.pins().len(), 3);

	// A command that is killed after it signed: its record comes once.
	let before = region.notes("pending");
	let mut child = region.spawn("ana", &add_note);
	wait_for("a transaction", || region.has_new_note("pending", &before));
	child.kill().unwrap();
	child.wait().unwrap();
	// The chain of one development node has a clock of its own: a newer record does not hide the
	// one that is looked for.
	let newer = region.document("newer.txt", "a newer note");
	region.json("ana", &["record", "add", &newer, "--patient", &patient]);
	let found = region.json("ana", &add_note);
	assert_eq!(found["records"][0]["earlier"], true);
	assert_eq!(region.records(&patient), 5);

	// A node that stops: the fate is unknown, and the error has all that it takes to learn it.
	forgotten(&region);
	region.restart(NO_BLOCKS);
	let before = region.notes("pending");
	let child = region.spawn("ana", &add_note);
	wait_for("a transaction", || region.has_new_note("pending", &before));
	wait_for("the node to take it", || region.in_pool() > 0);
	signal(&region.node, "TERM");
	let output = child.wait_with_output().unwrap();
	assert_eq!(output.status.code(), Some(9), "{output:?}");
	let error = errors(&output).pop().unwrap()["error"].clone();
	assert_eq!(error["kind"], "unknown-fate");
	let hash = text(&error["transaction"]);
	let cid = text(&error["cids"][0]);
	assert!(error["nonce"].is_u64() && error["last_block"].is_u64());
	assert!(text(&error["next"]).contains(&format!("salus chain tx {hash}")));
	region.restart(BLOCK_TIME);
	assert!(region.unfinished("ana").is_empty());
	let fate = region.json("ana", &["chain", "tx", &hash]);
	assert_eq!(text(&fate["records"][0]["cid"]), cid);
	let found = region.json("ana", &add_note);
	assert_eq!(found["records"][0]["record"], fate["records"][0]["record"]);
	assert_eq!(region.records(&patient), 6);
	forgotten(&region);
	// Also one that this folder does not know any more.
	let again = region.json("nobody", &["chain", "tx", &hash]);
	assert_eq!(again["records"], fate["records"]);
	let unknown = format!("0x{}", "1".repeat(64));
	region.refused("nobody", &["chain", "tx", &unknown], 4);

	a_transaction_that_can_no_longer_come_has_no_effect(&region);
	a_closed_standard_error_stops_no_command(&region, &add_note);
	a_patients_own_record_is_finished_too(&region, &scan);
}

fn a_patients_own_record_is_finished_too(region: &Region, scan: &str) {
	let add = ["record", "add", scan, "--about-me"];
	let finish = |cid: &str| region.json("pat", &["record", "finish", cid]);
	let repeat = |_: &str| region.json("pat", &add)["records"][0].clone();
	for go_on in [&finish as &dyn Fn(&str) -> Value, &repeat] {
		let cid = region.leave_envelope("pat", &add);
		assert_eq!(region.unfinished("pat"), std::slice::from_ref(&cid));
		region.refused("ana", &["record", "finish", &cid], 4);
		let added = go_on(&cid);
		assert_eq!(text(&added["cid"]), cid);
		let record = added["record"].to_string();
		let shown = region.json("pat", &["record", "show", &record]);
		assert_eq!(shown["by_patient"], true);
		let target = region.path("got-own");
		let output = target.to_str().unwrap();
		let get = ["record", "get", &record, "--force", "-o", output];
		region.json("pat", &get);
		assert_eq!(fs::read(&target).unwrap(), fs::read(scan).unwrap());
	}
}

fn a_transaction_that_can_no_longer_come_has_no_effect(region: &Region) {
	let info = region.json("nobody", &["chain", "info"]);
	let best = info["best_block"].as_u64().unwrap();
	let account = salus_client::address::parse_account(&region.account("ana")).unwrap();
	let hex = |bytes: &[u8]| {
		let digits = bytes.iter().map(|byte| format!("{byte:02x}"));
		format!("0x{}", digits.collect::<String>())
	};
	let hash = format!("0x{}", "2".repeat(64));
	let transaction = serde_json::json!({
		"what": "grant a record",
		"hash": hash,
		"first": hash,
		"genesis": info["genesis"],
		"account": hex(account.as_ref()),
		"nonce": 1_000_000,
		"first_block": best,
		"last_block": best + 10,
		// No transaction: the pool refuses it.
		"bytes": "0x00",
	});
	let path = region
		.path("keys/pending")
		.join(&hex(account.as_ref())[2..])
		.join(format!("{}.json", &hash[2..]));
	fs::write(&path, transaction.to_string()).unwrap();
	let error = region.refused("ana", &["chain", "tx", &hash], 3);
	assert!(error.contains("can never come"), "{error}");
	let info = region.json("nobody", &["chain", "info"]);
	assert!(info["finalized_block"].as_u64().unwrap() >= best + 10);
	assert!(!path.exists());
	// For a day, the folder knows that.
	let error = region.refused("ana", &["chain", "tx", &hash], 3);
	assert!(error.contains("can never come"), "{error}");
}

fn a_closed_standard_error_stops_no_command(region: &Region, add: &[&str]) {
	let closed = || {
		let (reader, writer) = std::io::pipe().unwrap();
		drop(reader);
		writer
	};
	let full = || fs::File::options().write(true).open("/dev/full").unwrap();
	let mut without_json = Command::new(SALUS);
	without_json
		.args(["--passphrase-fd", "0", "--as", "ana"])
		.args(["--node", &region.url])
		.args(["--ipfs", &region.kubo.url().unwrap()])
		.args(add)
		.env_clear()
		.env("SALUS_KEYS", region.path("keys"))
		.env("SALUS_DEVELOPMENT", "true")
		.stdin(Stdio::piped());
	for (out, err) in [
		(Stdio::from(closed()), Stdio::from(closed())),
		(Stdio::from(closed()), Stdio::from(full())),
	] {
		without_json.stdout(out).stderr(err);
		let mut child = without_json.spawn().unwrap();
		let passphrase = b"a passphrase\n";
		child.stdin.take().unwrap().write_all(passphrase).unwrap();
		assert_eq!(child.wait().unwrap().code(), Some(0));
	}
}

/// Copies the keys, as to another machine.
fn copy_keys(region: &Region, to: &str) -> PathBuf {
	let copy = region.path(to);
	fs::create_dir(&copy).unwrap();
	for entry in fs::read_dir(region.path("keys")).unwrap() {
		let entry = entry.unwrap();
		if entry.file_type().unwrap().is_file() {
			fs::copy(entry.path(), copy.join(entry.file_name())).unwrap();
		}
	}
	copy
}

/// Makes a key file that unlocks with little memory and time: 200 processes do that at once.
pub fn ease(keys: &Keystore, name: &str) {
	let path = keys.dir().join(format!("{name}.age"));
	let secrets = read_secrets(&path, "a passphrase").unwrap();
	let file = fs::File::create(&path).unwrap();
	secrets
		.encrypt_with_work_factor("a passphrase", file, 2)
		.unwrap();
}

/// Waits for all. Fails unless each has one of these exit codes. Returns their outputs.
fn ended(children: Vec<(Vec<String>, Child)>, codes: &[i32]) -> Vec<(Vec<String>, Output)> {
	let wait = &|(args, child): (Vec<String>, Child)| {
		let output = child.wait_with_output().unwrap();
		let code = output.status.code();
		assert!(
			code.is_some_and(|code| codes.contains(&code)),
			"{args:?}: {code:?} {}",
			String::from_utf8_lossy(&output.stderr)
		);
		(args, output)
	};
	// All are read at the same time: a full pipe would stop a command.
	thread::scope(|scope| {
		let waits: Vec<_> = children
			.into_iter()
			.map(|child| scope.spawn(move || wait(child)))
			.collect();
		waits
			.into_iter()
			.map(|thread| thread.join().unwrap())
			.collect()
	})
}

/// Starts commands, each with the name of its key first.
fn start(region: &Region, commands: Vec<Vec<String>>) -> Vec<(Vec<String>, Child)> {
	let start = |args: Vec<String>| {
		let all: Vec<_> = args.iter().map(String::as_str).collect();
		let child = region.spawn(all[0], &all[1..]);
		(args, child)
	};
	commands.into_iter().map(start).collect()
}

fn words(words: &[&str]) -> Vec<String> {
	words.iter().map(|word| (*word).to_owned()).collect()
}

#[test]
fn two_hundred_commands_at_once_lose_nothing() {
	let region = Region::start();
	let keys = Keystore::new(region.path("keys"));
	let providers: Vec<_> = (0..5).map(|number| format!("provider{number}")).collect();
	let patients: Vec<_> = (0..5).map(|number| format!("patient{number}")).collect();
	let number = |provider: usize| format!("A1234{provider}");
	let members: Vec<_> = providers.iter().chain(&patients).collect();
	let done = |commands| ended(start(&region, commands), &[0]);
	let key = |name: &&String| words(&[name.as_str(), "key", "new", name]);
	done(members.iter().map(key).collect());
	for name in ["alice", "bob"] {
		ease(&keys, name);
	}
	members.iter().for_each(|name| ease(&keys, name));
	// One account sends several transactions at once.
	let invite = |name: &&String| {
		let account = region.account(name);
		words(&["alice", "patient", "invite", &account])
	};
	done(members.iter().map(invite).collect());
	let register = |name: &String| {
		words(&[
			name.as_str(),
			"patient",
			"register",
			"--full-name",
			"A Patient",
		])
	};
	let apply = |(place, name): (usize, &String)| {
		words(&[
			name.as_str(),
			"provider",
			"apply",
			&number(place),
			"--full-name",
			"Dr A",
		])
	};
	let first = patients.iter().map(register);
	done(
		first
			.chain(providers.iter().enumerate().map(apply))
			.collect(),
	);
	members.iter().for_each(|name| ease(&keys, name));
	let vote = |authority: &'static str| {
		(0..5).map(move |place| words(&[authority, "vote", "verify", &number(place), "--aye"]))
	};
	done(vote("alice").chain(vote("bob")).collect());
	let ids: Vec<_> = patients
		.iter()
		.map(|name| text(&region.json(name, &["patient", "show"])["patient"]))
		.collect();

	// Each provider stores 4 records of one patient, to be granted.
	let add = |provider: &str, patient: &str, names: &[String]| {
		let documents = names.iter().map(|name| region.document(name, name));
		let add = words(&[provider, "record", "add", "--patient", patient]);
		add.into_iter().chain(documents).collect::<Vec<_>>()
	};
	let four = |place: usize| {
		let names: Vec<_> = (0..4).map(|at| format!("first-{place}-{at}")).collect();
		add(&providers[place], &ids[place], &names)
	};
	let first = done((0..5).map(four).collect());
	let mut records: Vec<u64> = Vec::new();
	for (_, output) in &first {
		let value: Value = serde_json::from_slice(&output.stdout).unwrap();
		records.extend((0..4).map(|at: usize| value["records"][at]["record"].as_u64().unwrap()));
	}

	// From two copies of the folder, one account sends at the same time: no lock is shared.
	let copy = copy_keys(&region, "copy");
	let mut both = Vec::new();
	for at in 0..10 {
		let args = add("provider0", &ids[0], &[format!("copy-{at}")]);
		let all: Vec<_> = args.iter().map(String::as_str).collect();
		let mut command = region.command("provider0", &all[1..]);
		if at % 2 == 0 {
			command.env("SALUS_KEYS", &copy);
		}
		both.push((args, with_passphrase(command)));
	}
	ended(both, &[0]);

	// 80 records, 100 grants and 20 rotations.
	let mut storm = Vec::new();
	for at in 0..80 {
		let name = format!("storm-{at}");
		storm.push(add(&providers[at % 5], &ids[at / 5 % 5], &[name]));
	}
	for at in 0..100 {
		let (patient, record) = (at % 5, at / 5 % 4);
		let record = records[patient * 4 + record].to_string();
		let grantee = number((patient + 1 + at / 20 % 4) % 5);
		storm.push(words(&[
			patients[patient].as_str(),
			"grant",
			"add",
			&record,
			"--to",
			&grantee,
		]));
	}
	for at in 0..20 {
		storm.push(words(&[members[at % 10].as_str(), "key", "rotate"]));
	}
	assert_eq!(storm.len(), 200);
	// A key that changes meanwhile may be refused: by the chain (3), until it is confirmed (5), or as
	// the command read its key file before another one added the new key (8).
	let all = ended(start(&region, storm), &[0, 3, 5, 8]);
	let of = |noun: &str| {
		let all = all.iter().filter(|(args, _)| args[1] == noun);
		let good = all.filter(|(_, output)| output.status.success());
		good.count()
	};
	let rotated = all
		.iter()
		.filter(|(args, output)| args[2] == "rotate" && output.status.success());
	let rotated: BTreeSet<_> = rotated.map(|(args, _)| &args[0]).collect();
	assert_eq!(rotated.len(), 10, "{rotated:?}");
	let mut refusals = BTreeMap::new();
	for (args, output) in &all {
		if let Some(code) = output.status.code().filter(|code| *code != 0) {
			*refusals.entry((args[1].as_str(), code)).or_insert(0) += 1;
			let error = errors(output).pop().unwrap()["error"].clone();
			let (message, reason) = (text(&error["message"]), error["code"].as_str());
			// The only error of each call that a rotation causes.
			let stale = match args[1].as_str() {
				"record" => "Emr.StaleKeyVersion",
				"grant" => "Permissions.StaleKeyVersion",
				_ => "Registry.StaleKeyVersion",
			};
			let expected = match code {
				3 => reason == Some(stale),
				5 => message.starts_with("the encryption key of"),
				_ => message.contains("does not hold version"),
			};
			assert!(expected, "{args:?}: {error}");
		}
	}
	eprintln!("refused of 80 records, 100 grants and 20 rotations, by exit code: {refusals:?}");

	// Every key opens all that was wrapped for it, and each record is there once.
	let records = 20 + 10 + of("record");
	let counts = ids.iter().map(|id| region.records(id));
	assert_eq!(counts.sum::<u64>(), records as u64);
	for name in &members {
		let list = region.json(name, &["record", "list"]);
		assert!(len(&list) > 0);
		for record in list.as_array().unwrap() {
			assert!(record["name"].is_string(), "{name}: {record}");
		}
		let public = region.json(name, &["key", "show", name]);
		assert!(len(&public["encryption_keys"]) >= 2, "{public}");
	}
	let granted = all
		.iter()
		.filter(|(args, output)| args[1] == "grant" && output.status.success());
	for (args, _) in granted {
		let grants = region.json("nobody", &["grant", "list", &args[3]]);
		let grants = grants.as_array().unwrap();
		let grantee = Value::from(args[5].as_str());
		assert!(grants.iter().any(|grant| grant["grantee"] == grantee));
	}
	// No note stays, and Kubo keeps the envelopes of records alone.
	let all = members.iter().map(|name| name.as_str());
	region.wait_for_no_notes(&all.chain(["alice", "bob"]).collect::<Vec<_>>());
	assert_eq!(region.pins().len(), records);
}
