//! # Pinning
//!
//! Keeps the envelopes of records on IPFS. An off-chain worker pins them with the Kubo beside its
//! node, and claims the pins on chain.
//!
//! ## Terminology
//!
//! - **Pinner**: an authority's node with its own Kubo. Its key is a session key beside Aura's, of
//!   key type [`KEY_TYPE`]. On chain it has the authority's account.
//! - **Pin**: one pinner's claim to keep the envelope of one record, with the time at which it
//!   last found all blocks.
//! - **Report**: one transaction of a pinner, with the pins that it claims and the pins that it
//!   lost.
//!
//! ## Scenarios
//!
//! 1. *A new record.* The worker of each pinner reads the envelope's inner nodes, within a budget
//!    that follows from the record's size. It checks that the file begins like an envelope, has
//!    Kubo pin it, reads all blocks offline, and claims the pin in its next report.
//! 2. *A pin gets old.* [`Config::RecheckPeriod`] after the last check, the worker reads the
//!    blocks again and claims the pin again. A pin that is not checked within
//!    [`Config::PinLifetime`] stops counting.
//! 3. *Blocks are lost.* The recheck finds missing blocks. The worker reports the pin as lost,
//!    which removes it. The record is then due like a new one. An operator can request a recheck
//!    of all pins: see [`RECHECK_KEY`](salus_primitives::local_storage::RECHECK_KEY).
//! 4. *Kubo is down, slow, or sends invalid answers.* The worker claims nothing and tries again,
//!    after longer and longer pauses.
//! 5. *A file of another size than its record says, or not an envelope.* The worker does not pin
//!    it.
//! 6. *An authority leaves.* Its pins stop counting in the next session. They are removed when the
//!    pins of the record are next written.
//!
//! ## Data structures
//!
//! - [`Pinners`]: the pinners of the session. A report names its pinner by the index.
//! - [`Pins`]: the pins of each record, at most one for each pinner.
//! - [`Reports`]: how many reports each pinner has made in the session. A report has the next
//!   number, so that it cannot be repeated. (The chain's clock stands still for a slot, so it does
//!   not order them.)
//!
//! The worker keeps notes in the node's local storage: where it continues and what it tries again.
//! Losing them does no harm, as [`Pallet::due`] alone decides what is due, for the worker and for
//! the chain. The address of Kubo's RPC interface is there as well, see
//! [`IPFS_API_KEY`](salus_primitives::local_storage::IPFS_API_KEY).
//!
//! ## Calls
//!
//! - [`claim_pins`](Call::claim_pins): a pinner's report, as an authorized transaction. No account
//!   can send it. The session key signs [`Pallet::payload`].
//!
//! ## Example
//!
//! The bytes that a pinner signs:
//!
//! ```
//! use frame_support::traits::ConstU32;
//! use pallet_pinning::Report;
//!
//! let report = Report::<ConstU32<64>> {
//!     pinner: 0,
//!     session: 7,
//!     number: 3,
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

/// A pinner's report in a runtime.
pub type ReportOf<T> = Report<<T as Config>::MaxBatch>;
/// A pin in a runtime.
pub type PinOf<T> = Pin<<T as frame_system::Config>::AccountId>;

/// The bytes that a pinner signs: the SCALE of ("salus/pins/v1", genesis hash of the chain,
/// report).
pub fn payload<MaxBatch: Get<u32>>(genesis: &[u8], report: &Report<MaxBatch>) -> Vec<u8> {
	("salus/pins/v1", genesis, report).encode()
}

// The code that the pallet macros generate breaks these lints.
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
		/// The current session: pallet-session.
		type Session: ValidatorSet<Self::AccountId>;
		/// The chain's clock.
		type Time: Time<Moment = Moment>;
		/// The most pinners; at least the most authorities.
		#[pallet::constant]
		type MaxPinners: Get<u32>;
		/// The pins that each record should have, at most [`Config::MaxPinners`]. Not a constant
		/// in the metadata, as the runtime may read it from the state.
		type ReplicationTarget: Get<u32>;
		/// The most claimed and the most lost pins in one report.
		#[pallet::constant]
		type MaxBatch: Get<u32>;
		/// Milliseconds after which a pin must be checked again.
		#[pallet::constant]
		type RecheckPeriod: Get<Moment>;
		/// Milliseconds after which a pin that was not checked again stops counting.
		#[pallet::constant]
		type PinLifetime: Get<Moment>;
		/// Milliseconds for which a report is valid. It must be longer than the worker's longest
		/// run.
		#[pallet::constant]
		type ReportLifetime: Get<Moment>;
		/// The first bytes of every envelope.
		type EnvelopeMagic: Get<&'static [u8]>;
		/// The priority of a report in the pool. The pool holds one report of each pinner.
		type ReportPriority: Get<TransactionPriority>;
		/// Weights of the calls.
		type WeightInfo: WeightInfo;
	}

	/// The pinners of the session: each authority's account and its session key.
	#[pallet::storage]
	pub type Pinners<T: Config> =
		StorageValue<_, BoundedVec<(T::AccountId, PinnerId), T::MaxPinners>, ValueQuery>;

	/// The pins of each record that has any, at most one for each pinner. Pins of former pinners
	/// do not count, and are removed when the record's pins are next written.
	#[pallet::storage]
	pub type Pins<T: Config> =
		StorageMap<_, Twox64Concat, RecordId, BoundedVec<PinOf<T>, T::MaxPinners>, ValueQuery>;

	/// How many reports each of [`Pinners`] has made in this session.
	#[pallet::storage]
	pub type Reports<T: Config> = StorageValue<_, BoundedVec<u32, T::MaxPinners>, ValueQuery>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A pinner reported claimed and lost pins.
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
		/// There is no pinner with this index.
		NotAuthorized,
		/// The report is not for the current session.
		WrongSession,
		/// The report is too old, or not the pinner's next one.
		Stale,
		/// The report is from the future.
		TooEarly,
		/// The report has no records.
		NothingReported,
		/// The records are not in ascending order, or a record is repeated.
		NotSorted,
		/// The record or the pin does not exist.
		NotFound,
		/// The pin is already claimed and was checked recently.
		NotDue,
	}

	#[pallet::call(weight = T::WeightInfo)]
	impl<T: Config> Pallet<T> {
		/// Claims pins and reports lost ones.
		///
		/// By a pinner, as an authorized transaction without fees: `signature` is the signature of
		/// its session key over [`Pallet::payload`]. Emits [`Event::PinsReported`]. The weight
		/// grows with the number of records.
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
			// `authorize` has checked the signature. Only it gives this origin.
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
			assert!(T::MaxPinners::get() > 0, "MaxPinners must not be 0");
			assert!(T::MaxBatch::get() > 0, "MaxBatch must not be 0");
			assert!(
				T::RecheckPeriod::get() < T::PinLifetime::get(),
				"RecheckPeriod must be shorter than PinLifetime"
			);
			assert!(T::RecheckPeriod::get() > 0, "RecheckPeriod must not be 0");
			assert!(
				T::ReportLifetime::get() > worker::MAX_RUN_TIME,
				"ReportLifetime must be longer than the longest run of the worker"
			);
			assert!(
				!T::EnvelopeMagic::get().is_empty(),
				"EnvelopeMagic must not be empty"
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
