//! The table of who may send which call, and the calls of both runtimes.

use frame_support::traits::GetCallMetadata;
use salus_primitives::admission::TABLE;

/// Whether a runtime has this call.
fn has<Call: GetCallMetadata>(pallet: &str, call: &str) -> bool {
	// It panics for a pallet that does not exist.
	Call::get_module_names().contains(&pallet) && Call::get_call_names(pallet).contains(&call)
}

#[test]
fn each_call_of_the_table_exists() {
	for (pallet, call, _) in TABLE {
		assert!(
			has::<salus_regional_runtime::RuntimeCall>(pallet, call)
				|| has::<salus_consortium_runtime::RuntimeCall>(pallet, call),
			"{pallet}.{call} exists in neither runtime"
		);
	}
}
