//! A development node with members, records and grants, and a gateway before it.
#![allow(dead_code)]

#[path = "../../../node/tests/dev_node/mod.rs"]
pub mod dev_node;

use std::{
	io::{self, Write},
	mem::replace,
	net::SocketAddr,
	str::FromStr,
	sync::{Arc, Mutex},
	time::{Duration, Instant},
};

use codec::{Compact, Encode};
pub use dev_node::DevNode;
use futures::{
	future::{join, join4, join_all},
	SinkExt, StreamExt,
};
use reqwest::StatusCode;
use salus_client::chain::{
	calls::{self, Motion},
	Call, Chain, State,
};
use salus_gateway::{
	config::{Config, Limits},
	envelopes::config::EnvelopesConfig,
	node::ChainName,
	server, Gateway,
};
use salus_primitives::{
	encryption_key_message,
	views::{AccountStatus, RecordFilter},
	AccountId, EncryptionKey, KeySignature, MemberId, PatientId, ProfessionalName,
	ProfessionalNumber, ProviderId, Purpose, RecordId, RemoteProvider, UnixMilliseconds,
	WrappedKey, SEALED_NAME_LEN,
};
use salus_signing::sign_in_message;
use serde_json::{json, Value};
use sp_crypto_hashing::blake2_256;
use subxt::{
	config::DefaultExtrinsicParamsBuilder,
	ext::jsonrpsee::ws_client::{HeaderMap, WsClientBuilder},
	rpcs::{rpc_params, RpcClient},
	OnlineClient, SubstrateConfig,
};
pub use subxt_signer::sr25519::{dev, Keypair};
use subxt_signer::SecretUri;
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::{
	connect_async,
	tungstenite::{self, client::IntoClientRequest, Message},
	MaybeTlsStream, WebSocketStream,
};

/// How long anything may take.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// An encryption key: any modulus will do.
pub const KEY: &[u8] = include_bytes!("../../../primitives/src/fixtures/rsa3072.der");

/// What the gateways of this program log.
static LOG: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// Writes to [`LOG`].
struct Log;

impl Write for Log {
	fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
		LOG.lock().unwrap().write(bytes)
	}

	fn flush(&mut self) -> io::Result<()> {
		Ok(())
	}
}

/// Begins to keep what the gateways log: all of it, and of other libraries what an operator sees.
fn keep_log() {
	// Other tests of this program may have begun it.
	let _ = tracing_subscriber::fmt()
		.with_env_filter("info,salus_gateway=trace")
		.with_ansi(false)
		.with_writer(|| Log)
		.try_init();
}

/// What the gateways have logged.
pub fn log() -> String {
	String::from_utf8(LOG.lock().unwrap().clone()).unwrap()
}

/// The account of a key.
pub fn account(of: &Keypair) -> AccountId {
	of.public_key().0.into()
}

/// The key of another development account.
pub fn key_of(name: &str) -> Keypair {
	let uri = SecretUri::from_str(&format!("//{name}")).unwrap();
	Keypair::from_uri(&uri).unwrap()
}

/// A call that is encoded.
pub struct Encoded(pub Vec<u8>);

impl Encode for Encoded {
	fn encode_to<T: codec::Output + ?Sized>(&self, to: &mut T) {
		to.write(&self.0);
	}
}

/// A node and its gateway.
pub struct World {
	pub node: DevNode,
	/// The consortium's node, if there is one.
	pub consortium: Option<DevNode>,
	pub consortium_chain: Option<Chain>,
	pub chain: Chain,
	pub gateway: Arc<Gateway>,
	pub address: SocketAddr,
	pub http: reqwest::Client,
	/// Whether calls are sent through the gateway, by subxt.
	pub through_gateway: bool,
}

/// The TCP sockets of this machine, as words of the kernel's table: number, own address, other
/// address, state, bytes to send and to read, four more, and the inode, which is 0 until a connection
/// is taken.
fn sockets() -> Vec<Vec<String>> {
	let table = std::fs::read_to_string("/proc/self/net/tcp").unwrap();
	let words = |line: &str| line.split_whitespace().map(str::to_owned).collect();
	let mut all: Vec<Vec<_>> = table.lines().map(words).collect();
	all.retain(|words| words.len() > 9);
	all
}

