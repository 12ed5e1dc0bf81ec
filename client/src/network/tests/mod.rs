//! The networks that a member knows, in a folder.

use codec::{Compact, Encode};
use salus_light::{Authorities, Checkpoint, Header, H256};
use sp_core::{ed25519, sr25519, Pair};
use std::{
	io::{Read, Write},
	net::TcpListener,
};
use tempfile::TempDir;

use super::*;
use crate::gateway::{Asking, Identity, Sign};

fn signer(number: u8) -> sr25519::Pair {
	sr25519::Pair::from_seed(&[number; 32])
}

/// A block with this number and slot of an engine.
fn header(number: u32, engine: [u8; 4], slot: u64, root: u8) -> Header {
	let slot = match &engine {
		b"BABE" => (2_u8, 0_u32, slot).encode(),
		_ => slot.encode(),
	};
	let digest = vec![(6_u8, engine, slot)];
	let (zero, root) = (H256::zero(), H256::repeat_byte(root));
	let bytes = (zero, Compact(number), root, zero, digest).encode();
	Header::decode(&bytes).unwrap()
}

fn checkpoint(number: u32, reset: u32) -> Checkpoint {
	let key = ed25519::Pair::from_seed(&[1; 32]).public();
	let authorities = Authorities::new(vec![(key, 1)]).unwrap();
	let header = header(number, *b"BABE", number.into(), 1);
	Checkpoint::new(H256::repeat_byte(9), &header, 0, authorities, reset).unwrap()
}

fn head(number: u32, root: u8) -> Header {
	header(number, *b"aura", number.into(), root)
}

fn chain(kind: EntryKind, para: u32) -> ChainEntry {
	ChainEntry {
		kind,
		para,
		genesis: H256::from_low_u64_be(para.into()),
		slot_duration: 6000,
		development: false,
		endpoints: vec![Endpoint {
			kind: EndpointKind::Node,
			url: format!("ws://127.0.0.1:{para}"),
			authority: signer(1).public().into(),
		}],
	}
}

fn file(serial: u32, reset: u32) -> NetworkFile {
	NetworkFile {
		format: 1,
		name: "clinics".into(),
		serial,
		valid_until: 4_000_000_000_000,
		reset,
		relay: Some(Relay {
			genesis: H256::repeat_byte(9),
			slot_duration: 6000,
			checkpoint: checkpoint(100, reset),
		}),
		chains: vec![
			chain(EntryKind::Region, 2001),
			chain(EntryKind::Consortium, 2000),
		],
		portal: None,
		signers: Signers {
			threshold: 2,
			accounts: (1..4)
				.map(|number| signer(number).public().into())
				.collect(),
		},
	}
}

fn signed(network: NetworkFile, by: &[u8]) -> SignedFile {
	let message = network.message();
	let sign = |number: &u8| Signature {
		account: signer(*number).public().into(),
		signature: signer(*number).sign(message.as_bytes()),
	};
	SignedFile {
		signatures: by.iter().map(sign).collect(),
		network,
	}
}

fn networks() -> (TempDir, Networks) {
	let dir = tempfile::tempdir().unwrap();
	let networks = Networks::new(dir.path());
	(dir, networks)
}

/// A network whose file names the region 2001 alone, in a folder.
pub fn some_network() -> (TempDir, Network) {
	let (dir, networks) = networks();
	let network = networks.add(signed(file(1, 0), &[1, 2])).unwrap();
	(dir, network)
}

#[test]
fn a_network_is_found_by_its_name() {
	let (_dir, networks) = networks();
	assert_eq!(networks.names().unwrap(), Vec::<String>::new());
	assert!(networks.find("clinics").unwrap().is_none());
	let first = signed(file(1, 0), &[1, 2]);
	networks.add(first.clone()).unwrap();
	assert_eq!(networks.names().unwrap(), ["clinics"]);
	let found = networks.find("clinics").unwrap().unwrap();
	assert_eq!(*found.file(), first.network);
	assert_eq!(found.consortium().unwrap().para, 2000);
	assert_eq!(found.regions(), [2001]);
	assert_eq!(found.chain_at("ws://127.0.0.1:2000").unwrap().para, 2000);
	assert!(found.chain(2002).is_err());
	// The same file again changes nothing. Another first file does not replace it.
	networks.add(first).unwrap();
	let other = signed(file(2, 0), &[1, 2]);
	assert!(matches!(networks.add(other), Err(Error::NotAllowed { .. })));
}

