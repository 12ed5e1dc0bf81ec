//! A file for each call, one for the whole pallet, one for the collators.

mod accept_channel;
mod add_authority;
mod announce_upgrade;
mod authorize_announced_upgrade;
mod cancel_upgrade;
mod close_channel;
mod motions;
mod open_channel;
mod pallet;
mod remove_authority;
mod sessions;
mod set_parameter;

use frame_support::{
	assert_noop, assert_ok, assert_storage_noop,
	traits::{EnsureOrigin, Get},
};
use sp_core::H256;
use sp_runtime::{DispatchError::BadOrigin, DispatchResult};

use crate::{
	mock::{Authorities, *},
	*,
};

const CODE: H256 = H256::repeat_byte(7);

/// The event that the pallet emitted last.
fn last_event() -> Event<Test> {
	System::read_events_for_pallet::<Event<Test>>()
		.pop()
		.expect("an event")
}

/// The errors of a call that cannot reach the relay chain.
const FAILURES: [(ChannelError, Error<Test>); 2] = [
	(ChannelError::NotSent, Error::NotSent),
	(ChannelError::Unsupported, Error::ChannelsUnsupported),
];

fn announce(code_hash: H256) {
	assert_ok!(Governance::announce_upgrade(two_thirds(), code_hash));
}
