//! Watching blocks, and reading what is in them.

use crate::Result;
use codec::{Compact, Decode};
use serde::Deserialize;
use std::{
	collections::{HashMap, HashSet},
	time::{Duration, Instant},
};
use subxt::rpcs::{
	client::{RpcClient, RpcSubscription},
	rpc_params,
};

/// The part of a header that is needed.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Header {
	number: String,
	state_root: String,
	digest: Digest,
}

#[derive(Deserialize)]
struct Digest {
	logs: Vec<String>,
}

/// How the digest's item with a block's Aura slot begins: its kind, the engine, and eight bytes.
const SLOT: &str = "0x066175726120";

impl Header {
	/// The slot of the block's author.
	fn slot(&self) -> Option<u64> {
		let logs = &mut self.digest.logs.iter();
		let digits = logs.find_map(|log| log.strip_prefix(SLOT))?;
		let bytes = hex::decode(digits).ok()?;
		Some(u64::from_le_bytes(bytes.try_into().ok()?))
	}

	/// The block's number.
	pub fn number(&self) -> Result<u64> {
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

/// The storage keys of `System.BlockWeight` and `Session.CurrentIndex`.
const BLOCK_WEIGHT: &str = "0x26aa394eea5630e07c48ae0c9558cef734abf5cb34d6244378cddbf18e849d96";
const SESSION: &str = "0xcec5070d609dd3497f72bde07fc96ba072763800a36a99fdfc7c10f6415f6ee6";
const ENDED: &str = "the node ended the subscription";

/// A block that a node reports.
pub enum Head {
	/// The best one.
	Best(Header),
	/// The last final one.
	Final(Header),
}

/// A node's best and final blocks, as they come.
pub struct Heads {
	best: RpcSubscription<Header>,
	finals: RpcSubscription<Header>,
}

/// Subscribes to a node's best and final blocks.
pub async fn heads(rpc: &RpcClient) -> Result<Heads> {
	let best = rpc.subscribe(
		"chain_subscribeNewHeads",
		rpc_params![],
		"chain_unsubscribeNewHeads",
	);
	let finals = rpc.subscribe(
		"chain_subscribeFinalizedHeads",
		rpc_params![],
		"chain_unsubscribeFinalizedHeads",
	);
	Ok(Heads {
		best: best.await?,
		finals: finals.await?,
	})
}

impl Heads {
	/// The next block, and when it came.
	pub async fn next(&mut self) -> Result<(Instant, Head)> {
		let head = tokio::select! {
			header = self.finals.next() => Head::Final(header.ok_or(ENDED)??),
			header = self.best.next() => Head::Best(header.ok_or(ENDED)??),
		};
		Ok((Instant::now(), head))
	}
}

/// Waits until a chain has finalized so many more blocks, and each of its authors made some of them.
pub async fn settle(rpc: &RpcClient, blocks: u64, authors: u64) -> Result<()> {
	let mut heads = heads(rpc).await?;
	let mut first = None;
	let mut turns = HashSet::new();
	loop {
		let (_, Head::Final(header)) = heads.next().await? else {
			continue;
		};
		turns.extend(header.slot().and_then(|slot| slot.checked_rem(authors)));
		let number = header.number()?;
		let made = number - *first.get_or_insert(number);
		if made >= blocks && turns.len() as u64 == authors {
			return Ok(());
		}
	}
}

/// The times of the changes of a chain's session, watched for this time.
pub async fn sessions(rpc: RpcClient, duration: Duration) -> Result<Vec<Instant>> {
	let mut heads = heads(&rpc).await?;
	let end = tokio::time::Instant::now() + duration;
	let (mut changes, mut last) = (Vec::new(), None);
	while let Ok(next) = tokio::time::timeout_at(end, heads.next()).await {
		let (now, Head::Best(header)) = next? else {
			continue;
		};
		let hash = hash_of(&rpc, header.number()?).await?;
		let session = session_at(&rpc, &hash).await?;
		if last.replace(session).is_some_and(|last| last != session) {
			changes.push(now);
		}
	}
	Ok(changes)
}

async fn hash_of(rpc: &RpcClient, number: u64) -> Result<String> {
	let hash = rpc.request("chain_getBlockHash", rpc_params![number]);
	Ok(hash.await?)
}

/// The number of a chain's session.
async fn session_at(rpc: &RpcClient, hash: &str) -> Result<u32> {
	let session: Option<String> = rpc
		.request("state_getStorage", rpc_params![SESSION, hash])
		.await?;
	let session = hex::decode(session.unwrap_or_default().trim_start_matches("0x"))?;
	// Without a value before the first change.
	Ok(u32::decode(&mut &session[..]).unwrap_or_default())
}

/// Watches a node's best and final blocks for this time.
pub async fn watch(rpc: RpcClient, duration: Duration) -> Result<Watched> {
	let mut heads = heads(&rpc).await?;
	let end = tokio::time::Instant::now() + duration;
	let mut watched = Watched::default();
	let (mut highest, mut last_final) = (0, None);
	while let Ok(next) = tokio::time::timeout_at(end, heads.next()).await {
		match next? {
			(_, Head::Final(header)) => last_final = Some(header.number()?),
			(now, Head::Best(header)) => {
				let number = header.number()?;
				if number > highest {
					highest = number;
					watched.advances.push((now, number));
					let behind = last_final.map(|last| number.saturating_sub(last));
					watched.behind.extend(behind);
				}
				let id = (number, header.state_root);
				watched.seen.entry(id).or_insert(now);
			}
		}
	}
	Ok(watched)
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
	/// The number of the chain's session.
	pub session: u32,
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
		let hash = hash_of(rpc, number).await?;
		let weight: String = rpc
			.request("state_getStorage", rpc_params![BLOCK_WEIGHT, &hash])
			.await?;
		let weight = hex::decode(weight.trim_start_matches("0x"))?;
		// For each class of transactions, time and proof.
		let weight = <[(Compact<u64>, Compact<u64>); 3]>::decode(&mut &weight[..])?;
		let session = session_at(rpc, &hash).await?;
		let signed: SignedBlock = rpc.request("chain_getBlock", rpc_params![hash]).await?;
		let characters: usize = signed.block.extrinsics.iter().map(String::len).sum();
		all.push(Contents {
			id: (number, signed.block.header.state_root),
			time: weight.iter().map(|(time, _)| time.0 as f64 / 1e9).sum(),
			proof: weight.iter().map(|(_, proof)| proof.0).sum(),
			bytes: characters as u64 / 2,
			session,
		});
	}
	Ok(all)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_header_has_the_slot_of_its_author() {
		let header = |logs: &str| {
			let header = format!(
				r#"{{"number": "0x1f", "stateRoot": "0x00", "digest": {{"logs": [{logs}]}}}}"#
			);
			serde_json::from_str::<Header>(&header).unwrap()
		};
		let other = r#""0x0452505352900001""#;
		let slot = r#""0x0661757261200102000000000000""#;
		assert_eq!(header(&format!("{other}, {slot}")).slot(), Some(0x201));
		assert_eq!(header(other).slot(), None);
		assert_eq!(header("").number().unwrap(), 31);
	}
}
