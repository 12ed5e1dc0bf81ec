//! What fits into a block.

use codec::Encode;
use frame_support::{
	dispatch::{DispatchClass, GetDispatchInfo},
	weights::Weight,
};
use frame_system::offchain::CreateAuthorizedTransaction;
use pallet_emr::WeightInfo as _;
use pallet_interregional::WeightInfo as _;
use pallet_permissions::WeightInfo as _;
use pallet_pinning::{crypto::PinnerSignature, Call, ReportOf};
use salus_primitives::MOST_CALLS;
use sp_core::{bounded::BoundedVec, crypto::UncheckedFrom};

use super::development;
use crate::Runtime;

#[test]
fn a_full_report_of_pins_fits_into_a_block() {
	development().execute_with(|| {
		let full = || BoundedVec::truncate_from((0..1_000).collect());
		let report = ReportOf::<Runtime> {
			claimed: full(),
			lost: full(),
			..Default::default()
		};
		let signature = PinnerSignature::unchecked_from([0; 64]);
		let call = Call::<Runtime>::claim_pins { report, signature };
		let transaction =
			<Runtime as CreateAuthorizedTransaction<Call<Runtime>>>::create_authorized_transaction(
				call.into(),
			);
		let info = transaction.get_dispatch_info();
		let bytes = u64::try_from(transaction.encoded_size()).unwrap();
		let weight = info.total_weight() + Weight::from_parts(0, bytes);
		let limits = <Runtime as frame_system::Config>::BlockWeights::get();
		let limit = limits.get(info.class).max_extrinsic.unwrap();
		assert!(weight.all_lte(limit), "{weight} of {limit}");
	});
}

/// The most bytes of a call that the client batches, with both wrapped keys.
const CALL_LEN: u32 = 3_000;

#[test]
fn the_largest_batch_of_the_client_fits_in_a_block() {
	let calls = u32::try_from(MOST_CALLS).unwrap();
	let limit = development().execute_with(|| {
		let limits = <Runtime as frame_system::Config>::BlockWeights::get();
		limits.get(DispatchClass::Normal).max_extrinsic.unwrap()
	});
	type Emr = <Runtime as pallet_emr::Config>::WeightInfo;
	type Interregional = <Runtime as pallet_interregional::Config>::WeightInfo;
	type Permissions = <Runtime as pallet_permissions::Config>::WeightInfo;
	for weight in [
		Emr::add_record(),
		Emr::add_own_record(),
		Permissions::grant(),
		Permissions::revoke(),
		Interregional::grant(),
		Interregional::revoke(),
	] {
		let batch = weight.saturating_mul(calls.into());
		assert!(batch.all_lte(limit), "{batch:?} of {limit:?}");
	}
	let length = <Runtime as frame_system::Config>::BlockLength::get();
	let length = *length.max.get(DispatchClass::Normal);
	assert!(calls * CALL_LEN <= length);
}
