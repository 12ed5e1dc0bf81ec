//! # Crossing: a region's calls to the consortium, and the answers
//!
//! The pallets of a region call the consortium through [`ToConsortium`] and receive its answers
//! through [`OnAnswer`]. This pallet connects the two by XCM, so the other pallets need no XCM.
//!
//! ## Terminology
//!
//! - **Crossing call**: a [`ConsortiumCall`]. It has a subject and a sequence number.
//! - **Query**: an entry of `pallet-xcm` that expects one answer, from the consortium, to a
//!   question that this chain itself asked.
//! - **Awaited call**: a call that was sent and has no answer yet.
//!
//! ## Scenarios
//!
//! 1. **A pallet sends a call.** This pallet creates a query and sends the program below through
//!    the runtime's router, which gives the message its id. If the message cannot be sent, nothing
//!    is written.
//!
//!    | instruction | purpose |
//!    |---|---|
//!    | `UnpaidExecution` | the consortium executes for its regions without payment |
//!    | `SetErrorHandler(ReportError)` | answers if the program fails before the call is dispatched |
//!    | `Transact` | makes the call, with this region as the XCM origin |
//!    | `ReportTransactStatus` | answers with the result of the call |
//!    | `SetTopic` | the message's id, appended by the router |
//!
//!    The consortium sends exactly one answer. A failed call is not an XCM error: without
//!    `ReportTransactStatus` it would look like a success.
//! 2. **The consortium answers.** `pallet-xcm` checks the sender and the query, then calls
//!    [`answered`](Call::answered). This pallet reads the [`Answer`] and passes it on with the
//!    subject and the sequence number of the call.
//! 3. **No answer comes.** The consortium drops messages from a region that it never admitted. A
//!    channel can be closed while it holds messages. After [`AnswerTime`](Config::AnswerTime) the
//!    pallet that called learns that its answer is overdue. A late answer is passed on too.
//! 4. **A call is sent again.** Each copy gets its own answer. The pallet waits for the answers to
//!    the last [`MaxAwaited`](Config::MaxAwaited) calls about one subject. It deletes the query of
//!    the oldest, here and in `pallet-xcm`, so a later answer to that one is refused.
//!
//! ## Data structures
//!
//! - [`Queries`]: the subject, the sequence number and the deadline of each query.
//! - [`Deadlines`]: the queries whose deadline has not passed, earliest first.
//! - [`InFlight`]: how many of them there are of each kind, at most
//!   [`MaxInFlight`](Config::MaxInFlight) but for revocations.
//! - [`InFlightOf`]: how many of them each provider sent, at most
//!   [`MaxInFlightOfProvider`](Config::MaxInFlightOfProvider).
//! - [`Awaited`]: the awaited calls about each subject. A region has at most `MaxAwaited` of them
//!   for each provider and each inter-regional grant that it knows.
//!
//! ## Calls
//!
//! - [`answered`](Call::answered)
//!
//! ## Example
//!
//! Another pallet revokes an inter-regional grant:
//!
//! ```
//! use pallet_crossing::{Config, Pallet};
//! use salus_primitives::{traits::ToConsortium, ConsortiumCall, GrantRevocation, SendError, Sent};
//!
//! fn revoke<T: Config>(revocation: GrantRevocation) -> Result<Sent, SendError> {
//!     Pallet::<T>::send(ConsortiumCall::RevokeGrant { revocation })
//! }
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

mod answered;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod deadlines;
#[cfg(any(test, feature = "try-runtime"))]
mod invariants;
#[cfg(test)]
mod mock;
mod queries;
mod send;
#[cfg(test)]
mod tests;
mod types;
pub mod weights;

use frame_support::{
	traits::{Get, Time},
	weights::WeightMeter,
};
use salus_primitives::{
	poll,
	traits::{OnAnswer, ToConsortium},
	About, Answer, ConsortiumCall, MessageId, Moment, ParaId, ProviderId, QueryId, SendError, Sent,
};
use xcm::latest::{Response, SendXcm};

pub use pallet::*;
pub use queries::{NotifyQueries, PalletXcmQueries};
pub use types::{AwaitedCall, Deadline, Kind, Place, Query};
pub use weights::WeightInfo;

/// Opens the channel to the consortium, for benchmarks.
#[cfg(feature = "runtime-benchmarks")]
pub trait BenchmarkHelper {
	/// Makes the next messages to the consortium deliverable.
	fn connect();
}

// The pallet macros expand to code that these lints deny.
#[allow(clippy::expect_used, clippy::as_conversions)]
#[frame_support::pallet]
pub mod pallet {
	use frame_support::pallet_prelude::*;
	use frame_system::pallet_prelude::*;

	use super::*;

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// The configuration of this pallet.
	#[pallet::config]
	pub trait Config: frame_system::Config {
		/// The runtime's call. `pallet-xcm` delivers an answer by [`Call::answered`].
		type NotifyCall: From<Call<Self>>;

		/// The queries of `pallet-xcm`: [`PalletXcmQueries`].
		type NotifyQueries: NotifyQueries<Self::NotifyCall>;

		/// Sends messages to other chains.
		type Router: SendXcm;

		/// The origin of an answer from the consortium.
		type AnswerOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// The pallets that receive answers.
		type Receivers: OnAnswer;

		/// The ParaId of this region.
		type Region: Get<ParaId>;

		/// The ParaId of the consortium.
		#[pallet::constant]
		type Consortium: Get<ParaId>;

		/// The most calls about one subject whose answers are awaited.
		#[pallet::constant]
		type MaxAwaited: Get<u32>;

		/// The chain's clock, in Unix milliseconds.
		type Time: Time<Moment = Moment>;

