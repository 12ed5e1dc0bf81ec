//! Which network files are believed.

use super::*;
use crate::{network::*, Conflict};
use alloc::string::{String, ToString};
use serde_json::{json, Value};
use sp_core::{crypto::AccountId32, sr25519};

fn signer(number: u8) -> sr25519::Pair {
	sr25519::Pair::from_seed(&[number; 32])
}

fn account(number: u8) -> AccountId32 {
	signer(number).public().into()
}

/// File 1 of a network: two of the accounts 1, 2 and 3 must sign.
fn network() -> NetworkFile {
	let endpoint = |kind, url: &str| Endpoint {
		kind,
		url: url.into(),
		authority: account(1),
	};
	NetworkFile {
		format: 1,
		name: "clinics".into(),
		serial: 1,
		valid_until: 1_800_000_000_000,
		reset: 0,
		relay: Some(Relay {
			genesis: checkpoint(&keys(0..3)).genesis,
			slot_duration: 6000,
			checkpoint: checkpoint(&keys(0..3)),
		}),
		chains: vec![
			Chain {
				kind: ChainKind::Region,
				para: 2001,
				genesis: H256::repeat_byte(1),
				slot_duration: 6000,
				development: false,
				endpoints: vec![endpoint(EndpointKind::Node, "wss://node.example:443")],
			},
			Chain {
				kind: ChainKind::Consortium,
				para: 2000,
				genesis: H256::repeat_byte(2),
				slot_duration: 6000,
				development: false,
				endpoints: vec![
					endpoint(EndpointKind::Relay, "ws://127.0.0.1:9944"),
					endpoint(EndpointKind::Gateway, "https://gateway.example/salus"),
				],
			},
		],
		portal: Some("https://portal.example".into()),
		signers: Signers {
			threshold: 2,
			accounts: (1..4).map(account).collect(),
		},
	}
}

fn signed(network: NetworkFile, by: &[u8]) -> SignedFile {
	let message = network.message();
	let sign = |number: &u8| Signature {
		account: account(*number),
		signature: signer(*number).sign(message.as_bytes()),
	};
	SignedFile {
		signatures: by.iter().map(sign).collect(),
		network,
	}
}

fn trusted() -> Trusted {
	Trusted::first(signed(network(), &[1, 2])).unwrap()
}

fn next() -> NetworkFile {
	NetworkFile {
		serial: 2,
		..network()
	}
}

fn as_json(file: &SignedFile) -> Value {
	serde_json::to_value(file).unwrap()
}

fn parse(value: &Value) -> Result<SignedFile, FileError> {
	SignedFile::parse(value.to_string().as_bytes())
}

#[test]
fn a_file_is_read_as_it_was_written() {
	let file = signed(network(), &[1, 2]);
	assert_eq!(parse(&as_json(&file)), Ok(file.clone()));
	assert!(Trusted::first(parse(&as_json(&file)).unwrap()).is_ok());
	let development = NetworkFile {
		relay: None,
		chains: vec![Chain {
			development: true,
			..network().chains.remove(0)
		}],
		portal: None,
		..network()
	};
	let file = signed(development, &[1, 2]);
	assert_eq!(parse(&as_json(&file)), Ok(file));
}

#[test]
fn the_message_shows_the_network_and_its_fingerprint() {
	let message = network().message();
	let expected = alloc::format!(
		"<Bytes>salus/network/v1: network clinics, file 1, fingerprint {}. SHA-256: ",
		network().fingerprint()
	);
	assert!(message.starts_with(&expected), "{message}");
	assert_ne!(next().fingerprint(), network().fingerprint());
}

#[test]
fn a_file_with_an_unknown_field_is_refused() {
	let good = as_json(&signed(network(), &[1, 2]));
	for place in [
		"",
		"/network",
		"/network/relay",
		"/network/chains/0",
		"/network/chains/0/endpoints/0",
		"/network/signers",
		"/signatures/0",
	] {
		let mut bad = good.clone();
		bad.pointer_mut(place).unwrap()["other"] = json!(1);
		match parse(&bad) {
			Err(FileError::Unreadable(why)) => assert!(why.contains("other"), "{why}"),
			other => panic!("{place}: {other:?}"),
		}
	}
}

