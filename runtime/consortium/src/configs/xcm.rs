//! The messages that the consortium accepts: a known region can make the four crossing calls, as
//! the parachain that it is. The consortium pallet decides which of them an expelled region can
//! still make.

use frame_support::traits::Contains;
use salus_runtime_common::xcm::{barrier::ConsortiumBarrier, origins::SiblingAsXcm};

use crate::{Consortium, PolkadotXcm, RuntimeCall, RuntimeOrigin};

/// The messages that are executed.
pub type Barrier = ConsortiumBarrier<PolkadotXcm, Consortium>;
/// The origin that a sender becomes.
pub type OriginConverter = SiblingAsXcm<RuntimeOrigin>;
/// The calls that a message can dispatch.
pub type SafeCallFilter = CrossingCalls;

/// The four crossing calls.
pub struct CrossingCalls;

impl Contains<RuntimeCall> for CrossingCalls {
	fn contains(call: &RuntimeCall) -> bool {
		use pallet_consortium::Call;
		matches!(
			call,
			RuntimeCall::Consortium(
				Call::enlist_provider { .. }
					| Call::update_provider { .. }
					| Call::deliver_grant { .. }
					| Call::revoke_grant { .. }
			)
		)
	}
}
