//! The client library through the gateway, as `salus` uses it: signing in, the session's file, proven
//! reads, and refusals.

mod world;

use std::{
	fs,
	os::unix::fs::PermissionsExt,
	path::{Path, PathBuf},
	sync::{
		atomic::{AtomicBool, AtomicUsize, Ordering},
		Arc,
	},
	time::Duration,
};

use futures::StreamExt;
use reqwest::StatusCode;
use salus_client::{
	chain::Chain,
	gateway::{Asking, Gateway, Identity, Sign},
	network::{
		chain_of, sign, ChainEntry, Endpoint, EndpointKind, Network, NetworkFile, Networks,
		SignedFile, Signers,
	},
	Error, Result,
};
use salus_envelope::{AccountSeed, Signer};
use salus_gateway::config::Limits;
use salus_primitives::{
	views::{AccountStatus, RecordFilter},
	MemberId,
};
use serde_json::Value;
use tokio::{
	io::{AsyncReadExt, AsyncWriteExt},
	net::TcpListener,
	time::{sleep, timeout},
};
use world::{account, dev, Keypair, World, PATIENCE};

/// Ten minutes, in milliseconds.
const MAX_AGE: u64 = 600_000;

/// A person's key. It counts how often it was unlocked, and how often it signed.
struct Person {
	key: Keypair,
	unlocked: AtomicBool,
	asked: AtomicUsize,
	signed: AtomicUsize,
}

impl Person {
	fn new(key: Keypair) -> Arc<Self> {
		Arc::new(Self {
			key,
			unlocked: AtomicBool::new(false),
			asked: AtomicUsize::new(0),
			signed: AtomicUsize::new(0),
		})
	}

	/// How often the person was asked for the passphrase, and how often the key signed.
	fn counts(&self) -> (usize, usize) {
		let count = |count: &AtomicUsize| count.load(Ordering::Relaxed);
		(count(&self.asked), count(&self.signed))
	}

	fn lock(&self) {
		self.unlocked.store(false, Ordering::Relaxed);
	}
}

impl Sign for Person {
	fn unlock(&self, asking: Asking) -> Result<()> {
		if self.unlocked.load(Ordering::Relaxed) {
			return Ok(());
		}
		if asking == Asking::Never {
			return Err(Error::KeyFile("the key is locked".into()));
		}
		self.asked.fetch_add(1, Ordering::Relaxed);
		self.unlocked.store(true, Ordering::Relaxed);
		Ok(())
	}

	fn sign(&self, message: &str) -> Result<[u8; 64]> {
		assert!(self.unlocked.load(Ordering::Relaxed));
		self.signed.fetch_add(1, Ordering::Relaxed);
		Ok(self.key.sign(message.as_bytes()).0)
	}
}

/// A network whose file names these gateways and that of the world, as two authorities signed it.
async fn network(world: &World, before: &[String], dir: &Path) -> Network {
	let region = chain_of(&world.node.url, true).await.unwrap();
	let urls = before.iter().cloned().chain([world.url("")]);
	let gateways = urls.map(|url| Endpoint {
		kind: EndpointKind::Gateway,
		url,
		authority: account(&dev::alice()),
	});
	let signers = [AccountSeed::generate(), AccountSeed::generate()];
	let network = NetworkFile {
		format: 1,
		name: "trial".into(),
		serial: 1,
		valid_until: u64::MAX / 2,
		reset: 0,
		relay: None,
		chains: vec![ChainEntry {
			endpoints: gateways.collect(),
			..region
		}],
		portal: None,
		signers: Signers {
			threshold: 2,
			accounts: signers.iter().map(|one| one.account().into()).collect(),
		},
	};
	let signatures = signers.iter().map(|one| sign(&network, one)).collect();
	let file = SignedFile {
		network,
		signatures,
	};
	Networks::new(dir).add(file).unwrap()
}

/// Connects a person to the region, as a new command does.
async fn connect(network: &Network, dir: &Path, person: &Arc<Person>) -> Result<Chain> {
	let region = &network.file().chains[0];
	let gateways = network.gateways(region, None).into_iter();
	let gateways = gateways.map(|(url, genesis)| {
		let identity = Identity {
			account: account(&person.key),
			genesis,
			sign: person.clone(),
			sessions: dir.join("sessions"),
		};
		Gateway::new(&url, identity).unwrap()
	});
	network
		.connect_through(gateways.collect(), region.para, MAX_AGE)
		.await
}

/// The files of sessions.
fn session_files(dir: &Path) -> Vec<PathBuf> {
	let files = fs::read_dir(dir.join("sessions")).unwrap();
	let files = files.map(|file| file.unwrap().path());
	// One that is being written has another name for a moment.
	let is_session = |path: &PathBuf| path.extension().is_some_and(|end| end == "json");
	files.filter(is_session).collect()
}

/// The token in the only file of a session.
fn token(dir: &Path) -> String {
	let files = session_files(dir);
	let [file] = &files[..] else {
		panic!("there is one session")
	};
	let session: Value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
	session["token"].as_str().unwrap().into()
}

