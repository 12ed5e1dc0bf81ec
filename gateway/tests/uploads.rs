//! Uploads of envelopes, with a real node and a real Kubo: the hostile ones first.

mod carry;
mod world;

use std::time::{Duration, Instant};

use carry::{
	add_record, announce, ask, config, has, is_whole, online_kubo, refusal,
	rpc::{FalseKubo, Fault},
	serve, settled, sha256, upload, Hospital, Kubo, Sample, Tus, MIB, NODES_SECRET,
};
use reqwest::{Method, StatusCode};
use salus_client::{
	chain::calls::{self, Motion},
	ipfs::to_base32,
};
use salus_gateway::envelopes::config::EnvelopeLimits;
use salus_primitives::{
	local_storage::{IPFS_API_KEY, IPFS_SECRET_KEY},
	Cid,
};
use tokio::{
	io::{AsyncReadExt, AsyncWriteExt},
	net::TcpStream,
};
use world::{dev, until_read, World, PATIENCE};

/// How long a part may bring nothing.
const STALL: Duration = Duration::from_secs(120);

/// Waits until Kubo no longer has a block.
async fn until_removed(hospital: &Hospital, cid: &Cid) {
	let since = Instant::now();
	while has(&hospital.kubo, cid) {
		assert!(since.elapsed() < 2 * PATIENCE, "{cid} stays");
		tokio::time::sleep(Duration::from_millis(200)).await;
	}
}