/// How many open connections the program at this port has taken.
pub fn taken(port: u16) -> usize {
	let port = format!(":{port:04X}");
	let mut all = sockets();
	all.retain(|words| words[1].ends_with(&port) && words[3] == "01" && words[9] != "0");
	all.len()
}

/// Waits until the gateway has taken a connection, and has read all that was sent to it.
pub async fn until_read(client: &TcpStream) {
	let [own, gateway] = [client.local_addr(), client.peer_addr()]
		.map(|address| format!(":{:04X}", address.unwrap().port()));
	let read = || {
		let all = sockets();
		let of = |own: &str, other: &str| {
			let mut all = all.iter();
			all.find(|words| words[1].ends_with(own) && words[2].ends_with(other))
		};
		of(&own, &gateway).is_some_and(|words| words[4].starts_with("00000000:"))
			&& of(&gateway, &own)
				.is_some_and(|words| words[4].ends_with(":00000000") && words[9] != "0")
	};
	let since = Instant::now();
	while !read() {
		assert!(since.elapsed() < PATIENCE, "the gateway does not read");
		tokio::time::sleep(Duration::from_millis(5)).await;
	}
}

/// The members of a world, and its records.
pub struct Members {
	pub patient: PatientId,
	pub other_patient: PatientId,
	pub author: ProviderId,
	pub grantee: ProviderId,
	/// Granted to the grantee.
	pub granted: RecordId,
	/// Was granted to the grantee; the grant has expired.
	pub expired: RecordId,
	/// Was granted to the grantee; the grant is revoked.
	pub revoked: RecordId,
	/// Never granted.
	pub private: RecordId,
}

impl Members {
	/// A provider of another region.
	pub fn away(&self) -> RemoteProvider {
		RemoteProvider {
			region: 2002,
			id: self.grantee,
		}
	}
}

impl World {
	/// A node with its authorities alone, and a gateway with these limits.
	pub async fn start(limits: Limits) -> Self {
		Self::start_with(limits, &[]).await
	}

	/// The same, with more arguments of the node.
	pub async fn start_with(limits: Limits, more: &[&str]) -> Self {
		let arguments = [&["--dev", "--rpc-max-connections", "2000"][..], more].concat();
		let node = DevNode::start(&arguments).await;
		let (gateway, address) = gateway(&node, None, None, limits).await;
		let world = Self {
			chain: Chain::connect(&node.url).await.unwrap(),
			node,
			consortium: None,
			consortium_chain: None,
			gateway,
			address,
			http: reqwest::Client::new(),
			through_gateway: false,
		};
		world.connected().await;
		world
	}

	/// The same region, and another gateway, before it and a consortium.
	pub async fn with_consortium(self, consortium: DevNode) -> Self {
		let (gateway, address) = gateway(&self.node, Some(&consortium), None, limitless()).await;
		let world = Self {
			consortium_chain: Some(Chain::connect(&consortium.url).await.unwrap()),
			consortium: Some(consortium),
			gateway,
			address,
			..self
		};
		world.connected().await;
		world
	}

	/// Asks another gateway from now on. Returns the one that was asked so far.
	pub fn turn_to(
		&mut self,
		gateway: Arc<Gateway>,
		address: SocketAddr,
	) -> (Arc<Gateway>, SocketAddr) {
		(
			replace(&mut self.gateway, gateway),
			replace(&mut self.address, address),
		)
	}

	/// Waits until the gateway has its node.
	pub async fn connected(&self) {
		let since = Instant::now();
		while self.gateway.final_block(ChainName::Region).is_none() {
			let log = || self.node.log();
			assert!(
				since.elapsed() < PATIENCE,
				"the gateway has no node: {}",
				log()
			);
			tokio::time::sleep(Duration::from_millis(20)).await;
		}
	}

	/// Sends a call. It must succeed.
	pub async fn must(&self, signer: &Keypair, call: Call) {
		let bytes = self.encoded(&call).await;
		if self.through_gateway {
			return self.send(signer, &bytes).await;
		}
		let done = self.node.submit(signer, Encoded(bytes)).await;
		done.unwrap_or_else(|error| panic!("{error}: {call:?}"));
	}

	/// Sends a call through the gateway, and waits until it is final.
	async fn send(&self, signer: &Keypair, call: &[u8]) {
		let client = self.client(signer).await;
		let at = client.at_current_block().await.unwrap();
		let call = at.tx().from_call_data_bytes(call).unwrap();
		let params = DefaultExtrinsicParamsBuilder::new().build();
		let signed = at.tx().create_signed(&call, signer, params).await.unwrap();
		let sent = signed.submit_and_watch().await.unwrap();
		sent.wait_for_finalized_success().await.unwrap();
	}

