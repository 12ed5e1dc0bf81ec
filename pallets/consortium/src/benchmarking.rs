//! Benchmarks of the calls and of the sweep, in their worst cases.

// The benchmark macro takes an origin with `as`.
#![allow(clippy::as_conversions)]

use frame_benchmarking::v2::*;
use frame_support::{
	traits::{EnsureOrigin, Get, Time},
	weights::WeightMeter,
};
use salus_primitives::{
	benchmarking::{largest_key, longest_name, longest_number, longest_wrapped_key},
	encryption_key_message,
	keys::MAX_MODULUS_BITS,
	AccountId, Cid, DeliveredAuthor, DeliveredGrant, DirectoryEntry, GrantRevocation, KeySignature,
	KeyVersion, Moment, NewestFile, ParaId, PatientId, ProviderId, Purpose, RecordId,
	RegionStanding, RemoteProvider, SignedKey, Standing, Via, SEALED_NAME_LEN,
};
use sp_core::{crypto::KeyTypeId, sr25519, H256};

use crate::{pallet::*, types::grant_key, Provider, Region, Share, Update};

const BENCHMARK_KEYS: KeyTypeId = KeyTypeId(*b"bnch");

const RECORD: RecordId = 7;
const PROVIDER: ProviderId = ProviderId(7);

/// A first block of its own for each region.
pub(crate) fn genesis_hash(region: ParaId) -> H256 {
	sp_io::hashing::blake2_256(&region.to_le_bytes()).into()
}

/// The region whose origin the runtime makes, admitted, and that origin.
fn admitted<T: Config>() -> Result<(ParaId, T::RuntimeOrigin), BenchmarkError> {
	let origin = T::RegionOrigin::try_successful_origin()
		.map_err(|_| BenchmarkError::Stop("the runtime makes no region's origin"))?;
	let region = T::RegionOrigin::ensure_origin(origin.clone())
		.map_err(|_| BenchmarkError::Stop("the origin is no region's"))?;
	put_region::<T>(region);
	Ok((region, origin))
}

fn put_region<T: Config>(region: ParaId) {
	if Pallet::<T>::region(region).is_none() {
		let value = Region {
			genesis_hash: genesis_hash(region),
			standing: RegionStanding::Admitted,
			since: T::Time::now(),
			providers: 0,
			live_grants: 0,
		};
		GenesisHashes::<T>::insert(value.genesis_hash, region);
		Regions::<T>::insert(region.to_be_bytes(), value);
	}
}

/// An entry of a provider with an account and a key of its own, signed for a region.
fn entry(region: ParaId, version: KeyVersion, sequence: u64) -> DirectoryEntry {
	let public = sp_io::crypto::sr25519_generate(BENCHMARK_KEYS, None);
	let key = largest_key(&public.0);
	let message = encryption_key_message(&genesis_hash(region).0, &public.0, version, &key);
	let signature: KeySignature =
		sp_io::crypto::sr25519_sign(BENCHMARK_KEYS, &public, message.as_bytes())
			.unwrap_or(sr25519::Signature::from_raw([0; 64]));
	let account = AccountId::new(public.0);
	DirectoryEntry {
		id: PROVIDER,
		number: longest_number(),
		name: longest_name(),
		account: account.clone(),
		standing: Standing::Verified,
		since: 0,
		key: SignedKey {
			version,
			key,
			account,
			signature,
			since: 0,
		},
		sequence,
	}
}

/// A provider of another region in the directory.
fn grantee<T: Config>(region: ParaId) -> RemoteProvider {
	let mut other = region.wrapping_add(1);
	if other == T::OwnId::get() {
		other = other.wrapping_add(1);
	}
	put_region::<T>(other);
	let at = other.to_be_bytes();
	let entry = entry(other, 0, 1);
	let provider = Provider {
		number: entry.number.clone(),
		name: entry.name.clone(),
		account: entry.account.clone(),
		standing: entry.standing,
		since: entry.since,
		key_version: entry.key.version,
		bits: MAX_MODULUS_BITS,
		last_update: Update::of_entry(&entry),
		updated_at: T::Time::now(),
	};
	ProvidersOf::<T>::insert(&entry.account, at, PROVIDER);
	Holders::<T>::insert(at, entry.number, PROVIDER);
	Providers::<T>::insert(at, PROVIDER.0.to_be_bytes(), provider);
	ProviderKeys::<T>::insert(at, PROVIDER.0.to_be_bytes(), entry.key);
	RemoteProvider {
		region: other,
		id: PROVIDER,
	}
}

/// A grant with an expiry.
fn grant_until(grantee: RemoteProvider, at: Moment) -> DeliveredGrant {
	DeliveredGrant {
		record: RECORD,
		grantee,
		patient: PatientId([0xa1; 16]),
		author: DeliveredAuthor::Provider {
			id: PROVIDER,
			number: longest_number(),
			name: longest_name(),
			account: AccountId::new([0xac; 32]),
		},
		sealed_name: [0x5e; SEALED_NAME_LEN],
		hash: [0x4a; 32],
		cid: Cid::from_digest(true, [0xc1; 32]),
		size: u64::MAX,
		added_at: 0,
		amended_hash: Some([0x4b; 32]),
		wrapped_key: longest_wrapped_key(0),
		via: Via::Patient,
		purpose: Purpose::Treatment,
		granted_at: 0,
		expires_at: Some(at),
		sequence: 1,
	}
}

/// A grant that was delivered among others, so that the counts stay.
fn delivered<T: Config>() -> Result<(ParaId, T::RuntimeOrigin, RemoteProvider), BenchmarkError> {
	let (id, origin) = admitted::<T>()?;
	let grantee = grantee::<T>(id);
	almost_full::<T>(id, &grantee);
	let region = Pallet::<T>::region(id).ok_or("there is no region")?;
	let grant = grant_until(grantee.clone(), Moment::MAX);
	Pallet::<T>::do_deliver(id, &region, grant).map_err(|_| "not delivered")?;
	Ok((id, origin, grantee))
}

