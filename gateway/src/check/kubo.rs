//! Kubo: whether it answers, keeps to itself, has room and is connected with the others.

use std::{fs, path::Path};

use salus_client::ipfs::settings;
use serde_json::Value;

use super::{later, Fault, Setup};
use crate::envelopes::{
	check_kubo, config::EnvelopesConfig, journal::unfinished, kubo_peers, EnvelopesError,
};

/// Starts Kubo again.
const RESTART: &str = "systemctl restart salus-kubo";

/// Where systemd has a service's credentials while the service runs.
const CREDENTIALS: &str = "/run/credentials";

/// Has Kubo remove what nobody pins. Nothing may be uploaded meanwhile.
const COLLECT: &str =
	"systemctl stop salus-gateway && salus-ipfs repo gc --quiet && systemctl start salus-gateway";

/// The first line of a key for a private swarm.
const SWARM_KEY: &str = "/key/swarm/psk/1.0.0/";

/// What is wrong with Kubo.
pub async fn faults(setup: &Setup<'_>) -> Vec<Fault> {
	let Some(envelopes) = &setup.config.envelopes else {
		return Vec::new();
	};
	let mut faults = Vec::new();
	if let Err(error) = check_kubo(envelopes).await {
		let command = match &error {
			EnvelopesError::Secret(path, _) if path.starts_with(CREDENTIALS) && !path.exists() => {
				"systemctl restart salus-gateway".into()
			}
			EnvelopesError::Secret(..) => set_up_both(setup.etc),
			// Its metrics need no secret.
			_ if kubo_peers(envelopes).await.is_ok() => set_up_both(setup.etc),
			_ => RESTART.into(),
		};
		faults.push(Fault::new(error, command));
	}
	faults.extend(no_room(envelopes, setup.file));
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

/// The same, and lets the gateway read its secret again.
fn set_up_both(etc: &Path) -> String {
	format!("{} && systemctl restart salus-gateway", set_up(etc))
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
fn no_room(envelopes: &EnvelopesConfig, file: &Path) -> Option<Fault> {
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
	if free >= reserve.saturating_mul(2) {
		return None;
	}
	let what = format!(
		"the disk with {} has {free} bytes left, and uploads are refused below {reserve}. If the command frees \
		 too little, give it more room, or lower envelopes.limits.reserve_bytes",
		disk.display()
	);
	let why = match unfinished(&envelopes.uploads) {
		Ok(0) => return Some(Fault::new(what, COLLECT)),
		Ok(uploads) => format!("{uploads} uploads are not finished"),
		Err(error) => format!("{} cannot be read: {error}", envelopes.uploads.display()),
	};
	let what = format!("{what}. Kubo cannot be cleaned now, as {why}");
	Some(Fault::new(what, later(file)))
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

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		config::Config,
		envelopes::{
			config::EnvelopeLimits,
			journal::{Header, Journal, Stage, UploadId},
		},
	};
	use salus_primitives::{AccountId, Cid};

	#[tokio::test]
	async fn a_credential_is_there_again_once_the_gateway_runs() {
		let dir = tempfile::tempdir().unwrap();
		let own = dir.path().join("none");
		let credential = Path::new("/run/credentials/salus-gateway.service/none");
		for (secret, command) in [
			(credential, "systemctl restart salus-gateway".into()),
			(own.as_path(), set_up_both(dir.path())),
		] {
			let config = Config::parse(&format!(
				"listen = \"127.0.0.1:8443\"\nhosts = [\"clinic.example\"]\nbehind_proxy = true\n\
				 region = \"ws://127.0.0.1:9944\"\n[envelopes]\nrpc = \"http://127.0.0.1:9\"\n\
				 gateway = \"http://127.0.0.1:9\"\nsecret = {secret:?}\nuploads = {:?}",
				dir.path()
			));
			let setup = Setup {
				config: &config.unwrap(),
				file: Path::new("gateway.toml"),
				kubo_config: dir.path(),
				etc: dir.path(),
				final_block_seconds: 60,
				kept_blocks: 300,
			};
			let faults = faults(&setup).await;
			let found = faults.iter().find(|fault| fault.what.contains("secret"));
			assert_eq!(found.unwrap().command, command);
		}
	}

	/// `repo gc` would take the blocks of an upload that has begun.
	#[test]
	fn kubo_is_not_cleaned_while_an_upload_goes_on() {
		let folder = tempfile::tempdir().unwrap();
		let envelopes = EnvelopesConfig {
			rpc: String::new(),
			gateway: String::new(),
			secret: None,
			uploads: folder.path().into(),
			disk: None,
			limits: EnvelopeLimits {
				reserve_bytes: u64::MAX,
				..EnvelopeLimits::default()
			},
		};
		let cleans = || {
			let fault = no_room(&envelopes, Path::new("gateway.toml")).unwrap();
			assert_eq!(
				fault.command == COLLECT,
				!fault.what.contains("not finished")
			);
			fault.command == COLLECT
		};
		assert!(cleans());
		let envelope = (Cid::from_digest(true, [1; 32]), 5 << 20);
		let header = Header::new(AccountId::new([2; 32]), envelope, 0, [3; 32]);
		let id = UploadId([1; 16]);
		let mut begun = Journal::create(folder.path(), id, header.clone()).unwrap();
		assert!(!cleans());
		for stage in [Stage::Kept, Stage::Ending] {
			let mut header = header.clone();
			header.stage = stage;
			begun.set(header).unwrap();
			assert!(cleans());
		}
		// The notes of one that is about to begin stay, and those that cannot be read count.
		let leaves = folder.path().join(format!("{}.leaves", UploadId([2; 16])));
		fs::write(&leaves, b"").unwrap();
		fs::write(folder.path().join("a note.json"), b"of the operator").unwrap();
		assert!(cleans() && leaves.exists());
		fs::write(folder.path().join(format!("{id}.json")), b"{").unwrap();
		assert!(!cleans());
	}
}
