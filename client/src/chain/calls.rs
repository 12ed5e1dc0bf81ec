//! The calls of members and authorities.

use super::call::CallDef;
use codec::{Compact, Decode, Encode};
use salus_primitives::{
	AccountId, CidBytes, EncryptionKey, Hash256, KeySignature, KeyVersion, MemberId, Moment,
	NewestFile, ParaId, PatientId, ProfessionalName, ProfessionalNumber, ProviderId, Purpose,
	RecordId, RemoteProvider, SealedName, WrappedKey,
};
use scale_info::TypeInfo;
use subxt::metadata::Metadata;

/// The registry's `Motion`: what authorities vote on there.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub enum Motion {
	/// Verify an applicant.
	Verify {
		/// The applicant's account.
		account: AccountId,
		/// The hash of the application.
		application: Hash256,
	},
	/// Suspend a provider.
	Suspend {
		/// Its id.
		id: ProviderId,
	},
	/// Reinstate a suspended provider.
	Reinstate {
		/// Its id.
		id: ProviderId,
	},
	/// Withdraw a provider's verification.
	Unverify {
		/// Its id.
		id: ProviderId,
	},
}

/// A weight: computing time and proof size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Weight {
	/// Picoseconds on the reference machine.
	#[codec(compact)]
	pub ref_time: u64,
	/// Bytes of storage proof.
	#[codec(compact)]
	pub proof_size: u64,
}

/// The governance pallet's `Parameter`: a setting that the authorities may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub enum Parameter {
	/// Milliseconds between the announcement of an upgrade and its authorization.
	NoticePeriod(Moment),
	/// The number of pins that each envelope should have.
	ReplicationTarget(u32),
}

/// The session keys of a node in a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct RegionKeys {
	/// The key to make blocks.
	pub aura: [u8; 32],
	/// The key to sign pin claims.
	pub pinning: [u8; 32],
}

/// The session key of a node of the consortium.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct ConsortiumKeys {
	/// The key to make blocks.
	pub aura: [u8; 32],
}

