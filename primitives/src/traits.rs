//! The traits between pallets. The runtime connects the pallet that implements a trait with those
//! that use it.

use alloc::{collections::BTreeMap, vec::Vec};

use crate::{
	admission::Class, views::RecordView, About, Answer, Author, Cid, ConsortiumCall, Hash256,
	HistoryEvent, HistoryId, KeyVersion, MemberId, Moment, ParaId, PatientId, ProfessionalName,
	ProfessionalNumber, ProviderId, RecordId, SealedName, SendError, Sent, Standing,
};

/// The members of a region, for the pallets that use the registry.
pub trait Members<AccountId> {
	/// The member that an account acts for: a registered patient, or a provider that was verified
	/// once, whatever its standing now.
	fn member_of(account: &AccountId) -> Option<MemberId>;

	/// The account that acts for a member.
	fn account_of(member: &MemberId) -> Option<AccountId>;

	/// The standing of a provider that was verified once.
	fn standing(provider: ProviderId) -> Option<Standing>;

	/// Whether a patient is registered.
	fn is_patient(patient: &PatientId) -> bool;

	/// The version of a member's current encryption key and the bits of its modulus.
	fn current_key(member: &MemberId) -> Option<(KeyVersion, u32)>;

	/// The professional number and name of a provider that was verified once.
	fn profile_of(provider: ProviderId) -> Option<(ProfessionalNumber, ProfessionalName)>;

	/// The commitment to a patient's name.
	fn commitment_of(patient: &PatientId) -> Option<Hash256>;

	/// Whether a member is one that a record or grant may be given to: a patient, or a provider
	/// whose standing is [`Standing::Verified`].
	fn in_good_standing(member: &MemberId) -> bool {
		match member {
			MemberId::Patient(patient) => Self::is_patient(patient),
			MemberId::Provider(id) => Self::standing(*id) == Some(Standing::Verified),
		}
	}

	/// Makes an account act for a registered patient. For benchmarks.
	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_patient(_account: &AccountId) -> Option<PatientId> {
		None
	}

	/// Makes an account act for a verified provider. For benchmarks.
	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_provider(_account: &AccountId) -> Option<ProviderId> {
		None
	}
}

/// The number of an authority's term. Each addition of an authority begins a new term, so a vote of
/// an earlier term does not count when an authority is back.
pub type Term = u32;

/// The authorities of a chain.
pub trait Authorities<AccountId> {
	/// Whether the account is an authority's.
	fn is_authority(account: &AccountId) -> bool;

	/// All of them, in one order that every node agrees on; bounded by the membership pallet.
	fn all() -> Vec<AccountId>;

	/// How many there are.
	fn count() -> u32 {
		u32::try_from(Self::all().len()).unwrap_or(u32::MAX)
	}

	/// The term of each authority.
	fn terms() -> BTreeMap<AccountId, Term>;

	/// Makes these the authorities. For benchmarks.
	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_set(_authorities: &[AccountId]) {}
}

/// Whether an account acts for the patient of a record. `None`: there is no such record.
pub fn is_patient_of<AccountId, M: Members<AccountId>, R: Records>(
	account: &AccountId,
	record: RecordId,
) -> Option<bool> {
	let patient = R::patient_of(record)?;
	Some(M::member_of(account) == Some(MemberId::Patient(patient)))
}

/// The records of a region, for the pallets that use the emr pallet.
pub trait Records {
	/// The patient of a record.
	fn patient_of(record: RecordId) -> Option<PatientId>;

	/// The author of a record.
	fn author_of(_record: RecordId) -> Option<Author> {
		None
	}

	/// The CID and the size in bytes of a record's envelope.
	fn envelope_of(record: RecordId) -> Option<(Cid, u64)>;

	/// The id that the next record will have: all below it exist.
	fn next_id() -> RecordId;

	/// Adds a record of this patient. For benchmarks.
	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_record(_patient: PatientId) -> Option<RecordId> {
		None
	}
}

/// The views of a region's records, for the lists of grants.
pub trait RecordViews<AccountId>: Records {
	/// The view of a record.
	fn view_of(record: RecordId) -> Option<RecordView<AccountId>>;
}

/// The histories of a region's members, which keep what happened to grants and keys.
pub trait History<AccountId> {
	/// Adds an entry to a member's history, with the account that acted, if one did. Returns the
	/// entry's number, which is higher than those of all earlier entries of all members.
	fn add(member: MemberId, event: HistoryEvent, by: Option<&AccountId>) -> HistoryId;
}

/// The immutable parts of a region's records, which inter-regional grants contain.
pub trait RecordContents<AccountId>: Records {
	/// The immutable part of a record.
	fn content_of(_record: RecordId) -> Option<RecordContent<AccountId>> {
		None
	}
}

/// The immutable part of a record, as far as a reader in another region needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordContent<AccountId> {
	/// Its patient.
	pub patient: PatientId,
	/// Its author.
	pub author: Author,
	/// The account that added it and signed the envelope.
	pub account: AccountId,
	/// Its name, sealed with the record key.
	pub sealed_name: SealedName,
	/// The blinded hash of the document.
	pub hash: Hash256,
	/// The envelope's CID.
	pub cid: Cid,
	/// The envelope's size in bytes.
	pub size: u64,
	/// When it was added.
	pub added_at: Moment,
	/// The blinded hash of the record that it corrects. The envelope has it too.
	pub amended_hash: Option<Hash256>,
}

