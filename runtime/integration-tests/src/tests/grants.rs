//! Process 4: a record of one region read by a provider of another, and the end of that.

use pallet_crossing::Event;
use salus_primitives::{Answer, Cause, InterregionalState, Reason, Withheld};
use salus_regional_runtime as regional;
use salus_runtime_common::constants::HOUR;

use crate::{
	authorities::{reinstate, suspend},
	members::{cast, withheld, DOCUMENT, NAME},
	messages::held_by_consortium,
	network::{pass, settle, Chain, Consortium, Other, Region, REGION},
};

/// From the patient's grant to the document on the reader's screen, each step on the chain where it
/// happens.
#[test]
fn a_provider_of_another_region_reads_the_bytes_that_the_author_stored() {
	let cast = cast();
	cast.grant();
	assert_eq!(cast.state(), InterregionalState::Granted);
	assert!(cast.handed().is_empty());

	cast.forward();
	// The consortium has it; its answer is under way.
	assert_eq!(cast.state(), InterregionalState::Forwarded);
	assert_eq!(cast.read(), (NAME.into(), DOCUMENT.to_vec()));

	Consortium::idle();
	assert_eq!(cast.state(), InterregionalState::Delivered);
	let [grant] = cast.handed().try_into().expect("one grant is handed out");
	assert_eq!((grant.region, grant.record), (REGION, cast.record));
	assert_eq!(grant.author, cast.author.number);
	assert_eq!(grant.account, cast.author.holder.account());
	assert_eq!(grant.patient, cast.patient.id);
	// The author is not enlisted, so the directory does not know how it stands.
	assert_eq!(grant.author_standing, None);
	assert_eq!(cast.read(), (NAME.into(), DOCUMENT.to_vec()));
	// Neither region's ledger nor the reader's holds anything of it but the record's.
	Other::read(|| {
		assert_eq!(
			pallet_interregional::Grants::<regional::Runtime>::iter().count(),
			0
		);
		assert_eq!(pallet_emr::NextId::<regional::Runtime>::get(), 0);
	});
}

#[test]
fn a_revocation_takes_the_wrapped_key_out_of_the_consortium_and_is_confirmed() {
	let cast = cast();
	cast.deliver();
	let [grant] = cast.handed().try_into().expect("one grant is handed out");
	let key = grant.wrapped_key.ciphertext().to_vec();
	let holds_key = || {
		let state = held_by_consortium();
		state
			.iter()
			.any(|(_, value)| value.windows(key.len()).any(|bytes| bytes == key))
	};
	assert!(holds_key());

	cast.revoke();
	assert_eq!(cast.state(), InterregionalState::Revoking);
	assert!(cast.handed().is_empty());
	assert!(!holds_key());
	Consortium::idle();
	assert_eq!(cast.state(), InterregionalState::Revoked);
	// Granted again, it is read again: under a later number.
	cast.deliver();
	assert_eq!(cast.read().1, DOCUMENT);
}

/// The answers' ids tell apart what the consortium says of two records.
#[test]
fn two_records_are_granted_and_one_is_revoked() {
	let mut cast = cast();
	let document = b"Radiology: nothing found";
	let second = cast
		.author
		.write_record::<Region>(cast.patient.id, document, &mut cast.ipfs);
	cast.deliver();
	let shown = cast.reader.holder.fingerprint();
	let to = cast.reader.remote.clone();
	cast.patient
		.grant::<Region>(second, &to, &shown, None, &cast.ipfs);
	cast.author.forward::<Region>(second, &to);
	Consortium::idle();
	let grants = cast.handed();
	let records: Vec<_> = grants.iter().map(|grant| grant.record).collect();
	assert_eq!(records, [cast.record, second]);
	assert_eq!(cast.reader.read(&grants[1], &cast.ipfs).1, document);

	cast.revoke();
	Consortium::idle();
	let left: Vec<_> = cast.handed().iter().map(|grant| grant.record).collect();
	assert_eq!(left, [second]);
	assert_eq!(cast.state(), InterregionalState::Revoked);
}

