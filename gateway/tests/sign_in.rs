//! Signing in, against a real node: who gets in, what all others see, and how sessions end.

mod world;

use std::time::Duration;

use reqwest::{
	header::{ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_ORIGIN, HOST, ORIGIN},
	Method, Response, StatusCode,
};
use salus_client::chain::calls::{self, Motion};
use salus_gateway::{
	config::{CheckpointBytes, Limits, RelayConfig},
	http::MAX_BODY,
	node::ChainName,
};
use salus_light::Checkpoint;
use salus_signing::sign_in_message;
use serde_json::{json, Value};
use tokio::time::{sleep, timeout};
use tokio_tungstenite::{tungstenite::Message, MaybeTlsStream};
use world::{account, dev, gateway_with, until_read, Keypair, Socket, World, PATIENCE};

/// The header in which a browser offers subprotocols.
const PROTOCOL: &str = "sec-websocket-protocol";

/// All that an answer shows, but the time.
async fn shown(answer: Response) -> (StatusCode, Vec<(String, String)>, String) {
	let headers = answer.headers().iter();
	let headers = headers.filter(|(name, _)| *name != "date");
	let mut headers: Vec<_> = headers
		.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
		.collect();
	headers.sort();
	(answer.status(), headers, answer.text().await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_invited_sign_in_and_all_others_see_one_answer() {
	let mut world = World::start(Limits::default()).await;
	an_old_state_decides_nothing(&mut world).await;
	world.invite(&dev::dave()).await;
	world.state().await;
	let host = world.address.to_string();
	let genesis = world.chain.genesis();
	let here = (&*host, &genesis);

	// Each failure, beside the one that the uninvited see.
	let stranger = dev::two();
	let challenge = world.challenge(&account(&stranger)).await;
	let uninvited = world
		.post_session(&world.answer(&stranger, here, challenge), None)
		.await;
	let uninvited = shown(uninvited).await;
	assert_eq!(uninvited.0, StatusCode::UNAUTHORIZED);
	assert_eq!(uninvited.2, r#"{"error":"the sign-in is refused"}"#);

	let dave = dev::dave();
	let challenge = world.challenge(&account(&dave)).await;
	let (nonce, time) = challenge;
	let good = world.answer(&dave, here, challenge);
	let with = |name: &str, value: Value| {
		let mut body = good.clone();
		body[name] = value;
		body
	};
	let message = sign_in_message(&host, &genesis, &nonce, &dave.public_key().0, time);
	let text = (message.trim_start_matches("<Bytes>")).trim_end_matches("</Bytes>");
	let (_, bare_digest) = text.rsplit_once(' ').unwrap();
	let over = |bytes: &[u8]| {
		let signature = format!("0x{}", hex::encode(dave.sign(bytes).0));
		with("signature", signature.into())
	};
	let mut wrong = vec![
		("the bare digest", over(&hex::decode(bare_digest).unwrap())),
		("the text alone", over(text.as_bytes())),
		(
			"another host",
			world.answer(&dave, ("evil.example", &genesis), challenge),
		),
		(
			"another genesis",
			world.answer(&dave, (&*host, &[7; 32]), challenge),
		),
		("another nonce", world.answer(&dave, here, ([7; 32], time))),
		("another time", world.answer(&dave, here, (nonce, time + 1))),
		("another signer", {
			let mut body = world.answer(&dev::eve(), here, challenge);
			body["account"] = good["account"].clone();
			body
		}),
		(
			"another account",
			world.answer(&dev::eve(), here, challenge),
		),
		(
			"no signature",
			with("signature", format!("0x{}", "00".repeat(64)).into()),
		),
		("a short signature", with("signature", "0x00".into())),
		("no account", with("account", "nobody".into())),
		("a short nonce", with("nonce", "0x00".into())),
	];
	wrong.push(("a challenge of another account", {
		let foreign = world.challenge(&account(&dev::eve())).await;
		world.answer(&dave, here, foreign)
	}));
	for (what, body) in &wrong {
		let answer = shown(world.post_session(body, None).await).await;
		assert_eq!(answer, uninvited, "{what}");
	}

	let answer = world.post_session(&good, None).await;
	assert_eq!(answer.status(), StatusCode::OK);
	let answer: Value = answer.json().await.unwrap();
	assert_eq!(answer["classes"], json!(["invited"]));
	let replayed = world.post_session(&good, None).await;
	assert_eq!(shown(replayed).await, uninvited, "replayed");
	let old = shown(an_old_challenge(&mut world, &dave).await).await;
	assert_eq!(old, uninvited, "old");
	println!("{} failures look the same", wrong.len() + 3);

	paths_look_the_same(&world).await;
	hosts_and_origins_are_checked(&world, answer["token"].as_str().unwrap()).await;
}

/// A node whose final block is old has stopped, or catches up. With a relay chain, blocks have the time of
/// all, and a gateway lets nobody in by one that no client takes.
async fn an_old_state_decides_nothing(world: &mut World) {
	let recorded = include_str!("../../light/tests/network.json");
	let recorded: Value = serde_json::from_str(recorded).unwrap();
	let checkpoint = hex::decode(recorded["checkpoint"].as_str().unwrap()).unwrap();
	let folder = tempfile::tempdir().unwrap();
	let relay = RelayConfig {
		rpc: "ws://127.0.0.1:1".into(),
		checkpoint: CheckpointBytes(Ok(Checkpoint::decode(&checkpoint).unwrap())),
		steps: folder.path().join("steps"),
		slot_milliseconds: 6_000,
	};
	let (gateway, address) = gateway_with(&world.node, |config| config.relay = Some(relay)).await;
	let connected = async {
		while gateway.final_block(ChainName::Region).is_none() {
			sleep(Duration::from_millis(50)).await;
		}
	};
	timeout(PATIENCE, connected).await.unwrap();
	// A chain for development begins two hours ago.
	let own = std::mem::replace(&mut world.address, address);
	let refused = world.try_sign_in(&dev::alice(), None).await.0;
	world.address = own;
	assert_eq!(refused, StatusCode::SERVICE_UNAVAILABLE);
	let without_relay = world.try_sign_in(&dev::alice(), None).await.0;
	assert_eq!(without_relay, StatusCode::OK);
}

/// The answer of another gateway, whose challenges are soon too old.
async fn an_old_challenge(world: &mut World, who: &Keypair) -> Response {
	let (gateway, address) = gateway_with(&world.node, |config| {
		config.limits.challenge_seconds = 1;
	})
	.await;
	let own = world.turn_to(gateway, address);
	world.connected().await;
	// In time, it takes the answer.
	world.sign_in(who).await;
	let challenge = world.challenge(&account(who)).await;
	let host = address.to_string();
	let old = world.answer(who, (&*host, &world.chain.genesis()), challenge);
	sleep(Duration::from_millis(1_500)).await;
	let answer = world.post_session(&old, None).await;
	world.turn_to(own.0, own.1);
	answer
}

/// Without a session, every path gets the same answer, also to a body that is too large.
async fn paths_look_the_same(world: &World) {
	let mut seen = [None, None];
	let mut count = 0;
	let large = vec![b' '; MAX_BODY + 1];
	for path in [
		"/",
		"/v1/session",
		"/v1/chain/region",
		"/v1/chain/none",
		"/v1/view",
		"/v1/network/clinics/1",
		"/v1/uploads",
		"/v1/uploads/x",
		"/v1/records/2001/0/envelope",
		"/metrics",
	] {
		for method in [Method::GET, Method::PUT, Method::DELETE, Method::PATCH] {
			for token in [None, Some("0".repeat(64)), Some("x".into())] {
				for (seen, body) in seen.iter_mut().zip([None, Some(large.clone())]) {
					let mut request = world.http.request(method.clone(), world.url(path));
					if let Some(token) = &token {
						request = request.bearer_auth(token);
					}
					if let Some(body) = body {
						request = request.body(body);
					}
					let answer = shown(request.send().await.unwrap()).await;
					assert_eq!(answer.0, StatusCode::UNAUTHORIZED, "{method} {path}");
					assert_eq!(
						*seen.get_or_insert(answer.clone()),
						answer,
						"{method} {path}"
					);
					count += 1;
				}
			}
		}
	}
	println!("{count} requests without a session look the same");
	// A path that needs no session reads no more than that, either.
	let challenge = world.http.post(world.url("/v1/challenge")).body(large);
	let refused = challenge.send().await.unwrap().status();
	assert_eq!(refused, StatusCode::PAYLOAD_TOO_LARGE);
}

async fn hosts_and_origins_are_checked(world: &World, token: &str) {
	let get = |name, value: &str| {
		let get = world.http.get(world.url("/nothing")).bearer_auth(token);
		get.header(name, value).send()
	};
	for host in ["evil.example", "127.0.0.1", "localhost:1"] {
		let answer = get(HOST, host).await.unwrap();
		assert_eq!(answer.status(), StatusCode::UNAUTHORIZED, "{host}");
	}
	for origin in [
		"https://evil.example",
		"null",
		"https://portal.example.evil.example",
	] {
		let answer = get(ORIGIN, origin).await.unwrap();
		assert_eq!(answer.status(), StatusCode::UNAUTHORIZED, "{origin}");
		assert_eq!(
			answer.headers().get(ACCESS_CONTROL_ALLOW_ORIGIN),
			None,
			"{origin}"
		);
	}
	for origin in [
		"https://portal.example",
		"http://localhost:5173",
		"http://127.0.0.1:8080",
	] {
		let answer = get(ORIGIN, origin).await.unwrap();
		assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{origin}");
		assert_eq!(answer.headers()[ACCESS_CONTROL_ALLOW_ORIGIN], origin);
		assert_eq!(answer.headers().get(ACCESS_CONTROL_ALLOW_CREDENTIALS), None);
		assert_eq!(answer.headers()["cache-control"], "no-store");
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_end_with_a_reason() {
	let mut world = World::start(Limits::default()).await;
	let ferdie = dev::ferdie();
	world.verify(&ferdie, "B12345").await;
	expired(&mut world, &ferdie).await;
	let token = world.sign_in(&ferdie).await;
	in_a_browser(&world, &token).await;

	// One socket too many ends the oldest; signing out ends the others.
	let mut one = world.socket(&token).await;
	assert!(one.request("system_chain", json!([])).await.is_ok());
	let mut two = world.socket(&token).await;
	let (_three, _four) = (world.socket(&token).await, world.socket(&token).await);
	assert!(one.request("system_chain", json!([])).await.is_ok());
	let _five = world.socket(&token).await;
	assert_eq!(one.closed().await.0, 4005);
	assert!(two.request("system_chain", json!([])).await.is_ok());
	let signed_out = world
		.http
		.delete(world.url("/v1/session"))
		.bearer_auth(&token)
		.send()
		.await;
	assert_eq!(signed_out.unwrap().status(), StatusCode::NO_CONTENT);
	assert_eq!(two.closed().await.0, 4002);
}

/// Another gateway has short sessions.
async fn expired(world: &mut World, who: &Keypair) {
	let (gateway, address) = gateway_with(&world.node, |config| {
		config.limits.session_seconds = 24;
	})
	.await;
	let own = world.turn_to(gateway, address);
	world.connected().await;

	// Renewed: the socket goes on, and only the new token is good.
	let first = world.sign_in(who).await;
	let mut socket = world.socket(&first).await;
	assert!(socket.request("system_chain", json!([])).await.is_ok());
	sleep(Duration::from_secs(12)).await;
	let (status, answer) = world.try_sign_in(who, Some(&first)).await;
	assert_eq!(status, StatusCode::OK);
	let second = answer["token"].as_str().unwrap().to_owned();
	let get = |token: &str| {
		world
			.http
			.get(world.url("/nothing"))
			.bearer_auth(token)
			.send()
	};
	assert_eq!(
		get(&first).await.unwrap().status(),
		StatusCode::UNAUTHORIZED
	);
	assert_eq!(get(&second).await.unwrap().status(), StatusCode::NOT_FOUND);
	sleep(Duration::from_secs(14)).await;
	assert!(
		socket.request("system_chain", json!([])).await.is_ok(),
		"beyond the first end"
	);

	// Its time is over.
	let (code, reason) = socket.closed().await;
	assert_eq!(
		(code, &*reason),
		(4001, "the session has expired: sign in again")
	);
	assert_eq!(
		get(&second).await.unwrap().status(),
		StatusCode::UNAUTHORIZED
	);
	world.turn_to(own.0, own.1);
}

/// A browser offers the token as a subprotocol. It is not what the gateway chooses.
async fn in_a_browser(world: &World, token: &str) {
	let mut socket = world.socket(token).await;
	let offer = |token: &str| format!("salus.v1, salus.token.{token}");
	let region = ChainName::Region;
	let opened = world.open(region, PROTOCOL, &offer(token)).await;
	let (mut browser, chosen) = opened.unwrap();
	assert_eq!(chosen.as_deref(), Some("salus.v1"));
	// What one socket has open is not another's.
	let follow = socket
		.request("chainHead_v1_follow", json!([false]))
		.await
		.unwrap();
	let block = loop {
		let message = socket.message().await;
		let event = &message["params"]["result"];
		if event["event"] == "initialized" {
			break event["finalizedBlockHashes"][0].clone();
		}
	};
	let header = json!([follow, block]);
	let own = socket.request("chainHead_v1_header", header.clone()).await;
	assert!(own.unwrap().is_string());
	let other = browser.request("chainHead_v1_header", header).await;
	assert_eq!(other.unwrap_or_default(), Value::Null);
	let other = "0".repeat(64);
	for token in [&*other, "", "0"] {
		let refused = world.open(region, PROTOCOL, &offer(token)).await;
		assert_eq!(refused.err(), Some(StatusCode::UNAUTHORIZED), "{token}");
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspension_closes_sockets_and_a_registration_does_not() {
	let world = World::start(Limits::default()).await;
	let (dave, ferdie) = (dev::dave(), dev::ferdie());
	world.invite(&dave).await;
	world.state().await;
	let token = world.sign_in(&dave).await;
	let mut invited = world.socket(&token).await;

	let provider = world.verify(&ferdie, "B12345").await;
	let suspended = world.sign_in(&ferdie).await;
	let mut socket = world.socket(&suspended).await;
	assert!(socket.request("system_chain", json!([])).await.is_ok());
	world.carry(Motion::Suspend { id: provider }).await;
	let (code, reason) = socket.closed().await;
	assert_eq!(code, 4003);
	assert_eq!(
		reason,
		"the standing of this account has changed: sign in again"
	);
	// It still reads what is its own, and may send less.
	let mut socket = world.socket(&suspended).await;
	let retire = world.signed(&ferdie, &calls::RETIRE.with(())).await;
	let enlist = world.signed(&ferdie, &calls::ENLIST.with(())).await;
	let submit = |bytes: Vec<u8>| json!([format!("0x{}", hex::encode(bytes))]);
	let (code, message) = socket
		.request("author_submitExtrinsic", submit(enlist))
		.await
		.unwrap_err();
	assert_eq!(code, -32001, "{message}");
	assert!(message.contains("Registry.enlist"), "{message}");
	let sent = socket
		.request("author_submitExtrinsic", submit(retire))
		.await;
	assert!(sent.is_ok(), "{sent:?}");

	// The invited account registers: its socket stays, and it may ask for more.
	let own = json!(["GovernanceApi_authorities", "0x"]);
	let refused = invited.request("state_call", own.clone()).await;
	assert_eq!(refused.unwrap_err().0, -32001);
	let patient = world.register_invited(&dave).await;
	world.state().await;
	let noticed = async {
		while invited.request("state_call", own.clone()).await.is_err() {
			sleep(Duration::from_millis(100)).await;
		}
	};
	let noticed = timeout(PATIENCE, noticed).await;
	noticed.expect("the gateway does not notice the registration");
	println!("{patient} may ask for more, on the same socket");
	a_silent_node_keeps_no_socket_open(&world, &token, &mut invited).await;
}

/// While the gateway waits for the node to decide about a request, the session's end ends the socket.
async fn a_silent_node_keeps_no_socket_open(world: &World, token: &str, socket: &mut Socket) {
	let paused = world.node.pause();
	let request = json!({
		"jsonrpc": "2.0", "id": 1, "method": "state_call",
		"params": ["EmrApi_record", format!("0x{}", "00".repeat(8))],
	});
	socket.send(&request.to_string()).await;
	let MaybeTlsStream::Plain(stream) = socket.socket.get_ref() else {
		unreachable!()
	};
	until_read(stream).await;
	let delete = world.http.delete(world.url("/v1/session"));
	let signed_out = delete.bearer_auth(token).send().await.unwrap();
	assert_eq!(signed_out.status(), StatusCode::NO_CONTENT);
	// There is no answer before.
	match socket.raw().await {
		Some(Message::Close(Some(frame))) => assert_eq!(u16::from(frame.code), 4002),
		other => panic!("{other:?}"),
	}
	drop(paused);
}
