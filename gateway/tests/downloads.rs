//! Downloads of envelopes, with a real node and a real Kubo, and with Kubos that misbehave.

mod carry;
mod consortium;
mod world;

use std::{
	sync::{
		atomic::{AtomicUsize, Ordering},
		Arc,
	},
	time::{Duration, Instant},
};

use carry::{
	ask, blocks, config, has, is_whole, kubo, online_kubo, refusal, serve, settled, Hospital, Kubo,
	Sample, MIB,
};
use consortium::{Case, CASES};
use futures::StreamExt;
use reqwest::{header::ACCESS_CONTROL_ALLOW_ORIGIN, Response, StatusCode};
use salus_client::{
	chain::{
		calls::{self, Motion},
		Call,
	},
	ipfs::{car_block, car_header, to_base32},
};
use salus_gateway::envelopes::config::EnvelopeLimits;
use salus_primitives::{Cid, MemberId, Purpose, RecordId, SEALED_NAME_LEN};
use tokio::{
	io::{AsyncReadExt, AsyncWriteExt},
	net::TcpListener,
};
use world::{dev, limitless, wrapped, Keypair, World, PATIENCE};

#[tokio::test(flavor = "multi_thread")]
async fn an_envelope_goes_to_those_who_can_read_its_record() {
	let hospital = Hospital::start(EnvelopeLimits::default()).await;
	let world = &hospital.world;
	world.register(&dev::one()).await;
	let provider = world.verify(&dev::ferdie(), "B12345").await;
	let grantee = MemberId::Provider(provider);
	let mut records = Vec::new();
	for seed in 1..=4 {
		let sample = Sample::new(seed, 3 * MIB + 64);
		records.push((sample, hospital.record(&sample).await));
	}
	let [granted, expired, revoked, private] = records[..] else {
		unreachable!()
	};
	// The chain's clock runs faster than others.
	let soon = world.state().await.now().await.unwrap() + 120_000;
	let grants = [
		(expired.1, Some(soon)),
		(granted.1, None),
		(revoked.1, None),
	];
	let grants = grants.map(|(record, end)| {
		let grant = (record, grantee.clone(), wrapped(3), end, Purpose::Treatment);
		calls::GRANT.with(grant)
	});
	let revoke = calls::REVOKE.with((revoked.1, grantee.clone()));
	let calls = grants.into_iter().chain([revoke]).collect();
	world.must(&dev::dave(), Call::batch_all(calls)).await;
	world.until(soon).await;

	let unknown = (granted.0, 9_999);
	let mut refusals = Vec::new();
	for (who, signer, all) in [
		("the patient", dev::dave(), [true, true, true, true]),
		("the author", dev::eve(), [true, true, true, true]),
		("the grantee", dev::ferdie(), [true, false, false, false]),
		("another patient", dev::one(), [false; 4]),
		("an authority", dev::alice(), [false; 4]),
	] {
		let token = world.sign_in(&signer).await;
		let asked = [granted, expired, revoked, private, unknown];
		for ((sample, record), allowed) in asked.iter().zip(all.iter().chain([&false])) {
			let (status, body) = hospital.get(&token, *record, "").await;
			if *allowed {
				assert_eq!(status, 200, "{who} {record}");
				assert!(is_whole(&body, sample, 0..=3), "{who} {record}");
			} else {
				assert_eq!(status, 403, "{who} {record}");
				refusals.push(body);
			}
		}
	}
	// Nobody is told whether there is such a record.
	println!("{} refusals look the same", refusals.len());
	refusals.dedup();
	assert_eq!(refusals.len(), 1);
	assert_eq!(hospital.get("", granted.1, "").await.0, 401);

	// A suspended provider reads what was granted to it.
	let token = world.sign_in(&dev::ferdie()).await;
	world.carry(Motion::Suspend { id: provider }).await;
	settled(world).await;
	assert_eq!(hospital.get(&token, granted.1, "").await.0, 200);
	assert_eq!(hospital.get(&token, private.1, "").await.0, 403);

	headers_are_the_gateways(&hospital, granted.1).await;
	foreign_cids(&hospital, &private.0).await;

	// An author reads its own records when it is suspended, and when it has retired.
	let MemberId::Provider(author) = world.member(&dev::eve()).await else {
		unreachable!()
	};
	let token = &hospital.author;
	for retires in [false, true] {
		if retires {
			world.carry(Motion::Reinstate { id: author }).await;
			world.must(&dev::eve(), calls::RETIRE.with(())).await;
		} else {
			world.carry(Motion::Suspend { id: author }).await;
		}
		settled(world).await;
		let (status, body) = hospital.get(token, private.1, "").await;
		assert_eq!(status, 200, "retires: {retires}");
		assert!(is_whole(&body, &private.0, 0..=3), "retires: {retires}");
	}
}

