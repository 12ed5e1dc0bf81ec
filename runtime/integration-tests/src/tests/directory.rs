//! The directory: which providers are in it, and how a region's changes reach it.

use salus_envelope::fingerprint;
use salus_primitives::{Cause, EnlistmentState, InterregionalState, Reason, Standing};
use salus_runtime_common::constants::ANSWER_TIME;

use crate::{
	authorities::{admit, admit_both_regions, reinstate, suspend},
	members::{
		directory_entry, fixture, fixture_without_enlistment, grant_state, verify_provider,
		MemberKeys,
	},
	network::{
		pass_time, start_network, without_channel_to, Chain, Consortium, OtherRegion, Region,
		CONSORTIUM, OTHER_REGION,
	},
};

#[test]
fn the_directory_contains_an_enlisted_provider_with_its_key() {
	let fixture = fixture();
	let entry = directory_entry(&fixture.reader.remote).expect("the provider is enlisted");
	assert_eq!(entry.account, fixture.reader.keys.account());
	assert_eq!(entry.standing, Standing::Verified);
	assert_eq!(entry.name.as_str(), "Dr. B12345");
	let shown = fixture.reader.keys.fingerprint();
	assert_eq!(fingerprint(entry.key.key.as_bytes()), shown);
	// The author is not enlisted.
	assert!(directory_entry(&fixture.author.remote).is_none());
}

#[test]
fn a_new_key_reaches_the_directory() {
	let mut fixture = fixture();
	let before = directory_entry(&fixture.reader.remote).expect("the provider is enlisted");
	fixture.reader.rotate_key::<OtherRegion>(3);
	let after = directory_entry(&fixture.reader.remote).expect("the provider is enlisted");
	assert_eq!((before.key.version, after.key.version), (0, 1));
	let shown = fixture.reader.keys.fingerprint();
	assert_eq!(fingerprint(after.key.key.as_bytes()), shown);
	assert_ne!(fingerprint(before.key.key.as_bytes()), shown);
	assert!(after.sequence > before.sequence);
	Consortium::empty_block();
	let enlistment = fixture.reader.enlistment::<OtherRegion>();
	assert_eq!(enlistment.state, EnlistmentState::Enlisted);
	assert_eq!(enlistment.enlisted, Some(after.sequence));
}

#[test]
fn a_change_of_standing_reaches_the_directory() {
	let fixture = fixture();
	let standing = || {
		directory_entry(&fixture.reader.remote)
			.expect("the provider is enlisted")
			.standing
	};
	suspend::<OtherRegion>(&fixture.reader.remote);
	assert_eq!(standing(), Standing::Suspended);
	reinstate::<OtherRegion>(&fixture.reader.remote);
	assert_eq!(standing(), Standing::Verified);
}

#[test]
fn the_directory_gets_no_change_of_a_provider_that_is_not_enlisted() {
	start_network();
	admit_both_regions();
	let fixture = fixture_without_enlistment();
	suspend::<OtherRegion>(&fixture.reader.remote);
	reinstate::<OtherRegion>(&fixture.reader.remote);
	OtherRegion::empty_block();
	assert!(directory_entry(&fixture.reader.remote).is_none());
}

/// The votes succeed, and the outbox retries.
#[test]
fn a_suspension_without_a_channel_is_sent_when_the_channel_is_open_again() {
	let fixture = fixture();
	fixture.deliver();
	without_channel_to(CONSORTIUM, || {
		suspend::<OtherRegion>(&fixture.reader.remote);
		Consortium::empty_block();
	});
	assert_eq!(fixture.incoming_grants().len(), 1);
	assert_eq!(
		fixture.reader.enlistment::<OtherRegion>().state,
		EnlistmentState::Waiting
	);
	pass_time(ANSWER_TIME);
	OtherRegion::empty_block();
	assert!(fixture.incoming_grants().is_empty());
	Consortium::empty_block();
	assert_eq!(
		fixture.reader.enlistment::<OtherRegion>().state,
		EnlistmentState::Enlisted
	);
}

/// The consortium's barrier drops the messages of a region that was never admitted, without an
/// answer. The region retries, and succeeds once it is admitted.
#[test]
fn an_enlistment_before_admission_is_retried_and_succeeds_after_it() {
	start_network();
	let fixture = fixture_without_enlistment();
	fixture.reader.enlist::<OtherRegion>();
	Consortium::empty_block();
	assert!(directory_entry(&fixture.reader.remote).is_none());
	assert_eq!(
		fixture.reader.enlistment::<OtherRegion>().state,
		EnlistmentState::Sent
	);
	admit(OTHER_REGION);
	pass_time(ANSWER_TIME);
	// One block to stop waiting, one to send again.
	OtherRegion::empty_block();
	OtherRegion::empty_block();
	Consortium::empty_block();
	assert_eq!(
		fixture.reader.enlistment::<OtherRegion>().state,
		EnlistmentState::Enlisted
	);
	assert!(directory_entry(&fixture.reader.remote).is_some());
}

/// The patient has the key from the provider itself, since the directory does not contain it.
#[test]
fn a_grant_to_a_provider_that_is_not_enlisted_is_refused() {
	let fixture = fixture();
	let not_enlisted = verify_provider::<OtherRegion>(MemberKeys::new(4), "C12345");
	let (record, to) = (fixture.record, &not_enlisted.remote);
	let key = not_enlisted.keys.public_key();
	fixture
		.patient
		.grant_with_key::<Region>(record, to, key, None, &fixture.ipfs);
	fixture.author.forward::<Region>(record, to);
	Consortium::empty_block();
	let unknown = Cause::Reason(Reason::GranteeUnknown);
	assert_eq!(
		grant_state::<Region>(record, to),
		InterregionalState::Refused(unknown)
	);
	// Once it is enlisted, the same grant is delivered.
	not_enlisted.enlist::<OtherRegion>();
	fixture.author.forward::<Region>(record, to);
	Consortium::empty_block();
	assert_eq!(
		grant_state::<Region>(record, to),
		InterregionalState::Delivered
	);
}
