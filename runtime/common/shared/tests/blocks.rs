//! The blocks of a bundle, which share a core of the relay chain.

use codec::{Decode, Encode};
use cumulus_pallet_parachain_system::block_weight::DynamicMaxBlockWeight;
use cumulus_primitives_core::{
	runtime_decl_for_target_block_rate::TargetBlockRateV1, AggregateMessageOrigin::Sibling,
	BlockBundleInfo, ClaimQueueOffset, CoreInfo, CoreSelector, CumulusDigestItem, ParaId,
	XcmpMessageFormat, XcmpMessageHandler,
};
use frame_support::{
	dispatch::{DispatchClass, DispatchInfo, PostDispatchInfo},
	traits::{EnqueueMessage, QueueFootprintQuery},
	weights::Weight,
	BoundedSlice,
};
use pallet_governance::WeightInfo;
use salus_runtime_common::{
	constants::{
		BLOCKS_PER_RELAY_SLOT, BLOCK_WEIGHT, MESSAGE_WEIGHT, NORMAL_DISPATCH_RATIO, POLL_WEIGHT,
		RESERVED_WEIGHT, SESSION_LENGTH, SLOT_DURATION,
	},
	transactions,
	xcm::queues::{HEAP_SIZE, MAX_INBOUND_CHANNELS},
};
use sp_consensus_aura::{Slot, AURA_ENGINE_ID};
use sp_keyring::Sr25519Keyring::Alice;
use sp_runtime::{
	generic::SignedPayload,
	traits::{
		BlakeTwo256, DispatchTransaction, Hash, Header as _, TrailingZeroInput,
		TransactionExtension,
	},
	transaction_validity::{InvalidTransaction, TransactionSource, TransactionValidityError},
	Digest, DigestItem, MultiSignature, TransactionOutcome,
};
use xcm::prelude::*;

use super::development;
use crate::{
	Executive, Header, MessageQueue, Runtime, RuntimeCall, RuntimeOrigin, Session, SessionKeys,
	System, TxExtension, UncheckedExtrinsic,
};

/// A time in a slot.
pub const START: u64 = 100_000 * SLOT_DURATION;

pub fn set_clock(now: u64) {
	pallet_timestamp::Now::<Runtime>::put(now);
}

/// Begins the next block, at this place in a bundle.
pub fn begin_block(index: u8, is_last: bool) {
	begin_block_on((0, 1), index, is_last);
}

/// The same on one of several cores.
fn begin_block_on((core, cores): (u8, u8), index: u8, is_last: bool) {
	let slot = Slot::from(pallet_timestamp::Now::<Runtime>::get() / SLOT_DURATION);
	let core = CoreInfo {
		selector: CoreSelector(core),
		claim_queue_offset: ClaimQueueOffset(1),
		number_of_cores: u16::from(cores).into(),
	};
	let digest = Digest {
		logs: vec![
			DigestItem::PreRuntime(AURA_ENGINE_ID, slot.encode()),
			CumulusDigestItem::CoreInfo(core).to_digest_item(),
			BlockBundleInfo { index, is_last }.to_digest_item(),
		],
	};
	let number = System::block_number() + 1;
	let none = Default::default;
	let header = Header::new(number, none(), none(), none(), digest);
	Executive::initialize_block(&header);
	assert!(
		!takes_the_core(),
		"the start of block {number} takes the core"
	);
}

/// Whether this block is alone on its core.
fn takes_the_core() -> bool {
	CumulusDigestItem::contains_use_full_core(&System::digest())
}

/// The blocks of a bundle have one author, so that the authors may change only between two bundles.
/// The last block before the slot of another author is left out.
#[test]
fn a_session_ends_only_with_the_last_block_of_a_bundle() {
	let all = u8::try_from(BLOCKS_PER_RELAY_SLOT).unwrap();
	let begin = |cores: u8, blocks: u8, due: Option<u8>| {
		for place in 0..cores * blocks {
			if due == Some(place) {
				set_clock(START + SESSION_LENGTH);
			}
			let (core, index) = (place / blocks, place % blocks);
			let authors = || pallet_aura::Authorities::<Runtime>::get();
			let (session, before) = (Session::current_index(), authors());
			begin_block_on((core, cores), index, index + 1 == blocks);
			let over = pallet_timestamp::Now::<Runtime>::get() == START + SESSION_LENGTH;
			let ends = over && session == 0 && place + 1 == cores * blocks;
			assert_eq!(Session::current_index() > session, ends, "{due:?} {place}");
			assert_eq!(authors() != before, ends, "{due:?} {place}");
		}
	};
	for (cores, blocks) in [(1, all), (1, all - 1), (2, all)] {
		for due in 0..cores * blocks {
			development().execute_with(|| {
				set_clock(START);
				begin(cores, blocks, None);
				let other = SessionKeys::decode(&mut TrailingZeroInput::new(&[7; 32])).unwrap();
				pallet_session::QueuedKeys::<Runtime>::put(vec![(Alice.to_account_id(), other)]);
				pallet_session::QueuedChanged::<Runtime>::put(true);
				begin(cores, blocks, Some(due));
				begin(cores, blocks, Some(0));
				assert_eq!(Session::current_index(), 1, "{due}");
			});
		}
	}
}

