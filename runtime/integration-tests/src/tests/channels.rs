//! Channels: the relay chain gets the decisions of the authorities.

use codec::DecodeAll;
use salus_runtime_common::xcm::channels::HrmpCall;
use xcm::{prelude::*, VersionedXcm};

use crate::{
	authorities::{carry_in_consortium, carry_in_region},
	members::fixture,
	network::{Region, CONSORTIUM, REGION},
	relay::take_upward_messages,
};

/// The calls that chains sent to the relay chain: sender, kind of origin and bytes.
fn relay_calls() -> Vec<(u32, OriginKind, Vec<u8>)> {
	let mut calls = vec![];
	for (para, message) in take_upward_messages() {
		// The queue contains signals that are not XCM messages.
		let Ok(message) = VersionedXcm::<()>::decode_all(&mut &message[..]) else {
			continue;
		};
		let program = Xcm::<()>::try_from(message).expect("the version is known");
		calls.extend(
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
	calls
}

#[test]
fn the_authorities_can_open_accept_and_close_a_channel() {
	use pallet_governance::Call;
	fixture();
	assert!(relay_calls().is_empty());
	let native = |para, call: HrmpCall| (para, OriginKind::Native, call.encode_call());
	carry_in_region::<Region>(Call::open_channel {
		recipient: CONSORTIUM,
		max_capacity: 8,
		max_message_size: 1_024,
	});
	let open = HrmpCall::InitOpenChannel {
		recipient: CONSORTIUM,
		max_capacity: 8,
		max_message_size: 1_024,
	};
	assert_eq!(relay_calls(), [native(REGION, open)]);

	carry_in_consortium(Call::accept_channel { sender: REGION });
	let accept = HrmpCall::AcceptOpenChannel { sender: REGION };
	assert_eq!(relay_calls(), [native(CONSORTIUM, accept)]);

	carry_in_consortium(Call::close_channel {
		sender: REGION,
		recipient: CONSORTIUM,
	});
	let close = HrmpCall::CloseChannel {
		sender: REGION,
		recipient: CONSORTIUM,
	};
	assert_eq!(relay_calls(), [native(CONSORTIUM, close)]);
}
