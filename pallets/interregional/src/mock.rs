//! A runtime whose members, records, clock and way to the consortium are tables that a test writes.

use std::collections::BTreeMap;

use frame_support::{derive_impl, parameter_types, traits::Time};
use salus_primitives::{
	traits::{Members, OnAnswer, RecordContent, RecordContents, Records, ToConsortium},
	About, Answer, Cid, ConsortiumCall, Hash256, InterregionalGrantId, KeyVersion, MemberId,
	Moment, ParaId, PatientId, ProfessionalName, ProfessionalNumber, Purpose, RecordId,
	RemoteProvider, SendError, Sent, Standing, WrappedKey, SEALED_NAME_LEN,
};
use sp_runtime::{BuildStorage, DispatchResult};

pub type AccountId = u64;
type Block = frame_system::mocking::MockBlock<Test>;

#[frame_support::runtime]
mod runtime {
	#[runtime::runtime]
	#[runtime::derive(
		RuntimeCall,
		RuntimeEvent,
		RuntimeError,
		RuntimeOrigin,
		RuntimeFreezeReason,
		RuntimeHoldReason,
		RuntimeSlashReason,
		RuntimeLockId,
		RuntimeTask
	)]
	pub struct Test;

	#[runtime::pallet_index(0)]
	pub type System = frame_system;
	#[runtime::pallet_index(64)]
	pub type Interregional = crate;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
}

/// What the mock registry knows of a member.
#[derive(Clone)]
pub struct Entry {
	pub account: AccountId,
	pub standing: Standing,
}

parameter_types! {
	pub static Table: BTreeMap<MemberId, Entry> = BTreeMap::new();
	pub static RecordTable: BTreeMap<RecordId, (PatientId, ProfessionalNumber)> = BTreeMap::new();
	pub static Now: Moment = START;
	pub static MaxGrantsPerRecord: u32 = MAX_GRANTS;
	pub static AnswerTime: Moment = WAIT;
	pub static MaxInFlight: u32 = MAX_SENT;
	/// Why nothing can be sent to the consortium, if nothing can.
	pub static NoWay: Option<SendError> = None;
	/// What was sent to the consortium.
	pub static Sending: Vec<ConsortiumCall> = Vec::new();
}

/// The time at which each test begins.
pub const START: Moment = 1_700_000_000_000;
pub const MAX_GRANTS: u32 = 4;
pub const WAIT: Moment = 1_000;
pub const MAX_SENT: u32 = 3;
/// This region.
pub const REGION: ParaId = 2_000;
/// Another one.
pub const OTHER_REGION: ParaId = 2_001;
pub const PATIENT: PatientId = PatientId([0xa1; 16]);
/// A patient that may be granted a record, such as a parent.
pub const RELATIVE: PatientId = PatientId([0xb2; 16]);
pub const PATIENT_ACCOUNT: AccountId = 11;
pub const RELATIVE_ACCOUNT: AccountId = 12;
pub const AUTHOR_ACCOUNT: AccountId = 1;
pub const PROVIDER_ACCOUNT: AccountId = 2;
/// Acts for nobody: a stranger's, an applicant's or an authority's.
pub const STRANGER: AccountId = 99;
/// A record of [`PATIENT`] by [`author`].
pub const RECORD: RecordId = 7;
/// A record of [`RELATIVE`] by [`author`].
pub const RELATIVES_RECORD: RecordId = 8;

pub fn number(text: &str) -> ProfessionalNumber {
	ProfessionalNumber::parse(text).unwrap()
}
pub fn author() -> MemberId {
	number("A12345").into()
}
pub fn provider() -> MemberId {
	number("1234567893").into()
}
pub fn other_provider() -> MemberId {
	number("B00002").into()
}
pub fn suspended() -> MemberId {
	number("S00001").into()
}
pub fn retired() -> MemberId {
	number("R00001").into()
}

impl Time for Now {
	type Moment = Moment;
	fn now() -> Moment {
		Self::get()
	}
}

pub struct Registry;

impl Registry {
	pub fn put(member: impl Into<MemberId>, account: AccountId, standing: Standing) {
		let entry = Entry { account, standing };
		Table::mutate(|table| table.insert(member.into(), entry));
	}

	pub fn change(member: impl Into<MemberId>, with: impl FnOnce(&mut Entry)) {
		let member = member.into();
		Table::mutate(|table| with(table.get_mut(&member).unwrap()));
	}
}

