//! What `polkadot-omni-node-lib` expects of `sc-hop`, beside the RPC: options, a store, and its upkeep.
//! Nothing of it does anything.

use std::{
	convert::Infallible,
	future::{ready, Ready},
	path::PathBuf,
	sync::Arc,
};

/// No options. The library adds the RPC if they are `enabled`.
#[derive(Clone, Debug, clap::Args)]
pub struct HopParams {
	/// Always.
	#[arg(skip = true)]
	pub enabled: bool,
	/// Unused.
	#[arg(skip)]
	pub promotion_buffer_secs: u64,
	/// Unused.
	#[arg(skip)]
	pub check_interval: u64,
}

/// No store.
pub struct HopDataPool;

/// Nothing to do.
pub struct HopMaintenanceTask;

impl HopParams {
	/// No store.
	///
	/// # Errors
	///
	/// None.
	pub fn build_pool<Registry>(
		&self,
		_: Option<PathBuf>,
		_: Option<&Registry>,
	) -> Result<Arc<HopDataPool>, Infallible> {
		Ok(Arc::new(HopDataPool))
	}
}

/// Nothing to do.
pub fn build_maintenance_task<Block, Client, Pool>(
	_: &Arc<Client>,
	_: &Arc<Pool>,
	_: Arc<HopDataPool>,
	_: u64,
	_: u64,
) -> HopMaintenanceTask {
	HopMaintenanceTask
}

impl HopMaintenanceTask {
	/// Ends at once.
	pub fn run(self) -> Ready<()> {
		ready(())
	}
}
