//! Envelopes that tests make up, and clients of the gateway that carry them.
#![allow(dead_code)]

#[path = "../../../client/tests/daemon/mod.rs"]
mod daemon;
pub mod program;
pub mod rpc;

use std::{
	fs,
	ops::RangeInclusive,
	path::Path,
	time::{Duration, Instant},
};

use base64::{engine::general_purpose::STANDARD, Engine};
pub use daemon::Kubo;
use reqwest::{header::HeaderMap, Method, RequestBuilder, Response, StatusCode};
use salus_client::{
	chain::calls,
	ipfs::{
		car_header,
		settings::{GATEWAY_PATHS, WORKER_PATHS},
		ArrivingLeaves, CarPiece, CarPieces,
	},
};
use salus_envelope::{TreeBuilder, LEAF_LEN, MAGIC};
use salus_gateway::{
	config::Limits,
	envelopes::config::{EnvelopeLimits, EnvelopesConfig},
	node::ChainName,
};
use salus_primitives::{Cid, PatientId, RecordId, SEALED_NAME_LEN};
use serde_json::json;
use sha2::{Digest, Sha256};
use tokio::task::spawn_blocking;

use crate::world::{dev, gateway, limitless, wrapped, Keypair, World, PATIENCE};

pub const MIB: u64 = LEAF_LEN as u64;

/// What every Kubo of a gateway has.
const SETTINGS: &[(&str, &str)] = &[
	("Gateway.NoFetch", "true"),
	("Gateway.DeserializedResponses", "false"),
	("Gateway.NoDNSLink", "true"),
	("Datastore.HashOnRead", "true"),
];

/// The secrets that every Kubo demands of the gateway, of a node and of the tests.
const SECRET: &str = "7f3c9a52e1d04b86a7c5f2093e8d61b47f3c9a52e1d04b86a7c5f2093e8d61b4";
pub const NODES_SECRET: &str = "5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c";
pub const TESTS_SECRET: &str = "b41d8e39";

/// A Kubo as a gateway wants it, which allows the gateway no more than it uses.
pub fn kubo_with(settings: &[(&str, &str)], options: &[&str]) -> Kubo {
	let authorizations = json!({
		"gateway": { "AuthSecret": format!("bearer:{SECRET}"), "AllowedPaths": GATEWAY_PATHS },
		"node": { "AuthSecret": format!("bearer:{NODES_SECRET}"), "AllowedPaths": WORKER_PATHS },
		"tests": { "AuthSecret": format!("bearer:{TESTS_SECRET}"), "AllowedPaths": ["/api/v0"] },
	});
	let authorizations = authorizations.to_string();
	let common = [SETTINGS, &[("API.Authorizations", &*authorizations)]].concat();
	let kubo = Kubo::with(&[&common[..], settings].concat(), options);
	wait_for(&kubo);
	kubo
}

/// A Kubo that is offline.
pub fn kubo() -> Kubo {
	kubo_with(&[("Addresses.Swarm", "[]")], &["--offline"])
}

/// A Kubo that gives its blocks to those with whom it is connected, and takes theirs.
pub fn online_kubo() -> Kubo {
	let online = [
		("Addresses.Swarm", "[\"/ip4/127.0.0.1/tcp/0\"]"),
		("Addresses.NoAnnounce", "[]"),
		("Swarm.AddrFilters", "[]"),
		("Routing.Type", "\"none\""),
		("Provide.Enabled", "false"),
	];
	kubo_with(&online, &[])
}

/// Waits until a Kubo listens.
pub fn wait_for(kubo: &Kubo) {
	let since = Instant::now();
	while kubo.url().is_none() || kubo.gateway().is_none() {
		assert!(since.elapsed() < PATIENCE, "Kubo does not start");
		std::thread::sleep(Duration::from_millis(20));
	}
}

/// Whether a Kubo has a block.
pub fn has(kubo: &Kubo, cid: &Cid) -> bool {
	kubo.run(&["refs", "local", "--cid-base=base16"])
		.lines()
		.any(|line| line.ends_with(&hex::encode(cid.digest())))
}

