//! The worker with a real Kubo: one that is stopped and started again, and one whose block files
//! are deleted, with a second Kubo that has the envelopes.
//!
//! `ipfs` is found in the variable SALUS_IPFS, among what `scripts/setup` built, or on PATH. It
//! runs as `scripts/kubo-node` sets it up: private, offline, on loopback alone.

#[path = "../src/mock.rs"]
#[allow(dead_code)]
mod mock;

use codec::Decode;
use frame_support::{dispatch::GetDispatchInfo, traits::Hooks};
use mock::*;
use salus_primitives::{local_storage::IPFS_API_KEY, Cid, RecordId};
use sp_core::offchain::{
	testing::TestOffchainExt, DbExternalities, Externalities, HttpError, HttpRequestId,
	HttpRequestStatus, OffchainDbExt, OffchainWorkerExt, OpaqueNetworkState, StorageKind,
	Timestamp, TransactionPool, TransactionPoolExt,
};
use sp_keystore::KeystoreExt;
use sp_runtime::traits::{Applyable, Checkable};
use std::{
	collections::BTreeMap,
	io::{self, BufRead, BufReader, Read, Write},
	net::TcpStream,
	path::{Path, PathBuf},
	process::{Child, Command, Stdio},
	sync::{Arc, Mutex},
	time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

fn now() -> u64 {
	SystemTime::now()
		.duration_since(UNIX_EPOCH)
		.unwrap()
		.as_millis() as u64
}

/// HTTP/1.1 over TCP, one connection a call, with the deadlines that workers set; the clock and
/// the local storage are `TestOffchainExt`'s, with as much time added as a test lets pass.
#[derive(Clone)]
struct Host {
	test: TestOffchainExt,
	skipped: Arc<Mutex<u64>>,
	calls: Arc<Mutex<BTreeMap<u16, Http>>>,
}

enum Http {
	Started(String),
	Sent(BufReader<TcpStream>),
	Answered {
		stream: BufReader<TcpStream>,
		chunk_left: usize,
		over: bool,
	},
	Broken,
}

impl Host {
	fn left(&self, deadline: Option<Timestamp>) -> Option<Duration> {
		let until = deadline.expect("every call has a deadline").unix_millis();
		let left = until.saturating_sub(now() + *self.skipped.lock().unwrap());
		(left > 0).then(|| Duration::from_millis(left))
	}
}

fn send(uri: &str, patience: Duration) -> io::Result<BufReader<TcpStream>> {
	let (host, path) = uri
		.strip_prefix("http://")
		.unwrap()
		.split_once('/')
		.unwrap();
	let mut stream = TcpStream::connect_timeout(&host.parse().unwrap(), patience)?;
	write!(
		stream,
		"POST /{path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
	)?;
	Ok(BufReader::new(stream))
}

fn line(stream: &mut BufReader<TcpStream>) -> io::Result<String> {
	let mut line = String::new();
	stream.read_line(&mut line)?;
	Ok(line.trim_end().into())
}

/// Status line and headers. Kubo's bodies always come in chunks.
fn head(stream: &mut BufReader<TcpStream>) -> io::Result<u16> {
	let broken = || io::Error::from(io::ErrorKind::InvalidData);
	let first = line(stream)?;
	let status = first
		.split(' ')
		.nth(1)
		.and_then(|code| code.parse().ok())
		.ok_or_else(broken)?;
	while !line(stream)?.is_empty() {}
	Ok(status)
}

fn body(
	stream: &mut BufReader<TcpStream>,
	chunk_left: &mut usize,
	over: &mut bool,
	buffer: &mut [u8],
) -> io::Result<usize> {
	if *over {
		return Ok(0);
	}
	if *chunk_left == 0 {
		let len = line(stream)?;
		*chunk_left = usize::from_str_radix(&len, 16)
			.map_err(|_| io::Error::from(io::ErrorKind::UnexpectedEof))?;
		if *chunk_left == 0 {
			*over = true;
			return Ok(0);
		}
	}
	let len = buffer.len().min(*chunk_left);
	let read = stream.read(&mut buffer[..len])?;
	if read == 0 {
		return Err(io::ErrorKind::UnexpectedEof.into());
	}
	*chunk_left -= read;
	if *chunk_left == 0 {
		line(stream)?;
	}
	Ok(read)
}

fn is_timeout(error: &io::Error) -> bool {
	matches!(
		error.kind(),
		io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
	)
}

impl Externalities for Host {
	fn is_validator(&self) -> bool {
		true
	}
	fn network_state(&self) -> Result<OpaqueNetworkState, ()> {
		self.test.network_state()
	}
	fn timestamp(&mut self) -> Timestamp {
		Timestamp::from_unix_millis(now() + *self.skipped.lock().unwrap())
	}
	fn sleep_until(&mut self, _deadline: Timestamp) {
		panic!("the worker does not sleep")
	}
	fn random_seed(&mut self) -> [u8; 32] {
		[0; 32]
	}
	fn http_request_start(
		&mut self,
		method: &str,
		uri: &str,
		_: &[u8],
	) -> Result<HttpRequestId, ()> {
		assert_eq!(method, "POST");
		let mut calls = self.calls.lock().unwrap();
		let id = calls.len() as u16;
		calls.insert(id, Http::Started(uri.into()));
		Ok(HttpRequestId(id))
	}
	fn http_request_add_header(&mut self, _: HttpRequestId, _: &str, _: &str) -> Result<(), ()> {
		Ok(())
	}
	fn http_request_write_body(
		&mut self,
		id: HttpRequestId,
		_: &[u8],
		deadline: Option<Timestamp>,
	) -> Result<(), HttpError> {
		let patience = self.left(deadline).ok_or(HttpError::DeadlineReached)?;
		let mut calls = self.calls.lock().unwrap();
		let call = calls.get_mut(&id.0).ok_or(HttpError::Invalid)?;
		let Http::Started(uri) = call else {
			return Err(HttpError::Invalid);
		};
		*call = send(uri, patience).map_or(Http::Broken, Http::Sent);
		Ok(())
	}
	fn http_response_wait(
		&mut self,
		ids: &[HttpRequestId],
		deadline: Option<Timestamp>,
	) -> Vec<HttpRequestStatus> {
		let left = self.left(deadline);
		let mut calls = self.calls.lock().unwrap();
		let call = calls.get_mut(&ids[0].0).unwrap();
		let status = match (std::mem::replace(call, Http::Broken), left) {
			(Http::Sent(mut stream), Some(left)) => {
				stream.get_ref().set_read_timeout(Some(left)).unwrap();
				match head(&mut stream) {
					Ok(status) => {
						*call = Http::Answered {
							stream,
							chunk_left: 0,
							over: false,
						};
						HttpRequestStatus::Finished(status)
					}
					Err(error) if is_timeout(&error) => HttpRequestStatus::DeadlineReached,
					Err(_) => HttpRequestStatus::IoError,
				}
			}
			(Http::Sent(_), None) => HttpRequestStatus::DeadlineReached,
			_ => HttpRequestStatus::IoError,
		};
		vec![status]
	}
	fn http_response_headers(&mut self, _: HttpRequestId) -> Vec<(Vec<u8>, Vec<u8>)> {
		Vec::new()
	}
	fn http_response_read_body(
		&mut self,
		id: HttpRequestId,
		buffer: &mut [u8],
		deadline: Option<Timestamp>,
	) -> Result<usize, HttpError> {
		let left = self.left(deadline).ok_or(HttpError::DeadlineReached)?;
		let mut calls = self.calls.lock().unwrap();
		match calls.get_mut(&id.0) {
			Some(Http::Answered {
				stream,
				chunk_left,
				over,
			}) => {
				stream.get_ref().set_read_timeout(Some(left)).unwrap();
				body(stream, chunk_left, over, buffer).map_err(|error| {
					if is_timeout(&error) {
						HttpError::DeadlineReached
					} else {
						HttpError::IoError
					}
				})
			}
			_ => Err(HttpError::Invalid),
		}
	}
	fn set_authorized_nodes(&mut self, _: Vec<sp_core::OpaquePeerId>, _: bool) {}
}

#[derive(Clone, Default)]
struct Pool(Arc<Mutex<Vec<Vec<u8>>>>);

impl TransactionPool for Pool {
	fn submit_transaction(&mut self, transaction: Vec<u8>) -> Result<(), ()> {
		self.0.lock().unwrap().push(transaction);
		Ok(())
	}
}

/// A chain's node whose keystore holds the key of authority 0.
struct Node {
	ext: sp_io::TestExternalities,
	host: Host,
	pool: Pool,
}

type Said = Option<(Vec<RecordId>, Vec<RecordId>)>;

impl Node {
	fn new(api: &str) -> Self {
		let mut ext = new_test_ext();
		let mut test = TestOffchainExt::default();
		test.local_storage_set(StorageKind::PERSISTENT, IPFS_API_KEY, api.as_bytes());
		let host = Host {
			test,
			skipped: Default::default(),
			calls: Default::default(),
		};
		let pool = Pool::default();
		ext.register_extension(OffchainWorkerExt::new(host.clone()));
		ext.register_extension(OffchainDbExt::new(host.test.clone()));
		ext.register_extension(TransactionPoolExt::new(pool.clone()));
		ext.register_extension(KeystoreExt(keystore(&[0])));
		Self { ext, host, pool }
	}

	/// Moves the clock forward, runs the worker, and includes its report.
	fn block_after(&mut self, millis: u64) -> Said {
		*self.host.skipped.lock().unwrap() += millis;
		Now::mutate(|now| *now += millis);
		self.ext.execute_with(|| {
			Pinning::offchain_worker(System::block_number());
			let transaction = self.pool.0.lock().unwrap().pop()?;
			let transaction = Extrinsic::decode(&mut &transaction[..]).unwrap();
			let RuntimeCall::Pinning(pallet_pinning::Call::claim_pins { report, .. }) =
				transaction.function.clone()
			else {
				panic!("the worker sends nothing else");
			};
			let (info, len) = (transaction.get_dispatch_info(), 0);
			let checked = transaction.check(&frame_system::ChainContext::<Test>::default());
			checked.unwrap().apply::<Test>(&info, len).unwrap().unwrap();
			Some((report.claimed.to_vec(), report.lost.to_vec()))
		})
	}

	/// Makes blocks until a report is included, at most this many.
	fn next_report(&mut self, blocks: u32) -> Said {
		(0..blocks).find_map(|_| self.block_after(6_000))
	}

	/// What is reported once a day has gone by: in the first block, or in the next if that one
	/// only learns what became of an earlier report.
	fn report_after_a_day(&mut self) -> Said {
		self.block_after(DAY).or_else(|| self.next_report(1))
	}

	fn pins(&mut self, record: RecordId) -> usize {
		self.ext.execute_with(|| Pinning::pins(record).len())
	}
}

// ---- Kubo.

fn ipfs() -> PathBuf {
	let home = std::env::var("HOME").unwrap_or_default();
	let built = std::env::var("SALUS_HOME").unwrap_or(format!("{home}/.cache/salus"));
	let paths = std::env::var_os("PATH").unwrap_or_default();
	let set = std::env::var_os("SALUS_IPFS").map(PathBuf::from);
	set.into_iter()
		.chain([Path::new(&built).join("bin/ipfs")])
		.chain(std::env::split_paths(&paths).map(|path| path.join("ipfs")))
		.find(|path| path.is_file())
		.expect("this test needs Kubo's `ipfs`, and there is none: run scripts/setup")
}

/// A Kubo with a repository of its own, stopped when it goes out of scope.
struct Kubo {
	repo: PathBuf,
	daemon: Option<Child>,
}

impl Kubo {
	fn new(folder: &Path, name: &str, ports: [u16; 3]) -> Self {
		let kubo = Self {
			repo: folder.join(name),
			daemon: None,
		};
		kubo.run(
			&["init", "--profile=server,unixfs-v1-2025", "--empty-repo"],
			None,
		);
		let file = kubo.repo.join("config");
		let mut config: serde_json::Value =
			serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
		let [swarm, api, gateway] = ports.map(|port| format!("/ip4/127.0.0.1/tcp/{port}"));
		for (path, value) in [
			("/Addresses/Swarm", serde_json::json!([swarm])),
			("/Addresses/API", api.into()),
			("/Addresses/Gateway", gateway.into()),
			("/Addresses/NoAnnounce", serde_json::json!([])),
			("/Swarm/AddrFilters", serde_json::json!([])),
			("/Bootstrap", serde_json::json!([])),
			("/AutoConf", serde_json::json!({"Enabled": false})),
			("/AutoTLS", serde_json::json!({"Enabled": false})),
			(
				"/Routing",
				serde_json::json!({"Type": "none", "DelegatedRouters": []}),
			),
			("/DNS", serde_json::json!({"Resolvers": {}})),
			("/Ipns", serde_json::json!({"DelegatedPublishers": []})),
			("/Discovery/MDNS/Enabled", false.into()),
			("/Provide", serde_json::json!({"Enabled": false})),
			(
				"/Plugins",
				serde_json::json!({"Plugins": {"telemetry": {"Config": {"Mode": "off"}}}}),
			),
		] {
			match config.pointer_mut(path) {
				Some(place) => *place = value,
				None => config[&path[1..]] = value,
			}
		}
		config["Swarm"]["Transports"]["Network"]["Websocket"] = false.into();
		std::fs::write(&file, config.to_string()).unwrap();
		let key = format!("/key/swarm/psk/1.0.0/\n/base16/\n{}\n", "5a".repeat(32));
		std::fs::write(kubo.repo.join("swarm.key"), key).unwrap();
		kubo
	}

	fn command(&self) -> Command {
		let mut command = Command::new(ipfs());
		command
			.env("IPFS_PATH", &self.repo)
			.env("IPFS_TELEMETRY", "off");
		command.env("LIBP2P_FORCE_PNET", "1").stderr(Stdio::null());
		command
	}

	/// Runs `ipfs` and gives its output.
	fn run(&self, args: &[&str], input: Option<&[u8]>) -> String {
		let mut command = self.command();
		let mut child = command
			.args(args)
			.stdin(Stdio::piped())
			.stdout(Stdio::piped())
			.spawn()
			.unwrap();
		child
			.stdin
			.take()
			.unwrap()
			.write_all(input.unwrap_or_default())
			.unwrap();
		let output = child.wait_with_output().unwrap();
		assert!(output.status.success(), "ipfs {args:?}");
		String::from_utf8(output.stdout).unwrap().trim().into()
	}

	fn start(&mut self) {
		let _ = std::fs::remove_file(self.repo.join("api"));
		self.daemon = Some(
			self.command()
				.arg("daemon")
				.stdout(Stdio::null())
				.spawn()
				.unwrap(),
		);
		let since = Instant::now();
		while !self.repo.join("api").exists() || TcpStream::connect(&self.api()[7..]).is_err() {
			assert!(
				since.elapsed() < Duration::from_secs(60),
				"Kubo does not start"
			);
			std::thread::sleep(Duration::from_millis(50));
		}
	}

	fn stop(&mut self) {
		if let Some(mut daemon) = self.daemon.take() {
			let _ = Command::new("kill").arg(daemon.id().to_string()).status();
			let since = Instant::now();
			while daemon.try_wait().unwrap().is_none() {
				if since.elapsed() > Duration::from_secs(20) {
					let _ = daemon.kill();
				}
				std::thread::sleep(Duration::from_millis(50));
			}
		}
	}

	/// `http://HOST:PORT`
	fn api(&self) -> String {
		let config = std::fs::read(self.repo.join("config")).unwrap();
		let config: serde_json::Value = serde_json::from_slice(&config).unwrap();
		let parts: Vec<_> = config["Addresses"]["API"]
			.as_str()
			.unwrap()
			.split('/')
			.map(String::from)
			.collect();
		format!("http://{}:{}", parts[2], parts[4])
	}

	fn connect(&self, other: &Self) {
		let id: serde_json::Value = serde_json::from_str(&other.run(&["id"], None)).unwrap();
		let address = id["Addresses"][0].as_str().unwrap();
		self.run(&["swarm", "connect", address], None);
	}

	/// How many trees it is asked to keep, beside the empty folder of its own.
	fn pinned(&self) -> usize {
		self.run(&["pin", "ls", "--type=recursive", "-q"], None)
			.lines()
			.count() - 1
	}

	/// Adds an envelope of this size, and gives its CID.
	fn add(&self, size: usize, seed: u64) -> Cid {
		let mut envelope = Vec::with_capacity(size + 8);
		envelope.extend_from_slice(MAGIC);
		// xorshift: no block twice.
		let mut state = seed | 1;
		while envelope.len() < size {
			state ^= state << 13;
			state ^= state >> 7;
			state ^= state << 17;
			envelope.extend_from_slice(&state.to_le_bytes());
		}
		envelope.truncate(size);
		let cid = self.run(&["add", "-Q", "--pin=false"], Some(&envelope));
		let hex = self.run(&["cid", "format", "-b", "base16", &cid], None);
		Cid::from_bytes(&sp_core::bytes::from_hex(&hex[1..]).unwrap()).unwrap()
	}

	/// The files of its blocks that are at least this long.
	fn block_files(&self, min_len: u64) -> Vec<PathBuf> {
		let folders = std::fs::read_dir(self.repo.join("blocks")).unwrap();
		folders
			.filter_map(|folder| std::fs::read_dir(folder.unwrap().path()).ok())
			.flatten()
			.map(|file| file.unwrap())
			.filter(|file| file.metadata().unwrap().len() >= min_len)
			.map(|file| file.path())
			.collect()
	}
}

impl Drop for Kubo {
	fn drop(&mut self) {
		self.stop();
	}
}

/// Free ports.
fn free_ports<const N: usize>() -> [u16; N] {
	let all = [(); N].map(|()| std::net::TcpListener::bind("127.0.0.1:0").unwrap());
	all.map(|listener| listener.local_addr().unwrap().port())
}

fn two_kubos(folder: &Path) -> (Kubo, Kubo) {
	let mut own = Kubo::new(folder, "own", free_ports());
	own.start();
	let mut author = Kubo::new(folder, "author", free_ports());
	author.start();
	own.connect(&author);
	(own, author)
}

/// A day, after which pins are due again.
const DAY: u64 = 24 * HOUR;

#[test]
fn envelopes_are_fetched_from_a_peer_and_pinned() {
	let folder = tempfile::tempdir().unwrap();
	let (own, author) = two_kubos(folder.path());
	let mut node = Node::new(&own.api());
	let sizes = [100, 1 << 20, (1 << 20) + 1, 5_000_000];
	for (seed, size) in sizes.into_iter().enumerate() {
		add_record(author.add(size, seed as u64 + 1), size as u64);
	}
	// A record with half of its size, and one of a file that is not an envelope.
	add_record(author.add(5_000_000, 99), 2_500_000);
	let film = author.run(&["add", "-Q", "--pin=false"], Some(&[7; 3000]));
	let film = author.run(&["cid", "format", "-b", "base16", &film], None);
	let film = Cid::from_bytes(&sp_core::bytes::from_hex(&film[1..]).unwrap()).unwrap();
	add_record(film, 3000);

	assert_eq!(node.next_report(3), Some((vec![0, 1, 2, 3], vec![])));
	assert_eq!(node.next_report(5), None);
	assert_eq!(own.pinned(), 4);
	// Once it is whole here, the author's node is not needed.
	drop(author);
	assert_eq!(node.block_after(DAY), Some((vec![0, 1, 2, 3], vec![])));
}

#[test]
fn the_worker_recovers_after_kubo_restarts() {
	let folder = tempfile::tempdir().unwrap();
	let mut own = Kubo::new(folder.path(), "own", free_ports());
	own.start();
	let mut node = Node::new(&own.api());
	let first = add_record(own.add(3_000_000, 1), 3_000_000);
	assert_eq!(node.next_report(2), Some((vec![first], vec![])));
	let second = add_record(own.add(3_000_000, 2), 3_000_000);

	own.stop();
	let since = Instant::now();
	assert_eq!(node.next_report(5), None);
	// The first pin is due, and is neither claimed nor lost.
	assert_eq!(node.block_after(DAY), None);
	assert_eq!(node.next_report(5), None);
	assert!(
		since.elapsed() < Duration::from_secs(5),
		"a Kubo that is down costs no time"
	);
	assert_eq!(node.pins(first), 1);
	assert_eq!(node.pins(second), 0);

	own.start();
	*node.host.skipped.lock().unwrap() += 300_000;
	let mut claimed = Vec::new();
	while let Some((records, lost)) = node.next_report(20) {
		assert!(lost.is_empty());
		claimed.extend(records);
	}
	claimed.sort();
	assert_eq!(claimed, [first, second]);
}

#[test]
fn deleted_blocks_are_detected_and_fetched_again() {
	let folder = tempfile::tempdir().unwrap();
	let (mut own, author) = two_kubos(folder.path());
	let mut node = Node::new(&own.api());
	let record = add_record(author.add(5_000_000, 1), 5_000_000);
	assert_eq!(node.next_report(3), Some((vec![record], vec![])));

	let files = own.block_files(1 << 20);
	assert_eq!(files.len(), 4);
	std::fs::remove_file(&files[2]).unwrap();
	// Kubo still calls it pinned.
	assert_eq!(own.pinned(), 1);
	assert_eq!(node.report_after_a_day(), Some((vec![], vec![record])));
	assert_eq!(node.pins(record), 0);
	assert_eq!(node.next_report(5), Some((vec![record], vec![])));
	assert!(files[2].exists());

	// Without a peer that has it there is a loss and no claim, also after a restart.
	drop(author);
	std::fs::remove_file(&files[2]).unwrap();
	own.stop();
	own.start();
	assert_eq!(node.report_after_a_day(), Some((vec![], vec![record])));
	assert_eq!(node.next_report(4), None);
	assert_eq!(node.pins(record), 0);
}
