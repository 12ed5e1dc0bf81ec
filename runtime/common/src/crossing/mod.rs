//! # Crossing: a region's calls to the consortium, and their answers
//!
//! The pallets of a region call the consortium through
//! [`ToConsortium`], which this pallet implements over XCM, and are told
//! the answers through [`OnAnswer`]. Neither knows of XCM.
//!
//! ## Terminology
//!
//! - **Crossing call**: a [`ConsortiumCall`]: what it is about, and a sequence number.
//! - **Query**: `pallet-xcm`'s note that an answer is expected: from the consortium, asked by this
//!   chain itself, once.
//! - **Awaited**: a call that was sent and not answered.
//!
//! ## Scenarios
//!
//! 1. **A call crosses.** The pallet notes a query, and sends the program below by the runtime's
//!    router, which gives the message its id. If it can't be sent, nothing is written.
//!
//!    | instruction | |
//!    |---|---|
//!    | `UnpaidExecution` | the consortium executes for its regions unpaid |
//!    | `SetErrorHandler(ReportError)` | the answer, if the program fails before the call does |
//!    | `Transact` | the call, as the XCM origin that this region is |
//!    | `ReportTransactStatus` | the answer: done, or the call's own error |
//!    | `SetTopic` | the message's id, by the router |
//!
//!    One answer comes, never two. Without the status a call that fails would look done, as that is
//!    no error to XCM.
//! 2. **The consortium answers.** `pallet-xcm` checks who answers what, and calls
//!    [`answered`](Call::answered). The pallet reads the [`Answer`] and hands it on with what the
//!    call was about and its sequence number.
//! 3. **No answer comes.** The consortium's barrier drops what a region sends that it never admitted,
//!    and a channel may be closed with messages in it. Nothing here or in `pallet-xcm` expires: who
//!    waits has a deadline of its own. An answer that comes later is handed on all the same.
//! 4. **A call is sent again.** Each sending is answered for itself. Of those about the same thing
//!    the last [`MaxAwaited`](Config::MaxAwaited) are awaited; the oldest is forgotten, in
//!    `pallet-xcm` too, and its answer would be refused.
//!
//! ## Data structures
//!
//! [`Queries`] tells what a query's answer will be about; [`Awaited`] lists the queries about each
//! thing. So there are no more of them than `MaxAwaited` for each provider and inter-regional grant
//! that this region knows.
//!
//! ## Example
//!
//! ```
//! use salus_primitives::{About, ConsortiumCall, GrantRevocation, ProfessionalNumber, RemoteProvider};
//!
//! let grantee = RemoteProvider {
//!     region: 2002,
//!     number: ProfessionalNumber::parse("A12345").unwrap(),
//! };
//! let call = ConsortiumCall::RevokeGrant {
//!     revocation: GrantRevocation { record: 7, grantee, sequence: 2 },
//! };
//! assert_eq!(call.encode_call()[..2], [50, 3]);
//! assert!(matches!(call.about(), About::Grant(id) if id.record == 7));
//! ```

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod functions;
#[cfg(test)]
mod mock;
mod queries;
#[cfg(test)]
mod tests;
pub mod weights;

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::traits::Get;
use salus_primitives::{
	traits::{OnAnswer, ToConsortium},
	About, Answer, ConsortiumCall, MessageId, ParaId, QueryId,
};
use scale_info::TypeInfo;
use xcm::latest::{Response, SendXcm};

pub use pallet::*;
pub use queries::{Notes, QueriesOf};
pub use weights::WeightInfo;

/// A call that was sent and not answered.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct Sending {
	/// The query by which its answer is known.
	pub query: QueryId,
	/// The call's sequence number.
	pub sequence: u64,
}

/// Opens the way to the consortium, for benchmarks.
#[cfg(feature = "runtime-benchmarks")]
pub trait BenchmarkHelper {
	/// Lets the next messages to the consortium be sent.
	fn connect();
}

// In what the macros expand to.
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
		/// The runtime's call: [`Call::answered`] is what takes an answer.
		type NotifyCall: From<Call<Self>>;

		/// The notes of expected answers: `pallet-xcm`, by [`QueriesOf`].
		type Notes: Notes<Self::NotifyCall>;

		/// How a message leaves this chain.
		type Router: SendXcm;

		/// An answer from the consortium.
		type AnswerOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// Who is told of answers.
		type Receivers: OnAnswer;

		/// The region that this chain is.
		type Region: Get<ParaId>;

		/// The consortium's ParaId.
		#[pallet::constant]
		type Consortium: Get<ParaId>;

		/// The most sendings about one thing whose answers are awaited.
		#[pallet::constant]
		type MaxAwaited: Get<u32>;

		/// The weights of this pallet's calls.
		type WeightInfo: WeightInfo;

		/// Opens the way to the consortium.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: BenchmarkHelper;
	}

	/// What the answer to each query will be about, and which sequence number it answers.
	#[pallet::storage]
	pub type Queries<T: Config> = StorageMap<_, Twox64Concat, QueryId, (About, u64)>;

	/// The sendings about each thing that are not answered, in the order of sending.
	#[pallet::storage]
	pub type Awaited<T: Config> =
		StorageMap<_, Blake2_128Concat, About, BoundedVec<Sending, T::MaxAwaited>, ValueQuery>;

	/// What happened.
	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A call was sent to the consortium.
		Sent {
			/// What it is about.
			about: About,
			/// Its sequence number.
			sequence: u64,
			/// The query by which its answer is known.
			query: QueryId,
			/// The message's id, the same on both chains.
			message: MessageId,
		},
		/// The consortium answered.
		Answered {
			/// What the call was about.
			about: About,
			/// The sequence number that is answered.
			sequence: u64,
			/// The query by which the answer was known.
			query: QueryId,
			/// The answer.
			answer: Answer,
		},
		/// The consortium answered with what is no answer to a call. Nobody is told: the call's
		/// answer becomes overdue.
		Unreadable {
			/// What the call was about.
			about: About,
			/// The sequence number that is answered.
			sequence: u64,
			/// The query by which the answer was known.
			query: QueryId,
		},
	}

	/// Why a call was refused.
	#[pallet::error]
	pub enum Error<T> {
		/// No answer to such a query is awaited.
		NotFound,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(T::MaxAwaited::get() > 0, "an answer must be awaited");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Takes the consortium's answer (`response`) to a query (`query_id`), and hands it on.
		///
		/// By the consortium alone, through `pallet-xcm`. Emits [`Event::Answered`]. Costs what the
		/// receiver's taking of the answer does, besides two reads and two writes.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::answered())]
		pub fn answered(
			origin: OriginFor<T>,
			query_id: QueryId,
			response: Response,
		) -> DispatchResult {
			T::AnswerOrigin::ensure_origin(origin)?;
			let (about, sequence) = Queries::<T>::get(query_id).ok_or(Error::<T>::NotFound)?;
			Self::settle(query_id, &about);
			let Some(answer) = functions::read(&response) else {
				let query = query_id;
				Self::deposit_event(Event::Unreadable {
					about,
					sequence,
					query,
				});
				return Ok(());
			};
			T::Receivers::on_answer(&about, sequence, &answer);
			Self::deposit_event(Event::Answered {
				about,
				sequence,
				query: query_id,
				answer,
			});
			Ok(())
		}
	}
}

impl<T: Config> ToConsortium for Pallet<T> {
	fn region() -> ParaId {
		T::Region::get()
	}

	fn send(call: ConsortiumCall) -> Result<salus_primitives::Sent, salus_primitives::SendError> {
		Self::do_send(call)
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_connect() {
		T::BenchmarkHelper::connect();
	}
}
