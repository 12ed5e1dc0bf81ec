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
	About, InterregionalGrantId, MemberId, Moment, ProfessionalNumber, Purpose, RecordId,
	RemoteProvider, WrappedKey,
};

use crate::{pallet::*, Expiry, Grant, InterregionalExpiry, InterregionalGrant, Stage};

/// A grantee's number of the longer kind, unlike that of the record's author.
fn grantee() -> MemberId {
	ProfessionalNumber(b"1000000004".to_vec().try_into().unwrap_or_default()).into()
}

fn patient_account<T: Config>() -> T::AccountId {
	account("patient", 0, 0)
}

/// A record of a patient, and a provider that it may be granted to.
fn record_and_grantee<T: Config>() -> Result<RecordId, BenchmarkError> {
	let patient = T::Members::benchmark_patient(&patient_account::<T>())
		.ok_or("the registry makes no patients")?;
	let record = T::Records::benchmark_record(patient).ok_or("emr makes no records")?;
	if let MemberId::Provider(number) = grantee() {
		T::Members::benchmark_provider(&account("grantee", 0, 0), &number);
	}
	Ok(record)
}

fn wrapped<T: Config>() -> WrappedKey {
	let (key_version, bits) = T::Members::current_key(&grantee()).unwrap_or_default();
	let length = usize::try_from(bits.div_ceil(8)).unwrap_or_default();
	WrappedKey::RsaOaep {
		key_version,
		ciphertext: vec![0xa5; length].try_into().unwrap_or_default(),
	}
}

fn grant_until<T: Config>(record: RecordId, at: Moment) -> Result<(), BenchmarkError> {
	let grant = Grant {
		wrapped_key: wrapped::<T>(),
		purpose: Purpose::Treatment,
		granted_at: T::Time::now(),
		expires_at: Some(at),
	};
	Pallet::<T>::do_grant(record, grantee(), grant).map_err(|_| "not granted".into())
}

