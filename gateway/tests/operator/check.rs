//! Each test of `check` breaks a service, and then runs the command that was printed.

use std::{fs, time::Duration};

use salus_light::network::{
	Chain, ChainKind, Endpoint, EndpointKind, NetworkFile, SignedFile, Signers,
};
use sp_core::{crypto::AccountId32, H256};

use crate::hospital::Hospital;

const MIB: u64 = 1 << 20;

/// The node of the region, the relay chain's in it, and the clock. A start of a node takes ten seconds.
#[test]
fn each_command_for_a_node_repairs_it() {
	let hospital = Hospital::start();
	hospital.run("systemctl stop salus-region");
	hospital.all_options("--dev-block-time 600000 --rpc-max-connections 60");
	let (_, restart) = hospital.told("the region's node does not answer");
	hospital.run(&restart);
	let (_, restart) = hospital.told("has seen no new final block in 20 seconds");

	hospital.all_options(
		"--dev-block-time 300 --rpc-max-connections 20 --state-pruning 16 --unsafe-rpc-external",
	);
	hospital.run(&restart);
	hospital.told("region also listens on");
	let gateway = hospital.try_run("timeout 60 salus-gateway run --config gateway.toml");
	let log = String::from_utf8(gateway.stderr).unwrap();
	assert_eq!(gateway.status.code(), Some(1), "{log}");
	assert!(log.contains("region also listens on"), "{log}");
	hospital.repair(&[
		"has no state of the final block",
		"region also listens on",
		"limits.sockets needs 42",
	]);

	hospital.write_config(&hospital.relay_config());
	fs::write(hospital.path("relay"), "").unwrap();
	hospital.repair(&["the relay chain's node does not answer"]);
	for wrong in ["+3m", "-3m"] {
		fs::write(hospital.path("clock"), wrong).unwrap();
		hospital.repair(&["this machine's clock is "]);
	}
	hospital.write_config("");
	peers(&hospital, &restart);
}

/// A node that is behind, and then one that nobody reaches any more.
fn peers(hospital: &Hospital, restart: &str) {
	let neighbour = hospital.neighbour();
	hospital
		.run("systemctl stop salus-region && rm -r node relay && systemctl start salus-neighbour");
	hospital.all_options(&format!("--dev-block-time 600000{neighbour}"));
	hospital.run(restart);
	let (_, again) = hospital.told("is not synced yet: it goes on by itself");
	// A development node takes no blocks of others: it catches up with its own.
	hospital.options(&neighbour);
	hospital.run(restart);
	hospital.until_right(&again);
	hospital.run(&again);

	hospital.run("systemctl stop salus-neighbour");
	let (_, command) = hospital.told("the region's node has no peers");
	// It is at another address, which the options name. The node does not know it yet.
	hospital.options(&hospital.neighbour());
	hospital.run("systemctl start salus-neighbour");
	hospital.told("the region's node has no peers");
	hospital.run(&command);
	hospital.until_right(&command);
}

#[test]
fn each_command_for_kubo_and_files_repairs_them() {
	let hospital = Hospital::start();
	settings(&hospital);
	disk(&hospital);
	secrets(&hospital);
	files(&hospital);
}

fn settings(hospital: &Hospital) {
	hospital.run("systemctl stop salus-kubo");
	hospital.repair(&["it cannot be reached"]);

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
		hospital.repair(&[setting]);
	}

	hospital.run("systemctl stop salus-kubo && rm kubo/swarm.key");
	hospital.repair(&["no swarm key"]);

	hospital.run("systemctl stop salus-kubo");
	hospital.ipfs("kubo", "config --json Peering.Peers '[]'");
	hospital.run("systemctl restart salus-kubo");
	hospital.repair(&["Peering.Peers: it is empty"]);

	hospital.run("systemctl stop salus-other");
	let (_, command) = hospital.told("is connected with 0 of 1 other hospitals");
	hospital.run("systemctl restart salus-other");
	hospital.run(&command);
	hospital.until_right(&command);

	hospital.run("rmdir uploads");
	hospital.repair(&["cannot see how much room"]);
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
	hospital.repair(&["bytes left, and uploads are refused below"]);
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
		let shown =
			|(what, command): &(String, String)| what.contains(wrong) || command.contains(wrong);
		assert!(wrong.is_empty() || !faults.iter().any(shown), "{faults:?}");
		hospital.repair(&[""]);
	}
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
	hospital.repair(&["cannot read"]);
	hospital.run(&make("clinic.example", 3));
	hospital.repair(&["the certificate ends in 2 days"]);
	hospital.run(&make("other.example", 90));
	hospital.repair(&["the certificate does not name clinic.example"]);

	let config = format!("network_file = {:?}", hospital.path("network.json"));
	hospital.write_config(&config);
	let next = hospital.path("etc/network.next.json");
	fs::write(&next, network_file("https://clinic.example", 90)).unwrap();
	hospital.repair(&["cannot use"]);
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
		hospital.repair(&[told]);
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
