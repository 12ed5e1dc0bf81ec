//! `salus operator`.

use crate::{
	args::{Operator, OperatorIpfs},
	context::Context,
	output::Output,
	text,
};
use salus_client::{chain::Chain, ipfs::Ipfs, Error, Result};
use salus_primitives::local_storage::{DEFAULT_IPFS_API, IPFS_API_KEY, RECHECK_KEY};
use serde_json::json;

pub async fn run(context: &Context, command: Operator) -> Result<Output> {
	let chain = context.chain().await?;
	match command {
		Operator::Ipfs(OperatorIpfs::Set { url }) => {
			// Says what is wrong with an address before the node has it.
			let ipfs = Ipfs::new(&url)?;
			let url = ipfs.url().trim_end_matches('/').to_owned();
			chain
				.set_local_storage(IPFS_API_KEY, url.as_bytes())
				.await?;
			let mut lines = vec![format!("the node's worker pins at {url}")];
			let version = ipfs.version().await;
			if let Err(error) = &version {
				lines.push(format!("note: {}", text::clean(&error.to_string())));
			}
			Ok(Output {
				json: json!({ "ipfs_api": url, "kubo": version.ok() }),
				lines,
			})
		}
		Operator::Ipfs(OperatorIpfs::Show) => {
			let (url, own) = address(&chain).await?;
			let line = if own {
				text::clean(&url)
			} else {
				format!("{url} (nothing is set: this is the default)")
			};
			Ok(Output::line(json!({ "ipfs_api": url, "set": own }), line))
		}
		Operator::Recheck => {
			chain.set_local_storage(RECHECK_KEY, b"1").await?;
			Ok(Output::line(
				json!({ "recheck": true }),
				"the node's worker looks at all its pins now; what Kubo lost it fetches again (salus pin status)",
			))
		}
		Operator::Status => status(&chain).await,
	}
}

/// The address that the worker uses, and whether it was set.
async fn address(chain: &Chain) -> Result<(String, bool)> {
	match chain.local_storage(IPFS_API_KEY).await? {
		Some(bytes) => Ok((String::from_utf8_lossy(&bytes).into_owned(), true)),
		None => Ok((DEFAULT_IPFS_API.into(), false)),
	}
}

async fn status(chain: &Chain) -> Result<Output> {
	let node = chain.node_info().await?;
	let best = chain.best().await?;
	let finalized = chain.finalized().await?;
	let short = finalized.under_replicated().await?.len();
	let (url, _) = address(chain).await?;
	let kubo = match Ipfs::new(&url) {
		Ok(ipfs) => ipfs.version().await,
		Err(error) => Err(error),
	};
	let json = json!({
		"node": node,
		"best_block": best.block_number(),
		"finalized_block": finalized.block_number(),
		"ipfs_api": url,
		"kubo": kubo.as_ref().ok(),
		"kubo_error": kubo.as_ref().err().map(Error::to_string),
		"under_replicated": short,
	});
	let state = if node.syncing {
		"catching up"
	} else {
		"up to date"
	};
	let kubo = match kubo {
		Ok(version) => format!("{} at {}", text::clean(&version), text::clean(&url)),
		Err(error) => text::clean(&error.to_string()),
	};
	let fields = vec![
		(
			"node",
			format!("{} {}", text::clean(&node.name), text::clean(&node.version)),
		),
		("chain", text::clean(&node.chain)),
		("state", format!("{state}, {} peers", node.peers)),
		("best block", best.block_number().to_string()),
		("final block", finalized.block_number().to_string()),
		("Kubo", kubo),
		("envelopes kept too few times", short.to_string()),
	];
	Ok(Output::fields(json, fields))
}
