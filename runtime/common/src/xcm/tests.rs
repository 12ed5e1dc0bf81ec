//! The weigher, the barriers and the origins, each alone.

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
const STRANGER: u32 = 2002;
const QUERY: u64 = 7;

/// The regions of the tests.
struct Regions;
impl KnownRegions for Regions {
	fn is_known(region: u32) -> bool {
		region == REGION
	}
}

/// Expects an answer to one query, from one region, that this chain itself asked.
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
		unreachable!("barriers execute nothing")
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

/// A crossing call's program, whose answers go there.
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

type OfConsortium = ConsortiumBarrier<Answers, Regions>;
type OfRegion = RegionBarrier<Answers>;

#[test]
fn the_program_of_a_known_region_is_let_in_at_the_consortium_alone() {
	let here = sibling(REGION);
	assert_eq!(
		allowed::<OfConsortium>(here.clone(), program(here.clone())),
		Ok(Some([9; 32]))
	);
	assert!(allowed::<OfRegion>(here.clone(), program(here)).is_err());
}

#[test]
fn the_same_program_from_anybody_else_is_not() {
	let account = AccountId32 {
		network: None,
		id: [1; 32],
	};
	for origin in [
		sibling(STRANGER),
		sibling(2003),
		Location::here(),
		Location::parent(),
		Location::new(0, [Parachain(REGION)]),
		Location::new(2, [Parachain(REGION)]),
		Location::new(1, [Parachain(REGION), account]),
		Location::new(0, [account]),
	] {
		assert!(
			allowed::<OfConsortium>(origin.clone(), program(origin.clone())).is_err(),
			"{origin:?}"
		);
	}
}

/// The region could otherwise have the consortium write to others in its name.
#[test]
fn answers_go_to_the_sender_alone() {
	let here = sibling(REGION);
	for elsewhere in [sibling(STRANGER), Location::parent(), Location::here()] {
		for place in [1, 3] {
			let mut instructions = program(here.clone());
			instructions[place] = program(elsewhere.clone())[place].clone();
			assert_eq!(
				allowed::<OfConsortium>(here.clone(), instructions),
				Err(ProcessMessageError::Unsupported),
				"{elsewhere:?} {place}"
			);
		}
	}
}

#[test]
fn a_program_that_does_not_say_that_it_pays_nothing_is_refused() {
	let here = sibling(REGION);
	let mut instructions = program(here.clone());
	instructions.remove(0);
	assert!(allowed::<OfConsortium>(here.clone(), instructions).is_err());
	// Nor one that speaks for somebody within the region.
	let mut instructions = program(here.clone());
	instructions.insert(0, DescendOrigin([Parachain(1)].into()));
	assert!(allowed::<OfConsortium>(here, instructions).is_err());
}

#[test]
fn only_an_answer_that_is_expected_is_let_in() {
	let known = || answer(Some(Location::here()));
	for barrier in [allowed::<OfConsortium>, allowed::<OfRegion>] {
		assert_eq!(barrier(sibling(REGION), vec![known()]), Ok(None));
		assert!(barrier(sibling(REGION), vec![known(), SetTopic([1; 32])]).is_ok());
		// From another, asked by another, unasked, and with more than the answer.
		assert!(barrier(sibling(STRANGER), vec![known()]).is_err());
		let others = answer(Some(sibling(STRANGER)));
		assert!(barrier(sibling(REGION), vec![others]).is_err());
		assert!(barrier(sibling(REGION), vec![answer(None)]).is_err());
		assert!(barrier(sibling(REGION), vec![known(), known()]).is_err());
	}
}

#[test]
fn notices_come_from_the_relay_chain_and_versions_from_any_neighbour() {
	let notice = || HrmpNewChannelOpenRequest {
		sender: REGION,
		max_message_size: 1,
		max_capacity: 1,
	};
	let subscribe = || SubscribeVersion {
		query_id: 1,
		max_response_weight: Weight::zero(),
	};
	for barrier in [allowed::<OfConsortium>, allowed::<OfRegion>] {
		assert!(barrier(Location::parent(), vec![notice()]).is_ok());
		assert!(barrier(sibling(REGION), vec![notice()]).is_err());
		for origin in [Location::parent(), sibling(STRANGER)] {
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
fn a_crossing_call_weighs_more_than_its_call_and_less_than_the_limit() {
	let weight = weigh(program(sibling(REGION))).unwrap();
	let remark = weigh(vec![program(sibling(REGION))[2].clone()]).unwrap();
	assert!(weight.all_gt(remark));
	assert!(MaxMessageWeight::get().all_gte(weight));
	assert!(MessageWeight::get().all_gt(MaxMessageWeight::get()));
}

#[test]
fn an_answer_pays_for_what_takes_it() {
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
fn what_no_program_is_made_of_has_no_weight() {
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
		// Nor within what is executed on an error.
		assert!(weigh(vec![SetErrorHandler(Xcm(vec![instruction]))]).is_err());
	}
}

#[test]
fn long_programs_and_calls_that_do_not_decode_have_no_weight() {
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
fn a_heavy_call_is_over_the_limit() {
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

/// Of all locations a sibling alone becomes an origin, as nothing but itself.
#[test]
fn a_sibling_alone_becomes_an_origin() {
	type Converter = SiblingAsXcm<pallet_xcm::Origin>;
	let kinds = [
		OriginKind::Native,
		OriginKind::SovereignAccount,
		OriginKind::Superuser,
	];
	let here = sibling(REGION);
	assert_eq!(
		Converter::convert_origin(here.clone(), OriginKind::Xcm),
		Ok(pallet_xcm::Origin::Xcm(here.clone()))
	);
	for kind in kinds {
		assert_eq!(
			Converter::convert_origin(here.clone(), kind),
			Err(here.clone())
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

/// Takes every message, or none.
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

/// The bytes are those of the relay chain's own calls, as its metadata shows them.
#[test]
fn calls_about_channels_go_to_the_relay_chain() {
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
		// The fee is taken first, and what is left goes back to the chain's account.
		let [WithdrawAsset(taken), BuyExecution { fees, .. }, SetAppendix(at_the_end), _] =
			&message.0[..]
		else {
			panic!("{message:?}");
		};
		assert_eq!(*taken, fees.clone().into());
		let [RefundSurplus, DepositAsset { beneficiary, .. }] = &at_the_end.0[..] else {
			panic!("{at_the_end:?}");
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
