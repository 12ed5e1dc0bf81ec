//! What the relay chain proves of the chains' newest final blocks.

use std::{
	sync::{Arc, Mutex, MutexGuard, PoisonError},
	time::Duration,
};

use salus_client::proven::{head_proof, next_step, AskError};
use salus_light::{Checkpoint, Clock, Header, Step};
use subxt::rpcs::RpcClient;
use tokio::time::{sleep, timeout};

use super::steps::{Steps, StepsError};
use crate::{config::RelayConfig, gateway::now, node::ChainName, Gateway};

/// How often the relay chain is asked for a newer block.
const PAUSE: Duration = Duration::from_secs(2);

/// How long its node may take for all that is asked of it for one step.
const PATIENCE: Duration = Duration::from_secs(20);

/// The relay chain, as far as it is proven.
pub struct Relay {
	config: RelayConfig,
	proven: Mutex<Proven>,
}

struct Proven {
	steps: Steps,
	heads: Vec<(ChainName, Arc<Head>)>,
}

/// A chain's newest final block in the relay chain's state.
pub struct Head {
	/// Its header.
	pub header: Header,
	/// The nodes of the relay chain's state that show it.
	pub nodes: Vec<Vec<u8>>,
}

/// Why there is no proof of a head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotProven {
	/// There is none yet: it takes some seconds.
	Later,
	/// The client's checkpoint is not of this relay chain.
	OtherChain,
}

