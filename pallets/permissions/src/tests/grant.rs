use codec::Encode;
use frame_support::{assert_noop, assert_ok};
use frame_system::RawOrigin;
use salus_primitives::{
	testing, GrantEvent, MemberId, PatientId, ProviderId, Purpose, Standing, Via,
};
use sp_runtime::DispatchError::BadOrigin;

use crate::{mock::*, Error, Event, Expiries, Expiry, Grant, GrantCount, Grants, WrappedKeys};

#[test]
fn a_patient_can_grant_a_record_to_a_provider() {
	run(|| {
		Now::set(START + 3);
		let new = NewGrant {
			expires_at: Some(START + 10),
			purpose: Purpose::Research,
			..Default::default()
		};
		assert_ok!(new.by_patient());
		let grant = Grant {
			key_version: 0,
			via: Via::Patient,
			purpose: Purpose::Research,
			granted_at: START + 3,
			expires_at: Some(START + 10),
			history: 0,
		};
		assert_eq!(Grants::<Test>::get(RECORD, provider()), Some(grant));
		let key = WrappedKeys::<Test>::get(RECORD, provider());
		assert_eq!(key, Some(wrapped(0, 384)));
		let granted = GrantEvent::Granted {
			purpose: Purpose::Research,
			expires_at: Some(START + 10),
		};
		assert_eq!(history(), [granted]);
		assert_eq!(HistoryList::last_by(), Some(PATIENT_ACCOUNT.encode()));
		assert!(Expiries::<Test>::contains_key(Expiry::new(
			START + 10,
			RECORD,
			provider()
		)));
		assert_eq!(GrantCount::<Test>::get(RECORD), 1);
		System::assert_last_event(
			Event::GrantAdded {
				record: RECORD,
				grantee: provider(),
				purpose: Purpose::Research,
				expires_at: Some(START + 10),
			}
			.into(),
		);
	});
}

#[test]
fn a_patient_can_grant_a_record_to_a_patient_without_an_end() {
	run(|| {
		assert_ok!(NewGrant::to(OTHER_PATIENT).by_patient());
		let grant = Grants::<Test>::get(RECORD, MemberId::from(OTHER_PATIENT)).unwrap();
		assert_eq!(grant.expires_at, None);
		assert_eq!(Expiries::<Test>::iter().count(), 0);
	});
}

#[test]
fn new_terms_replace_the_old_ones() {
	run(|| {
		assert_ok!(NewGrant::until(START + 10).by_patient());
		MemberTable::set_key(provider(), 1, 2048);
		Now::set(START + 1);
		let again = NewGrant {
			wrapped_key: wrapped(1, 256),
			purpose: Purpose::Payment,
			..NewGrant::until(START + 20)
		};
		assert_ok!(again.by_patient());
		let grant = Grants::<Test>::get(RECORD, provider()).unwrap();
		let key = WrappedKeys::<Test>::get(RECORD, provider());
		assert_eq!(key, Some(wrapped(1, 256)));
		assert_eq!((grant.key_version, grant.history), (1, 1));
		assert_eq!(grant.purpose, Purpose::Payment);
		assert_eq!(grant.granted_at, START + 1);
		let expiries: Vec<_> = Expiries::<Test>::iter_keys().collect();
		assert_eq!(expiries, [Expiry::new(START + 20, RECORD, provider())]);
		assert_eq!(GrantCount::<Test>::get(RECORD), 1);
		assert_eq!(events().len(), 2);
		// New terms without an end.
		assert_ok!(NewGrant {
			wrapped_key: wrapped(1, 256),
			..Default::default()
		}
		.by_patient());
		assert_eq!(Expiries::<Test>::iter().count(), 0);
	});
}

#[test]
fn an_expired_grant_can_be_given_again() {
	run(|| {
		assert_ok!(NewGrant::until(START + 10).by_patient());
		Now::set(START + 10);
		assert_eq!(Permissions::api_grant(RECORD, provider()), None);
		assert_ok!(NewGrant::until(START + 20).by_patient());
		assert!(Permissions::api_grant(RECORD, provider()).is_some());
		let granted = |at| GrantEvent::Granted {
			purpose: Purpose::Treatment,
			expires_at: Some(at),
		};
		let expected = [
			granted(START + 10),
			GrantEvent::Expired,
			granted(START + 20),
		];
		assert_eq!(history(), expected);
	});
}

#[test]
fn only_signed_origins_can_call() {
	run(|| {
		assert_noop!(NewGrant::default().give(RawOrigin::Root), BadOrigin);
		assert_noop!(NewGrant::default().give(RawOrigin::None), BadOrigin);
		assert_noop!(NewGrant::default().give(RawOrigin::Authorized), BadOrigin);
	});
}

