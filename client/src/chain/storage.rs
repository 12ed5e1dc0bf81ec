//! The storage values that no runtime API returns: the chain's id, its time, the records of
//! envelopes, and the council's motions.

use super::{calls::Weight, connection::State, shape};
use crate::{Error, Result};
use codec::{Decode, DecodeAll};
use salus_primitives::{AccountId, Cid, Hash256, Moment, ParaId, RecordId};
use scale_info::{meta_type, MetaType, TypeInfo};
use sp_crypto_hashing::blake2_256;
use std::marker::PhantomData;
use subxt::{
	error::StorageError,
	ext::{
		frame_decode::storage::{
			encode_storage_key_prefix,
			StorageHasher::{self, Blake2_256, Identity},
		},
		scale_value::{scale::decode_as_type, Composite, Value, ValueDef},
	},
	metadata::Metadata,
};

/// A motion that the council votes on.
#[derive(Clone, Debug)]
pub struct CouncilMotion {
	/// The motion's number.
	pub index: u32,
	/// The hash of the call that it makes.
	pub hash: Hash256,
	/// The call, as text.
	pub call: String,
	/// The accounts that the call adds as authorities, itself or in batches, and the session keys of
	/// their nodes.
	pub adds: Vec<(AccountId, Vec<u8>)>,
	/// The call's encoded length.
	pub length: u32,
	/// The ayes that carry the motion.
	pub threshold: u32,
	/// The accounts that voted for it.
	pub ayes: Vec<AccountId>,
	/// The accounts that voted against it.
	pub nays: Vec<AccountId>,
}

/// pallet-collective's `Votes`.
#[derive(Decode, TypeInfo)]
struct Votes {
	index: u32,
	threshold: u32,
	ayes: Vec<AccountId>,
	nays: Vec<AccountId>,
	#[allow(dead_code)]
	end: u32,
}

/// A storage entry whose values are `T`.
struct StorageDef<T> {
	pallet: &'static str,
	entry: &'static str,
	/// How the chain hashes each part of the key, as [`State::raw_storage`] is given it hashed.
	hashers: &'static [StorageHasher],
	value: PhantomData<fn() -> T>,
}

const PARACHAIN_ID: StorageDef<ParaId> = StorageDef::new("ParachainInfo", "ParachainId", &[]);
const NOW: StorageDef<Moment> = StorageDef::new("Timestamp", "Now", &[]);
/// The record of each envelope, by the hash in its CID.
const ENVELOPES: StorageDef<RecordId> = StorageDef::new("Emr", "Envelopes", &[Blake2_256]);
/// The pins that a record should have.
const REPLICATION_TARGET: StorageDef<u32> = StorageDef::new("Governance", "ReplicationTarget", &[]);
/// The hashes of all open motions.
const PROPOSALS: StorageDef<Vec<Hash256>> = StorageDef::new("Council", "Proposals", &[]);
/// The votes on each motion, by its hash.
const VOTING: StorageDef<Votes> = StorageDef::new("Council", "Voting", &[Identity]);
/// The pallet and the name of the call that adds an authority.
const ADD_AUTHORITY: (&str, &str) = ("Governance", "add_authority");

/// Checks the storage entries and constants against a chain's metadata.
pub(super) fn check(metadata: &Metadata) -> Vec<std::result::Result<(), String>> {
	vec![
		PARACHAIN_ID.check(metadata),
		NOW.check(metadata),
		PROPOSALS.check(metadata),
		VOTING.check(metadata),
		max_motion_weight(metadata).map(drop),
	]
}

/// Checks the storage entries and constants of a region's chain.
pub(super) fn check_regional(metadata: &Metadata) -> Vec<std::result::Result<(), String>> {
	vec![
		ENVELOPES.check(metadata),
		REPLICATION_TARGET.check(metadata),
		max_envelope_size(metadata).map(drop),
	]
}

fn max_envelope_size(metadata: &Metadata) -> std::result::Result<u64, String> {
	constant(metadata, "Emr", "MaxEnvelopeSize")
}

fn max_motion_weight(metadata: &Metadata) -> std::result::Result<Weight, String> {
	constant(metadata, "Council", "MaxProposalWeight")
}

