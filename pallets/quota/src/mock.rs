//! A runtime with the extension in its real place, a pallet whose calls have any weight that a test
//! wants, and a clock.

use std::collections::BTreeMap;

use codec::Encode;
use frame_support::{
	derive_impl,
	dispatch::GetDispatchInfo,
	parameter_types,
	traits::{ConstU32, ConstU64},
	weights::{constants::WEIGHT_REF_TIME_PER_SECOND, Weight},
};
use frame_system::{limits::BlockWeights, AuthorizeCall, CheckWeight};
use salus_primitives::{
	admission::{Class, Contents, SendableCall},
	testing::{Now, START},
	traits::{Authorities, Classes},
	Moment,
};
use sp_runtime::{
	generic,
	testing::{Header, UintAuthorityId},
	traits::{Applyable, Checkable, IdentityLookup},
	transaction_validity::{TransactionSource, TransactionValidity, TransactionValidityError},
	BuildStorage, DispatchResult, Perbill,
};

use crate::CheckQuota;

/// Calls with the weight that the caller says.
#[frame_support::pallet(dev_mode)]
pub mod work {
	use frame_support::{dispatch::PostDispatchInfo, pallet_prelude::*};
	use frame_system::pallet_prelude::*;

	#[pallet::config]
	pub trait Config: frame_system::Config<RuntimeCall: From<Call<Self>>> {}

	#[pallet::pallet]
	pub struct Pallet<T>(_);

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Declares a weight and uses all of it, or `needed`.
		#[pallet::call_index(0)]
		#[pallet::weight(*declared)]
		pub fn work(
			origin: OriginFor<T>,
			declared: Weight,
			needed: Option<Weight>,
		) -> DispatchResultWithPostInfo {
			ensure_signed(origin)?;
			let _ = declared;
			Ok(PostDispatchInfo {
				actual_weight: needed,
				pays_fee: Pays::No,
			})
		}

		/// Fails and uses all of its weight.
		#[pallet::call_index(1)]
		#[pallet::weight(*declared)]
		pub fn fail(origin: OriginFor<T>, declared: Weight) -> DispatchResult {
			ensure_signed(origin)?;
			let _ = declared;
			Err(DispatchError::Other("always fails"))
		}

		/// Stands for a registration.
		#[pallet::call_index(2)]
		#[pallet::weight(Weight::from_parts(1_000, 10))]
		pub fn register(origin: OriginFor<T>) -> DispatchResult {
			ensure_signed(origin)?;
			Ok(())
		}

		/// An operational call with any weight.
		#[pallet::call_index(4)]
		#[pallet::weight((*declared, DispatchClass::Operational))]
		pub fn close(origin: OriginFor<T>, declared: Weight) -> DispatchResult {
			ensure_signed(origin)?;
			let _ = declared;
			Ok(())
		}

		/// Stands for a batch.
		#[pallet::call_index(5)]
		#[pallet::weight(Weight::from_parts(1_000, 10))]
		pub fn batch(origin: OriginFor<T>, calls: Vec<T::RuntimeCall>) -> DispatchResult {
			ensure_signed(origin)?;
			let _ = calls;
			Ok(())
		}

		/// Stands for a motion.
		#[pallet::call_index(6)]
		#[pallet::weight(Weight::from_parts(1_000, 10))]
		pub fn propose(
			origin: OriginFor<T>,
			threshold: u32,
			call: Box<T::RuntimeCall>,
		) -> DispatchResult {
			ensure_signed(origin)?;
			let _ = (threshold, call);
			Ok(())
		}

		/// Stands for a call that only a motion can make.
		#[pallet::call_index(7)]
		#[pallet::weight(Weight::from_parts(1_000, 10))]
		pub fn govern(_origin: OriginFor<T>) -> DispatchResult {
			Ok(())
		}

		/// Stands for a call that nobody can send.
		#[pallet::call_index(8)]
		#[pallet::weight(Weight::from_parts(1_000, 10))]
		pub fn execute(_origin: OriginFor<T>) -> DispatchResult {
			Ok(())
		}

		/// Stands for a grant, or for one that fails.
		#[pallet::call_index(9)]
		#[pallet::weight(Weight::from_parts(1_000, 10))]
		pub fn grant(origin: OriginFor<T>, key: Vec<u8>, fails: bool) -> DispatchResult {
			ensure_signed(origin)?;
			let _ = key;
			ensure!(!fails, DispatchError::Other("fails if it is told to"));
			Ok(())
		}

