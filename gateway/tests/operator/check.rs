//! Each test of `check` breaks a service, and then runs the command that was printed.

use std::{fs, thread, time::Duration};

use crate::{hospital::Hospital, network_file::network_file};

const MIB: u64 = 1 << 20;

/// Side by side, as a node takes some seconds to start, and Kubo to find others.
#[test]
fn each_command_repairs_what_it_is_for() {
	thread::scope(|scope| {
		for part in [a_node, a_node_that_is_alone_or_behind, kubo_and_files] {
			scope.spawn(part);
		}
	});
}

/// The node of the region, the relay chain's in it, and the clock.
fn a_node() {
	let hospital = Hospital::of_a_node();
	let wrong = "--rpc-max-connections 20 --state-pruning 4 --unsafe-rpc-external";
	hospital.options(600_000, wrong);
	// systemd starts no unit without its credentials.
	hospital.run("mkdir etc/credentials && touch etc/credentials/region-relay-key");
	// The node of the relay chain starts with that of the region. Its boot node cannot be reached.
	hospital.write_config(&hospital.relay_config(&Hospital::checkpoint(0)));
	let alone =
		"--bootnodes /ip4/127.0.0.1/tcp/9/p2p/12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp";
	fs::write(hospital.path("relay"), alone).unwrap();
	hospital.told("the relay chain's node does not answer");
	let (_, make) = hospital.told("credentials/region-node-key is missing");
	hospital.run(&make);
	assert!(hospital.path("etc/credentials/region-node-key").is_file());
	let (_, restart) = hospital.told("has seen no new final block in 3 seconds");
	hospital.told("region also listens on");
	let gateway = hospital.try_run("timeout 60 salus-gateway run --config gateway.toml");
	let log = String::from_utf8(gateway.stderr).unwrap();
	assert_eq!(gateway.status.code(), Some(1), "{log}");
	assert!(log.contains("region also listens on"), "{log}");

	hospital.options(300, wrong);
	hospital.run(&restart);
	hospital.told("the relay chain's node in that of the region has no peers");
	fs::write(hospital.path("relay"), "").unwrap();
	hospital.repair(&[
		"has no state of the final block",
		"region also listens on",
		"limits.sockets needs 42",
		"the relay chain's node in that of the region has no peers",
	]);
	for wrong in ["+3m", "-3m"] {
		fs::write(hospital.path("clock"), wrong).unwrap();
		hospital.repair(&["this machine's clock is "]);
	}
	steps(&hospital);
}

