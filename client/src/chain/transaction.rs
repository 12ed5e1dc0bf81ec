//! A signed transaction, and its fate.

use super::{
	connection::Chain,
	events::{self, Included, EXTRINSIC_FAILED},
	heads::{Head, Heads},
	refusal::{pool_refusal, refusal},
};
use crate::{error::Sent, rpc::mark, Error, Result};
use codec::DecodeAll;
use salus_primitives::{blocks::MORTAL_BLOCKS, AccountId, Cid, Hash256};
use serde::{Deserialize, Serialize};
use sp_crypto_hashing::blake2_256;
use subxt::{
	backend::BlockRef,
	config::{substrate::H256, RpcConfigFor},
	error::DispatchError,
	rpcs::methods::legacy::{Block, NumberOrHex},
	SubstrateConfig,
};

/// A signed transaction: all that it takes to send it again, and to learn its fate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transaction {
	/// What it does, in words.
	pub what: String,
	/// Its hash.
	#[serde(with = "hex_bytes")]
	pub hash: Hash256,
	/// The hash of the first signature of the same call with the same nonce: its own, unless it was
	/// signed again for another runtime.
	#[serde(with = "hex_bytes")]
	pub first: Hash256,
	/// The hash of its chain's first block.
	#[serde(with = "hex_bytes")]
	pub genesis: Hash256,
	/// The account that signed it.
	#[serde(with = "hex_bytes")]
	pub account: [u8; 32],
	/// Its nonce. A chain includes one transaction with each nonce of an account.
	pub nonce: u64,
	/// The number of the first block that can include it.
	pub first_block: u64,
	/// The number of the last block that can include it.
	pub last_block: u64,
	/// Its encoding.
	#[serde(with = "hex_bytes")]
	pub bytes: Vec<u8>,
}

/// The fate of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
	/// No block includes it yet.
	Waiting,
	/// A block includes it. The block can still be reverted.
	InBlock(Place),
	/// A final block includes it.
	Final(Place),
	/// A final block includes another transaction with its nonce: this one has no effect.
	Replaced,
	/// All blocks that could include it are final, and none does: it has no effect.
	Expired,
}

/// The place of a transaction in a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
	/// The block's number.
	pub number: u64,
	/// The block's hash.
	pub block: Hash256,
	pub(super) index: usize,
}

/// The pool's answer to a transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
	/// The pool took it.
	Taken,
	/// The pool holds it already.
	Held,
	/// The pool refused it, because its nonce is used in the best chain.
	Outdated,
	/// The pool refused it, because it holds another transaction with its nonce.
	Occupied,
	/// The pool refused it, for this reason. A block can include it all the same.
	Refused(String),
	/// The pool refused it, because its account may not send such a call.
	NotAllowed(String),
}

impl Answer {
	/// Whether the pool refused it for another reason than its nonce.
	pub(super) fn is_refusal(&self) -> bool {
		matches!(self, Self::Refused(_) | Self::NotAllowed(_))
	}
}

/// A transaction of which only the hash is known is looked for in so many final blocks: twice as many
/// as can include it.
const SEARCHED: u64 = 2 * MORTAL_BLOCKS as u64;
/// The pool's error code for a transaction that it holds.
const ALREADY_IMPORTED: i32 = 1013;
/// The pool's error code for a transaction whose nonce one in the pool has.
const TOO_LOW_PRIORITY: i32 = 1014;
/// The pool's words for a used nonce.
const OUTDATED: &str = "Transaction is outdated";

impl Transaction {
	/// The account that signed it.
	pub fn account(&self) -> AccountId {
		self.account.into()
	}

	/// Whether this is a signature of the same call with the same nonce as another one: a chain
	/// includes one of them at most.
	pub(crate) fn is_same_call(&self, other: &Self) -> bool {
		let of = |one: &Self| (one.genesis, one.account, one.nonce, one.first);
		of(self) == of(other)
	}

	/// Whether it names an envelope. A CID has a hash, so its bytes are nowhere by chance.
	pub(crate) fn names(&self, cid: &Cid) -> bool {
		let cid = cid.as_bytes();
		self.bytes.windows(cid.len()).any(|bytes| bytes == cid)
	}

