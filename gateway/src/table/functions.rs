//! Functions of the runtimes, and whose data each of their arguments may name.

use codec::{Decode, Encode};
use salus_primitives::{
	admission::Class, text::Text, views::RecordFilter, AccountId, EncryptionKey, HistoryId,
	KeyVersion, MemberId, ParaId, PatientId, ProviderId, RecordId, RemoteProvider,
};
use scale_info::{meta_type, MetaType, TypeInfo};

use super::{AUTHORITIES, EVERYONE, INVITERS, KNOWN, PATIENTS, PROVIDERS, READERS};
use crate::node::ChainName;

/// A function that some may call.
pub struct Function {
	/// Its name, such as `EmrApi_record`.
	pub name: &'static str,
	/// The chains that have it.
	pub chains: &'static [ChainName],
	/// Its arguments.
	pub arguments: &'static [Argument],
	/// Who may call it, and about whom. One way that fits suffices.
	pub ways: &'static [Way],
}

/// An argument of a function.
pub struct Argument {
	/// Its name in the runtime's metadata.
	pub name: &'static str,
	/// Its type.
	pub meta: fn() -> MetaType,
	read: fn(&mut &[u8]) -> Result<Value, codec::Error>,
}

/// A way to call a function.
pub struct Way {
	/// These classes may.
	pub who: &'static [Class],
	/// If each argument is of these.
	pub whose: &'static [Whose],
}

/// Whose data an argument may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
	/// Anybody's: it names nobody, or what is public.
	Public,
	/// The caller's own account, the member that it acts for, an entry of its history, or a transaction
	/// that it signed and may send.
	Own,
	/// The member that the caller acts for, at a block of about the last minute. An older state has grants
	/// that have ended, or are withheld, since.
	OwnNow,
	/// A record that the caller can read: as its patient, its author, or by a grant in force.
	Readable,
	/// A record whose patient the caller is.
	OwnRecord,
	/// A provider of another region to whom the grant of the record, the argument before, is not
	/// delivered: it waits to be forwarded or answered, or was refused.
	Undelivered,
}

/// Whom or what an argument names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
	/// Nobody.
	Nobody,
	/// An account.
	Account(AccountId),
	/// A member of the region.
	Member(MemberId),
	/// A provider, as other regions know it.
	Remote(RemoteProvider),
	/// A record of the region.
	Record(RecordId),
	/// An entry of a history, or none.
	Entry(Option<HistoryId>),
	/// A transaction, with its length before it.
	Transaction(Vec<u8>),
}

/// An argument's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
	/// Whom or what it names.
	pub subject: Subject,
	/// Its encoding.
	pub bytes: Vec<u8>,
}

/// The arguments are not those of the function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;

impl Function {
	/// The function with this name on a chain.
	pub fn find(chain: ChainName, name: &str) -> Option<&'static Self> {
		let mut all = FUNCTIONS.iter();
		all.find(|function| function.name == name && function.chains.contains(&chain))
	}

	/// Reads the arguments. All bytes must be read.
	///
	/// # Errors
	///
	/// [`Malformed`].
	pub fn read(&self, mut bytes: &[u8]) -> Result<Vec<Value>, Malformed> {
		let arguments = self.arguments.iter();
		let values = arguments.map(|argument| (argument.read)(&mut bytes));
		let values: Vec<_> = values.collect::<Result<_, _>>().map_err(|_| Malformed)?;
		if bytes.is_empty() {
			Ok(values)
		} else {
			Err(Malformed)
		}
	}
}

/// The type of an argument.
trait Named: Encode + Decode + TypeInfo + 'static {
	/// Whom or what it names.
	fn subject(&self) -> Subject {
		Subject::Nobody
	}
}

macro_rules! nobody {
	($($type:ty),*) => { $(impl Named for $type {})* };
}
nobody!(
	bool,
	u32,
	Text,
	RecordFilter,
	EncryptionKey,
	Vec<u8>,
	Source,
	Hash,
	ProviderId
);

impl<T: Encode + Decode + TypeInfo + 'static> Named for Option<T> {}

impl Named for AccountId {
	fn subject(&self) -> Subject {
		Subject::Account(self.clone())
	}
}

impl Named for MemberId {
	fn subject(&self) -> Subject {
		Subject::Member(self.clone())
	}
}

impl Named for PatientId {
	fn subject(&self) -> Subject {
		Subject::Member((*self).into())
	}
}

impl Named for RemoteProvider {
	fn subject(&self) -> Subject {
		Subject::Remote(self.clone())
	}
}

impl Named for RecordId {
	fn subject(&self) -> Subject {
		Subject::Record(*self)
	}
}

/// An entry of a history, or none.
#[derive(Encode, Decode, TypeInfo)]
struct Entry(Option<HistoryId>);

