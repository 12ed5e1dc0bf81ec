//! Uploads of envelopes, with a real node and a real Kubo: the hostile ones first.

mod carry;
mod world;

use std::time::{Duration, Instant};

use carry::{
	add_record, announce, ask, has, is_whole, refusal, settled, sha256, upload, Hospital, Sample,
	Tus, MIB,
};
use reqwest::{Method, StatusCode};
use salus_client::chain::calls::Motion;
use salus_gateway::envelopes::config::EnvelopeLimits;
use salus_primitives::Cid;
use tokio::{
	io::{AsyncReadExt, AsyncWriteExt},
	net::TcpStream,
};
use world::{dev, until_read, PATIENCE};

/// Waits until Kubo no longer has a block.
async fn until_removed(hospital: &Hospital, cid: &Cid) {
	let since = Instant::now();
	while has(&hospital.kubo, cid) {
		assert!(since.elapsed() < Duration::from_secs(60), "{cid} stays");
		tokio::time::sleep(Duration::from_millis(200)).await;
	}
}

fn limits() -> EnvelopeLimits {
	EnvelopeLimits {
		account_bytes: 400 << 30,
		..EnvelopeLimits::default()
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_uploads_are_refused_and_leave_nothing() {
	let hospital = Hospital::start(limits()).await;
	announcements(&hospital).await;
	parts(&hospital).await;
	no_envelope(&hospital).await;
	another_root(&hospital).await;
	begun_and_dropped(&hospital).await;
	shared_leaves(&hospital).await;
	foreign_tokens(&hospital).await;
	a_suspension(&hospital).await;
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
		let refused = upload.part(offset, bytes, checksum).await.unwrap_err();
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
	assert_eq!(upload.part(0, first, Some(&sum)).await.unwrap_err().0, 409);
	// A part and a half: its whole leaves count.
	let mut part = sample.bytes(2..=3);
	part.truncate(MIB as usize + 500);
	assert_eq!(upload.part(2 * MIB, part, None).await, Ok(3 * MIB));
	// More than the envelope has.
	let mut rest = sample.bytes(3..=5);
	rest.push(0);
	let refused = upload.part(3 * MIB, rest.clone(), None).await.unwrap_err();
	assert!([413, 0].contains(&refused.0), "{refused:?}");
	rest.pop();
	assert_eq!(upload.part(3 * MIB, rest, None).await, Ok(sample.size));
	upload.until_kept().await;
	// No part is beyond the end.
	assert_eq!(
		upload.part(sample.size, vec![], None).await.unwrap_err().0,
		409
	);

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
		let (status, text) = upload.part(0, bytes, None).await.unwrap_err();
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
		assert!(
			since.elapsed() < Duration::from_secs(20),
			"{:?}",
			upload.look().await
		);
	}
	// A part that stands still: whoever comes next gets the upload, and what arrived.
	let mut stalled = begin_part_at(hospital, &upload, 2 * MIB, 2 * MIB).await;
	stalled.write_all(&sample.bytes(2..=2)).await.unwrap();
	until_read(&stalled).await;
	let since = Instant::now();
	assert_eq!(upload.look().await, Ok((3 * MIB, false)));
	assert!(
		since.elapsed() < Duration::from_secs(8),
		"{:?}",
		since.elapsed()
	);
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
		assert_eq!(
			foreign
				.part(0, sample.bytes(0..=0), None)
				.await
				.unwrap_err()
				.0,
			401
		);
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
	let seen = |path: String| async move {
		let head = hospital.world.http.patch(hospital.world.url(&path)).send();
		let answer = head.await.unwrap();
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
	let nothing = seen("/nothing".into()).await;
	for path in [
		format!("/v1/uploads/{id}"),
		"/v1/uploads/x".into(),
		"/v1/uploads/%ff".into(),
	] {
		assert_eq!(seen(path.clone()).await, nothing, "{path}");
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
	let ended = tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut answer));
	// What arrived is taken, and then the upload ends; or it has ended.
	let _ = ended.await.expect("the part ends");
	let since = Instant::now();
	while begun.look().await != Err(401) {
		assert!(
			since.elapsed() < Duration::from_secs(20),
			"the upload goes on"
		);
	}
	for leaf in 0..3 {
		until_removed(hospital, &sample.leaf_cid(leaf)).await;
	}
	// Once reinstated, the token opens nothing.
	world.carry(Motion::Reinstate { id: ferdie }).await;
	settled(world).await;
	assert_eq!(begun.look().await, Err(401));
	assert_eq!(
		begun
			.part(2 * MIB, sample.bytes(2..=2), None)
			.await
			.unwrap_err()
			.0,
		401
	);
	let session = world.sign_in(&dev::ferdie()).await;
	assert!(announce(world, &session, envelope).await.is_ok());
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
	for sample in [&named, &kept, &single] {
		upload(&hospital.world, &hospital.author, sample).await;
	}
	let cut = hospital.announce(&begun).await;
	assert_eq!(cut.part(0, begun.bytes(0..=0), None).await, Ok(MIB));
	let record = (named.size, &named.cid());
	let record = add_record(&hospital.world, &dev::eve(), hospital.patient, record).await;
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
		let refused = upload.part(0, busy.bytes(0..=1), Some(&damaged)).await;
		match refused.unwrap_err().0 {
			429 | 0 => break,
			460 => assert!(since.elapsed() < PATIENCE, "it is not refused"),
			status => panic!("{status}"),
		}
	}
	drop(held);
	while let Err((status, text)) = upload.send(&busy, 2).await {
		assert!([429, 0].contains(&status), "{status} {text}");
		assert!(since.elapsed() < PATIENCE, "it does not come through");
	}
}
