//! Benchmarks of the calls and of the sweep, in their worst cases.

use alloc::vec;

use frame_benchmarking::v2::*;
use frame_support::{
	traits::{Get, Time},
	weights::WeightMeter,
};
use frame_system::RawOrigin;
use salus_primitives::{
	keys::MAX_MODULUS_BITS,
	traits::{Members, Records, ToConsortium},
	About, InterregionalGrantId, MemberId, Moment, ProviderId, Purpose, RecordId, RemoteProvider,
	Via, WrappedKey,
};

use crate::{pallet::*, Expiry, Grant, StoredState, Terms};

fn patient_account<T: Config>() -> T::AccountId {
	account("patient", 0, 0)
}

fn provider_account<T: Config>() -> T::AccountId {
	account("provider", 0, 0)
}

/// A record of a patient, in a region with a provider that may forward grants.
fn record<T: Config>() -> Result<RecordId, BenchmarkError> {
	let patient = T::Members::benchmark_patient(&patient_account::<T>())
		.ok_or("the registry makes no patients")?;
	let record = T::Records::benchmark_record(patient).ok_or("emr makes no records")?;
	T::Members::benchmark_provider(&provider_account::<T>())
		.ok_or("the registry makes no providers")?;
	Ok(record)
}

/// A provider of another region.
fn grantee<T: Config>() -> RemoteProvider {
	RemoteProvider {
		region: T::Consortium::region().wrapping_add(1),
		id: ProviderId(u32::MAX),
	}
}

/// The longest wrapped key that there is.
fn longest() -> WrappedKey {
	let length = usize::try_from(MAX_MODULUS_BITS.div_ceil(8)).unwrap_or_default();
	WrappedKey::RsaOaep {
		key_version: 0,
		ciphertext: vec![0xa5; length].try_into().unwrap_or_default(),
	}
}

/// A grant with this end.
fn granted<T: Config>(end: Moment) -> Result<InterregionalGrantId, BenchmarkError> {
	let id = InterregionalGrantId {
		record: record::<T>()?,
		grantee: grantee::<T>(),
	};
	let terms = Terms {
		wrapped_key: longest(),
		via: Via::Patient,
		purpose: Purpose::Treatment,
		granted_at: T::Time::now(),
		expires_at: Some(end),
	};
	Pallet::<T>::do_grant(&patient_account::<T>(), id.clone(), terms).map_err(|_| "not granted")?;
	Ok(id)
}

/// A grant with an end, forwarded.
fn forwarded<T: Config>() -> Result<InterregionalGrantId, BenchmarkError> {
	let id = granted::<T>(Moment::MAX)?;
	T::Consortium::benchmark_connect();
	let account = provider_account::<T>();
	let Some(MemberId::Provider(by)) = T::Members::member_of(&account) else {
		return Err("the provider is no member".into());
	};
	Pallet::<T>::do_forward(&account, id.clone(), by).map_err(|_| "not forwarded")?;
	Ok(id)
}

fn stored<T: Config>(id: &InterregionalGrantId) -> Result<Grant, BenchmarkError> {
	Grants::<T>::get(id.record, &id.grantee).ok_or("there is no grant".into())
}

/// Leaves other grants in the counts of a grant, so that they stay when it goes.
fn fill_counts<T: Config>(id: &InterregionalGrantId) {
	GrantCount::<T>::insert(id.record, T::MaxGrantsPerRecord::get());
	if let Some(patient) = T::Records::patient_of(id.record) {
		WaitingCount::<T>::insert(patient, T::MaxWaitingPerPatient::get());
	}
}

/// A delivery that waits for its answer: taking that writes more than the answer to a revocation.
pub(crate) fn awaiting<T: Config>() -> Option<(About, u64)> {
	let id = forwarded::<T>().ok()?;
	fill_counts::<T>(&id);
	let sequence = stored::<T>(&id).ok()?.sequence;
	Some((About::Grant(id), sequence))
}

#[benchmarks]
mod benchmarks {
	use super::*;

	/// A grant with an end in place of one that has expired: it moves in each list. One in place of a
	/// delivered grant counts as waiting, and moves in one list less.
	#[benchmark]
	fn grant() -> Result<(), BenchmarkError> {
		let record = granted::<T>(T::Time::now())?.record;
		let end = Some(Moment::MAX);

		#[extrinsic_call]
		_(
			RawOrigin::Signed(patient_account::<T>()),
			record,
			grantee::<T>(),
			longest(),
			end,
			Purpose::Treatment,
		);

		let given = Grants::<T>::get(record, grantee::<T>()).ok_or("no grant")?;
		assert_eq!(given.expires_at, end);
		Ok(())
	}

	/// For the first time: that adds to the history, which is more than what forwarding again after a
	/// refusal changes, a count and a place in a list.
	#[benchmark]
	fn forward() -> Result<(), BenchmarkError> {
		let id = granted::<T>(Moment::MAX)?;
		T::Consortium::benchmark_connect();

		#[extrinsic_call]
		_(
			RawOrigin::Signed(provider_account::<T>()),
			id.record,
			id.grantee.clone(),
		);

		assert_eq!(stored::<T>(&id)?.state, StoredState::Forwarded);
		Ok(())
	}

	/// A grant with an end that was forwarded and is not answered.
	#[benchmark]
	fn revoke() -> Result<(), BenchmarkError> {
		let id = forwarded::<T>()?;
		fill_counts::<T>(&id);

		#[extrinsic_call]
		_(
			RawOrigin::Signed(patient_account::<T>()),
			id.record,
			id.grantee.clone(),
		);

		assert_eq!(stored::<T>(&id)?.state, StoredState::Revoking);
		assert!(!WrappedKeys::<T>::contains_key(id.record, &id.grantee));
		Ok(())
	}

	/// Finding that the earliest grant to end still stands.
	#[benchmark]
	fn sweep_nothing() -> Result<(), BenchmarkError> {
		let id = forwarded::<T>()?;

		#[block]
		{
			Pallet::<T>::do_sweep(&mut WeightMeter::new());
		}

		assert!(WrappedKeys::<T>::contains_key(id.record, &id.grantee));
		Ok(())
	}

	/// Removing the wrapped key of one grant that has ended while forwarded, and finding that no other
	/// has ended.
	#[benchmark]
	fn sweep_one() -> Result<(), BenchmarkError> {
		let id = forwarded::<T>()?;
		fill_counts::<T>(&id);
		let mut ended = stored::<T>(&id)?;
		let end = T::Time::now();
		Expiries::<T>::remove(Expiry::new(Moment::MAX, &id));
		Expiries::<T>::insert(Expiry::new(end, &id), ());
		ended.expires_at = Some(end);
		Grants::<T>::insert(id.record, &id.grantee, ended);

		#[block]
		{
			Pallet::<T>::do_sweep(&mut WeightMeter::new());
		}

		assert_eq!(stored::<T>(&id)?.state, StoredState::Ended);
		assert!(!WrappedKeys::<T>::contains_key(id.record, &id.grantee));
		Ok(())
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}
