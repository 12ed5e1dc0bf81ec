//! Measures running chains: the time between blocks, the time until a transaction is in a block and
//! until it is final, and how full blocks are. Prints a table with a column for each chain.

mod blocks;
mod changes;
mod figures;
mod load;
mod records;

use blocks::{Contents, Watched};
use changes::Changes;
use clap::{Parser, Subcommand};
use figures::Figures;
use load::{Kind, Sent};
use records::Records;
use std::{
	collections::BTreeMap,
	process::ExitCode,
	str::FromStr,
	sync::Arc,
	time::{Duration, Instant},
};
use subxt::rpcs::client::RpcClient;
use subxt_signer::{sr25519::Keypair, SecretUri};

/// The error of any step, for people.
type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Measure running chains.
#[derive(Debug, Parser)]
#[command(version)]
struct Args {
	#[command(subcommand)]
	command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
	Load(Load),
	Settle(Settle),
	Changes(Changes),
	Records(Records),
}

/// Wait until each chain has finalized more blocks, and each of its authorities made some of them.
/// At a network's start validators still compile the chains' runtimes.
#[derive(Debug, clap::Args)]
struct Settle {
	/// A chain: NAME=AUTHORITY@URL,AUTHORITY@URL, all its authorities. May be repeated.
	#[arg(long = "chain", value_name = "CHAIN", required = true)]
	chains: Vec<ChainArg>,

	/// How many more blocks.
	#[arg(long, default_value_t = 30)]
	blocks: u64,
}

/// Measure chains under load, with the well-known development keys of their authorities. Print a
/// table with a column for each chain.
#[derive(Debug, clap::Args)]
struct Load {
	/// A chain to measure: NAME=AUTHORITY@URL,AUTHORITY@URL. Each authority sends transactions to
	/// its own node. The last node watches the blocks. May be repeated.
	#[arg(long = "chain", value_name = "CHAIN", required = true)]
	chains: Vec<ChainArg>,

	/// The address of a node of the relay chain, to watch its sessions.
	#[arg(long, value_name = "URL")]
	relay: Option<String>,

	/// How long to send transactions.
	#[arg(long, default_value_t = 120)]
	seconds: u64,

	/// Transactions a second on each chain.
	#[arg(long, default_value_t = 5.0)]
	rate: f64,

	/// What to send: small transactions, or such as fill a region's blocks by time or by proof.
	#[arg(long, value_enum, default_value_t = Kind::Small)]
	load: Kind,
}

/// A chain and its authorities.
#[derive(Clone, Debug)]
struct ChainArg {
	name: String,
	/// Development name and the node's address.
	authorities: Vec<(String, String)>,
}

impl FromStr for ChainArg {
	type Err = String;

	fn from_str(text: &str) -> std::result::Result<Self, String> {
		let wrong = || "must be NAME=AUTHORITY@URL,AUTHORITY@URL".to_owned();
		let (name, authorities) = text.split_once('=').ok_or_else(wrong)?;
		let authorities = authorities
			.split(',')
			.map(|authority| {
				let (name, url) = authority.split_once('@').ok_or_else(wrong)?;
				Ok((name.to_owned(), url.to_owned()))
			})
			.collect::<std::result::Result<_, String>>()?;
		Ok(Self {
			name: name.to_owned(),
			authorities,
		})
	}
}

/// What was measured on one chain.
struct Measured {
	sent: Vec<Sent>,
	/// The blocks that each node saw, in the order of the authorities.
	watched: Vec<Watched>,
	/// What is in the blocks.
	contents: Vec<Contents>,
}

#[tokio::main]
async fn main() -> ExitCode {
	let outcome = match Args::parse().command {
		Command::Load(load) => load.run().await,
		Command::Settle(settle) => settle.run().await,
		Command::Changes(changes) => changes.run().await,
		Command::Records(records) => records.run().await,
	};
	match outcome {
		Ok(()) => ExitCode::SUCCESS,
		Err(error) => {
			eprintln!("error: {error}");
			ExitCode::FAILURE
		}
	}
}

impl Load {
	async fn run(&self) -> Result<()> {
		let relay = async {
			let Some(url) = &self.relay else {
				return Ok(None);
			};
			let rpc = RpcClient::from_url(url).await?;
			let duration = Duration::from_secs(self.seconds);
			blocks::sessions(rpc, duration).await.map(Some)
		};
		let all = self.chains.iter().map(|chain| measure(chain, self));
		let all = futures::future::try_join_all(all);
		let (measured, relay): (_, Option<Vec<Instant>>) =
			futures::future::try_join(all, relay).await?;
		let chains = self.chains.iter().zip(&measured);
		figures::print(chains.map(|(chain, measured)| {
			let figures = Figures::of(measured, relay.as_deref());
			(chain.name.as_str(), figures)
		}));
		Ok(())
	}
}

/// How long to wait for a chain to settle.
const PATIENCE: Duration = Duration::from_secs(600);

impl Settle {
	async fn run(&self) -> Result<()> {
		let all = self.chains.iter().map(|chain| async move {
			let authorities = &chain.authorities;
			let (_, url) = authorities.last().ok_or("no authority")?;
			let rpc = RpcClient::from_url(url).await?;
			let settled = blocks::settle(&rpc, self.blocks, authorities.len() as u64);
			let late = |_| {
				format!(
					"{} did not finalize {} blocks of all its authorities in {} s: see the nodes' logs",
					chain.name,
					self.blocks,
					PATIENCE.as_secs()
				)
			};
			tokio::time::timeout(PATIENCE, settled)
				.await
				.map_err(late)?
		});
		futures::future::try_join_all(all).await?;
		Ok(())
	}
}

async fn measure(chain: &ChainArg, args: &Load) -> Result<Measured> {
	let duration = Duration::from_secs(args.seconds);
	let mut signers = Vec::new();
	let mut watching = Vec::new();
	for (name, url) in &chain.authorities {
		let rpc = RpcClient::from_url(url).await?;
		watching.push(tokio::spawn(blocks::watch(rpc.clone(), duration)));
		signers.push((Arc::new(rpc), development_key(name)?));
	}
	let outcomes = load::send(&signers, args.load, args.rate, duration).await?;
	let all = outcomes.len();
	let mut failures = BTreeMap::<String, usize>::new();
	let mut sent = Vec::new();
	for (one, outcome) in outcomes {
		if let Err(failure) = outcome {
			*failures.entry(failure.to_string()).or_default() += 1;
		}
		sent.push(one);
	}
	for (failure, count) in failures {
		let name = &chain.name;
		eprintln!("warning: {name}: {count} of {all} transactions failed: {failure}");
	}
	if sent.iter().all(|one| one.in_block.is_none()) {
		return Err(format!("no block of {} included a transaction", chain.name).into());
	}
	let mut watched = Vec::new();
	for task in watching {
		watched.push(task.await??);
	}
	let (Some((rpc, _)), Some(blocks)) = (signers.last(), watched.last()) else {
		return Err("no authority".into());
	};
	let contents = blocks::contents(rpc, blocks).await?;
	Ok(Measured {
		sent,
		watched,
		contents,
	})
}

/// The development key of //Name.
fn development_key(name: &str) -> Result<Keypair> {
	let mut path = name.to_owned();
	if let Some(first) = path.get_mut(..1) {
		first.make_ascii_uppercase();
	}
	Ok(Keypair::from_uri(&SecretUri::from_str(&format!(
		"//{path}"
	))?)?)
}
