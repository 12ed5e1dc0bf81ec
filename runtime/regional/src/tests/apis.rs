//! The runtime APIs: the price of a transaction, and a record with data of the registry.

use codec::Encode;
use frame_support::assert_ok;
use pallet_registry::WeightInfo;
use pallet_transaction_payment_rpc_runtime_api::{
	runtime_decl_for_transaction_payment_api::TransactionPaymentApiV4,
	runtime_decl_for_transaction_payment_call_api::TransactionPaymentCallApiV3,
};
use salus_primitives::{
	api::{runtime_decl_for_emr_api::EmrApiV1, runtime_decl_for_registry_api::RegistryApiV1},
	encryption_key_message,
	testing::{key_of, number, wrapped, RSA_2048, RSA_3072},
	views::{AccountStatus, AuthorView},
	Cid, EncryptionKey, KeySignature, MemberId, ProfessionalName, ProviderId, Standing,
	SEALED_NAME_LEN,
};
use sp_keyring::Sr25519Keyring::{self, Alice, Bob, Dave, Eve};

use super::development;
use crate::{
	AccountId, Balance, Block, Emr, Registry, Runtime, RuntimeCall, RuntimeOrigin, System,
	UncheckedExtrinsic,
};

fn signed(who: Sr25519Keyring) -> RuntimeOrigin {
	RuntimeOrigin::signed(who.to_account_id())
}

fn signed_key(who: Sr25519Keyring, der: &[u8]) -> (EncryptionKey, KeySignature) {
	let key = key_of(der);
	let genesis = System::block_hash(0).0;
	let message = encryption_key_message(&genesis, &who.to_raw_public(), 0, &key);
	(key, who.sign(message.as_bytes()))
}

#[test]
fn a_wallet_reads_that_a_transaction_is_free() {
	type Weights = pallet_registry::weights::SubstrateWeight<Runtime>;
	development().execute_with(|| {
		let call: RuntimeCall = pallet_registry::Call::<Runtime>::retire {}.into();
		let transaction = || UncheckedExtrinsic::new_bare(call.clone());
		let len = transaction().encoded_size() as u32;
		let info =
			<Runtime as TransactionPaymentApiV4<Block, Balance>>::query_info(transaction(), len);
		assert_eq!(info.partial_fee, 0);
		assert!(info.weight.all_gte(Weights::retire()));
		let fee = <Runtime as TransactionPaymentApiV4<Block, Balance>>::query_fee_details(
			transaction(),
			len,
		);
		assert!(fee.inclusion_fee.is_none() && fee.tip == 0);
		let info =
			<Runtime as TransactionPaymentCallApiV3<Block, Balance, RuntimeCall>>::query_call_info(
				call.clone(),
				len,
			);
		assert_eq!(info.partial_fee, 0);
		assert!(info.weight.all_gte(Weights::retire()));
	});
}

#[test]
fn a_record_contains_the_authors_name_and_the_patients_commitment() {
	development().execute_with(|| {
		for who in [Dave, Eve] {
			assert_ok!(Registry::invite(signed(Alice), who.to_account_id()));
		}
		let (key, signature) = signed_key(Dave, RSA_2048);
		assert_ok!(Registry::register_patient(
			signed(Dave),
			[7; 32],
			key,
			signature
		));
		let number = number("A12345");
		let name = ProfessionalName::parse("Dr. José Ada").expect("is valid");
		let (key, signature) = signed_key(Eve, RSA_3072);
		assert_ok!(Registry::apply_as_provider(
			signed(Eve),
			number.clone().into(),
			name.clone().into(),
			key,
			signature
		));
		let account = Eve.to_account_id();
		let application =
			<Runtime as RegistryApiV1<Block, AccountId>>::application(account.clone())
				.expect("the application exists");
		let motion = pallet_registry::types::Motion::Verify {
			account,
			application: application.application_hash,
		};
		for authority in [Alice, Bob] {
			assert_ok!(Registry::vote(signed(authority), motion.clone(), true));
		}
		let status = <Runtime as RegistryApiV1<Block, AccountId>>::account(Dave.to_account_id());
		let AccountStatus::Member(MemberId::Patient(patient)) = status else {
			panic!("{status:?}");
		};
		let cid = Cid::from_digest(false, [3; 32]).as_bytes().to_vec();
		assert_ok!(Emr::add_record(
			signed(Eve),
			patient,
			[1; SEALED_NAME_LEN],
			[2; 32],
			cid,
			100,
			wrapped(0, 256),
			wrapped(0, 384),
			None
		));
		let record = <Runtime as EmrApiV1<Block, AccountId>>::record(0).expect("the record exists");
		assert_eq!(
			(record.patient, record.patient_commitment),
			(patient, [7; 32])
		);
		let author = AuthorView::Provider {
			id: ProviderId(0),
			number,
			name,
			standing: Some(Standing::Verified),
		};
		assert_eq!(record.author, author);
	});
}