/// Defines calls, and a function that checks all of them against a chain's metadata.
macro_rules! calls {
	(
		$(#[$check_doc:meta])*
		fn $check:ident;
		$($(#[doc = $doc:literal])* $name:ident = $pallet:ident.$call:ident($($arg:ty),* $(,)?);)*
	) => {
		$($(#[doc = $doc])* pub const $name: CallDef<($($arg,)*)> =
			CallDef::new(stringify!($pallet), stringify!($call), concat!($($doc),*));)*

		$(#[$check_doc])*
		pub(super) fn $check(metadata: &Metadata) -> Vec<Result<(), String>> {
			vec![$($name.check(metadata)),*]
		}
	};
}

calls! {
	/// Checks the calls of a region's chain.
	fn check_regional;

	/// Invite an account.
	INVITE = Registry.invite(AccountId);
	/// Register as a patient: commitment to the name, encryption key, the account's signature.
	REGISTER_PATIENT = Registry.register_patient(Hash256, EncryptionKey, KeySignature);
	/// Apply as a provider: number, professional name, encryption key, the account's signature.
	APPLY_AS_PROVIDER = Registry.apply_as_provider(
		ProfessionalNumber,
		ProfessionalName,
		EncryptionKey,
		KeySignature,
	);
	/// Withdraw one's own application.
	WITHDRAW_APPLICATION = Registry.withdraw_application();
	/// Vote on a motion, as an authority.
	VOTE = Registry.vote(Motion, bool);
	/// Retire as a provider; this is final.
	RETIRE = Registry.retire();
	/// Register a new encryption key: its version, the key, the account's signature.
	ROTATE_KEY = Registry.rotate_key(KeyVersion, EncryptionKey, KeySignature);
	/// Enlist a verified provider in the consortium's directory.
	ENLIST = Registry.enlist();

	/// Add a record as its author: patient, sealed name, blinded hash, CID, size, the record key
	/// wrapped for the patient and for the author, the record that it amends.
	ADD_RECORD = Emr.add_record(
		PatientId,
		SealedName,
		Hash256,
		CidBytes,
		u64,
		WrappedKey,
		WrappedKey,
		Option<RecordId>,
	);

	/// Add a record about oneself, as a patient: sealed name, blinded hash, CID, size, the record
	/// key wrapped for the patient, the own record that it amends.
	ADD_OWN_RECORD = Emr.add_own_record(
		SealedName,
		Hash256,
		CidBytes,
		u64,
		WrappedKey,
		Option<RecordId>,
	);

	/// Grant a record: record, grantee, wrapped key, expiry, purpose.
	GRANT = Permissions.grant(RecordId, MemberId, WrappedKey, Option<Moment>, Purpose);
	/// Revoke a grant: record, grantee.
	REVOKE = Permissions.revoke(RecordId, MemberId);

	/// Grant a record to a provider of another region: record, provider, wrapped key, expiry,
	/// purpose.
	GRANT_INTERREGIONAL = Interregional.grant(
		RecordId,
		RemoteProvider,
		WrappedKey,
		Option<Moment>,
		Purpose,
	);
	/// Forward a grant to the consortium, as a verified provider: record, provider.
	FORWARD = Interregional.forward(RecordId, RemoteProvider);
	/// Revoke a grant to a provider of another region: record, provider.
	REVOKE_INTERREGIONAL = Interregional.revoke(RecordId, RemoteProvider);

	/// Set the session keys of one's own node, as an authority: the keys, the node's proof that it has
	/// them.
	SET_REGION_KEYS = Session.set_keys(RegionKeys, Vec<u8>);

	/// Change a parameter.
	SET_PARAMETER = Governance.set_parameter(Parameter);
}

calls! {
	/// Checks the calls of the consortium's chain.
	fn check_consortium;

	/// Admit a region: its parachain id, and the hash of its first block.
	ADMIT_REGION = Consortium.admit_region(ParaId, Hash256);
	/// Expel a region.
	EXPEL_REGION = Consortium.expel_region(ParaId);
	/// Name the newest network file: its serial number and its hash.
	SET_NETWORK_FILE = Consortium.set_network_file(NewestFile);

	/// Set the session key of one's own node, as an authority: the key, the node's proof that it has
	/// it.
	SET_CONSORTIUM_KEYS = Session.set_keys(ConsortiumKeys, Vec<u8>);
}

calls! {
	/// Checks the calls that both kinds of chain have.
	fn check_common;

	/// Vote on a motion of the council: its hash, its number, the vote.
	COUNCIL_VOTE = Council.vote(Hash256, Compact<u32>, bool);
	/// Close a motion of the council: its hash, its number, bounds on its weight and length.
	COUNCIL_CLOSE = Council.close(Hash256, Compact<u32>, Weight, Compact<u32>);

	/// Add an authority: its account, its node's session keys with their proof, and the account's
	/// signature.
	ADD_AUTHORITY = Governance.add_authority(AccountId, Vec<u8>, Vec<u8>, KeySignature);
	/// Remove an authority.
	REMOVE_AUTHORITY = Governance.remove_authority(AccountId);
	/// Announce an upgrade: the hash of the new runtime's code.
	ANNOUNCE_UPGRADE = Governance.announce_upgrade(Hash256);
	/// Cancel the announced upgrade.
	CANCEL_UPGRADE = Governance.cancel_upgrade();
	/// Authorize the announced upgrade after its notice period, as one authority.
	AUTHORIZE_UPGRADE = Governance.authorize_announced_upgrade();
	/// Open a channel: the receiver, the most messages in it, the most bytes in a message.
	OPEN_CHANNEL = Governance.open_channel(ParaId, u32, u32);
	/// Accept a channel: the sender.
	ACCEPT_CHANNEL = Governance.accept_channel(ParaId);
	/// Close a channel: the sender and the receiver.
	CLOSE_CHANNEL = Governance.close_channel(ParaId, ParaId);
	/// Apply the authorized upgrade: the new runtime's code.
	APPLY_UPGRADE = System.apply_authorized_upgrade(Vec<u8>);
}
