//! The nodes: whether they answer, keep up, keep enough and take enough connections.

use std::{fmt, future::Future, time::Duration};

use futures::StreamExt;
use salus_client::{
	chain::{is_isolated, Chain},
	Error, Result,
};
use salus_primitives::blocks::STATE_BLOCKS;
use serde::de::IgnoredAny;
use sp_crypto_hashing::twox_128;
use subxt::rpcs::{rpc_params, RpcClient};
use tokio::time::timeout;
use tokio_tungstenite::connect_async;

use super::{later, Fault, Setup};
use crate::{
	config::{Exposed, RelayConfig},
	gateway::now,
	listeners,
};

/// How long a node may take to answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// The connections of the gateway itself, beside those of its sockets.
const OWN_CONNECTIONS: usize = 2;

/// By how much this machine's clock and the relay chain's newest block may differ, in milliseconds.
const CLOCK: u64 = 60_000;

/// What is wrong with the nodes.
pub async fn faults(setup: &Setup<'_>) -> Vec<Fault> {
	let mut faults = exposed(setup);
	let config = setup.config;
	for (name, url) in [
		("region", Some(&config.region)),
		("consortium", config.consortium.as_ref()),
	] {
		if let Some(url) = url {
			faults.extend(Node { name, url, setup }.faults().await);
		}
	}
	if let Some(relay) = &config.relay {
		faults.extend(relay_fault(relay, setup).await);
	}
	faults
}

/// What other machines can reach.
fn exposed(setup: &Setup<'_>) -> Vec<Fault> {
	let exposed = match setup.config.exposed() {
		Ok(exposed) => exposed,
		Err(error) => {
			let what = format!("cannot see who listens on this machine: {error}");
			return vec![Fault::new(what, "ls -l /proc/self/net/tcp")];
		}
	};
	let command = |open: &Exposed| {
		let port = open.address.port();
		let unit = match open.key {
			"envelopes.rpc" => {
				return format!("salus-ipfs config Addresses.API /ip4/127.0.0.1/tcp/{port}");
			}
			"envelopes.gateway" => {
				return format!("salus-ipfs config Addresses.Gateway /ip4/127.0.0.1/tcp/{port}");
			}
			"consortium" => "consortium",
			_ => "region",
		};
		let options = setup.etc.join(format!("{unit}.env"));
		format!(
			"sed -i -E 's/ --(unsafe-)?rpc-external//g' {} && systemctl restart salus-{unit}",
			options.display()
		)
	};
	let faults = exposed.iter().map(|open| Fault::new(open, command(open)));
	faults.collect()
}

/// A node.
struct Node<'a> {
	/// `region` or `consortium`.
	name: &'static str,
	url: &'a str,
	setup: &'a Setup<'a>,
}

impl Node<'_> {
	async fn faults(&self) -> Vec<Fault> {
		let chain = match patient(Chain::connect(self.url)).await {
			Ok(chain) => chain,
			Err(error) => {
				let key = self.missing_key();
				return vec![key.unwrap_or_else(|| {
					let what = "does not answer (after a start it needs up to a minute)";
					self.fault(format!("{what}: {error}"), self.restart())
				})];
			}
		};
		let mut faults = Vec::new();
		faults.extend(self.behind(&chain).await);
		match patient(self.keeps_states(&chain)).await {
			Ok(true) => {}
			Ok(false) => {
				let kept = self.setup.kept_blocks;
				let what = format!("has no state of the final block {kept} blocks ago");
				let command = self.with_option("state-pruning", STATE_BLOCKS);
				faults.push(self.fault(what, command));
			}
			Err(error) => faults.push(self.fault(format!("fails: {error}"), self.restart())),
		}
		drop(chain);
		faults.extend(self.too_few_connections().await);
		faults
	}

	/// The key that the node lacks: systemd then does not start it, and does not name the file.
	fn missing_key(&self) -> Option<Fault> {
		let folder = self.setup.etc.join("credentials");
		let keys = ["node", "relay"].map(|kind| folder.join(format!("{}-{kind}-key", self.name)));
		let missing = keys.iter().find(|key| folder.is_dir() && !key.exists())?;
		let missing = missing.display();
		let what = format!(
			"does not start, as {missing} is missing: put it back from a backup. The command makes a \
			 new one, whose peer id the other hospitals need"
		);
		let command = format!(
			"salus-node key generate-node-key --chain dev --file {missing} && {}",
			self.restart()
		);
		Some(self.fault(what, command))
	}

	/// Why the node does not keep up with the chain.
	async fn behind(&self, chain: &Chain) -> Option<Fault> {
		let asked = async { Ok((chain.is_isolated().await?, chain.node_info().await?.syncing)) };
		let (isolated, syncing) = match patient(asked).await {
			Ok(answer) => answer,
			Err(error) => return Some(self.fault(format!("fails: {error}"), self.restart())),
		};
		if isolated {
			return Some(self.fault("has no peers", self.restart()));
		}
		if syncing {
			let what = "is not synced yet: it goes on by itself";
			return Some(self.fault(what, later(self.setup.file)));
		}
		let seconds = self.setup.final_block_seconds;
		if finalizes(chain, Duration::from_secs(seconds)).await {
			return None;
		}
		let what = format!("has seen no new final block in {seconds} seconds");
		Some(self.fault(what, self.restart()))
	}

	/// Whether the node has the states that members can ask for.
	async fn keeps_states(&self, chain: &Chain) -> Result<bool> {
		let newest = chain.finalized().await?.block_number();
		let Some(old) = newest.checked_sub(self.setup.kept_blocks) else {
			return Ok(true);
		};
		let failed = |error: subxt::rpcs::Error| Error::Node(error.to_string());
		let rpc = RpcClient::from_insecure_url(self.url).await;
		let rpc = rpc.map_err(failed)?;
		let hash = rpc.request("chain_getBlockHash", rpc_params![old]).await;
		let hash: Option<String> = hash.map_err(failed)?;
		let Some(hash) = hash else { return Ok(false) };
		let version = rpc
			.request::<IgnoredAny>("state_getRuntimeVersion", rpc_params![hash])
			.await;
		match version {
			Ok(_) => Ok(true),
			Err(subxt::rpcs::Error::User(_)) => Ok(false),
			Err(error) => Err(failed(error)),
		}
	}

	/// Opens as many connections as the gateway can, beside those that are open.
	async fn too_few_connections(&self) -> Option<Fault> {
		let needed = self.setup.config.limits.sockets;
		let needed = needed.saturating_add(OWN_CONNECTIONS);
		let port = listeners::loopback_port(self.url);
		let counted = port.and_then(|port| listeners::connections(port).ok());
		let before = counted.unwrap_or_default();
		let mut own = Vec::new();
		let most = loop {
			let open = before.saturating_add(own.len());
			if open >= needed {
				return None;
			}
			match timeout(PATIENCE, connect_async(self.url)).await {
				Ok(Ok((socket, _))) => own.push(socket),
				_ => break open,
			}
		};
		let what = format!("takes {most} connections, and limits.sockets needs {needed}");
		Some(self.fault(what, self.with_option("rpc-max-connections", needed)))
	}

	fn fault(&self, what: impl fmt::Display, command: String) -> Fault {
		Fault::new(format!("the {}'s node {what}", self.name), command)
	}

	fn restart(&self) -> String {
		format!("systemctl restart salus-{}", self.name)
	}

	/// Gives an option of the node another value.
	fn with_option(&self, option: &str, value: impl fmt::Display) -> String {
		let options = self.setup.etc.join(format!("{}.env", self.name));
		format!(
			"sed -i -E 's/ --{option}[ =][^ ]+//g; s/^OPTIONS=.*/& --{option} {value}/' {} && {}",
			options.display(),
			self.restart()
		)
	}
}

