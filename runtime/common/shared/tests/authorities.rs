//! The life of an authority, and the motions of all.

use std::sync::Arc;

use codec::Encode;
use frame_support::{assert_noop, assert_ok, instances::Instance1, traits::Get, weights::Weight};
use pallet_governance::{Call as Governance, Error, Parameter, WeightInfo};
use salus_primitives::{
	api::runtime_decl_for_governance_api::GovernanceApiV1, traits::Authorities,
};
use salus_runtime_common::constants::{MAX_MOTIONS_OF_ONE, MAX_MOTION_WEIGHT};
use sp_core::H256;
use sp_io::TestExternalities;
use sp_keyring::Sr25519Keyring::{self, Alice, Bob, Charlie, Ferdie};
use sp_keystore::{testing::MemoryKeystore, KeystoreExt};
use sp_runtime::{
	traits::{BlakeTwo256, Hash},
	DispatchError, DispatchResult,
};

use super::development;
use crate::{
	configs::governance::AuthoritiesOfChain, AccountId, Block, Council, Runtime, RuntimeCall,
	RuntimeOrigin, Session, SessionKeys, System,
};

const AUTHORITIES: [Sr25519Keyring; 3] = [Alice, Bob, Charlie];

/// A development chain, and a node that can make session keys.
fn with_node() -> TestExternalities {
	let mut chain = development();
	chain.register_extension(KeystoreExt(Arc::new(MemoryKeystore::new())));
	chain
}

/// New session keys of a node, and the proof that it has them for an account.
fn node_keys(owner: Sr25519Keyring) -> (SessionKeys, Vec<u8>) {
	let generated = SessionKeys::generate(&owner.to_account_id().encode(), None);
	(generated.keys, generated.proof.encode())
}

/// The call that adds an account with these keys.
fn add(who: Sr25519Keyring, (keys, proof): (SessionKeys, Vec<u8>)) -> RuntimeCall {
	let account = who.to_account_id();
	let message = <Runtime as GovernanceApiV1<Block, AccountId>>::authority_message(
		account.clone(),
		keys.encode(),
	);
	let call = Governance::add_authority {
		account,
		keys: keys.encode().try_into().expect("is short"),
		proof: proof.try_into().expect("is short"),
		signature: who.sign(message.as_bytes()),
	};
	call.into()
}

/// A motion: the hash of its call, and its number.
type Motion = (H256, u32);

fn propose(who: Sr25519Keyring, call: &RuntimeCall) -> Result<Motion, DispatchError> {
	let origin = RuntimeOrigin::signed(who.to_account_id());
	let length = call.encoded_size() as u32;
	let index = pallet_collective::ProposalCount::<Runtime, Instance1>::get();
	let two_thirds = (2 * crate::Governance::authorities().len()).div_ceil(3) as u32;
	Council::propose(origin, two_thirds, Box::new(call.clone()), length)
		.map_err(|failed| failed.error)?;
	Ok((BlakeTwo256::hash_of(call), index))
}

fn vote(who: Sr25519Keyring, (hash, index): Motion, aye: bool) {
	let origin = RuntimeOrigin::signed(who.to_account_id());
	assert_ok!(Council::vote(origin, hash, index, aye));
}

fn close((hash, index): Motion) -> DispatchResult {
	let origin = RuntimeOrigin::signed(Alice.to_account_id());
	let closed = Council::close(origin, hash, index, Weight::MAX, 10_000);
	closed.map(drop).map_err(|failed| failed.error)
}

/// The authorities of the genesis carry a motion. Returns the result of its call.
fn carry(call: RuntimeCall) -> DispatchResult {
	let motion = propose(Alice, &call).expect("can be proposed");
	for who in AUTHORITIES {
		vote(who, motion, true);
	}
	assert_ok!(close(motion));
	let events = System::read_events_for_pallet::<pallet_collective::Event<Runtime, Instance1>>();
	let mut results = events.into_iter().filter_map(|event| match event {
		pallet_collective::Event::Executed { result, .. } => Some(result),
		_ => None,
	});
	results.next_back().expect("the call was made")
}

/// Whether the account's node makes blocks: its key is among those of Aura.
fn makes_blocks(who: Sr25519Keyring, keys: &SessionKeys) -> bool {
	let is_validator = Session::validators().contains(&who.to_account_id());
	let has_key = pallet_aura::Authorities::<Runtime>::get().contains(&keys.aura);
	assert_eq!(is_validator, has_key);
	has_key
}

fn two_sessions() {
	Session::rotate_session();
	Session::rotate_session();
}

