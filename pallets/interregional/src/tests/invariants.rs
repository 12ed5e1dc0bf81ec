//! A broken state of inter-regional grants is seen.

use frame_support::assert_ok;
use salus_primitives::{traits::OnAnswer, About, Answer, InterregionalGrantId, RemoteProvider};

use crate::{
	mock::*, ConsortiumHolds, Deadline, Deadlines, Expiries, Expiry, GivenBy, Grant, GrantCount,
	GrantKey, Grants, InFlight, StoredState, Unanswered, WrappedKeys,
};

/// A grantee whose grant is delivered, and has an end.
fn delivered() -> RemoteProvider {
	remote_of(OTHER_REGION, "D00001")
}

fn key_of(grantee: RemoteProvider) -> GrantKey {
	let record = RECORD;
	(&InterregionalGrantId { record, grantee }).into()
}

/// A forwarded grant with an end, a delivered one and a revoked one, then a change by hand: what is
/// reported?
fn broken(break_it: impl FnOnce()) -> &'static str {
	new_test_ext().execute_with(|| {
		assert_ok!(NewGrant::to(delivered()).by_patient());
		let provider = signed(PROVIDER_ACCOUNT);
		assert_ok!(Interregional::forward(provider, RECORD, delivered()));
		let about = About::Grant(key_of(delivered()).into());
		Interregional::on_answer(&about, 1, &Answer::Done);
		let revoked = remote_of(OTHER_REGION, "R00001");
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
fn the_record_and_the_grantee() {
	let no_record = broken(|| RecordTable::mutate(|table| table.clear()));
	assert_eq!(no_record, "the record of a grant does not exist");
	let here = broken(|| {
		let grant = grant_of(&grant_id());
		Grants::<Test>::insert(RECORD, remote_of(REGION, "B54321"), grant);
	});
	assert_eq!(here, "a grant is to a provider of this region");
}

#[test]
fn the_terms() {
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
		Grants::<Test>::mutate(RECORD, remote_of(OTHER_REGION, "R00001"), |grant| {
			grant.as_mut().unwrap().consortium_holds = ConsortiumHolds::UntilRevoked;
		});
	});
	assert_eq!(held, "the consortium may hold a revoked grant");
}

#[test]
fn the_wrapped_keys() {
	let misfit = "a grant and its wrapped key do not match";
	let lacking = broken(|| WrappedKeys::<Test>::remove(RECORD, delivered()));
	assert_eq!(lacking, misfit);
	let other = broken(|| WrappedKeys::<Test>::insert(RECORD, delivered(), wrapped(9, 1)));
	assert_eq!(other, misfit);
	let kept = broken(|| {
		let revoked = remote_of(OTHER_REGION, "R00001");
		WrappedKeys::<Test>::insert(RECORD, revoked, wrapped(2, 1));
	});
	assert_eq!(kept, misfit);
	let left_over = broken(|| WrappedKeys::<Test>::insert(9, remote(), wrapped(2, 1)));
	assert_eq!(left_over, "a wrapped key has no live grant");
}

#[test]
fn the_indices() {
	let listed = "the index of patients is wrong about a grant";
	let lacking = broken(|| GivenBy::<Test>::remove(PATIENT, key_of(delivered())));
	assert_eq!(lacking, listed);
	let left_over = broken(|| GivenBy::<Test>::insert(RELATIVE, key_of(delivered()), ()));
	assert_eq!(left_over, "an entry in the index of patients has no grant");

	let unanswered = "the index of unanswered grants is wrong about a grant";
	let lacking = broken(|| Unanswered::<Test>::remove(key_of(remote())));
	assert_eq!(lacking, unanswered);
	let answered = broken(|| Unanswered::<Test>::insert(key_of(delivered()), ()));
	assert_eq!(answered, unanswered);
	let left_over = broken(|| {
		Unanswered::<Test>::insert(key_of(remote_of(OTHER_REGION, "Z00001")), ());
	});
	assert_eq!(
		left_over,
		"an entry in the index of unanswered grants has no grant"
	);

	let expiry = |at| Expiry::new(at, &grant_id());
	let lacking = broken(|| Expiries::<Test>::remove(expiry(START + 10_000)));
	assert_eq!(lacking, "a grant's expiry is not in the index");
	let left_over = broken(|| Expiries::<Test>::insert(expiry(START + 1), ()));
	assert_eq!(left_over, "an expiry has no grant");
}

#[test]
fn the_counts() {
	for count in [0, 1, 3] {
		let found = broken(|| GrantCount::<Test>::insert(RECORD, count));
		assert_eq!(found, "the count of a record's grants is wrong");
	}
	let too_many = broken(|| MaxGrantsPerRecord::set(1));
	assert_eq!(too_many, "a record has too many grants");
}

fn deadline(sequence: u64) -> Deadline {
	Deadline {
		at: (START + WAIT).to_be_bytes(),
		grant: key_of(remote()),
		sequence,
	}
}

#[test]
fn what_is_in_flight() {
	let lacking = broken(|| Deadlines::<Test>::remove(deadline(1)));
	assert_eq!(
		lacking,
		"a delivery that waits for its answer is not in flight"
	);
	let miscounted = "the count of deliveries in flight is wrong";
	for count in [0, 2] {
		assert_eq!(broken(|| InFlight::<Test>::put(count)), miscounted);
	}
	for sequence in [0, 2] {
		let found = broken(|| Deadlines::<Test>::insert(deadline(sequence), ()));
		assert_eq!(
			found,
			"a deadline has a sequence number that its grant never had"
		);
	}
	let of_none = broken(|| {
		let grant = key_of(remote_of(OTHER_REGION, "Z00001"));
		Deadlines::<Test>::insert(
			Deadline {
				grant,
				..deadline(1)
			},
			(),
		);
	});
	assert_eq!(of_none, "a deadline has no grant");
	let too_many = broken(|| MaxInFlight::set(0));
	assert_eq!(too_many, "too many deliveries are in flight");
}

/// Left-over entries of the indices remove and tell nothing.
#[test]
fn a_sweep_ends_no_grant_for_a_left_over_expiry() {
	new_test_ext().execute_with(|| {
		assert_ok!(NewGrant::until(START + 10).by_patient());
		let left_over = Expiry::new(START + 1, &grant_id());
		Expiries::<Test>::insert(left_over, ());
		Now::set(START + 5);
		let mut meter = frame_support::weights::WeightMeter::new();
		Interregional::do_sweep(&mut meter);
		assert_eq!(grant_of(&grant_id()).state, StoredState::Granted);
		assert_ok!(Interregional::do_try_state());
	});
}
