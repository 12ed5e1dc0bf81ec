//! `ToConsortium::send`.

use codec::Encode;
use frame_support::assert_storage_noop;
use salus_primitives::{traits::ToConsortium, SendError, Sent};
use xcm::latest::{prelude::*, SendError as XcmSendError};

use crate::{mock::*, send::max_answer_weight, Awaited, AwaitedCall, Event, Queries};

#[test]
fn a_call_is_sent_in_a_program_that_asks_for_one_answer() {
	run(|| {
		let call = call(7, 3);
		let sent = Crossing::send(call.clone()).unwrap();
		assert_eq!(
			sent,
			Sent {
				query: 0,
				message: MESSAGE
			}
		);
		let [(to, program)] = Messages::get().try_into().unwrap();
		assert_eq!(to, Location::new(1, [Parachain(CONSORTIUM)]));
		let [UnpaidExecution { check_origin, .. }, SetErrorHandler(on_error), Transact {
			origin_kind,
			fallback_max_weight,
			call: transacted,
		}, ReportTransactStatus(status)] = &program.0[..]
		else {
			panic!("{program:?}");
		};
		assert_eq!(*check_origin, None);
		assert_eq!(on_error.0, [ReportError(status.clone())]);
		assert_eq!(
			(*origin_kind, *fallback_max_weight),
			(OriginKind::Xcm, None)
		);
		assert_eq!(transacted.encoded(), call.encode_call());
		// The answer comes back to this region and names the query.
		assert_eq!(status.destination, Location::new(1, [Parachain(REGION)]));
		assert_eq!(status.query_id, 0);
		assert_eq!(status.max_weight, max_answer_weight::<Test>());
		assert!(status
			.max_weight
			.all_gte(<() as crate::WeightInfo>::answered() * 2));
		System::assert_last_event(
			Event::Sent {
				about: about(7),
				sequence: 3,
				query: 0,
				message: MESSAGE,
			}
			.into(),
		);
	});
}

#[test]
fn a_call_that_was_sent_is_awaited() {
	run(|| {
		for (record, sequence) in [(7, 1), (8, 1), (7, 2)] {
			Crossing::send(call(record, sequence)).unwrap();
		}
		let query = Queries::<Test>::get(2).unwrap();
		assert_eq!((query.about, query.sequence), (about(7), 2));
		let awaited = |query, sequence| AwaitedCall { query, sequence };
		assert_eq!(
			Awaited::<Test>::get(about(7)).to_vec(),
			[awaited(0, 1), awaited(2, 2)]
		);
		assert_eq!(Awaited::<Test>::get(about(8)).to_vec(), [awaited(1, 1)]);
		assert_eq!(MockQueries::open(), [0, 1, 2].into());
	});
}

/// So calls that are never answered cannot fill the state.
#[test]
fn the_oldest_of_too_many_calls_about_a_subject_is_no_longer_awaited() {
	run(|| {
		for sequence in 0..5 {
			Crossing::send(call(7, sequence)).unwrap();
		}
		Crossing::send(call(8, 0)).unwrap();
		let queries: Vec<_> = Awaited::<Test>::get(about(7))
			.iter()
			.map(|call| call.query)
			.collect();
		assert_eq!(queries, [2, 3, 4]);
		assert_eq!(Queries::<Test>::iter().count(), 4);
		assert_eq!(MockQueries::open(), [2, 3, 4, 5].into());
	});
}

#[test]
fn a_call_that_cannot_be_sent_changes_nothing() {
	run(|| {
		Crossing::send(call(7, 1)).unwrap();
		for (error, expected) in [
			(XcmSendError::NotApplicable, SendError::NotConnected),
			(XcmSendError::Unroutable, SendError::NotConnected),
			(
				XcmSendError::Transport("NoChannel"),
				SendError::NotConnected,
			),
			(XcmSendError::Transport("TooBig"), SendError::Undeliverable),
			(
				XcmSendError::ExceedsMaxMessageSize,
				SendError::Undeliverable,
			),
			(
				XcmSendError::DestinationUnsupported,
				SendError::Undeliverable,
			),
		] {
			RouterError::set(Some(error));
			for on_delivery in [false, true] {
				RefuseOnDelivery::set(on_delivery);
				let refused = || assert_eq!(Crossing::send(call(7, 2)), Err(expected));
				assert_storage_noop!(refused());
			}
		}
		assert_eq!(Messages::get().len(), 1);
	});
}

#[test]
fn the_region_is_that_of_the_configuration() {
	assert_eq!(Crossing::region(), REGION);
	assert_eq!(
		call(7, 1).encode_call(),
		(50u8, 3u8, 7u64, grantee(), 1u64).encode()
	);
}
