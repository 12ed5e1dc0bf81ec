//! Benchmarks of pallet-pinning: reports of records that have as many pins as possible.

use super::*;
use frame_benchmarking::{account, v2::*};
use frame_support::traits::Authorize;
use salus_primitives::PatientId;

fn set_up<T: Config>(claims: u32, losses: u32) -> Result<Call<T>, BenchmarkError> {
	let key = PinnerId::generate_pair(None);
	let max = T::MaxPinners::get();
	let pinners: Vec<_> = (0..max)
		.map(|number| (account::<T::AccountId>("pinner", number, 0), key.clone()))
		.collect();
	// The reporter comes last, where looking it up takes longest.
	let place = max.saturating_sub(1);
	let (reporter, _) = pinners.last().cloned().ok_or("no room for a pinner")?;
	Pinners::<T>::put(BoundedVec::truncate_from(pinners.clone()));
	LastReport::<T>::insert(&reporter, 0);

	let period = T::RecheckPeriod::get();
	let at = T::Time::now();
	if at < period {
		return Err("the clock must stand at the recheck period at least".into());
	}
	let mut claimed = Vec::new();
	let mut lost = Vec::new();
	for number in 0..claims.saturating_add(losses) {
		let record = T::Records::benchmark_record(PatientId([0; 16])).ok_or("no record")?;
		let pins = pinners.iter().map(|(pinner, _)| Pin {
			pinner: pinner.clone(),
			checked_at: 0,
		});
		Pins::<T>::insert(record, BoundedVec::truncate_from(pins.collect()));
		if number < claims {
			&mut claimed
		} else {
			&mut lost
		}
		.push(record);
	}
	let report = ReportOf::<T> {
		pinner: place,
		session: T::Session::session_index(),
		at,
		claimed: BoundedVec::truncate_from(claimed),
		lost: BoundedVec::truncate_from(lost),
	};
	let signature = key.sign(&Pallet::<T>::payload(&report)).ok_or("no key")?;
	Ok(Call::claim_pins { report, signature })
}

#[benchmarks]
mod benchmarks {
	use super::*;
	use frame_support::traits::UnfilteredDispatchable;

	#[benchmark]
	fn claim_pins(
		c: Linear<1, { T::MaxBatch::get() }>,
		l: Linear<0, { T::MaxBatch::get() }>,
	) -> Result<(), BenchmarkError> {
		let call = set_up::<T>(c, l)?;
		let origin = frame_system::RawOrigin::Authorized;

		#[block]
		{
			call.dispatch_bypass_filter(origin.into())
				.map_err(|error| error.error)?;
		}

		assert_eq!(LastReport::<T>::iter_values().max(), Some(T::Time::now()));
		Ok(())
	}

	#[benchmark]
	fn authorize_claim_pins(
		c: Linear<1, { T::MaxBatch::get() }>,
		l: Linear<0, { T::MaxBatch::get() }>,
	) -> Result<(), BenchmarkError> {
		let call = set_up::<T>(c, l)?;
		let verdict;

		#[block]
		{
			verdict = call.authorize(TransactionSource::External);
		}

		assert!(matches!(verdict, Some(Ok(_))));
		Ok(())
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}