	/// A client of subxt, through the gateway.
	pub async fn client(&self, who: &Keypair) -> OnlineClient<SubstrateConfig> {
		let bearer = format!("Bearer {}", self.sign_in(who).await);
		let bearer = bearer.parse().unwrap();
		let headers = HeaderMap::from_iter([(reqwest::header::AUTHORIZATION, bearer)]);
		let url = format!("ws://{}/v1/chain/region", self.address);
		let socket = WsClientBuilder::default().set_headers(headers).build(url);
		let rpc = RpcClient::new(socket.await.unwrap());
		OnlineClient::from_rpc_client(rpc).await.unwrap()
	}

	pub async fn encoded(&self, call: &Call) -> Vec<u8> {
		call.encode(self.state().await.metadata()).unwrap()
	}

	/// A signed transaction of the region, with its length before it.
	pub async fn signed(&self, signer: &Keypair, call: &Call) -> Vec<u8> {
		self.signed_for(ChainName::Region, signer, call).await
	}

	/// A signed transaction, with its length before it.
	pub async fn signed_for(&self, chain: ChainName, signer: &Keypair, call: &Call) -> Vec<u8> {
		let call = call.encode(self.state_of(chain).await.metadata()).unwrap();
		let client = &self.node_of(chain).client;
		let at = client.at_current_block().await.unwrap();
		let call = at.tx().from_call_data_bytes(&call).unwrap();
		let params = DefaultExtrinsicParamsBuilder::new().build();
		let signed = at.tx().create_signed(&call, signer, params).await;
		signed.unwrap().encoded().to_vec()
	}

	/// The node of a chain.
	pub fn node_of(&self, chain: ChainName) -> &DevNode {
		match chain {
			ChainName::Region => &self.node,
			ChainName::Consortium => self.consortium.as_ref().unwrap(),
		}
	}

	/// The state of a block of the region that is final, and not older than the best one now. The gateway
	/// has seen that, too.
	pub async fn state(&self) -> State {
		self.state_of(ChainName::Region).await
	}

	/// The same, of a chain.
	pub async fn state_of(&self, name: ChainName) -> State {
		let chain = match name {
			ChainName::Region => &self.chain,
			ChainName::Consortium => self.consortium_chain.as_ref().unwrap(),
		};
		let best = chain.best().await.unwrap().block_number();
		let since = Instant::now();
		loop {
			let state = chain.finalized().await.unwrap();
			let known = self.gateway.final_block(name);
			if state.block_number() >= best && known >= Some(best) {
				return state;
			}
			assert!(
				since.elapsed() < PATIENCE,
				"{known:?} of {best}: {}",
				self.node_of(name).log()
			);
			tokio::time::sleep(Duration::from_millis(50)).await;
		}
	}

	/// Waits until a time of the chain has passed.
	pub async fn until(&self, time: UnixMilliseconds) {
		let since = Instant::now();
		while self.state().await.now().await.unwrap() <= time {
			assert!(since.elapsed() < 2 * PATIENCE, "{}", self.node.log());
			tokio::time::sleep(Duration::from_millis(200)).await;
		}
	}

	/// The hash of a block of a chain, in hexadecimal digits.
	pub async fn block(&self, chain: ChainName, number: u64) -> String {
		let params = rpc_params![number];
		let rpc = &self.node_of(chain).rpc;
		let hash = rpc.request("chain_getBlockHash", params);
		hash.await.unwrap()
	}

	/// A block that is older, by what the gateway knows, than those at which grants may be read. The node
	/// still has its state.
	pub async fn old_block(&self, chain: ChainName) -> String {
		let since = Instant::now();
		loop {
			let newest = self.gateway.final_block(chain);
			if let Some(old) = newest.and_then(|newest| newest.checked_sub(61)) {
				return self.block(chain, old).await;
			}
			assert!(
				since.elapsed() < 4 * PATIENCE,
				"{}",
				self.node_of(chain).log()
			);
			tokio::time::sleep(Duration::from_millis(100)).await;
		}
	}

