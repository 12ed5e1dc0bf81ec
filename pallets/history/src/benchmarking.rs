//! Benchmarks of adding an entry and of deleting old ones, in their worst cases.

use frame_benchmarking::v2::*;
use frame_support::{
	traits::{Get, Time},
	weights::WeightMeter,
};
use salus_primitives::{
	traits::History, GrantEvent, Grantee, HistoryEvent, HistoryId, MemberId, Moment, PatientId,
	ProviderId, Purpose, RemoteProvider, Via,
};

use crate::pallet::*;

const MEMBER: MemberId = MemberId::Patient(PatientId([7; 16]));

/// Adds the longest entry.
fn add<T: Config>() -> HistoryId {
	let grantee = RemoteProvider {
		region: u32::MAX,
		id: ProviderId(u32::MAX),
	};
	let event = HistoryEvent::Grant {
		record: u64::MAX,
		grantee: Grantee::Remote(grantee),
		via: Via::Patient,
		event: GrantEvent::Granted {
			purpose: Purpose::Treatment,
			expires_at: Some(Moment::MAX),
		},
	};
	Pallet::<T>::add(MEMBER, event, Some(&account("patient", 0, 0)))
}

#[benchmarks]
mod benchmarks {
	use super::*;

	/// An entry of a member that has one.
	#[benchmark]
	fn add_one() {
		add::<T>();

		#[block]
		{
			add::<T>();
		}

		assert_eq!(Heads::<T>::get(MEMBER), Some(1));
	}

	/// Finding that the oldest entry stays.
	#[benchmark]
	fn sweep_nothing() {
		add::<T>();

		#[block]
		{
			Pallet::<T>::do_sweep(&mut WeightMeter::new());
		}

		assert_eq!(FirstId::<T>::get(), 0);
	}

	/// Deleting a member's only entry.
	#[benchmark]
	fn sweep_one() {
		add::<T>();
		let end = T::Time::now().saturating_add(T::Lifetime::get());

		#[block]
		{
			Pallet::<T>::sweep_at(end, &mut WeightMeter::new());
		}

		assert_eq!(Heads::<T>::get(MEMBER), None);
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}
