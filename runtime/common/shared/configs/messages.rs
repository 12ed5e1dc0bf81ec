//! Messages from and to other chains. Each chain accepts the few that [`salus_runtime_common::xcm`]
//! describes; `super::xcm` contains the differences between the chains.

use cumulus_primitives_core::{AggregateMessageOrigin, ParaId};
use frame_support::traits::{ConstU32, Disabled, Nothing, TransformOrigin};
use frame_system::EnsureNever;
use polkadot_runtime_common::xcm_sender::NoPriceForMessageDelivery;
use salus_runtime_common::xcm::{
	channels::RelayChannels,
	queues::{
		ParaIdToSibling, PausedSibling, SiblingFootprint, HEAP_SIZE, MAX_CHANNELS, MAX_PAGE_SIZE,
		MAX_STALE,
	},
	ExecutorConfig, MaxMessageWeight, Router, SomeMessageWeight, UniversalLocationOf, Weigher,
};
use xcm::latest::prelude::*;
use xcm_builder::ProcessXcmMessage;
use xcm_executor::XcmExecutor;

use super::xcm::{Barrier, OriginConverter, SafeCallFilter};
use crate::{
	AccountId, AllPalletsWithSystem, Balances, MessageQueue, ParachainInfo, ParachainSystem,
	PolkadotXcm, Runtime, RuntimeCall, RuntimeEvent, RuntimeOrigin, XcmpQueue,
};

/// Sends messages to other chains.
pub type XcmRouter = Router<ParachainSystem, XcmpQueue, PolkadotXcm>;
/// Opens and closes channels to other parachains.
pub type Channels = RelayChannels<XcmRouter, ParachainInfo>;

/// The configuration of the XCM executor.
pub type XcmConfig =
	ExecutorConfig<Runtime, AllPalletsWithSystem, Barrier, OriginConverter, SafeCallFilter>;

impl pallet_xcm::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type Currency = Balances;
	type CurrencyMatcher = ();
	type AuthorizedAliasConsideration = Disabled;
	type SendXcmOrigin = EnsureNever<Location>;
	type XcmRouter = XcmRouter;
	type ExecuteXcmOrigin = EnsureNever<Location>;
	type XcmExecuteFilter = Nothing;
	type XcmExecutor = XcmExecutor<XcmConfig>;
	type XcmTeleportFilter = Nothing;
	type XcmReserveTransferFilter = Nothing;
	type Weigher = Weigher<Runtime, MaxMessageWeight>;
	type UniversalLocation = UniversalLocationOf<ParachainInfo>;
	type RuntimeOrigin = RuntimeOrigin;
	type RuntimeCall = RuntimeCall;
	const VERSION_DISCOVERY_QUEUE_SIZE: u32 = 8;
	type AdvertisedXcmVersion = pallet_xcm::CurrentXcmVersion;
	type AdminOrigin = EnsureNever<AccountId>;
	type TrustedLockers = ();
	type SovereignAccountOf = ();
	type MaxLockers = ConstU32<0>;
	type MaxRemoteLockConsumers = ConstU32<0>;
	type RemoteLockConsumerIdentifier = ();
	// Its calls are filtered. The weigher knows the weight of what it does in messages.
	type WeightInfo = pallet_xcm::TestWeightInfo;
}

impl cumulus_pallet_xcm::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type XcmExecutor = XcmExecutor<XcmConfig>;
}

impl cumulus_pallet_xcmp_queue::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type ChannelInfo = ParachainSystem;
	type VersionWrapper = PolkadotXcm;
	type XcmpQueue = TransformOrigin<MessageQueue, AggregateMessageOrigin, ParaId, ParaIdToSibling>;
	type MaxInboundSuspended = ConstU32<MAX_CHANNELS>;
	type MaxActiveOutboundChannels = ConstU32<MAX_CHANNELS>;
	type MaxPageSize = ConstU32<MAX_PAGE_SIZE>;
	type ControllerOrigin = EnsureNever<AccountId>;
	type ControllerOriginConverter = ();
	type PriceForSiblingDelivery = NoPriceForMessageDelivery<ParaId>;
	type WeightInfo = cumulus_pallet_xcmp_queue::weights::SubstrateWeight<Runtime>;
}

impl pallet_message_queue::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = pallet_message_queue::weights::SubstrateWeight<Runtime>;
	type MessageProcessor =
		ProcessXcmMessage<AggregateMessageOrigin, XcmExecutor<XcmConfig>, RuntimeCall>;
	type Size = u32;
	type QueueChangeHandler = SiblingFootprint<XcmpQueue>;
	type QueuePausedQuery = PausedSibling<XcmpQueue>;
	type HeapSize = ConstU32<HEAP_SIZE>;
	type MaxStale = ConstU32<MAX_STALE>;
	type ServiceWeight = SomeMessageWeight;
	type IdleMaxServiceWeight = SomeMessageWeight;
}
