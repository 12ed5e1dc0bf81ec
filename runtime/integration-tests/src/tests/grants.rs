//! Process 4: a provider reads a record of another region, until the grant ends.

use pallet_crossing::Event;
use salus_primitives::{
	views::AuthorView, Answer, Cause, InterregionalState, ProfessionalName, Reason, Withheld,
};
use salus_regional_runtime as regional;
use salus_runtime_common::constants::HOUR;

use crate::{
	authorities::{reinstate, suspend},
	members::{fixture, withheld, DOCUMENT, NAME},
	messages::consortium_state,
	network::{pass_time, settle_messages, Chain, Consortium, OtherRegion, Region, REGION},
};

/// Each step is on the chain where it happens.
#[test]
fn a_provider_of_another_region_can_read_a_granted_record() {
	let fixture = fixture();
	fixture.grant();
	assert_eq!(fixture.state(), InterregionalState::Granted);
	assert!(fixture.incoming_grants().is_empty());

	fixture.forward();
	// The consortium has the grant, and has not answered yet.
	assert_eq!(fixture.state(), InterregionalState::Forwarded);
	assert_eq!(fixture.read(), (NAME.into(), DOCUMENT.to_vec()));

	Consortium::empty_block();
	assert_eq!(fixture.state(), InterregionalState::Delivered);
	let [grant] = fixture
		.incoming_grants()
		.try_into()
		.expect("one grant is readable");
	assert_eq!((grant.region, grant.record), (REGION, fixture.record));
	assert_eq!(grant.account, Some(fixture.author.keys.account()));
	assert_eq!(grant.patient, fixture.patient.id);
	// The author is not enlisted, so the directory does not contain its standing.
	let author = AuthorView::Provider {
		id: fixture.author.remote.id,
		number: fixture.author.number.clone(),
		name: ProfessionalName::parse("Dr. A12345").expect("is valid"),
		standing: None,
	};
	assert_eq!(grant.author, author);
	assert_eq!(fixture.read(), (NAME.into(), DOCUMENT.to_vec()));
	// The reader's region stores nothing of it.
	OtherRegion::read(|| {
		assert_eq!(
			pallet_interregional::Grants::<regional::Runtime>::iter().count(),
			0
		);
		assert_eq!(pallet_emr::NextId::<regional::Runtime>::get(), 0);
	});
}

#[test]
fn a_revocation_removes_the_wrapped_key_from_the_consortium_and_is_confirmed() {
	let fixture = fixture();
	fixture.deliver();
	let [grant] = fixture
		.incoming_grants()
		.try_into()
		.expect("one grant is readable");
	let wrapped = grant.wrapped_key.expect("the key was asked for");
	let key = wrapped.ciphertext().to_vec();
	let holds_key = || {
		let state = consortium_state();
		state
			.iter()
			.any(|(_, value)| value.windows(key.len()).any(|bytes| bytes == key))
	};
	assert!(holds_key());

	fixture.revoke();
	assert_eq!(fixture.state(), InterregionalState::Revoking);
	assert!(fixture.incoming_grants().is_empty());
	assert!(!holds_key());
	Consortium::empty_block();
	assert_eq!(fixture.state(), InterregionalState::Revoked);
	// A new grant has a higher sequence number and is readable.
	fixture.deliver();
	assert_eq!(fixture.read().1, DOCUMENT);
}

/// Each answer belongs to one of the two grants.
#[test]
fn revoking_one_of_two_grants_leaves_the_other() {
	let mut fixture = fixture();
	let document = b"Radiology: nothing found";
	let second =
		fixture
			.author
			.write_record::<Region>(fixture.patient.id, document, &mut fixture.ipfs);
	fixture.deliver();
	let shown = fixture.reader.keys.fingerprint();
	let to = fixture.reader.remote.clone();
	fixture
		.patient
		.grant::<Region>(second, &to, &shown, None, &fixture.ipfs);
	fixture.author.forward::<Region>(second, &to);
	Consortium::empty_block();
	let grants = fixture.incoming_grants();
	let records: Vec<_> = grants.iter().map(|grant| grant.record).collect();
	assert_eq!(records, [second, fixture.record]);
	assert_eq!(fixture.reader.read(&grants[0], &fixture.ipfs).1, document);

	fixture.revoke();
	Consortium::empty_block();
	let left: Vec<_> = fixture
		.incoming_grants()
		.iter()
		.map(|grant| grant.record)
		.collect();
	assert_eq!(left, [second]);
	assert_eq!(fixture.state(), InterregionalState::Revoked);
}