/// Ends a session at the gateway.
async fn sign_out(world: &World, token: &str) {
	let url = world.url("/v1/session");
	let ended = world.http.delete(url).bearer_auth(token).send().await;
	assert_eq!(ended.unwrap().status(), StatusCode::NO_CONTENT);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_reads_through_the_gateway_and_signs_in_once() {
	let world = World::start(Limits::default()).await;
	let members = world.members().await;
	world.state().await;
	let dir = tempfile::tempdir().unwrap();
	let network = network(&world, &[], dir.path()).await;
	let ferdie = Person::new(dev::ferdie());
	let connect = async |person: &Arc<Person>| connect(&network, dir.path(), person).await;

	let chain = connect(&ferdie).await.unwrap();
	let state = chain.finalized().await.unwrap();
	let me = MemberId::Provider(members.grantee);
	let status = state.account(&account(&dev::ferdie())).await.unwrap();
	assert_eq!(status, AccountStatus::Member(me.clone()));
	let filter = RecordFilter::default();
	let granted = state.granted_to(&me, &filter, true).await.unwrap();
	assert_eq!(granted.len(), 1);
	assert!(state.now().await.unwrap() > 0);

	// The table decides here too.
	for record in [members.expired, members.private, 999] {
		let error = state.record(record).await.unwrap_err();
		assert!(matches!(error, Error::NotAllowed { .. }), "{error}");
		assert!(error.to_string().contains("EmrApi_record"), "{error}");
	}
	assert!(state.record(members.granted).await.is_ok());

	// One signature for all, also of the next commands: they need no passphrase.
	ferdie.lock();
	connect(&ferdie).await.unwrap();
	assert_eq!(ferdie.counts(), (1, 1));
	for file in session_files(dir.path()) {
		let mode = fs::metadata(&file).unwrap().permissions().mode();
		assert_eq!(mode & 0o777, 0o600);
	}

	// The gateway ended the session: the client signs in again, and goes on.
	sign_out(&world, &token(dir.path())).await;
	let chain = connect(&ferdie).await.unwrap();
	let state = chain.finalized().await.unwrap();
	assert_eq!(
		state.granted_to(&me, &filter, false).await.unwrap().len(),
		1
	);
	assert_eq!(ferdie.counts(), (2, 2));

	// Whoever is not invited is told so.
	let error = connect(&Person::new(dev::two())).await.err().unwrap();
	assert!(matches!(error, Error::NotAllowed { .. }), "{error}");
	assert!(error.to_string().contains("not invited"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_tells_why_its_session_ended() {
	let world = World::start(Limits::default()).await;
	let dir = tempfile::tempdir().unwrap();
	let network = network(&world, &[], dir.path()).await;
	let alice = Person::new(dev::alice());
	let chain = connect(&network, dir.path(), &alice).await.unwrap();
	chain.finalized().await.unwrap();

	alice.lock();
	sign_out(&world, &token(dir.path())).await;
	let error = chain.finalized().await.err().unwrap().to_string();
	assert!(
		error.contains("the session was ended by its client"),
		"{error}"
	);
	let error = chain.finalized().await.err().unwrap().to_string();
	assert!(error.contains("the key is locked"), "{error}");
	// Its token is of no more use.
	assert!(session_files(dir.path()).is_empty());

	// With the key unlocked, it goes on by itself.
	alice.unlock(Asking::Allowed).unwrap();
	chain.finalized().await.unwrap();
	assert_eq!(alice.counts(), (2, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unlocked_key_renews_its_session() {
	// A minute before its end, a session is renewed.
	let world = World::start(Limits {
		session_seconds: 63,
		..Limits::default()
	})
	.await;
	let dir = tempfile::tempdir().unwrap();
	let network = network(&world, &[], dir.path()).await;
	let alice = Person::new(dev::alice());
	let chain = connect(&network, dir.path(), &alice).await.unwrap();
	let mut blocks = Box::pin(chain.finals().await.unwrap());
	blocks.next().await.unwrap().unwrap();
	let first = token(dir.path());
	let renewed = async {
		while token(dir.path()) == first {
			sleep(Duration::from_millis(200)).await;
		}
	};
	timeout(PATIENCE, renewed).await.unwrap();
	let (asked, signed) = alice.counts();
	assert!(asked == 1 && signed > 1, "{asked} {signed}");
	// Its socket goes on, and the first token is of no more use.
	for _ in 0..2 {
		let block = timeout(PATIENCE, blocks.next()).await.unwrap();
		block.unwrap().unwrap();
	}
	let url = world.url("/v1/session");
	let ended = world.http.delete(url).bearer_auth(first).send().await;
	assert_eq!(ended.unwrap().status(), StatusCode::UNAUTHORIZED);
}

/// A gateway that lets nobody in. Returns its address.
async fn refusing() -> String {
	let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
	let url = format!("http://{}", listener.local_addr().unwrap());
	tokio::spawn(async move {
		while let Ok((mut client, _)) = listener.accept().await {
			let mut request = [0; 4096];
			let _ = client.read(&mut request).await;
			let head = "HTTP/1.1 401 Unauthorized\r\nconnection: close\r\ncontent-length: 2";
			let answer = format!("{head}\r\n\r\n{{}}");
			let _ = client.write_all(answer.as_bytes()).await;
			let _ = client.shutdown().await;
			while client.read(&mut request).await.is_ok_and(|read| read > 0) {}
		}
	});
	url
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_gateway_is_asked() {
	let world = World::start(Limits::default()).await;
	let dir = tempfile::tempdir().unwrap();
	// Nothing listens at the first one.
	let before = ["http://127.0.0.1:9".into(), refusing().await];
	let network = network(&world, &before, dir.path()).await;
	let alice = Person::new(dev::alice());
	let chain = connect(&network, dir.path(), &alice).await.unwrap();
	assert_eq!(chain.url(), world.url("/"));
	chain.finalized().await.unwrap();
	// The person was asked once, and nobody is asked again for gateways that do not answer.
	alice.lock();
	connect(&network, dir.path(), &alice).await.unwrap();
	assert_eq!(alice.counts().0, 1);

	// None lets a stranger in. That says more than that one cannot be reached.
	let error = connect(&network, dir.path(), &Person::new(dev::two())).await;
	let error = error.err().unwrap();
	assert!(matches!(error, Error::NotAllowed { .. }), "{error}");
	assert!(error.to_string().contains("not invited"), "{error}");
}
