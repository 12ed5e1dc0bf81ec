//! `polkadot`: a node of the relay chain, with no chain of its own built in. A validator also needs
//! `polkadot-prepare-worker` and `polkadot-execute-worker` of the same version beside it.

#[cfg(target_os = "linux")]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> Result<(), Box<dyn std::error::Error>> {
	polkadot_cli::run()?;
	Ok(())
}
