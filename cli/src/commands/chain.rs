//! `salus chain`.

use super::{hash, interregional::region_standing};
use crate::{args::Chain, context::Context, output::Output, text};
use salus_client::{
	chain::{self, ChainKind},
	Result,
};
use salus_primitives::views::RegionView;
use serde_json::json;

pub async fn run(context: &Context, command: Chain) -> Result<Output> {
	match command {
		Chain::Info => info(context).await,
		Chain::Regions => regions(context).await,
	}
}

/// The regions that were admitted once.
async fn regions(context: &Context) -> Result<Output> {
	let directory = context
		.consortium()
		.await?
		.state_for(context.wait())
		.await?;
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
			text::time(region.since),
			region.providers.to_string(),
			region.live_grants.to_string(),
			hash(&region.genesis_hash.0),
		]
	};
	let head = [
		"region",
		"standing",
		"since",
		"providers",
		"grants",
		"genesis",
	];
	let rows = all.iter().map(row).collect();
	let json = all.iter().map(value).collect();
	Ok(Output::table(json, &head, rows, "no region is in"))
}

async fn info(context: &Context) -> Result<Output> {
	let (chain, kind) = context.any_chain().await?;
	let node = chain.node_info().await?;
	let best = chain.best().await?;
	let finalized = chain.finalized().await?;
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
		("chain", text::clean(&node.chain)),
		(
			"node",
			format!("{} {}", text::clean(&node.name), text::clean(&node.version)),
		),
		(
			if is_region { "region" } else { "consortium" },
			id.to_string(),
		),
		("genesis", hash(&chain.genesis())),
		("runtime", finalized.spec_version().to_string()),
		("best block", best.block_number().to_string()),
		("final block", finalized.block_number().to_string()),
		("its time", text::time(now)),
	];
	for line in drift {
		fields.push(("does not fit", text::clean(&line)));
	}
	Ok(Output::fields(json, fields))
}
