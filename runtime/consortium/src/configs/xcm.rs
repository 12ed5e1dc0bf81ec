//! Messages from and to other chains: what is let in is in [`salus_runtime_common::xcm`]. Regions
//! can dispatch the four crossing calls here, as the parachains that they are, and nobody anything
//! else. What one that was expelled may still say the consortium pallet decides.

use cumulus_primitives_core::{AggregateMessageOrigin, ParaId};
use frame_support::traits::{ConstU32, Contains, Disabled, Nothing, TransformOrigin};
use frame_system::EnsureNever;
use polkadot_runtime_common::xcm_sender::NoPriceForMessageDelivery;
use salus_runtime_common::xcm::{
	barrier::ConsortiumBarrier,
	channels::RelayChannels,
	origins::SiblingAsXcm,
	queues::{
		ParaIdToSibling, PausedSibling, SiblingFootprint, HEAP_SIZE, MAX_CHANNELS, MAX_PAGE_SIZE,
		MAX_STALE,
	},
	MaxMessageWeight, Router, SomeMessageWeight, UniversalLocationOf, Weigher,
};
use xcm::latest::prelude::*;
use xcm_builder::{FrameTransactionalProcessor, ProcessXcmMessage};
use xcm_executor::{traits::WaiveDeliveryFees, XcmExecutor};

use crate::{
	AccountId, AllPalletsWithSystem, Balances, Consortium, MessageQueue, ParachainInfo,
	ParachainSystem, PolkadotXcm, Runtime, RuntimeCall, RuntimeEvent, RuntimeOrigin, XcmpQueue,
};

/// How messages leave this chain.
pub type XcmRouter = Router<ParachainSystem, XcmpQueue, PolkadotXcm>;
/// Channels to other parachains.
pub type Channels = RelayChannels<XcmRouter, ParachainInfo>;

/// Where this chain is.
pub type UniversalLocation = UniversalLocationOf<ParachainInfo>;
/// What messages weigh.
pub type XcmWeigher = Weigher<Runtime, MaxMessageWeight>;

/// The closed list of what messages may dispatch: the four crossing calls.
pub struct Crossing;

impl Contains<RuntimeCall> for Crossing {
	fn contains(call: &RuntimeCall) -> bool {
		use pallet_consortium::Call;
		matches!(
			call,
			RuntimeCall::Consortium(
				Call::enlist_provider { .. }
					| Call::update_provider { .. }
					| Call::deliver_grant { .. }
					| Call::revoke_grant { .. }
			)
		)
	}
}

/// The settings of the XCM executor.
pub struct XcmConfig;

impl xcm_executor::Config for XcmConfig {
	type RuntimeCall = RuntimeCall;
	type XcmSender = XcmRouter;
	type XcmEventEmitter = PolkadotXcm;
	type AssetTransactor = ();
	type OriginConverter = SiblingAsXcm<RuntimeOrigin>;
	type IsReserve = ();
	type IsTeleporter = ();
	type Aliasers = Nothing;
	type UniversalLocation = UniversalLocation;
	type Barrier = ConsortiumBarrier<PolkadotXcm, Consortium>;
	type Weigher = XcmWeigher;
	type Trader = ();
	type ResponseHandler = PolkadotXcm;
	type AssetTrap = ();
	type AssetLocker = ();
	type AssetExchanger = ();
	type SubscriptionService = PolkadotXcm;
	type PalletInstancesInfo = AllPalletsWithSystem;
	type MaxAssetsIntoHolding = ConstU32<1>;
	type FeeManager = WaiveDeliveryFees;
	type MessageExporter = ();
	type UniversalAliases = Nothing;
	type CallDispatcher = RuntimeCall;
	type SafeCallFilter = Crossing;
	type TransactionalProcessor = FrameTransactionalProcessor;
	type HrmpNewChannelOpenRequestHandler = ();
	type HrmpChannelAcceptedHandler = ();
	type HrmpChannelClosingHandler = ();
	type XcmRecorder = PolkadotXcm;
}

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
	type Weigher = XcmWeigher;
	type UniversalLocation = UniversalLocation;
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
	// Nobody can dispatch its calls; what it does in messages, the weigher weighs.
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
