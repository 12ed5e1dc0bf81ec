//! Members reach the region through a gateway, which the network file names.

use super::{
	lost::{signal, wait_for},
	network::{finally, make},
	*,
};
use std::os::unix::fs::PermissionsExt;

/// A gateway that stops when the test ends.
struct Gateway {
	process: Child,
	url: String,
}

impl Gateway {
	/// Starts one before a region's node, at this port.
	fn start(region: &Region, port: u16) -> Self {
		let binary = Path::new(SALUS).with_file_name("salus-gateway");
		assert!(
			binary.is_file(),
			"this test needs {}: cargo build -p salus-gateway",
			binary.display()
		);
		let host = format!("127.0.0.1:{port}");
		let config = format!(
			"listen = \"{host}\"\nhosts = [\"{host}\"]\nbehind_proxy = true\nregion = \"{}\"\n\
			 [envelopes]\nrpc = \"{}\"\ngateway = \"{}\"\nuploads = {:?}\nlimits.reserve_bytes = 0\n",
			region.url,
			region.kubo.url().unwrap(),
			region.kubo.gateway().unwrap(),
			region.path("uploads"),
		);
		let process = Command::new(binary)
			.args(["run", "--config", &region.document("gateway.toml", &config)])
			.stdin(Stdio::null())
			.stdout(Stdio::null())
			.stderr(fs::File::create(region.path("gateway.log")).unwrap())
			.spawn();
		Self {
			process: process.unwrap(),
			url: format!("http://{host}/"),
		}
	}

	fn stop(&mut self) {
		let _ = self.process.kill();
		let _ = self.process.wait();
	}
}

impl Drop for Gateway {
	fn drop(&mut self) {
		self.stop();
	}
}

/// `salus` with this key, and without the addresses of a node or a Kubo.
fn command(region: &Region, name: &str, args: &[&str]) -> Command {
	let mut command = Command::new(SALUS);
	command
		.args(["--json", "--as", name])
		.args(args)
		.env_clear()
		.env("SALUS_KEYS", region.path("keys"))
		.stdin(Stdio::null())
		.stdout(Stdio::piped())
		.stderr(Stdio::piped());
	command
}

/// Starts a command that gets the passphrase.
fn start(region: &Region, name: &str, args: &[&str]) -> Child {
	let all = [&["--passphrase-fd", "0"][..], args].concat();
	let mut command = command(region, name, &all);
	command.stdin(Stdio::piped());
	with_passphrase(command)
}

/// The exit code and the messages of a command that gets the passphrase.
fn outcome(region: &Region, name: &str, args: &[&str]) -> (i32, String) {
	let output = start(region, name, args).wait_with_output().unwrap();
	let error = String::from_utf8_lossy(&output.stderr).into_owned();
	(output.status.code().unwrap(), error)
}

/// The bytes of all files in a folder, and in those in it, whose names end so.
fn bytes(folder: &Path, end: &str) -> u64 {
	let all = fs::read_dir(folder).into_iter().flatten().flatten();
	let each = all.map(|entry| match entry.path() {
		path if path.is_dir() => bytes(&path, end),
		path if path.extension().is_some_and(|own| own == end) => entry.metadata().unwrap().len(),
		_ => 0,
	});
	each.sum()
}

/// A command that is killed or interrupted amid its upload is repeated: the upload goes on.
fn an_upload_that_ended_early_goes_on(region: &Region, by: &str) {
	let scan = region.document("scan.dcm", &format!("{by} slice ").repeat(10 << 20));
	let add = ["record", "add", &scan, "--about-me"];
	let (uploads, sealed) = (region.path("uploads"), region.path("keys/uploads"));
	let before = bytes(&uploads, "leaves");
	let child = start(region, "ana", &add);
	// Of each leaf that it has, the gateway notes 40 bytes.
	let begun = before + 16 * 40;
	wait_for("a part", || bytes(&uploads, "leaves") >= begun);
	halt(region.kubo.process().id());
	signal(&child, by);
	let said = child.wait_with_output().unwrap().stderr;
	signal(region.kubo.process(), "CONT");
	assert!(bytes(&sealed, "envelope") >= 96 << 20);

	let (code, told) = outcome(region, "ana", &["record", "list", "--locked"]);
	assert_eq!(code, 0, "{told}");
	assert!(bytes(&uploads, "leaves") >= begun);
	let added = finally(region, "ana", &add)["records"][0].clone();
	let cid = text(&added["cid"]);
	assert!(told.contains(&cid), "{cid} is not the one of {told}");
	if by == "INT" {
		let said = String::from_utf8(said).unwrap();
		let error: Value = serde_json::from_str(said.lines().last().unwrap()).unwrap();
		assert_eq!(error["error"]["exit"], 130);
		assert!(
			said.contains(&cid) && said.contains("repeat the command"),
			"{said}"
		);
	}
	assert_eq!(bytes(&sealed, "envelope"), 0);
	let copy = region.path("scan.copy");
	let record = added["record"].to_string();
	let get = [
		"record",
		"get",
		&record,
		"--force",
		"-o",
		copy.to_str().unwrap(),
	];
	finally(region, "ana", &get);
	assert!(fs::read(&copy).unwrap() == fs::read(&scan).unwrap());
}

