//! `salus_proveCalls`, by which a gateway has views run and proven: a client that runs them again on the
//! proof gets the same, and whatever a caller sends, the node goes on.

#[allow(dead_code, reason = "these tests send no transactions")]
mod dev_node;

use std::{sync::Arc, time::Duration};

use codec::Encode;
use dev_node::DevNode;
use salus_client::proven::Runtime;
use salus_light::{genesis_key, Header, State};
use salus_primitives::{views::RecordFilter, MemberId, PatientId};
use serde_json::{json, Value};
use sp_core::{storage::well_known_keys::CODE, H256};
use subxt::rpcs::{rpc_params, Error, RpcClient};

/// The codes of errors.
const PARAMS: i32 = -32602;
const NO_BLOCK: i32 = 9001;
const TOO_LARGE: i32 = 9002;
const FAILED: i32 = 9003;

fn hex_of(bytes: &[u8]) -> String {
	format!("0x{}", hex::encode(bytes))
}

fn bytes(value: &Value) -> Vec<u8> {
	hex::decode(value.as_str().unwrap().strip_prefix("0x").unwrap()).unwrap()
}

fn call(function: &str, arguments: &[u8]) -> Value {
	json!({ "function": function, "arguments": hex_of(arguments) })
}

async fn prove(rpc: &RpcClient, block: H256, calls: &[Value], keys: &[String]) -> Value {
	let asked = ask(rpc, json!(block), json!(calls), json!(keys)).await;
	asked.unwrap_or_else(|(code, text)| panic!("{code}: {text}"))
}

/// The answer, or an error's code and text.
async fn ask(
	rpc: &RpcClient,
	block: Value,
	calls: Value,
	keys: Value,
) -> Result<Value, (i32, String)> {
	match rpc
		.request("salus_proveCalls", rpc_params![block, calls, keys])
		.await
	{
		Ok(answer) => Ok(answer),
		Err(Error::User(error)) => Err((error.code, error.message)),
		Err(error) => panic!("{error}"),
	}
}

