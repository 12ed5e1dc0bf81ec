//! The documentation in metadata, which polkadot-js Apps shows.

use salus_runtime_common::testing::{metadata, undocumented};

use super::development;
use crate::Runtime;

#[test]
fn every_call_event_error_and_argument_is_documented() {
	// Some constants come from the state, such as the ParaId.
	let opaque = development().execute_with(|| Runtime::metadata_at_version(15));
	let missing = undocumented(
		&metadata(&opaque.expect("version 15 exists")),
		&[
			"Quota",
			"Governance",
			"Crossing",
			"Registry",
			"Emr",
			"Permissions",
			"Interregional",
			"History",
			"Pinning",
		],
		&[
			"RegistryApi",
			"EmrApi",
			"PermissionsApi",
			"HistoryApi",
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
