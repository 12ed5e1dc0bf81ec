//! The calls that members, authorities and their clients make, on a region's chain and on the
//! consortium's.

use super::{
	call::{Call, CallDef},
	ChainKind,
};
use codec::{Compact, Decode, Encode};
use salus_primitives::{
	AccountId, CidBytes, EncryptionKey, Hash256, KeySignature, KeyVersion, MemberId, Moment,
	ParaId, PatientId, ProfessionalName, ProfessionalNumber, Purpose, RecordId, RemoteProvider,
	SealedName, WrappedKey,
};
use scale_info::TypeInfo;
use subxt::metadata::Metadata;

/// What authorities vote on: the registry's `Motion`.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub enum Motion {
	/// Verify what an account applied for.
	Verify {
		/// The account that applied.
		account: AccountId,
		/// The hash of what it applied for.
		application: Hash256,
	},
	/// Suspend a verified provider.
	Suspend {
		/// Its professional number.
		number: ProfessionalNumber,
	},
	/// Reinstate a suspended provider.
	Reinstate {
		/// Its professional number.
		number: ProfessionalNumber,
	},
}

/// A weight: picoseconds, and bytes of proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Weight {
	/// Picoseconds of one reference core.
	#[codec(compact)]
	pub ref_time: u64,
	/// Bytes of storage proof.
	#[codec(compact)]
	pub proof_size: u64,
}

/// A bound on the weight of what a motion does, above that of any governance call.
pub const MOTION_WEIGHT: Weight = Weight {
	ref_time: 20_000_000_000,
	proof_size: 200_000,
};

/// What the authorities may set: the governance pallet's `Parameter`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub enum Parameter {
	/// Milliseconds between the announcement of an upgrade and its authorization.
	NoticePeriod(Moment),
	/// Pins that each record's envelope should have.
	ReplicationTarget(u32),
}

/// `Registry.invite`: let an account in.
pub const INVITE: CallDef<(AccountId,)> = CallDef::new("Registry", "invite");
/// `Registry.register_patient`: commitment to the name, encryption key, the account's signature.
pub const REGISTER_PATIENT: CallDef<(Hash256, EncryptionKey, KeySignature)> =
	CallDef::new("Registry", "register_patient");
/// `Registry.apply_as_provider`: number, professional name, encryption key, signature.
pub const APPLY_AS_PROVIDER: CallDef<(
	ProfessionalNumber,
	ProfessionalName,
	EncryptionKey,
	KeySignature,
)> = CallDef::new("Registry", "apply_as_provider");
/// `Registry.withdraw_application`: an applicant takes its application back.
pub const WITHDRAW_APPLICATION: CallDef<()> = CallDef::new("Registry", "withdraw_application");
/// `Registry.vote`: an authority's vote.
pub const VOTE: CallDef<(Motion, bool)> = CallDef::new("Registry", "vote");
/// `Registry.retire`: a provider retires, for good.
pub const RETIRE: CallDef<()> = CallDef::new("Registry", "retire");
/// `Registry.rotate_key`: the new version, the key, the account's signature.
pub const ROTATE_KEY: CallDef<(KeyVersion, EncryptionKey, KeySignature)> =
	CallDef::new("Registry", "rotate_key");
/// `Registry.enlist`: a verified provider has its region enter it into the consortium's directory.
pub const ENLIST: CallDef<()> = CallDef::new("Registry", "enlist");

/// The arguments of [`ADD_RECORD`].
pub type AddRecord = (
	PatientId,
	ProfessionalNumber,
	SealedName,
	Hash256,
	CidBytes,
	u64,
	WrappedKey,
	WrappedKey,
	Option<RecordId>,
);
/// `Emr.add_record`: patient, author, sealed name, blinded hash, CID, size, the record key wrapped
/// for the patient and for the author, the record that it amends.
pub const ADD_RECORD: CallDef<AddRecord> = CallDef::new("Emr", "add_record");

/// `Permissions.grant`: record, grantee, wrapped key, expiry, purpose.
pub const GRANT: CallDef<(RecordId, MemberId, WrappedKey, Option<Moment>, Purpose)> =
	CallDef::new("Permissions", "grant");
/// `Permissions.revoke`: record, grantee.
pub const REVOKE: CallDef<(RecordId, MemberId)> = CallDef::new("Permissions", "revoke");

/// The arguments of [`GRANT_INTERREGIONAL`].
pub type GrantInterregional = (
	RecordId,
	RemoteProvider,
	WrappedKey,
	Option<Moment>,
	Purpose,
);
/// `Interregional.grant`: record, provider of another region, wrapped key, expiry,
/// purpose.
pub const GRANT_INTERREGIONAL: CallDef<GrantInterregional> =
	CallDef::new("Interregional", "grant");
/// `Interregional.forward`: a verified provider sends a grant to the consortium.
pub const FORWARD: CallDef<(RecordId, RemoteProvider)> = CallDef::new("Interregional", "forward");
/// `Interregional.revoke`: record, provider of another region.
pub const REVOKE_INTERREGIONAL: CallDef<(RecordId, RemoteProvider)> =
	CallDef::new("Interregional", "revoke");