/// Why the relay chain cannot be followed.
#[derive(Debug, thiserror::Error)]
enum RelayError {
	#[error("the relay chain's node does not answer: {0}")]
	Node(#[from] subxt::rpcs::Error),
	#[error(transparent)]
	Ask(#[from] AskError),
	#[error(transparent)]
	Steps(#[from] StepsError),
	#[error("the relay chain's node is too slow")]
	Slow,
}

impl Relay {
	/// What the file of steps has.
	///
	/// # Errors
	///
	/// [`StepsError`].
	pub fn open(config: RelayConfig) -> Result<Self, StepsError> {
		let RelayConfig {
			steps, checkpoint, ..
		} = &config;
		let steps = Steps::open(steps, checkpoint.0.clone(), config.slot_milliseconds)?;
		Ok(Self {
			config,
			proven: Mutex::new(Proven {
				steps,
				heads: Vec::new(),
			}),
		})
	}

	/// Follows the relay chain for as long as the gateway runs.
	pub async fn follow(gateway: std::sync::Weak<Gateway>) {
		let mut rpc = None;
		loop {
			let Some(gateway) = gateway.upgrade() else {
				return;
			};
			let Some(relay) = &gateway.relay else { return };
			let followed = timeout(PATIENCE, relay.advance(&gateway, &mut rpc)).await;
			let more = match followed.unwrap_or(Err(RelayError::Slow)) {
				Ok(more) => more,
				Err(error) => {
					tracing::warn!(%error, "cannot follow the relay chain");
					rpc = None;
					false
				}
			};
			drop(gateway);
			if !more {
				sleep(PAUSE).await;
			}
		}
	}

	/// Takes one step, if there is one.
	async fn advance(
		&self,
		gateway: &Gateway,
		rpc: &mut Option<RpcClient>,
	) -> Result<bool, RelayError> {
		let rpc = match rpc {
			Some(rpc) => rpc,
			None => rpc.insert(salus_client::rpc::connect(&self.config.rpc).await?),
		};
		let newest = self.proven().steps.newest().clone();
		let clock = clock(&self.config);
		let step = next_step(rpc, &newest, &clock).await?;
		let next = match &step {
			Some((_, next)) => next.clone(),
			None if self.head(ChainName::Region).is_some() => return Ok(false),
			None => newest.clone(),
		};
		// More blocks may come after the last one of a set.
		let heads = match next.set_id == newest.set_id {
			true => heads(gateway, rpc, &next).await?,
			false => Vec::new(),
		};
		// Heads and steps change together, so that the steps lead to the block that shows the heads.
		let mut proven = self.proven();
		let more = step.is_some();
		if let Some((step, _)) = step {
			proven.steps.add(step, &clock)?;
		}
		proven.heads = heads;
		Ok(more)
	}

	/// A chain's newest proven head.
	pub fn head(&self, chain: ChainName) -> Option<Arc<Head>> {
		self.proven().head(chain)
	}

	/// A chain's newest proven head, with the steps that lead a client from its checkpoint to the block
	/// that shows the head. Without the head, there are more steps.
	pub fn prove(
		&self,
		chain: ChainName,
		(number, set_id): (u32, u64),
	) -> Result<(Vec<Step>, Option<Arc<Head>>), NotProven> {
		let proven = self.proven();
		let head = proven.head(chain).ok_or(NotProven::Later)?;
		if number > proven.steps.newest().number {
			return Err(NotProven::Later);
		}
		if proven.steps.set_id(number) != set_id {
			return Err(NotProven::OtherChain);
		}
		let (steps, all) = proven.steps.after(number);
		Ok((steps, all.then_some(head)))
	}

	fn proven(&self) -> MutexGuard<'_, Proven> {
		self.proven.lock().unwrap_or_else(PoisonError::into_inner)
	}
}

impl Proven {
	fn head(&self, chain: ChainName) -> Option<Arc<Head>> {
		let mut heads = self.heads.iter();
		heads
			.find(|(name, _)| *name == chain)
			.map(|(_, head)| head.clone())
	}
}

/// The heads of the chains in the relay chain's state at a checkpoint.
async fn heads(
	gateway: &Gateway,
	rpc: &RpcClient,
	at: &Checkpoint,
) -> Result<Vec<(ChainName, Arc<Head>)>, RelayError> {
	let mut heads = Vec::new();
	for chain in [ChainName::Region, ChainName::Consortium] {
		if let Some(latest) = gateway.latest(chain) {
			let (header, nodes) = head_proof(rpc, at, latest.region).await?;
			heads.push((chain, Arc::new(Head { header, nodes })));
		}
	}
	Ok(heads)
}

fn clock(config: &RelayConfig) -> Clock {
	Clock {
		now: now(),
		slot_duration: config.slot_milliseconds,
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		config::CheckpointBytes,
		view::steps::tests::{recorded, recorded_head},
	};
	use salus_light::{head, State};

	#[test]
	fn each_client_gets_from_its_checkpoint_to_the_proven_head() {
		let (first, steps, clock) = recorded();
		let dir = tempfile::tempdir().unwrap();
		let relay = Relay::open(RelayConfig {
			rpc: String::new(),
			checkpoint: CheckpointBytes(first.clone()),
			steps: dir.path().join("steps"),
			slot_milliseconds: clock.slot_duration,
		})
		.unwrap();
		let prove = |at: &Checkpoint| relay.prove(ChainName::Region, (at.number, at.set_id));
		assert_eq!(prove(&first).err(), Some(NotProven::Later));

		let mut clients = vec![first];
		for step in &steps {
			relay.proven().steps.add(step.clone(), &clock).unwrap();
			let next = clients.last().unwrap().step(step, &clock).unwrap();
			clients.push(next);
		}
		let newest = clients.last().unwrap().clone();
		let nodes = recorded_head();
		let shown = |at: &Checkpoint, nodes: &[Vec<u8>]| {
			head(&State::new(at.state_root, nodes).unwrap(), 2001).unwrap()
		};
		let header = shown(&newest, &nodes);
		let number = header.number();
		relay.proven().heads = vec![(ChainName::Region, Arc::new(Head { header, nodes }))];

		for client in &clients {
			let (steps, head) = prove(client).unwrap();
			let led = steps
				.iter()
				.fold(client.clone(), |at, step| at.step(step, &clock).unwrap());
			assert_eq!(led, newest);
			assert_eq!(shown(&led, &head.unwrap().nodes).number(), number);
			let wrong = (client.number, client.set_id + 1);
			let error = relay.prove(ChainName::Region, wrong).err();
			assert_eq!(error, Some(NotProven::OtherChain));
		}
		// A client that knows a newer block waits for it.
		let ahead = (newest.number + 1, newest.set_id);
		let error = relay.prove(ChainName::Region, ahead).err();
		assert_eq!(error, Some(NotProven::Later));
		let error = relay.prove(ChainName::Consortium, (newest.number, newest.set_id));
		assert_eq!(error.err(), Some(NotProven::Later));
	}
}
