//! This region's calls to the consortium, and the answers.

use frame_support::{
	parameter_types,
	traits::{ConstU32, ConstU64},
};
use pallet_crossing::PalletXcmQueries;
use salus_runtime_common::{
	constants::{ANSWER_TIME, CONSORTIUM, MAX_AWAITED, MAX_IN_FLIGHT, MAX_IN_FLIGHT_OF_PROVIDER},
	xcm::{origins::EnsureAnswerFrom, sibling, ParaNumber},
};
use xcm::latest::prelude::*;

use super::{messages::XcmRouter, system::PollWeight};
use crate::{Interregional, ParachainInfo, Registry, Runtime, RuntimeCall, Timestamp};

parameter_types! {
	/// Where the consortium is.
	pub ConsortiumLocation: Location = sibling(CONSORTIUM);
}

impl pallet_crossing::Config for Runtime {
	type NotifyCall = RuntimeCall;
	type NotifyQueries = PalletXcmQueries<Runtime>;
	type Router = XcmRouter;
	type AnswerOrigin = EnsureAnswerFrom<ConsortiumLocation>;
	// The pallet with the more expensive answers comes first.
	type Receivers = (Interregional, Registry);
	type Region = ParaNumber<ParachainInfo>;
	type Consortium = ConstU32<CONSORTIUM>;
	type MaxAwaited = ConstU32<MAX_AWAITED>;
	type Time = Timestamp;
	type AnswerTime = ConstU64<ANSWER_TIME>;
	type MaxInFlight = ConstU32<MAX_IN_FLIGHT>;
	type MaxInFlightOfProvider = ConstU32<MAX_IN_FLIGHT_OF_PROVIDER>;
	type PollWeight = PollWeight;
	type WeightInfo = pallet_crossing::weights::SubstrateWeight<Runtime>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = OpenChannel;
}

/// Opens the channel to the consortium, with a message in it, so that benchmarks measure reading a
/// page that exists.
#[cfg(feature = "runtime-benchmarks")]
pub struct OpenChannel;

#[cfg(feature = "runtime-benchmarks")]
impl pallet_crossing::BenchmarkHelper for OpenChannel {
	fn connect() {
		crate::ParachainSystem::open_outbound_hrmp_channel_for_benchmarks_or_tests(
			CONSORTIUM.into(),
		);
		let program = Xcm(alloc::vec![ClearOrigin]);
		let sent = send_xcm::<XcmRouter>(ConsortiumLocation::get(), program);
		sent.expect("the channel is open");
	}
}