	/// The error if its fate is unknown.
	pub(crate) fn lost(&self, reason: String) -> Error {
		Error::Unknown {
			sent: Box::new(Sent {
				nonce: Some(self.nonce),
				last_block: Some(self.last_block),
				..Sent::with_hash(&self.hash)
			}),
			reason,
		}
	}
}

impl Chain {
	/// Sends a transaction, for the first time or again.
	pub(super) async fn send(&self, transaction: &Transaction) -> Result<Answer> {
		use subxt::rpcs::Error::User;
		let sent = self.methods.author_submit_extrinsic(&transaction.bytes);
		match sent.await {
			Ok(_) => Ok(Answer::Taken),
			Err(User(error)) if error.code == ALREADY_IMPORTED => Ok(Answer::Held),
			Err(User(error)) if error.code == TOO_LOW_PRIORITY => Ok(Answer::Occupied),
			Err(User(error)) => {
				let data = error
					.data
					.as_deref()
					.map(|data| data.get().trim_matches('"'));
				// A gateway's refusal has the mark.
				let message = error.message.trim_start_matches(mark());
				Ok(match data {
					Some(OUTDATED) => Answer::Outdated,
					data => pool_refusal(message, data),
				})
			}
			Err(error) => Err(self.failed(&error)),
		}
	}

	/// The fate of a transaction now.
	pub async fn fate(&self, transaction: &Transaction) -> Result<Fate> {
		let mut heads = *self.heads().await?.borrow();
		// The subscription can be a block behind the pool.
		let best = self.best().await?;
		heads.best = Head {
			number: best.block_number(),
			hash: H256(best.block_hash()),
		};
		heads.order();
		self.fate_at(transaction, heads, &mut None).await
	}

	/// The fate of a transaction on the chain with these heads. `known` is the place where it was
	/// last seen, if any.
	pub(super) async fn fate_at(
		&self,
		transaction: &Transaction,
		heads: Heads,
		known: &mut Option<Place>,
	) -> Result<Fate> {
		let Heads {
			best,
			last_final: last,
		} = heads;
		if let Some(place) = *known {
			if self.block_hash(place.number).await? == Some(place.block.into()) {
				return Ok(if place.number <= last.number {
					Fate::Final(place)
				} else {
					Fate::InBlock(place)
				});
			}
			*known = None;
		}
		let may_come = last.number < transaction.last_block;
		if may_come && self.nonce_at(&transaction.account, best).await? <= transaction.nonce {
			return Ok(Fate::Waiting);
		}
		if self.nonce_at(&transaction.account, last).await? > transaction.nonce {
			*known = self.find(transaction, last).await?;
			return Ok(known.map_or(Fate::Replaced, Fate::Final));
		}
		if !may_come {
			return Ok(Fate::Expired);
		}
		*known = self.find(transaction, best).await?;
		Ok(known.map_or(Fate::Waiting, Fate::InBlock))
	}

	/// The next nonce of an account after a block.
	pub(super) async fn nonce_at(&self, account: &[u8; 32], at: Head) -> Result<u64> {
		let nonce = self
			.methods
			.state_call(
				"AccountNonceApi_account_nonce",
				Some(account),
				Some(at.hash),
			)
			.await
			.map_err(|error| self.failed(&error))?;
		let nonce = u32::decode_all(&mut nonce.as_slice());
		nonce
			.map(u64::from)
			.map_err(|error| Error::Node(error.to_string()))
	}

	/// Finds a transaction in the chain that ends with `head`.
	async fn find(&self, transaction: &Transaction, head: Head) -> Result<Option<Place>> {
		let mut number = head.number.min(transaction.last_block);
		let mut hash = head.hash;
		if number < head.number {
			hash = self
				.block_hash(number)
				.await?
				.ok_or_else(|| Error::Node(format!("it has no block {number}")))?;
		}
		while number >= transaction.first_block {
			let block = self.block(hash).await?;
			let mut all = block.extrinsics.iter();
			if let Some(index) = all.position(|bytes| bytes.0 == transaction.bytes) {
				return Ok(Some(Place {
					number,
					block: hash.0,
					index,
				}));
			}
			hash = block.header.parent_hash;
			number = number.saturating_sub(1);
		}
		Ok(None)
	}

