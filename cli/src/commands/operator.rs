//! `salus operator`.

use crate::{context::Context, display::clean, output::Output};
use clap::Subcommand;
use salus_client::{chain::Chain, ipfs::Ipfs, Error, Result};
use salus_primitives::local_storage::{ipfs_api, DEFAULT_IPFS_API, IPFS_API_KEY, RECHECK_KEY};
use serde_json::json;

#[derive(Subcommand)]
pub enum Operator {
	/// Set or show the Kubo that your node pins with
	#[command(subcommand)]
	Ipfs(OperatorIpfs),
	/// Make your node check all its pins now, for example after its Kubo lost a disk
	Recheck,
	/// Check the health of node, Kubo and chain
	Status,
}

#[derive(Subcommand)]
pub enum OperatorIpfs {
	/// Set the address of Kubo's RPC
	#[command(after_help = "\
Example:
  salus operator ipfs set http://127.0.0.1:5001")]
	Set {
		/// The address, such as http://127.0.0.1:5001
		url: String,
	},
	/// Show the address of Kubo's RPC
	Show,
}

pub async fn run(context: &Context, command: Operator) -> Result<Output> {
	let chain = context.chain().await?;
	match command {
		Operator::Ipfs(OperatorIpfs::Set { url }) => {
			// Refuses a wrong address before the node gets it.
			let ipfs = Ipfs::new(&url)?;
			let url = ipfs.url().trim_end_matches('/').to_owned();
			chain
				.set_local_storage(IPFS_API_KEY, url.as_bytes())
				.await?;
			let mut lines = vec![format!("the node now pins with the Kubo at {url}")];
			let version = ipfs.version().await;
			if let Err(error) = &version {
				lines.push(format!("warning: {}", clean(&error.to_string())));
			}
			Ok(Output {
				json: json!({ "ipfs_api": url, "kubo": version.ok() }),
				lines,
			})
		}
		Operator::Ipfs(OperatorIpfs::Show) => {
			let (url, set) = address(&chain).await?;
			let line = if set {
				clean(&url)
			} else {
				format!("{url} (default: no address is set)")
			};
			Ok(Output::line(json!({ "ipfs_api": url, "set": set }), line))
		}
		Operator::Recheck => {
			chain.set_local_storage(RECHECK_KEY, b"1").await?;
			Ok(Output::line(
				json!({ "recheck": true }),
				"the node now checks all its pins and fetches missing envelopes (salus pin status)",
			))
		}
		Operator::Status => status(&chain).await,
	}
}

/// The address that the node uses, and whether it was set. Fails if the node refuses the address
/// that is set. Does not show that one: it may have a password.
async fn address(chain: &Chain) -> Result<(String, bool)> {
	let Some(bytes) = chain.local_storage(IPFS_API_KEY).await? else {
		return Ok((DEFAULT_IPFS_API.into(), false));
	};
	match ipfs_api(&bytes) {
		Some(url) => Ok((url.into(), true)),
		None => Err(Error::NotAllowed {
			reason: "the address of Kubo that is set for this node is not valid, so the node pins \
				nothing"
				.into(),
			next: Some("set it again: salus operator ipfs set http://HOST:PORT".into()),
		}),
	}
}

/// The address of the node's Kubo, if it is valid, and the Kubo's version.
pub async fn kubo(chain: &Chain) -> (Option<String>, Result<String>) {
	match address(chain).await {
		Ok((url, _)) => match Ipfs::new(&url) {
			Ok(ipfs) => (Some(url), ipfs.version().await),
			Err(error) => (Some(url), Err(error)),
		},
		Err(error) => (None, Err(error)),
	}
}

async fn status(chain: &Chain) -> Result<Output> {
	let node = chain.node_info().await?;
	let best = chain.best().await?;
	let finalized = chain.finalized().await?;
	let under_replicated = finalized.under_replicated().await?.len();
	let (url, kubo) = kubo(chain).await;
	let json = json!({
		"node": node,
		"best_block": best.block_number(),
		"finalized_block": finalized.block_number(),
		"ipfs_api": url,
		"kubo": kubo.as_ref().ok(),
		"kubo_error": kubo.as_ref().err().map(Error::to_string),
		"under_replicated": under_replicated,
	});
	let state = if node.syncing { "syncing" } else { "in sync" };
	let kubo = match kubo {
		Ok(version) => format!("{} at {}", clean(&version), clean(&url.unwrap_or_default())),
		Err(error) => clean(&error.to_string()),
	};
	let fields = vec![
		(
			"node",
			format!("{} {}", clean(&node.name), clean(&node.version)),
		),
		("chain", clean(&node.chain)),
		("state", format!("{state}, {} peers", node.peers)),
		("best block", best.block_number().to_string()),
		("final block", finalized.block_number().to_string()),
		("Kubo", kubo),
		("envelopes with too few pins", under_replicated.to_string()),
	];
	Ok(Output::fields(json, fields))
}