/// None of Kubo's headers pass, and no other path leads to it.
async fn headers_are_the_gateways(hospital: &Hospital, record: RecordId) {
	let answer = ask(
		&hospital.world,
		&hospital.author,
		hospital.region,
		record,
		"",
	)
	.await;
	let headers = answer.headers();
	assert_eq!(headers["cache-control"], "no-store");
	assert_eq!(headers.get(ACCESS_CONTROL_ALLOW_ORIGIN), None);
	let kind = "application/vnd.ipld.car; version=1; order=dfs; dups=n";
	assert_eq!(headers["content-type"], kind);
	for name in headers.keys() {
		let own = [
			"cache-control",
			"content-type",
			"date",
			"transfer-encoding",
			"vary",
		];
		let cors = name.as_str().starts_with("access-control-");
		assert!(own.contains(&name.as_str()) || cors, "{name}");
	}
	let cid = to_base32(&Sample::new(1, 3 * MIB + 64).cid());
	for path in [
		format!("/ipfs/{cid}"),
		format!("/v1/envelopes/{cid}"),
		"/api/v0/version".into(),
	] {
		let get = hospital.world.http.get(hospital.world.url(&path));
		let answer = get.bearer_auth(&hospital.author).send().await.unwrap();
		assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
	}
	for query in [
		"?cid=x",
		"?format=raw",
		"?format=car&format=car",
		"?dag-scope=block",
		"?entity-bytes=5",
		"?entity-bytes=5:4",
		"?entity-bytes=-5:*",
		"?entity-bytes=0:*&entity-bytes=0:*",
	] {
		let (status, _) = hospital.get(&hospital.author, record, query).await;
		assert_eq!(status, 400, "{query}");
	}
	let beyond = format!("?entity-bytes={}:*", 3 * MIB + 64);
	assert_eq!(hospital.get(&hospital.author, record, &beyond).await.0, 416);
	for record in ["x", "-1", "18446744073709551616"] {
		let path = format!("/v1/records/{}/{record}/envelope", hospital.region);
		let get = hospital.world.http.get(hospital.world.url(&path));
		let answer = get.bearer_auth(&hospital.author).send().await.unwrap();
		assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{record}");
	}
	let answer = ask(
		&hospital.world,
		&hospital.author,
		hospital.region + 1,
		record,
		"",
	)
	.await;
	assert_eq!(
		refusal(answer).await.0,
		503,
		"there is no node of the consortium"
	);
}

/// A member names somebody else's envelope in a record of its own.
async fn foreign_cids(hospital: &Hospital, foreign: &Sample) {
	let world = &hospital.world;
	let own = |cid: &Cid| {
		let mut name = [0x55; SEALED_NAME_LEN];
		let mut hash = cid.digest();
		(name[0], hash[0]) = (0xff, 0xfe);
		let cid = cid.as_bytes().to_vec();
		calls::ADD_OWN_RECORD.with((name, hash, cid, foreign.size, wrapped(5), None))
	};
	// The chain refuses it, also in the other form of a CID with this hash.
	for tree in [true, false] {
		let cid = Cid::from_digest(tree, foreign.cid().digest());
		let call = world.encoded(&own(&cid)).await;
		let refused = world.node.submit(&dev::one(), world::Encoded(call)).await;
		let refused = refused.map(drop).unwrap_err();
		assert!(refused.contains("EnvelopeAlreadyExists"), "{refused}");
	}
	// A CID that nobody has: the download ends, and Kubo is not asked for anything else.
	let nobodys = Cid::from_digest(true, [0x77; 32]);
	world.must(&dev::one(), own(&nobodys)).await;
	let record = world.state().await.record_of_envelope(&nobodys).await;
	let token = world.sign_in(&dev::one()).await;
	let since = Instant::now();
	let (status, car) = hospital.get(&token, record.unwrap().unwrap(), "").await;
	assert_eq!(status, 200);
	assert!(car.is_empty() || blocks(&car, &nobodys).unwrap().is_empty());
	assert!(since.elapsed() < 3 * PATIENCE, "{:?}", since.elapsed());
	// A leaf of somebody's envelope is no envelope: whoever knows its hash gets that leaf. Nobody does
	// who has not read the envelope.
	assert!(has(&hospital.kubo, &foreign.leaf_cid(1)));
}

