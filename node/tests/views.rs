//! Views that the client runs itself, over what a real node proves, are the node's own answers. A
//! node that lies is found out.

mod ports;

use std::{
	fs,
	process::{Child, Command, Stdio},
	time::{Duration, Instant},
};

use codec::Encode;
use ports::free_port;
use salus_client::proven::{runtime_from, view_from, AskError};
use salus_light::Header;
use salus_primitives::{views::RecordFilter, MemberId, PatientId, ProfessionalNumber, ProviderId};
use serde_json::Value;
use subxt::{
	config::RpcConfigFor,
	rpcs::{
		client::{RawRpcFuture, RawRpcSubscription, RawValue},
		methods::LegacyRpcMethods,
		rpc_params, RpcClient, RpcClientT,
	},
	SubstrateConfig,
};

/// The time in which the node must start.
const PATIENCE: Duration = Duration::from_secs(120);

/// Is killed at the end of the test.
struct Process(Child);

impl Drop for Process {
	fn drop(&mut self) {
		let _ = self.0.kill();
		let _ = self.0.wait();
	}
}

/// How a node lies.
#[derive(Clone, Debug)]
enum Lie {
	/// It leaves a node out of each proof.
	Omit,
	/// It alters each proof.
	Alter,
	/// It proves the state of another block.
	Old(String),
	/// It says that no key comes after any.
	NoMoreKeys,
}

/// A node that answers as another one, but with a lie.
struct Liar(RpcClient, Lie);

impl RpcClientT for Liar {
	fn request_raw<'a>(
		&'a self,
		method: &'a str,
		params: Option<Box<RawValue>>,
	) -> RawRpcFuture<'a, Box<RawValue>> {
		Box::pin(async move {
			let mut params: Vec<Value> = serde_json::from_str(params.unwrap().get()).unwrap();
			if let Lie::Old(block) = &self.1 {
				*params.last_mut().unwrap() = block.as_str().into();
			}
			let params = RawValue::from_string(Value::from(params).to_string()).unwrap();
			let answer = self.0.request_raw(method, Some(params)).await?;
			let mut answer: Value = serde_json::from_str(answer.get()).unwrap();
			match (
				&self.1,
				answer.get_mut("proof").and_then(Value::as_array_mut),
			) {
				(Lie::Omit, Some(proof)) => drop(proof.pop()),
				(Lie::Alter, Some(proof)) => {
					for node in proof {
						*node = format!("{}00", node.as_str().unwrap()).into();
					}
				}
				(Lie::NoMoreKeys, None) => answer = Value::from(Vec::<Value>::new()),
				_ => (),
			}
			Ok(RawValue::from_string(answer.to_string()).unwrap())
		})
	}

	fn subscribe_raw<'a>(
		&'a self,
		_: &'a str,
		_: Option<Box<RawValue>>,
		_: &'a str,
	) -> RawRpcFuture<'a, RawRpcSubscription> {
		unreachable!("views need no subscription")
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_is_the_nodes_own_answer_or_an_error() {
	let dir = tempfile::tempdir().unwrap();
	let [port, p2p] = [free_port(), free_port()].map(|port| port.to_string());
	let process = Command::new(env!("CARGO_BIN_EXE_salus-node"))
		.args(["--dev", "--dev-block-time", "1000", "--base-path"])
		.arg(dir.path())
		.args(["--rpc-port", &port, "--port", &p2p])
		.args(["--no-prometheus", "--no-telemetry", "--no-mdns"])
		.stdin(Stdio::null())
		.stdout(Stdio::null())
		.stderr(fs::File::create(dir.path().join("log")).unwrap())
		.spawn()
		.unwrap();
	let _process = Process(process);
	let log = || fs::read_to_string(dir.path().join("log")).unwrap_or_default();
	let since = Instant::now();
	let url = format!("ws://127.0.0.1:{port}");
	let rpc = loop {
		if let Ok(rpc) = RpcClient::from_url(&url).await {
			break rpc;
		}
		assert!(since.elapsed() < PATIENCE, "{}", log());
		tokio::time::sleep(Duration::from_millis(200)).await;
	};
	let methods = LegacyRpcMethods::<RpcConfigFor<SubstrateConfig>>::new(rpc.clone());
	let block = loop {
		let hash = methods.chain_get_finalized_head().await.unwrap();
		let header = methods.chain_get_header(Some(hash)).await.unwrap().unwrap();
		if header.number >= 2 {
			let block = Header::decode(&header.encode()).unwrap();
			assert_eq!(block.hash(), hash);
			break block;
		}
		assert!(since.elapsed() < PATIENCE, "{}", log());
		tokio::time::sleep(Duration::from_millis(200)).await;
	};

	let started = Instant::now();
	let runtime = runtime_from(&rpc, &block).await.unwrap();
	println!("the runtime is ready after {:?}", started.elapsed());

	let genesis = methods.genesis_hash().await.unwrap();
	for lie in [Lie::Omit, Lie::Alter, Lie::Old(format!("{genesis:?}"))] {
		let liar = RpcClient::new(Liar(rpc.clone(), lie.clone()));
		let code = runtime_from(&liar, &block).await.err();
		assert!(
			matches!(code, Some(AskError::NotShown)),
			"{lie:?}: {code:?}"
		);
		let view = view_from(&liar, &block, &runtime, "GovernanceApi_authorities", &[]).await;
		assert!(matches!(view, Err(AskError::NotShown)), "{lie:?}: {view:?}");
	}
	let patient = PatientId([1; 16]);
	let liar = RpcClient::new(Liar(rpc.clone(), Lie::NoMoreKeys));
	let list = |of: MemberId| (of, RecordFilter::default(), true, None::<u8>, 10u32).encode();
	let parameters = list(MemberId::Patient(patient));
	let view = view_from(&liar, &block, &runtime, "EmrApi_records", &parameters).await;
	assert!(matches!(view, Err(AskError::NotShown)), "{view:?}");

	let account = sp_core::crypto::AccountId32::from([1; 32]);
	let number = ProfessionalNumber::parse("A12345").unwrap();
	let none = None::<u8>;
	for (function, parameters) in [
		("Core_version", vec![]),
		("RegistryApi_account", account.encode()),
		("RegistryApi_patient", patient.encode()),
		("RegistryApi_provider", ProviderId(0).encode()),
		("RegistryApi_holder", number.encode()),
		("RegistryApi_providers", (none, 10u32).encode()),
		("RegistryApi_invitations_left", account.encode()),
		("EmrApi_record", 0u64.encode()),
		("EmrApi_records", list(patient.into())),
		("PermissionsApi_granted_to", list(patient.into())),
		(
			"HistoryApi_history",
			(MemberId::Patient(patient), none, 10u32).encode(),
		),
		("PinningApi_under_replicated", (none, 10u32).encode()),
		("GovernanceApi_authorities", vec![]),
		("InterregionalApi_waiting", (none, 10u32).encode()),
		("Metadata_metadata_at_version", 16u32.encode()),
	] {
		let started = Instant::now();
		let proven = view_from(&rpc, &block, &runtime, function, &parameters).await;
		let took = started.elapsed();
		let parameters = format!("0x{}", hex::encode(&parameters));
		let answer: String = rpc
			.request(
				"state_call",
				rpc_params![function, parameters, block.hash()],
			)
			.await
			.unwrap();
		let proven = proven.unwrap_or_else(|error| panic!("{function}: {error}\n{}", log()));
		println!("{function}: {} bytes in {took:?}", proven.len());
		assert_eq!(format!("0x{}", hex::encode(proven)), answer, "{function}");
	}
}
