//! The chains agree on the version of XCM by themselves.

use salus_runtime_common::xcm::sibling;
use xcm::prelude::*;

use crate::{
	members::cast,
	messages::{bytes, fate_at_consortium, send_as_sibling, Fate},
	network::{Chain, Consortium, Region, CONSORTIUM},
};

#[test]
fn a_region_learns_the_consortium_s_version() {
	use salus_regional_runtime::PolkadotXcm;
	use xcm::GetVersion;
	let known = || Region::read(|| PolkadotXcm::get_version_for(&sibling(CONSORTIUM)));
	let cast = cast();
	assert_eq!(known(), None);
	cast.deliver();
	// The region asked with its block after that in which it first sent something.
	Region::idle();
	Consortium::idle();
	assert_eq!(known(), Some(XCM_VERSION));
}

/// Whoever is beside the consortium may ask, admitted or not; there is no more to it.
#[test]
fn any_neighbour_may_ask_for_the_version() {
	cast();
	let ask = SubscribeVersion {
		query_id: 3,
		max_response_weight: Default::default(),
	};
	send_as_sibling(3000, CONSORTIUM, bytes(std::slice::from_ref(&ask)));
	let asked = fate_at_consortium();
	// It has no channel to be answered by.
	assert_eq!(asked, Fate::Stopped);
	send_as_sibling(2001, CONSORTIUM, bytes(std::slice::from_ref(&ask)));
	assert_eq!(fate_at_consortium(), Fate::Complete);
}