/// `Council.vote`: the motion's hash and number, and the vote.
pub const COUNCIL_VOTE: CallDef<(Hash256, Compact<u32>, bool)> = CallDef::new("Council", "vote");
/// `Council.close`: the motion's hash and number, bounds of its weight and length.
pub const COUNCIL_CLOSE: CallDef<(Hash256, Compact<u32>, Weight, Compact<u32>)> =
	CallDef::new("Council", "close");

/// `Governance.add_authority`: an account whose session keys are set.
pub const ADD_AUTHORITY: CallDef<(AccountId,)> = CallDef::new("Governance", "add_authority");
/// `Governance.remove_authority`.
pub const REMOVE_AUTHORITY: CallDef<(AccountId,)> = CallDef::new("Governance", "remove_authority");
/// `Governance.announce_upgrade`: the hash of the new runtime's code.
pub const ANNOUNCE_UPGRADE: CallDef<(Hash256,)> = CallDef::new("Governance", "announce_upgrade");
/// `Governance.cancel_upgrade`: the announced one is off.
pub const CANCEL_UPGRADE: CallDef<()> = CallDef::new("Governance", "cancel_upgrade");
/// `Governance.authorize_announced_upgrade`: by one authority, after the notice period.
pub const AUTHORIZE_UPGRADE: CallDef<()> =
	CallDef::new("Governance", "authorize_announced_upgrade");
/// `Governance.set_parameter`.
pub const SET_PARAMETER: CallDef<(Parameter,)> = CallDef::new("Governance", "set_parameter");
/// `Governance.open_channel`: to whom, the most messages in it, the longest message in bytes.
pub const OPEN_CHANNEL: CallDef<(ParaId, u32, u32)> = CallDef::new("Governance", "open_channel");
/// `Governance.accept_channel`: from whom.
pub const ACCEPT_CHANNEL: CallDef<(ParaId,)> = CallDef::new("Governance", "accept_channel");
/// `Governance.close_channel`: from whom and to whom.
pub const CLOSE_CHANNEL: CallDef<(ParaId, ParaId)> = CallDef::new("Governance", "close_channel");
/// `System.apply_authorized_upgrade`: the new runtime's code.
pub const APPLY_UPGRADE: CallDef<(Vec<u8>,)> = CallDef::new("System", "apply_authorized_upgrade");

/// `Consortium.admit_region`: its parachain id and the hash of its first block.
pub const ADMIT_REGION: CallDef<(ParaId, Hash256)> = CallDef::new("Consortium", "admit_region");
/// `Consortium.expel_region`: its parachain id.
pub const EXPEL_REGION: CallDef<(ParaId,)> = CallDef::new("Consortium", "expel_region");

/// What differs between the calls here and those of a chain of this kind, one line each.
pub fn drift(metadata: &Metadata, kind: ChainKind) -> Vec<String> {
	let mut all = match kind {
		ChainKind::Region => region(metadata),
		ChainKind::Consortium => vec![ADMIT_REGION.check(metadata), EXPEL_REGION.check(metadata)],
	};
	all.extend(everywhere(metadata));
	all.into_iter().filter_map(Result::err).collect()
}

fn region(metadata: &Metadata) -> Vec<Result<(), String>> {
	let forward = FORWARD.with((
		0,
		RemoteProvider {
			region: 0,
			number: ProfessionalNumber(Default::default()),
		},
	));
	vec![
		INVITE.check(metadata),
		REGISTER_PATIENT.check(metadata),
		APPLY_AS_PROVIDER.check(metadata),
		WITHDRAW_APPLICATION.check(metadata),
		VOTE.check(metadata),
		RETIRE.check(metadata),
		ROTATE_KEY.check(metadata),
		ENLIST.check(metadata),
		ADD_RECORD.check(metadata),
		GRANT.check(metadata),
		REVOKE.check(metadata),
		GRANT_INTERREGIONAL.check(metadata),
		REVOKE_INTERREGIONAL.check(metadata),
		Call::batch_all(vec![RETIRE.with(())]).check(metadata),
		Call::force_batch(vec![forward]).check(metadata),
		SET_PARAMETER.check(metadata),
	]
}

fn everywhere(metadata: &Metadata) -> [Result<(), String>; 12] {
	let nested = CANCEL_UPGRADE.with(());
	[
		COUNCIL_VOTE.check(metadata),
		COUNCIL_CLOSE.check(metadata),
		ADD_AUTHORITY.check(metadata),
		REMOVE_AUTHORITY.check(metadata),
		ANNOUNCE_UPGRADE.check(metadata),
		CANCEL_UPGRADE.check(metadata),
		AUTHORIZE_UPGRADE.check(metadata),
		OPEN_CHANNEL.check(metadata),
		ACCEPT_CHANNEL.check(metadata),
		CLOSE_CHANNEL.check(metadata),
		APPLY_UPGRADE.check(metadata),
		Call::propose(2, nested, 2).check(metadata),
	]
}
