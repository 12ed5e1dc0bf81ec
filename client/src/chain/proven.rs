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
		let rules = rules(entry, relay, store, max_age);
		let client = |url: String| RpcClient::new(Endpoints::new([url], PATIENCE));
		let relays = named(EndpointKind::Relay).map(client).collect();
		let own = own.map(|own| client(own.into()));
		let nodes = Endpoints::new(nodes, PATIENCE);
		let node = ProvenNode::with_all(rules, nodes, relays, own);
		Self::over(RpcClient::new(node), &url).await
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

#[cfg(test)]
mod tests {
	use super::*;
	use codec::{Compact, Encode};
	use salus_light::{network::ChainKind, Authorities, Checkpoint, Header, H256};
	use sp_core::{ed25519, Pair};

	#[test]
	fn a_chain_has_the_rules_of_its_network_file_and_of_the_user() {
		let entry = |development| Entry {
			kind: ChainKind::Region,
			para: 2001,
			genesis: H256::repeat_byte(1),
			slot_duration: 6001,
			development,
			endpoints: Vec::new(),
		};
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
