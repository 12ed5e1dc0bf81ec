//! An upload whose gateway and Kubo are killed amid it. `SALUS_UPLOAD_MIB` is its size.

mod carry;
mod world;

use std::{
	fs::File,
	io::Write,
	sync::Arc,
	time::{Duration, Instant},
};

use carry::{
	add_record, announce, ask, config, has, kubo_with, program::Program, sha256, Kubo, Sample, MIB,
};
use futures::{
	future::{ready, BoxFuture},
	FutureExt, StreamExt,
};
use salus_client::{
	ipfs::{ArrivingLeaves, Carrier, Downloader, SignedIn, Uploader, Wanted},
	Error, Progress,
};
use salus_gateway::{config::Limits, envelopes::config::EnvelopeLimits};
use tokio::sync::{Mutex, Notify};
use world::{account, dev, dev_node::free_port, World, PATIENCE};

/// The leaves of a part.
const PART: u64 = 16;

fn mib() -> u64 {
	let set = std::env::var("SALUS_UPLOAD_MIB").ok();
	set.map_or(160, |mib| mib.parse().unwrap())
}

/// A Kubo whose ports stay over a kill.
fn kubo() -> Kubo {
	let [api, gateway] =
		[free_port(), free_port()].map(|port| format!("\"/ip4/127.0.0.1/tcp/{port}\""));
	let settings = [
		("Addresses.Swarm", "[]"),
		("Addresses.API", &*api),
		("Addresses.Gateway", &*gateway),
	];
	kubo_with(&settings, &["--offline"])
}

/// A number that differs from run to run.
fn random(below: u64) -> u64 {
	let mut bytes = [0; 8];
	getrandom::fill(&mut bytes).unwrap();
	u64::from_le_bytes(bytes) % below
}

/// Tells when a part of an upload has arrived: from then on, it needs no session.
#[derive(Default)]
struct Begun(Notify);

impl Progress for Begun {
	fn advance(&self, _: u64) {
		self.0.notify_one();
	}
}

/// Tokens of sessions: the last one, until the gateway refuses it.
struct Tokens(std::sync::Mutex<Vec<String>>);

impl SignedIn for Tokens {
	fn token(&self) -> BoxFuture<'_, salus_client::Result<String>> {
		let token = self.0.lock().unwrap().last().unwrap().clone();
		ready(Ok(token)).boxed()
	}

	fn refused<'a>(&'a self, token: &'a str) -> BoxFuture<'a, bool> {
		let mut tokens = self.0.lock().unwrap();
		assert_eq!(tokens.pop().as_deref(), Some(token));
		ready(!tokens.is_empty()).boxed()
	}
}

/// Writes a file with these bytes.
fn file_of(sample: &Sample) -> File {
	let mut file = tempfile::tempfile().unwrap();
	for leaf in 0..sample.leaves() {
		file.write_all(&sample.leaf(leaf)).unwrap();
	}
	file
}

