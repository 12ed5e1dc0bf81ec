//! A runtime with the real membership and collective, three authorities and a clock.

use std::collections::BTreeMap;

use frame_support::{
	derive_impl, parameter_types,
	traits::{ConstU32, ConstU64},
	weights::Weight,
};
use frame_system::EnsureNever;
pub use salus_primitives::testing::{account, pair, Now, START};
use salus_primitives::{testing, traits::Term, AccountId, MessageId, Moment, ParaId};
use sp_core::{
	traits::{Externalities, ReadRuntimeVersion, ReadRuntimeVersionExt},
	H256,
};
use sp_runtime::{BuildStorage, DispatchResult};

use crate::{
	ChannelError, Channels, EnsureAuthoritiesDecided, Membership, Motions, Origin, SessionKeys,
	Sessions,
};

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
	#[runtime::pallet_index(30)]
	pub type Authorities = pallet_membership<Instance1>;
	#[runtime::pallet_index(31)]
	pub type Council = pallet_collective<Instance1>;
	#[runtime::pallet_index(32)]
	pub type Governance = crate;
}

pub type CouncilInstance = frame_support::instances::Instance1;

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
	type AccountId = AccountId;
	type Lookup = sp_runtime::traits::IdentityLookup<AccountId>;
}

impl pallet_membership::Config<CouncilInstance> for Test {
	type RuntimeEvent = RuntimeEvent;
	type AddOrigin = EnsureAuthoritiesDecided;
	type RemoveOrigin = EnsureAuthoritiesDecided;
	type SwapOrigin = EnsureNever<()>;
	type ResetOrigin = EnsureNever<()>;
	type PrimeOrigin = EnsureNever<()>;
	type MembershipInitialized = Council;
	type MembershipChanged = Council;
	type MaxMembers = ConstU32<5>;
	type WeightInfo = ();
}

parameter_types! {
	pub MaxProposalWeight: Weight = Weight::MAX;
	/// The session keys of each account. A number stands for the keys of a node.
	pub static NodeKeys: BTreeMap<AccountId, u8> = keys_at_genesis();
	pub static MinNoticePeriod: Moment = 10;
	/// What was sent to the relay chain.
	pub static Requests: Vec<Request> = vec![];
	/// Why nothing can be sent. `None`: it can.
	pub static ChannelFailure: Option<ChannelError> = None;
	/// Whether this block may end a session.
	pub static MayEnd: bool = true;
	/// How many sessions have ended.
	pub static Ended: u32 = 0;
}

/// This chain.
pub const THIS_CHAIN: ParaId = 2000;
/// Another one.
pub const OTHER_CHAIN: ParaId = 2002;
/// The id of each message to the relay chain.
pub const MESSAGE: MessageId = [5; 32];

/// A request to the relay chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
	Open(ParaId, u32, u32),
	Accept(ParaId),
	Close(ParaId, ParaId),
}

/// The relay chain.
pub struct Relay;

impl Relay {
	fn send(request: Request) -> Result<MessageId, ChannelError> {
		if let Some(error) = ChannelFailure::get() {
			return Err(error);
		}
		Requests::mutate(|all| all.push(request));
		Ok(MESSAGE)
	}
}

impl Channels for Relay {
	fn this_chain() -> ParaId {
		THIS_CHAIN
	}

	fn open(
		recipient: ParaId,
		max_capacity: u32,
		max_message_size: u32,
	) -> Result<MessageId, ChannelError> {
		Self::send(Request::Open(recipient, max_capacity, max_message_size))
	}

	fn accept(sender: ParaId) -> Result<MessageId, ChannelError> {
		Self::send(Request::Accept(sender))
	}

	fn close(sender: ParaId, recipient: ParaId) -> Result<MessageId, ChannelError> {
		Self::send(Request::Close(sender, recipient))
	}
}

/// How long a motion stays open, in blocks.
pub const MOTION: u64 = 10;
/// How long a session lasts.
pub const SESSION: Moment = 600;

