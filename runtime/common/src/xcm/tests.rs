//! Weigher, barriers, origins and channels, each by itself.

use core::cell::RefCell;
use std::thread_local;

use codec::Encode;
use frame_support::{
	derive_impl,
	traits::{Contains, Get, ProcessMessageError},
	weights::Weight,
};
use pallet_governance::{ChannelError, Channels};
use salus_primitives::traits::KnownRegions;
use xcm::latest::prelude::*;
use xcm_executor::traits::{ConvertOrigin, OnResponse, Properties, ShouldExecute, WeightBounds};

use super::{
	barrier::{ConsortiumBarrier, KnownSiblings, ParentOrSibling, RegionBarrier},
	channels::{HrmpCall, RelayChannels},
	origins::SiblingAsXcm,
	sibling, MaxMessageWeight, MessageWeight, Weigher, MAX_INSTRUCTIONS,
};

const REGION: u32 = 2001;
const UNKNOWN: u32 = 2002;
const QUERY: u64 = 7;

/// Knows one region.
struct Regions;
impl KnownRegions for Regions {
	fn is_known(region: u32) -> bool {
		region == REGION
	}
}

/// Expects an answer to one query of this chain, from one region.
struct Answers;
impl OnResponse for Answers {
	fn expecting_response(origin: &Location, query: u64, querier: Option<&Location>) -> bool {
		*origin == sibling(REGION) && query == QUERY && querier == Some(&Location::here())
	}
	fn on_response(
		_origin: &Location,
		_query: u64,
		_querier: Option<&Location>,
		_response: Response,
		_max_weight: Weight,
		_context: &XcmContext,
	) -> Weight {
		unreachable!("a barrier does not execute")
	}
}

type Block = frame_system::mocking::MockBlock<Test>;

#[frame_support::runtime]
mod runtime {
	#[runtime::runtime]
	#[runtime::derive(
		RuntimeCall,
		RuntimeEvent,
		RuntimeError,
		RuntimeOrigin,
		RuntimeFreezeReason,
		RuntimeHoldReason,
		RuntimeSlashReason,
		RuntimeLockId,
		RuntimeTask
	)]
	pub struct Test;

	#[runtime::pallet_index(0)]
	pub type System = frame_system;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
}

fn answer_to(destination: Location) -> QueryResponseInfo {
	QueryResponseInfo {
		destination,
		query_id: QUERY,
		max_weight: Weight::from_parts(1, 1),
	}
}

/// The program of a crossing call, with this destination of its answers.
fn program(answers: Location) -> Vec<Instruction<RuntimeCall>> {
	let remark: RuntimeCall = frame_system::Call::remark { remark: vec![1] }.into();
	vec![
		UnpaidExecution {
			weight_limit: Unlimited,
			check_origin: None,
		},
		SetErrorHandler(Xcm(vec![ReportError(answer_to(answers.clone()))])),
		Transact {
			origin_kind: OriginKind::Xcm,
			fallback_max_weight: None,
			call: remark.encode().into(),
		},
		ReportTransactStatus(answer_to(answers)),
		SetTopic([9; 32]),
	]
}

fn answer(querier: Option<Location>) -> Instruction<RuntimeCall> {
	QueryResponse {
		query_id: QUERY,
		response: Response::DispatchResult(MaybeErrorCode::Success),
		max_weight: Weight::from_parts(10, 1),
		querier,
	}
}

fn allowed<Barrier: ShouldExecute>(
	origin: Location,
	mut program: Vec<Instruction<RuntimeCall>>,
) -> Result<Option<XcmHash>, ProcessMessageError> {
	let mut properties = Properties {
		weight_credit: Weight::zero(),
		message_id: None,
	};
	let weight = Weight::from_parts(1_000, 1_000);
	Barrier::should_execute(&origin, &mut program, weight, &mut properties)?;
	Ok(properties.message_id)
}

type AtConsortium = ConsortiumBarrier<Answers, Regions>;
type AtRegion = RegionBarrier<Answers>;

#[test]
fn only_the_consortium_accepts_the_program_of_a_known_region() {
	let region = sibling(REGION);
	assert_eq!(
		allowed::<AtConsortium>(region.clone(), program(region.clone())),
		Ok(Some([9; 32]))
	);
	assert!(allowed::<AtRegion>(region.clone(), program(region)).is_err());
}

