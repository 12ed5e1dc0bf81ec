//! Benchmarks of the calls, in their worst cases.

use alloc::vec;

use frame_benchmarking::v2::*;
use frame_support::traits::{Get, Time};
use frame_system::RawOrigin;
use salus_primitives::{
	traits::Members, Cid, CidBytes, MemberId, PatientId, ProfessionalNumber, RecordId, WrappedKey,
	SEALED_NAME_LEN,
};

use crate::{pallet::*, Record};

/// A number of the longer kind.
fn number() -> ProfessionalNumber {
	ProfessionalNumber(b"1234567893".to_vec().try_into().unwrap_or_default())
}

fn wrapped_for<T: Config>(member: &MemberId) -> WrappedKey {
	let (key_version, bits) = T::Members::current_key(member).unwrap_or_default();
	let length = usize::try_from(bits.div_ceil(8)).unwrap_or_default();
	WrappedKey::RsaOaep {
		key_version,
		ciphertext: vec![0xa5; length].try_into().unwrap_or_default(),
	}
}

/// Adds a record of a patient, by a provider made for it.
pub(crate) fn record_of<T: Config>(patient: PatientId) -> Option<RecordId> {
	let account: T::AccountId = account("author", 0, 0);
	T::Members::benchmark_provider(&account, &number());
	let record = Record {
		patient,
		author: number(),
		account,
		sealed_name: [1; SEALED_NAME_LEN],
		hash: [2; 32],
		cid: Cid::from_digest(true, [3; 32]),
		size: T::MaxEnvelopeSize::get(),
		added_at: T::Time::now(),
		amends: None,
	};
	let for_patient = wrapped_for::<T>(&patient.into());
	let for_author = wrapped_for::<T>(&number().into());
	Pallet::<T>::do_add(record, for_patient, for_author).ok()
}

#[benchmarks]
mod benchmarks {
	use super::*;

	/// A record that amends another.
	#[benchmark]
	fn add_record() -> Result<(), BenchmarkError> {
		let patient = T::Members::benchmark_patient(&account("patient", 0, 0))
			.ok_or("the registry makes no patients")?;
		let amended = record_of::<T>(patient).ok_or("the record is not added")?;
		let caller: T::AccountId = account("author", 0, 0);
		let cid: CidBytes = Cid::from_digest(true, [4; 32])
			.as_bytes()
			.to_vec()
			.try_into()
			.map_err(|_| "a CID fits")?;
		let for_patient = wrapped_for::<T>(&patient.into());
		let for_author = wrapped_for::<T>(&number().into());

		#[extrinsic_call]
		_(
			RawOrigin::Signed(caller),
			patient,
			number(),
			[5; SEALED_NAME_LEN],
			[6; 32],
			cid,
			T::MaxEnvelopeSize::get(),
			for_patient,
			for_author,
			Some(amended),
		);

		let added = Records::<T>::get(amended.saturating_add(1)).ok_or("no record was added")?;
		assert_eq!(added.amends, Some(amended));
		Ok(())
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}
