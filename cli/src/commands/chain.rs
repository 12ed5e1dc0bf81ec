//! `salus chain`.

use super::hash;
use crate::{args::Chain, context::Context, output::Output, text};
use salus_client::{chain, Result};
use serde_json::json;

pub async fn run(context: &Context, command: Chain) -> Result<Output> {
	let Chain::Info = command;
	let chain = context.chain().await?;
	let node = chain.node_info().await?;
	let best = chain.best().await?;
	let finalized = chain.finalized().await?;
	let region = finalized.region().await?;
	let now = finalized.now().await?;
	let drift = chain::drift(finalized.metadata());
	let json = json!({
		"node": node,
		"genesis": hash(&chain.genesis()),
		"region": region,
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
		("region", region.to_string()),
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
