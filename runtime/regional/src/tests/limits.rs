//! What fits into a block.

use codec::Encode;
use frame_support::{dispatch::GetDispatchInfo, weights::Weight};
use frame_system::offchain::CreateAuthorizedTransaction;
use pallet_pinning::{crypto::PinnerSignature, Call, ReportOf};
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