#[test]
fn a_name_that_is_a_path_finds_nothing() {
	let (_dir, networks) = networks();
	networks.add(signed(file(1, 0), &[1, 2])).unwrap();
	for name in ["../networks/clinics", "clinics/../clinics", "/", "..", ""] {
		assert!(networks.find(name).unwrap().is_none(), "{name}");
	}
}

#[test]
fn a_file_without_enough_signatures_is_not_added() {
	let (_dir, networks) = networks();
	for by in [&[][..], &[1], &[1, 1], &[1, 9]] {
		let refused = networks.add(signed(file(1, 0), by));
		assert!(matches!(refused, Err(Error::Verification(_))), "{by:?}");
	}
	assert!(networks.names().unwrap().is_empty());
}

#[test]
fn a_damaged_file_is_not_believed_later() {
	let (dir, networks) = networks();
	networks.add(signed(file(1, 0), &[1, 2])).unwrap();
	let path = dir.path().join("networks/clinics/network.json");
	let text = fs::read_to_string(&path).unwrap();
	for (from, to) in [("clinics", "clinic5"), ("\"para\": 2001", "\"para\": 2003")] {
		fs::write(&path, text.replace(from, to)).unwrap();
		assert!(networks.find("clinics").is_err(), "{from}");
	}
}

#[test]
fn files_follow_each_other() {
	let (_dir, networks) = networks();
	let missing = networks.update("clinics", signed(file(1, 0), &[1, 2]), false);
	assert!(matches!(missing, Err(Error::NotFound(_))));
	networks.add(signed(file(1, 0), &[1, 2])).unwrap();
	for (next, by) in [
		(file(3, 0), &[1, 2][..]),
		(file(1, 0), &[1, 2]),
		(file(2, 0), &[1]),
	] {
		let refused = networks.update("clinics", signed(next, by), false);
		assert!(matches!(refused, Err(Error::Verification(_))));
	}
	networks
		.update("clinics", signed(file(2, 0), &[2, 3]), false)
		.unwrap();
	assert_eq!(networks.find("clinics").unwrap().unwrap().file().serial, 2);
}

#[test]
fn the_consortium_shows_that_a_file_is_withheld() {
	let (_dir, networks) = networks();
	let network = networks.add(signed(file(1, 0), &[1, 2])).unwrap();
	let newest = |serial, file_hash| NewestFile { serial, file_hash };
	let own = network.file().hash();
	assert_eq!(network.withheld(&newest(1, own)), None);
	assert!(network.withheld(&newest(2, own)).is_some());
	assert!(network.withheld(&newest(1, H256::zero())).is_some());
	// The authorities have not named this one yet.
	assert_eq!(network.withheld(&newest(0, H256::zero())), None);
}

#[test]
fn a_region_with_another_first_block_at_the_consortium_is_found_out() {
	let (_dir, networks) = networks();
	let network = networks.add(signed(file(1, 0), &[1, 2])).unwrap();
	let view = |region, genesis| RegionView {
		region,
		genesis_hash: H256::from_low_u64_be(genesis),
		standing: salus_primitives::RegionStanding::Admitted,
		since: 0,
		providers: 0,
		live_grants: 0,
	};
	network
		.check_regions(&[view(2001, 2001), view(2005, 7)])
		.unwrap();
	let refused = network.check_regions(&[view(2005, 7), view(2001, 7)]);
	assert!(matches!(refused, Err(Error::Verification(_))));
	// Nothing is granted to a region that the file does not name, nor unlocked from it.
	network.check_named(2001).unwrap();
	for other in [2005, 2000] {
		let refused = network.check_named(other);
		assert!(matches!(refused, Err(Error::NotAllowed { .. })), "{other}");
	}
}

