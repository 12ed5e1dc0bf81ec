//! The table of who may send which call, and this runtime's calls.

use frame_support::traits::{Contains, GetCallMetadata};
use salus_primitives::admission::TABLE;

use crate::{configs::calls::Sendable, RuntimeCall};

/// The pallets of Salus: each of their calls is in the table.
const OURS: [&str; 9] = [
	"Consortium",
	"Crossing",
	"Emr",
	"Governance",
	"Interregional",
	"Permissions",
	"Pinning",
	"Registry",
	"Quota",
];

#[test]
fn each_call_of_the_table_exists() {
	let pallets = RuntimeCall::get_module_names();
	for (pallet, call, _) in TABLE.iter().filter(|row| pallets.contains(&row.0)) {
		let calls = RuntimeCall::get_call_names(pallet);
		assert!(calls.contains(call), "{pallet}.{call} does not exist");
	}
}

#[test]
fn each_call_of_our_pallets_is_in_the_table() {
	for pallet in RuntimeCall::get_module_names() {
		for call in RuntimeCall::get_call_names(pallet) {
			let listed = TABLE.iter().any(|row| (row.0, row.1) == (*pallet, *call));
			assert!(listed || !OURS.contains(pallet), "{pallet}.{call}");
		}
	}
}

/// Nobody has the origin for it, and nobody can send it.
#[test]
fn the_council_cannot_execute_a_call_at_once() {
	let call = pallet_collective::Call::execute {
		proposal: Box::new(pallet_governance::Call::cancel_upgrade {}.into()),
		length_bound: 100,
	};
	assert!(!Sendable::contains(&call.into()));
}
