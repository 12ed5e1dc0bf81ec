//! The functions behind [`EmrApi`](salus_primitives::api::EmrApi), and the traits for other
//! pallets.

use salus_primitives::{
	newest_first, number_of_key,
	traits::{Members, RecordContent, RecordContents, RecordViews, Records},
	views::{AuthorView, ListedRecord, RecordFilter, RecordView, MAX_CORRECTIONS},
	Author, Cid, Hash256, MemberId, Page, PatientId, RecordId, WrappedKey,
};

use crate::{pallet::*, types::AccountIdOf, Holder, RecordOf};

impl<T: Config> Pallet<T> {
	/// For the `EmrApi`: a record by id, with data of its patient and author from the registry.
	pub fn api_record(id: RecordId) -> Option<RecordView<AccountIdOf<T>>> {
		Self::record_view(id, Self::record(id)?)
	}

	fn record_view(id: RecordId, record: RecordOf<T>) -> Option<RecordView<AccountIdOf<T>>> {
		let corrections = Corrections::<T>::iter_key_prefix(id);
		Some(RecordView {
			id,
			patient_commitment: T::Members::commitment_of(&record.patient).unwrap_or_default(),
			patient: record.patient,
			author: Self::author_view(record.author)?,
			account: record.account,
			sealed_name: record.sealed_name,
			document_hash: record.document_hash,
			cid: record.cid,
			envelope_size: record.envelope_size,
			added_at: record.added_at,
			amends: record.amends,
			amended_hash: Self::hash_of(record.amends),
			corrected_by: corrections
				.take(MAX_CORRECTIONS)
				.map(number_of_key)
				.collect(),
		})
	}

	/// The blinded hash of a record, if there is one.
	fn hash_of(record: Option<RecordId>) -> Option<Hash256> {
		Some(Self::record(record?)?.document_hash)
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

	/// For the `EmrApi`: a page of the records of a patient or by an author, newest first.
	pub fn api_records(
		of: MemberId,
		filter: RecordFilter,
		keys: bool,
		after: Option<RecordId>,
		limit: u32,
	) -> Page<ListedRecord<AccountIdOf<T>>, RecordId> {
		// Never another member's list: a proof of the view shows the records that it reads.
		let ids = match after {
			None => RecordsOf::<T>::iter_key_prefix(&of),
			Some(after) => {
				let last = RecordsOf::<T>::hashed_key_for(&of, newest_first(after));
				RecordsOf::<T>::iter_key_prefix_from(&of, last)
			}
		};
		// Newer records have higher ids, so the first that is too old ends the list.
		let ids = ids.map(number_of_key).take_while(|id| {
			filter.since.is_none()
				|| Self::record(*id).is_some_and(|record| filter.takes_time(record.added_at))
		});
		Page::read(ids, limit, |id| {
			let record =
				Self::record(*id).filter(|record| filter.takes(record.patient, record.author))?;
			let key = keys.then(|| Self::key_of(*id, &record, &of)).flatten();
			Some(ListedRecord {
				record: Self::record_view(*id, record)?,
				wrapped_key: key,
			})
		})
	}

	/// For the `EmrApi`: the record key, wrapped for the record's patient or author. For anyone
	/// else there is none here: grants are the permissions pallet's.
	pub fn api_wrapped_key(id: RecordId, member: MemberId) -> Option<WrappedKey> {
		Self::key_of(id, &Self::record(id)?, &member)
	}

	/// The record key, wrapped for a member, if it is the record's patient or author.
	fn key_of(id: RecordId, record: &RecordOf<T>, member: &MemberId) -> Option<WrappedKey> {
		let holder = if *member == MemberId::Patient(record.patient) {
			Holder::Patient
		} else if *member == record.author.member(record.patient) {
			Holder::Author
		} else {
			return None;
		};
		WrappedKeys::<T>::get(id, holder)
	}
}

impl<T: Config> Records for Pallet<T> {
	fn patient_of(record: RecordId) -> Option<PatientId> {
		Some(Self::record(record)?.patient)
	}

	fn author_of(record: RecordId) -> Option<Author> {
		Some(Self::record(record)?.author)
	}

	fn envelope_of(record: RecordId) -> Option<(Cid, u64)> {
		let record = Self::record(record)?;
		Some((record.cid, record.envelope_size))
	}

	fn next_id() -> RecordId {
		NextId::<T>::get()
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_record(patient: PatientId) -> Option<RecordId> {
		crate::benchmarking::correction_of::<T>(patient)
	}
}

impl<T: Config> RecordViews<AccountIdOf<T>> for Pallet<T> {
	fn view_of(record: RecordId) -> Option<RecordView<AccountIdOf<T>>> {
		Self::api_record(record)
	}
}

impl<T: Config> RecordContents<AccountIdOf<T>> for Pallet<T> {
	fn content_of(record: RecordId) -> Option<RecordContent<AccountIdOf<T>>> {
		let record = Self::record(record)?;
		Some(RecordContent {
			patient: record.patient,
			author: record.author,
			account: record.account,
			sealed_name: record.sealed_name,
			hash: record.document_hash,
			cid: record.cid,
			size: record.envelope_size,
			added_at: record.added_at,
			amended_hash: Self::hash_of(record.amends),
		})
	}
}
