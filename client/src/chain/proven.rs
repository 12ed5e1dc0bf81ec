//! Connecting to a chain of a network whose file the member confirmed: all that is read is proven.

use std::sync::Arc;

use salus_light::network::{Chain as Entry, EndpointKind, Relay};
use subxt::rpcs::RpcClient;

use super::Chain;
use crate::{
	network::Store,
	proven::{clock, Endpoints, ProvenNode, Rules, PATIENCE},
	Result,
};

impl Chain {
	/// Connects to the nodes that the network file names. `own` is asked before them, and alone what
	/// operators ask their own node.
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
		let rules = Rules {
			para: entry.para,
			genesis: entry.genesis,
			slot_duration: entry.slot_duration,
			relay_slot_duration: relay
				.filter(|_| !entry.development)
				.map(|relay| relay.slot_duration),
			max_age,
			store,
			now: clock,
		};
		let client = |url: String| RpcClient::new(Endpoints::new([url], PATIENCE));
		let relays = named(EndpointKind::Relay).map(client).collect();
		let own = own.map(|own| client(own.into()));
		let nodes = Endpoints::new(nodes, PATIENCE);
		let node = ProvenNode::with_all(rules, nodes, relays, own);
		Self::over(RpcClient::new(node), &url).await
	}
}
