//! `deliver_grant`.

use codec::{Decode, Encode};
use salus_primitives::{DeliveredAuthor, PatientId, ProfessionalName, WrappedKey};

use super::*;

fn third() -> RemoteProvider {
	provider_of(AWAY, "B00003")
}

/// Makes [`third`] a provider in the directory.
fn enlist_third() {
	assert_ok!(Consortium::enlist_provider(
		of_region(AWAY),
		entry(AWAY, "B00003", 3)
	));
}

/// A wrapped key with other bytes.
fn other_key() -> WrappedKey {
	WrappedKey::RsaOaep {
		key_version: 0,
		ciphertext: vec![0xe8; 256].try_into().unwrap(),
	}
}

#[test]
fn a_grant_is_delivered() {
	run(|| {
		Now::set(START + 3);
		let delivered = grant_until(START + 10);
		assert_ok!(deliver(delivered.clone()));
		let (keyless, wrapped_key) = delivered.clone().replace_key(());
		let expected = Grant {
			delivered: keyless,
			key_version: 0,
			delivered_at: START + 3,
			delivery: 0,
		};
		let key = key_of_grant();
		assert_eq!(Grants::<Test>::get(&key), Some(expected));
		assert_eq!(WrappedKeys::<Test>::get(&key), Some(wrapped_key));
		assert_eq!(
			LastUpdates::<Test>::get(&key),
			Some(Update::of_grant(&delivered))
		);
		assert_eq!(Consortium::region(HOME).unwrap().live_grants, 1);
		let event = Event::GrantDelivered {
			region: HOME,
			record: RECORD,
			grantee: grantee(),
			sequence: 1,
			purpose: delivered.purpose,
			expires_at: Some(START + 10),
		};
		assert_eq!(events(), [event]);
	});
}

/// No event contains bytes of the wrapped key.
#[test]
fn events_do_not_contain_the_wrapped_key() {
	run(|| {
		assert_ok!(deliver(grant()));
		assert_ok!(revoke(2));
		let bytes = events().encode();
		assert!(bytes.len() > 32);
		let telltale = [0xe7; 4];
		assert!(grant().encode().windows(4).any(|part| part == telltale));
		assert!(!bytes.windows(4).any(|part| part == telltale));
	});
}

/// Whose record it is comes from the origin.
#[test]
fn a_region_delivers_grants_of_its_own_records_only() {
	run(|| {
		assert_ok!(deliver(grant()));
		let of_third = DeliveredGrant {
			hash: [0x4b; 32],
			..grant_at(9)
		};
		assert_ok!(Consortium::deliver_grant(of_region(THIRD), of_third));
		let views = all_handed_out();
		let told: Vec<_> = views
			.iter()
			.map(|view| (view.region, view.document_hash[0], view.sequence))
			.collect();
		assert_eq!(told, [(THIRD, 0x4b, 9), (HOME, 0x4a, 1)]);
	});
}

#[test]
fn the_author_need_not_be_in_the_directory() {
	run(|| {
		assert_ok!(deliver(grant()));
		assert_eq!(author_standing(), None);
	});
}

#[test]
fn a_malformed_author_is_refused() {
	run(|| {
		let by = |number, name| DeliveredGrant {
			author: DeliveredAuthor::Provider {
				id: id(AUTHOR),
				number,
				name,
				account: account(2),
			},
			..grant()
		};
		let name = |text: &str| ProfessionalName::decode(&mut &text.encode()[..]).unwrap();
		let malformed = ProfessionalNumber(b"x".to_vec().try_into().unwrap());
		let bad = by(malformed, name("Dr. B"));
		assert_noop!(deliver(bad), refused(Reason::InvalidNumber));
		let bad = by(number(AUTHOR), name("\n"));
		assert_noop!(deliver(bad), refused(Reason::InvalidName));
	});
}

#[test]
fn an_unknown_grantee_is_refused() {
	run(|| {
		for grantee in [
			provider_of(AWAY, AUTHOR),
			provider_of(THIRD, GRANTEE),
			provider_of(STRANGER, GRANTEE),
			provider_of(OWN, GRANTEE),
		] {
			let unknown = DeliveredGrant { grantee, ..grant() };
			assert_noop!(deliver(unknown), refused(Reason::GranteeUnknown));
		}
	});
}