/// The client's library carries an envelope, although the gateway is killed amid it.
#[tokio::test(flavor = "multi_thread")]
async fn the_client_goes_on_by_itself() {
	let folder = tempfile::tempdir().unwrap();
	let kubo = kubo();
	let mut world = World::start(Limits::default()).await;
	let envelopes = config(
		&kubo,
		&folder.path().join("uploads"),
		EnvelopeLimits::default(),
	);
	let mut program = Program::start(folder.path(), &world.node.url, &envelopes);
	world.address = program.address;
	program.until_ready(&world).await;
	let patient = world.patient_and_author().await;
	program.settled(&world).await;
	let sample = Sample::new(2, 80 * MIB + 64);
	let (cid, size) = (sample.cid(), sample.size);
	let eve = Carrier::new(&world.url(""), world.sign_in(&dev::eve()).await).unwrap();
	assert!(!eve.keeps(&cid, size, &()).await.unwrap());
	let begun = Begun::default();
	let kill = async {
		begun.0.notified().await;
		program.kill();
		program.run();
	};
	let mut file = file_of(&sample);
	let (sent, ()) = tokio::join!(eve.add(&mut file, &cid, &begun), kill);
	sent.unwrap();

	// The session before has ended with the gateway.
	program.until_ready(&world).await;
	let tokens = vec![world.sign_in(&dev::eve()).await, "ab".repeat(32)];
	let eve = Carrier::new(&world.url(""), Tokens(tokens.into())).unwrap();
	assert!(eve.keeps(&cid, size, &()).await.unwrap());
	let record = add_record(&world, &dev::eve(), patient, (size, &cid)).await;
	// It has a record, so nobody ends it once the gateway has heard of that block.
	let session = world.sign_in(&dev::eve()).await;
	let region = world.state().await.region().await.unwrap();
	let since = Instant::now();
	while ask(&world, &session, region, record, "?entity-bytes=0:0")
		.await
		.status()
		!= 200
	{
		assert!(
			since.elapsed() < PATIENCE,
			"the gateway does not know the record"
		);
		tokio::time::sleep(Duration::from_millis(100)).await;
	}
	assert!(eve.unpin(&cid, size).await.is_err());
	let other = Sample::new(3, 2 * MIB + 64);
	eve.add(&mut file_of(&other), &other.cid(), &())
		.await
		.unwrap();
	assert!(eve.unpin(&other.cid(), other.size).await.unwrap());
	assert!(!eve.keeps(&other.cid(), other.size, &()).await.unwrap());

	// Its disk is full. Once there is room, the same part is taken.
	program.kill();
	program.run_on_a_full_disk();
	program.until_ready(&world).await;
	let third = Sample::new(4, 2 * MIB + 64);
	let session = world.sign_in(&dev::eve()).await;
	let upload = announce(&world, &session, (third.size, &third.cid())).await;
	let upload = upload.unwrap();
	let (status, text) = upload.refused(0, third.bytes(0..=1), None).await;
	assert_eq!(status, 507, "{text}");
	assert_eq!(upload.look().await, Ok((0, false)));
	program.kill();
	program.run();
	program.until_ready(&world).await;
	upload.send(&third, 2).await.unwrap();

	let wanted = Wanted {
		region,
		record,
		cid,
		size,
	};
	let tokens = vec![world.sign_in(&dev::dave()).await, "ab".repeat(32)];
	let dave = Carrier::new(&world.url(""), Tokens(tokens.into())).unwrap();
	let mut fetched = tempfile::tempfile().unwrap();
	dave.fetch(&wanted, &mut fetched, &()).await.unwrap();
	assert_eq!(fetched.metadata().unwrap().len(), size);
	for (range, most) in [(79..=80, 2), (40..=40, 1), (3..=80, 5)] {
		let mut arrived = Vec::new();
		let mut out = |number, leaf: Vec<u8>| {
			assert!(leaf == sample.leaf(number));
			arrived.push(number);
			Ok(arrived.len() < most)
		};
		let leaves = dave.leaves(&wanted, range.clone(), &mut out, &());
		leaves.await.unwrap();
		assert_eq!(arrived, range.take(most).collect::<Vec<_>>());
	}
	let private = Wanted {
		record: record + 1,
		..wanted
	};
	let refused = dave.fetch(&private, &mut fetched, &()).await.unwrap_err();
	assert!(matches!(refused, Error::NotAllowed { .. }), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_survives_that_gateway_and_kubo_are_killed() {
	let folder = tempfile::tempdir().unwrap();
	let uploads = folder.path().join("uploads");
	let kubo = kubo();
	let mut world = World::start(Limits::default()).await;
	let envelopes = config(&kubo, &uploads, EnvelopeLimits::default());
	let program = Program::start(folder.path(), &world.node.url, &envelopes);
	world.address = program.address;
	program.until_ready(&world).await;
	let patient = world.patient_and_author().await;
	program.settled(&world).await;

	let sample = Sample::new(1, mib() * MIB + 64);
	let cid = sample.cid();
	let session = world.sign_in(&dev::eve()).await;
	let upload = announce(&world, &session, (sample.size, &cid))
		.await
		.unwrap();
	let parts = sample.leaves().div_ceil(PART);
	// Each is killed twice, at some part.
	let mut kills = vec![
		(random(parts / 4), "gateway"),
		(parts / 4 + random(parts / 4), "kubo"),
		(parts / 2 + random(parts / 4), "kubo"),
		(parts * 3 / 4 + random(parts / 4), "gateway"),
	];
	println!("kills at these parts of {parts}: {kills:?}");
	let (kubo, program) = (Arc::new(Mutex::new(kubo)), Arc::new(Mutex::new(program)));
	let (mut offset, mut failures) = (0, 0);
	while offset < sample.size {
		let first = offset / MIB;
		let last = (first + PART).min(sample.leaves()) - 1;
		let bytes = sample.bytes(first..=last);
		let sum = (random(2) == 0).then(|| sha256(&bytes));
		if kills.first().is_some_and(|(part, _)| first / PART >= *part) {
			let (_, what) = kills.remove(0);
			let (kubo, program) = (kubo.clone(), program.clone());
			tokio::spawn(async move {
				tokio::time::sleep(Duration::from_millis(random(150))).await;
				if what == "kubo" {
					let mut kubo = kubo.lock().await;
					kubo.kill();
					kubo.restart();
				} else {
					let mut program = program.lock().await;
					program.kill();
					program.run();
				}
			});
		}
		match upload.part(offset, bytes, sum.as_deref()).await {
			Ok(next) => offset = next,
			Err((status, text)) => {
				failures += 1;
				assert!(failures < 200, "{status} {text}");
				assert!([0, 409, 423, 503].contains(&status), "{status} {text}");
				tokio::time::sleep(Duration::from_millis(300)).await;
				// The gateway may be about to start.
				if let Ok((known, _)) = upload.look().await {
					offset = known;
				}
			}
		}
	}
	assert!(kills.is_empty());
	println!("{failures} parts failed and were sent again");
	upload.until_kept().await;

	let record = add_record(&world, &dev::eve(), patient, (sample.size, &cid)).await;
	let region = world.state().await.region().await.unwrap();
	let program = program.lock().await;
	program.until_ready(&world).await;
	let dave = world.sign_in(&dev::dave()).await;
	let since = Instant::now();
	let answer = loop {
		let answer = ask(&world, &dave, region, record, "").await;
		if answer.status() == 200 {
			break answer;
		}
		assert!(
			since.elapsed() < PATIENCE,
			"the gateway does not know the record"
		);
		tokio::time::sleep(Duration::from_millis(100)).await;
	};
	let mut arrived = answer.bytes_stream();
	let mut leaves = ArrivingLeaves::new(&cid, sample.size, 0..=sample.leaves() - 1).unwrap();
	while let Some(number) = leaves.next() {
		let mut bytes = arrived.next().await.unwrap().unwrap();
		let mut number = number;
		while let Some(leaf) = leaves.take(&mut bytes).unwrap() {
			assert!(leaf == sample.leaf(number), "leaf {number}");
			number += 1;
		}
	}
	assert!(has(&*kubo.lock().await, &cid));
	// Its log has neither the token nor the CID nor the account.
	let log = program.log();
	let account = salus_client::address::to_address(&account(&dev::eve()));
	for secret in [&upload.token, &session, &cid.to_string(), &account] {
		assert!(!log.contains(secret.as_str()), "{log}");
	}
}
