//! The benchmarks of our own pallets. `scripts/weights` runs them.

use alloc::{string::String, vec::Vec};
use frame_benchmarking::{define_benchmarks, BenchmarkBatch, BenchmarkConfig, BenchmarkList};
use frame_support::traits::{StorageInfo, StorageInfoTrait, WhitelistedStorageKeys};

use crate::{
	AllPalletsWithSystem, Crossing, Emr, Governance, History, Interregional, Permissions, Pinning,
	Quota, Registry,
};

define_benchmarks!(
	[pallet_quota, Quota]
	[pallet_crossing, Crossing]
	[pallet_governance, Governance]
	[pallet_registry, Registry]
	[pallet_emr, Emr]
	[pallet_permissions, Permissions]
	[pallet_interregional, Interregional]
	[pallet_history, History]
	[pallet_pinning, Pinning]
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
