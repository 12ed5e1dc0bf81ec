//! A runtime whose queries, router and receivers are mocks that a test sets and reads.

use std::collections::BTreeSet;

use codec::{DecodeAll, Encode};
use frame_support::{
	derive_impl, parameter_types,
	storage::unhashed,
	traits::{ConstU32, ConstU64},
	weights::Weight,
};
use frame_system::EnsureSignedBy;
use salus_primitives::{
	testing::{golden_call, provider_of, Now, START},
	traits::OnAnswer,
	About, Answer, ConsortiumCall, ConsortiumRuntimeCall, DeliveredGrant, DirectoryEntry,
	GrantRevocation, InterregionalGrantId, Moment, ParaId, QueryId, RemoteProvider,
};
use sp_runtime::BuildStorage;
use xcm::latest::prelude::*;

use crate::NotifyQueries;

type Block = frame_system::mocking::MockBlock<Test>;

#[frame_support::runtime]
mod runtime {
	#[runtime::runtime]
	#[runtime::derive(
		RuntimeCall,
		RuntimeEvent,
		RuntimeError,
		RuntimeOrigin,
		RuntimeFreezeReason,
		RuntimeHoldReason,
		RuntimeSlashReason,
		RuntimeLockId,
		RuntimeTask
	)]
	pub struct Test;

	#[runtime::pallet_index(0)]
	pub type System = frame_system;
	#[runtime::pallet_index(44)]
	pub type Crossing = crate;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
}

pub const REGION: ParaId = 2001;
pub const CONSORTIUM: ParaId = 2000;
/// The account that may answer in the consortium's name.
pub const CONSORTIUM_ACCOUNT: u64 = 2000;
/// The id that the mock's router gives to each message.
pub const MESSAGE: XcmHash = [7; 32];

parameter_types! {
	/// The error with which the router refuses each message.
	pub static RouterError: Option<SendError> = None;
	/// Whether the router refuses on delivery, and not on validation.
	pub static RefuseOnDelivery: bool = false;
	/// The messages that the router delivered.
	pub static Messages: Vec<(Location, Xcm<()>)> = Vec::new();
	/// The answers that the receiver got.
	pub static Answers: Vec<(About, u64, Answer)> = Vec::new();
	/// The answers that the receiver learnt are overdue, with their deadlines.
	pub static Overdue: Vec<(About, u64, Moment)> = Vec::new();
	pub const PollWeight: Weight = Weight::from_parts(1_000_000_000, 100_000);
}

/// How long an answer is awaited.
pub const ANSWER_WITHIN: Moment = 1_000;
/// The most calls of a kind that wait for their answers.
pub const MAX_IN_FLIGHT: u32 = 6;
/// The most of them that one provider sent.
pub const MAX_IN_FLIGHT_OF_PROVIDER: u32 = 4;

/// Stands for `pallet-xcm`. Keeps its queries in the state, so that a rollback removes them.
pub struct MockQueries;

const NEXT: &[u8] = b"next query";
const OPEN: &[u8] = b"open queries";

impl MockQueries {
	/// The queries that were created and not removed.
	pub fn open() -> BTreeSet<QueryId> {
		unhashed::get_or_default(OPEN)
	}
}

impl NotifyQueries<RuntimeCall> for MockQueries {
	fn create(responder: Location, notify: RuntimeCall) -> QueryId {
		assert_eq!(responder, Location::new(1, [Parachain(CONSORTIUM)]));
		assert_eq!(notify.encode()[..2], [44, 0], "the bytes of `answered`");
		let query: QueryId = unhashed::get_or_default(NEXT);
		unhashed::put(NEXT, &(query + 1));
		let mut open = Self::open();
		open.insert(query);
		unhashed::put(OPEN, &open);
		query
	}

	fn remove(query: QueryId) {
		let mut open = Self::open();
		assert!(open.remove(&query), "query {query} does not exist");
		unhashed::put(OPEN, &open);
	}
}

/// Delivers each message, or fails with [`RouterError`].
pub struct Router;

impl SendXcm for Router {
	type Ticket = (Location, Xcm<()>);

	fn validate(
		to: &mut Option<Location>,
		message: &mut Option<Xcm<()>>,
	) -> SendResult<Self::Ticket> {
		match RouterError::get() {
			Some(error) if !RefuseOnDelivery::get() => Err(error),
			_ => Ok(((to.take().unwrap(), message.take().unwrap()), Assets::new())),
		}
	}