#[tokio::test(flavor = "multi_thread")]
async fn ranges_are_exact_at_every_edge() {
	let hospital = Hospital::start(EnvelopeLimits::default()).await;
	let size = 4 * MIB + 176;
	let sample = Sample::new(1, size);
	let record = hospital.record(&sample).await;
	let single = Sample::new(2, 240);
	let short = hospital.record(&single).await;
	let token = &hospital.author;
	let edges = [
		0,
		1,
		MIB - 1,
		MIB,
		MIB + 1,
		2 * MIB,
		4 * MIB - 1,
		4 * MIB,
		size - 1,
	];
	let mut count = 0;
	for from in edges {
		for to in edges.into_iter().filter(|to| from <= *to) {
			let query = format!("?entity-bytes={from}:{to}");
			let (status, car) = hospital.get(token, record, &query).await;
			assert_eq!(status, 200);
			assert!(is_whole(&car, &sample, from / MIB..=to / MIB), "{query}");
			count += 1;
		}
		let query = format!("?format=car&dag-scope=entity&entity-bytes={from}%3A*");
		let (_, car) = hospital.get(token, record, &query).await;
		assert!(is_whole(&car, &sample, from / MIB..=4), "{query}");
	}
	println!("{count} ranges are exact");
	for query in [
		"",
		"?entity-bytes=0:0",
		"?entity-bytes=239:*",
		"?entity-bytes=0:99999",
	] {
		let (_, car) = hospital.get(token, short, query).await;
		assert!(is_whole(&car, &single, 0..=0), "{query}");
	}
}

/// A grant is revoked, or a session ends, while its grantee downloads.
#[tokio::test(flavor = "multi_thread")]
async fn a_download_ends_with_the_right_to_it() {
	let mut hospital = Hospital::start(EnvelopeLimits::default()).await;
	let world = &hospital.world;
	let provider = world.verify(&dev::ferdie(), "B12345").await;
	let sample = Sample::new(1, 96 * MIB + 64);
	let record = hospital.record(&sample).await;
	let grantee = MemberId::Provider(provider);
	let grant = || {
		let grant = (
			record,
			grantee.clone(),
			wrapped(3),
			None,
			Purpose::Treatment,
		);
		calls::GRANT.with(grant)
	};
	world.must(&dev::dave(), grant()).await;
	settled(world).await;

	let token = world.sign_in(&dev::ferdie()).await;
	let (mut download, mut read) = begin(&hospital, &token, record).await;
	let revoke = calls::REVOKE.with((record, grantee.clone()));
	world.must(&dev::dave(), revoke).await;
	settled(world).await;
	until_cut(&mut download, &mut read, &sample).await;
	// It is told why when it asks for the rest.
	let query = format!("?entity-bytes={}:*", read / MIB * MIB);
	let (status, why) = hospital.get(&token, record, &query).await;
	assert_eq!(status, 403, "{}", String::from_utf8_lossy(&why));

	world.must(&dev::dave(), grant()).await;
	settled(world).await;
	let (mut download, mut read) = begin(&hospital, &token, record).await;
	let out = world.http.delete(world.url("/v1/session"));
	out.bearer_auth(&token).send().await.unwrap();
	until_cut(&mut download, &mut read, &sample).await;
	assert_eq!(hospital.get(&token, record, "").await.0, 401);

	let token = world.sign_in(&dev::ferdie()).await;
	let (mut download, mut read) = begin(&hospital, &token, record).await;
	world.carry(Motion::Suspend { id: provider }).await;
	settled(world).await;
	until_cut(&mut download, &mut read, &sample).await;
	// A renewed session goes on.
	let dave = world.sign_in(&dev::dave()).await;
	let (mut download, mut read) = begin(&hospital, &dave, record).await;
	let (status, _) = world.try_sign_in(&dev::dave(), Some(&dave)).await;
	assert_eq!(status, StatusCode::OK);
	assert!(!rest(&mut download, &mut read).await && read > sample.size);
	a_client_that_does_not_read(&mut hospital, record).await;
}