impl Named for Entry {
	fn subject(&self) -> Subject {
		Subject::Entry(self.0)
	}
}

/// An encoded transaction, with its length before it.
#[derive(Encode, Decode, TypeInfo)]
struct Transaction(Vec<u8>);

impl Named for Transaction {
	fn subject(&self) -> Subject {
		Subject::Transaction(self.encode())
	}
}

/// Where a transaction comes from, as the pool asks the runtime.
#[derive(Encode, Decode, TypeInfo)]
enum Source {
	InBlock,
	Local,
	External,
}

/// A block's hash.
type Hash = sp_core::H256;

fn read<T: Named>(bytes: &mut &[u8]) -> Result<Value, codec::Error> {
	let value = T::decode(bytes)?;
	Ok(Value {
		subject: value.subject(),
		bytes: value.encode(),
	})
}

const REGION: &[ChainName] = &[ChainName::Region];
const CONSORTIUM: &[ChainName] = &[ChainName::Consortium];
const BOTH: &[ChainName] = &[ChainName::Region, ChainName::Consortium];

macro_rules! functions {
	($($chains:ident $api:ident.$function:ident($($name:ident: $type:ty),*)
		$(for $who:ident if ($($whose:ident),*))+;)*) => {
		/// All functions that some may call.
		pub const FUNCTIONS: &[Function] = &[$(Function {
			name: concat!(stringify!($api), "_", stringify!($function)),
			chains: $chains,
			arguments: &[$(Argument {
				name: stringify!($name),
				meta: meta_type::<$type>,
				read: read::<$type>,
			}),*],
			ways: &[$(Way { who: $who, whose: &[$(Whose::$whose),*] }),+],
		}),*];
	};
}

