//! Views that the client runs itself, over what a real node proves, are the node's own answers.

use std::{
	fs,
	net::TcpListener,
	process::{Child, Command, Stdio},
	time::{Duration, Instant},
};

use codec::Encode;
use salus_client::proven::{runtime_from, view_from};
use salus_light::Header;
use salus_primitives::{MemberId, PatientId, ProfessionalNumber};
use subxt::{
	config::RpcConfigFor,
	rpcs::{methods::LegacyRpcMethods, rpc_params, RpcClient},
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

fn free_port() -> String {
	let listener = TcpListener::bind("127.0.0.1:0").unwrap();
	listener.local_addr().unwrap().port().to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn views_over_a_nodes_proofs_are_its_own_answers() {
	let dir = tempfile::tempdir().unwrap();
	let port = free_port();
	let process = Command::new(env!("CARGO_BIN_EXE_salus-node"))
		.args(["--dev", "--dev-block-time", "1000", "--base-path"])
		.arg(dir.path())
		.args(["--rpc-port", &port, "--port", &free_port()])
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
	let account = sp_core::crypto::AccountId32::from([1; 32]);
	let patient = PatientId([1; 16]);
	let number = ProfessionalNumber::parse("A12345").unwrap();
	let none = None::<u8>;
	for (function, parameters) in [
		("Core_version", vec![]),
		("RegistryApi_account", account.encode()),
		("RegistryApi_patient", patient.encode()),
		("RegistryApi_provider", number.encode()),
		("RegistryApi_providers", (none, 10u32).encode()),
		("RegistryApi_invitations_left", account.encode()),
		("EmrApi_record", 0u64.encode()),
		(
			"EmrApi_records_of",
			(MemberId::Patient(patient), none, 10u32).encode(),
		),
		(
			"PermissionsApi_granted_to",
			(MemberId::Patient(patient), none, 10u32).encode(),
		),
		("PinningApi_under_replicated", (0u64, 10u32).encode()),
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
