//! `polkadot`: a node of the relay chain, with no chain of its own built in. A validator also needs
//! `polkadot-prepare-worker` and `polkadot-execute-worker` of the same version beside it.
//!
//! It is polkadot's own node, except that a validator receives its best block when it starts.
//! Without it, a validator has no active leaf until it imports the next block. It resumes its checks
//! of parachain blocks before that. They fail with "Session params unavailable (no active leaf?)",
//! and it does not repeat them. Where every validator's approval is needed, as with three validators
//! for three parachains, nothing is finalized any more.

use futures::executor::block_on;
use polkadot_cli::{
	service::{
		AuxStore, Error, ExtendedOverseerGenArgs, Handle, Overseer, OverseerConnector, OverseerGen,
		OverseerGenArgs, OverseerHandle, ValidatorOverseerGen,
	},
	Cli,
};
use polkadot_overseer::{
	BlockInfo, ChainApiBackend, RuntimeApiSubsystemClient, SpawnGlue, UnpinHandle,
};
use sc_cli::SubstrateCli;
use sc_utils::mpsc::tracing_unbounded;
use sp_core::traits::SpawnNamed;
use std::sync::Arc;

#[cfg(target_os = "linux")]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// The subsystems of a validator, with the best block as their first active leaf.
struct WithBestBlock;

impl OverseerGen for WithBestBlock {
	fn generate<Spawner, Client>(
		&self,
		connector: OverseerConnector,
		args: OverseerGenArgs<Spawner, Client>,
		ext_args: Option<ExtendedOverseerGenArgs>,
	) -> Result<(Overseer<SpawnGlue<Spawner>, Arc<Client>>, OverseerHandle), Error>
	where
		Client: RuntimeApiSubsystemClient + ChainApiBackend + AuxStore + 'static,
		Spawner: 'static + SpawnNamed + Clone + Unpin,
	{
		let client = args.runtime_client.clone();
		let (overseer, handle) = ValidatorOverseerGen.generate(connector, args, ext_args)?;
		if let Some(best) = block_on(best_block(&*client))? {
			// The queue has room, and nothing else uses it yet.
			block_on(Handle::new(handle.clone()).block_imported(best));
		}
		Ok((overseer, handle))
	}
}

/// The best block, unless it is the genesis.
async fn best_block(client: &impl ChainApiBackend) -> Result<Option<BlockInfo>, Error> {
	let hash = client.info().await?.best_hash;
	let header = client.header(hash).await?;
	// The unpin message has no receiver. None is needed: the block was not pinned. A block that is not
	// final is not pruned.
	let (unpin, _) = tracing_unbounded("unpin-best-block", 1);
	Ok(header
		.filter(|header| header.number > 0)
		.map(|header| BlockInfo {
			hash,
			parent_hash: header.parent_hash,
			number: header.number,
			unpin_handle: UnpinHandle::new(hash, unpin),
		}))
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
	let cli = Cli::from_args();
	if cli.subcommand.is_none() {
		polkadot_cli::run_node(cli, WithBestBlock, None)?;
	} else {
		polkadot_cli::run()?;
	}
	Ok(())
}
