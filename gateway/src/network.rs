//! The network files, for members who missed some: a client takes them in their order.
//!
//! A client checks the signatures itself. So a gateway can keep a file back, which the consortium shows,
//! and give no false one.

use std::{fs, path::Path, sync::Arc};

use axum::{
	extract::{self, State},
	http::{header::CONTENT_TYPE, StatusCode},
	response::IntoResponse,
};
use salus_light::network::{NetworkFile, SignedFile};
use tokio::task::spawn_blocking;

use crate::{
	config::Config,
	http::{Caller, Failure},
	view::check_rate,
	Gateway,
};

/// `GET /v1/network/{name}/{serial}`: the file of a network with this number.
pub async fn file(
	State(gateway): State<Arc<Gateway>>,
	Caller(session): Caller,
	extract::Path((name, serial)): extract::Path<(String, String)>,
) -> Result<impl IntoResponse, Failure> {
	check_rate(&gateway, &session)?;
	let found = spawn_blocking(move || {
		let serial = serial.parse().ok()?;
		find(&gateway.config, &name, serial)
	});
	let found = found.await.ok().flatten();
	let none = "the gateway does not have this network file";
	let found = found.ok_or_else(|| Failure::new(StatusCode::NOT_FOUND, none))?;
	Ok(([(CONTENT_TYPE, "application/json")], found))
}

/// The name of a network file in the folder that keeps all.
pub fn file_name(name: &str, serial: u32) -> String {
	format!("{name}-{serial}.json")
}

/// The bytes of a network's file with this number: one that is kept, or the newest.
fn find(config: &Config, name: &str, serial: u32) -> Option<Vec<u8>> {
	// No path leads out of the folder.
	let of_name = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
	let kept = config
		.network_files
		.as_ref()
		.filter(|_| name.bytes().all(of_name));
	let kept = kept.map(|folder| folder.join(file_name(name, serial)));
	let mut all = [kept.as_deref(), config.network_file.as_deref()].into_iter();
	all.find_map(|path| {
		let (bytes, file) = read(path?).ok()?;
		(file.name == name && file.serial == serial).then_some(bytes)
	})
}

/// A network file: its bytes and what they say.
pub fn read(path: &Path) -> Result<(Vec<u8>, NetworkFile), String> {
	let bytes = fs::read(path).map_err(|error| error.to_string())?;
	let file = SignedFile::parse(&bytes).map_err(|error| error.to_string())?;
	Ok((bytes, file.network))
}

#[cfg(test)]
#[path = "../tests/operator/network_file.rs"]
pub(crate) mod made_up;

#[cfg(test)]
mod tests {
	use super::{made_up::network_file, *};

	#[test]
	fn each_file_is_found_by_its_number_and_nothing_else_is() {
		let dir = tempfile::tempdir().unwrap();
		let folder = dir.path().join("networks");
		fs::create_dir(&folder).unwrap();
		let write = |path: &Path, name: &str, serial| {
			fs::write(
				path,
				serde_json::to_vec(&network_file(name, serial)).unwrap(),
			)
			.unwrap();
		};
		write(&folder.join("clinics-2.json"), "clinics", 2);
		write(&folder.join("clinics-4.json"), "clinics", 5);
		fs::write(folder.join("clinics-6.json"), "secret").unwrap();
		write(&dir.path().join("other-3.json"), "other", 3);
		let newest = dir.path().join("network.json");
		write(&newest, "clinics", 3);
		let text = format!(
			"listen = \"127.0.0.1:8443\"\nhosts = [\"clinic.example\"]\nbehind_proxy = true\n\
			 region = \"ws://127.0.0.1:9944\"\nnetwork_file = {newest:?}\nnetwork_files = {folder:?}"
		);
		let config = Config::parse(&text).unwrap();
		for serial in [2, 3] {
			let found = find(&config, "clinics", serial).unwrap();
			assert_eq!(
				SignedFile::parse(&found).unwrap(),
				network_file("clinics", serial)
			);
		}
		for (name, serial) in [
			("clinics", 1),
			("clinics", 4),
			("clinics", 5),
			("clinics", 6),
			("other", 3),
			("../other", 3),
		] {
			assert_eq!(find(&config, name, serial), None, "{name} {serial}");
		}
	}
}
