//! Views with proofs, against a real node: a client runs each of them again on the proof, and the proof
//! shows nothing that is withheld.

mod consortium;
mod relay;
mod world;

use std::{
	sync::Arc,
	time::{Duration, Instant},
};

use codec::{Decode, Encode};
use consortium::{CASES, STANDINGS};
use futures::future::join;
use miniz_oxide::inflate::decompress_to_vec_zlib;
use reqwest::{
	header::{ACCEPT_ENCODING, CONTENT_ENCODING},
	StatusCode,
};
use salus_client::{
	chain::{self, calls::Motion, Chain},
	proven::Runtime,
};
use salus_gateway::{
	config::{CheckpointBytes, RelayConfig},
	node::ChainName,
};
use salus_light::{Header, State, Step};
use salus_primitives::{
	views::{
		GrantView, GrantedRecord, IncomingGrantView, InterregionalGrantView, ListedRecord,
		RecordFilter,
	},
	AccountId, HistoryId, MemberId, Page, PatientId, RecordId, RemoteProvider, Withheld,
};
use serde_json::{json, Value};
use sp_core::H256;
use sp_crypto_hashing::blake2_256;
use subxt::{config::substrate::SubstrateHeader, rpcs::rpc_params};
use world::{account, dev, gateway_with, limitless, record, DevNode, World, PATIENCE};

fn hex_of(bytes: &[u8]) -> String {
	format!("0x{}", hex::encode(bytes))
}

fn bytes(value: &Value) -> Vec<u8> {
	hex::decode(value.as_str().unwrap().strip_prefix("0x").unwrap()).unwrap()
}

/// A call of a function, with its arguments.
type Call = (&'static str, Vec<u8>);

/// Somebody who has signed in, and the chain that they ask about.
struct Asker<'a> {
	world: &'a World,
	token: String,
	chain: ChainName,
	/// The block. Nothing: the newest one.
	block: Option<String>,
}

/// An answer of the gateway.
struct Viewed {
	header: Header,
	nodes: Vec<Vec<u8>>,
	answers: Vec<Vec<u8>>,
	code: H256,
}

/// All bytes of a list.
fn all(list: &Value) -> Vec<Vec<u8>> {
	list.as_array().unwrap().iter().map(bytes).collect()
}

impl Viewed {
	fn of(answer: &Value) -> Self {
		Self {
			header: Header::decode(&bytes(&answer["header"])).unwrap(),
			nodes: all(&answer["proof"]),
			answers: all(&answer["answers"]),
			code: serde_json::from_value(answer["code"].clone()).unwrap(),
		}
	}

	/// Whether the proof has a byte so many times in a row: in a value, or in one that is inline.
	fn shows(&self, mark: u8, times: usize) -> bool {
		let mut nodes = self.nodes.iter();
		nodes.any(|node| {
			node.windows(times)
				.any(|part| part.iter().all(|byte| *byte == mark))
		})
	}

	/// Whether the proof has these bytes in a row.
	fn has(&self, bytes: &[u8]) -> bool {
		let mut nodes = self.nodes.iter();
		nodes.any(|node| node.windows(bytes.len()).any(|part| part == bytes))
	}
}

