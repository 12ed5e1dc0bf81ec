//! `salus-gateway check` against real nodes and real Kubos: each test breaks one of them, and then runs
//! the command that was printed. And a backup, which is restored.

use std::{
	fs,
	net::TcpListener,
	os::unix::fs::{symlink, PermissionsExt},
	path::{Path, PathBuf},
	process::{Command, Output, Stdio},
	time::{Duration, Instant},
};

use salus_light::{
	network::{Chain, ChainKind, Endpoint, EndpointKind, NetworkFile, SignedFile, Signers},
	Authorities, Checkpoint,
};
use sp_core::{crypto::AccountId32, ed25519, H256};
use tempfile::TempDir;

/// How long a service may take to start, and a repair to show.
const PATIENCE: Duration = Duration::from_secs(120);

/// `systemctl` for a folder: a unit is a script in `units`.
const SYSTEMCTL: &str = r#"#!/bin/bash
# systemctl restart UNIT... | systemctl start UNIT... | systemctl stop UNIT...
cd "$(dirname "$0")/.." || exit 1
action=$1
for unit in "${@:2}"; do
	if [ -e "pids/$unit" ]; then
		pid=$(cat "pids/$unit")
		kill -- "-$pid" 2>/dev/null
		while kill -0 -- "-$pid" 2>/dev/null; do sleep 0.05; done
		rm "pids/$unit"
	fi
	[ "$action" != stop ] && [ -e "units/$unit" ] || continue
	setsid "units/$unit" >>"$unit.log" 2>&1 </dev/null &
	echo $! >"pids/$unit"
done
"#;

/// `timedatectl set-ntp true`: from then on the clock is right.
const TIMEDATECTL: &str = "#!/bin/bash\nrm \"$(dirname \"$0\")/../clock\"\n";

/// Runs a command with a clock that is off, as the file `clock` says.
const CLOCK: &str = "#!/bin/bash\nclock=$(cat clock 2>/dev/null) || exec \"$@\"\n\
	export FAKETIME_DONT_FAKE_MONOTONIC=1\nexec faketime -f \"$clock\" \"$@\"\n";

/// What a hospital has in its folder.
struct Hospital {
	folder: TempDir,
	node: u16,
	relay: u16,
}

fn free_port() -> u16 {
	let listener = TcpListener::bind("127.0.0.1:0").unwrap();
	listener.local_addr().unwrap().port()
}

/// The folder of built programs.
fn built() -> PathBuf {
	let test = std::env::current_exe().unwrap();
	test.parent().unwrap().parent().unwrap().into()
}

/// A script of `deploy`.
fn deploy(name: &str) -> PathBuf {
	Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../deploy")).join(name)
}

/// Kubo's executable.
fn ipfs() -> PathBuf {
	let home = std::env::var("HOME").unwrap_or_default();
	let home = std::env::var("SALUS_HOME").unwrap_or(format!("{home}/.cache/salus"));
	let set = std::env::var_os("SALUS_IPFS").map(PathBuf::from);
	let ipfs = set.unwrap_or_else(|| Path::new(&home).join("bin/ipfs"));
	assert!(
		ipfs.is_file(),
		"this test needs Kubo's `ipfs`: run scripts/setup"
	);
	ipfs
}

impl Hospital {
	/// A node, two Kubos that are not set up yet, and a gateway's configuration.
	fn start() -> Self {
		let hospital = Self {
			folder: tempfile::tempdir().unwrap(),
			node: free_port(),
			relay: free_port(),
		};
		for folder in ["bin", "units", "pids", "etc", "kubo", "other", "uploads"] {
			fs::create_dir(hospital.path(folder)).unwrap();
		}
		for (name, text) in [
			("systemctl", SYSTEMCTL),
			("timedatectl", TIMEDATECTL),
			("with-clock", CLOCK),
		] {
			hospital.script(&format!("bin/{name}"), text);
		}
		symlink(ipfs(), hospital.path("bin/ipfs")).unwrap();
		let gateway = env!("CARGO_BIN_EXE_salus-gateway");
		symlink(gateway, hospital.path("bin/salus-gateway")).unwrap();
		for name in ["kubo-setup", "ipfs"] {
			symlink(deploy(name), hospital.path(&format!("bin/salus-{name}"))).unwrap();
		}
		hospital.options("");
		// As systemd reads the options: the rest of the line is the value. The node of the relay chain is in
		// that of the region. A development chain begins two hours ago, and a block is six seconds.
		let unit = format!(
			"#!/bin/bash\nOPTIONS=$(sed -n 's/^OPTIONS=//p' {0}/etc/region.env)\n\
			 common='--dev --no-prometheus --no-telemetry --no-mdns'\n\
			 [ ! -e {0}/relay ] || FAKETIME_DONT_FAKE_MONOTONIC=1 faketime -f +2h {1} $common --tmp \
			 --dev-block-time 6000 --rpc-port {4} --port {5} >{0}/relay.log 2>&1 &\n\
			 exec {1} $common --base-path {0}/node --rpc-port {2} --port {3} $OPTIONS\n",
			hospital.folder.path().display(),
			built().join("salus-node").display(),
			hospital.node,
			free_port(),
			hospital.relay,
			free_port(),
		);
		hospital.script("units/salus-region", &unit);
		hospital.kubos();
		hospital.write_config("");
		hospital.run("systemctl restart salus-region salus-other salus-kubo");
		hospital
	}