impl Members<AccountId> for Registry {
	fn member_of(account: &AccountId) -> Option<MemberId> {
		let table = Table::get();
		let found = table.iter().find(|(_, entry)| entry.account == *account);
		found.map(|(member, _)| member.clone())
	}
	fn account_of(_member: &MemberId) -> Option<AccountId> {
		unreachable!("the grantee is a member of another region")
	}
	fn standing(number: &ProfessionalNumber) -> Option<Standing> {
		Some(Table::get().get(&number.clone().into())?.standing)
	}
	fn is_patient(_patient: &PatientId) -> bool {
		unreachable!("the grantee is a provider of another region")
	}
	fn current_key(_member: &MemberId) -> Option<(KeyVersion, u32)> {
		unreachable!("the grantee is a member of another region")
	}
	fn name_of(number: &ProfessionalNumber) -> Option<ProfessionalName> {
		Self::standing(number)?;
		ProfessionalName::parse("Dr. A. Jansen").ok()
	}
	fn commitment_of(_patient: &PatientId) -> Option<Hash256> {
		unreachable!("grants have nothing to do with patients' names")
	}
	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_patient(account: &AccountId) -> Option<PatientId> {
		let patient = PatientId([0xcc; 16]);
		Self::put(patient, *account, Standing::Verified);
		Some(patient)
	}
	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_provider(account: &AccountId, number: &ProfessionalNumber) {
		Self::put(number.clone(), *account, Standing::Verified);
	}
}

pub struct Emr;

impl Emr {
	pub fn put(record: RecordId, patient: PatientId) {
		RecordTable::mutate(|table| table.insert(record, (patient, number("A12345"))));
	}
}

impl Records for Emr {
	fn patient_of(record: RecordId) -> Option<PatientId> {
		Some(RecordTable::get().get(&record)?.0)
	}
	fn author_of(record: RecordId) -> Option<ProfessionalNumber> {
		Some(RecordTable::get().get(&record)?.1.clone())
	}
	fn envelope_of(_record: RecordId) -> Option<(Cid, u64)> {
		unreachable!("grants have nothing to do with envelopes")
	}
	fn next_id() -> RecordId {
		unreachable!("grants have nothing to do with the next record")
	}
	#[cfg(feature = "runtime-benchmarks")]
	fn benchmark_record(patient: PatientId) -> Option<RecordId> {
		Self::put(99, patient);
		Some(99)
	}
}

/// The account that added every record.
pub const RECORDS_ACCOUNT: salus_primitives::AccountId =
	salus_primitives::AccountId::new([0xac; 32]);

impl RecordContents<salus_primitives::AccountId> for Emr {
	fn content_of(record: RecordId) -> Option<RecordContent<salus_primitives::AccountId>> {
		let (patient, author) = RecordTable::get().get(&record)?.clone();
		Some(RecordContent {
			patient,
			author,
			account: RECORDS_ACCOUNT,
			sealed_name: [0x5e; SEALED_NAME_LEN],
			hash: [0x4a; 32],
			cid: Cid::from_digest(true, [0xc1; 32]),
			size: 1_048_576,
			added_at: START - 5,
		})
	}
}

/// Notes what is sent.
pub struct Consortium;

impl ToConsortium for Consortium {
	fn region() -> ParaId {
		REGION
	}
	fn send(call: ConsortiumCall) -> Result<Sent, SendError> {
		if let Some(error) = NoWay::get() {
			return Err(error);
		}
		let sent = sent(&call);
		Sending::mutate(|calls| calls.push(call));
		Ok(sent)
	}
}

/// What is known of a message once it is sent.
pub fn sent(call: &ConsortiumCall) -> Sent {
	let query = call.sequence();
	let message = [u8::try_from(query).unwrap_or(u8::MAX); 32];
	Sent { query, message }
}

impl crate::Config for Test {
	type Members = Registry;
	type Records = Emr;
	type Consortium = Consortium;
	type Time = Now;
	type MaxGrantsPerRecord = MaxGrantsPerRecord;
	type AnswerTime = AnswerTime;
	type MaxInFlight = MaxInFlight;
	type WeightInfo = ();
}

