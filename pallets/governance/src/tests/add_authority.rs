use codec::Encode;
use sp_core::{sr25519, Pair};

use super::*;

/// The account's signature over its keys.
fn sign(who: u8, keys: u8) -> sr25519::Signature {
	pair(who).sign(Governance::authority_message(&account(who), &[keys]).as_bytes())
}

/// Adds an authority with the keys of a node.
fn add_with(who: u8, keys: u8) -> DispatchResult {
	add_by(two_thirds(), who, keys, proof(who, keys), sign(who, keys))
}

fn add(who: u8) -> DispatchResult {
	add_with(who, who)
}

fn add_by(
	origin: RuntimeOrigin,
	who: u8,
	keys: u8,
	proof: Vec<u8>,
	signature: sr25519::Signature,
) -> DispatchResult {
	let keys = vec![keys].try_into().unwrap();
	Governance::add_authority(
		origin,
		account(who),
		keys,
		proof.try_into().unwrap(),
		signature,
	)
}

#[test]
fn a_new_authority_can_vote_send_transactions_and_make_blocks() {
	run(|| {
		assert_eq!(System::providers(&account(4)), 0);
		assert_ok!(add(4));
		assert_eq!(
			last_event(),
			Event::AuthorityAdded {
				account: account(4)
			}
		);
		let all = accounts([1, 2, 3, 4]);
		assert_eq!(Governance::authorities(), all);
		let council = pallet_collective::Members::<Test, CouncilInstance>::get();
		assert_eq!(council, all);
		assert_eq!(System::providers(&account(4)), 1);
		assert_eq!(NodeKeys::get().get(&account(4)), Some(&4));
	});
}

#[test]
fn an_authority_that_returns_keeps_its_nonce() {
	run(|| {
		assert_ok!(add(4));
		System::inc_account_nonce(account(4));
		assert_ok!(Governance::remove_authority(two_thirds(), account(4)));
		assert_ok!(add(4));
		assert_eq!(System::account_nonce(account(4)), 1);
		assert_eq!(System::providers(&account(4)), 1, "one reference is enough");
	});
}

#[test]
fn each_addition_begins_a_new_term() {
	run(|| {
		assert_ok!(add(4));
		let term = |who| Terms::<Test>::get().get(&account(who)).copied();
		assert_eq!(term(4), Some(3));
		assert_ok!(Governance::remove_authority(two_thirds(), account(4)));
		assert_ok!(add(5));
		assert_ok!(add(4));
		assert_eq!([term(4), term(5)], [Some(5), Some(4)]);
	});
}

#[test]
fn the_account_must_sign_the_keys() {
	run(|| {
		let genesis = [9; 32];
		let elsewhere =
			salus_primitives::signing::authority_message(&genesis, account(4).as_ref(), &[4]);
		let message = Governance::authority_message(&account(4), &[4]);
		let text = (message.trim_start_matches("<Bytes>")).trim_end_matches("</Bytes>");
		let here: [u8; 32] = System::block_hash(0).into();
		let fields = ("salus/authority/v1", here, account(4), vec![4u8]);
		let bare_digest = sp_io::hashing::sha2_256(&fields.encode());
		let cases = [
			("over the bare digest", pair(4).sign(&bare_digest)),
			("over the text alone", pair(4).sign(text.as_bytes())),
			("another account's", sign(5, 4)),
			("over other keys", sign(4, 5)),
			("for another chain", pair(4).sign(elsewhere.as_bytes())),
			("over the bare keys", pair(4).sign(&[4])),
			("none", sr25519::Signature::from_raw([0; 64])),
		];
		for (what, signature) in cases {
			let result = add_by(two_thirds(), 4, 4, proof(4, 4), signature);
			assert_eq!(
				result,
				Err(Error::<Test>::SignatureInvalid.into()),
				"{what}"
			);
		}
		assert_ok!(add(4));
	});
}

#[test]
fn the_node_must_prove_that_it_has_the_keys_for_the_account() {
	run(|| {
		for wrong in [proof(5, 4), proof(4, 5), vec![]] {
			assert_noop!(
				add_by(two_thirds(), 4, 4, wrong, sign(4, 4)),
				"InvalidProof"
			);
		}
	});
}

#[test]
fn other_bytes_than_session_keys_are_refused() {
	run(|| {
		let message = Governance::authority_message(&account(4), &[4, 4]);
		let keys = vec![4, 4].try_into().unwrap();
		let signature = pair(4).sign(message.as_bytes());
		assert_noop!(
			Governance::add_authority(
				two_thirds(),
				account(4),
				keys,
				Default::default(),
				signature
			),
			Error::<Test>::SessionKeysInvalid
		);
	});
}

#[test]
fn an_authority_cannot_be_added_twice() {
	run(|| {
		assert_noop!(add(3), Error::<Test>::AlreadyExists);
	});
}

#[test]
fn the_number_of_authorities_is_limited() {
	run(|| {
		assert_ok!(add(4));
		assert_ok!(add(5));
		assert_noop!(add(6), Error::<Test>::MaxAuthoritiesExceeded);
	});
}

#[test]
fn other_origins_are_refused() {
	run(|| {
		for origin in too_little() {
			let result = add_by(origin, 4, 4, proof(4, 4), sign(4, 4));
			assert_eq!(result, Err(BadOrigin));
		}
	});
}
