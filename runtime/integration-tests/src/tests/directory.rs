//! The directory: who enters it, and how what changes in a region reaches it by itself.

use salus_envelope::fingerprint;
use salus_primitives::{Cause, EnlistmentState, InterregionalState, Reason, Standing};
use salus_runtime_common::constants::ANSWER_TIME;

use crate::{
	authorities::{admit, admit_both, reinstate, suspend},
	members::{cast, directory, state_of, unenlisted, verify_provider, Holder},
	network::{
		pass, start, without_channels_to, Chain, Consortium, Other, Region, CONSORTIUM, OTHER,
	},
};

#[test]
fn an_enlisted_provider_stands_in_the_directory_with_its_key() {
	let cast = cast();
	let entry = directory(&cast.reader.remote).expect("it is enlisted");
	assert_eq!(entry.account, cast.reader.holder.account());
	assert_eq!(entry.standing, Standing::Verified);
	assert_eq!(entry.name.as_str(), "Dr. B12345");
	let shown = cast.reader.holder.fingerprint();
	assert_eq!(fingerprint(entry.key.key.as_bytes()), shown);
	// Nobody else does.
	assert!(directory(&cast.author.remote).is_none());
}

#[test]
fn a_new_key_reaches_the_directory_by_itself() {
	let mut cast = cast();
	let before = directory(&cast.reader.remote).expect("it is enlisted");
	cast.reader.rotate_key::<Other>(3);
	let after = directory(&cast.reader.remote).expect("it is enlisted");
	assert_eq!((before.key.version, after.key.version), (0, 1));
	let shown = cast.reader.holder.fingerprint();
	assert_eq!(fingerprint(after.key.key.as_bytes()), shown);
	assert_ne!(fingerprint(before.key.key.as_bytes()), shown);
	assert!(after.sequence > before.sequence);
	Consortium::idle();
	let enlistment = cast.reader.enlistment::<Other>();
	assert_eq!(enlistment.state, EnlistmentState::Enlisted);
	assert_eq!(enlistment.enlisted, Some(after.sequence));
}

#[test]
fn a_provider_s_standing_reaches_the_directory_by_itself() {
	let cast = cast();
	let standing = || {
		directory(&cast.reader.remote)
			.expect("it is enlisted")
			.standing
	};
	suspend::<Other>(&cast.reader.number);
	assert_eq!(standing(), Standing::Suspended);
	reinstate::<Other>(&cast.reader.number);
	assert_eq!(standing(), Standing::Verified);
}

/// A provider that is not enlisted changes nothing there.
#[test]
fn nothing_is_told_of_a_provider_that_never_asked() {
	start();
	admit_both();
	let cast = unenlisted();
	suspend::<Other>(&cast.reader.number);
	reinstate::<Other>(&cast.reader.number);
	Other::idle();
	assert!(directory(&cast.reader.remote).is_none());
}

/// A suspension that cannot be sent is sent when it can be: nothing is lost, and no call fails.
#[test]
fn a_suspension_is_sent_when_the_channel_is_back() {
	let cast = cast();
	cast.deliver();
	without_channels_to(CONSORTIUM, || {
		suspend::<Other>(&cast.reader.number);
		Consortium::idle();
	});
	assert_eq!(cast.handed().len(), 1);
	assert_eq!(
		cast.reader.enlistment::<Other>().state,
		EnlistmentState::Waiting
	);
	pass(ANSWER_TIME);
	Other::idle();
	assert!(cast.handed().is_empty());
	Consortium::idle();
	assert_eq!(
		cast.reader.enlistment::<Other>().state,
		EnlistmentState::Enlisted
	);
}

/// Before the consortium admits a region its barrier drops what comes: no answer. What was said is
/// said again, and taken once the region is in.
#[test]
fn a_region_that_is_admitted_later_enlists_by_itself() {
	start();
	let cast = unenlisted();
	cast.reader.enlist::<Other>();
	Consortium::idle();
	assert!(directory(&cast.reader.remote).is_none());
	assert_eq!(
		cast.reader.enlistment::<Other>().state,
		EnlistmentState::Sent
	);
	admit(OTHER);
	pass(ANSWER_TIME);
	// It gives up waiting, and sends again.
	Other::idle();
	Other::idle();
	Consortium::idle();
	assert_eq!(
		cast.reader.enlistment::<Other>().state,
		EnlistmentState::Enlisted
	);
	assert!(directory(&cast.reader.remote).is_some());
}

/// The patient has the key from the provider itself; the directory has none.
#[test]
fn a_grant_to_a_provider_that_is_not_enlisted_is_refused() {
	let cast = cast();
	let stranger = verify_provider::<Other>(Holder::new(4), "C12345");
	let (record, to) = (cast.record, &stranger.remote);
	let key = stranger.holder.public_key();
	cast.patient
		.grant_with_key::<Region>(record, to, key, None, &cast.ipfs);
	cast.author.forward::<Region>(record, to);
	Consortium::idle();
	let unknown = Cause::Reason(Reason::GranteeUnknown);
	assert_eq!(
		state_of::<Region>(record, to),
		InterregionalState::Refused(unknown)
	);
	// That it is not enlisted is the only thing in the way.
	stranger.enlist::<Other>();
	cast.author.forward::<Region>(record, to);
	Consortium::idle();
	assert_eq!(
		state_of::<Region>(record, to),
		InterregionalState::Delivered
	);
}