	fn deliver(ticket: Self::Ticket) -> Result<XcmHash, SendError> {
		if let Some(error) = RouterError::get() {
			return Err(error);
		}
		Messages::mutate(|messages| messages.push(ticket));
		Ok(MESSAGE)
	}
}

/// Collects the answers.
pub struct Receiver;

impl OnAnswer for Receiver {
	fn on_answer(about: &About, sequence: u64, answer: &Answer) {
		Answers::mutate(|answers| answers.push((about.clone(), sequence, answer.clone())));
	}

	fn on_overdue(about: &About, sequence: u64, deadline: Moment) {
		Overdue::mutate(|overdue| overdue.push((about.clone(), sequence, deadline)));
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_awaiting() -> Option<(About, u64)> {
		Some((about(1), 1))
	}
}

#[cfg(feature = "runtime-benchmarks")]
impl crate::BenchmarkHelper for () {
	fn connect() {}
}

frame_support::ord_parameter_types! {
	pub const ConsortiumAccount: u64 = CONSORTIUM_ACCOUNT;
}

impl crate::Config for Test {
	type NotifyCall = RuntimeCall;
	type NotifyQueries = MockQueries;
	type Router = Router;
	type AnswerOrigin = EnsureSignedBy<ConsortiumAccount, u64>;
	type Receivers = Receiver;
	type Region = ConstU32<REGION>;
	type Consortium = ConstU32<CONSORTIUM>;
	type MaxAwaited = ConstU32<3>;
	type Time = Now;
	type AnswerTime = ConstU64<ANSWER_WITHIN>;
	type MaxInFlight = ConstU32<MAX_IN_FLIGHT>;
	type MaxInFlightOfProvider = ConstU32<MAX_IN_FLIGHT_OF_PROVIDER>;
	type PollWeight = PollWeight;
	type WeightInfo = ();
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = ();
}

/// The grantee of all grants.
pub fn grantee() -> RemoteProvider {
	provider_of(2002, 7)
}

/// A call that revokes the grant of a record.
pub fn call(record: u64, sequence: u64) -> ConsortiumCall {
	ConsortiumCall::RevokeGrant {
		revocation: GrantRevocation {
			record,
			grantee: grantee(),
			sequence,
		},
	}
}

/// A call of the golden file.
fn golden(name: &str) -> ConsortiumCall {
	let bytes = golden_call(name);
	let ConsortiumRuntimeCall::Consortium(call) = DecodeAll::decode_all(&mut &bytes[..]).unwrap();
	call
}

/// A call that delivers the grant of a record.
pub fn delivery(record: u64, sequence: u64) -> ConsortiumCall {
	let ConsortiumCall::DeliverGrant { grant } = golden("deliver_grant") else {
		panic!("not a delivery");
	};
	ConsortiumCall::DeliverGrant {
		grant: DeliveredGrant {
			record,
			grantee: grantee(),
			sequence,
			..grant
		},
	}
}

/// A call with a directory entry.
pub fn entry(sequence: u64) -> ConsortiumCall {
	let ConsortiumCall::UpdateProvider { entry } = golden("update_provider") else {
		panic!("not an update");
	};
	ConsortiumCall::UpdateProvider {
		entry: DirectoryEntry { sequence, ..entry },
	}
}

/// The subject of a call about the grant of a record.
pub fn about(record: u64) -> About {
	About::Grant(InterregionalGrantId {
		record,
		grantee: grantee(),
	})
}

pub fn new_test_ext() -> sp_io::TestExternalities {
	let storage = RuntimeGenesisConfig::default().build_storage().unwrap();
	let mut ext = sp_io::TestExternalities::new(storage);
	RouterError::set(None);
	RefuseOnDelivery::set(false);
	Messages::set(Vec::new());
	Answers::set(Vec::new());
	Overdue::set(Vec::new());
	Now::set(START);
	ext.execute_with(|| System::set_block_number(1));
	ext
}

/// Runs a test on a new chain, then checks the pallet's state.
pub fn run(test: impl FnOnce()) {
	new_test_ext().execute_with(|| {
		test();
		Crossing::do_try_state().unwrap();
	});
}
