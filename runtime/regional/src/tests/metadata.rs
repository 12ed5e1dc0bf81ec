//! Metadata as a developer reads it in polkadot-js Apps.

use salus_runtime_common::testing::{metadata, undocumented};

use super::development;
use crate::Runtime;

#[test]
fn the_versions_that_clients_ask_for_are_there() {
	development().execute_with(|| {
		for version in [14, 15, 16] {
			assert!(Runtime::metadata_versions().contains(&version));
			assert!(Runtime::metadata_at_version(version).is_some());
		}
	});
}

#[test]
fn every_call_event_error_and_argument_of_ours_is_documented() {
	// Some constants, such as the ParaId, are read from the state.
	let opaque = development().execute_with(|| Runtime::metadata_at_version(15));
	let missing = undocumented(
		&metadata(&opaque.expect("version 15 is there")),
		&[
			"Quota",
			"Governance",
			"Crossing",
			"Registry",
			"Emr",
			"Permissions",
			"Interregional",
			"Pinning",
		],
		&[
			"RegistryApi",
			"EmrApi",
			"PermissionsApi",
			"PinningApi",
			"GovernanceApi",
			"InterregionalApi",
			"XcmPaymentApi",
			"DryRunApi",
			"LocationToAccountApi",
			"TrustedQueryApi",
		],
	);
	assert!(missing.is_empty(), "undocumented: {missing:#?}");
}