#[test]
fn a_file_without_a_field_is_refused() {
	let good = as_json(&signed(network(), &[1, 2]));
	for place in [
		"",
		"/network",
		"/network/relay",
		"/network/chains/0",
		"/network/signers",
	] {
		let fields: Vec<String> = good
			.pointer(place)
			.unwrap()
			.as_object()
			.unwrap()
			.keys()
			.cloned()
			.collect();
		// A file without a portal has no such field, or null.
		for field in fields.into_iter().filter(|field| field != "portal") {
			let mut bad = good.clone();
			bad.pointer_mut(place)
				.unwrap()
				.as_object_mut()
				.unwrap()
				.remove(&field);
			assert!(parse(&bad).is_err(), "{place}/{field}");
		}
	}
}

#[test]
fn a_field_that_cannot_be_is_refused() {
	let good = as_json(&signed(network(), &[1, 2]));
	let many = |count: usize| json!(vec![good["network"]["chains"][0].clone(); count]);
	for (place, value) in [
		("/network/format", json!(0)),
		("/network/format", json!(2)),
		("/network/name", json!("")),
		("/network/name", json!("Clinics")),
		("/network/name", json!("clinics\u{202e}")),
		("/network/name", json!("c".repeat(33))),
		("/network/serial", json!(0)),
		("/network/serial", json!(-1)),
		("/network/serial", json!(1u64 << 32)),
		("/network/reset", json!(1)),
		("/network/relay", json!(null)),
		("/network/relay/genesis", json!(H256::zero())),
		("/network/relay/slot_duration", json!(0)),
		("/network/relay/checkpoint", json!("0x")),
		("/network/relay/checkpoint", json!("01")),
		("/network/chains", json!([])),
		("/network/chains", many(2)),
		(
			"/network/chains/1/genesis",
			good["network"]["chains"][0]["genesis"].clone(),
		),
		("/network/chains/1/para", json!(2001)),
		("/network/chains/0/slot_duration", json!(0)),
		("/network/chains/0/endpoints", json!([])),
		("/network/chains/0/endpoints/0/kind", json!("other")),
		("/network/chains/0/endpoints/0/url", json!("node.example")),
		(
			"/network/chains/0/endpoints/0/url",
			json!("ftp://node.example"),
		),
		("/network/chains/0/endpoints/0/url", json!("wss://")),
		("/network/chains/0/endpoints/0/url", json!("wss:///path")),
		(
			"/network/chains/0/endpoints/0/url",
			json!("wss://a@node.example"),
		),
		(
			"/network/chains/0/endpoints/0/url",
			json!("wss://node.example/\n"),
		),
		(
			"/network/chains/0/endpoints/0/url",
			json!("wss://n\u{f6}de.example"),
		),
		(
			"/network/chains/0/endpoints/0/url",
			json!(["wss://", &"n".repeat(260)].concat()),
		),
		("/network/chains/0/endpoints/0/authority", json!("5FHneW46")),
		("/network/portal", json!("https://portal.example/")),
		("/network/portal", json!("https://portal.example/path")),
		("/network/portal", json!("wss://portal.example")),
		("/network/portal", json!("http://portal.example")),
		("/network/portal", json!("https://gateway.example")),
		("/network/portal", json!("https://Gateway.example.:8443")),
		("/network/portal", json!("https://node.example")),
		("/network/signers/threshold", json!(1)),
		("/network/signers/threshold", json!(4)),
		(
			"/network/signers/accounts",
			json!([account(1), account(1), account(2)]),
		),
		("/signatures/0/signature", json!("0x00")),
	] {
		let mut bad = good.clone();
		*bad.pointer_mut(place).unwrap() = value.clone();
		assert!(parse(&bad).is_err(), "{place}: {value}");
	}
	for portal in [
		"https://portal.example:8443",
		"http://localhost:7257",
		"http://127.0.0.1:7257",
		"http://[::1]:7257",
	] {
		let mut also = good.clone();
		also["network"]["portal"] = json!(portal);
		assert!(parse(&also).is_ok(), "{portal}");
	}
	let mut large = good.to_string().into_bytes();
	large.resize(MAX_FILE_BYTES + 1, b' ');
	assert_eq!(
		SignedFile::parse(&large),
		Err(FileError::TooLarge(MAX_FILE_BYTES + 1))
	);
	large.pop();
	assert!(SignedFile::parse(&large).is_ok());
	// Lists above their limit.
	let chains: Vec<_> = (0..65)
		.map(|at| Chain {
			para: at,
			genesis: H256::from_low_u64_be(at.into()),
			..network().chains.remove(0)
		})
		.collect();
	assert!(NetworkFile {
		chains: chains[..64].to_vec(),
		..network()
	}
	.check()
	.is_ok());
	assert!(NetworkFile {
		chains,
		..network()
	}
	.check()
	.is_err());
	let accounts: Vec<_> = (0..65).map(account).collect();
	let with = |accounts: &[AccountId32]| NetworkFile {
		signers: Signers {
			threshold: 2,
			accounts: accounts.to_vec(),
		},
		..network()
	};
	assert!(with(&accounts[..64]).check().is_ok());
	assert!(with(&accounts).check().is_err());
	assert!(parse(&as_json(&signed(network(), &[1; 65]))).is_err());
}