#[test]
fn the_higher_checkpoint_stays() {
	let (_dir, networks) = networks();
	let network = networks.add(signed(file(1, 0), &[1, 2])).unwrap();
	let store = network.store();
	assert_eq!(store.checkpoint().unwrap(), checkpoint(100, 0));
	store.keep(&checkpoint(120, 0), 2001, &head(50, 1)).unwrap();
	// A process that began before still writes an older one.
	store.keep(&checkpoint(110, 0), 2001, &head(40, 1)).unwrap();
	assert_eq!(store.checkpoint().unwrap(), checkpoint(120, 0));
	let again = networks.find("clinics").unwrap().unwrap();
	assert_eq!(again.store().checkpoint().unwrap(), checkpoint(120, 0));
	// Two blocks with one number.
	let mut fork = checkpoint(120, 0);
	fork.hash = H256::zero();
	let refused = store.keep(&fork, 2001, &head(51, 1));
	assert!(matches!(refused, Err(Error::Verification(_))));
}

#[test]
fn a_head_that_goes_back_or_is_replaced_is_refused() {
	let (_dir, networks) = networks();
	let store = networks.add(signed(file(1, 0), &[1, 2])).unwrap().store();
	store.keep(&checkpoint(120, 0), 2001, &head(50, 1)).unwrap();
	for head in [head(49, 1), head(50, 2)] {
		let refused = store.keep(&checkpoint(121, 0), 2001, &head);
		assert!(matches!(refused, Err(Error::Verification(_))));
	}
	assert_eq!(store.checkpoint().unwrap(), checkpoint(120, 0));
	// Each chain has a head of its own.
	store.keep(&checkpoint(121, 0), 2000, &head(3, 1)).unwrap();
	store.keep(&checkpoint(121, 0), 2001, &head(50, 1)).unwrap();
}

#[test]
fn only_a_confirmed_reset_replaces_the_checkpoint() {
	let (_dir, networks) = networks();
	let before = networks.add(signed(file(1, 0), &[1, 2])).unwrap();
	before
		.store()
		.keep(&checkpoint(120, 0), 2001, &head(50, 1))
		.unwrap();
	let reset = signed(file(2, 1), &[1, 2]);
	let refused = networks.update("clinics", reset.clone(), false);
	assert!(matches!(refused, Err(Error::Verification(_))));
	let after = networks.update("clinics", reset, true).unwrap();
	assert_eq!(after.store().checkpoint().unwrap(), checkpoint(100, 1));
	// Nor does what a process still writes that began before.
	let late = before.store().keep(&checkpoint(125, 0), 2001, &head(55, 1));
	late.unwrap();
	assert_eq!(after.store().checkpoint().unwrap(), checkpoint(100, 1));
	after
		.store()
		.keep(&checkpoint(101, 1), 2001, &head(10, 2))
		.unwrap();
	// A process that still knows the chain before changes nothing.
	let late = before.store().keep(&checkpoint(130, 0), 2001, &head(60, 1));
	assert!(late.is_err());
	assert_eq!(after.store().checkpoint().unwrap(), checkpoint(101, 1));
}

#[test]
fn several_processes_keep_the_newest() {
	let (_dir, networks) = networks();
	let network = networks.add(signed(file(1, 0), &[1, 2])).unwrap();
	std::thread::scope(|scope| {
		for number in 101..131 {
			let store = network.store();
			scope.spawn(move || {
				store
					.keep(&checkpoint(number, 0), 2001, &head(number, 1))
					.unwrap()
			});
		}
	});
	assert_eq!(network.store().checkpoint().unwrap(), checkpoint(130, 0));
}

#[test]
fn a_checkpoint_is_of_one_block() {
	let block = |number, slot, root| header(number, *b"BABE", slot, root);
	let good = checkpoint(100, 0);
	let is_of = super::make::is_of;
	assert!(is_of(&good, &block(100, 100, 1)));
	for other in [block(101, 100, 1), block(100, 101, 1), block(100, 100, 2)] {
		assert!(!is_of(&good, &other));
	}
	// With the right hash, but another root or slot.
	let (mut root, mut slot) = (good.clone(), good);
	root.state_root = H256::zero();
	slot.slot += 1;
	for other in [root, slot] {
		assert!(!is_of(&other, &block(100, 100, 1)));
	}
}

