//! A runtime with the extension in its real place, a pallet whose calls have any weight that a test
//! wants, and a clock.

use std::collections::BTreeMap;

use codec::Encode;
use frame_support::{
	derive_impl,
	dispatch::GetDispatchInfo,
	parameter_types,
	traits::ConstU32,
	weights::{constants::WEIGHT_REF_TIME_PER_SECOND, Weight},
};
use frame_system::{limits::BlockWeights, AuthorizeCall, CheckWeight};
use salus_primitives::{
	testing::{Now, START},
	traits::{Admission, Class},
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
	pub trait Config: frame_system::Config {}

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
	pub AuthorityQuota: Weight = LIMIT * 10;
	pub static Classes: BTreeMap<u64, Class> = BTreeMap::new();
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

/// The classes of [`Classes`].
pub struct MockAdmission;
impl Admission<u64, RuntimeCall> for MockAdmission {
	fn class(account: &u64) -> Class {
		match account {
			CROWD.. => Class::Member,
			_ => Classes::get()
				.get(account)
				.copied()
				.unwrap_or(Class::Uninvited),
		}
	}

	fn is_registration(call: &RuntimeCall) -> bool {
		matches!(call, RuntimeCall::Work(work::Call::register {}))
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_admit(account: &u64) {
		Classes::mutate(|classes| classes.insert(*account, Class::Member));
	}
}

impl crate::Config for Test {
	type Admission = MockAdmission;
	type Time = Now;
	type Period = Period;
	type InvitedQuota = InvitedQuota;
	type MemberQuota = MemberQuota;
	type AuthorityQuota = AuthorityQuota;
	type MaxNonceGap = ConstU32<63>;
	type WeightInfo = ();
}

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
	let classes = [
		(INVITED, Class::Invited),
		(MEMBER, Class::Member),
		(OTHER, Class::Member),
		(AUTHORITY, Class::Authority),
	];
	Classes::set(classes.into());
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
