//! The invariants detect a broken state.

use frame_support::assert_ok;
use salus_primitives::{newest_first, MemberId};

use crate::{mock::*, Expiries, Expiry, GrantCount, GrantId, Grants, List, Lists, WrappedKeys};

/// What the invariants report after a change by hand to a state with a grant that has an end and
/// one that has none.
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

fn id(grantee: MemberId) -> GrantId {
	let record = RECORD;
	GrantId { record, grantee }
}

/// Moves the grant to [`provider`], with its places in lists, to another grantee.
fn move_to(grantee: MemberId) {
	let grant = Grants::<Test>::take(RECORD, provider()).unwrap();
	let key = WrappedKeys::<Test>::take(RECORD, provider()).unwrap();
	Permissions::unlist(&id(provider()), &grant);
	for list in Permissions::lists(&id(grantee.clone())) {
		let place = newest_first(grant.history);
		Lists::<Test>::insert(list, place, id(grantee.clone()));
	}
	Grants::<Test>::insert(RECORD, &grantee, grant);
	WrappedKeys::<Test>::insert(RECORD, &grantee, key);
	Expiries::<Test>::insert(Expiry::new(START + 10, RECORD, grantee), ());
}

#[test]
fn a_wrong_list_is_found() {
	let missing = "a grant is not in one of its lists";
	for list in [List::Of(RECORD), List::By(PATIENT), List::To(provider())] {
		let found = broken(|| Lists::<Test>::remove(&list, newest_first(0)));
		assert_eq!(found, missing);
		let wrong = id(other_provider());
		let found = broken(|| Lists::<Test>::insert(&list, newest_first(0), wrong));
		assert_eq!(found, missing);
		let stale = broken(|| Lists::<Test>::insert(&list, newest_first(9), id(provider())));
		assert_eq!(stale, "an entry in a list has no grant");
	}
}

#[test]
fn a_wrong_wrapped_key_is_found() {
	let misfit = "a grant and its wrapped key do not match";
	let missing = broken(|| WrappedKeys::<Test>::remove(RECORD, provider()));
	assert_eq!(missing, misfit);
	let other = broken(|| WrappedKeys::<Test>::insert(RECORD, provider(), wrapped(9, 1)));
	assert_eq!(other, misfit);
	let stale = broken(|| WrappedKeys::<Test>::insert(OTHER_RECORD, provider(), wrapped(0, 1)));
	assert_eq!(stale, "a wrapped key has no grant");
}

#[test]
fn a_wrong_index_of_expiries_is_found() {
	let missing = broken(|| Expiries::<Test>::remove(expiry(START + 10)));
	assert_eq!(missing, "a grant's expiry is not in the index");
	let stale = broken(|| Expiries::<Test>::insert(expiry(START + 11), ()));
	assert_eq!(stale, "an expiry has no grant");
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
fn a_wrong_count_is_found() {
	for count in [0, 1, 3] {
		let found = broken(|| GrantCount::<Test>::insert(RECORD, count));
		assert_eq!(found, "the count of a record's grants is wrong");
	}
	let of_none = broken(|| GrantCount::<Test>::insert(OTHER_RECORD, 0));
	assert_eq!(of_none, "the count of a record's grants is wrong");
	let too_many = broken(|| MaxGrantsPerRecord::set(1));
	assert_eq!(too_many, "a record has too many grants");
}

#[test]
fn a_wrong_record_or_grantee_is_found() {
	let no_record = broken(RecordTable::clear);
	assert_eq!(no_record, "the record of a grant does not exist");
	assert_eq!(
		broken(|| move_to(PATIENT.into())),
		"a grant is to the record's patient or author"
	);
	assert_eq!(
		broken(|| move_to(author())),
		"a grant is to the record's patient or author"
	);
}

#[test]
fn a_stale_expiry_does_not_remove_a_grant() {
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
