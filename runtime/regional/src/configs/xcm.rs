//! Messages from and to other chains. No message can dispatch a call here: no location converts to
//! an origin. Nothing can be moved, and nobody may send or execute XCM of their own.

use cumulus_primitives_core::{AggregateMessageOrigin, ParaId};
use frame_support::{
	parameter_types,
	traits::{ConstU32, Disabled, Nothing, TransformOrigin},
	weights::Weight,
};
use frame_system::EnsureNever;
use polkadot_runtime_common::xcm_sender::NoPriceForMessageDelivery;
use salus_runtime_common::constants::MAXIMUM_BLOCK_WEIGHT;
use sp_runtime::traits::Convert;
use xcm::latest::prelude::*;
use xcm_builder::{
	AllowHrmpNotificationsFromRelayChain, AllowKnownQueryResponses, AllowSubscriptionsFrom,
	FixedWeightBounds, FrameTransactionalProcessor, TrailingSetTopicAsId, WithUniqueTopic,
};
use xcm_executor::XcmExecutor;

use crate::{
	AccountId, AllPalletsWithSystem, Balances, MessageQueue, ParachainInfo, ParachainSystem,
	PolkadotXcm, Runtime, RuntimeCall, RuntimeEvent, RuntimeOrigin, XcmpQueue,
};

parameter_types! {
	/// The origin under which the relay chain's messages are queued.
	pub RelayOrigin: AggregateMessageOrigin = AggregateMessageOrigin::Parent;
	/// Where this chain stands.
	pub UniversalLocation: InteriorLocation =
		[GlobalConsensus(NetworkId::ByGenesis([0; 32])), Parachain(ParachainInfo::parachain_id().into())].into();
	/// Weight of one instruction of a message.
	pub const InstructionWeight: Weight = Weight::from_parts(1_000_000_000, 64 * 1024);
	/// The most weight that queued messages take of a block.
	pub const MessageWeight: Weight = MAXIMUM_BLOCK_WEIGHT.saturating_div(5);
}

/// The longest program that is looked at.
const MAX_INSTRUCTIONS: u32 = 64;

/// Messages leave upwards to the relay chain or sideways to siblings.
pub type XcmRouter = WithUniqueTopic<(
	cumulus_primitives_utility::ParentAsUmp<ParachainSystem, PolkadotXcm, ()>,
	XcmpQueue,
)>;

/// What may be executed: answers to questions asked, notices about channels, and the negotiation
/// of XCM versions.
pub type Barrier = TrailingSetTopicAsId<(
	AllowKnownQueryResponses<PolkadotXcm>,
	AllowHrmpNotificationsFromRelayChain,
	AllowSubscriptionsFrom<ParentOrSibling>,
)>;

/// The relay chain, and the parachains beside this one.
pub struct ParentOrSibling;

impl frame_support::traits::Contains<Location> for ParentOrSibling {
	fn contains(location: &Location) -> bool {
		matches!(location.unpack(), (1, []) | (1, [Parachain(_)]))
	}
}

type Weigher = FixedWeightBounds<InstructionWeight, RuntimeCall, ConstU32<MAX_INSTRUCTIONS>>;

/// The settings of the XCM executor.
pub struct XcmConfig;

impl xcm_executor::Config for XcmConfig {
	type RuntimeCall = RuntimeCall;
	type XcmSender = XcmRouter;
	type XcmEventEmitter = PolkadotXcm;
	type AssetTransactor = ();
	type OriginConverter = ();
	type IsReserve = ();
	type IsTeleporter = ();
	type Aliasers = Nothing;
	type UniversalLocation = UniversalLocation;
	type Barrier = Barrier;
	type Weigher = Weigher;
	type Trader = ();
	type ResponseHandler = PolkadotXcm;
	type AssetTrap = ();
	type AssetLocker = ();
	type AssetExchanger = ();
	type SubscriptionService = PolkadotXcm;
	type PalletInstancesInfo = AllPalletsWithSystem;
	type MaxAssetsIntoHolding = ConstU32<1>;
	type FeeManager = xcm_executor::traits::WaiveDeliveryFees;
	type MessageExporter = ();
	type UniversalAliases = Nothing;
	type CallDispatcher = RuntimeCall;
	type SafeCallFilter = Nothing;
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
	type Weigher = Weigher;
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
	type MaxInboundSuspended = ConstU32<128>;
	type MaxActiveOutboundChannels = ConstU32<128>;
	type MaxPageSize = ConstU32<{ 64 * 1024 }>;
	type ControllerOrigin = EnsureNever<AccountId>;
	type ControllerOriginConverter = ();
	type PriceForSiblingDelivery = NoPriceForMessageDelivery<ParaId>;
	type WeightInfo = cumulus_pallet_xcmp_queue::weights::SubstrateWeight<Runtime>;
}

/// A sibling's messages are queued under its own origin.
pub struct ParaIdToSibling;

impl Convert<ParaId, AggregateMessageOrigin> for ParaIdToSibling {
	fn convert(para: ParaId) -> AggregateMessageOrigin {
		AggregateMessageOrigin::Sibling(para)
	}
}

/// Pauses a sibling's queue when XCMP suspended its channel.
pub struct PausedSibling;

impl frame_support::traits::QueuePausedQuery<AggregateMessageOrigin> for PausedSibling {
	fn is_paused(origin: &AggregateMessageOrigin) -> bool {
		match origin {
			AggregateMessageOrigin::Sibling(para) => {
				<XcmpQueue as frame_support::traits::QueuePausedQuery<ParaId>>::is_paused(para)
			}
			_ => false,
		}
	}
}

/// Tells XCMP how full a sibling's queue is.
pub struct SiblingFootprint;

impl pallet_message_queue::OnQueueChanged<AggregateMessageOrigin> for SiblingFootprint {
	fn on_queue_changed(
		origin: AggregateMessageOrigin,
		footprint: frame_support::traits::QueueFootprint,
	) {
		if let AggregateMessageOrigin::Sibling(para) = origin {
			<XcmpQueue as pallet_message_queue::OnQueueChanged<ParaId>>::on_queue_changed(
				para, footprint,
			);
		}
	}
}

impl pallet_message_queue::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = pallet_message_queue::weights::SubstrateWeight<Runtime>;
	type MessageProcessor =
		xcm_builder::ProcessXcmMessage<AggregateMessageOrigin, XcmExecutor<XcmConfig>, RuntimeCall>;
	type Size = u32;
	type QueueChangeHandler = SiblingFootprint;
	type QueuePausedQuery = PausedSibling;
	type HeapSize = ConstU32<{ 103 * 1024 }>;
	type MaxStale = ConstU32<8>;
	type ServiceWeight = SomeMessageWeight;
	type IdleMaxServiceWeight = SomeMessageWeight;
}

parameter_types! {
	pub const SomeMessageWeight: Option<Weight> = Some(MessageWeight::get());
}
