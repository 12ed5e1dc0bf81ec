//! A broken state is seen.

use frame_support::assert_ok;
use salus_primitives::MemberId;

use crate::{mock::*, Expiries, Expiry, GrantCount, GrantedTo, Grants};

/// A grant with an end and one without, then a change by hand: what is reported?
fn broken(break_it: impl FnOnce()) -> &'static str {
	new_test_ext().execute_with(|| {
		assert_ok!(NewGrant::until(START + 10).by_patient());
		assert_ok!(NewGrant::to(other_provider()).by_patient());
		assert_ok!(Permissions::do_try_state());
		break_it();
		Permissions::do_try_state().unwrap_err().into()
	})
}

fn expiry(at: u64) -> Expiry {
	Expiry::new(at, RECORD, provider())
}

/// Moves the grant of [`provider`] to someone else, with all that goes with it.
fn move_to(grantee: MemberId) {
	let grant = Grants::<Test>::take(RECORD, provider()).unwrap();
	Grants::<Test>::insert(RECORD, &grantee, grant);
	GrantedTo::<Test>::remove(provider(), RECORD.to_be_bytes());
	GrantedTo::<Test>::insert(&grantee, RECORD.to_be_bytes(), ());
	Expiries::<Test>::remove(expiry(START + 10));
	Expiries::<Test>::insert(Expiry::new(START + 10, RECORD, grantee), ());
}

#[test]
fn the_index_of_grantees() {
	let lacking = broken(|| GrantedTo::<Test>::remove(provider(), RECORD.to_be_bytes()));
	assert_eq!(lacking, "a grant is not in the index of its grantee");
	let left_over = broken(|| GrantedTo::<Test>::insert(provider(), 1u64.to_be_bytes(), ()));
	assert_eq!(left_over, "an entry in the index of grantees has no grant");
}

#[test]
fn the_index_of_expiries() {
	let lacking = broken(|| Expiries::<Test>::remove(expiry(START + 10)));
	assert_eq!(lacking, "a grant's expiry is not in the index");
	let left_over = broken(|| Expiries::<Test>::insert(expiry(START + 11), ()));
	assert_eq!(left_over, "an expiry has no grant");
	let ended = broken(|| {
		Expiries::<Test>::remove(expiry(START + 10));
		Expiries::<Test>::insert(expiry(START), ());
		Grants::<Test>::mutate(RECORD, provider(), |grant| {
			grant.as_mut().unwrap().expires_at = Some(START);
		});
	});
	assert_eq!(ended, "a grant expired before it was given");
}

#[test]
fn the_counts() {
	for count in [0, 1, 3] {
		let found = broken(|| GrantCount::<Test>::insert(RECORD, count));
		assert_eq!(found, "the count of a record's grants is wrong");
	}
	let of_none = broken(|| GrantCount::<Test>::insert(RELATIVES_RECORD, 0));
	assert_eq!(of_none, "the count of a record's grants is wrong");
	let too_many = broken(|| MaxGrantsPerRecord::set(1));
	assert_eq!(too_many, "a record has too many grants");
}

#[test]
fn the_record_and_the_grantee() {
	let no_record = broken(|| RecordTable::mutate(|table| table.clear()));
	assert_eq!(no_record, "the record of a grant does not exist");
	assert_eq!(
		broken(|| move_to(PATIENT.into())),
		"a grant is to the record's patient"
	);
	assert_eq!(
		broken(|| move_to(author())),
		"a grant is to the record's author"
	);
}

#[test]
fn a_sweep_removes_no_grant_for_a_left_over_expiry() {
	new_test_ext().execute_with(|| {
		assert_ok!(NewGrant::until(START + 10).by_patient());
		Expiries::<Test>::insert(expiry(START + 1), ());
		Now::set(START + 5);
		let mut meter = frame_support::weights::WeightMeter::new();
		Permissions::do_sweep(&mut meter);
		assert!(Grants::<Test>::contains_key(RECORD, provider()));
		assert_ok!(Permissions::do_try_state());
	});
}
