//! A node as a collator: its session keys, and the blocks that it made.

use super::connection::Chain;
use crate::{Error, Result};
use codec::Decode;
use salus_primitives::{
	blocks::{blocks_in, SLOT_DURATION},
	AccountId, Moment,
};
use subxt::{
	config::substrate::{ConsensusEngineId, DigestItem, H256},
	ext::frame_decode::storage::encode_storage_key_prefix,
	rpcs::rpc_params,
};

const AURA: ConsensusEngineId = *b"aura";

/// The most authorities that a chain can have.
const MAX_AUTHORITIES: Moment = 64;
/// How many blocks are searched for one of an author: two rounds of as many authors as there can be.
const SEARCHED_BLOCKS: u32 = blocks_in(2 * MAX_AUTHORITIES * SLOT_DURATION);

/// New session keys of a node.
pub struct NodeKeys {
	/// The public keys, as the chain takes them.
	pub keys: Vec<u8>,
	/// The proof that the node has the private keys, for one account.
	pub proof: Vec<u8>,
}

impl Chain {
	/// Makes new session keys in the node, for an account. The method is unsafe: the node answers
	/// only its operator.
	pub async fn new_session_keys(&self, owner: &AccountId) -> Result<NodeKeys> {
		#[derive(serde::Deserialize)]
		struct Generated {
			keys: String,
			proof: Option<String>,
		}
		let owner = format!("0x{}", hex::encode(owner));
		let generated: Generated = self
			.rpc
			.request("author_rotateKeysWithOwner", rpc_params![owner])
			.await
			.map_err(|error| self.operator_failed(error))?;
		let proof = generated
			.proof
			.ok_or_else(|| Error::Node("it gives no proof for its session keys".into()))?;
		Ok(NodeKeys {
			keys: bytes(&generated.keys)?,
			proof: bytes(&proof)?,
		})
	}

	/// Whether the node has the private keys of these session keys. Unsafe, as
	/// [`Self::new_session_keys`].
	pub async fn has_session_keys(&self, keys: &[u8]) -> Result<bool> {
		let keys = format!("0x{}", hex::encode(keys));
		self.rpc
			.request("author_hasSessionKeys", rpc_params![keys])
			.await
			.map_err(|error| self.operator_failed(error))
	}

	/// Whether the node makes blocks when it has the keys.
	pub async fn is_collator(&self) -> Result<bool> {
		let roles: Vec<String> = self
			.rpc
			.request("system_nodeRoles", rpc_params![])
			.await
			.map_err(|error| self.failed(&error))?;
		Ok(roles.iter().any(|role| role == "Authority"))
	}

	/// The number of the last block that the holder of these session keys made, among those in which
	/// each author has had its turn twice.
	pub async fn last_block_by(&self, keys: &[u8]) -> Result<Option<u64>> {
		let Some(aura_key) = keys.first_chunk::<32>() else {
			return Ok(None);
		};
		let failed = |error: subxt::rpcs::Error| self.failed(&error);
		let best = self.methods.chain_get_header(None).await.map_err(failed)?;
		let Some(mut header) = best else {
			return Ok(None);
		};
		for _ in 0..SEARCHED_BLOCKS {
			let parent = header.parent_hash;
			let slot = header.digest.logs.iter().find_map(|item| match item {
				DigestItem::PreRuntime(AURA, slot) => u64::decode(&mut &slot[..]).ok(),
				_ => None,
			});
			if let Some(slot) = slot {
				let authors = self.aura_keys(parent).await?;
				let turn = usize::try_from(slot).unwrap_or_default() % authors.len().max(1);
				if authors.get(turn) == Some(aura_key) {
					return Ok(Some(header.number));
				}
			}
			let before = self.methods.chain_get_header(Some(parent)).await;
			match before.map_err(failed)? {
				Some(before) => header = before,
				None => break,
			}
		}
		Ok(None)
	}

	/// The Aura keys that make the next block after this one, in the order of their turns.
	async fn aura_keys(&self, block: H256) -> Result<Vec<[u8; 32]>> {
		let key = encode_storage_key_prefix("Aura", "Authorities");
		let stored = self.methods.state_get_storage(&key, Some(block)).await;
		let bytes = stored.map_err(|error| self.failed(&error))?;
		Vec::decode(&mut &bytes.unwrap_or_default()[..])
			.map_err(|error| Error::Node(format!("Aura.Authorities: {error}")))
	}
}

/// Reads bytes in hex, as a node returns them.
fn bytes(text: &str) -> Result<Vec<u8>> {
	hex::decode(text.trim_start_matches("0x")).map_err(|error| Error::Node(error.to_string()))
}

#[cfg(test)]
mod tests {
	use super::*;
	use codec::Encode;
	use salus_primitives::blocks::{
		BLOCKS_PER_RELAY_SLOT, BLOCK_TIME, LONG_LAG, MORTAL_BLOCKS, RELAY_SLOT,
	};
	use subxt::Metadata;

	/// What the client and the portal count in blocks. The chain's own is in a test of the same name in
	/// `runtime/common/src/constants.rs`, and the gateway's beside its constant.
	#[test]
	fn what_counts_blocks_follows_from_their_rate() {
		let turn = BLOCKS_PER_RELAY_SLOT * u32::try_from(SLOT_DURATION / RELAY_SLOT).unwrap();
		let round = turn * u32::try_from(MAX_AUTHORITIES).unwrap();
		assert!(SEARCHED_BLOCKS >= 2 * round);
		for (count, time) in [
			(SEARCHED_BLOCKS, 768_000),
			(MORTAL_BLOCKS, 512_000),
			(LONG_LAG, 128_000),
		] {
			assert_eq!(u64::from(count) * BLOCK_TIME, time, "{count} blocks");
		}
		let portal = std::fs::read_to_string("../portal/src/chain/submit.ts").unwrap();
		let period = format!("\nconst PERIOD = {MORTAL_BLOCKS}\n");
		assert!(portal.contains(&period), "the portal has another period");
	}

	#[test]
	fn a_chain_has_no_more_authorities_than_are_searched_for() {
		for metadata in [
			&include_bytes!("../../metadata/regional.scale")[..],
			include_bytes!("../../metadata/consortium.scale"),
		] {
			let metadata = Metadata::decode_from(metadata).unwrap();
			let pallet = metadata.pallet_by_name("Governance").unwrap();
			let most = pallet.constant_by_name("MaxAuthorities").unwrap();
			let ours = u32::try_from(MAX_AUTHORITIES).unwrap();
			assert_eq!(most.value(), ours.encode());
		}
	}
}
