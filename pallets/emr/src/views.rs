//! The functions behind [`EmrApi`](salus_primitives::api::EmrApi), and the traits for other
//! pallets.

use alloc::vec::Vec;

use salus_primitives::{
	traits::{Members, RecordContent, RecordContents, Records},
	views::{page_size, AuthorView, RecordView},
	Author, Cid, Hash256, MemberId, PatientId, RecordId, WrappedKey,
};

use crate::{pallet::*, types::AccountIdOf, Holder};

impl<T: Config> Pallet<T> {
	/// For the `EmrApi`: a record by id, with data of its patient and author from the registry.
	pub fn api_record(id: RecordId) -> Option<RecordView<AccountIdOf<T>>> {
		let record = crate::Records::<T>::get(id)?;
		Some(RecordView {
			id,
			patient_commitment: T::Members::commitment_of(&record.patient).unwrap_or_default(),
			patient: record.patient,
			author: Self::author_view(record.author)?,
			account: record.account,
			sealed_name: record.sealed_name,
			hash: record.hash,
			cid: record.cid,
			size: record.size,
			added_at: record.added_at,
			amends: record.amends,
			amended_hash: Self::hash_of(record.amends),
		})
	}

	/// The blinded hash of a record, if there is one.
	fn hash_of(record: Option<RecordId>) -> Option<Hash256> {
		Some(crate::Records::<T>::get(record?)?.hash)
	}

	fn author_view(author: Author) -> Option<AuthorView> {
		Some(match author {
			Author::Patient => AuthorView::Patient,
			Author::Provider(id) => {
				let (number, name) = T::Members::profile_of(id)?;
				AuthorView::Provider {
					id,
					number,
					name,
					standing: T::Members::standing(id),
				}
			}
		})
	}

	/// For the `EmrApi`: ids of the records of a patient or by an author, oldest first, from the
	/// one after `after` on: at most [`page_size`] of them.
	pub fn api_records_of(member: MemberId, after: Option<RecordId>, limit: u32) -> Vec<RecordId> {
		let keys = match after {
			None => RecordsOf::<T>::iter_key_prefix(member),
			Some(after) => {
				let last = RecordsOf::<T>::hashed_key_for(&member, after.to_be_bytes());
				RecordsOf::<T>::iter_key_prefix_from(member, last)
			}
		};
		keys.map(RecordId::from_be_bytes)
			.take(page_size(limit))
			.collect()
	}

	/// For the `EmrApi`: the record key, wrapped for the record's patient or author. For anyone
	/// else there is none here: grants are the permissions pallet's.
	pub fn api_wrapped_key(id: RecordId, member: MemberId) -> Option<WrappedKey> {
		let record = crate::Records::<T>::get(id)?;
		let holder = if member == MemberId::Patient(record.patient) {
			Holder::Patient
		} else if member == record.author.member(record.patient) {
			Holder::Author
		} else {
			return None;
		};
		WrappedKeys::<T>::get(id, holder)
	}
}

impl<T: Config> Records for Pallet<T> {
	fn patient_of(record: RecordId) -> Option<PatientId> {
		Some(crate::Records::<T>::get(record)?.patient)
	}

	fn author_of(record: RecordId) -> Option<Author> {
		Some(crate::Records::<T>::get(record)?.author)
	}

	fn envelope_of(record: RecordId) -> Option<(Cid, u64)> {
		let record = crate::Records::<T>::get(record)?;
		Some((record.cid, record.size))
	}

	fn next_id() -> RecordId {
		NextId::<T>::get()
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_record(patient: PatientId) -> Option<RecordId> {
		crate::benchmarking::correction_of::<T>(patient)
	}
}

impl<T: Config> RecordContents<AccountIdOf<T>> for Pallet<T> {
	fn content_of(record: RecordId) -> Option<RecordContent<AccountIdOf<T>>> {
		let record = crate::Records::<T>::get(record)?;
		Some(RecordContent {
			patient: record.patient,
			author: record.author,
			account: record.account,
			sealed_name: record.sealed_name,
			hash: record.hash,
			cid: record.cid,
			size: record.size,
			added_at: record.added_at,
			amended_hash: Self::hash_of(record.amends),
		})
	}
}
