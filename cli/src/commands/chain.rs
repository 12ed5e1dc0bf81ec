//! `salus chain`.

use crate::{
	at_one_block::at_one_block,
	context::Context,
	display::{clean, hash, time},
	earlier::fate_name,
	interregional::region_standing,
	output::Output,
	parse,
};
use clap::Subcommand;
use salus_client::{
	chain::{self, ChainKind, Fate},
	ipfs::to_base32,
	Error, Result,
};
use salus_primitives::{views::RegionView, Hash256};
use serde_json::json;

#[derive(Subcommand)]
pub enum Chain {
	/// Show the node, its chain and the latest blocks
	Info,
	/// List the regions of the consortium
	Regions,
	/// Wait until the fate of a transaction is certain, and show it
	#[command(after_help = "\
Example:
  salus chain tx 0x3f…                 After exit code 9

Exit code 0: a block includes it, and it took effect. 3: it failed, or it has no
effect and can never come. 9: its fate is still unknown.

A transaction that your own salus sent is sent again while no block includes it.
If the runtime changed meanwhile, salus signed it again: each hash leads to the
one that a block includes.
Your folder knows it for a day. Others are searched in the newest 1,024 blocks.")]
	Tx {
		/// The transaction's hash: 0x and 64 hexadecimal digits
		#[arg(value_parser = parse::hash)]
		hash: Hash256,
	},
}

pub async fn run(context: &Context, command: Chain) -> Result<Output> {
	match command {
		Chain::Info => info(context).await,
		Chain::Regions => at_one_block(context, || regions(context)).await,
		Chain::Tx { hash } => transaction(context, hash).await,
	}
}

/// The fate of a transaction, once it is certain.
async fn transaction(context: &Context, wanted: Hash256) -> Result<Output> {
	// A report on earlier transactions would forget this one.
	let (chain, _) = context.connect().await?;
	let known = match context.pending() {
		Some(pending) => pending
			.find(&chain.genesis(), &wanted)?
			.map(|transaction| (transaction, pending)),
		None => None,
	};
	let (included, fate, what) = match known {
		Some((transaction, pending)) => {
			let (transaction, fate) = chain
				.resume_call(transaction, context.wait(), &context.progress, pending)
				.await?;
			(transaction.hash, fate, Some(clean(&transaction.what)))
		}
		None => {
			let fate = chain.await_hash(&wanted, context.wait(), &context.progress);
			let fate = fate.await?;
			let unknown = || {
				Error::NotFound(format!(
					"transaction {} in the newest blocks, and none that your folder knows",
					hash(&wanted)
				))
			};
			(wanted, fate.ok_or_else(unknown)?, None)
		}
	};
	let no_effect = |reason: &str| Error::Rejected {
		reason: format!(
			"{} has no effect, and can never come: {reason}",
			hash(&wanted)
		),
		next: Some("run its command again".into()),
	};
	let place = match fate {
		Fate::Final(place) | Fate::InBlock(place) => place,
		Fate::Replaced => {
			return Err(no_effect(
				"another transaction of the account took its place",
			))
		}
		Fate::Waiting | Fate::Expired => {
			return Err(no_effect("no block included it while it was valid"))
		}
	};
	let outcome = chain.outcome_of(included, &place).await?;
	let records = outcome.records_added().unwrap_or_default();
	let added: Vec<_> = records
		.iter()
		.map(|(record, .., cid)| json!({ "record": record, "cid": to_base32(cid) }))
		.collect();
	let json = json!({
		"transaction": hash(&wanted),
		"included": hash(&included),
		"what": what,
		"fate": fate_name(fate),
		"block": place.number,
		"block_hash": hash(&place.block),
		"records": added,
	});
	let mut fields = vec![
		("transaction", hash(&wanted)),
		(
			"fate",
			format!("{} in block {}", fate_name(fate), place.number),
		),
	];
	if included != wanted {
		fields.push(("signed again as", hash(&included)));
	}
	fields.extend(what.map(|what| ("effect", what)));
	for (record, .., cid) in &records {
		fields.push(("added", format!("record {record}, CID {}", to_base32(cid))));
	}
	Ok(Output::fields(json, fields))
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
	let development = context.entry(&chain)?.map(|entry| entry.development);
	let proven = match development {
		None => "nothing: add the network's file (salus network add)",
		Some(true) => "all but which block is the last final one",
		Some(false) => "the final block and what it has",
	};
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
		"proven": development.is_some(),
		"development": development,
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
		("proven", proven.into()),
	];
	for line in drift {
		fields.push(("incompatible", clean(&line)));
	}
	Ok(Output::fields(json, fields))
}
