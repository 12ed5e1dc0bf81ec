//! # Pinning
//!
//! Keeps the envelopes of records on IPFS: an off-chain worker has the Kubo beside its node pin
//! them, and the chain knows who claims to keep what.
//!
//! ## Terminology
//!
//! - **Pinner**: an authority's node with a Kubo of its own. Its key is a session key beside
//!   Aura's, of key type [`KEY_TYPE`]; the authority's account names it on chain.
//! - **Pin**: one pinner's claim to keep the envelope of one record, with the time at which it last
//!   found every block of it.
//! - **Report**: what a pinner tells the chain in one transaction: pins that it claims, and pins
//!   that it lost.
//!
//! ## Scenarios
//!
//! 1. *A new record.* Each pinner's worker reads the envelope's inner nodes within a budget that
//!    follows from the record's size, looks whether it begins like an envelope, has Kubo pin it,
//!    reads all its blocks offline, and claims the pin in its next report.
//! 2. *A pin grows old.* [`Config::RecheckPeriod`] after it was checked, the worker reads the blocks
//!    again and claims the pin anew. A pin that is not checked within [`Config::PinLifetime`]
//!    counts no more.
//! 3. *Blocks are lost.* The check finds a hole. The worker reports the pin as lost, which removes
//!    it, and the record is then due like a new one. An operator whose Kubo lost a disk need not wait
//!    for the check: see [`RECHECK_KEY`](salus_primitives::local_storage::RECHECK_KEY).
//! 4. *Kubo is down, slow, or tells nonsense.* Nothing is claimed; the worker tries again later,
//!    each time after a longer pause.
//! 5. *A record that is larger than it says, or no envelope.* It is not pinned.
//! 6. *An authority leaves.* Its pins count no more with the session that follows, and go when a
//!    record's pins are next written.
//!
//! ## Data structures
//!
//! - [`Pinners`]: the pinners of the session, in an order that reports refer to.
//! - [`Pins`]: for each record its pins, at most one for each pinner.
//! - [`LastReport`]: for each pinner the time of its last report. A report must be newer, so that
//!   none can be repeated.
//!
//! The worker's own notes (where it goes on, what it tries again) are in the node's local storage,
//! and can be lost without harm: [`Pallet::due`] alone decides what there is to do, for the worker
//! and for the chain. The address of Kubo's RPC interface stands there too, see
//! [`IPFS_API_KEY`](salus_primitives::local_storage::IPFS_API_KEY).
//!
//! ## Calls
//!
//! - [`claim_pins`](Call::claim_pins): a pinner's report, as an authorized transaction: no account
//!   can send it, and its signature is the session key's over [`Pallet::payload`].
//!
//! ## Example
//!
//! What a pinner signs:
//!
//! ```
//! use frame_support::traits::ConstU32;
//! use pallet_pinning::Report;
//!
//! let report = Report::<ConstU32<64>> {
//!     pinner: 0,
//!     session: 7,
//!     at: 1_800_000_000_000,
//!     claimed: vec![3, 4].try_into().unwrap(),
//!     lost: Default::default(),
//! };
//! let bytes = pallet_pinning::payload(&[1; 32], &report);
//! assert_ne!(bytes, pallet_pinning::payload(&[2; 32], &report), "another chain");
//! ```
#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(
	not(any(test, feature = "runtime-benchmarks")),
	deny(
		clippy::unwrap_used,
		clippy::expect_used,
		clippy::panic,
		clippy::indexing_slicing,
		clippy::arithmetic_side_effects,
		clippy::as_conversions
	)
)]

extern crate alloc;
#[cfg(test)]
extern crate self as pallet_pinning;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod claim_pins;
mod dag;
#[cfg(any(test, feature = "try-runtime"))]
mod invariants;
mod kubo;
#[cfg(test)]
mod mock;
mod pinners;
#[cfg(test)]
mod tests;
pub mod types;
mod views;
pub mod weights;
mod worker;

use alloc::vec::Vec;
use codec::Encode;
use frame_support::{
	pallet_prelude::*,
	traits::{Time, ValidatorSet},
};
use frame_system::{ensure_authorized, offchain::CreateAuthorizedTransaction, pallet_prelude::*};
use salus_primitives::{traits::Records, Moment, RecordId};
use sp_runtime::KeyTypeId;

pub use pallet::*;
pub use types::{Due, Pin, Report};
pub use weights::WeightInfo;

/// The target of the log lines.
const LOG_TARGET: &str = "salus::pinning";

/// The key type of pinners.
pub const KEY_TYPE: KeyTypeId = KeyTypeId(*b"pinn");

/// The session key of a pinner: sr25519.
pub mod crypto {
	mod app {
		use sp_application_crypto::{app_crypto, sr25519};
		app_crypto!(sr25519, crate::KEY_TYPE);
	}

	sp_application_crypto::with_pair! {
		/// The pair behind a [`PinnerId`].
		pub type PinnerPair = app::Pair;
	}

	/// A pinner's public key.
	pub type PinnerId = app::Public;

	/// A pinner's signature.
	pub type PinnerSignature = app::Signature;
}

use crypto::{PinnerId, PinnerSignature};

/// A pinner's report, bounded as the runtime says.
pub type ReportOf<T> = Report<<T as Config>::MaxBatch>;
/// A pin, with the runtime's accounts.
pub type PinOf<T> = Pin<<T as frame_system::Config>::AccountId>;

/// The bytes that a pinner signs: the SCALE of ("salus/pins/v1", genesis hash of the chain, report).
pub fn payload<MaxBatch: Get<u32>>(genesis: &[u8], report: &Report<MaxBatch>) -> Vec<u8> {
	("salus/pins/v1", genesis, report).encode()
}