	/// The place of the transaction with this hash in the newest blocks: in [`SEARCHED`] final ones, and
	/// in those after them.
	///
	/// The best block is the node's word, and so are the blocks before it that are not final. It can
	/// be of a fork that the node made up. So from the last final block's number on, this follows
	/// that block: a place there is in the chain that is final. And a fork that would take longer than
	/// the final blocks is left out.
	pub(super) async fn find_hash(&self, hash: &Hash256, heads: Heads) -> Result<Option<Place>> {
		let Heads { best, last_final } = heads;
		let newest = match heads.lag() > SEARCHED {
			true => last_final,
			false => best,
		};
		let Head {
			mut number,
			hash: mut block,
		} = newest;
		let oldest = last_final.number.saturating_sub(SEARCHED);
		while number > oldest {
			if number == last_final.number {
				block = last_final.hash;
			}
			let found = self.block(block).await?;
			let mut all = found.extrinsics.iter();
			if let Some(index) = all.position(|bytes| blake2_256(&bytes.0) == *hash) {
				return Ok(Some(Place {
					number,
					block: block.0,
					index,
				}));
			}
			block = found.header.parent_hash;
			number = number.saturating_sub(1);
		}
		Ok(None)
	}

	/// The result of a transaction in its block: its events, or the error with which it failed.
	pub async fn outcome(&self, transaction: &Transaction, place: &Place) -> Result<Included> {
		let outcome = self.outcome_of(transaction.hash, place).await;
		outcome.map_err(|error| match error {
			Error::Unknown { reason, .. } => transaction.lost(reason),
			error => error,
		})
	}

	/// The result of the transaction with this hash in its block.
	pub async fn outcome_of(&self, hash: Hash256, place: &Place) -> Result<Included> {
		let unknown = |reason: String| Error::Unknown {
			sent: Box::new(Sent::with_hash(&hash)),
			reason: format!("its events cannot be read: {reason}"),
		};
		let lost = |error: &dyn std::error::Error| unknown(error.to_string().replace(mark(), ""));
		let block = BlockRef::from_hash(H256(place.block));
		let at = self.client.at_block(block).await;
		let at = at.map_err(|error| lost(&error))?;
		let all = at
			.extrinsics()
			.fetch()
			.await
			.map_err(|error| lost(&error))?;
		let found = all
			.iter()
			.nth(place.index)
			.ok_or_else(|| unknown("it is not in its block".into()))?;
		let found = found.map_err(|error| lost(&error))?;
		let events = found.events().await.map_err(|error| lost(&error))?;
		for event in events.iter() {
			let event = event.map_err(|error| lost(&error))?;
			if events::name(&event) == EXTRINSIC_FAILED {
				let error = DispatchError::decode_from(event.field_bytes(), at.metadata());
				return Err(refusal(&error.map_err(|error| lost(&error))?));
			}
		}
		Ok(Included {
			hash,
			block: place.block,
			events,
			metadata: at.metadata(),
		})
	}

	/// The block with this hash.
	async fn block(&self, hash: H256) -> Result<Block<RpcConfigFor<SubstrateConfig>>> {
		let found = self.methods.chain_get_block(Some(hash)).await;
		let details = found
			.map_err(|error| self.failed(&error))?
			.ok_or_else(|| Error::Node(format!("it has no block {hash:?}")))?;
		Ok(details.block)
	}

	/// The hash of the block with this number in the best chain.
	pub(super) async fn block_hash(&self, number: u64) -> Result<Option<H256>> {
		let hash = self
			.methods
			.chain_get_block_hash(Some(NumberOrHex::Number(number)));
		hash.await.map_err(|error| self.failed(&error))
	}
}

/// Bytes as hexadecimal digits after `0x`.
pub(crate) mod hex_bytes {
	use serde::{de::Error, Deserialize, Deserializer, Serializer};

	pub fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
		to.serialize_str(&format!("0x{}", hex::encode(bytes)))
	}

	pub fn deserialize<'a, T, D>(from: D) -> Result<T, D::Error>
	where
		T: TryFrom<Vec<u8>>,
		D: Deserializer<'a>,
	{
		let text = String::deserialize(from)?;
		text.strip_prefix("0x")
			.and_then(|digits| hex::decode(digits).ok())
			.and_then(|bytes| bytes.try_into().ok())
			.ok_or_else(|| D::Error::custom("not hexadecimal digits after 0x"))
	}
}
