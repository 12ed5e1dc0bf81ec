//! Clients that mean harm, against a real node: each is cut off or refused, and others are served.

mod world;

use std::time::{Duration, Instant};

use futures::{
	future::{join3, join_all},
	SinkExt, StreamExt,
};
use reqwest::StatusCode;
use salus_gateway::config::Limits;
use serde_json::json;
use tokio::{
	io::{AsyncReadExt, AsyncWriteExt},
	net::TcpStream,
	task::JoinSet,
};
use tokio_tungstenite::tungstenite::Message;
use world::{dev, taken, Socket, World, PATIENCE};

/// The most open WebSockets.
const MOST_SOCKETS: usize = 20;

/// The most of one account.
const MOST_OF_ACCOUNT: usize = 12;

/// The most of one session.
const SOCKETS_OF_SESSION: usize = 4;

/// The time that a client has for a request.
const REQUEST_SECONDS: u64 = 5;

/// When a client that takes longer must be cut off, also on a busy machine. It is less than what the
/// gateway's libraries allow by themselves.
const CUT_OFF: Duration = Duration::from_secs(20);

#[tokio::test(flavor = "multi_thread")]
async fn hostile_clients_are_cut_off_and_others_are_served() {
	let world = World::start(Limits {
		request_seconds: REQUEST_SECONDS,
		connections_of_address: 300,
		sockets: MOST_SOCKETS,
		sockets_of_account: MOST_OF_ACCOUNT,
		..Limits::default()
	})
	.await;
	let token = world.sign_in(&dev::alice()).await;
	slow_headers(&world).await;
	bodies_without_end(&world).await;
	answers_that_nobody_reads(&world, &token).await;
	a_thousand_connections(&world).await;
	served(&world, &token, "after the connections").await;
	a_large_message(&world, &token).await;
	unpins(&world, &token).await;
	// Accounts that have sent nothing yet.
	requests(&world, &world.sign_in(&dev::bob()).await).await;
	let charlie = world.sign_in(&dev::charlie()).await;
	a_client_that_never_reads(&world, &charlie).await;
	served(&world, &token, "at the end").await;
	views(&world, &token).await;
	many_sockets(&world).await;
	sign_ins(&world).await;
}

async fn served(world: &World, token: &str, when: &str) {
	let mut socket = world.socket(token).await;
	assert!(
		socket.request("system_chain", json!([])).await.is_ok(),
		"{when}"
	);
}

/// Reads until the other side ends.
async fn until_cut(mut stream: TcpStream, what: &str) {
	let mut sink = Vec::new();
	let end = tokio::time::timeout(CUT_OFF, stream.read_to_end(&mut sink)).await;
	// A reset is an end too.
	drop(end.unwrap_or_else(|_| panic!("the gateway does not end the connection: {what:?}")));
}

async fn slow_headers(world: &World) {
	let parts = ["", "GET ", "GET / HTTP/1.1\r\nHost: x\r\nA: b"].map(|part| async move {
		let mut stream = TcpStream::connect(world.address).await.unwrap();
		stream.write_all(part.as_bytes()).await.unwrap();
		until_cut(stream, part).await;
	});
	// One byte after the other does not help.
	let one_by_one = async {
		let mut stream = TcpStream::connect(world.address).await.unwrap();
		let since = Instant::now();
		while stream.write_all(b"G").await.is_ok() {
			assert!(since.elapsed() < CUT_OFF, "one byte after the other");
			tokio::time::sleep(Duration::from_millis(200)).await;
		}
	};
	let without_end = async {
		let mut stream = TcpStream::connect(world.address).await.unwrap();
		let line = format!("A: {}\r\n", "b".repeat(1_000));
		let head = format!(
			"GET / HTTP/1.1\r\nHost: {}\r\n{}",
			world.address,
			line.repeat(100)
		);
		let _ = stream.write_all(head.as_bytes()).await;
		until_cut(stream, "headers without end").await;
	};
	join3(join_all(parts), one_by_one, without_end).await;
}

async fn bodies_without_end(world: &World) {
	let bodies = [
		("Content-Length: 1000\r\n\r\n{\"account\"", ""),
		("Content-Length: 100000000000\r\n\r\n", "{"),
		("Transfer-Encoding: chunked\r\n\r\n", "1\r\n \r\n"),
	];
	join_all(bodies.map(|body| body_without_end(world, body))).await;
}