/// The configuration for a Kubo.
pub fn config(kubo: &Kubo, uploads: &Path, limits: EnvelopeLimits) -> EnvelopesConfig {
	let secret = kubo.folder().join("gateway.secret");
	fs::write(&secret, format!("{SECRET}\n")).unwrap();
	EnvelopesConfig {
		rpc: kubo.url().unwrap(),
		gateway: kubo.gateway().unwrap(),
		secret: Some(secret),
		uploads: uploads.into(),
		disk: None,
		limits: EnvelopeLimits {
			reserve_bytes: 0,
			..limits
		},
	}
}

/// A node, a Kubo and a gateway before them, with an author and a patient.
pub struct Hospital {
	pub world: World,
	pub kubo: Kubo,
	/// Dave.
	pub patient: PatientId,
	pub region: u32,
	/// The session of eve, who is the author.
	pub author: String,
	_uploads: tempfile::TempDir,
}

impl Hospital {
	/// With a Kubo that is offline.
	pub async fn start(limits: EnvelopeLimits) -> Self {
		Self::with(kubo, limits).await
	}

	/// Node and Kubo start at the same time.
	pub async fn with(kubo: fn() -> Kubo, limits: EnvelopeLimits) -> Self {
		let uploads = tempfile::tempdir().unwrap();
		let limits = EnvelopeLimits {
			sweep_seconds: 1,
			..limits
		};
		let kubo = spawn_blocking(kubo);
		let mut world = World::start(Limits::default()).await;
		let kubo = kubo.await.unwrap();
		serve(&mut world, config(&kubo, uploads.path(), limits)).await;
		let patient = world.patient_and_author().await;
		known(&world).await;
		let state = world.state().await;
		Self {
			region: state.region().await.unwrap(),
			author: world.sign_in(&dev::eve()).await,
			world,
			kubo,
			patient,
			_uploads: uploads,
		}
	}

	pub async fn announce(&self, sample: &Sample) -> Tus {
		let envelope = (sample.size, &sample.cid());
		announce(&self.world, &self.author, envelope).await.unwrap()
	}

	/// Uploads an envelope, and adds its record.
	pub async fn record(&self, sample: &Sample) -> RecordId {
		upload(&self.world, &self.author, sample).await;
		let envelope = (sample.size, &sample.cid());
		add_record(&self.world, &dev::eve(), self.patient, envelope).await
	}

	/// Asks for the envelope of a record: the status, and what arrives.
	pub async fn get(&self, token: &str, record: RecordId, query: &str) -> (u16, Vec<u8>) {
		let answer = ask(&self.world, token, self.region, record, query).await;
		let status = answer.status().as_u16();
		(status, answer.bytes().await.unwrap_or_default().to_vec())
	}
}

/// Waits until the world's own gateway, too, knows what is final now.
async fn known(world: &World) {
	let number = world.state().await.block_number();
	let since = Instant::now();
	while world.gateway.final_block(ChainName::Region) < Some(number) {
		assert!(since.elapsed() < PATIENCE, "{}", world.node.log());
		tokio::time::sleep(Duration::from_millis(20)).await;
	}
}

/// The same, and some time for what the gateway does then. One that is a program of its own does not tell.
pub async fn settled(world: &World) {
	known(world).await;
	tokio::time::sleep(Duration::from_millis(500)).await;
}

/// Puts another gateway before a world's node, which carries envelopes.
pub async fn serve(world: &mut World, envelopes: EnvelopesConfig) {
	let (node, consortium) = (&world.node, world.consortium.as_ref());
	let served = gateway(node, consortium, Some(envelopes), limitless()).await;
	(world.gateway, world.address) = served;
	world.connected().await;
}

/// An envelope for those who look at its header and its blocks alone.
#[derive(Clone, Copy, Debug)]
pub struct Sample {
	/// Another one has other bytes.
	pub seed: u8,
	pub size: u64,
	/// From this leaf on, the bytes are those of another seed.
	pub turn: Option<(u64, u8)>,
}

impl Sample {
	pub fn new(seed: u8, size: u64) -> Self {
		Self {
			seed,
			size,
			turn: None,
		}
	}

	pub fn leaves(&self) -> u64 {
		self.size.div_ceil(MIB)
	}

