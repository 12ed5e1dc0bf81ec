//! Fifty uploads and downloads at once, beside plain Kubo. It prints what they take, and is not a
//! part of the gate: `cargo test -p salus-gateway --test load -- --ignored --nocapture`.

mod carry;
mod world;

use std::time::{Duration, Instant};

use carry::{
	add_record, announce, ask, config, kubo, program::Program, settled, Sample, MIB, TESTS_SECRET,
};
use reqwest::multipart;
use salus_client::ipfs::to_base32;
use salus_gateway::{config::Limits, envelopes::config::EnvelopeLimits};
use world::{dev, World};

const MEMBERS: u8 = 50;
/// An envelope of 4 MiB.
const SIZE: u64 = 3 * MIB + MIB - 16;

fn rate(bytes: u64, took: Duration) -> f64 {
	bytes as f64 / took.as_secs_f64() / 1e6
}

/// The middle and the worst of some times, in milliseconds.
fn middle(mut times: Vec<Duration>) -> (u128, u128) {
	times.sort_unstable();
	(
		times[times.len() / 2].as_millis(),
		times[times.len() - 1].as_millis(),
	)
}

#[ignore]
#[tokio::test(flavor = "multi_thread")]
async fn fifty_members_at_once_are_as_fast_as_kubo() {
	let folder = tempfile::tempdir().unwrap();
	let kubo = kubo();
	let mut world = World::start(Limits::default()).await;
	let envelopes = config(
		&kubo,
		&folder.path().join("uploads"),
		EnvelopeLimits::default(),
	);
	let program = Program::start(folder.path(), &world.node.url, &envelopes);
	world.address = program.address;
	program.until_ready(&world).await;
	let members = world.members().await;
	let (dave, one) = (members.patient, members.other_patient);
	// Each reads and uploads its own: the envelope is in a record by this author, of this patient.
	let accounts = [
		(dev::dave(), dev::eve(), dave),
		(dev::one(), dev::ferdie(), one),
		(dev::eve(), dev::eve(), dave),
		(dev::ferdie(), dev::ferdie(), one),
	];
	let of = |number: usize| &accounts[number % accounts.len()];
	let before = program.memory("VmRSS");

	for (round, size) in [(0, MIB), (1, SIZE)] {
		let bytes = u64::from(MEMBERS) * size;
		// Plain Kubo.
		let samples =
			|from: u8| (0..MEMBERS).map(move |at| Sample::new(from + round * MEMBERS + at, size));
		let plain: Vec<_> = samples(0)
			.map(|sample| sample.bytes(0..=sample.leaves() - 1))
			.collect();
		let since = Instant::now();
		let adds = plain.into_iter().map(|bytes| {
			let part = multipart::Part::bytes(bytes).file_name("envelope");
			let url = format!(
				"{}/api/v0/add?cid-version=1&raw-leaves=true&chunker=size-1048576",
				kubo.url().unwrap()
			);
			let post = world
				.http
				.post(url)
				.bearer_auth(TESTS_SECRET)
				.multipart(multipart::Form::new().part("file", part));
			async move { post.send().await.unwrap().bytes().await.unwrap() }
		});
		futures::future::join_all(adds).await;
		let add = since.elapsed();
		let since = Instant::now();
		let cats = samples(0).map(|sample| {
			let url = format!(
				"{}/api/v0/cat?arg={}",
				kubo.url().unwrap(),
				to_base32(&sample.cid())
			);
			let post = world.http.post(url).bearer_auth(TESTS_SECRET);
			async move { post.send().await.unwrap().bytes().await.unwrap().len() as u64 }
		});
		let got: u64 = futures::future::join_all(cats).await.iter().sum();
		let cat = since.elapsed();
		assert_eq!(got, bytes);

		// The gateway.
		let ready: Vec<_> = samples(100)
			.map(|sample| (sample.cid(), sample.bytes(0..=sample.leaves() - 1)))
			.collect();
		let mut sessions = Vec::new();
		for (key, ..) in &accounts {
			sessions.push(world.sign_in(key).await);
		}
		let session = |number: usize| &sessions[number % sessions.len()];
		let mut uploads = Vec::new();
		for (number, (cid, bytes)) in ready.into_iter().enumerate() {
			let upload = announce(&world, session(number), (size, &cid))
				.await
				.unwrap();
			uploads.push((cid, bytes, upload));
		}
		let since = Instant::now();
		let sends = uploads.iter().map(|(_, bytes, upload)| async {
			let since = Instant::now();
			assert_eq!(upload.part(0, bytes.clone(), None).await, Ok(size));
			since.elapsed()
		});
		let times = futures::future::join_all(sends).await;
		let up = since.elapsed();
		let mut records = Vec::new();
		for (number, (cid, _, upload)) in uploads.iter().enumerate() {
			upload.until_kept().await;
			let (_, author, patient) = of(number);
			records.push(add_record(&world, author, *patient, (size, cid)).await);
		}
		settled(&world).await;
		let region = world.state().await.region().await.unwrap();
		let since = Instant::now();
		let (through, token) = (&world, &session);
		let gets = records
			.iter()
			.enumerate()
			.map(|(number, record)| async move {
				let since = Instant::now();
				let answer = ask(through, token(number), region, *record, "").await;
				let len = answer.bytes().await.unwrap().len() as u64;
				assert!(len >= size);
				since.elapsed()
			});
		let down_times = futures::future::join_all(gets).await;
		let down = since.elapsed();
		println!(
			"{MEMBERS} of {size} bytes: add {:.0} MB/s, up {:.0} MB/s ({:.2}); cat {:.0} MB/s, down {:.0} \
			 MB/s ({:.2})",
			rate(bytes, add),
			rate(bytes, up),
			add.as_secs_f64() / up.as_secs_f64(),
			rate(bytes, cat),
			rate(bytes, down),
			cat.as_secs_f64() / down.as_secs_f64(),
		);
		println!(
			"up in {:?} ms (middle, worst), down in {:?} ms",
			middle(times),
			middle(down_times)
		);
	}
	let most = program.memory("VmHWM");
	println!("memory: {before} KiB before, {most} KiB at most");
	assert!(most < 150 * 1024);
}
