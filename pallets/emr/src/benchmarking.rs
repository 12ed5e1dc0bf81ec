//! Benchmarks of the calls, in their worst cases.

use alloc::vec;

use frame_benchmarking::v2::*;
use frame_support::traits::{Get, Time};
use frame_system::RawOrigin;
use salus_primitives::{
	newest_first, traits::Members, Author, Cid, CidBytes, MemberId, PatientId, RecordId,
	WrappedKey, SEALED_NAME_LEN,
};

use crate::{pallet::*, Record, RecordOf, StoredRecord};

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
	let author = T::Members::benchmark_provider(&account)?;
	// No two records of one author have the same envelope.
	let mut digest = [3; 32];
	digest[..8].copy_from_slice(&NextId::<T>::get().to_le_bytes());
	let record = Record {
		patient,
		author: Author::Provider(author),
		account,
		sealed_name: [1; SEALED_NAME_LEN],
		document_hash: [2; 32],
		cid: Cid::from_digest(true, digest),
		envelope_size: T::MaxEnvelopeSize::get(),
		added_at: T::Time::now(),
		amends: None,
	};
	let for_patient = wrapped_for::<T>(&patient.into());
	let for_author = wrapped_for::<T>(&author.into());
	Pallet::<T>::do_add(record, for_patient, Some(for_author)).ok()
}

fn change<T: Config>(id: RecordId, change: impl FnOnce(&mut RecordOf<T>)) {
	if let Some(mut record) = Pallet::<T>::record(id) {
		change(&mut record);
		Records::<T>::insert(id, StoredRecord::from(record));
	}
}

/// Adds a record of a patient that amends another, by a provider made for it.
pub(crate) fn correction_of<T: Config>(patient: PatientId) -> Option<RecordId> {
	let amended = record_of::<T>(patient)?;
	let id = record_of::<T>(patient)?;
	change::<T>(id, |record| record.amends = Some(amended));
	Corrections::<T>::insert(amended, newest_first(id), ());
	Some(id)
}

fn cid() -> CidBytes {
	Cid::from_digest(true, [4; 32]).as_bytes().to_vec()
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
		let author = T::Members::member_of(&caller).ok_or("the author is no member")?;
		let for_patient = wrapped_for::<T>(&patient.into());
		let for_author = wrapped_for::<T>(&author);

		#[extrinsic_call]
		_(
			RawOrigin::Signed(caller),
			patient,
			[5; SEALED_NAME_LEN],
			[6; 32],
			cid(),
			T::MaxEnvelopeSize::get(),
			for_patient,
			for_author,
			Some(amended),
		);

		let added = Pallet::<T>::record(amended.saturating_add(1)).ok_or("no record was added")?;
		assert_eq!(added.amends, Some(amended));
		Ok(())
	}

	/// A record that amends another.
	#[benchmark]
	fn add_own_record() -> Result<(), BenchmarkError> {
		let caller: T::AccountId = account("patient", 0, 0);
		let patient =
			T::Members::benchmark_patient(&caller).ok_or("the registry makes no patients")?;
		let amended = record_of::<T>(patient).ok_or("the record is not added")?;
		change::<T>(amended, |record| record.author = Author::Patient);
		let key = wrapped_for::<T>(&patient.into());

		#[extrinsic_call]
		_(
			RawOrigin::Signed(caller),
			[5; SEALED_NAME_LEN],
			[6; 32],
			cid(),
			T::MaxEnvelopeSize::get(),
			key,
			Some(amended),
		);

		let added = Pallet::<T>::record(amended.saturating_add(1)).ok_or("no record was added")?;
		assert_eq!(added.author, Author::Patient);
		Ok(())
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}
