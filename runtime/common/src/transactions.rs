//! The transaction extensions, and the price of a transaction, which is 0.

use core::marker::PhantomData;

use cumulus_pallet_parachain_system::block_weight::DynamicMaxBlockWeight;
use cumulus_pallet_weight_reclaim::StorageWeightReclaim;
use frame_metadata_hash_extension::CheckMetadataHash;
use frame_support::{
	dispatch::{DispatchInfo, GetDispatchInfo, PostDispatchInfo},
	traits::{ConstU32, Contains},
};
use pallet_transaction_payment::{FeeDetails, RuntimeDispatchInfo};
use sp_runtime::{
	generic::Era,
	traits::Dispatchable,
	transaction_validity::{
		TransactionSource, TransactionValidity, TransactionValidityError, UnknownTransaction,
	},
};

use crate::constants::BLOCKS_PER_RELAY_SLOT;
use pallet_quota::CheckQuota;

/// The blocks in a relay slot, as `cumulus_pallet_parachain_system::block_weight` wants them.
pub type TargetBlocks = ConstU32<BLOCKS_PER_RELAY_SLOT>;

/// The transaction extensions. [`CheckQuota`] takes the place of polkadot-sdk's `CheckNonce` and is
/// encoded the same, so that wallets need no settings.
///
/// [`DynamicMaxBlockWeight`] is the outermost, as it counts what is left after the refund of
/// [`StorageWeightReclaim`]. It lets one of the first ten transactions on a core take all of the
/// core, if it is operational. Both have no bytes.
pub type TxExtension<T> = DynamicMaxBlockWeight<
	T,
	StorageWeightReclaim<
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
	>,
	TargetBlocks,
	10,
	false,
>;

/// The extensions of an immortal transaction with this nonce.
pub fn extension<T>(nonce: T::Nonce) -> TxExtension<T>
where
	T: frame_system::Config + Send + Sync,
	T::RuntimeCall: Dispatchable<Info = DispatchInfo, PostInfo = PostDispatchInfo>,
{
	DynamicMaxBlockWeight::new(StorageWeightReclaim::new((
		frame_system::AuthorizeCall::new(),
		frame_system::CheckNonZeroSender::new(),
		frame_system::CheckSpecVersion::new(),
		frame_system::CheckTxVersion::new(),
		frame_system::CheckGenesis::new(),
		frame_system::CheckEra::from(Era::Immortal),
		CheckQuota::from(nonce),
		frame_system::CheckWeight::new(),
		CheckMetadataHash::new(false),
	)))
}

/// Accepts inherents in blocks, and refuses all other unsigned transactions. Without it, `System`
/// accepts the code of an authorized upgrade from anyone, at the highest priority.
pub struct NoUnsigned<Call, Inherents>(PhantomData<(Call, Inherents)>);

// `frame-executive` needs the trait.
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

/// The weight of a call or transaction, with a fee of 0.
pub fn free(dispatch: &impl GetDispatchInfo) -> RuntimeDispatchInfo<u128> {
	let info = dispatch.get_dispatch_info();
	RuntimeDispatchInfo {
		weight: info.total_weight(),
		class: info.class,
		partial_fee: 0,
	}
}

/// A fee of 0.
pub fn no_fee() -> FeeDetails<u128> {
	FeeDetails {
		inclusion_fee: None,
		tip: 0,
	}
}