#[test]
fn a_file_needs_as_many_signatures_as_it_says() {
	for (by, found) in [
		(&[][..], 0),
		(&[1], 1),
		(&[1, 1], 1),
		(&[1, 4, 5], 1),
		(&[4, 5], 0),
	] {
		let needed = UpdateError::OwnSigners { needed: 2, found };
		assert_eq!(Trusted::first(signed(network(), by)), Err(needed), "{by:?}");
	}
	for by in [&[1, 2][..], &[3, 1], &[1, 2, 3], &[9, 2, 3]] {
		assert!(Trusted::first(signed(network(), by)).is_ok(), "{by:?}");
	}
}

#[test]
fn a_signature_is_for_each_field() {
	let good = signed(network(), &[1, 2]);
	let json = as_json(&good);
	for (place, value) in [
		("/network/name", json!("clinic")),
		("/network/serial", json!(2)),
		("/network/valid_until", json!(1_800_000_000_001u64)),
		("/network/relay/slot_duration", json!(6001)),
		("/network/chains/0/para", json!(2002)),
		("/network/chains/0/genesis", json!(H256::zero())),
		("/network/chains/0/slot_duration", json!(6001)),
		("/network/chains/1/development", json!(true)),
		("/network/chains/0/endpoints/0/kind", json!("gateway")),
		(
			"/network/chains/0/endpoints/0/url",
			json!("wss://node.exampl:443"),
		),
		("/network/chains/0/endpoints/0/authority", json!(account(2))),
		("/network/portal", json!(null)),
		("/network/signers/accounts", json!([account(1), account(2)])),
	] {
		let mut altered = json.clone();
		*altered.pointer_mut(place).unwrap() = value;
		let refused = Trusted::first(parse(&altered).unwrap());
		assert_eq!(
			refused,
			Err(UpdateError::OwnSigners {
				needed: 2,
				found: 0
			}),
			"{place}"
		);
	}
	let mut altered = network();
	let mut relay = altered.relay.clone().unwrap();
	relay.checkpoint.set_id += 1;
	altered.relay = Some(relay);
	let altered = SignedFile {
		network: altered,
		..good
	};
	assert!(Trusted::first(altered).is_err());
}