#[test]
fn a_grantee_that_is_not_verified_is_refused() {
	run(|| {
		set_standing(AWAY, GRANTEE, Standing::Suspended);
		assert_noop!(deliver(grant()), refused(Reason::GranteeSuspended));
		set_standing(AWAY, GRANTEE, Standing::Retired);
		assert_noop!(deliver(grant()), refused(Reason::GranteeRetired));
		set_standing(AWAY, GRANTEE, Standing::Verified);
		assert_ok!(deliver(grant()));
	});
	run(|| {
		for standing in [Standing::Unverified, Standing::UnverifiedSuspended] {
			set_standing(AWAY, GRANTEE, standing);
			assert_noop!(deliver(grant()), refused(Reason::Unverified));
		}
	});
}

#[test]
fn a_grantee_of_an_expelled_region_is_refused() {
	run(|| {
		assert_ok!(Consortium::expel_region(authorities(), AWAY));
		assert_noop!(deliver(grant()), refused(Reason::GranteeRegionExpelled));
		let region = genesis(AWAY);
		assert_ok!(Consortium::admit_region(authorities(), AWAY, region));
		assert_ok!(deliver(grant()));
	});
}

#[test]
fn a_wrapped_key_for_another_version_is_refused() {
	run(|| {
		let with = |version| DeliveredGrant {
			wrapped_key: wrapped(version, 256),
			..grant()
		};
		assert_noop!(deliver(with(1)), refused(Reason::StaleKeyVersion));
		let rotated = DirectoryEntry {
			key: signed_key(AWAY, 1, 2, key(9)),
			sequence: 2,
			..entry(AWAY, GRANTEE, 1)
		};
		assert_ok!(Consortium::update_provider(of_region(AWAY), rotated));
		for stale in [0, 1, 3] {
			assert_noop!(deliver(with(stale)), refused(Reason::StaleKeyVersion));
		}
		assert_ok!(deliver(with(2)));
	});
}

#[test]
fn a_wrapped_key_of_another_length_is_refused() {
	run(|| {
		for length in [0, 255, 257, 384] {
			let misfit = DeliveredGrant {
				wrapped_key: wrapped(0, length),
				..grant()
			};
			assert_noop!(deliver(misfit), refused(Reason::WrappedKeyMisfit));
		}
	});
}

#[test]
fn an_expired_grant_is_refused() {
	run(|| {
		for at in [0, START - 1, START] {
			assert_noop!(deliver(grant_until(at)), refused(Reason::Expired));
		}
		assert_ok!(deliver(grant_until(START + 1)));
	});
}

#[test]
fn the_grants_of_a_region_are_limited() {
	run(|| {
		enlist_third();
		let to_third = |record| DeliveredGrant {
			grantee: third(),
			..grant_of(record)
		};
		for record in 0..3 {
			assert_ok!(deliver(grant_of(record)));
			assert_ok!(deliver(to_third(record)));
		}
		let full = refused(Reason::MaxGrantsExceeded);
		assert_noop!(deliver(to_third(9)), full);
		// New terms of one that lives take no room, and other regions have room of their own.
		let renewed = DeliveredGrant {
			sequence: 2,
			..grant_of(0)
		};
		assert_ok!(deliver(renewed));
		assert_ok!(Consortium::deliver_grant(of_region(THIRD), grant()));
		// A revocation makes room.
		let revocation = GrantRevocation {
			record: 0,
			..revocation(3)
		};
		assert_ok!(Consortium::revoke_grant(of_region(HOME), revocation));
		assert_ok!(deliver(to_third(9)));
		assert_noop!(deliver(to_third(10)), full);
	});
}