/// A state with two patients, a record of each, the records' author and providers of each standing.
pub fn new_test_ext() -> sp_io::TestExternalities {
	let storage = frame_system::GenesisConfig::<Test>::default()
		.build_storage()
		.unwrap();
	let mut ext = sp_io::TestExternalities::from(storage);
	ext.execute_with(|| {
		System::set_block_number(1);
		Now::set(START);
		MaxGrantsPerRecord::set(MAX_GRANTS);
		AnswerTime::set(WAIT);
		MaxInFlight::set(MAX_SENT);
		NoWay::set(None);
		Sending::set(Vec::new());
		Table::set(BTreeMap::new());
		RecordTable::set(BTreeMap::new());
		let verified = Standing::Verified;
		Registry::put(PATIENT, PATIENT_ACCOUNT, verified);
		Registry::put(RELATIVE, RELATIVE_ACCOUNT, verified);
		Registry::put(author(), AUTHOR_ACCOUNT, verified);
		Registry::put(provider(), PROVIDER_ACCOUNT, verified);
		Registry::put(other_provider(), 3, verified);
		Registry::put(suspended(), 4, Standing::Suspended);
		Registry::put(retired(), 5, Standing::Retired);
		Emr::put(RECORD, PATIENT);
		Emr::put(RELATIVES_RECORD, RELATIVE);
	});
	ext
}

/// Runs a test and checks what must hold at all times after it.
pub fn run(test: impl FnOnce()) {
	new_test_ext().execute_with(|| {
		test();
		Interregional::do_try_state().unwrap();
	});
}

pub fn wrapped(key_version: KeyVersion, length: usize) -> WrappedKey {
	WrappedKey::RsaOaep {
		key_version,
		ciphertext: vec![0xe7; length].try_into().unwrap(),
	}
}

pub fn signed(account: AccountId) -> RuntimeOrigin {
	RuntimeOrigin::signed(account)
}

/// The pallet's events so far.
pub fn events() -> Vec<crate::Event<Test>> {
	System::read_events_for_pallet()
}

/// A provider of the other region.
pub fn remote() -> RemoteProvider {
	RemoteProvider {
		region: OTHER_REGION,
		number: number("B54321"),
	}
}

pub fn remote_of(region: ParaId, text: &str) -> RemoteProvider {
	let number = number(text);
	RemoteProvider { region, number }
}

/// The grant of [`RECORD`] to [`remote`].
pub fn grant_id() -> InterregionalGrantId {
	InterregionalGrantId {
		record: RECORD,
		grantee: remote(),
	}
}

/// The arguments of `grant`.
#[derive(Clone)]
pub struct NewGrant {
	pub record: RecordId,
	pub grantee: RemoteProvider,
	pub wrapped_key: WrappedKey,
	pub expires_at: Option<Moment>,
	pub purpose: Purpose,
}

/// Arguments that nothing is wrong with.
impl Default for NewGrant {
	fn default() -> Self {
		Self {
			record: RECORD,
			grantee: remote(),
			wrapped_key: wrapped(2, 384),
			expires_at: None,
			purpose: Purpose::Treatment,
		}
	}
}

impl NewGrant {
	/// As by default, to this grantee.
	pub fn to(grantee: RemoteProvider) -> Self {
		Self {
			grantee,
			..Default::default()
		}
	}

	/// As by default, ending at this time.
	pub fn until(at: Moment) -> Self {
		Self {
			expires_at: Some(at),
			..Default::default()
		}
	}

	/// Calls `grant`.
	pub fn give(self, origin: impl Into<RuntimeOrigin>) -> DispatchResult {
		Interregional::grant(
			origin.into(),
			self.record,
			self.grantee,
			self.wrapped_key,
			self.expires_at,
			self.purpose,
		)
	}

	/// Calls `grant` as [`PATIENT`].
	pub fn by_patient(self) -> DispatchResult {
		self.give(signed(PATIENT_ACCOUNT))
	}
}

/// Calls `forward` as [`provider`], for the grant of [`RECORD`] to [`remote`].
pub fn forward() -> DispatchResult {
	Interregional::forward(signed(PROVIDER_ACCOUNT), RECORD, remote())
}

/// Calls `revoke` as [`PATIENT`], for the grant of [`RECORD`] to [`remote`].
pub fn revoke() -> DispatchResult {
	Interregional::revoke(signed(PATIENT_ACCOUNT), RECORD, remote())
}

/// Tells the answer to what was last said of the grant of [`RECORD`] to [`remote`].
pub fn answer(answer: Answer) {
	let sequence = grant_of(&grant_id()).sequence;
	answer_to(sequence, answer);
}

/// Tells the answer to what was said of that grant by this number.
pub fn answer_to(sequence: u64, answer: Answer) {
	Interregional::on_answer(&About::Grant(grant_id()), sequence, &answer);
}

/// What is stored of a grant.
pub fn grant_of(id: &InterregionalGrantId) -> crate::Grant {
	crate::Grants::<Test>::get(id.record, &id.grantee).unwrap()
}

/// Lets the answer to the last message be overdue.
pub fn pass_deadline() {
	let deadline = grant_of(&grant_id()).message.unwrap().deadline;
	Now::mutate(|now| *now = deadline.max(*now));
}
