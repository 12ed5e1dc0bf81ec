//! Each lie that a node can tell is found out. A test for each.

use codec::{Decode, Encode};
use salus_light::{
	block_hash_key, limits::MAX_PROOF_BYTES, H256, HIGHEST_MAX_AGE, MAX_CHECKPOINT_AGE,
};
use serde_json::{json, Value};
use sp_core::{bytes::to_hex, storage::well_known_keys::CODE};
use std::time::Duration;
use subxt::rpcs::{rpc_params, RpcClient};
use tempfile::TempDir;
use tokio::time::timeout;

use super::net::{genesis, key, list, other_code, slot, values, Block, Nodes, Values};
use crate::proven::{Rules, NOT_PROVEN};

fn dir() -> TempDir {
	tempfile::tempdir().unwrap()
}

/// The answer of a view at the last final block.
async fn view(client: &RpcClient, function: &str, parameters: &[u8]) -> Result<Vec<u8>, String> {
	let failed = |error: subxt::rpcs::Error| error.to_string();
	let head: H256 = client
		.request("chain_getFinalizedHead", rpc_params![])
		.await
		.map_err(failed)?;
	let params = rpc_params![function, to_hex(parameters, false), head];
	let answer: String = client.request("state_call", params).await.map_err(failed)?;
	Ok(hex::decode(&answer[2..]).unwrap())
}

async fn get(client: &RpcClient, name: &str) -> Result<Option<Vec<u8>>, String> {
	let answer = view(client, "get", &key(name)).await?;
	Ok(Option::decode(&mut &*answer).unwrap())
}

/// The number of entries in the list.
async fn count(client: &RpcClient) -> Result<u32, String> {
	let answer = view(client, "count", &list(0)).await?;
	Ok(u32::decode(&mut &*answer).unwrap())
}

/// The sum of the first bytes of the list's values.
async fn sum(client: &RpcClient) -> Result<u32, String> {
	let answer = view(client, "sum", &list(0)).await?;
	Ok(u32::decode(&mut &*answer).unwrap())
}

/// Expects an error about a proof that says this.
#[track_caller]
fn found_out<T: std::fmt::Debug>(answer: Result<T, String>, says: &str) {
	match answer {
		Err(error) => assert!(
			error.contains(NOT_PROVEN) && error.contains(says),
			"{error}"
		),
		Ok(answer) => panic!("the lie was believed: {answer:?}"),
	}
}

const NOT_SHOWN: &str = "does not show what was asked for";

/// The node proves a state in which this is changed.
fn forged(change: impl FnOnce(&mut Values)) -> Nodes {
	let mut nodes = Nodes::new();
	let mut forged = values();
	change(&mut forged);
	let (old, head) = (nodes.old().hash(), nodes.head().header.number());
	nodes.proves = Some(Block::region(head, old, slot(), forged));
	nodes
}

async fn forged_value(name: &str) {
	let nodes = forged(|values| drop(values.insert(key(name), vec![9; 40])));
	let dir = dir();
	let honest = Nodes {
		proves: None,
		..nodes.clone()
	};
	let believed = get(&honest.client(dir.path()), name).await;
	assert!(believed.unwrap().is_some());
	found_out(get(&nodes.client(dir.path()), name).await, NOT_SHOWN);
}

/// Nodes, and gateways: good ones, and one that refuses or stalls.
fn good_and_bad() -> impl Iterator<Item = (Nodes, Nodes)> {
	let each = [Nodes::new(), Nodes::gateway()].into_iter();
	each.flat_map(|good| {
		let refuses = Nodes {
			refuses: true,
			..good.clone()
		};
		let stalls = Nodes {
			stalls: true,
			..good.clone()
		};
		[(good.clone(), refuses), (good, stalls)]
	})
}

