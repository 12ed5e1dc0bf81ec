//! Benchmarks of the calls.

use alloc::vec::Vec;

use frame_benchmarking::{account, v2::*, BenchmarkError};
use frame_support::{
	traits::{EnsureOrigin, Get, Time},
	weights::WeightMeter,
};
use frame_system::RawOrigin;
use salus_primitives::{traits::Authorities, ParaId};
use sp_core::{crypto::KeyTypeId, H256};
use sp_runtime::traits::Zero;

use crate::*;

const CODE: H256 = H256::repeat_byte(7);
/// The type of the keys with which benchmarks sign.
const BENCHMARK_KEYS: KeyTypeId = KeyTypeId(*b"bnch");

/// This number of authorities, who can all send transactions and make blocks.
fn authorities<T: Config>(count: u32) -> Vec<T::AccountId> {
	let mut all: Vec<T::AccountId> = (0..count).map(|i| account("authority", i, 0)).collect();
	all.sort();
	for authority in &all {
		set_keys::<T>(authority);
	}
	T::Membership::benchmark_set(&all);
	all
}

/// As many open motions as there may be, for which all of them voted.
fn motions<T: Config>(voters: &[T::AccountId]) {
	T::Motions::benchmark_open(T::MaxMotions::get(), voters);
	let by = voters.first().cloned().expect("there are authorities");
	let end = T::MotionDuration::get();
	let proposed = T::Motions::open()
		.into_iter()
		.map(|motion| (motion, by.clone(), end));
	Proposers::<T>::put(frame_support::BoundedVec::truncate_from(proposed.collect()));
}

/// Sets new session keys.
fn set_keys<T: Config>(who: &T::AccountId) {
	frame_system::Pallet::<T>::inc_providers(who);
	let (keys, proof) = T::SessionKeys::benchmark_keys(who);
	let set = T::SessionKeys::set(who, &keys, proof);
	set.expect("the proof is valid");
}

#[benchmarks]
mod benchmarks {
	use super::*;

	type Origin<T> = <T as frame_system::Config>::RuntimeOrigin;

	fn two_thirds<T: Config>() -> Result<Origin<T>, BenchmarkError> {
		T::AuthoritiesOrigin::try_successful_origin()
			.map_err(|_| BenchmarkError::Stop("no origin for two thirds of the authorities"))
	}

	#[benchmark]
	fn announce_upgrade() -> Result<(), BenchmarkError> {
		let origin = two_thirds::<T>()?;
		#[extrinsic_call]
		_(origin as Origin<T>, CODE);
		assert!(AnnouncedUpgrade::<T>::exists());
		Ok(())
	}

	// Without one that is announced it costs most.
	#[benchmark]
	fn cancel_upgrade() -> Result<(), BenchmarkError> {
		let origin = two_thirds::<T>()?;
		frame_system::Pallet::<T>::do_authorize_upgrade(CODE, true);
		#[extrinsic_call]
		_(origin as Origin<T>);
		assert_eq!(Pallet::<T>::authorized_code(), None);
		Ok(())
	}

	#[benchmark]
	fn authorize_announced_upgrade() -> Result<(), BenchmarkError> {
		let all = authorities::<T>(T::MaxAuthorities::get());
		let who = all
			.last()
			.cloned()
			.ok_or(BenchmarkError::Stop("no authorities"))?;
		AnnouncedUpgrade::<T>::put(Announcement {
			code_hash: CODE,
			enact_after: T::Time::now(),
		});
		#[extrinsic_call]
		_(RawOrigin::Signed(who));
		assert_eq!(Pallet::<T>::authorized_code(), Some(CODE));
		Ok(())
	}

	#[benchmark]
	fn add_authority() -> Result<(), BenchmarkError> {
		let origin = two_thirds::<T>()?;
		let others = authorities::<T>(T::MaxAuthorities::get().saturating_sub(1));
		motions::<T>(&others);
		let public = sp_io::crypto::sr25519_generate(BENCHMARK_KEYS, None);
		let who = T::AccountId::from(public.0);
		let (keys, proof) = T::SessionKeys::benchmark_keys(&who);
		let message = Pallet::<T>::authority_message(&who, &keys);
		let signature = sp_io::crypto::sr25519_sign(BENCHMARK_KEYS, &public, message.as_bytes())
			.ok_or(BenchmarkError::Stop("no signature"))?;
		let bounded = |bytes| KeyBytes::truncate_from(bytes);
		#[extrinsic_call]
		_(
			origin as Origin<T>,
			who.clone(),
			bounded(keys),
			bounded(proof),
			signature,
		);
		assert!(T::Membership::is_authority(&who));
		Ok(())
	}

