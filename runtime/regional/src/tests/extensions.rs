//! The encoding of a transaction, and who can send one.

use codec::Encode;
use pallet_quota::CheckQuota;
use salus_primitives::{admission::Class, Refusal};
use salus_runtime_common::transactions;
use sp_keyring::Sr25519Keyring::{self, Alice, Dave};
use sp_runtime::{
	generic::{Era, SignedPayload},
	transaction_validity::{
		InvalidTransaction, TransactionSource, TransactionValidity, TransactionValidityError,
		UnknownTransaction,
	},
	MultiSignature,
};

use super::development;
use crate::{Executive, Runtime, RuntimeCall, System, TxExtension, UncheckedExtrinsic};

fn extension(nonce: u32) -> TxExtension {
	transactions::extension::<Runtime>(nonce)
}

fn submit(who: Sr25519Keyring, call: RuntimeCall, nonce: u32) -> TransactionValidity {
	let payload =
		SignedPayload::new(call.clone(), extension(nonce)).expect("the implicit data exists");
	let signature = payload.using_encoded(|bytes| who.sign(bytes));
	let transaction = UncheckedExtrinsic::new_signed(
		call,
		who.to_account_id().into(),
		MultiSignature::Sr25519(signature),
		extension(nonce),
	);
	Executive::validate_transaction(
		TransactionSource::External,
		transaction,
		System::block_hash(0),
	)
}

fn invite() -> RuntimeCall {
	pallet_registry::Call::<Runtime>::invite {
		account: Dave.to_account_id(),
	}
	.into()
}

/// Era, nonce and the mode of the metadata hash: a wallet needs to know no extension of ours.
#[test]
fn a_transaction_is_encoded_as_with_polkadot_sdk_extensions() {
	assert_eq!(
		extension(3).encode(),
		(Era::Immortal, codec::Compact(3u32), false).encode()
	);
	assert_eq!(
		CheckQuota::<Runtime>::from(3).encode(),
		codec::Compact(3u32).encode()
	);
}

#[test]
fn an_authority_can_send_and_an_uninvited_account_is_refused() {
	development().execute_with(|| {
		assert!(submit(Alice, invite(), 0).is_ok());
		assert_eq!(
			submit(Dave, invite(), 0),
			Err(InvalidTransaction::Custom(Refusal::NotAllowed(Class::Uninvited).code()).into())
		);
	});
}

#[test]
fn an_invited_account_can_only_register() {
	development().execute_with(|| {
		pallet_registry::Pallet::<Runtime>::invite(
			crate::RuntimeOrigin::signed(Alice.to_account_id()),
			Dave.to_account_id(),
		)
		.expect("an authority may invite");
		assert_eq!(
			submit(Dave, invite(), 0),
			Err(InvalidTransaction::Custom(Refusal::NotAllowed(Class::Invited).code()).into())
		);
		let batch: RuntimeCall = pallet_utility::Call::batch {
			calls: vec![invite()],
		}
		.into();
		assert!(submit(Dave, batch, 0).is_err());
	});
}

#[test]
fn a_nonce_too_far_ahead_is_refused() {
	development().execute_with(|| {
		assert!(submit(Alice, invite(), 1).is_ok());
		assert_eq!(
			submit(Alice, invite(), 100_000),
			Err(InvalidTransaction::Custom(Refusal::NonceTooFar.code()).into())
		);
	});
}

/// Without our check, `System` accepts it from anyone, at the highest priority.
#[test]
fn authorized_code_cannot_be_sent_unsigned() {
	use sp_runtime::traits::Hash;
	development().execute_with(|| {
		let code = vec![1, 2, 3];
		System::do_authorize_upgrade(sp_runtime::traits::BlakeTwo256::hash(&code), true);
		let call: RuntimeCall = frame_system::Call::apply_authorized_upgrade { code }.into();
		let refused: TransactionValidityError = UnknownTransaction::NoUnsignedValidator.into();
		let validity = Executive::validate_transaction(
			TransactionSource::External,
			UncheckedExtrinsic::new_bare(call.clone()),
			System::block_hash(0),
		);
		assert_eq!(validity, Err(refused));
		#[allow(deprecated)]
		let in_block = <crate::NoUnsigned as sp_runtime::traits::ValidateUnsigned>::pre_dispatch;
		assert_eq!(in_block(&call), Err(refused));
		// An authority can send it signed.
		assert!(submit(Alice, call, 0).is_ok());
		let inherent: RuntimeCall = pallet_timestamp::Call::set { now: 1 }.into();
		assert_eq!(in_block(&inherent), Ok(()));
	});
}
