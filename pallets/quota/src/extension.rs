//! The transaction extension: see [`CheckQuota`].

use core::fmt;

use codec::{Decode, DecodeWithMemTracking, Encode};
use frame_support::{
	dispatch::{DispatchInfo, PostDispatchInfo},
	traits::{Get, IsSubType},
	weights::Weight,
};
use frame_system::{calculate_consumed_extrinsic_weight, CheckNonce};
use salus_primitives::{
	admission::{self, Class, SendableCall},
	traits::{Authorities, Classes},
	Refusal,
};
use scale_info::{StaticTypeInfo, TypeInfo};
use sp_runtime::{
	traits::{
		AsSystemOriginSigner, DispatchInfoOf, Dispatchable, Hash, Implication, PostDispatchInfoOf,
		TransactionExtension, TransactionExtensionMetadata, ValidateResult,
	},
	transaction_validity::{
		InvalidTransaction, TransactionPriority, TransactionSource, TransactionValidityError,
	},
	DispatchResult, SaturatedConversion, Saturating,
};

use crate::{pallet::*, usage::part, Amount, WeightInfo};

/// The priority of a member's next transaction when nothing of its limit is in use, and the lowest of
/// an authority's: the many accounts that an insider may invite must not delay the votes against it.
pub(crate) const FULL_PRIORITY: TransactionPriority = 1_000_000_000_000;
/// The priority of the code of an authorized upgrade, and of an authority with nothing in use.
pub(crate) const HIGHEST_PRIORITY: TransactionPriority = 2 * FULL_PRIORITY;

/// [`CheckNonce`], and a check that the sender may send the call and is within its quota: see the
/// [crate](crate).
///
/// It checks signed transactions only. General transactions, which calls authorize themselves,
/// pass.
#[derive(Encode, Decode, DecodeWithMemTracking)]
pub struct CheckQuota<T: frame_system::Config>(pub CheckNonce<T>);

impl<T: frame_system::Config> CheckQuota<T> {
	/// The extension for a transaction with this nonce.
	pub fn from(nonce: T::Nonce) -> Self {
		Self(CheckNonce::from(nonce))
	}
}

impl<T: frame_system::Config> Clone for CheckQuota<T> {
	fn clone(&self) -> Self {
		Self::from(self.0 .0)
	}
}

impl<T: frame_system::Config> PartialEq for CheckQuota<T> {
	fn eq(&self, other: &Self) -> bool {
		self.0 .0 == other.0 .0
	}
}

impl<T: frame_system::Config> Eq for CheckQuota<T> {}

impl<T: frame_system::Config> fmt::Debug for CheckQuota<T> {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		fmt::Debug::fmt(&self.0, f)
	}
}

// So metadata shows it as `CheckNonce`.
impl<T: frame_system::Config> TypeInfo for CheckQuota<T>
where
	CheckNonce<T>: StaticTypeInfo,
{
	type Identity = CheckNonce<T>;

	fn type_info() -> scale_info::Type {
		CheckNonce::<T>::type_info()
	}
}

type NonceVal<T> =
	<CheckNonce<T> as TransactionExtension<<T as frame_system::Config>::RuntimeCall>>::Val;
type NoncePre<T> =
	<CheckNonce<T> as TransactionExtension<<T as frame_system::Config>::RuntimeCall>>::Pre;

/// The charge for a valid transaction. The amount is the account's whole use after the charge.
enum Charge<T: Config> {
	/// No charge: there is no signer.
	Unsigned,
	/// The code of an authorized upgrade. The account is charged only if the code cannot be
	/// applied.
	Upgrade(T::AccountId, Amount),
	/// The account is charged, among others these bytes.
	Account(T::AccountId, Amount, u64),
}

/// The result of validation, for preparation.
pub struct Val<T: Config>(NonceVal<T>, Charge<T>)
where
	T::RuntimeCall: Dispatchable<Info = DispatchInfo>,
	T::RuntimeOrigin: AsSystemOriginSigner<T::AccountId> + Clone;