fn signed(call: RuntimeCall) -> UncheckedExtrinsic {
	let extension =
		|| transactions::extension::<Runtime>(System::account_nonce(Alice.to_account_id()));
	let payload = SignedPayload::new(call.clone(), extension()).unwrap();
	let signature = payload.using_encoded(|bytes| Alice.sign(bytes));
	UncheckedExtrinsic::new_signed(
		call,
		Alice.to_account_id().into(),
		MultiSignature::Sr25519(signature),
		extension(),
	)
}

/// More bytes than a block may have, and less than a core.
fn large() -> Vec<u8> {
	vec![7; usize::try_from(BLOCK_WEIGHT.proof_size()).unwrap() + 1]
}

fn new_runtime() -> RuntimeCall {
	let code = large();
	System::do_authorize_upgrade(BlakeTwo256::hash(&code), false);
	frame_system::Call::apply_authorized_upgrade { code }.into()
}

#[test]
fn a_new_runtime_takes_a_core() {
	development().execute_with(|| {
		set_clock(START);
		begin_block(0, false);
		assert!(Executive::apply_extrinsic(signed(new_runtime())).is_ok());
		assert!(takes_the_core());
		// On a core that other blocks share already, it waits.
		begin_block(1, false);
		let late = Executive::apply_extrinsic(signed(new_runtime()));
		assert_eq!(late, Err(InvalidTransaction::ExhaustsResources.into()));
		assert!(!takes_the_core());
	});
}

/// Runs something, and discards what it changes, as a node does with a transaction that is refused.
fn discard<R>(run: impl FnOnce() -> R) -> R {
	frame_support::storage::with_transaction_unchecked(|| TransactionOutcome::Rollback(run()))
}

#[test]
fn no_other_transaction_takes_a_core() {
	development().execute_with(|| {
		set_clock(START);
		let remark = || RuntimeCall::from(frame_system::Call::remark { remark: large() });
		// Operational, of a weight that the sender names, and in all ways to nest it.
		let close = || {
			RuntimeCall::from(pallet_collective::Call::close {
				proposal_hash: Default::default(),
				index: 0,
				proposal_weight_bound: BLOCK_WEIGHT,
				length_bound: 1_000,
			})
		};
		let batch = |calls| RuntimeCall::from(pallet_utility::Call::batch { calls });
		let heavy = || {
			let halves = || batch(vec![close(), close()]);
			[
				remark(),
				close(),
				batch(vec![close()]),
				halves(),
				batch(vec![halves()]),
			]
		};
		let exhausts = InvalidTransaction::ExhaustsResources.into();
		for call in heavy() {
			let pooled = discard(|| {
				Executive::validate_transaction(
					TransactionSource::External,
					signed(call),
					System::block_hash(0),
				)
			});
			assert_eq!(pooled, Err(exhausts));
		}
		begin_block(0, false);
		for call in heavy() {
			let included = discard(|| Executive::apply_extrinsic(signed(call)));
			assert_eq!(included, Err(exhausts));
		}
		assert!(!takes_the_core());
		// A small one is included, as in any block.
		let small = pallet_session::Call::<Runtime>::purge_keys {};
		assert!(Executive::apply_extrinsic(signed(small.into())).is_ok());
		assert!(!takes_the_core());
	});
}

/// The outermost extension as the runtime has it, without those in it: `CheckQuota` refuses most of what it
/// refuses.
trait Outermost {
	type Alone;
}

impl<T, Inner, Rate, const CONSIDERED: u32, const ALLOW_NORMAL: bool> Outermost
	for DynamicMaxBlockWeight<T, Inner, Rate, CONSIDERED, ALLOW_NORMAL>
{
	type Alone = DynamicMaxBlockWeight<T, (), Rate, CONSIDERED, ALLOW_NORMAL>;
}

type Alone = <TxExtension as Outermost>::Alone;

/// Lets the outermost extension alone decide about a transaction.
fn begin_transaction(info: &DispatchInfo) -> Result<(), TransactionValidityError> {
	let call = frame_system::Call::remark { remark: Vec::new() }.into();
	let origin = RuntimeOrigin::signed(Alice.to_account_id());
	Alone::new(())
		.validate_and_prepare(origin, &call, info, 0, 0)
		.map(|_| ())
}