		/// How long an answer is awaited, in milliseconds.
		#[pallet::constant]
		type AnswerTime: Get<Moment>;

		/// The most deliveries of grants whose deadline has not passed, and the most directory
		/// entries.
		#[pallet::constant]
		type MaxInFlight: Get<u32>;

		/// The most of them that one provider sent.
		#[pallet::constant]
		type MaxInFlightOfProvider: Get<u32>;

		/// The most weight for deadlines before the transactions of a block.
		#[pallet::constant]
		type PollWeight: Get<Weight>;

		/// Weights of the call and of the deadlines.
		type WeightInfo: WeightInfo;

		/// Opens the channel to the consortium.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: BenchmarkHelper;
	}

	/// The call that each query belongs to.
	#[pallet::storage]
	pub type Queries<T: Config> = StorageMap<_, Twox64Concat, QueryId, Query>;

	/// The queries whose deadline has not passed, earliest deadline first, and their places.
	#[pallet::storage]
	pub type Deadlines<T: Config> = StorageMap<_, Identity, Deadline, Place>;

	/// How many entries of each kind there are in [`Deadlines`].
	#[pallet::storage]
	pub type InFlight<T: Config> = StorageMap<_, Identity, Kind, u32, ValueQuery>;

	/// How many entries of each provider there are in [`Deadlines`].
	#[pallet::storage]
	pub type InFlightOf<T: Config> = StorageMap<_, Identity, ProviderId, u32, ValueQuery>;

	/// The calls about each subject that have no answer yet, oldest first.
	#[pallet::storage]
	pub type Awaited<T: Config> =
		StorageMap<_, Blake2_128Concat, About, BoundedVec<AwaitedCall, T::MaxAwaited>, ValueQuery>;

	/// The events of this pallet.
	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A call was sent to the consortium.
		Sent {
			/// The subject of the call.
			about: About,
			/// Its sequence number.
			sequence: u64,
			/// The query that its answer will name.
			query: QueryId,
			/// The message's id, the same on both chains.
			message: MessageId,
		},
		/// The consortium answered a call.
		Answered {
			/// The subject of the call.
			about: About,
			/// Its sequence number.
			sequence: u64,
			/// The query that the answer named.
			query: QueryId,
			/// The answer.
			answer: Answer,
		},
		/// The consortium did not answer a call by its deadline.
		Overdue {
			/// The subject of the call.
			about: About,
			/// Its sequence number.
			sequence: u64,
			/// The query that its answer will name.
			query: QueryId,
		},
		/// The consortium sent a response that is not an answer to a call. The call is overdue.
		Unreadable {
			/// The subject of the call.
			about: About,
			/// Its sequence number.
			sequence: u64,
			/// The query that the response named.
			query: QueryId,
		},
	}

	/// Why a call is refused.
	#[pallet::error]
	pub enum Error<T> {
		/// The query is unknown: it was answered before, or newer calls replaced it.
		NotFound,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(T::MaxAwaited::get() > 0, "MaxAwaited must not be 0");
			assert!(
				T::AnswerTime::get() > 0,
				"AnswerTime must not be 0: every answer would be overdue"
			);
			assert!(
				T::MaxInFlight::get() > 0,
				"MaxInFlight must not be 0: nothing could be sent"
			);
			assert!(
				T::MaxInFlightOfProvider::get() > 0,
				"MaxInFlightOfProvider must not be 0: no grant could be forwarded"
			);
			let least =
				T::WeightInfo::deadlines_nothing().saturating_add(T::WeightInfo::deadlines_one());
			assert!(
				T::PollWeight::get().all_gte(least),
				"PollWeight must have room for a deadline"
			);
		}

		/// Ends the wait for the answers that are overdue, the earliest first.
		fn on_poll(_block: BlockNumberFor<T>, block: &mut WeightMeter) {
			poll::within(block, T::PollWeight::get(), Self::do_deadlines);
		}

		/// Ends more of them if the block has room.
		fn on_idle(_block: BlockNumberFor<T>, left: Weight) -> Weight {
			poll::with_the_rest(left, T::PollWeight::get(), Self::do_deadlines)
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_block: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Receives the consortium's answer (`response`) to a query (`query_id`) and passes it on.
		///
		/// Only the consortium can make this call, through `pallet-xcm`.
		///
		/// Emits [`Event::Answered`], or [`Event::Unreadable`] if the response is not an answer.
		/// The weight is that of the most expensive receiver, four reads and four writes.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::answered())]
		pub fn answered(
			origin: OriginFor<T>,
			query_id: QueryId,
			response: Response,
		) -> DispatchResult {
			T::AnswerOrigin::ensure_origin(origin)?;
			let query = Queries::<T>::get(query_id).ok_or(Error::<T>::NotFound)?;
			Self::do_answered(query_id, query, &response);
			Ok(())
		}
	}
}

impl<T: Config> ToConsortium for Pallet<T> {
	fn region() -> ParaId {
		T::Region::get()
	}

	fn send(call: ConsortiumCall) -> Result<Sent, SendError> {
		Self::do_send(None, call)
	}

	fn send_for(by: ProviderId, call: ConsortiumCall) -> Result<Sent, SendError> {
		Self::do_send(Some(by), call)
	}

	fn awaited_until(about: &About, sequence: u64) -> Option<Moment> {
		let awaited = Awaited::<T>::get(about);
		let mut of_call = awaited
			.iter()
			.rev()
			.filter(|call| call.sequence == sequence);
		Some(Queries::<T>::get(of_call.next()?.query)?.deadline)
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_connect() {
		T::BenchmarkHelper::connect();
	}
}
