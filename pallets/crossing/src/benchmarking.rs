//! Benchmarks of the call and of the deadlines.

use codec::Encode;
use frame_benchmarking::{v2::*, BenchmarkError};
use frame_support::{traits::EnsureOrigin, BoundedVec};
use salus_primitives::{ProviderId, Reason};
use sp_runtime::{DispatchError, ModuleError};
use xcm::latest::MaybeErrorCode;

use super::*;

/// A refusal by the consortium pallet.
fn refusal(reason: Reason) -> Response {
	let error = DispatchError::Module(ModuleError {
		index: salus_primitives::CONSORTIUM_PALLET_INDEX,
		error: [
			salus_primitives::REFUSED_ERROR_INDEX,
			reason.encode().first().copied().unwrap_or_default(),
			0,
			0,
		],
		message: None,
	});
	Response::DispatchResult(MaybeErrorCode::from(error.encode()))
}

/// A query that waits until its deadline.
fn put_query<T: Config>(query: QueryId, about: &About, sequence: u64, deadline: Moment) {
	let of = Query {
		about: about.clone(),
		sequence,
		deadline,
	};
	Queries::<T>::insert(query, of);
	let place = Place {
		kind: Kind::Entry,
		by: Some(ProviderId(1)),
	};
	Pallet::<T>::start_wait(Deadline::new(deadline, query), place);
}

#[benchmarks]
mod benchmarks {
	use super::*;

	/// The consortium refuses the last of as many calls as can be awaited.
	#[benchmark]
	fn answered() -> Result<(), BenchmarkError> {
		let (about, sequence) =
			T::Receivers::benchmark_awaiting().ok_or("no pallet awaits an answer")?;
		let mut awaited = BoundedVec::default();
		for place in 0..T::MaxAwaited::get() {
			let query = QueryId::MAX.saturating_sub(place.into());
			let _ = awaited.try_insert(0, AwaitedCall { query, sequence });
			put_query::<T>(query, &about, sequence, Moment::MAX);
		}
		Awaited::<T>::insert(&about, awaited);
		let origin = T::AnswerOrigin::try_successful_origin()
			.map_err(|_| BenchmarkError::Stop("no origin can answer"))?;

		#[extrinsic_call]
		_(
			origin as T::RuntimeOrigin,
			QueryId::MAX,
			refusal(Reason::GranteeUnknown),
		);

		assert!(!Queries::<T>::contains_key(QueryId::MAX));
		Ok(())
	}

	/// The earliest deadline has not passed.
	#[benchmark]
	fn deadlines_nothing() -> Result<(), BenchmarkError> {
		let (about, sequence) =
			T::Receivers::benchmark_overdue().ok_or("no pallet awaits an answer")?;
		put_query::<T>(QueryId::MAX, &about, sequence, Moment::MAX);

		#[block]
		{
			Pallet::<T>::do_deadlines(&mut WeightMeter::new());
		}

		assert_eq!(InFlight::<T>::get(Kind::Entry), 1);
		Ok(())
	}

	/// One deadline has passed, and another has not.
	#[benchmark]
	fn deadlines_one() -> Result<(), BenchmarkError> {
		let (about, sequence) =
			T::Receivers::benchmark_overdue().ok_or("no pallet awaits an answer")?;
		put_query::<T>(QueryId::MAX, &about, sequence, T::Time::now());
		put_query::<T>(
			QueryId::MAX.saturating_sub(1),
			&about,
			sequence,
			Moment::MAX,
		);

		#[block]
		{
			Pallet::<T>::do_deadlines(&mut WeightMeter::new());
		}

		assert_eq!(InFlight::<T>::get(Kind::Entry), 1);
		Ok(())
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}
