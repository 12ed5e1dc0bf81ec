//! The invariants detect a broken state.

use frame_support::assert_ok;
use salus_primitives::{newest_first, About, Answer, InterregionalGrantId, RemoteProvider};

use crate::{
	mock::*, ConsortiumHolds, Expiries, Expiry, Grant, GrantCount, GrantKey, Grants, List, Lists,
	StoredState, WaitingCount, WrappedKeys,
};

/// The grantee of a delivered grant.
fn delivered() -> RemoteProvider {
	provider_of(OTHER_REGION, 9)
}

fn key_of(grantee: RemoteProvider) -> GrantKey {
	let record = RECORD;
	(&InterregionalGrantId { record, grantee }).into()
}

/// What the invariants report after a change by hand to a state with a forwarded grant that has an
/// end, a delivered one and a revoked one.
fn broken(break_it: impl FnOnce()) -> &'static str {
	new_test_ext().execute_with(|| {
		assert_ok!(NewGrant::to(delivered()).by_patient());
		let provider = signed(PROVIDER_ACCOUNT);
		assert_ok!(Interregional::forward(provider, RECORD, delivered()));
		let about = About::Grant(key_of(delivered()).into());
		deliver_answer::<Interregional>(&about, 1, &Answer::Done);
		let revoked = provider_of(OTHER_REGION, 10);
		assert_ok!(NewGrant::to(revoked.clone()).by_patient());
		let patient = signed(PATIENT_ACCOUNT);
		assert_ok!(Interregional::revoke(patient, RECORD, revoked));
		assert_ok!(NewGrant::until(START + 10_000).by_patient());
		assert_ok!(forward());
		assert_ok!(Interregional::do_try_state());
		break_it();
		Interregional::do_try_state().unwrap_err().into()
	})
}

fn change(with: impl FnOnce(&mut Grant)) {
	Grants::<Test>::mutate(RECORD, remote(), |grant| with(grant.as_mut().unwrap()));
}

fn change_delivered(with: impl FnOnce(&mut Grant)) {
	Grants::<Test>::mutate(RECORD, delivered(), |grant| with(grant.as_mut().unwrap()));
}

#[test]
fn a_wrong_record_or_grantee_is_found() {
	let no_record = broken(RecordTable::clear);
	assert_eq!(no_record, "the record of a grant does not exist");
	let this_region = broken(|| {
		let grant = grant_of(&grant_id());
		Grants::<Test>::insert(RECORD, provider_of(REGION, 7), grant);
	});
	assert_eq!(this_region, "a grant is to a provider of this region");
}

#[test]
fn wrong_terms_are_found() {
	let unnumbered = broken(|| change_delivered(|grant| grant.sequence = 0));
	assert_eq!(unnumbered, "a grant has no sequence number");
	let unsent = broken(|| change_delivered(|grant| grant.message = None));
	assert_eq!(unsent, "a grant was sent without a message");
	let ended = broken(|| change(|grant| grant.granted_at = START + 10_000));
	assert_eq!(ended, "a grant expired before it was given");
	let outlived =
		broken(|| change(|grant| grant.consortium_holds = ConsortiumHolds::UntilRevoked));
	assert_eq!(outlived, "a grant ends before what the consortium may hold");
	let outlived =
		broken(|| change(|grant| grant.consortium_holds = ConsortiumHolds::Until(START + 10_001)));
	assert_eq!(outlived, "a grant ends before what the consortium may hold");
	let held = broken(|| {
		Grants::<Test>::mutate(RECORD, provider_of(OTHER_REGION, 10), |grant| {
			grant.as_mut().unwrap().consortium_holds = ConsortiumHolds::UntilRevoked;
		});
	});
	assert_eq!(held, "the consortium may hold a revoked grant");
}

#[test]
fn a_wrong_wrapped_key_is_found() {
	let misfit = "a grant and its wrapped key do not match";
	let missing = broken(|| WrappedKeys::<Test>::remove(RECORD, delivered()));
	assert_eq!(missing, misfit);
	let other = broken(|| WrappedKeys::<Test>::insert(RECORD, delivered(), wrapped(9, 1)));
	assert_eq!(other, misfit);
	let kept = broken(|| {
		let revoked = provider_of(OTHER_REGION, 10);
		WrappedKeys::<Test>::insert(RECORD, revoked, wrapped(2, 1));
	});
	assert_eq!(kept, misfit);
	let stale = broken(|| WrappedKeys::<Test>::insert(9, remote(), wrapped(2, 1)));
	assert_eq!(stale, "a wrapped key has no live grant");
}

#[test]
fn a_wrong_list_or_index_is_found() {
	let missing = "a grant is not in one of its lists";
	// The delivered grant was the first, the forwarded one the last.
	let (delivered, forwarded) = (0, 5);
	for (list, place) in [
		(List::Of(RECORD), delivered),
		(List::By(PATIENT), delivered),
		(List::Unanswered, forwarded),
	] {
		let place = newest_first(place);
		assert_eq!(broken(|| Lists::<Test>::remove(&list, place)), missing);
		let other = InterregionalGrantId {
			record: RECORD,
			grantee: provider_of(OTHER_REGION, 99),
		};
		let found = broken(|| Lists::<Test>::insert(&list, place, other));
		assert_eq!(found, missing);
		let stale = broken(|| Lists::<Test>::insert(&list, newest_first(999), grant_id()));
		assert_eq!(stale, "an entry in a list has no grant");
	}

	let expiry = |at| Expiry::new(at, &grant_id());
	let missing = broken(|| Expiries::<Test>::remove(expiry(START + 10_000)));
	assert_eq!(missing, "a grant's expiry is not in the index");
	let stale = broken(|| Expiries::<Test>::insert(expiry(START + 1), ()));
	assert_eq!(stale, "an expiry has no grant");
}

#[test]
fn a_wrong_count_is_found() {
	for count in [0, 1, 3] {
		let found = broken(|| GrantCount::<Test>::insert(RECORD, count));
		assert_eq!(found, "the count of a record's grants is wrong");
	}
	let too_many = broken(|| MaxGrantsPerRecord::set(1));
	assert_eq!(too_many, "a record has too many grants");

	let miscounted = "the count of a patient's waiting grants is wrong";
	for count in [0, 2] {
		let found = broken(|| WaitingCount::<Test>::insert(PATIENT, count));
		assert_eq!(found, miscounted);
	}
	let none_stored = broken(|| WaitingCount::<Test>::insert(OTHER_PATIENT, 0));
	assert_eq!(none_stored, miscounted);
	let too_many = broken(|| MaxWaitingPerPatient::set(0));
	assert_eq!(too_many, "too many grants of a patient wait");
}

#[test]
fn a_stale_expiry_does_not_end_a_grant() {
	new_test_ext().execute_with(|| {
		assert_ok!(NewGrant::until(START + 10).by_patient());
		let stale = Expiry::new(START + 1, &grant_id());
		Expiries::<Test>::insert(stale, ());
		Now::set(START + 5);
		let mut meter = frame_support::weights::WeightMeter::new();
		Interregional::do_sweep(&mut meter);
		assert_eq!(grant_of(&grant_id()).state, StoredState::Granted);
		assert_ok!(Interregional::do_try_state());
	});
}