	/// The bytes of a leaf.
	pub fn leaf(&self, number: u64) -> Vec<u8> {
		let len = (self.size - number * MIB).min(MIB) as usize;
		let seed = match self.turn {
			Some((from, seed)) if number >= from => seed,
			_ => self.seed,
		};
		let mut state = (u64::from(seed) << 40 | number) * 2 + 1;
		let mut bytes = Vec::with_capacity(len + 8);
		while bytes.len() < len {
			state ^= state << 13;
			state ^= state >> 7;
			state ^= state << 17;
			bytes.extend(state.to_le_bytes());
		}
		bytes.truncate(len);
		if number == 0 {
			bytes[..8].copy_from_slice(&MAGIC);
			bytes[8..12].copy_from_slice(&[1, 0, 1, 0]);
			bytes[44..48].copy_from_slice(&[0; 4]);
		}
		bytes
	}

	/// The bytes of leaves.
	pub fn bytes(&self, leaves: RangeInclusive<u64>) -> Vec<u8> {
		leaves.flat_map(|leaf| self.leaf(leaf)).collect()
	}

	pub fn leaf_cid(&self, number: u64) -> Cid {
		Cid::from_digest(false, Sha256::digest(self.leaf(number)).into())
	}

	pub fn cid(&self) -> Cid {
		let mut tree = TreeBuilder::new();
		for number in 0..self.leaves() {
			let leaf = self.leaf(number);
			tree.leaf(Sha256::digest(&leaf).into(), leaf.len() as u64);
		}
		Cid::from_bytes(&tree.finish().unwrap().0).unwrap()
	}
}

/// What a refusal says.
pub async fn refusal(answer: Response) -> (u16, String) {
	let status = answer.status().as_u16();
	(status, answer.text().await.unwrap())
}

/// An upload, as its client knows it.
#[derive(Clone)]
pub struct Tus {
	pub http: reqwest::Client,
	pub url: String,
	pub token: String,
}

/// Announces an envelope of this size and CID.
pub async fn announce(
	world: &World,
	session: &str,
	(size, cid): (u64, &Cid),
) -> Result<Tus, (u16, String)> {
	let cid = STANDARD.encode(cid.to_string());
	let answer = world
		.http
		.post(world.url("/v1/uploads"))
		.bearer_auth(session)
		.header("Tus-Resumable", "1.0.0")
		.header("Upload-Length", size)
		.header("Upload-Metadata", format!("cid {cid}"))
		.send()
		.await
		.unwrap();
	if answer.status() != StatusCode::CREATED {
		return Err(refusal(answer).await);
	}
	let headers = answer.headers();
	assert_eq!(headers["tus-resumable"], "1.0.0");
	assert_eq!(headers["cache-control"], "no-store");
	let text = |name: &str| headers[name].to_str().unwrap().to_owned();
	Ok(Tus {
		http: world.http.clone(),
		url: answer.url().join(&text("location")).unwrap().into(),
		token: text("upload-token"),
	})
}

impl Tus {
	pub fn request(&self, method: Method) -> RequestBuilder {
		self.http
			.request(method, &self.url)
			.bearer_auth(&self.token)
			.header("Tus-Resumable", "1.0.0")
	}

	/// How many bytes the gateway has, and whether they are kept.
	pub async fn look(&self) -> Result<(u64, bool), u16> {
		// There may be no gateway now.
		let answer = self.request(Method::HEAD).send().await;
		let answer = answer.map_err(|_| 0_u16)?;
		match answer.status() {
			StatusCode::OK => Ok(progress(answer.headers())),
			status => Err(status.as_u16()),
		}
	}

	/// Sends a part. Returns how many bytes the gateway has then.
	pub async fn part(
		&self,
		offset: u64,
		bytes: Vec<u8>,
		checksum: Option<&str>,
	) -> Result<u64, (u16, String)> {
		let mut request = self
			.request(Method::PATCH)
			.header("Content-Type", "application/offset+octet-stream")
			.header("Upload-Offset", offset);
		if let Some(checksum) = checksum {
			request = request.header("Upload-Checksum", checksum);
		}
		let answer = request.body(bytes).send().await;
		// The gateway may be killed meanwhile.
		let answer = answer.map_err(|error| (0, error.to_string()))?;
		match answer.status() {
			StatusCode::NO_CONTENT => Ok(progress(answer.headers()).0),
			_ => Err(refusal(answer).await),
		}
	}

	/// Sends a part that is refused. Returns what the gateway says.
	pub async fn refused(
		&self,
		offset: u64,
		bytes: Vec<u8>,
		checksum: Option<&str>,
	) -> (u16, String) {
		self.part(offset, bytes, checksum).await.unwrap_err()
	}

