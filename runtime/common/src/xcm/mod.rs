//! Messages between chains: what both runtimes do with them.
//!
//! What crosses is a closed list. A region asks the consortium (by `pallet-crossing`), which
//! answers; the relay chain gives notices about channels; chains agree on the version of XCM. All
//! else is dropped, at the first of these that a message meets:
//!
//! 1. the [`Weigher`] weighs only the instructions that such messages are made of, and no message
//!    that is heavier than [`MaxMessageWeight`];
//! 2. the [barrier](barrier) lets in only known answers, the relay chain's notices and the
//!    negotiation of versions; on the consortium also programs of known regions whose answers go
//!    to nobody but their sender;
//! 3. the runtime's `SafeCallFilter` lets a program dispatch only the consortium's four calls;
//! 4. the [origin converter](origins) makes an origin of nothing but a sibling as such. No location
//!    becomes Root, or an account.
//!
//! Nothing of value can be moved: no runtime knows an asset. Nobody may send or execute a message of
//! their own making: the origins for it are nobody's.

pub mod barrier;
pub mod channels;
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

use crate::constants::MAXIMUM_BLOCK_WEIGHT;

pub use weigher::{Weigher, MAX_INSTRUCTIONS};

parameter_types! {
	/// The most weight that queued messages take of a block.
	pub const MessageWeight: Weight = MAXIMUM_BLOCK_WEIGHT.saturating_div(5);
	/// The same, as `pallet-message-queue` wants it.
	pub const SomeMessageWeight: Option<Weight> = Some(MessageWeight::get());
	/// The most that one message may weigh. It is less than what a block has for messages, so that
	/// none is too heavy to be served: such a one would lie in the queue for ever.
	pub const MaxMessageWeight: Weight = MessageWeight::get().saturating_div(2);
}

/// Messages leave upwards to the relay chain or sideways to siblings, each with an id of its own as
/// its topic.
pub type Router<ParachainSystem, XcmpQueue, Versions> = WithUniqueTopic<(
	cumulus_primitives_utility::ParentAsUmp<ParachainSystem, Versions, ()>,
	XcmpQueue,
)>;

/// Where a chain stands in the universe. The relay chain's genesis is not known to its parachains,
/// and nothing comes from beyond it.
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

/// A parachain beside this one.
pub fn sibling(para: salus_primitives::ParaId) -> Location {
	Location::new(1, [Parachain(para)])
}

/// The ParaId of a location that is a parachain beside this one.
pub fn para_of(location: &Location) -> Option<salus_primitives::ParaId> {
	match location.unpack() {
		(1, [Parachain(para)]) => Some(*para),
		_ => None,
	}
}

/// For the runtimes' `XcmPaymentApi`: what sending a message there costs, which is nothing.
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