#[test]
fn only_the_records_patient_can_grant_it() {
	run(|| {
		// Its author, the grantee, another patient, and an account without a member.
		for account in [
			AUTHOR_ACCOUNT,
			PROVIDER_ACCOUNT,
			OTHER_PATIENT_ACCOUNT,
			STRANGER,
		] {
			let grant = NewGrant::to(other_provider()).give(signed(account));
			assert_noop!(grant, Error::<Test>::NotAuthorized);
		}
		let others = NewGrant {
			record: OTHER_RECORD,
			..Default::default()
		};
		assert_noop!(others.by_patient(), Error::<Test>::NotAuthorized);
	});
}

#[test]
fn the_record_must_exist() {
	run(|| {
		let unknown = NewGrant {
			record: 6,
			..Default::default()
		};
		assert_noop!(unknown.by_patient(), Error::<Test>::RecordNotFound);
	});
}

#[test]
fn the_grantee_must_be_a_member_in_good_standing() {
	run(|| {
		let unknown: [MemberId; 2] = [PatientId([0; 16]).into(), ProviderId(99).into()];
		for grantee in unknown {
			let grant = NewGrant::to(grantee).by_patient();
			assert_noop!(grant, Error::<Test>::GranteeNotFound);
		}
		for grantee in [suspended(), retired(), testing::unverified().into()] {
			let grant = NewGrant::to(grantee).by_patient();
			assert_noop!(grant, Error::<Test>::GranteeNotInGoodStanding);
		}
		MemberTable::set_standing(testing::suspended(), Standing::Verified);
		assert_ok!(NewGrant::to(suspended()).by_patient());
	});
}

#[test]
fn a_record_cannot_be_granted_to_its_patient_or_author() {
	run(|| {
		assert_noop!(
			NewGrant::to(PATIENT).by_patient(),
			Error::<Test>::AlreadyReads
		);
		assert_noop!(
			NewGrant::to(author()).by_patient(),
			Error::<Test>::AlreadyReads
		);
	});
}

#[test]
fn the_wrapped_key_must_be_for_the_current_key_version() {
	run(|| {
		MemberTable::set_key(provider(), 3, 3072);
		for version in [0, 2, 4] {
			let stale = NewGrant {
				wrapped_key: wrapped(version, 384),
				..Default::default()
			};
			assert_noop!(stale.by_patient(), Error::<Test>::StaleKeyVersion);
		}
		assert_ok!(NewGrant {
			wrapped_key: wrapped(3, 384),
			..Default::default()
		}
		.by_patient());
	});
}

#[test]
fn the_wrapped_key_must_be_as_long_as_the_modulus() {
	run(|| {
		MemberTable::set_key(provider(), 0, 2041);
		for length in [0, 255, 257, 384, 2048] {
			let misfit = NewGrant {
				wrapped_key: wrapped(0, length),
				..Default::default()
			};
			assert_noop!(misfit.by_patient(), Error::<Test>::WrappedKeyMisfit);
		}
		assert_ok!(NewGrant {
			wrapped_key: wrapped(0, 256),
			..Default::default()
		}
		.by_patient());
	});
}

#[test]
fn a_grant_must_end_in_the_future() {
	run(|| {
		for at in [0, START - 1, START] {
			let ended = NewGrant::until(at).by_patient();
			assert_noop!(ended, Error::<Test>::ExpiryNotInFuture);
		}
		assert_ok!(NewGrant::until(START + 1).by_patient());
		assert_ok!(NewGrant::until(u64::MAX).by_patient());
	});
}

#[test]
fn the_number_of_a_records_grants_is_bounded() {
	run(|| {
		for place in 0..MAX_GRANTS {
			let grantee = ProviderId(100 + place);
			MemberTable::insert(grantee, 50 + u64::from(place), Standing::Verified);
			assert_ok!(NewGrant::to(grantee).by_patient());
		}
		let one_more = NewGrant::default().by_patient();
		assert_noop!(one_more, Error::<Test>::MaxGrantsPerRecordExceeded);
		// New terms need no room, and another record has its own.
		assert_ok!(NewGrant {
			grantee: ProviderId(100).into(),
			..NewGrant::until(START + 9)
		}
		.by_patient());
		add_record(9, PATIENT);
		assert_ok!(NewGrant {
			record: 9,
			..Default::default()
		}
		.by_patient());
		// A revoked grant makes room.
		let patient = signed(PATIENT_ACCOUNT);
		assert_ok!(Permissions::revoke(patient, RECORD, ProviderId(101).into()));
		assert_ok!(NewGrant::default().by_patient());
	});
}
