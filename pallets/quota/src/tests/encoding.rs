//! The extension is encoded, and described in metadata, as `CheckNonce`.

use frame_system::{AuthorizeCall, CheckNonce, CheckWeight};
use scale_info::meta_type;
use sp_runtime::{generic, testing::UintAuthorityId, traits::TransactionExtension};

use super::*;

type Plain = (AuthorizeCall<Test>, CheckNonce<Test>, CheckWeight<Test>);
type PlainXt = generic::UncheckedExtrinsic<u64, RuntimeCall, UintAuthorityId, Plain>;

#[test]
fn a_transaction_is_encoded_as_with_check_nonce() {
	for nonce in [0, 1, 64, 16_384, u32::MAX] {
		let ours = CheckQuota::<Test>::from(nonce);
		assert_eq!(ours.encode(), CheckNonce::<Test>::from(nonce).encode());
		run(|| {
			let ours = CheckQuota::<Test>::from(nonce);
			let implicit = TransactionExtension::<RuntimeCall>::implicit(&ours).map(|i| i.encode());
			assert_eq!(implicit, Ok(vec![]));
		});

		let plain = PlainXt::new_signed(
			work::Call::register {}.into(),
			MEMBER,
			UintAuthorityId(MEMBER),
			(
				AuthorizeCall::new(),
				CheckNonce::from(nonce),
				CheckWeight::new(),
			),
		);
		let ours = signed(MEMBER, nonce, work::Call::register {});
		assert_eq!(ours.encode(), plain.encode());
	}
}

#[test]
fn metadata_shows_check_nonce() {
	let ours = <TxExtension as TransactionExtension<RuntimeCall>>::metadata();
	let plain = <Plain as TransactionExtension<RuntimeCall>>::metadata();
	assert_eq!(ours.len(), plain.len());
	for (ours, plain) in ours.iter().zip(&plain) {
		assert_eq!(ours.identifier, plain.identifier);
		assert_eq!(ours.ty, plain.ty);
		assert_eq!(ours.implicit, plain.implicit);
	}
	assert_eq!(ours[1].identifier, "CheckNonce");
	assert_eq!(
		meta_type::<CheckQuota<Test>>(),
		meta_type::<CheckNonce<Test>>()
	);
}