	/// Sends all of an envelope in parts of so many leaves, and waits until it is kept.
	pub async fn send(&self, sample: &Sample, leaves: u64) -> Result<(), (u16, String)> {
		let mut offset = self
			.look()
			.await
			.map_err(|status| (status, "look".into()))?
			.0;
		while offset < sample.size {
			let first = offset / MIB;
			let last = (first + leaves).min(sample.leaves()) - 1;
			let bytes = sample.bytes(first..=last);
			let sum = sha256(&bytes);
			offset = self.part(offset, bytes, Some(&sum)).await?;
		}
		self.until_kept().await;
		Ok(())
	}

	pub async fn until_kept(&self) {
		let since = Instant::now();
		while !matches!(self.look().await, Ok((_, true))) {
			assert!(since.elapsed() < PATIENCE, "the envelope is not kept");
			tokio::time::sleep(Duration::from_millis(100)).await;
		}
	}

	pub async fn end(&self) -> u16 {
		let answer = self.request(Method::DELETE).send().await.unwrap();
		answer.status().as_u16()
	}
}

fn progress(headers: &HeaderMap) -> (u64, bool) {
	let text = |name: &str| headers[name].to_str().unwrap().to_owned();
	assert_eq!(text("tus-resumable"), "1.0.0");
	assert!(text("upload-expires").ends_with("GMT"));
	(
		text("upload-offset").parse().unwrap(),
		text("upload-kept") == "true",
	)
}

/// The checksum of a part.
pub fn sha256(bytes: &[u8]) -> String {
	format!("sha256 {}", STANDARD.encode(Sha256::digest(bytes)))
}

/// Uploads an envelope.
pub async fn upload(world: &World, session: &str, sample: &Sample) -> Tus {
	let upload = announce(world, session, (sample.size, &sample.cid())).await;
	let upload = upload.unwrap();
	upload.send(sample, 8).await.unwrap();
	upload
}

/// Adds the record of an envelope.
pub async fn add_record(
	world: &World,
	author: &Keypair,
	patient: PatientId,
	(size, cid): (u64, &Cid),
) -> RecordId {
	// Bytes that nobody could have typed.
	let mut name = [0x55; SEALED_NAME_LEN];
	let mut hash = cid.digest();
	(name[0], hash[0]) = (0xff, 0xff);
	let cid_bytes = cid.as_bytes().to_vec();
	let add = calls::ADD_RECORD.with((
		patient,
		name,
		hash,
		cid_bytes,
		size,
		wrapped(1),
		wrapped(2),
		None,
	));
	world.must(author, add).await;
	known(world).await;
	let record = world.state().await.record_of_envelope(cid).await;
	record.unwrap().unwrap()
}

/// Asks for an envelope.
pub async fn ask(
	world: &World,
	token: &str,
	region: u32,
	record: RecordId,
	query: &str,
) -> Response {
	world
		.http
		.get(world.url(&format!("/v1/records/{region}/{record}/envelope{query}")))
		.bearer_auth(token)
		.send()
		.await
		.unwrap()
}

/// The blocks of a CAR with this root, in order. `None`: it is cut amid a block, or is no CAR.
pub fn blocks(car: &[u8], root: &Cid) -> Option<Vec<([u8; 36], Vec<u8>)>> {
	assert!(car.starts_with(&car_header(root)), "the header");
	let mut bytes = bytes::Bytes::copy_from_slice(car);
	let mut pieces = CarPieces::default();
	let mut blocks: Vec<([u8; 36], Vec<u8>)> = Vec::new();
	while let Some(piece) = pieces.next(&mut bytes).ok()? {
		match piece {
			CarPiece::Block(cid, _) => blocks.push((cid, Vec::new())),
			CarPiece::Data(data) => blocks.last_mut()?.1.extend(data),
		}
	}
	pieces.is_between_blocks().then_some(blocks)
}

/// Checks a CAR as a client does: each block against the CID, in order, and nothing more. Returns
/// whether it has these leaves.
pub fn is_whole(car: &[u8], sample: &Sample, range: RangeInclusive<u64>) -> bool {
	let mut leaves = ArrivingLeaves::new(&sample.cid(), sample.size, range.clone()).unwrap();
	let mut bytes = bytes::Bytes::copy_from_slice(car);
	for number in range {
		match leaves.take(&mut bytes) {
			Ok(Some(leaf)) if leaf == sample.leaf(number) => {}
			_ => return false,
		}
	}
	bytes.is_empty()
}
