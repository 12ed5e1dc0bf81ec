//! Who gets a transaction into the pool.

use codec::Encode;
use salus_primitives::Refusal;
use salus_runtime_common::transactions::extension;
use sp_keyring::Sr25519Keyring::{self, Alice, Dave};
use sp_runtime::{
	generic::{Era, SignedPayload},
	transaction_validity::{
		InvalidTransaction, TransactionSource, TransactionValidity, TransactionValidityError,
		UnknownTransaction,
	},
	MultiSignature,
};

use super::{crossing::crossing_call, development};
use crate::{Executive, Runtime, RuntimeCall, System, UncheckedExtrinsic};

fn submit(who: Sr25519Keyring, call: RuntimeCall) -> TransactionValidity {
	let extension = || extension::<Runtime>(0);
	let payload = SignedPayload::new(call.clone(), extension()).expect("implicits are there");
	let signature = payload.using_encoded(|bytes| who.sign(bytes));
	let transaction = UncheckedExtrinsic::new_signed(
		call,
		who.to_account_id().into(),
		MultiSignature::Sr25519(signature),
		extension(),
	);
	validate(transaction)
}

fn validate(transaction: UncheckedExtrinsic) -> TransactionValidity {
	Executive::validate_transaction(
		TransactionSource::External,
		transaction,
		System::block_hash(0),
	)
}

fn vote() -> RuntimeCall {
	pallet_governance::Call::<Runtime>::authorize_announced_upgrade {}.into()
}

#[test]
fn our_extensions_add_nothing_to_a_transaction() {
	assert_eq!(
		extension::<Runtime>(3).encode(),
		(Era::Immortal, codec::Compact(3u32), false).encode()
	);
}

#[test]
fn an_authority_gets_its_transaction_in_and_nobody_else() {
	development().execute_with(|| {
		assert!(submit(Alice, vote()).is_ok());
		assert_eq!(
			submit(Dave, vote()),
			Err(InvalidTransaction::Custom(Refusal::Uninvited.code()).into())
		);
	});
}

/// Neither an upgrade's code nor a crossing call.
#[test]
fn nothing_gets_in_unsigned() {
	let refused: TransactionValidityError = UnknownTransaction::NoUnsignedValidator.into();
	development().execute_with(|| {
		for call in [
			frame_system::Call::apply_authorized_upgrade { code: vec![1] }.into(),
			crossing_call("deliver_grant"),
			vote(),
		] {
			assert_eq!(validate(UncheckedExtrinsic::new_bare(call)), Err(refused));
		}
	});
}
