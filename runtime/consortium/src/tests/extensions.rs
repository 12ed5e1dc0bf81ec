//! The encoding of a transaction, and who can send one.

use codec::Encode;
use salus_primitives::{admission::Class, Refusal};
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
	let payload = SignedPayload::new(call.clone(), extension()).expect("the implicit data exists");
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
fn a_transaction_is_encoded_as_with_polkadot_sdk_extensions() {
	assert_eq!(
		extension::<Runtime>(3).encode(),
		(Era::Immortal, codec::Compact(3u32), false).encode()
	);
}

#[test]
fn only_an_authority_can_send() {
	development().execute_with(|| {
		assert!(submit(Alice, vote()).is_ok());
		assert_eq!(
			submit(Dave, vote()),
			Err(InvalidTransaction::Custom(Refusal::NotAllowed(Class::Uninvited).code()).into())
		);
	});
}

#[test]
fn no_call_can_be_sent_unsigned() {
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
