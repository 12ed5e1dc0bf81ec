//! Benchmarks of pallet-pinning: reports of records that have as many pins as possible. They hold
//! at any time that the clock may show, as it stands at 0 where the harness begins.

use super::*;
use frame_benchmarking::{account, v2::*};
use frame_support::traits::Authorize;
use salus_primitives::PatientId;
use sp_runtime::RuntimeAppPublic;

fn set_up<T: Config>(claims: u32, losses: u32) -> Result<Call<T>, BenchmarkError> {
	let key = PinnerId::generate_pair(None);
	let max = T::MaxPinners::get();
	let pinners: Vec<_> = (0..max)
		.map(|number| (account::<T::AccountId>("pinner", number, 0), key.clone()))
		.collect();
	// The reporter comes last, where looking it up takes longest.
	let index = max.saturating_sub(1);
	let (reporter, _) = pinners.last().cloned().ok_or("no room for a pinner")?;
	Reports::<T>::put(BoundedVec::truncate_from(
		pinners.iter().map(|_| 0).collect(),
	));
	Pinners::<T>::put(BoundedVec::truncate_from(pinners.clone()));
	// Its pins of the records that it claims went to a pinner that has left.
	let former: T::AccountId = account("former", 0, 0);

	let mut claimed = Vec::new();
	let mut lost = Vec::new();
	for number in 0..claims.saturating_add(losses) {
		let record = T::Records::benchmark_record(PatientId([0; 16])).ok_or("no record")?;
		let (last, records) = if number < claims {
			(&former, &mut claimed)
		} else {
			(&reporter, &mut lost)
		};
		let others = pinners.iter().rev().skip(1).map(|(pinner, _)| pinner);
		let pins = others.chain([last]).map(|pinner| Pin {
			pinner: pinner.clone(),
			checked_at: 0,
		});
		Pins::<T>::insert(record, BoundedVec::truncate_from(pins.collect()));
		records.push(record);
	}
	let report = ReportOf::<T> {
		pinner: index,
		session: T::Session::session_index(),
		number: 0,
		at: T::Time::now(),
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

		assert_eq!(Reports::<T>::get().last(), Some(&1));
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
