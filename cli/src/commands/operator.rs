//! `salus operator`.

use crate::{context::Context, display::clean, output::Output};
use clap::Subcommand;
use salus_client::{
	chain::{Chain, ChainKind},
	ipfs::{
		settings::{faults, Fault},
		Ipfs,
	},
	Error, Result,
};
use salus_primitives::local_storage::{
	ipfs_api, ipfs_secret, DEFAULT_IPFS_API, IPFS_API_KEY, IPFS_SECRET_KEY, MAX_IPFS_SECRET_LEN,
	RECHECK_KEY,
};
use serde_json::json;
use std::{fs, path::PathBuf};

#[derive(Subcommand)]
pub enum Operator {
	/// Set or show the Kubo that your node pins with
	#[command(subcommand)]
	Ipfs(OperatorIpfs),
	/// Make your node check all its pins now, for example after its Kubo lost a disk
	Recheck,
	/// Check the health of your node of a region or of the consortium, of its chain and its Kubo
	#[command(after_help = "\
Example:
  salus --node ws://127.0.0.1:9954 operator status     The consortium's node")]
	Status {
		/// Kubo's own config, such as ~/.ipfs/config: tells what is wrong with it, too
		#[arg(long, value_name = "FILE")]
		kubo_config: Option<PathBuf>,
	},
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
		/// The file with the secret that Kubo demands of the node, or /dev/fd/3. Without it: none
		#[arg(long, value_name = "FILE")]
		secret_file: Option<PathBuf>,
	},
	/// Show the address of Kubo's RPC
	Show,
}

/// What to do for a node without peers.
pub const NO_PEERS: &str =
	"the node has no peers: see that the others can be reached, and ask their operators to add this \
	 node to their reserved peers";

pub async fn run(context: &Context, command: Operator) -> Result<Output> {
	match command {
		Operator::Ipfs(command) => ipfs(&context.chain().await?, command).await,
		Operator::Recheck => {
			let chain = context.chain().await?;
			chain.set_local_storage(RECHECK_KEY, b"1").await?;
			Ok(Output::line(
				json!({ "recheck": true }),
				"the node now checks all its pins and fetches missing envelopes (salus pin status)",
			))
		}
		// Without peers the node can prove nothing, and another node's health helps nobody.
		Operator::Status { kubo_config } => status(&context.own_node().await?, kubo_config).await,
	}
}

async fn ipfs(chain: &Chain, command: OperatorIpfs) -> Result<Output> {
	match command {
		OperatorIpfs::Set { url, secret_file } => {
			let secret = secret_file.map(read_secret).transpose()?;
			// Refuses a wrong address before the node gets it.
			let ipfs = client(&url, secret.as_deref())?;
			let url = ipfs.url().trim_end_matches('/').to_owned();
			chain
				.set_local_storage(IPFS_SECRET_KEY, secret.unwrap_or_default().as_bytes())
				.await?;
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
		OperatorIpfs::Show => {
			let (url, set) = address(chain).await?;
			let line = if set {
				clean(&url)
			} else {
				format!("{url} (default: no address is set)")
			};
			Ok(Output::line(json!({ "ipfs_api": url, "set": set }), line))
		}
	}
}

/// Reads Kubo's secret. No message shows it.
fn read_secret(path: PathBuf) -> Result<String> {
	let text = fs::read(&path).map_err(Error::read(&path))?;
	let secret = ipfs_secret(&text).ok_or_else(|| {
		Error::Input(format!(
			"{} is not a secret of Kubo: it must be 1 to {MAX_IPFS_SECRET_LEN} printable characters \
			 without spaces",
			path.display()
		))
	})?;
	Ok(secret.into())
}

fn client(url: &str, secret: Option<&str>) -> Result<Ipfs> {
	match secret {
		Some(secret) => Ipfs::with_secret(url, secret),
		None => Ipfs::new(url),
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
		Ok((url, _)) => {
			let version = version(chain, &url).await;
			(Some(url), version)
		}
		Err(error) => (None, Err(error)),
	}
}

/// The version of the node's Kubo, by the node's secret.
async fn version(chain: &Chain, url: &str) -> Result<String> {
	let secret = chain.local_storage(IPFS_SECRET_KEY).await?;
	let secret = secret.as_deref().and_then(ipfs_secret);
	client(url, secret)?.version().await
}

/// What is wrong with Kubo's config, if its file is given.
fn config_faults(path: Option<PathBuf>) -> Result<Option<Vec<Fault>>> {
	let Some(path) = path else { return Ok(None) };
	let text = fs::read(&path).map_err(Error::read(&path))?;
	let config = serde_json::from_slice(&text).map_err(|error| {
		Error::Input(format!("{} is not Kubo's config: {error}", path.display()))
	})?;
	Ok(Some(faults(&config)))
}

async fn status(chain: &Chain, kubo_config: Option<PathBuf>) -> Result<Output> {
	let wrong = config_faults(kubo_config)?;
	let node = chain.node_info().await?;
	let isolated = chain.is_isolated().await?;
	let best = chain.best().await?;
	let finalized = chain.finalized().await?;
	// The consortium has no records, so its node pins nothing.
	let pins = match finalized.kind() {
		ChainKind::Region => {
			let few = finalized.under_replicated().await?.len();
			let (url, version) = kubo(chain).await;
			Some((url, version, few))
		}
		ChainKind::Consortium => None,
	};
	let (state, next) = match (isolated, node.syncing) {
		(true, _) => ("not in sync", Some(NO_PEERS)),
		(false, true) => ("syncing", None),
		(false, false) => ("in sync", None),
	};
	let version = pins.as_ref().map(|(_, version, _)| version.as_ref());
	let json = json!({
		"node": node,
		"state": state,
		"next": next,
		"best_block": best.block_number(),
		"finalized_block": finalized.block_number(),
		"ipfs_api": pins.as_ref().and_then(|(url, ..)| url.as_ref()),
		"kubo": version.and_then(std::result::Result::ok),
		"kubo_error": version.and_then(std::result::Result::err).map(Error::to_string),
		"under_replicated": pins.as_ref().map(|(.., few)| few),
		"kubo_config": wrong.as_ref().map(|wrong| {
			let wrong = wrong.iter().map(|fault| {
				json!({ "setting": fault.setting, "why": fault.why, "command": fault.command })
			});
			wrong.collect::<Vec<_>>()
		}),
	});
	let mut fields = vec![
		(
			"node",
			format!("{} {}", clean(&node.name), clean(&node.version)),
		),
		("chain", clean(&node.chain)),
		("state", format!("{state}, {} peers", node.peers)),
		("best block", best.block_number().to_string()),
		("final block", finalized.block_number().to_string()),
	];
	if let Some((url, version, few)) = pins {
		let kubo = match version {
			Ok(version) => format!("{} at {}", clean(&version), clean(&url.unwrap_or_default())),
			Err(error) => clean(&error.to_string()),
		};
		fields.push(("Kubo", kubo));
		fields.push(("envelopes with too few pins", few.to_string()));
	}
	for fault in wrong.iter().flatten() {
		let command = fault.command.as_deref();
		let correct = command.unwrap_or("write it as docs/gateway.md has it");
		let what = format!("{}: {}; {correct}", fault.setting, fault.why);
		fields.push(("wrong in Kubo's config", what));
	}
	if wrong.is_some_and(|wrong| wrong.is_empty()) {
		fields.push(("Kubo's config", "right".into()));
	}
	fields.extend(next.map(|next| ("next", next.into())));
	Ok(Output::fields(json, fields))
}