/// A download that nobody reads ends, so that its place is free.
async fn a_client_that_does_not_read(hospital: &mut Hospital, record: RecordId) {
	let uploads = tempfile::tempdir().unwrap();
	let limits = EnvelopeLimits {
		account_transfers: 1,
		stall_seconds: 2,
		..EnvelopeLimits::default()
	};
	let envelopes = config(&hospital.kubo, uploads.path(), limits);
	serve(&mut hospital.world, envelopes).await;
	let world = &hospital.world;
	let token = world.sign_in(&dev::dave()).await;
	let mut stream = tokio::net::TcpStream::connect(world.address).await.unwrap();
	let head = format!(
		"GET /v1/records/{}/{record}/envelope HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {token}\r\n\r\n",
		hospital.region, world.address
	);
	stream.write_all(head.as_bytes()).await.unwrap();
	stream.read_exact(&mut [0; 12]).await.unwrap();
	let last = "?entity-bytes=0:0";
	let other = ask(world, &token, hospital.region, record, last).await;
	assert_eq!(other.status(), StatusCode::TOO_MANY_REQUESTS);
	let since = Instant::now();
	loop {
		let other = ask(world, &token, hospital.region, record, last).await;
		if other.status() == StatusCode::OK {
			break;
		}
		assert!(since.elapsed() < PATIENCE, "the place is not free");
		tokio::time::sleep(Duration::from_millis(200)).await;
	}
	println!(
		"a client that does not read: its place is free after {:?}",
		since.elapsed()
	);
}

type Pieces = futures::stream::BoxStream<'static, reqwest::Result<bytes::Bytes>>;

/// Begins a download, and reads a little of it.
async fn begin(hospital: &Hospital, token: &str, record: RecordId) -> (Pieces, u64) {
	let answer = ask(&hospital.world, token, hospital.region, record, "").await;
	assert_eq!(answer.status(), StatusCode::OK);
	let mut pieces = answer.bytes_stream().boxed();
	let first = pieces.next().await.unwrap().unwrap();
	(pieces, first.len() as u64)
}

/// Reads the rest. Returns whether it was cut.
async fn rest(pieces: &mut Pieces, read: &mut u64) -> bool {
	loop {
		let next = tokio::time::timeout(PATIENCE, pieces.next()).await;
		match next.expect("the download goes on or ends") {
			Some(Ok(bytes)) => *read += bytes.len() as u64,
			Some(Err(_)) => return true,
			None => return false,
		}
	}
}

/// Reads on until the gateway cuts the download, which takes it a moment: so not as fast as all could
/// come.
async fn until_cut(pieces: &mut Pieces, read: &mut u64, sample: &Sample) {
	loop {
		let next = tokio::time::timeout(PATIENCE, pieces.next()).await;
		match next.expect("the download goes on or ends") {
			Some(Ok(bytes)) => *read += bytes.len() as u64,
			Some(Err(_)) => return,
			None => panic!("all {read} bytes have come"),
		}
		assert!(*read < sample.size, "{read} bytes have come");
		tokio::time::sleep(Duration::from_millis(5)).await;
	}
}

/// A Kubo that lacks the blocks fetches those that are asked for, and no others.
#[tokio::test(flavor = "multi_thread")]
async fn blocks_of_another_hospital_are_fetched_on_demand() {
	let mut hospital = Hospital::with(online_kubo, EnvelopeLimits::default()).await;
	let sample = Sample::new(1, 130 * MIB + 64);
	let record = hospital.record(&sample).await;
	let other = online_kubo();
	let address = hospital.kubo.run(&["id", "--format=<addrs>"]);
	other.run(&["swarm", "connect", address.lines().next().unwrap()]);
	// As long as the disk has its reserve alone, nothing is fetched.
	let uploads = tempfile::tempdir().unwrap();
	let mut envelopes = config(&other, uploads.path(), EnvelopeLimits::default());
	envelopes.limits.reserve_bytes = u64::MAX;
	serve(&mut hospital.world, envelopes).await;
	let token = hospital.world.sign_in(&dev::dave()).await;
	let (_, car) = hospital.get(&token, record, "?entity-bytes=0:0").await;
	assert!(car.is_empty() && !has(&other, &sample.leaf_cid(0)));

	let uploads = tempfile::tempdir().unwrap();
	let envelopes = config(&other, uploads.path(), EnvelopeLimits::default());
	serve(&mut hospital.world, envelopes).await;
	let token = hospital.world.sign_in(&dev::dave()).await;
	let get = async |query: &str| {
		let (status, car) = hospital.get(&token, record, query).await;
		assert_eq!(status, 200);
		car
	};
	let part = get("?entity-bytes=5242880:5242880").await;
	assert!(is_whole(&part, &sample, 5..=5));
	assert!(has(&other, &sample.leaf_cid(5)) && !has(&other, &sample.leaf_cid(100)));
	let whole = get("").await;
	assert!(is_whole(&whole, &sample, 0..=130));
	// A hole in the middle.
	let hole = to_base32(&sample.leaf_cid(70));
	other.run(&["block", "rm", &hole]);
	let whole = get("").await;
	assert!(is_whole(&whole, &sample, 0..=130));
}