#[test]
fn the_grants_of_a_region_to_one_grantee_are_limited() {
	run(|| {
		enlist_third();
		for record in 0..4 {
			assert_ok!(deliver(grant_of(record)));
		}
		let full = refused(Reason::MaxGrantsForGranteeExceeded);
		assert_noop!(deliver(grant_of(9)), full);
		// Others have room of their own: another grantee, and another region.
		let to_third = DeliveredGrant {
			grantee: third(),
			..grant_of(9)
		};
		assert_ok!(deliver(to_third));
		assert_ok!(Consortium::deliver_grant(of_region(THIRD), grant()));
	});
}

#[test]
fn the_grants_of_one_patient_to_one_grantee_are_limited() {
	run(|| {
		MaxGrantsOfPatient::set(2);
		assert_ok!(deliver(grant_of(0)));
		assert_ok!(deliver(grant_of(1)));
		let full = refused(Reason::MaxGrantsOfPatientExceeded);
		assert_noop!(deliver(grant_of(9)), full);
		// New terms take no room, and another patient has room of its own.
		let renewed = DeliveredGrant {
			sequence: 3,
			..grant_of(0)
		};
		assert_ok!(deliver(renewed));
		let other = DeliveredGrant {
			patient: PatientId([0xee; 16]),
			..grant_of(9)
		};
		assert_ok!(deliver(other));
	});
}

/// A rogue provider that invites many patients, who add records about themselves, cannot use up the
/// grants of its region to a grantee.
#[test]
fn the_grants_of_own_records_to_one_grantee_are_limited_together() {
	run(|| {
		enlist_third();
		MaxGrantsOfOwnRecords::set(2);
		let own = |record: u64| DeliveredGrant {
			author: DeliveredAuthor::Patient,
			patient: PatientId([record as u8; 16]),
			..grant_of(record)
		};
		assert_ok!(deliver(own(0)));
		assert_ok!(deliver(own(1)));
		let full = || refused(Reason::MaxGrantsOfOwnRecordsExceeded);
		assert_noop!(deliver(own(2)), full());
		// What providers wrote has the rest of the room.
		assert_ok!(deliver(grant_of(8)));
		// Others have room of their own: another grantee, and another region.
		let to_third = DeliveredGrant {
			grantee: third(),
			..own(2)
		};
		assert_ok!(deliver(to_third));
		assert_ok!(Consortium::deliver_grant(of_region(THIRD), own(2)));
		// New terms take no room, and a revocation makes room.
		let renewed = DeliveredGrant {
			sequence: 3,
			..own(0)
		};
		assert_ok!(deliver(renewed));
		let revocation = GrantRevocation {
			record: 1,
			..revocation(3)
		};
		assert_ok!(Consortium::revoke_grant(of_region(HOME), revocation));
		assert_ok!(deliver(own(2)));
		assert_noop!(deliver(own(3)), full());
	});
}

/// A rogue provider with many patients cannot use up the grants of its region to a grantee.
#[test]
fn the_grants_of_one_author_to_one_grantee_are_limited() {
	run(|| {
		MaxGrantsOfAuthor::set(2);
		let of = |record: u64| DeliveredGrant {
			patient: PatientId([record as u8; 16]),
			..grant_of(record)
		};
		assert_ok!(deliver(of(0)));
		assert_ok!(deliver(of(1)));
		let full = refused(Reason::MaxGrantsOfAuthorExceeded);
		assert_noop!(deliver(of(9)), full);
		let other = DeliveredGrant {
			author: DeliveredAuthor::Patient,
			..of(9)
		};
		assert_ok!(deliver(other));
		// A revocation makes room.
		let revocation = GrantRevocation {
			record: 0,
			..revocation(3)
		};
		assert_ok!(Consortium::revoke_grant(of_region(HOME), revocation));
		assert_ok!(deliver(of(10)));
	});
}

/// Expired grants take room until they are swept.
#[test]
fn a_sweep_makes_room() {
	run(|| {
		for record in 0..4 {
			let ending = DeliveredGrant {
				record,
				..grant_until(START + 1)
			};
			assert_ok!(deliver(ending));
		}
		Now::set(START + 1);
		let full = refused(Reason::MaxGrantsForGranteeExceeded);
		assert_noop!(deliver(grant_of(9)), full);
		polled(Weight::MAX);
		assert_ok!(deliver(grant_of(9)));
	});
}

