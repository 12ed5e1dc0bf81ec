use codec::Encode;
use frame_support::{assert_noop, assert_ok};
use frame_system::RawOrigin;
use salus_primitives::{testing, GrantEvent, Standing};
use sp_runtime::DispatchError::BadOrigin;

use crate::{mock::*, Error, Event, Expiries, GrantCount, Grants, WrappedKeys};

fn by(account: AccountId) -> sp_runtime::DispatchResult {
	Permissions::revoke(signed(account), RECORD, provider())
}

#[test]
fn a_patient_can_revoke_a_grant() {
	run(|| {
		assert_ok!(NewGrant::to(other_provider()).by_patient());
		assert_ok!(NewGrant::until(START + 10).by_patient());
		assert_ok!(by(PATIENT_ACCOUNT));
		assert!(!Grants::<Test>::contains_key(RECORD, provider()));
		assert!(!WrappedKeys::<Test>::contains_key(RECORD, provider()));
		assert_eq!(history().last(), Some(&GrantEvent::Revoked));
		assert_eq!(HistoryList::last_by(), Some(PATIENT_ACCOUNT.encode()));
		assert_eq!(Expiries::<Test>::iter().count(), 0);
		assert_eq!(GrantCount::<Test>::get(RECORD), 1);
		assert!(Grants::<Test>::contains_key(RECORD, other_provider()));
		System::assert_last_event(
			Event::GrantRevoked {
				record: RECORD,
				grantee: provider(),
			}
			.into(),
		);
	});
}

#[test]
fn revoking_the_last_grant_leaves_nothing_in_storage() {
	run(|| {
		let before = sp_io::storage::root(Default::default());
		let number = System::block_number();
		System::set_block_number(0); // no events
		assert_ok!(NewGrant::until(START + 10).by_patient());
		assert_ok!(by(PATIENT_ACCOUNT));
		System::set_block_number(number);
		assert_eq!(sp_io::storage::root(Default::default()), before);
	});
}

#[test]
fn only_signed_origins_can_call() {
	run(|| {
		assert_ok!(NewGrant::default().by_patient());
		for origin in [RawOrigin::Root, RawOrigin::None, RawOrigin::Authorized] {
			let revoked = Permissions::revoke(origin.into(), RECORD, provider());
			assert_noop!(revoked, BadOrigin);
		}
	});
}

#[test]
fn only_the_records_patient_can_revoke() {
	run(|| {
		assert_ok!(NewGrant::default().by_patient());
		for account in [
			AUTHOR_ACCOUNT,
			PROVIDER_ACCOUNT,
			OTHER_PATIENT_ACCOUNT,
			STRANGER,
		] {
			assert_noop!(by(account), Error::<Test>::NotAuthorized);
		}
	});
}

#[test]
fn only_an_existing_grant_can_be_revoked() {
	run(|| {
		assert_noop!(by(PATIENT_ACCOUNT), Error::<Test>::NotFound);
		assert_ok!(NewGrant::default().by_patient());
		let patient = || signed(PATIENT_ACCOUNT);
		let other = Permissions::revoke(patient(), RECORD, other_provider());
		assert_noop!(other, Error::<Test>::NotFound);
		let no_record = Permissions::revoke(patient(), 6, provider());
		assert_noop!(no_record, Error::<Test>::RecordNotFound);
		assert_ok!(by(PATIENT_ACCOUNT));
		assert_noop!(by(PATIENT_ACCOUNT), Error::<Test>::NotFound);
	});
}

#[test]
fn a_grant_to_a_suspended_grantee_can_be_revoked() {
	run(|| {
		assert_ok!(NewGrant::default().by_patient());
		MemberTable::set_standing(testing::provider(), Standing::Suspended);
		assert_ok!(by(PATIENT_ACCOUNT));
	});
}

#[test]
fn an_expired_grant_can_be_revoked_before_it_is_swept() {
	run(|| {
		assert_ok!(NewGrant::until(START + 10).by_patient());
		Now::set(START + 11);
		assert_ok!(by(PATIENT_ACCOUNT));
		assert!(!Grants::<Test>::contains_key(RECORD, provider()));
		assert_eq!(history().last(), Some(&GrantEvent::Expired));
	});
}
