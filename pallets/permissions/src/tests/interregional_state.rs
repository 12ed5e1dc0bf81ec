//! A broken state of inter-regional grants is seen.

use frame_support::assert_ok;
use salus_primitives::{traits::OnAnswer, About, Answer, InterregionalGrantId, RemoteProvider};

use crate::{
	mock::*, Deadline, Deadlines, GivenBy, Held, InFlight, InterregionalCount,
	InterregionalExpiries, InterregionalExpiry, InterregionalGrant, InterregionalGrants,
	InterregionalKeys, OrderedGrantId, Stage, Unanswered,
};

/// A grantee whose grant is delivered, and has an end.
fn delivered() -> RemoteProvider {
	remote_of(OTHER_REGION, "D00001")
}

fn key_of(grantee: RemoteProvider) -> OrderedGrantId {
	let record = RECORD;
	(&InterregionalGrantId { record, grantee }).into()
}

/// A forwarded grant with an end, a delivered one and a revoked one, then a change by hand: what is
/// reported?
fn broken(break_it: impl FnOnce()) -> &'static str {
	new_test_ext().execute_with(|| {
		assert_ok!(NewInterregional::to(delivered()).by_patient());
		let provider = signed(PROVIDER_ACCOUNT);
		assert_ok!(Permissions::forward(provider, RECORD, delivered()));
		let about = About::Grant(key_of(delivered()).into());
		Permissions::on_answer(&about, 1, &Answer::Done);
		let revoked = remote_of(OTHER_REGION, "R00001");
		assert_ok!(NewInterregional::to(revoked.clone()).by_patient());
		let patient = signed(PATIENT_ACCOUNT);
		assert_ok!(Permissions::revoke_interregional(patient, RECORD, revoked));
		assert_ok!(NewInterregional::until(START + 10_000).by_patient());
		assert_ok!(forward());
		assert_ok!(Permissions::do_try_state());
		break_it();
		Permissions::do_try_state().unwrap_err().into()
	})
}

fn change(with: impl FnOnce(&mut InterregionalGrant)) {
	InterregionalGrants::<Test>::mutate(RECORD, remote(), |grant| with(grant.as_mut().unwrap()));
}

fn change_delivered(with: impl FnOnce(&mut InterregionalGrant)) {
	InterregionalGrants::<Test>::mutate(RECORD, delivered(), |grant| with(grant.as_mut().unwrap()));
}

#[test]
fn the_record_and_the_grantee() {
	let no_record = broken(|| RecordTable::mutate(|table| table.clear()));
	assert_eq!(no_record, "an inter-regional grant is of no record");
	let here = broken(|| {
		let grant = grant_of(&grant_id());
		InterregionalGrants::<Test>::insert(RECORD, remote_of(REGION, "B54321"), grant);
	});
	assert_eq!(
		here,
		"an inter-regional grant is to a provider of this region"
	);
}

#[test]
fn the_terms() {
	let unnumbered = broken(|| change_delivered(|grant| grant.sequence = 0));
	assert_eq!(unnumbered, "an inter-regional grant has no sequence number");
	let unsent = broken(|| change_delivered(|grant| grant.message = None));
	assert_eq!(unsent, "an inter-regional grant was sent without a message");
	let ended = broken(|| change(|grant| grant.granted_at = START + 10_000));
	assert_eq!(ended, "an inter-regional grant expired before it was given");
	let outlived = broken(|| change(|grant| grant.held = Held::Unended));
	assert_eq!(
		outlived,
		"an inter-regional grant ends before what the consortium may hold"
	);
	let outlived = broken(|| change(|grant| grant.held = Held::Until(START + 10_001)));
	assert_eq!(
		outlived,
		"an inter-regional grant ends before what the consortium may hold"
	);
	let held = broken(|| {
		InterregionalGrants::<Test>::mutate(RECORD, remote_of(OTHER_REGION, "R00001"), |grant| {
			grant.as_mut().unwrap().held = Held::Unended;
		});
	});
	assert_eq!(held, "the consortium may hold a grant that is revoked");
}