#[test]
fn the_consortium_refuses_the_program_from_any_other_sender() {
	let account = AccountId32 {
		network: None,
		id: [1; 32],
	};
	for origin in [
		sibling(UNKNOWN),
		sibling(2003),
		Location::here(),
		Location::parent(),
		Location::new(0, [Parachain(REGION)]),
		Location::new(2, [Parachain(REGION)]),
		Location::new(1, [Parachain(REGION), account]),
		Location::new(0, [account]),
	] {
		assert!(
			allowed::<AtConsortium>(origin.clone(), program(origin.clone())).is_err(),
			"{origin:?}"
		);
	}
}

/// Otherwise a region could make the consortium send messages to other chains in its own name.
#[test]
fn a_program_with_answers_to_other_chains_is_refused() {
	let region = sibling(REGION);
	for other in [sibling(UNKNOWN), Location::parent(), Location::here()] {
		for place in [1, 3] {
			let mut instructions = program(region.clone());
			instructions[place] = program(other.clone())[place].clone();
			assert_eq!(
				allowed::<AtConsortium>(region.clone(), instructions),
				Err(ProcessMessageError::Unsupported),
				"{other:?} {place}"
			);
		}
	}
}

#[test]
fn a_program_must_begin_with_unpaid_execution() {
	let region = sibling(REGION);
	let mut instructions = program(region.clone());
	instructions.remove(0);
	assert!(allowed::<AtConsortium>(region.clone(), instructions).is_err());
	// An instruction before it could change the origin to a location inside the region.
	let mut instructions = program(region.clone());
	instructions.insert(0, DescendOrigin([Parachain(1)].into()));
	assert!(allowed::<AtConsortium>(region, instructions).is_err());
}

#[test]
fn only_an_expected_answer_is_accepted() {
	let known = || answer(Some(Location::here()));
	for barrier in [allowed::<AtConsortium>, allowed::<AtRegion>] {
		assert_eq!(barrier(sibling(REGION), vec![known()]), Ok(None));
		assert!(barrier(sibling(REGION), vec![known(), SetTopic([1; 32])]).is_ok());
		// Another sender, another querier, no querier, and a second instruction.
		assert!(barrier(sibling(UNKNOWN), vec![known()]).is_err());
		let others = answer(Some(sibling(UNKNOWN)));
		assert!(barrier(sibling(REGION), vec![others]).is_err());
		assert!(barrier(sibling(REGION), vec![answer(None)]).is_err());
		assert!(barrier(sibling(REGION), vec![known(), known()]).is_err());
	}
}

#[test]
fn only_the_relay_chain_sends_notices_and_any_neighbour_negotiates_versions() {
	let notice = || HrmpNewChannelOpenRequest {
		sender: REGION,
		max_message_size: 1,
		max_capacity: 1,
	};
	let subscribe = || SubscribeVersion {
		query_id: 1,
		max_response_weight: Weight::zero(),
	};
	for barrier in [allowed::<AtConsortium>, allowed::<AtRegion>] {
		assert!(barrier(Location::parent(), vec![notice()]).is_ok());
		assert!(barrier(sibling(REGION), vec![notice()]).is_err());
		for origin in [Location::parent(), sibling(UNKNOWN)] {
			assert!(barrier(origin.clone(), vec![subscribe()]).is_ok());
			assert!(barrier(origin, vec![UnsubscribeVersion]).is_ok());
		}
		assert!(barrier(Location::here(), vec![subscribe()]).is_err());
		assert!(barrier(sibling(REGION), vec![subscribe(), subscribe()]).is_err());
	}
	assert!(!ParentOrSibling::contains(&Location::new(
		2,
		[GlobalConsensus(NetworkId::Polkadot)]
	)));
	assert!(!KnownSiblings::<Regions>::contains(&Location::parent()));
}

type Weighed = Weigher<Test, MaxMessageWeight>;

fn weigh(program: Vec<Instruction<RuntimeCall>>) -> Result<Weight, XcmError> {
	Weighed::weight(&mut Xcm(program), Weight::MAX).map_err(|failed| failed.error)
}

#[test]
fn a_crossing_call_weighs_more_than_the_call_alone_and_less_than_the_limit() {
	let weight = weigh(program(sibling(REGION))).unwrap();
	let remark = weigh(vec![program(sibling(REGION))[2].clone()]).unwrap();
	assert!(weight.all_gt(remark));
	assert!(MaxMessageWeight::get().all_gte(weight));
	assert!(MessageWeight::get().all_gt(MaxMessageWeight::get()));
}

