//! The messages that a region accepts: answers, notices and the negotiation of versions. No message
//! can dispatch a call.

use frame_support::traits::Nothing;
use salus_runtime_common::xcm::barrier::RegionBarrier;

use crate::PolkadotXcm;

/// The messages that are executed.
pub type Barrier = RegionBarrier<PolkadotXcm>;
/// No sender becomes an origin.
pub type OriginConverter = ();
/// No message can dispatch a call.
pub type SafeCallFilter = Nothing;
