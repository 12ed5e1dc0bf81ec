use super::*;
use codec::Encode;
use salus_client::chain::{calls, Call};
use salus_primitives::MemberId;
use salus_primitives::{ProviderId, Purpose};

fn metadata() -> Metadata {
	let bytes = std::fs::read("../client/metadata/regional.scale").unwrap();
	Metadata::decode_from(&bytes).unwrap()
}

fn account(byte: u8) -> AccountId {
	AccountId::new([byte; 32])
}

fn signed_by(signer: &AccountId, call: &[u8]) -> Vec<u8> {
	let mut body = vec![SIGNED_V4];
	MultiAddress::<AccountId, ()>::Id(signer.clone()).encode_to(&mut body);
	MultiSignature::Sr25519(sp_core::sr25519::Signature::from_raw([7; 64])).encode_to(&mut body);
	// A mortal era, the nonce, no metadata hash.
	body.extend([0x15, 0x00]);
	Compact(300_u32).encode_to(&mut body);
	body.push(0);
	body.extend(call);
	body.encode()
}

fn names(calls: &[CallName]) -> Vec<(&str, &str, bool)> {
	let calls = calls.iter();
	calls
		.map(|call| (&*call.pallet, &*call.name, call.in_motion))
		.collect()
}

fn revoke() -> Call {
	calls::REVOKE.with((5, MemberId::Provider(ProviderId(1))))
}

#[test]
fn all_calls_in_a_transaction_are_found() {
	let metadata = metadata();
	let batch = Call::batch_all(vec![
		revoke(),
		Call::force_batch(vec![calls::RETIRE.with(()), revoke()]),
	]);
	let bytes = signed_by(&account(1), &batch.encode(&metadata).unwrap());
	let transaction = Transaction::decode(&metadata, &bytes).unwrap();
	assert_eq!(transaction.signer, account(1));
	assert_eq!(
		names(&transaction.calls),
		[
			("Utility", "batch_all", false),
			("Permissions", "revoke", false),
			("Utility", "force_batch", false),
			("Registry", "retire", false),
			("Permissions", "revoke", false),
		]
	);
	// A patient may revoke, and not retire.
	assert_eq!(
		transaction.check(&account(1), &[Class::Patient]),
		Err(TransactionError::NotAllowed(
			"Registry".into(),
			"retire".into()
		))
	);
	assert_eq!(
		transaction.check(&account(2), &[Class::Patient]),
		Err(TransactionError::OtherSigner)
	);
}

#[test]
fn a_motion_is_checked_as_a_motion() {
	let metadata = metadata();
	let check = |call: Call| {
		let motion = Call::propose(2, call, 2).encode(&metadata).unwrap();
		let bytes = signed_by(&account(1), &motion);
		let transaction = Transaction::decode(&metadata, &bytes).unwrap();
		assert_eq!(transaction.calls.len(), 2);
		transaction.check(&account(1), &[Class::Authority])
	};
	assert_eq!(check(calls::CANCEL_UPGRADE.with(())), Ok(()));
	let error = check(calls::RETIRE.with(())).unwrap_err();
	assert_eq!(
		error,
		TransactionError::NotAllowed("Registry".into(), "retire".into())
	);
}

#[test]
fn each_call_of_the_client_is_read_and_sent_by_its_class_only() {
	let metadata = metadata();
	let grant = calls::GRANT.with((
		5,
		MemberId::Provider(ProviderId(1)),
		salus_primitives::WrappedKey::RsaOaep {
			key_version: 0,
			ciphertext: vec![7; 384].try_into().unwrap(),
		},
		Some(9),
		Purpose::Treatment,
	));
	let bytes = signed_by(&account(1), &grant.encode(&metadata).unwrap());
	let transaction = Transaction::decode(&metadata, &bytes).unwrap();
	for class in Class::ALL {
		let sent = transaction.check(&account(1), &[class]).is_ok();
		assert_eq!(sent, class == Class::Patient, "{class}");
	}
}

#[test]
fn bytes_that_are_not_a_whole_signed_transaction_are_refused() {
	let metadata = metadata();
	let call = revoke().encode(&metadata).unwrap();
	let whole = signed_by(&account(1), &call);
	assert!(Transaction::decode(&metadata, &whole).is_ok());
	for end in 0..whole.len() {
		assert!(
			Transaction::decode(&metadata, &whole[..end]).is_err(),
			"{end}"
		);
	}
	let longer = [&whole[..], &[0]].concat();
	assert!(Transaction::decode(&metadata, &longer).is_err());
	// A byte after the call, within the length.
	let padded = signed_by(&account(1), &[&call[..], &[0]].concat());
	assert!(Transaction::decode(&metadata, &padded).is_err());
	// Unsigned, and general.
	for version in [4, 5, 0x45] {
		let bare = [&[version][..], &call].concat().encode();
		assert!(Transaction::decode(&metadata, &bare).is_err(), "{version}");
	}
	let large = vec![0; MAX_TRANSACTION + 1];
	assert_eq!(
		Transaction::decode(&metadata, &large),
		Err(TransactionError::TooLarge)
	);
}

#[test]
fn calls_that_nest_without_end_do_not_end_the_gateway() {
	let metadata = metadata();
	let batch = Call::batch_all(vec![]).encode(&metadata).unwrap();
	// Batches of one batch; then batches of two, of which the second is nested.
	for count in [1_u32, 2] {
		let mut level = batch[..2].to_vec();
		Compact(count).encode_to(&mut level);
		if count == 2 {
			level.extend(&batch);
		}
		let deep = level.repeat(MAX_TRANSACTION / level.len() - 100);
		let bytes = signed_by(&account(1), &deep);
		assert_eq!(
			Transaction::decode(&metadata, &bytes),
			Err(TransactionError::TooManyCalls)
		);
	}
}

#[test]
fn lengths_that_lie_cost_nothing() {
	let metadata = metadata();
	let batch = Call::batch_all(vec![]).encode(&metadata).unwrap();
	let mut lie = batch[..2].to_vec();
	Compact(u32::MAX).encode_to(&mut lie);
	let bytes = signed_by(&account(1), &lie);
	assert_eq!(
		Transaction::decode(&metadata, &bytes),
		Err(TransactionError::Unreadable)
	);
	let many = Call::batch_all(vec![revoke(); 2_000])
		.encode(&metadata)
		.unwrap();
	assert_eq!(
		Transaction::decode(&metadata, &signed_by(&account(1), &many)),
		Err(TransactionError::TooManyCalls)
	);
}
