//! What a wallet reads from any chain.

use codec::Encode;
use frame_system_rpc_runtime_api::runtime_decl_for_account_nonce_api::AccountNonceApiV1;
use scale_info::{Type, TypeDef, TypeInfo};
use sp_keyring::Sr25519Keyring::Alice;

use super::development;
use crate::{AccountId, Block, Nonce, Runtime, RuntimeCall, System};

#[test]
fn a_wallet_reads_the_next_nonce() {
	development().execute_with(|| {
		let nonce = || {
			<Runtime as AccountNonceApiV1<Block, AccountId, Nonce>>::account_nonce(
				Alice.to_account_id(),
			)
		};
		assert_eq!(nonce(), 0);
		System::inc_account_nonce(Alice.to_account_id());
		assert_eq!(nonce(), 1);
	});
}

/// So a wallet's signature of a message is never the signature of a transaction.
#[test]
fn no_call_begins_as_a_signed_message_does() {
	let call: RuntimeCall = frame_system::Call::remark { remark: vec![] }.into();
	assert!(has_call(&call.encode()));
	assert!(!has_call(salus_primitives::signing::PREFIX.as_bytes()));
}

/// Whether these bytes begin with the indices of a pallet and of a call of it.
fn has_call(bytes: &[u8]) -> bool {
	let variants = |info: Type| match info.type_def {
		TypeDef::Variant(all) => all.variants,
		_ => panic!("calls are an enum"),
	};
	let pallets = variants(RuntimeCall::type_info());
	let pallet = pallets.iter().find(|pallet| pallet.index == bytes[0]);
	pallet.is_some_and(|pallet| {
		let calls = variants(pallet.fields[0].ty.type_info());
		calls.iter().any(|call| call.index == bytes[1])
	})
}

#[test]
fn metadata_exists_in_each_version_that_clients_use() {
	development().execute_with(|| {
		for version in [14, 15, 16] {
			assert!(Runtime::metadata_versions().contains(&version));
			assert!(Runtime::metadata_at_version(version).is_some());
		}
	});
}
