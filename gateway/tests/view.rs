//! Views with proofs, against a real node: a client runs each of them again on the proof, and the proof
//! shows nothing that is withheld.

mod world;

use std::{sync::Arc, time::Instant};

use codec::{Decode, Encode};
use reqwest::StatusCode;
use salus_client::proven::Runtime;
use salus_gateway::config::Limits;
use salus_light::{Header, State};
use salus_primitives::{
	views::{GrantView, GrantedRecord, RecordFilter},
	AccountId, HistoryId, MemberId, Page, RecordId,
};
use serde_json::{json, Value};
use sp_core::H256;
use sp_crypto_hashing::blake2_256;
use subxt::rpcs::rpc_params;
use world::{account, dev, World};

fn hex_of(bytes: &[u8]) -> String {
	format!("0x{}", hex::encode(bytes))
}

fn bytes(value: &Value) -> Vec<u8> {
	hex::decode(value.as_str().unwrap().strip_prefix("0x").unwrap()).unwrap()
}

/// An answer of the gateway.
struct Viewed {
	header: Header,
	nodes: Vec<Vec<u8>>,
	answers: Vec<Vec<u8>>,
	code: H256,
}

async fn ask(world: &World, token: &str, calls: &[(&str, Vec<u8>)]) -> reqwest::Response {
	let calls = calls.iter().map(
		|(function, arguments)| json!({ "function": function, "arguments": hex_of(arguments) }),
	);
	let body = json!({ "chain": "region", "calls": calls.collect::<Vec<_>>() });
	let post = world
		.http
		.post(world.url("/v1/view"))
		.bearer_auth(token)
		.json(&body);
	post.send().await.unwrap()
}

async fn view(world: &World, token: &str, calls: &[(&str, Vec<u8>)]) -> Viewed {
	let answer = ask(world, token, calls).await;
	assert_eq!(answer.status(), StatusCode::OK, "{:?}", answer.text().await);
	let answer: Value = answer.json().await.unwrap();
	let all = |name: &str| answer[name].as_array().unwrap().iter().map(bytes).collect();
	Viewed {
		header: Header::decode(&bytes(&answer["header"])).unwrap(),
		nodes: all("proof"),
		answers: all("answers"),
		code: serde_json::from_value(answer["code"].clone()).unwrap(),
	}
}