	/// Two Kubos that know each other. The swarm keys come later.
	fn kubos(&self) {
		let mut peers = Vec::new();
		for name in ["other", "kubo"] {
			let (swarm, rpc, gateway) = (free_port(), free_port(), free_port());
			let folder = self.path(name);
			let etc = if name == "kubo" { "etc" } else { "other-etc" };
			// The one set-up that an operator runs, and then ports of their own.
			self.run(&format!(
				"mkdir -p {1} && IPFS_PATH={0} salus-kubo-setup {1}",
				folder.display(),
				self.path(etc).display()
			));
			for (key, value) in [
				("Addresses.API", format!("\"/ip4/127.0.0.1/tcp/{rpc}\"")),
				(
					"Addresses.Gateway",
					format!("\"/ip4/127.0.0.1/tcp/{gateway}\""),
				),
				(
					"Addresses.Swarm",
					format!("[\"/ip4/127.0.0.1/tcp/{swarm}\"]"),
				),
			] {
				self.ipfs(name, &format!("config --json {key} '{value}'"));
			}
			let id = self.ipfs(name, "config Identity.PeerID");
			let address = format!("/ip4/127.0.0.1/tcp/{swarm}");
			peers.push(format!(
				"[{{\"ID\":\"{}\",\"Addrs\":[\"{address}\"]}}]",
				id.trim()
			));
			fs::write(self.path(&format!("{name}.rpc")), rpc.to_string()).unwrap();
			fs::write(self.path(&format!("{name}.gateway")), gateway.to_string()).unwrap();
			self.script(
				&format!("units/salus-{name}"),
				&format!(
					"#!/bin/bash\nexport IPFS_PATH={} IPFS_TELEMETRY=off LIBP2P_FORCE_PNET=1\nexec {} daemon\n",
					folder.display(),
					ipfs().display()
				),
			);
		}
		// One network: the same key.
		self.run("cp etc/credentials/swarm.key other/swarm.key");
		fs::write(self.path("etc/kubo-peers.json"), &peers[0]).unwrap();
		self.ipfs(
			"kubo",
			&format!("config --json Peering.Peers '{}'", peers[0]),
		);
		self.ipfs(
			"other",
			&format!("config --json Peering.Peers '{}'", peers[1]),
		);
	}

	fn path(&self, name: &str) -> PathBuf {
		self.folder.path().join(name)
	}

	fn script(&self, name: &str, text: &str) {
		let path = self.path(name);
		fs::write(&path, text).unwrap();
		fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
	}

	/// Gives the node these options, beside those that it needs.
	fn options(&self, more: &str) {
		self.all_options(&format!(
			"--dev-block-time 100 --rpc-max-connections 60{more}"
		));
	}

	fn all_options(&self, all: &str) {
		fs::write(self.path("etc/region.env"), format!("OPTIONS= {all}\n")).unwrap();
	}

	/// The configuration with the relay chain. No step is proven: its checkpoint is not of that chain.
	fn relay_config(&self) -> String {
		let checkpoint = Checkpoint {
			genesis: H256([1; 32]),
			number: 1,
			hash: H256([2; 32]),
			state_root: H256([3; 32]),
			slot: 1,
			set_id: 0,
			authorities: Authorities::new(vec![(ed25519::Public::from_raw([1; 32]), 1)]).unwrap(),
			reset: 0,
		};
		format!(
			"[relay]\nrpc = \"ws://127.0.0.1:{}\"\ncheckpoint = \"0x{}\"\nsteps = {:?}\n",
			self.relay,
			hex::encode(checkpoint.encode()),
			self.path("steps"),
		)
	}

