//! The size of a chain's state.

use crate::Result;
use serde::{Deserialize, Serialize};
use subxt::rpcs::{client::RpcClient, rpc_params};

/// The most keys that a node gives at once.
const PAGE: usize = 1_000;

/// All entries of the state: keys and values. What the trie adds is not counted.
#[derive(Default, Serialize)]
pub struct Size {
	entries: usize,
	bytes: usize,
}

#[derive(Deserialize)]
struct Changes {
	changes: Vec<(String, Option<String>)>,
}

/// The size of the state at the best block.
pub async fn size(rpc: &RpcClient) -> Result<Size> {
	let at: String = rpc.request("chain_getBlockHash", rpc_params![]).await?;
	let mut size = Size::default();
	let mut last: Option<String> = None;
	loop {
		let keys: Vec<String> = rpc
			.request("state_getKeysPaged", rpc_params!["0x", PAGE, &last, &at])
			.await?;
		last = keys.last().cloned();
		if last.is_none() {
			return Ok(size);
		}
		let found: Vec<Changes> = rpc
			.request("state_queryStorageAt", rpc_params![keys, &at])
			.await?;
		for (key, value) in found.iter().flat_map(|found| &found.changes) {
			size.entries += 1;
			size.bytes += bytes(key) + value.as_deref().map_or(0, bytes);
		}
	}
}

/// The bytes that hexadecimal digits after `0x` stand for.
fn bytes(hex: &str) -> usize {
	hex.trim_start_matches("0x").len() / 2
}
