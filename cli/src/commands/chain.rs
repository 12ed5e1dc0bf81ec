//! `salus chain`.

use crate::{
	context::Context,
	display::{clean, hash, time},
	interregional::region_standing,
	output::Output,
};
use clap::Subcommand;
use salus_client::{
	chain::{self, ChainKind},
	Result,
};
use salus_primitives::views::RegionView;
use serde_json::json;

#[derive(Subcommand)]
pub enum Chain {
	/// Show the node, its chain and the latest blocks
	Info,
	/// List the regions of the consortium
	Regions,
}

pub async fn run(context: &Context, command: Chain) -> Result<Output> {
	match command {
		Chain::Info => info(context).await,
		Chain::Regions => regions(context).await,
	}
}

/// All regions that the consortium ever admitted.
async fn regions(context: &Context) -> Result<Output> {
	let directory = context.directory().await?;
	let all = directory.regions().await?;
	let value = |region: &RegionView| {
		json!({
			"region": region.region,
			"genesis": hash(&region.genesis_hash.0),
			"standing": region_standing(region.standing),
			"since": region.since,
			"providers": region.providers,
			"live_grants": region.live_grants,
		})
	};
	let row = |region: &RegionView| {
		vec![
			region.region.to_string(),
			region_standing(region.standing).into(),
			time(region.since),
			region.providers.to_string(),
			region.live_grants.to_string(),
			hash(&region.genesis_hash.0),
		]
	};
	let headings = [
		"region",
		"standing",
		"since",
		"providers",
		"grants",
		"genesis",
	];
	let rows = all.iter().map(row).collect();
	let json = all.iter().map(value).collect();
	Ok(Output::table(
		json,
		&headings,
		rows,
		"the consortium has no regions",
	))
}

async fn info(context: &Context) -> Result<Output> {
	let (chain, kind) = context.any_chain().await?;
	let node = chain.node_info().await?;
	let best = chain.best().await?;
	let finalized = chain.finalized().await?;
	let lag = best.block_number().saturating_sub(finalized.block_number());
	let id = finalized.region().await?;
	let now = finalized.now().await?;
	let drift = chain::drift(finalized.metadata(), kind);
	let is_region = kind == ChainKind::Region;
	let json = json!({
		"node": node,
		"genesis": hash(&chain.genesis()),
		"region": is_region.then_some(id),
		"consortium": (!is_region).then_some(id),
		"runtime": finalized.spec_version(),
		"best_block": best.block_number(),
		"finalized_block": finalized.block_number(),
		"finalized_hash": hash(&finalized.block_hash()),
		"time": now,
		"drift": drift,
	});
	let mut fields = vec![
		("chain", clean(&node.chain)),
		(
			"node",
			format!("{} {}", clean(&node.name), clean(&node.version)),
		),
		(
			if is_region { "region" } else { "consortium" },
			id.to_string(),
		),
		("genesis", hash(&chain.genesis())),
		("runtime", finalized.spec_version().to_string()),
		("best block", best.block_number().to_string()),
		(
			"final block",
			format!("{}, {lag} behind the best", finalized.block_number()),
		),
		("its time", time(now)),
	];
	for line in drift {
		fields.push(("incompatible", clean(&line)));
	}
	Ok(Output::fields(json, fields))
}