fn declared(class: DispatchClass, weight: Weight) -> DispatchInfo {
	DispatchInfo {
		call_weight: weight,
		class,
		..DispatchInfo::default()
	}
}

#[test]
fn a_large_transaction_takes_a_core_only_if_it_is_operational() {
	use DispatchClass::{Normal, Operational};
	for (class, divisor, accepted) in [
		(Normal, 1, false),
		(Operational, 1, true),
		(Normal, 2, true),
		(Operational, 2, true),
	] {
		development().execute_with(|| {
			set_clock(START);
			begin_block(0, false);
			let begun = begin_transaction(&declared(class, BLOCK_WEIGHT / divisor));
			let exhausts = InvalidTransaction::ExhaustsResources.into();
			let expected = accepted.then_some(()).ok_or(exhausts);
			assert_eq!(begun, expected, "{class:?}, a block / {divisor}");
		});
	}
}

/// What a transaction used decides, not what it declared.
#[test]
fn a_transaction_with_a_refund_leaves_the_core_to_the_other_blocks() {
	let info = declared(DispatchClass::Operational, BLOCK_WEIGHT * 2);
	for (used, takes) in [(BLOCK_WEIGHT * 2, true), (BLOCK_WEIGHT / 2, false)] {
		development().execute_with(|| {
			set_clock(START);
			begin_block(0, false);
			assert_eq!(begin_transaction(&info), Ok(()));
			assert!(!takes_the_core());
			// As the extensions in it leave it after the refund.
			System::register_extra_weight_unchecked(used, info.class);
			let mut after = PostDispatchInfo::default();
			Alone::post_dispatch((), &info, &mut after, 0, &Ok(())).unwrap();
			assert_eq!(takes_the_core(), takes, "{used}");
			// On a core that is taken, only the core's own limit counts.
			let next = begin_transaction(&declared(DispatchClass::Normal, BLOCK_WEIGHT));
			assert_eq!(next.is_ok(), takes, "{used}");
		});
	}
}

#[test]
fn a_collator_aims_at_six_blocks_in_a_relay_slot() {
	assert_eq!(Runtime::target_block_rate(), 6);
}

/// The most that a block begins with, in the last block on a core at the end of a session: the
/// declared initialization, the service of messages, their queueing and the chain's own work. It leaves
/// a quarter of a block for transactions.
#[test]
fn what_a_block_begins_with_fits_into_it() {
	development().execute_with(|| {
		set_clock(START);
		begin_block(0, false);
		begin_block(1, false);
		let before = System::block_weight().total();
		set_clock(START + SESSION_LENGTH);
		begin_block(2, true);
		let start = System::block_weight().total();
		let session_end = start.proof_size() - before.proof_size();
		type Governance = <Runtime as pallet_governance::Config>::WeightInfo;
		let measured = Governance::end_session().proof_size();
		assert_eq!(session_end, measured, "the session ends");
		let with_messages = start + MESSAGE_WEIGHT + RESERVED_WEIGHT * 2;
		// The deadlines, the directory entries, the grants of two kinds, and the histories; and a motion
		// that has ended.
		let all = with_messages + POLL_WEIGHT * 5 + Governance::drop_motion();
		assert!(
			all.all_lte(NORMAL_DISPATCH_RATIO * BLOCK_WEIGHT),
			"{all} of {BLOCK_WEIGHT}"
		);
	});
}

/// A queue whose last page is almost full needs the most weight for one more message.
#[test]
fn a_message_of_each_sender_is_queued_however_many_there_are() {
	development().execute_with(|| {
		set_clock(START);
		begin_block(0, false);
		let senders = || (3_000..3_000 + MAX_INBOUND_CHANNELS).map(ParaId::from);
		let queued = |para| MessageQueue::footprint(Sibling(para)).storage.count;
		let almost_a_page = vec![0; usize::try_from(HEAP_SIZE).unwrap() - 300];
		for para in senders() {
			let message = BoundedSlice::try_from(&almost_a_page[..]).unwrap();
			MessageQueue::enqueue_message(message, Sibling(para));
			assert_eq!(queued(para), 1);
		}
		let program = VersionedXcm::<()>::from(Xcm(vec![ClearOrigin]));
		let page = (XcmpMessageFormat::ConcatenatedVersionedXcm, program).encode();
		type Handler = <Runtime as cumulus_pallet_parachain_system::Config>::XcmpMessageHandler;
		Handler::handle_xcmp_messages(
			senders().map(|para| (para, 1, &page[..])),
			<Runtime as cumulus_pallet_parachain_system::Config>::ReservedXcmpWeight::get(),
		);
		for para in senders() {
			assert_eq!(queued(para), 2, "{para:?}");
		}
	});
}