	/// The configuration of the gateway, with more in it.
	fn write_config(&self, more: &str) {
		let read = |name: &str| fs::read_to_string(self.path(name)).unwrap();
		let transport = if more.contains("[tls]") {
			""
		} else {
			"behind_proxy = true\n"
		};
		let text = format!(
			"listen = \"127.0.0.1:1\"\nhosts = [\"clinic.example\"]\n{transport}\
			 region = \"ws://127.0.0.1:{}\"\n{more}\n[envelopes]\nrpc = \"http://127.0.0.1:{}\"\n\
			 gateway = \"http://127.0.0.1:{}\"\nsecret = {:?}\nuploads = {:?}\nlimits.reserve_bytes = 0\n\
			 [limits]\nsockets = 40\n",
			self.node,
			read("kubo.rpc"),
			read("kubo.gateway"),
			self.path("etc/credentials/kubo-gateway"),
			self.path("uploads"),
		);
		fs::write(self.path("gateway.toml"), text).unwrap();
	}

	/// Runs a command in the hospital's folder. It must succeed.
	fn run(&self, command: &str) -> String {
		let output = self.try_run(command);
		assert!(output.status.success(), "{command}: {output:?}");
		String::from_utf8(output.stdout).unwrap()
	}

	fn try_run(&self, command: &str) -> Output {
		let path = std::env::var("PATH").unwrap();
		Command::new("bash")
			.args(["-c", command])
			.current_dir(self.folder.path())
			.env("PATH", format!("{}:{path}", self.path("bin").display()))
			.env("IPFS_PATH", self.path("kubo"))
			.env("IPFS_TELEMETRY", "off")
			.stdin(Stdio::null())
			.output()
			.unwrap()
	}

	/// Runs `ipfs` for one of the Kubos, which is stopped.
	fn ipfs(&self, name: &str, arguments: &str) -> String {
		let folder = self.path(name);
		self.run(&format!("IPFS_PATH={} ipfs {arguments}", folder.display()))
	}

	/// The faults that `check` prints, each with its command.
	fn check(&self) -> Vec<(String, String)> {
		let check =
			"with-clock salus-gateway check --config gateway.toml --kubo-config kubo/config \
			--etc etc --final-block 8";
		let output = self.try_run(check);
		let printed = String::from_utf8(output.stdout).unwrap();
		let lines: Vec<_> = printed.lines().collect();
		let faults: Vec<_> = lines
			.windows(2)
			.filter_map(|pair| {
				let what = pair[0].strip_prefix("wrong: ")?;
				let command = pair[1].strip_prefix("  ").expect("a command");
				Some((what.to_owned(), command.to_owned()))
			})
			.collect();
		assert_eq!(output.status.success(), faults.is_empty(), "{printed}");
		faults
	}

	/// Waits until `check` finds no fault.
	fn until_right(&self, after: &str) {
		let since = Instant::now();
		loop {
			let faults = self.check();
			if faults.is_empty() {
				return;
			}
			assert!(since.elapsed() < PATIENCE, "after {after}: {faults:?}");
			std::thread::sleep(Duration::from_secs(1));
		}
	}

	/// Waits until `check` tells this fault. Returns it with its command.
	fn told(&self, told: &str) -> (String, String) {
		let since = Instant::now();
		loop {
			let faults = self.check();
			let found = faults.iter().find(|(what, _)| what.contains(told));
			if let Some(found) = found {
				return found.clone();
			}
			assert!(since.elapsed() < PATIENCE, "{told} is not told: {faults:?}");
			std::thread::sleep(Duration::from_millis(500));
		}
	}

	/// Waits until `check` tells this fault, runs its command, and waits until all is right.
	fn repair(&self, told: &str) {
		let (what, command) = self.told(told);
		println!("{what}\n  {command}");
		self.run(&command);
		self.until_right(&command);
	}
}

impl Drop for Hospital {
	fn drop(&mut self) {
		self.try_run("systemctl stop salus-region salus-other salus-kubo");
	}
}

#[test]
fn each_command_that_check_prints_repairs_its_fault() {
	let hospital = Hospital::start();
	hospital.until_right("set-up");
	node(&hospital);
	relay(&hospital);
	kubo(&hospital);
	disk(&hospital);
	secrets(&hospital);
	files(&hospital);
}