	async fn key_signature(&self, signer: &Keypair) -> (EncryptionKey, KeySignature) {
		let key = EncryptionKey::RsaOaep(KEY.to_vec().try_into().unwrap());
		let genesis = self.chain.genesis();
		let message = encryption_key_message(&genesis, &signer.public_key().0, 0, &key);
		let signature = signer.sign(message.as_ref());
		(key, KeySignature::from_raw(signature.0))
	}

	pub async fn invite(&self, who: &Keypair) {
		self.must(&dev::alice(), calls::INVITE.with((account(who),)))
			.await;
	}

	/// Makes an account a patient.
	pub async fn register(&self, who: &Keypair) -> PatientId {
		self.invite(who).await;
		self.register_invited(who).await
	}

	/// Makes an invited account a patient.
	pub async fn register_invited(&self, who: &Keypair) -> PatientId {
		let (key, signature) = self.key_signature(who).await;
		let commitment = blake2_256(&who.public_key().0);
		let register = calls::REGISTER_PATIENT.with((commitment, key, signature));
		self.must(who, register).await;
		match self.member(who).await {
			MemberId::Patient(id) => id,
			other => panic!("{other}"),
		}
	}

	/// Makes an account an applicant.
	pub async fn apply(&self, who: &Keypair, number: &str) {
		self.invite(who).await;
		self.apply_invited(who, number).await;
	}

	/// Makes an invited account an applicant.
	async fn apply_invited(&self, who: &Keypair, number: &str) {
		let (key, signature) = self.key_signature(who).await;
		let name = ProfessionalName::parse("Dr Ada").unwrap();
		let number = ProfessionalNumber::parse(number).unwrap();
		let apply = calls::APPLY_AS_PROVIDER.with((number, name, key, signature));
		self.must(who, apply).await;
	}

	/// Makes an account a verified provider.
	pub async fn verify(&self, who: &Keypair, number: &str) -> ProviderId {
		self.apply(who, number).await;
		self.verify_applicant(who).await
	}

	/// Makes accounts verified providers, all at once.
	pub async fn verify_all<const N: usize>(
		&self,
		all: [(Keypair, &str); N],
	) -> [(Keypair, ProviderId); N] {
		let accounts = all.each_ref().map(|(who, _)| who);
		self.invite_all(&accounts).await;
		let apply = all
			.iter()
			.map(|(who, number)| self.apply_invited(who, number));
		join_all(apply).await;
		let mut ids = self.verify_applicants(&accounts).await.into_iter();
		all.map(|(who, _)| (who, ids.next().unwrap()))
	}

	async fn invite_all(&self, all: &[&Keypair]) {
		let invites = all.iter().map(|who| calls::INVITE.with((account(who),)));
		let invites = Call::batch_all(invites.collect());
		self.must(&dev::alice(), invites).await;
	}

	/// Makes an applicant a verified provider.
	async fn verify_applicant(&self, who: &Keypair) -> ProviderId {
		self.verify_applicants(&[who]).await[0]
	}

	/// Makes applicants verified providers, in order.
	async fn verify_applicants(&self, all: &[&Keypair]) -> Vec<ProviderId> {
		let (state, mut votes) = (self.state().await, Vec::new());
		for who in all {
			let application = state.application(&account(who)).await.unwrap().unwrap();
			let motion = Motion::Verify {
				account: application.account,
				application: application.application_hash,
			};
			votes.push(calls::VOTE.with((motion, true)));
		}
		self.carried_by(Call::batch_all(votes)).await;
		let mut ids = Vec::new();
		for who in all {
			match self.member(who).await {
				MemberId::Provider(id) => ids.push(id),
				other => panic!("{other}"),
			}
		}
		ids
	}

	/// Two of the three authorities vote for a motion.
	pub async fn carry(&self, motion: Motion) {
		self.carried_by(calls::VOTE.with((motion, true))).await;
	}

	/// Two of the three authorities send this.
	async fn carried_by(&self, votes: Call) {
		let (alice, bob) = (dev::alice(), dev::bob());
		join(self.must(&alice, votes.clone()), self.must(&bob, votes)).await;
	}