#[test]
fn the_weight_of_an_answer_includes_that_of_its_call() {
	let weight = |max_weight| {
		weigh(vec![QueryResponse {
			query_id: QUERY,
			response: Response::Null,
			max_weight,
			querier: None,
		}])
	};
	let nothing = weight(Weight::zero()).unwrap();
	let some = Weight::from_parts(1_000, 2_000);
	assert_eq!(weight(some), Ok(nothing + some));
	assert!(weight(Weight::MAX).is_err());
	assert!(weight(MaxMessageWeight::get()).is_err());
}

#[test]
fn an_instruction_that_no_chain_uses_has_no_weight() {
	let here = || Location::here();
	let asset: Asset = (here(), 1u128).into();
	for instruction in [
		WithdrawAsset(asset.clone().into()),
		ReserveAssetDeposited(asset.clone().into()),
		ReceiveTeleportedAsset(asset.clone().into()),
		TransferAsset {
			assets: asset.clone().into(),
			beneficiary: here(),
		},
		DepositAsset {
			assets: AllCounted(1).into(),
			beneficiary: here(),
		},
		BuyExecution {
			fees: asset.clone(),
			weight_limit: Unlimited,
		},
		ClaimAsset {
			assets: asset.into(),
			ticket: here(),
		},
		ExportMessage {
			network: NetworkId::Polkadot,
			destination: Here,
			xcm: Xcm(vec![]),
		},
		SetAppendix(Xcm(vec![])),
		ExecuteWithOrigin {
			descendant_origin: None,
			xcm: Xcm(vec![]),
		},
		AliasOrigin(here()),
		UniversalOrigin(GlobalConsensus(NetworkId::Polkadot)),
		ClearOrigin,
		DescendOrigin(Here),
		Trap(1),
	] {
		assert_eq!(
			weigh(vec![instruction.clone()]),
			Err(XcmError::WeightNotComputable),
			"{instruction:?}"
		);
		// The same within an error handler.
		assert!(weigh(vec![SetErrorHandler(Xcm(vec![instruction]))]).is_err());
	}
}

#[test]
fn a_long_program_or_a_call_that_does_not_decode_has_no_weight() {
	let topics = |count: u32| -> Vec<_> { (0..count).map(|_| SetTopic([0; 32])).collect() };
	assert!(weigh(topics(MAX_INSTRUCTIONS)).is_ok());
	assert_eq!(
		weigh(topics(MAX_INSTRUCTIONS + 1)),
		Err(XcmError::ExceedsStackLimit)
	);
	let nested = vec![SetErrorHandler(Xcm(topics(MAX_INSTRUCTIONS)))];
	assert_eq!(weigh(nested), Err(XcmError::ExceedsStackLimit));
	for call in [vec![], vec![0xff], vec![0, 0, 4, 1, 0]] {
		let mut instructions = program(sibling(REGION));
		instructions[2] = Transact {
			origin_kind: OriginKind::Xcm,
			fallback_max_weight: None,
			call: call.into(),
		};
		assert_eq!(weigh(instructions), Err(XcmError::FailedToDecode));
	}
}

#[test]
fn a_call_over_the_limit_has_no_weight() {
	type Light = Weigher<Test, LightLimit>;
	struct LightLimit;
	impl Get<Weight> for LightLimit {
		fn get() -> Weight {
			Weight::from_parts(1_000, 1_000)
		}
	}
	let weighed = Light::weight(&mut Xcm(program(sibling(REGION))), Weight::MAX);
	assert!(matches!(
		weighed.map_err(|failed| failed.error),
		Err(XcmError::WeightLimitReached(_))
	));
	let mut one = program(sibling(REGION)).remove(3);
	assert!(Weighed::instr_weight(&mut one).is_ok());
}