/// The files of sessions.
fn sessions(region: &Region) -> Vec<PathBuf> {
	let files = fs::read_dir(region.path("keys/sessions")).unwrap();
	files.map(|file| file.unwrap().path()).collect()
}

#[test]
fn members_reach_the_region_through_its_gateway() {
	let region = Region::start();
	let port = free_port();
	let mut gateway = Gateway::start(&region, port);
	let alice = region.account("alice");
	// Nothing listens at the first one.
	let [none, one] = [9, port].map(|port| format!("2001 http://127.0.0.1:{port} {alice}"));
	let path = region.path("network.json").to_str().unwrap().to_owned();
	let gateways = ["--gateway", &none, "--gateway", &one];
	let print = make(&region, &path, &gateways, &["alice", "bob"]);
	let other = format!("2002 {} {alice}", gateway.url);
	let chain = format!("{} {alice}", region.url);
	let make_other = [
		"network",
		"make",
		"--name",
		"x",
		"--dev",
		"--chain",
		&chain,
		"--gateway",
	];
	let make_other = [
		&make_other[..],
		&[other.as_str(), "--signer", &alice, "-o", &path],
	]
	.concat();
	let error = region.refused("alice", &make_other, 2);
	assert!(error.contains("no region"), "{error}");
	region.json("alice", &["network", "add", &path, "--fingerprint", &print]);
	let since = Instant::now();
	while outcome(&region, "alice", &["chain", "info"]).0 != 0 {
		let log = fs::read_to_string(region.path("gateway.log")).unwrap();
		assert!(since.elapsed() < START_LIMIT, "{log}");
		sleep(Duration::from_millis(500));
	}

	// A stranger gets nothing.
	region.json("ana", &["key", "new", "ana"]);
	let register = ["patient", "register", "--full-name", "Ana Li"];
	let (code, error) = outcome(&region, "ana", &register);
	assert_eq!(code, 3, "{error}");
	assert!(error.contains("the gateway refuses"), "{error}");
	assert!(error.contains("not invited"), "{error}");

	let ana = region.account("ana");
	finally(&region, "alice", &["patient", "invite", &ana]);
	let patient = finally(&region, "ana", &register);
	let show = ["patient", "show", &text(&patient["patient"])];
	assert_eq!(
		finally(&region, "ana", &show)["patient"],
		patient["patient"]
	);

	// Her document goes up and down through the gateway.
	let content = "a letter ".repeat(400_000);
	let letter = region.document("letter.txt", &content);
	let added = finally(&region, "ana", &["record", "add", &letter, "--about-me"]);
	let record = added["records"][0]["record"].to_string();
	let shown = finally(&region, "ana", &["record", "show", &record]);
	assert_eq!(shown["pins"], 0, "{shown}");
	let copy = region.path("copy.txt");
	let get = ["record", "get", &record, "-o", copy.to_str().unwrap()];
	finally(&region, "ana", &get);
	assert!(fs::read_to_string(&copy).unwrap() == content);
	let get = [
		"record",
		"get",
		&record,
		"--range",
		"1800000-1800017",
		"-o",
		"-",
	];
	let (code, error) = outcome(&region, "ana", &get);
	assert_eq!(code, 0, "{error}");

	an_upload_that_ended_early_goes_on(&region, "KILL");
	an_upload_that_ended_early_goes_on(&region, "INT");

	// Her token is in a file that only she can read, and the next command signs in with it.
	let files = sessions(&region);
	assert_eq!(files.len(), 2);
	for file in &files {
		let mode = fs::metadata(file).unwrap().permissions().mode();
		assert_eq!(mode & 0o777, 0o600);
	}
	let output = command(&region, "ana", &["chain", "info"]).output();
	let output = output.unwrap();
	let error = String::from_utf8_lossy(&output.stderr);
	assert!(output.status.success(), "{error}");

	// What only a node's operator may ask goes through no gateway.
	let (code, error) = outcome(&region, "alice", &["operator", "ipfs", "show"]);
	assert_ne!(code, 0, "{error}");
	assert!(error.contains("your own node"), "{error}");

	// A gateway that was started again knows no session: the client signs in anew.
	gateway.stop();
	let (code, error) = outcome(&region, "ana", &["record", "list"]);
	assert_eq!(code, 7, "{error}");
	let _again = Gateway::start(&region, port);
	let before = fs::read(&files[0]).unwrap();
	let since = Instant::now();
	for name in ["alice", "ana"] {
		while outcome(&region, name, &["chain", "info"]).0 != 0 {
			assert!(since.elapsed() < START_LIMIT);
			sleep(Duration::from_millis(500));
		}
	}
	assert_ne!(fs::read(&files[0]).unwrap(), before);
}
