//! The events of a transaction, and what they say of it.

use super::{connection::State, refusal::refusal, shape};
use crate::{error::Sent, Error, Result};
use codec::DecodeAll;
use salus_primitives::{Author, Cid, Hash256, PatientId, RecordId};
use scale_info::{meta_type, TypeInfo};
use std::collections::BTreeSet;
use subxt::{
	error::DispatchError,
	events::Event,
	extrinsics::ExtrinsicEvents,
	metadata::{ArcMetadata, Metadata},
	SubstrateConfig,
};

/// The fields of `Emr.RecordAdded`: record, patient, author, CID.
pub type RecordAdded = (RecordId, PatientId, Author, Cid);

/// An event's pallet and name.
type EventName = (&'static str, &'static str);

pub(super) const RECORD_ADDED: EventName = ("Emr", "RecordAdded");
/// A motion's call was made: the motion's hash, and the call's result.
const EXECUTED: EventName = ("Council", "Executed");
/// A call of a batch succeeded.
const ITEM_COMPLETED: EventName = ("Utility", "ItemCompleted");
/// A call of a batch failed: its error.
const ITEM_FAILED: EventName = ("Utility", "ItemFailed");
/// The transaction failed: its error.
pub(super) const EXTRINSIC_FAILED: EventName = ("System", "ExtrinsicFailed");

/// A successful transaction in its block.
pub struct Included {
	/// The transaction's hash.
	pub hash: Hash256,
	/// The hash of its block.
	pub block: Hash256,
	pub(super) events: ExtrinsicEvents<SubstrateConfig>,
	pub(super) metadata: ArcMetadata,
}

impl State {
	/// The pallets that have events in the block.
	pub async fn pallets_with_events(&self) -> Result<BTreeSet<String>> {
		let events = self.client.events().fetch().await;
		let events = events.map_err(|error| self.failed(error))?;
		let pallet = |event: std::result::Result<Event<'_, _>, _>| match event {
			Ok(event) => Ok(event.pallet_name().to_owned()),
			Err(error) => Err(unreadable(error)),
		};
		events.iter().map(pallet).collect()
	}
}

/// Checks the events of a region's chain against its metadata.
pub(super) fn check_regional(metadata: &Metadata) -> Vec<std::result::Result<(), String>> {
	vec![
		check_fields::<RecordAdded>(metadata, RECORD_ADDED),
		check_fields::<()>(metadata, ITEM_COMPLETED),
		check_name(metadata, ITEM_FAILED),
	]
}

/// Checks the events that both kinds of chain have.
pub(super) fn check_common(metadata: &Metadata) -> Vec<std::result::Result<(), String>> {
	vec![
		check_name(metadata, EXECUTED),
		check_name(metadata, EXTRINSIC_FAILED),
	]
}

/// Checks that the chain has an event.
fn check_name(metadata: &Metadata, name: EventName) -> std::result::Result<(), String> {
	fields(metadata, name).map(drop)
}

/// Checks that the chain has an event with these fields.
pub(super) fn check_fields<E: TypeInfo + 'static>(
	metadata: &Metadata,
	name: EventName,
) -> std::result::Result<(), String> {
	let theirs = fields(metadata, name)?;
	shape::compare_fields(meta_type::<E>(), metadata.types(), &theirs)
		.map_err(|error| format!("{}.{}: {error}", name.0, name.1))
}

/// The types of an event's fields.
fn fields(metadata: &Metadata, (pallet, name): EventName) -> std::result::Result<Vec<u32>, String> {
	metadata
		.pallet_by_name(pallet)
		.and_then(|pallet| pallet.event_variants())
		.and_then(|events| events.iter().find(|event| event.name == name))
		.map(|event| event.fields.iter().map(|field| field.ty.id).collect())
		.ok_or_else(|| format!("{pallet}.{name}: the chain does not have this event"))
}

impl Included {
	/// The records that the transaction added, in order.
	pub fn records_added(&self) -> Result<Vec<RecordAdded>> {
		let mut found = Vec::new();
		for event in self.events.iter() {
			let event = event.map_err(unreadable)?;
			if name(&event) == RECORD_ADDED {
				found.push(RecordAdded::decode_all(&mut event.field_bytes()).map_err(unreadable)?);
			}
		}
		Ok(found)
	}

	/// The result of each call of a [`Call::force_batch`](super::Call::force_batch), in order.
	pub fn items(&self) -> Result<Vec<Result<()>>> {
		let mut items = Vec::new();
		for event in self.events.iter() {
			let event = event.map_err(unreadable)?;
			match name(&event) {
				ITEM_COMPLETED => items.push(Ok(())),
				ITEM_FAILED => items.push(Err(self.refusal(event.field_bytes())?)),
				_ => {}
			}
		}
		Ok(items)
	}

	/// Whether the transaction made a motion's call. If that call failed, this is its error. A
	/// motion that waits for votes, or was rejected, is not an error.
	pub fn motion_executed(&self) -> Result<bool> {
		for event in self.events.iter() {
			let event = event.map_err(unreadable)?;
			if name(&event) != EXECUTED {
				continue;
			}
			// The hash, then a result: 0, or 1 and the error.
			return match event.field_bytes().get(32..) {
				Some([0, ..]) => Ok(true),
				Some([1, error @ ..]) => Err(self.refusal(error)?),
				_ => Err(unreadable("Council.Executed has no result")),
			};
		}
		Ok(false)
	}

	/// The error for a transaction whose effect its events do not tell.
	pub(crate) fn unknown(&self, reason: impl ToString) -> Error {
		Error::Unknown {
			sent: Box::new(Sent::with_hash(&self.hash)),
			reason: reason.to_string(),
		}
	}

	fn refusal(&self, error: &[u8]) -> Result<Error> {
		let error = DispatchError::decode_from(error, self.metadata.clone());
		Ok(refusal(&error.map_err(unreadable)?))
	}
}

fn unreadable(error: impl ToString) -> Error {
	Error::Node(error.to_string())
}

/// An event's pallet and name.
pub(super) fn name<'a>(event: &'a Event<'_, SubstrateConfig>) -> (&'a str, &'a str) {
	(event.pallet_name(), event.event_name())
}