fn node(hospital: &Hospital) {
	hospital.run("systemctl stop salus-region");
	hospital.repair("the region's node does not answer");

	hospital.options(" --unsafe-rpc-external");
	hospital.run("systemctl restart salus-region");
	hospital.told("region also listens on");
	let gateway = hospital.try_run("timeout 60 salus-gateway run --config gateway.toml");
	let log = String::from_utf8(gateway.stderr).unwrap();
	assert_eq!(gateway.status.code(), Some(1), "{log}");
	assert!(log.contains("region also listens on"), "{log}");
	hospital.repair("region also listens on");

	hospital.all_options("--dev-block-time 100 --rpc-max-connections 20");
	hospital.run("systemctl restart salus-region");
	hospital.repair("limits.sockets needs 42");

	hospital.options(" --state-pruning 16");
	hospital.run("systemctl restart salus-region");
	hospital.repair("has no state of the final block");

	hospital.all_options("--dev-block-time 600000 --rpc-max-connections 60");
	hospital.run("systemctl restart salus-region");
	hospital.told("has seen no new final block in 8 seconds");
	hospital.options("");
	hospital.repair("has seen no new final block in 8 seconds");
}

fn relay(hospital: &Hospital) {
	hospital.write_config(&hospital.relay_config());
	fs::write(hospital.path("relay"), "").unwrap();
	hospital.repair("the relay chain's node does not answer");
	for wrong in ["+3m", "-3m"] {
		fs::write(hospital.path("clock"), wrong).unwrap();
		hospital.repair("this machine's clock is ");
	}
	fs::remove_file(hospital.path("relay")).unwrap();
	hospital.write_config("");
	hospital.run("systemctl restart salus-region");
	hospital.until_right("the relay chain");
}

fn kubo(hospital: &Hospital) {
	hospital.run("systemctl stop salus-kubo");
	hospital.repair("it cannot be reached");

	let rpc = fs::read_to_string(hospital.path("kubo.rpc")).unwrap();
	let open = format!("\"/ip4/0.0.0.0/tcp/{rpc}\"");
	for (setting, wrong) in [
		("Datastore.HashOnRead", "false"),
		("Gateway.NoFetch", "false"),
		("Discovery.MDNS.Enabled", "true"),
		("Plugins.Plugins.telemetry.Config", "{\"Mode\":\"auto\"}"),
		("API.Authorizations", "{}"),
		("Addresses.API", &*open),
	] {
		hospital.run("systemctl stop salus-kubo");
		hospital.ipfs("kubo", &format!("config --json {setting} '{wrong}'"));
		// With these it would look for others, or listen for them.
		if !["Addresses.API", "Discovery.MDNS.Enabled"].contains(&setting) {
			hospital.run("systemctl start salus-kubo");
		}
		hospital.repair(setting);
	}

	hospital.run("systemctl stop salus-kubo && rm kubo/swarm.key");
	hospital.repair("no swarm key");

	hospital.run("systemctl stop salus-kubo");
	hospital.ipfs("kubo", "config --json Peering.Peers '[]'");
	hospital.run("systemctl restart salus-kubo");
	hospital.repair("Peering.Peers: it is empty");

	hospital.run("systemctl stop salus-other");
	let (_, command) = hospital.told("is connected with 0 of 1 other hospitals");
	hospital.run("systemctl restart salus-other");
	hospital.run(&command);
	hospital.until_right(&command);

	hospital.run("rmdir uploads");
	hospital.repair("cannot see how much room");
}

/// Kubo's blocks are on a small disk, and a part of them is pinned by nobody.
fn disk(hospital: &Hospital) {
	let disk = tempfile::tempdir_in("/dev/shm").unwrap();
	hospital.run("systemctl stop salus-kubo");
	hospital.run(&format!(
		"cp -r kubo/blocks {0} && rm -r kubo/blocks && ln -s {0}/blocks kubo/blocks",
		disk.path().display()
	));
	let free = hospital.run(&format!(
		"stat -f -c '%a * %S' {} | xargs expr",
		disk.path().display()
	));
	let free: u64 = free.trim().parse().unwrap();
	const MIB: u64 = 1 << 20;
	hospital.run("head -c 64M /dev/urandom | ipfs add --offline --pin=false --quiet");
	hospital.run("systemctl start salus-kubo");
	let text = fs::read_to_string(hospital.path("gateway.toml")).unwrap();
	let reserve = format!(
		"reserve_bytes = {}\ndisk = {:?}",
		(free - 32 * MIB) / 2,
		disk.path()
	);
	let text = text.replace("reserve_bytes = 0", &reserve);
	fs::write(hospital.path("gateway.toml"), text).unwrap();
	hospital.repair("bytes left, and uploads are refused below");
	hospital.write_config("");
	hospital.run(&format!(
		"systemctl stop salus-kubo && rm kubo/blocks && cp -r {}/blocks kubo && systemctl start salus-kubo",
		disk.path().display()
	));
}