#[test]
fn an_account_becomes_an_authority_and_leaves_again() {
	with_node().execute_with(|| {
		System::set_block_number(1);
		let account = Ferdie.to_account_id();
		assert_eq!(System::providers(&account), 0);
		let (keys, proof) = node_keys(Ferdie);
		assert_ok!(carry(add(Ferdie, (keys.clone(), proof))));
		assert!(crate::Governance::authorities().contains(&account));
		assert_eq!(System::providers(&account), 1);
		two_sessions();
		assert!(makes_blocks(Ferdie, &keys));

		let call = Governance::remove_authority {
			account: account.clone(),
		};
		assert_ok!(carry(call.into()));
		assert!(!crate::Governance::authorities().contains(&account));
		assert_eq!(pallet_session::NextKeys::<Runtime>::get(&account), None);
		two_sessions();
		assert!(!makes_blocks(Ferdie, &keys));

		// It may come back, with new keys or the same.
		let again = SessionKeys::generate(&account.encode(), None);
		assert_ok!(carry(add(Ferdie, (again.keys, again.proof.encode()))));
		assert!(crate::Governance::authorities().contains(&account));
	});
}

#[test]
fn keys_without_a_valid_proof_are_refused() {
	with_node().execute_with(|| {
		System::set_block_number(1);
		let (keys, _) = node_keys(Ferdie);
		let (_, of_other_keys) = node_keys(Ferdie);
		for proof in [of_other_keys, vec![0; 64], vec![]] {
			let refused = carry(add(Ferdie, (keys.clone(), proof)));
			let invalid = pallet_session::Error::<Runtime>::InvalidProof;
			assert_eq!(refused, Err(invalid.into()));
		}
		// The node proves that it has the keys for one account only.
		let (keys, for_another) = node_keys(Alice);
		let invalid = pallet_session::Error::<Runtime>::InvalidProof;
		let refused = carry(add(Ferdie, (keys, for_another)));
		assert_eq!(refused, Err(invalid.into()));
		assert_eq!(System::providers(&Ferdie.to_account_id()), 0);
	});
}

#[test]
fn keys_that_the_account_did_not_sign_are_refused() {
	with_node().execute_with(|| {
		System::set_block_number(1);
		let signed = add(Ferdie, node_keys(Ferdie));
		let RuntimeCall::Governance(Governance::add_authority {
			account, signature, ..
		}) = signed
		else {
			panic!("another call");
		};
		let (keys, proof) = node_keys(Ferdie);
		let call = Governance::add_authority {
			account,
			keys: keys.encode().try_into().expect("is short"),
			proof: proof.try_into().expect("is short"),
			signature,
		};
		let refused = carry(call.into());
		assert_eq!(refused, Err(Error::<Runtime>::SignatureInvalid.into()));
	});
}

#[test]
fn no_authority_uses_up_the_motions() {
	development().execute_with(|| {
		let call = |pins| {
			let parameter = Parameter::ReplicationTarget(pins);
			RuntimeCall::from(Governance::set_parameter { parameter })
		};
		let motion = propose(Alice, &call(0)).expect("it may propose");
		for pins in 1..MAX_MOTIONS_OF_ONE {
			assert_ok!(propose(Alice, &call(pins)));
		}
		assert_noop!(propose(Alice, &call(9)), Error::<Runtime>::TooManyMotions);
		assert_ok!(propose(Bob, &call(9)));
		// More than a third of the authorities drop one.
		vote(Bob, motion, false);
		assert!(close(motion).is_err(), "a third is not enough");
		vote(Charlie, motion, false);
		assert_ok!(close(motion));
		assert_ok!(propose(Alice, &call(8)));
	});
}

#[test]
fn all_authorities_together_do_not_use_up_the_motions() {
	let most: u32 = <Runtime as pallet_collective::Config<Instance1>>::MaxProposals::get();
	let of_one: u32 = <Runtime as pallet_governance::Config>::MaxMotionsOfOne::get();
	let authorities: u32 = <Runtime as pallet_governance::Config>::MaxAuthorities::get();
	assert!(most >= of_one * authorities);
}

/// However many authorities and motions there are.
#[test]
fn a_motion_about_an_authority_fits_into_its_weight() {
	type Weights = <Runtime as pallet_governance::Config>::WeightInfo;
	for weight in [Weights::add_authority(), Weights::remove_authority()] {
		assert!(
			weight.all_lte(MAX_MOTION_WEIGHT),
			"{weight} of {MAX_MOTION_WEIGHT}"
		);
	}
}

#[test]
fn each_authority_of_the_genesis_has_a_term() {
	development().execute_with(|| {
		let terms = pallet_governance::Terms::<Runtime>::get();
		let expected: Vec<_> = crate::Governance::authorities();
		assert!(terms.keys().eq(&expected));
		assert_eq!(terms.len(), AUTHORITIES.len());
	});
}

/// The registry counts a vote while the term lasts in which it was given.
#[test]
fn an_authority_that_returns_has_another_term() {
	with_node().execute_with(|| {
		System::set_block_number(1);
		let account = Ferdie.to_account_id();
		let term = || AuthoritiesOfChain::terms().get(&account).copied();
		assert_ok!(carry(add(Ferdie, node_keys(Ferdie))));
		let first = term();
		assert!(first.is_some());
		let call = Governance::remove_authority {
			account: account.clone(),
		};
		assert_ok!(carry(call.into()));
		assert_eq!(term(), None);
		assert_ok!(carry(add(Ferdie, node_keys(Ferdie))));
		assert!(term() > first, "{:?} after {first:?}", term());
	});
}
