//! `polkadot`: a node of the relay chain, with no chain of its own built in. A validator also needs
//! `polkadot-prepare-worker` and `polkadot-execute-worker` of the same version beside it.
//!
//! It is polkadot's own node, but that a validator that starts does not take up the checks of parachains' blocks that it had
//! begun until it has a new block of the relay chain. Before that it knows no block to make them at; each would fail
//! ("Session params unavailable (no active leaf?)") and not be made again. Where every validator's approval is needed, as of
//! three for three parachains, nothing would be finalized any more.

use futures::FutureExt;
use polkadot_cli::{
	service::{
		AuxStore, Error, ExtendedOverseerGenArgs, Hash, Overseer, OverseerConnector, OverseerGen,
		OverseerGenArgs, OverseerHandle, ValidatorOverseerGen,
	},
	Cli,
};
use polkadot_overseer::{ChainApiBackend, RuntimeApiSubsystemClient, SpawnGlue};
use sc_cli::SubstrateCli;
use sp_consensus::SyncOracle;
use sp_core::traits::SpawnNamed;
use std::sync::Arc;

#[cfg(target_os = "linux")]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// A validator's subsystems, which are told that the node still syncs until it has a new block: they take up earlier work
/// when it no longer does.
struct AfterNewBlock;

impl OverseerGen for AfterNewBlock {
	fn generate<Spawner, Client>(
		&self,
		connector: OverseerConnector,
		mut args: OverseerGenArgs<Spawner, Client>,
		ext_args: Option<ExtendedOverseerGenArgs>,
	) -> Result<(Overseer<SpawnGlue<Spawner>, Arc<Client>>, OverseerHandle), Error>
	where
		Client: RuntimeApiSubsystemClient + ChainApiBackend + AuxStore + 'static,
		Spawner: 'static + SpawnNamed + Clone + Unpin,
	{
		let client = args.runtime_client.clone();
		args.sync_service = Arc::new(NewBlock {
			sync: args.sync_service,
			first: best(&*client),
			client,
		});
		ValidatorOverseerGen.generate(connector, args, ext_args)
	}
}

struct NewBlock<Client> {
	sync: Arc<dyn SyncOracle + Send + Sync>,
	client: Arc<Client>,
	/// The best block at the start.
	first: Option<Hash>,
}

impl<Client: ChainApiBackend> SyncOracle for NewBlock<Client> {
	fn is_major_syncing(&self) -> bool {
		self.sync.is_major_syncing() || best(&*self.client) == self.first
	}

	fn is_offline(&self) -> bool {
		self.sync.is_offline()
	}
}

/// The best block's hash, from the node's own database, which answers at once.
fn best(client: &impl ChainApiBackend) -> Option<Hash> {
	Some(client.info().now_or_never()?.ok()?.best_hash)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
	let cli = Cli::from_args();
	if cli.subcommand.is_none() {
		polkadot_cli::run_node(cli, AfterNewBlock, None)?;
	} else {
		polkadot_cli::run()?;
	}
	Ok(())
}
