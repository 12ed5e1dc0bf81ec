//! The chains: regions 2001 and 2002 with one runtime, the consortium, and a relay chain.

use cumulus_primitives_core::AggregateMessageOrigin;
use frame_support::{
	traits::{BuildGenesisConfig, OnInitialize, OnPoll},
	weights::WeightMeter,
};
use frame_system::pallet_prelude::BlockNumberFor;
use salus_consortium_runtime as consortium;
use salus_primitives::{Moment, ParaId};
use salus_regional_runtime as regional;
use salus_runtime_common::constants::RELAY_SLOT;
use sp_core::{storage::Storage, H256};
use xcm_emulator::{
	decl_test_networks, decl_test_parachains, decl_test_relay_chains, Network, TestExt, PARA_IDS,
};

use crate::relay;

/// No location is an account on any chain.
pub type NoAccounts = ();

decl_test_relay_chains! {
	#[api_version(13)]
	pub struct Relay {
		genesis = relay::genesis(),
		on_init = (),
		runtime = relay,
		core = {
			SovereignAccountOf: NoAccounts,
		},
		pallets = {
			System: relay::System,
		}
	}
}

decl_test_parachains! {
	pub struct First {
		genesis = region_genesis(regional::genesis_config_presets::REGION_2001),
		on_init = set_first_block::<regional::Runtime>(first_block_of(REGION)),
		runtime = regional,
		core = {
			XcmpMessageHandler: regional::XcmpQueue,
			LocationToAccountId: NoAccounts,
			ParachainInfo: regional::ParachainInfo,
			MessageOrigin: AggregateMessageOrigin,
		},
		pallets = {
			System: regional::System,
		}
	},
	pub struct Second {
		genesis = region_genesis(regional::genesis_config_presets::REGION_2002),
		on_init = set_first_block::<regional::Runtime>(first_block_of(OTHER_REGION)),
		runtime = regional,
		core = {
			XcmpMessageHandler: regional::XcmpQueue,
			LocationToAccountId: NoAccounts,
			ParachainInfo: regional::ParachainInfo,
			MessageOrigin: AggregateMessageOrigin,
		},
		pallets = {
			System: regional::System,
		}
	},
	pub struct Hub {
		genesis = consortium_genesis(),
		on_init = set_first_block::<consortium::Runtime>(first_block_of(CONSORTIUM)),
		runtime = consortium,
		core = {
			XcmpMessageHandler: consortium::XcmpQueue,
			LocationToAccountId: NoAccounts,
			ParachainInfo: consortium::ParachainInfo,
			MessageOrigin: AggregateMessageOrigin,
		},
		pallets = {
			System: consortium::System,
		}
	},
}

decl_test_networks! {
	pub struct Net {
		relay_chain = Relay,
		parachains = vec![First, Second, Hub,],
		bridge = ()
	}
}

/// Region 2001: the region of the patient, the author and the record.
pub type Region = FirstPara;
/// Region 2002: the region of the reader.
pub type OtherRegion = SecondPara;
/// The consortium.
pub type Consortium = HubPara;

/// The ParaId of [`Region`].
pub const REGION: ParaId = 2001;
/// The ParaId of [`OtherRegion`].
pub const OTHER_REGION: ParaId = 2002;
/// The ParaId of [`Consortium`].
pub const CONSORTIUM: ParaId = 2000;

/// A chain of the network.
pub trait Chain: TestExt {
	/// Its ParaId.
	const ID: ParaId;

	/// Makes a block in which `run` is executed, and delivers its messages.
	fn block<R>(run: impl FnOnce() -> R) -> R {
		Self::execute_with(|| {
			Self::poll();
			run()
		})
	}

	/// Does the chain's own work before transactions, which the emulator leaves out.
	fn poll();

	/// Makes a block without transactions.
	fn empty_block() {
		Self::block(|| ());
	}

	/// Reads the state after the last block and the messages that came since.
	fn read<R>(read: impl FnOnce() -> R) -> R {
		Self::ext_wrapper(read)
	}
}

/// A chain with the regional runtime.
pub trait Regional: Chain {}

