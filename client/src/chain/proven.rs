//! Connecting to a chain of a network whose file the member confirmed: all that is read is proven.

use std::sync::Arc;

use salus_light::network::{Chain as Entry, EndpointKind, Relay};
use subxt::rpcs::RpcClient;

use super::Chain;
use crate::{
	gateway::Gateway,
	network::Store,
	proven::{clock, Endpoints, Proofs, ProvenNode, Rules, PATIENCE},
	Result,
};

impl Chain {
	/// Connects to the nodes that the network file names. `own` is asked before them.
	pub(crate) async fn proven(
		entry: &Entry,
		relay: Option<&Relay>,
		store: Arc<Store>,
		own: Option<&str>,
		max_age: u64,
	) -> Result<Self> {
		let named = |kind| {
			let of_kind = entry.endpoints.iter().filter(move |one| one.kind == kind);
			of_kind.map(|one| one.url.clone())
		};
		let mut nodes: Vec<_> = own.map(Into::into).into_iter().collect();
		nodes.extend(named(EndpointKind::Node));
		nodes.dedup();
		let url = nodes.first().cloned().unwrap_or_default();
		let rules = rules(entry, relay, store, max_age);
		let client = |urls: Vec<String>| RpcClient::new(Endpoints::new(urls, PATIENCE));
		let relay = client(named(EndpointKind::Relay).collect());
		let node = ProvenNode::new(rules, client(nodes), relay);
		Self::over(RpcClient::new(node), &url).await
	}

	/// Connects to a chain through a gateway.
	pub(crate) async fn through(
		gateway: &Gateway,
		entry: &Entry,
		relay: Option<&Relay>,
		store: Arc<Store>,
		max_age: u64,
	) -> Result<Self> {
		let rules = rules(entry, relay, store, max_age);
		let rpc = gateway.rpc(entry.kind).await?;
		let proofs = Proofs::Gateway(gateway.clone(), entry.kind);
		let node = ProvenNode::with(rules, rpc, proofs);
		Self::over(RpcClient::new(node), gateway.url()).await
	}
}

/// What the network file says of a chain.
fn rules(entry: &Entry, relay: Option<&Relay>, store: Arc<Store>, max_age: u64) -> Rules {
	Rules {
		para: entry.para,
		genesis: entry.genesis,
		slot_duration: entry.slot_duration,
		relay_slot_duration: relay
			.filter(|_| !entry.development)
			.map(|relay| relay.slot_duration),
		max_age,
		store,
		now: clock,
	}
}
