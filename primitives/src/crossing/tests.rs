use super::*;
use crate::Reason;
use alloc::{format, string::String, vec};
use codec::DecodeAll;
use sp_core::{crypto::UncheckedFrom, sr25519};

use crate::testing::{number, provider_of, GOLDEN};

fn name(text: &str) -> ProfessionalName {
	ProfessionalName::parse(text).unwrap()
}

fn grantee() -> RemoteProvider {
	provider_of(2001, 3)
}

fn entry(standing: Standing, sequence: u64) -> DirectoryEntry {
	DirectoryEntry {
		id: ProviderId(7),
		number: number("A12345"),
		name: name("Dr. Müller"),
		account: AccountId::new([0x11; 32]),
		standing,
		since: 1_700_000_000_000,
		key: SignedKey {
			version: 2,
			key: EncryptionKey::RsaOaep(vec![0x30, 0x82, 0x01].try_into().unwrap()),
			account: AccountId::new([0x12; 32]),
			signature: sr25519::Signature::unchecked_from([0x13; 64]),
			since: 1_700_000_000_001,
		},
		sequence,
	}
}

fn grant() -> DeliveredGrant {
	DeliveredGrant {
		record: 7,
		grantee: grantee(),
		patient: PatientId([0x21; 16]),
		author: DeliveredAuthor::Provider {
			id: ProviderId(8),
			number: number("B54321"),
			name: name("Clinic"),
			account: AccountId::new([0x22; 32]),
		},
		sealed_name: [0x23; 112],
		hash: [0x24; 32],
		cid: Cid::from_digest(true, [0x25; 32]),
		size: 1_048_640,
		added_at: 1_700_000_000_002,
		amended_hash: Some([0x28; 32]),
		wrapped_key: WrappedKey::RsaOaep {
			key_version: 2,
			ciphertext: vec![0x26, 0x27].try_into().unwrap(),
		},
		via: Via::Patient,
		purpose: Purpose::EmergencyTreatment,
		granted_at: 1_700_000_000_003,
		expires_at: Some(1_700_000_000_004),
		sequence: 9,
	}
}

fn revocation() -> GrantRevocation {
	GrantRevocation {
		record: 7,
		grantee: grantee(),
		sequence: 10,
	}
}

/// A grant of a record that its patient added.
fn own_grant() -> DeliveredGrant {
	DeliveredGrant {
		author: DeliveredAuthor::Patient,
		..grant()
	}
}