fn constant<T: DecodeAll>(
	metadata: &Metadata,
	pallet: &str,
	name: &str,
) -> std::result::Result<T, String> {
	metadata
		.pallet_by_name(pallet)
		.and_then(|pallet| pallet.constant_by_name(name))
		.and_then(|constant| T::decode_all(&mut constant.value()).ok())
		.ok_or_else(|| format!("{pallet}.{name}: the chain does not have this constant"))
}

impl<T: DecodeAll + TypeInfo + 'static> StorageDef<T> {
	const fn new(
		pallet: &'static str,
		entry: &'static str,
		hashers: &'static [StorageHasher],
	) -> Self {
		Self {
			pallet,
			entry,
			hashers,
			value: PhantomData,
		}
	}

	fn check(&self, metadata: &Metadata) -> std::result::Result<(), String> {
		let compare = || {
			let entry = metadata
				.pallet_by_name(self.pallet)
				.and_then(|pallet| pallet.storage())
				.and_then(|storage| storage.entry_by_name(self.entry))
				.ok_or("the chain does not have this storage entry")?;
			let theirs: Vec<_> = entry.keys().map(|key| key.hasher).collect();
			if theirs != self.hashers {
				return Err(format!(
					"key {:?} here, {theirs:?} on the chain",
					self.hashers
				));
			}
			let ours: MetaType = meta_type::<T>();
			shape::compare(ours, metadata.types(), entry.value_ty())
		};
		compare().map_err(|error: String| format!("{}.{}: {error}", self.pallet, self.entry))
	}

	/// Reads the value under an encoded key, which is empty for a plain value.
	async fn find(&self, state: &State, key: &[u8]) -> Result<Option<T>> {
		self.check(state.metadata())
			.map_err(|what| state.drift(what))?;
		let bytes = state.raw_storage(self.pallet, self.entry, key).await?;
		bytes.map(|bytes| self.decode(&bytes)).transpose()
	}

	/// Reads a plain value, or its default if none is stored.
	async fn get(&self, state: &State) -> Result<T> {
		if let Some(value) = self.find(state, &[]).await? {
			return Ok(value);
		}
		let default = state
			.metadata()
			.pallet_by_name(self.pallet)
			.and_then(|pallet| pallet.storage()?.entry_by_name(self.entry)?.default_value())
			.ok_or_else(|| Error::NotFound(format!("{}.{}", self.pallet, self.entry)))?;
		self.decode(default)
	}

	fn decode(&self, mut bytes: &[u8]) -> Result<T> {
		T::decode_all(&mut bytes)
			.map_err(|error| Error::Node(format!("{}.{}: {error}", self.pallet, self.entry)))
	}
}

/// The accounts that an encoded call adds as authorities, and the session keys of their nodes.
fn added_authorities(metadata: &Metadata, mut call: &[u8]) -> Vec<(AccountId, Vec<u8>)> {
	let calls = metadata.outer_enums().call_enum_ty();
	decode_as_type(&mut call, calls, metadata.types())
		.map(|call| additions(&call))
		.unwrap_or_default()
}

/// The additions in a value. A call is a variant with the name of its pallet that has a variant with
/// the name of the call.
fn additions<Type>(value: &Value<Type>) -> Vec<(AccountId, Vec<u8>)> {
	let (pallet, parts) = match &value.value {
		ValueDef::Variant(variant) => (variant.name.as_str(), &variant.values),
		ValueDef::Composite(parts) => ("", parts),
		_ => return Vec::new(),
	};
	let own = parts.values().filter_map(|part| match &part.value {
		ValueDef::Variant(call) if (pallet, call.name.as_str()) == ADD_AUTHORITY => {
			addition(&call.values)
		}
		_ => None,
	});
	own.chain(parts.values().flat_map(additions)).collect()
}

/// The account and the session keys: the first two arguments.
fn addition<Type>(arguments: &Composite<Type>) -> Option<(AccountId, Vec<u8>)> {
	let mut arguments = arguments.values().map(bytes);
	let account: [u8; 32] = arguments.next()?.try_into().ok()?;
	Some((account.into(), arguments.next()?))
}

/// The bytes that a value consists of.
fn bytes<Type>(value: &Value<Type>) -> Vec<u8> {
	match &value.value {
		ValueDef::Composite(parts) => parts.values().flat_map(bytes).collect(),
		_ => {
			let byte = value.as_u128().and_then(|byte| u8::try_from(byte).ok());
			byte.into_iter().collect()
		}
	}
}

