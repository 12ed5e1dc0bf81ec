//! The benchmarks of our own pallets, and of the XCM instructions that the weigher accepts.
//! `scripts/weights` runs them.

use alloc::{string::String, vec::Vec};
use frame_benchmarking::{
	define_benchmarks, BenchmarkBatch, BenchmarkConfig, BenchmarkError, BenchmarkList,
};
use frame_support::traits::{Everything, StorageInfo, StorageInfoTrait, WhitelistedStorageKeys};
use pallet_xcm_benchmarks::generic::Pallet as Xcm;
use polkadot_parachain_primitives::primitives::Sibling;
use salus_runtime_common::xcm::{sibling, ExecutorConfig};
use xcm::latest::prelude::*;
use xcm_builder::{SiblingParachainConvertsVia, SovereignSignedViaLocation};
use xcm_executor::{
	traits::{ConvertLocation, FeeReason},
	AssetsInHolding, FeesMode,
};

use crate::{
	configs::{messages::XcmRouter, xcm::Barrier},
	AccountId, AllPalletsWithSystem, Balances, Consortium, Governance, ParachainSystem,
	PolkadotXcm, Quota, Runtime, RuntimeCall, RuntimeOrigin,
};

/// A region with a channel.
const REGION: u32 = 2001;

define_benchmarks!(
	[pallet_quota, Quota]
	[pallet_governance, Governance]
	[pallet_consortium, Consortium]
	[pallet_xcm_benchmarks::generic, Xcm::<Runtime>]
);

/// The list of benchmarks.
pub fn metadata(extra: bool) -> (Vec<BenchmarkList>, Vec<StorageInfo>) {
	let mut list = Vec::new();
	list_benchmarks!(list, extra);
	(list, AllPalletsWithSystem::storage_info())
}

/// Runs benchmarks.
pub fn dispatch(config: BenchmarkConfig) -> Result<Vec<BenchmarkBatch>, String> {
	let whitelist = AllPalletsWithSystem::whitelisted_storage_keys();
	let mut batches = Vec::new();
	let params = (&config, &whitelist);
	add_benchmarks!(params, batches);
	Ok(batches)
}

/// The executor's configuration in the benchmarks. It is that of the runtime, except that any
/// account may dispatch any call: the benchmark of `Transact` dispatches a remark.
pub type BenchmarkedConfig = ExecutorConfig<
	Runtime,
	AllPalletsWithSystem,
	Barrier,
	SovereignSignedViaLocation<SiblingParachainConvertsVia<Sibling, AccountId>, RuntimeOrigin>,
	Everything,
>;

/// Opens the channel to [`REGION`], with a message in it, so that benchmarks measure reading a page
/// that exists.
pub struct OpenChannel;

impl xcm_builder::EnsureDelivery for OpenChannel {
	fn ensure_successful_delivery(
		_: &Location,
		_: &Location,
		_: FeeReason,
	) -> (Option<FeesMode>, Option<Assets>) {
		ParachainSystem::open_outbound_hrmp_channel_for_benchmarks_or_tests(REGION.into());
		let sent = send_xcm::<XcmRouter>(sibling(REGION), Xcm(alloc::vec![ClearOrigin]));
		sent.expect("the channel is open");
		(None, None)
	}
}

/// The account in a location. Only the harness needs it: in the runtime no location is an account.
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
	type XcmConfig = BenchmarkedConfig;
	type AccountIdConverter = AccountWithin;
	type DeliveryHelper = OpenChannel;

	fn valid_destination() -> Result<Location, BenchmarkError> {
		Ok(sibling(REGION))
	}

	fn worst_case_holding(_: u32) -> AssetsInHolding {
		AssetsInHolding::new()
	}
}

/// There are no assets, aliases or bridges, so their benchmarks are skipped.
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