impl pallet_collective::Config<CouncilInstance> for Test {
	type RuntimeOrigin = RuntimeOrigin;
	type Proposal = RuntimeCall;
	type RuntimeEvent = RuntimeEvent;
	type MotionDuration = ConstU64<MOTION>;
	type MaxProposals = ConstU32<10>;
	type MaxMembers = ConstU32<5>;
	type DefaultVote = pallet_collective::MoreThanMajorityThenPrimeDefaultVote;
	type WeightInfo = ();
	type SetMembersOrigin = EnsureNever<()>;
	type MaxProposalWeight = MaxProposalWeight;
	type DisapproveOrigin = EnsureNever<()>;
	type KillOrigin = EnsureNever<()>;
	type Consideration = crate::OpenMotion<Test>;
}

/// As a runtime implements it.
pub struct AuthorityMembers;
impl salus_primitives::traits::Authorities<AccountId> for AuthorityMembers {
	fn is_authority(account: &AccountId) -> bool {
		Self::all().contains(account)
	}

	fn all() -> Vec<AccountId> {
		pallet_membership::Members::<Test, CouncilInstance>::get().into_inner()
	}

	fn terms() -> BTreeMap<AccountId, Term> {
		crate::Terms::<Test>::get().into_inner()
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_set(authorities: &[AccountId]) {
		let terms: BTreeMap<_, _> = authorities.iter().cloned().zip(0..).collect();
		crate::Terms::<Test>::put(frame_support::BoundedBTreeMap::try_from(terms).unwrap());
		let authorities = authorities.to_vec().try_into().unwrap();
		pallet_membership::Members::<Test, CouncilInstance>::put::<frame_support::BoundedVec<_, _>>(
			authorities,
		);
	}
}
impl Membership<AccountId> for AuthorityMembers {
	fn add(account: &AccountId) -> DispatchResult {
		Authorities::add_member(Origin::Authorities.into(), account.clone())
			.map(|_| ())
			.map_err(|e| e.error)
	}

	fn remove(account: &AccountId) -> DispatchResult {
		Authorities::remove_member(Origin::Authorities.into(), account.clone())
			.map(|_| ())
			.map_err(|e| e.error)
	}
}

fn keys_at_genesis() -> BTreeMap<AccountId, u8> {
	(1..=3).map(|who| (account(who), who)).collect()
}

/// The proof that a node has its keys for an account.
pub fn proof(who: u8, keys: u8) -> Vec<u8> {
	let mut proof = <[u8; 32]>::from(account(who)).to_vec();
	proof.push(keys);
	proof
}

/// As `pallet-session` checks and keeps them.
pub struct Keys;
impl SessionKeys<AccountId> for Keys {
	fn are_set(account: &AccountId) -> bool {
		NodeKeys::get().contains_key(account)
	}

	fn set(account: &AccountId, keys: &[u8], proof: Vec<u8>) -> DispatchResult {
		let [number] = keys else {
			return Err(crate::Error::<Test>::SessionKeysInvalid.into());
		};
		let owner: &[u8] = account.as_ref();
		if proof != [owner, keys].concat() {
			return Err("InvalidProof".into());
		}
		if !System::can_inc_consumer(account) {
			return Err("NoAccount".into());
		}
		NodeKeys::mutate(|all| all.insert(account.clone(), *number));
		Ok(())
	}

	fn remove(account: &AccountId) {
		NodeKeys::mutate(|all| all.remove(account));
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_keys(account: &AccountId) -> (Vec<u8>, Vec<u8>) {
		let owner: &[u8] = account.as_ref();
		(vec![9], [owner, &[9]].concat())
	}
}

/// The motions of the collective.
pub struct OpenMotions;
impl Motions<AccountId> for OpenMotions {
	fn open() -> Vec<H256> {
		pallet_collective::Proposals::<Test, CouncilInstance>::get().into_inner()
	}

