//! The few storage values that no runtime API tells: the region's id, the chain's time, and the
//! council's motions.

use super::{shape, State};
use crate::{Error, Result};
use codec::DecodeAll;
use salus_primitives::{AccountId, Hash256};
use scale_info::{meta_type, MetaType, TypeInfo};
use subxt::{
	error::StorageError, ext::frame_decode::storage::encode_storage_key_prefix, metadata::Metadata,
};

/// A motion that the council votes on.
#[derive(Clone, Debug)]
pub struct Motion {
	/// Its number.
	pub index: u32,
	/// The hash of the call that it makes.
	pub hash: Hash256,
	/// The call, as text.
	pub call: String,
	/// The call's encoded length.
	pub length: u32,
	/// Ayes that carry it.
	pub threshold: u32,
	/// Who voted for it.
	pub ayes: Vec<AccountId>,
	/// Who voted against it.
	pub nays: Vec<AccountId>,
}

/// pallet-collective's `Votes`.
#[derive(codec::Decode, TypeInfo)]
struct Votes {
	index: u32,
	threshold: u32,
	ayes: Vec<AccountId>,
	nays: Vec<AccountId>,
	#[allow(dead_code)]
	end: u32,
}

fn check(metadata: &Metadata, pallet: &str, entry: &str, ours: MetaType) -> Option<String> {
	let compare = || {
		let value = metadata
			.pallet_by_name(pallet)
			.and_then(|pallet| pallet.storage())
			.and_then(|storage| storage.entry_by_name(entry))
			.ok_or("the chain has no such storage")?
			.value_ty();
		shape::compare(ours, metadata.types(), value)
	};
	compare()
		.err()
		.map(|error: String| format!("{pallet}.{entry}: {error}"))
}

/// What differs between the storage read here and the chain's, one line each.
pub fn drift(metadata: &Metadata) -> Vec<String> {
	[
		check(metadata, "ParachainInfo", "ParachainId", meta_type::<u32>()),
		check(metadata, "Timestamp", "Now", meta_type::<u64>()),
		check(
			metadata,
			"Council",
			"Proposals",
			meta_type::<Vec<Hash256>>(),
		),
		check(metadata, "Council", "Voting", meta_type::<Votes>()),
	]
	.into_iter()
	.flatten()
	.collect()
}

impl State {
	/// A plain value; where none is set, its default.
	pub(super) async fn read<T>(&self, pallet: &str, entry: &str) -> Result<T>
	where
		T: DecodeAll + TypeInfo + 'static,
	{
		if let Some(error) = check(self.metadata(), pallet, entry, meta_type::<T>()) {
			return Err(Error::Drift(error));
		}
		let bytes = match self.raw(pallet, entry, &[]).await? {
			Some(bytes) => bytes,
			None => self
				.metadata()
				.pallet_by_name(pallet)
				.and_then(|pallet| pallet.storage()?.entry_by_name(entry)?.default_value())
				.ok_or_else(|| Error::NotFound(format!("{pallet}.{entry}")))?
				.to_vec(),
		};
		decode(pallet, entry, &bytes)
	}

	async fn raw(&self, pallet: &str, entry: &str, key: &[u8]) -> Result<Option<Vec<u8>>> {
		let mut path = encode_storage_key_prefix(pallet, entry).to_vec();
		path.extend(key);
		match self.client.storage().fetch_raw(path).await {
			Ok(bytes) => Ok(Some(bytes)),
			Err(StorageError::NoValueFound) => Ok(None),
			Err(error) => Err(self.failed(error)),
		}
	}

	/// The motions that the council has not decided.
	pub async fn motions(&self) -> Result<Vec<Motion>> {
		let hashes: Vec<Hash256> = self.read("Council", "Proposals").await?;
		if let Some(error) = check(self.metadata(), "Council", "Voting", meta_type::<Votes>()) {
			return Err(Error::Drift(error));
		}
		let mut motions = Vec::new();
		for hash in hashes {
			// Both maps are keyed by the hash as it is.
			let votes = self.raw("Council", "Voting", &hash).await?;
			let call = self.raw("Council", "ProposalOf", &hash).await?;
			let (Some(votes), Some(call)) = (votes, call) else {
				continue;
			};
			let votes: Votes = decode("Council", "Voting", &votes)?;
			motions.push(Motion {
				index: votes.index,
				hash,
				call: self.describe(&call),
				length: u32::try_from(call.len()).unwrap_or(u32::MAX),
				threshold: votes.threshold,
				ayes: votes.ayes,
				nays: votes.nays,
			});
		}
		motions.sort_by_key(|motion| motion.index);
		Ok(motions)
	}

	/// An encoded call as text.
	fn describe(&self, call: &[u8]) -> String {
		match self.client.tx().from_call_data_bytes(call) {
			Ok(payload) => format!(
				"{}.{}{}",
				payload.pallet_name(),
				payload.call_name(),
				payload.call_data()
			),
			Err(_) => format!("0x{}", hex::encode(call)),
		}
	}
}

fn decode<T: DecodeAll>(pallet: &str, entry: &str, bytes: &[u8]) -> Result<T> {
	T::decode_all(&mut &*bytes).map_err(|error| Error::Node(format!("{pallet}.{entry}: {error}")))
}
