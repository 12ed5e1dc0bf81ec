//! Blocks that a test fills.

use std::{future::Future, time::Duration};

use codec::Decode;
use frame_support::{dispatch::PerDispatchClass, storage::storage_prefix, weights::Weight};
use salus_runtime_common::constants::BLOCK_WEIGHT;
use subxt::{
	config::DefaultExtrinsicParamsBuilder,
	dynamic::Value,
	rpcs::{client::RpcClient, rpc_params},
	transactions::dynamic,
};
use subxt_signer::sr25519::dev;

use crate::dev_node::DevNode;

/// What is taken of each block. The rest has room for one attack.
const FILLING: Weight = BLOCK_WEIGHT.saturating_div(10).saturating_mul(7);
/// How many transactions wait to fill the next blocks.
const WAITING: u64 = 16;

/// Does something while Charlie, an authority, fills the blocks. Checks that each block was full.
pub async fn in_full_blocks<R>(node: &DevNode, work: impl Future<Output = R>) -> R {
	let watched = async {
		let from = first_full(&node.rpc).await;
		let result = work.await;
		for number in from..=height(&node.rpc).await {
			let weight = weight(&node.rpc, number).await;
			assert!(is_full(weight), "block {number} weighs {weight}");
		}
		result
	};
	tokio::select! {
		result = watched => result,
		() = fill(node) => unreachable!(),
	}
}

/// Keeps transactions waiting, so that each block takes one: a call that fails, is operational, and
/// keeps the weight that it claims.
async fn fill(node: &DevNode) {
	let filler = dev::charlie();
	let account = format!("0x{}", hex::encode(filler.public_key().0));
	let weight = [
		("ref_time", Value::u128(FILLING.ref_time().into())),
		("proof_size", Value::u128(FILLING.proof_size().into())),
	];
	let (no_motion, index, length) = (Value::from_bytes([7; 32]), Value::u128(0), Value::u128(0));
	let close = (no_motion, index, Value::named_composite(weight), length);
	let close = dynamic("Council", "close", close);
	let mut sent = 0;
	loop {
		let at = node.client.at_current_block().await.unwrap();
		let params = rpc_params!["AccountNonceApi_account_nonce", &account, at.block_hash()];
		let next: u32 = decode(node.rpc.request("state_call", params).await.unwrap());
		let next = u64::from(next);
		for nonce in sent.max(next)..next + WAITING {
			let params = DefaultExtrinsicParamsBuilder::new().nonce(nonce).build();
			let signed = at.tx().create_signed(&close, &filler, params).await;
			let bytes = format!("0x{}", hex::encode(signed.unwrap().encoded()));
			let params = rpc_params![bytes];
			let taken: Result<String, _> = node.rpc.request("author_submitExtrinsic", params).await;
			taken.unwrap_or_else(|error| panic!("{error}\n{}", node.log()));
		}
		sent = next + WAITING;
		tokio::time::sleep(Duration::from_millis(100)).await;
	}
}

/// By time: what a transaction leaves of its proof is given back.
fn is_full(weight: Weight) -> bool {
	weight.ref_time() >= FILLING.ref_time()
}

async fn first_full(rpc: &RpcClient) -> u64 {
	for _ in 0..600 {
		let last = height(rpc).await;
		if is_full(weight(rpc, last).await) {
			return last;
		}
		tokio::time::sleep(Duration::from_millis(100)).await;
	}
	panic!("no block is full");
}

async fn height(rpc: &RpcClient) -> u64 {
	let header: serde_json::Value = rpc.request("chain_getHeader", rpc_params![]).await.unwrap();
	let number = header["number"].as_str().unwrap();
	u64::from_str_radix(number.trim_start_matches("0x"), 16).unwrap()
}

async fn weight(rpc: &RpcClient, block: u64) -> Weight {
	let params = rpc_params![block];
	let hash: String = rpc.request("chain_getBlockHash", params).await.unwrap();
	let key = storage_prefix(b"System", b"BlockWeight");
	let params = rpc_params![format!("0x{}", hex::encode(key)), hash];
	let weight = rpc.request("state_getStorage", params).await;
	decode::<PerDispatchClass<Weight>>(weight.unwrap()).total()
}

fn decode<V: Decode>(hex: String) -> V {
	let bytes = hex::decode(hex.trim_start_matches("0x")).unwrap();
	V::decode(&mut &bytes[..]).unwrap()
}