#[tokio::test(flavor = "multi_thread")]
async fn an_honest_node_is_believed() {
	let (nodes, dir) = (Nodes::new(), dir());
	let client = nodes.client(dir.path());
	let value = get(&client, "account of a patient").await;
	assert_eq!(value, Ok(Some(vec![1; 40])));
	assert_eq!(get(&client, "grant").await, Ok(None));
	assert_eq!(count(&client).await, Ok(100));
	let asked = nodes.asked.lock().unwrap();
	assert!(
		!asked.iter().any(|method| method == "state_call"),
		"{asked:?}"
	);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_proves_all_of_a_view_at_once() {
	let (nodes, dir) = (Nodes::gateway(), dir());
	let client = nodes.client(dir.path());
	assert_eq!(count(&client).await, Ok(100));
	let asked = || {
		let mut asked = std::mem::take(&mut *nodes.asked.lock().unwrap());
		asked.retain(|method| method.starts_with("salus_") || method == "state_getReadProof");
		asked
	};
	// The newest head, with its first block and the hash of its code; the code; and the view.
	assert_eq!(asked(), ["salus_view", "salus_code", "salus_view"]);
	assert_eq!(get(&client, "grant").await, Ok(None));
	// The newest head, and the view.
	assert_eq!(asked(), ["salus_view"; 2]);
	let value = get(&client, "account of a patient").await;
	assert_eq!(value, Ok(Some(vec![1; 40])));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_gateway_forges_is_found_out() {
	let gateway = |forged: Nodes| Nodes {
		gateway: true,
		..forged
	};
	let (alters, omits) = (list(50), list(50));
	for nodes in [
		forged(|values| drop(values.insert(alters, vec![9; 40]))),
		forged(|values| drop(values.remove(&omits))),
		forged(|values| drop(values.insert(CODE.to_vec(), other_code()))),
		Nodes {
			keeps_back: Some(list(50)),
			..Nodes::new()
		},
	] {
		let dir = dir();
		found_out(sum(&gateway(nodes).client(dir.path())).await, NOT_SHOWN);
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_proven_in_a_few_requests() {
	let (nodes, dir) = (Nodes::new(), dir());
	let client = nodes.client(dir.path());
	assert_eq!(sum(&client).await, Ok((1..=100).sum()));
	let asked = nodes.asked.lock().unwrap();
	assert!(asked.len() < 25, "{asked:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_account_of_a_patient_is_found_out() {
	forged_value("account of a patient").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_key_is_found_out() {
	forged_value("key of a provider").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_account_of_an_author_is_found_out() {
	forged_value("account of an author").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_first_block_is_found_out() {
	let (nodes, dir) = (Nodes::new(), dir());
	let rules = Rules {
		genesis: H256::repeat_byte(0x92),
		..nodes.rules(dir.path())
	};
	found_out(count(&nodes.client_by(rules)).await, "another first block");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_block_is_never_the_nodes_word() {
	let dir = dir();
	let nodes = Nodes {
		hash_of: Some(H256::repeat_byte(0x92)),
		..Nodes::new()
	};
	let client = nodes.client(dir.path());
	let first: H256 = client
		.request("chain_getBlockHash", rpc_params![0])
		.await
		.unwrap();
	assert_eq!(first, genesis());
}

#[tokio::test(flavor = "multi_thread")]
async fn swapped_metadata_are_found_out() {
	// Metadata come out of the runtime, so the node must swap the runtime.
	let nodes = forged(|values| drop(values.insert(CODE.to_vec(), other_code())));
	let dir = dir();
	found_out(
		view(&nodes.client(dir.path()), "other", &list(0)).await,
		NOT_SHOWN,
	);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_made_up_block_with_another_runtime_is_found_out() {
	// Nobody proves the best block. A transaction is signed for its runtime.
	for mut nodes in [Nodes::new(), Nodes::gateway()] {
		let dir = dir();
		let (right, slot) = (nodes.head().hash(), slot());
		let mut made_up = values();
		made_up.insert(CODE.to_vec(), other_code());
		let best = Block::region(11, right, slot, values());
		let forged = Block::region(11, right, slot, made_up);
		nodes.blocks.insert(0, best.clone());
		nodes.blocks.insert(0, forged.clone());
		let client = nodes.client(dir.path());
		let call = async |function: &str, block: H256| {
			let params = rpc_params![function, to_hex(&list(0), false), block];
			let answer = client.request::<String>("state_call", params).await;
			answer.map_err(|error| error.to_string())
		};
		call("count", best.hash()).await.unwrap();
		found_out(
			call("other", forged.hash()).await,
			"has another runtime than the last proven block",
		);
		// Its code was not even fetched.
		let kept = std::fs::read(dir.path().join("2001.code")).unwrap();
		assert_eq!(kept, values()[CODE]);
	}
}

/// Such a block was made by the runtime before, and has transactions of it.
#[tokio::test(flavor = "multi_thread")]
async fn the_block_that_replaces_the_runtime_is_read_by_the_one_before() {
	for mut nodes in [Nodes::new(), Nodes::gateway()] {
		let dir = dir();
		let (before, name) = (nodes.head().hash(), key("another grant"));
		let mut upgraded = values();
		upgraded.insert(CODE.to_vec(), other_code());
		upgraded.insert(block_hash_key(10), before.encode());
		upgraded.insert(name.clone(), vec![6; 40]);
		let block = |number, parent, values| Block::region(number, parent, slot(), values);
		let upgrade = block(11, before, upgraded.clone()).replacing_the_runtime();
		upgraded.insert(block_hash_key(11), upgrade.hash().encode());
		let head = block(12, upgrade.hash(), upgraded);
		nodes.relay = Block::relay(20, slot(), &head);
		nodes.blocks.extend([upgrade.clone(), head]);
		let client = nodes.client(dir.path());
		let parameters = to_hex(&name, false);
		let call = async |function: &str| {
			let params = rpc_params![function, &parameters, upgrade.hash()];
			let answer = client.request::<String>("state_call", params).await;
			answer.map_err(|error| error.to_string())
		};
		// The runtime's metadata are those of the runtime before.
		let metadata = call("Metadata_metadata_at_version").await;
		let expected = to_hex(&Some(vec![5_u8; 40]).encode(), false);
		assert_eq!(metadata, Ok(expected));
		// A value, such as the events, is the block's own.
		let params = rpc_params![&parameters, upgrade.hash()];
		let value: String = client.request("state_getStorage", params).await.unwrap();
		assert_eq!(value, to_hex(&[6; 40], false));
		// Other views are not run.
		found_out(call("get").await, "wait for the next block");
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn a_best_block_that_replaces_the_runtime_is_not_read() {
	let dir = dir();
	let mut nodes = Nodes::new();
	let before = nodes.head().hash();
	let upgrade = Block::region(11, before, slot(), values()).replacing_the_runtime();
	let after = Block::region(12, upgrade.hash(), slot(), values());
	nodes.blocks.insert(0, upgrade.clone());
	nodes.blocks.insert(0, after.clone());
	nodes.best = vec![nodes.old().clone(), upgrade.clone(), after.clone()];
	for (best, read) in [(&upgrade, before), (&after, after.hash())] {
		nodes.hash_of = Some(best.hash());
		let client = nodes.client(dir.path());
		let hash: H256 = client
			.request("chain_getBlockHash", rpc_params![])
			.await
			.unwrap();
		assert_eq!(hash, read);
	}
	let (sub, unsub) = ("chain_subscribeNewHeads", "chain_unsubscribeNewHeads");
	let client = nodes.client(dir.path());
	let mut blocks = client
		.subscribe::<Value>(sub, rpc_params![], unsub)
		.await
		.unwrap();
	for number in ["0x9", "0xc"] {
		let block = blocks.next().await.unwrap().unwrap();
		assert_eq!(block["number"], json!(number));
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn metadata_do_not_come_from_a_made_up_state() {
	// The code is the right one, but constants come from the state.
	let dir = dir();
	let mut nodes = Nodes::new();
	let mut made_up = values();
	made_up.insert(key("another grant"), vec![9; 40]);
	let best = Block::region(11, nodes.head().hash(), slot(), made_up);
	nodes.blocks.insert(0, best.clone());
	let client = nodes.client(dir.path());
	// The second time it is kept.
	for _ in 0..2 {
		let key = to_hex(&key("another grant"), false);
		let params = rpc_params!["Metadata_metadata_at_version", key, best.hash()];
		let answer: String = client.request("state_call", params).await.unwrap();
		assert_eq!(answer, to_hex(&Some(vec![5_u8; 40]).encode(), false));
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn a_false_copy_of_the_runtime_is_not_run() {
	let (nodes, dir) = (Nodes::new(), dir());
	std::fs::write(dir.path().join("2001.code"), other_code()).unwrap();
	assert_eq!(count(&nodes.client(dir.path())).await, Ok(100));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revocation_that_is_not_in_its_block_is_found_out() {
	let dir = dir();
	let nodes = Nodes {
		transactions: Some(vec![vec![4, 1, 2], vec![4, 9, 9]]),
		..Nodes::new()
	};
	let client = nodes.client(dir.path());
	let block = nodes.head().hash();
	let answer = client.request::<Value>("chain_getBlock", rpc_params![block]);
	let answer = answer.await.map_err(|error| error.to_string());
	found_out(answer, "another list of transactions");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revocation_in_a_block_that_is_not_final_is_found_out() {
	let dir = dir();
	// A block with the revocation, in a fork.
	let fork = Block::region_with(9, genesis(), slot(), values(), vec![vec![4, 9, 9]]);
	let mut nodes = Nodes {
		hash_of: Some(fork.hash()),
		..Nodes::new()
	};
	let right = nodes.old().hash();
	nodes.blocks.insert(1, fork);
	let client = nodes.client(dir.path());
	let hash: H256 = client
		.request("chain_getBlockHash", rpc_params![9])
		.await
		.unwrap();
	assert_eq!(hash, right);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_final_block_that_is_not_is_found_out() {
	let dir = dir();
	let mut nodes = Nodes::new();
	let right = nodes.head().hash();
	// The region's node reports one more block as final.
	nodes
		.blocks
		.push(Block::region(11, right, slot(), values()));
	let client = nodes.client(dir.path());
	let sub = "chain_subscribeFinalizedHeads";
	let mut heads = client
		.subscribe::<Value>(sub, rpc_params![], "chain_unsubscribeFinalizedHeads")
		.await
		.unwrap();
	let head = heads.next().await.unwrap().unwrap();
	assert_eq!(head["number"], json!("0xa"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_header_of_another_block_is_found_out() {
	let dir = dir();
	let mut nodes = Nodes::new();
	nodes.header = Some(nodes.old().clone());
	let client = nodes.client(dir.path());
	let header = client.request::<Value>("chain_getHeader", rpc_params![nodes.head().hash()]);
	let header = header.await.map_err(|error| error.to_string());
	found_out(header, "another header");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_head_is_found_out() {
	let dir = dir();
	let mut nodes = Nodes::new();
	// Six minutes ago, as an honest node said then.
	nodes.relay = Block::relay(20, slot() - 60, nodes.head());
	let client = nodes.client(dir.path());
	found_out(count(&client).await, "the relay chain is not up to date");
	let rules = Rules {
		max_age: HIGHEST_MAX_AGE,
		..nodes.rules(dir.path())
	};
	assert_eq!(count(&nodes.client_by(rules)).await, Ok(100));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_of_the_future_is_found_out() {
	let dir = dir();
	let mut nodes = Nodes::new();
	let head = Block::region(10, nodes.old().hash(), slot() + 20, values());
	nodes.relay = Block::relay(20, slot(), &head);
	nodes.blocks.push(head);
	found_out(
		count(&nodes.client(dir.path())).await,
		"the chain is not up to date",
	);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_checkpoint_that_is_too_old_is_refused() {
	let (nodes, dir) = (Nodes::new(), dir());
	let rules = nodes.rules_from(dir.path(), slot() - MAX_CHECKPOINT_AGE / 6000 - 1);
	found_out(
		count(&nodes.client_by(rules)).await,
		"too old, so get the newest network file",
	);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_region_is_found_out() {
	let dir = dir();
	let mut nodes = Nodes::new();
	let head = Block::region(10, nodes.old().hash(), slot() - 60, values());
	nodes.relay = Block::relay(20, slot(), &head);
	nodes.blocks.push(head);
	found_out(
		count(&nodes.client(dir.path())).await,
		"the chain is not up to date",
	);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_state_is_found_out() {
	let dir = dir();
	let mut nodes = Nodes::new();
	// There the grant is not revoked yet.
	nodes.proves = Some(nodes.old().clone());
	found_out(get(&nodes.client(dir.path()), "grant").await, NOT_SHOWN);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_left_out_of_a_list_is_found_out() {
	let nodes = forged(|values| drop(values.remove(&list(50))));
	let dir = dir();
	found_out(count(&nodes.client(dir.path())).await, NOT_SHOWN);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_altered_record_in_a_list_is_found_out() {
	let nodes = forged(|values| drop(values.insert(list(50), vec![9; 40])));
	let dir = dir();
	found_out(sum(&nodes.client(dir.path())).await, NOT_SHOWN);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_of_a_list_whose_value_is_kept_back_is_found_out() {
	let dir = dir();
	let nodes = Nodes {
		keeps_back: Some(list(50)),
		..Nodes::new()
	};
	assert_eq!(count(&nodes.client(dir.path())).await, Ok(100));
	found_out(sum(&nodes.client(dir.path())).await, NOT_SHOWN);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_left_out_is_found_out() {
	let nodes = forged(|values| drop(values.remove(&key("another grant"))));
	let dir = dir();
	let client = nodes.client(dir.path());
	found_out(get(&client, "another grant").await, NOT_SHOWN);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_ends_early_is_found_out() {
	let dir = dir();
	let nodes = Nodes {
		no_more_keys: true,
		..Nodes::new()
	};
	found_out(count(&nodes.client(dir.path())).await, NOT_SHOWN);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_went_back_is_found_out() {
	let dir = dir();
	let mut nodes = Nodes::new();
	count(&nodes.client(dir.path())).await.unwrap();
	nodes.relay = Block::relay(21, slot() + 1, nodes.old());
	found_out(count(&nodes.client(dir.path())).await, "went back");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replaced_head_is_found_out() {
	let dir = dir();
	let mut nodes = Nodes::new();
	count(&nodes.client(dir.path())).await.unwrap();
	let mut other = values();
	other.insert(block_hash_key(9), H256::zero().as_bytes().to_vec());
	let head = Block::region(10, H256::zero(), slot(), other);
	nodes.relay = Block::relay(21, slot() + 1, &head);
	nodes.blocks.push(head);
	found_out(count(&nodes.client(dir.path())).await, "replaced block");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_chain_that_goes_back_shows_no_older_state() {
	let dir = dir();
	let nodes = Nodes::new();
	count(&nodes.client(dir.path())).await.unwrap();
	let newest = nodes.rules(dir.path()).store.checkpoint().unwrap();
	assert_eq!(newest.hash, nodes.relay.hash());
	// The node says that there is a newer block, but proves an older one, before the revocation.
	let older = Block::relay(19, slot(), nodes.old());
	let lies = Nodes {
		relay: Block::relay(21, slot(), nodes.head()),
		past: vec![nodes.relay.clone(), older.clone()],
		finality: Some(older),
		..nodes.clone()
	};
	assert_eq!(get(&lies.client(dir.path()), "grant").await, Ok(None));
	let kept = nodes.rules(dir.path()).store.checkpoint().unwrap();
	assert_eq!(kept, newest);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_proven_is_not_asked() {
	let (nodes, dir) = (Nodes::new(), dir());
	let client = nodes.client(dir.path());
	for method in [
		"state_getKeys",
		"state_getMetadata",
		"state_getRuntimeVersion",
		"childstate_getStorage",
		"archive_v1_storage",
		"a method of tomorrow",
	] {
		let answer = client.request::<Value>(method, rpc_params!["0x"]);
		let answer = answer.await.map_err(|error| error.to_string());
		found_out(answer, "cannot be proven");
	}
	for sub in ["state_subscribeStorage", "chainHead_v1_follow"] {
		let answer = client.subscribe::<Value>(sub, rpc_params![], "unsubscribe");
		let answer = answer.await.map(drop).map_err(|error| error.to_string());
		found_out(answer, "cannot be proven");
	}
	assert!(nodes.asked.lock().unwrap().is_empty());
}

/// Another node would make session keys that the operator's node does not have.
#[tokio::test(flavor = "multi_thread")]
async fn what_an_operator_asks_the_own_node_no_other_node_answers() {
	let dir = dir();
	let (own, other) = (Nodes::new(), Nodes::new());
	let refuses = Nodes {
		refuses: true,
		..own.clone()
	};
	let has_keys = async |own: Option<&Nodes>| {
		let rules = other.rules(dir.path());
		let client = Nodes::client_with(own.cloned(), vec![other.clone()], rules);
		let answer = client.request::<bool>("author_hasSessionKeys", rpc_params!["0x00"]);
		answer.await.map_err(|error| error.to_string())
	};
	assert_eq!(has_keys(Some(&own)).await, Ok(true));
	assert!(has_keys(Some(&refuses)).await.is_err());
	let refused = has_keys(None).await.unwrap_err();
	assert!(refused.contains("your own node"), "{refused}");
	for method in [
		"author_rotateKeys",
		"author_rotateKeysWithOwner",
		"offchain_localStorageGet",
		"offchain_localStorageSet",
		"system_nodeRoles",
	] {
		let client = Nodes::client_of(vec![other.clone()], other.rules(dir.path()));
		let refused = client.request::<Value>(method, rpc_params![]).await;
		let refused = refused.unwrap_err().to_string();
		assert!(refused.contains("your own node"), "{method}: {refused}");
	}
	assert!(other.asked.lock().unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_false_value_is_found_out() {
	let nodes = forged(|values| drop(values.insert(key("key of a provider"), vec![9; 40])));
	let honest = Nodes {
		proves: None,
		..nodes.clone()
	};
	let value = async |nodes: &Nodes| {
		let dir = dir();
		let block = nodes.head().hash();
		let params = rpc_params![to_hex(&key("key of a provider"), false), block];
		let client = nodes.client(dir.path());
		let answer = client.request::<String>("state_getStorage", params).await;
		answer.map_err(|error| error.to_string())
	};
	assert_eq!(value(&honest).await, Ok(to_hex(&[2; 40], false)));
	found_out(value(&nodes).await, NOT_SHOWN);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_block_is_found_out() {
	let dir = dir();
	let mut nodes = Nodes::new();
	// A whole block, but not the one with the hash that was asked for.
	nodes.header = Some(nodes.old().clone());
	let client = nodes.client(dir.path());
	let answer = client.request::<Value>("chain_getBlock", rpc_params![nodes.head().hash()]);
	let answer = answer.await.map_err(|error| error.to_string());
	found_out(answer, "another block");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_refuses_or_stalls_is_passed_over() {
	for (good, bad) in good_and_bad() {
		let dir = dir();
		let client = Nodes::client_of(vec![bad, good.clone()], good.rules(dir.path()));
		assert_eq!(count(&client).await, Ok(100));
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_node_is_asked_once() {
	let dir = dir();
	let good = Nodes::new();
	let slow = Nodes {
		takes: Duration::from_millis(200),
		asked: Default::default(),
		..good.clone()
	};
	// On a chain for development, no node of a relay chain is asked.
	let rules = Rules {
		relay_slot_duration: None,
		..good.rules(dir.path())
	};
	let client = Nodes::client_of(vec![slow.clone(), good], rules);
	assert_eq!(sum(&client).await, Ok((1..=100).sum()));
	assert_eq!(*slow.asked.lock().unwrap(), ["chain_getFinalizedHead"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_relay_node_is_passed_over() {
	let dir = dir();
	let good = Nodes::new();
	let slow = Nodes {
		takes: Duration::from_millis(450),
		asked: Default::default(),
		..good.clone()
	};
	let client = Nodes::client_of(vec![slow, good.clone()], good.rules(dir.path()));
	assert_eq!(count(&client).await, Ok(100));
	let asked = good.asked.lock().unwrap();
	assert!(
		asked.iter().any(|method| method == "grandpa_proveFinality"),
		"{asked:?}"
	);
}

/// Otherwise it could keep a client busy for as long as the relay chain has blocks.
#[tokio::test(flavor = "multi_thread")]
async fn a_relay_node_that_proves_one_block_after_the_other_is_passed_over() {
	for good in [Nodes::new(), Nodes::gateway()] {
		let dir = dir();
		let past = (2..20).map(|number| {
			let slot = slot() - 100 + u64::from(number);
			Block::relay(number, slot, good.head())
		});
		let drips = Nodes {
			drips: true,
			past: past.collect(),
			asked: Default::default(),
			..good.clone()
		};
		let nodes = vec![drips.clone(), good.clone()];
		let client = Nodes::client_of(nodes, good.rules(dir.path()));
		assert_eq!(count(&client).await, Ok(100));
		let asked = drips.asked.lock().unwrap();
		let proofs = ["grandpa_proveFinality", "salus_view"];
		let asked = asked.iter().filter(|method| proofs.contains(&&***method));
		// A view that is asked of it afterwards is no step.
		assert!(asked.count() <= 4, "{}", good.gateway);
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_node_that_is_behind_or_lies_is_passed_over() {
	let cases = [Nodes::new(), Nodes::gateway()]
		.into_iter()
		.flat_map(|good| {
			let mut behind = good.clone();
			behind.relay = Block::relay(20, slot() - 60, good.head());
			let mut lies = good.clone();
			lies.relay = Block::relay(20, slot() + 20, good.head());
			[(good.clone(), behind), (good, lies)]
		});
	for (good, bad) in cases {
		let (one, other) = (dir(), dir());
		let nodes = vec![bad.clone(), good.clone()];
		let client = Nodes::client_of(nodes, good.rules(one.path()));
		assert_eq!(count(&client).await, Ok(100));
		// If none is better, the lie is told.
		let client = Nodes::client_of(vec![bad.clone(), bad], good.rules(other.path()));
		found_out(count(&client).await, "the newest block is of");
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_lies_is_passed_over() {
	let name = "key of a provider";
	let alters = forged(|values| drop(values.insert(key(name), vec![9; 40])));
	let good = Nodes {
		proves: None,
		..alters.clone()
	};
	let other_header = Nodes {
		header: Some(good.old().clone()),
		..good.clone()
	};
	let says = |says: Value| Nodes {
		says: Some(says),
		..good.clone()
	};
	let too_large = to_hex(&vec![7; MAX_PROOF_BYTES + 1], false);
	let [number, garbage, too_large] = [
		json!(7),
		json!({ "proof": ["0xzz"] }),
		json!({ "proof": [too_large] }),
	]
	.map(says);
	// It is slow, too, and so behind already.
	let slow = Nodes {
		takes: Duration::from_millis(150),
		..number.clone()
	};
	for bad in [alters, other_header, number, slow, garbage, too_large] {
		for gateway in [false, true] {
			let dir = dir();
			let nodes = [bad.clone(), good.clone()].map(|nodes| Nodes { gateway, ..nodes });
			let client = Nodes::client_of(nodes.into(), good.rules(dir.path()));
			assert_eq!(get(&client, name).await, Ok(Some(vec![2; 40])));
		}
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_takes_no_transaction_is_passed_over() {
	for (good, bad) in good_and_bad() {
		let dir = dir();
		let client = Nodes::client_of(vec![bad, good.clone()], good.rules(dir.path()));
		let nonce: u32 = client
			.request("system_accountNextIndex", rpc_params!["0x00"])
			.await
			.unwrap();
		assert_eq!(nonce, 7);
		let sent: H256 = client
			.request("author_submitExtrinsic", rpc_params!["0x00"])
			.await
			.unwrap();
		assert_eq!(sent, H256::zero());
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_reports_no_blocks_is_passed_over() {
	for (good, bad) in good_and_bad() {
		let dir = dir();
		let client = Nodes::client_of(vec![bad, good.clone()], good.rules(dir.path()));
		for (sub, unsub) in [
			("chain_subscribeNewHeads", "chain_unsubscribeNewHeads"),
			(
				"chain_subscribeFinalizedHeads",
				"chain_unsubscribeFinalizedHeads",
			),
		] {
			let mut blocks = client
				.subscribe::<Value>(sub, rpc_params![], unsub)
				.await
				.unwrap();
			assert!(blocks.next().await.unwrap().is_ok(), "{sub}");
		}
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_reports_no_more_blocks_is_passed_over() {
	for (sub, unsub) in [
		("chain_subscribeNewHeads", "chain_unsubscribeNewHeads"),
		(
			"chain_subscribeFinalizedHeads",
			"chain_unsubscribeFinalizedHeads",
		),
	] {
		let dir = dir();
		let good = Nodes::new();
		let stops = Nodes {
			best: vec![good.old().clone()],
			stops: true,
			..good.clone()
		};
		let good = Nodes {
			best: vec![good.old().clone(), good.head().clone()],
			..good
		};
		let client = Nodes::client_of(vec![stops, good.clone()], good.rules(dir.path()));
		let subscribe = async || {
			let blocks = client.subscribe::<Value>(sub, rpc_params![], unsub);
			blocks.await.unwrap()
		};
		let mut blocks = subscribe().await;
		assert!(blocks.next().await.unwrap().is_ok(), "{sub}");
		let ends = timeout(Duration::from_secs(60), blocks.next()).await;
		assert!(ends.unwrap().is_none(), "{sub}");
		// Who subscribes again gets the next node's.
		let mut blocks = subscribe().await;
		let mut count = 0;
		while blocks.next().await.is_some() {
			count += 1;
		}
		assert_eq!(
			count,
			if sub == "chain_subscribeNewHeads" {
				2
			} else {
				1
			}
		);
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_says_more_than_a_node_that_cannot_be_asked() {
	let good = Nodes::new();
	let (refuses, stalls) = (
		Nodes {
			refuses: true,
			..good.clone()
		},
		Nodes {
			stalls: true,
			..good.clone()
		},
	);
	for order in [[&refuses, &stalls], [&stalls, &refuses]] {
		let dir = dir();
		let nodes = order.into_iter().cloned().collect();
		let client = Nodes::client_of(nodes, good.rules(dir.path()));
		let sent = client.request::<H256>("author_submitExtrinsic", rpc_params!["0x00"]);
		let error = sent.await.unwrap_err().to_string();
		assert!(error.contains("State already discarded"), "{error}");
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_that_all_refuse_give_no_answer() {
	let dir = dir();
	let bad = Nodes {
		refuses: true,
		..Nodes::new()
	};
	let client = Nodes::client_of(vec![bad.clone(), bad.clone()], bad.rules(dir.path()));
	let error = count(&client).await.unwrap_err();
	assert!(!error.contains(NOT_PROVEN), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_chain_for_development_all_but_the_head_is_proven() {
	let development = |nodes: &Nodes, dir: &TempDir| Rules {
		relay_slot_duration: None,
		..nodes.rules(dir.path())
	};
	let dir = dir();
	let nodes = Nodes::new();
	let client = nodes.client_by(development(&nodes, &dir));
	assert_eq!(count(&client).await, Ok(100));
	let nodes = forged(|values| drop(values.remove(&list(50))));
	let client = nodes.client_by(development(&nodes, &dir));
	found_out(count(&client).await, NOT_SHOWN);
}
