//! A network file that the tests make up. The gateway's own tests use it, too.

use salus_light::network::{
	Chain, ChainKind, Endpoint, EndpointKind, NetworkFile, SignedFile, Signers,
};
use sp_core::{crypto::AccountId32, H256};

/// The file of a network with this number. It has one region, one gateway, and no signature.
pub fn network_file(name: &str, serial: u32) -> SignedFile {
	let account = |byte| AccountId32::new([byte; 32]);
	let network = NetworkFile {
		format: 1,
		name: name.into(),
		serial,
		valid_until: u64::MAX / 2,
		reset: 0,
		relay: None,
		chains: vec![Chain {
			kind: ChainKind::Region,
			para: 2001,
			genesis: H256([1; 32]),
			slot_duration: 6_000,
			development: true,
			endpoints: vec![Endpoint {
				kind: EndpointKind::Gateway,
				url: "https://clinic.example".into(),
				authority: account(1),
			}],
		}],
		portal: None,
		signers: Signers {
			threshold: 2,
			accounts: vec![account(1), account(2)],
		},
	};
	SignedFile {
		network,
		signatures: Vec::new(),
	}
}
