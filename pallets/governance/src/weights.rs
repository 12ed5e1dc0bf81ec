//! The weights of `pallet_governance`, measured. `scripts/weights` wrote this file; don't edit it.
//!
//! Date: 2026-11-30; steps: 50, repeats: 20; CPU: `AMD EPYC`;
//! harness: polkadot-sdk's benchmark CLI 64.0.0, Wasm compiled.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens, unused_imports, missing_docs, clippy::unnecessary_cast)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::{constants::RocksDbWeight, Weight}};

/// What the pallet's calls weigh.
pub trait WeightInfo {
	fn announce_upgrade() -> Weight;
	fn cancel_upgrade() -> Weight;
	fn authorize_announced_upgrade() -> Weight;
	fn add_authority() -> Weight;
	fn remove_authority() -> Weight;
	fn set_parameter() -> Weight;
	fn open_channel() -> Weight;
	fn accept_channel() -> Weight;
	fn close_channel() -> Weight;
	fn keep_session() -> Weight;
	fn end_session() -> Weight;
	fn keep_motions() -> Weight;
	fn drop_motion() -> Weight;
}

/// The measured weights.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	/// Storage: `Governance::AnnouncedUpgrade` (r:1 w:1)
	/// Proof: `Governance::AnnouncedUpgrade` (`max_values`: Some(1), `max_size`: Some(40), added: 535, mode: `MaxEncodedLen`)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Governance::NoticePeriod` (r:1 w:0)
	/// Proof: `Governance::NoticePeriod` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	fn announce_upgrade() -> Weight {
		// Shortest run: 31_076_000 ps.
		Weight::from_parts(32_729_000, 1525)
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `Governance::AnnouncedUpgrade` (r:1 w:0)
	/// Proof: `Governance::AnnouncedUpgrade` (`max_values`: Some(1), `max_size`: Some(40), added: 535, mode: `MaxEncodedLen`)
	/// Storage: `System::AuthorizedUpgrade` (r:1 w:1)
	/// Proof: `System::AuthorizedUpgrade` (`max_values`: Some(1), `max_size`: Some(33), added: 528, mode: `MaxEncodedLen`)
	fn cancel_upgrade() -> Weight {
		// Shortest run: 32_298_000 ps.
		Weight::from_parts(34_100_000, 1525)
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `Authorities::Members` (r:1 w:0)
	/// Proof: `Authorities::Members` (`max_values`: Some(1), `max_size`: Some(2050), added: 2545, mode: `MaxEncodedLen`)
	/// Storage: `Governance::AnnouncedUpgrade` (r:1 w:1)
	/// Proof: `Governance::AnnouncedUpgrade` (`max_values`: Some(1), `max_size`: Some(40), added: 535, mode: `MaxEncodedLen`)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `System::AuthorizedUpgrade` (r:0 w:1)
	/// Proof: `System::AuthorizedUpgrade` (`max_values`: Some(1), `max_size`: Some(33), added: 528, mode: `MaxEncodedLen`)
	fn authorize_announced_upgrade() -> Weight {
		// Shortest run: 69_193_000 ps.
		Weight::from_parts(80_470_000, 3535)
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(2_u64))
	}
	/// Storage: `Authorities::Members` (r:1 w:1)
	/// Proof: `Authorities::Members` (`max_values`: Some(1), `max_size`: Some(2050), added: 2545, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Session::NextKeys` (r:1 w:1)
	/// Proof: `Session::NextKeys` (`max_values`: None, `max_size`: None, mode: `Measured`)
	/// Storage: `Session::KeyOwner` (r:2 w:2)
	/// Proof: `Session::KeyOwner` (`max_values`: None, `max_size`: None, mode: `Measured`)
	/// Storage: `Council::Proposals` (r:1 w:0)
	/// Proof: `Council::Proposals` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	/// Storage: `Council::Voting` (r:128 w:128)
	/// Proof: `Council::Voting` (`max_values`: None, `max_size`: None, mode: `Measured`)
	/// Storage: `Governance::NextTerm` (r:1 w:1)
	/// Proof: `Governance::NextTerm` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Governance::Terms` (r:1 w:1)
	/// Proof: `Governance::Terms` (`max_values`: Some(1), `max_size`: Some(2306), added: 2801, mode: `MaxEncodedLen`)
	/// Storage: `Council::Members` (r:0 w:1)
	/// Proof: `Council::Members` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	/// Storage: `Council::Prime` (r:0 w:1)
	/// Proof: `Council::Prime` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	fn add_authority() -> Weight {
		// Shortest run: 1_789_525_000 ps.
		Weight::from_parts(1_977_505_000, 593578)
			.saturating_add(T::DbWeight::get().reads(137_u64))
			.saturating_add(T::DbWeight::get().writes(137_u64))
	}
	/// Storage: `Authorities::Members` (r:1 w:1)
	/// Proof: `Authorities::Members` (`max_values`: Some(1), `max_size`: Some(2050), added: 2545, mode: `MaxEncodedLen`)
	/// Storage: `Council::Proposals` (r:1 w:0)
	/// Proof: `Council::Proposals` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	/// Storage: `Council::Voting` (r:128 w:128)
	/// Proof: `Council::Voting` (`max_values`: None, `max_size`: None, mode: `Measured`)
	/// Storage: `Authorities::Prime` (r:1 w:0)
	/// Proof: `Authorities::Prime` (`max_values`: Some(1), `max_size`: Some(32), added: 527, mode: `MaxEncodedLen`)
	/// Storage: `Session::NextKeys` (r:1 w:1)
	/// Proof: `Session::NextKeys` (`max_values`: None, `max_size`: None, mode: `Measured`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(121), added: 2596, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Session::ExternallySetKeys` (r:1 w:0)
	/// Proof: `Session::ExternallySetKeys` (`max_values`: None, `max_size`: None, mode: `Measured`)
	/// Storage: `Governance::Terms` (r:1 w:1)
	/// Proof: `Governance::Terms` (`max_values`: Some(1), `max_size`: Some(2306), added: 2801, mode: `MaxEncodedLen`)
	/// Storage: `Governance::Proposers` (r:1 w:1)
	/// Proof: `Governance::Proposers` (`max_values`: Some(1), `max_size`: Some(8706), added: 9201, mode: `MaxEncodedLen`)
	/// Storage: `Council::Members` (r:0 w:1)
	/// Proof: `Council::Members` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	/// Storage: `Council::Prime` (r:0 w:1)
	/// Proof: `Council::Prime` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	/// Storage: `Session::KeyOwner` (r:0 w:2)
	/// Proof: `Session::KeyOwner` (`max_values`: None, `max_size`: None, mode: `Measured`)
	fn remove_authority() -> Weight {
		// Shortest run: 1_663_677_000 ps.
		Weight::from_parts(1_819_539_000, 605383)
			.saturating_add(T::DbWeight::get().reads(137_u64))
			.saturating_add(T::DbWeight::get().writes(138_u64))
	}
	/// Storage: `Governance::NoticePeriod` (r:0 w:1)
	/// Proof: `Governance::NoticePeriod` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	fn set_parameter() -> Weight {
		// Shortest run: 15_644_000 ps.
		Weight::from_parts(16_775_000, 0)
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `ParachainInfo::ParachainId` (r:1 w:0)
	/// Proof: `ParachainInfo::ParachainId` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `PolkadotXcm::SupportedVersion` (r:1 w:0)
	/// Proof: `PolkadotXcm::SupportedVersion` (`max_values`: None, `max_size`: None, mode: `Measured`)
	/// Storage: `ParachainSystem::HostConfiguration` (r:1 w:0)
	/// Proof: `ParachainSystem::HostConfiguration` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	/// Storage: `ParachainSystem::PendingUpwardMessages` (r:1 w:1)
	/// Proof: `ParachainSystem::PendingUpwardMessages` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	fn open_channel() -> Weight {
		// Shortest run: 61_842_000 ps.
		Weight::from_parts(64_977_000, 3529)
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `ParachainInfo::ParachainId` (r:1 w:0)
	/// Proof: `ParachainInfo::ParachainId` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `PolkadotXcm::SupportedVersion` (r:1 w:0)
	/// Proof: `PolkadotXcm::SupportedVersion` (`max_values`: None, `max_size`: None, mode: `Measured`)
	/// Storage: `ParachainSystem::HostConfiguration` (r:1 w:0)
	/// Proof: `ParachainSystem::HostConfiguration` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	/// Storage: `ParachainSystem::PendingUpwardMessages` (r:1 w:1)
	/// Proof: `ParachainSystem::PendingUpwardMessages` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	fn accept_channel() -> Weight {
		// Shortest run: 61_882_000 ps.
		Weight::from_parts(65_828_000, 3529)
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `ParachainInfo::ParachainId` (r:1 w:0)
	/// Proof: `ParachainInfo::ParachainId` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `PolkadotXcm::SupportedVersion` (r:1 w:0)
	/// Proof: `PolkadotXcm::SupportedVersion` (`max_values`: None, `max_size`: None, mode: `Measured`)
	/// Storage: `ParachainSystem::HostConfiguration` (r:1 w:0)
	/// Proof: `ParachainSystem::HostConfiguration` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	/// Storage: `ParachainSystem::PendingUpwardMessages` (r:1 w:1)
	/// Proof: `ParachainSystem::PendingUpwardMessages` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	fn close_channel() -> Weight {
		// Shortest run: 61_682_000 ps.
		Weight::from_parts(64_937_000, 3529)
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Governance::SessionStart` (r:1 w:0)
	/// Proof: `Governance::SessionStart` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Governance::SessionLength` (r:1 w:0)
	/// Proof: `Governance::SessionLength` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	fn keep_session() -> Weight {
		// Shortest run: 11_918_000 ps.
		Weight::from_parts(12_910_000, 1493)
			.saturating_add(T::DbWeight::get().reads(3_u64))
	}
	/// Storage: `Session::CurrentIndex` (r:1 w:1)
	/// Proof: `Session::CurrentIndex` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	/// Storage: `Session::QueuedChanged` (r:1 w:1)
	/// Proof: `Session::QueuedChanged` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	/// Storage: `Session::QueuedKeys` (r:1 w:1)
	/// Proof: `Session::QueuedKeys` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	/// Storage: `Authorities::Members` (r:1 w:0)
	/// Proof: `Authorities::Members` (`max_values`: Some(1), `max_size`: Some(2050), added: 2545, mode: `MaxEncodedLen`)
	/// Storage: `Session::NextKeys` (r:64 w:0)
	/// Proof: `Session::NextKeys` (`max_values`: None, `max_size`: None, mode: `Measured`)
	/// Storage: `Aura::Authorities` (r:1 w:1)
	/// Proof: `Aura::Authorities` (`max_values`: Some(1), `max_size`: Some(2050), added: 2545, mode: `MaxEncodedLen`)
	/// Storage: `Pinning::Pinners` (r:0 w:1)
	/// Proof: `Pinning::Pinners` (`max_values`: Some(1), `max_size`: Some(4098), added: 4593, mode: `MaxEncodedLen`)
	/// Storage: `Pinning::Reports` (r:0 w:1)
	/// Proof: `Pinning::Reports` (`max_values`: Some(1), `max_size`: Some(258), added: 753, mode: `MaxEncodedLen`)
	/// Storage: `Governance::SessionStart` (r:0 w:1)
	/// Proof: `Governance::SessionStart` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Session::DisabledValidators` (r:0 w:1)
	/// Proof: `Session::DisabledValidators` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	/// Storage: `Session::Validators` (r:0 w:1)
	/// Proof: `Session::Validators` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	fn end_session() -> Weight {
		// Shortest run: 788_273_000 ps.
		Weight::from_parts(844_608_000, 175320)
			.saturating_add(T::DbWeight::get().reads(69_u64))
			.saturating_add(T::DbWeight::get().writes(9_u64))
	}
	/// Storage: `Governance::Proposers` (r:1 w:0)
	/// Proof: `Governance::Proposers` (`max_values`: Some(1), `max_size`: Some(8706), added: 9201, mode: `MaxEncodedLen`)
	fn keep_motions() -> Weight {
		// Shortest run: 21_081_000 ps.
		Weight::from_parts(23_806_000, 10191)
			.saturating_add(T::DbWeight::get().reads(1_u64))
	}
	/// Storage: `Governance::Proposers` (r:1 w:1)
	/// Proof: `Governance::Proposers` (`max_values`: Some(1), `max_size`: Some(8706), added: 9201, mode: `MaxEncodedLen`)
	/// Storage: `Council::Proposals` (r:1 w:1)
	/// Proof: `Council::Proposals` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	/// Storage: `Council::Voting` (r:0 w:1)
	/// Proof: `Council::Voting` (`max_values`: None, `max_size`: None, mode: `Measured`)
	/// Storage: `Council::ProposalOf` (r:0 w:1)
	/// Proof: `Council::ProposalOf` (`max_values`: None, `max_size`: None, mode: `Measured`)
	fn drop_motion() -> Weight {
		// Shortest run: 134_881_000 ps.
		Weight::from_parts(153_248_000, 14510)
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(4_u64))
	}
}