/// No message shows a secret.
fn secrets(hospital: &Hospital) {
	let file = hospital.path("etc/credentials/kubo-gateway");
	let secret = fs::read_to_string(&file).unwrap();
	let other: String = secret.trim().chars().rev().collect();
	for wrong in [&*other, "two words", ""] {
		fs::write(&file, wrong).unwrap();
		let faults = hospital.check();
		assert!(!faults.is_empty(), "{wrong}");
		let shown =
			|(what, command): &(String, String)| what.contains(wrong) || command.contains(wrong);
		assert!(wrong.is_empty() || !faults.iter().any(shown), "{faults:?}");
	}
	fs::write(&file, &secret).unwrap();
	hospital.until_right("the secret");
}

fn files(hospital: &Hospital) {
	let make = |host: &str, days: u32| {
		format!(
			"openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days {days} -subj /CN=g \
			 -addext subjectAltName=DNS:{host} -keyout key.pem -out certificate.pem 2>/dev/null"
		)
	};
	let renew = make("clinic.example", 90);
	hospital.write_config(&format!(
		"[tls]\ncertificate = {:?}\nkey = {:?}\nrenew = {renew:?}",
		hospital.path("certificate.pem"),
		hospital.path("key.pem"),
	));
	hospital.repair("cannot read");
	hospital.run(&make("clinic.example", 3));
	hospital.repair("the certificate ends in 2 days");
	hospital.run(&make("other.example", 90));
	hospital.repair("the certificate does not name clinic.example");

	let config = format!("network_file = {:?}", hospital.path("network.json"));
	hospital.write_config(&config);
	let next = hospital.path("etc/network.next.json");
	fs::write(&next, network_file("https://clinic.example", 90)).unwrap();
	hospital.repair("cannot use");
	let file = hospital.path("network.json");
	for (url, days, told) in [
		(
			"https://clinic.example",
			3,
			"the network file ends in 2 days",
		),
		(
			"https://other.example/clinic.example",
			90,
			"does not name this gateway",
		),
	] {
		fs::write(&file, network_file(url, days)).unwrap();
		hospital.repair(told);
	}
}

/// A network file that is valid for so many days.
fn network_file(gateway: &str, days: u64) -> String {
	let account = |byte| AccountId32::new([byte; 32]);
	let now = std::time::UNIX_EPOCH.elapsed().unwrap();
	let end = now + Duration::from_secs(days * 24 * 60 * 60);
	let file = SignedFile {
		network: NetworkFile {
			format: 1,
			name: "clinics".into(),
			serial: 1,
			valid_until: end.as_millis() as u64,
			reset: 0,
			relay: None,
			chains: vec![Chain {
				kind: ChainKind::Region,
				para: 2001,
				genesis: H256([1; 32]),
				slot_duration: 6_000,
				development: true,
				endpoints: vec![Endpoint {
					kind: EndpointKind::Gateway,
					url: gateway.into(),
					authority: account(1),
				}],
			}],
			portal: None,
			signers: Signers {
				threshold: 2,
				accounts: vec![account(1), account(2)],
			},
		},
		signatures: Vec::new(),
	};
	serde_json::to_string(&file).unwrap()
}

/// Runs a command with the programs of `deploy`. Returns whether it succeeded, and what it printed.
fn with_deploy(folder: &Path, command: &str) -> (bool, String) {
	let path = std::env::var("PATH").unwrap();
	let output = Command::new("bash")
		.args(["-ec", command])
		.current_dir(folder)
		.env("PATH", format!("{}:{path}", folder.join("bin").display()))
		.env("IPFS_TELEMETRY", "off")
		.stdin(Stdio::null())
		.output()
		.unwrap();
	let printed = [output.stdout, output.stderr].concat();
	(
		output.status.success(),
		String::from_utf8_lossy(&printed).into(),
	)
}