	/// The authorities of a chain carry a motion of the council, the first one there.
	pub async fn council(node: &DevNode, call: Call) {
		let state = Chain::connect(&node.url)
			.await
			.unwrap()
			.best()
			.await
			.unwrap();
		let encoded = |call: &Call| call.encode(state.metadata()).unwrap();
		let inner = encoded(&call);
		let (hash, length) = (blake2_256(&inner), inner.len() as u32);
		let vote = || calls::COUNCIL_VOTE.with((hash, Compact(0), true));
		let weight = state.max_motion_weight().unwrap();
		let close = calls::COUNCIL_CLOSE.with((hash, Compact(0), weight, Compact(length)));
		for (who, call) in [
			(dev::alice(), Call::propose(2, call, length)),
			(dev::alice(), vote()),
			(dev::bob(), vote()),
			(dev::bob(), close),
		] {
			let done = node.submit(&who, Encoded(encoded(&call))).await;
			done.unwrap_or_else(|error| panic!("{error}: {call:?}"));
		}
	}

	/// The member that an account is.
	pub async fn member(&self, who: &Keypair) -> MemberId {
		match self.state().await.account(&account(who)).await.unwrap() {
			AccountStatus::Member(member) => member,
			other => panic!("{other:?}"),
		}
	}

	/// Records of a patient by a provider. The bytes mark what is in them.
	async fn add_records<const N: usize>(
		&self,
		author: &Keypair,
		patient: PatientId,
		marks: [u8; N],
	) -> [RecordId; N] {
		let adds = marks.map(|mark| record(patient, mark));
		self.must(author, Call::batch_all(adds.into())).await;
		let of = MemberId::Patient(patient);
		let state = self.state().await;
		let records = state.records(&of, &RecordFilter::default(), false).await;
		let mut ids: Vec<_> = records.unwrap().iter().map(|one| one.record.id).collect();
		ids.sort_unstable();
		ids.try_into().unwrap()
	}

	/// Dave is a patient, and eve a verified provider.
	pub async fn patient_and_author(&self) -> PatientId {
		let (dave, eve) = (dev::dave(), dev::eve());
		self.invite_all(&[&dave, &eve]).await;
		let apply = self.apply_invited(&eve, "A12345");
		let (patient, ()) = join(self.register_invited(&dave), apply).await;
		self.verify_applicant(&eve).await;
		patient
	}

	/// Dave is a patient, eve the author of his records, ferdie their grantee, and one another
	/// patient.
	pub async fn members(&self) -> Members {
		let all = [dev::dave(), dev::one(), dev::eve(), dev::ferdie()];
		self.invite_all(&all.each_ref()).await;
		let [dave, one, eve, ferdie] = &all;
		let (patient, other_patient, (), ()) = join4(
			self.register_invited(dave),
			self.register_invited(one),
			self.apply_invited(eve, "A12345"),
			self.apply_invited(ferdie, "B12345"),
		)
		.await;
		let providers = self.verify_applicants(&[eve, ferdie]).await;
		let [author, grantee] = providers.try_into().unwrap();
		let marks = [0x10, 0x20, 0x30, 0x40];
		let [granted, expired, revoked, private] = self.add_records(eve, patient, marks).await;
		// The chain's clock runs faster than others.
		let soon = self.state().await.now().await.unwrap() + 120_000;
		let to = MemberId::Provider(grantee);
		let grants = [
			(expired, 0x70, Some(soon)),
			(granted, 0x60, None),
			(revoked, 0x80, None),
		];
		let grants = grants.map(|(record, mark, end)| {
			calls::GRANT.with((record, to.clone(), wrapped(mark), end, Purpose::Treatment))
		});
		let revoke = calls::REVOKE.with((revoked, to.clone()));
		let calls = grants.into_iter().chain([revoke]).collect();
		self.must(dave, Call::batch_all(calls)).await;
		self.until(soon).await;
		Members {
			patient,
			other_patient,
			author,
			grantee,
			granted,
			expired,
			revoked,
			private,
		}
	}

	/// Dave grants records to a provider of another region. The grants of two wait to be forwarded, that of
	/// the expired one is revoked.
	pub async fn grant_away(&self, members: &Members) {
		let granted = [members.granted, members.private, members.expired];
		let grant = |record| {
			let purpose = Purpose::Treatment;
			calls::GRANT_INTERREGIONAL.with((record, members.away(), wrapped(0x90), None, purpose))
		};
		let revoke = calls::REVOKE_INTERREGIONAL.with((members.expired, members.away()));
		let calls = granted.map(grant).into_iter().chain([revoke]);
		self.must(&dev::dave(), Call::batch_all(calls.collect()))
			.await;
	}

	/// The URL of a path.
	pub fn url(&self, path: &str) -> String {
		format!("http://{}{path}", self.address)
	}

