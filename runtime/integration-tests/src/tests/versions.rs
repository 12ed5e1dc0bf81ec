//! Negotiation of the version of XCM.

use salus_runtime_common::xcm::sibling;
use xcm::prelude::*;

use crate::{
	members::fixture,
	messages::{bytes, fate_at_consortium, send_as_sibling, Fate},
	network::{Chain, Consortium, Region, CONSORTIUM},
};

#[test]
fn a_region_learns_the_version_of_the_consortium() {
	use salus_regional_runtime::PolkadotXcm;
	use xcm::GetVersion;
	let known = || Region::read(|| PolkadotXcm::get_version_for(&sibling(CONSORTIUM)));
	let fixture = fixture();
	assert_eq!(known(), None);
	fixture.deliver();
	// The region asks in the block after its first message.
	Region::empty_block();
	Consortium::empty_block();
	assert_eq!(known(), Some(XCM_VERSION));
}

/// Admission does not matter.
#[test]
fn any_neighbour_can_ask_the_consortium_for_its_version() {
	fixture();
	let ask = SubscribeVersion {
		query_id: 3,
		max_response_weight: Default::default(),
	};
	send_as_sibling(3000, CONSORTIUM, bytes(std::slice::from_ref(&ask)));
	// Without a channel the consortium cannot answer.
	assert_eq!(fate_at_consortium(), Fate::Stopped);
	send_as_sibling(2001, CONSORTIUM, bytes(std::slice::from_ref(&ask)));
	assert_eq!(fate_at_consortium(), Fate::Complete);
}
