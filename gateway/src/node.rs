//! The connection to a chain's node: its newest final state, again after each break.

use std::{fmt, future::Future, time::Duration};

use futures::StreamExt;
use salus_client::{
	chain::{Chain, ChainKind, State},
	rpc, Error, Result,
};
use salus_primitives::{AccountId, Hash256, ParaId, UnixMilliseconds};
use subxt::rpcs::RpcClient;
use tokio::sync::watch;

use crate::listeners::{beyond_loopback, loopback_port};

/// How long to wait before a node is tried again.
const RETRY: Duration = Duration::from_secs(1);

/// How long a node may take to connect, or to answer what is asked about a block.
const PATIENCE: Duration = Duration::from_secs(20);

/// The pallets whose events can change what accounts may do.
const STANDING_PALLETS: [&str; 4] = ["Registry", "Authorities", "Governance", "Consortium"];

/// Which chain a client asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChainName {
	/// The region's.
	Region,
	/// The consortium's.
	Consortium,
}

impl fmt::Display for ChainName {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(match self {
			Self::Region => "region",
			Self::Consortium => "consortium",
		})
	}
}

/// A node, and what it said last.
pub struct Node {
	/// Its RPC.
	pub url: String,
	latest: watch::Receiver<Option<Latest>>,
}

/// The newest final state of a chain.
#[derive(Clone)]
pub struct Latest {
	/// The RPC, for what the client library does not read.
	pub rpc: RpcClient,
	/// The state.
	pub state: State,
	/// The hash of the chain's first block.
	pub genesis: Hash256,
	/// The chain's parachain id.
	pub region: ParaId,
	/// The chain's time.
	pub time: UnixMilliseconds,
	/// The chain's authorities.
	pub authorities: Vec<AccountId>,
	/// Grows whenever the standing of accounts can have changed.
	pub changes: u64,
}

impl Node {
	/// Follows the node at this address for as long as the program runs.
	///
	/// `guarded` says that its RPC must not listen beyond loopback: as long as it does, it counts as a
	/// node that does not answer.
	pub fn follow(name: ChainName, url: String, guarded: bool) -> Self {
		let (sender, latest) = watch::channel(None);
		let node = Self {
			url: url.clone(),
			latest,
		};
		tokio::spawn(async move {
			let mut changes = 0;
			loop {
				let end = follow(name, (&url, guarded), &sender, &mut changes).await;
				sender.send_replace(None);
				match end {
					Ok(()) => tracing::warn!(chain = %name, "the node stopped to report blocks"),
					Err(error) => tracing::warn!(chain = %name, %error, "the node does not answer"),
				}
				tokio::select! {
					() = sender.closed() => return,
					() = tokio::time::sleep(RETRY) => {}
				}
			}
		});
		node
	}

	/// The newest final state. `None` while the node does not answer.
	pub fn latest(&self) -> Option<Latest> {
		self.latest.borrow().clone()
	}

	/// All newest final states from now on.
	pub fn subscribe(&self) -> watch::Receiver<Option<Latest>> {
		self.latest.clone()
	}
}

/// Follows a node until its connection breaks.
async fn follow(
	name: ChainName,
	(url, guarded): (&str, bool),
	sender: &watch::Sender<Option<Latest>>,
	changes: &mut u64,
) -> Result<()> {
	let chain = patient(Chain::connect(url)).await?;
	if guarded {
		check_loopback(url)?;
	}
	let failed = |error: subxt::rpcs::Error| Error::Node(error.to_string());
	let rpc = patient(async { rpc::connect(url).await.map_err(failed) }).await?;
	let finals = patient(chain.finals()).await?;
	let mut finals = std::pin::pin!(finals);
	let mut before: Option<Latest> = None;
	loop {
		let state = tokio::select! {
			() = sender.closed() => return Ok(()),
			state = finals.next() => state,
		};
		let Some(state) = state else { return Ok(()) };
		let state = state?;
		let next = patient(next(name, (&chain, &rpc), state, before.as_ref(), changes)).await?;
		if before.is_none() {
			tracing::info!(chain = %name, block = next.state.block_number(), "connected");
		}
		sender.send_replace(Some(next.clone()));
		before = Some(next);
	}
}

/// Checks that nobody reaches a node of this machine without the gateway. A node that starts after
/// the gateway is seen here first.
fn check_loopback(url: &str) -> Result<()> {
	let Some(port) = loopback_port(url) else {
		return Ok(());
	};
	let failed = |error: std::io::Error| {
		Error::Input(format!("cannot see who listens on this machine: {error}"))
	};
	let addresses = beyond_loopback(port).map_err(failed)?;
	match addresses.first() {
		None => Ok(()),
		Some(address) => Err(Error::Input(format!(
			"the node's RPC also listens on {address}, where other machines reach it: let it listen on \
			 127.0.0.1 alone"
		))),
	}
}

/// What is kept of a state.
async fn next(
	name: ChainName,
	(chain, rpc): (&Chain, &RpcClient),
	state: State,
	before: Option<&Latest>,
	changes: &mut u64,
) -> Result<Latest> {
	if let Some(before) = before {
		// Several blocks can become final at once, and only the last one comes.
		let follows = before.state.block_number().saturating_add(1) == state.block_number();
		let pallets = state.pallets_with_events().await?;
		if follows
			&& !pallets
				.iter()
				.any(|pallet| STANDING_PALLETS.contains(&&**pallet))
		{
			return Ok(Latest {
				time: state.now().await?,
				state,
				..before.clone()
			});
		}
	}
	let kind = match name {
		ChainName::Region => ChainKind::Region,
		ChainName::Consortium => ChainKind::Consortium,
	};
	if state.kind() != kind {
		let reason = format!("the node at {} is not of the {name}'s chain", chain.url());
		return Err(Error::Input(reason));
	}
	*changes = changes.wrapping_add(1);
	Ok(Latest {
		genesis: chain.genesis(),
		region: state.region().await?,
		time: state.now().await?,
		authorities: state.authorities().await?,
		changes: *changes,
		rpc: rpc.clone(),
		state,
	})
}

async fn patient<T>(answer: impl Future<Output = Result<T>>) -> Result<T> {
	let late = |_| Error::Node("it takes too long to answer".into());
	tokio::time::timeout(PATIENCE, answer).await.map_err(late)?
}