	/// Asks for a challenge: nonce and time.
	pub async fn challenge(&self, account: &AccountId) -> ([u8; 32], u64) {
		let account = salus_client::address::to_address(account);
		let answer = self
			.http
			.post(self.url("/v1/challenge"))
			.json(&json!({ "account": account }))
			.send()
			.await
			.unwrap();
		assert_eq!(answer.status(), StatusCode::OK);
		let answer: Value = answer.json().await.unwrap();
		let nonce = answer["nonce"]
			.as_str()
			.unwrap()
			.strip_prefix("0x")
			.unwrap();
		let nonce = hex::decode(nonce).unwrap().try_into().unwrap();
		(nonce, answer["time"].as_u64().unwrap())
	}

	/// The body that answers a challenge.
	pub fn answer(
		&self,
		who: &Keypair,
		(host, genesis): (&str, &[u8; 32]),
		(nonce, time): ([u8; 32], u64),
	) -> Value {
		let key = who.public_key().0;
		let message = sign_in_message(host, genesis, &nonce, &key, time);
		let hex = |bytes: &[u8]| format!("0x{}", hex::encode(bytes));
		json!({
			"account": hex(&key),
			"nonce": hex(&nonce),
			"time": time,
			"signature": hex(&who.sign(message.as_bytes()).0),
		})
	}

	/// Posts an answer to a challenge.
	pub async fn post_session(&self, body: &Value, token: Option<&str>) -> reqwest::Response {
		let mut post = self.http.post(self.url("/v1/session")).json(body);
		if let Some(token) = token {
			post = post.bearer_auth(token);
		}
		post.send().await.unwrap()
	}

	/// Signs in as a client does. With a token, renews the session.
	pub async fn try_sign_in(&self, who: &Keypair, token: Option<&str>) -> (StatusCode, Value) {
		let challenge = self.challenge(&account(who)).await;
		let host = self.address.to_string();
		let body = self.answer(who, (&*host, &self.chain.genesis()), challenge);
		let answer = self.post_session(&body, token).await;
		(answer.status(), answer.json().await.unwrap())
	}

	/// Signs in, and returns the token. A gateway that is a program of its own may be a block behind.
	pub async fn sign_in(&self, who: &Keypair) -> String {
		let since = Instant::now();
		loop {
			let (status, answer) = self.try_sign_in(who, None).await;
			if status == StatusCode::OK {
				return answer["token"].as_str().unwrap().into();
			}
			let behind = status == StatusCode::UNAUTHORIZED && since.elapsed() < PATIENCE;
			assert!(behind, "{status} {answer}");
			// No faster than sign-ins are allowed.
			tokio::time::sleep(Duration::from_secs(1)).await;
		}
	}

	/// Opens a socket to the node, without the gateway.
	pub async fn node_socket(&self) -> Socket {
		let (socket, _) = connect_async(&*self.node.url).await.unwrap();
		Socket { socket, next: 0 }
	}

	/// Opens a socket to the region.
	pub async fn socket(&self, token: &str) -> Socket {
		self.socket_to(ChainName::Region, token).await
	}

	/// Opens a socket to a chain.
	pub async fn socket_to(&self, chain: ChainName, token: &str) -> Socket {
		let bearer = format!("Bearer {token}");
		let opened = self.open(chain, "authorization", &bearer).await;
		let opened = opened.unwrap_or_else(|status| panic!("no socket: {status}"));
		opened.0
	}

	/// Opens a socket to the region. The error is the status of the answer.
	pub async fn try_socket(&self, token: &str) -> Result<Socket, StatusCode> {
		let bearer = format!("Bearer {token}");
		let opened = self.open(ChainName::Region, "authorization", &bearer);
		Ok(opened.await?.0)
	}

	/// Opens a socket with a header. Returns the subprotocol that the gateway chose, too.
	pub async fn open(
		&self,
		chain: ChainName,
		header: &'static str,
		value: &str,
	) -> Result<(Socket, Option<String>), StatusCode> {
		let url = format!("ws://{}/v1/chain/{chain}", self.address);
		let mut request = url.into_client_request().unwrap();
		let headers = request.headers_mut();
		headers.insert(header, value.parse().unwrap());
		match connect_async(request).await {
			Ok((socket, answer)) => {
				let chosen = answer.headers().get("sec-websocket-protocol");
				let chosen = chosen.map(|name| name.to_str().unwrap().to_owned());
				Ok((Socket { socket, next: 0 }, chosen))
			}
			Err(tungstenite::Error::Http(answer)) => Err(answer.status()),
			Err(error) => panic!("{error}"),
		}
	}
}

