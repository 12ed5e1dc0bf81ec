//! The client library through the gateway, as `salus` uses it: signing in, the session's file, proven
//! reads, and refusals.

mod world;

use std::{
	fs,
	os::unix::fs::PermissionsExt,
	path::Path,
	sync::{
		atomic::{AtomicUsize, Ordering},
		Arc,
	},
};

use reqwest::StatusCode;
use salus_client::{
	chain::Chain,
	gateway::{Gateway, Identity, Sign},
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
use world::{account, dev, Keypair, World};

/// Ten minutes, in milliseconds.
const MAX_AGE: u64 = 600_000;

/// Signs with a key, and counts how often.
struct Counted(Keypair, AtomicUsize);

impl Sign for Counted {
	fn sign(&self, message: &str) -> Result<[u8; 64]> {
		self.1.fetch_add(1, Ordering::Relaxed);
		Ok(self.0.sign(message.as_bytes()).0)
	}

	fn sign_unasked(&self, _: &str) -> Option<[u8; 64]> {
		None
	}
}

/// A network whose file names the gateway, as two authorities signed it.
async fn network(world: &World, dir: &Path) -> Network {
	let region = chain_of(&world.node.url, true).await.unwrap();
	let gateway = Endpoint {
		kind: EndpointKind::Gateway,
		url: world.url(""),
		authority: account(&dev::alice()),
	};
	let signers = [AccountSeed::generate(), AccountSeed::generate()];
	let network = NetworkFile {
		format: 1,
		name: "trial".into(),
		serial: 1,
		valid_until: u64::MAX / 2,
		reset: 0,
		relay: None,
		chains: vec![ChainEntry {
			endpoints: vec![gateway],
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

fn gateway(network: &Network, dir: &Path, sign: &Arc<Counted>) -> Gateway {
	let region = &network.file().chains[0];
	let [(url, genesis)] = &network.gateways(region, None)[..] else {
		panic!("the file names one gateway")
	};
	let identity = Identity {
		account: account(&sign.0),
		genesis: *genesis,
		sign: sign.clone(),
		sessions: dir.join("sessions"),
	};
	Gateway::new(url, identity).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_reads_through_the_gateway_and_signs_in_once() {
	let world = World::start(Limits::default()).await;
	let members = world.members().await;
	world.state().await;
	let dir = tempfile::tempdir().unwrap();
	let network = network(&world, dir.path()).await;
	let para = network.file().chains[0].para;
	let ferdie = Arc::new(Counted(dev::ferdie(), AtomicUsize::new(0)));
	let signed = || ferdie.1.load(Ordering::Relaxed);
	let connect = async || -> Result<Chain> {
		let gateway = gateway(&network, dir.path(), &ferdie);
		network.connect_through(&gateway, para, MAX_AGE).await
	};

	let chain = connect().await.unwrap();
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

	// One signature for all, also of the next commands.
	connect().await.unwrap();
	assert_eq!(signed(), 1);
	let file = session_file(dir.path());
	let mode = fs::metadata(&file).unwrap().permissions().mode();
	assert_eq!(mode & 0o777, 0o600);

	// The gateway ended the session: the client signs in again, and goes on.
	let session: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
	let ended = world
		.http
		.delete(world.url("/v1/session"))
		.bearer_auth(session["token"].as_str().unwrap())
		.send()
		.await
		.unwrap();
	assert_eq!(ended.status(), StatusCode::NO_CONTENT);
	let chain = connect().await.unwrap();
	let state = chain.finalized().await.unwrap();
	assert_eq!(
		state.granted_to(&me, &filter, false).await.unwrap().len(),
		1
	);
	assert_eq!(signed(), 2);

	// Whoever is not invited is told so.
	let stranger = Arc::new(Counted(dev::two(), AtomicUsize::new(0)));
	let error = gateway(&network, dir.path(), &stranger).open().await;
	let error = error.unwrap_err().to_string();
	assert!(error.contains("not invited"), "{error}");
}

/// The one file in the folder of sessions.
fn session_file(dir: &Path) -> std::path::PathBuf {
	let mut files = fs::read_dir(dir.join("sessions")).unwrap();
	let file = files.next().unwrap().unwrap().path();
	assert!(files.next().is_none());
	file
}
