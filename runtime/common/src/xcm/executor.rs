//! The configuration of the XCM executor.

use core::marker::PhantomData;

use frame_support::traits::{ConstU32, Contains, Nothing, PalletsInfoAccess};
use sp_runtime::traits::Dispatchable;
use xcm_builder::FrameTransactionalProcessor;
use xcm_executor::traits::{ConvertOrigin, ShouldExecute, WaiveDeliveryFees};

/// The executor of every chain. The chains differ in the parameters; all that concerns assets, fees
/// and other consensus systems is off.
///
/// - `T`: the runtime, which configures router, weigher and location in `pallet-xcm`.
/// - `Pallets`: the pallets of the runtime.
/// - `Barrier`: decides which messages are executed.
/// - `Origins`: converts the sender to an origin.
/// - `Calls`: the calls that a message can dispatch.
pub struct ExecutorConfig<T, Pallets, Barrier, Origins, Calls>(
	PhantomData<(T, Pallets, Barrier, Origins, Calls)>,
);

type CallOf<T> = <T as pallet_xcm::Config>::RuntimeCall;

impl<T, Pallets, Barrier, Origins, Calls> xcm_executor::Config
	for ExecutorConfig<T, Pallets, Barrier, Origins, Calls>
where
	T: pallet_xcm::Config,
	Pallets: PalletsInfoAccess,
	Barrier: ShouldExecute,
	Origins: ConvertOrigin<<CallOf<T> as Dispatchable>::RuntimeOrigin>,
	Calls: Contains<CallOf<T>>,
{
	type RuntimeCall = CallOf<T>;
	type XcmSender = T::XcmRouter;
	type XcmEventEmitter = pallet_xcm::Pallet<T>;
	type AssetTransactor = ();
	type OriginConverter = Origins;
	type IsReserve = ();
	type IsTeleporter = ();
	type Aliasers = Nothing;
	type UniversalLocation = T::UniversalLocation;
	type Barrier = Barrier;
	type Weigher = T::Weigher;
	type Trader = ();
	type ResponseHandler = pallet_xcm::Pallet<T>;
	type AssetTrap = ();
	type AssetLocker = ();
	type AssetExchanger = ();
	type SubscriptionService = pallet_xcm::Pallet<T>;
	type PalletInstancesInfo = Pallets;
	type MaxAssetsIntoHolding = ConstU32<1>;
	type FeeManager = WaiveDeliveryFees;
	type MessageExporter = ();
	type UniversalAliases = Nothing;
	type CallDispatcher = CallOf<T>;
	type SafeCallFilter = Calls;
	type TransactionalProcessor = FrameTransactionalProcessor;
	type HrmpNewChannelOpenRequestHandler = ();
	type HrmpChannelAcceptedHandler = ();
	type HrmpChannelClosingHandler = ();
	type XcmRecorder = pallet_xcm::Pallet<T>;
}
