//! Who may send transactions, and which calls.

use frame_support::traits::Contains;

use super::blocks::Inherents;
use crate::{OriginCaller, Runtime, RuntimeCall, RuntimeEvent};

/// The registry knows the class of each account.
pub type Admission = crate::Registry;

/// The calls that can be sent. All others are filtered, among them those that need Root.
pub struct Sendable;

impl Contains<RuntimeCall> for Sendable {
	fn contains(call: &RuntimeCall) -> bool {
		match call {
			call if Inherents::contains(call) => true,
			RuntimeCall::System(call) => {
				matches!(call, frame_system::Call::apply_authorized_upgrade { .. })
			}
			RuntimeCall::Utility(call) => matches!(
				call,
				pallet_utility::Call::batch { .. }
					| pallet_utility::Call::batch_all { .. }
					| pallet_utility::Call::force_batch { .. }
			),
			RuntimeCall::Session(_)
			| RuntimeCall::Council(_)
			| RuntimeCall::Governance(_)
			| RuntimeCall::Registry(_)
			| RuntimeCall::Emr(_)
			| RuntimeCall::Permissions(_)
			| RuntimeCall::Interregional(_)
			| RuntimeCall::Pinning(_) => true,
			// Only the consortium's answers have the origin for it.
			RuntimeCall::Crossing(_) => true,
			_ => false,
		}
	}
}

impl pallet_utility::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type PalletsOrigin = OriginCaller;
	type WeightInfo = pallet_utility::weights::SubstrateWeight<Runtime>;
}

// The off-chain worker of `pallet-pinning` sends transactions that authorize themselves.
impl<LocalCall> frame_system::offchain::CreateTransactionBase<LocalCall> for Runtime
where
	RuntimeCall: From<LocalCall>,
{
	type Extrinsic = crate::UncheckedExtrinsic;
	type RuntimeCall = RuntimeCall;
}

impl<LocalCall> frame_system::offchain::CreateTransaction<LocalCall> for Runtime
where
	RuntimeCall: From<LocalCall>,
{
	type Extension = crate::TxExtension;

	fn create_transaction(call: RuntimeCall, extension: Self::Extension) -> Self::Extrinsic {
		crate::UncheckedExtrinsic::new_transaction(call, extension)
	}
}

impl<LocalCall> frame_system::offchain::CreateAuthorizedTransaction<LocalCall> for Runtime
where
	RuntimeCall: From<LocalCall>,
{
	fn create_extension() -> Self::Extension {
		salus_runtime_common::transactions::extension::<Runtime>(0)
	}
}