/// Limits that a test of something else does not meet.
pub fn limitless() -> Limits {
	Limits {
		requests_per_second: 100_000,
		transactions_per_minute: 100_000,
		..Limits::default()
	}
}

/// A gateway of these nodes and perhaps a Kubo, and its address.
pub async fn gateway(
	region: &DevNode,
	consortium: Option<&DevNode>,
	envelopes: Option<EnvelopesConfig>,
	limits: Limits,
) -> (Arc<Gateway>, SocketAddr) {
	let set = |config: &mut Config| {
		config.consortium = consortium.map(|node| node.url.clone());
		config.envelopes = envelopes;
		config.limits = limits;
	};
	gateway_with(region, set).await
}

/// A gateway of this node, with more of a configuration, and its address.
pub async fn gateway_with(
	region: &DevNode,
	set: impl FnOnce(&mut Config),
) -> (Arc<Gateway>, SocketAddr) {
	keep_log();
	let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
	let address = listener.local_addr().unwrap();
	let mut config = Config {
		listen: address,
		hosts: vec![address.to_string()],
		origins: vec!["https://portal.example".into()],
		tls: None,
		behind_proxy: true,
		beyond_loopback: false,
		metrics: None,
		network_file: None,
		network_files: None,
		backup: None,
		region: region.url.clone(),
		consortium: None,
		relay: None,
		envelopes: None,
		limits: Limits::default(),
	};
	set(&mut config);
	let gateway = Gateway::start(config).unwrap();
	tokio::spawn(server::serve(gateway.clone(), listener));
	(gateway, address)
}

/// Adds a record of a patient. The bytes mark what is in it.
pub fn record(patient: PatientId, mark: u8) -> Call {
	let mut cid = vec![0x01, 0x55, 0x12, 0x20];
	cid.extend([mark; 32]);
	// Bytes that nobody could have typed.
	let mut name = [mark; SEALED_NAME_LEN];
	let mut hash = [mark; 32];
	(name[0], hash[0]) = (0xff, 0xff);
	calls::ADD_RECORD.with((
		patient,
		name,
		hash,
		cid,
		2_000,
		wrapped(mark),
		wrapped(mark + 1),
		None,
	))
}

/// A wrapped key that a search finds.
pub fn wrapped(mark: u8) -> WrappedKey {
	WrappedKey::RsaOaep {
		key_version: 0,
		ciphertext: vec![mark; 384].try_into().unwrap(),
	}
}

/// A client's socket.
pub struct Socket {
	pub socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
	next: u64,
}

impl Socket {
	/// The answer to a request: the result, or the error's code and message.
	pub async fn request(&mut self, method: &str, params: Value) -> Result<Value, (i64, String)> {
		self.next += 1;
		let id = self.next;
		let request = json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params });
		self.send(&request.to_string()).await;
		loop {
			let message = self.message().await;
			if message["id"] != id {
				continue;
			}
			return match message.get("error") {
				None => Ok(message["result"].clone()),
				Some(error) => Err((
					error["code"].as_i64().unwrap(),
					error["message"].as_str().unwrap().into(),
				)),
			};
		}
	}

	/// Sends text.
	pub async fn send(&mut self, text: &str) {
		self.socket.send(Message::text(text)).await.unwrap();
	}

	/// The next message.
	pub async fn message(&mut self) -> Value {
		match self.raw().await {
			Some(Message::Text(text)) => serde_json::from_str(&text).unwrap(),
			other => panic!("{other:?}"),
		}
	}

	/// The code and reason with which the gateway closes the socket.
	pub async fn closed(&mut self) -> (u16, String) {
		loop {
			match self.raw().await {
				Some(Message::Close(Some(frame))) => {
					return (frame.code.into(), frame.reason.to_string());
				}
				Some(_) => {}
				None => panic!("the socket ended without a reason"),
			}
		}
	}

	/// The next message, as it came.
	pub async fn raw(&mut self) -> Option<Message> {
		let next = async {
			loop {
				match self.socket.next().await {
					Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
					message => return message.and_then(Result::ok),
				}
			}
		};
		tokio::time::timeout(PATIENCE, next).await.unwrap()
	}
}
