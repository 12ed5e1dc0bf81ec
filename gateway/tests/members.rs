//! Two hundred members at once, each of whom follows heads and lists its records: by the gateway, beside
//! the node alone. It prints what they take, and is not a part of the gate: `scripts/bench members`.

mod carry;
mod world;

use std::time::{Duration, Instant};

use carry::{config, kubo, program::Program};
use codec::Encode;
use futures::future::join_all;
use salus_gateway::{config::Limits, envelopes::config::EnvelopeLimits};
use salus_primitives::{views::RecordFilter, MemberId, RecordId};
use serde_json::json;
use world::{dev, Socket, World};

/// Sessions of each of four members.
const SESSIONS: usize = 50;

/// How many lists each session reads.
const LISTS: usize = 20;

/// Each session lists at one head of so many, and not all at the same.
const HEADS: usize = 10;

/// Follows heads, and lists records at some of them. Returns how long the lists took.
async fn follow(mut socket: Socket, number: usize, arguments: String) -> Vec<Duration> {
	let begun = socket.request("chain_subscribeFinalizedHeads", json!([]));
	begun.await.unwrap();
	let mut times = Vec::new();
	for head in 0.. {
		while socket.message().await["method"] != "chain_finalizedHead" {}
		if head % HEADS != number % HEADS {
			continue;
		}
		let since = Instant::now();
		let list = json!(["EmrApi_records", arguments]);
		socket.request("state_call", list).await.unwrap();
		times.push(since.elapsed());
		if times.len() == LISTS {
			break;
		}
	}
	times
}

/// The middle, the highest but one in twenty, and the worst of some times, in milliseconds.
fn percentiles(mut times: Vec<Duration>) -> [f64; 3] {
	times.sort_unstable();
	let last = times.len() - 1;
	[last / 2, last * 19 / 20, last].map(|at| times[at].as_secs_f64() * 1e3)
}

#[ignore]
#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_members_wait_little_longer_than_at_the_node() {
	let folder = tempfile::tempdir().unwrap();
	let kubo = kubo();
	let mut world = World::start(Limits::default()).await;
	let uploads = folder.path().join("uploads");
	let envelopes = config(&kubo, &uploads, EnvelopeLimits::default());
	let more = format!(
		"[limits]\nsessions_of_account = {}\nsockets_of_account = {}\nsign_ins_per_minute = 10000\n",
		SESSIONS * 2,
		SESSIONS * 2
	);
	let program = Program::start_with(folder.path(), &world.node.url, &envelopes, &more);
	world.address = program.address;
	program.until_ready(&world).await;
	let members = world.members().await;
	let accounts = [
		(dev::dave(), MemberId::Patient(members.patient)),
		(dev::one(), MemberId::Patient(members.other_patient)),
		(dev::eve(), MemberId::Provider(members.author)),
		(dev::ferdie(), MemberId::Provider(members.grantee)),
	];
	let of = |number: usize| &accounts[number % accounts.len()];
	let arguments = |number: usize| {
		let of = &of(number).1;
		let filter = RecordFilter::default();
		let list = (of, filter, true, None::<RecordId>, 0_u32).encode();
		format!("0x{}", hex::encode(list))
	};
	let all = SESSIONS * accounts.len();
	let before = program.memory("VmRSS");
	let (mut node, mut gateway) = (Vec::new(), Vec::new());
	// Twice each, so that a slow minute of the machine slows both.
	for _ in 0..2 {
		let mut sockets = Vec::new();
		for _ in 0..all {
			sockets.push(world.node_socket().await);
		}
		let followed = sockets.into_iter().enumerate();
		let followed = followed.map(|(at, socket)| tokio::spawn(follow(socket, at, arguments(at))));
		for times in join_all(followed).await {
			node.extend(times.unwrap());
		}
		let mut sockets = Vec::new();
		for at in 0..all {
			let token = world.sign_in(&of(at).0).await;
			sockets.push(world.socket(&token).await);
		}
		let followed = sockets.into_iter().enumerate();
		let followed = followed.map(|(at, socket)| tokio::spawn(follow(socket, at, arguments(at))));
		for times in join_all(followed).await {
			gateway.extend(times.unwrap());
		}
	}
	let most = program.memory("VmHWM");
	let [node, gateway] = [node, gateway].map(percentiles);
	println!(
		"{all} sessions, {LISTS} lists each, twice; the middle, 95 %, the worst in milliseconds"
	);
	println!("node     {node:.1?}");
	println!(
		"gateway  {gateway:.1?}, {:.2} times in the middle",
		gateway[0] / node[0]
	);
	println!("memory of the gateway: {before} KiB before, {most} KiB at most");
	assert!(most < 100 * 1024);
}