impl Asker<'_> {
	async fn ask(&self, calls: &[Call]) -> reqwest::Response {
		self.post(calls).send().await.unwrap()
	}

	fn post(&self, calls: &[Call]) -> reqwest::RequestBuilder {
		let calls = calls.iter().map(
			|(function, arguments)| json!({ "function": function, "arguments": hex_of(arguments) }),
		);
		let body =
			json!({ "chain": self.chain, "block": self.block, "calls": calls.collect::<Vec<_>>() });
		let post = self.world.http.post(self.world.url("/v1/view"));
		post.bearer_auth(&self.token).json(&body)
	}

	async fn view(&self, calls: &[Call]) -> Viewed {
		let answer = self.ask(calls).await;
		let status = answer.status();
		let answer: Value = answer.json().await.unwrap();
		assert_eq!(status, StatusCode::OK, "{answer}");
		Viewed::of(&answer)
	}

	/// The calls in one proof, and each in one of its own. Each is run again on its proof.
	async fn views(&self, calls: &[Call], runtime: &Runtime) -> (Viewed, Vec<Viewed>) {
		let all = self.view(calls).await;
		again(&all, calls, runtime);
		let mut each = Vec::new();
		for call in calls {
			let call = std::slice::from_ref(call);
			let one = self.view(call).await;
			again(&one, call, runtime);
			each.push(one);
		}
		(all, each)
	}

	async fn get(&self, path: &str) -> reqwest::Response {
		let get = self.world.http.get(self.world.url(path));
		get.bearer_auth(&self.token).send().await.unwrap()
	}

	/// The runtime, as a client gets it: the code with the hash that the proof shows.
	async fn runtime(&self, genesis: [u8; 32]) -> Runtime {
		let viewed = self.view(&[("Core_version", vec![])]).await;
		let path = format!("/v1/code/{}/{:?}", self.chain, viewed.code);
		let code = self.get(&path).await;
		assert_eq!(code.status(), StatusCode::OK);
		let code = code.bytes().await.unwrap();
		assert_eq!(H256(blake2_256(&code)), viewed.code);
		// With the code among the nodes, the state shows it: so its hash was shown before.
		let nodes = [&viewed.nodes[..], &[code.to_vec()]].concat();
		let state = State::new(viewed.header.state_root(), &nodes).unwrap();
		assert_eq!(state.code().unwrap(), code);
		assert_eq!(state.genesis().unwrap().0, genesis);
		Runtime::new(&code).unwrap()
	}
}