		/// Stands for a revocation.
		#[pallet::call_index(10)]
		#[pallet::weight(Weight::from_parts(1_000, 10))]
		pub fn revoke(origin: OriginFor<T>) -> DispatchResult {
			ensure_signed(origin)?;
			Ok(())
		}

		/// A call that authorizes itself.
		#[pallet::call_index(3)]
		#[pallet::weight(Weight::from_parts(1_000, 10))]
		#[pallet::authorize(|_source| Ok((ValidTransaction::default(), Weight::zero())))]
		#[pallet::weight_of_authorize(Weight::zero())]
		pub fn tick(origin: OriginFor<T>) -> DispatchResult {
			frame_system::ensure_authorized(origin)?;
			Ok(())
		}
	}
}

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
	#[runtime::pallet_index(1)]
	pub type Work = work;
	#[runtime::pallet_index(12)]
	pub type Quota = crate;
}

pub type TxExtension = (AuthorizeCall<Test>, CheckQuota<Test>, CheckWeight<Test>);
pub type Xt = generic::UncheckedExtrinsic<u64, RuntimeCall, UintAuthorityId, TxExtension>;
type Block = generic::Block<Header, Xt>;

/// The limit of a member.
pub const LIMIT: Weight = Weight::from_parts(1_000_000_000_000, 1_000_000);
/// The time in which it recovers.
pub const RECOVERY: Moment = 1_000;

pub const STRANGER: u64 = 1;
pub const INVITED: u64 = 2;
pub const MEMBER: u64 = 3;
pub const OTHER: u64 = 4;
pub const AUTHORITY: u64 = 5;
/// All accounts from this one on are members.
pub const CROWD: u64 = 1_000;

parameter_types! {
	pub Weights: BlockWeights = BlockWeights::with_sensible_defaults(
		Weight::from_parts(2 * WEIGHT_REF_TIME_PER_SECOND, 5 * 1024 * 1024),
		Perbill::from_percent(75),
	);
	pub static Period: Moment = RECOVERY;
	/// Whether the relay chain refuses new code now.
	pub static Restricted: bool = false;
	pub InvitedQuota: Weight = LIMIT / 10;
	pub MemberQuota: Weight = LIMIT;
	pub static AuthorityQuota: Weight = LIMIT * 10;
	pub static MaxCost: Weight = Weight::MAX;
	/// The class of each account that is in no crowd.
	pub static ClassOf: BTreeMap<u64, Class> = BTreeMap::new();
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
	type BlockWeights = Weights;
	type OnSetCode = SetCode;
}

/// Applies code at once, unless [`Restricted`].
pub struct SetCode;
impl frame_system::SetCode<Test> for SetCode {
	fn set_code(code: Vec<u8>) -> DispatchResult {
		if Restricted::get() {
			return Err("the relay chain refuses new code".into());
		}
		<() as frame_system::SetCode<Test>>::set_code(code)
	}
}

impl work::Config for Test {}

/// The classes of [`ClassOf`]. A crowd has patients.
pub struct MockClasses;
impl Classes<u64> for MockClasses {
	fn classes_of(account: &u64) -> Vec<Class> {
		let class = ClassOf::get().get(account).copied();
		let other = match account {
			CROWD.. => Class::Patient,
			_ => Class::Uninvited,
		};
		vec![class.unwrap_or(other)]
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_admit(account: &u64) {
		ClassOf::mutate(|classes| classes.insert(*account, Class::Invited));
	}
}

/// Three authorities.
pub struct MockAuthorities;
impl Authorities<u64> for MockAuthorities {
	fn is_authority(account: &u64) -> bool {
		*account == AUTHORITY
	}

	fn all() -> Vec<u64> {
		vec![AUTHORITY, 0, 1]
	}

	fn terms() -> std::collections::BTreeMap<u64, salus_primitives::traits::Term> {
		Self::all()
			.into_iter()
			.map(|account| (account, 0))
			.collect()
	}
}

/// The names in the table of the calls that these stand for. Whoever is admitted may send the
/// others.
impl SendableCall for RuntimeCall {
	fn names(&self) -> (&'static str, &'static str) {
		match self {
			Self::Work(work::Call::register {}) => ("Registry", "register_patient"),
			Self::Work(work::Call::grant { .. }) => ("Permissions", "grant"),
			Self::Work(work::Call::revoke {}) => ("Permissions", "revoke"),
			Self::Work(work::Call::propose { .. }) => ("Council", "propose"),
			Self::Work(work::Call::govern {}) => ("Governance", "set_parameter"),
			Self::Work(work::Call::close { .. }) => ("Council", "close"),
			Self::Work(work::Call::execute {}) => ("Council", "execute"),
			Self::System(frame_system::Call::apply_authorized_upgrade { .. }) => {
				("System", "apply_authorized_upgrade")
			}
			_ => ("Utility", "batch"),
		}
	}

