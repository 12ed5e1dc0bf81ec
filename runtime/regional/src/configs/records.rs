//! Members, records, grants and pins.

use frame_support::{
	parameter_types,
	traits::{ConstU32, ConstU64},
};
use salus_primitives::Rate;
use salus_runtime_common::constants::{
	ANSWER_TIME, DAY, HISTORY_TIME, HOUR, MAX_AUTHORITIES, MINUTE,
};

use super::{governance::AuthoritiesOfChain, system::PollWeight};
use crate::{Crossing, Emr, History, Registry, Runtime, Session, Timestamp};

parameter_types! {
	/// The first bytes of every envelope (docs/envelope.md).
	pub const EnvelopeMagic: &'static [u8] = b"salusenv";
	/// Room for a patient's history at once, then twelve records an hour.
	pub const RecordRate: Rate = Rate { burst: 500, interval: 5 * MINUTE };
	/// Each rotation leaves a key in the state for ever.
	pub const RotationRate: Rate = Rate { burst: 5, interval: 6 * HOUR };
}

impl pallet_registry::Config for Runtime {
	type Authorities = AuthoritiesOfChain;
	type Time = Timestamp;
	type MinModulusBits = ConstU32<2048>;
	type MaxAuthorities = ConstU32<MAX_AUTHORITIES>;
	type InvitationsPerPeriod = ConstU32<100>;
	type AuthorityInvitationsPerPeriod = ConstU32<1_000>;
	type InvitationPeriod = ConstU64<DAY>;
	type MotionTime = ConstU64<{ 14 * DAY }>;
	type CoolDown = ConstU64<DAY>;
	type RotationRate = RotationRate;
	type History = History;
	type Consortium = Crossing;
	type AnswerTime = ConstU64<ANSWER_TIME>;
	type MaxRetryTime = ConstU64<HOUR>;
	type PollWeight = PollWeight;
	type WeightInfo = pallet_registry::weights::SubstrateWeight<Runtime>;
}

impl pallet_emr::Config for Runtime {
	type Members = Registry;
	type Time = Timestamp;
	type MaxEnvelopeSize = ConstU64<{ 1 << 40 }>;
	type RecordRate = RecordRate;
	type WeightInfo = pallet_emr::weights::SubstrateWeight<Runtime>;
}

impl pallet_permissions::Config for Runtime {
	type Members = Registry;
	type Records = Emr;
	type History = History;
	type Time = Timestamp;
	type MaxGrantsPerRecord = ConstU32<256>;
	type PollWeight = PollWeight;
	type WeightInfo = pallet_permissions::weights::SubstrateWeight<Runtime>;
}

impl pallet_interregional::Config for Runtime {
	type Members = Registry;
	type Records = Emr;
	type History = History;
	type Consortium = Crossing;
	type Time = Timestamp;
	type MaxGrantsPerRecord = ConstU32<256>;
	// As many as the consortium keeps of a patient for one grantee.
	type MaxWaitingPerPatient = ConstU32<500>;
	type PollWeight = PollWeight;
	type WeightInfo = pallet_interregional::weights::SubstrateWeight<Runtime>;
}

impl pallet_history::Config for Runtime {
	type Time = Timestamp;
	type Lifetime = ConstU64<HISTORY_TIME>;
	type PollWeight = PollWeight;
	type WeightInfo = pallet_history::weights::SubstrateWeight<Runtime>;
}

impl pallet_pinning::Config for Runtime {
	type Records = Emr;
	type Session = Session;
	type Time = Timestamp;
	type MaxPinners = ConstU32<MAX_AUTHORITIES>;
	type ReplicationTarget = pallet_governance::ReplicationTargetOf<Runtime>;
	// A full report fits into a block.
	type MaxBatch = ConstU32<32>;
	type RecheckPeriod = ConstU64<{ 6 * HOUR }>;
	type PinLifetime = ConstU64<{ 3 * DAY }>;
	type ReportLifetime = ConstU64<{ 5 * MINUTE }>;
	type EnvelopeMagic = EnvelopeMagic;
	// Below the next transactions of an account, and above the end of a flood. A pinner has one
	// report in the pool at a time.
	type ReportPriority = ConstU64<{ 1 << 36 }>;
	type WeightInfo = pallet_pinning::weights::SubstrateWeight<Runtime>;
}
