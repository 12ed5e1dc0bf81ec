//! Connecting to a chain of a network whose file the member confirmed: all that is read is proven.

use std::sync::Arc;

use salus_light::network::{Chain as Entry, EndpointKind, Relay};
use subxt::rpcs::RpcClient;

use super::Chain;
use crate::{
	gateway::{self, Gateway, GatewayRpc},
	network::Store,
	proven::{clock, Endpoints, ProvenNode, Rules, PATIENCE},
	Error, Result,
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
		let rules = rules(entry, relay, store, max_age);
		let client = |url: String| RpcClient::new(Endpoints::new([url], PATIENCE));
		let relays = named(EndpointKind::Relay).map(client).collect();
		let own = own.map(|own| client(own.into()));
		let nodes = Endpoints::new(nodes, PATIENCE);
		let node = ProvenNode::with_all(rules, nodes, relays, own);
		Self::over(RpcClient::new(node), &url).await
	}

	/// Connects through gateways: the first one that answers and lets the account in, and in turn the
	/// others if it fails later.
	pub(crate) async fn through(
		gateways: Vec<Gateway>,
		entry: &Entry,
		relay: Option<&Relay>,
		store: Arc<Store>,
		max_age: u64,
	) -> Result<Self> {
		let mut all: Vec<_> = gateways
			.into_iter()
			.map(|gateway| Arc::new(GatewayRpc::new(gateway, entry.kind)))
			.collect();
		let first = first_open(&all).await?;
		all.rotate_left(first);
		let url = all.first().map_or("", |gateway| gateway.url()).to_owned();
		let each: Vec<_> = all.iter().cloned().map(RpcClient::new).collect();
		let urls = all.iter().map(|gateway| gateway.url().to_owned());
		let endpoints = Endpoints::reached(urls.zip(each.clone()), gateway::PATIENCE);
		let rules = rules(entry, relay, store, max_age);
		let node = ProvenNode::through(rules, endpoints, each);
		Self::over(RpcClient::new(node), &url).await
	}
}

/// The place of the first gateway that answers and lets the account in. The error is the first one.
/// That a gateway refuses says more than that another one cannot be reached.
async fn first_open(gateways: &[Arc<GatewayRpc>]) -> Result<usize> {
	let mut failed = None;
	for (at, gateway) in gateways.iter().enumerate() {
		match gateway.open().await {
			Ok(()) => return Ok(at),
			Err(error @ (Error::Connection { .. } | Error::NotAllowed { .. } | Error::Node(_))) => {
				let unreached = |error: &Error| matches!(error, Error::Connection { .. });
				if failed
					.as_ref()
					.is_none_or(|known| unreached(known) && !unreached(&error))
				{
					failed = Some(error);
				}
			}
			Err(error) => return Err(error),
		}
	}
	let none = || Error::Input("the network file names no gateway of this chain".into());
	Err(failed.unwrap_or_else(none))
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