/// It converts to the XCM origin that names it.
#[test]
fn only_a_sibling_converts_to_an_origin() {
	type Converter = SiblingAsXcm<pallet_xcm::Origin>;
	let kinds = [
		OriginKind::Native,
		OriginKind::SovereignAccount,
		OriginKind::Superuser,
	];
	let region = sibling(REGION);
	assert_eq!(
		Converter::convert_origin(region.clone(), OriginKind::Xcm),
		Ok(pallet_xcm::Origin::Xcm(region.clone()))
	);
	for kind in kinds {
		assert_eq!(
			Converter::convert_origin(region.clone(), kind),
			Err(region.clone())
		);
	}
	for other in [
		Location::here(),
		Location::parent(),
		Location::new(0, [Parachain(REGION)]),
		Location::new(1, [Parachain(REGION), PalletInstance(50)]),
	] {
		for kind in [OriginKind::Xcm].into_iter().chain(kinds) {
			assert_eq!(
				Converter::convert_origin(other.clone(), kind),
				Err(other.clone())
			);
		}
	}
}

thread_local! {
	static OUTBOX: RefCell<Vec<(Location, Xcm<()>)>> = const { RefCell::new(Vec::new()) };
}

/// Delivers every message, or none.
struct Outbox<const OPEN: bool>;
impl<const OPEN: bool> SendXcm for Outbox<OPEN> {
	type Ticket = (Location, Xcm<()>);
	fn validate(
		to: &mut Option<Location>,
		message: &mut Option<Xcm<()>>,
	) -> SendResult<Self::Ticket> {
		let ticket = (to.take().unwrap(), message.take().unwrap());
		Ok((ticket, Assets::new()))
	}
	fn deliver(ticket: Self::Ticket) -> Result<XcmHash, SendError> {
		if !OPEN {
			return Err(SendError::Transport("closed"));
		}
		OUTBOX.with(|outbox| outbox.borrow_mut().push(ticket));
		Ok([5; 32])
	}
}

struct Para;
impl Get<cumulus_primitives_core::ParaId> for Para {
	fn get() -> cumulus_primitives_core::ParaId {
		REGION.into()
	}
}

/// The bytes are those of the relay chain's own calls, according to its metadata.
#[test]
fn a_call_about_channels_is_sent_to_the_relay_chain_with_its_fee() {
	let calls = [
		(
			HrmpCall::InitOpenChannel {
				recipient: 2000,
				max_capacity: 8,
				max_message_size: 1024,
			},
			vec![60, 0, 0xd0, 7, 0, 0, 8, 0, 0, 0, 0, 4, 0, 0],
		),
		(
			HrmpCall::AcceptOpenChannel { sender: 2000 },
			vec![60, 1, 0xd0, 7, 0, 0],
		),
		(
			HrmpCall::CloseChannel {
				sender: 2001,
				recipient: 2000,
			},
			vec![60, 2, 0xd1, 7, 0, 0, 0xd0, 7, 0, 0],
		),
	];
	type Open = RelayChannels<Outbox<true>, Para>;
	type Closed = RelayChannels<Outbox<false>, Para>;
	assert_eq!(Open::this_chain(), REGION);
	for (call, bytes) in calls {
		assert_eq!(call.encode_call(), bytes);
		let (sent, refused) = match call {
			HrmpCall::InitOpenChannel { .. } => {
				(Open::open(2000, 8, 1024), Closed::open(2000, 8, 1024))
			}
			HrmpCall::AcceptOpenChannel { .. } => (Open::accept(2000), Closed::accept(2000)),
			HrmpCall::CloseChannel { .. } => (Open::close(2001, 2000), Closed::close(2001, 2000)),
		};
		assert_eq!((sent, refused), (Ok([5; 32]), Err(ChannelError::NotSent)));
		let [(to, message)] = OUTBOX.with(|outbox| outbox.take()).try_into().unwrap();
		assert_eq!(to, Location::parent());
		assert_eq!(transacted(&message), [(OriginKind::Native, bytes)]);
		// The program withdraws the fee first and deposits the rest in the chain's account.
		let [WithdrawAsset(taken), BuyExecution { fees, .. }, SetAppendix(appendix), _] =
			&message.0[..]
		else {
			panic!("{message:?}");
		};
		assert_eq!(*taken, fees.clone().into());
		let [RefundSurplus, DepositAsset { beneficiary, .. }] = &appendix.0[..] else {
			panic!("{appendix:?}");
		};
		assert_eq!(*beneficiary, Location::new(0, [Parachain(REGION)]));
	}
}

fn transacted(message: &Xcm<()>) -> Vec<(OriginKind, Vec<u8>)> {
	message
		.0
		.iter()
		.filter_map(|instruction| match instruction {
			Transact {
				origin_kind, call, ..
			} => Some((*origin_kind, call.encoded().to_vec())),
			_ => None,
		})
		.collect()
}
