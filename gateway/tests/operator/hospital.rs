//! A hospital in a folder: a node, two Kubos, and a gateway's configuration.

use std::{
	fs,
	os::unix::fs::{symlink, PermissionsExt},
	path::PathBuf,
	process::Output,
	time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use salus_light::{Authorities, Checkpoint};
use sp_core::{ed25519, H256};
use tempfile::TempDir;

use crate::{deploy, ipfs, ports::free_port, run};

/// How long a service may take to start, and a repair to show.
const PATIENCE: Duration = Duration::from_secs(300);

/// `systemctl` for a folder: a unit is a script in `units`.
const SYSTEMCTL: &str = r#"#!/bin/bash
# systemctl restart UNIT... | systemctl start UNIT... | systemctl stop UNIT...
cd "$(dirname "$0")/.." || exit 1
action=$1
for unit in "${@:2}"; do
	if [ -e "pids/$unit" ]; then
		pid=$(cat "pids/$unit")
		kill -- "-$pid" 2>/dev/null
		# Those that have ended, and that nobody has asked about yet, do not count: but while one of its threads
		# goes on, a process has its files open.
		while ps -o stat= -s "$pid" | grep -qv '^Z[^l]*$'; do sleep 0.05; done
		rm "pids/$unit"
	fi
	[ "$action" != stop ] && [ -e "units/$unit" ] || continue
	setsid "units/$unit" >>"$unit.log" 2>&1 </dev/null &
	echo $! >"pids/$unit"
done
"#;

/// `timedatectl set-ntp true`: from then on the clock is right.
const TIMEDATECTL: &str = "#!/bin/bash\nrm \"$(dirname \"$0\")/../clock\"\n";

/// Ten minutes are over at once.
const SLEEP: &str = "#!/bin/bash\n[ \"$1\" = 600 ] || exec /bin/sleep \"$@\"\n";

/// Runs a command with a clock that is off, as the file `clock` says.
const CLOCK: &str = "#!/bin/bash\nclock=$(cat clock 2>/dev/null) || exec \"$@\"\n\
	export FAKETIME_DONT_FAKE_MONOTONIC=1\nexec faketime -f \"$clock\" \"$@\"\n";

/// What is told while Kubo finds the other one again, which takes it some seconds.
pub const PEERS: &str = "other hospitals' Kubos";

/// What a hospital has in its folder.
pub struct Hospital {
	folder: TempDir,
	node: u16,
	/// The port at which the node has its peers.
	peers: u16,
	relay: u16,
}

/// The folder of built programs.
pub fn built() -> PathBuf {
	let test = std::env::current_exe().unwrap();
	test.parent().unwrap().parent().unwrap().into()
}

impl Hospital {
	/// A node, two Kubos and a gateway's configuration. All is right.
	pub fn start() -> Self {
		let hospital = Self::of_a_node();
		for folder in ["kubo", "other", "uploads"] {
			fs::create_dir(hospital.path(folder)).unwrap();
		}
		hospital.kubos();
		hospital.write_config("");
		hospital.run("systemctl restart salus-region salus-other salus-kubo");
		hospital.until_right("set-up", "");
		hospital
	}

	/// A node that is not started yet, and the configuration of a gateway that carries no envelopes.
	pub fn of_a_node() -> Self {
		let hospital = Self {
			folder: tempfile::tempdir().unwrap(),
			node: free_port(),
			peers: free_port(),
			relay: free_port(),
		};
		for folder in ["bin", "units", "pids", "etc"] {
			fs::create_dir(hospital.path(folder)).unwrap();
		}
		// `check` in a folder, and with other limits.
		let gateway = format!(
			"#!/bin/bash\n[ \"$1\" != check ] || set -- \"$@\" --kubo-config kubo/config --etc etc \
			 --final-block 3 --kept 8 --kubo-start 0\nexec {} \"$@\"\n",
			env!("CARGO_BIN_EXE_salus-gateway")
		);
		for (name, text) in [
			("systemctl", SYSTEMCTL),
			("timedatectl", TIMEDATECTL),
			("sleep", SLEEP),
			("with-clock", CLOCK),
			("salus-gateway", &*gateway),
		] {
			hospital.script(&format!("bin/{name}"), text);
		}
		symlink(ipfs(), hospital.path("bin/ipfs")).unwrap();
		symlink(built().join("salus-node"), hospital.path("bin/salus-node")).unwrap();
		for name in ["kubo-setup", "ipfs"] {
			symlink(deploy(name), hospital.path(&format!("bin/salus-{name}"))).unwrap();
		}
		hospital.options(300, "--rpc-max-connections 60");
		// As systemd reads the options: the rest of the line is the value. The node of the relay chain is in
		// that of the region. A development chain begins two hours ago, and a block is six seconds.
		let unit = format!(
			"#!/bin/bash\nOPTIONS=$(sed -n 's/^OPTIONS=//p' {0}/etc/region.env)\n\
			 common='--dev --no-prometheus --no-telemetry --no-mdns'\n\
			 [ ! -e {0}/relay ] || FAKETIME_DONT_FAKE_MONOTONIC=1 faketime -f +2h {1} $common --tmp \
			 --dev-block-time 6000 --rpc-port {4} --port {5} $(cat {0}/relay) >{0}/relay.log 2>&1 &\n\
			 exec {1} $common --base-path {0}/node --rpc-port {2} --port {3} $OPTIONS\n",
			hospital.folder.path().display(),
			built().join("salus-node").display(),
			hospital.node,
			hospital.peers,
			hospital.relay,
			free_port(),
		);
		hospital.script("units/salus-region", &unit);
		hospital.write_config("");
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

	/// A path in its folder.
	pub fn path(&self, name: &str) -> PathBuf {
		self.folder.path().join(name)
	}

	/// Writes a script into its folder.
	pub fn script(&self, name: &str, text: &str) {
		let path = self.path(name);
		fs::write(&path, text).unwrap();
		fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
	}

	/// Gives the node a block time in milliseconds, and these options.
	pub fn options(&self, block_time: u32, more: &str) {
		let options = format!("OPTIONS= --dev-block-time {block_time} {more}\n");
		fs::write(self.path("etc/region.env"), options).unwrap();
	}

	/// From now on, the gateway is one of the services.
	pub fn run_gateway(&self) {
		let unit = format!(
			"#!/bin/bash\ncd {}\nexec {} run --config gateway.toml\n",
			self.folder.path().display(),
			env!("CARGO_BIN_EXE_salus-gateway")
		);
		self.script("units/salus-gateway", &unit);
	}

	/// Another node, at a new address, which stands for the consortium's. Returns its RPC, and the
	/// options by which the region's has it as a peer. A development node takes nobody else.
	pub fn neighbour(&self) -> (String, String) {
		let node = built().join("salus-node");
		let node = node.display();
		let address = |name: &str, port: u16| {
			let id = self.run(&format!(
				"rm -f {name}.key && {node} key generate-node-key --chain region-dev --file {name}.key 2>&1"
			));
			format!("/ip4/127.0.0.1/tcp/{port}/p2p/{}", id.trim())
		};
		let (port, rpc) = (free_port(), free_port());
		let (own, other) = (address("own", self.peers), address("neighbour", port));
		let unit = format!(
			"#!/bin/bash\nexec {node} --dev --no-prometheus --no-telemetry --no-mdns --tmp \
			 --dev-block-time 500 --rpc-port {rpc} --port {port} --node-key-file {} --reserved-nodes {own}\n",
			self.path("neighbour.key").display(),
		);
		self.script("units/salus-consortium", &unit);
		let options = format!(
			"--rpc-max-connections 60 --node-key-file {} --bootnodes {other} --reserved-nodes {other}",
			self.path("own.key").display()
		);
		(format!("ws://127.0.0.1:{rpc}"), options)
	}

	/// A checkpoint that is so many days old, in hexadecimal digits. It is not of the hospital's relay
	/// chain, so no step is proven.
	pub fn checkpoint(days: u64) -> String {
		let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
		let checkpoint = Checkpoint {
			genesis: H256([1; 32]),
			number: 1,
			hash: H256([2; 32]),
			state_root: H256([3; 32]),
			slot: (now.as_secs() - days * 24 * 60 * 60) / 6,
			set_id: 0,
			authorities: Authorities::new(vec![(ed25519::Public::from_raw([1; 32]), 1)]).unwrap(),
			reset: 0,
		};
		format!("0x{}", hex::encode(checkpoint.encode()))
	}

	/// The configuration with the relay chain, and this checkpoint.
	pub fn relay_config(&self, checkpoint: &str) -> String {
		format!(
			"[relay]\nrpc = \"ws://127.0.0.1:{}\"\ncheckpoint = {checkpoint:?}\nsteps = {:?}\n",
			self.relay,
			self.path("steps"),
		)
	}

	/// The configuration of the gateway, with more in it.
	pub fn write_config(&self, more: &str) {
		let transport = if more.contains("[tls]") {
			""
		} else {
			"behind_proxy = true\n"
		};
		let read = |name: &str| fs::read_to_string(self.path(name));
		let envelopes = read("kubo.rpc").map(|rpc| {
			format!(
				"[envelopes]\nrpc = \"http://127.0.0.1:{rpc}\"\ngateway = \"http://127.0.0.1:{}\"\n\
				 secret = {:?}\nuploads = {:?}\nlimits.reserve_bytes = 0\n",
				read("kubo.gateway").unwrap(),
				self.path("etc/credentials/kubo-gateway"),
				self.path("uploads"),
			)
		});
		let text = format!(
			"listen = \"127.0.0.1:{}\"\nhosts = [\"clinic.example\"]\n{transport}\
			 region = \"ws://127.0.0.1:{}\"\n{more}\n{}[limits]\nsockets = 40\n",
			free_port(),
			self.node,
			envelopes.unwrap_or_default(),
		);
		fs::write(self.path("gateway.toml"), text).unwrap();
	}

	/// Runs a command in the hospital's folder. It must succeed.
	pub fn run(&self, command: &str) -> String {
		let output = self.try_run(command);
		assert!(output.status.success(), "{command}: {output:?}");
		String::from_utf8(output.stdout).unwrap()
	}

	/// The same. It may fail.
	pub fn try_run(&self, command: &str) -> Output {
		run(self.folder.path(), command)
	}

	/// Runs `ipfs` for one of the Kubos, which is stopped.
	pub fn ipfs(&self, name: &str, arguments: &str) -> String {
		let folder = self.path(name);
		self.run(&format!("IPFS_PATH={} ipfs {arguments}", folder.display()))
	}

	/// The faults that `check` prints, each with its command.
	pub fn check(&self) -> Vec<(String, String)> {
		let output = self.try_run("with-clock salus-gateway check --config gateway.toml");
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
		// Most tests run no gateway.
		let runs = self.path("units/salus-gateway").exists();
		let of_gateway = |what: &str| what.contains("the gateway does not answer");
		let faults = faults.into_iter();
		faults
			.filter(|(what, _)| runs || !of_gateway(what))
			.collect()
	}

	/// Runs a command until it succeeds.
	pub fn until_succeeds(&self, command: &str) {
		let since = Instant::now();
		loop {
			let output = self.try_run(command);
			if output.status.success() {
				return;
			}
			assert!(since.elapsed() < PATIENCE, "{command}: {output:?}");
		}
	}

	/// Waits until `check` tells what is wanted. Returns it.
	fn until<T>(&self, what: &str, found: impl Fn(&[(String, String)]) -> Option<T>) -> T {
		let since = Instant::now();
		loop {
			let faults = self.check();
			if let Some(found) = found(&faults) {
				return found;
			}
			assert!(since.elapsed() < PATIENCE, "{what}: {faults:?}");
			std::thread::sleep(Duration::from_millis(200));
		}
	}

	/// Waits until `check` finds no fault, but perhaps this one.
	pub fn until_right(&self, after: &str, but: &str) {
		let but = |what: &str| !but.is_empty() && what.contains(but);
		self.until(&format!("after {after}"), |faults| {
			let right = faults.iter().all(|(what, _)| but(what));
			right.then_some(())
		});
	}

	/// Waits until `check` tells this fault. Returns it with its command.
	pub fn told(&self, told: &str) -> (String, String) {
		self.until(&format!("{told} is not told"), |faults| {
			let mut faults = faults.iter();
			faults.find(|(what, _)| what.contains(told)).cloned()
		})
	}

	/// Waits until `check` tells these faults, runs their commands, and waits until all is right.
	pub fn repair(&self, told: &[&str]) {
		let faults: Vec<_> = told.iter().map(|told| self.told(told)).collect();
		for (what, command) in &faults {
			println!("{what}\n  {command}");
			self.run(command);
		}
		self.until_right(&format!("{faults:?}"), PEERS);
	}
}

impl Drop for Hospital {
	fn drop(&mut self) {
		self.try_run(
			"systemctl stop salus-gateway salus-region salus-consortium salus-other salus-kubo",
		);
	}
}