// What the pallet macros write trips these.
#[allow(clippy::expect_used, clippy::as_conversions)]
#[frame_support::pallet]
pub mod pallet {
	use super::*;

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config:
		frame_system::Config<Hash: AsRef<[u8]>> + CreateAuthorizedTransaction<Call<Self>>
	{
		/// The records whose envelopes are to be kept.
		type Records: Records;
		/// Tells the session that runs: pallet-session.
		type Session: ValidatorSet<Self::AccountId>;
		/// The chain's clock.
		type Time: Time<Moment = Moment>;
		/// The most pinners; at least the most authorities.
		#[pallet::constant]
		type MaxPinners: Get<u32>;
		/// Pins that each record should have, no more than [`Config::MaxPinners`]. The runtime may
		/// read it from the state, so it is no constant of the metadata.
		type ReplicationTarget: Get<u32>;
		/// The most records that one report claims, and the most that it reports as lost.
		#[pallet::constant]
		type MaxBatch: Get<u32>;
		/// Milliseconds after which a pin is to be checked again.
		#[pallet::constant]
		type RecheckPeriod: Get<Moment>;
		/// Milliseconds after which a pin that was not checked again counts no more.
		#[pallet::constant]
		type PinLifetime: Get<Moment>;
		/// Milliseconds for which a report can be included. The worker's longest run is a part of
		/// it.
		#[pallet::constant]
		type ReportLifetime: Get<Moment>;
		/// The first bytes of every envelope.
		type EnvelopeMagic: Get<&'static [u8]>;
		/// The priority of a report in the pool, which holds one of each pinner.
		type ReportPriority: Get<TransactionPriority>;
		/// Weights of the calls.
		type WeightInfo: WeightInfo;
	}

	/// The pinners of the session: each authority's account and its session key.
	#[pallet::storage]
	pub type Pinners<T: Config> =
		StorageValue<_, BoundedVec<(T::AccountId, PinnerId), T::MaxPinners>, ValueQuery>;

	/// The pins of each record that has any, at most one for each pinner. Pins of former pinners
	/// may be among them: they count no more, and go when the record's pins are next written.
	#[pallet::storage]
	pub type Pins<T: Config> =
		StorageMap<_, Twox64Concat, RecordId, BoundedVec<PinOf<T>, T::MaxPinners>, ValueQuery>;

	/// The time of each pinner's last report. Only pinners of the session have one.
	#[pallet::storage]
	pub type LastReport<T: Config> = StorageMap<_, Twox64Concat, T::AccountId, Moment>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A pinner claimed pins, or lost some.
		PinsReported {
			/// The authority whose node is the pinner.
			pinner: T::AccountId,
			/// Records whose envelopes it keeps.
			claimed: BoundedVec<RecordId, T::MaxBatch>,
			/// Records whose envelopes it no longer keeps.
			lost: BoundedVec<RecordId, T::MaxBatch>,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// There is no pinner at this place.
		NotAuthorized,
		/// The report is for another session than the one that runs.
		WrongSession,
		/// The report is no newer than the pinner's last one, or too old.
		Stale,
		/// The report is from a later time than the chain's.
		TooEarly,
		/// The report has no records.
		NothingReported,
		/// The records are not in ascending order, or one is there twice.
		NotSorted,
		/// There is no such record, or no such pin.
		NotFound,
		/// The pin is already claimed and was checked recently.
		NotDue,
	}

	#[pallet::call(weight = T::WeightInfo)]
	impl<T: Config> Pallet<T> {
		/// Claims pins and reports lost ones.
		///
		/// Only as an authorized transaction: the signature is by the session key of the pinner
		/// that the report names, over [`Pallet::payload`]. Nobody pays for it. Emits
		/// [`Event::PinsReported`].
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::claim_pins(len(&report.claimed), len(&report.lost)))]
		#[pallet::authorize(Self::authorize_claim_pins)]
		#[pallet::weight_of_authorize(
			T::WeightInfo::authorize_claim_pins(len(&report.claimed), len(&report.lost))
		)]
		pub fn claim_pins(
			origin: OriginFor<T>,
			report: ReportOf<T>,
			signature: PinnerSignature,
		) -> DispatchResult {
			ensure_authorized(origin)?;
			// The signature was checked by `authorize`, the one source of this origin.
			let _ = signature;
			let (pinner, _) = Self::check_report(&report)?;
			Self::do_claim_pins(pinner, report);
			Ok(())
		}
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn offchain_worker(_block: BlockNumberFor<T>) {
			worker::run::<T>();
		}

		fn integrity_test() {
			assert!(T::MaxPinners::get() > 0, "there must be room for a pinner");
			assert!(
				T::MaxBatch::get() > 0,
				"a report must have room for a record"
			);
			assert!(
				T::RecheckPeriod::get() < T::PinLifetime::get(),
				"pins would lapse before they are checked"
			);
			assert!(T::RecheckPeriod::get() > 0, "every pin would always be due");
			assert!(
				T::ReportLifetime::get() > worker::MAX_RUN_TIME,
				"reports would be too old when they are made"
			);
			assert!(
				!T::EnvelopeMagic::get().is_empty(),
				"any file would pass for an envelope"
			);
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_block: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}
}

fn len<MaxBatch: Get<u32>>(records: &BoundedVec<RecordId, MaxBatch>) -> u32 {
	u32::try_from(records.len()).unwrap_or(u32::MAX)
}