async fn body_without_end(world: &World, (head, part): (&str, &str)) {
	let mut stream = TcpStream::connect(world.address).await.unwrap();
	let start = format!(
		"POST /v1/challenge HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n{head}",
		world.address
	);
	stream.write_all(start.as_bytes()).await.unwrap();
	let since = Instant::now();
	let (mut reader, mut writer) = stream.into_split();
	let mut answer = [0; 12];
	let write = async {
		while since.elapsed() < CUT_OFF {
			if writer.write_all(part.as_bytes()).await.is_err() {
				break;
			}
			tokio::time::sleep(Duration::from_millis(20)).await;
		}
	};
	tokio::select! {
		() = write => panic!("no answer to {head:?}"),
		read = reader.read_exact(&mut answer) => {
			read.unwrap();
		}
	}
	let answer = String::from_utf8_lossy(&answer).into_owned();
	assert!(
		["HTTP/1.1 408", "HTTP/1.1 413"].contains(&&*answer),
		"{head:?}: {answer}"
	);
}

/// Whoever sends requests and reads no answer is cut off, so that writing fails in the end.
async fn answers_that_nobody_reads(world: &World, token: &str) {
	let mut stream = TcpStream::connect(world.address).await.unwrap();
	let head = format!("Host: {}\r\nAuthorization: Bearer {token}", world.address);
	let many = format!("GET /nothing HTTP/1.1\r\n{head}\r\n\r\n").repeat(1_000);
	let since = Instant::now();
	let mut sent = 0;
	let write = async {
		while stream.write_all(many.as_bytes()).await.is_ok() {
			sent += 1_000;
		}
	};
	let cut_off = tokio::time::timeout(PATIENCE, write).await;
	cut_off.expect("it is not cut off");
	let after = since.elapsed();
	println!("a client that reads no answer: cut off after {sent} requests, {after:?}");
}

/// An address has its share of the connections, and no more.
async fn a_thousand_connections(world: &World) {
	let port = world.address.port();
	let mut all = Vec::new();
	for _ in 0..1_000 {
		all.push(TcpStream::connect(world.address).await.unwrap());
	}
	// The gateway takes one after the other, and closes at once those that are too many.
	let (last, since) = (all.last().unwrap(), Instant::now());
	let open = || {
		let read = last.try_read(&mut [0]);
		read.is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock)
	};
	let mut most = taken(port);
	while open() {
		assert!(since.elapsed() < PATIENCE, "the last one stays open");
		tokio::time::sleep(Duration::from_millis(5)).await;
		most = most.max(taken(port));
	}
	println!("at most {most} of 1000 connections were open at once");
	// With the one that it is closing.
	assert!(most <= 301);
	drop(all);
	while taken(port) > 100 {
		assert!(since.elapsed() < PATIENCE, "they stay open");
		tokio::time::sleep(Duration::from_millis(5)).await;
	}
}

async fn a_large_message(world: &World, token: &str) {
	let mut socket = world.socket(token).await;
	let large = "a".repeat(100 * 1024 * 1024);
	// The gateway stops to read, so the rest cannot be sent.
	let send = socket.socket.send(Message::text(large));
	let _ = tokio::time::timeout(PATIENCE, send)
		.await
		.expect("it is read");
	let end = async { while let Some(Ok(_)) = socket.socket.next().await {} };
	tokio::time::timeout(PATIENCE, end).await.unwrap();
}

async fn unpins(world: &World, token: &str) {
	let socket = world.socket(token).await;
	let block = format!("0x{}", "01".repeat(32));
	let params = json!(["none", block]);
	let unpin = json!({
		"jsonrpc": "2.0", "id": 1, "method": "chainHead_v1_unpin", "params": params
	});
	let (mut writer, mut reader) = socket.socket.split();
	let send = async {
		for _ in 0..100_000 {
			if writer.send(Message::text(unpin.to_string())).await.is_err() {
				return;
			}
		}
	};
	let since = Instant::now();
	let read = async {
		let mut answers = 0;
		loop {
			match reader.next().await {
				Some(Ok(Message::Close(Some(frame)))) => return (u16::from(frame.code), answers),
				Some(Ok(_)) => answers += 1,
				other => panic!("{other:?} after {answers} answers"),
			}
		}
	};
	let (_, (code, answers)) = tokio::time::timeout(PATIENCE, async { tokio::join!(send, read) })
		.await
		.unwrap();
	println!(
		"cut off after {answers} answers to unpins, in {:?}",
		since.elapsed()
	);
	assert_eq!(code, 4011);
	assert!(answers < 20_000);
}