fn limits() -> EnvelopeLimits {
	EnvelopeLimits {
		account_bytes: 400 << 30,
		stall_seconds: STALL.as_secs(),
		..EnvelopeLimits::default()
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_uploads_are_refused_and_leave_nothing() {
	let mut hospital = Hospital::start(limits()).await;
	announcements(&hospital).await;
	parts(&hospital).await;
	no_envelope(&hospital).await;
	another_root(&hospital).await;
	begun_and_dropped(&hospital).await;
	shared_leaves(&hospital).await;
	foreign_tokens(&hospital).await;
	refused_amid_a_part(&hospital).await;
	a_suspension(&hospital).await;
	a_named_envelope(&mut hospital).await;
}

/// What is too large, or no envelope, or of no author, is refused at once.
async fn announcements(hospital: &Hospital) {
	let world = &hospital.world;
	let tree = Cid::from_digest(true, [7; 32]);
	let leaf = Cid::from_digest(false, [7; 32]);
	let most = world.state().await.max_envelope_size().unwrap();
	for (what, size, cid, status) in [
		("above the record's limit", most + 16, &tree, 413),
		("above the account's", 401 << 30, &tree, 429),
		("nothing", 0, &leaf, 400),
		("less than the least envelope", 96, &leaf, 400),
		("not in steps of 16", 5 * MIB + 72, &tree, 400),
		("a tree that is a leaf", 112, &tree, 400),
		("a leaf that is a tree", 5 * MIB + 64, &leaf, 400),
	] {
		let refused = announce(world, &hospital.author, (size, cid)).await.err();
		assert_eq!(refused.map(|(status, _)| status), Some(status), "{what}");
	}
	// A patient and a verified provider may; an authority may not, nor one who is only invited.
	let good = (5 * MIB + 64, &tree);
	world.invite(&dev::one()).await;
	settled(world).await;
	for (who, allowed) in [
		(dev::dave(), true),
		(dev::alice(), false),
		(dev::one(), false),
	] {
		let session = world.sign_in(&who).await;
		match announce(world, &session, good).await {
			Ok(upload) => {
				assert!(allowed);
				assert_eq!(upload.end().await, 204);
			}
			Err((status, text)) => assert!(!allowed && status == 403, "{text}"),
		}
	}
	let refused = announce(world, &"0".repeat(64), good).await.err();
	assert_eq!(refused.unwrap().0, 401);
	let version = world
		.http
		.post(world.url("/v1/uploads"))
		.bearer_auth(&hospital.author)
		.header("Tus-Resumable", "0.2.2")
		.send()
		.await
		.unwrap();
	assert_eq!(version.status(), StatusCode::PRECONDITION_FAILED);
	assert_eq!(version.headers()["tus-version"], "1.0.0");
}

/// Parts that are flipped, lie, are elsewhere, too long, or too short.
async fn parts(hospital: &Hospital) {
	let sample = Sample::new(1, 5 * MIB + 64);
	let upload = hospital.announce(&sample).await;
	let first = sample.bytes(0..=1);
	let sum = sha256(&first);
	let mut flipped = first.clone();
	flipped[MIB as usize + 5] ^= 1;
	for (what, offset, bytes, checksum, status) in [
		("one flipped bit", 0, flipped, Some(&*sum), 460),
		(
			"a checksum that lies",
			0,
			first.clone(),
			Some(&*sha256(b"")),
			460,
		),
		(
			"an unknown checksum",
			0,
			first.clone(),
			Some("md5 AAAA"),
			400,
		),
		("a later part", MIB, first.clone(), None, 409),
		("half a leaf", 0, first[..1000].to_vec(), None, 400),
		("nothing", 0, vec![], None, 400),
	] {
		let refused = upload.refused(offset, bytes, checksum).await;
		assert_eq!(refused.0, status, "{what}: {}", refused.1);
		assert_eq!(upload.look().await, Ok((0, false)), "{what}");
	}
	let content = upload.request(Method::PATCH).header("Upload-Offset", 0);
	let content = content
		.header("Content-Type", "text/plain")
		.body(first.clone());
	assert_eq!(refusal(content.send().await.unwrap()).await.0, 415);
	assert_eq!(upload.part(0, first.clone(), Some(&sum)).await, Ok(2 * MIB));
	// Again: it is there already.
	assert_eq!(upload.refused(0, first, Some(&sum)).await.0, 409);
	// A part and a half: its whole leaves count.
	let mut part = sample.bytes(2..=3);
	part.truncate(MIB as usize + 500);
	assert_eq!(upload.part(2 * MIB, part, None).await, Ok(3 * MIB));
	// More than the envelope has.
	let mut rest = sample.bytes(3..=5);
	rest.push(0);
	let refused = upload.refused(3 * MIB, rest.clone(), None).await;
	assert_eq!(refused.0, 413, "{}", refused.1);
	rest.pop();
	assert_eq!(upload.part(3 * MIB, rest, None).await, Ok(sample.size));
	upload.until_kept().await;
	// No part is beyond the end.
	assert_eq!(upload.refused(sample.size, vec![], None).await.0, 409);

	let record = (sample.size, &sample.cid());
	let record = add_record(&hospital.world, &dev::eve(), hospital.patient, record).await;
	let dave = hospital.world.sign_in(&dev::dave()).await;
	let region = hospital.world.state().await.region().await.unwrap();
	let car = ask(&hospital.world, &dave, region, record, "").await;
	assert!(is_whole(&car.bytes().await.unwrap(), &sample, 0..=5));
}

/// The first bytes must be a header's.
async fn no_envelope(hospital: &Hospital) {
	let sample = Sample::new(2, 2 * MIB + 64);
	let upload = hospital.announce(&sample).await;
	for (place, byte) in [(0, b'S'), (8, 2), (10, 2), (44, 1)] {
		let mut bytes = sample.bytes(0..=0);
		bytes[place] = byte;
		let (status, text) = upload.refused(0, bytes, None).await;
		assert_eq!(status, 422, "{place}: {text}");
	}
	assert_eq!(upload.look().await, Ok((0, false)));
	assert_eq!(upload.end().await, 204);
	assert_eq!(upload.look().await, Err(401));
}

/// A root that does not fit ends the upload, and Kubo has nothing of it.
async fn another_root(hospital: &Hospital) {
	let sample = Sample::new(3, 3 * MIB + 64);
	let other = Sample::new(4, sample.size).cid();
	let upload = announce(&hospital.world, &hospital.author, (sample.size, &other)).await;
	let upload = upload.unwrap();
	assert_eq!(upload.part(0, sample.bytes(0..=2), None).await, Ok(3 * MIB));
	let (status, text) = upload
		.part(3 * MIB, sample.bytes(3..=3), None)
		.await
		.unwrap_err();
	assert!(status == 422 && text.contains("announced"), "{text}");
	assert_eq!(upload.look().await, Err(401));
	for leaf in 0..4 {
		until_removed(hospital, &sample.leaf_cid(leaf)).await;
	}
	assert!(!has(&hospital.kubo, &other));
}

/// As large as the disk and the account allow: announced, begun, cut, taken over, and dropped.
async fn begun_and_dropped(hospital: &Hospital) {
	let sample = Sample::new(5, 100_000_000_000 / 16 * 16 + 64);
	// Its CID is not computed: nobody will see all of it.
	let cid = Cid::from_digest(true, [5; 32]);
	let announced = announce(&hospital.world, &hospital.author, (sample.size, &cid)).await;
	let (sample, upload) = match announced {
		Ok(upload) => (sample, upload),
		Err((status, text)) => {
			assert_eq!(status, 507, "{text}");
			println!("the disk has no room for 100 GB, which is told at once");
			let smaller = Sample::new(5, (1 << 30) + 64);
			let envelope = (smaller.size, &cid);
			let upload = announce(&hospital.world, &hospital.author, envelope).await;
			(smaller, upload.unwrap())
		}
	};
	// The client is killed in the middle of a part.
	let mut stream = begin_part(hospital, &upload, 4 * MIB).await;
	let bytes = sample.bytes(0..=3);
	let sent = &bytes[..2 * MIB as usize + 4321];
	stream.write_all(sent).await.unwrap();
	// Who asks takes the upload over: what the gateway has not read by then is lost.
	until_read(&stream).await;
	drop(stream);
	let since = Instant::now();
	while upload.look().await != Ok((2 * MIB, false)) {
		assert!(since.elapsed() < PATIENCE, "{:?}", upload.look().await);
	}
	// A part that stands still: whoever comes next gets the upload, and what arrived.
	let mut stalled = begin_part_at(hospital, &upload, 2 * MIB, 2 * MIB).await;
	stalled.write_all(&sample.bytes(2..=2)).await.unwrap();
	until_read(&stalled).await;
	let since = Instant::now();
	while upload.look().await != Ok((3 * MIB, false)) {
		// Sooner than it would end by itself.
		assert!(since.elapsed() < STALL / 2, "{:?}", upload.look().await);
	}
	assert_eq!(
		upload.part(3 * MIB, sample.bytes(3..=3), None).await,
		Ok(4 * MIB)
	);
	assert!(has(&hospital.kubo, &sample.leaf_cid(3)));
	assert_eq!(upload.end().await, 204);
	for leaf in 0..4 {
		until_removed(hospital, &sample.leaf_cid(leaf)).await;
	}
}

/// Begins to send a part by hand.
async fn begin_part(hospital: &Hospital, upload: &Tus, len: u64) -> TcpStream {
	begin_part_at(hospital, upload, 0, len).await
}

async fn begin_part_at(hospital: &Hospital, upload: &Tus, offset: u64, len: u64) -> TcpStream {
	let address = hospital.world.address;
	let path = upload.url.split_once(&address.to_string()).unwrap().1;
	let head = format!(
		"PATCH {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {}\r\n\
		 Tus-Resumable: 1.0.0\r\nContent-Type: application/offset+octet-stream\r\n\
		 Upload-Offset: {offset}\r\nContent-Length: {len}\r\n\r\n",
		upload.token
	);
	let mut stream = TcpStream::connect(address).await.unwrap();
	stream.write_all(head.as_bytes()).await.unwrap();
	stream
}

/// Two uploads share leaves, and one is dropped: the other one is whole.
async fn shared_leaves(hospital: &Hospital) {
	let one = Sample::new(6, 4 * MIB + 64);
	let two = Sample {
		turn: Some((2, 7)),
		..one
	};
	assert_eq!(one.leaf_cid(1), two.leaf_cid(1));
	let dropped = hospital.announce(&one).await;
	let other = hospital.announce(&two).await;
	assert_eq!(dropped.part(0, one.bytes(0..=3), None).await, Ok(4 * MIB));
	assert_eq!(other.part(0, two.bytes(0..=0), None).await, Ok(MIB));
	assert_eq!(dropped.end().await, 204);
	// While it is removed, the other one adds what both have.
	other.send(&two, 2).await.unwrap();
	until_removed(hospital, &one.leaf_cid(2)).await;
	until_removed(hospital, &one.leaf_cid(3)).await;
	let record = (two.size, &two.cid());
	let record = add_record(&hospital.world, &dev::eve(), hospital.patient, record).await;
	let region = hospital.world.state().await.region().await.unwrap();
	let session = hospital.world.sign_in(&dev::eve()).await;
	let car = ask(&hospital.world, &session, region, record, "").await;
	assert!(is_whole(&car.bytes().await.unwrap(), &two, 0..=4));
	// One that is kept without a record, and one that begins: what is removed of the second stays in
	// the first.
	let kept = upload(
		&hospital.world,
		&hospital.author,
		&Sample::new(8, 2 * MIB + 64),
	)
	.await;
	let twin = Sample {
		turn: Some((1, 9)),
		..Sample::new(8, 2 * MIB + 64)
	};
	let begun = hospital.announce(&twin).await;
	assert_eq!(begun.part(0, twin.bytes(0..=1), None).await, Ok(2 * MIB));
	assert_eq!(begun.end().await, 204);
	until_removed(hospital, &twin.leaf_cid(1)).await;
	assert!(has(&hospital.kubo, &twin.leaf_cid(0)));
	assert_eq!(kept.look().await, Ok((2 * MIB + 64, true)));
	assert_eq!(kept.end().await, 204);
	until_removed(hospital, &twin.leaf_cid(0)).await;
}

/// An upload's token opens that upload, and nothing else; nothing else opens it.
async fn foreign_tokens(hospital: &Hospital) {
	let sample = Sample::new(10, 2 * MIB + 64);
	let upload = hospital.announce(&sample).await;
	let other = hospital.announce(&Sample::new(11, 2 * MIB + 64)).await;
	for token in [
		&hospital.author,
		&other.token,
		&"0".repeat(64),
		&String::new(),
	] {
		let foreign = Tus {
			token: token.clone(),
			..upload.clone()
		};
		assert_eq!(foreign.look().await, Err(401));
		assert_eq!(foreign.end().await, 401);
		assert_eq!(foreign.refused(0, sample.bytes(0..=0), None).await.0, 401);
	}
	for path in [
		"/v1/view",
		"/v1/session",
		"/nothing",
		"/v1/uploads",
		"/v1/records/1/1/envelope",
	] {
		let get = hospital.world.http.get(hospital.world.url(path));
		let answer = get.bearer_auth(&upload.token).send().await.unwrap();
		assert_eq!(answer.status(), StatusCode::UNAUTHORIZED, "{path}");
	}
	// A path of an upload looks the same as any other one without a token.
	let seen = async |path: &str, body: &'static str| {
		let patch = hospital.world.http.patch(hospital.world.url(path));
		let answer = patch.body(body).send().await.unwrap();
		let mut headers: Vec<_> = answer
			.headers()
			.iter()
			.filter(|(name, _)| *name != "date")
			.map(|(name, value)| format!("{name}: {value:?}"))
			.collect();
		headers.sort();
		(answer.status(), headers, answer.text().await.unwrap())
	};
	let id = upload.url.rsplit_once('/').unwrap().1;
	for body in ["", "x"] {
		let nothing = seen("/nothing", body).await;
		for path in [id, "x", "%ff"] {
			let path = format!("/v1/uploads/{path}");
			assert_eq!(seen(&path, body).await, nothing, "{path}");
		}
		// The connection of a body that nobody reads ends, and others stay.
		let ends = nothing.1.iter().any(|line| line.contains("close"));
		assert_eq!(ends, !body.is_empty(), "{:?}", nothing.1);
	}
	// The session ends, and the upload goes on.
	let session = hospital.world.sign_in(&dev::eve()).await;
	let own = announce(&hospital.world, &session, (sample.size, &sample.cid())).await;
	let own = own.unwrap();
	assert_eq!(own.url, upload.url, "the same envelope is the same upload");
	assert_eq!(upload.look().await, Err(401), "its token before is void");
	let out = hospital
		.world
		.http
		.delete(hospital.world.url("/v1/session"));
	let out = out.bearer_auth(&session).send().await.unwrap();
	assert_eq!(out.status(), StatusCode::NO_CONTENT);
	own.send(&sample, 1).await.unwrap();
	for upload in [own, other] {
		assert_eq!(upload.end().await, 204);
	}
}

/// An answer reaches a client that still sends, and tells it to send its next request elsewhere.
async fn refused_amid_a_part(hospital: &Hospital) {
	let sample = Sample::new(15, 15 * MIB + 64);
	let upload = hospital.announce(&sample).await;
	let foreign = Tus {
		token: "0".repeat(64),
		..upload.clone()
	};
	let part = sample.bytes(0..=15);
	for _ in 0..20 {
		let patch = foreign.request(Method::PATCH).body(part.clone());
		let answer = patch.send().await.unwrap();
		assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
		assert_eq!(answer.headers()["connection"], "close");
		assert_eq!(upload.look().await, Ok((0, false)));
	}
	// The answer is there before the part: all of that can be sent nevertheless.
	let mut stream = begin_part(hospital, &foreign, part.len() as u64).await;
	let mut answer = [0; 12];
	stream.read_exact(&mut answer).await.unwrap();
	assert_eq!(&answer, b"HTTP/1.1 401");
	stream.write_all(&part).await.unwrap();
	let mut rest = Vec::new();
	stream.read_to_end(&mut rest).await.unwrap();
	assert_eq!(upload.end().await, 204);
}

/// A suspension ends the uploads of its account, also the one that is under way.
async fn a_suspension(hospital: &Hospital) {
	let world = &hospital.world;
	let ferdie = world.verify(&dev::ferdie(), "B12345").await;
	settled(world).await;
	let session = world.sign_in(&dev::ferdie()).await;
	let sample = Sample::new(12, 4 * MIB + 64);
	let envelope = (sample.size, &sample.cid());
	let begun = announce(world, &session, envelope).await.unwrap();
	assert_eq!(begun.part(0, sample.bytes(0..=1), None).await, Ok(2 * MIB));
	let mut stream = begin_part_at(hospital, &begun, 2 * MIB, 2 * MIB).await;
	stream.write_all(&sample.bytes(2..=2)).await.unwrap();
	world.carry(Motion::Suspend { id: ferdie }).await;
	let mut answer = Vec::new();
	let ended = tokio::time::timeout(STALL / 2, stream.read_to_end(&mut answer));
	// What arrived is taken, and then the upload ends; or it has ended.
	let _ = ended.await.expect("the part ends");
	let since = Instant::now();
	while begun.look().await != Err(401) {
		assert!(since.elapsed() < PATIENCE, "the upload goes on");
	}
	for leaf in 0..3 {
		until_removed(hospital, &sample.leaf_cid(leaf)).await;
	}
	// Once reinstated, the token opens nothing.
	world.carry(Motion::Reinstate { id: ferdie }).await;
	settled(world).await;
	assert_eq!(begun.look().await, Err(401));
	assert_eq!(
		begun.refused(2 * MIB, sample.bytes(2..=2), None).await.0,
		401
	);
	let session = world.sign_in(&dev::ferdie()).await;
	assert!(announce(world, &session, envelope).await.is_ok());
}

/// An author is suspended before the gateway has noted that a record names the envelope.
async fn a_named_envelope(hospital: &mut Hospital) {
	let uploads = tempfile::tempdir().unwrap();
	let seldom = EnvelopeLimits {
		sweep_seconds: 3_600,
		..limits()
	};
	let envelopes = config(&hospital.kubo, uploads.path(), seldom);
	serve(&mut hospital.world, envelopes).await;
	let world = &hospital.world;
	let author = world.verify(&dev::two(), "C12345").await;
	settled(world).await;
	let session = world.sign_in(&dev::two()).await;
	let [named, unnamed] = [13, 14].map(|seed| Sample::new(seed, 2 * MIB + 64));
	let kept = upload(world, &session, &named).await;
	let record = (named.size, &named.cid());
	let record = add_record(world, &dev::two(), hospital.patient, record).await;
	let ended = upload(world, &session, &unnamed).await;
	world.carry(Motion::Suspend { id: author }).await;
	settled(world).await;
	for leaf in 0..3 {
		until_removed(hospital, &unnamed.leaf_cid(leaf)).await;
	}
	assert_eq!(ended.look().await, Err(401));
	// A part that comes now does not end it, either.
	assert_eq!(kept.refused(named.size, vec![], None).await.0, 403);
	assert_eq!(kept.look().await, Ok((named.size, true)));
	assert_eq!(kept.end().await, 409);
	let dave = world.sign_in(&dev::dave()).await;
	let car = ask(world, &dave, hospital.region, record, "").await;
	assert!(is_whole(&car.bytes().await.unwrap(), &named, 0..=2));
}

/// A Kubo with faults, and a gateway before it.
struct Faulty {
	hospital: Hospital,
	kubo: FalseKubo,
	/// The session of eve.
	session: String,
	/// The folder of the gateway's notes.
	notes: tempfile::TempDir,
}

impl Faulty {
	async fn start() -> Self {
		let mut hospital = Hospital::start(limits()).await;
		let kubo = FalseKubo::before(&hospital.kubo).await;
		let notes = tempfile::tempdir().unwrap();
		let often = EnvelopeLimits {
			sweep_seconds: 1,
			..limits()
		};
		let mut envelopes = config(&hospital.kubo, notes.path(), often);
		envelopes.rpc = kubo.url.clone();
		serve(&mut hospital.world, envelopes).await;
		Self {
			session: hospital.world.sign_in(&dev::eve()).await,
			hospital,
			kubo,
			notes,
		}
	}

	/// Announces an envelope of three leaves.
	async fn announce(&self, seed: u8) -> (Sample, Tus) {
		let sample = Sample::new(seed, 2 * MIB + 64);
		let envelope = (sample.size, &sample.cid());
		let upload = announce(&self.hospital.world, &self.session, envelope).await;
		(sample, upload.unwrap())
	}

	/// Waits until the gateway has nothing of an upload.
	async fn until_forgotten(&self, upload: &Tus) {
		let id = upload.url.rsplit_once('/').unwrap().1;
		let notes = self.notes.path().join(format!("{id}.json"));
		let since = Instant::now();
		while notes.exists() {
			assert!(since.elapsed() < PATIENCE, "it is not removed");
			tokio::time::sleep(Duration::from_millis(50)).await;
		}
	}
}

/// A Kubo that misbehaves is seen, and stops no others.
#[tokio::test(flavor = "multi_thread")]
async fn a_kubo_that_misbehaves_amid_uploads() {
	let faulty = Faulty::start().await;
	a_removal_that_hangs(&faulty).await;
	damaged_notes(&faulty).await;
	faulty_adds(&faulty).await;
	a_kubo_that_keeps_nothing(&faulty).await;
	the_same_envelope_twice(&faulty).await;
	a_pinned_envelope(&faulty).await;
}

/// Kubo does not end a removal: others upload meanwhile.
async fn a_removal_that_hangs(faulty: &Faulty) {
	let (sample, ended) = faulty.announce(90).await;
	assert_eq!(ended.part(0, sample.bytes(0..=1), None).await, Ok(2 * MIB));
	// The call that removes leaves, not the one for the block that holds the pin.
	let removal = sample.leaf_cid(0).to_string();
	faulty.kubo.set(Fault::Hangs(removal));
	assert_eq!(ended.end().await, 204);
	faulty.kubo.until_it_hangs().await;
	let (other, upload) = faulty.announce(91).await;
	let sent = tokio::time::timeout(PATIENCE, upload.send(&other, 3)).await;
	sent.expect("it waits for the removal").unwrap();
	faulty.kubo.set(Fault::None);
	until_removed(&faulty.hospital, &sample.leaf_cid(0)).await;
}

/// A part that Kubo does not add is refused, and taken when it is sent again.
async fn faulty_adds(faulty: &Faulty) {
	for (seed, fault, status) in [
		(100, Fault::OtherCid, 503),
		(101, Fault::Cuts, 503),
		(102, Fault::Full, 507),
	] {
		let (sample, upload) = faulty.announce(seed).await;
		faulty.kubo.set(fault.clone());
		let (found, text) = upload.refused(0, sample.bytes(0..=1), None).await;
		assert_eq!(found, status, "{fault:?}: {text}");
		assert_eq!(upload.look().await, Ok((0, false)), "{fault:?}");
		faulty.kubo.set(Fault::None);
		upload.send(&sample, 2).await.unwrap();
	}
	// It stalls, and then cuts.
	let (sample, upload) = faulty.announce(103).await;
	faulty.kubo.set(Fault::Hangs("v0/add?".into()));
	let bytes = sample.bytes(0..=1);
	let stalled = upload.clone();
	let stalled = tokio::spawn(async move { stalled.part(0, bytes, None).await });
	faulty.kubo.until_it_hangs().await;
	faulty.kubo.set(Fault::None);
	assert_eq!(stalled.await.unwrap().unwrap_err().0, 503);
	upload.send(&sample, 2).await.unwrap();
}

/// Kubo tells the right CID of leaves that it does not have: the envelope is not kept before they are
/// sent again.
async fn a_kubo_that_keeps_nothing(faulty: &Faulty) {
	let (sample, upload) = faulty.announce(104).await;
	faulty.kubo.set(Fault::KeepsNothing);
	assert_eq!(upload.part(0, sample.bytes(0..=1), None).await, Ok(2 * MIB));
	// To pin it, Kubo would look for them elsewhere for long.
	faulty.kubo.set(Fault::Hangs("v0/pin/add?".into()));
	let last = upload.part(2 * MIB, sample.bytes(2..=2), None).await;
	last.unwrap();
	let since = Instant::now();
	loop {
		let (offset, kept) = upload.look().await.unwrap();
		assert!(!kept, "Kubo lacks its first leaves");
		if offset == 0 {
			break;
		}
		assert!(since.elapsed() < PATIENCE, "nobody sees what is missing");
	}
	faulty.kubo.set(Fault::None);
	upload.send(&sample, 2).await.unwrap();
	let hospital = &faulty.hospital;
	let record = (sample.size, &sample.cid());
	let record = add_record(&hospital.world, &dev::eve(), hospital.patient, record).await;
	let (_, car) = hospital.get(&faulty.session, record, "").await;
	assert!(is_whole(&car, &sample, 0..=2));
}

/// Two accounts upload the same envelope. One ends its upload before the other's is pinned.
async fn the_same_envelope_twice(faulty: &Faulty) {
	let world = &faulty.hospital.world;
	let (sample, ended) = faulty.announce(105).await;
	ended.send(&sample, 3).await.unwrap();
	let dave = world.sign_in(&dev::dave()).await;
	let kept = announce(world, &dave, (sample.size, &sample.cid())).await;
	let kept = kept.unwrap();
	faulty.kubo.set(Fault::Waits("pin=true".into()));
	let (sending, bytes) = (kept.clone(), sample.bytes(0..=2));
	let sent = tokio::spawn(async move { sending.part(0, bytes, None).await });
	faulty.kubo.until_it_hangs().await;
	assert_eq!(ended.end().await, 204);
	faulty.until_forgotten(&ended).await;
	faulty.kubo.set(Fault::None);
	sent.await.unwrap().unwrap();
	kept.until_kept().await;
	for cid in [sample.cid(), sample.leaf_cid(0), sample.leaf_cid(2)] {
		assert!(has(&faulty.hospital.kubo, &cid), "{cid} is gone");
	}
}

/// Somebody else pins the envelope, so Kubo is not asked to remove each of its leaves.
async fn a_pinned_envelope(faulty: &Faulty) {
	let (sample, upload) = faulty.announce(106).await;
	upload.send(&sample, 3).await.unwrap();
	let kubo = &faulty.hospital.kubo;
	kubo.run(&["pin", "add", &to_base32(&sample.cid())]);
	faulty
		.kubo
		.set(Fault::Hangs(sample.leaf_cid(0).to_string()));
	assert_eq!(upload.end().await, 204);
	faulty.until_forgotten(&upload).await;
	faulty.kubo.set(Fault::None);
	for cid in [sample.cid(), sample.leaf_cid(0), sample.leaf_cid(2)] {
		assert!(has(kubo, &cid), "{cid} is gone");
	}
}

/// Uploads whose notes cannot be read stay. All others are removed.
async fn damaged_notes(faulty: &Faulty) {
	let mut ended = Vec::new();
	for seed in 92..100 {
		let (sample, upload) = faulty.announce(seed).await;
		assert_eq!(upload.part(0, sample.bytes(0..=0), None).await, Ok(MIB));
		ended.push((sample, upload));
	}
	let (damaged, whole) = ended.split_at(4);
	for (_, upload) in damaged {
		let id = upload.url.rsplit_once('/').unwrap().1;
		let leaves = faulty.notes.path().join(format!("{id}.leaves"));
		std::fs::remove_file(&leaves).unwrap();
		std::fs::create_dir(&leaves).unwrap();
	}
	for (_, upload) in &ended {
		assert_eq!(upload.end().await, 204);
	}
	for (sample, _) in whole {
		until_removed(&faulty.hospital, &sample.leaf_cid(0)).await;
	}
	for (sample, _) in damaged {
		assert!(has(&faulty.hospital.kubo, &sample.leaf_cid(0)));
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn uploads_without_a_record_expire() {
	let hospital = Hospital::start(EnvelopeLimits {
		upload_seconds: 25,
		..limits()
	})
	.await;
	let named = Sample::new(20, 2 * MIB + 64);
	let kept = Sample::new(21, 2 * MIB + 64);
	let begun = Sample::new(22, 2 * MIB + 64);
	let single = Sample::new(23, 112);
	// Only this one must have its record in time.
	upload(&hospital.world, &hospital.author, &named).await;
	let record = (named.size, &named.cid());
	let record = add_record(&hospital.world, &dev::eve(), hospital.patient, record).await;
	for sample in [&kept, &single] {
		upload(&hospital.world, &hospital.author, sample).await;
	}
	let cut = hospital.announce(&begun).await;
	assert_eq!(cut.part(0, begun.bytes(0..=0), None).await, Ok(MIB));
	for sample in [&kept, &begun, &single] {
		until_removed(&hospital, &sample.leaf_cid(0)).await;
	}
	for gone in [
		kept.leaf_cid(1),
		kept.leaf_cid(2),
		kept.cid(),
		begun.leaf_cid(0),
	] {
		until_removed(&hospital, &gone).await;
	}
	assert_eq!(cut.look().await, Err(401));
	// The one with a record has a pin, which no cleaning takes: too few pinners have claimed it.
	hospital.kubo.run(&["repo", "gc", "--quiet"]);
	let dave = hospital.world.sign_in(&dev::dave()).await;
	let region = hospital.world.state().await.region().await.unwrap();
	let car = ask(&hospital.world, &dave, region, record, "").await;
	assert!(is_whole(&car.bytes().await.unwrap(), &named, 0..=2));
}

/// The CIDs of version 1 that a Kubo pins. By itself, it pins an empty folder, of version 0.
fn pins(kubo: &Kubo) -> Vec<String> {
	let pins = kubo.run(&["pin", "ls", "--type=recursive", "--quiet"]);
	let mut pins: Vec<_> = pins.lines().map(str::to_owned).collect();
	pins.retain(|cid| cid.starts_with('b'));
	pins
}

/// A pinner that uses another Kubo claims the record: the gateway's pin stays until enough have.
#[tokio::test(flavor = "multi_thread")]
async fn an_envelope_is_let_go_once_enough_pinners_have_it() {
	let hospital = Hospital::with(online_kubo, limits()).await;
	let (world, own, other) = (&hospital.world, &hospital.kubo, online_kubo());
	let address = own.run(&["id", "--format=<addrs>"]);
	other.run(&["swarm", "connect", address.lines().next().unwrap()]);
	let url = other.url().unwrap();
	for (key, value) in [(IPFS_SECRET_KEY, NODES_SECRET), (IPFS_API_KEY, &*url)] {
		let set = world.chain.set_local_storage(key, value.as_bytes()).await;
		set.unwrap();
	}
	let sample = Sample::new(1, 2 * MIB + 64);
	let record = hospital.record(&sample).await;
	let held = pins(own);
	assert_eq!(held.len(), 1, "{held:?}");
	let since = Instant::now();
	while world.state().await.pins(record).await.unwrap().is_empty() {
		assert!(since.elapsed() < 2 * PATIENCE, "{}", world.node.log());
		tokio::time::sleep(Duration::from_millis(200)).await;
	}
	assert_eq!(pins(&other), [to_base32(&sample.cid())]);
	settled(world).await;
	// The target is two. Uploads are looked through once a second.
	tokio::time::sleep(Duration::from_secs(3)).await;
	assert_eq!(pins(own), held);

	let target = calls::Parameter::ReplicationTarget(1);
	World::council(&world.node, calls::SET_PARAMETER.with((target,))).await;
	assert_eq!(world.state().await.replication_target().await.unwrap(), 1);
	let since = Instant::now();
	while !pins(own).is_empty() {
		assert!(since.elapsed() < PATIENCE, "the pin stays");
		tokio::time::sleep(Duration::from_millis(200)).await;
	}
	// Nor have others a reason to keep its blocks here. They are fetched on demand.
	for cid in [sample.cid(), sample.leaf_cid(0), sample.leaf_cid(2)] {
		until_removed(&hospital, &cid).await;
	}
	let (status, car) = hospital.get(&hospital.author, record, "").await;
	assert_eq!(status, 200);
	assert!(is_whole(&car, &sample, 0..=2));
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_uploads_at_once_are_all_kept() {
	let hospital = Hospital::start(EnvelopeLimits {
		account_transfers: 20,
		..limits()
	})
	.await;
	let samples: Vec<_> = (30..50)
		.map(|seed| Sample::new(seed, 3 * MIB + 160))
		.collect();
	let uploads = samples
		.iter()
		.map(|sample| upload(&hospital.world, &hospital.author, sample));
	futures::future::join_all(uploads).await;
	for sample in &samples {
		assert!(has(&hospital.kubo, &sample.cid()));
	}
	// One more transfer than an account may have is refused, and comes through later.
	let busy = Sample::new(60, 2 * MIB + 64);
	let mut held = Vec::new();
	for seed in 61..81 {
		let sample = Sample::new(seed, 2 * MIB + 64);
		let upload = hospital.announce(&sample).await;
		held.push(begin_part(&hospital, &upload, 2 * MIB).await);
	}
	let upload = hospital.announce(&busy).await;
	let since = Instant::now();
	loop {
		// Until all are held, it is damaged.
		let damaged = sha256(b"another part");
		let refused = upload.refused(0, busy.bytes(0..=1), Some(&damaged)).await;
		match refused.0 {
			429 => break,
			460 => assert!(since.elapsed() < PATIENCE, "it is not refused"),
			status => panic!("{status}"),
		}
	}
	drop(held);
	while let Err((status, text)) = upload.send(&busy, 2).await {
		assert_eq!(status, 429, "{text}");
		assert!(since.elapsed() < PATIENCE, "it does not come through");
	}
}