/// The result of preparation, for the time after dispatch.
pub struct Pre<T: Config>(NoncePre<T>, Charge<T>)
where
	T::RuntimeCall: Dispatchable<Info = DispatchInfo>,
	T::RuntimeOrigin: AsSystemOriginSigner<T::AccountId> + Clone;

fn refuse(refusal: Refusal) -> TransactionValidityError {
	InvalidTransaction::Custom(refusal.code()).into()
}

impl<T: Config> CheckQuota<T>
where
	T::RuntimeCall: Dispatchable<Info = DispatchInfo, PostInfo = PostDispatchInfo>
		+ IsSubType<frame_system::Call<T>>,
{
	/// The limit of the account and its lowest priority, if it may send this call and each call in
	/// it.
	fn admit(
		who: &T::AccountId,
		call: &T::RuntimeCall,
	) -> Result<(Amount, TransactionPriority), TransactionValidityError> {
		let classes = T::Classes::classes_of(who);
		admission::check(call, &classes, T::Authorities::count()).map_err(refuse)?;
		let lowest = match classes.first() {
			Some(Class::Authority | Class::ConsortiumAuthority) => FULL_PRIORITY,
			_ => 0,
		};
		Ok((Pallet::<T>::limit(&classes), lowest))
	}

	/// The gap of this transaction, if it is not too large.
	fn gap(&self, who: &T::AccountId) -> Result<u32, TransactionValidityError> {
		let next = frame_system::Pallet::<T>::account_nonce(who);
		let gap = self.0 .0.saturating_sub(next).saturated_into::<u32>();
		if gap > T::MaxNonceGap::get() {
			return Err(refuse(Refusal::NonceTooFar));
		}
		Ok(gap)
	}

	/// Whether the call applies the code that is authorized.
	fn is_authorized_upgrade(call: &T::RuntimeCall) -> bool {
		let Some(frame_system::Call::apply_authorized_upgrade { code }) = call.is_sub_type() else {
			return false;
		};
		// The fields are private, so compare with the encoding: it begins with the hash of the
		// code.
		frame_system::Pallet::<T>::authorized_upgrade().is_some_and(|upgrade| {
			upgrade
				.encode()
				.starts_with(T::Hashing::hash(code).as_ref())
		})
	}

	/// The account's use after a transaction and the transaction's priority above the lowest, if the
	/// use is within the limit. A transaction that adds nothing to the state never exceeds the limit of bytes.
	fn charge(
		in_use: Amount,
		cost: Amount,
		gap: u32,
		limit: Amount,
	) -> Result<(Amount, TransactionPriority), TransactionValidityError> {
		let used = Amount {
			weight: in_use.weight.saturating_add(cost.weight),
			bytes: in_use.bytes.saturating_add(cost.bytes),
		};
		if used.weight.any_gt(limit.weight) {
			return Err(refuse(Refusal::OverQuota));
		}
		if cost.bytes > 0 && used.bytes > limit.bytes {
			return Err(refuse(Refusal::OverStateQuota));
		}
		let (left, limit) = (limit.weight.saturating_sub(used.weight), limit.weight);
		let time = part(FULL_PRIORITY, left.ref_time(), limit.ref_time());
		let proof = part(FULL_PRIORITY, left.proof_size(), limit.proof_size());
		Ok((
			used,
			part(time.min(proof), 1, u64::from(gap).saturating_add(1)),
		))
	}
}

