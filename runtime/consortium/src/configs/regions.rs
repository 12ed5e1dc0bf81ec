//! The regions, the directory of their providers, and the grants that cross regions.

use frame_support::traits::{ConstU32, Get};
use pallet_governance::EnsureAuthorities;
use salus_runtime_common::xcm::{origins::EnsureSibling, queues::MAX_CHANNELS};

use crate::{ParachainInfo, Runtime, Timestamp};

/// The parachain that this chain is: no region.
pub struct OwnId;

impl Get<u32> for OwnId {
	fn get() -> u32 {
		ParachainInfo::parachain_id().into()
	}
}

impl pallet_consortium::Config for Runtime {
	type RegionOrigin = EnsureSibling;
	type AdminOrigin = EnsureAuthorities<Runtime>;
	type Time = Timestamp;
	type OwnId = OwnId;
	type MinModulusBits = ConstU32<2048>;
	// Each has a channel.
	type MaxRegions = ConstU32<MAX_CHANNELS>;
	type MaxProvidersPerRegion = ConstU32<100_000>;
	type MaxGrantsPerRegion = ConstU32<1_000_000>;
	type MaxGrantsPerGrantee = ConstU32<10_000>;
	type WeightInfo = pallet_consortium::weights::SubstrateWeight<Runtime>;
}
