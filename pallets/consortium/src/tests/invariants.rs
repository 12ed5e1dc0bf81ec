//! State broken by hand is seen.

use super::*;
use salus_primitives::DeliveredAuthor;
use sp_runtime::TryRuntimeError;

const AT: OrderedRegion = HOME.to_be_bytes();
const AWAY_AT: OrderedRegion = AWAY.to_be_bytes();

/// Breaks a state that has a grant with an expiry, one without, and a revoked one.
fn broken(expected: &'static str, breaks: impl FnOnce()) {
	settled().execute_with(|| {
		assert_ok!(deliver(grant_until(START + 10)));
		assert_ok!(deliver(grant_of(RECORD + 1)));
		let third = grant_of(RECORD + 2);
		assert_ok!(deliver(third.clone()));
		let revocation = GrantRevocation {
			record: third.record,
			..revocation(2)
		};
		assert_ok!(Consortium::revoke_grant(of_region(HOME), revocation));
		assert_eq!(Consortium::do_try_state(), Ok(()));
		breaks();
		assert_eq!(
			Consortium::do_try_state(),
			Err(TryRuntimeError::Other(expected))
		);
	});
}

fn change_region(change: impl FnOnce(&mut Region)) {
	let mut region = Regions::<Test>::get(AT).unwrap();
	change(&mut region);
	Regions::<Test>::insert(AT, region);
}

fn change_provider(change: impl FnOnce(&mut Provider)) {
	Providers::<Test>::mutate(AWAY_AT, id(GRANTEE).0.to_be_bytes(), |provider| {
		change(provider.as_mut().unwrap())
	});
}

fn change_key(change: impl FnOnce(&mut salus_primitives::SignedKey)) {
	ProviderKeys::<Test>::mutate(AWAY_AT, id(GRANTEE).0.to_be_bytes(), |key| {
		change(key.as_mut().unwrap())
	});
}

fn change_grant(change: impl FnOnce(&mut Grant)) {
	Grants::<Test>::mutate(key_of_grant(), |grant| change(grant.as_mut().unwrap()));
}

/// Puts an entry, checked or not, in the place of the grantee's.
fn put(entry: DirectoryEntry) {
	change_provider(|provider| {
		provider.name = entry.name.clone();
		provider.last_update = Update::of_entry(&entry);
	});
}

#[test]
fn broken_regions_are_detected() {
	broken("the consortium is a region", || {
		let region = Regions::<Test>::get(AT).unwrap();
		Regions::<Test>::insert(OWN.to_be_bytes(), region);
	});
	broken("a region's first block is not in the index", || {
		GenesisHashes::<Test>::remove(genesis(HOME))
	});
	broken("a region's first block is not in the index", || {
		change_region(|region| region.genesis_hash = genesis(AWAY))
	});
	broken("a first block is of no region", || {
		GenesisHashes::<Test>::insert(genesis(5), HOME)
	});
	broken("the regions are miscounted", || {
		let counter = Regions::<Test>::counter_storage_final_key();
		sp_io::storage::set(&counter, &codec::Encode::encode(&4u32));
	});
	broken("there are too many regions", || MaxRegions::set(2));
}

#[test]
fn broken_providers_are_detected() {
	broken("a provider is of no region", || {
		let provider = Providers::<Test>::get(AWAY_AT, id(GRANTEE).0.to_be_bytes()).unwrap();
		Providers::<Test>::insert(
			STRANGER.to_be_bytes(),
			id(GRANTEE).0.to_be_bytes(),
			provider,
		);
	});
	broken("a provider's account does not act for it", || {
		ProvidersOf::<Test>::remove(account(1), AWAY_AT)
	});
	broken("a provider's account does not act for it", || {
		ProvidersOf::<Test>::insert(account(1), AWAY_AT, id(AUTHOR))
	});
	broken("an account's entry has no provider", || {
		ProvidersOf::<Test>::insert(account(2), AWAY_AT, id(AUTHOR))
	});
	broken("a number's holder is not in the index", || {
		Holders::<Test>::remove(AWAY_AT, number(GRANTEE))
	});
	broken("a number's holder does not hold it", || {
		Holders::<Test>::insert(AWAY_AT, number(AUTHOR), id(GRANTEE))
	});
	broken("a provider has no key", || {
		ProviderKeys::<Test>::remove(AWAY_AT, id(GRANTEE).0.to_be_bytes())
	});
	broken("a key has no provider", || {
		let key = signed_key(AWAY, 2, 0, key(2));
		ProviderKeys::<Test>::insert(AWAY_AT, id(AUTHOR).0.to_be_bytes(), key);
	});
	broken("a provider's key is not signed", || {
		change_key(|signed| signed.version = 1)
	});
	broken("a provider's key is not signed", || {
		change_key(|signed| *signed = signed_key(HOME, 1, 0, key(1)))
	});
	broken("a provider's key is not what it says", || {
		change_key(|signed| *signed = signed_key(AWAY, 1, 1, key(1)))
	});
	broken("a provider's key is not what it says", || {
		change_provider(|provider| provider.bits = 3072)
	});
	broken("a provider's number or name is not valid", || {
		let name = codec::Decode::decode(&mut &codec::Encode::encode(" ")[..]).unwrap();
		put(DirectoryEntry {
			name,
			..entry(AWAY, GRANTEE, 1)
		});
	});
	let changes: [fn(&mut Provider); 4] = [
		|provider| provider.standing = Standing::Suspended,
		|provider| provider.since += 1,
		|provider| provider.last_update.sequence += 1,
		|provider| provider.last_update.content = [0; 32],
	];
	for change in changes {
		broken("a provider differs from the last update", || {
			change_provider(change)
		});
	}
	broken("a region's providers are miscounted", || {
		change_region(|region| region.providers = 1)
	});
	broken("a region has too many providers", || {
		MaxProvidersPerRegion::set(0)
	});
}