#[test]
fn new_terms_replace_the_old_ones() {
	run(|| {
		assert_ok!(deliver(grant_until(START + 10)));
		let renewed = DeliveredGrant {
			sequence: 3,
			wrapped_key: other_key(),
			..grant_until(START + 20)
		};
		assert_ok!(deliver(renewed.clone()));
		assert_eq!(Grants::<Test>::iter().count(), 1);
		let ends: Vec<_> = Expiries::<Test>::iter_keys().map(|end| end.at()).collect();
		assert_eq!(ends, [START + 20]);
		let view = handed_out().unwrap();
		assert_eq!(view.sequence, 3);
		assert_eq!(view.wrapped_key, Some(renewed.wrapped_key));
		// Terms without an end.
		assert_ok!(deliver(grant_at(4)));
		assert_eq!(Expiries::<Test>::iter().count(), 0);
	});
}

#[test]
fn the_same_update_again_changes_nothing() {
	run(|| {
		assert_ok!(deliver(grant_until(START + 10)));
		assert_repeated(|| deliver(grant_until(START + 10)));
	});
}

/// Even where it would be refused by now; and it revives nothing that has ended.
#[test]
fn the_same_update_again_gets_the_same_answer() {
	run(|| {
		assert_ok!(deliver(grant_until(START + 10)));
		set_standing(AWAY, GRANTEE, Standing::Suspended);
		assert_repeated(|| deliver(grant_until(START + 10)));
		Now::set(START + 10);
		assert_repeated(|| deliver(grant_until(START + 10)));
		polled(Weight::MAX);
		set_standing(AWAY, GRANTEE, Standing::Verified);
		assert_repeated(|| deliver(grant_until(START + 10)));
		assert!(!Grants::<Test>::contains_key(key_of_grant()));
	});
}

#[test]
fn other_content_with_the_same_number_is_a_conflict() {
	run(|| {
		assert_ok!(deliver(grant()));
		let contrary = DeliveredGrant {
			wrapped_key: other_key(),
			..grant()
		};
		assert_noop!(deliver(contrary), refused(Reason::Conflict));
		let longer = grant_until(START + 10);
		assert_noop!(deliver(longer), refused(Reason::Conflict));
		// The number is of this record and grantee alone.
		assert_ok!(deliver(grant_of(RECORD + 1)));
	});
}

#[test]
fn a_lower_number_is_superseded() {
	run(|| {
		assert_ok!(deliver(grant_at(3)));
		for late in [0, 1, 2] {
			assert_noop!(deliver(grant_at(late)), refused(Reason::Superseded));
		}
	});
}

#[test]
fn a_late_delivery_does_not_revive_a_revoked_grant() {
	run(|| {
		assert_ok!(deliver(grant()));
		assert_ok!(revoke(2));
		assert_noop!(deliver(grant()), refused(Reason::Superseded));
		assert_noop!(deliver(grant_at(2)), refused(Reason::Conflict));
		assert_eq!(handed_out(), None);
		// The patient can grant again.
		assert_ok!(deliver(grant_at(3)));
		assert_eq!(handed_out().map(|view| view.sequence), Some(3));
	});
}

/// New terms that are refused leave the old ones.
#[test]
fn a_refused_grant_changes_nothing() {
	run(|| {
		assert_ok!(deliver(grant()));
		let stale = DeliveredGrant {
			wrapped_key: wrapped(1, 256),
			..grant_at(2)
		};
		assert_noop!(deliver(stale), refused(Reason::StaleKeyVersion));
		assert_eq!(handed_out().map(|view| view.sequence), Some(1));
		// The same sequence number can be used for a valid grant.
		assert_ok!(deliver(grant_at(2)));
	});
}

/// Were a region to send its own provider's grant here, it would be stored as any other.
#[test]
fn a_grantee_of_the_same_region_is_accepted() {
	run(|| {
		assert_ok!(Consortium::deliver_grant(of_region(AWAY), grant()));
		let view = Consortium::api_grant(AWAY, RECORD, grantee());
		assert_eq!(view.map(|view| view.region), Some(AWAY));
	});
}