/// The runtime, as a client gets it: the code with the hash that the proof shows.
async fn runtime(world: &World, token: &str, viewed: &Viewed) -> Runtime {
	let path = format!("/v1/code/region/{:?}", viewed.code);
	let code = world
		.http
		.get(world.url(&path))
		.bearer_auth(token)
		.send()
		.await
		.unwrap();
	assert_eq!(code.status(), StatusCode::OK);
	let code = code.bytes().await.unwrap();
	assert_eq!(H256(blake2_256(&code)), viewed.code);
	// With the code among the nodes, the state shows it: so its hash was shown before.
	let nodes = [&viewed.nodes[..], &[code.to_vec()]].concat();
	let state = State::new(viewed.header.state_root(), &nodes).unwrap();
	assert_eq!(state.code().unwrap(), code);
	assert_eq!(state.genesis().unwrap().0, world.chain.genesis());
	Runtime::new(&code).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_is_proven_and_shows_nothing_that_is_withheld() {
	let world = World::start(Limits {
		requests_per_second: 100_000,
		..Limits::default()
	})
	.await;
	let members = world.members().await;
	world.state().await;
	let token = world.sign_in(&dev::ferdie()).await;
	let me = MemberId::Provider(members.grantee);
	let filter = RecordFilter::default();
	let grant = |record: RecordId| ("PermissionsApi_grant", (record, &me).encode());
	let granted_to = (
		"PermissionsApi_granted_to",
		(&me, &filter, true, None::<HistoryId>, 0_u32).encode(),
	);
	let calls = [
		grant(members.granted),
		grant(members.expired),
		grant(members.revoked),
		grant(members.private),
		granted_to,
		("EmrApi_record", members.granted.encode()),
		("EmrApi_wrapped_key", (members.granted, &me).encode()),
		(
			"EmrApi_records",
			(&me, &filter, true, None::<RecordId>, 0_u32).encode(),
		),
		(
			"HistoryApi_history",
			(&me, None::<HistoryId>, 0_u32).encode(),
		),
		("RegistryApi_providers", (None::<u32>, 0_u32).encode()),
		("Metadata_metadata_versions", vec![]),
	];

	// All in one proof; then each in one of its own.
	let all = view(&world, &token, &calls).await;
	let runtime = runtime(&world, &token, &all).await;
	let check = |viewed: &Viewed, calls: &[(&str, Vec<u8>)]| {
		let state = State::new(viewed.header.state_root(), &viewed.nodes).unwrap();
		let state = Arc::new(state);
		assert_eq!(viewed.answers.len(), calls.len());
		for ((function, arguments), answer) in calls.iter().zip(&viewed.answers) {
			let own = runtime.call(state.clone(), function, arguments).unwrap();
			assert_eq!(own, *answer, "{function}");
		}
	};
	check(&all, &calls);
	for call in &calls {
		let one = view(&world, &token, std::slice::from_ref(call)).await;
		check(&one, std::slice::from_ref(call));
		let size: usize = one.nodes.iter().map(Vec::len).sum();
		println!("{}: {size} bytes of proof", call.0);
	}

	// What they say, and what they show. The mark of a record is its byte: as CID 32 times, as the
	// wrapped key of patient or author 384 times.
	let grant = |place: usize| Option::<GrantView>::decode(&mut &*all.answers[place]).unwrap();
	assert!(grant(0).unwrap().wrapped_key.is_some());
	assert_eq!((grant(1), grant(2), grant(3)), (None, None, None));
	let page = Page::<GrantedRecord<AccountId>, HistoryId>::decode(&mut &*all.answers[4]).unwrap();
	assert_eq!(page.items.len(), 1);
	let shown = all.nodes.concat();
	let shows = |mark: u8, times: usize| {
		shown
			.windows(times)
			.any(|part| part.iter().all(|byte| *byte == mark))
	};
	assert!(
		shows(0x60, 384) && shows(0x10, 24),
		"the search finds what is granted"
	);
	// Of its record: the keys of the patient and of the author.
	assert!(!shows(0x10, 64) && !shows(0x11, 64));
	// The expired and the revoked grant, and all of the records that are not granted now.
	for mark in [0x70, 0x80, 0x20, 0x21, 0x30, 0x31, 0x40, 0x41] {
		assert!(!shows(mark, 24), "{mark:#x}");
	}
	// Another patient, also beside what was read.
	let other = (members.other_patient, account(&dev::one()));
	for bytes in [other.0.encode(), other.1.encode()] {
		let found = shown.windows(bytes.len()).any(|part| part == bytes);
		assert!(!found, "{other:?}");
	}

	refusals(&world, &token, members.expired).await;
	speed(&world, &token, &me).await;
}

async fn refusals(world: &World, token: &str, expired: RecordId) {
	let answer = ask(world, token, &[("EmrApi_record", expired.encode())]).await;
	assert_eq!(answer.status(), StatusCode::FORBIDDEN);
	// One that is refused refuses all.
	let calls = [
		("Metadata_metadata_versions", vec![]),
		("EmrApi_record", expired.encode()),
	];
	assert_eq!(
		ask(world, token, &calls).await.status(),
		StatusCode::FORBIDDEN
	);
	let answer = ask(world, token, &[("Core_initialize_block", vec![])]).await;
	assert_eq!(answer.status(), StatusCode::FORBIDDEN);
	let many = vec![("Metadata_metadata_versions", vec![]); 17];
	assert_eq!(
		ask(world, token, &many).await.status(),
		StatusCode::BAD_REQUEST
	);
	for path in [
		format!("/v1/code/region/{:?}", H256([1; 32])),
		"/v1/code/none/0x00".into(),
	] {
		let answer = world
			.http
			.get(world.url(&path))
			.bearer_auth(token)
			.send()
			.await
			.unwrap();
		assert!(answer.status().is_client_error(), "{path}");
	}
}

/// How long a proven view takes beside the node's own call. Printed: a busy machine would fail it.
async fn speed(world: &World, token: &str, me: &MemberId) {
	let arguments = (me, &RecordFilter::default(), true, None::<HistoryId>, 0_u32).encode();
	const COUNT: u32 = 20;
	let since = Instant::now();
	for _ in 0..COUNT {
		let params = rpc_params!["PermissionsApi_granted_to", hex_of(&arguments)];
		let _: String = world.node.rpc.request("state_call", params).await.unwrap();
	}
	let node = since.elapsed() / COUNT;
	let since = Instant::now();
	for _ in 0..COUNT {
		view(
			world,
			token,
			&[("PermissionsApi_granted_to", arguments.clone())],
		)
		.await;
	}
	println!(
		"state_call of the node: {node:?}; proven view: {:?}",
		since.elapsed() / COUNT
	);
}
