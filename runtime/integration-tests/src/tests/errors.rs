//! What cannot be sent, and what is not answered in time.

use frame_support::assert_noop;
use pallet_interregional::Error;
use salus_primitives::{Cause, InterregionalState, Reason, SendError};
use salus_regional_runtime::Runtime;
use salus_runtime_common::constants::ANSWER_TIME;

use crate::{
	authorities::{admit, expel},
	members::{cast, DOCUMENT},
	network::{
		pass, settle, without_channels_to, Chain, Consortium, Region, CONSORTIUM, OTHER, REGION,
	},
};

/// The call's own error says so, and the grant stays where it was.
#[test]
fn without_a_channel_forwarding_fails_and_changes_nothing() {
	let cast = cast();
	cast.grant();
	let to = &cast.reader.remote;
	without_channels_to(CONSORTIUM, || {
		Region::block(|| {
			assert_noop!(
				cast.author.try_forward(cast.record, to),
				Error::<Runtime>::NotSent(SendError::NotConnected)
			);
		});
	});
	assert_eq!(cast.state(), InterregionalState::Granted);
	assert!(cast.handed().is_empty());
	// The channel was the only thing in the way.
	cast.forward();
	Consortium::idle();
	assert_eq!(cast.state(), InterregionalState::Delivered);
}

#[test]
fn without_a_channel_revoking_fails_and_changes_nothing() {
	let cast = cast();
	cast.deliver();
	let to = &cast.reader.remote;
	without_channels_to(CONSORTIUM, || {
		Region::block(|| {
			assert_noop!(
				cast.patient.try_revoke(cast.record, to),
				Error::<Runtime>::NotSent(SendError::NotConnected)
			);
		});
	});
	assert_eq!(cast.state(), InterregionalState::Delivered);
	cast.revoke();
	Consortium::idle();
	assert_eq!(cast.state(), InterregionalState::Revoked);
}

/// What was never sent needs no channel to be taken back.
#[test]
fn without_a_channel_what_was_never_sent_is_revoked() {
	let cast = cast();
	cast.grant();
	without_channels_to(CONSORTIUM, || cast.revoke());
	assert_eq!(cast.state(), InterregionalState::Revoked);
}

#[test]
fn an_answer_that_comes_late_is_taken() {
	let cast = cast();
	cast.grant();
	cast.forward();
	pass(ANSWER_TIME);
	Region::idle();
	assert_eq!(cast.state(), InterregionalState::Overdue);
	// The consortium's next block brings the answer.
	Consortium::idle();
	assert_eq!(cast.state(), InterregionalState::Delivered);
	assert_eq!(cast.read().1, DOCUMENT);
}

/// Forwarding again is safe: the consortium takes the same word twice, and so does the region its
/// answer.
#[test]
fn what_is_overdue_is_forwarded_again() {
	let cast = cast();
	cast.grant();
	cast.forward();
	pass(ANSWER_TIME);
	Region::idle();
	assert_eq!(cast.state(), InterregionalState::Overdue);
	cast.forward();
	assert_eq!(cast.state(), InterregionalState::Forwarded);
	// Both are answered now.
	Consortium::idle();
	assert_eq!(cast.state(), InterregionalState::Delivered);
	assert_eq!(cast.handed().len(), 1);
	Consortium::idle();
	assert_eq!(cast.state(), InterregionalState::Delivered);
}

/// A late answer to the delivery does not revive what was revoked since.
#[test]
fn a_late_answer_to_what_was_revoked_since_is_ignored() {
	let cast = cast();
	cast.grant();
	cast.forward();
	pass(ANSWER_TIME);
	cast.revoke();
	assert_eq!(cast.state(), InterregionalState::Revoking);
	// Answers to both come in the order of sending.
	Consortium::idle();
	assert_eq!(cast.state(), InterregionalState::Revoked);
	assert!(cast.handed().is_empty());
}

/// It is told why; once the region is in again, forwarding again helps.
#[test]
fn an_expelled_region_s_grant_is_refused_until_it_is_in_again() {
	let cast = cast();
	cast.grant();
	expel(REGION);
	cast.forward();
	settle();
	let expelled = Cause::Reason(Reason::NotARegion);
	assert_eq!(cast.state(), InterregionalState::Refused(expelled));
	admit(REGION);
	assert!(cast.handed().is_empty());
	cast.forward();
	settle();
	assert_eq!(cast.state(), InterregionalState::Delivered);
}

#[test]
fn an_expelled_region_s_records_are_withheld_until_it_is_in_again() {
	let cast = cast();
	cast.deliver();
	expel(REGION);
	assert!(cast.handed().is_empty());
	admit(REGION);
	assert_eq!(cast.read().1, DOCUMENT);
}

#[test]
fn a_grant_to_an_expelled_region_s_provider_is_refused() {
	let cast = cast();
	cast.grant();
	expel(OTHER);
	cast.forward();
	Consortium::idle();
	let expelled = Cause::Reason(Reason::GranteeRegionExpelled);
	assert_eq!(cast.state(), InterregionalState::Refused(expelled));
	admit(OTHER);
	cast.forward();
	settle();
	assert_eq!(cast.state(), InterregionalState::Delivered);
}

/// What takes away is taken from a region that was expelled too: it does not come back with it.
#[test]
fn what_an_expelled_region_revokes_does_not_come_back() {
	let cast = cast();
	cast.deliver();
	expel(REGION);
	cast.revoke();
	settle();
	assert_eq!(cast.state(), InterregionalState::Revoked);
	admit(REGION);
	assert!(cast.handed().is_empty());
}