impl Chain for Region {
	const ID: ParaId = REGION;

	fn poll() {
		poll::<regional::Runtime, regional::AllPalletsWithSystem>();
	}
}
impl Regional for Region {}
impl Chain for OtherRegion {
	const ID: ParaId = OTHER_REGION;

	fn poll() {
		poll::<regional::Runtime, regional::AllPalletsWithSystem>();
	}
}
impl Regional for OtherRegion {}
impl Chain for Consortium {
	const ID: ParaId = CONSORTIUM;

	fn poll() {
		poll::<consortium::Runtime, consortium::AllPalletsWithSystem>();
	}
}

fn poll<T: frame_system::Config, Pallets: OnPoll<BlockNumberFor<T>>>() {
	let number = frame_system::Pallet::<T>::block_number();
	Pallets::on_poll(number, &mut WeightMeter::new());
}

/// Resets every chain to its genesis.
pub fn start_network() {
	Net::reset();
	Net::init();
	relay::take_upward_messages();
}

/// Lets time pass. A chain notices it in its next block.
pub fn pass_time(time: Moment) {
	let blocks = u32::try_from(time.div_ceil(RELAY_SLOT)).expect("few blocks");
	Net::set_relay_block_number(Net::relay_block_number().saturating_add(blocks));
}

/// Delivers all messages and their answers. A block delivers one page of messages to each other
/// chain. Messages can be in two pages, since the negotiation of XCM versions can have a page of
/// its own.
pub fn settle_messages() {
	for _ in 0..2 {
		Region::empty_block();
		OtherRegion::empty_block();
		Consortium::empty_block();
	}
}

/// Executes `run` while no chain has a channel to `para`.
pub fn without_channel_to<R>(para: ParaId, run: impl FnOnce() -> R) -> R {
	let set = |ids: Vec<ParaId>| {
		PARA_IDS.with(|all| all.borrow_mut().insert(Net::name().into(), ids));
	};
	let ids = Net::para_ids();
	set(ids.iter().copied().filter(|id| *id != para).collect());
	let result = run();
	set(ids);
	result
}

/// The hash of a chain's first block. The emulator would give all chains the same one.
pub fn first_block_of(para: ParaId) -> H256 {
	H256::from_low_u64_be(para.into())
}

fn set_first_block<Runtime: frame_system::Config<Hash = H256>>(hash: H256) {
	let first = frame_system::pallet_prelude::BlockNumberFor::<Runtime>::default();
	frame_system::BlockHash::<Runtime>::insert(first, hash);
}

fn region_genesis(preset: &str) -> Storage {
	let patch = regional::genesis_config_presets::get_preset(&preset.into());
	genesis::<regional::RuntimeGenesisConfig>(patch)
}

fn consortium_genesis() -> Storage {
	let preset = consortium::genesis_config_presets::CONSORTIUM_2000.into();
	let patch = consortium::genesis_config_presets::get_preset(&preset);
	genesis::<consortium::RuntimeGenesisConfig>(patch)
}

/// The genesis state of a preset, in the emulator's type.
fn genesis<Config: BuildGenesisConfig + Default>(patch: Option<Vec<u8>>) -> Storage {
	let mut storage = Storage::default();
	salus_runtime_common::testing::genesis::<Config>(patch).execute_with(|| {
		storage.top = state_entries().into_iter().collect();
	});
	storage
}

/// All entries of the state, in the order of keys.
pub fn state_entries() -> Vec<(Vec<u8>, Vec<u8>)> {
	let next = |key: &Vec<u8>| sp_io::storage::next_key(key);
	let keys = std::iter::successors(next(&vec![]), next);
	keys.map(|key| {
		let value = sp_io::storage::get(&key).expect("every key has a value");
		(key, value.into())
	})
	.collect()
}

/// The entries of a pallet in the state.
pub fn pallet_entries(pallet: &str) -> Vec<(Vec<u8>, Vec<u8>)> {
	let prefix = sp_io::hashing::twox_128(pallet.as_bytes());
	let mut entries = state_entries();
	entries.retain(|(key, _)| key.starts_with(&prefix));
	entries
}