/// Who sends too many requests is refused, and served again later.
async fn requests(world: &World, token: &str) {
	let mut socket = world.socket(token).await;
	let (mut taken, mut refused) = (0, 0);
	// A busy machine can be slow enough for a thousand.
	let since = Instant::now();
	while refused == 0 {
		assert!(since.elapsed() < PATIENCE, "all {taken} are taken");
		for id in 0..1_000 {
			let request = json!({ "jsonrpc": "2.0", "id": id, "method": "rpc_methods" });
			socket.send(&request.to_string()).await;
		}
		for _ in 0..1_000 {
			let answer = socket.message().await;
			match answer.get("error") {
				None => taken += 1,
				Some(error) => {
					assert_eq!(error["code"], -32002);
					refused += 1;
				}
			}
		}
	}
	println!("{taken} requests were taken, {refused} refused");
	assert!(taken >= 300);
	let since = Instant::now();
	while socket.request("rpc_methods", json!([])).await.is_err() {
		assert!(since.elapsed() < PATIENCE, "it is not served again");
		tokio::time::sleep(Duration::from_millis(100)).await;
	}
}

/// Each call of a view counts as a request.
async fn views(world: &World, token: &str) {
	let call = json!({ "function": "Core_version", "arguments": "0x" });
	let body = json!({ "chain": "region", "calls": vec![call; 16] });
	let posts = (0..100).map(|_| {
		let post = world.http.post(world.url("/v1/view")).bearer_auth(token);
		post.json(&body).send()
	});
	let answers = join_all(posts).await;
	let refused = answers.iter().filter(|answer| {
		let answer = answer.as_ref().unwrap();
		answer.status() == StatusCode::TOO_MANY_REQUESTS
	});
	let refused = refused.count();
	println!("{refused} of 100 requests with 16 calls each were refused");
	assert!(refused > 0);
}

async fn a_client_that_never_reads(world: &World, token: &str) {
	let mut socket = world.socket(token).await;
	let since = Instant::now();
	let before = memory();
	for id in 0..60 {
		let request = json!({
			"jsonrpc": "2.0", "id": id, "method": "state_getMetadata", "params": []
		});
		socket.send(&request.to_string()).await;
	}
	let mut most = 0;
	// The gateway gives up, so that writing fails in the end.
	loop {
		most = most.max(memory().saturating_sub(before));
		let request = json!({ "jsonrpc": "2.0", "id": 99, "method": "system_chain" }).to_string();
		let sent = socket.socket.send(Message::text(request));
		match tokio::time::timeout(Duration::from_millis(500), sent).await {
			Ok(Err(_)) => break,
			_ => tokio::time::sleep(Duration::from_millis(500)).await,
		}
		assert!(since.elapsed() < PATIENCE, "it is not cut off");
	}
	println!(
		"a client that never reads: cut off after {:?}, {most} KiB more",
		since.elapsed()
	);
	assert!(most < 100 * 1024, "{most} KiB");
}

/// The resident memory of this process, in KiB.
fn memory() -> usize {
	let status = std::fs::read_to_string("/proc/self/status").unwrap();
	let line = status
		.lines()
		.find(|line| line.starts_with("VmRSS:"))
		.unwrap();
	line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// An account gets no more sockets than are its own, and all together no more than the gateway has. They
/// are free again when it closes them.
async fn many_sockets(world: &World) {
	let rest = MOST_SOCKETS - MOST_OF_ACCOUNT;
	// A socket that nobody reads is silent, and would be closed while the others open.
	let mut open = JoinSet::new();
	for (key, most) in [(dev::bob(), MOST_OF_ACCOUNT), (dev::charlie(), rest)] {
		for _ in 0..most / SOCKETS_OF_SESSION {
			let token = world.sign_in(&key).await;
			for _ in 0..SOCKETS_OF_SESSION {
				let mut socket = free_socket(world, &token).await.socket;
				open.spawn(async move { while let Some(Ok(_)) = socket.next().await {} });
			}
		}
		let token = world.sign_in(&key).await;
		let refused = world.try_socket(&token).await.err();
		assert_eq!(refused, Some(StatusCode::SERVICE_UNAVAILABLE), "{most}");
	}
	drop(open);
	let token = world.sign_in(&dev::bob()).await;
	free_socket(world, &token).await;
}

/// A socket, once there is room for it: those that were closed before may still take it.
async fn free_socket(world: &World, token: &str) -> Socket {
	let since = Instant::now();
	loop {
		match world.try_socket(token).await {
			Ok(socket) => return socket,
			Err(status) => assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE),
		}
		assert!(since.elapsed() < PATIENCE, "the sockets are not free again");
		tokio::time::sleep(Duration::from_millis(100)).await;
	}
}

async fn sign_ins(world: &World) {
	let mut refused = 0;
	for _ in 0..300 {
		let answer = world
			.http
			.post(world.url("/v1/challenge"))
			.json(&json!({ "account": "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY" }))
			.send()
			.await
			.unwrap();
		refused += usize::from(answer.status() == 429);
	}
	println!("{refused} of 300 challenges were refused");
	assert!(refused > 100);
}
