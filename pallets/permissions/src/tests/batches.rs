//! Many grants at once, with `pallet-utility`.

use frame_support::{assert_noop, assert_ok};
use salus_primitives::MemberId;

use crate::{mock::*, Call, Error, Grants};

fn revoke(grantee: MemberId) -> RuntimeCall {
	Call::revoke {
		record: RECORD,
		grantee,
	}
	.into()
}

fn batch_all(account: AccountId, calls: Vec<RuntimeCall>) -> sp_runtime::DispatchResult {
	let done = Utility::batch_all(signed(account), calls);
	done.map(|_| ()).map_err(|failed| failed.error)
}

#[test]
fn a_batch_can_grant_and_revoke() {
	run(|| {
		let grants = vec![
			NewGrant::default().call(),
			NewGrant::to(other_provider()).call(),
			NewGrant::to(OTHER_PATIENT).call(),
		];
		assert_ok!(batch_all(PATIENT_ACCOUNT, grants));
		assert_eq!(Grants::<Test>::iter_prefix(RECORD).count(), 3);
		let revocations = vec![revoke(provider()), revoke(OTHER_PATIENT.into())];
		assert_ok!(batch_all(PATIENT_ACCOUNT, revocations));
		assert_eq!(Grants::<Test>::iter_prefix(RECORD).count(), 1);
	});
}

#[test]
fn one_refused_call_reverts_a_whole_batch() {
	new_test_ext().execute_with(|| {
		let calls = vec![NewGrant::default().call(), NewGrant::to(suspended()).call()];
		let refused = batch_all(PATIENT_ACCOUNT, calls);
		assert_eq!(refused, Err(Error::<Test>::GranteeNotInGoodStanding.into()));
	});
}

#[test]
fn a_batch_gives_no_extra_rights() {
	run(|| {
		for account in [AUTHOR_ACCOUNT, PROVIDER_ACCOUNT, STRANGER] {
			assert_noop!(
				Utility::batch_all(signed(account), vec![NewGrant::default().call()])
					.map_err(|failed| failed.error),
				Error::<Test>::NotAuthorized
			);
		}
	});
}
