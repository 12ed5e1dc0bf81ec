//! The calls that can be sent: [`salus_primitives::admission::TABLE`].

use frame_support::traits::{Contains, GetCallMetadata};
use salus_primitives::admission::{sender_of, Contents, SendableCall};

use crate::RuntimeCall;

impl SendableCall for RuntimeCall {
	fn names(&self) -> (&'static str, &'static str) {
		let names = self.get_call_metadata();
		(names.pallet_name, names.function_name)
	}

	fn contents(&self) -> Contents<'_, Self> {
		match self {
			Self::Utility(
				pallet_utility::Call::batch { calls }
				| pallet_utility::Call::batch_all { calls }
				| pallet_utility::Call::force_batch { calls },
			) => Contents::Batch(calls),
			Self::Council(pallet_collective::Call::propose {
				threshold,
				proposal,
				..
			}) => Contents::Motion(*threshold, proposal),
			_ => Contents::Nothing,
		}
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_batch(count: u32) -> Self {
		let empty = || {
			pallet_utility::Call::batch {
				calls: alloc::vec![],
			}
			.into()
		};
		let calls = (1..count).map(|_| empty()).collect();
		pallet_utility::Call::batch { calls }.into()
	}
}

/// The calls of the table. All others are filtered, among them those that need Root.
pub struct Sendable;

impl Contains<RuntimeCall> for Sendable {
	fn contains(call: &RuntimeCall) -> bool {
		let (pallet, name) = call.names();
		sender_of(pallet, name).is_some()
	}
}
