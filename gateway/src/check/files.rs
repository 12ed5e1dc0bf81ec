//! The files that end: the certificate, the network file and the relay chain's steps.

use std::path::Path;

use salus_light::{
	network::{EndpointKind, NetworkFile},
	AgeError, Clock, MAX_CHECKPOINT_AGE,
};

use super::{Fault, Setup};
use crate::{
	config::{Config, RelayConfig, TlsConfig},
	gateway::now,
	metrics::last_backup,
	network,
	tls::Certificate,
	view::{Steps, StepsError},
};

/// How long before its end a file counts as near it.
const NEAR_DAYS: i64 = 14;
const DAY: i64 = 24 * 60 * 60;

/// How old the last backup may be: one night can fail.
const BACKUP_DAYS: u64 = 2;

/// What is wrong with the files.
pub fn faults(setup: &Setup<'_>) -> Vec<Fault> {
	let config = setup.config;
	let mut faults = Vec::new();
	if let Some(tls) = &config.tls {
		faults.extend(certificate(tls, &config.hosts));
	}
	if let Some(file) = &config.network_file {
		let next = setup.etc.join("network.next.json");
		let command = format!("install -m 644 {} {}", next.display(), file.display());
		match network::read(file) {
			Ok((_, network)) => {
				let what = network_file(&network, config).into_iter();
				let what = what.map(|what| {
					let next = next.display();
					format!("{what}. An authority has the next one: put it at {next}")
				});
				faults.extend(what.map(|what| Fault::new(what, &*command)));
				faults.extend(not_kept(file, &network, config));
			}
			Err(error) => {
				let what = format!("cannot use {}: {error}", file.display());
				faults.push(Fault::new(what, command));
			}
		}
	}
	if let Some(relay) = &config.relay {
		faults.extend(steps(relay, setup, now()));
	}
	if let Some(file) = &config.backup {
		faults.extend(old_backup(file, now()));
	}
	faults
}

/// Whether the last backup is too old, at this time in Unix milliseconds.
fn old_backup(file: &Path, now: u64) -> Option<Fault> {
	let made = last_backup(file);
	let days = (now / 1_000).saturating_sub(made) / DAY.unsigned_abs();
	(days >= BACKUP_DAYS).then(|| {
		let what = match made {
			0 => format!(
				"no backup was made: {} is not there. docs/operating.md, Backup and restore, says how to \
				 set it up",
				file.display()
			),
			_ => format!("the last backup was made {days} days ago"),
		};
		Fault::new(what, "systemctl start salus-backup")
	})
}

/// What is wrong with the relay chain's steps.
fn steps(relay: &RelayConfig, setup: &Setup<'_>, now: u64) -> Option<Fault> {
	let (path, slot_duration) = (relay.steps.display(), relay.slot_milliseconds);
	let checkpoint = match &relay.checkpoint.0 {
		Ok(checkpoint) => checkpoint.clone(),
		Err(error) => {
			let error = StepsError::Checkpoint(error.clone());
			return Some(Fault::new(error, write_checkpoint(setup)));
		}
	};
	let newest = match Steps::look(&relay.steps, checkpoint, slot_duration) {
		Ok(newest) => newest,
		Err(error) => {
			let command = format!("mv {path} {path}.old && systemctl restart salus-gateway");
			return Some(Fault::new(error, command));
		}
	};
	let clock = Clock { now, slot_duration };
	let age = clock.age(newest.slot, MAX_CHECKPOINT_AGE);
	matches!(age, Err(AgeError::Old { .. })).then(|| {
		let what = "the relay chain's steps end more than 90 days ago, and none is believed after \
		            that: the checkpoint of the newest network file is needed";
		Fault::new(what, write_checkpoint(setup))
	})
}

/// Writes the network file's checkpoint into the configuration.
fn write_checkpoint(setup: &Setup<'_>) -> String {
	let known = setup.config.network_file.as_deref();
	let network = known.map_or_else(|| setup.etc.join("network.json"), Path::to_owned);
	format!(
		"checkpoint=$(jq -er .network.relay.checkpoint {}) && \
		 sed -i \"s/^checkpoint = .*/checkpoint = \\\"$checkpoint\\\"/\" {} && \
		 systemctl restart salus-gateway",
		network.display(),
		setup.file.display()
	)
}

fn certificate(tls: &TlsConfig, hosts: &[String]) -> Vec<Fault> {
	let fault = |what: String| Fault::new(what, &*tls.renew);
	let certificate = match Certificate::read(tls.clone()) {
		Ok(certificate) => certificate,
		Err(error) => return vec![fault(error.to_string())],
	};
	let unnamed = certificate.unnamed(hosts).into_iter();
	let unnamed = unnamed.map(|host| fault(format!("the certificate does not name {host}")));
	let end = near_end(certificate.end()).map(|end| fault(format!("the certificate {end}")));
	unnamed.chain(end).collect()
}

/// Whether the network file is not among those that members can get.
fn not_kept(file: &Path, network: &NetworkFile, config: &Config) -> Option<Fault> {
	let NetworkFile { name, serial, .. } = network;
	let kept = config.network_files.as_ref()?;
	let kept = kept.join(network::file_name(name, *serial));
	let same = network::read(&kept).is_ok_and(|(_, kept)| kept == *network);
	(!same).then(|| {
		let what = format!(
			"the network file is not kept as {}: who misses it cannot take the next one",
			kept.display()
		);
		let command = format!("install -D -m 644 {} {}", file.display(), kept.display());
		Fault::new(what, command)
	})
}