/// The form of all messages that accounts sign is the only one.
#[test]
fn signatures_over_the_text_alone_or_the_bare_digest_do_not_count() {
	let network = network();
	let release = Release {
		format: 1,
		serial: 1,
		files: Vec::new(),
	};
	for message in [network.message(), release.message()] {
		let text = (message.trim_start_matches("<Bytes>")).trim_end_matches("</Bytes>");
		let (_, digest) = text.rsplit_once(' ').unwrap();
		let digest: H256 = format!("0x{digest}").parse().unwrap();
		let counts = [message.as_bytes(), text.as_bytes(), digest.as_bytes()].map(|signed| {
			let signature = Signature {
				account: account(1),
				signature: signer(1).sign(signed),
			};
			network.signers.count(&message, &[signature])
		});
		assert_eq!(counts, [1, 0, 0]);
	}
}

#[test]
fn the_next_file_is_believed() {
	let after = trusted().update(signed(next(), &[2, 3]), false).unwrap();
	assert_eq!(after.network(), &next());
}

#[test]
fn files_apply_in_the_order_of_their_serial_numbers() {
	let file = |serial| {
		signed(
			NetworkFile {
				serial,
				..network()
			},
			&[1, 2],
		)
	};
	for serial in [1, 3, u32::MAX] {
		let refused = UpdateError::Serial {
			known: 1,
			found: serial,
		};
		assert_eq!(trusted().update(file(serial), false), Err(refused));
	}
	let second = trusted().update(file(2), false).unwrap();
	assert_eq!(
		second.update(file(1), false),
		Err(UpdateError::Serial { known: 2, found: 1 })
	);
}

#[test]
fn a_file_of_another_network_is_refused() {
	let other = NetworkFile {
		name: "others".into(),
		..next()
	};
	let refused = UpdateError::Network {
		expected: "clinics".into(),
		found: "others".into(),
	};
	assert_eq!(
		trusted().update(signed(other, &[1, 2]), false),
		Err(refused)
	);
	// With the same name, but other signers.
	let signers = Signers {
		threshold: 2,
		accounts: vec![account(7), account(8)],
	};
	let other = NetworkFile { signers, ..next() };
	let refused = UpdateError::SignersBefore {
		needed: 2,
		found: 0,
	};
	assert_eq!(
		trusted().update(signed(other, &[7, 8]), false),
		Err(refused)
	);
}

#[test]
fn a_change_of_signers_needs_the_old_and_the_new() {
	// Account 3 is removed, 4 and 5 come, and three must sign.
	let signers = Signers {
		threshold: 3,
		accounts: [1, 2, 4, 5].map(account).to_vec(),
	};
	let change = NetworkFile { signers, ..next() };
	for (by, error) in [
		(
			&[1, 2][..],
			UpdateError::OwnSigners {
				needed: 3,
				found: 2,
			},
		),
		(
			&[1, 2, 3],
			UpdateError::OwnSigners {
				needed: 3,
				found: 2,
			},
		),
		(
			&[1, 4, 5],
			UpdateError::SignersBefore {
				needed: 2,
				found: 1,
			},
		),
	] {
		assert_eq!(
			trusted().update(signed(change.clone(), by), false),
			Err(error),
			"{by:?}"
		);
	}
	let after = trusted()
		.update(signed(change.clone(), &[1, 2, 4]), false)
		.unwrap();
	// Two of the old ones are 1 and 3; three of the new ones are 1, 4 and 5.
	assert!(trusted()
		.update(signed(change.clone(), &[1, 3, 4, 5]), false)
		.is_ok());
	// The removed account counts no more.
	let third = NetworkFile {
		serial: 3,
		..change
	};
	let refused = UpdateError::OwnSigners {
		needed: 3,
		found: 2,
	};
	assert_eq!(
		after.update(signed(third.clone(), &[1, 2, 3]), false),
		Err(refused)
	);
	assert!(after.update(signed(third, &[2, 4, 5]), false).is_ok());
}