impl<T: Config + Send + Sync> TransactionExtension<T::RuntimeCall> for CheckQuota<T>
where
	T::RuntimeCall: Dispatchable<Info = DispatchInfo, PostInfo = PostDispatchInfo>
		+ IsSubType<frame_system::Call<T>>,
	T::RuntimeOrigin: AsSystemOriginSigner<T::AccountId> + Clone,
{
	const IDENTIFIER: &'static str =
		<CheckNonce<T> as TransactionExtension<T::RuntimeCall>>::IDENTIFIER;
	type Implicit = ();
	type Val = Val<T>;
	type Pre = Pre<T>;

	fn metadata() -> alloc::vec::Vec<TransactionExtensionMetadata> {
		<CheckNonce<T> as TransactionExtension<T::RuntimeCall>>::metadata()
	}

	fn weight(&self, call: &T::RuntimeCall) -> Weight {
		self.0
			.weight(call)
			.saturating_add(T::WeightInfo::check_quota(call.count()))
	}

	fn validate(
		&self,
		origin: T::RuntimeOrigin,
		call: &T::RuntimeCall,
		info: &DispatchInfoOf<T::RuntimeCall>,
		len: usize,
		implicit: (),
		implication: &impl Implication,
		source: TransactionSource,
	) -> ValidateResult<Self::Val, T::RuntimeCall> {
		let Some(who) = origin.as_system_origin_signer().cloned() else {
			let (validity, val, origin) =
				self.0
					.validate(origin, call, info, len, implicit, implication, source)?;
			return Ok((validity, Val(val, Charge::Unsigned), origin));
		};
		// First, as `CheckNonce` would tell an uninvited account that it cannot pay.
		let (limit, lowest) = Self::admit(&who, call)?;
		let gap = self.gap(&who)?;
		let (mut validity, val, origin) =
			self.0
				.validate(origin, call, info, len, implicit, implication, source)?;
		let weights = T::BlockWeights::get();
		let cost = Amount {
			weight: calculate_consumed_extrinsic_weight::<T::RuntimeCall>(&weights, info, len),
			bytes: call.state_bytes(),
		};
		let in_use = Pallet::<T>::in_use(&who, limit);
		// A gap would let an account fill the pool with copies of it. An account over its limit was
		// charged for code that could not be applied, and must not repeat that for free.
		let may_upgrade = gap == 0 && !in_use.weight.any_gt(limit.weight);
		if may_upgrade && Self::is_authorized_upgrade(call) {
			validity.priority = HIGHEST_PRIORITY;
			let weight = in_use.weight.saturating_add(cost.weight);
			let charge = Charge::Upgrade(who, Amount { weight, ..in_use });
			return Ok((validity, Val(val, charge), origin));
		}
		// An operational transaction that is larger could take a whole core.
		if cost.weight.any_gt(T::MaxCost::get()) {
			return Err(InvalidTransaction::ExhaustsResources.into());
		}
		let (used, priority) = Self::charge(in_use, cost, gap, limit)?;
		validity.priority = lowest.saturating_add(priority);
		let charge = Charge::Account(who, used, cost.bytes);
		Ok((validity, Val(val, charge), origin))
	}

	fn prepare(
		self,
		val: Self::Val,
		origin: &T::RuntimeOrigin,
		call: &T::RuntimeCall,
		info: &DispatchInfoOf<T::RuntimeCall>,
		len: usize,
	) -> Result<Self::Pre, TransactionValidityError> {
		let Val(val, charge) = val;
		let pre = self.0.prepare(val, origin, call, info, len)?;
		if let Charge::Account(who, used, _) = &charge {
			Pallet::<T>::set_use(who, *used);
		}
		Ok(Pre(pre, charge))
	}

	fn post_dispatch_details(
		pre: Self::Pre,
		info: &DispatchInfoOf<T::RuntimeCall>,
		post_info: &PostDispatchInfoOf<T::RuntimeCall>,
		len: usize,
		result: &DispatchResult,
	) -> Result<Weight, TransactionValidityError> {
		let Pre(pre, charge) = pre;
		let refund = CheckNonce::<T>::post_dispatch_details(pre, info, post_info, len, result)?;
		match charge {
			Charge::Unsigned => Ok(refund.saturating_add(T::WeightInfo::check_quota(1))),
			Charge::Upgrade(who, used) => {
				// The code is still authorized: without a charge it could be sent in each block.
				if result.is_err() {
					Pallet::<T>::set_use(&who, used);
				}
				Ok(refund)
			}
			Charge::Account(who, _, bytes) => {
				Usages::<T>::mutate(who, |usage| {
					usage.used.saturating_reduce(post_info.calc_unspent(info));
					// Nothing that a failed call did stays.
					if result.is_err() {
						usage.bytes = usage.bytes.saturating_sub(bytes);
					}
				});
				Ok(refund)
			}
		}
	}
}