#[test]
fn while_a_reader_is_suspended_its_grants_are_withheld_and_new_ones_refused() {
	let fixture = fixture();
	fixture.deliver();
	suspend::<OtherRegion>(&fixture.reader.remote);
	settle_messages();
	assert!(fixture.incoming_grants().is_empty());
	let reason = || withheld(REGION, fixture.record, &fixture.reader.remote);
	assert_eq!(reason(), Some(Withheld::GranteeSuspended));

	// The consortium accepts a revocation meanwhile, and refuses a new grant.
	fixture.revoke();
	Consortium::empty_block();
	assert_eq!(fixture.state(), InterregionalState::Revoked);
	fixture.grant();
	fixture.forward();
	Consortium::empty_block();
	let suspended = Cause::Reason(Reason::GranteeSuspended);
	assert_eq!(fixture.state(), InterregionalState::Refused(suspended));

	reinstate::<OtherRegion>(&fixture.reader.remote);
	settle_messages();
	// The revoked grant stays revoked.
	assert!(fixture.incoming_grants().is_empty());
	fixture.forward();
	Consortium::empty_block();
	assert_eq!(fixture.state(), InterregionalState::Delivered);
	assert_eq!(fixture.read().1, DOCUMENT);
}

#[test]
fn a_reinstated_reader_can_read_its_grants_again() {
	let fixture = fixture();
	fixture.deliver();
	suspend::<OtherRegion>(&fixture.reader.remote);
	settle_messages();
	assert!(fixture.incoming_grants().is_empty());
	reinstate::<OtherRegion>(&fixture.reader.remote);
	settle_messages();
	assert_eq!(fixture.read().1, DOCUMENT);
	assert_eq!(
		withheld(REGION, fixture.record, &fixture.reader.remote),
		None
	);
}

#[test]
fn the_records_of_a_suspended_author_are_withheld_if_it_is_enlisted() {
	let fixture = fixture();
	fixture.author.enlist::<Region>();
	Consortium::empty_block();
	fixture.deliver();
	suspend::<Region>(&fixture.author.remote);
	assert!(fixture.incoming_grants().is_empty());
	let reason = withheld(REGION, fixture.record, &fixture.reader.remote);
	assert_eq!(reason, Some(Withheld::AuthorSuspended));
	reinstate::<Region>(&fixture.author.remote);
	assert_eq!(fixture.read().1, DOCUMENT);
}

#[test]
fn a_grant_expires_on_both_chains() {
	let fixture = fixture();
	let now = Region::read(regional::Timestamp::get);
	fixture.grant_until(Some(now + HOUR));
	fixture.forward();
	Consortium::empty_block();
	assert_eq!(fixture.read().1, DOCUMENT);
	let entries = consortium_state().len();
	pass_time(HOUR);
	Consortium::empty_block();
	assert!(fixture.incoming_grants().is_empty());
	// Its entries are removed.
	assert!(consortium_state().len() < entries);
	Region::empty_block();
	Region::read(|| {
		assert_eq!(
			pallet_interregional::WrappedKeys::<regional::Runtime>::iter().count(),
			0
		);
	});
}

#[test]
fn the_consortium_answers_each_message_once() {
	let fixture = fixture();
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
	fixture.grant();
	fixture.forward();
	assert!(answers().is_empty());
	Consortium::empty_block();
	assert_eq!(answers(), [(1, Answer::Done)]);
	Consortium::empty_block();
	Consortium::empty_block();
	assert_eq!(answers(), [(1, Answer::Done)]);
}

/// The wrapped key must be for the key version in the directory.
#[test]
fn a_grant_with_a_stale_key_version_is_refused() {
	let mut fixture = fixture();
	fixture.grant();
	fixture.reader.rotate_key::<OtherRegion>(3);
	fixture.forward();
	Consortium::empty_block();
	let stale = Cause::Reason(Reason::StaleKeyVersion);
	assert_eq!(fixture.state(), InterregionalState::Refused(stale));
	assert!(fixture.incoming_grants().is_empty());
	// With the current key it is delivered.
	fixture.deliver();
	assert_eq!(fixture.read().1, DOCUMENT);
}

/// The reader uses the old key.
#[test]
fn a_delivered_grant_stays_readable_after_a_key_rotation() {
	let mut fixture = fixture();
	fixture.deliver();
	fixture.reader.rotate_key::<OtherRegion>(3);
	Consortium::empty_block();
	assert_eq!(fixture.read().1, DOCUMENT);
}