/// A provider of another region.
fn remote<T: Config>() -> RemoteProvider {
	RemoteProvider {
		region: T::Consortium::region().wrapping_add(1),
		number: ProfessionalNumber(b"1000000004".to_vec().try_into().unwrap_or_default()),
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

/// An inter-regional grant with an end.
fn interregional_until<T: Config>(
	record: RecordId,
	at: Moment,
) -> Result<InterregionalGrantId, BenchmarkError> {
	let id = InterregionalGrantId {
		record,
		grantee: remote::<T>(),
	};
	let terms = Grant {
		wrapped_key: longest(),
		purpose: Purpose::Treatment,
		granted_at: T::Time::now(),
		expires_at: Some(at),
	};
	Pallet::<T>::do_grant_interregional(id.clone(), terms).map_err(|_| "not granted")?;
	Ok(id)
}

/// An inter-regional grant with an end, forwarded.
fn forwarded<T: Config>() -> Result<InterregionalGrantId, BenchmarkError> {
	let record = record_and_grantee::<T>()?;
	let id = interregional_until::<T>(record, Moment::MAX)?;
	T::Consortium::benchmark_connect();
	let by = ProfessionalNumber(b"1000000004".to_vec().try_into().unwrap_or_default());
	Pallet::<T>::do_forward(id.clone(), by).map_err(|_| "not forwarded")?;
	Ok(id)
}

fn stage_of<T: Config>(id: &InterregionalGrantId) -> Option<Stage> {
	InterregionalGrants::<T>::get(id.record, &id.grantee).map(|grant| grant.stage)
}

/// Lets the time of the last message about a grant be over.
fn past_deadline<T: Config>(id: &InterregionalGrantId) -> Result<(), BenchmarkError> {
	let mut grant =
		InterregionalGrants::<T>::get(id.record, &id.grantee).ok_or("there is no grant")?;
	let now = T::Time::now();
	if let Some(deadline) = grant.deadline(id) {
		Deadlines::<T>::remove(deadline);
	}
	grant.message = grant.message.map(|mut last| {
		last.deadline = now;
		last
	});
	if let Some(deadline) = grant.deadline(id) {
		Deadlines::<T>::insert(deadline, ());
	}
	InterregionalGrants::<T>::insert(id.record, &id.grantee, grant);
	Ok(())
}

/// A delivery whose answer is waited for: taking it writes more than that of a revocation.
pub(crate) fn awaiting<T: Config>() -> Option<(About, u64)> {
	let id = forwarded::<T>().ok()?;
	let grant: InterregionalGrant = InterregionalGrants::<T>::get(id.record, &id.grantee)?;
	Some((About::Grant(id), grant.sequence))
}

/// Makes a record's other grants one less than as many as it may have.
fn almost_full<T: Config>(record: RecordId) {
	GrantCount::<T>::insert(record, T::MaxGrantsPerRecord::get().saturating_sub(1));
}

#[benchmarks]
mod benchmarks {
	use super::*;

	/// A first grant with an end: it writes an entry in each map.
	#[benchmark]
	fn grant() -> Result<(), BenchmarkError> {
		let record = record_and_grantee::<T>()?;
		almost_full::<T>(record);
		let caller = patient_account::<T>();
		let (key, end) = (wrapped::<T>(), Some(Moment::MAX));

		#[extrinsic_call]
		_(
			RawOrigin::Signed(caller),
			record,
			grantee(),
			key,
			end,
			Purpose::Treatment,
		);

		assert!(Grants::<T>::contains_key(record, grantee()));
		assert_eq!(GrantCount::<T>::get(record), T::MaxGrantsPerRecord::get());
		Ok(())
	}

	/// A grant with an end.
	#[benchmark]
	fn revoke() -> Result<(), BenchmarkError> {
		let record = record_and_grantee::<T>()?;
		almost_full::<T>(record);
		grant_until::<T>(record, Moment::MAX)?;

		#[extrinsic_call]
		_(RawOrigin::Signed(patient_account::<T>()), record, grantee());

		assert!(!Grants::<T>::contains_key(record, grantee()));
		Ok(())
	}

	/// A first grant with an end: it writes an entry in each map.
	#[benchmark]
	fn grant_interregional() -> Result<(), BenchmarkError> {
		let record = record_and_grantee::<T>()?;
		let others = T::MaxGrantsPerRecord::get().saturating_sub(1);
		InterregionalCount::<T>::insert(record, others);
		let end = Some(Moment::MAX);

		#[extrinsic_call]
		_(
			RawOrigin::Signed(patient_account::<T>()),
			record,
			remote::<T>(),
			longest(),
			end,
			Purpose::Treatment,
		);

		assert!(InterregionalKeys::<T>::contains_key(record, remote::<T>()));
		assert!(Unanswered::<T>::iter_keys().next().is_some());
		Ok(())
	}

	/// Again, before the deadline that has passed is swept.
	#[benchmark]
	fn forward() -> Result<(), BenchmarkError> {
		let id = forwarded::<T>()?;
		past_deadline::<T>(&id)?;
		let caller: T::AccountId = account("grantee", 0, 0);

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), id.record, id.grantee.clone());

		assert_eq!(InFlight::<T>::get(), 1);
		let kept =
			InterregionalGrants::<T>::get(id.record, &id.grantee).ok_or("there is no grant")?;
		assert!(kept.awaits_answer(T::Time::now()));
		Ok(())
	}

	/// A grant with an end that was forwarded and is not answered.
	#[benchmark]
	fn revoke_interregional() -> Result<(), BenchmarkError> {
		let id = forwarded::<T>()?;
		InterregionalCount::<T>::insert(id.record, T::MaxGrantsPerRecord::get());

		#[extrinsic_call]
		_(
			RawOrigin::Signed(patient_account::<T>()),
			id.record,
			id.grantee.clone(),
		);

		assert_eq!(stage_of::<T>(&id), Some(Stage::Revoking));
		assert!(!InterregionalKeys::<T>::contains_key(
			id.record,
			&id.grantee
		));
		Ok(())
	}

	/// Finding that the earliest grants to end still stand, and that the earliest deadline has not
	/// passed.
	#[benchmark]
	fn sweep_nothing() -> Result<(), BenchmarkError> {
		let id = forwarded::<T>()?;
		let record = id.record;
		grant_until::<T>(record, Moment::MAX)?;

		#[block]
		{
			Pallet::<T>::do_sweep(&mut WeightMeter::new());
		}

		assert!(Grants::<T>::contains_key(record, grantee()));
		assert!(InterregionalKeys::<T>::contains_key(record, &id.grantee));
		assert_eq!(InFlight::<T>::get(), 1);
		Ok(())
	}

	/// Removing one expired grant, and finding that no other is.
	#[benchmark]
	fn sweep_one() -> Result<(), BenchmarkError> {
		let record = record_and_grantee::<T>()?;
		almost_full::<T>(record);
		grant_until::<T>(record, T::Time::now())?;

		#[block]
		{
			Pallet::<T>::do_sweep(&mut WeightMeter::new());
		}

		assert!(!Grants::<T>::contains_key(record, grantee()));
		assert!(!Expiries::<T>::contains_key(Expiry::new(
			T::Time::now(),
			record,
			grantee()
		)));
		Ok(())
	}

	/// Ending the wait for one answer, and finding that no other is overdue.
	#[benchmark]
	fn sweep_one_deadline() -> Result<(), BenchmarkError> {
		let id = forwarded::<T>()?;
		past_deadline::<T>(&id)?;

		#[block]
		{
			Pallet::<T>::do_sweep_deadlines(&mut WeightMeter::new());
		}

		assert_eq!(InFlight::<T>::get(), 0);
		assert_eq!(stage_of::<T>(&id), Some(Stage::Forwarded));
		Ok(())
	}

	/// Removing one inter-regional grant that has ended while forwarded, and finding that no other
	/// has.
	#[benchmark]
	fn sweep_one_interregional() -> Result<(), BenchmarkError> {
		let id = forwarded::<T>()?;
		InterregionalCount::<T>::insert(id.record, T::MaxGrantsPerRecord::get());
		let mut kept =
			InterregionalGrants::<T>::get(id.record, &id.grantee).ok_or("there is no grant")?;
		let end = T::Time::now();
		InterregionalExpiries::<T>::remove(InterregionalExpiry::new(Moment::MAX, &id));
		InterregionalExpiries::<T>::insert(InterregionalExpiry::new(end, &id), ());
		kept.expires_at = Some(end);
		InterregionalGrants::<T>::insert(id.record, &id.grantee, kept);

		#[block]
		{
			Pallet::<T>::do_sweep_interregional(&mut WeightMeter::new());
		}

		assert_eq!(stage_of::<T>(&id), Some(Stage::Ended));
		assert!(!InterregionalKeys::<T>::contains_key(
			id.record,
			&id.grantee
		));
		Ok(())
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}
