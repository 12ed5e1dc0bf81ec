//! Calls that cannot be sent, and answers that do not come in time.

use frame_support::assert_noop;
use pallet_interregional::Error;
use salus_primitives::{Cause, InterregionalState, Reason};
use salus_regional_runtime::Runtime;
use salus_runtime_common::constants::ANSWER_TIME;

use crate::{
	authorities::{admit, expel},
	members::{fixture, DOCUMENT},
	network::{
		pass_time, settle_messages, without_channel_to, Chain, Consortium, Region, CONSORTIUM,
		OTHER_REGION, REGION,
	},
};

#[test]
fn forwarding_without_a_channel_fails_and_changes_nothing() {
	let fixture = fixture();
	fixture.grant();
	let to = &fixture.reader.remote;
	without_channel_to(CONSORTIUM, || {
		Region::block(|| {
			assert_noop!(
				fixture.author.try_forward(fixture.record, to),
				Error::<Runtime>::NotConnected
			);
		});
	});
	assert_eq!(fixture.state(), InterregionalState::Granted);
	assert!(fixture.incoming_grants().is_empty());
	// With a channel it succeeds.
	fixture.forward();
	Consortium::empty_block();
	assert_eq!(fixture.state(), InterregionalState::Delivered);
}

#[test]
fn revoking_without_a_channel_fails_and_changes_nothing() {
	let fixture = fixture();
	fixture.deliver();
	let to = &fixture.reader.remote;
	without_channel_to(CONSORTIUM, || {
		Region::block(|| {
			assert_noop!(
				fixture.patient.try_revoke(fixture.record, to),
				Error::<Runtime>::NotConnected
			);
		});
	});
	assert_eq!(fixture.state(), InterregionalState::Delivered);
	fixture.revoke();
	Consortium::empty_block();
	assert_eq!(fixture.state(), InterregionalState::Revoked);
}

/// The consortium knows nothing of it.
#[test]
fn a_grant_that_was_never_forwarded_can_be_revoked_without_a_channel() {
	let fixture = fixture();
	fixture.grant();
	without_channel_to(CONSORTIUM, || fixture.revoke());
	assert_eq!(fixture.state(), InterregionalState::Revoked);
}

#[test]
fn a_late_answer_is_accepted() {
	let fixture = fixture();
	fixture.grant();
	fixture.forward();
	pass_time(ANSWER_TIME);
	Region::empty_block();
	assert_eq!(fixture.state(), InterregionalState::Overdue);
	// The consortium's next block brings the answer.
	Consortium::empty_block();
	assert_eq!(fixture.state(), InterregionalState::Delivered);
	assert_eq!(fixture.read().1, DOCUMENT);
}

/// The consortium accepts the same grant twice, and the region accepts both answers.
#[test]
fn an_overdue_grant_can_be_forwarded_again() {
	let fixture = fixture();
	fixture.grant();
	fixture.forward();
	pass_time(ANSWER_TIME);
	Region::empty_block();
	assert_eq!(fixture.state(), InterregionalState::Overdue);
	fixture.forward();
	assert_eq!(fixture.state(), InterregionalState::Forwarded);
	// The consortium answers both.
	Consortium::empty_block();
	assert_eq!(fixture.state(), InterregionalState::Delivered);
	assert_eq!(fixture.incoming_grants().len(), 1);
	Consortium::empty_block();
	assert_eq!(fixture.state(), InterregionalState::Delivered);
}

#[test]
fn a_late_answer_does_not_revive_a_grant_that_was_revoked_since() {
	let fixture = fixture();
	fixture.grant();
	fixture.forward();
	pass_time(ANSWER_TIME);
	fixture.revoke();
	assert_eq!(fixture.state(), InterregionalState::Revoking);
	// The answers come in the order of sending.
	Consortium::empty_block();
	assert_eq!(fixture.state(), InterregionalState::Revoked);
	assert!(fixture.incoming_grants().is_empty());
}

/// The answer contains the reason. Forwarding again after the admission succeeds.
#[test]
fn a_grant_of_an_expelled_region_is_refused_until_it_is_admitted_again() {
	let fixture = fixture();
	fixture.grant();
	expel(REGION);
	fixture.forward();
	settle_messages();
	let expelled = Cause::Reason(Reason::NotARegion);
	assert_eq!(fixture.state(), InterregionalState::Refused(expelled));
	admit(REGION);
	assert!(fixture.incoming_grants().is_empty());
	fixture.forward();
	settle_messages();
	assert_eq!(fixture.state(), InterregionalState::Delivered);
}

#[test]
fn the_records_of_an_expelled_region_are_withheld_until_it_is_admitted_again() {
	let fixture = fixture();
	fixture.deliver();
	expel(REGION);
	assert!(fixture.incoming_grants().is_empty());
	admit(REGION);
	assert_eq!(fixture.read().1, DOCUMENT);
}

#[test]
fn a_grant_to_a_provider_of_an_expelled_region_is_refused() {
	let fixture = fixture();
	fixture.grant();
	expel(OTHER_REGION);
	fixture.forward();
	Consortium::empty_block();
	let expelled = Cause::Reason(Reason::GranteeRegionExpelled);
	assert_eq!(fixture.state(), InterregionalState::Refused(expelled));
	admit(OTHER_REGION);
	fixture.forward();
	settle_messages();
	assert_eq!(fixture.state(), InterregionalState::Delivered);
}

/// It stays revoked when the region is admitted again.
#[test]
fn an_expelled_region_can_still_revoke_a_grant() {
	let fixture = fixture();
	fixture.deliver();
	expel(REGION);
	fixture.revoke();
	settle_messages();
	assert_eq!(fixture.state(), InterregionalState::Revoked);
	admit(REGION);
	assert!(fixture.incoming_grants().is_empty());
}
