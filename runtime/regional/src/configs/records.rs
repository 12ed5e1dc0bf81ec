//! Members, their records, the grants of records, and the pins that keep envelopes.

use frame_support::{
	parameter_types,
	traits::{ConstU32, ConstU64},
};
use salus_runtime_common::constants::{
	ANSWER_TIME, AUTHORITY_QUOTA, DAY, HOUR, INVITED_QUOTA, MAX_AUTHORITIES, MAX_IN_FLIGHT,
	MAX_NONCE_GAP, MEMBER_QUOTA, MINUTE, QUOTA_PERIOD,
};

use super::governance::AuthoritiesOfChain;
use crate::{Crossing, Emr, Registry, Runtime, Session, Timestamp};

parameter_types! {
	pub const InvitedQuota: frame_support::weights::Weight = INVITED_QUOTA;
	pub const MemberQuota: frame_support::weights::Weight = MEMBER_QUOTA;
	pub const AuthorityQuota: frame_support::weights::Weight = AUTHORITY_QUOTA;
	/// The first bytes of every envelope: docs/envelope.md.
	pub const EnvelopeMagic: &'static [u8] = b"salusenv";
}

impl pallet_quota::Config for Runtime {
	type Admission = Registry;
	type Time = Timestamp;
	type Period = ConstU64<QUOTA_PERIOD>;
	type InvitedQuota = InvitedQuota;
	type MemberQuota = MemberQuota;
	type AuthorityQuota = AuthorityQuota;
	type MaxNonceGap = ConstU32<MAX_NONCE_GAP>;
	type WeightInfo = pallet_quota::weights::SubstrateWeight<Runtime>;
}

impl pallet_registry::Config for Runtime {
	type Authorities = AuthoritiesOfChain;
	type Time = Timestamp;
	type MinModulusBits = ConstU32<2048>;
	type MaxAuthorities = ConstU32<MAX_AUTHORITIES>;
	type InvitationsPerPeriod = ConstU32<100>;
	type AuthorityInvitationsPerPeriod = ConstU32<1_000>;
	type InvitationPeriod = ConstU64<DAY>;
	type CoolDown = ConstU64<DAY>;
	type Consortium = Crossing;
	type AnswerTime = ConstU64<ANSWER_TIME>;
	type MaxRetryTime = ConstU64<HOUR>;
	type MaxInFlight = ConstU32<MAX_IN_FLIGHT>;
	type WeightInfo = pallet_registry::weights::SubstrateWeight<Runtime>;
}

impl pallet_emr::Config for Runtime {
	type Members = Registry;
	type Time = Timestamp;
	type MaxEnvelopeSize = ConstU64<{ 1 << 40 }>;
	type WeightInfo = pallet_emr::weights::SubstrateWeight<Runtime>;
}

impl pallet_permissions::Config for Runtime {
	type Members = Registry;
	type Records = Emr;
	type Time = Timestamp;
	type MaxGrantsPerRecord = ConstU32<256>;
	type WeightInfo = pallet_permissions::weights::SubstrateWeight<Runtime>;
}

impl pallet_interregional::Config for Runtime {
	type Members = Registry;
	type Records = Emr;
	type Consortium = Crossing;
	type Time = Timestamp;
	type MaxGrantsPerRecord = ConstU32<256>;
	type AnswerTime = ConstU64<ANSWER_TIME>;
	type MaxInFlight = ConstU32<MAX_IN_FLIGHT>;
	type WeightInfo = pallet_interregional::weights::SubstrateWeight<Runtime>;
}

impl pallet_pinning::Config for Runtime {
	type Records = Emr;
	type Session = Session;
	type Time = Timestamp;
	type MaxPinners = ConstU32<MAX_AUTHORITIES>;
	type ReplicationTarget = pallet_governance::ReplicationTargetOf<Runtime>;
	type MaxBatch = ConstU32<64>;
	type RecheckPeriod = ConstU64<{ 6 * HOUR }>;
	type PinLifetime = ConstU64<{ 3 * DAY }>;
	type ReportLifetime = ConstU64<{ 5 * MINUTE }>;
	type EnvelopeMagic = EnvelopeMagic;
	// Under an account's next transactions and over the tail of a flood: a pinner has one report at a
	// time in the pool.
	type ReportPriority = ConstU64<{ 1 << 36 }>;
	type WeightInfo = pallet_pinning::weights::SubstrateWeight<Runtime>;
}