#[test]
fn a_file_ends() {
	let (_dir, networks) = networks();
	let ended = NetworkFile {
		valid_until: 1,
		..file(1, 0)
	};
	assert!(networks.add(signed(ended, &[1, 2])).unwrap().ended());
	let (_dir, networks) = super::tests::networks();
	assert!(!networks.add(signed(file(1, 0), &[1, 2])).unwrap().ended());
}

/// Serves one answer, once for each of some connections, and returns the address without a scheme.
fn serve(answer: Vec<u8>, connections: usize) -> String {
	let listener = TcpListener::bind("127.0.0.1:0").unwrap();
	let address = listener.local_addr().unwrap();
	std::thread::spawn(move || {
		for stream in listener.incoming().take(connections) {
			let mut stream = stream.unwrap();
			let _ = stream.read(&mut [0; 4096]);
			let head = format!(
				"HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n",
				answer.len()
			);
			let _ = stream.write_all(&[head.as_bytes(), &answer].concat());
		}
	});
	format!("{address}/clinics.json")
}

#[test]
fn a_network_that_was_removed_begins_with_a_first_file() {
	let (_dir, networks) = networks();
	let store = networks.add(signed(file(1, 0), &[1, 2])).unwrap().store();
	store.keep(&checkpoint(120, 0), 2001, &head(50, 1)).unwrap();
	let other = signed(file(5, 0), &[1, 2]);
	assert!(matches!(
		networks.add(other.clone()),
		Err(Error::NotAllowed { .. })
	));
	for name in ["other", "../networks/clinics", ""] {
		let refused = networks.remove(name);
		assert!(matches!(refused, Err(Error::NotFound(_))), "{name}");
	}
	networks.remove("clinics").unwrap();
	assert!(networks.names().unwrap().is_empty());
	let added = networks.add(other).unwrap();
	assert_eq!(added.store().checkpoint().unwrap(), checkpoint(100, 0));
}

/// Signs in as nobody that the tests' gateways know: they let everybody in.
struct Anybody;

impl Sign for Anybody {
	fn unlock(&self, _: Asking) -> Result<()> {
		Ok(())
	}

	fn sign(&self, _: &str) -> Result<[u8; 64]> {
		Ok([1; 64])
	}
}

/// A gateway that has these network files. `None`: nothing listens there.
fn gateway(dir: &Path, files: Option<Vec<SignedFile>>) -> Gateway {
	let listener = TcpListener::bind("127.0.0.1:0").unwrap();
	let url = format!("http://{}", listener.local_addr().unwrap());
	if let Some(files) = files {
		std::thread::spawn(move || {
			for stream in listener.incoming() {
				answer(stream.unwrap(), &files);
			}
		});
	}
	let identity = Identity {
		account: [1; 32].into(),
		genesis: [2; 32],
		sign: Arc::new(Anybody),
		sessions: dir.join("sessions"),
	};
	Gateway::new(&url, identity).unwrap()
}