/// One of each call, and a grant of a record that its patient added.
fn calls() -> [(&'static str, ConsortiumCall); 5] {
	[
		(
			"enlist_provider",
			ConsortiumCall::EnlistProvider {
				entry: entry(Standing::Verified, 1),
			},
		),
		(
			"update_provider",
			ConsortiumCall::UpdateProvider {
				entry: entry(Standing::Suspended, 2),
			},
		),
		(
			"deliver_grant",
			ConsortiumCall::DeliverGrant { grant: grant() },
		),
		(
			"revoke_grant",
			ConsortiumCall::RevokeGrant {
				revocation: revocation(),
			},
		),
		(
			"deliver_own_grant",
			ConsortiumCall::DeliverGrant { grant: own_grant() },
		),
	]
}

/// Chains with older and newer runtimes read these bytes, so they never change. A new call or
/// reason gets a new line.
#[test]
fn crossing_calls_and_reasons_encode_to_the_golden_bytes() {
	let mut lines = String::new();
	for (name, call) in calls() {
		lines += &format!("{name} {}\n", hex::encode(call.encode_call()));
	}
	for reason in Reason::ALL {
		lines += &format!("{reason:?} {}\n", hex::encode(reason.encode()));
	}
	let golden = GOLDEN.lines().filter(|line| !line.starts_with('#'));
	assert!(
		golden.eq(lines.lines()),
		"these are the bytes now:\n{lines}"
	);
}

#[test]
fn a_crossing_call_decodes_as_a_call_of_the_consortium_runtime() {
	for (index, (name, call)) in [0u8, 1, 2, 3, 2].into_iter().zip(calls()) {
		let bytes = call.encode_call();
		assert_eq!(bytes[..2], [50, index], "{name}");
		let outer = ConsortiumRuntimeCall::from(call);
		assert_eq!(outer.encode(), bytes, "{name}");
		assert_eq!(
			ConsortiumRuntimeCall::decode_all(&mut &bytes[..]),
			Ok(outer),
			"{name}"
		);
	}
}

#[test]
fn truncated_and_unknown_calls_do_not_decode() {
	for (name, call) in calls() {
		let bytes = call.encode_call();
		for len in 0..bytes.len() {
			let cut = ConsortiumRuntimeCall::decode(&mut &bytes[..len]);
			assert!(cut.is_err(), "{name} cut to {len}");
		}
		for pallet in (0..=u8::MAX).filter(|pallet| *pallet != 50) {
			let mut other = bytes.clone();
			other[0] = pallet;
			assert!(ConsortiumRuntimeCall::decode(&mut &other[..]).is_err());
		}
		for index in 4..=u8::MAX {
			let mut other = bytes.clone();
			other[1] = index;
			assert!(ConsortiumRuntimeCall::decode(&mut &other[..]).is_err());
		}
	}
}

/// Too long vectors within a call, with all their bytes or without.
#[test]
fn oversized_vectors_do_not_decode() {
	let decode = |bytes: &[u8]| ConsortiumCall::decode(&mut &bytes[..]);
	let good = entry(Standing::Verified, 1);
	let rest = (
		&good.account,
		good.standing,
		good.since,
		&good.key,
		good.sequence,
	)
		.encode();
	let enlist = |number: &[u8], name: &[u8]| {
		let head = (0u8, good.id, number, name).encode();
		decode(&[head, rest.clone()].concat())
	};
	assert_eq!(
		enlist(b"A12345", "Dr. Müller".as_bytes()),
		Ok(calls()[0].1.clone())
	);
	assert!(enlist(&[b'1'; 10], &[b'a'; 64]).is_ok());
	assert!(enlist(&[b'1'; 11], b"a").is_err());
	assert!(enlist(b"A12345", &[b'a'; 257]).is_err());
	assert!(enlist(b"A12345", &[0xff]).is_err());

	let update = |key: &[u8]| {
		let key = (
			2u32,
			(0u8, key),
			&good.key.account,
			&good.key.signature,
			0u64,
		);
		let head = (
			1u8,
			good.id,
			&good.number,
			&good.name,
			&good.account,
			good.standing,
			good.since,
		);
		decode(&(head, key, good.sequence).encode())
	};
	assert!(update(&[0; 2048]).is_ok());
	assert!(update(&[0; 2049]).is_err());

	let good = grant();
	let content = (
		&good.sealed_name,
		good.hash,
		good.cid,
		good.size,
		good.added_at,
		good.amended_hash,
	);
	let deliver = |ciphertext: &[u8], purpose: u8| {
		let head = (2u8, good.record, &good.grantee, good.patient, &good.author);
		let times = (good.granted_at, good.expires_at, good.sequence);
		let terms = (good.via, purpose, times);
		decode(&(head, content, (0u8, 2u32, ciphertext), terms).encode())
	};
	assert_eq!(deliver(&[0x26, 0x27], 1), Ok(calls()[2].1.clone()));
	assert!(deliver(&[0; 2048], 1).is_ok());
	assert!(deliver(&[0; 2049], 1).is_err());
	assert!(deliver(&[0; 2], 8).is_err(), "there is no such purpose");

	// 2^30 - 1 bytes announced, none there.
	let announced = [vec![0], vec![0xfe, 0xff, 0xff, 0xff]].concat();
	assert!(decode(&announced).is_err());
}

/// An identity hash would put plaintext on the chain.
#[test]
fn a_grant_with_an_unsupported_cid_does_not_decode() {
	let bytes = grant().encode();
	let cid = *grant().cid.as_bytes();
	let place = bytes.windows(36).position(|window| window == cid).unwrap();
	for (offset, byte) in [(0, 0), (1, 0x71), (2, 0), (3, 0x1f)] {
		let mut other = bytes.clone();
		other[place + offset] = byte;
		assert!(
			<DeliveredGrant>::decode(&mut &other[..]).is_err(),
			"{offset}"
		);
	}
	assert_eq!(<DeliveredGrant>::decode(&mut &bytes[..]), Ok(grant()));
}

/// One call is much shorter than the longest message of any channel.
#[test]
fn the_largest_call_fits_an_xcmp_message() {
	for (most, expected) in [
		(DirectoryEntry::max_encoded_len(), 2481),
		(<DeliveredGrant>::max_encoded_len(), 2649),
		(GrantRevocation::max_encoded_len(), 24),
	] {
		assert_eq!(most, expected);
	}
	assert_eq!(
		ConsortiumRuntimeCall::max_encoded_len(),
		2 + <DeliveredGrant>::max_encoded_len()
	);
	assert!(ConsortiumRuntimeCall::max_encoded_len() < 16 * 1024);
	for (_, call) in calls() {
		assert!(call.encode_call().len() <= ConsortiumRuntimeCall::max_encoded_len());
	}
}

#[test]
fn a_call_names_its_subject_and_sequence_number() {
	let grant_id = About::Grant(InterregionalGrantId {
		record: 7,
		grantee: grantee(),
	});
	let provider = About::Provider(ProviderId(7));
	let [enlist, update, deliver, revoke, _] = calls().map(|(_, call)| call);
	assert_eq!((enlist.about(), enlist.sequence()), (provider.clone(), 1));
	assert_eq!((update.about(), update.sequence()), (provider, 2));
	assert_eq!((deliver.about(), deliver.sequence()), (grant_id.clone(), 9));
	assert_eq!((revoke.about(), revoke.sequence()), (grant_id, 10));
}
