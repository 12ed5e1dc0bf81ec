//! The benchmarks of our own pallets, and of the XCM instructions that the weigher lets in;
//! `scripts/weights` runs them.

use alloc::{string::String, vec::Vec};
use frame_benchmarking::{
	add_benchmark, define_benchmarks, list_benchmark, BenchmarkBatch, BenchmarkConfig,
	BenchmarkError, BenchmarkList,
};
use frame_support::traits::{StorageInfo, StorageInfoTrait, WhitelistedStorageKeys};

use pallet_xcm_benchmarks::generic::Pallet as Xcm;
use salus_runtime_common::xcm::sibling;
use xcm::latest::prelude::*;
use xcm_executor::{
	traits::{ConvertLocation, FeeReason},
	AssetsInHolding, FeesMode,
};

use crate::{
	configs::xcm::XcmConfig, AccountId, AllPalletsWithSystem, Balances, Consortium, Governance,
	ParachainSystem, PolkadotXcm, Quota, Runtime, RuntimeCall,
};

/// A region that has a channel.
const REGION: u32 = 2001;

define_benchmarks!(
	[salus_runtime_common::quota, Quota]
	[pallet_governance, Governance]
	[pallet_consortium, Consortium]
	[pallet_xcm_benchmarks::generic, Xcm::<Runtime>]
);

/// What can be measured.
pub fn metadata(extra: bool) -> (Vec<BenchmarkList>, Vec<StorageInfo>) {
	let mut list = Vec::new();
	list_benchmarks!(list, extra);
	(list, AllPalletsWithSystem::storage_info())
}

/// Measures.
pub fn dispatch(config: BenchmarkConfig) -> Result<Vec<BenchmarkBatch>, String> {
	let whitelist = AllPalletsWithSystem::whitelisted_storage_keys();
	let mut batches = Vec::new();
	let params = (&config, &whitelist);
	add_benchmarks!(params, batches);
	Ok(batches)
}

/// Opens the channel to [`REGION`].
pub struct OpenChannel;

impl xcm_builder::EnsureDelivery for OpenChannel {
	fn ensure_successful_delivery(
		_: &Location,
		_: &Location,
		_: FeeReason,
	) -> (Option<FeesMode>, Option<Assets>) {
		ParachainSystem::open_outbound_hrmp_channel_for_benchmarks_or_tests(REGION.into());
		(None, None)
	}
}

/// The account within a location. Only the harness asks: no location is an account here.
pub struct AccountWithin;

impl ConvertLocation<AccountId> for AccountWithin {
	fn convert_location(location: &Location) -> Option<AccountId> {
		match location.last()? {
			AccountId32 { id, .. } => Some((*id).into()),
			_ => None,
		}
	}
}

impl pallet_xcm_benchmarks::Config for Runtime {
	type XcmConfig = XcmConfig;
	type AccountIdConverter = AccountWithin;
	type DeliveryHelper = OpenChannel;

	fn valid_destination() -> Result<Location, BenchmarkError> {
		Ok(sibling(REGION))
	}

	fn worst_case_holding(_: u32) -> AssetsInHolding {
		AssetsInHolding::new()
	}
}

/// Nothing here has assets, aliases or bridges: what has to do with them is skipped.
impl pallet_xcm_benchmarks::generic::Config for Runtime {
	type RuntimeCall = RuntimeCall;
	type TransactAsset = Balances;

	fn worst_case_response() -> (u64, Response) {
		let query = PolkadotXcm::new_notify_query(
			Location::here(),
			frame_system::Call::<Runtime>::remark {
				remark: Default::default(),
			},
			u32::MAX,
			Location::here(),
		);
		(query, Response::DispatchResult(MaybeErrorCode::Success))
	}

	fn worst_case_asset_exchange() -> Result<(Assets, Assets), BenchmarkError> {
		Err(BenchmarkError::Skip)
	}

	fn universal_alias() -> Result<(Location, Junction), BenchmarkError> {
		Err(BenchmarkError::Skip)
	}

	fn transact_origin_and_runtime_call() -> Result<(Location, RuntimeCall), BenchmarkError> {
		let remark = Default::default();
		let call = frame_system::Call::remark { remark };
		Ok((sibling(REGION), call.into()))
	}

	fn subscribe_origin() -> Result<Location, BenchmarkError> {
		Ok(sibling(REGION))
	}

	fn claimable_asset() -> Result<(Location, Location, Assets), BenchmarkError> {
		Err(BenchmarkError::Skip)
	}

	fn worst_case_for_trader() -> Result<(Asset, WeightLimit), BenchmarkError> {
		Err(BenchmarkError::Skip)
	}

	fn unlockable_asset() -> Result<(Location, Location, Asset), BenchmarkError> {
		Err(BenchmarkError::Skip)
	}

	fn export_message_origin_and_destination(
	) -> Result<(Location, NetworkId, InteriorLocation), BenchmarkError> {
		Err(BenchmarkError::Skip)
	}

	fn alias_origin() -> Result<(Location, Location), BenchmarkError> {
		Err(BenchmarkError::Skip)
	}
}