/// An envelope's key in its map: the hash of the hash in the CID.
pub(super) fn envelope_key(cid: &Cid) -> [u8; 32] {
	blake2_256(&cid.digest())
}

impl State {
	/// The chain's parachain id; for a region's chain it is the region's number.
	pub async fn region(&self) -> Result<ParaId> {
		PARACHAIN_ID.get(self).await
	}

	/// The chain's time.
	pub async fn now(&self) -> Result<Moment> {
		NOW.get(self).await
	}

	/// The record of an envelope, if there is one. Anybody can have added it.
	pub async fn record_of_envelope(&self, cid: &Cid) -> Result<Option<RecordId>> {
		ENVELOPES.find(self, &envelope_key(cid)).await
	}

	/// How many pinners a record should have.
	pub async fn replication_target(&self) -> Result<u32> {
		REPLICATION_TARGET.get(self).await
	}

	/// The largest envelope that a record may have, in bytes.
	pub fn max_envelope_size(&self) -> Result<u64> {
		max_envelope_size(self.metadata()).map_err(|what| self.drift(what))
	}

	/// The most that the call of a motion may weigh.
	pub fn max_motion_weight(&self) -> Result<Weight> {
		max_motion_weight(self.metadata()).map_err(|what| self.drift(what))
	}

	/// The council's open motions.
	pub async fn motions(&self) -> Result<Vec<CouncilMotion>> {
		let mut motions = Vec::new();
		for hash in PROPOSALS.get(self).await? {
			// The key of both maps is the hash itself.
			let votes = VOTING.find(self, &hash).await?;
			let call = self.raw_storage("Council", "ProposalOf", &hash).await?;
			let (Some(votes), Some(call)) = (votes, call) else {
				continue;
			};
			motions.push(CouncilMotion {
				index: votes.index,
				hash,
				call: self.describe(&call),
				adds: added_authorities(self.metadata(), &call),
				length: u32::try_from(call.len()).unwrap_or(u32::MAX),
				threshold: votes.threshold,
				ayes: votes.ayes,
				nays: votes.nays,
			});
		}
		motions.sort_by_key(|motion| motion.index);
		Ok(motions)
	}

	async fn raw_storage(&self, pallet: &str, entry: &str, key: &[u8]) -> Result<Option<Vec<u8>>> {
		let mut path = encode_storage_key_prefix(pallet, entry).to_vec();
		path.extend(key);
		match self.client.storage().fetch_raw(path).await {
			Ok(bytes) => Ok(Some(bytes)),
			Err(StorageError::NoValueFound) => Ok(None),
			Err(error) => Err(self.failed(error)),
		}
	}

	/// Formats an encoded call.
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

#[cfg(test)]
mod tests {
	use super::*;
	use crate::chain::{
		calls::{self, Parameter},
		Call,
	};
	use salus_primitives::KeySignature;

	#[test]
	fn every_authority_that_a_motion_adds_is_found() {
		let metadata = include_bytes!("../../metadata/regional.scale");
		let metadata = Metadata::decode_from(metadata).unwrap();
		let added = |place: u8| (AccountId::new([place; 32]), vec![place, 0, 255]);
		let add = |place| {
			let (account, keys) = added(place);
			let signature = KeySignature::from_raw([9; 64]);
			calls::ADD_AUTHORITY.with((account, keys, vec![8; 64], signature))
		};
		let found = |call: Call| added_authorities(&metadata, &call.encode(&metadata).unwrap());
		let other = || calls::SET_PARAMETER.with((Parameter::ReplicationTarget(3),));

		assert_eq!(found(add(1)), [added(1)]);
		assert_eq!(found(other()), []);
		assert_eq!(found(calls::REMOVE_AUTHORITY.with((added(1).0,))), []);
		let inner = Call::force_batch(vec![add(2), Call::batch_all(vec![add(3)])]);
		let nested = Call::batch_all(vec![add(1), other(), inner, add(4)]);
		assert_eq!(found(nested.clone()), [1, 2, 3, 4].map(added));
		assert_eq!(found(Call::propose(2, nested, 0)), [1, 2, 3, 4].map(added));
		assert_eq!(added_authorities(&metadata, &[255, 255]), []);
	}
}