/// Sends a region's calls to the consortium.
pub trait ToConsortium {
	/// The region that this chain is. A grantee of an inter-regional grant is never of this
	/// region.
	fn region() -> ParaId;

	/// Sends a call. The answer may come later, by [`OnAnswer`], with the call's
	/// [`about`](ConsortiumCall::about) and [`sequence`](ConsortiumCall::sequence). On an error,
	/// nothing was sent or written.
	fn send(call: ConsortiumCall) -> Result<Sent, SendError>;

	/// Sends a call for a provider, of whose calls only so many may wait for their answers.
	fn send_for(by: ProviderId, call: ConsortiumCall) -> Result<Sent, SendError>;

	/// Until when the answer to the last call about a subject with this sequence number is awaited,
	/// in Unix milliseconds. `None`: there is no such call, or it was answered.
	fn awaited_until(about: &About, sequence: u64) -> Option<Moment>;

	/// Opens a channel, so that calls can be sent. For benchmarks.
	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_connect() {}
}

/// Receives the consortium's answers.
pub trait OnAnswer {
	/// Receives the answer to the call with this subject and sequence number. A receiver ignores
	/// it if the subject is not its own, or if it has sent a newer update since.
	///
	/// Until the receiver returns, the call still counts as one whose answer is awaited. An answer
	/// can come after any deadline. A call that was sent several times with the same
	/// sequence number gets an answer each time. After one [`Answer::Done`], the consortium has
	/// the update, and the other answers do not matter. Before, the last one counts.
	fn on_answer(about: &About, sequence: u64, answer: &Answer);

	/// Learns that no answer to the call with this subject and sequence number came by its
	/// deadline. The call may have arrived or not.
	fn on_overdue(_about: &About, _sequence: u64, _deadline: Moment) {}

	/// Makes a call wait for its answer, in the case where the answer costs the most weight.
	/// Returns the subject and the sequence number. For benchmarks.
	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_awaiting() -> Option<(About, u64)> {
		None
	}

	/// The same, in the case where an answer that is overdue costs the most weight.
	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_overdue() -> Option<(About, u64)> {
		Self::benchmark_awaiting()
	}
}

/// Ignores all answers.
impl OnAnswer for () {
	fn on_answer(_about: &About, _sequence: u64, _answer: &Answer) {}
}

/// Both receive each answer, the first one first. The benchmarks use the first one that can wait for
/// an answer, and the second one for an answer that is overdue: each is where it costs more weight.
impl<A: OnAnswer, B: OnAnswer> OnAnswer for (A, B) {
	fn on_answer(about: &About, sequence: u64, answer: &Answer) {
		A::on_answer(about, sequence, answer);
		B::on_answer(about, sequence, answer);
	}

	fn on_overdue(about: &About, sequence: u64, deadline: Moment) {
		A::on_overdue(about, sequence, deadline);
		B::on_overdue(about, sequence, deadline);
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_awaiting() -> Option<(About, u64)> {
		A::benchmark_awaiting().or_else(B::benchmark_awaiting)
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_overdue() -> Option<(About, u64)> {
		B::benchmark_overdue().or_else(A::benchmark_overdue)
	}
}

/// The regions whose messages pass the consortium's barrier.
pub trait KnownRegions {
	/// Whether a parachain is a region, admitted or expelled. An expelled region must still be
	/// able to revoke grants; the consortium pallet refuses its other calls.
	fn is_known(region: ParaId) -> bool;

	/// Admits a region. For benchmarks.
	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_admit(_region: ParaId) {}
}

/// The classes of a chain's accounts.
pub trait Classes<AccountId> {
	/// The classes of an account: at least one, the one that decides its quota first.
	fn classes_of(account: &AccountId) -> Vec<Class>;

	/// Gives an account the class whose look-up costs the most weight, and that may send
	/// something. For benchmarks.
	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_admit(_account: &AccountId) {}
}

#[cfg(test)]
mod tests {
	use super::*;
	use core::cell::RefCell;
	use std::thread_local;

	thread_local! {
		static TOLD: RefCell<Vec<(u8, About, u64, Answer)>> = const { RefCell::new(Vec::new()) };
	}

	struct Listener<const ID: u8>;

	impl<const ID: u8> OnAnswer for Listener<ID> {
		fn on_answer(about: &About, sequence: u64, answer: &Answer) {
			let told = (ID, about.clone(), sequence, answer.clone());
			TOLD.with(|all| all.borrow_mut().push(told));
		}

		#[cfg(feature = "runtime-benchmarks")]
		fn benchmark_awaiting() -> Option<(About, u64)> {
			(ID == 2).then_some((About::Provider(ProviderId(5)), u64::from(ID)))
		}
	}

	#[test]
	fn both_receivers_get_an_answer_in_order() {
		let about = About::Provider(ProviderId(5));
		<(Listener<1>, ((), Listener<2>))>::on_answer(&about, 7, &Answer::Done);
		let told = TOLD.with(|all| all.borrow().clone());
		let expected = [1, 2].map(|id| (id, about.clone(), 7, Answer::Done));
		assert_eq!(told, expected);
		#[cfg(feature = "runtime-benchmarks")]
		assert_eq!(
			<(Listener<1>, Listener<2>)>::benchmark_awaiting(),
			Some((about, 2))
		);
	}
}