/// For a mock runtime: what the calls weigh without their accesses to storage.
impl WeightInfo for () {
	fn announce_upgrade() -> Weight {
		Weight::from_parts(32_729_000, 1525)
	}
	fn cancel_upgrade() -> Weight {
		Weight::from_parts(34_100_000, 1525)
	}
	fn authorize_announced_upgrade() -> Weight {
		Weight::from_parts(80_470_000, 3535)
	}
	fn add_authority() -> Weight {
		Weight::from_parts(1_977_505_000, 593578)
	}
	fn remove_authority() -> Weight {
		Weight::from_parts(1_819_539_000, 605383)
	}
	fn set_parameter() -> Weight {
		Weight::from_parts(16_775_000, 0)
	}
	fn open_channel() -> Weight {
		Weight::from_parts(64_977_000, 3529)
	}
	fn accept_channel() -> Weight {
		Weight::from_parts(65_828_000, 3529)
	}
	fn close_channel() -> Weight {
		Weight::from_parts(64_937_000, 3529)
	}
	fn keep_session() -> Weight {
		Weight::from_parts(12_910_000, 1493)
	}
	fn end_session() -> Weight {
		Weight::from_parts(844_608_000, 175320)
	}
	fn keep_motions() -> Weight {
		Weight::from_parts(23_806_000, 10191)
	}
	fn drop_motion() -> Weight {
		Weight::from_parts(153_248_000, 14510)
	}
}