#[test]
fn broken_grants_are_detected() {
	broken("a grant is of no region", || {
		let grant = Grants::<Test>::get(key_of_grant()).unwrap();
		Grants::<Test>::insert(grant_key(STRANGER, RECORD, grantee()), grant);
	});
	broken("a grant is to no provider in the directory", || {
		let mut grant = Grants::<Test>::get(key_of_grant()).unwrap();
		grant.delivered.grantee.id = id(AUTHOR);
		let key = grant_key(HOME, RECORD, grant.delivered.grantee.clone());
		Grants::<Test>::insert(key, grant);
	});
	broken("a grant is stored under another key", || {
		change_grant(|grant| grant.delivered.record += 1)
	});
	broken("a grant differs from the last update", || {
		WrappedKeys::<Test>::insert(key_of_grant(), wrapped(0, 255))
	});
	broken("a grant differs from the last update", || {
		LastUpdates::<Test>::remove(key_of_grant())
	});
	broken("a grant differs from the last update", || {
		LastUpdates::<Test>::insert(key_of_grant(), Update::of_revocation(&revocation(1)))
	});
	broken("a grant expired before it was delivered", || {
		change_grant(|grant| grant.delivered_at = START + 10)
	});
	broken("a last update belongs to no region", || {
		let key = grant_key(STRANGER, RECORD, grantee());
		LastUpdates::<Test>::insert(key, Update::of_revocation(&revocation(1)));
	});
}

#[test]
fn broken_indices_of_grants_are_detected() {
	let place = |delivery| salus_primitives::newest_first(delivery);
	broken("a grant is not in the index of its grantee", || {
		GrantedTo::<Test>::remove(grantee(), place(0))
	});
	broken("an index entry has no grant", || {
		GrantedTo::<Test>::insert(grantee(), place(9), (AWAY_AT, RECORD.to_be_bytes()))
	});
	broken("a delivery has a number that is not given yet", || {
		NextDelivery::<Test>::kill()
	});
	broken("a wrapped key has no grant", || {
		WrappedKeys::<Test>::insert(grant_key(HOME, 99, grantee()), wrapped(0, 256))
	});
	broken("a grant has no wrapped key", || {
		WrappedKeys::<Test>::remove(key_of_grant())
	});
	broken("a grant and its wrapped key do not match", || {
		WrappedKeys::<Test>::insert(key_of_grant(), wrapped(1, 256))
	});
	broken("a grant's expiry is not in the index", || {
		Expiries::<Test>::remove(Expiry::new(START + 10, key_of_grant()))
	});
	broken("an expiry has no grant", || {
		Expiries::<Test>::insert(Expiry::new(START + 11, key_of_grant()), ())
	});
}

#[test]
fn broken_counts_of_grants_are_detected() {
	for count in [0, 1, 3] {
		broken("a region's grants are miscounted", || {
			change_region(|region| region.live_grants = count)
		});
		broken("a region's grants to a grantee are miscounted", || {
			GrantCounts::<Test>::insert((AT, grantee(), Share::Region), count)
		});
	}
	broken("a region's grants to a grantee are miscounted", || {
		GrantCounts::<Test>::insert((AWAY_AT, grantee(), Share::Region), 0)
	});
	broken("a region has too many grants", || {
		MaxGrantsPerRegion::set(1)
	});
	for most in [
		MaxGrantsPerGrantee::set,
		MaxGrantsOfPatient::set,
		MaxGrantsOfAuthor::set,
	] {
		broken("a region has too many grants to a grantee", || most(1));
	}
	broken("a region has too many grants to a grantee", || {
		let own = DeliveredGrant {
			author: DeliveredAuthor::Patient,
			..grant_of(RECORD + 3)
		};
		assert_ok!(deliver(own));
		MaxGrantsOfOwnRecords::set(0)
	});
}
