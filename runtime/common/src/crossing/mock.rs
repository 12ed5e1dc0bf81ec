//! A runtime whose queries, router and receivers are tables that a test reads and writes.

use std::collections::BTreeSet;

use codec::Encode;
use frame_support::{derive_impl, parameter_types, traits::ConstU32};
use frame_system::EnsureSignedBy;
use salus_primitives::{
	traits::OnAnswer, About, Answer, ConsortiumCall, GrantRevocation, InterregionalGrantId, ParaId,
	ProfessionalNumber, QueryId, RemoteProvider,
};
use sp_runtime::BuildStorage;
use xcm::latest::prelude::*;

use super::Notes;

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
	pub type Crossing = crate::crossing;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
}

pub const REGION: ParaId = 2001;
pub const CONSORTIUM: ParaId = 2000;
/// The account that the mock takes for the consortium.
pub const ANSWERS: u64 = 2000;
/// The message id that the mock's router gives.
pub const MESSAGE: XcmHash = [7; 32];

parameter_types! {
	/// What the router says to the next messages; `None`: it takes them.
	pub static Refusing: Option<SendError> = None;
	/// Whether it says so only when the message is to leave.
	pub static RefusingLate: bool = false;
	pub static Messages: Vec<(Location, Xcm<()>)> = Vec::new();
	/// What the receivers were told.
	pub static Told: Vec<(About, u64, Answer)> = Vec::new();
}

/// Writes its notes into the state, so that rolling back is seen.
pub struct Notebook;

const NEXT: &[u8] = b"next query";
const NOTED: &[u8] = b"noted queries";

impl Notebook {
	/// The queries that are noted.
	pub fn noted() -> BTreeSet<QueryId> {
		frame_support::storage::unhashed::get_or_default(NOTED)
	}
}

impl Notes<RuntimeCall> for Notebook {
	fn note(responder: Location, notify: RuntimeCall) -> QueryId {
		assert_eq!(responder, Location::new(1, [Parachain(CONSORTIUM)]));
		assert_eq!(notify.encode()[..2], [44, 0], "the call that takes answers");
		let query: QueryId = frame_support::storage::unhashed::get_or_default(NEXT);
		frame_support::storage::unhashed::put(NEXT, &(query + 1));
		let mut noted = Self::noted();
		noted.insert(query);
		frame_support::storage::unhashed::put(NOTED, &noted);
		query
	}

	fn forget(query: QueryId) {
		let mut noted = Self::noted();
		assert!(noted.remove(&query), "what was never noted is forgotten");
		frame_support::storage::unhashed::put(NOTED, &noted);
	}
}

/// Takes what [`Refusing`] lets it.
pub struct Router;

impl SendXcm for Router {
	type Ticket = (Location, Xcm<()>);

	fn validate(
		to: &mut Option<Location>,
		message: &mut Option<Xcm<()>>,
	) -> SendResult<Self::Ticket> {
		match Refusing::get() {
			Some(error) if !RefusingLate::get() => Err(error),
			_ => Ok(((to.take().unwrap(), message.take().unwrap()), Assets::new())),
		}
	}

	fn deliver(ticket: Self::Ticket) -> Result<XcmHash, SendError> {
		if let Some(error) = Refusing::get() {
			return Err(error);
		}
		Messages::mutate(|messages| messages.push(ticket));
		Ok(MESSAGE)
	}
}

/// Notes what it is told.
pub struct Receiver;

impl OnAnswer for Receiver {
	fn on_answer(about: &About, sequence: u64, answer: &Answer) {
		Told::mutate(|told| told.push((about.clone(), sequence, answer.clone())));
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_awaiting() -> Option<(About, u64)> {
		Some((about(1), 1))
	}
}

#[cfg(feature = "runtime-benchmarks")]
impl super::BenchmarkHelper for () {
	fn connect() {}
}

frame_support::ord_parameter_types! {
	pub const Consortium: u64 = ANSWERS;
}

impl super::Config for Test {
	type NotifyCall = RuntimeCall;
	type Notes = Notebook;
	type Router = Router;
	type AnswerOrigin = EnsureSignedBy<Consortium, u64>;
	type Receivers = Receiver;
	type Region = ConstU32<REGION>;
	type Consortium = ConstU32<CONSORTIUM>;
	type MaxAwaited = ConstU32<3>;
	type WeightInfo = ();
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = ();
}

/// The grantee of all grants here.
pub fn grantee() -> RemoteProvider {
	RemoteProvider {
		region: 2002,
		number: ProfessionalNumber::parse("A12345").unwrap(),
	}
}

/// A call about the grant of a record.
pub fn call(record: u64, sequence: u64) -> ConsortiumCall {
	ConsortiumCall::RevokeGrant {
		revocation: GrantRevocation {
			record,
			grantee: grantee(),
			sequence,
		},
	}
}

/// What that call is about.
pub fn about(record: u64) -> About {
	About::Grant(InterregionalGrantId {
		record,
		grantee: grantee(),
	})
}

pub fn new_test_ext() -> sp_io::TestExternalities {
	let storage = RuntimeGenesisConfig::default().build_storage().unwrap();
	let mut ext = sp_io::TestExternalities::new(storage);
	Refusing::set(None);
	RefusingLate::set(false);
	Messages::set(Vec::new());
	Told::set(Vec::new());
	ext.execute_with(|| System::set_block_number(1));
	ext
}

/// Runs a test on a fresh chain, then checks the pallet's state.
pub fn run(test: impl FnOnce()) {
	new_test_ext().execute_with(|| {
		test();
		Crossing::do_try_state().unwrap();
	});
}