	fn drop(motion: H256) {
		Council::do_disapprove_proposal(motion);
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_open(count: u32, _: &[AccountId]) {
		let motions = (0..count).map(|number| H256::from_low_u64_be(number.into()));
		let motions: Vec<_> = motions.collect();
		pallet_collective::Proposals::<Test, CouncilInstance>::put(
			frame_support::BoundedVec::<_, ConstU32<10>>::try_from(motions).unwrap(),
		);
	}
}

/// Counts the sessions.
pub struct CountedSessions;
impl Sessions for CountedSessions {
	fn may_end() -> bool {
		MayEnd::get()
	}

	fn rotate() {
		Ended::mutate(|ended| *ended += 1);
	}
}

impl crate::Config for Test {
	type AuthoritiesOrigin =
		pallet_collective::EnsureProportionAtLeast<AccountId, CouncilInstance, 2, 3>;
	type Membership = AuthorityMembers;
	type SessionKeys = Keys;
	type Sessions = CountedSessions;
	type DefaultSessionLength = ConstU64<SESSION>;
	type Motions = OpenMotions;
	type MotionDuration = ConstU64<MOTION>;
	type MaxMotions = ConstU32<10>;
	type MaxMotionsOfOne = ConstU32<2>;
	type Channels = Relay;
	type Time = Now;
	type MaxAuthorities = ConstU32<5>;
	type MinAuthorities = ConstU32<2>;
	type MinNoticePeriod = MinNoticePeriod;
	type MaxNoticePeriod = ConstU64<1_000>;
	type DefaultNoticePeriod = ConstU64<100>;
	type MaxReplicationTarget = ConstU32<7>;
	type DefaultReplicationTarget = ConstU32<3>;
	type WeightInfo = ();
}

pub fn signed(who: u8) -> RuntimeOrigin {
	RuntimeOrigin::signed(account(who))
}

/// These accounts, in the order of authorities.
pub fn accounts<const N: usize>(all: [u8; N]) -> Vec<AccountId> {
	let mut accounts = all.map(account);
	accounts.sort();
	accounts.into()
}

/// Two thirds of three authorities.
pub fn two_thirds() -> RuntimeOrigin {
	pallet_collective::RawOrigin::<AccountId, CouncilInstance>::Members(2, 3).into()
}

/// Every kind of origin that is not two thirds of the authorities.
pub fn too_little() -> Vec<RuntimeOrigin> {
	use pallet_collective::RawOrigin;
	let council = |origin: RawOrigin<AccountId, CouncilInstance>| RuntimeOrigin::from(origin);
	vec![
		RuntimeOrigin::root(),
		RuntimeOrigin::none(),
		signed(1),
		signed(9),
		frame_system::RawOrigin::Authorized.into(),
		council(RawOrigin::Member(account(1))),
		council(RawOrigin::Members(0, 3)),
		council(RawOrigin::Members(1, 3)),
		council(RawOrigin::Members(3, 5)),
		council(RawOrigin::_Phantom(Default::default())),
		Origin::Authorities.into(),
	]
}

/// Gives any code the version of the current runtime plus one.
struct NextVersion;
impl ReadRuntimeVersion for NextVersion {
	fn read_runtime_version(&self, _: &[u8], _: &mut dyn Externalities) -> Result<Vec<u8>, String> {
		let mut version = System::runtime_version();
		version.spec_version += 1;
		Ok(codec::Encode::encode(&version))
	}
}

pub fn new_test_ext() -> sp_io::TestExternalities {
	let storage = RuntimeGenesisConfig {
		authorities: pallet_membership::GenesisConfig {
			members: accounts([1, 2, 3]).try_into().unwrap(),
			..Default::default()
		},
		..Default::default()
	}
	.build_storage()
	.unwrap();
	let mut ext = sp_io::TestExternalities::new(storage);
	ext.register_extension(ReadRuntimeVersionExt::new(NextVersion));
	ext.execute_with(|| System::set_block_number(1));
	testing::reset();
	NodeKeys::set(keys_at_genesis());
	MinNoticePeriod::set(10);
	MayEnd::set(true);
	Ended::set(0);
	ext
}

/// Runs a test on a fresh chain, then checks the pallet's state.
pub fn run(test: impl FnOnce()) {
	new_test_ext().execute_with(|| {
		test();
		Governance::do_try_state().unwrap();
	});
}
