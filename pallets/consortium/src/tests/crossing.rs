//! The bytes of the calls and reasons are those that regions know.

use codec::{DecodeAll, Encode};
use frame_support::traits::{GetCallName, PalletError, UnfilteredDispatchable};
use salus_primitives::{Answer, ConsortiumCall, ConsortiumRuntimeCall};

use super::*;
use crate::Call;

/// One of each call, as a region says it and as this pallet has it.
fn calls() -> [(ConsortiumCall, Call<Test>); 4] {
	let entry = entry(HOME, AUTHOR, 2);
	[
		(
			ConsortiumCall::EnlistProvider {
				entry: entry.clone(),
			},
			Call::enlist_provider {
				entry: entry.clone(),
			},
		),
		(
			ConsortiumCall::UpdateProvider {
				entry: entry.clone(),
			},
			Call::update_provider { entry },
		),
		(
			ConsortiumCall::DeliverGrant { grant: grant() },
			Call::deliver_grant { grant: grant() },
		),
		(
			ConsortiumCall::RevokeGrant {
				revocation: revocation(3),
			},
			Call::revoke_grant {
				revocation: revocation(3),
			},
		),
	]
}

#[test]
fn the_list_of_calls_is_closed() {
	assert_eq!(
		Call::<Test>::get_call_names(),
		[
			"enlist_provider",
			"update_provider",
			"deliver_grant",
			"revoke_grant",
			"admit_region",
			"expel_region",
			"set_network_file"
		]
	);
}

#[test]
fn each_crossing_call_decodes_as_a_call_of_this_pallet() {
	for (index, (said, call)) in (0u8..).zip(calls()) {
		let bytes = said.encode_call();
		let call = RuntimeCall::from(call);
		assert_eq!(bytes[..2], [INDEX, index]);
		assert_eq!(call.encode(), bytes);
		assert_eq!(RuntimeCall::decode_all(&mut &bytes[..]), Ok(call));
		let back = ConsortiumRuntimeCall::decode_all(&mut &bytes[..]);
		assert_eq!(back, Ok(said.into()));
	}
}

#[test]
fn the_calls_of_the_authorities_have_fixed_indices() {
	let admit = Call::<Test>::admit_region {
		region: 7,
		genesis_hash: genesis(7),
	};
	assert_eq!(admit.encode()[0], 10);
	assert_eq!(Call::<Test>::expel_region { region: 7 }.encode()[0], 11);
}

#[test]
fn each_reason_decodes_from_an_error_of_this_pallet() {
	for reason in Reason::ALL {
		let error = refused(reason);
		assert_eq!(
			Answer::from_dispatch_error_bytes(&error.encode()),
			Answer::Refused(reason)
		);
	}
	assert_eq!(<Error<Test> as PalletError>::MAX_ENCODED_SIZE, 2);
}

/// The errors of the authorities' calls are not reasons.
#[test]
fn no_other_error_decodes_as_a_reason() {
	for error in [
		Error::<Test>::IsConsortium,
		Error::AlreadyAdmitted,
		Error::GenesisHashMismatch,
		Error::GenesisHashTaken,
		Error::MaxRegionsExceeded,
		Error::NotFound,
		Error::AlreadyExpelled,
	] {
		let bytes = DispatchError::from(error).encode();
		let answer = Answer::from_dispatch_error_bytes(&bytes);
		assert!(matches!(answer, Answer::Failed(_)), "{answer:?}");
	}
}

/// Each crossing call is a region's. Each origin is the only thing in the way: from the
/// region itself the same calls are taken, one after the other.
#[test]
fn only_a_region_can_make_crossing_calls() {
	run(|| {
		for (_, call) in calls() {
			let dispatch = |origin| {
				let result = call.clone().dispatch_bypass_filter(origin);
				result.map(drop).map_err(|error| error.error)
			};
			for origin in plain_origins().into_iter().chain([authorities()]) {
				assert_noop!(dispatch(origin), DispatchError::BadOrigin);
			}
			for parachain in [OWN, STRANGER, 0] {
				let not_a_region = refused(Reason::NotARegion);
				assert_noop!(dispatch(of_region(parachain)), not_a_region);
			}
			assert_ok!(dispatch(of_region(HOME)));
		}
	});
}
