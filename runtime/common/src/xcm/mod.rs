//! Messages between chains.
//!
//! The list of messages is closed. A region calls the consortium (by `pallet-crossing`), and the
//! consortium answers. The relay chain sends notices about channels. Chains negotiate the version
//! of XCM. Every other message is dropped, by the first of these checks that it fails:
//!
//! 1. The [`Weigher`] accepts only the instructions of such messages, and no message that is
//!    heavier than [`MaxMessageWeight`].
//! 2. The [barrier](barrier) accepts only expected answers, notices of the relay chain and the
//!    negotiation of versions. That of the consortium also accepts programs of known regions, if
//!    all answers go to the sender.
//! 3. The runtime's `SafeCallFilter` allows a program to dispatch only the consortium's four calls.
//! 4. The [origin converter](origins) converts only a sibling parachain to an origin. No location
//!    becomes Root or an account.
//!
//! No runtime has an asset, so a message cannot move one. No origin can send or execute a message
//! that it wrote itself.

pub mod barrier;
pub mod channels;
mod executor;
pub mod origins;
pub mod queues;
#[cfg(test)]
mod tests;
mod weigher;
pub mod weights;

use core::marker::PhantomData;

use cumulus_primitives_core::ParaId;
use frame_support::{parameter_types, traits::Get, weights::Weight};
use xcm::prelude::*;
use xcm_builder::WithUniqueTopic;
use xcm_runtime_apis::fees::Error as FeeError;

use crate::constants::MESSAGE_WEIGHT;

pub use executor::ExecutorConfig;
pub use weigher::{Weigher, MAX_INSTRUCTIONS};

parameter_types! {
	/// The share of a block for queued messages.
	pub const MessageWeight: Weight = MESSAGE_WEIGHT;
	/// The same, in the type that `pallet-message-queue` needs.
	pub const SomeMessageWeight: Option<Weight> = Some(MessageWeight::get());
	/// The most that one message may weigh. It is less than the share of a block, because a message
	/// that is too heavy for a block would stay in the queue.
	pub const MaxMessageWeight: Weight = MessageWeight::get().saturating_div(2);
}

/// Sends messages to the relay chain and to siblings. Each message gets a unique id as its topic.
pub type Router<ParachainSystem, XcmpQueue, Versions> = WithUniqueTopic<(
	cumulus_primitives_utility::ParentAsUmp<ParachainSystem, Versions, ()>,
	XcmpQueue,
)>;

/// The location of a chain among all consensus systems. A parachain does not know the genesis of
/// its relay chain, and accepts nothing from beyond it.
pub struct UniversalLocationOf<Para>(PhantomData<Para>);

impl<Para: Get<ParaId>> Get<InteriorLocation> for UniversalLocationOf<Para> {
	fn get() -> InteriorLocation {
		[
			GlobalConsensus(NetworkId::ByGenesis([0; 32])),
			Parachain(Para::get().into()),
		]
		.into()
	}
}

/// The ParaId of a chain as a number.
pub struct ParaNumber<Para>(PhantomData<Para>);

impl<Para: Get<ParaId>> Get<salus_primitives::ParaId> for ParaNumber<Para> {
	fn get() -> salus_primitives::ParaId {
		Para::get().into()
	}
}

/// A parachain beside this one.
pub fn sibling(para: salus_primitives::ParaId) -> Location {
	Location::new(1, [Parachain(para)])
}

/// The ParaId of a location, if it is a parachain beside this one.
pub fn para_of(location: &Location) -> Option<salus_primitives::ParaId> {
	match location.unpack() {
		(1, [Parachain(para)]) => Some(*para),
		_ => None,
	}
}

/// The price of sending a message, for the runtimes' `XcmPaymentApi`. It is 0.
pub fn delivery_fees<R: SendXcm>(
	destination: VersionedLocation,
	message: VersionedXcm<()>,
) -> Result<VersionedAssets, FeeError> {
	let version = destination
		.identify_version()
		.max(message.identify_version());
	let unconverted = |()| FeeError::VersionedConversionFailed;
	let destination = Location::try_from(destination).map_err(unconverted)?;
	let message = Xcm::<()>::try_from(message).map_err(unconverted)?;
	let (_, fees) = validate_send::<R>(destination, message).map_err(|_| FeeError::Unroutable)?;
	VersionedAssets::from(fees)
		.into_version(version)
		.map_err(unconverted)
}