/// A block of the chain, which is final.
async fn block(node: &DevNode) -> H256 {
	let at = node.client.at_current_block().await.unwrap();
	H256(at.block_hash().0)
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_are_proven_and_hostile_ones_are_refused() {
	let node = DevNode::start(&["--dev"]).await;
	let block = block(&node).await;
	proofs(&node.rpc, block).await;
	hostile(&node.rpc, block).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_whose_state_is_gone_is_refused() {
	let node = DevNode::start(&["--dev", "--state-pruning", "16"]).await;
	let block = json!(block(&node).await);
	for _ in 0..300 {
		let calls = json!([call("Core_version", &[])]);
		match ask(&node.rpc, block.clone(), calls, json!([])).await {
			Ok(_) => tokio::time::sleep(Duration::from_millis(200)).await,
			Err((code, text)) => {
				assert_eq!(code, NO_BLOCK, "{text}");
				return;
			}
		}
	}
	panic!("the state is still there");
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_are_proven_for_operators_only() {
	let node = DevNode::start(&["--dev", "--rpc-methods", "safe"]).await;
	let block = json!(block(&node).await);
	let refused = ask(&node.rpc, block, json!([]), json!([])).await;
	assert_eq!(refused.unwrap_err().0, -32601);
}

/// Each call's answer is that of `state_call`, and of a client that runs it on the proof.
async fn proofs(rpc: &RpcClient, block: H256) {
	let code_key = hex_of(CODE);
	let code: String = rpc
		.request("state_getStorage", rpc_params![&code_key, block])
		.await
		.unwrap();
	let runtime = Runtime::new(&bytes(&json!(code))).unwrap();
	let of = MemberId::Patient(PatientId([1; 16]));
	let list = (of, RecordFilter::default(), true, None::<u64>, 10_u32).encode();
	let functions = [
		("Core_version", vec![]),
		("GovernanceApi_authorities", vec![]),
		("RegistryApi_providers", (None::<u32>, 10_u32).encode()),
		("EmrApi_record", 0_u64.encode()),
		("EmrApi_records", list.clone()),
		("PermissionsApi_granted_to", list),
		("Metadata_metadata_at_version", 16_u32.encode()),
	];
	let calls = functions
		.iter()
		.map(|(function, arguments)| call(function, arguments));
	let calls: Vec<_> = calls.collect();
	let all = prove(rpc, block, &calls, &[hex_of(&genesis_key())]).await;

	let header = Header::decode(&bytes(&all["header"])).unwrap();
	assert_eq!(header.hash(), block);
	let state = |proven: &Value| {
		let nodes = proven["proof"].as_array().unwrap().iter().map(bytes);
		State::new(header.state_root(), &nodes.collect::<Vec<_>>()).unwrap()
	};
	let shown = state(&all);
	assert!(shown.genesis().is_ok());
	let hash: H256 = rpc
		.request("state_getStorageHash", rpc_params![&code_key, block])
		.await
		.unwrap();
	assert_eq!(shown.code_hash(), Ok(hash));
	assert_eq!(all["code"], json!(hash));

	let shown = Arc::new(shown);
	let answers = all["answers"].as_array().unwrap();
	assert_eq!(answers.len(), calls.len());
	for (((function, arguments), answer), call) in functions.iter().zip(answers).zip(&calls) {
		let theirs: String = rpc
			.request(
				"state_call",
				rpc_params![function, hex_of(arguments), block],
			)
			.await
			.unwrap();
		assert_eq!(*answer, theirs, "{function}");
		let alone = prove(rpc, block, std::slice::from_ref(call), &[]).await;
		for state in [shown.clone(), Arc::new(state(&alone))] {
			assert_eq!(state.code_hash(), Ok(hash), "{function}");
			let ours = runtime.call(state, function, arguments).unwrap();
			assert_eq!(hex_of(&ours), theirs, "{function}");
		}
	}
}

async fn hostile(rpc: &RpcClient, block: H256) {
	const MIB: usize = 1024 * 1024;
	let version = || call("Core_version", &[]);
	let metadata = || call("Metadata_metadata_at_version", &16_u32.encode());
	let authorities = |arguments: &[u8]| call("GovernanceApi_authorities", arguments);
	let key = |length| hex_of(&vec![1; length]);
	let none = || json!([]);
	let at = |block: H256| json!(block);
	for (what, block, calls, keys, code) in [
		(
			"17 calls",
			at(block),
			json!(vec![version(); 17]),
			none(),
			PARAMS,
		),
		(
			"33 keys",
			at(block),
			none(),
			json!(vec![key(1); 33]),
			PARAMS,
		),
		(
			"100,000 keys",
			at(block),
			none(),
			json!(vec![key(1); 100_000]),
			PARAMS,
		),
		(
			"a key of more than 1 MiB",
			at(block),
			none(),
			json!([key(MIB + 1)]),
			PARAMS,
		),
		(
			"arguments of more than 1 MiB",
			at(block),
			json!([authorities(&vec![0; MIB + 1])]),
			none(),
			PARAMS,
		),
		(
			"a name of 257 bytes",
			at(block),
			json!([call(&"a".repeat(257), &[])]),
			none(),
			PARAMS,
		),
		(
			"a field that no call has",
			at(block),
			json!([{ "function": "Core_version", "arguments": "0x", "block": null }]),
			none(),
			PARAMS,
		),
		(
			"a key that is not hexadecimal",
			at(block),
			none(),
			json!(["key"]),
			PARAMS,
		),
		("no block", Value::Null, json!([version()]), none(), PARAMS),
		(
			"an unknown block",
			at(H256([1; 32])),
			json!([version()]),
			none(),
			NO_BLOCK,
		),
		(
			"an unknown block, and no call",
			at(H256([1; 32])),
			none(),
			none(),
			NO_BLOCK,
		),
		(
			"an unknown function",
			at(block),
			json!([call("No_function", &[])]),
			none(),
			FAILED,
		),
		(
			"no function",
			at(block),
			json!([call("", &[])]),
			none(),
			FAILED,
		),
		(
			"trailing bytes",
			at(block),
			json!([authorities(&[0])]),
			none(),
			FAILED,
		),
		(
			"arguments cut off",
			at(block),
			json!([call("EmrApi_record", &[0])]),
			none(),
			FAILED,
		),
		(
			"a function that is not there, after one that is",
			at(block),
			json!([version(), call("No_function", &[])]),
			none(),
			FAILED,
		),
		(
			"16 times the metadata, and the code",
			at(block),
			json!(vec![metadata(); 16]),
			json!([hex_of(CODE)]),
			TOO_LARGE,
		),
	] {
		let refused = ask(rpc, block, calls, keys).await;
		let (found, text) = refused.err().unwrap_or_else(|| panic!("{what}: answered"));
		println!("{what}: {found}, {text}");
		assert_eq!(found, code, "{what}: {text}");
		assert!(text.len() < 1_000, "{what}");
	}
	// Most of what is allowed.
	let keys = vec![key(100 * 1024); 32];
	prove(rpc, block, &vec![version(); 16], &keys).await;
}
