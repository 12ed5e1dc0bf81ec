//! Transactions: what each passes through, and what it costs.

use core::marker::PhantomData;

use cumulus_pallet_weight_reclaim::StorageWeightReclaim;
use frame_metadata_hash_extension::CheckMetadataHash;
use frame_support::{
	dispatch::{DispatchInfo, GetDispatchInfo, PostDispatchInfo},
	traits::Contains,
};
use pallet_transaction_payment::{FeeDetails, RuntimeDispatchInfo};
use sp_runtime::{
	generic::Era,
	traits::Dispatchable,
	transaction_validity::{
		TransactionSource, TransactionValidity, TransactionValidityError, UnknownTransaction,
	},
};

use pallet_quota::CheckQuota;

/// What every transaction passes through. Ours stands where polkadot-sdk's `CheckNonce` does and
/// looks the same from outside, so that wallets need no settings.
pub type TxExtension<T> = StorageWeightReclaim<
	T,
	(
		frame_system::AuthorizeCall<T>,
		frame_system::CheckNonZeroSender<T>,
		frame_system::CheckSpecVersion<T>,
		frame_system::CheckTxVersion<T>,
		frame_system::CheckGenesis<T>,
		frame_system::CheckEra<T>,
		CheckQuota<T>,
		frame_system::CheckWeight<T>,
		CheckMetadataHash<T>,
	),
>;

/// The extension of a transaction that never ends, with this nonce.
pub fn extension<T>(nonce: T::Nonce) -> TxExtension<T>
where
	T: frame_system::Config + Send + Sync,
	T::RuntimeCall: Dispatchable<Info = DispatchInfo, PostInfo = PostDispatchInfo>,
{
	StorageWeightReclaim::new((
		frame_system::AuthorizeCall::new(),
		frame_system::CheckNonZeroSender::new(),
		frame_system::CheckSpecVersion::new(),
		frame_system::CheckTxVersion::new(),
		frame_system::CheckGenesis::new(),
		frame_system::CheckEra::from(Era::Immortal),
		CheckQuota::from(nonce),
		frame_system::CheckWeight::new(),
		CheckMetadataHash::new(false),
	))
}

/// Lets inherents into blocks, and no unsigned transaction anywhere: `System` would take the code
/// of an authorized upgrade from anyone, and at the highest priority.
pub struct NoUnsigned<Call, Inherents>(PhantomData<(Call, Inherents)>);

// The executive asks for the trait.
#[allow(deprecated)]
impl<Call, Inherents: Contains<Call>> sp_runtime::traits::ValidateUnsigned
	for NoUnsigned<Call, Inherents>
{
	type Call = Call;

	fn pre_dispatch(call: &Call) -> Result<(), TransactionValidityError> {
		if Inherents::contains(call) {
			Ok(())
		} else {
			Err(UnknownTransaction::NoUnsignedValidator.into())
		}
	}

	fn validate_unsigned(_: TransactionSource, _: &Call) -> TransactionValidity {
		Err(UnknownTransaction::NoUnsignedValidator.into())
	}
}

/// What a dispatch weighs, for nothing.
pub fn free(dispatch: &impl GetDispatchInfo) -> RuntimeDispatchInfo<u128> {
	let info = dispatch.get_dispatch_info();
	RuntimeDispatchInfo {
		weight: info.total_weight(),
		class: info.class,
		partial_fee: 0,
	}
}

/// The fee: nothing.
pub fn no_fee() -> FeeDetails<u128> {
	FeeDetails {
		inclusion_fee: None,
		tip: 0,
	}
}