/// Whether a chain makes a final block in this time.
async fn finalizes(chain: &Chain, time: Duration) -> bool {
	let two = async {
		let finals = chain.finals().await.ok()?;
		let mut finals = std::pin::pin!(finals);
		// The first one is there already.
		finals.next().await?.ok()?;
		finals.next().await?.ok()
	};
	matches!(timeout(time, two).await, Ok(Some(_)))
}

/// What is wrong with the relay chain's node, or with this machine's clock.
async fn relay_fault(relay: &RelayConfig, setup: &Setup<'_>) -> Option<Fault> {
	let restart = "systemctl restart salus-region";
	let time = match patient(relay_node(&relay.rpc)).await {
		Ok(RelayNode::At(time)) => time,
		Ok(RelayNode::Behind) => {
			let what = "the relay chain's node is not synced yet: it goes on by itself";
			return Some(Fault::new(what, later(setup.file)));
		}
		Ok(RelayNode::Isolated) => {
			let what = "the relay chain's node in that of the region has no peers";
			return Some(Fault::new(what, restart));
		}
		Err(error) => {
			let what = format!(
				"the relay chain's node does not answer (after a start it needs up to a minute): {error}"
			);
			return Some(Fault::new(what, restart));
		}
	};
	let off = now().abs_diff(time);
	(off > CLOCK).then(|| {
		let seconds = off / 1_000;
		let what = format!(
			"this machine's clock is {seconds} seconds off the relay chain's newest block: the clock \
			 is wrong, or the relay chain stands still"
		);
		Fault::new(what, "timedatectl set-ntp true")
	})
}

/// How a node of the relay chain is.
enum RelayNode {
	/// It has no peers.
	Isolated,
	/// It synchronizes.
	Behind,
	/// The time of its newest block, in Unix milliseconds.
	At(u64),
}

async fn relay_node(url: &str) -> Result<RelayNode> {
	let failed = |error: subxt::rpcs::Error| Error::Node(error.to_string());
	let rpc = RpcClient::from_insecure_url(url).await.map_err(failed)?;
	if is_isolated(&rpc).await.map_err(failed)? {
		return Ok(RelayNode::Isolated);
	}
	let health = rpc.request("system_health", rpc_params![]).await;
	let health: serde_json::Value = health.map_err(failed)?;
	if health["isSyncing"] == true {
		return Ok(RelayNode::Behind);
	}
	let key = [twox_128(b"Timestamp"), twox_128(b"Now")].concat();
	let key = format!("0x{}", hex::encode(key));
	let value = rpc.request("state_getStorage", rpc_params![key]).await;
	let value: Option<String> = value.map_err(failed)?;
	let time = value.as_deref().and_then(time);
	let time = time.ok_or_else(|| Error::Node("it has no time".into()))?;
	Ok(RelayNode::At(time))
}

/// A time as the state has it: eight bytes, the lowest first.
fn time(value: &str) -> Option<u64> {
	let mut bytes = [0; 8];
	hex::decode_to_slice(value.strip_prefix("0x")?, &mut bytes).ok()?;
	Some(u64::from_le_bytes(bytes))
}

async fn patient<T>(answer: impl Future<Output = Result<T>>) -> Result<T> {
	let late = |_| Error::Node("it takes too long to answer".into());
	timeout(PATIENCE, answer).await.map_err(late)?
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_time_is_read_as_the_state_has_it() {
		assert_eq!(time("0x00e8764817000000"), Some(100_000_000_000));
		for wrong in ["", "0x", "0x00", "00e8764817000000", "0x00e876481700000000"] {
			assert_eq!(time(wrong), None, "{wrong}");
		}
	}
}
