//! Watching blocks, and reading what is in them.

use crate::Result;
use codec::{Compact, Decode};
use serde::Deserialize;
use std::{
	collections::HashMap,
	time::{Duration, Instant},
};
use subxt::rpcs::{client::RpcClient, rpc_params};

/// The part of a header that is needed.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Header {
	number: String,
	state_root: String,
}

impl Header {
	fn number(&self) -> Result<u64> {
		Ok(u64::from_str_radix(
			self.number.trim_start_matches("0x"),
			16,
		)?)
	}
}

/// What a node reported while it was watched.
#[derive(Default)]
pub struct Watched {
	/// When a block with a higher number than all others became the best one, and its number.
	pub advances: Vec<(Instant, u64)>,
	/// When each block became the best one: by number and state root.
	pub seen: HashMap<(u64, String), Instant>,
	/// How many blocks the last final block was behind, at each advance.
	pub behind: Vec<u64>,
}

/// The storage key of `System.BlockWeight`.
const BLOCK_WEIGHT: &str = "0x26aa394eea5630e07c48ae0c9558cef734abf5cb34d6244378cddbf18e849d96";
const ENDED: &str = "the node ended the subscription";

/// Watches a node's best and final blocks for this time.
pub async fn watch(rpc: RpcClient, duration: Duration) -> Result<Watched> {
	let mut best = rpc
		.subscribe::<Header>(
			"chain_subscribeNewHeads",
			rpc_params![],
			"chain_unsubscribeNewHeads",
		)
		.await?;
	let mut finals = rpc
		.subscribe::<Header>(
			"chain_subscribeFinalizedHeads",
			rpc_params![],
			"chain_unsubscribeFinalizedHeads",
		)
		.await?;
	let end = tokio::time::sleep(duration);
	tokio::pin!(end);
	let mut watched = Watched::default();
	let (mut highest, mut last_final) = (0, None);
	loop {
		tokio::select! {
			() = &mut end => return Ok(watched),
			header = finals.next() => last_final = Some(header.ok_or(ENDED)??.number()?),
			header = best.next() => {
				let (now, header) = (Instant::now(), header.ok_or(ENDED)??);
				let number = header.number()?;
				if number > highest {
					highest = number;
					watched.advances.push((now, number));
					watched.behind.extend(last_final.map(|last| number.saturating_sub(last)));
				}
				watched.seen.entry((number, header.state_root)).or_insert(now);
			}
		}
	}
}

/// What a block has used.
pub struct Contents {
	/// Its number and state root.
	pub id: (u64, String),
	/// Execution time by the runtime's weights, in milliseconds.
	pub time: f64,
	/// Bytes of proof by the runtime's count.
	pub proof: u64,
	/// Bytes of transactions.
	pub bytes: u64,
}

#[derive(Deserialize)]
struct SignedBlock {
	block: Block,
}

#[derive(Deserialize)]
struct Block {
	header: Header,
	extrinsics: Vec<String>,
}

/// Reads what is in the blocks that a node saw.
pub async fn contents(rpc: &RpcClient, watched: &Watched) -> Result<Vec<Contents>> {
	let (Some((_, first)), Some((_, last))) = (watched.advances.first(), watched.advances.last())
	else {
		return Err("the chain made no block".into());
	};
	let mut all = Vec::new();
	for number in *first..=*last {
		let hash: String = rpc
			.request("chain_getBlockHash", rpc_params![number])
			.await?;
		let weight: String = rpc
			.request("state_getStorage", rpc_params![BLOCK_WEIGHT, &hash])
			.await?;
		let weight = hex::decode(weight.trim_start_matches("0x"))?;
		// For each class of transactions, time and proof.
		let weight = <[(Compact<u64>, Compact<u64>); 3]>::decode(&mut &weight[..])?;
		let signed: SignedBlock = rpc.request("chain_getBlock", rpc_params![hash]).await?;
		let characters: usize = signed.block.extrinsics.iter().map(String::len).sum();
		all.push(Contents {
			id: (number, signed.block.header.state_root),
			time: weight.iter().map(|(time, _)| time.0 as f64 / 1e9).sum(),
			proof: weight.iter().map(|(_, proof)| proof.0).sum(),
			bytes: characters as u64 / 2,
		});
	}
	Ok(all)
}