/// Answers one request.
fn answer(mut stream: std::net::TcpStream, files: &[SignedFile]) {
	let (mut request, mut part) = (Vec::new(), [0; 4096]);
	// A request with a body ends with its JSON.
	let end = |request: &[u8]| match request.starts_with(b"POST") {
		true => request.ends_with(b"}"),
		false => request.ends_with(b"\r\n\r\n"),
	};
	while !end(&request) {
		let read = stream.read(&mut part).unwrap();
		request.extend(&part[..read]);
	}
	let request = String::from_utf8(request).unwrap();
	let path = request.split(' ').nth(1).unwrap();
	let (status, body) = match path.strip_prefix("/v1/") {
		Some("challenge") => {
			let nonce = format!("0x{}", "07".repeat(32));
			(
				"200 OK",
				serde_json::json!({ "nonce": nonce, "time": 1 }).to_string(),
			)
		}
		Some("session") => ("200 OK", r#"{"token":"t","seconds":600}"#.into()),
		Some(path) => {
			let of = |file: &&SignedFile| {
				format!("network/{}/{}", file.network.name, file.network.serial) == path
			};
			match files.iter().find(of) {
				Some(file) => ("200 OK", serde_json::to_string(file).unwrap()),
				None => ("404 Not Found", "{}".into()),
			}
		}
		None => panic!("{path}"),
	};
	let length = body.len();
	let answer =
		format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}");
	stream.write_all(answer.as_bytes()).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_missed_files_takes_them_from_the_gateways_in_their_order() {
	let (dir, networks) = networks();
	let first = networks.add(signed(file(1, 0), &[1, 2])).unwrap();
	let gateway = |files| gateway(dir.path(), files);
	let all: Vec<_> = (2..5)
		.map(|serial| signed(file(serial, 0), &[1, 2]))
		.collect();
	let (down, none) = (gateway(None), gateway(Some(vec![])));
	let false_one = gateway(Some(vec![signed(file(2, 0), &[1])]));
	let full = gateway(Some(all));
	let catch_up = async |gateways: &[&Gateway], confirmed: bool| {
		let known = networks.find("clinics").unwrap().unwrap();
		let gateways: Vec<_> = gateways.iter().copied().cloned().collect();
		let taken = networks.catch_up(known, &gateways, |_| confirmed).await;
		taken.map(|network| network.file().serial)
	};
	// No gateway answers; or none has a newer file; or a false one.
	let refused = catch_up(&[&down], false).await;
	assert!(
		matches!(refused, Err(Error::Connection { .. })),
		"{refused:?}"
	);
	assert_eq!(catch_up(&[&down, &none], false).await.unwrap(), 1);
	let refused = catch_up(&[&false_one, &none], false).await;
	assert!(
		matches!(refused, Err(Error::Verification(_))),
		"{refused:?}"
	);
	assert_eq!(
		first.file().serial,
		networks.find("clinics").unwrap().unwrap().file().serial
	);
	// Files 2, 3 and 4.
	assert_eq!(
		catch_up(&[&down, &none, &false_one, &full], false)
			.await
			.unwrap(),
		4
	);
	assert_eq!(catch_up(&[&full], false).await.unwrap(), 4);
	// A person must agree to a reset.
	let reset = gateway(Some(vec![signed(file(5, 1), &[1, 2])]));
	let refused = catch_up(&[&reset, &full], false).await;
	assert!(
		matches!(refused, Err(Error::Verification(_))),
		"{refused:?}"
	);
	assert_eq!(catch_up(&[&reset], true).await.unwrap(), 5);
}

#[tokio::test]
async fn a_file_is_read_from_an_address_or_a_path() {
	let signed = signed(file(1, 0), &[1, 2]);
	let json = serde_json::to_vec(&signed).unwrap();
	let address = serve(json.clone(), 2);
	assert_eq!(read(&format!("http://{address}")).await.unwrap(), signed);
	// A server that does not encrypt is not taken for one that does.
	let refused = read(&format!("https://{address}")).await;
	assert!(
		matches!(refused, Err(Error::Connection { .. })),
		"{refused:?}"
	);

	let dir = tempfile::tempdir().unwrap();
	let path = dir.path().join("clinics.json");
	fs::write(&path, json).unwrap();
	assert_eq!(read(path.to_str().unwrap()).await.unwrap(), signed);
	let missing = read(dir.path().join("other").to_str().unwrap()).await;
	assert!(matches!(missing, Err(Error::File { .. })), "{missing:?}");
}

#[tokio::test]
async fn a_file_that_is_too_large_is_not_read() {
	let large = vec![b' '; MAX_FILE_BYTES + 1];
	let address = serve(large.clone(), 1);
	let dir = tempfile::tempdir().unwrap();
	let path = dir.path().join("large");
	fs::write(&path, large).unwrap();
	for from in [format!("http://{address}"), path.to_str().unwrap().into()] {
		let refused = read(&from).await;
		assert!(matches!(refused, Err(Error::Input(_))), "{refused:?}");
	}
}

#[test]
fn an_older_release_of_the_portal_is_refused() {
	let dir = TempDir::new().unwrap();
	let store = || Store::new(dir.path().join("clinics"), None);
	for serial in [3, 3, 4] {
		store().keep_release(serial).unwrap();
	}
	let error = store().keep_release(3).unwrap_err().to_string();
	assert!(
		error.contains("release 3") && error.contains("release 4"),
		"{error}"
	);
}
