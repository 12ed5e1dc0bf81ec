//! Other people's tools do processes 0 to 3 through the gateway, unchanged.

mod world;

use std::process::Stdio;

use codec::{Decode, Encode};
use salus_gateway::config::Limits;
use salus_primitives::{
	views::{GrantView, ListedRecord, RecordFilter},
	AccountId, MemberId, Page, RecordId,
};
use tokio::process::Command;
use world::{dev, node_js, Keypair, World, KEY};

#[tokio::test(flavor = "multi_thread")]
async fn polkadot_js_does_processes_0_to_3() {
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

#[tokio::test(flavor = "multi_thread")]
async fn subxt_does_processes_0_to_3() {
	let mut world = World::start(Limits::default()).await;
	world.through_gateway = true;
	// Registers, stores, grants and revokes.
	let members = world.members().await;
	world.state().await;
	let read = async |who: &Keypair, function: &str, arguments: Vec<u8>| {
		let client = world.client(who).await;
		let at = client.at_current_block().await.unwrap();
		at.runtime_apis()
			.call_raw(function, Some(&arguments))
			.await
			.map_err(|error| error.to_string())
	};

	let patient = MemberId::Patient(members.patient);
	let all = (
		&patient,
		RecordFilter::default(),
		true,
		None::<RecordId>,
		0_u32,
	)
		.encode();
	let all = read(&dev::dave(), "EmrApi_records", all).await.unwrap();
	let all = Page::<ListedRecord<AccountId>, RecordId>::decode(&mut &*all).unwrap();
	assert_eq!(all.items.len(), 4);
	let grantee = MemberId::Provider(members.grantee);
	let grant = async |record: RecordId| {
		let arguments = (record, &grantee).encode();
		let grant = read(&dev::ferdie(), "PermissionsApi_grant", arguments).await;
		Option::<GrantView>::decode(&mut &*grant.unwrap()).unwrap()
	};
	assert!(grant(members.granted).await.unwrap().wrapped_key.is_some());
	assert!(grant(members.revoked).await.is_none());
	let record =
		async |record: RecordId| read(&dev::ferdie(), "EmrApi_record", record.encode()).await;
	assert!(record(members.granted).await.is_ok());
	let refused = record(members.revoked).await.unwrap_err();
	assert!(refused.contains("may not call EmrApi_record"), "{refused}");
}