#[test]
fn kubo_is_set_up_again_only_while_it_is_stopped() {
	let folder = tempfile::tempdir().unwrap();
	let folder = folder.path();
	fs::create_dir(folder.join("bin")).unwrap();
	symlink(ipfs(), folder.join("bin/ipfs")).unwrap();
	symlink(deploy("kubo-setup"), folder.join("bin/salus-kubo-setup")).unwrap();
	let set_up = || with_deploy(folder, "IPFS_PATH=$PWD/kubo salus-kubo-setup etc");
	let (succeeded, said) = set_up();
	assert!(succeeded, "{said}");
	let config = fs::read(folder.join("kubo/config")).unwrap();
	// Kubo writes its address.
	let listener = TcpListener::bind("127.0.0.1:0").unwrap();
	let port = listener.local_addr().unwrap().port();
	fs::write(
		folder.join("kubo/api"),
		format!("/ip4/127.0.0.1/tcp/{port}"),
	)
	.unwrap();
	let (succeeded, said) = set_up();
	assert!(!succeeded && said.contains("Kubo runs"), "{said}");
	// It was killed.
	drop(listener);
	let (succeeded, said) = set_up();
	assert!(succeeded, "{said}");
	assert_eq!(fs::read(folder.join("kubo/config")).unwrap(), config);
}

#[test]
fn a_backup_brings_all_back_and_the_drill_sees_what_is_missing() {
	let folder = tempfile::tempdir().unwrap();
	let folder = folder.path();
	let run = |command: &str| {
		let (succeeded, printed) = with_deploy(folder, command);
		assert!(succeeded, "{command}: {printed}");
		printed
	};
	fs::create_dir(folder.join("bin")).unwrap();
	symlink(ipfs(), folder.join("bin/ipfs")).unwrap();
	for name in ["kubo-setup", "backup", "restore", "restore-drill"] {
		symlink(deploy(name), folder.join(format!("bin/salus-{name}"))).unwrap();
	}
	let etc = deploy("etc");
	run(&format!(
		"mkdir -p old/etc/salus/credentials old/var/lib/salus-region/chain/chains/r/keystore \
		 && cp {}/* old/etc/salus/ && cd old/etc/salus \
		 && for file in region.json relay.json network.json credentials/region-{{node,relay}}-key; \
		 do echo \"$file\" >\"$file\"; done; echo session >../../var/lib/salus-region/chain/chains/r/keystore/key",
		etc.display()
	));
	run("IPFS_PATH=old/var/lib/salus-kubo salus-kubo-setup old/etc/salus");
	let envelope = "head -c 3M /dev/urandom | tee envelope \
		| IPFS_PATH=old/var/lib/salus-kubo ipfs add --offline --quieter";
	let cid = run(envelope).trim().to_owned();
	run("age-keygen -o backup.key 2>/dev/null && age-keygen -y backup.key >recipients");
	run("salus-backup backup recipients old");
	let said = run("salus-restore-drill backup backup.key");
	assert!(said.contains("1 pins with all their blocks"), "{said}");
	// No key is in the clear.
	run("! grep -rqF \"$(cat old/etc/salus/credentials/kubo-node)\" backup");
	run("! grep -rq session backup");

	run("salus-restore backup backup.key new");
	run("diff -r old/etc/salus new/etc/salus");
	run("diff -r old/var/lib/salus-region new/var/lib/salus-region");
	run("diff old/var/lib/salus-kubo/config new/var/lib/salus-kubo/config");
	run("cmp old/var/lib/salus-kubo/swarm.key new/var/lib/salus-kubo/swarm.key");
	run(&format!(
		"IPFS_PATH=new/var/lib/salus-kubo ipfs cat --offline {cid} | cmp - envelope"
	));
	let (succeeded, said) = with_deploy(folder, "salus-restore backup backup.key new");
	assert!(!succeeded && said.contains("has blocks already"), "{said}");

	let block = "$(find backup/kubo/blocks -name '*.data' -size +500k | head -n 1)";
	for (damage, expected) in [
		(format!("mv \"{block}\" kept"), "are missing"),
		(
			format!("printf x | dd of=\"{block}\" conv=notrunc status=none"),
			"changed on disk",
		),
		(
			"rm old/etc/salus/credentials/region-node-key && salus-backup backup recipients old"
				.into(),
			"region-node-key is missing",
		),
		(
			"rm -r old/var/lib/salus-region && salus-backup backup recipients old".into(),
			"no session keys",
		),
		(
			"age-keygen -o backup.key.new 2>/dev/null && mv backup.key.new backup.key".into(),
			"age",
		),
	] {
		run(&format!("rm -rf whole && cp -r backup whole && {damage}"));
		let (succeeded, said) = with_deploy(folder, "salus-restore-drill backup backup.key");
		assert!(!succeeded && said.contains(expected), "{damage}: {said}");
		run("rm -rf backup && mv whole backup");
	}
}
