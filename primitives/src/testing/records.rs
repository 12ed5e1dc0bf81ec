//! The records of a region as a table.

use std::{cell::RefCell, collections::BTreeMap};

use super::{
	clock::START,
	members::{author, number_of},
	values::cid,
};
use crate::{
	traits::{RecordContent, RecordContents, RecordViews, Records},
	views::{AuthorView, RecordView},
	AccountId, Author, Cid, PatientId, ProfessionalName, RecordId, Standing, SEALED_NAME_LEN,
};

thread_local! {
	static TABLE: RefCell<BTreeMap<RecordId, RecordContent<AccountId>>> = RefCell::default();
}

/// The account that added the mock records.
pub const RECORD_ACCOUNT: AccountId = AccountId::new([0xac; 32]);

/// A patient's record, written by [`author`].
pub fn record(patient: PatientId) -> RecordContent<AccountId> {
	RecordContent {
		patient,
		author: Author::Provider(author()),
		account: RECORD_ACCOUNT,
		sealed_name: [0x5e; SEALED_NAME_LEN],
		hash: [0x4a; 32],
		cid: cid(),
		size: 1_048_576,
		added_at: START - 5,
		amended_hash: Some([0x4b; 32]),
	}
}

/// Stands for the emr pallet.
pub struct RecordTable;

impl RecordTable {
	/// Puts a record in the table, in place of the one that has this id.
	pub fn insert(id: RecordId, record: RecordContent<AccountId>) {
		TABLE.with_borrow_mut(|table| table.insert(id, record));
	}

	/// Empties the table.
	pub fn clear() {
		TABLE.take();
	}

	/// Adds a record under the next id.
	pub fn push(record: RecordContent<AccountId>) -> RecordId {
		let id = Self::next_id();
		Self::insert(id, record);
		id
	}
}

impl Records for RecordTable {
	fn patient_of(record: RecordId) -> Option<PatientId> {
		Self::content_of(record).map(|record| record.patient)
	}

	fn author_of(record: RecordId) -> Option<Author> {
		Self::content_of(record).map(|record| record.author)
	}

	fn envelope_of(record: RecordId) -> Option<(Cid, u64)> {
		Self::content_of(record).map(|record| (record.cid, record.size))
	}

	fn next_id() -> RecordId {
		TABLE.with_borrow(|table| table.last_key_value().map_or(0, |(id, _)| id + 1))
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_record(patient: PatientId) -> Option<RecordId> {
		Some(Self::push(record(patient)))
	}
}

impl RecordContents<AccountId> for RecordTable {
	fn content_of(record: RecordId) -> Option<RecordContent<AccountId>> {
		TABLE.with_borrow(|table| table.get(&record).cloned())
	}
}

/// The view of a record in the table. Its author is verified, and its patient's commitment zeros.
impl RecordViews<u64> for RecordTable {
	fn view_of(id: RecordId) -> Option<RecordView<u64>> {
		let record = Self::content_of(id)?;
		let author = match record.author {
			Author::Patient => AuthorView::Patient,
			Author::Provider(id) => AuthorView::Provider {
				id,
				number: number_of(id),
				name: ProfessionalName::parse("Dr Ada").ok()?,
				standing: Some(Standing::Verified),
			},
		};
		Some(RecordView {
			id,
			patient: record.patient,
			patient_commitment: [0; 32],
			author,
			account: 0,
			sealed_name: record.sealed_name,
			document_hash: record.hash,
			cid: record.cid,
			envelope_size: record.size,
			added_at: record.added_at,
			amends: None,
			amended_hash: record.amended_hash,
			corrected_by: Vec::new(),
		})
	}
}
