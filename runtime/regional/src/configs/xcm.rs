//! Messages from and to other chains: what is let in is in [`salus_runtime_common::xcm`]. No
//! message can dispatch a call here: no location converts to an origin. What this region says to the
//! consortium goes through [`pallet_crossing`].

use cumulus_primitives_core::{AggregateMessageOrigin, ParaId};
use frame_support::{
	parameter_types,
	traits::{ConstU32, Disabled, Get, Nothing, TransformOrigin},
};
use frame_system::EnsureNever;
use pallet_crossing::PalletXcmQueries;
use polkadot_runtime_common::xcm_sender::NoPriceForMessageDelivery;
use salus_runtime_common::{
	constants::{CONSORTIUM, MAX_AWAITED},
	xcm::{
		barrier::RegionBarrier,
		channels::RelayChannels,
		origins::EnsureAnswerFrom,
		queues::{
			ParaIdToSibling, PausedSibling, SiblingFootprint, HEAP_SIZE, MAX_CHANNELS,
			MAX_PAGE_SIZE, MAX_STALE,
		},
		sibling, MaxMessageWeight, Router, SomeMessageWeight, UniversalLocationOf, Weigher,
	},
};
use xcm::latest::prelude::*;
use xcm_builder::{FrameTransactionalProcessor, ProcessXcmMessage};
use xcm_executor::{traits::WaiveDeliveryFees, XcmExecutor};

use crate::{
	AccountId, AllPalletsWithSystem, Balances, Interregional, MessageQueue, ParachainInfo,
	ParachainSystem, PolkadotXcm, Registry, Runtime, RuntimeCall, RuntimeEvent, RuntimeOrigin,
	XcmpQueue,
};

parameter_types! {
	/// Where the consortium is.
	pub ConsortiumLocation: Location = sibling(CONSORTIUM);
}

/// How messages leave this chain.
pub type XcmRouter = Router<ParachainSystem, XcmpQueue, PolkadotXcm>;
/// Channels to other parachains.
pub type Channels = RelayChannels<XcmRouter, ParachainInfo>;

type UniversalLocation = UniversalLocationOf<ParachainInfo>;
type XcmWeigher = Weigher<Runtime, MaxMessageWeight>;

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
	type Barrier = RegionBarrier<PolkadotXcm>;
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

/// The region that this chain is.
pub struct Region;

impl Get<u32> for Region {
	fn get() -> u32 {
		ParachainInfo::parachain_id().into()
	}
}

impl pallet_crossing::Config for Runtime {
	type NotifyCall = RuntimeCall;
	type NotifyQueries = PalletXcmQueries<Runtime>;
	type Router = XcmRouter;
	type AnswerOrigin = EnsureAnswerFrom<ConsortiumLocation>;
	// The one whose taking of an answer costs more goes first.
	type Receivers = (Interregional, Registry);
	type Region = Region;
	type Consortium = ConstU32<CONSORTIUM>;
	type MaxAwaited = ConstU32<MAX_AWAITED>;
	type WeightInfo = pallet_crossing::weights::SubstrateWeight<Runtime>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = OpenChannel;
}

/// Opens the channel to the consortium, with a message in it: a page that is there is read, and counted.
#[cfg(feature = "runtime-benchmarks")]
pub struct OpenChannel;

#[cfg(feature = "runtime-benchmarks")]
impl pallet_crossing::BenchmarkHelper for OpenChannel {
	fn connect() {
		ParachainSystem::open_outbound_hrmp_channel_for_benchmarks_or_tests(CONSORTIUM.into());
		let program = Xcm(alloc::vec![ClearOrigin]);
		let sent = send_xcm::<XcmRouter>(ConsortiumLocation::get(), program);
		sent.expect("the channel is open");
	}
}