#[test]
fn what_is_granted_while_suspended_waits_and_what_is_delivered_is_withheld() {
	let cast = cast();
	cast.deliver();
	suspend::<Other>(&cast.reader.number);
	settle();
	assert!(cast.handed().is_empty());
	let why = || withheld(REGION, cast.record, &cast.reader.remote);
	assert_eq!(why(), Some(Withheld::GranteeSuspended));

	// A revocation is taken meanwhile; a new grant is not.
	cast.revoke();
	Consortium::idle();
	assert_eq!(cast.state(), InterregionalState::Revoked);
	cast.grant();
	cast.forward();
	Consortium::idle();
	let suspended = Cause::Reason(Reason::GranteeSuspended);
	assert_eq!(cast.state(), InterregionalState::Refused(suspended));

	reinstate::<Other>(&cast.reader.number);
	settle();
	// What was revoked meanwhile stays so.
	assert!(cast.handed().is_empty());
	cast.forward();
	Consortium::idle();
	assert_eq!(cast.state(), InterregionalState::Delivered);
	assert_eq!(cast.read().1, DOCUMENT);
}

#[test]
fn a_suspended_reader_is_handed_its_grants_again_when_reinstated() {
	let cast = cast();
	cast.deliver();
	suspend::<Other>(&cast.reader.number);
	settle();
	assert!(cast.handed().is_empty());
	reinstate::<Other>(&cast.reader.number);
	settle();
	assert_eq!(cast.read().1, DOCUMENT);
	assert_eq!(withheld(REGION, cast.record, &cast.reader.remote), None);
}

#[test]
fn a_suspended_author_s_records_are_withheld_if_the_directory_knows_it() {
	let cast = cast();
	cast.author.enlist::<Region>();
	Consortium::idle();
	cast.deliver();
	suspend::<Region>(&cast.author.number);
	assert!(cast.handed().is_empty());
	let why = withheld(REGION, cast.record, &cast.reader.remote);
	assert_eq!(why, Some(Withheld::AuthorSuspended));
	reinstate::<Region>(&cast.author.number);
	assert_eq!(cast.read().1, DOCUMENT);
}

#[test]
fn a_grant_ends_by_itself_on_both_chains() {
	let cast = cast();
	let now = Region::read(regional::Timestamp::get);
	cast.grant_until(Some(now + HOUR));
	cast.forward();
	Consortium::idle();
	assert_eq!(cast.read().1, DOCUMENT);
	let held = held_by_consortium().len();
	pass(HOUR);
	Consortium::idle();
	assert!(cast.handed().is_empty());
	// It is swept too.
	assert!(held_by_consortium().len() < held);
	Region::idle();
	Region::read(|| {
		assert_eq!(
			pallet_interregional::WrappedKeys::<regional::Runtime>::iter().count(),
			0
		);
	});
}

/// The consortium answers each message once, and the region tells what it is about.
#[test]
fn every_message_is_answered_once() {
	let cast = cast();
	let answers = || {
		Region::read(|| {
			regional::System::read_events_for_pallet::<Event<regional::Runtime>>()
				.into_iter()
				.filter_map(|event| match event {
					Event::Answered {
						sequence, answer, ..
					} => Some((sequence, answer)),
					_ => None,
				})
				.collect::<Vec<_>>()
		})
	};
	cast.grant();
	cast.forward();
	assert!(answers().is_empty());
	Consortium::idle();
	assert_eq!(answers(), [(1, Answer::Done)]);
	Consortium::idle();
	Consortium::idle();
	assert_eq!(answers(), [(1, Answer::Done)]);
}

/// The version of the directory's key is what the wrapped key must be for, and the refusal names it.
#[test]
fn a_key_wrapped_for_an_old_version_is_refused() {
	let mut cast = cast();
	cast.grant();
	cast.reader.rotate_key::<Other>(3);
	cast.forward();
	Consortium::idle();
	let stale = Cause::Reason(Reason::StaleKeyVersion);
	assert_eq!(cast.state(), InterregionalState::Refused(stale));
	assert!(cast.handed().is_empty());
	// With the current key it is taken.
	cast.deliver();
	assert_eq!(cast.read().1, DOCUMENT);
}

/// What was delivered before stays readable with the old key.
#[test]
fn a_rotation_leaves_what_was_delivered_readable() {
	let mut cast = cast();
	cast.deliver();
	cast.reader.rotate_key::<Other>(3);
	Consortium::idle();
	assert_eq!(cast.read().1, DOCUMENT);
}