#[test]
fn a_person_confirms_a_reset() {
	let with = |reset, serial| {
		let mut relay = network().relay.unwrap();
		relay.genesis = H256::repeat_byte(8);
		relay.checkpoint = Checkpoint {
			genesis: relay.genesis,
			number: 3,
			reset,
			..relay.checkpoint
		};
		signed(
			NetworkFile {
				serial,
				reset,
				relay: Some(relay),
				..network()
			},
			&[1, 2],
		)
	};
	let needs = UpdateError::NeedsConfirmation { reset: 1 };
	assert_eq!(trusted().update(with(1, 2), false), Err(needs));
	let after = trusted().update(with(1, 2), true).unwrap();
	assert_eq!(after.network().reset, 1);
	let refused = UpdateError::Reset { known: 1, found: 0 };
	assert_eq!(after.update(with(0, 3), true), Err(refused));
	// Without a reset, the relay chain stays the same.
	let other = Conflict::Genesis(H256::repeat_byte(9), H256::repeat_byte(8));
	assert_eq!(
		trusted().update(with(0, 2), true),
		Err(UpdateError::Checkpoint(other))
	);
}

#[test]
fn a_chain_becomes_one_for_development_only_by_a_reset() {
	let with = |reset| {
		let mut next = NetworkFile { reset, ..next() };
		next.chains[0].development = true;
		next.relay.as_mut().unwrap().checkpoint.reset = reset;
		signed(next, &[1, 2])
	};
	let refused = UpdateError::Development(2001);
	assert_eq!(trusted().update(with(0), true), Err(refused.clone()));
	let needs = UpdateError::NeedsConfirmation { reset: 1 };
	assert_eq!(trusted().update(with(1), false), Err(needs));
	assert!(trusted().update(with(1), true).is_ok());
	// Nor can another one take its place.
	let replaced = |reset| {
		let mut next = with(reset).network;
		next.chains[0].para = 9001;
		signed(next, &[1, 2])
	};
	let new = UpdateError::Development(9001);
	assert_eq!(trusted().update(replaced(0), true), Err(new));
	assert!(trusted().update(replaced(1), true).is_ok());
	// Without a relay chain, all are.
	let mut none = with(0).network;
	none.relay = None;
	none.chains[1].development = true;
	let none = signed(none, &[1, 2]);
	assert_eq!(trusted().update(none, true), Err(refused));
}

#[test]
fn a_file_ends() {
	let trusted = trusted();
	let file = trusted.network();
	assert!(!file.ended(1_800_000_000_000));
	assert!(file.ended(1_800_000_000_001));
	// A file that has ended still says who signs the next one.
	assert!(trusted.update(signed(next(), &[1, 2]), false).is_ok());
}

#[test]
fn the_signed_bytes_are_as_documented() {
	// SCALE, in the order of the fields. Another program can make the same.
	let file = network();
	let relay = file.relay.as_ref().unwrap();
	let chains: Vec<_> = file
		.chains
		.iter()
		.map(|chain| {
			let endpoints: Vec<_> = chain
				.endpoints
				.iter()
				.map(|endpoint| {
					(
						endpoint.kind as u8,
						endpoint.url.as_str(),
						&endpoint.authority,
					)
				})
				.collect();
			(
				chain.kind as u8,
				chain.para,
				chain.genesis,
				chain.slot_duration,
				chain.development,
				endpoints,
			)
		})
		.collect();
	let expected = (
		(1u32, "clinics", 1u32, 1_800_000_000_000u64, 0u32),
		Some((relay.genesis, 6000u64, relay.checkpoint.encode())),
		chains,
		Some("https://portal.example"),
		(2u32, &file.signers.accounts),
	);
	assert_eq!(file.encode(), expected.encode());
}

#[test]
fn every_purpose_of_a_signed_message_is_documented() {
	use salus_signing::{AUTHORITY, ENCRYPTION_KEY, SIGN_IN};
	let page = include_str!("../../../docs/envelope.md");
	let rows = page.lines().filter(|line| line.starts_with("| salus/"));
	let mut documented: Vec<_> = rows.filter_map(|row| row.split(' ').nth(1)).collect();
	documented.sort_unstable();
	let manifest = "salus/manifest/v1";
	let mut purposes = [
		AUTHORITY,
		ENCRYPTION_KEY,
		manifest,
		PURPOSE,
		RELEASE_PURPOSE,
		SIGN_IN,
	];
	purposes.sort_unstable();
	assert_eq!(documented, purposes);
}