	#[benchmark]
	fn remove_authority() -> Result<(), BenchmarkError> {
		let origin = two_thirds::<T>()?;
		let all = authorities::<T>(T::MaxAuthorities::get());
		motions::<T>(&all);
		let who = all
			.first()
			.cloned()
			.ok_or(BenchmarkError::Stop("no authorities"))?;
		#[extrinsic_call]
		_(origin as Origin<T>, who.clone());
		assert!(!T::Membership::is_authority(&who));
		Ok(())
	}

	#[benchmark]
	fn set_parameter() -> Result<(), BenchmarkError> {
		let origin = two_thirds::<T>()?;
		let parameter = Parameter::NoticePeriod(T::MaxNoticePeriod::get());
		#[extrinsic_call]
		_(origin as Origin<T>, parameter);
		assert_eq!(NoticePeriod::<T>::get(), T::MaxNoticePeriod::get());
		Ok(())
	}

	fn connect<T: Config>() -> Result<ParaId, BenchmarkError> {
		T::Channels::benchmark_connect().map_err(|_| BenchmarkError::Weightless)?;
		Ok(T::Channels::this_chain().wrapping_add(1))
	}

	fn events<T: Config>() -> u32 {
		frame_system::Pallet::<T>::event_count()
	}

	#[benchmark]
	fn open_channel() -> Result<(), BenchmarkError> {
		let origin = two_thirds::<T>()?;
		let other = connect::<T>()?;
		let before = events::<T>();
		#[extrinsic_call]
		_(origin as Origin<T>, other, 1_000, 100_000);
		assert!(events::<T>() > before);
		Ok(())
	}

	#[benchmark]
	fn accept_channel() -> Result<(), BenchmarkError> {
		let origin = two_thirds::<T>()?;
		let other = connect::<T>()?;
		let before = events::<T>();
		#[extrinsic_call]
		_(origin as Origin<T>, other);
		assert!(events::<T>() > before);
		Ok(())
	}

	#[benchmark]
	fn close_channel() -> Result<(), BenchmarkError> {
		let origin = two_thirds::<T>()?;
		let other = connect::<T>()?;
		let before = events::<T>();
		#[extrinsic_call]
		_(origin as Origin<T>, T::Channels::this_chain(), other);
		assert!(events::<T>() > before);
		Ok(())
	}

	#[benchmark]
	fn keep_session() {
		let now = T::Time::now();
		SessionStart::<T>::put(now);
		#[block]
		{
			Pallet::<T>::do_end_session();
		}
		assert_eq!(SessionStart::<T>::get(), Some(now));
	}

	// As many authorities as there may be, all of them new.
	#[benchmark]
	fn end_session() {
		authorities::<T>(T::MaxAuthorities::get());
		// A session has the collators that the one before it planned.
		T::Sessions::rotate();
		#[block]
		{
			Pallet::<T>::begin_session(7);
		}
		assert_eq!(SessionStart::<T>::get(), Some(7));
	}

	#[benchmark]
	fn keep_motions() {
		motions::<T>(&authorities::<T>(T::MaxAuthorities::get()));
		#[block]
		{
			Pallet::<T>::drop_ended(Zero::zero(), &mut WeightMeter::new());
		}
		assert_eq!(T::Motions::open().len(), T::MaxMotions::get() as usize);
	}

	#[benchmark]
	fn drop_motion() {
		motions::<T>(&authorities::<T>(T::MaxAuthorities::get()));
		let end = T::MotionDuration::get();
		#[block]
		{
			Pallet::<T>::drop_ended(end, &mut WeightMeter::new());
		}
		assert!(T::Motions::open().len() < T::MaxMotions::get() as usize);
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}
