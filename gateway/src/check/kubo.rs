//! Kubo: whether it answers, keeps to itself, has room and is connected with the others.

use std::{fs, path::Path};

use salus_client::ipfs::settings;
use serde_json::Value;

use super::{Fault, Setup};
use crate::envelopes::{check_kubo, config::EnvelopesConfig, kubo_peers, EnvelopesError};

/// Starts Kubo again.
const RESTART: &str = "systemctl restart salus-kubo";

/// The first line of a key for a private swarm.
const SWARM_KEY: &str = "/key/swarm/psk/1.0.0/";

/// What is wrong with Kubo.
pub async fn faults(setup: &Setup<'_>) -> Vec<Fault> {
	let Some(envelopes) = &setup.config.envelopes else {
		return Vec::new();
	};
	let mut faults = Vec::new();
	if let Err(error) = check_kubo(envelopes).await {
		// Its metrics need no secret.
		let answers = kubo_peers(envelopes).await.is_ok();
		let command = if answers || matches!(error, EnvelopesError::Secret(..)) {
			format!("{} && systemctl restart salus-gateway", set_up(setup.etc))
		} else {
			RESTART.into()
		};
		faults.push(Fault::new(error, command));
	}
	faults.extend(no_room(envelopes));
	let path = setup.kubo_config;
	match config(path) {
		Ok(config) => {
			faults.extend(wrong_settings(&config, setup.etc));
			faults.extend(swarm_key(path, setup.etc));
			faults.extend(missing_peers(envelopes, &config, setup.etc).await);
		}
		Err(error) => {
			let what = format!("cannot read Kubo's config {}: {error}", path.display());
			faults.push(Fault::new(what, set_up(setup.etc)));
		}
	}
	faults
}

/// Sets Kubo up anew, and keeps what it has.
fn set_up(etc: &Path) -> String {
	let etc = etc.display();
	format!("systemctl stop salus-kubo && salus-kubo-setup {etc} && systemctl start salus-kubo")
}

fn config(path: &Path) -> Result<Value, String> {
	let text = fs::read(path).map_err(|error| error.to_string())?;
	serde_json::from_slice(&text).map_err(|error| error.to_string())
}

fn wrong_settings(config: &Value, etc: &Path) -> Vec<Fault> {
	let faults = settings::faults(config).into_iter().map(|fault| {
		let what = format!("{}: {}", fault.setting, fault.why);
		let command = fault.command.map(|command| format!("salus-{command}"));
		Fault::new(what, command.unwrap_or_else(|| set_up(etc)))
	});
	faults.collect()
}

/// Uploads are refused before the disk is full. So is told before they are.
fn no_room(envelopes: &EnvelopesConfig) -> Option<Fault> {
	let disk = envelopes.disk.as_ref().unwrap_or(&envelopes.uploads);
	let stat = match rustix::fs::statvfs(disk) {
		Ok(stat) => stat,
		Err(error) => {
			let what = format!("cannot see how much room {} has: {error}", disk.display());
			let command = format!("install -d -m 700 {}", disk.display());
			return Some(Fault::new(what, command));
		}
	};
	let free = stat.f_bavail.saturating_mul(stat.f_frsize);
	let reserve = envelopes.limits.reserve_bytes;
	(free < reserve.saturating_mul(2)).then(|| {
		let what = format!(
			"the disk with {} has {free} bytes left, and uploads are refused below {reserve}",
			disk.display()
		);
		let command = "systemctl stop salus-gateway && salus-ipfs repo gc --quiet && \
			systemctl start salus-gateway";
		Fault::new(what, command)
	})
}

fn swarm_key(config: &Path, etc: &Path) -> Option<Fault> {
	let key = config.with_file_name("swarm.key");
	let found = fs::read_to_string(&key).unwrap_or_default();
	(!found.starts_with(SWARM_KEY)).then(|| {
		let what = "Kubo has no swarm key: it would connect with any Kubo of the public network";
		let command = format!(
			"install -m 600 {} {key} && chown --reference={} {key} && {RESTART}",
			etc.join("credentials/swarm.key").display(),
			config.display(),
			key = key.display()
		);
		Fault::new(what, command)
	})
}

async fn missing_peers(envelopes: &EnvelopesConfig, config: &Value, etc: &Path) -> Option<Fault> {
	let peers = config.pointer("/Peering/Peers").and_then(Value::as_array);
	let peers = peers.map(Vec::len).unwrap_or_default();
	if peers == 0 {
		let file = etc.join("kubo-peers.json");
		let command = format!(
			"salus-ipfs config --json Peering.Peers \"$(cat {})\"",
			file.display()
		);
		let what = "Peering.Peers: it is empty, so no other hospital can have a copy";
		return Some(Fault::new(what, command));
	}
	// If it does not answer, that is told already.
	let connected = kubo_peers(envelopes).await.ok()?;
	let missing = connected < peers as u64;
	missing.then(|| {
		let what = format!("Kubo is connected with {connected} of {peers} other hospitals' Kubos");
		Fault::new(what, RESTART)
	})
}