/// A record of another region goes to its grantee, as long as the consortium does not withhold it.
#[tokio::test(flavor = "multi_thread")]
async fn a_record_of_another_region_goes_to_its_grantee_alone() {
	let world = World::start(limitless()).await;
	let grantees = consortium::grantees(&world).await;
	let region = world.state().await.region().await.unwrap();
	let kubo = kubo();
	let consortium = consortium::start(region, &grantees, false).await;
	let mut world = world.with_consortium(consortium).await;
	let uploads = tempfile::tempdir().unwrap();
	let envelopes = config(&kubo, uploads.path(), EnvelopeLimits::default());
	serve(&mut world, envelopes).await;
	for (place, (key, _)) in grantees.iter().enumerate() {
		let token = world.sign_in(key).await;
		for case in &CASES {
			let answer = ask_in_time(&world, &token, case).await;
			let what = format!("{place} {}", case.record);
			if case.grantee == place && case.is_handed_out(false) {
				assert_eq!(answer.status(), StatusCode::OK, "{what}");
				// Nobody has its blocks.
				let root = Cid::from_digest(true, [case.fact(); 32]);
				let mut car = answer.bytes_stream();
				let first = car.next().await.unwrap().unwrap();
				assert!(first.starts_with(&car_header(&root)), "{what}");
				while let Some(piece) = car.next().await {
					assert!(piece.is_err(), "{what}");
				}
			} else {
				assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{what}");
			}
		}
	}
	withheld_amid_a_download(world, &kubo, &grantees[0].0).await;
}

/// Asks for the envelope of a record of another region. The gateway can have its region's node sooner than
/// the consortium's.
async fn ask_in_time(world: &World, token: &str, case: &Case) -> Response {
	let since = Instant::now();
	loop {
		let answer = ask(world, token, case.region, case.record, "").await;
		if answer.status() != StatusCode::SERVICE_UNAVAILABLE {
			return answer;
		}
		assert!(since.elapsed() < PATIENCE, "the gateway has no consortium");
		tokio::time::sleep(Duration::from_millis(200)).await;
	}
}

/// The region of a record is expelled while its grantee downloads the record from a Kubo that would
/// never end it.
async fn withheld_amid_a_download(mut world: World, kubo: &Kubo, grantee: &Keypair) {
	let case = &CASES[0];
	let root = Cid::from_digest(true, [case.fact(); 32]);
	let (address, _) = false_kubo(Fault::Stalls, car_header(&root), root).await;
	let uploads = tempfile::tempdir().unwrap();
	let limits = EnvelopeLimits {
		stall_seconds: 3_600,
		..EnvelopeLimits::default()
	};
	let mut envelopes = config(kubo, uploads.path(), limits);
	envelopes.gateway = address;
	serve(&mut world, envelopes).await;
	let token = world.sign_in(grantee).await;
	let answer = ask_in_time(&world, &token, case).await;
	assert_eq!(answer.status(), StatusCode::OK);
	let mut pieces = answer.bytes_stream().boxed();
	let first = pieces.next().await.unwrap().unwrap();
	assert!(first.starts_with(&car_header(&root)));
	let expel = calls::EXPEL_REGION.with((case.region,));
	World::council(world.consortium.as_ref().unwrap(), expel).await;
	assert!(rest(&mut pieces, &mut 0).await, "it must be cut");
	let answer = ask_in_time(&world, &token, case).await;
	assert_eq!(answer.status(), StatusCode::FORBIDDEN);
}

/// What a false gateway of Kubo does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
	/// It flips a bit of a leaf.
	Lies,
	/// It ends amid a leaf, or between two.
	CutsLeaf,
	CutsBetween,
	/// It sends half of the envelope, and nothing more.
	Stalls,
	/// It sends other blocks after those that were asked for.
	Endless,
	/// It sends a leaf of another length.
	OtherLength,
	/// It sends an endless node.
	LongNode,
	/// It answers with something else.
	NoCar,
}

