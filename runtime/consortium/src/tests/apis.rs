//! The runtime APIs: prices, and the first state of the consortium.

use codec::Encode;
use pallet_transaction_payment_rpc_runtime_api::runtime_decl_for_transaction_payment_api::TransactionPaymentApiV4;
use salus_primitives::api::{
	runtime_decl_for_consortium_api::ConsortiumApiV1,
	runtime_decl_for_governance_api::GovernanceApiV1,
};
use sp_keyring::Sr25519Keyring::{Alice, Bob, Charlie};
use xcm::prelude::*;
use xcm_runtime_apis::{
	conversions::runtime_decl_for_location_to_account_api::LocationToAccountApiV1,
	fees::runtime_decl_for_xcm_payment_api::XcmPaymentApiV2,
};

use super::development;
use crate::{AccountId, Balance, Block, Runtime, RuntimeCall, UncheckedExtrinsic};

#[test]
fn a_wallet_reads_that_a_transaction_is_free() {
	development().execute_with(|| {
		let call: RuntimeCall = frame_system::Call::remark { remark: vec![1] }.into();
		let transaction = || UncheckedExtrinsic::new_bare(call.clone());
		let len = transaction().encoded_size() as u32;
		let info =
			<Runtime as TransactionPaymentApiV4<Block, Balance>>::query_info(transaction(), len);
		assert_eq!(info.partial_fee, 0);
		let fee = <Runtime as TransactionPaymentApiV4<Block, Balance>>::query_fee_details(
			transaction(),
			len,
		);
		assert!(fee.inclusion_fee.is_none() && fee.tip == 0);
	});
}

#[test]
fn the_authorities_can_be_read_and_no_region_is_admitted() {
	development().execute_with(|| {
		let mut expected = [Alice, Bob, Charlie].map(|who| who.to_account_id());
		expected.sort();
		assert_eq!(
			<Runtime as GovernanceApiV1<Block, AccountId>>::authorities(),
			expected
		);
		assert_eq!(
			<Runtime as ConsortiumApiV1<Block, AccountId>>::region(2001),
			None
		);
	});
}

/// No asset is accepted as payment, and no location is an account.
#[test]
fn a_message_is_free() {
	development().execute_with(|| {
		type Fees = Runtime;
		let assets = <Fees as XcmPaymentApiV2<Block>>::query_acceptable_payment_assets(XCM_VERSION);
		assert_eq!(assets, Ok(vec![]));
		let message = || VersionedXcm::from(Xcm::<()>(vec![UnsubscribeVersion]));
		let weight = <Fees as XcmPaymentApiV2<Block>>::query_xcm_weight(message());
		assert!(weight.expect("it has a weight").ref_time() > 0);
		let fees = <Fees as XcmPaymentApiV2<Block>>::query_delivery_fees(
			Location::new(1, [Parachain(2001)]).into(),
			message(),
			AssetId(Location::parent()).into(),
		);
		assert_eq!(fees, Ok(Assets::new().into()));
		let account = <Runtime as LocationToAccountApiV1<Block, AccountId>>::convert_location(
			Location::new(1, [Parachain(2001)]).into(),
		);
		assert!(account.is_err());
	});
}
