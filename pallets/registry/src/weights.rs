//! The weights of `pallet_registry`, measured. `scripts/weights` wrote this file; don't edit it.
//!
//! Date: 2026-11-26; steps: 50, repeats: 20; CPU: `Intel(R) Xeon(R) Processor`;
//! harness: polkadot-sdk's benchmark CLI 64.0.0, Wasm compiled.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens, unused_imports, missing_docs, clippy::unnecessary_cast)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::{constants::RocksDbWeight, Weight}};

/// What the pallet's calls weigh.
pub trait WeightInfo {
	fn invite() -> Weight;
	fn register_patient() -> Weight;
	fn apply_as_provider() -> Weight;
	fn withdraw_application() -> Weight;
	fn vote() -> Weight;
	fn retire() -> Weight;
	fn rotate_key() -> Weight;
	fn enlist() -> Weight;
	fn outbox_nothing() -> Weight;
	fn outbox_one() -> Weight;
}

/// The measured weights.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	/// Storage: `Authorities::Members` (r:1 w:0)
	/// Proof: `Authorities::Members` (`max_values`: Some(1), `max_size`: Some(3202), added: 3697, mode: `MaxEncodedLen`)
	/// Storage: `Registry::MemberOf` (r:1 w:0)
	/// Proof: `Registry::MemberOf` (`max_values`: None, `max_size`: Some(65), added: 2540, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Providers` (r:1 w:0)
	/// Proof: `Registry::Providers` (`max_values`: None, `max_size`: Some(138), added: 2613, mode: `MaxEncodedLen`)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Registry::InvitationsMade` (r:1 w:1)
	/// Proof: `Registry::InvitationsMade` (`max_values`: None, `max_size`: Some(60), added: 2535, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Invited` (r:1 w:1)
	/// Proof: `Registry::Invited` (`max_values`: None, `max_size`: Some(48), added: 2523, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	fn invite() -> Weight {
		// Shortest run: 87_345_000 ps.
		Weight::from_parts(104_991_000, 4687)
			.saturating_add(T::DbWeight::get().reads(7_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	/// Storage: `Registry::Invited` (r:1 w:0)
	/// Proof: `Registry::Invited` (`max_values`: None, `max_size`: Some(48), added: 2523, mode: `MaxEncodedLen`)
	/// Storage: `Registry::MemberOf` (r:1 w:1)
	/// Proof: `Registry::MemberOf` (`max_values`: None, `max_size`: Some(65), added: 2540, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Applications` (r:1 w:0)
	/// Proof: `Registry::Applications` (`max_values`: None, `max_size`: Some(2252), added: 4727, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Patients` (r:1 w:1)
	/// Proof: `Registry::Patients` (`max_values`: None, `max_size`: Some(92), added: 2567, mode: `MaxEncodedLen`)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Keys` (r:0 w:1)
	/// Proof: `Registry::Keys` (`max_values`: None, `max_size`: Some(2204), added: 4679, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Accounts` (r:0 w:1)
	fn register_patient() -> Weight {
		// Estimated, with the history and the list of applications.
		// Shortest run: 301_067_000 ps.
		Weight::from_parts(365_000_000, 5717)
			.saturating_add(T::DbWeight::get().reads(8_u64))
			.saturating_add(T::DbWeight::get().writes(7_u64))
	}
	/// Storage: `Registry::Invited` (r:1 w:0)
	/// Proof: `Registry::Invited` (`max_values`: None, `max_size`: Some(48), added: 2523, mode: `MaxEncodedLen`)
	/// Storage: `Registry::MemberOf` (r:1 w:0)
	/// Proof: `Registry::MemberOf` (`max_values`: None, `max_size`: Some(65), added: 2540, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Holders` (r:1 w:0)
	/// Storage: `Registry::CoolDowns` (r:1 w:1)
	/// Proof: `Registry::CoolDowns` (`max_values`: None, `max_size`: Some(68), added: 2543, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Applications` (r:1 w:1)
	/// Proof: `Registry::Applications` (`max_values`: None, `max_size`: Some(2252), added: 4727, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Motions` (r:1 w:1)
	/// Proof: `Registry::Motions` (`max_values`: None, `max_size`: Some(6485), added: 8960, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Claims` (r:0 w:2)
	/// Proof: `Registry::Claims` (`max_values`: None, `max_size`: Some(75), added: 2550, mode: `MaxEncodedLen`)
	/// Storage: `Governance::Terms` (r:1 w:0)
	/// Proof: `Governance::Terms` (`max_values`: Some(1), `max_size`: Some(3602), added: 4097, mode: `MaxEncodedLen`)
	fn apply_as_provider() -> Weight {
		// Estimated, with the history and the list of applications.
		// Shortest run: 381_928_000 ps.
		Weight::from_parts(790_000_000, 9950)
			.saturating_add(T::DbWeight::get().reads(10_u64))
			.saturating_add(T::DbWeight::get().writes(8_u64))
	}
	/// Storage: `Registry::Applications` (r:1 w:1)
	/// Proof: `Registry::Applications` (`max_values`: None, `max_size`: Some(2252), added: 4727, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Motions` (r:1 w:1)
	/// Proof: `Registry::Motions` (`max_values`: None, `max_size`: Some(6485), added: 8960, mode: `MaxEncodedLen`)
	/// Storage: `Governance::Terms` (r:1 w:0)
	/// Proof: `Governance::Terms` (`max_values`: Some(1), `max_size`: Some(3602), added: 4097, mode: `MaxEncodedLen`)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Claims` (r:0 w:1)
	/// Proof: `Registry::Claims` (`max_values`: None, `max_size`: Some(75), added: 2550, mode: `MaxEncodedLen`)
	/// Storage: `Registry::CoolDowns` (r:0 w:1)
	/// Proof: `Registry::CoolDowns` (`max_values`: None, `max_size`: Some(68), added: 2543, mode: `MaxEncodedLen`)
	fn withdraw_application() -> Weight {
		// Estimated, with the history and the list of applications.
		// Shortest run: 92_459_000 ps.
		Weight::from_parts(188_000_000, 9950)
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
	/// Storage: `Governance::Terms` (r:1 w:0)
	/// Proof: `Governance::Terms` (`max_values`: Some(1), `max_size`: Some(3602), added: 4097, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Applications` (r:17 w:17)
	/// Proof: `Registry::Applications` (`max_values`: None, `max_size`: Some(2252), added: 4727, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Providers` (r:0 w:1)
	/// Proof: `Registry::Providers` (`max_values`: None, `max_size`: Some(138), added: 2613, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Motions` (r:1 w:17)
	/// Proof: `Registry::Motions` (`max_values`: None, `max_size`: Some(6485), added: 8960, mode: `MaxEncodedLen`)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Claims` (r:17 w:17)
	/// Proof: `Registry::Claims` (`max_values`: None, `max_size`: Some(75), added: 2550, mode: `MaxEncodedLen`)
	/// Storage: `Registry::MemberOf` (r:0 w:1)
	/// Proof: `Registry::MemberOf` (`max_values`: None, `max_size`: Some(65), added: 2540, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Keys` (r:0 w:1)
	/// Proof: `Registry::Keys` (`max_values`: None, `max_size`: Some(2204), added: 4679, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Holders` (r:1 w:1)
	/// Storage: `Registry::NextProvider` (r:1 w:1)
	/// Storage: `Registry::Accounts` (r:0 w:1)
	fn vote() -> Weight {
		// Estimated, with the history and the list of applications.
		// Shortest run: 983_894_000 ps.
		Weight::from_parts(1_760_000_000, 81849)
			.saturating_add(T::DbWeight::get().reads(42_u64))
			.saturating_add(T::DbWeight::get().writes(77_u64))
	}
	/// Storage: `Registry::MemberOf` (r:1 w:0)
	/// Proof: `Registry::MemberOf` (`max_values`: None, `max_size`: Some(65), added: 2540, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Providers` (r:1 w:1)
	/// Proof: `Registry::Providers` (`max_values`: None, `max_size`: Some(138), added: 2613, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Enlistments` (r:1 w:1)
	/// Proof: `Registry::Enlistments` (`max_values`: None, `max_size`: Some(110), added: 2585, mode: `MaxEncodedLen`)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Outbox` (r:0 w:1)
	/// Proof: `Registry::Outbox` (`max_values`: None, `max_size`: Some(19), added: 2494, mode: `MaxEncodedLen`)
	fn retire() -> Weight {
		// Shortest run: 295_344_000 ps.
		Weight::from_parts(399_051_000, 6351)
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(4_u64))
	}
	/// Storage: `Registry::MemberOf` (r:1 w:0)
	/// Proof: `Registry::MemberOf` (`max_values`: None, `max_size`: Some(65), added: 2540, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Providers` (r:1 w:1)
	/// Proof: `Registry::Providers` (`max_values`: None, `max_size`: Some(138), added: 2613, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Rotations` (r:1 w:1)
	/// Proof: `Registry::Rotations` (`max_values`: None, `max_size`: Some(41), added: 2516, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Enlistments` (r:1 w:1)
	/// Proof: `Registry::Enlistments` (`max_values`: None, `max_size`: Some(110), added: 2585, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Outbox` (r:0 w:1)
	/// Proof: `Registry::Outbox` (`max_values`: None, `max_size`: Some(19), added: 2494, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Keys` (r:0 w:1)
	/// Proof: `Registry::Keys` (`max_values`: None, `max_size`: Some(2204), added: 4679, mode: `MaxEncodedLen`)
	fn rotate_key() -> Weight {
		// Estimated, with the history and the list of applications.
		// Shortest run: 912_134_000 ps.
		Weight::from_parts(1_095_000_000, 6351)
			.saturating_add(T::DbWeight::get().reads(9_u64))
			.saturating_add(T::DbWeight::get().writes(9_u64))
	}
	/// Storage: `Registry::MemberOf` (r:1 w:0)
	/// Proof: `Registry::MemberOf` (`max_values`: None, `max_size`: Some(65), added: 2540, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Providers` (r:1 w:0)
	/// Proof: `Registry::Providers` (`max_values`: None, `max_size`: Some(138), added: 2613, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Enlistments` (r:1 w:1)
	/// Proof: `Registry::Enlistments` (`max_values`: None, `max_size`: Some(110), added: 2585, mode: `MaxEncodedLen`)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Outbox` (r:0 w:2)
	/// Proof: `Registry::Outbox` (`max_values`: None, `max_size`: Some(19), added: 2494, mode: `MaxEncodedLen`)
	fn enlist() -> Weight {
		// Shortest run: 56_228_000 ps.
		Weight::from_parts(140_965_000, 3603)
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Outbox` (r:1 w:0)
	/// Proof: `Registry::Outbox` (`max_values`: None, `max_size`: Some(19), added: 2494, mode: `MaxEncodedLen`)
	fn outbox_nothing() -> Weight {
		// Shortest run: 16_000_000 ps.
		Weight::from_parts(18_000_000, 3509)
			.saturating_add(T::DbWeight::get().reads(2_u64))
	}
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Crossing::InFlight` (r:1 w:1)
	/// Proof: `Crossing::InFlight` (`max_values`: None, `max_size`: Some(5), added: 2480, mode: `MaxEncodedLen`)
	/// Storage: `Crossing::Deadlines` (r:1 w:2)
	/// Proof: `Crossing::Deadlines` (`max_values`: None, `max_size`: Some(17), added: 2492, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Outbox` (r:1 w:1)
	/// Proof: `Registry::Outbox` (`max_values`: None, `max_size`: Some(19), added: 2494, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Enlistments` (r:1 w:1)
	/// Proof: `Registry::Enlistments` (`max_values`: None, `max_size`: Some(110), added: 2585, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Providers` (r:1 w:0)
	/// Proof: `Registry::Providers` (`max_values`: None, `max_size`: Some(138), added: 2613, mode: `MaxEncodedLen`)
	/// Storage: `Registry::Keys` (r:1 w:0)
	/// Proof: `Registry::Keys` (`max_values`: None, `max_size`: Some(2204), added: 4679, mode: `MaxEncodedLen`)
	/// Storage: `PolkadotXcm::QueryCounter` (r:1 w:1)
	/// Proof: `PolkadotXcm::QueryCounter` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	/// Storage: `ParachainInfo::ParachainId` (r:1 w:0)
	/// Proof: `ParachainInfo::ParachainId` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `PolkadotXcm::SupportedVersion` (r:1 w:0)
	/// Proof: `PolkadotXcm::SupportedVersion` (`max_values`: None, `max_size`: None, mode: `Measured`)
	/// Storage: `XcmpQueue::OutboundXcmpStatus` (r:1 w:1)
	/// Proof: `XcmpQueue::OutboundXcmpStatus` (`max_values`: Some(1), `max_size`: Some(2306), added: 2801, mode: `MaxEncodedLen`)
	/// Storage: `ParachainSystem::RelevantMessagingState` (r:1 w:0)
	/// Proof: `ParachainSystem::RelevantMessagingState` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	/// Storage: `XcmpQueue::OutboundXcmpMessages` (r:1 w:1)
	/// Proof: `XcmpQueue::OutboundXcmpMessages` (`max_values`: None, `max_size`: Some(16418), added: 18893, mode: `MaxEncodedLen`)
	/// Storage: `Crossing::Awaited` (r:1 w:1)
	/// Proof: `Crossing::Awaited` (`max_values`: None, `max_size`: Some(105), added: 2580, mode: `MaxEncodedLen`)
	/// Storage: `Crossing::Queries` (r:0 w:1)
	/// Proof: `Crossing::Queries` (`max_values`: None, `max_size`: Some(48), added: 2523, mode: `MaxEncodedLen`)
	/// Storage: `PolkadotXcm::Queries` (r:0 w:1)
	/// Proof: `PolkadotXcm::Queries` (`max_values`: None, `max_size`: None, mode: `Measured`)
	fn outbox_one() -> Weight {
		// Shortest run: 268_291_000 ps.
		Weight::from_parts(310_382_000, 19883)
			.saturating_add(T::DbWeight::get().reads(14_u64))
			.saturating_add(T::DbWeight::get().writes(11_u64))
	}
}

/// For a mock runtime: what the calls weigh without their accesses to storage.
impl WeightInfo for () {
	fn invite() -> Weight {
		Weight::from_parts(104_991_000, 4687)
	}
	fn register_patient() -> Weight {
		Weight::from_parts(365_000_000, 5717)
	}
	fn apply_as_provider() -> Weight {
		Weight::from_parts(790_000_000, 9950)
	}
	fn withdraw_application() -> Weight {
		Weight::from_parts(188_000_000, 9950)
	}
	fn vote() -> Weight {
		Weight::from_parts(1_760_000_000, 81849)
	}
	fn retire() -> Weight {
		Weight::from_parts(399_051_000, 6351)
	}
	fn rotate_key() -> Weight {
		Weight::from_parts(1_095_000_000, 6351)
	}
	fn enlist() -> Weight {
		Weight::from_parts(140_965_000, 3603)
	}
	fn outbox_nothing() -> Weight {
		Weight::from_parts(18_000_000, 3509)
	}
	fn outbox_one() -> Weight {
		Weight::from_parts(310_382_000, 19883)
	}
}