/// What is wrong with the network file.
fn network_file(network: &NetworkFile, config: &Config) -> Vec<String> {
	let end = i64::try_from(network.valid_until / 1_000).unwrap_or(i64::MAX);
	let end = near_end(end).map(|end| format!("the network file {end}"));
	let endpoints = network.chains.iter().flat_map(|chain| &chain.endpoints);
	let mut gateways = endpoints.filter(|endpoint| endpoint.kind == EndpointKind::Gateway);
	let named = gateways.any(|gateway| {
		let host = gateway.url.split('/').nth(2).unwrap_or_default();
		config
			.hosts
			.iter()
			.any(|own| own.eq_ignore_ascii_case(host))
	});
	let unnamed = (!named).then(|| {
		let what = "the network file does not name this gateway: members do not find it";
		what.to_owned()
	});
	end.into_iter().chain(unnamed).collect()
}

/// What to say of an end in Unix seconds, if it is near.
fn near_end(end: i64) -> Option<String> {
	let now = i64::try_from(now() / 1_000).unwrap_or_default();
	let left = end.saturating_sub(now);
	if left <= 0 {
		return Some("has ended".into());
	}
	(left < NEAR_DAYS * DAY).then(|| format!("ends in {} days", left / DAY))
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		config::CheckpointBytes,
		view::steps::tests::{long_ago, SLOT},
	};
	use codec::Encode;
	use std::fs;

	#[test]
	fn steps_that_end_too_long_ago_or_are_damaged_are_told() {
		let dir = tempfile::tempdir().unwrap();
		let config = Config::parse(
			r#"
				listen = "127.0.0.1:8443"
				hosts = ["clinic.example"]
				behind_proxy = true
				region = "ws://127.0.0.1:9944"
				network_file = "/etc/salus/network.json"
			"#,
		);
		let setup = Setup {
			config: &config.unwrap(),
			file: Path::new("gateway.toml"),
			kubo_config: dir.path(),
			etc: dir.path(),
			final_block_seconds: 60,
			kept_blocks: 300,
			kubo_start_seconds: 0,
		};
		let (checkpoint, all) = long_ago();
		let relay = RelayConfig {
			rpc: String::new(),
			checkpoint: CheckpointBytes(Ok(checkpoint)),
			steps: dir.path().join("steps"),
			slot_milliseconds: SLOT,
		};
		// The second step comes 120 days after the checkpoint.
		let days = |days: u64| days * 24 * 60 * 60 * 1_000;
		let told = |now| steps(&relay, &setup, now);
		assert_eq!(told(days(80)), None);
		let old = told(days(200)).unwrap();
		assert!(old.what.contains("90 days ago"), "{old:?}");
		assert!(old.command.contains("/etc/salus/network.json"), "{old:?}");
		let bytes: Vec<_> = all.iter().flat_map(Encode::encode).collect();
		fs::write(&relay.steps, &bytes).unwrap();
		assert_eq!(told(days(200)), None);
		assert!(told(days(300)).is_some());
		let mut damaged = bytes;
		let at = damaged.len() - 2;
		damaged[at] ^= 1;
		fs::write(&relay.steps, &damaged).unwrap();
		let fault = told(days(200)).unwrap();
		assert!(fault.command.starts_with("mv "), "{fault:?}");
	}

	#[test]
	fn a_network_file_that_members_cannot_get_is_told() {
		let dir = tempfile::tempdir().unwrap();
		let (file, folder) = (dir.path().join("network.json"), dir.path().join("networks"));
		let text = format!(
			"listen = \"127.0.0.1:8443\"\nhosts = [\"clinic.example\"]\nbehind_proxy = true\n\
			 region = \"ws://127.0.0.1:9944\"\nnetwork_files = {folder:?}"
		);
		let config = Config::parse(&text).unwrap();
		let signed = network::made_up::network_file("clinics", 3);
		let told = || not_kept(&file, &signed.network, &config);
		assert!(told().unwrap().command.contains("clinics-3.json"));
		fs::create_dir(&folder).unwrap();
		let kept = folder.join("clinics-3.json");
		fs::write(&kept, serde_json::to_vec(&signed).unwrap()).unwrap();
		assert_eq!(told(), None);
		// Another file has its name.
		let other = network::made_up::network_file("clinics", 2);
		fs::write(&kept, serde_json::to_vec(&other).unwrap()).unwrap();
		assert!(told().is_some());
	}

	#[test]
	fn a_backup_that_is_two_days_old_is_told() {
		let dir = tempfile::tempdir().unwrap();
		let file = dir.path().join("last");
		let none = old_backup(&file, now()).unwrap();
		assert!(none.what.contains("no backup was made"), "{none:?}");
		fs::write(&file, "").unwrap();
		let later = |days: u64| now() + (days * 24 * 60 + 1) * 60 * 1_000;
		assert_eq!(old_backup(&file, later(1)), None);
		let old = old_backup(&file, later(2)).unwrap();
		assert_eq!(old.what, "the last backup was made 2 days ago");
	}

	#[test]
	fn an_end_is_told_two_weeks_before() {
		let now = i64::try_from(now() / 1_000).unwrap();
		assert_eq!(near_end(now + 15 * DAY), None);
		assert_eq!(near_end(now + 3 * DAY + 60).unwrap(), "ends in 3 days");
		assert_eq!(near_end(now - 1).unwrap(), "has ended");
	}
}