/// Makes the other grants of a region one less than as many as there may be.
fn almost_full<T: Config>(id: ParaId, grantee: &RemoteProvider) {
	let at = id.to_be_bytes();
	if let Some(mut region) = Pallet::<T>::region(id) {
		region.live_grants = T::MaxGrantsPerRegion::get().saturating_sub(1);
		Regions::<T>::insert(at, region);
	}
	for share in Share::of(&grant_until(grantee.clone(), 0)) {
		let others = Pallet::<T>::most(&share).0.saturating_sub(1);
		GrantCounts::<T>::insert((at, grantee, share), others);
	}
}

fn has_grant<T: Config>(id: ParaId, grantee: &RemoteProvider) -> bool {
	Grants::<T>::contains_key(grant_key(id, RECORD, grantee.clone()))
}

#[benchmarks]
mod benchmarks {
	use super::*;

	/// A new provider with the largest key and the longest name.
	#[benchmark]
	fn enlist_provider() -> Result<(), BenchmarkError> {
		let (id, origin) = admitted::<T>()?;
		let entry = entry(id, 0, 1);

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, entry);

		assert!(Providers::<T>::contains_key(
			id.to_be_bytes(),
			PROVIDER.0.to_be_bytes()
		));
		Ok(())
	}

	/// Another account and another key.
	#[benchmark]
	fn update_provider() -> Result<(), BenchmarkError> {
		let (id, origin) = admitted::<T>()?;
		let region = Pallet::<T>::region(id).ok_or("there is no region")?;
		let first = entry(id, 0, 1);
		Pallet::<T>::do_put_provider(id, region, first.clone(), false)
			.map_err(|_| "not enlisted")?;
		let second = entry(id, 1, 2);

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, second);

		let left = ProvidersOf::<T>::get(&first.account, id.to_be_bytes());
		assert!(left.is_none());
		Ok(())
	}

	/// A first grant with an end: it writes an entry in each map.
	#[benchmark]
	fn deliver_grant() -> Result<(), BenchmarkError> {
		let (id, origin) = admitted::<T>()?;
		let grantee = grantee::<T>(id);
		almost_full::<T>(id, &grantee);
		let grant = grant_until(grantee.clone(), Moment::MAX);

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, grant);

		assert!(has_grant::<T>(id, &grantee));
		Ok(())
	}

	/// A grant with an end.
	#[benchmark]
	fn revoke_grant() -> Result<(), BenchmarkError> {
		let (id, origin, grantee) = delivered::<T>()?;
		let revocation = GrantRevocation {
			record: RECORD,
			grantee: grantee.clone(),
			sequence: 2,
		};

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, revocation);

		assert!(!has_grant::<T>(id, &grantee));
		Ok(())
	}

	/// A new region.
	#[benchmark]
	fn admit_region() -> Result<(), BenchmarkError> {
		let origin = T::AdminOrigin::try_successful_origin()
			.map_err(|_| BenchmarkError::Stop("the runtime makes no authorities' origin"))?;
		let region = T::OwnId::get().wrapping_add(1);

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, region, genesis_hash(region));

		let admitted = Pallet::<T>::region(region).is_some_and(|region| region.is_admitted());
		assert!(admitted);
		Ok(())
	}

	#[benchmark]
	fn expel_region() -> Result<(), BenchmarkError> {
		let origin = T::AdminOrigin::try_successful_origin()
			.map_err(|_| BenchmarkError::Stop("the runtime makes no authorities' origin"))?;
		let (region, _) = admitted::<T>()?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, region);

		let admitted = Pallet::<T>::region(region).is_some_and(|region| region.is_admitted());
		assert!(!admitted);
		Ok(())
	}

	/// A file after another one.
	#[benchmark]
	fn set_network_file() -> Result<(), BenchmarkError> {
		let origin = T::AdminOrigin::try_successful_origin()
			.map_err(|_| BenchmarkError::Stop("the runtime makes no authorities' origin"))?;
		let file = |serial| NewestFile {
			serial,
			file_hash: H256::repeat_byte(7),
		};
		NetworkFile::<T>::put(file(1));

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, file(2));

		assert_eq!(NetworkFile::<T>::get(), Some(file(2)));
		Ok(())
	}

	/// A sweep that finds that the earliest grant has not expired.
	#[benchmark]
	fn sweep_nothing() -> Result<(), BenchmarkError> {
		let (id, _, grantee) = delivered::<T>()?;

		#[block]
		{
			Pallet::<T>::do_sweep(&mut WeightMeter::new());
		}

		assert!(has_grant::<T>(id, &grantee));
		Ok(())
	}

	/// Removing one expired grant, and finding that no other is.
	#[benchmark]
	fn sweep_one() -> Result<(), BenchmarkError> {
		let (id, _, grantee) = delivered::<T>()?;
		let key = grant_key(id, RECORD, grantee.clone());
		let end = T::Time::now();
		Expiries::<T>::remove(crate::Expiry::new(Moment::MAX, key.clone()));
		Expiries::<T>::insert(crate::Expiry::new(end, key.clone()), ());
		Grants::<T>::mutate(&key, |grant| {
			if let Some(grant) = grant {
				grant.delivered.expires_at = Some(end);
			}
		});

		#[block]
		{
			Pallet::<T>::do_sweep(&mut WeightMeter::new());
		}

		assert!(!has_grant::<T>(id, &grantee));
		assert!(LastUpdates::<T>::contains_key(&key));
		Ok(())
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}