/// The relay chain's steps: one that nobody could have made, a checkpoint that is too old, and the one
/// that is installed. The network file has a newer one.
fn steps(hospital: &Hospital) {
	fs::write(hospital.path("steps"), [0, 0]).unwrap();
	hospital.repair(&[hospital.path("steps").to_str().unwrap()]);
	hospital.write_config(&hospital.relay_config(&Hospital::checkpoint(91)));
	let newer = Hospital::checkpoint(0);
	let network = format!(r#"{{"network":{{"relay":{{"checkpoint":"{newer}"}}}}}}"#);
	fs::write(hospital.path("etc/network.json"), network).unwrap();
	hospital.repair(&["more than 90 days ago"]);
	hospital.write_config(&hospital.relay_config("0x"));
	hospital.repair(&["relay.checkpoint is not a checkpoint"]);
}

/// A node that is alone, and behind when it has found the other one, which did not run.
fn a_node_that_is_alone_or_behind() {
	let hospital = Hospital::of_a_node();
	hospital.options(600_000, &hospital.neighbour().1);
	hospital.run("systemctl start salus-region");
	hospital.told("the region's node has no peers");
	// The other one is at another address, which the options name. The node does not know it yet.
	let (other, options) = hospital.neighbour();
	hospital.options(600_000, &options);
	hospital.write_config(&format!("consortium = {other:?}"));
	let (_, start) = hospital.told("the consortium's node does not answer");
	hospital.run(&start);
	let (_, restart) = hospital.told("the region's node has no peers");
	hospital.run(&restart);
	let (_, again) = hospital.told("the region's node is not synced yet: it goes on by itself");
	hospital.until_right("both were started", "the region's node is not synced yet");
	// A development node takes no blocks of others: it catches up with its own, and goes ahead.
	hospital.write_config("");
	hospital.run_gateway();
	hospital.options(100, &options);
	hospital.run(&format!("{restart} salus-gateway"));
	hospital.until_succeeds(&again);
}

fn kubo_and_files() {
	let hospital = Hospital::start();
	settings(&hospital);
	disk(&hospital);
	secrets(&hospital);
	files(&hospital);
	the_gateway(&hospital);
	hospital.until_right("all", "");
}

fn settings(hospital: &Hospital) {
	hospital.run("systemctl stop salus-kubo");
	hospital.repair(&["it cannot be reached"]);

	let [rpc, gateway] = ["kubo.rpc", "kubo.gateway"].map(|file| {
		let port = fs::read_to_string(hospital.path(file)).unwrap();
		format!("\"/ip4/0.0.0.0/tcp/{port}\"")
	});
	for (setting, wrong) in [
		("Datastore.HashOnRead", "false"),
		("Gateway.NoFetch", "false"),
		("Discovery.MDNS.Enabled", "true"),
		("Plugins.Plugins.telemetry.Config", "{\"Mode\":\"auto\"}"),
		("API.Authorizations", "{}"),
		("Addresses.API", &*rpc),
		("Addresses.Gateway", &*gateway),
		("Peering.Peers", "[]"),
	] {
		// Kubo reads it when it starts: with some of them it would look for others, or listen for them.
		hospital.run(&format!(
			"jq --argjson wrong '{wrong}' '.{setting} = $wrong' kubo/config >wrong && cp wrong kubo/config"
		));
		hospital.repair(&[setting]);
	}

	hospital.run("rm kubo/swarm.key");
	hospital.repair(&["no swarm key"]);

	hospital.until_right("the settings", "");
	hospital.run("systemctl stop salus-other");
	let (_, command) = hospital.told("is connected with 0 of 1 other hospitals");
	hospital.run("systemctl restart salus-other");
	hospital.run(&command);
	hospital.until_right(&command, "");

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
	fs::write(&next, network_file_of("https://clinic.example", 90)).unwrap();
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
		fs::write(&file, network_file_of(url, days)).unwrap();
		hospital.repair(&[told]);
	}
	let folder = hospital.path("networks");
	hospital.write_config(&format!("{config}\nnetwork_files = {folder:?}"));
	hospital.repair(&["the network file is not kept"]);

	let backup = hospital.path("last-backup");
	hospital.write_config(&format!("backup = {backup:?}"));
	let unit = format!("#!/bin/bash\ntouch {}\n", backup.display());
	hospital.script("units/salus-backup", &unit);
	hospital.repair(&["no backup was made"]);
	hospital.run("touch --date '3 days ago' last-backup");
	hospital.repair(&["the last backup was made 3 days ago"]);
}

/// The gateway itself, with TLS and without: it was never started, and then it is stopped.
fn the_gateway(hospital: &Hospital) {
	hospital.run_gateway();
	let tls = format!(
		"[tls]\ncertificate = {:?}\nkey = {:?}",
		hospital.path("certificate.pem"),
		hospital.path("key.pem")
	);
	for transport in [&*tls, ""] {
		hospital.write_config(transport);
		hospital.repair(&["the gateway does not answer"]);
		hospital.run("systemctl stop salus-gateway");
	}
	hospital.repair(&["the gateway does not answer"]);
}

/// A network file that names this gateway, and is valid for so many days.
fn network_file_of(gateway: &str, days: u64) -> String {
	let mut file = network_file("clinics", 1);
	let now = std::time::UNIX_EPOCH.elapsed().unwrap();
	let end = now + Duration::from_secs(days * 24 * 60 * 60);
	file.network.valid_until = end.as_millis() as u64;
	file.network.chains[0].endpoints[0].url = gateway.into();
	serde_json::to_string(&file).unwrap()
}
