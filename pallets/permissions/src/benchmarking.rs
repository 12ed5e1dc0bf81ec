//! Benchmarks of the calls and of the sweep, in their worst cases.

use alloc::vec;

use frame_benchmarking::v2::*;
use frame_support::{
	traits::{Get, Time},
	weights::WeightMeter,
};
use frame_system::RawOrigin;
use salus_primitives::{
	traits::{Members, Records},
	MemberId, Moment, Purpose, RecordId, Via, WrappedKey,
};

use crate::{pallet::*, types::Terms, Expiry, GrantId};

fn patient_account<T: Config>() -> T::AccountId {
	account("patient", 0, 0)
}

/// A record of a patient, and a provider that it may be granted to.
fn record_and_grantee<T: Config>() -> Result<(RecordId, MemberId), BenchmarkError> {
	let patient = T::Members::benchmark_patient(&patient_account::<T>())
		.ok_or("the registry makes no patients")?;
	let record = T::Records::benchmark_record(patient).ok_or("emr makes no records")?;
	let grantee = T::Members::benchmark_provider(&account("grantee", 0, 0))
		.ok_or("the registry makes no providers")?;
	Ok((record, grantee.into()))
}

fn wrapped<T: Config>(grantee: &MemberId) -> WrappedKey {
	let (key_version, bits) = T::Members::current_key(grantee).unwrap_or_default();
	let length = usize::try_from(bits.div_ceil(8)).unwrap_or_default();
	WrappedKey::RsaOaep {
		key_version,
		ciphertext: vec![0xa5; length].try_into().unwrap_or_default(),
	}
}

fn grant_until<T: Config>(
	record: RecordId,
	grantee: &MemberId,
	at: Moment,
) -> Result<(), BenchmarkError> {
	let terms = Terms {
		via: Via::Patient,
		purpose: Purpose::Treatment,
		granted_at: T::Time::now(),
		expires_at: Some(at),
	};
	let id = GrantId {
		record,
		grantee: grantee.clone(),
	};
	Pallet::<T>::do_grant(&patient_account::<T>(), id, terms, wrapped::<T>(grantee))
		.map_err(|_| "not granted".into())
}

/// Makes a record's other grants one less than as many as it may have.
fn almost_full<T: Config>(record: RecordId) {
	GrantCount::<T>::insert(record, T::MaxGrantsPerRecord::get().saturating_sub(1));
}

#[benchmarks]
mod benchmarks {
	use super::*;

	/// A grant with an end in place of one that has expired: it moves in each list.
	#[benchmark]
	fn grant() -> Result<(), BenchmarkError> {
		let (record, grantee) = record_and_grantee::<T>()?;
		grant_until::<T>(record, &grantee, T::Time::now())?;
		let caller = patient_account::<T>();
		let (key, end) = (wrapped::<T>(&grantee), Some(Moment::MAX));

		#[extrinsic_call]
		_(
			RawOrigin::Signed(caller),
			record,
			grantee.clone(),
			key,
			end,
			Purpose::Treatment,
		);

		let given = Grants::<T>::get(record, &grantee).ok_or("no grant")?;
		assert_eq!(given.expires_at, end);
		Ok(())
	}

	/// A grant with an end.
	#[benchmark]
	fn revoke() -> Result<(), BenchmarkError> {
		let (record, grantee) = record_and_grantee::<T>()?;
		almost_full::<T>(record);
		grant_until::<T>(record, &grantee, Moment::MAX)?;

		#[extrinsic_call]
		_(
			RawOrigin::Signed(patient_account::<T>()),
			record,
			grantee.clone(),
		);

		assert!(!Grants::<T>::contains_key(record, &grantee));
		Ok(())
	}

	/// Finding that the earliest grant to end still stands.
	#[benchmark]
	fn sweep_nothing() -> Result<(), BenchmarkError> {
		let (record, grantee) = record_and_grantee::<T>()?;
		grant_until::<T>(record, &grantee, Moment::MAX)?;

		#[block]
		{
			Pallet::<T>::do_sweep(&mut WeightMeter::new());
		}

		assert!(Grants::<T>::contains_key(record, &grantee));
		Ok(())
	}

	/// Removing one expired grant, and finding that no other is.
	#[benchmark]
	fn sweep_one() -> Result<(), BenchmarkError> {
		let (record, grantee) = record_and_grantee::<T>()?;
		almost_full::<T>(record);
		grant_until::<T>(record, &grantee, T::Time::now())?;

		#[block]
		{
			Pallet::<T>::do_sweep(&mut WeightMeter::new());
		}

		assert!(!Grants::<T>::contains_key(record, &grantee));
		assert!(!Expiries::<T>::contains_key(Expiry::new(
			T::Time::now(),
			record,
			grantee
		)));
		Ok(())
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}