#[test]
fn the_wrapped_keys() {
	let misfit = "an inter-regional grant's wrapped key is not what it says";
	let lacking = broken(|| InterregionalKeys::<Test>::remove(RECORD, delivered()));
	assert_eq!(lacking, misfit);
	let other = broken(|| InterregionalKeys::<Test>::insert(RECORD, delivered(), wrapped(9, 1)));
	assert_eq!(other, misfit);
	let kept = broken(|| {
		let revoked = remote_of(OTHER_REGION, "R00001");
		InterregionalKeys::<Test>::insert(RECORD, revoked, wrapped(2, 1));
	});
	assert_eq!(kept, misfit);
	let left_over = broken(|| InterregionalKeys::<Test>::insert(9, remote(), wrapped(2, 1)));
	assert_eq!(
		left_over,
		"a wrapped key has no inter-regional grant that lives"
	);
}

#[test]
fn the_indices() {
	let listed = "the index of patients is wrong about an inter-regional grant";
	let lacking = broken(|| GivenBy::<Test>::remove(PATIENT, key_of(delivered())));
	assert_eq!(lacking, listed);
	let left_over = broken(|| GivenBy::<Test>::insert(RELATIVE, key_of(delivered()), ()));
	assert_eq!(
		left_over,
		"an entry of a patient has no inter-regional grant"
	);

	let unanswered = "the index of those unanswered is wrong about an inter-regional grant";
	let lacking = broken(|| Unanswered::<Test>::remove(key_of(remote())));
	assert_eq!(lacking, unanswered);
	let answered = broken(|| Unanswered::<Test>::insert(key_of(delivered()), ()));
	assert_eq!(answered, unanswered);
	let left_over = broken(|| {
		Unanswered::<Test>::insert(key_of(remote_of(OTHER_REGION, "Z00001")), ());
	});
	assert_eq!(
		left_over,
		"an entry of those unanswered has no inter-regional grant"
	);

	let expiry = |at| InterregionalExpiry::new(at, &grant_id());
	let lacking = broken(|| InterregionalExpiries::<Test>::remove(expiry(START + 10_000)));
	assert_eq!(
		lacking,
		"an inter-regional grant's expiry is not in the index"
	);
	let left_over = broken(|| InterregionalExpiries::<Test>::insert(expiry(START + 1), ()));
	assert_eq!(left_over, "an inter-regional expiry has no grant");
}

#[test]
fn the_counts() {
	for count in [0, 1, 3] {
		let found = broken(|| InterregionalCount::<Test>::insert(RECORD, count));
		assert_eq!(found, "a record's inter-regional grants are miscounted");
	}
	let too_many = broken(|| MaxGrantsPerRecord::set(1));
	assert_eq!(too_many, "a record has too many inter-regional grants");
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
		"a delivery whose answer is waited for is not in flight"
	);
	let miscounted = "the deliveries in flight are miscounted";
	for count in [0, 2] {
		assert_eq!(broken(|| InFlight::<Test>::put(count)), miscounted);
	}
	for sequence in [0, 2] {
		let found = broken(|| Deadlines::<Test>::insert(deadline(sequence), ()));
		assert_eq!(found, "a deadline has a sequence number that was not given");
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
	assert_eq!(of_none, "a deadline is of no inter-regional grant");
	let too_many = broken(|| MaxInFlight::set(0));
	assert_eq!(too_many, "too many deliveries are in flight");
}

/// Left-over entries of the indices remove and tell nothing.
#[test]
fn a_sweep_ends_no_grant_for_a_left_over_expiry() {
	new_test_ext().execute_with(|| {
		assert_ok!(NewInterregional::until(START + 10).by_patient());
		let left_over = InterregionalExpiry::new(START + 1, &grant_id());
		InterregionalExpiries::<Test>::insert(left_over, ());
		Now::set(START + 5);
		let mut meter = frame_support::weights::WeightMeter::new();
		Permissions::do_sweep(&mut meter);
		assert_eq!(grant_of(&grant_id()).stage, Stage::Granted);
		assert_ok!(Permissions::do_try_state());
	});
}
