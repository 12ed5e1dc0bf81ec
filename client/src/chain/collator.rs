//! A node as a collator: its session keys, and the blocks that it made.

use super::connection::Chain;
use crate::{Error, Result};
use codec::Decode;
use salus_primitives::AccountId;
use subxt::{
	config::substrate::{ConsensusEngineId, DigestItem, H256},
	ext::frame_decode::storage::encode_storage_key_prefix,
	rpcs::rpc_params,
};

const AURA: ConsensusEngineId = *b"aura";

/// How many blocks are searched for one of an author.
const SEARCHED_BLOCKS: u64 = 300;

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

	/// The number of the last block that the holder of these session keys made, among the last few
	/// hundred.
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