/// A Kubo that misbehaves: the client sees that, and the gateway stays.
#[tokio::test(flavor = "multi_thread")]
async fn a_kubo_that_lies_cuts_or_stalls_is_seen() {
	let mut hospital = Hospital::start(EnvelopeLimits::default()).await;
	let sample = Sample::new(1, 3 * MIB + 64);
	let record = hospital.record(&sample).await;
	let car = hospital.get(&hospital.author, record, "").await.1;
	assert!(is_whole(&car, &sample, 0..=3));
	for fault in [
		Fault::Lies,
		Fault::CutsLeaf,
		Fault::CutsBetween,
		Fault::Stalls,
		Fault::Endless,
		Fault::OtherLength,
		Fault::LongNode,
		Fault::NoCar,
	] {
		let (address, asked) = false_kubo(fault, car.clone(), sample.cid()).await;
		let uploads = tempfile::tempdir().unwrap();
		let limits = EnvelopeLimits {
			stall_seconds: 2,
			..EnvelopeLimits::default()
		};
		let mut envelopes = config(&hospital.kubo, uploads.path(), limits);
		envelopes.gateway = address;
		serve(&mut hospital.world, envelopes).await;
		let world = &hospital.world;
		let token = world.sign_in(&dev::dave()).await;
		let answer = ask(world, &token, hospital.region, record, "").await;
		let status = answer.status();
		let body = answer.bytes().await;
		match fault {
			Fault::NoCar => assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE),
			// The leaves that were asked for are there, and nothing else.
			Fault::Endless => assert!(is_whole(&body.unwrap(), &sample, 0..=3)),
			Fault::Lies => assert!(!is_whole(&body.unwrap(), &sample, 0..=3)),
			Fault::CutsLeaf
			| Fault::CutsBetween
			| Fault::Stalls
			| Fault::OtherLength
			| Fault::LongNode => {
				assert!(body.is_err(), "{fault:?}: the connection must be cut");
			}
		}
		assert!(asked.load(Ordering::Relaxed) <= 3, "{fault:?}");
	}
}

/// A gateway of Kubo with a fault, and how often it was asked.
async fn false_kubo(fault: Fault, car: Vec<u8>, root: Cid) -> (String, Arc<AtomicUsize>) {
	let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
	let address = format!("http://{}", listener.local_addr().unwrap());
	let asked = Arc::new(AtomicUsize::new(0));
	let count = asked.clone();
	let header = car_header(&root).len();
	let mut body = car;
	match fault {
		Fault::Lies => *body.last_mut().unwrap() ^= 1,
		Fault::CutsLeaf | Fault::Stalls => body.truncate(body.len() / 2),
		Fault::CutsBetween => {
			let last = car_block(root.as_bytes(), 64).len() + 64;
			body.truncate(body.len() - last);
		}
		Fault::Endless => {
			let leaf = Sample::new(9, MIB).leaf_cid(0);
			for _ in 0..50 {
				body.extend(car_block(leaf.as_bytes(), 5));
				body.extend([0; 5]);
			}
		}
		Fault::OtherLength => {
			body.truncate(header);
			let leaf = Sample::new(9, MIB).leaf_cid(0);
			body.extend(car_block(leaf.as_bytes(), 100));
			body.extend([0; 100]);
		}
		Fault::LongNode => {
			body.truncate(header);
			body.extend(car_block(root.as_bytes(), MIB as usize));
			body.extend(vec![0; MIB as usize]);
		}
		Fault::NoCar => body = b"<html>".to_vec(),
	}
	let kind = match fault {
		Fault::NoCar => "text/html",
		_ => "application/vnd.ipld.car; version=1",
	};
	tokio::spawn(async move {
		while let Ok((mut socket, _)) = listener.accept().await {
			count.fetch_add(1, Ordering::Relaxed);
			let (body, kind) = (body.clone(), kind.to_owned());
			tokio::spawn(async move {
				let _ = socket.read(&mut [0; 4096]).await;
				let head =
					format!("HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nConnection: close\r\n\r\n");
				let _ = socket.write_all(head.as_bytes()).await;
				let _ = socket.write_all(&body).await;
				if fault == Fault::Stalls {
					std::future::pending::<()>().await;
				}
				let _ = socket.shutdown().await;
			});
		}
	});
	(address, asked)
}
