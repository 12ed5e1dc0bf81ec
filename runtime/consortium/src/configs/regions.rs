//! The regions, the directory of their providers, and inter-regional grants.

use frame_support::traits::ConstU32;
use pallet_governance::EnsureAuthorities;
use salus_runtime_common::xcm::{origins::EnsureSibling, queues::MAX_CHANNELS, ParaNumber};

use super::system::PollWeight;
use crate::{ParachainInfo, Runtime, Timestamp};

impl pallet_consortium::Config for Runtime {
	type RegionOrigin = EnsureSibling;
	type AdminOrigin = EnsureAuthorities<Runtime>;
	type Time = Timestamp;
	type OwnId = ParaNumber<ParachainInfo>;
	type MinModulusBits = ConstU32<2048>;
	// Each region has a channel.
	type MaxRegions = ConstU32<MAX_CHANNELS>;
	type MaxProvidersPerRegion = ConstU32<100_000>;
	type MaxGrantsPerRegion = ConstU32<1_000_000>;
	type MaxGrantsPerGrantee = ConstU32<10_000>;
	type MaxGrantsOfPatient = ConstU32<500>;
	type MaxGrantsOfAuthor = ConstU32<1_000>;
	type MaxGrantsOfOwnRecords = ConstU32<2_000>;
	type PollWeight = PollWeight;
	type WeightInfo = pallet_consortium::weights::SubstrateWeight<Runtime>;
}