functions! {
	BOTH Core.version() for EVERYONE if ();
	BOTH Metadata.metadata() for EVERYONE if ();
	BOTH Metadata.metadata_at_version(version: u32) for EVERYONE if (Public);
	BOTH Metadata.metadata_versions() for EVERYONE if ();
	BOTH AccountNonceApi.account_nonce(account: AccountId) for EVERYONE if (Own);
	BOTH TaggedTransactionQueue.validate_transaction(source: Source, tx: Transaction, block_hash: Hash)
		for EVERYONE if (Public, Own, Public);

	REGION RegistryApi.account(account: AccountId)
		for EVERYONE if (Own)
		for KNOWN if (Public);
	// Its accounts and its name's commitment: a provider needs them before it writes a record.
	REGION RegistryApi.patient(id: PatientId)
		for PATIENTS if (Own)
		for PROVIDERS if (Public);
	REGION RegistryApi.provider(id: ProviderId) for KNOWN if (Public);
	REGION RegistryApi.holder(number: Text) for KNOWN if (Public);
	REGION RegistryApi.providers(after: Option<ProviderId>, limit: u32)
		for KNOWN if (Public, Public);
	REGION RegistryApi.encryption_key(member: MemberId, version: Option<KeyVersion>)
		for KNOWN if (Public, Public);
	REGION RegistryApi.key_message(account: AccountId, key: EncryptionKey)
		for EVERYONE if (Own, Public);
	REGION RegistryApi.applications(after: Option<u64>, limit: u32)
		for KNOWN if (Public, Public);
	REGION RegistryApi.application(account: AccountId)
		for EVERYONE if (Own)
		for KNOWN if (Public);
	REGION RegistryApi.standing_votes(id: ProviderId) for KNOWN if (Public);
	REGION RegistryApi.unverify_votes(id: ProviderId) for KNOWN if (Public);
	REGION RegistryApi.invitations_left(account: AccountId) for INVITERS if (Own);

	REGION EmrApi.record(id: RecordId) for READERS if (Readable);
	REGION EmrApi.records(
		of: MemberId, filter: RecordFilter, keys: bool, after: Option<RecordId>, limit: u32
	) for READERS if (Own, Public, Public, Public, Public);
	REGION EmrApi.wrapped_key(id: RecordId, member: MemberId) for READERS if (Readable, Own);

	REGION PermissionsApi.grant(record: RecordId, grantee: MemberId)
		for READERS if (Public, OwnNow);
	REGION PermissionsApi.grants_of(record: RecordId, after: Option<HistoryId>, limit: u32)
		for PATIENTS if (OwnRecord, Public, Public);
	REGION PermissionsApi.grants_by(patient: PatientId, after: Option<HistoryId>, limit: u32)
		for PATIENTS if (Own, Public, Public);
	REGION PermissionsApi.granted_to(
		grantee: MemberId, filter: RecordFilter, keys: bool, after: Option<HistoryId>, limit: u32
	) for READERS if (OwnNow, Public, Public, Public, Public);

	REGION HistoryApi.history(member: MemberId, after: Entry, limit: u32)
		for READERS if (Own, Own, Public);

	REGION PinningApi.pins(record: RecordId)
		for READERS if (Readable)
		for AUTHORITIES if (Public);
	REGION PinningApi.under_replicated(after: Option<RecordId>, limit: u32)
		for AUTHORITIES if (Public, Public);

	BOTH GovernanceApi.authorities() for KNOWN if ();
	BOTH GovernanceApi.collators() for KNOWN if ();
	BOTH GovernanceApi.session_keys(account: AccountId) for KNOWN if (Public);
	BOTH GovernanceApi.authority_message(account: AccountId, keys: Vec<u8>)
		for KNOWN if (Public, Public);
	BOTH GovernanceApi.announced_upgrade() for KNOWN if ();

	// Any verified provider forwards what waits. What the consortium has is for those who can read the
	// record. No view gives the wrapped key.
	REGION InterregionalApi.interregional_grant(record: RecordId, grantee: RemoteProvider)
		for PATIENTS if (OwnRecord, Public)
		for PROVIDERS if (Readable, Public)
		for PROVIDERS if (Public, Undelivered);
	REGION InterregionalApi.interregional_grants_of(
		record: RecordId, after: Option<HistoryId>, limit: u32
	)
		for PATIENTS if (OwnRecord, Public, Public)
		for PROVIDERS if (Readable, Public, Public);
	REGION InterregionalApi.interregional_grants_by(
		patient: PatientId, after: Option<HistoryId>, limit: u32
	) for PATIENTS if (Own, Public, Public);
	REGION InterregionalApi.waiting(after: Option<HistoryId>, limit: u32)
		for PROVIDERS if (Public, Public);
	REGION InterregionalApi.enlistment(id: ProviderId) for KNOWN if (Public);

	CONSORTIUM ConsortiumApi.region(region: ParaId) for KNOWN if (Public);
	CONSORTIUM ConsortiumApi.regions(after: Option<ParaId>, limit: u32)
		for KNOWN if (Public, Public);
	CONSORTIUM ConsortiumApi.provider(provider: RemoteProvider) for KNOWN if (Public);
	CONSORTIUM ConsortiumApi.holder(region: ParaId, number: Text) for KNOWN if (Public, Public);
	CONSORTIUM ConsortiumApi.providers(region: ParaId, after: Option<ProviderId>, limit: u32)
		for KNOWN if (Public, Public, Public);
	CONSORTIUM ConsortiumApi.providers_by_account(
		account: AccountId, after: Option<ParaId>, limit: u32
	) for KNOWN if (Public, Public, Public);
	CONSORTIUM ConsortiumApi.grant(region: ParaId, record: RecordId, grantee: RemoteProvider)
		for READERS if (Public, Public, OwnNow);
	CONSORTIUM ConsortiumApi.granted_to(
		grantee: RemoteProvider, region: Option<ParaId>, filter: RecordFilter, keys: bool,
		after: Option<u64>, limit: u32
	) for READERS if (OwnNow, Public, Public, Public, Public, Public);
	CONSORTIUM ConsortiumApi.withheld(region: ParaId, record: RecordId, grantee: RemoteProvider)
		for READERS if (Public, Public, Own);
	CONSORTIUM ConsortiumApi.network_file() for EVERYONE if ();
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn each_way_says_whose_each_argument_is() {
		for function in FUNCTIONS {
			for way in function.ways {
				assert_eq!(
					way.whose.len(),
					function.arguments.len(),
					"{}",
					function.name
				);
				assert!(!way.who.is_empty() && !way.who.contains(&Class::Uninvited));
			}
		}
	}

	#[test]
	fn a_function_is_once_in_the_table() {
		let mut names: Vec<_> = FUNCTIONS.iter().map(|function| function.name).collect();
		names.sort_unstable();
		let all = names.len();
		names.dedup();
		assert_eq!(names.len(), all);
	}

	#[test]
	fn arguments_are_read_to_the_last_byte() {
		let function = Function::find(ChainName::Region, "PermissionsApi_grant").unwrap();
		let member = MemberId::Provider(ProviderId(7));
		let bytes = (5_u64, &member).encode();
		let values = function.read(&bytes).unwrap();
		assert_eq!(values[0].subject, Subject::Record(5));
		assert_eq!(values[1].subject, Subject::Member(member));
		let again: Vec<u8> = values.into_iter().flat_map(|value| value.bytes).collect();
		assert_eq!(again, bytes);
		assert_eq!(function.read(&bytes[1..]), Err(Malformed));
		assert_eq!(function.read(&[&bytes[..], &[0]].concat()), Err(Malformed));
		assert!(Function::find(ChainName::Consortium, "PermissionsApi_grant").is_none());
	}
}