/// Runs calls again on their proof.
fn again(viewed: &Viewed, calls: &[Call], runtime: &Runtime) {
	let state = State::new(viewed.header.state_root(), &viewed.nodes).unwrap();
	let state = Arc::new(state);
	assert_eq!(viewed.answers.len(), calls.len());
	for ((function, arguments), answer) in calls.iter().zip(&viewed.answers) {
		let own = runtime.call(state.clone(), function, arguments).unwrap();
		assert_eq!(own, *answer, "{function}");
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_is_proven_and_shows_nothing_that_is_withheld() {
	let world = World::start(limitless()).await;
	let members = world.members().await;
	world.grant_away(&members).await;
	world.state().await;
	let asker = Asker {
		world: &world,
		token: world.sign_in(&dev::ferdie()).await,
		chain: ChainName::Region,
		block: None,
	};
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
		(
			"InterregionalApi_interregional_grant",
			(members.private, members.away()).encode(),
		),
		(
			"InterregionalApi_interregional_grants_of",
			(members.granted, None::<HistoryId>, 0_u32).encode(),
		),
		(
			"InterregionalApi_waiting",
			(None::<HistoryId>, 0_u32).encode(),
		),
	];

	let runtime = asker.runtime(world.chain.genesis()).await;
	let (all, each) = asker.views(&calls, &runtime).await;
	for ((function, _), one) in calls.iter().zip(&each) {
		let size: usize = one.nodes.iter().map(Vec::len).sum();
		println!("{function}: {size} bytes of proof");
	}

	// What they say, and what they show. The mark of a record is its byte: 32 times in its CID, 111 times
	// in its sealed name, 384 times in the wrapped key of its patient.
	let grant = |place: usize| Option::<GrantView>::decode(&mut &*all.answers[place]).unwrap();
	assert!(grant(0).unwrap().wrapped_key.is_some());
	assert_eq!((grant(1), grant(2), grant(3)), (None, None, None));
	let page = Page::<GrantedRecord<AccountId>, HistoryId>::decode(&mut &*all.answers[4]).unwrap();
	assert_eq!(page.items.len(), 1);
	type Away = InterregionalGrantView;
	assert!(Option::<Away>::decode(&mut &*all.answers[11])
		.unwrap()
		.is_some());
	for (answer, count) in [(&all.answers[12], 1), (&all.answers[13], 2)] {
		let page = Page::<Away, HistoryId>::decode(&mut &**answer).unwrap();
		assert_eq!(page.items.len(), count);
	}
	let found = all.shows(0x60, 384) && all.shows(0x10, 24);
	assert!(found, "the search finds what is granted");
	let other = (members.other_patient, account(&dev::one()));
	for viewed in each.iter().chain([&all]) {
		// Of its record: the keys of the patient and of the author.
		assert!(!viewed.shows(0x10, 128) && !viewed.shows(0x11, 8));
		// The expired and the revoked grant, those to another region, and all of the records that are not
		// granted now.
		for mark in [0x70, 0x80, 0x90, 0x20, 0x21, 0x30, 0x31, 0x40, 0x41] {
			assert!(!viewed.shows(mark, 8), "{mark:#x}");
		}
		// Another patient, also beside what was read.
		for bytes in [other.0.encode(), other.1.encode()] {
			assert!(!viewed.has(&bytes), "{other:?}");
		}
	}

	deflated(&asker, &calls).await;
	refusals(&asker, members.expired).await;
	old_blocks(&world, &me, members.granted).await;
	speed(&asker, &me, members.patient).await;
	former_holder(&asker, &me, members.granted).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_is_proven_from_the_clients_checkpoint() {
	// The relay chain shows one head, also when it is old.
	let arguments = ["--dev", "--state-pruning", "archive"];
	let node = DevNode::start_ahead(&arguments).await;
	let chain = Chain::connect(&node.url).await.unwrap();
	let head = {
		let head: H256 = node
			.rpc
			.request("chain_getFinalizedHead", rpc_params![])
			.await
			.unwrap();
		let header = node.rpc.request("chain_getHeader", rpc_params![head]);
		let header: SubstrateHeader<H256> = header.await.unwrap();
		Header::decode(&header.encode()).unwrap()
	};
	let region = chain.finalized().await.unwrap().region().await.unwrap();
	let relay = relay::start(region, &head).await;
	let folder = tempfile::tempdir().unwrap();
	let config = RelayConfig {
		rpc: relay.url.clone(),
		checkpoint: CheckpointBytes(Ok(relay.checkpoint.clone())),
		steps: folder.path().join("steps"),
		slot_milliseconds: relay::SLOT,
	};
	let (gateway, address) = gateway_with(&node, |all| all.relay = Some(config)).await;
	let world = World {
		node,
		consortium: None,
		consortium_chain: None,
		chain,
		gateway,
		address,
		http: reqwest::Client::new(),
		through_gateway: false,
	};
	world.connected().await;
	let asker = Asker {
		world: &world,
		token: world.sign_in(&dev::alice()).await,
		chain: ChainName::Region,
		block: None,
	};
	let runtime = asker.runtime(world.chain.genesis()).await;
	let calls = [("GovernanceApi_authorities", vec![])];
	let ask = async |token: &str, call: &Call, (number, set_id): (u32, u64)| {
		let call = json!({ "function": call.0, "arguments": hex_of(&call.1) });
		let checkpoint = json!({ "number": number, "set_id": set_id });
		let body = json!({ "chain": "region", "calls": [call], "checkpoint": checkpoint });
		let post = world.http.post(world.url("/v1/view"));
		post.bearer_auth(token).json(&body).send().await.unwrap()
	};

	// A client leads itself to the newest block, and finds there the head of which the answer is.
	let mut client = relay.checkpoint.clone();
	for steps in [1, 0] {
		let since = Instant::now();
		let answer = loop {
			let known = (client.number, client.set_id);
			let answer = ask(&asker.token, &calls[0], known).await;
			// The gateway may still follow.
			if answer.status() != StatusCode::SERVICE_UNAVAILABLE {
				break answer;
			}
			assert!(since.elapsed() < PATIENCE, "no head is proven");
		};
		assert_eq!(answer.status(), StatusCode::OK);
		let answer: Value = answer.json().await.unwrap();
		let given = all(&answer["relay"]["steps"]);
		assert_eq!(given.len(), steps);
		for step in &given {
			let step = Step::decode(&mut &**step).unwrap();
			client = client.step(&step, &relay.clock).unwrap();
		}
		let shown = State::new(client.state_root, &all(&answer["relay"]["head"])).unwrap();
		let shown = salus_light::head(&shown, region).unwrap();
		assert_eq!(shown.hash(), head.hash());
		let viewed = Viewed::of(&answer);
		assert_eq!(viewed.header.hash(), shown.hash());
		again(&viewed, &calls, &runtime);
	}
	// Of another relay chain.
	let other = (client.number, client.set_id + 1);
	let answer = ask(&asker.token, &calls[0], other).await;
	assert_eq!(answer.status(), StatusCode::CONFLICT);

	// Grants have ended since an old head.
	let me = MemberId::Patient(world.register(&dev::dave()).await);
	world.state().await;
	let patient = Asker {
		token: world.sign_in(&dev::dave()).await,
		block: None,
		..asker
	};
	let grant = ("PermissionsApi_grant", (0_u64, &me).encode());
	let since = Instant::now();
	while patient.ask(std::slice::from_ref(&grant)).await.status() != StatusCode::OK {
		assert!(since.elapsed() < PATIENCE, "the patient may not ask");
		tokio::time::sleep(Duration::from_millis(100)).await;
	}
	let known = (client.number, client.set_id);
	let is_old = || {
		let newest = world.gateway.final_block(ChainName::Region).unwrap();
		newest > u64::from(head.number()) + 60
	};
	let since = Instant::now();
	loop {
		assert!(since.elapsed() < 2 * PATIENCE, "the head is not old yet");
		let was_old = is_old();
		let status = ask(&patient.token, &grant, known).await.status();
		if was_old {
			assert_eq!(status, StatusCode::FORBIDDEN);
			break;
		}
		assert!(status == StatusCode::OK || is_old(), "{status}");
		tokio::time::sleep(Duration::from_millis(200)).await;
	}
	let account = ("RegistryApi_account", account(&dev::dave()).encode());
	let answer = ask(&patient.token, &account, known).await;
	assert_eq!(answer.status(), StatusCode::OK);
}

/// A client gets the same answer in fewer bytes, if it takes that.
async fn deflated(asker: &Asker<'_>, calls: &[Call]) {
	let at = asker.view(&[]).await.header.hash();
	let asker = Asker {
		block: Some(format!("{at:?}")),
		token: asker.token.clone(),
		..*asker
	};
	let plain = asker.ask(calls).await;
	assert_eq!(plain.headers().get(CONTENT_ENCODING), None);
	let plain = plain.bytes().await.unwrap();
	let fewer = asker
		.post(calls)
		.header(ACCEPT_ENCODING, "gzip, deflate, br");
	let fewer = fewer.send().await.unwrap();
	assert_eq!(fewer.headers()[CONTENT_ENCODING], "deflate");
	let fewer = fewer.bytes().await.unwrap();
	assert_eq!(decompress_to_vec_zlib(&fewer).unwrap(), plain);
	println!(
		"{} views: {} bytes, deflated {}",
		calls.len(),
		plain.len(),
		fewer.len()
	);
	assert!(fewer.len() * 10 < plain.len() * 6);
}

/// Whoever has lost the verification reads nothing any more, not even by a proof.
async fn former_holder(asker: &Asker<'_>, me: &MemberId, granted: RecordId) {
	let MemberId::Provider(id) = me else {
		unreachable!()
	};
	let (world, id) = (asker.world, *id);
	let call = ("PermissionsApi_grant", (granted, me).encode());
	assert_eq!(asker.ask(std::slice::from_ref(&call)).await.status(), 200);
	world.carry(Motion::Suspend { id }).await;
	world.state().await;
	// Only patients end grants, so a suspended grantee reads what it was granted.
	assert_eq!(asker.ask(std::slice::from_ref(&call)).await.status(), 200);
	world.carry(Motion::Unverify { id }).await;
	world.state().await;
	let since = Instant::now();
	while asker.ask(std::slice::from_ref(&call)).await.status() != StatusCode::FORBIDDEN {
		assert!(since.elapsed() < PATIENCE, "a former holder reads");
		tokio::time::sleep(Duration::from_millis(100)).await;
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_of_the_consortium_shows_no_withheld_key() {
	let world = World::start(limitless()).await;
	let grantees = consortium::grantees(&world).await;
	let region = world.state().await.region().await.unwrap();
	let start = |expelled| consortium::start(region, &grantees, expelled);
	let (present, expelled) = join(start(false), start(true)).await;
	let mut world = world;
	for (consortium, expelled) in [(present, false), (expelled, true)] {
		world = world.with_consortium(consortium).await;
		ready(&world).await;
		for (place, (key, id)) in grantees.iter().enumerate() {
			let asker = Asker {
				world: &world,
				token: world.sign_in(key).await,
				chain: ChainName::Consortium,
				block: None,
			};
			let me = RemoteProvider { region, id: *id };
			withheld(&asker, (place, expelled), &me).await;
		}
	}
}

/// Waits until the gateway has the consortium's node.
async fn ready(world: &World) {
	let asker = Asker {
		world,
		token: world.sign_in(&dev::alice()).await,
		chain: ChainName::Consortium,
		block: None,
	};
	let since = Instant::now();
	while asker.ask(&[("Core_version", vec![])]).await.status() != StatusCode::OK {
		assert!(since.elapsed() < PATIENCE, "the gateway has no consortium");
		tokio::time::sleep(Duration::from_millis(200)).await;
	}
}

/// What a grantee of the consortium sees, whose region was expelled or not: its grants that are not
/// withheld, and why others are. Its proofs show no other wrapped key, and nothing of others' grants.
async fn withheld(asker: &Asker<'_>, (place, expelled): (usize, bool), me: &RemoteProvider) {
	let filter = RecordFilter::default();
	let list = (me, None::<u32>, &filter, true, None::<u64>, 0_u32).encode();
	let mut calls = vec![("ConsortiumApi_granted_to", list)];
	for case in &CASES {
		let one = (case.region, case.record, me).encode();
		calls.push(("ConsortiumApi_grant", one.clone()));
		calls.push(("ConsortiumApi_withheld", one));
	}
	let consortium = asker.world.consortium.as_ref().unwrap();
	let runtime = asker.runtime(consortium.client.genesis_hash().0).await;
	let (all, each) = asker.views(&calls, &runtime).await;

	type Grant = IncomingGrantView<AccountId>;
	let list = Page::<Grant, u64>::decode(&mut &*all.answers[0]).unwrap();
	let records: Vec<_> = list.items.iter().map(|grant| grant.record).collect();
	let handed = CASES
		.iter()
		.filter(|case| case.grantee == place && case.is_handed_out(expelled));
	assert_eq!(records, handed.map(|case| case.record).collect::<Vec<_>>());
	for (case, answers) in CASES.iter().zip(all.answers[1..].chunks(2)) {
		let what = format!(
			"{:?}, expelled {expelled}, record {}",
			STANDINGS[place], case.record
		);
		let grant = Option::<Grant>::decode(&mut &*answers[0]).unwrap();
		let why = Option::<Withheld>::decode(&mut &*answers[1]).unwrap();
		let own = case.grantee == place;
		let handed_out = own && case.is_handed_out(expelled);
		assert_eq!(grant.is_some(), handed_out, "{what}");
		assert_eq!(why, case.withheld(expelled).filter(|_| own), "{what}");
		// The state has the expired one, too.
		assert!(!own || all.shows(case.fact(), 8), "{what}");
		assert_eq!(all.shows(case.key(), 384), handed_out, "{what}");
		for viewed in each.iter().chain([&all]) {
			assert!(handed_out || !viewed.shows(case.key(), 8), "{what}");
			assert!(own || !viewed.shows(case.fact(), 8), "{what}");
		}
	}
	let standing = STANDINGS[place];
	println!(
		"{standing:?}, expelled {expelled}: {} proofs searched",
		each.len() + 1
	);
}

async fn refusals(asker: &Asker<'_>, expired: RecordId) {
	let refused = ("EmrApi_record", expired.encode());
	let any = ("Metadata_metadata_versions", vec![]);
	let many = vec![any.clone(); 17];
	for (calls, status) in [
		(vec![refused.clone()], StatusCode::FORBIDDEN),
		// One that is refused refuses all.
		(vec![any, refused], StatusCode::FORBIDDEN),
		(
			vec![("Core_initialize_block", vec![])],
			StatusCode::FORBIDDEN,
		),
		(many, StatusCode::BAD_REQUEST),
	] {
		assert_eq!(asker.ask(&calls).await.status(), status, "{:?}", calls[0].0);
	}
	// A block that the node does not have.
	let unknown = Asker {
		block: Some(format!("{:?}", H256([1; 32]))),
		token: asker.token.clone(),
		..*asker
	};
	let any = ("Metadata_metadata_versions", vec![]);
	assert_eq!(unknown.ask(&[any]).await.status(), StatusCode::NOT_FOUND);
	for path in [
		format!("/v1/code/region/{:?}", H256([1; 32])),
		"/v1/code/none/0x00".into(),
	] {
		let answer = asker.get(&path).await;
		assert!(answer.status().is_client_error(), "{path}");
	}
}

/// An old state has grants that have ended since, so no proof shows one of it.
async fn old_blocks(world: &World, me: &MemberId, granted: RecordId) {
	let old = world.old_block(ChainName::Region).await;
	let asker = Asker {
		world,
		token: world.sign_in(&dev::ferdie()).await,
		chain: ChainName::Region,
		block: Some(old),
	};
	let grant = ("PermissionsApi_grant", (granted, me).encode());
	assert_eq!(asker.ask(&[grant]).await.status(), StatusCode::FORBIDDEN);
	let own = (
		"HistoryApi_history",
		(me, None::<HistoryId>, 1_u32).encode(),
	);
	assert_eq!(asker.ask(&[own]).await.status(), StatusCode::OK);
}

/// Prints how long a proven view takes beside the node's own call: both in turn, by the same client, and the
/// median of each. The goal is 1.5 times, on a machine with nothing else to do.
async fn speed(asker: &Asker<'_>, me: &MemberId, patient: PatientId) {
	let (filter, world) = (RecordFilter::default(), asker.world);
	let list = (me, &filter, true, None::<HistoryId>, 0_u32).encode();
	for call in [
		("PermissionsApi_granted_to", list),
		("RegistryApi_providers", (None::<u32>, 0_u32).encode()),
		("Metadata_metadata_at_version", 16_u32.encode()),
	] {
		compare(asker, call).await;
	}
	// A full page, as a patient with many records asks for it.
	let marks: Vec<u8> = (100..200).collect();
	for some in marks.chunks(25) {
		let adds = some.iter().map(|mark| record(patient, *mark));
		let adds = chain::Call::batch_all(adds.collect());
		world.must(&dev::eve(), adds).await;
	}
	world.state().await;
	let patients = Asker {
		token: world.sign_in(&dev::dave()).await,
		block: None,
		..*asker
	};
	let of = MemberId::Patient(patient);
	let page = (&of, &filter, true, None::<RecordId>, 100_u32).encode();
	let records = compare(&patients, ("EmrApi_records", page)).await;
	let records = Page::<ListedRecord<AccountId>, RecordId>::decode(&mut &*records).unwrap();
	assert_eq!(records.items.len(), 100);
}

/// The same of one call. Returns what it returns.
async fn compare(asker: &Asker<'_>, call: Call) -> Vec<u8> {
	const COUNT: usize = 51;
	let node = &asker.world.node;
	let params = json!([call.0, hex_of(&call.1)]);
	let request = json!({ "jsonrpc": "2.0", "id": 1, "method": "state_call", "params": params });
	let direct = asker.world.http.post(node.url.replace("ws:", "http:"));
	let posts = [
		direct.json(&request),
		asker.post(std::slice::from_ref(&call)),
	];
	let mut times = [(); 3].map(|()| Vec::new());
	for _ in 0..COUNT {
		for (times, post) in times.iter_mut().zip(&posts) {
			let since = Instant::now();
			let answer = post.try_clone().unwrap().send().await.unwrap();
			let answer = answer.bytes().await.unwrap();
			times.push(since.elapsed());
			let answer: Value = serde_json::from_slice(&answer).unwrap();
			assert_eq!(answer["error"], Value::Null, "{}", call.0);
		}
		let since = Instant::now();
		let params = rpc_params![call.0, hex_of(&call.1)];
		let _: String = node.rpc.request("state_call", params).await.unwrap();
		times[2].push(since.elapsed());
	}
	let [node, view, socket] = times.map(|mut times| {
		times.sort_unstable();
		times[COUNT / 2]
	});
	let ratio = view.as_secs_f64() / node.as_secs_f64();
	println!(
		"{}: state_call {node:?} (by WebSocket {socket:?}), proven {view:?}: {ratio:.2} times",
		call.0
	);
	asker.view(&[call]).await.answers.remove(0)
}
