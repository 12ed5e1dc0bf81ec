//! What fits into a block.

use codec::Encode;
use frame_support::{
	dispatch::{DispatchClass, GetDispatchInfo},
	traits::OnIdle,
	weights::Weight,
};
use frame_system::offchain::CreateAuthorizedTransaction;
use pallet_crossing::{Deadline, Kind, Place};
use pallet_emr::WeightInfo as _;
use pallet_interregional::WeightInfo as _;
use pallet_permissions::WeightInfo as _;
use pallet_pinning::{crypto::PinnerSignature, Call, ReportOf};
use salus_primitives::{testing::provider_of, InterregionalGrantId, MemberId, MOST_CALLS};
use salus_runtime_common::constants::BLOCK_WEIGHT;
use sp_core::{bounded::BoundedVec, crypto::UncheckedFrom};

use super::{
	blocks::{begin_block, set_clock, START},
	development,
};
use crate::{AllPalletsWithSystem, Executive, Runtime, System};

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

/// The entries that wait for the chain's own work: deadlines, and the grants of both kinds.
fn backlog() -> [usize; 3] {
	[
		pallet_crossing::Deadlines::<Runtime>::iter_keys().count(),
		pallet_permissions::Expiries::<Runtime>::iter_keys().count(),
		pallet_interregional::Expiries::<Runtime>::iter_keys().count(),
	]
}

fn add_to_backlog(entry: u64) {
	let place = Place {
		kind: Kind::Revocation,
		by: None,
	};
	let grantee = provider_of(2002, 7);
	let id = InterregionalGrantId {
		record: entry,
		grantee: grantee.clone(),
	};
	let member = MemberId::Provider(grantee.id);
	pallet_crossing::Deadlines::<Runtime>::insert(Deadline::new(1, entry), place);
	pallet_permissions::Expiries::<Runtime>::insert(
		pallet_permissions::Expiry::new(1, entry, member),
		(),
	);
	pallet_interregional::Expiries::<Runtime>::insert(
		pallet_interregional::Expiry::new(1, &id),
		(),
	);
}

/// What the hooks after the transactions use of a block.
fn idle() -> Weight {
	System::note_finished_extrinsics();
	let limits = <Runtime as frame_system::Config>::BlockWeights::get();
	let left = limits
		.max_block
		.saturating_sub(System::block_weight().total());
	let used = AllPalletsWithSystem::on_idle(System::block_number(), left);
	assert!(used.all_lte(left), "{used} of {left}");
	used
}

/// A full block does what it must. A block with room works off a backlog, and does not exceed its
/// weight, by proof neither.
#[test]
fn a_backlog_of_the_chains_own_work_shrinks_while_blocks_have_room() {
	development().execute_with(|| {
		(0..2_000).for_each(add_to_backlog);
		pallet_crossing::InFlight::<Runtime>::insert(Kind::Revocation, 2_000);
		set_clock(START);
		begin_block(0, false);
		let before = backlog();
		Executive::inherents_applied();
		let floor = before[1] - backlog()[1];
		assert!((5..10).contains(&floor), "{floor}");
		// The weight of a full block.
		System::register_extra_weight_unchecked(BLOCK_WEIGHT, DispatchClass::Normal);
		let full = backlog();
		assert_eq!(idle(), Weight::zero());
		assert_eq!(backlog(), full);
		// Empty blocks: the first place after the transactions goes round.
		for index in 1..=40 {
			let before = backlog();
			begin_block(index, false);
			Executive::inherents_applied();
			idle();
			let done: usize = before.iter().sum::<usize>() - backlog().iter().sum::<usize>();
			let left = backlog().iter().sum::<usize>();
			assert!(done > floor * 20 || left == 0, "block {index}: {done}");
		}
		assert_eq!(backlog(), [0; 3]);
	});
}
