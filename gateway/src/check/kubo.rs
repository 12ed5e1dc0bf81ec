//! Kubo: whether it answers, keeps to itself, has room and is connected with the others.

use std::{fs, path::Path, time::Duration};

use salus_client::ipfs::settings;
use serde_json::Value;
use tokio::time::sleep;

use super::{later, Fault, Setup};
use crate::{
	envelopes::{
		check_kubo, config::EnvelopesConfig, journal::unfinished, kubo_peers, EnvelopesError,
	},
	gateway::now,
};

/// Starts Kubo again.
const RESTART: &str = "systemctl restart salus-kubo";

/// Where systemd has a service's credentials while the service runs.
const CREDENTIALS: &str = "/run/credentials";

/// How long until Kubo is asked again.
const PAUSE: Duration = Duration::from_secs(1);

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
			EnvelopesError::Secret(path, _)
				if path.starts_with(CREDENTIALS)
					&& !path.exists()
					&& setup.etc.join("credentials/kubo-gateway").exists() =>
			{
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
			faults.extend(missing_peers(envelopes, &config, setup).await);
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

/// What is wrong with Kubo's swarm key, and with the credential that it is made from: systemd does not
/// start Kubo without that, and does not name the file.
fn swarm_key(config: &Path, etc: &Path) -> Option<Fault> {
	let key = config.with_file_name("swarm.key");
	let credential = etc.join("credentials/swarm.key");
	let [own, given] = [&key, &credential]
		.map(|file| fs::read_to_string(file).is_ok_and(|found| found.starts_with(SWARM_KEY)));
	let (key, credential) = (key.display(), credential.display());
	match (own, given) {
		// Without systemd there are no credentials.
		(true, false) if etc.join("credentials").is_dir() => {
			let what = format!("{credential} is not a swarm key: salus-kubo needs it to start");
			let command = format!("install -m 600 {key} {credential}");
			Some(Fault::new(what, command))
		}
		(true, _) => None,
		(false, true) => {
			let what =
				"Kubo has no swarm key: it would connect with any Kubo of the public network";
			let command = format!(
				"install -m 600 {credential} {key} && chown --reference={} {key} \
				 && {RESTART}",
				config.display(),
			);
			Some(Fault::new(what, command))
		}
		(false, false) => {
			let what = format!(
				"Kubo has no swarm key. Put that of the other hospitals at {credential} first: \
				 without it, the command makes a new one, and Kubo connects with none of them"
			);
			let command = format!(
				"{{ grep -qs '^{SWARM_KEY}' {credential} || rm -f {credential}; }} && {}",
				set_up(etc)
			);
			Some(Fault::new(what, command))
		}
	}
}

async fn missing_peers(
	envelopes: &EnvelopesConfig,
	config: &Value,
	setup: &Setup<'_>,
) -> Option<Fault> {
	let peers = config.pointer("/Peering/Peers").and_then(Value::as_array);
	let peers = peers.map(Vec::len).unwrap_or_default();
	if peers == 0 {
		let file = setup.etc.join("kubo-peers.json");
		let command = format!(
			"salus-ipfs config --json Peering.Peers \"$(cat {})\"",
			file.display()
		);
		let what = "Peering.Peers: it is empty, so no other hospital can have a copy";
		return Some(Fault::new(what, command));
	}
	loop {
		// If it does not answer, that is told already.
		let found = kubo_peers(envelopes).await.ok()?;
		if found.connected >= peers as u64 {
			return None;
		}
		// A Kubo that was just started looks for them.
		let age = (now() / 1_000).checked_sub(found.started);
		if age.is_some_and(|age| age < setup.kubo_start_seconds) {
			sleep(PAUSE).await;
			continue;
		}
		let connected = found.connected;
		let what = format!("Kubo is connected with {connected} of {peers} other hospitals' Kubos");
		return Some(Fault::new(what, RESTART));
	}
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
	use serde_json::json;
	use std::{
		io::{BufRead, BufReader, Write},
		net::TcpListener,
		process::Command,
		thread,
	};

	/// The configuration of a gateway that carries envelopes.
	fn config_with(rpc: &str, secret: &Path, uploads: &Path) -> Config {
		let config = Config::parse(&format!(
			"listen = \"127.0.0.1:8443\"\nhosts = [\"clinic.example\"]\nbehind_proxy = true\n\
			 region = \"ws://127.0.0.1:9944\"\n[envelopes]\nrpc = {rpc:?}\n\
			 gateway = \"http://127.0.0.1:9\"\nsecret = {secret:?}\nuploads = {uploads:?}"
		));
		config.unwrap()
	}

	/// A set-up whose options are in a folder.
	fn setup<'a>(config: &'a Config, etc: &'a Path) -> Setup<'a> {
		Setup {
			config,
			file: Path::new("gateway.toml"),
			kubo_config: etc,
			etc,
			final_block_seconds: 60,
			kept_blocks: 300,
			kubo_start_seconds: 0,
		}
	}

	#[tokio::test]
	async fn a_credential_is_there_again_once_the_gateway_runs() {
		let dir = tempfile::tempdir().unwrap();
		let [etc, bare] = ["etc", "bare"].map(|name| dir.path().join(name));
		fs::create_dir_all(etc.join("credentials")).unwrap();
		fs::create_dir(&bare).unwrap();
		fs::write(etc.join("credentials/kubo-gateway"), "secret").unwrap();
		let own = dir.path().join("none");
		let credential = Path::new("/run/credentials/salus-gateway.service/none");
		for (secret, etc, command) in [
			(credential, &etc, "systemctl restart salus-gateway".into()),
			// systemd cannot start the gateway without the file that it is made from.
			(credential, &bare, set_up_both(&bare)),
			(own.as_path(), &etc, set_up_both(&etc)),
		] {
			let config = config_with("http://127.0.0.1:9", secret, dir.path());
			let faults = faults(&setup(&config, etc)).await;
			let found = faults.iter().find(|fault| fault.what.contains("secret"));
			assert_eq!(found.unwrap().command, command);
		}
	}

	/// Each command makes both files hold the key that one of them holds, or says what it does if
	/// neither holds one.
	#[test]
	fn a_lost_swarm_key_is_put_back_where_it_is_missing() {
		let dir = tempfile::tempdir().unwrap();
		let [kubo, etc] = ["kubo", "etc"].map(|name| dir.path().join(name));
		fs::create_dir(&kubo).unwrap();
		let (config, credential) = (kubo.join("config"), etc.join("credentials/swarm.key"));
		let own = kubo.join("swarm.key");
		let key = format!("{SWARM_KEY}\n/base16/\n{}\n", "1f".repeat(32));
		fs::write(&own, &key).unwrap();
		// A Kubo that no unit starts has no credential.
		assert_eq!(swarm_key(&config, &etc), None);
		fs::create_dir_all(etc.join("credentials")).unwrap();
		for lost in ["", "another file"] {
			fs::write(&credential, lost).unwrap();
			let fault = swarm_key(&config, &etc).unwrap();
			assert!(fault.what.contains("credentials/swarm.key"), "{fault:?}");
			let mut run = Command::new("sh");
			let run = run.args(["-ec", &fault.command]).status().unwrap();
			assert!(run.success(), "{fault:?}");
			assert_eq!(fs::read_to_string(&credential).unwrap(), key);
			assert_eq!(swarm_key(&config, &etc), None);
		}
		fs::remove_file(&own).unwrap();
		assert!(swarm_key(&config, &etc)
			.unwrap()
			.command
			.contains("install -m 600"));
		fs::remove_file(&credential).unwrap();
		let fault = swarm_key(&config, &etc).unwrap();
		assert!(fault.what.contains("the other hospitals"), "{fault:?}");
	}

	/// A Kubo that has another one only when it is asked for the third time. Returns its RPC.
	fn kubo_that_looks_for_others(started: u64) -> String {
		let listener = TcpListener::bind("127.0.0.1:0").unwrap();
		let address = listener.local_addr().unwrap();
		thread::spawn(move || {
			for (asked, stream) in listener.incoming().enumerate() {
				let mut stream = stream.unwrap();
				let mut lines = BufReader::new(&stream).lines();
				while lines.next().is_some_and(|line| !line.unwrap().is_empty()) {}
				let found = u8::from(asked >= 2);
				let text =
					format!("ipfs_p2p_peers_total {found}\nprocess_start_time_seconds {started}\n");
				let length = text.len();
				let head =
					format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {length}");
				write!(stream, "{head}\r\n\r\n{text}").unwrap();
			}
		});
		format!("http://{address}")
	}

	#[tokio::test]
	async fn a_kubo_that_was_just_started_is_given_time_to_find_the_others() {
		let dir = tempfile::tempdir().unwrap();
		let known = json!({ "Peering": { "Peers": [{ "ID": "12D3" }] } });
		let secret = dir.path().join("secret");
		fs::write(&secret, "secret").unwrap();
		let seconds = now() / 1_000;
		for (started, patience, told) in [
			(seconds, 3_600, false),
			(seconds, 0, true),
			(seconds - 7_200, 3_600, true),
			(0, 3_600, true),
		] {
			let rpc = kubo_that_looks_for_others(started);
			let config = config_with(&rpc, &secret, dir.path());
			let setup = Setup {
				kubo_start_seconds: patience,
				..setup(&config, dir.path())
			};
			let envelopes = config.envelopes.as_ref().unwrap();
			let fault = missing_peers(envelopes, &known, &setup).await;
			assert_eq!(fault.is_some(), told, "{started} {patience}: {fault:?}");
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
