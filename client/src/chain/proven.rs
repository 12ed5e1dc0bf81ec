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
		let nodes = nodes(entry, own);
		let url = nodes.first().cloned().unwrap_or_default();
		let rules = rules(entry, relay, store, max_age);
		let client = |url: String| RpcClient::new(Endpoints::new([url], PATIENCE));
		let relays = named(entry, EndpointKind::Relay).map(client).collect();
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

/// The addresses that the network file names.
fn named(entry: &Entry, kind: EndpointKind) -> impl Iterator<Item = String> + '_ {
	let of_kind = entry.endpoints.iter().filter(move |one| one.kind == kind);
	of_kind.map(|one| one.url.clone())
}

/// The nodes of a chain, in the order in which to ask them. Each is there once.
fn nodes(entry: &Entry, own: Option<&str>) -> Vec<String> {
	let others = named(entry, EndpointKind::Node).filter(|url| own != Some(url.as_str()));
	own.map(str::to_owned).into_iter().chain(others).collect()
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

#[cfg(test)]
mod tests {
	use super::*;
	use codec::{Compact, Encode};
	use salus_light::{
		network::{ChainKind, Endpoint},
		Authorities, Checkpoint, Header, H256,
	};
	use sp_core::{ed25519, Pair};

	fn entry(development: bool) -> Entry {
		Entry {
			kind: ChainKind::Region,
			para: 2001,
			genesis: H256::repeat_byte(1),
			slot_duration: 6001,
			development,
			endpoints: Vec::new(),
		}
	}

	#[test]
	fn the_own_node_is_asked_first_and_once() {
		let endpoint = |kind, url: &str| Endpoint {
			kind,
			url: url.into(),
			authority: [1; 32].into(),
		};
		let entry = Entry {
			endpoints: vec![
				endpoint(EndpointKind::Node, "wss://a.example"),
				endpoint(EndpointKind::Relay, "wss://relay.example"),
				endpoint(EndpointKind::Node, "wss://b.example"),
			],
			..entry(false)
		};
		let [a, b, c] = ["wss://a.example", "wss://b.example", "wss://c.example"];
		assert_eq!(nodes(&entry, None), [a, b]);
		assert_eq!(nodes(&entry, Some(b)), [b, a]);
		assert_eq!(nodes(&entry, Some(c)), [c, a, b]);
	}

	#[test]
	fn a_chain_has_the_rules_of_its_network_file_and_of_the_user() {
		let digest = vec![(6_u8, *b"BABE", (2_u8, 0_u32, 9_u64).encode())];
		let zero = H256::zero();
		let block = (zero, Compact(9_u32), zero, zero, digest).encode();
		let block = Header::decode(&block).unwrap();
		let key = ed25519::Pair::from_seed(&[1; 32]).public();
		let authorities = Authorities::new(vec![(key, 1)]).unwrap();
		let relay = Relay {
			genesis: zero,
			slot_duration: 6002,
			checkpoint: Checkpoint::new(zero, &block, 0, authorities, 0).unwrap(),
		};
		let dir = tempfile::tempdir().unwrap();
		for (development, expected) in [(false, Some(6002)), (true, None)] {
			let store = Arc::new(Store::new(dir.path().into(), None));
			let rules = rules(&entry(development), Some(&relay), store, 7);
			assert_eq!((rules.para, rules.genesis), (2001, H256::repeat_byte(1)));
			assert_eq!((rules.slot_duration, rules.max_age), (6001, 7));
			assert_eq!(rules.relay_slot_duration, expected);
		}
	}
}
