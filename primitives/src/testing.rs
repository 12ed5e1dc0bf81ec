//! Parts of the pallets' mock runtimes: a clock, keys, and tables of members, records and calls to
//! the consortium. For tests only: no runtime enables the feature `testing`.

mod clock;
mod consortium;
mod golden;
mod history;
mod keys;
mod members;
mod pages;
mod records;
mod values;

pub use clock::{Now, START};
pub use consortium::{
	deliver_answer, in_flight, message_id, pass_deadlines, sent, take_sent, AnswerWithin,
	MaxInFlight, MockConsortium, SendFailure, SentCalls, SentFor, Waiting, REGION,
};
pub use golden::{golden_call, GOLDEN};
pub use history::HistoryList;
pub use keys::{
	account, key, key_of, pair, sign_key, P256, RSA_1024, RSA_2048, RSA_2048_EXPONENT_3,
	RSA_2048_PSS, RSA_3072, RSA_4096, RSA_4104,
};
pub use members::{
	author, number_of, other_provider, provider, retired, suspended, unverified, MemberTable,
	AUTHOR_ACCOUNT, OTHER_PATIENT, OTHER_PATIENT_ACCOUNT, OTHER_PROVIDER_ACCOUNT, PATIENT,
	PATIENT_ACCOUNT, PROVIDER_ACCOUNT, RETIRED_ACCOUNT, STRANGER, SUSPENDED_ACCOUNT,
	UNVERIFIED_ACCOUNT,
};
pub use pages::all_pages;
pub use records::{record, RecordTable, RECORD_ACCOUNT};
pub use values::{cid, number, provider_of, wrapped};

/// Sets the clock to [`START`], empties the tables, and lets calls to the consortium succeed. A
/// mock calls this when it makes a new chain.
pub fn reset() {
	Now::set(START);
	MemberTable::clear();
	RecordTable::clear();
	HistoryList::clear();
	SendFailure::set(None);
	SentCalls::take();
	SentFor::take();
	Waiting::take();
	AnswerWithin::set(1_000);
	MaxInFlight::set(usize::MAX);
}
