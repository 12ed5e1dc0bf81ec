//! A gateway that stops, as for an upgrade: clients are told, requests end, and uploads go on later.

mod carry;
mod world;

use std::{
	net::SocketAddr,
	time::{Duration, Instant},
};

use carry::{announce, config, kubo, program::Program, Sample, MIB};
use salus_client::address::to_address;
use salus_gateway::{config::Limits, envelopes::config::EnvelopeLimits};
use serde_json::json;
use tokio::{
	io::{AsyncReadExt, AsyncWriteExt},
	net::TcpStream,
	time::timeout,
};
use world::{account, dev, until_read, World, PATIENCE};

/// What comes on a connection until it ends.
async fn rest(mut stream: TcpStream) -> String {
	let mut bytes = Vec::new();
	let read = timeout(PATIENCE, stream.read_to_end(&mut bytes)).await;
	read.expect("the connection does not end").unwrap();
	String::from_utf8(bytes).unwrap()
}

/// Waits until a gateway takes no new connection.
async fn until_it_stops(address: SocketAddr) {
	let since = Instant::now();
	while TcpStream::connect(address).await.is_ok() {
		assert!(since.elapsed() < PATIENCE, "it takes new connections");
		tokio::time::sleep(Duration::from_millis(50)).await;
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_stops_tells_its_clients_and_lets_requests_end() {
	let world = World::start(Limits::default()).await;
	let alice = dev::alice();
	let token = world.sign_in(&alice).await;
	let mut socket = world.socket(&token).await;
	assert!(socket.request("system_chain", json!([])).await.is_ok());
	// One connection waits for nothing, another one is amid a request.
	let idle = TcpStream::connect(world.address).await.unwrap();
	let mut slow = TcpStream::connect(world.address).await.unwrap();
	let body = json!({ "account": to_address(&account(&alice)) }).to_string();
	let head = format!(
		"POST /v1/challenge HTTP/1.1\r\nHost: {}\r\nContent-Length: {}\r\n\r\n",
		world.address,
		body.len()
	);
	slow.write_all(head.as_bytes()).await.unwrap();
	for stream in [&idle, &slow] {
		until_read(stream).await;
	}

	world.gateway.stop();
	let (code, reason) = socket.closed().await;
	assert_eq!(code, 4006);
	assert!(reason.contains("the gateway stops"), "{reason}");
	assert_eq!(rest(idle).await, "");
	until_it_stops(world.address).await;
	slow.write_all(body.as_bytes()).await.unwrap();
	let answer = rest(slow).await;
	assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upgrade_loses_no_upload() {
	let folder = tempfile::tempdir().unwrap();
	let kubo = kubo();
	let mut world = World::start(Limits::default()).await;
	let uploads = folder.path().join("uploads");
	let envelopes = config(&kubo, &uploads, EnvelopeLimits::default());
	let mut program = Program::start(folder.path(), &world.node.url, &envelopes);
	world.address = program.address;
	program.until_ready(&world).await;
	world.register(&dev::dave()).await;
	program.settled(&world).await;
	let session = world.sign_in(&dev::dave()).await;
	let sample = Sample::new(1, 4 * MIB - 16);
	let cid = sample.cid();
	let upload = announce(&world, &session, (sample.size, &cid)).await;
	let upload = upload.unwrap();
	assert_eq!(upload.part(0, sample.bytes(0..=0), None).await, Ok(MIB));

	let metrics = world
		.http
		.get(format!("http://{}/metrics", program.metrics));
	let metrics = metrics.send().await.unwrap().text().await.unwrap();
	for line in [
		"salus_gateway_node_up{chain=\"region\"} 1",
		"salus_gateway_kubo_up 1",
		"salus_gateway_uploads 1",
		"salus_gateway_transfers 0",
		"salus_gateway_answers_total{status=\"201\"} 1",
		"salus_gateway_records_with_few_pins 0",
	] {
		let mut lines = metrics.lines();
		assert!(lines.any(|found| found == line), "{line}: {metrics}");
	}
	for private in [to_address(&account(&dev::dave())), cid.to_string()] {
		assert!(!metrics.contains(&private), "{metrics}");
	}

	// The next part is half there when the gateway is told to stop.
	let path = upload.url.split_once(&program.address.to_string());
	let head = format!(
		"PATCH {} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nTus-Resumable: 1.0.0\r\n\
		 Content-Type: application/offset+octet-stream\r\nUpload-Offset: {MIB}\r\n\
		 Content-Length: {MIB}\r\n\r\n",
		path.unwrap().1,
		program.address,
		upload.token
	);
	let leaf = sample.bytes(1..=1);
	let (half, other_half) = leaf.split_at(leaf.len() / 2);
	let mut stream = TcpStream::connect(program.address).await.unwrap();
	stream.write_all(head.as_bytes()).await.unwrap();
	stream.write_all(half).await.unwrap();
	until_read(&stream).await;
	program.terminate();
	until_it_stops(program.address).await;
	stream.write_all(other_half).await.unwrap();
	let answer = rest(stream).await;
	assert!(answer.starts_with("HTTP/1.1 204 "), "{answer}");
	assert!(program.stopped(), "{}", program.log());

	program.run();
	program.until_ready(&world).await;
	assert_eq!(upload.look().await, Ok((2 * MIB, false)));
	upload.send(&sample, 8).await.unwrap();
}
