//! Benchmark of the transaction extension.

use frame_benchmarking::{account, v2::*, BenchmarkError};
use frame_support::{
	dispatch::{DispatchInfo, PostDispatchInfo},
	traits::IsSubType,
};
use frame_system::RawOrigin;
use salus_primitives::admission::MAX_CALLS;
use sp_runtime::traits::{AsSystemOriginSigner, DispatchTransaction, Dispatchable};

use super::*;

#[benchmarks(
	where
		T: Send + Sync,
		T::RuntimeCall: Dispatchable<Info = DispatchInfo, PostInfo = PostDispatchInfo>
			+ IsSubType<frame_system::Call<T>>,
		T::RuntimeOrigin: AsSystemOriginSigner<T::AccountId> + Clone,
)]
mod benchmarks {
	use super::*;

	/// A batch of `c` calls, itself included.
	#[benchmark]
	fn check_quota(c: Linear<1, MAX_CALLS>) -> Result<(), BenchmarkError> {
		let who: T::AccountId = account("member", 0, 0);
		frame_system::Pallet::<T>::inc_providers(&who);
		T::Classes::benchmark_admit(&who);
		let call = T::RuntimeCall::benchmark_batch(c);
		let info = DispatchInfo::default();
		let extension = CheckQuota::<T>::from(Default::default());
		#[block]
		{
			extension
				.test_run(
					RawOrigin::Signed(who.clone()).into(),
					&call,
					&info,
					0,
					0,
					|_| Ok(Default::default()),
				)
				.map_err(|_| BenchmarkError::Stop("the transaction is invalid"))?
				.map_err(|_| BenchmarkError::Stop("the call failed"))?;
		}
		assert!(Usages::<T>::contains_key(&who));
		Ok(())
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}