	fn contents(&self) -> Contents<'_, Self> {
		match self {
			Self::Work(work::Call::batch { calls }) => Contents::Batch(calls),
			Self::Work(work::Call::propose { threshold, call }) => {
				Contents::Motion(*threshold, call)
			}
			_ => Contents::Nothing,
		}
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_batch(count: u32) -> Self {
		let empty = || work::Call::batch { calls: vec![] }.into();
		let calls = (1..count).map(|_| empty()).collect();
		work::Call::batch { calls }.into()
	}
}

impl crate::Config for Test {
	type Classes = MockClasses;
	type Authorities = MockAuthorities;
	type Time = Now;
	type Period = Period;
	type InvitedQuota = InvitedQuota;
	type MemberQuota = MemberQuota;
	type AuthorityQuota = AuthorityQuota;
	type StatePeriod = ConstU64<STATE_RECOVERY>;
	type InvitedStateQuota = ConstU64<{ STATE_LIMIT / 2 }>;
	type MemberStateQuota = ConstU64<STATE_LIMIT>;
	type AuthorityStateQuota = ConstU64<{ STATE_LIMIT * 10 }>;
	type MaxCost = MaxCost;
	type MaxNonceGap = ConstU32<63>;
	// With what each call of a batch adds.
	type WeightInfo = crate::weights::SubstrateWeight<Self>;
}

/// The time in which a whole limit of bytes recovers.
pub const STATE_RECOVERY: Moment = 24 * RECOVERY;
/// The bytes that a member may add to the state.
pub const STATE_LIMIT: u64 = 10_000;

/// A signed transaction.
pub fn signed(who: u64, nonce: u32, call: impl Into<RuntimeCall>) -> Xt {
	let extension = (
		AuthorizeCall::new(),
		CheckQuota::from(nonce),
		CheckWeight::new(),
	);
	Xt::new_signed(call.into(), who, UintAuthorityId(who), extension)
}

/// The runtime's answer to the pool about a transaction.
pub fn validate(xt: Xt) -> TransactionValidity {
	let len = xt.encoded_size();
	let checked = Checkable::check(xt, &IdentityLookup::<u64>::default())?;
	let info = checked.get_dispatch_info();
	checked.validate::<Test>(TransactionSource::External, &info, len)
}

/// Applies a transaction as in a block. An invalid one changes nothing.
pub fn apply(xt: Xt) -> Result<DispatchResult, TransactionValidityError> {
	let len = xt.encoded_size();
	let checked = Checkable::check(xt, &IdentityLookup::<u64>::default())?;
	let info = checked.get_dispatch_info();
	let result = frame_support::storage::with_storage_layer(|| {
		checked.apply::<Test>(&info, len).map_err(Invalid)
	});
	match result {
		Ok(outcome) => Ok(outcome.map(|_| ()).map_err(|e| e.error)),
		Err(Invalid(error)) => Err(error),
	}
}

/// Makes the storage layer roll back.
struct Invalid(TransactionValidityError);
impl From<sp_runtime::DispatchError> for Invalid {
	fn from(_: sp_runtime::DispatchError) -> Self {
		unreachable!("a test does not reach the limit of storage layers")
	}
}

pub fn new_test_ext() -> sp_io::TestExternalities {
	let storage = RuntimeGenesisConfig::default().build_storage().unwrap();
	let mut ext = sp_io::TestExternalities::new(storage);
	Now::set(START);
	Period::set(RECOVERY);
	Restricted::set(false);
	AuthorityQuota::set(LIMIT * 10);
	let classes = [
		(INVITED, Class::Invited),
		(MEMBER, Class::Patient),
		(OTHER, Class::Patient),
		(AUTHORITY, Class::Authority),
	];
	ClassOf::set(classes.into());
	ext.execute_with(|| {
		System::set_block_number(1);
		for who in [INVITED, MEMBER, OTHER, AUTHORITY] {
			System::inc_providers(&who);
		}
	});
	ext
}

/// Runs a test on a new chain, then checks the pallet's state.
pub fn run(test: impl FnOnce()) {
	new_test_ext().execute_with(|| {
		test();
		Quota::do_try_state().unwrap();
	});
}
