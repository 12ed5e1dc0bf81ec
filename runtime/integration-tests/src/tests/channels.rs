//! Channels: what authorities decide about them reaches the relay chain.

use codec::DecodeAll;
use salus_runtime_common::xcm::channels::HrmpCall;
use xcm::{prelude::*, VersionedXcm};

use crate::{
	authorities::{carry_in, carry_in_consortium},
	members::cast,
	network::{Region, CONSORTIUM, REGION},
	relay::take_upward,
};

/// The calls that a chain asked the relay chain to dispatch, with the chain.
fn asked() -> Vec<(u32, OriginKind, Vec<u8>)> {
	let mut asked = vec![];
	for (para, message) in take_upward() {
		// The emulator hands on what the relay chain's own queue would.
		let Ok(message) = VersionedXcm::<()>::decode_all(&mut &message[..]) else {
			continue;
		};
		let program = Xcm::<()>::try_from(message).expect("of a version that is known");
		asked.extend(
			program
				.0
				.into_iter()
				.filter_map(|instruction| match instruction {
					Transact {
						origin_kind, call, ..
					} => Some((para, origin_kind, call.encoded().to_vec())),
					_ => None,
				}),
		);
	}
	asked
}

#[test]
fn a_channel_is_asked_for_accepted_and_closed_by_the_authorities() {
	use pallet_governance::Call;
	cast();
	assert!(asked().is_empty());
	let native = |para, call: HrmpCall| (para, OriginKind::Native, call.encode_call());
	carry_in::<Region>(Call::open_channel {
		recipient: CONSORTIUM,
		max_capacity: 8,
		max_message_size: 1_024,
	});
	let open = HrmpCall::InitOpenChannel {
		recipient: CONSORTIUM,
		max_capacity: 8,
		max_message_size: 1_024,
	};
	assert_eq!(asked(), [native(REGION, open)]);

	carry_in_consortium(Call::accept_channel { sender: REGION });
	let accept = HrmpCall::AcceptOpenChannel { sender: REGION };
	assert_eq!(asked(), [native(CONSORTIUM, accept)]);

	carry_in_consortium(Call::close_channel {
		sender: REGION,
		recipient: CONSORTIUM,
	});
	let close = HrmpCall::CloseChannel {
		sender: REGION,
		recipient: CONSORTIUM,
	};
	assert_eq!(asked(), [native(CONSORTIUM, close)]);
}
